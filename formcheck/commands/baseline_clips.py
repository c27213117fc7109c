"""The clips of a baseline: which files a call names, what each is said to show, and their analyses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from formcheck.analysis import Analysis, analyse, analyse_pose
from formcheck.coaching.baseline_rules import BaselineRules
from formcheck.coaching.clips import clip_of
from formcheck.coaching.sides import Place
from formcheck.commands.remember import Memory
from formcheck.errors import UsageError
from formcheck.outputs import Result, videos_in
from formcheck.pose.sequence import PoseSequence
from formcheck.scoring.thresholds import Thresholds

SAVED: Final = (".parquet", ".json")


@dataclass(frozen=True)
class Source:
    """One file, and the test and side that the person says it shows; None: what is recognised decides."""

    path: Path
    shows: Place | None = None


def sources_in(inputs: Sequence[str], said: Mapping[Path, Place]) -> list[Source]:
    """Return the files that a call names: videos, or landmarks and analyses that were saved.

    A folder gives its videos; only one without any gives its saved files.

    Parameters
    ----------
    inputs : sequence of str
        Files and folders.
    said : mapping of Path to (test, side)
        Clips of which the person says what they show; they need not be named among ``inputs`` again.

    Raises
    ------
    UsageError
        If nothing is named, or an input is empty, does not exist, or is a folder with neither.
    """
    if not inputs and not said:
        raise UsageError("Name a folder, or the clips of the tests: formcheck assess FOLDER.")
    shows = {path.resolve(): place for path, place in said.items()}
    found = {path.resolve(): path for path in [*_files_in(inputs), *videos_in([str(path) for path in said])]}
    return [Source(path, shows.get(resolved)) for resolved, path in found.items()]


def _files_in(inputs: Sequence[str]) -> list[Path]:
    found: dict[Path, None] = {}
    for given in inputs:
        try:
            paths = videos_in([given])
        except UsageError:
            folder = Path(given)
            saved = folder.rglob("*") if given.strip() and folder.is_dir() else ()
            paths = sorted(path for path in saved if path.suffix.lower() in SAVED)
            if not paths:
                raise
        found.update(dict.fromkeys(paths))
    return list(found)


@dataclass(frozen=True)
class ClipReader:
    """Makes the analyses of files: of a video, of saved landmarks, or as saved.

    Attributes
    ----------
    model : str
        Pose model.
    limits : Thresholds
        By which sets are graded.
    rules : BaselineRules
        Which exercises belong to a test.
    person : str or None
        The person's code.
    kept_in : Memory or None
        Where the analyses are remembered.
    """

    model: str
    limits: Thresholds
    rules: BaselineRules
    person: str | None = None
    kept_in: Memory | None = None

    def documents(self, source: Source, progress: Callable[[float], None]) -> list[dict[str, Any]]:
        """Return the documents ``formcheck.analysis/1`` of a file.

        Raises
        ------
        FormcheckError
            If the file cannot be read, or is an analysis of which it is said what it shows.
        """
        suffix = source.path.suffix.lower()
        if suffix == ".json" and source.shows is None:
            return _saved_analyses(source.path)
        if suffix == ".json":
            raise UsageError("What a saved analysis shows is settled: give --film the clip or its landmarks.")
        if suffix == ".parquet":
            pose = PoseSequence.from_parquet(source.path)
            analysis = analyse_pose(pose, thresholds=self.limits, person=self.person)
        else:
            analysis = analyse(
                source.path,
                model=self.model,
                thresholds=self.limits,
                person=self.person,
                progress=progress,
            )
        if source.shows is not None:
            analysis = self._as_said(analysis, source.shows)
        if self.kept_in is not None:
            self.kept_in.keep(Result(source.path, None, analysis))
        return [analysis.to_dict()]

    def _as_said(self, analysis: Analysis, place: Place) -> Analysis:
        """Return the analysis as the test that the person names: the first of its exercises that is found."""
        test, side = place
        told = [
            analyse_pose(
                analysis.pose,
                exercise=exercise,
                side=side or "auto",
                thresholds=self.limits,
                person=self.person,
            )
            for exercise in self.rules.tests[test].exercises
        ]
        return next((each for each in told if each.bouts), told[0])


def _saved_analyses(path: Path) -> list[dict[str, Any]]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError("This is no JSON that can be read: give what `score --json` wrote.") from error
    documents = said if isinstance(said, list) else [said]
    for document in documents:
        clip_of(document if isinstance(document, dict) else {})
    return documents
