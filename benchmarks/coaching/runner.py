"""A made-up runner with a weak left hip: films, baseline, plan, and four weeks on, by the commands.

Usage: ``python -m benchmarks.coaching.runner [--films FOLDER] [--out FOLDER]``

Renders the films that are missing (`benchmarks.coaching.runner_films`), then runs ``formcheck score``,
``assess``, ``plan``, ``log`` and ``rescore`` on them as a person would, with records of their own, and
compares what comes out with what evidence C–E asks for, and with what the true angles of the films would have
given (`benchmarks.coaching.runner_truth`). Ends with 1 where they differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.coaching.runner_checks import Check, checks
from benchmarks.coaching.runner_films import FOLDER, SETS, missing_films
from benchmarks.coaching.runner_story import Runner, calling, first_day, live_through
from benchmarks.coaching.runner_truth import true_analysis
from formcheck.pose import PoseSequence


def pictures_to_landmarks(films: Path, poses: Path) -> None:
    """Look at every film once, by the command, and keep its landmarks."""
    for when in SETS:
        for film in sorted((films / when).glob("*.mp4")):
            kept = poses / when / f"{film.stem}.parquet"
            if not kept.exists():
                kept.parent.mkdir(parents=True, exist_ok=True)
                words = (sys.executable, "-m", "formcheck", "score", film, "--landmarks", kept)
                subprocess.run(words, check=False, capture_output=True)
                print(f"{when}/{film.stem}", flush=True)


def true_analyses(films: Path, poses: Path, to: Path) -> None:
    """Write what the true angles of the films give, as analyses."""
    for when in SETS:
        (to / when).mkdir(parents=True, exist_ok=True)
        for film in sorted((films / when).glob("*.mp4")):
            pose = PoseSequence.from_parquet(poses / when / f"{film.stem}.parquet")
            text = json.dumps(true_analysis(film, pose))
            (to / when / f"{film.stem}.json").write_text(text, encoding="utf-8")


def tell(name: str, assessment: Mapping[str, Any], true: Mapping[str, Any]) -> None:
    """Print what was measured in every test, beside what is true."""
    print(f"\n{name}: index {assessment['index']} (true {true['index']}), tier {assessment['tier']}")
    for test, really in zip(assessment["tests"], true["tests"], strict=True):
        found = {side["side"]: side for side in test["sides"]}
        for side in really["sides"]:
            mine = found.get(side["side"], {"score": None, "level": None, "measures": {}})
            print(
                f"{test['test']} {side['side'] or 'both'}: {mine['score']} (level {mine['level']}), "
                f"true {side['score']} (level {side['level']})"
            )
            for measure, m in side["measures"].items():
                seen = mine["measures"].get(measure)
                if m["core"] and m["value"] is not None and seen and seen["value"] is not None:
                    said = seen["grade"] or seen["reason"]
                    value = f"{seen['value']:.1f} ± {seen['sd']:.1f}"
                    print(f"     {measure} {value} {said}, true {m['value']:.1f} {m['grade']}")


def report(found: Sequence[Check]) -> int:
    """Print the checks as a table in Markdown; return 1 if one does not hold."""
    print("\n| | wanted | came | |\n|---|---|---|---|")
    for check in found:
        print(f"| {check.what} | {check.wanted} | {check.came} | {'✓' if check.holds else '✗'} |")
    return 0 if all(check.holds for check in found) else 1


def main() -> int:
    """Read the command line, render what is missing, and tell the story."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--films", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args()
    if missing_films(given.films):
        render = [sys.executable, "-m", "benchmarks.coaching.runner_films", "--out", str(given.films)]
        if subprocess.run(render, env={"PYOPENGL_PLATFORM": "osmesa", **os.environ}, check=False).returncode:
            raise SystemExit("The films could not be rendered: `make samples` installs what that needs.")
    poses, truth = given.out / "landmarks", given.out / "truth"
    pictures_to_landmarks(given.films, poses)
    true_analyses(given.films, poses, truth)
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as other_home:
        story = live_through(Runner(poses, given.out, calling(Path(home))))
        first, week, last = first_day(Runner(truth, truth, calling(Path(other_home))))
    tell("Before", story.first, first)
    tell("After four weeks", story.last, last)
    return report(list(checks(story, first, week)))


if __name__ == "__main__":
    sys.exit(main())
