"""What the plan's sheet says, in words, for both of its forms (HTML and PDF)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from formcheck.coaching.library import Library, Region, load_library
from formcheck.coaching.plan_reasons import EQUIPMENT_WORDS
from formcheck.coaching.plan_types import Block, Drill, Prescription, Session, WeekPlan
from formcheck.coaching.plan_words import (
    BLOCK_WORDS,
    RUN_WORDS,
    dose_words,
    load_words,
    session_facts,
    session_name,
    tempo_words,
)
from formcheck.reports import texts
from formcheck.reports.style import Colour

TileKind = Literal["strength", "easy", "hard", "race", "small"]

TITLE: Final = "Your strength week"
STOP_PAIN: Final = (
    "Sharp pain, pain of 5 of 10 or more, or a limp: stop that exercise. Pain of 3–4: make it easier. "
    "Stop every set before your form goes."
)
FOOTER: Final = texts.page("footer")
TEMPO_NOTE: Final = (
    "Tempo: seconds down – hold – up. Effort: 10 is all you have; 7 leaves three repetitions in hand. "
    "Last set: up to two repetitions more, if they look like the first."
)

REGION_COLOUR: Final[dict[Region, Colour]] = {
    "posterior_chain": (38, 84, 124),
    "knee_dominant": (0, 122, 106),
    "hip_stability": (142, 82, 22),
    "calf": (110, 70, 140),
    "push": (84, 96, 110),
    "pull": (84, 96, 110),
    "plyometric": (176, 58, 46),
}


@dataclass(frozen=True)
class Tile:
    """One thing of a day."""

    kind: TileKind
    text: str


@dataclass(frozen=True)
class SheetDay:
    """A day of the week's strip."""

    weekday: str
    number: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Row:
    """An exercise on the sheet; ``boxes`` is a box to tick for every set."""

    code: str
    colour: Colour
    name: str
    dose: str
    details: str
    effort: str
    cue: str
    why: str
    boxes: int
    filmed: bool


@dataclass(frozen=True)
class SheetBlock:
    """A part of a session."""

    title: str
    minutes: str
    drills: tuple[Drill, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SheetSession:
    """A session, made to fill one page."""

    day: str
    title: str
    facts: str
    when: str
    notes: tuple[str, ...]
    blocks: tuple[SheetBlock, ...]


@dataclass(frozen=True)
class HowTo:
    """How an exercise is done and where the camera stands."""

    code: str
    colour: Colour
    name: str
    text: str
    needs: str
    camera: str


@dataclass(frozen=True)
class Sheet:
    """The whole sheet."""

    title: str
    subtitle: str
    phase: str
    stop: str
    reasons: tuple[str, ...]
    days: tuple[SheetDay, ...]
    sessions: tuple[SheetSession, ...]
    routines: tuple[SheetBlock, ...]
    how_to: tuple[HowTo, ...]


def sheet_of(plan: WeekPlan, library: Library | None = None) -> Sheet:
    """Return what the sheet of ``plan`` says."""
    ladders = library or load_library()
    end = plan.week_start + timedelta(days=6)
    dates = f"{_long_date(plan.week_start)} – {_long_date(end)} {end.year}"
    lighter = " · lighter week" if plan.deload else ""
    return Sheet(
        title=TITLE,
        subtitle=f"{dates}{f' · {plan.person}' if plan.person else ''}",
        phase=f"{plan.phase.replace('_', ' ').capitalize()}{lighter} · {plan.emphasis}",
        stop=plan.stop,
        reasons=plan.reasons,
        days=tuple(_day(plan, plan.week_start + timedelta(days=k)) for k in range(7)),
        sessions=tuple(_session(session, ladders) for session in plan.sessions),
        routines=_routines(plan),
        how_to=_how_to(plan, ladders),
    )


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B}"


def _day(plan: WeekPlan, day: date) -> SheetDay:
    tiles = [Tile("race", "Race")] if day in plan.races else []
    run = plan.runs.get(day.weekday())
    if run is not None and day not in plan.races:
        tiles.append(Tile("easy" if run == "easy" else "hard", RUN_WORDS[run]))
    if day in plan.activation.dates and plan.activation.exercises:
        tiles.append(Tile("small", f"Activation, {plan.activation.minutes} min"))
    tiles += [
        Tile("strength", f"{session_name(session)}, {session.minutes} min")
        for session in plan.sessions
        if session.date == day
    ]
    if day in plan.circuit.dates:
        tiles.append(Tile("small", f"Mobility, {plan.circuit.minutes} min"))
    return SheetDay(f"{day:%a}", str(day.day), tuple(tiles))


def _session(session: Session, library: Library) -> SheetSession:
    return SheetSession(
        day=f"{session.date:%A} {_long_date(session.date)}",
        title=session_name(session),
        facts=session_facts(session),
        when=session.when,
        notes=session.reasons,
        blocks=tuple(_block(block, library) for block in session.blocks),
    )


def _block(block: Block, library: Library) -> SheetBlock:
    return SheetBlock(
        BLOCK_WORDS[block.kind],
        f"{round(block.minutes)} min",
        block.drills,
        tuple(_row(exercise, library) for exercise in block.exercises),
    )


def _row(exercise: Prescription, library: Library) -> Row:
    details = [load_words(exercise)]
    if exercise.box_cm:
        details.append(f"step {exercise.box_cm:g} cm")
    if exercise.tempo:
        details.append(f"tempo {tempo_words(exercise)}")
    details.append(f"rest {exercise.rest_s} s")
    if exercise.first_side:
        details.append(f"{exercise.first_side} side first")
    return Row(
        code=exercise.code,
        colour=REGION_COLOUR[library[exercise.ladder].region],
        name=exercise.name,
        dose=dose_words(exercise),
        details=" · ".join(details),
        effort=f"≤ {exercise.rpe_cap}",
        cue=exercise.cue,
        why=" ".join(exercise.reasons[:2]),
        boxes=exercise.hard_sets,
        filmed=bool(exercise.film),
    )


def _routines(plan: WeekPlan) -> tuple[SheetBlock, ...]:
    if plan.stop:
        return ()
    named = (
        ("Once this week: mobility circuit", plan.circuit),
        ("Before easy runs: activation, effort up to 4", plan.activation),
        ("Every day", plan.daily),
    )
    return tuple(
        SheetBlock(
            title,
            f"{routine.minutes} min",
            routine.drills + tuple(Drill(f"{e.code} {e.name}", dose_words(e)) for e in routine.exercises),
            (),
        )
        for title, routine in named
        if routine.dates
    )


def _how_to(plan: WeekPlan, library: Library) -> tuple[HowTo, ...]:
    exercises = [each for session in plan.sessions for each in session.exercises]
    exercises += plan.activation.exercises
    found: dict[str, HowTo] = {}
    for each in exercises:
        rung = library[each.ladder].rungs[each.rung]
        needs = [
            " or ".join(EQUIPMENT_WORDS.get(word, word) for word in words.split(" or "))
            for words in rung.equipment
        ]
        found[each.code] = HowTo(
            code=each.code,
            colour=REGION_COLOUR[library[each.ladder].region],
            name=each.name,
            text=" ".join(rung.how_to.split()),
            needs=", ".join(needs),
            camera=library[each.ladder].camera_for(each.rung) or "",
        )
    return tuple(found.values())
