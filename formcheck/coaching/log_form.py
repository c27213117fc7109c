"""What the training log keeps of a film: the form of a set, and where in it the form broke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean

from formcheck.coaching.forms import Form, alternative_forms, form_of
from formcheck.scoring.thresholds import Thresholds, load_thresholds
from formcheck.scoring.types import Estimate, ScoredBout


@dataclass(frozen=True)
class SetForm:
    """The form of a filmed set, as far as coaching needs it.

    Attributes
    ----------
    score : int or None
        0…100.
    fails, core_cautions : int
        Core measures with that grade.
    quality : bool
        Whether the film passed the quality gates.
    faults : tuple of str
        Core measures beyond their coaching range, the worst first.
    values : mapping of str to Estimate
        The measured values, in the units of their names.
    alternatives : tuple of Form
        What the form would be if one borderline grade fell the other way.
    break_after : int or None
        After how many repetitions the form broke; repetitions beyond it earn nothing.
    score_range : (float, float) or None
        Where the score was withheld because core measures are too uncertain: the scores that are possible.
    ungraded : tuple of str
        Measures with a value that could not be graded.
    """

    score: int | None
    fails: int = 0
    core_cautions: int = 0
    quality: bool = True
    faults: tuple[str, ...] = ()
    values: Mapping[str, Estimate] = field(default_factory=dict)
    alternatives: tuple[Form, ...] = ()
    break_after: int | None = None
    score_range: tuple[float, float] | None = None
    ungraded: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        """What a decision asks of it."""
        return Form(self.score, self.fails, self.core_cautions, self.score_range)

    @property
    def fine(self) -> frozenset[str]:
        """The measures that the film could tell, but for the faults."""
        return frozenset(self.values) - {*self.ungraded, *self.faults}

    @property
    def judged(self) -> bool:
        """Whether the film tells something of the form: a score, or at least in which range it lies."""
        return self.quality and self.form.span is not None


def form_from(scored: ScoredBout, *, quality: bool = True) -> SetForm:
    """Return what coaching needs of a filmed set."""
    form = form_of(scored)
    failed = sorted(
        (m for m in scored.measures if m.core and m.grade == "fail"), key=lambda m: m.subscore or 0.0
    )
    return SetForm(
        score=scored.score.value,
        fails=form.fails,
        core_cautions=form.core_cautions,
        quality=quality,
        faults=tuple(m.id for m in failed),
        values={
            m.id: Estimate(m.value, m.sd) for m in scored.measures if m.value is not None and m.sd is not None
        },
        alternatives=alternative_forms(scored.bout.exercise, scored.measures),
        break_after=form_break(scored),
        score_range=form.score_range,
        ungraded=tuple(m.id for m in scored.measures if m.weight and m.value is not None and not m.grade),
    )


def form_break(scored: ScoredBout, *, thresholds: Thresholds | None = None) -> int | None:
    """Return after how many valid repetitions the form broke; None if it held to the end.

    It breaks where a core measure is beyond its coaching range in two repetitions in a row, or where the
    mean of the last two is worse than that of the first two by more than the minimal detectable change
    (evidence E.5). A measure that is too uncertain to grade breaks nothing.
    """
    rules = (thresholds or load_thresholds()).exercises.get(scored.bout.exercise)
    if rules is None:
        return None
    reps = [each.measures for each in scored.repetitions if each.repetition.valid]
    graded = {m.id for m in scored.measures if m.grade is not None}
    found = []
    for name, row in rules.measures.items():
        if not row.core or name not in graded or any(name not in rep for rep in reps):
            continue
        sign = 1.0 if row.direction == "low" else -1.0
        worse = [sign * rep[name].value for rep in reps]
        for count in range(2, len(worse) + 1):
            last_two = worse[count - 2 : count]
            failed = min(last_two) > sign * row.fail
            drift = fmean(last_two) - fmean(worse[:2])
            if failed or (row.mdc is not None and drift > row.mdc):
                found.append(count)
                break
    return min(found, default=None)
