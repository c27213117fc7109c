"""Stage 5: from bouts and motion to measures, grades and the form score; and the quality gates."""

from formcheck.scoring.grading import grade
from formcheck.scoring.quality import check_quality
from formcheck.scoring.scoring import score_bout
from formcheck.scoring.thresholds import load_thresholds

__all__ = ["check_quality", "grade", "load_thresholds", "score_bout"]
