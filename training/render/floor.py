"""Bridges: lying supine, the head away from azimuth 0, the feet towards it."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.render.actor import SIGN, Actor, Leg, Performance, Plan, assemble, trunk_rotation
from training.render.body import Body
from training.render.rotations import Array, unit
from training.render.standing import timeline
from training.render.timing import phase, ramp

KNEE_HINT = np.array([0.0, -0.35, 1.0])


def surface_depth(body: Body, joint: str, reach_m: float = 0.10) -> float:
    """Return how far the back's surface lies behind a joint centre in the rest shape, metres."""
    centre = body.rest(joint)
    near = np.abs(body.vertices[:, 2] - centre[2]) < reach_m
    inside = np.abs(body.vertices[:, 0]) < centre[0] * 1.1
    return float(body.vertices[near & inside, 1].max() - centre[1])


def _trunk(a: Actor, plan: Plan, arch: Array, drop: Array, wrong: Array) -> tuple[Array, Array, Array]:
    n = len(a.times)
    pelvis = trunk_rotation(-drop, -90 - arch, 0.0, n)
    turn = plan.fault("rotation") * wrong * 0.6
    thorax = trunk_rotation(-0.25 * drop - turn, -90 - 0.85 * arch, 0.0, n)
    return pelvis, thorax, trunk_rotation(0.0, -86.0, 0.0, n)


def _bridge(body: Body, plan: Plan, rng: Generator, fps: float, single: bool) -> Performance:
    times, reps = timeline(plan, rng, fps, shift_s=1.4 if single else 0.4)
    a = Actor(body, times, rng, plan.stance)
    d = phase(times, reps, scaled="depth").clip(0, 1.04)
    wrong = phase(times, reps, scaled="fault")
    shoulder_z = surface_depth(body, "shoulder") * 0.92
    seat_z = surface_depth(body, "hip") * 0.9
    slope, forward = _top(a, shoulder_z)
    top = slope * (1 - plan.fault("shallow"))
    rest = np.degrees(np.arcsin(np.clip((seat_z - shoulder_z) / 0.5, -0.2, 0.2)))
    arch = rest + (top - rest) * d
    drop = plan.fault("drop", 1.0) * wrong + a.sway(0.3)
    pelvis, thorax, head = _trunk(a, plan, arch, drop, wrong)
    at_shoulders = np.stack([a.still(0.0), a.still(0.0), shoulder_z + 0.01 * d], -1)
    trunk = body.trunk((pelvis, thorax, head))
    middle = at_shoulders - trunk["shoulders"]
    width = a.half_hip * rng.uniform(0.9, 1.15)
    legs = {side: a.flat(side, sign * width, forward) for side, sign in SIGN.items()}
    legs = {s: Leg(leg.ankle, leg.foot, leg.toes, a.still(unit(KNEE_HINT))) for s, leg in legs.items()}
    if single:
        first, last = reps[0].start_s, reps[-1].end_s
        out = ramp(times, first - 1.3, first - 0.2) - ramp(times, last + 0.2, last + 1.3)
        legs["right"] = _extended(a, legs, middle + trunk["left_hip"], middle + trunk["right_hip"], out)
    inward = plan.fault("valgus", 1.0) * wrong
    legs = {s: _knee_in(leg, s, inward) if s == "left" or not single else leg for s, leg in legs.items()}
    return Performance(
        assemble(pelvis, thorax, head, at_shoulders, legs, _arms(a), anchor="shoulders"), times, reps
    )


def _arms(a: Actor) -> dict[str, tuple[Array, Array]]:
    slope = -0.12
    return {
        side: (a.still(unit([sign * 0.32, -1.0, slope])), a.still(unit([sign * 0.1, -1.0, slope])))
        for side, sign in SIGN.items()
    }


def _top(a: Actor, shoulder_z: float) -> tuple[float, float]:
    """Return the slope of the trunk at the top and how far the ankles are from the shoulders.

    Among all slopes that one is taken at which shoulders, hip and knee are nearest to a line while the
    knee has the bend wanted at the top.
    """
    slopes = np.arange(12.0, 45.0, 0.5)
    zero = np.zeros(len(slopes))
    pelvis, thorax = (
        trunk_rotation(zero, -90 - slopes, 0.0, len(slopes)),
        trunk_rotation(zero, -90 - 0.85 * slopes, 0.0, len(slopes)),
    )
    hip = -a.body.trunk((pelvis, thorax, thorax))["shoulders"] + np.array([0.0, 0.0, shoulder_z])
    knee_deg = a.rng.uniform(82.0, 98.0)
    reach = np.sqrt(a.thigh**2 + a.shank**2 + 2 * a.thigh * a.shank * np.cos(np.radians(knee_deg)))
    fall = hip[:, 2] - a.ankle_z
    below = np.arctan2(fall, np.sqrt(np.maximum(reach**2 - fall**2, 1e-4)))
    above = np.arccos((a.thigh**2 + reach**2 - a.shank**2) / (2 * a.thigh * reach)) - below
    trunk_up = np.arctan2(hip[:, 2] - shoulder_z, -hip[:, 1])
    best = int(np.argmin(np.abs(trunk_up - above)))
    forward = -hip[best, 1] + np.sqrt(max(reach**2 - fall[best] ** 2, 1e-4))
    return float(slopes[best] * a.rng.uniform(0.95, 1.0)), float(forward)


def _extended(a: Actor, legs: dict[str, Leg], hip: Array, free_hip: Array, out: Array) -> Leg:
    """Return the free leg: its thigh parallel to the working thigh, its knee straightened with ``out``."""
    reach = legs["left"].ankle - hip
    distance = np.linalg.norm(reach, axis=-1)
    along = unit(reach)
    x = (distance**2 + a.thigh**2 - a.shank**2) / (2 * distance)
    up = unit(KNEE_HINT - np.sum(KNEE_HINT * along, -1, keepdims=True) * along)
    thigh = unit(along * x[:, None] + up * np.sqrt(np.maximum(a.thigh**2 - x**2, 0.0))[:, None])
    flexion = np.degrees(np.arctan2(-thigh[:, 1], -thigh[:, 2]))
    straight = a.flying("right", free_hip, flexion, 10.0, 1.0, 5.0)
    return legs["right"].towards(straight, out, arc_m=0.03)


def _knee_in(leg: Leg, side: str, inward: Array) -> Leg:
    """Return the leg with its knee leaning to the midline by ``inward`` degrees about the hip-ankle line."""
    sideways = np.tan(np.radians(-SIGN[side] * inward))
    towards = leg.knee_towards + np.stack([sideways, np.zeros_like(inward), np.zeros_like(inward)], -1)
    return Leg(leg.ankle, leg.foot, leg.toes, unit(towards))


def bridge(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Bridge on both feet."""
    return _bridge(body, plan, rng, fps, single=False)


def single_leg_bridge(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Bridge on the left foot, the right leg stretched out."""
    return _bridge(body, plan, rng, fps, single=True)
