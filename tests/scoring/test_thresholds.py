"""The thresholds file: its numbers, a person's own file over it, and what it refuses."""

from pathlib import Path

import pytest

from formcheck.errors import ThresholdsFileError
from formcheck.names import EXERCISES
from formcheck.scoring.grading import grade
from formcheck.scoring.thresholds import DEFAULTS, MEASURES, load_thresholds, unit_of

# The operative table of the evidence: exercise → measure → (direction, good, fail, weight, core).
LOW, HIGH = "low", "high"
TABLE = {
    "single_leg_rdl": {
        "pelvic_drop_deg": (LOW, 5, 10, 0.20, True),
        "hip_opening_deg": (LOW, 8, 15, 0.15, True),
        "fppa_deg": (LOW, 8, 13, 0.15, True),
        "trunk_rotation_deg": (LOW, 8, 15, 0.10, False),
        "trunk_lateral_lean_deg": (LOW, 6, 10, 0.10, True),
        "hinge_ratio": (HIGH, 0.75, 0.60, 0.15, False),
        "trunk_inclination_deg": (HIGH, 60, 45, 0.10, False),
        "ecc_s": (HIGH, 2.0, 1.0, 0.05, False),
    },
    "step_up": {
        "pelvic_drop_deg": (LOW, 8, 12, 0.30, True),
        "fppa_deg": (LOW, 10, 15, 0.30, True),
        "trunk_lateral_lean_deg": (LOW, 8, 12, 0.15, True),
        "trunk_rotation_deg": (LOW, 10, 20, 0.05, False),
        "depth_ratio": (HIGH, 0.9, 0.7, 0.10, False),
        "ecc_s": (HIGH, 2.0, 1.0, 0.10, False),
    },
    "lunge": {
        "pelvic_drop_deg": (LOW, 5, 9, 0.20, True),
        "kmd_foot_pct": (LOW, 5, 12, 0.30, True),
        "trunk_lateral_lean_deg": (LOW, 5, 10, 0.15, True),
        "trunk_rotation_deg": (LOW, 10, 20, 0.05, False),
        "knee_flexion_deg": (HIGH, 80, 60, 0.15, False),
        "trunk_inclination_dev_deg": (LOW, 0, 15, 0.05, False),
        "ecc_s": (HIGH, 2.0, 1.0, 0.10, False),
    },
    "bridge": {
        "hip_angle_top_deg": (HIGH, 170, 160, 0.5, True),
        "pelvic_tilt_deg": (LOW, 4, 8, 0.2, True),
        "kmd_foot_pct": (LOW, 8, 15, 0.15, False),
        "ecc_s": (HIGH, 2.0, 1.0, 0.15, False),
    },
    "single_leg_bridge": {
        "pelvic_tilt_deg": (LOW, 5, 10, 0.35, True),
        "hip_angle_top_deg": (HIGH, 170, 160, 0.35, True),
        "kmd_foot_pct": (LOW, 8, 15, 0.15, False),
        "ecc_s": (HIGH, 2.0, 1.0, 0.15, False),
    },
    "hip_hinge": {
        "hinge_ratio": (HIGH, 0.75, 0.60, 0.45, True),
        "trunk_inclination_deg": (HIGH, 60, 45, 0.35, True),
        "knee_band_dev_deg": (LOW, 0, 10, 0.10, False),
        "ecc_s": (HIGH, 2.0, 1.0, 0.10, False),
    },
    "single_leg_stance": {
        "hold_ratio": (HIGH, 0.95, 0.70, 0.40, True),
        "pelvic_drop_deg": (LOW, 5, 8, 0.25, True),
        "trunk_lateral_lean_deg": (LOW, 4, 8, 0.15, True),
        "sway_ml_rms_pct": (LOW, 1.0, 2.0, 0.20, False),
    },
}
TABLE["step_down"] = TABLE["step_up"]


def test_every_number_of_the_operative_table():
    rules = load_thresholds().exercises
    assert set(rules) == set(EXERCISES) == set(TABLE)
    for exercise, rows in TABLE.items():
        found = {
            name: (row.direction, row.good, row.fail, row.weight, row.core)
            for name, row in rules[exercise].measures.items()
        }
        assert found == rows, exercise


def test_every_measure_is_used_and_has_a_unit():
    used = {name for rules in load_thresholds().exercises.values() for name in rules.measure_ids}
    assert used == set(MEASURES)
    assert {unit_of(name) for name in MEASURES} == {"deg", "pct", "s", "ratio"}
    assert (unit_of("hold_ratio"), unit_of("kmd_foot_pct")) == ("ratio", "pct")


@pytest.mark.parametrize(
    ("age", "seconds"), [(None, 44), (16, 44), (39, 44), (40, 41), (69, 32), (79, 21), (95, 9)]
)
def test_stance_norms(age, seconds):
    assert load_thresholds().hold_norm_s(age) == seconds


def write(folder, text):
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_file_changes_what_it_names_and_only_that(tmp_path):
    path = write(tmp_path, "[exercises.step_up.measures.pelvic_drop_deg]\ngood = 4\n")
    own, default = load_thresholds(path), load_thresholds()
    assert (own.source, default.source) == ("mine.toml", "default")
    for exercise in ("step_up", "step_down"):  # one table
        assert own.exercises[exercise].measures["pelvic_drop_deg"].good == 4
        assert own.exercises[exercise].measures["pelvic_drop_deg"].fail == 12
    for exercise in set(EXERCISES) - {"step_up", "step_down"}:
        assert own.exercises[exercise] == default.exercises[exercise]
    values = {"pelvic_drop_deg": 6.0, "fppa_deg": 11.0}
    mine, theirs = grade("step_up", values, thresholds=path), grade("step_up", values)
    assert (mine.grades["pelvic_drop_deg"], theirs.grades["pelvic_drop_deg"]) == ("caution", "good")
    assert mine.grades["fppa_deg"] == theirs.grades["fppa_deg"]


def test_step_down_may_differ_from_step_up(tmp_path):
    path = write(tmp_path, "[exercises.step_down.measures.fppa_deg]\nfail = 14\n")
    own = load_thresholds(path).exercises
    assert (own["step_down"].measures["fppa_deg"].fail, own["step_up"].measures["fppa_deg"].fail) == (14, 15)


def test_the_file_that_the_guide_shows_is_taken_and_changes_what_it_says(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "scores.md").read_text(encoding="utf-8")
    shown = guide.split("```toml\n")[1].split("```")[0]
    own = load_thresholds(write(tmp_path, shown)).exercises["step_down"].measures["pelvic_drop_deg"]
    assert (own.good, own.fail) == (6, 10)


def test_an_empty_file_changes_nothing(tmp_path):
    own = load_thresholds(write(tmp_path, ""))
    assert own.model_copy(update={"source": "default"}) == load_thresholds()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[exercises", "not valid TOML"),
        ("\x00", "not valid TOML"),
        ("[exercises.step_up.measures.fppa_deg]\ngud = 4", "exercises.step_up.measures.fppa_deg.gud"),
        ("[exercises.step_up.measures.fppa_deg]\ngood = 'ten'", "fppa_deg.good"),
        ("[exercises.step_up.measures.fppa_deg]\ngood = nan", "fppa_deg.good"),
        ("[exercises.step_up.measures.fppa_deg]\ngood = 16", r"fail \(15\) must lie above good \(16\)"),
        ("[exercises.bridge.measures.hip_angle_top_deg]\ngood = 150", r"fail \(160\) must lie below good"),
        ("[exercises.lunge.measures.fppa]\ngood = 4", "'fppa' is no measure"),
        (
            "[exercises.lunge.measures.fppa_deg]\ngood = 4",
            "exercises.lunge.measures.fppa_deg.direction is missing",
        ),
        ("[exercises.lunge.measures.ecc_s]\nweight = 0.2", "exercises.lunge: the weights .* not 1.1"),
        ("[exercises.squat]\nminimum_reps = 3", "'squat' is no exercise"),
        ("[exercises.lunge]\nminimum_reps = 0", "exercises.lunge.minimum_reps"),
        ("[exercises.lunge]\ntrunk_inclination_band_deg = [25, 0]", "must rise"),
        ("[exercises.lunge]\nlike = 'step_down'", "exercises.lunge.like"),
        ("exercises = 3", "exercises"),
        ("[score.bands]\namber = 90", "green must lie above amber"),
        ("source = 'x'", "'source' can't be set"),
        ("colour = 'x'", "colour is not a word"),
    ],
)
def test_refusals_name_the_place_in_one_sentence(tmp_path, text, words):
    with pytest.raises(ThresholdsFileError, match=words) as refusal:
        load_thresholds(write(tmp_path, text))
    message = str(refusal.value)
    assert "mine.toml" in message
    assert "\n" not in message
    assert message.endswith(".")


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ThresholdsFileError, match=r"can't be read \(.*\): check its name and folder"):
            load_thresholds(path)


def test_the_defaults_lie_beside_the_code():
    assert DEFAULTS.is_file()
