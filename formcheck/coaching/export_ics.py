"""The plan as a calendar file (iCalendar, RFC 5545) that any calendar takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from icalendar import Calendar, Event

from formcheck.coaching.plan_types import Routine, Session, WeekPlan
from formcheck.coaching.plan_words import (
    BLOCK_WORDS,
    dose_words,
    load_words,
    session_facts,
    session_name,
    tempo_words,
)

MORNING: Final = time(8, 0)
EVENING: Final = time(18, 0)
"""Floating times, the same in every time zone: easy things in the morning, strength after work."""


def plan_to_ics(plan: WeekPlan) -> bytes:
    """Return the week as a calendar: sessions, mobility circuit, activation and the re-test.

    A plan made again replaces its events, since each keeps its identity by person, day and kind.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//formcheck//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Strength plan")
    for session in plan.sessions:
        start = datetime.combine(session.date, EVENING)
        event = _event(plan, "session", session.date, f"Strength {session_name(session)}")
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=session.minutes))
        event.add("description", _description(session))
        calendar.add_component(event)
    for kind, title, routine in (
        ("mobility", "Mobility circuit", plan.circuit),
        ("activation", "Activation before the easy run", plan.activation),
    ):
        for day in routine.dates:
            event = _event(plan, kind, day, title)
            event.add("dtstart", datetime.combine(day, MORNING))
            event.add("dtend", datetime.combine(day, MORNING) + timedelta(minutes=routine.minutes))
            event.add("description", _routine_lines(routine))
            calendar.add_component(event)
    if plan.retest_on - plan.week_start < timedelta(days=7):
        event = _event(plan, "retest", plan.retest_on, "Repeat the movement tests")
        event.add("dtstart", max(plan.retest_on, plan.week_start))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(plan: WeekPlan, kind: str, day: date, title: str) -> Event:
    event = Event()
    event.add("uid", f"{kind}-{day.isoformat()}-{plan.person or 'me'}@formcheck")
    # The stamp says which plan it is from, so that the same plan gives the same file.
    event.add("dtstamp", datetime.combine(plan.week_start, time(0, 0), UTC))
    event.add("summary", title)
    return event


def _description(session: Session) -> str:
    lines = [session_facts(session), session.when, ""]
    for block in session.blocks:
        lines.append(f"{BLOCK_WORDS[block.kind].upper()} ({round(block.minutes)} min)")
        lines += [f"• {drill.name}: {drill.dose}" for drill in block.drills]
        for each in block.exercises:
            words = [dose_words(each), load_words(each)]
            if each.tempo:
                words.append(f"tempo {tempo_words(each)}")
            lines.append(f"• {each.code} {each.name}: {', '.join(words)}. “{each.cue}.”")
        lines.append("")
    return "\n".join(lines).rstrip()


def _routine_lines(routine: Routine) -> str:
    lines = [f"• {drill.name}: {drill.dose}" for drill in routine.drills]
    lines += [f"• {each.code} {each.name}: {dose_words(each)}" for each in routine.exercises]
    return "\n".join(lines)
