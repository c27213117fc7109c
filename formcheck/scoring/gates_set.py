"""The quality gates of the movement: what was done, how often, from what posture, and on a foot that stands.

Each looks at one bout and tells what is wrong, in numbers (evidence C.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from formcheck.exercises.definitions import definitions
from formcheck.exercises.types import Bout
from formcheck.names import landmark
from formcheck.scoring.baseline import LYING
from formcheck.scoring.context import EVENT_SHARE, hidden_measures
from formcheck.scoring.gates_span import Finding, Span

PLANTED: Final = frozenset({"single_leg_rdl", "single_leg_bridge", "single_leg_stance", "step_down"})
"""Exercises whose working foot stays where it is."""
FROM_STANDING: Final = frozenset({"pelvic_drop_deg", "trunk_lateral_lean_deg", "pelvic_tilt_deg"})
"""Measures that need a baseline."""


def recognition(bouts: Sequence[Bout]) -> Finding | None:
    """Whether anything was recognised; if not, what it comes closest to."""
    if any(bout.exercise != "unknown" for bout in bouts):
        return None
    guesses = list(dict.fromkeys(guess for bout in bouts for guess in bout.guesses))[:2]
    names = " or ".join(definitions().exercises[guess].name for guess in guesses)
    words = " or ".join(f"--exercise {guess}" for guess in guesses)
    return Finding(
        "nothing_recognised",
        {
            "closest": f"; it comes closest to: {names}" if names else "",
            "named": words or "--exercise",
        },
    )


def foot(span: Span) -> Finding | None:
    """Whether the standing foot is at the end of most repetitions where it was at their start.

    In between the pose model may lose it for a moment, which its confidence and the angles' errors tell.
    """
    if span.bout is None or span.bout.exercise not in PLANTED:
        return None
    image = span.motion.pose.image_px
    ankle, hip = (image[:, landmark(span.side, name)] for name in ("ankle", "hip"))
    legs = np.linalg.norm(hip - ankle, axis=1)[span.seen]
    shifts = []
    for rep in span.bout.repetitions:
        part_s = EVENT_SHARE * (rep.end_s - rep.start_s)
        ends = [
            ankle[span.seen & span.motion.within(start_s, start_s + part_s)]
            for start_s in (rep.start_s, rep.end_s - part_s)
        ]
        if all(len(end) for end in ends):
            before, after = (np.median(end, axis=0) for end in ends)
            shifts.append(float(np.linalg.norm(after - before)) / float(np.percentile(legs, 95)))
    shift = float(np.median(shifts)) if shifts else 0.0
    return Finding("foot_moves", {"percent": 100 * shift}) if shift > span.limits.foot_shift else None


def repetitions(span: Span) -> Finding | None:
    """Whether there are enough repetitions."""
    if span.bout is None:
        return None
    needed = span.thresholds.exercises[span.bout.exercise].minimum_reps
    valid = sum(rep.valid for rep in span.bout.repetitions)
    if valid >= needed:
        return None
    return Finding(
        "too_few_reps",
        {"reps": f"Only {valid}" if valid else "No", "needed": needed, "plural": "" if valid == 1 else "s"},
    )


def baseline(span: Span) -> Finding | None:
    """Whether the clip holds a posture to measure excursions from."""
    if span.scored is None or span.scored.baseline_found:
        return None
    exercise = span.scored.bout.exercise
    rules = span.thresholds.exercises[exercise]
    if not FROM_STANDING & set(rules.measures) - hidden_measures(span.plane, rules, span.thresholds):
        return None
    rest = "lying with the hips down" if exercise in LYING else "standing on both feet"
    return Finding("no_baseline", {"rest": rest})
