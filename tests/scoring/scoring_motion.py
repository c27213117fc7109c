"""A stick person with known faults, as the `Motion` and the `Bout` that stages 3 and 4 would give."""

from dataclasses import dataclass, field, replace

import numpy as np

from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.geometry import angles
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.names import ANGLES, LANDMARKS, landmark, other
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo

THIGH, SHANK, TRUNK, HIPS, SHOULDERS = 0.42, 0.40, 0.50, 0.18, 0.34


@dataclass(frozen=True)
class Faults:
    """Angles at the turn, degrees; all grow with the depth of the repetition but `offset_deg`."""

    drop: float = 0.0
    opening: float = 0.0
    valgus_m: float = 0.0
    lean: float = 0.0
    rotation: float = 0.0
    standing_tilt: float = 0.0


@dataclass(frozen=True)
class Actor:
    exercise: str
    side: str = "left"
    faults: Faults = field(default_factory=Faults)
    reps: int = 3
    ecc_s: float = 2.0
    con_s: float = 1.5
    rest_s: float = 2.0
    pause_s: float = 0.5
    fps: float = 30.0
    trunk_deg: float = 10.0
    knee_deg: float = 60.0
    knee_start_deg: float = 4.0
    box_m: float = 0.2
    sd_deg: float = 1.0
    azimuth_deg: float = 0.0
    in_climb: bool = False
    """Step-up: whether the faults are worst halfway up and gone at the top."""
    scales: tuple[float, ...] = ()


def perform(actor: Actor) -> tuple[Motion, Bout]:
    """Return the motion of the person facing the camera, and the bout that it is."""
    repetitions, times, share = _timeline(actor)
    scale = np.ones_like(times)
    for rep, factor in zip(repetitions, actor.scales or (1.0,) * actor.reps, strict=True):
        scale[(times >= rep.start_s) & (times <= rep.end_s)] = factor
    joints = BUILD[actor.exercise](actor, share, scale)
    return motion_of(actor, times, joints), bout_of(actor, repetitions)


def motion_of(actor, times, joints):
    sets = {
        side: AngleSet(side, angles(joints, side), np.full((len(times), len(ANGLES)), actor.sd_deg))
        for side in ("left", "right")
    }
    return Motion(
        times_s=times,
        left=sets["left"],
        right=sets["right"],
        joints_m=joints,
        azimuth_deg=np.full(len(times), actor.azimuth_deg),
        lying=np.full(len(times), "bridge" in actor.exercise),
        view=View("front", actor.azimuth_deg, 3.0, 0.0),
        pose=pose_of(times, joints, actor.fps),
    )


def bout_of(actor, repetitions):
    both = actor.exercise in ("bridge", "hip_hinge")
    return Bout(
        exercise=actor.exercise,
        confidence=1.0,
        side=None if both else actor.side,
        measured_side=actor.side,
        start_s=repetitions[0].start_s,
        end_s=repetitions[-1].end_s,
        repetitions=tuple(repetitions),
    )


def pose_of(times, joints, fps, *, px_per_m=400.0, size=(720, 1280)):
    """Return the landmarks as a camera in front sees them, feet near the bottom of the picture."""
    count = len(times)
    image = np.stack(
        [size[0] / 2 + px_per_m * joints[..., 0], size[1] * 0.85 - px_per_m * joints[..., 1]], axis=-1
    )
    return PoseSequence(
        times_s=times,
        image_px=image,
        world_m=np.zeros_like(joints),
        visibility=np.full((count, len(LANDMARKS)), 0.99),
        presence=np.full((count, len(LANDMARKS)), 0.99),
        video=VideoInfo("clip.mp4", *size, count, count / fps, fps),
        luma=np.full(count, 120.0),
    )


def mirrored(motion: Motion, bout: Bout) -> tuple[Motion, Bout]:
    """Return what a mirror shows: x flipped, left and right exchanged."""
    swap = [LANDMARKS.index(_other_name(name)) for name in LANDMARKS]
    joints = motion.joints_m[:, swap] * [-1, 1, 1]
    sets = {
        side: AngleSet(side, angles(joints, side), motion.of(other(side)).sd) for side in ("left", "right")
    }
    pose = replace(
        motion.pose,
        image_px=motion.pose.image_px[:, swap] * [-1, 1] + [motion.pose.video.width, 0],
        visibility=motion.pose.visibility[:, swap],
    )
    flipped = replace(
        motion,
        left=sets["left"],
        right=sets["right"],
        joints_m=joints,
        pose=pose,
        azimuth_deg=-motion.azimuth_deg,
    )
    side = None if bout.side is None else other(bout.side)
    return flipped, replace(bout, side=side, measured_side=other(bout.measured_side))


def _other_name(name):
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")


def _timeline(actor):
    reps, now = [], actor.rest_s
    knots, depth = [0.0, now], [0.0, 0.0]
    first, last = (actor.ecc_s, actor.con_s)
    if actor.exercise in ("step_up", "bridge", "single_leg_bridge"):
        first, last = last, first
    for _ in range(actor.reps):
        turn, leave = now + first, now + first + actor.pause_s
        end = leave + last
        reps.append(Repetition(now, (turn + leave) / 2, end))
        knots += [turn, leave, end, end + 0.5]
        depth += [1.0, 1.0, 0.0, 0.0]
        now = end + 0.5
    times = np.arange(0, now + actor.rest_s, 1 / actor.fps)
    linear = np.interp(times, knots, depth)
    return reps, times, (1 - np.cos(np.pi * linear)) / 2


def _lateral(actor):
    return np.array([1.0 if actor.side == "left" else -1.0, 0.0, 0.0])  # the person faces the camera


def _stand(actor, share, scale, *, foot_m, free_foot_m, trunk_deg, knee_deg, opening=False):
    """Return the joints of an upright person on the stance foot, shape (frame, landmark, xyz)."""
    count, e = len(share), _lateral(actor)
    up, ahead = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    wrong = (share * scale)[:, None]
    bend = np.radians(knee_deg)[:, None]
    ankle = e * HIPS / 2 + up * (foot_m[:, None] + 0.08)
    inward = -e * actor.faults.valgus_m * wrong
    knee = ankle + SHANK * (np.cos(bend / 2) * up + np.sin(bend / 2) * ahead) + inward
    hip = ankle + SHANK * np.cos(bend / 2) * up + THIGH * np.cos(bend / 2) * up
    phi = np.radians(trunk_deg)[:, None]
    tilt = np.radians(actor.faults.standing_tilt + actor.faults.drop * wrong)
    if opening:  # the free hip turns up about the trunk, which tilts the hip line by sin φ of it
        tilt = tilt - np.arcsin(np.sin(np.radians(actor.faults.opening * wrong)) * np.sin(phi))
    hip_line = np.cos(tilt) * e + np.sin(tilt) * up
    free_hip = hip - HIPS * hip_line
    middle = (hip + free_hip) / 2
    lean = np.radians(actor.faults.lean * wrong)
    axis = np.cos(lean) * (np.cos(phi) * up + np.sin(phi) * ahead) + np.sin(lean) * e
    top = middle + TRUNK * axis
    across = hip_line - np.sum(hip_line * axis, axis=1, keepdims=True) * axis
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    turn = np.radians(actor.faults.rotation * wrong) * (1 if actor.side == "left" else -1)
    across = np.cos(turn) * across + np.sin(turn) * np.cross(axis, across)
    free_ankle = -e * HIPS / 2 + up * (free_foot_m[:, None] + 0.08)
    placed = {"hip": (hip, free_hip), "ankle": (ankle + 0 * hip, free_ankle), "knee": (knee, None)}
    placed["knee"] = (knee, (free_hip + free_ankle) / 2 + 0.02 * ahead)
    placed["shoulder"] = (top + SHOULDERS / 2 * across, top - SHOULDERS / 2 * across)
    return _joints(actor, count, placed, top + 0.25 * axis)


def _joints(actor, count, placed, head):
    joints = np.repeat(head[:, None], len(LANDMARKS), axis=1).astype(float)
    for name, (stance, free) in placed.items():
        joints[:, landmark(actor.side, name)] = stance
        joints[:, landmark(other(actor.side), name)] = free
    for side in ("left", "right"):
        for name in ("heel", "foot_index"):
            joints[:, landmark(side, name)] = joints[:, landmark(side, "ankle")] - [0, 0.06, 0]
    assert joints.shape == (count, len(LANDMARKS), 3)
    return joints


def _bends(actor, share, scale):
    """Bend so that the height of the hips follows the share."""
    depth = share * scale
    high, low = (np.cos(np.radians(knee / 2)) for knee in (actor.knee_start_deg, actor.knee_deg))
    return {
        "trunk_deg": 2 + (actor.trunk_deg - 2) * depth,
        "knee_deg": 2 * np.degrees(np.arccos(high + (low - high) * depth)),
    }


def _rdl(actor, share, scale):
    lifted = np.clip(share * 4, 0, 1) * (0.05 + 0.5 * share)
    floor = np.zeros_like(share)
    return _stand(
        actor, share, scale, foot_m=floor, free_foot_m=lifted, opening=True, **_bends(actor, share, scale)
    )


def _hinge(actor, share, scale):
    floor = np.zeros_like(share)
    return _stand(actor, share, scale, foot_m=floor, free_foot_m=floor, **_bends(actor, share, scale))


def _step_down(actor, share, scale):
    box = np.full_like(share, actor.box_m)
    stick = _bends(actor, share, scale)
    reach = (THIGH + SHANK) * (np.cos(np.radians(stick["knee_deg"] / 2)) - np.cos(np.radians(2)))
    return _stand(actor, share, scale, foot_m=box, free_foot_m=np.maximum(actor.box_m + reach, 0.0), **stick)


def _step_up(actor, share, scale):
    box = np.full_like(share, actor.box_m)
    straight = np.cos(np.radians(2.0))
    low = straight - actor.box_m / (THIGH + SHANK)
    knee = 2 * np.degrees(np.arccos(low + (straight - low) * share * scale))
    return _stand(
        actor,
        share,
        np.sin(np.pi * share) / np.maximum(share, 1e-6) if actor.in_climb else np.ones_like(share),
        foot_m=box,
        free_foot_m=actor.box_m * share,
        trunk_deg=10 + 0 * share,
        knee_deg=knee,
    )


def _lunge(actor, share, scale):
    floor = np.zeros_like(share)
    joints = _stand(actor, share, scale, foot_m=floor, free_foot_m=floor, **_bends(actor, share, scale))
    joints[:, landmark(other(actor.side), "ankle"), 2] -= 0.7 * share
    return joints


def _stance(actor, share, scale):
    floor, still = np.zeros_like(share), np.full_like(share, 4.0)
    return _stand(
        actor,
        share,
        scale,
        foot_m=floor,
        free_foot_m=0.25 * (share > 0),
        trunk_deg=0.5 * still,
        knee_deg=still,
    )


def _bridge(actor, share, scale):
    """Lie on the back, feet towards the camera; `knee_deg` is how high the hips go, 100 = straight."""
    count, e = len(share), _lateral(actor)
    up, feet = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    wrong = (share * scale)[:, None]
    shoulder = np.zeros((count, 3)) + 0.08 * up
    ankle = np.zeros((count, 3)) + 0.08 * up + 0.75 * feet
    knee = ankle + SHANK * up
    straight = (shoulder + knee) / 2
    hip = shoulder + TRUNK * feet * 0.9 + (straight - shoulder)[:, 1:2] * up * wrong * actor.knee_deg / 100
    tilt = np.radians(actor.faults.standing_tilt + actor.faults.drop * wrong)
    half = HIPS / 2 * (np.cos(tilt) * e + np.sin(tilt) * up)
    single = actor.exercise == "single_leg_bridge"
    inward = -e * actor.faults.valgus_m * wrong
    placed = {
        "shoulder": (shoulder + e * SHOULDERS / 2, shoulder - e * SHOULDERS / 2),
        "hip": (hip + half, hip - half),
        "knee": (knee + e * HIPS / 2 + inward, knee - e * HIPS / 2 - (0 if single else 1) * inward),
        "ankle": (ankle + e * HIPS / 2, ankle - e * HIPS / 2 + (0.5 * up if single else 0)),
    }
    return _joints(actor, count, placed, shoulder - 0.25 * feet)


BUILD = {
    "single_leg_rdl": _rdl,
    "hip_hinge": _hinge,
    "step_down": _step_down,
    "step_up": _step_up,
    "lunge": _lunge,
    "single_leg_stance": _stance,
    "bridge": _bridge,
    "single_leg_bridge": _bridge,
}
