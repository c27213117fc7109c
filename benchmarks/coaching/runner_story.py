"""What the made-up runner does: tests, plan, four weeks of training, tests again, all by the commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from benchmarks.coaching.runner_films import baseline_films
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.log_csv import write_log
from formcheck.names import SIDES

MONDAY: Final = date(2026, 9, 7)
WEEKS: Final = 4
FILMED_AGAIN: Final = {
    "hinge": ("t2_hip_hinge_side",),
    "step_down": ("t4_step_down_left_front", "t4_step_down_right_front"),
    "lunge": ("t5_lunge_left_front", "t5_lunge_right_front"),
}
"""Ladders that are filmed from the second week on, and the films of the better movement."""

Document = dict[str, Any]
Call = Callable[..., tuple[int, str, str]]


def calling(home: Path) -> Call:
    """Return what runs formcheck in a process of its own, with its records in ``home``."""

    def call(*words: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "formcheck", *map(str, words)]
        environment = {**os.environ, "FORMCHECK_HOME": str(home)}
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    return call


@dataclass(frozen=True)
class Runner:
    """The runner's clips (``before`` and ``after``: landmarks or analyses), files and records.

    Attributes
    ----------
    clips : Path
        The folder with both sets.
    out : Path
        Where reports, sheets and the log go.
    call : callable
        Runs a command of formcheck, with records of its own: words → exit code, output, messages.
    """

    clips: Path
    out: Path
    call: Call

    def formcheck(self, *words: object) -> Document:
        """Run a command of formcheck; return the JSON document that it writes, if it is asked to."""
        code, out, messages = self.call(*words)
        if code not in (0, 3):
            raise RuntimeError(f"formcheck {words[0]} ended with {code}:\n{messages}")
        document: Document = json.loads(out) if "-" in words else {}
        return document

    def assessed(self, when: str, day: date) -> Document:
        """Assess a baseline; say what the clips show that are not recognised, as the result asks for."""
        folder = self.clips / when
        words = ("--date", day, "--age", 30, "--screening", "none", "--json", "-")
        unsaid = self.formcheck("assess", folder, *words, "--person", "runner", "--no-record")
        told = [word for film in not_recognised(unsaid, folder) for word in ("--film", film)]
        report = self.out / f"{when}.html"
        return self.formcheck("assess", folder, *told, *words, "--person", "runner", "--report", report)

    def planned(self, monday: date) -> Document:
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
        """Score the films of the better movement as those of the week's last session of each ladder."""
        for ladder, films in FILMED_AGAIN.items():
            days = [s["date"] for s in plan["sessions"] if any(e["ladder"] == ladder for e in of_session(s))]
            for film in films if days else ():
                clip = self.clips / "after" / f"{film}.parquet"
                self.formcheck("rescore", clip, "--person", "runner", "--date", days[-1])


@dataclass(frozen=True)
class Story:
    """What came out: baseline, the plans of all weeks and of the one after them, and the tests after that."""

    first: Document
    plans: tuple[Document, ...]
    last: Document


def live_through(runner: Runner) -> Story:
    """Live through baseline, four weeks and the tests after them."""
    first = runner.assessed("before", MONDAY - timedelta(days=2))
    plans = []
    for number in range(WEEKS):
        plans.append(runner.planned(MONDAY + timedelta(weeks=number)))
        runner.trained(plans[-1])
        if number:
            runner.filmed(plans[-1])
    plans.append(runner.planned(MONDAY + timedelta(weeks=WEEKS)))
    last = runner.assessed("after", MONDAY + timedelta(weeks=WEEKS, days=-1))
    return Story(first, tuple(plans), last)


def first_day(runner: Runner) -> tuple[Document, Document, Document]:
    """Return the baseline, the first week and the tests after four weeks, without any training."""
    first = runner.assessed("before", MONDAY - timedelta(days=2))
    return first, runner.planned(MONDAY), runner.assessed("after", MONDAY + timedelta(weeks=WEEKS, days=-1))


def not_recognised(assessment: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """Yield ``TEST:SIDE=CLIP`` for each clip that was not taken for the test and side that it shows."""
    taken = {
        (test["test"], side["side"], Path(clip).stem)
        for test in assessment["tests"]
        for side in test["sides"]
        for clip in side["clips"]
    }
    for film in baseline_films():
        side = None if film.exercise == "hip_hinge" else film.side
        clip = folder / f"{film.name}.parquet"
        if (film.test, side, film.name) not in taken and clip.exists():
            yield f"{film.test}{f':{side}' if side else ''}={clip}"


def of_session(session: Mapping[str, Any]) -> list[Document]:
    """Return the exercises of a session."""
    return [each for block in session["blocks"] for each in block["exercises"]]


def _sets(plan: Mapping[str, Any]) -> Iterator[LoggedSet]:
    for session in plan["sessions"]:
        day = date.fromisoformat(session["date"])
        for each in of_session(session):
            more = 10 if each["unit"] == "s" else 2
            for side in SIDES if each["per_side"] else (None,):
                for number in range(1, each["sets"] + 1):
                    yield LoggedSet(
                        day, each["ladder"], each["rung"], side, number, each["amount"],
                        each["amount"] + more, each["load_kg"] or 0.0, rpe=7, self_rating=4,
                        easy=each["easy"],
                    )  # fmt: skip
