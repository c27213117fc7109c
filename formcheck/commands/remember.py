"""What ``score`` and ``rescore`` do with ``--person``: the analysis goes into the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from formcheck.commands.opened import opened_records
from formcheck.errors import UsageError
from formcheck.validation import check_day_done

if TYPE_CHECKING:
    from formcheck.outputs import Result


@dataclass(frozen=True)
class Memory:
    """Where analyses are remembered.

    Attributes
    ----------
    person : str
        The person's code.
    filmed_on : datetime, optional
        The day of the clips; None for now.
    keep_video : bool
        Whether the person wants the videos kept too.
    """

    person: str
    filmed_on: datetime | None = None
    keep_video: bool = False

    def keep(self, result: Result) -> None:
        """Remember a result.

        Raises
        ------
        RecordsError
            If it can't be remembered; what was asked for in files is written all the same.
        """
        assert result.analysis is not None
        noon = datetime.combine(self.filmed_on, time(12)).astimezone() if self.filmed_on else None
        with opened_records() as records:
            video = result.video if self.keep_video else None
            records.save_analysis(self.person, result.analysis, recorded_at=noon, video=video)


def memory(
    person: str | None, *, record: bool, filmed_on: datetime | None = None, keep_video: bool = False
) -> Memory | None:
    """Return where to remember analyses; None where they shall not be.

    Raises
    ------
    UsageError
        If there is a day or a wish to keep videos, but nobody to remember, or the day is yet to come.
    RecordsError
        Before any work is done: if the code can't be one, or the records can't be opened.
    """
    if (person is None or not record) and (filmed_on is not None or keep_video):
        raise UsageError(
            "--date and --keep-video are about remembering: name the --person, without --no-record."
        )
    if person is None or not record:
        return None
    if filmed_on is not None:
        check_day_done(filmed_on.date())
    from formcheck.records.documents import check_code

    with opened_records():
        return Memory(check_code(person), filmed_on, keep_video)
