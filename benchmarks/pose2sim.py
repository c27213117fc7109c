"""How far the angles from one camera are from those of four: a real person, an outside check.

Usage: ``python benchmarks/pose2sim.py [--wheel FILE] [--model full]``

The demo inside the ``pose2sim`` wheel (BSD-3-Clause; downloaded into ``out/pose2sim`` unless ``--wheel``
names it) shows one person in four calibrated cameras for 1.7 s: a step into a deep sideways reach on one leg,
and down. The reference angles are the formulas on the landmarks triangulated from all four. Beside formcheck
stand the same formulas on the pose network's own world landmarks of one camera.

The reference is made of the same pose network's landmarks, so it shares the network's habits, levelled hips
above all. It tells what one camera loses against four, not how far off the truth is.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from accuracy import Z90, measurable, naive_angles
from common import ROOT, landmarks
from numpy.typing import NDArray
from triangulation import Array, Camera, aimed_anew, read_qualisys, triangulate

from formcheck.motion import Motion, geometry, measure_motion
from formcheck.motion.view import azimuth_deg
from formcheck.names import ANGLES, LANDMARKS, SIDES, landmark, other
from formcheck.pose import PoseSequence, smooth

REQUIREMENT = "pose2sim==0.10.49"
FOLDER = ROOT / "out" / "pose2sim"
DEMO = "Pose2Sim/Demo_SinglePerson"
BODY = [landmark(side, joint) for side in SIDES for joint in ("shoulder", "hip", "knee", "ankle")]
LEGS = [landmark(side, joint) for side in SIDES for joint in ("knee", "ankle")]
LEGS_CROSSED = [landmark(other(side), joint) for side in SIDES for joint in ("knee", "ankle")]
SAME_PERSON_PX = 100.0
"""Hips and shoulders that lie further beside what the other cameras see are somebody else's."""
AGREED_PX = 25.0
"""A landmark is known where two cameras have it this near (about 5 cm)."""


@dataclass(frozen=True)
class Recording:
    """One camera, and what the pose network and formcheck see in its clip.

    Attributes
    ----------
    same_person : ndarray of bool, shape (frame,)
        Whether the landmarks are on the person whom the other cameras see too.
    confused : ndarray of bool, shape (frame,)
        Whether the network took the left leg for the right one.
    """

    camera: Camera
    pose: PoseSequence
    motion: Motion
    same_person: NDArray[np.bool_]
    confused: NDArray[np.bool_]

    @classmethod
    def of(cls, camera: Camera, pose: PoseSequence, joints_m: Array) -> Self:
        """Measure one camera's clip, and compare its landmarks with the triangulated ones."""
        seen, wanted = smooth(pose).image_px.astype(float), camera.project(joints_m)
        beside = [
            np.linalg.norm(geometry.midpoint(seen - wanted, part), axis=-1) for part in ("hip", "shoulder")
        ]
        legs, crossed = (
            np.linalg.norm(seen[:, LEGS] - wanted[:, there], axis=-1).mean(axis=1)
            for there in (LEGS, LEGS_CROSSED)
        )
        return cls(
            camera, pose, measure_motion(pose), np.max(beside, axis=0) < SAME_PERSON_PX, crossed < legs
        )

    def true_azimuth_deg(self, joints_m: Array) -> float:
        """Return where the camera stands around the person, over the clip."""
        to_camera = self.camera.position_m - np.nanmean(geometry.midpoint(joints_m, "hip"), axis=0)
        turn = np.arctan2(to_camera[0], to_camera[2])
        c, s = np.cos(turn), np.sin(turn)
        facing_camera = joints_m @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]).T
        return geometry.usual_direction(azimuth_deg(facing_camera, np.zeros(len(joints_m), dtype=bool)))


@dataclass(frozen=True)
class Reference:
    """What four cameras see together.

    Attributes
    ----------
    joints_m : ndarray, shape (frame, landmark, xyz)
        Triangulated landmarks, y up; NaN where no two cameras agree.
    error : ndarray, shape (angle,)
        Median standard error of the angles: the jackknife over the cameras.
    beside_px : float
        Median reprojection error.
    """

    joints_m: Array
    error: Array
    beside_px: float

    @classmethod
    def of(cls, cameras: Sequence[Camera], poses: Sequence[PoseSequence]) -> Self:
        """Triangulate the body from all cameras, and again without each of them."""
        smoothed = [smooth(pose) for pose in poses]
        pixels = np.stack([pose.image_px.astype(float) for pose in smoothed])[:, :, BODY]
        weight = np.stack([np.nan_to_num(pose.visibility.astype(float)) for pose in smoothed])[:, :, BODY]
        aimed = aimed_anew(cameras, pixels, weight)

        def joints(chosen: Sequence[int]) -> tuple[Array, Array]:
            points, off = triangulate([aimed[i] for i in chosen], pixels[chosen], weight[chosen])
            agreed = (off < AGREED_PX).sum(axis=0) >= 2
            spread = np.full((len(points), len(LANDMARKS), 3), np.nan)
            spread[:, BODY] = np.where(agreed[..., None], points, np.nan)
            return spread, off

        everybody = list(range(len(cameras)))
        joints_m, off = joints(everybody)
        parts = [geometry.angles(joints([i for i in everybody if i != out])[0], "left") for out in everybody]
        share = (len(parts) - 1) / len(parts)
        error = np.sqrt(share * np.sum((np.stack(parts) - np.mean(parts, axis=0)) ** 2, axis=0))
        return cls(joints_m, np.nanmedian(error, axis=0), float(np.nanmedian(off)))


@dataclass(frozen=True)
class Compared:
    """The frames of one angle in one camera: the reference, formcheck with its deviation, the formulas."""

    angle: str
    camera: str
    reference: Array
    ours: Array
    sd: Array
    naive: Array


def demo(wheel: Path | None) -> Path:
    """Return the folder of the demo, downloaded and unpacked if it is not there."""
    folder = FOLDER / DEMO
    if not folder.exists():
        if wheel is None:
            command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
            subprocess.run([*command, "--dest", str(FOLDER), REQUIREMENT], check=True)
            wheel = next(FOLDER.glob("pose2sim-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(FOLDER, [name for name in archive.namelist() if name.startswith(DEMO)])
    return folder


def load(folder: Path, model: str) -> tuple[Reference, list[Recording]]:
    cameras = read_qualisys(folder / "calibration" / "Calib.qca.txt")
    poses = [landmarks(folder / "videos" / f"{camera.name}.mp4", model) for camera in cameras]
    reference = Reference.of(cameras, poses)
    return reference, [
        Recording.of(camera, pose, reference.joints_m) for camera, pose in zip(cameras, poses, strict=True)
    ]


def compared(joints_m: Array, recording: Recording) -> Iterator[Compared]:
    """Yield the frames in which each angle means anything; the stance leg is that of the lower foot."""
    left, right = (joints_m[:, landmark(side, "ankle"), 1] for side in SIDES)

    def of_stance(*sides: geometry.Array) -> Array:
        return np.where((left < right)[:, None], *sides).astype(float)

    motion = recording.motion
    reference = of_stance(*(geometry.angles(joints_m, side) for side in SIDES))
    ours = of_stance(motion.left.value, motion.right.value)
    sd = of_stance(motion.left.sd, motion.right.sd)
    naive = of_stance(*(naive_angles(recording.pose, side) for side in SIDES))
    truth = dict(zip(ANGLES, reference.T, strict=True))
    for column, angle in enumerate(ANGLES):
        series = np.stack([values[:, column] for values in (reference, ours, sd, naive)])
        use = recording.same_person & np.isfinite(series).all(axis=0)
        use &= measurable(angle, truth, "single_leg_stance")
        if use.any():
            yield Compared(angle, recording.camera.name, *series[:, use])


def row(parts: Sequence[Compared]) -> list[str]:
    """Return the figures of one row of the table, each camera's correlation for itself."""
    reference, ours, sd, naive = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("reference", "ours", "sd", "naive")
    )
    error, errors_naive = ours - reference, naive - reference
    together = [np.corrcoef(p.reference, p.ours)[0, 1] for p in parts if len(p.reference) > 2]
    together_naive = [np.corrcoef(p.reference, p.naive)[0, 1] for p in parts if len(p.reference) > 2]
    return [
        f"{len(reference)}",
        f"{reference.min():.0f}…{reference.max():.0f}",
        f"{np.abs(error).mean():.1f}",
        f"{np.abs(errors_naive).mean():.1f}",
        f"{error.mean():+.1f}",
        f"{errors_naive.mean():+.1f}",
        f"{np.mean(together):.2f}",
        f"{np.mean(together_naive):.2f}",
        f"{np.median(Z90 * sd):.0f}",
        f"{100 * (np.abs(error) <= Z90 * sd).mean():.0f} %",
    ]


HEADINGS = (
    *("frames", "reference", "error", "formulas", "bias", "formulas", "r", "formulas"),
    *("± (90 %)", "inside"),
)


def table(parts: Sequence[Compared], key: Callable[[Compared], tuple[str, ...]], keys: Sequence[str]) -> str:
    lines = [[*keys, *HEADINGS], ["---"] * (len(keys) + len(HEADINGS))]
    for group in dict.fromkeys(map(key, parts)):
        lines.append([*group, *row([part for part in parts if key(part) == group])])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def by_camera(parts: Sequence[Compared]) -> str:
    """Return a short table: error of formcheck / of the formulas, and the share inside the interval."""
    cameras = list(dict.fromkeys(part.camera for part in parts))
    lines = [["measure", *cameras], ["---"] * (1 + len(cameras))]
    for angle in ANGLES:
        cells = [row([part]) for part in parts if part.angle == angle]
        lines.append([angle, *(f"{cell[2]} / {cell[3]} ({cell[-1]})" for cell in cells)])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def cameras_table(reference: Reference, found: Sequence[Recording]) -> str:
    lines = [
        "| camera | frames on the person | left leg taken for right | azimuth, found | pitch, found | roll |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for recording in found:
        camera, view = recording.camera, recording.motion.view
        lines.append(
            f"| {camera.name} | {recording.same_person.sum()} of {len(recording.pose)} "
            f"| {recording.confused.sum()} "
            f"| {recording.true_azimuth_deg(reference.joints_m):.0f}°, {view.azimuth_deg:.0f}° "
            f"| {camera.pitch_deg:.0f}°, {view.pitch_deg:.0f}° | {camera.roll_deg:.0f}° |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--wheel", type=Path, help="the wheel of pose2sim, if it is already here")
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    options = parser.parse_args()
    reference, found = load(demo(options.wheel), options.model)
    parts = [part for recording in found for part in compared(reference.joints_m, recording)]
    errors = ", ".join(f"{angle} {sd:.1f}" for angle, sd in zip(ANGLES, reference.error, strict=True))
    print(cameras_table(reference, found), end="\n\n")
    print(table(sorted(parts, key=lambda p: ANGLES.index(p.angle)), lambda p: (p.angle,), ["measure"]))
    print(f"\nThe reference: reprojection error {reference.beside_px:.1f} px; standard errors {errors}\n")
    print(by_camera(parts), end="\n\n")
    print(table(parts, lambda p: (p.camera, p.angle), ["camera", "measure"]))


if __name__ == "__main__":
    main()
