"""The page itself, without a browser: one click to a result, and a sentence for what went wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sample_clips import SAMPLES, truth_of
from streamlit.testing.v1 import AppTest

from formcheck.names import other
from formcheck.reports import texts
from formcheck.web.app import CHECK
from formcheck.web.check_page import PILE
from formcheck.web.check_pile import outcome, written
from formcheck.web.connection import SETTING
from formcheck.web.desk import OUTPUTS, Desk
from formcheck.web.pile import Pile
from formcheck.web.result_view import unbroken
from formcheck.web.words import say

SCRIPT = Path(__file__).parents[2] / "streamlit_app.py"
SAMPLE = "step_down_front_left_drop"
PATIENCE_S = 300.0


@pytest.fixture
def page() -> Iterator[AppTest]:
    test = AppTest.from_file(str(SCRIPT), default_timeout=60)
    test.run()
    test.selectbox(key="model").select("lite").run()
    yield test
    pile_of(test).workspace.close()


def pile_of(page: AppTest) -> Pile:
    pile: Pile = page.session_state[PILE]
    return pile


def desk_of(page: AppTest) -> Desk:
    desk = pile_of(page).desk
    assert desk is not None
    return desk


def run_until(page: AppTest, condition: Callable[[], bool]) -> None:
    """Draw the page again and again, as its own timer does in a browser."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.2)
        page.run()
    page.run()


def test_the_first_page_offers_everything(page: AppTest) -> None:
    assert not page.exception
    assert page.title[0].value == CHECK.title
    assert [box.label for box in page.selectbox] == ["Exercise", "Working leg", "How closely to look"]
    shown = {button.key for button in page.button}
    assert shown == {f"sample-{path.stem}" for path in SAMPLES.glob("*.mp4")}
    assert texts.page("footer") in [caption.value for caption in page.caption]


def test_a_sample_is_one_click_away_from_its_result(page: AppTest) -> None:
    page.button(key=f"sample-{SAMPLE}").click().run()
    assert desk_of(page).busy
    assert all(box.disabled for box in page.selectbox)
    assert all(button.disabled for button in page.button if str(button.key).startswith("sample-"))
    run_until(page, lambda: not desk_of(page).busy)
    result = desk_of(page).result
    assert result is not None
    assert not page.exception
    (bout,) = result.section.bouts
    assert [header.value for header in page.header] == [unbroken(bout.headline)]
    run_until(page, lambda: desk_of(page).drawing is not None and desk_of(page).drawing.finished)  # type: ignore[union-attr]
    assert {button.label for button in page.download_button} == {output.label for output in OUTPUTS}

    for name in ("dials", "replay"):
        assert any(f"formcheck_{name}" in str(element.proto) for element in page.get("bidi_component"))

    before = desk_of(page).result
    page.selectbox(key="model").select("heavy").run()
    assert desk_of(page).result is before, "another choice must not compute anything by itself"


def test_what_was_recognised_can_be_corrected_and_is_scored_again_without_the_video(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.button(key=f"sample-{SAMPLE}").click().run()
    run_until(page, lambda: not desk_of(page).busy)
    first = desk_of(page).result
    assert first is not None
    (truth,) = truth_of(SAMPLE)["bouts"]
    wrong = "step_up"
    assert first.analysis.bouts[0].bout.exercise == truth["exercise"] != wrong
    monkeypatch.setattr(desk_of(page), "clip", Path("gone.mp4"))  # whoever opened it now would fail
    exercise, side = (box for box in page.selectbox if box.form_id == "correct")
    assert (exercise.value, side.value) == (truth["exercise"], truth["side"])
    exercise.select(wrong)
    (button,) = (button for button in page.button if button.label == say("correct.button"))
    button.click().run()
    run_until(page, lambda: not desk_of(page).busy)
    second = desk_of(page).result
    assert second is not None
    assert [scored.bout.exercise for scored in second.analysis.bouts] == [wrong]
    assert second.analysis.pose is first.analysis.pose
    (mirror_image,) = (box for box in page.checkbox if box.form_id == "correct")
    mirror_image.check()
    (button,) = (button for button in page.button if button.label == say("correct.button"))
    button.click().run()
    run_until(page, lambda: not desk_of(page).busy)
    third = desk_of(page).result
    assert third is not None and third.analysis.video.mirror_image
    assert [scored.bout.side for scored in third.analysis.bouts] == [other(truth["side"])]
    assert not page.exception


def test_a_file_that_is_no_video_is_one_sentence(page: AppTest) -> None:
    page.file_uploader[0].upload("holiday.mp4", b"This is a text.", "video/mp4").run()
    run_until(page, lambda: not desk_of(page).busy)
    (error,) = page.error
    assert "holiday.mp4" in error.value
    assert "Traceback" not in error.value
    assert not page.exception
    assert not page.header


def test_many_clips_at_once_each_have_their_result_and_a_wrong_one_stops_none(
    page: AppTest, sample_path: Callable[[str], Path]
) -> None:
    clips = {name: sample_path(name).read_bytes() for name in ("bridge_side_shallow_fast", SAMPLE)}
    uploads = [(f"{name}.mp4", data, "video/mp4") for name, data in clips.items()]
    page.file_uploader[0].set_value([("holiday.mp4", b"This is a text.", "video/mp4"), *uploads]).run()
    pile = pile_of(page)
    assert [desk.name for desk in pile.desks] == ["holiday.mp4", *(f"{name}.mp4" for name in clips)]
    run_until(page, lambda: not pile.busy)
    assert pile.share == 1.0
    (choice,) = page.radio
    for number, desk in enumerate(pile.desks):
        choice.set_value(number).run()
        assert pile.desk is desk
        if number == 0:
            assert "holiday.mp4" in page.error[0].value
            assert outcome(desk) == desk.error
            continue
        assert desk.result is not None
        (bout,) = desk.result.section.bouts
        assert (truth_of(Path(desk.name).stem)["bouts"][0]["exercise"],) == (
            desk.result.analysis.bouts[0].bout.exercise,
        )
        assert page.header[0].value == unbroken(bout.headline)
        assert bout.title in outcome(desk)
    assert not page.exception
    labels = {button.label for button in page.download_button}
    assert {say("pile.report"), say("pile.table")} <= labels
    report, table = (written(pile, name).decode() for name in ("report.html", "table.csv"))
    for name in ("holiday", *clips):
        assert f"{name}.mp4" in report
        assert f"{name}.mp4" in table


def test_a_reload_in_the_middle_loses_nothing(page: AppTest) -> None:
    page.button(key=f"sample-{SAMPLE}").click().run()
    pile = pile_of(page)
    again = AppTest.from_file(str(SCRIPT), default_timeout=60)
    again.query_params[PILE] = page.query_params[PILE]
    again.run()
    assert pile_of(again) is pile
    run_until(again, lambda: not pile.busy)
    assert pile.desk is not None
    assert pile.desk.result is not None
    assert again.header[0].value == unbroken(pile.desk.result.section.bouts[0].headline)
    stranger = AppTest.from_file(str(SCRIPT), default_timeout=60)
    stranger.query_params[PILE] = "guessed"
    stranger.run()
    assert pile_of(stranger).desk is None


def test_a_wrong_list_of_servers_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "turn:turn.example.org")
    page = AppTest.from_string("from formcheck.web import live_page; live_page.show()", default_timeout=60)
    page.run()
    assert not page.exception
    assert SETTING in page.error[0].value


def test_the_first_page_loads_neither_the_network_nor_the_webcam() -> None:
    code = (
        "import sys, formcheck.web.app, formcheck.web.check_page;"
        "print([m for m in ('mediapipe', 'aiortc', 'streamlit_webrtc', 'matplotlib', 'reportlab')"
        " if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
