"""formcheck: video in, trustworthy angles out, a coaching decision at the end.

Every number carries its error. `analyse` does everything; `read_video`, `estimate_pose`,
`measure_motion`, `find_bouts` and `score_bout` are its steps, usable alone; `grade` scores given numbers and
`decide` says what to do next with an exercise.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formcheck.analysis import Analysis, analyse
    from formcheck.coaching.decide import decide
    from formcheck.exercises import find_bouts
    from formcheck.motion import measure_motion
    from formcheck.pose import estimate_pose
    from formcheck.scoring import grade, score_bout
    from formcheck.video import read_video

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "analyse",
    "decide",
    "estimate_pose",
    "find_bouts",
    "grade",
    "measure_motion",
    "read_video",
    "score_bout",
]

_HOME = {
    "Analysis": "analysis",
    "analyse": "analysis",
    "decide": "coaching.decide",
    "estimate_pose": "pose",
    "find_bouts": "exercises",
    "grade": "scoring",
    "measure_motion": "motion",
    "read_video": "video",
    "score_bout": "scoring",
}


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that `formcheck --help` and a stage used alone stay quick.
    if name not in _HOME:
        raise AttributeError(f"module 'formcheck' has no attribute '{name}'")
    return getattr(import_module(f"formcheck.{_HOME[name]}"), name)
