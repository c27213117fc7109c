"""Quality gates: what keeps a clip from being measured well, said in words that help to film it again."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from formcheck.exercises.types import Bout
from formcheck.motion.types import Motion
from formcheck.scoring import gates
from formcheck.scoring.gates import Finding, Limits, Span
from formcheck.scoring.thresholds import Thresholds, as_thresholds
from formcheck.scoring.types import Quality, QualityProblem, ScoredBout

TEXTS: Final = Path(__file__).with_name("quality.toml")

BOUT_GATES: Final[tuple[Callable[[Span], Finding | None], ...]] = (
    gates.view,
    gates.size,
    gates.cropping,
    gates.losses,
    gates.confidence,
    gates.foot,
    gates.repetitions,
    gates.baseline,
)


class _Problem(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    blocks: bool
    message: str
    fix: str


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: Limits
    directions: dict[str, str]
    seen_from: dict[str, str]
    problems: dict[str, _Problem]

    def problem(self, finding: Finding, *, blocks: bool = True) -> QualityProblem:
        """Return a finding in words; it forbids a score only if its kind does and ``blocks`` is true."""
        text = self.problems[finding.code]
        words = dict(finding.words)
        for key, phrases in (("direction", self.directions), ("seen_from", self.seen_from)):
            if key in words:
                words[key] = phrases[words[key]]
        message, fix = text.message.format(**words), text.fix.format(**words)
        return QualityProblem(finding.code, message, fix, text.blocks and blocks)


def check_quality(
    motion: Motion, bouts: Sequence[Bout], *, thresholds: Thresholds | str | Path | None = None
) -> Quality:
    """Return what keeps a clip from being measured well, worst first.

    The gates of evidence C.5 that landmarks can tell. A problem of a bout forbids a score only if every
    recognised bout of the clip has it. Whether a second person is there, and whether the camera moves
    while nobody stands still, can't be told from one person's landmarks.

    Parameters
    ----------
    motion : Motion
        The motion of the whole clip.
    bouts : sequence of Bout
        What was found in it.
    thresholds : Thresholds or path, optional
        In place of the defaults: camera limits, core measures, repetitions needed.
    """
    rules = quality_rules()
    if not len(motion) or motion.pose.detected.mean() < rules.limits.person_share:
        missing = 100.0 if not len(motion) else 100 * (1 - float(motion.pose.detected.mean()))
        return Quality((rules.problem(Finding("no_person", {"percent_missing": missing})),))
    limits = as_thresholds(thresholds)
    known = [bout for bout in bouts if bout.exercise != "unknown"]
    spans = [Span(motion, bout, limits, rules.limits) for bout in known] or [
        Span(motion, None, limits, rules.limits)
    ]
    nothing = gates.recognition(bouts)
    found = [
        *([rules.problem(nothing)] if nothing else []),
        *(rules.problem(finding) for finding in gates.clip(motion, rules.limits)),
        *_of_bouts(rules, spans),
    ]
    return Quality(tuple(sorted(found, key=lambda problem: not problem.blocks_score)))


def withhold_score(
    scored: ScoredBout, motion: Motion, *, thresholds: Thresholds | str | Path | None = None
) -> ScoredBout:
    """Return a scored bout without its score where a gate that forbids one failed (evidence C.5).

    The reason is the gate's code, as in `check_quality`, whose problem of that code says how to film again.
    Measures and their grades stay: each carries its own error. A score that is missing already keeps its
    own reason.
    """
    if scored.score.value is None:
        return scored
    rules = quality_rules()
    span = Span(motion, scored.bout, as_thresholds(thresholds), rules.limits)
    findings = [*gates.clip(motion, rules.limits), *_findings(span)]
    codes = [finding.code for finding in findings if rules.problems[finding.code].blocks]
    if not codes:
        return scored
    return replace(scored, score=replace(scored.score, value=None, band=None, reason=codes[0]))


@functools.cache
def quality_rules() -> _Rules:
    """Return what ``quality.toml`` says, checked."""
    return _Rules.model_validate(tomllib.loads(TEXTS.read_text(encoding="utf-8")))


def _findings(span: Span) -> list[Finding]:
    return [found for gate in BOUT_GATES if (found := gate(span))]


def _of_bouts(rules: _Rules, spans: Sequence[Span]) -> list[QualityProblem]:
    """Return each problem of the bouts once, in the words of the bout where it comes first."""
    findings = [_findings(span) for span in spans]
    codes = dict.fromkeys(found.code for of_bout in findings for found in of_bout)
    problems = []
    for code in codes:
        same = [found for of_bout in findings for found in of_bout if found.code == code]
        problems.append(rules.problem(same[0], blocks=len(same) == len(spans)))
    return problems
