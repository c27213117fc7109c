"""What all motions share: planted and flying feet, where the pelvis is over a leg, the arms.

Motions are written once, for the left leg as the working ("stance") leg; `training.render.clip` mirrors
the posed body for the right leg.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from training.render.body import Body, Posture
from training.render.rotations import Array, about, apply, between, unit
from training.render.timing import Rep, sway
from training.render.variation import Variation

SIGN = {"left": 1.0, "right": -1.0}
FORWARD = np.array([0.0, -1.0, 0.0])

ARM_STYLES = ("hang", "hips", "crossed", "forward")
_ARMS = {
    "hang": ((0.16, -0.06, -1.0), (0.03, -0.22, -1.0)),
    "hips": ((0.72, 0.42, -0.75), (-0.62, -0.42, -0.62)),
    "crossed": ((0.12, -0.42, -0.9), (-0.75, -0.45, 0.42)),
    "forward": ((0.1, -0.8, -0.55), (-0.45, -0.75, 0.2)),
}
"""Upper arm and forearm: x outwards, y backwards, z up, in the thorax's frame (``hang``: the world's)."""


@dataclass(frozen=True)
class Plan:
    """What one bout of an exercise shall be.

    ``faults`` maps a fault (``drop``, ``valgus``, ``rotation``, ``lean``, ``opening``: degrees at the turn;
    ``shallow``: share of depth missing; ``fast``: any) to its size. ``knee_in`` is how far the knee tracks
    inwards of the foot's direction without being a fault, degrees. ``spread`` is how uneven the repetitions
    are (see `training.render.timing.plan_reps`), ``stance`` the width of the stance against that of the hips
    and the toe-out in degrees (drawn if not given), ``quiet_knee_deg`` how bent the knees are in quiet
    standing, ``vary`` the random variation on top of everything.
    """

    exercise: str
    side: str = "left"
    reps: int = 3
    faults: Mapping[str, float] = field(default_factory=dict)
    arms: str = "hang"
    variant: str = ""
    box_m: float = 0.18
    tempo: tuple[float, float, float, float] = (1.9, 0.2, 1.0, 0.45)
    lead_s: float = 1.4
    hold_s: float = 11.0
    knee_in: float = 0.0
    spread: float = 0.0
    stance: tuple[float, float] | None = None
    quiet_knee_deg: float = 7.0
    vary: Variation | None = None

    def fault(self, name: str, natural: float = 0.0) -> float:
        """Return the size of a fault, or what is natural without it."""
        return float(self.faults.get(name, natural))


@dataclass(frozen=True)
class Leg:
    """One leg's part of a posture."""

    ankle: Array
    foot: Array
    toes: Array
    knee_towards: Array

    def towards(self, later: Leg, share: Array, arc_m: float = 0.0) -> Leg:
        """Return this leg moving to ``later`` as ``share`` goes from 0 to 1, on an arc of that height."""
        s = share[:, None]
        lift = np.array([0.0, 0.0, 1.0]) * (arc_m * 4 * share * (1 - share))[:, None]
        return Leg(
            ankle=self.ankle * (1 - s) + later.ankle * s + lift,
            foot=between(self.foot, later.foot, share),
            toes=between(self.toes, later.toes, share),
            knee_towards=unit(self.knee_towards * (1 - s) + later.knee_towards * s),
        )


@dataclass(frozen=True)
class Performance:
    """A bout as performed: its posture over its own times, and when each repetition was."""

    posture: Posture
    times_s: Array
    reps: list[Rep]
    props: list[tuple[Array, Array]] = field(default_factory=list)


class Actor:
    """A body with the times of one bout and its random habits."""

    def __init__(
        self, body: Body, times_s: Array, rng: Generator, stance: tuple[float, float] | None = None
    ) -> None:
        self.body, self.times, self.rng = body, times_s, rng
        self.thigh, self.shank = body.length("hip", "knee"), body.length("knee", "ankle")
        self.leg = self.thigh + self.shank
        self.half_hip = float(body.rest("hip")[0])
        self.ankle_z = float(body.rest("ankle")[2])
        self.ball_from_ankle = body.rest("ball") - body.rest("ankle")
        self.ball_z = float(body.rest("ball")[2])
        self.stance_x = self.half_hip * rng.uniform(0.75, 1.05)
        self.toe_out = rng.uniform(3.0, 10.0)
        if stance is not None:
            self.stance_x, self.toe_out = self.half_hip * stance[0], stance[1]
        edge = np.minimum(times_s - times_s[0], times_s[-1] - times_s) / 0.5
        self.alive = np.clip(edge, 0.0, 1.0)  # sway fades at both ends, so that bouts join

    def sway(self, size: float) -> Array:
        """Return slow wandering that begins and ends at zero."""
        return sway(self.rng, self.times, size) * self.alive

    def still(self, value: ArrayLike) -> Array:
        """Repeat a number or a vector for every frame."""
        array = np.asarray(value, dtype=float)
        return np.broadcast_to(array, (len(self.times), *array.shape)).copy()

    def planted(
        self, side: str, ball: Array, heel_lift_deg: ArrayLike = 0.0, toe_out: float | None = None
    ) -> Leg:
        """Return a leg whose ball stands at ``ball``, shape (frame, 3): the ground under it."""
        yaw = about("z", self.still(SIGN[side] * (self.toe_out if toe_out is None else toe_out)))
        foot = yaw @ about("x", self.still(0.0) + heel_lift_deg)
        to_ball = self.ball_from_ankle * np.array([SIGN[side], 1.0, 1.0])
        ankle = ball + np.array([0.0, 0.0, self.ball_z]) - apply(foot, to_ball)
        toes = between(yaw, foot, 0.1)
        return Leg(ankle, foot, toes, apply(yaw, FORWARD))

    def flat(self, side: str, x: float, forward: float, ground: float = 0.0) -> Leg:
        """Return a leg with the foot flat and its ankle at ``x`` and ``forward`` of the origin."""
        leg = self.planted(side, self.still([0.0, 0.0, ground]))
        shift = np.array([x, -forward, ground + self.ankle_z]) - leg.ankle
        return Leg(leg.ankle + shift * np.array([1.0, 1.0, 1.0]), leg.foot, leg.toes, leg.knee_towards)

    def flying(
        self,
        side: str,
        hip: Array,
        flexion: ArrayLike,
        knee: ArrayLike,
        outwards: ArrayLike = 2.0,
        plantar: float = 15.0,
    ) -> Leg:
        """Return a free leg by its angles: the thigh ``flexion`` forwards of down, the ``knee`` bend."""
        f, k = np.radians(self.still(0.0) + flexion), np.radians(self.still(0.0) + knee)
        zero = np.zeros_like(f)
        thigh = np.stack([zero, -np.sin(f), -np.cos(f)], -1)
        shank = np.stack([zero, -np.sin(f - k), -np.cos(f - k)], -1)
        out = about("y", -SIGN[side] * (self.still(0.0) + outwards))
        ankle = hip + apply(out, self.thigh * thigh + self.shank * shank)
        foot = (
            out
            @ about("x", np.degrees(k - f) + plantar)
            @ about("z", self.still(SIGN[side] * self.toe_out * 0.5))
        )
        towards = apply(out, np.stack([zero, -np.cos(f - k / 2), np.sin(f - k / 2)], -1))
        return Leg(ankle, foot, foot, towards)

    def reach(self, knee_deg: ArrayLike) -> Array:
        """Return the distance from hip to ankle at a knee bend."""
        bend = np.radians(self.still(0.0) + knee_deg)
        distance: Array = np.sqrt(self.thigh**2 + self.shank**2 + 2 * self.thigh * self.shank * np.cos(bend))
        return distance

    def hip_over(
        self, ankle: Array, knee_deg: ArrayLike, back_deg: ArrayLike, lateral_deg: ArrayLike
    ) -> Array:
        """Return the hip above ``ankle``: the leg bent by ``knee_deg`` and leaning back and outwards."""
        slope = np.stack(
            [
                np.tan(np.radians(self.still(0.0) + lateral_deg)),
                np.tan(np.radians(self.still(0.0) + back_deg)),
                self.still(1.0),
            ],
            -1,
        )
        return ankle + self.reach(knee_deg)[:, None] * unit(slope)

    def turn_knee_in(self, leg: Leg, side: str, degrees: ArrayLike) -> Leg:
        """Return the leg with its knee turned towards the midline."""
        turn = about("z", -SIGN[side] * (self.still(0.0) + degrees))
        return Leg(leg.ankle, leg.foot, leg.toes, apply(turn, leg.knee_towards))

    def arms(
        self, style: str, thorax: Array, other: str = "", share: Array | None = None
    ) -> dict[str, tuple[Array, Array]]:
        """Return both arms in a style, or on the way from it to another."""
        found = {}
        for side, sign in SIGN.items():
            pair = []
            for part in (0, 1):
                first = self._arm(style, part, sign, thorax)
                if other and share is not None:
                    later = self._arm(other, part, sign, thorax)
                    first = unit(first * (1 - share[:, None]) + later * share[:, None])
                pair.append(first)
            found[side] = (pair[0], pair[1])
        return found

    def _arm(self, style: str, part: int, sign: float, thorax: Array) -> Array:
        direction = unit(np.asarray(_ARMS[style][part]) * np.array([sign, 1.0, 1.0]))
        return self.still(direction) if style == "hang" else apply(thorax, direction)


def assemble(
    pelvis: Array,
    thorax: Array,
    head: Array,
    at: Array,
    legs: Mapping[str, Leg],
    arms: dict[str, tuple[Array, Array]],
    anchor: str = "pelvis",
) -> Posture:
    """Put a posture together."""
    return Posture(
        pelvis=pelvis,
        thorax=thorax,
        head=head,
        anchor=anchor,
        anchor_at=at,
        ankle={s: leg.ankle for s, leg in legs.items()},
        foot={s: leg.foot for s, leg in legs.items()},
        toes={s: leg.toes for s, leg in legs.items()},
        knee_towards={s: leg.knee_towards for s, leg in legs.items()},
        arms=arms,
    )


def chest_lean(lean: ArrayLike, drop: ArrayLike) -> Array:
    """Return the sideways tilt of the chest that gives the trunk a ``lean`` over a pelvis with a ``drop``.

    The spine curves from pelvis to chest, so the line hips–shoulders takes 0.72 of the chest's tilt and
    −0.27 of the pelvis's (measured on the bodies; the truth is computed from the joints in any case).
    """
    tilt: Array = np.asarray(lean) / 0.72 + np.asarray(drop) * 0.27 / 0.72
    return tilt


def trunk_rotation(lean_left: ArrayLike, forward: ArrayLike, turn_left: ArrayLike, frames: int) -> Array:
    """Return rotations that turn about the trunk's own axis, then lean forwards, then sideways."""
    zero = np.zeros(frames)
    return about("y", zero + lean_left) @ about("x", zero + forward) @ about("z", zero + turn_left)
