"""Stage 3, motion: from landmarks to named angles of the person, each with its standard deviation."""

from formcheck.motion.estimate import MotionEstimator, measure_motion
from formcheck.motion.types import AngleSet, Motion, View

__all__ = ["AngleSet", "Motion", "MotionEstimator", "View", "measure_motion"]
