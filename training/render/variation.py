"""What makes people differ from the textbook: random, smooth, independent movement on top of a motion.

A network that learns from these clips must not find that one fault implies another, so pelvis, trunk, knees,
feet, head and arms each wander on their own: a constant part, a part at the turns that differs from
repetition to repetition, and slow noise of 0.1–1.5 Hz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from scipy.ndimage import gaussian_filter1d

from training.render.body import SIDES, Body, Posture
from training.render.rotations import Array, about, apply, unit
from training.render.timing import Rep, ramp, wander

SIGN = {"left": 1.0, "right": -1.0}


@dataclass(frozen=True)
class Variation:
    """Asks for random variation: its ``seed``, its ``strength`` (1: as drawn from `CHANNELS`).

    ``reach`` widens the limits of the channels; ``sink`` scales how much the legs give way. ``untouched``
    channels have no turn part, since a fault of the plan already has one; ``fades`` lets everything begin and
    end at zero, so that bouts join.
    """

    seed: int
    strength: float = 1.0
    reach: float = 1.0
    sink: float = 1.0
    untouched: tuple[str, ...] = ()
    fades: bool = False


@dataclass(frozen=True)
class Channel:
    """Limits of one channel, and the standard deviations of its constant, turn and noise parts."""

    low: float
    high: float
    constant: float
    turn: float
    noise: float
    turn_mean: float = 0.0


CHANNELS = {
    "drop": Channel(-9.0, 18.0, 3.0, 6.5, 1.8, 3.0),
    "turn": Channel(-14.0, 14.0, 4.0, 3.0, 1.5),
    "tilt": Channel(-10.0, 12.0, 4.0, 2.5, 1.2),
    "lean": Channel(-12.0, 18.0, 3.0, 6.5, 1.8, 1.5),
    "rotation": Channel(-25.0, 30.0, 6.0, 12.0, 3.0, 2.0),
    "inclination": Channel(-12.0, 22.0, 5.0, 5.0, 1.5),
    "knee": Channel(-15.0, 35.0, 8.0, 12.0, 3.0, 9.0),
    "free_knee": Channel(-15.0, 30.0, 6.0, 6.0, 3.0),
    "shift_x": Channel(-0.08, 0.06, 0.022, 0.022, 0.006, -0.015),
    "shift_y": Channel(-0.06, 0.06, 0.012, 0.015, 0.006),
    "sink": Channel(0.0, 0.09, 0.015, 0.015, 0.004, 0.01),
    "nod": Channel(-22.0, 30.0, 8.0, 5.0, 4.0),
    "look": Channel(-45.0, 45.0, 9.0, 4.0, 6.0),
    "free_x": Channel(-0.10, 0.10, 0.02, 0.03, 0.012),
    "free_y": Channel(-0.12, 0.12, 0.025, 0.03, 0.015),
}
"""Degrees (metres for shifts); drop, lean, rotation and knee are signed as the truth's faults.

They cover and pass the clinical range in both directions. ``turn`` is the heading of the pelvis.
"""

BEND_LIMIT_DEG = 40.0
"""How far chest and pelvis can tilt against each other sideways."""


def _draw(
    rng: Generator, times: Array, bumps: Array, channel: Channel, variation: Variation, turns: bool
) -> Array:
    """Return one channel over time; ``bumps`` is shape (repetition, frame)."""
    scale, reach = variation.strength, variation.reach
    kind = rng.random()  # many clips have a fault all through, many only at the turn
    constant = rng.normal(0, channel.constant * (2.2 if kind < 0.25 else 1.0 if kind < 0.6 else 0.3))
    at_turn = rng.normal(channel.turn_mean, channel.turn * (0.5 if kind < 0.25 else 1.0)) if turns else 0.0
    each = at_turn * rng.normal(1.0, 0.3, len(bumps)) + rng.normal(0, 0.25 * channel.turn, len(bumps)) * turns
    noise = channel.noise * rng.uniform(0.2, 1.8) * wander(rng, times)
    value: Array = np.clip(
        scale * (constant + each @ bumps + noise), reach * channel.low, reach * channel.high
    )
    return value


def _bumps(times: Array, reps: Sequence[Rep], rng: Generator) -> Array:
    """Return one bump a repetition, with its peak a little off the turn in some clips."""
    off = rng.normal(0, 0.15) if rng.random() < 0.4 else 0.0
    found = []
    for rep in reps:
        shift = off * (rep.end_s - rep.start_s)
        rise = ramp(times, rep.start_s + shift, rep.turn_s + shift)
        found.append(rise - ramp(times, rep.turn_end_s + shift, rep.end_s + shift))
    return np.array(found)


def vary(
    posture: Posture,
    times: Array,
    reps: Sequence[Rep],
    props: Sequence[tuple[Array, Array]],
    body: Body,
    variation: Variation,
) -> Posture:
    """Return the posture with random variation; planted feet stay planted and within reach.

    Parameters
    ----------
    posture : Posture
        A motion written for the left leg as working leg.
    times : ndarray, shape (frame,)
        Seconds.
    reps : sequence of Rep
        When the turns are.
    props : sequence of (centre, size)
        Boxes one may stand on, metres.
    """
    rng = np.random.default_rng(variation.seed)
    bumps = _bumps(times, reps, rng)
    lying = posture.anchor == "shoulders" or bool(np.mean(np.abs(posture.pelvis[:, 2, 2])) < 0.45)
    values = {
        name: _draw(rng, times, bumps, channel, variation, name not in variation.untouched)
        for name, channel in CHANNELS.items()
    }
    values["sink"] = variation.sink * values["sink"]
    edge = np.clip(np.minimum(times - times[0], times[-1] - times), 0.0, 1.0)
    if variation.fades:
        values = {name: value * edge for name, value in values.items()}
    if lying:  # the back lies on the floor
        values["drop"] = 0.6 * values["drop"]
        values |= {name: 0.35 * values[name] for name in ("rotation", "lean", "turn", "nod")}
        values |= {name: 0.0 * values[name] for name in ("inclination", "tilt", "sink", "shift_x", "shift_y")}
    trunk = _vary_trunk(posture, values, 0.0 if lying else rng.uniform(0.0, 1.2))
    feet = _vary_feet(posture, rng, 0.0 if variation.fades else variation.strength)
    moved = replace(posture, pelvis=trunk[0], thorax=trunk[1], head=trunk[2], **feet)
    moved = _follow_hips(posture, moved, values, body, props)
    knees = {
        side: apply(
            _about_each(moved.ankle[side] - _hips(moved, body)[side], SIGN[side] * values[name]),
            moved.knee_towards[side],
        )
        for side, name in (("left", "knee"), ("right", "free_knee"))
    }
    loose = np.full(len(times), variation.strength)
    if variation.fades:
        loose = loose * edge
    return replace(moved, knee_towards=knees, arms=_vary_arms(moved, times, rng, loose[:, None]))


def _vary_trunk(posture: Posture, values: dict[str, Array], follow: float) -> tuple[Array, Array, Array]:
    """Return pelvis, chest and head, each turned on its own.

    ``follow`` is the share of the pelvic drop that the chest goes with in a hinge, where a drop rolls the
    pelvis about the trunk's axis.
    """
    lateral = posture.pelvis[:, :, 0]
    heading = about("z", np.degrees(np.arctan2(lateral[:, 1], lateral[:, 0])))
    back = np.swapaxes(heading, -1, -2)
    pelvis = about("z", values["turn"]) @ heading @ about("y", -values["drop"]) @ back @ posture.pelvis
    pelvis = pelvis @ about("x", values["tilt"])
    upright = np.clip(posture.thorax[:, 2, 2], 0.0, 1.0)
    side = values["lean"] / 0.72 + 0.375 * values["drop"] * upright  # as in `actor.chest_lean`
    against = BEND_LIMIT_DEG * np.tanh((side + values["drop"]) / BEND_LIMIT_DEG)
    side = against - values["drop"]
    bend = about("x", values["inclination"]) @ about("y", side)
    roll = heading @ about("y", -follow * values["drop"] * (1.0 - upright)) @ back
    thorax = about("z", values["turn"]) @ roll @ posture.thorax @ bend @ about("z", values["rotation"])
    head = about("z", values["turn"]) @ posture.head @ about("y", 0.5 * side)
    head = head @ about("z", values["look"] + 0.5 * values["rotation"]) @ about("x", values["nod"])
    return pelvis, thorax, head


def _vary_feet(posture: Posture, rng: Generator, scale: float) -> dict[str, dict[str, Array]]:
    """Return feet and knees turned out or in, and placed a little elsewhere, for the whole bout."""
    feet, toes, ankles, knees = {}, {}, {}, {}
    for side in SIDES:
        yaw = about("z", SIGN[side] * scale * np.clip(rng.normal(2.0, 7.0), -12.0, 20.0))
        feet[side], toes[side] = yaw @ posture.foot[side], yaw @ posture.toes[side]
        knees[side] = apply(yaw, posture.knee_towards[side])
        ankles[side] = posture.ankle[side] + scale * np.array([rng.normal(0, 0.02), rng.normal(0, 0.02), 0.0])
    return {"foot": feet, "toes": toes, "ankle": ankles, "knee_towards": knees}


def _hips(posture: Posture, body: Body) -> dict[str, Array]:
    trunk = body.trunk((posture.pelvis, posture.thorax, posture.head))
    middle = posture.anchor_at - trunk[posture.anchor]
    return {side: middle + trunk[f"{side}_hip"] for side in SIDES}


def _support(ankle: Array, props: Sequence[tuple[Array, Array]]) -> Array:
    """Return the height of what is under each ankle, metres."""
    height = np.zeros(len(ankle))
    for centre, size in props:
        over = (np.abs(ankle[:, :2] - centre[:2]) < size[:2] / 2 + 0.10).all(axis=1)
        top = centre[2] + size[2] / 2
        height = np.where(over & (ankle[:, 2] > top), np.maximum(height, top), height)
    return height


def _lowest(posture: Posture, body: Body, side: str) -> Array:
    """Return the height of the lowest of heel, ball and toes, metres."""
    ankle_z = float(body.rest("ankle")[2])
    sign = np.array([SIGN[side], 1.0, 1.0])
    ball = (body.rest("ball") - body.rest("ankle")) * sign
    ball[2] = -ankle_z
    heel = np.array([0.0, 0.045, -ankle_z])
    tip = ball + np.array([0.0, 0.0, 0.006])
    points = [apply(posture.foot[side], p)[:, 2] for p in (ball, heel, tip)]
    lowest: Array = posture.ankle[side][:, 2] + np.min(points, axis=0)
    return lowest


def _follow_hips(
    before: Posture,
    after: Posture,
    values: dict[str, Array],
    body: Body,
    props: Sequence[tuple[Array, Array]],
) -> Posture:
    """Shift the pelvis, lower it until planted feet are in reach, and let a flying leg follow its hip."""
    old = _hips(before, body)
    planted = {}
    for side in SIDES:
        above = _lowest(before, body, side) - _support(before.ankle[side], props)
        planted[side] = gaussian_filter1d(1.0 - np.clip((above - 0.015) / 0.06, 0.0, 1.0), 2.0)
    at = after.anchor_at + np.stack([values["shift_x"], values["shift_y"], -values["sink"]], -1)
    shifted = replace(after, anchor_at=at)
    hips = _hips(shifted, body)
    ankles = {}
    for side in SIDES:
        free = (1.0 - planted[side])[:, None]
        ankles[side] = after.ankle[side] + free * (hips[side] - old[side])
        if side == "right":
            own = np.stack([values["free_x"], values["free_y"], np.zeros(len(free))], -1)
            ankles[side] = ankles[side] + free * own
    lower = np.max([_missing(hips[s], ankles[s], 0.9985 * body.leg_m) for s in SIDES], axis=0)
    if after.anchor != "shoulders":
        at[:, 2] -= np.clip(lower, 0.0, 0.15)
    for side in SIDES:
        ankles[side][:, 2] -= (1.0 - planted[side]) * np.clip(lower, 0.0, 0.15)
    grounded = replace(shifted, anchor_at=at, ankle=ankles)
    for side in SIDES:
        under = _support(before.ankle[side], props) - _lowest(grounded, body, side)
        was = np.maximum(_support(before.ankle[side], props) - _lowest(before, body, side), 0.0)
        ankles[side][:, 2] += gaussian_filter1d(np.clip(under - was, 0.0, 0.08), 2.0)
    return replace(grounded, ankle=ankles)


def _missing(hip: Array, ankle: Array, reach: float) -> Array:
    """Return how much too high a hip is for the leg's ``reach``, metres."""
    level = np.linalg.norm((hip - ankle)[:, :2], axis=-1)
    allowed = np.sqrt(np.maximum(reach**2 - level**2, 0.0))
    missing: Array = np.maximum(hip[:, 2] - ankle[:, 2] - allowed, 0.0)
    return missing


def _about_each(axes: Array, degrees: Array) -> Array:
    """Return rotations about one axis a frame (pointing down the leg: positive turns the left knee in)."""
    from scipy.spatial.transform import Rotation

    matrices: Array = Rotation.from_rotvec(unit(axes) * np.radians(degrees)[:, None]).as_matrix()
    return matrices


def _vary_arms(
    posture: Posture, times: Array, rng: Generator, scale: Array
) -> dict[str, tuple[Array, Array]]:
    """Return arms that hang, swing and reach a little differently."""
    arms = {}
    for side in SIDES:
        pair = []
        for size in (0.10, 0.16):
            offset = rng.normal(0, size, 3) * np.array([0.5, 1.0, 0.6])
            noise = np.stack([wander(rng, times) for _ in range(3)], -1) * size * rng.uniform(0.1, 0.8)
            pair.append(scale * (offset + noise))
        upper, fore = posture.arms[side]
        outwards = scale * np.array([SIGN[side] * 0.04, 0.0, 0.0])  # not into the body
        arms[side] = (unit(upper + pair[0] + outwards), unit(fore + pair[0] + pair[1]))
    return arms
