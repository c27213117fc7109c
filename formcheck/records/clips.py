"""Clips with their sets and measures. All functions work within a session of `Scope`."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import numpy as np
from sqlalchemy import and_, delete, exists, select
from sqlalchemy.orm import Session as DbSession

from formcheck.errors import NotFoundError
from formcheck.pose.sequence import PoseSequence
from formcheck.records.columns import Document, new_id, now
from formcheck.records.documents import read_analysis
from formcheck.records.tables import Bout, Clip, DoomedFile, Measure, Person, Session
from formcheck.records.types import EmptyClip, SessionInfo, SetInfo, TrendPoint

_MEASURED: Final = (
    *(Measure.value, Measure.sd, Measure.unit, Measure.grade),
    *(Measure.borderline, Measure.excursion),
)


def fingerprint(pose: PoseSequence) -> str:
    """Return what knows a clip again, also if it is renamed or scored by another pose model.

    That is the time and the mean brightness of each frame: no two recordings agree in all of them. Where the
    brightness is not known, the raw landmarks stand in for it.
    """
    of_the_picture = pose.luma if np.isfinite(pose.luma).all() else pose.image_px
    digest = hashlib.sha256(np.ascontiguousarray(pose.times_s).tobytes())
    digest.update(np.ascontiguousarray(of_the_picture).tobytes())
    return digest.hexdigest()


def save(
    session: DbSession,
    person: Person,
    document: Document,
    *,
    mark: str,
    recorded_at: datetime | None,
    landmarks: str | None,
    video: str | None,
    clip_id: str | None = None,
    session_id: str | None = None,
) -> Clip:
    """Store an analysis with its rows; the same clip's earlier analysis is replaced.

    Parameters
    ----------
    session, person
        Where, and whose.
    document : mapping
        ``formcheck.analysis/1``.
    mark : str
        The clip's `fingerprint`.
    recorded_at : datetime, optional
        When it was filmed; None for now, or for what is known of a stored clip.
    landmarks, video : str, optional
        Names in the store of files.
    clip_id : str, optional
        The id of a clip that is not stored yet; None for a new one.
    session_id : str, optional
        The person's day that it belongs to; None for that of the filming.
    """
    read = read_analysis(document)
    clip = session.scalar(select(Clip).where(Clip.person_id == person.id, Clip.fingerprint == mark))
    if clip is None:
        clip = Clip(
            id=clip_id or new_id(), person_id=person.id, fingerprint=mark, recorded_at=recorded_at or now()
        )
    else:
        session.execute(delete(Bout).where(Bout.clip_id == clip.id))
        _doom(session, {clip.landmarks} - {landmarks})
        clip.recorded_at = recorded_at or clip.recorded_at
        video = video or clip.video
    clip.session_id = session_id or day_of(session, person, clip.recorded_at.astimezone().date()).id
    clip.saved_at = now()
    clip.video_name = read.video.name
    clip.formcheck = read.provenance.formcheck
    clip.pose_model = read.provenance.pose_model
    clip.pose_model_sha256 = read.provenance.pose_model_sha256
    clip.landmarks = landmarks
    clip.video = video
    clip.document = document
    session.add(clip)
    session.flush()
    session.add_all(read.rows(clip.id, person.id, clip.recorded_at))
    session.flush()
    return clip


def find(session: DbSession, clip_id: str) -> Clip:
    """Return the clip with that id.

    Raises
    ------
    NotFoundError
        If this owner has none with it.
    """
    clip = session.scalar(select(Clip).where(Clip.id == clip_id))
    if clip is None:
        raise NotFoundError(f"There is no clip '{clip_id}'.")
    return clip


def remove(session: DbSession, clips: Sequence[Clip]) -> None:
    """Delete clips with their sets; their files are to go once the transaction stands."""
    for clip in clips:
        _doom(session, {clip.landmarks, clip.video})
        session.delete(clip)
    session.flush()


def of_person(session: DbSession, person: Person) -> Sequence[Clip]:
    """Return all clips of a person in the order of filming."""
    query = select(Clip).where(Clip.person_id == person.id).order_by(Clip.recorded_at, Clip.id)
    return session.scalars(query).all()


def day_of(session: DbSession, person: Person, day: date) -> Session:
    """Return a person's day, new if there is none."""
    found = session.scalar(select(Session).where(Session.person_id == person.id, Session.day == day))
    if found is None:
        found = Session(person_id=person.id, day=day)
        session.add(found)
        session.flush()
    return found


def sessions(session: DbSession, person: Person) -> list[SessionInfo]:
    """Return a person's days, newest first."""
    days = session.execute(
        select(Session.id, Session.day).where(Session.person_id == person.id).order_by(Session.day.desc())
    )
    rows = session.execute(
        select(Clip.session_id, Bout)
        .join(Clip, Clip.id == Bout.clip_id)
        .where(Bout.person_id == person.id)
        .order_by(Bout.recorded_at, Bout.clip_id, Bout.number)
    )
    sets: dict[str, list[SetInfo]] = defaultdict(list)
    for session_id, bout in rows:
        sets[session_id].append(_set_info(bout))
    without = session.execute(
        select(Clip.session_id, Clip.id, Clip.recorded_at, Clip.video_name)
        .where(Clip.person_id == person.id, ~exists().where(Bout.clip_id == Clip.id))
        .order_by(Clip.recorded_at, Clip.id)
    )
    empty: dict[str, list[EmptyClip]] = defaultdict(list)
    for row in without:
        empty[row.session_id].append(EmptyClip(row.id, row.recorded_at, row.video_name))
    return [
        SessionInfo(id=row.id, day=row.day, sets=tuple(sets[row.id]), empty=tuple(empty[row.id]))
        for row in days
    ]


def trend(
    session: DbSession, person: Person, exercise: str, side: str | None, measure: str
) -> list[TrendPoint]:
    """Return a measure of all sets that have a value for it, oldest first."""
    rows = session.execute(
        select(Bout.recorded_at, Bout.clip_id, Bout.number, Bout.score, *_MEASURED)
        .join(Measure, and_(Measure.clip_id == Bout.clip_id, Measure.number == Bout.number))
        .where(
            Bout.person_id == person.id,
            Bout.exercise == exercise,
            Bout.side.is_(None) if side is None else Bout.side == side,
            Measure.measure == measure,
            Measure.value.is_not(None),
        )
        .order_by(Bout.recorded_at, Bout.clip_id, Bout.number)
    )
    return [TrendPoint(**row) for row in rows.mappings()]


def _set_info(bout: Bout) -> SetInfo:
    return SetInfo(
        clip_id=bout.clip_id,
        number=bout.number,
        recorded_at=bout.recorded_at,
        exercise=bout.exercise,
        side=bout.side,  # type: ignore[arg-type] # checked when it was stored
        variant=bout.variant,
        reps=bout.reps,
        score=bout.score,
        band=bout.band,
        reason=bout.reason,
    )


def _doom(session: DbSession, names: set[str | None]) -> None:
    for name in names - {None}:
        session.merge(DoomedFile(name=name))
