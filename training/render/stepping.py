"""Lunges and step-ups: a foot changes its place in every repetition."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.render.actor import Actor, Leg, Performance, Plan, assemble, chest_lean, trunk_rotation
from training.render.body import Body
from training.render.rotations import Array
from training.render.standing import timeline
from training.render.timing import phase, ramp, smooth


def _lift(a: Actor, share: Array) -> Array:
    return np.array([0.0, 0.0, 1.0]) * share[:, None] + 0.0 * a.times[:, None]


def _planted_near(a: Actor, side: str, x: float, forward: Array, heel_lift: Array, up: Array) -> Leg:
    """Return a foot whose ankle would be at ``x``, ``forward`` if flat; ``up`` raises it off the floor."""
    ball = np.stack([a.still(x), -forward + a.ball_from_ankle[1], up], -1)
    return a.planted(side, ball, heel_lift)


def lunge(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Lunge with the left leg in front: ``split`` (feet stay), ``reverse`` or ``forward`` (one travels)."""
    split = plan.variant == "split"
    times, reps = timeline(plan, rng, fps, shift_s=1.3 if split else 0.3)
    a, n = Actor(body, times, rng, plan.stance), len(times)
    d, wrong = phase(times, reps), phase(times, reps, scaled="fault")
    step = a.leg * rng.uniform(0.86, 0.95)
    if split:
        apart = ramp(times, reps[0].start_s - 1.2, reps[0].start_s - 0.35)
        apart = apart - ramp(times, reps[-1].end_s + 0.35, reps[-1].end_s + 1.2)
        flying, down = apart, smooth(d)
    else:
        apart, down = smooth(d / 0.72), smooth((d - 0.12) / 0.88) * 0.6 + d * 0.4
        flying = apart
    down = down * (1 - plan.fault("shallow"))
    arc = 0.07 * np.sin(np.pi * np.clip(flying, 0, 1)) ** 2
    travels_front = plan.variant == "forward"
    front_at = step * (apart if travels_front else np.zeros(n))
    rear_at = step * (np.zeros(n) if travels_front else -apart)
    width = a.stance_x * rng.uniform(0.85, 1.0)
    rear_lift = apart * 28 + 34 * down
    front = _planted_near(a, "left", width, front_at, a.still(0.0), arc if travels_front else 0 * arc)
    rear = _planted_near(a, "right", -width, rear_at, rear_lift, 0 * arc if travels_front else arc)
    pelvis, thorax, head = _lunge_trunk(a, plan, down, wrong, n)
    at = _lunge_pelvis(a, front_at, rear_at, apart, down, front, rear)
    at[:, 0] += (0.2 * width) * apart + a.sway(0.004)
    legs = {
        "left": a.turn_knee_in(front, "left", plan.fault("valgus", 2.0 + plan.knee_in) * wrong),
        "right": rear,
    }
    return Performance(assemble(pelvis, thorax, head, at, legs, a.arms(plan.arms, thorax)), times, reps)


def _lunge_trunk(a: Actor, plan: Plan, down: Array, wrong: Array, n: int) -> tuple[Array, Array, Array]:
    lean = 2 + a.rng.uniform(4, 14) * down
    drop = plan.fault("drop", 1.0) * wrong + a.sway(0.5)
    pelvis = trunk_rotation(-drop, 3 + 0.6 * lean, a.sway(1.0), n)
    turn = plan.fault("rotation", 1.0) * wrong + a.sway(0.8)
    thorax = trunk_rotation(chest_lean(plan.fault("lean", 1.0) * wrong, drop) + a.sway(0.6), lean, turn, n)
    return pelvis, thorax, trunk_rotation(0.0, 0.5 * lean, 0.3 * turn, n)


def _lunge_pelvis(
    a: Actor, front_at: Array, rear_at: Array, apart: Array, down: Array, front: Leg, rear: Leg
) -> Array:
    """Return the middle of the pelvis: between the feet, as high as both legs reach, lower with ``down``."""
    forward = rear_at + (front_at - rear_at) * (0.5 + 0.07 * down)
    at = np.stack([a.still(0.0), -forward + 0.01, a.still(0.0)], -1)
    spare = 0.997 - 0.022 * apart
    tops = [
        leg.ankle[:, 2] + np.sqrt(np.maximum((spare * a.leg) ** 2 - (leg.ankle[:, 1] - at[:, 1]) ** 2, 0.01))
        for leg in (front, rear)
    ]
    top = np.minimum(tops[0], tops[1])
    bottom = a.shank + a.ankle_z - 0.02 - 0.06 * a.rng.uniform(0.0, 1.0)
    at[:, 2] = top * (1 - down) + np.minimum(bottom, top) * down
    return at


def step_up(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Step onto a box with the left leg; the right leg pushes off, joins at the top, and comes back."""
    times, reps = timeline(plan, rng, fps, shift_s=1.3)
    a, n = Actor(body, times, rng, plan.stance), len(times)
    u, wrong = phase(times, reps), phase(times, reps, scaled="fault")
    placed = ramp(times, reps[0].start_s - 1.1, reps[0].start_s - 0.2)
    placed = placed - ramp(times, reps[-1].end_s + 0.2, reps[-1].end_s + 1.1)
    ahead, high = 0.40 * a.leg, plan.box_m
    ground = a.flat("left", a.stance_x, 0.0)
    on_box = a.flat("left", a.stance_x * 0.85, ahead, high)
    lead = ground.towards(on_box, placed, arc_m=0.10 + high * 0.35)
    rise = smooth((u - 0.14) / 0.86) * (1 - 0.5 * plan.fault("shallow"))
    pelvis, thorax, head = _step_trunk(a, plan, u, rise, wrong, placed, n)
    forward = placed * 0.32 * ahead + (0.66 * ahead) * smooth(u / 0.8) * placed
    at = np.stack(
        [0.1 * a.stance_x * placed + 0.45 * a.stance_x * smooth(u / 0.5), -forward, a.still(0.0)], -1
    )
    low = a.ankle_z + np.sqrt((0.997 * a.leg) ** 2 - (0.32 * ahead * placed) ** 2) - 0.02 * placed
    at[:, 2] = low * (1 - rise) + (high + a.ankle_z + 0.997 * a.leg) * rise
    at[:, 0] += a.sway(0.004)
    legs = {
        "left": a.turn_knee_in(
            lead, "left", plan.fault("valgus", 2.0 + plan.knee_in) * _loaded(u) * wrong.clip(0.0, 1.2)
        ),
        "right": _trailing(a, plan, u, pelvis, thorax, at),
    }
    front = ahead - 0.13
    box = np.array([0.0, -(front + 0.2), high / 2]), np.array([0.55, 0.4, high])
    return Performance(
        assemble(pelvis, thorax, head, at, legs, a.arms(plan.arms, thorax)), times, reps, [box]
    )


def _loaded(u: Array) -> Array:
    """Return how much of a knee fault shows while stepping up: most in the middle of the rise."""
    return np.sin(np.pi * np.clip(u, 0, 1)) ** 0.7 * 0.8 + 0.2 * u


def _step_trunk(
    a: Actor, plan: Plan, u: Array, rise: Array, wrong: Array, placed: Array, n: int
) -> tuple[Array, Array, Array]:
    lean = 3 + 6 * placed * (1 - rise) + a.rng.uniform(12, 20) * np.sin(np.pi * np.clip(u, 0, 1)) ** 2
    drop = plan.fault("drop", 1.5) * np.clip(wrong * 1.1, 0, 1.2) + a.sway(0.5)
    pelvis = trunk_rotation(-drop, 2 + 0.8 * lean, a.sway(0.8), n)
    thorax = trunk_rotation(
        chest_lean(plan.fault("lean", 1.5) * wrong, drop) + a.sway(0.6),
        lean,
        plan.fault("rotation", 1.0) * wrong + a.sway(0.8),
        n,
    )
    return pelvis, thorax, trunk_rotation(0.0, 0.7 * lean + 4, 0.0, n)


def _trailing(a: Actor, plan: Plan, u: Array, pelvis: Array, thorax: Array, at: Array) -> Leg:
    """Return the pushing leg: on the floor, heel rising, then lifted to the top, and back."""
    hip = at + a.body.trunk((pelvis, thorax, thorax))["right_hip"]
    push = smooth(u / 0.45)
    floor = _planted_near(a, "right", -a.stance_x, a.still(0.0), 45 * push, a.still(0.0))
    if plan.variant == "drive":
        top = a.flying("right", hip, 75.0, 85.0, 2.0, 12.0)
    else:
        top = a.flying("right", hip, 14.0, 22.0, 2.0, 10.0)
    away = smooth((u - 0.28) / 0.72)
    tucked = a.flying("right", hip, 18 * away, 30 + 52 * np.sin(np.pi * np.clip(away, 0, 1)), 4.0, 25.0)
    return floor.towards(tucked, smooth(away / 0.45)).towards(top, smooth((away - 0.4) / 0.6))


def squat(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Squat on both legs: not a scored exercise, for telling others apart."""
    times, reps = timeline(plan, rng, fps, shift_s=0.3)
    a, n = Actor(body, times, rng, plan.stance), len(times)
    d = phase(times, reps, scaled="depth")
    lean = 2 + rng.uniform(25, 40) * d
    trunk = trunk_rotation(a.sway(0.5), lean, a.sway(0.6), n)
    legs = {s: a.flat(s, sign * a.stance_x * 1.4, 0.0) for s, sign in (("left", 1), ("right", -1))}
    knee, back = 7 + rng.uniform(75, 95) * d, 1 + 17 * d
    slope = np.stack([np.zeros(n), np.tan(np.radians(back)), np.ones(n)], -1)
    at = (legs["left"].ankle + legs["right"].ankle) / 2
    at = at + a.reach(knee)[:, None] * slope / np.linalg.norm(slope, axis=-1, keepdims=True)
    return Performance(
        assemble(trunk, trunk, trunk_rotation(0.0, lean * 0.4, 0.0, n), at, legs, a.arms(plan.arms, trunk)),
        times,
        reps,
    )


def march(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Walk on the spot: not a scored exercise, for telling others apart."""
    times, reps = timeline(plan, rng, fps, shift_s=0.3)
    a, n = Actor(body, times, rng, plan.stance), len(times)
    first, last = reps[0].start_s, reps[-1].end_s
    on = ramp(times, first, first + 0.5) - ramp(times, last - 0.5, last)
    beat = np.sin(2 * np.pi * rng.uniform(0.7, 1.0) * (times - first)) * on
    trunk = trunk_rotation(1.5 * beat + a.sway(0.5), 2.0, 4 * beat, n)
    at = np.stack([0.02 * beat, a.still(0.01), a.ankle_z + 0.997 * a.leg - 0.01 * np.abs(beat)], -1)
    found = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hip = at + a.body.trunk((trunk, trunk, trunk))[f"{side}_hip"]
        up = smooth(np.clip(-sign * beat, 0, 1))
        found[side] = a.flat(side, sign * a.stance_x * 0.9, 0.0).towards(a.flying(side, hip, 50.0, 65.0), up)
    return Performance(assemble(trunk, trunk, trunk, at, found, a.arms(plan.arms, trunk)), times, reps)
