"""The exercise library: what every ladder must have, and what a wrong edit is told."""

import re

import pytest

from formcheck.coaching.library import EQUIPMENT, FOLDER, load_library
from formcheck.coaching.plan_rules import load_plan_rules
from formcheck.coaching.season import load_season_rules
from formcheck.coaching.toml_tables import line_of
from formcheck.coaching.types import LADDER_IDS
from formcheck.errors import CoachingFileError

LIBRARY = load_library()
RUNGS = [(ladder, number) for ladder in LIBRARY for number in range(8)]
CODES = ["HR", "SU", "SD", "LU", "GB", "CR", "HS", "AR", "PU", "PL", "RO", "PY"]


def test_there_are_twelve_ladders_of_eight_rungs():
    assert [ladder.id for ladder in LIBRARY] == list(LADDER_IDS)
    assert [ladder.code for ladder in LIBRARY] == CODES
    assert all(len(ladder.rungs) == 8 for ladder in LIBRARY)
    assert all(LIBRARY[ladder].id == ladder for ladder in LADDER_IDS)


@pytest.mark.parametrize(("ladder", "number"), RUNGS, ids=[f"{x.code}{n}" for x, n in RUNGS])
def test_every_rung_says_how_it_is_done_and_where_the_camera_stands(ladder, number):
    rung = ladder.rungs[number]
    words = len(rung.how_to.split())
    assert 20 <= words <= 90 and rung.how_to.strip().endswith(".")
    assert "\n\n" not in rung.how_to
    assert (ladder.camera_for(number) is not None) == (rung.filmed_as is not None)
    assert LIBRARY.find(f"{ladder.code}{number}") == (ladder, number)


def test_nobody_is_left_without_an_exercise_for_want_of_equipment():
    for ladder in LIBRARY:
        assert ladder.rungs[0].possible_with(frozenset())
        assert all(rung.possible_with(frozenset(EQUIPMENT)) for rung in ladder.rungs)


# Where each ladder begins by its test, as the evidence says (D.1).
@pytest.mark.parametrize(
    ("ladder", "scores", "rung"),
    [
        ("hinge", {"T2": 69, "T3": 90}, 0),
        ("hinge", {"T2": 70, "T3": 49}, 1),
        ("hinge", {"T2": 70, "T3": 50}, 3),
        ("hinge", {"T2": 90, "T3": 84}, 4),
        ("hinge", {"T2": 90, "T3": 85}, 5),
        ("hinge", {"T2": 90}, 1),
        ("step_up", {"T4": 49}, 1),
        ("step_up", {"T4": 69}, 2),
        ("step_up", {"T4": 84}, 3),
        ("step_up", {"T4": 85}, 4),
        ("step_up", {"T5": 85}, 4),
        ("step_up", {"T4": 49, "T5": 85}, 1),
        ("step_down", {"T4": 49}, 0),
        ("step_down", {"T4": 50}, 1),
        ("step_down", {"T4": 70}, 3),
        ("step_down", {"T4": 85}, 4),
        ("lunge", {"T5": 49}, 0),
        ("lunge", {"T5": 69}, 1),
        ("lunge", {"T5": 70}, 2),
        ("lunge", {"T5": 85}, 3),
        ("bridge", {"T6": 69}, 2),
        ("bridge", {"T6": 84}, 3),
        ("bridge", {"T6": 85}, 4),
        ("bridge", {}, 0),
    ],
)
def test_each_ladder_begins_where_its_test_says(ladder, scores, rung):
    assert LIBRARY[ladder].start_rung(scores, "build")[0] == rung


def test_an_own_folder_overrides_only_what_it_names(tmp_path):
    (tmp_path / "hinge.toml").write_text('[rungs.HR3]\nname = "My hinge"\n', encoding="utf-8")
    own = load_library(tmp_path)
    assert own["hinge"].rungs[3].name == "My hinge"
    assert own["hinge"].rungs[3].how_to == LIBRARY["hinge"].rungs[3].how_to
    assert own["hinge"].rungs[4] == LIBRARY["hinge"].rungs[4]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('# mine\n[rungs.HR3]\n\nname = "x"\n', 4, "at least 3 characters"),
        ("[rungs.HR3]\nnmae = 'Hinge'\n", 2, "not a word that formcheck knows"),
        ('[rungs.HR1]\nequipment = ["rope"]\n', 1, "'rope' is unknown"),
        ('[rungs.HR1]\nload = { from_pct = 30, to_pct = 10, held = "at the chest" }\n', 2, "must lie above"),
        ("[rungs.HR4]\nexit_measures = { hip_opening_deg = { at_most = 8, at_least = 2 } }\n", 2, "either"),
        ('swaps_when_painful = ["XX1"]\n', None, "no rung of any ladder"),
        ("[rungs.HR3\n", None, "line 1"),
    ],
)
def test_a_wrong_edit_is_told_file_line_and_why(tmp_path, text, line, says):
    (tmp_path / "hinge.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CoachingFileError) as caught:
        load_library(tmp_path)
    message = str(caught.value)
    assert "hinge.toml" in message and says in message and message.endswith(".") and "\n" not in message
    if line is not None:
        assert f"line {line}:" in message


def test_a_file_of_no_ladder_and_no_folder_are_refused(tmp_path):
    with pytest.raises(CoachingFileError, match="is not a folder"):
        load_library(tmp_path / "none")
    (tmp_path / "yoga.toml").write_text("", encoding="utf-8")
    with pytest.raises(CoachingFileError, match=r"'yoga.toml' is no ladder"):
        load_library(tmp_path)


@pytest.mark.parametrize(
    ("load", "text", "line", "says"),
    [
        (load_plan_rules, "[week]\nrpe_cap = 9\n", 2, "less than or equal to 8"),
        (load_plan_rules, "[doses.B]\nsets = [3, 2]\n", 1, "must rise"),
        (load_plan_rules, "[progress]\n\nmodify_load_pct = -5\n", 3, "less than or equal to -20"),
        (load_season_rules, "[deload]\nevery_weeks = 12\n", 2, "less than or equal to 6"),
        (load_season_rules, "[phases.base]\nsets = 3\n", 2, "not a word"),
    ],
)
def test_rules_are_told_the_line_too(tmp_path, load, text, line, says):
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(CoachingFileError, match=rf"'own.toml', line {line}: .*{re.escape(says)}"):
        load(own)


def test_lines_are_found_below_tables_and_not_inside_texts():
    text = 'a = 1\n[b]\nc = """\nd = 2\n"""\nd = 3\n[[e]]\nf = 1\n[[e]]\nf = 2\n'
    assert line_of(text, ["a"]) == 1
    assert line_of(text, ["b", "d"]) == 6
    assert line_of(text, ["e", 1, "f"]) == 10
    assert line_of(text, ["b", "missing"]) == 2


def test_every_file_of_the_folder_is_a_ladder():
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(LADDER_IDS)
