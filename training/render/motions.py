"""The exercises by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from numpy.random import Generator

from training.render import floor, ground, others, standing, stepping
from training.render.actor import Performance, Plan
from training.render.body import Body
from training.render.variation import vary

Motion = Callable[[Body, Plan, Generator, float], Performance]

MOTIONS: dict[str, Motion] = {
    "single_leg_rdl": standing.single_leg_rdl,
    "step_up": stepping.step_up,
    "step_down": standing.step_down,
    "lunge": stepping.lunge,
    "bridge": floor.bridge,
    "single_leg_bridge": floor.single_leg_bridge,
    "hip_hinge": standing.hip_hinge,
    "single_leg_stance": standing.single_leg_stance,
}

NEGATIVES: dict[str, Motion] = {
    "squat": stepping.squat,
    "march": stepping.march,
    "sit_to_stand": others.sit_to_stand,
    "jump": others.jump,
    "arm_exercise": others.arm_exercise,
    "talk": others.talk,
    "stretch": others.stretch,
    "walk": others.walk,
    "run_in_place": others.run_in_place,
    "single_leg_squat": standing.single_leg_squat,
    "push_up": ground.push_up,
    "sit_up": ground.sit_up,
}
"""Movements that are none of the exercises."""

LYING = frozenset({"bridge", "single_leg_bridge", "push_up", "sit_up"})


def perform(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Perform one bout as with the left leg."""
    done = (MOTIONS | NEGATIVES)[plan.exercise](body, plan, rng, fps)
    if plan.vary is None:
        return done
    return replace(done, posture=vary(done.posture, done.times_s, done.reps, done.props, body, plan.vary))
