"""Several people in view: who they are, who was measured, and measuring another one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sample_clips import truth_of

from formcheck.video import VideoWriter, read_video
from formcheck.web.desk import Choices, Desk, Result
from formcheck.web.workspace import Workspace

LEFT, RIGHT = "step_up_front_right_good", "step_down_front_left_drop"
PATIENCE_S = 300.0
FPS = 15


@pytest.fixture(scope="module")
def side_by_side(sample_path: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a clip in which the people of two samples exercise side by side."""
    path = tmp_path_factory.mktemp("clips") / "two.mp4"
    pictures = []
    for name in (LEFT, RIGHT):
        with read_video(sample_path(name), max_side_px=640) as video:
            pictures.append([frame.rgb for frame in video if frame.index % 2 == 0])
    both = [np.concatenate(pair, axis=1) for pair in zip(*pictures, strict=False)]
    height, width = both[0].shape[:2]
    with VideoWriter(path, width, height, fps=FPS) as writer:
        for rgb in both:
            writer.write(rgb)
    return path


def measured(desk: Desk) -> Result:
    assert desk.analysing is not None
    assert desk.analysing.wait(PATIENCE_S)
    assert desk.result is not None, desk.error
    return desk.result


def test_the_other_of_two_people_is_measured_when_chosen(side_by_side: Path) -> None:
    workspace = Workspace()
    desk = Desk(side_by_side, workspace)
    desk.start(Choices(model="lite"))
    first = measured(desk)
    desk.draw()
    assert desk.looking is not None
    assert desk.looking.wait(PATIENCE_S)
    view = desk.looking.result
    assert view is not None
    assert len(view.people) == 2
    assert view.measured is not None
    assert [view.point(number)[0] < 0.5 for number in (0, 1)] == [True, False], "from left to right"
    with Image.open(io.BytesIO(view.picture())) as picture:
        assert picture.width > picture.height // 2

    other = 1 - view.measured
    desk.measure(view.point(other))
    assert desk.looking is None
    second = measured(desk)
    for result, number in ((first, view.measured), (second, other)):
        (truth,) = truth_of((LEFT, RIGHT)[number])["bouts"]
        exercises = {scored.bout.exercise for scored in result.analysis.bouts}
        assert exercises == {truth["exercise"]}
        hips = np.nanmedian(result.analysis.pose.image_px[:, 23:25, 0])
        assert bool(hips < result.analysis.video.width / 2) == (number == 0)
    workspace.close()
