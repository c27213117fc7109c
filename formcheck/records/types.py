"""What the records give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from formcheck.names import Side
from formcheck.records.columns import Document

EntryKind = Literal["athlete", "assessment", "plan", "decision", "logged_set", "logged_day", "ranges"]
"""What a document is; ``athlete`` is what a plan is made for (days, equipment, races); ``ranges`` are the
person's own coaching ranges."""


@dataclass(frozen=True)
class PersonInfo:
    """A person, with how much there is of them."""

    code: str
    name: str | None
    created_at: datetime
    sessions: int
    clips: int
    last_day: date | None


@dataclass(frozen=True)
class SetInfo:
    """A set as it stands in lists; its measures and repetitions are in its clip's document."""

    clip_id: str
    number: int
    recorded_at: datetime
    exercise: str
    side: Side | None
    variant: str | None
    reps: int
    score: int | None
    band: str | None
    reason: str | None


@dataclass(frozen=True)
class EmptyClip:
    """A clip in which no set was found."""

    clip_id: str
    recorded_at: datetime
    video_name: str


@dataclass(frozen=True)
class SessionInfo:
    """A day on which a person was filmed: its sets, and its clips without any, in the order of filming."""

    id: str
    day: date
    sets: tuple[SetInfo, ...]
    empty: tuple[EmptyClip, ...] = ()


@dataclass(frozen=True)
class ClipInfo:
    """A clip: its analysis (``formcheck.analysis/1``) and where its files lie (None: there is none)."""

    id: str
    person: str
    session_id: str
    recorded_at: datetime
    video_name: str
    document: Document
    landmarks: Path | None
    video: Path | None


@dataclass(frozen=True)
class TrendPoint:
    """A measure of one set: the value with its standard deviation, in the measure's unit.

    ``excursion`` is the value minus the standing baseline, where the graded value is absolute.
    """

    recorded_at: datetime
    clip_id: str
    number: int
    value: float
    sd: float
    unit: str
    grade: str | None
    borderline: bool
    excursion: float | None
    score: int | None


@dataclass(frozen=True)
class EntryInfo:
    """A document of the coaching with its moment."""

    id: str
    kind: EntryKind
    at: datetime
    document: Document


@dataclass(frozen=True)
class NoteInfo:
    """A note about a person, or about one of the person's days."""

    id: str
    at: datetime
    session_id: str | None
    text: str


@dataclass(frozen=True)
class Removed:
    """What a deletion took away; `remark` says what it could not reach."""

    clips: int
    entries: int
    files: int
    remark: str | None = None


@dataclass(frozen=True)
class Imported:
    """What an import brought: how much was new, how much was there already."""

    person: str
    new: int
    known: int
