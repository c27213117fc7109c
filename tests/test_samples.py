"""The sample videos, whose truth is known, through the whole pipeline with the real model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from sample_clips import SAMPLE_NAMES, truth_of

from formcheck import Analysis
from formcheck.analysis import analyse_pose
from formcheck.names import ANGLES
from formcheck.pose.sequence import PoseSequence
from formcheck.reports.tables import write_angles

AnalysisOf = Callable[[str], Analysis]
SCHEMA = json.loads(files("formcheck").joinpath("analysis.schema.json").read_text(encoding="utf-8"))


def test_there_are_enough_samples() -> None:
    shown = {bout["exercise"] for name in SAMPLE_NAMES for bout in truth_of(name)["bouts"]}
    assert len(SAMPLE_NAMES) >= 12
    assert len(shown) == 8


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_exercise_side_and_repetitions(name: str, sample_analysis: AnalysisOf) -> None:
    truth = truth_of(name)["bouts"]
    found = [scored.bout for scored in sample_analysis(name).bouts]
    assert [(bout.exercise, bout.side) for bout in found] == [
        (bout["exercise"], bout["side"]) for bout in truth
    ]
    for bout, expected in zip(found, truth, strict=True):
        turns = [repetition.turn_s for repetition in bout.repetitions if repetition.valid]
        wanted = [turn_s for _, turn_s, _ in expected["repetitions"]]
        assert len(turns) == len(wanted)
        # The middle of a hold is no event; its length is what counts.
        if bout.exercise != "single_leg_stance":
            assert np.abs(np.subtract(turns, wanted)).max() <= 0.3


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_document_validates_and_every_number_has_an_error(name: str, sample_analysis: AnalysisOf) -> None:
    document = json.loads(json.dumps(sample_analysis(name).to_dict(), allow_nan=False))
    jsonschema.validate(document, SCHEMA)
    for bout in document["bouts"]:
        for measure in bout["measures"].values():
            assert (measure["value"] is None) == (measure["sd"] is None)
            assert measure["sd"] is None or measure["sd"] > 0
            assert (
                measure["grade"] is not None or measure["reason"] is not None or measure["thresholds"] is None
            )


@pytest.mark.parametrize("name", SAMPLE_NAMES[:3])
def test_landmarks_score_the_same_without_the_video(
    name: str, sample_analysis: AnalysisOf, tmp_path: Path
) -> None:
    analysis = sample_analysis(name)
    analysis.pose.to_parquet(tmp_path / "landmarks.parquet")
    again = analyse_pose(PoseSequence.from_parquet(tmp_path / "landmarks.parquet"))
    assert again.to_dict() == analysis.to_dict()


def test_what_was_asked_for_is_said_so_that_it_can_be_asked_again(sample_analysis: AnalysisOf) -> None:
    pose = replace(sample_analysis(SAMPLE_NAMES[0]).pose, subject=(0.25, 0.6)).with_mirror_image(True)
    document = json.loads(json.dumps(analyse_pose(pose, side="right").to_dict(), allow_nan=False))
    jsonschema.validate(document, SCHEMA)
    said = document["provenance"]["settings"]
    assert (said["subject"], said["mirror_image"], said["side"]) == ([0.25, 0.6], True, "right")


@pytest.mark.parametrize("name", SAMPLE_NAMES[:3])
def test_angles_table_has_the_agreed_columns(name: str, sample_analysis: AnalysisOf, tmp_path: Path) -> None:
    analysis = sample_analysis(name)
    write_angles(analysis, tmp_path / "angles.parquet")
    table = pq.read_table(tmp_path / "angles.parquet")
    series = [column for angle in ANGLES for column in (angle, f"{angle}_sd")]
    assert table.column_names == ["time_s", "bout", "side", *series]
    assert table.num_rows == analysis.video.frames
