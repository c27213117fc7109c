"""Quality gates: what keeps a clip from being measured well, said in words that help to film it again."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from formcheck.motion.types import Motion
from formcheck.scoring import gates_picture, gates_set
from formcheck.scoring.gates_span import Finding, Limits, Span
from formcheck.scoring.thresholds import Thresholds, as_thresholds, unit_of
from formcheck.scoring.types import Measurement, Quality, QualityProblem, ScoredBout

TEXTS: Final = Path(__file__).with_name("quality.toml")

BOUT_GATES: Final[tuple[Callable[[Span], Finding | None], ...]] = (
    gates_picture.view,
    gates_picture.size,
    gates_picture.cropping,
    gates_picture.losses,
    gates_picture.confidence,
    gates_picture.focus,
    gates_picture.clothing,
    gates_picture.camera,
    gates_set.foot,
    gates_set.repetitions,
    gates_set.baseline,
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
    motion: Motion, scored: Sequence[ScoredBout], *, thresholds: Thresholds | str | Path | None = None
) -> tuple[tuple[ScoredBout, ...], Quality]:
    """Look for what keeps a clip from being measured well, and take scores that it forbids (evidence C.5).

    These are the gates that landmarks can tell. A problem of a bout forbids the clip's score only if every
    recognised bout has it.

    Parameters
    ----------
    motion : Motion
        The motion of the whole clip.
    scored : sequence of ScoredBout
        What was found in it, scored.
    thresholds : Thresholds or path, optional
        In place of the defaults: camera limits, core measures, repetitions needed.

    Returns
    -------
    tuple of ScoredBout
        The same; a bout of which a gate failed that forbids a score has none, with the gate's code as
        reason. Measures and their grades stay, but for times in slow motion: each carries its own
        error. A score that is missing already keeps its own reason.
    Quality
        The problems, those that forbid a score first.
    """
    rules, limits = quality_rules(), as_thresholds(thresholds)
    of_clip = gates_picture.clip(motion, rules.limits)
    if not len(motion) or motion.pose.detected.mean() < rules.limits.person_share:
        missing = 100.0 if not len(motion) else 100 * (1 - float(motion.pose.detected.mean()))
        blurred = gates_picture.blurred_all_over(motion, rules.limits)
        nobody = [Finding("no_person", {"percent_missing": missing}), *([blurred] if blurred else [])]
        return tuple(scored), Quality(tuple(rules.problem(finding) for finding in [*nobody, *of_clip]))
    of_bouts = {
        i: _findings(Span(motion, bout, limits, rules.limits))
        for i, bout in enumerate(scored)
        if bout.bout.exercise != "unknown"
    }
    nothing = gates_set.recognition([bout.bout for bout in scored])
    found = [
        *([rules.problem(nothing)] if nothing else []),
        *(rules.problem(finding) for finding in of_clip),
        *_of_bouts(rules, list(of_bouts.values()) or [_findings(Span(motion, None, limits, rules.limits))]),
    ]
    if any(finding.code == "slow_motion" for finding in of_clip):
        scored = [_without_times(bout) for bout in scored]
    kept = tuple(
        _without_score(bout, rules, [*of_clip, *of_bouts.get(i, ())]) for i, bout in enumerate(scored)
    )
    return kept, Quality(tuple(sorted(found, key=lambda problem: not problem.blocks_score)))


@functools.cache
def quality_rules() -> _Rules:
    """Return what ``quality.toml`` says, checked."""
    return _Rules.model_validate(tomllib.loads(TEXTS.read_text(encoding="utf-8")))


def _findings(span: Span) -> list[Finding]:
    return [found for gate in BOUT_GATES if (found := gate(span))]


def _without_score(scored: ScoredBout, rules: _Rules, findings: Sequence[Finding]) -> ScoredBout:
    """Return the bout without its score if one of the findings forbids it."""
    codes = [finding.code for finding in findings if rules.problems[finding.code].blocks]
    if scored.score.value is None or not codes:
        return scored
    return replace(scored, score=replace(scored.score, value=None, band=None, reason=codes[0]))


def _without_times(scored: ScoredBout) -> ScoredBout:
    """Return the bout without how long anything took, which slow motion stretches."""
    repetitions = tuple(
        replace(each, measures={name: said for name, said in each.measures.items() if not _is_time(name)})
        for each in scored.repetitions
    )
    measures = tuple(_without_time(m) if _is_time(m.id) else m for m in scored.measures)
    return replace(scored, repetitions=repetitions, measures=measures)


def _is_time(measure_id: str) -> bool:
    return unit_of(measure_id) == "s" or measure_id == "hold_ratio"


def _without_time(measure: Measurement) -> Measurement:
    return replace(
        measure, value=None, sd=None, grade=None, borderline=False, subscore=None, reason="slow_motion"
    )


def _of_bouts(rules: _Rules, findings: Sequence[Sequence[Finding]]) -> list[QualityProblem]:
    """Return each problem of the bouts once, in the words of the bout where it comes first."""
    codes = dict.fromkeys(found.code for of_bout in findings for found in of_bout)
    problems = []
    for code in codes:
        same = [found for of_bout in findings for found in of_bout if found.code == code]
        problems.append(rules.problem(same[0], blocks=len(same) == len(findings)))
    return problems
