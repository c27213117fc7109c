"""The files that a call of the command line leaves, each asked for alone and together."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from formcheck.outputs import Outputs, Result

FILES = {"json_path": "all.json", "report": "all.html", "summary": "all.csv"}


@pytest.mark.parametrize(
    "asked", [names for count in (1, 2, 3) for names in combinations(FILES, count)], ids="+".join
)
def test_any_files_of_several_clips_can_be_asked_for(asked, sample_analysis, tmp_path):
    names = ("step_up_front_right_good", "bridge_side_good")
    results = [Result(Path(f"{name}.mp4"), None, sample_analysis(name)) for name in names]
    results.append(Result(Path("broken.mp4"), None, error="'broken.mp4' is empty."))
    places = {name: tmp_path / FILES[name] for name in asked}
    Outputs(
        **{name: str(place) if name == "json_path" else place for name, place in places.items()}
    ).write_all(results)
    for name, place in places.items():
        text = place.read_text(encoding="utf-8")
        assert len(json.loads(text)) == 2 if name == "json_path" else "broken.mp4" in text
