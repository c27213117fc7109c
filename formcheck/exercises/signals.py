"""Signals of the body's configuration, from which exercises are told apart and repetitions are cut.

All of them come from the 3D joints of `Motion`, so they mean the same from every camera, and all lengths are
in units of the person's own leg. They are computed once per side taken as the working side: left and right
share one code path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from formcheck.exercises.definitions import SignalName
from formcheck.motion.types import Motion
from formcheck.names import EXERCISES, SIDES, Exercise, Side, landmark, other

Array = NDArray[np.floating[Any]]

CLOCK_HZ: Final = 30.0
"""Rate of the uniform clock on which repetitions are cut."""
MAX_GAP_S: Final = 0.5
"""Gaps up to this long are bridged; longer ones stay gaps."""
SMOOTHING_S: Final = 0.06
"""Standard deviation of the smoothing kernel: far below the duration of a repetition."""
MAX_SPEED: Final = 8.0
"""Leg lengths per second that the hips of a person who exercises never reach."""
FACING_SD_S: Final = 0.5
"""Standard deviation of the kernel over which the way a person faces is averaged."""

FLOOR_SLOPE: Final = 2.5
"""Distance of the camera over its height above the feet, for a phone or webcam at hip height."""
ON_FLOOR: Final = (0.2, 0.3)
"""Leg lengths between the ankles' heights up to which both feet count as on the floor, and from which not."""

LEAST_SPAN: Final = 0.12
"""Leg lengths between the feet below which it is not told over which of them the hips are."""

_JOINTS = ("shoulder", "hip", "knee", "ankle", "wrist")
_MEASURED = ("trunk_inclination", "knee_flexion", "hip_flexion")


@dataclass(frozen=True)
class BodySignals:
    """The signals of one clip with one side as the working side, on a uniform clock.

    Attributes
    ----------
    side : str
        The working side; "free" in a signal's name means the other one.
    times_s : ndarray, shape (sample,)
        Uniform clock.
    series : dict of str to ndarray, shape (sample,)
        By signal name; NaN in gaps. angles in degrees, heights and distances in leg lengths:

        - ``trunk_inclination``: trunk away from upright.
        - ``knee_flexion``, ``free_knee_flexion``, ``hip_flexion``, ``free_hip_flexion``: 0 = straight.
        - ``hip_flexion_mean``: of both hips; ``hip_flexion_lead``: working minus free hip.
        - ``hip_flexion_difference``: without sign; ``knee_flexion_mean``: of both knees.
        - ``hinge_excess``: trunk inclination less 0.4 × mean knee flexion: high in a hinge, low in a squat.
        - ``hip_height``: hips above the lower ankle; ``stance_hip_height``: above the working ankle.
        - ``pelvis_rise``: hips above the floor of the room; ``pelvis_x``: hips across the picture.
        - ``pelvis_path``: how far the hips have gone forward, where the person faces, less backward.
        - ``working_foot_rise``: working ankle above the floor of the room.
        - ``free_foot_lift``: free ankle above the working ankle; ``foot_level_difference``: without sign.
        - ``lower_foot_rise``: the lower ankle above the floor of the room (jumps).
        - ``foot_split``: horizontal distance between the ankles.
        - ``foot_ahead``: working foot ahead of the free one, where the person faces, by the 3D joints alone.
        - ``foot_lead``: the same for two feet on the floor. Seen from the front or back, depth along the legs
          is the network's guess; but of two feet on the floor the one that is
          lower in the picture is nearer to the camera, and what of that the 3D joints show as a difference in
          height is taken for distance. ``foot_stagger``: without sign.
        - ``shoulder_height``: shoulders above the lower ankle.
        - ``bridge_height``: hips above the line from shoulders to working ankle.
        - ``knee_height``: working knee above the working ankle.
        - ``chest_up``: 1 = chest faces the ceiling, −1 = the floor.
        - ``hands_over_knees``: higher wrist above the knees: below 0 when lifting from the floor.
        - ``sway``: horizontal distance of the hips from the working ankle.
        - ``weight_share``: 1 = the hips are over the working foot, 0 = over the free one, 0.5 = between them.
        - ``knee_lead``: working knee above the free one.
    likeness : dict of str to ndarray, shape (sample,)
        By exercise, how much each moment looks like it (`formcheck.exercises.likeness`); empty or NaN where
        nothing is known of that.
    measured : dict of str to ndarray, shape (sample,)
        ``series`` of the joints as motion measured them, where those of ``series`` were corrected
        (`formcheck.exercises.posture`); empty where they are the same.
    """

    side: Side
    times_s: NDArray[np.float64]
    series: dict[SignalName, Array]
    likeness: dict[Exercise, Array] = field(default_factory=dict)
    measured: dict[SignalName, Array] = field(default_factory=dict)

    def __getitem__(self, name: SignalName) -> Array:
        return self.series[name]

    def as_measured(self, name: SignalName) -> Array:
        """Return a signal without correction, by which movements are timed."""
        return (self.measured or self.series)[name]


def body_signals(motion: Motion, side: Side, likeness: Array | None = None) -> BodySignals:
    """Return the signals of ``motion`` with ``side`` as the working side.

    Parameters
    ----------
    motion : Motion
    side : str
    likeness : ndarray, shape (frame, side, exercise), optional
        Of `formcheck.exercises.likeness.likeness`.
    """
    clock = uniform_clock(motion.times_s)
    length = leg_length_m(motion)
    if not np.isfinite(length) or length <= 0:
        empty = np.full(len(clock), np.nan)
        return BodySignals(side, clock, dict.fromkeys(get_args(SignalName), empty))
    joints = {key: value / length for key, value in _resampled(motion, clock, length).items()}
    looks: dict[Exercise, Array] = {}
    if likeness is not None:
        of_side = resample(motion.times_s, likeness[:, SIDES.index(side)], clock)
        looks = dict(zip(EXERCISES, of_side.T, strict=True))
    series = {**_angles(joints, _measured(motion, clock), side), **_heights(joints, side)}
    return BodySignals(side, clock, series, looks)


def leg_length_m(motion: Motion) -> float:
    """Return the median length of thigh plus shank of both legs, metres; NaN without joints."""
    lengths = []
    for side in SIDES:
        hip, knee, ankle = (motion.joints_m[:, landmark(side, name)] for name in ("hip", "knee", "ankle"))
        lengths.append(np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1))
    known = np.concatenate(lengths)
    known = known[np.isfinite(known)]
    return float(np.median(known)) if len(known) else float("nan")


def uniform_clock(times_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a uniform clock over the span of ``times_s``, shape (sample,)."""
    if len(times_s) == 0:
        return np.empty(0)
    count = int(np.floor((times_s[-1] - times_s[0]) * CLOCK_HZ + 1e-6)) + 1
    clock: NDArray[np.float64] = times_s[0] + np.arange(count) / CLOCK_HZ
    return clock


def resample(times_s: NDArray[np.float64], values: Array, clock: Array) -> Array:
    """Return ``values`` on ``clock`` by linear interpolation, NaN inside gaps longer than `MAX_GAP_S`.

    Parameters
    ----------
    times_s : ndarray, shape (frame,)
    values : ndarray, shape (frame, …)
        A frame counts as missing where any of its numbers is NaN.
    clock : ndarray, shape (sample,)

    Returns
    -------
    ndarray, shape (sample, …)
    """
    flat = np.asarray(values, dtype=float).reshape(len(times_s), -1)
    seen = np.all(np.isfinite(flat), axis=1)
    result = np.full((len(clock), flat.shape[1]), np.nan)
    known = times_s[seen]
    if len(known):
        after = np.searchsorted(known, clock, side="left").clip(0, len(known) - 1)
        before = (np.searchsorted(known, clock, side="right") - 1).clip(0, len(known) - 1)
        gap = known[after] - known[before]
        tolerance = 0.5 / CLOCK_HZ
        inside = (clock >= known[0] - tolerance) & (clock <= known[-1] + tolerance) & (gap <= MAX_GAP_S)
        for column in range(flat.shape[1]):
            result[inside, column] = np.interp(clock[inside], known, flat[seen, column])
    return result.reshape(len(clock), *np.shape(values)[1:])


def smooth(values: Array, sd_s: float = SMOOTHING_S) -> Array:
    """Return ``values`` (sample, …) smoothed by a Gaussian that never reaches across a gap."""
    missing = ~np.isfinite(values)
    sd = sd_s * CLOCK_HZ
    total = gaussian_filter1d(np.where(missing, 0.0, values), sd, axis=0, mode="nearest")
    weight = gaussian_filter1d(np.where(missing, 0.0, 1.0), sd, axis=0, mode="nearest")
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Array = np.where(missing, np.nan, total / weight)
    return result


def _resampled(motion: Motion, clock: Array, length: float) -> dict[tuple[Side, str], Array]:
    joints = {
        (side, joint): smooth(resample(motion.times_s, motion.joints_m[:, landmark(side, joint)], clock))
        for side in SIDES
        for joint in _JOINTS
    }
    hops = _hops((joints["left", "hip"] + joints["right", "hip"]) / 2, length)
    for points in joints.values():
        points[hops] = np.nan
    return joints


def _hops(hips: Array, length: float) -> NDArray[np.bool_]:
    """Return where the hips move faster than anybody can: the tracker has gone to somebody else."""
    hops = np.zeros(len(hips), dtype=np.bool_)
    if len(hips) > 1:
        speed = np.linalg.norm(np.diff(hips[:, :2], axis=0), axis=1) * CLOCK_HZ / length
        fast = np.nan_to_num(speed) > MAX_SPEED
        hops[1:] |= fast
        hops[:-1] |= fast
    return hops


def _measured(motion: Motion, clock: Array) -> dict[tuple[Side, str], Array]:
    """Return the angles that motion measured, on the clock; NaN where it has none."""
    return {
        (side, angle): smooth(resample(motion.times_s, motion.of(side).of(f"{angle}_deg"), clock))
        for side in SIDES
        for angle in _MEASURED
    }


def _angles(
    joints: dict[tuple[Side, str], Array], measured: dict[tuple[Side, str], Array], side: Side
) -> dict[SignalName, Array]:
    """Return the angles: as measured, or of the joints where there is no measurement."""
    free = other(side)
    hips = (joints["left", "hip"] + joints["right", "hip"]) / 2
    shoulders = (joints["left", "shoulder"] + joints["right", "shoulder"]) / 2
    trunk = shoulders - hips
    chest = np.cross(joints["left", "hip"] - joints["right", "hip"], trunk)
    missing = np.isnan(trunk[:, 0])

    def better(flexion: Array, of_joints: Array) -> Array:
        return np.where(np.isnan(flexion) | missing, of_joints, flexion)

    knee, free_knee = (better(measured[s, "knee_flexion"], _knee_flexion(joints, s)) for s in (side, free))
    hip, free_hip = (
        better(measured[s, "hip_flexion"], 180 - _angle(trunk, joints[s, "knee"] - joints[s, "hip"]))
        for s in (side, free)
    )
    inclined = (measured[side, "trunk_inclination"] + measured[free, "trunk_inclination"]) / 2
    inclination = better(inclined, _angle(trunk, np.broadcast_to([0.0, 1.0, 0.0], trunk.shape)))
    return {
        "trunk_inclination": inclination,
        "knee_flexion": knee,
        "free_knee_flexion": free_knee,
        "knee_flexion_mean": (knee + free_knee) / 2,
        "hip_flexion": hip,
        "free_hip_flexion": free_hip,
        "hip_flexion_mean": (hip + free_hip) / 2,
        "hip_flexion_lead": hip - free_hip,
        "hip_flexion_difference": np.abs(hip - free_hip),
        "hinge_excess": inclination - 0.4 * (knee + free_knee) / 2,
        "chest_up": chest[:, 1] / np.linalg.norm(chest, axis=1),
    }


def _heights(joints: dict[tuple[Side, str], Array], side: Side) -> dict[SignalName, Array]:
    free = other(side)
    hips = (joints["left", "hip"] + joints["right", "hip"]) / 2
    shoulders = (joints["left", "shoulder"] + joints["right", "shoulder"]) / 2
    working, loose = joints[side, "ankle"], joints[free, "ankle"]
    lower = np.minimum(working[:, 1], loose[:, 1])
    floor = np.nanpercentile(lower, 5) if np.any(np.isfinite(lower)) else 0.0
    feet = (working - loose) * [1, 0, 1]
    ahead, lead = _foot_lead(joints, working - loose)
    wrists = np.maximum(joints["left", "wrist"][:, 1], joints["right", "wrist"][:, 1])
    return {
        "hip_height": hips[:, 1] - lower,
        "stance_hip_height": hips[:, 1] - working[:, 1],
        "pelvis_rise": hips[:, 1] - floor,
        "pelvis_x": hips[:, 0],
        "pelvis_path": _path(hips, _forward(joints)),
        "working_foot_rise": working[:, 1] - floor,
        "lower_foot_rise": lower - floor,
        "free_foot_lift": loose[:, 1] - working[:, 1],
        "foot_level_difference": np.abs(loose[:, 1] - working[:, 1]),
        "foot_split": np.linalg.norm(feet, axis=1),
        "foot_ahead": ahead,
        "foot_lead": lead,
        "foot_stagger": np.abs(lead),
        "shoulder_height": shoulders[:, 1] - lower,
        "bridge_height": hips[:, 1] - (shoulders[:, 1] + working[:, 1]) / 2,
        "knee_height": joints[side, "knee"][:, 1] - working[:, 1],
        "knee_lead": joints[side, "knee"][:, 1] - joints[free, "knee"][:, 1],
        "hands_over_knees": wrists - (joints["left", "knee"][:, 1] + joints["right", "knee"][:, 1]) / 2,
        "sway": np.linalg.norm((hips - working) * [1, 0, 1], axis=1),
        "weight_share": _weight_share(hips, working, loose),
    }


def _weight_share(hips: Array, working: Array, loose: Array) -> Array:
    """Return where the hips are between the feet, seen from above: 1 over the working foot, 0 the other."""
    apart = (working - loose) * [1, 0, 1]
    span = np.maximum(np.linalg.norm(apart, axis=1), LEAST_SPAN)
    middle = (working + loose) / 2
    share: Array = 0.5 + np.sum((hips - middle) * apart, axis=1) / span**2
    return share


def _foot_lead(joints: dict[tuple[Side, str], Array], apart: Array) -> tuple[Array, Array]:
    """Return how far ahead the foot is that lies ``apart`` (sample, xyz) from the other one.

    First by the 3D joints alone, then with what two feet on the floor show (see `BodySignals`).
    """
    forward = _forward(joints)
    full, none = ON_FLOOR
    grounded = np.clip((none - np.abs(apart[:, 1])) / (none - full), 0, 1)
    ahead: Array = apart[:, 0] * forward[:, 0] + apart[:, 2] * forward[:, 2]
    return ahead, ahead - FLOOR_SLOPE * grounded * apart[:, 1] * forward[:, 2]


def _forward(joints: dict[tuple[Side, str], Array]) -> Array:
    """Return the horizontal unit vector that the person faces along, shape (sample, xyz)."""
    leftwards = sum(joints["left", part] - joints["right", part] for part in ("hip", "shoulder"))
    forward = np.cross(leftwards, [0.0, 1.0, 0.0])
    unit: Array = forward / np.linalg.norm(forward, axis=1, keepdims=True)
    return unit


def _path(points: Array, forward: Array) -> Array:
    """Return how far ``points`` have moved along ``forward`` (both (sample, xyz)); gaps count as standing."""
    steps = np.diff(points, axis=0, prepend=points[:1])
    along = np.sum(steps * smooth(forward, FACING_SD_S), axis=1)
    path: Array = np.where(np.isfinite(points[:, 0]), np.cumsum(np.nan_to_num(along)), np.nan)
    return path


def _knee_flexion(joints: dict[tuple[Side, str], Array], side: Side) -> Array:
    hip, knee, ankle = (joints[side, name] for name in ("hip", "knee", "ankle"))
    return 180 - _angle(hip - knee, ankle - knee)


def _angle(a: Array, b: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.sum(a * b, axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    degrees: Array = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return degrees
