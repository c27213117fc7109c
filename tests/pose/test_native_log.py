"""Start-up chatter disappears; everything else written to standard error arrives."""

from __future__ import annotations

import os

import pytest

from formcheck.pose.native_log import without_chatter

CHATTER = (
    b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n"
    b"WARNING: Logging before InitGoogle() is written to STDERR\n"
    b"W0000 00:00:1795379403.475696 13843 inference_feedback_manager.cc:121] Feedback manager\n"
)
ALARM = b"E0000 00:00:1795379403.475696 13843 model_task_graph.cc:1] Out of memory\n"


def test_known_lines_are_dropped_and_errors_kept(capfd: pytest.CaptureFixture[str]) -> None:
    with without_chatter():
        os.write(2, CHATTER + ALARM)
    assert capfd.readouterr().err.encode() == ALARM


def test_what_was_written_before_an_error_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), without_chatter():
        os.write(2, ALARM)
        raise RuntimeError
    assert capfd.readouterr().err.encode() == ALARM


def test_blocks_may_overlap(capfd: pytest.CaptureFixture[str]) -> None:
    with without_chatter():
        with without_chatter():
            os.write(2, CHATTER)
        os.write(2, CHATTER + b"one\n")
    os.write(2, b"two\n")
    assert capfd.readouterr().err == "one\ntwo\n"
