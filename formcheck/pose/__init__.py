"""Stage 2, pose: frames go in, the landmarks of one person over time come out."""

from formcheck.pose.estimate import POSE_MAX_SIDE_PX, estimate_pose
from formcheck.pose.estimator import PersonPose, PoseEstimator
from formcheck.pose.models import ModelFile, pose_model
from formcheck.pose.sequence import PoseSequence
from formcheck.pose.smoothing import smooth

__all__ = [
    "POSE_MAX_SIDE_PX",
    "ModelFile",
    "PersonPose",
    "PoseEstimator",
    "PoseSequence",
    "estimate_pose",
    "pose_model",
    "smooth",
]
