"""A stick figure that does the exercises: exact motion for tests, without any video.

Own axes of the figure: x to its left, y up, z the way it faces; lengths in leg lengths until the end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.motion.types import AngleSet, Motion, View
from formcheck.names import ANGLES, LANDMARKS, Side, landmark, other
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo

Vector = NDArray[np.float64]

THIGH = SHANK = 0.5
TRUNK = 0.62
HIP_HALF, SHOULDER_HALF = 0.11, 0.22
STANDING = 0.99
HANGING = {
    "elbow": ("shoulder", (0.0, -0.3, 0.02)),
    "wrist": ("shoulder", (0.0, -0.55, 0.05)),
    "heel": ("ankle", (0.0, -0.04, -0.05)),
    "foot_index": ("ankle", (0.0, -0.05, 0.18)),
}
SIGNS: tuple[tuple[Side, float], ...] = (("left", 1.0), ("right", -1.0))


@dataclass(frozen=True)
class Posture:
    """Where pelvis, trunk and feet are at one moment; "working" and "free" are sides."""

    pelvis: tuple[float, float] = (STANDING, 0.0)  # up, forward
    trunk_deg: float = 4.0  # forward from upright; −90 lies on the back with the head backwards
    working_foot: tuple[float, float] = (0.0, 0.0)  # up, forward
    free_foot: tuple[float, float] = (0.0, 0.0)


def blend(a: Posture, b: Posture, share: float) -> Posture:
    """Return the posture ``share`` of the way from ``a`` to ``b``."""

    def mix(p: tuple[float, float], q: tuple[float, float]) -> tuple[float, float]:
        return (p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1]))

    return Posture(
        mix(a.pelvis, b.pelvis),
        a.trunk_deg + share * (b.trunk_deg - a.trunk_deg),
        mix(a.working_foot, b.working_foot),
        mix(a.free_foot, b.free_foot),
    )


STAND = Posture()
SUPINE = Posture(pelvis=(0.12, 0.0), trunk_deg=-90, working_foot=(0.05, 0.55), free_foot=(0.05, 0.55))
ON_BOX = Posture(pelvis=(STANDING + 0.25, 0.3), working_foot=(0.25, 0.3), free_foot=(0.25, 0.3))
FOOT_ON_BOX = Posture(pelvis=(0.98, 0.02), trunk_deg=15, working_foot=(0.25, 0.3), free_foot=(0.0, 0.0))
CLEARING_THE_BOX = Posture(
    pelvis=(STANDING + 0.13, 0.18), trunk_deg=12, working_foot=(0.25, 0.3), free_foot=(0.34, 0.05)
)
ONE_LEG = replace(STAND, free_foot=(0.25, -0.2))

SCRIPTS: dict[str, tuple[tuple[Posture, ...], tuple[float, ...]]] = {
    # Postures of one repetition and the moments, 0…1, at which they are reached; the turn is the middle one.
    "hip_hinge": ((STAND, Posture((0.93, -0.2), 70), STAND), (0, 0.5, 1)),
    "single_leg_rdl": ((STAND, Posture((0.95, -0.1), 70, free_foot=(0.75, -0.75)), STAND), (0, 0.5, 1)),
    "kickstand": (
        (
            Posture((0.95, -0.05), free_foot=(0.05, -0.3)),
            Posture((0.92, -0.15), 65, free_foot=(0.05, -0.3)),
            Posture((0.95, -0.05), free_foot=(0.05, -0.3)),
        ),
        (0, 0.5, 1),
    ),
    "lunge": (
        (
            Posture((0.9, 0.0), 5, (0, 0.35), (0.05, -0.35)),
            Posture((0.5, 0.0), 8, (0, 0.4), (0.1, -0.4)),
            Posture((0.9, 0.0), 5, (0, 0.35), (0.05, -0.35)),
        ),
        (0, 0.5, 1),
    ),
    "reverse": ((STAND, Posture((0.5, -0.35), 8, free_foot=(0.1, -0.75)), STAND), (0, 0.5, 1)),
    "forward": (
        (STAND, Posture((0.5, 0.4), 8, working_foot=(0, 0.8), free_foot=(0.1, 0)), STAND),
        (0, 0.5, 1),
    ),
    "step_up": (
        (STAND, FOOT_ON_BOX, CLEARING_THE_BOX, ON_BOX, CLEARING_THE_BOX, FOOT_ON_BOX, STAND),
        (0, 0.2, 0.38, 0.5, 0.62, 0.8, 1),
    ),
    "step_down": (
        (ON_BOX, Posture((STANDING, 0.25), 15, (0.25, 0.3), (0.02, 0.55)), ON_BOX),
        (0, 0.5, 1),
    ),
    "bridge": ((SUPINE, replace(SUPINE, pelvis=(0.42, 0.05), trunk_deg=-115), SUPINE), (0, 0.5, 1)),
    "single_leg_bridge": (
        (
            replace(SUPINE, free_foot=(0.5, 0.75)),
            replace(SUPINE, pelvis=(0.42, 0.05), trunk_deg=-115, free_foot=(0.8, 0.85)),
            replace(SUPINE, free_foot=(0.5, 0.75)),
        ),
        (0, 0.5, 1),
    ),
    "single_leg_stance": ((STAND, ONE_LEG, ONE_LEG, ONE_LEG, STAND), (0, 0.1, 0.5, 0.9, 1)),
    "rear_foot_on_bench": (
        (
            Posture((0.85, 0.0), 5, (0, 0.3), (0.5, -0.7)),
            Posture((0.5, 0.0), 15, (0, 0.3), (0.5, -0.7)),
            Posture((0.85, 0.0), 5, (0, 0.3), (0.5, -0.7)),
        ),
        (0, 0.5, 1),
    ),
    "shrimp_squat": (
        (
            replace(STAND, free_foot=(0.6, -0.35)),
            Posture((0.5, -0.05), 30, (0, 0.15), (0.15, -0.45)),
            replace(STAND, free_foot=(0.6, -0.35)),
        ),
        (0, 0.5, 1),
    ),
    "squat": ((STAND, Posture((0.5, -0.1), 30), STAND), (0, 0.5, 1)),
    "leaning_squat": ((STAND, Posture((0.6, -0.3), 50), STAND), (0, 0.5, 1)),
    "sit_up": ((replace(SUPINE, trunk_deg=-30), SUPINE, replace(SUPINE, trunk_deg=-30)), (0, 0.5, 1)),
    "knee_lift": ((STAND, replace(STAND, free_foot=(0.4, 0.2)), STAND), (0, 0.5, 1)),
    "still": ((STAND, STAND, STAND), (0, 0.5, 1)),
    "lie_still": ((SUPINE, SUPINE, SUPINE), (0, 0.5, 1)),
}


@dataclass(frozen=True)
class Act:
    """Some repetitions of one script on one side."""

    script: str
    side: Side = "left"
    reps: int = 3
    rep_s: float = 3.0
    rest_s: float = 0.6
    depth: float = 1.0

    @property
    def duration_s(self) -> float:
        return self.reps * (self.rep_s + self.rest_s) + self.rest_s

    def turns_s(self) -> list[float]:
        """Return the times of the turns from the act's beginning."""
        return [self.rest_s + i * (self.rep_s + self.rest_s) + self.rep_s / 2 for i in range(self.reps)]

    def posture(self, time_s: float) -> Posture:
        postures, moments = SCRIPTS[self.script]
        since = (time_s - self.rest_s) % (self.rep_s + self.rest_s) if time_s >= self.rest_s else 0.0
        phase = min(since / self.rep_s, 1.0)
        i = max(min(int(np.searchsorted(moments, phase, side="right")) - 1, len(moments) - 2), 0)
        share = (phase - moments[i]) / (moments[i + 1] - moments[i])
        reached = blend(postures[i], postures[i + 1], (1 - np.cos(np.pi * share)) / 2)
        return blend(postures[0], reached, self.depth)


def perform(
    *acts: Act,
    yaw_deg: float = 0.0,
    scale_m: float = 0.85,
    fps: float = 30.0,
    start_s: float = 0.0,
    noise_m: float = 0.0,
) -> Motion:
    """Return the exact motion of some acts, one after the other."""
    total = sum(act.duration_s for act in acts)
    times = np.arange(int(total * fps)) / fps
    frames = []
    for time in times:
        act, since = acts[-1], time
        for candidate in acts:
            if since < candidate.duration_s:
                act = candidate
                break
            since -= candidate.duration_s
        frames.append(skeleton(act.posture(min(since, act.duration_s)), act.side))
    joints = np.array(frames) @ _yaw(yaw_deg).T * scale_m
    joints += np.random.default_rng(0).normal(0, noise_m, joints.shape) if noise_m else 0.0
    return as_motion(times + start_s, joints)


def as_motion(times_s: Vector, joints: Vector) -> Motion:
    """Return a `Motion` around joints; its angles are NaN (recognition reads the joints)."""
    count = len(times_s)
    seen = np.isfinite(joints[:, :, 0])
    pose = PoseSequence(
        times_s=times_s,
        image_px=(joints[:, :, :2] * [200, -200] + [400, 500]).astype(np.float32),
        world_m=(joints * [1, -1, -1]).astype(np.float32),
        visibility=np.where(seen, 1.0, np.nan).astype(np.float32),
        presence=np.where(seen, 1.0, np.nan).astype(np.float32),
        video=VideoInfo("stick.mp4", 800, 600),
    )
    empty = np.full((count, len(ANGLES)), np.nan, dtype=np.float32)
    return Motion(
        times_s=times_s,
        left=AngleSet("left", empty, empty),
        right=AngleSet("right", empty, empty),
        joints_m=joints.astype(np.float32),
        azimuth_deg=np.zeros(count, dtype=np.float32),
        lying=np.zeros(count, dtype=np.bool_),
        view=View("front", 0.0, 5.0, 0.0),
        pose=pose,
    )


def mirrored(motion: Motion) -> Motion:
    """Return the motion of the mirror image: the same movement by the other side."""
    swap = [LANDMARKS.index(_swapped(name)) for name in LANDMARKS]
    return as_motion(motion.times_s, motion.joints_m[:, swap].astype(float) * [-1, 1, 1])


def skeleton(posture: Posture, working: Side) -> Vector:
    """Return all 33 landmarks of a posture, shape (landmark, xyz)."""
    points = np.full((len(LANDMARKS), 3), np.nan)
    up, forward = posture.pelvis
    pelvis = np.array([0.0, up, forward])
    tilt = np.radians(posture.trunk_deg)
    along = np.array([0.0, np.cos(tilt), np.sin(tilt)])
    feet = {working: posture.working_foot, other(working): posture.free_foot}
    for side, sign in SIGNS:
        lateral = np.array([sign, 0.0, 0.0])
        hip = pelvis + HIP_HALF * lateral
        shoulder = pelvis + TRUNK * along + SHOULDER_HALF * lateral
        ankle = np.array([sign * HIP_HALF, feet[side][0], feet[side][1]])
        ankle, knee = _leg(hip, ankle)
        places = {"hip": hip, "knee": knee, "ankle": ankle, "shoulder": shoulder}
        for name, (start, offset) in HANGING.items():
            places[name] = places[start] + np.array(offset)
        for name, place in places.items():
            points[landmark(side, name)] = place
    head = pelvis + (TRUNK + 0.25) * along
    points[np.isnan(points[:, 0])] = head
    return points


def _leg(hip: Vector, ankle: Vector) -> tuple[Vector, Vector]:
    """Return the ankle (drawn within reach) and the knee, which bends forwards and up."""
    line = ankle - hip
    distance = float(np.linalg.norm(line))
    reach = min(distance, 0.999 * (THIGH + SHANK))
    direction = line / distance
    half = reach / 2
    hint = np.array([0.0, 0.3, 1.0])
    bend = hint - np.dot(hint, direction) * direction
    bend /= np.linalg.norm(bend)
    knee = hip + half * direction + np.sqrt(THIGH**2 - half**2) * bend
    return hip + reach * direction, knee


def _yaw(degrees: float) -> Vector:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _swapped(name: str) -> str:
    return name.replace("left", "R").replace("right", "left").replace("R", "right")
