"""Whether the coach at the webcam counts what the whole clip shows, and how soon.

A clip's landmarks come in as a webcam's would; the coach looks at its last seconds twice a second, as on the
page. Its repetitions stand beside those that are found in the whole clip at the end; what ends in the clip's
last moments, before it could be looked at once more, is left out, and so are holds.

Usage: ``python -m benchmarks.live_counts [--manifest MANIFEST.csv | FOLDER ...] [--told]``, with folders and
manifests as for `benchmarks.recognition`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.recognition import clips_named, parser_of_clips
from benchmarks.recognition_clips import Clip
from formcheck.coaching.live_rules import live_rules
from formcheck.exercises import find_bouts
from formcheck.exercises.definitions import is_hold
from formcheck.motion import measure_motion
from formcheck.pose import PersonPose, PoseSequence
from formcheck.scoring import load_thresholds
from formcheck.web.live import MEASURE_EVERY_S
from formcheck.web.live_state import LiveChoices
from formcheck.web.live_watcher import Watcher
from formcheck.web.live_window import SETTLE_S, CountedRepetition, RollingWindow

KEPT_S = 60.0
SAME_S = 0.8
"""Turns this near are of the same repetition."""


@dataclass
class Tally:
    """Repetitions of all clips so far."""

    wanted: int = 0
    missed: int = 0
    extra: int = 0
    delays_s: list[float] = field(default_factory=list)


def watch(pose: PoseSequence, choices: LiveChoices) -> list[tuple[CountedRepetition, float]]:
    """Return what was counted live, each with the time of its first count, from the clip's start."""
    watcher = Watcher(choices, live_rules(), load_thresholds())
    recording, next_s = RollingWindow(KEPT_S), MEASURE_EVERY_S
    first: list[tuple[CountedRepetition, float]] = []
    for frame, time_s in enumerate((pose.times_s - pose.times_s[0]).tolist()):
        recording.add(time_s, (pose.video.width, pose.video.height), person_in(pose, frame))
        if time_s < next_s:
            continue
        next_s += MEASURE_EVERY_S
        watcher.follow(recording, 0.0)
        new = [rep for rep in watcher.counted if _first(first, rep) is None]
        first += [(rep, time_s) for rep in new]
    return [(rep, _first(first, rep) or 0.0) for rep in watcher.counted]


def _first(counted: list[tuple[CountedRepetition, float]], rep: CountedRepetition) -> float | None:
    return next((at_s for known, at_s in counted if same(rep, known.exercise, known.turn_s)), None)


def same(rep: CountedRepetition, exercise: str, turn_s: float) -> bool:
    """Return whether a counted repetition is the one of that exercise that turns then."""
    return rep.exercise == exercise and abs(rep.turn_s - turn_s) < SAME_S


def compare(clip: Clip, tally: Tally, *, told: bool) -> str:
    """Add a clip to the tally; return what differs."""
    pose, wanted = clip.pose(), clip.wanted[0]
    motion = measure_motion(pose)
    known = {"exercise": wanted.exercise, "side": wanted.side or "auto"} if told else {}
    whole = [
        (bout.exercise, rep.turn_s - motion.times_s[0], rep.end_s - motion.times_s[0])
        for bout in find_bouts(motion, **known)
        if bout.exercise != "unknown" and not is_hold(bout.exercise)
        for rep in bout.repetitions
        if rep.valid
    ]
    choices = LiveChoices(wanted.exercise, wanted.side) if told else LiveChoices()  # type: ignore[arg-type]
    counted = [each for each in watch(pose, choices) if not is_hold(each[0].exercise)]
    last_s = float(motion.times_s[-1] - motion.times_s[0]) - SETTLE_S - MEASURE_EVERY_S
    settled = [each for each in whole if each[2] < last_s]
    found = [[(rep, at_s) for rep, at_s in counted if same(rep, name, turn)] for name, turn, _ in settled]
    missed = [round(turn, 1) for (_, turn, _), reps in zip(settled, found, strict=True) if not reps]
    extra = [
        (rep.exercise, round(rep.turn_s, 1))
        for rep, _ in counted
        if not any(same(rep, name, turn) for name, turn, _ in whole)
    ]
    tally.wanted += len(settled)
    tally.missed += len(missed)
    tally.extra += len(extra)
    tally.delays_s += [reps[0][1] - end for (_, _, end), reps in zip(settled, found, strict=True) if reps]
    return f"  {clip.name}: missed at {missed}, beside it {extra}" if missed or extra else ""


def person_in(pose: PoseSequence, frame: int) -> PersonPose | None:
    """Return who is in a frame of a clip, as a webcam's picture would give it."""
    if not pose.detected[frame]:
        return None
    image = pose.image_px[frame] / np.array([pose.video.width, pose.video.height], np.float32)
    return PersonPose(image, pose.world_m[frame], pose.visibility[frame], pose.presence[frame])


def main() -> None:
    """Run the benchmark."""
    parser = parser_of_clips("Whether the coach at the webcam counts right.")
    parser.add_argument("--told", action="store_true", help="the person has said exercise and side")
    options = parser.parse_args()
    tally = Tally()
    for clip in clips_named(options):
        if clip.wanted:
            differs = compare(clip, tally, told=options.told)
            if differs:
                print(differs, flush=True)
    print(f"repetitions {tally.wanted}, missed {tally.missed}, counted beside them {tally.extra}")
    if tally.delays_s:
        middle, most = np.percentile(tally.delays_s, [50, 90])
        print(f"counted {middle:.2f} s after their end, nine of ten within {most:.2f} s")


if __name__ == "__main__":
    main()
