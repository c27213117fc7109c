"""Settings hold for new clips, a wrong file changes nothing; and the samples say what they show."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from sample_clips import SAMPLE_NAMES
from streamlit.testing.v1 import AppTest

from formcheck.errors import ThresholdsFileError
from formcheck.records.home import HOME_VARIABLE
from formcheck.web import settings
from formcheck.web.samples import picture, samples
from formcheck.web.samples_view import FEATURED
from formcheck.web.words import say

PAGE = "from formcheck.web import settings_page; settings_page.show()"
OWN = b"[exercises.step_down.measures]\npelvic_drop_deg = { good = 6, fail = 11 }\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def test_the_model_is_remembered_and_a_damaged_file_means_the_default(home: Path) -> None:
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert not page.exception
    page.radio[0].set_value("lite").run()
    assert settings.load_settings().model == "lite"
    assert AppTest.from_string(PAGE, default_timeout=60).run().radio[0].value == "lite"
    for damaged in (b"{", b'{"model": "none"}', b"\xff"):
        (home / settings.SETTINGS_NAME).write_bytes(damaged)
        assert settings.load_settings().model == "full"


def test_units_are_remembered_beside_the_model(home: Path) -> None:
    settings.save_settings(settings.Settings(model="lite"))
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    page.radio[1].set_value("imperial").run()
    assert not page.exception
    assert settings.load_settings() == settings.Settings(model="lite", units="imperial")
    assert settings.units().mass == "lb"


def test_the_page_shows_the_folder_and_what_is_kept(home: Path) -> None:
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert [code.value for code in page.code] == [str(home)]
    assert say("settings.privacy_text").strip() in [text.value.strip() for text in page.markdown]


def test_own_ranges_hold_are_told_and_can_be_taken_back(home: Path) -> None:
    assert settings.own_thresholds() is None
    settings.take_thresholds("mine.toml", OWN)
    assert settings.thresholds_in_use().exercises["step_down"].measures["pelvic_drop_deg"].good == 6
    (change,) = settings.changed_ranges()
    assert all(word in change for word in ("Step-down", "Hip drop", "6°", "11°", "8°", "12°"))
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    assert any(change in text.value for text in page.markdown)
    next(button for button in page.button if button.label == say("settings.ranges_drop")).click().run()
    assert settings.own_thresholds() is None
    assert not page.exception


@pytest.mark.parametrize(
    "wrong", [b"not toml", b"\xff", b"[exercises.step_down.measures]\npelvic_drop_deg = { good = 20 }\n"]
)
def test_a_wrong_file_of_ranges_is_one_sentence_and_changes_nothing(home: Path, wrong: bytes) -> None:
    settings.take_thresholds("mine.toml", OWN)
    with pytest.raises(ThresholdsFileError, match=r"mine\.toml"):
        settings.take_thresholds("../mine.toml", wrong)
    assert settings.own_thresholds() is not None
    assert (home / settings.THRESHOLDS_NAME).read_bytes() == OWN


def test_every_sample_says_what_it_shows() -> None:
    found = samples()
    assert [sample.path.stem for sample in found] == SAMPLE_NAMES
    assert all(sample.title and sample.shows for sample in found)
    assert set(FEATURED) < set(SAMPLE_NAMES)


def test_a_sample_has_a_picture() -> None:
    sample = next(sample for sample in samples() if sample.path.stem == FEATURED[0])
    shown = Image.open(io.BytesIO(picture(sample.path, sample.turn_s)))
    assert min(shown.size) >= 150
