"""Movements on two feet that are none of the exercises, for telling them apart: gym, everyday, stretching."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.render.actor import SIGN, Actor, Leg, Performance, Plan, assemble, trunk_rotation
from training.render.body import Body
from training.render.rotations import Array, about, apply, unit
from training.render.standing import timeline
from training.render.timing import phase, ramp, smooth, wander

Arms = dict[str, tuple[Array, Array]]


class _Mover(Actor):
    """An actor who knows the repetitions."""

    def __init__(self, body: Body, plan: Plan, rng: Generator, fps: float) -> None:
        times, self.reps = timeline(plan, rng, fps, shift_s=0.3)
        super().__init__(body, times, rng, plan.stance)


def _over_feet(a: Actor, legs: dict[str, Leg], knee: Array, back: Array) -> Array:
    """Return the pelvis over the middle of both feet, the knees bent."""
    slope = np.stack([np.zeros(len(a.times)), np.tan(np.radians(back)), np.ones(len(a.times))], -1)
    middle = (legs["left"].ankle + legs["right"].ankle) / 2
    half = np.abs(legs["left"].ankle[:, 0] - legs["right"].ankle[:, 0]) / 2 - a.half_hip
    reach = np.sqrt(np.maximum(a.reach(knee) ** 2 - half**2, 0.01))
    at: Array = middle + reach[:, None] * unit(slope)
    return at


def _feet(a: Actor, width: float = 1.0) -> dict[str, Leg]:
    return {side: a.flat(side, sign * a.stance_x * width, 0.0) for side, sign in SIGN.items()}


def _blend(first: Arms, later: Arms, share: Array) -> Arms:
    s = share[:, None]
    return {
        side: (
            unit(first[side][0] * (1 - s) + later[side][0] * s + 1e-3),
            unit(first[side][1] * (1 - s) + later[side][1] * s + 1e-3),
        )
        for side in first
    }


def _pointing(a: Actor, upper: tuple[float, float, float], fore: tuple[float, float, float]) -> Arms:
    """Return both arms in directions with x outwards, in the world."""
    return {
        side: (
            a.still(unit(np.array(upper) * np.array([sign, 1.0, 1.0]))),
            a.still(unit(np.array(fore) * np.array([sign, 1.0, 1.0]))),
        )
        for side, sign in SIGN.items()
    }


def sit_to_stand(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Sit down on a box and stand up again."""
    a = _Mover(body, plan, rng, fps)
    d, n = phase(a.times, a.reps), len(a.times)
    legs = _feet(a, 1.2)
    going = np.sin(np.pi * np.clip(d, 0, 1))
    lean = 3 + rng.uniform(25, 42) * going + rng.uniform(0, 12) * d
    knee, back = 6 + rng.uniform(80, 92) * d, 1 + 36 * d
    at = _over_feet(a, legs, knee, back)
    trunk = trunk_rotation(a.sway(0.5), lean, a.sway(0.8), n)
    seat = float(at[:, 2].min()) - 0.11
    box = np.array([0.0, float(at[:, 1].max()) + 0.08, seat / 2]), np.array([0.5, 0.42, seat])
    posture = assemble(
        trunk, trunk, trunk_rotation(0.0, 0.4 * lean, 0.0, n), at, legs, a.arms(plan.arms, trunk)
    )
    return Performance(posture, a.times, a.reps, [box])


def jump(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Jump on the spot: ``jacks`` with legs and arms going apart, else squat jumps."""
    a = _Mover(body, plan, rng, fps)
    n, jacks = len(a.times), plan.variant == "jacks"
    d = phase(a.times, a.reps)
    beat = np.zeros(n)
    for rep in a.reps:
        middle = (rep.turn_s + rep.turn_end_s) / 2
        half = 0.16 if jacks else 0.24
        beat += np.clip(1 - ((a.times - middle) / half) ** 2, 0, None)
    high = beat * (0.06 if jacks else rng.uniform(0.12, 0.3))
    apart = d * 0.28 * a.leg if jacks else 0 * d
    legs = {}
    for side, sign in SIGN.items():
        leg = a.flat(side, sign * a.stance_x, 0.0)
        shift = np.stack([sign * apart, 0 * d, high], -1)
        point = leg.foot @ about("x", 40.0 * np.clip(high / 0.06, 0, 1))
        legs[side] = Leg(leg.ankle + shift, point, point, leg.knee_towards)
    dip = np.clip(d - beat, 0, 1) * (18 if jacks else 70)
    at = _over_feet(a, legs, 8 + dip, 1 + 0.12 * dip)
    trunk = trunk_rotation(a.sway(0.5), 3 + 0.3 * dip, a.sway(0.8), n)
    arms = a.arms(plan.arms, trunk)
    up = _pointing(a, (0.75, 0.0, 0.7), (0.3, -0.05, 1.0))
    side_out = _pointing(a, (1.0, 0.0, 0.1), (1.0, -0.1, 0.2))
    if jacks:
        arms = _blend(_blend(a.arms("hang", trunk), side_out, smooth(d * 2)), up, smooth(d * 2 - 1))
    return Performance(assemble(trunk, trunk, trunk, at, legs, arms), a.times, a.reps)


_LIFTS = {
    "curl": ((0.1, -0.1, -1.0), (0.05, -0.3, -1.0), (0.1, -0.2, -1.0), (0.05, -0.45, 0.9)),
    "press": ((0.8, -0.2, -0.5), (0.05, -0.2, 1.0), (0.25, -0.05, 1.0), (0.02, -0.05, 1.0)),
    "raise": ((0.12, 0.0, -1.0), (0.05, -0.15, -1.0), (1.0, -0.1, 0.05), (1.0, -0.2, 0.0)),
    "row": ((0.1, -0.8, -0.5), (0.0, -1.0, -0.2), (0.25, 0.7, -0.8), (0.0, -1.0, 0.0)),
    "wave": ((0.5, -0.2, 0.3), (0.5, -0.2, 1.0), (0.5, -0.2, 0.4), (-0.5, -0.2, 1.0)),
}


def arm_exercise(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Stand and move the arms: ``curl``, ``press``, ``raise``, ``row`` or ``wave`` (one arm)."""
    a = _Mover(body, plan, rng, fps)
    d, n = phase(a.times, a.reps), len(a.times)
    low_upper, low_fore, high_upper, high_fore = _LIFTS[plan.variant or "curl"]
    trunk = trunk_rotation(a.sway(0.8), 1 - 5 * d * rng.random(), a.sway(1.0), n)
    begin, finish = a.reps[0].start_s, a.reps[-1].end_s
    on = ramp(a.times, begin - 0.4, begin) - ramp(a.times, finish, finish + 0.5)
    moving = _blend(_pointing(a, low_upper, low_fore), _pointing(a, high_upper, high_fore), d)
    rest = a.arms(plan.arms, trunk)
    arms = _blend(rest, moving, on)
    if plan.variant == "wave" or rng.random() < 0.25:
        arms["right"] = rest["right"]
    legs = _feet(a, rng.uniform(0.9, 1.5))
    at = _over_feet(a, legs, 7 + 3 * d, a.still(1.0))
    return Performance(assemble(trunk, trunk, trunk, at, legs, arms), a.times, a.reps)


def talk(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Stand and talk: weight shifts, gestures, looking about, a bent knee."""
    a = _Mover(body, plan, rng, fps)
    n, t = len(a.times), a.times
    shift = np.clip(wander(rng, t, 0.05, 0.3), -1.6, 1.6) * a.alive
    legs = _feet(a, rng.uniform(0.9, 1.6))
    drop = 3.5 * shift
    pelvis = trunk_rotation(drop, 3.0, 6 * wander(rng, t, 0.05, 0.3), n)
    thorax = trunk_rotation(-1.5 * shift, 2 + wander(rng, t), 9 * wander(rng, t, 0.05, 0.4), n)
    head = (
        thorax @ about("z", np.clip(25 * wander(rng, t, 0.1, 0.5), -60, 60)) @ about("x", 6 * wander(rng, t))
    )
    at = _over_feet(a, legs, a.still(10.0), a.still(1.0))
    at[:, 0] += 0.035 * shift
    gesture = np.clip(0.5 + 0.6 * wander(rng, t, 0.1, 0.6), 0, 1) * a.alive
    busy = _pointing(a, (0.35, -0.35, -0.8), (0.1, -0.8, rng.uniform(-0.2, 0.7)))
    arms = _blend(a.arms(plan.arms, thorax), busy, smooth(gesture))
    return Performance(assemble(pelvis, thorax, head, at, legs, arms), t, a.reps)


def stretch(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Stretch: ``side_bend``, ``forward_fold``, ``twist`` or ``quad`` (on one leg, the heel to the seat)."""
    a = _Mover(body, plan, rng, fps)
    n, d = len(a.times), phase(a.times, a.reps)
    side, fold, twist = 0 * d, 0 * d, 0 * d
    legs, arms_to = _feet(a, rng.uniform(1.0, 2.4)), _pointing(a, (0.3, -0.1, 1.0), (-0.3, -0.1, 1.0))
    knee, back = a.still(6.0), a.still(1.0)
    if plan.variant == "forward_fold":
        fold = rng.uniform(75, 115) * d
        back, knee, arms_to = (
            1 + 9 * d,
            6 + rng.uniform(0, 15) * d,
            _pointing(a, (0.1, -0.3, -1), (0, -0.2, -1)),
        )
    elif plan.variant == "twist":
        twist = rng.uniform(25, 45) * d
        arms_to = _pointing(a, (0.9, -0.5, -0.1), (-0.3, -0.9, 0.1))
    elif plan.variant != "quad":
        side = rng.uniform(18, 32) * d
    pelvis = trunk_rotation(0.25 * side, 0.7 * fold + 2, 0.3 * twist, n)
    thorax = trunk_rotation(side, fold + 1, twist, n)
    at = _over_feet(a, legs, knee, back)
    arms = _blend(a.arms(plan.arms, thorax), arms_to, smooth(d))
    if plan.variant == "side_bend":  # up by way of the side, not through the shoulders
        aside = _pointing(a, (1.0, -0.3, 0.1), (1.0, -0.5, 0.2))
        arms = _blend(_blend(a.arms("hang", thorax), aside, smooth(2 * d)), arms_to, smooth(2 * d - 1))
    if plan.variant == "quad":
        at[:, 0] += a.stance_x * 0.9 * smooth(d)
        hip = at + a.body.trunk((pelvis, thorax, thorax))["right_hip"]
        heel_up = a.flying("right", hip, -4.0, rng.uniform(105, 125), 2.0, 35.0)
        legs["right"] = legs["right"].towards(heel_up, smooth(d), arc_m=0.05)
        behind = _pointing(a, (0.35, 0.5, -0.9), (0.0, 0.25, -1.0))
        arms["right"] = _blend(a.arms(plan.arms, thorax), behind, smooth(d))["right"]
    return Performance(assemble(pelvis, thorax, thorax, at, legs, arms), a.times, a.reps)


def walk(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Walk: ``in`` (to the place, then stand), ``across`` or ``about`` (with a turn round)."""
    a = _Mover(body, plan, rng, fps)
    t = a.times
    begin, end = a.reps[0].start_s, a.reps[-1].end_s
    stride = rng.uniform(0.95, 1.35) * 0.75 * 2 * a.leg / 1.7
    course = rng.uniform(-180, 180)
    if plan.variant == "in":  # ends at the origin, facing the front
        length = stride * rng.uniform(0.8, 1.6)
        gone = length * ramp(t, begin, min(end, begin + length / 0.8))
        turned = course * (1 - smooth((gone / length - 0.45) / 0.55))
        path = _along(turned, gone) - _along(turned, gone)[-1]
    else:
        speed = min(rng.uniform(0.5, 1.3), 3.5 / (end - begin))
        gone = speed * np.cumsum(ramp(t, begin, begin + 0.8) - ramp(t, end - 0.8, end)) / fps
        bend = (
            rng.uniform(130, 200)
            * rng.choice([-1, 1])
            * ramp(t, (begin + end) / 2 - 0.8, (begin + end) / 2 + 0.8)
        )
        turned = course + (bend if plan.variant == "about" else 0.0) + a.sway(3.0)
        path = _along(turned, gone)
        path -= (path.max(axis=0) + path.min(axis=0)) / 2
    return _gait(a, path, turned, gone / stride, stride, 0.10)


def _along(heading: Array, gone: Array) -> Array:
    """Return the way walked on the floor for a heading over time."""
    facing = apply(about("z", heading), np.array([0.0, -1.0, 0.0]))
    way: Array = np.cumsum(facing * np.diff(gone, prepend=gone[0])[:, None], axis=0)
    return way


def run_in_place(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Run on the spot."""
    a = _Mover(body, plan, rng, fps)
    t = a.times
    begin, end = a.reps[0].start_s, a.reps[-1].end_s
    on = ramp(t, begin, begin + 0.6) - ramp(t, end - 0.6, end)
    cycles = np.cumsum(on * rng.uniform(1.1, 1.6)) / fps
    path = np.zeros((len(t), 3))
    return _gait(a, path, a.sway(2.0), cycles, 0.12 * a.leg, rng.uniform(0.18, 0.34), bounce=0.03)


def _gait(
    a: _Mover,
    path: Array,
    heading: Array,
    cycles: Array,
    stride: float,
    lift: float,
    bounce: float = 0.0,
) -> Performance:
    """Step along a path: each foot stands for three fifths of its cycle, then swings."""
    rate = np.gradient(cycles, a.times)
    on = np.clip(rate / 0.35, 0.0, 1.0)
    turn, n = about("z", heading), len(a.times)
    beat = np.sin(2 * np.pi * (cycles - 0.05)) * on
    trunk = trunk_rotation(0.0, 3.0, 0.0, n)
    pelvis = turn @ about("z", -4 * beat) @ about("y", 2 * beat) @ trunk
    thorax = turn @ about("z", 5 * beat) @ trunk
    legs, hips = {}, a.body.trunk((pelvis, thorax, thorax))
    height = []
    for side, sign in SIGN.items():
        u = (cycles + (0.0 if sign > 0 else 0.5)) % 1.0
        stands = u < 0.6
        swing = np.clip((u - 0.6) / 0.4, 0, 1)
        ahead = np.where(stands, 0.3 - u, -0.3 + 0.6 * smooth(swing)) * stride * on
        raised = np.where(stands, 0.0, np.sin(np.pi * swing) ** 2) * lift * on
        behind = np.where(stands, 0.0, np.sin(np.pi * swing**0.8)) * on
        pitch = (
            38 * behind + np.where(stands, 28 * np.clip((u - 0.42) / 0.18, 0, 1), 28 * (1 - swing) ** 2) * on
        )
        base = a.flat(side, 0.0, 0.0)
        local = np.stack([a.still(sign * a.stance_x * 0.75), -ahead, a.ankle_z + raised], -1)
        foot = turn @ base.foot @ about("x", pitch)
        low = (
            apply(foot, (a.ball_from_ankle - [0, 0, a.ball_z]) * np.array([sign, 1.0, 1.0]))[:, 2] + a.ankle_z
        )
        local[:, 2] += np.maximum(-low, 0.0)  # the heel rises about the ball
        ankle = path + apply(turn, local)
        legs[side] = Leg(ankle, foot, foot, apply(turn, base.knee_towards))
        level = np.linalg.norm((ankle - path - hips[f"{side}_hip"])[:, :2], axis=-1)
        top = (
            ankle[:, 2]
            - hips[f"{side}_hip"][:, 2]
            + np.sqrt(np.maximum((0.993 * a.leg) ** 2 - level**2, 0.1))
        )
        height.append(np.where(raised > 0.02, 9.0, top))
    at = (
        path
        + np.array([0.0, 0.0, 1.0])
        * np.convolve(np.pad(np.min(height, axis=0), 3, mode="edge"), np.ones(7) / 7, mode="valid")[:, None]
    )
    at[:, 2] += bounce * on * (np.cos(4 * np.pi * (cycles - 0.3)) - 1)
    swinging = {}
    bent = 0.25 if not bounce else 1.3
    for side, sign in SIGN.items():
        forth = sign * 0.42 * -beat
        upper = np.stack([a.still(sign * 0.13), -forth + 0.03, a.still(-1.0)], -1)
        fore = np.stack([a.still(sign * 0.02), -forth - bent, a.still(-1.0) + (0.9 if bounce else 0.0)], -1)
        swinging[side] = (apply(turn, unit(upper)), apply(turn, unit(fore)))
    return Performance(assemble(pelvis, thorax, thorax, at, legs, swinging), a.times, a.reps)
