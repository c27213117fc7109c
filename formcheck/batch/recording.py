"""Putting a batch's clips into the records, each under the person whom its manifest names."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence

from formcheck.analysis import analyse_pose
from formcheck.batch.run import Finished
from formcheck.batch.store import Store
from formcheck.batch.types import Settings
from formcheck.errors import FormcheckError
from formcheck.pose.sequence import PoseSequence
from formcheck.records import Records


def record(
    finished: Sequence[Finished],
    store: Store,
    settings: Settings,
    records: Records,
    *,
    refused: Callable[[Finished, str], None],
) -> int:
    """Remember every clip that was read and has a person; one that is remembered already is replaced.

    Parameters
    ----------
    finished, store, settings
        Of the batch.
    records : Records
        Where to.
    refused : callable
        Called with each clip that the records do not take, and why.

    Returns
    -------
    int
        How many are remembered now.
    """
    count = 0
    for one in _recordable(finished):
        clip, folder = one.clip, str(one.outcome.folder)
        try:
            # The landmarks are the clip: scoring them again takes a twentieth of the time and gives the same.
            analysis = analyse_pose(
                PoseSequence.from_parquet(store.clips / folder / "landmarks.parquet"),
                exercise=clip.exercise,
                side=clip.side,
                thresholds=settings.thresholds,
                person=clip.person,
            )
            records.save_analysis(str(clip.person), analysis, recorded_at=_noon(clip.date))
        except FormcheckError as error:
            refused(one, str(error))
        else:
            count += 1
    return count


def _recordable(finished: Sequence[Finished]) -> Iterator[Finished]:
    return (
        one for one in finished if one.clip.person and one.outcome.status != "failed" and one.outcome.folder
    )


def _noon(day: str | None) -> datetime.datetime | None:
    """Return the middle of a day: its hour is not known, and hardly a time zone moves it to another day."""
    if day is None:
        return None
    return datetime.datetime.combine(datetime.date.fromisoformat(day), datetime.time(12), tzinfo=datetime.UTC)
