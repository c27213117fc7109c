"""A made-up runner with a weak left hip: films, baseline, plan, and four weeks on, by the commands.

Usage: ``python -m benchmarks.coaching.runner [--films FOLDER] [--out FOLDER]``

Renders the films that are missing (`benchmarks.coaching.runner_films`), then runs ``formcheck assess``,
``plan``, ``log`` and ``score`` on them as a person would, with records of their own, and compares what comes
out with what evidence C–E asks for a runner whose true angles are known. Ends with 1 where they differ.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.coaching.runner_films import FOLDER, missing_films
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.log_csv import write_log
from formcheck.names import SIDES

MONDAY: Final = date(2026, 9, 7)
WEEKS: Final = 4
WEAK: Final = "left"
FILMED_AGAIN: Final = {"step_down": "t4_step_down_{side}_front", "lunge": "t5_lunge_{side}_front"}
"""Ladders whose last session of the four weeks is filmed, and the films of it."""


@dataclass(frozen=True)
class Check:
    """One thing that must come out: what was wanted, what came, and whether that is it."""

    what: str
    wanted: str
    came: str
    holds: bool


@dataclass(frozen=True)
class Runner:
    """The runner's films, and a place for their records and files."""

    films: Path
    out: Path
    home: Path

    def formcheck(self, *words: object) -> dict[str, Any]:
        """Run a command of formcheck; return the JSON document that it writes, if it is asked to."""
        done = subprocess.run(
            [sys.executable, "-m", "formcheck", *map(str, words)],
            env={**os.environ, "FORMCHECK_HOME": str(self.home)},
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode not in (0, 3):
            raise SystemExit(f"formcheck {words[0]} ended with {done.returncode}:\n{done.stderr}")
        document: dict[str, Any] = json.loads(done.stdout) if "-" in words else {}
        return document

    def assessed(self, when: str, day: date) -> dict[str, Any]:
        """Assess a baseline from its films."""
        report = self.out / f"{when}.html"
        words = ("--person", "runner", "--date", day, "--age", 30, "--screening", "none")
        return self.formcheck(
            "assess", self.films / when, *words, "--report", report, "--json", "-"
        )  # fmt: skip

    def planned(self, monday: date) -> dict[str, Any]:
        """Plan a week from the records."""
        files = ("--sheet", self.out / f"week-{monday}.pdf", "--ics", self.out / f"week-{monday}.ics")
        words = ("--person", "runner", "--week", monday, "--body-mass", 60, "--since", MONDAY)
        return self.formcheck("plan", *words, *files, "--json", "-")

    def trained(self, plan: Mapping[str, Any]) -> None:
        """Log a week's plan as done, with two repetitions more than asked for in each set."""
        path = self.out / "log.csv"
        write_log(TrainingLog(tuple(_sets(plan))), path)
        self.formcheck("log", path, "--person", "runner")

    def filmed(self, plan: Mapping[str, Any]) -> None:
        """Score the films of the improved movement as those of the week's last session of each ladder."""
        for ladder, film in FILMED_AGAIN.items():
            days = [s["date"] for s in plan["sessions"] if any(e["ladder"] == ladder for e in _of(s))]
            for side in SIDES if days else ():
                clip = self.films / "after" / f"{film.format(side=side)}.mp4"
                self.formcheck("score", clip, "--person", "runner", "--date", days[-1])


def _of(session: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for block in session["blocks"] for each in block["exercises"]]


def _sets(plan: Mapping[str, Any]) -> Iterator[LoggedSet]:
    for session in plan["sessions"]:
        day = date.fromisoformat(session["date"])
        for each in _of(session):
            more = 10 if each["unit"] == "s" else 2
            for side in SIDES if each["per_side"] else (None,):
                for number in range(1, each["sets"] + 1):
                    yield LoggedSet(
                        day, each["ladder"], each["rung"], side, number, each["amount"],
                        each["amount"] + more, each["load_kg"] or 0.0, rpe=7, self_rating=4,
                        easy=each["easy"],
                    )  # fmt: skip


def exercises(plan: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the exercises of a plan by ladder."""
    return {each["ladder"]: each for session in plan["sessions"] for each in _of(session)}


def drills(plan: Mapping[str, Any]) -> list[str]:
    """Return the drills that a plan has for a reason."""
    found = (d for s in plan["sessions"] for b in s["blocks"] for d in b["drills"])
    return sorted({d["name"] for d in found if d["reason"]})


def side_of(assessment: Mapping[str, Any], test: str, side: str) -> dict[str, Any]:
    """Return the result of one test on one side; empty if there is none."""
    sides = next(each for each in assessment["tests"] if each["test"] == test)["sides"]
    return next((each for each in sides if each["side"] in (side, None)), {})


def story(runner: Runner) -> Iterator[Check]:
    """Live through baseline, four weeks and the tests after them; yield what must have come out."""
    first = runner.assessed("before", MONDAY - timedelta(days=2))
    week = runner.planned(MONDAY)
    _tell(first)
    yield from at_first(first, week)
    rungs = {ladder: each["rung"] for ladder, each in exercises(week).items()}
    for number in range(WEEKS):
        if number:
            week = runner.planned(MONDAY + timedelta(weeks=number))
        runner.trained(week)
    runner.filmed(week)
    yield from after_training(rungs, exercises(runner.planned(MONDAY + timedelta(weeks=WEEKS))))
    last = runner.assessed("after", MONDAY + timedelta(weeks=WEEKS, days=-1))
    _tell(last)
    yield from at_last(first, last)


def at_first(found: Mapping[str, Any], week: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what must hold of the first baseline and its plan."""
    starts = {start["ladder"]: start["rung"] for start in found["start_rungs"]}
    for test in ("T1", "T4", "T5"):
        weak, strong = (side_of(found, test, side).get("score") for side in SIDES)
        holds = weak is not None and weak < 70 and (strong is None or strong > weak)
        yield Check(
            f"{test}: the left side is below 70 and the weaker one", "<70", f"{weak}, {strong}", holds
        )
    yield Check("tier", "foundation", str(found["tier"]), found["tier"] == "foundation")
    for ladder, rung in (("step_down", 0), ("step_up", 1), ("lunge", 0)):
        yield Check(f"first rung, {ladder}", str(rung), str(starts[ladder]), starts[ladder] == rung)
    cues = {
        "step_down": ("Zip stays over the standing foot", "Point the knee at the second toe"),
        "lunge": ("Point the knee at the second toe", "Zip stays over the standing foot"),
    }
    planned = exercises(week)
    for ladder, wanted in cues.items():
        cue = planned[ladder]["cue"] if ladder in planned else "not planned"
        yield Check(f"cue, {ladder}", " or ".join(wanted), cue, cue in wanted)
    wanted_drills = ("Side-lying leg raise", "Sideways band walk")
    came = drills(week)
    holds = any(drill.startswith(wanted_drills) for drill in came)
    yield Check("corrective in the warm-up", " or ".join(wanted_drills), "; ".join(came), holds)


def after_training(before: Mapping[str, int], after: Mapping[str, Mapping[str, Any]]) -> Iterator[Check]:
    """Yield what must hold after four weeks with better form."""
    for ladder in FILMED_AGAIN:
        if ladder in after and ladder in before:
            rung, decision = after[ladder]["rung"], after[ladder]["decision"]
            yield Check(f"rung after four weeks, {ladder}", f"above {before[ladder]}", f"{rung} ({decision})",
                        rung > before[ladder])  # fmt: skip


def at_last(first: Mapping[str, Any], last: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what must hold of the tests after four weeks."""
    better = [c for c in last["changes"] if c["side"] == WEAK and c["verdict"] == "improved"]
    worse = [c for c in last["changes"] if c["verdict"] == "worse"]
    said = ", ".join(f"{c['test']} {c['measure']}" for c in better) or "none"
    yield Check("measures of the left side that improved", "some", said, bool(better))
    said = ", ".join(f"{c['test']} {c['measure']} ({c['side']})" for c in worse) or "none"
    yield Check("measures that got worse", "none", said, not worse)
    for test in ("T4", "T5"):
        scores = [side_of(each, test, WEAK).get("score") for each in (first, last)]
        holds = scores[1] is not None and scores[1] > (scores[0] or 0)
        yield Check(
            f"{test}: score of the left side", "higher than before", f"{scores[0]} → {scores[1]}", holds
        )


def _tell(assessment: Mapping[str, Any]) -> None:
    """Print what was measured of every test."""
    print(f"\nindex {assessment['index']}, tier {assessment['tier']}")
    for test in assessment["tests"]:
        for side in test["sides"]:
            print(f"{test['test']} {side['side'] or 'both'}: {side['score']} (level {side['level']})")
            for name, m in side["measures"].items():
                if m["core"] and m["value"] is not None:
                    print(f"     {name} {m['value']:.1f} ± {m['sd']:.1f} {m['grade'] or m['reason']}")


def report(checks: Sequence[Check]) -> int:
    """Print the checks as a table in Markdown; return 1 if one does not hold."""
    print("\n| | wanted | came | |\n|---|---|---|---|")
    for check in checks:
        print(f"| {check.what} | {check.wanted} | {check.came} | {'✓' if check.holds else '✗'} |")
    return 0 if all(check.holds for check in checks) else 1


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
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        return report(list(story(Runner(given.films, given.out, Path(home)))))


if __name__ == "__main__":
    sys.exit(main())
