"""Clips for the tests of the records, made from one real analysis."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck import Analysis


def variation(analysis: Analysis, number: int) -> Analysis:
    """Return the analysis of another recording of the same movement: its pictures are a little brighter."""
    brighter = (analysis.pose.luma + np.float32(number + 1)).astype(np.float32)
    return replace(
        analysis,
        pose=replace(analysis.pose, luma=brighter),
        video=replace(analysis.video, name=f"clip_{number}.mp4"),
    )
