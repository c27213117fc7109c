"""Plain words for a person: names, values with their error, headline sentences and cues.

The words themselves stand in ``texts.toml``. Reports, the annotated video, the command line and the web page
all speak through this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.exercises.definitions import is_hold
from formcheck.names import SIDES, Side, counted, other
from formcheck.reports.catalogue import Group, MeasureText, catalogue
from formcheck.scoring.types import Grade, Measurement, ScoredBout

_WORST_FIRST: Final[dict[str, int]] = {"fail": 0, "caution": 1}
_ANY_MEASURE: Final = MeasureText(name="", group="other", view="any", unit="", what="", fault="", kept="")


@dataclass(frozen=True)
class Cue:
    """One thing to try: what to think of, what to practise, and how to make it easier."""

    measure: str
    say: str
    practise: str
    easier: str


def page(key: str, **values: object) -> str:
    """Return a heading or a phrase of the report page."""
    return catalogue().page[key].format(**values)


def video_word(key: str, **values: object) -> str:
    """Return a word that is written on the video."""
    return catalogue().video[key].format(**values)


def exercise_name(exercise: str) -> str:
    """Return what an exercise is called, for example ``Step-up``."""
    entry = catalogue().exercises.get(exercise)
    return entry.name if entry else _plain(exercise)


def exercise_title(exercise: str, side: Side | None, *, short: bool = False) -> str:
    """Return the exercise with its side, for example ``Lunge, left leg in front``."""
    entry = catalogue().exercises.get(exercise)
    if entry is None:
        return _plain(exercise)
    name = entry.short if short else entry.name
    return f"{name}, {entry.side.format(side=side_word(side))}" if entry.side and side else name


def done_text(exercise: str, count: int) -> str:
    """Return how much was done, for a column of numbers: ``5`` repetitions, ``1 hold``."""
    return counted(count, "hold") if is_hold(exercise) else str(count)


def phase_name(exercise: str, phase: int) -> str:
    """Return the word for the phase before (0), at (1) or after (2) the turn."""
    return catalogue().exercises[exercise].phases[phase]


def side_word(side: Side | None) -> str:
    """Return ``left`` or ``right``; ``both`` for exercises on two feet."""
    return page("both") if side is None else catalogue().sides[side]


def view_name(label: str) -> str:
    """Return a camera view in words, for example ``from the side``."""
    return catalogue().views.get(label, _plain(label))


def measure_text(measure: str) -> MeasureText:
    """Return all words for a measure; plain ones for a measure that the catalogue doesn't know."""
    known = catalogue().measures.get(measure)
    return known or _ANY_MEASURE.model_copy(update={"name": _plain(measure)})


def measure_name(measure: str) -> str:
    """Return what a measure is called, for example ``Hip drop``."""
    return measure_text(measure).name


def measure_ids() -> tuple[str, ...]:
    """Return every measure that has words, in the order in which people read them."""
    return tuple(catalogue().measures)


def group_of(measure: str) -> Group:
    """Return the headline that a measure belongs to: ``hip``, ``knee``, ``trunk`` or ``other``."""
    return measure_text(measure).group


def grade_word(grade: Grade | None) -> str:
    """Return a grade in a word: ``Good``, ``Watch``, ``Work on this``."""
    return catalogue().grades[grade or "none"]


def band_word(band: str | None) -> str:
    """Return a score band in words, for example ``mostly good``."""
    return catalogue().bands.get(band or "", "")


def reason_text(reason: str | None) -> str:
    """Return why something was not measured, scored or graded."""
    if not reason:
        return ""
    entry = catalogue().reasons.get(reason)
    return entry.text if entry else _plain(reason)


def score_reason_text(reason: str | None) -> str:
    """Return why a set has no score."""
    entry = catalogue().reasons.get(reason or "")
    return (entry.score if entry else "") or reason_text(reason)


def filming_advice(measurement: Measurement) -> str:
    """Return how to film so that ``measurement`` gets a value and a grade."""
    filming = catalogue().filming
    film = filming.get(measure_text(measurement.id).view, filming["any"])
    entry = catalogue().reasons.get(measurement.reason or "")
    return entry.fix.format(film=film) if entry and entry.fix else film


def format_number(measure: str, number: float, *, unit: bool = True) -> str:
    """Return a number of ``measure`` as people read it, for example ``12°`` or ``75 %``."""
    text = measure_text(measure)
    shown = f"{number * text.scale:.{text.decimals}f}"
    # A rounded −0 is 0; a true minus sign reads better than a hyphen.
    shown = shown.removeprefix("-") if float(shown) == 0 else shown.replace("-", "−")
    return f"{shown}{text.unit}" if unit else shown


def format_value(measure: str, value: float, sd: float) -> str:
    """Return a value with its standard deviation, for example ``13 ± 2°``; the error is never shown as 0."""
    text = measure_text(measure)
    smallest = 10.0**-text.decimals
    error = max(sd * text.scale, smallest)
    return f"{format_number(measure, value, unit=False)} ± {error:.{text.decimals}f}{text.unit}"


def value_text(measurement: Measurement) -> str:
    """Return the value of ``measurement`` with its error, or a dash."""
    if measurement.value is None or measurement.sd is None:
        return page("none")
    return format_value(measurement.id, measurement.value, measurement.sd)


def aim_text(measurement: Measurement) -> str:
    """Return the coaching range in words, for example ``at most 8°``; empty where there is none."""
    if measurement.good is None or measurement.fail is None:
        return ""
    good = format_number(measurement.id, measurement.good)
    if measurement.good == 0:
        return good
    return page("at_most" if measurement.good < measurement.fail else "at_least", good=good)


def ranked_faults(scored: ScoredBout) -> list[Measurement]:
    """Return the measures beyond their coaching range, main measures and worse grades first."""
    off = [m for m in scored.measures if m.grade in _WORST_FIRST and m.value is not None]
    return sorted(
        off,
        key=lambda m: (
            not (m.core and m.grade == "fail"),
            not m.core,
            _WORST_FIRST[m.grade or ""],
            _points(m),
        ),
    )


def headline(scored: ScoredBout) -> str:
    """Return one sentence that says how the set went, as a coach would say it."""
    words = catalogue().headlines
    if scored.bout.exercise == "unknown":
        if not scored.bout.guesses:
            return words["unknown"]
        names = ", ".join(exercise_name(guess) for guess in scored.bout.guesses)
        return words["unknown_guesses"].format(guesses=names)
    faults = ranked_faults(scored)
    if faults:
        return fault_sentence(faults[0], scored.bout.measured_side)
    good = [measure_name(m.id) for m in scored.measures if m.grade == "good"]
    if good:
        open_ = [measure_name(m.id) for m in scored.measures if m.core and m.grade is None]
        if not open_:
            return words["all_good"]
        unknown = in_a_sentence(open_)
        return words["good_so_far"].format(good=in_a_sentence(good), open=unknown[:1].upper() + unknown[1:])
    return words["nothing_graded"].format(reason=score_reason_text(scored.score.reason))


def in_a_sentence(names: Sequence[str]) -> str:
    """Return names within a sentence: ``knee valgus, trunk lean and depth``."""
    small = [name[:1].lower() + name[1:] for name in names]
    return f" {page('and')} ".join([*([", ".join(small[:-1])] if small[:-1] else []), small[-1]])


def no_bout_headline(*, person_seen: bool) -> str:
    """Return the sentence for a clip without any exercise."""
    return catalogue().headlines["no_bout" if person_seen else "nobody"]


def fault_sentence(measurement: Measurement, side: Side) -> str:
    """Return the sentence for a measure beyond its range: ``Your left knee fell inwards by …``."""
    text = measure_text(measurement.id)
    fault = text.fault or f"{text.name}: {{value}}"
    said = fault.format(value=value_text(measurement), side=side_word(side), other=side_word(other(side)))
    return f"{said}{_comparison(measurement)}."


def headline_note(scored: ScoredBout) -> str:
    """Return what goes with the headline: that its measure is near its limit, or what to do for a grade."""
    faults = ranked_faults(scored)
    if faults:
        return catalogue().compare["borderline"] if faults[0].borderline else ""
    if any(measurement.grade for measurement in scored.measures):
        return ""
    core = [m for m in scored.measures if m.core and m.reason == scored.score.reason]
    if core:
        return filming_advice(core[0])
    entry = catalogue().reasons.get(scored.score.reason or "")
    return entry.fix.format(film=catalogue().filming["any"]) if entry else ""


def cue(scored: ScoredBout) -> Cue | None:
    """Return the one cue for the worst fault of a set (core faults first); None if nothing is off."""
    values = {m.id: m.value for m in scored.measures if m.value is not None}
    faults = [m.id for m in ranked_faults(scored)]
    high = [
        c.measure for c in catalogue().cues if c.above is not None and values.get(c.measure, 0.0) > c.above
    ]
    for measure in [*faults, *high]:
        for entry in catalogue().cues:
            fits = (
                entry.measure == measure
                and (not entry.exercises or scored.bout.exercise in entry.exercises)
                and (entry.also is None or entry.also in faults)
                and (entry.above is None or measure in high)
            )
            if fits:
                return Cue(measure, entry.cue, entry.practise, entry.easier)
    return None


def praise(scored: ScoredBout) -> str:
    """Return one sentence on what went well: the heaviest good measure; empty if there is none."""
    good = [m for m in scored.measures if m.grade == "good" and not m.borderline]
    best = max(good, key=lambda m: (m.core, m.weight), default=None)
    return measure_text(best.id).kept if best else ""


def headline_measures(scored: ScoredBout) -> dict[Group, Measurement | None]:
    """Return for hip, knee and trunk the measure to show first: the worst graded, else any with a value."""
    chosen: dict[Group, Measurement | None] = {"hip": None, "knee": None, "trunk": None}
    for group in chosen:
        candidates = [m for m in scored.measures if group_of(m.id) == group]
        chosen[group] = min(candidates, key=_headline_order, default=None)
    return chosen


def sides_in(bouts: Sequence[ScoredBout]) -> list[Side]:
    """Return the working sides that occur, left first."""
    return [side for side in SIDES if any(scored.bout.side == side for scored in bouts)]


def _headline_order(measurement: Measurement) -> tuple[bool, bool, bool, float]:
    grade = measurement.grade
    return (
        measurement.value is None,
        grade is None,
        not measurement.core and grade != "fail",
        _points(measurement),
    )


def _points(measurement: Measurement) -> float:
    return 100.0 if measurement.subscore is None else measurement.subscore


def _comparison(measurement: Measurement) -> str:
    words, good, fail = catalogue().compare, measurement.good, measurement.fail
    if measurement.value is None or good is None or fail is None:
        return ""
    failed = measurement.grade == "fail"
    limit = format_number(measurement.id, fail if failed else good)
    if format_number(measurement.id, measurement.value) == limit:
        return words["at_limit"].format(limit=limit)
    if good == 0:
        # Such a measure is a distance from a range, which its sentence names.
        return words["beyond_limit"].format(fail=limit) if failed else ""
    direction = "low" if good < fail else "high"
    key = f"{direction}_{'fail' if failed else 'caution'}"
    return words[key].format(
        good=format_number(measurement.id, good), fail=format_number(measurement.id, fail)
    )


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()
