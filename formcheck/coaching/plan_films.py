"""What the films of one session on a ladder come to: the weaker side in everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formcheck.coaching.forms import Form, weaker_form
from formcheck.coaching.library import Library, Rung
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.log_form import SetForm
from formcheck.scoring.thresholds import load_thresholds
from formcheck.scoring.types import Estimate

Sets = tuple[LoggedSet, ...]
"""The sets of one ladder on one day."""


@dataclass(frozen=True)
class Film:
    """What the films of one session come to.

    Attributes
    ----------
    form : Form
        The weaker side in everything.
    alternatives : tuple of Form
        The same if one borderline grade fell the other way.
    untold : mapping of str to Estimate
        The main measures that were too uncertain to grade.
    """

    form: Form
    alternatives: tuple[Form, ...] = ()
    untold: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def judged(self) -> bool:
        """Whether they tell something of the form."""
        return self.form.span is not None


def film_of(sets: Sets, rung: Rung) -> Film | None:
    """Return what the films of a session come to, the weaker side in everything; None without a film.

    Nothing is judged where a side's film could not be (see `governing`).
    """
    film = governing(sets)
    if film is None:
        return None
    if not film[1].judged:
        return Film(Form(None))
    forms = [each.form for each in sets if each.form is not None and each.form.judged]
    all_forms = [each.form for each in forms]
    alternatives = tuple(
        weaker_form([*all_forms[:at], alternative, *all_forms[at + 1 :]])
        for at, each in enumerate(forms)
        for alternative in each.alternatives
    )
    return Film(weaker_form(all_forms), alternatives, _untold(forms, rung))


def governing(sets: Sets) -> tuple[LoggedSet, SetForm] | None:
    """Return the filmed set that counts: the lowest score (of a range its end), or a side's unjudged film.

    A side that was filmed but could not be judged may be the weaker one, so the other's good form says
    nothing on progress.
    """
    filmed = [(each, each.form) for each in sets if each.form is not None]
    judged = [(each, form) for each, form in filmed if form.judged]
    known = {each.side for each, _ in judged}
    unjudged = [(each, form) for each, form in filmed if each.side not in known]
    worst = min(judged, key=lambda pair: (pair[1].form.span or (0, 0))[::-1], default=None)
    if unjudged and (worst is None or not worst[1].fails):
        return unjudged[-1]
    return worst


def _untold(forms: Sequence[SetForm], rung: Rung) -> dict[str, Estimate]:
    """Return the main measures that films without a score could not grade, of several the largest value."""
    rules = load_thresholds().exercises[rung.filmed_as].measures if rung.filmed_as else {}
    found: dict[str, Estimate] = {}
    for form in (each for each in forms if each.score is None):
        for name in form.ungraded:
            value = form.values.get(name)
            if value is not None and name in rules and rules[name].core:
                found[name] = max(value, found.get(name, value), key=lambda e: (e.value, e.sd))
    return found


def unjudged(log: TrainingLog, library: Library) -> tuple[str, ...]:
    """Return the rungs, such as ``SD2``, whose last session has neither a form score nor an own rating.

    Only of what can be filmed; without a rating, a film whose score is withheld still decides what it saw.
    """
    found = []
    for ladder in library:
        for sets in log.sessions(ladder.id)[:1]:
            rung = ladder.rungs[sets[0].rung]
            film = film_of(sets, rung)
            told = film is not None and (film.form.score is not None or not film.judged or film.form.fails)
            if rung.filmed_as and not told and all(each.self_rating is None for each in sets):
                found.append(f"{ladder.code}{sets[0].rung}")
    return tuple(found)


def repeated_fault(sessions: Sequence[Sets]) -> tuple[LoggedSet, str] | None:
    """Return the latest session's set and fault that the one before had too, alike in rung and side."""
    if len(sessions) < 2 or sessions[0][0].rung != sessions[1][0].rung:
        return None
    before = {(each.side, fault) for each in sessions[1] if each.form for fault in each.form.faults}
    for each in sessions[0]:
        for fault in each.form.faults if each.form else ():
            if (each.side, fault) in before:
                return each, fault
    return None
