"""Work that runs beside the page, with its progress, so that the page stays alive and can cancel it."""

from __future__ import annotations

import logging
import math
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from formcheck.errors import FormcheckError
from formcheck.web import memory

T = TypeVar("T")
Report = Callable[[float], None]
"""Called by the work with the share done, 0…1, or with `WAITING`."""

WAITING: Final = math.nan
"""Reported while the work waits for its turn; not a number, so that a share of it is no number either."""

UNEXPECTED: Final = (
    "Something went wrong inside formcheck, which is our fault and not the clip's: "
    "try another clip, and please report this one."
)

_LEAST_SHARE: Final = 0.02
"""Of the work, which must be done before its pace is known."""

_log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818 - not an error: somebody wanted it
    """Raised inside the work by its next progress report, after `Job.cancel`."""


class Pace:
    """How long work will still take, at the pace since it began: waiting for a turn doesn't count.

    Parameters
    ----------
    clock : callable
        Seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began: tuple[float, float] | None = None  # when, and with which share

    def seconds_left(self, share: float) -> float | None:
        """Return the seconds left once a share is done; None until there is a pace."""
        if share > 0.0 and self._began is None:
            self._began = self._clock(), share
        if self._began is None or share < self._began[1] + _LEAST_SHARE:
            return None
        began_s, done = self._began
        return (self._clock() - began_s) * (1.0 - share) / (share - done)


@dataclass
class _Shared(Generic[T]):
    """What the thread and the job both hold; the thread doesn't hold the job, so that the job can go."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)
    share: float = 0.0
    waiting: bool = False
    pace: Pace = field(default_factory=Pace)
    result: T | None = None
    error: str | None = None


class Job(Generic[T]):
    """One piece of work in a thread of its own.

    The work is told to stop when the job is cancelled or forgotten (its session ended).

    Parameters
    ----------
    work : callable
        Takes a progress report and returns the result. A `FormcheckError` becomes `error`, the sentence
        for the person; any other exception is logged and becomes a general sentence.
    """

    def __init__(self, work: Callable[[Report], T]) -> None:
        self._shared: _Shared[T] = _Shared()
        weakref.finalize(self, self._shared.cancelled.set)
        threading.Thread(target=_run, args=(work, self._shared), name="formcheck-job", daemon=True).start()

    @property
    def share(self) -> float:
        """The share done, 0…1."""
        return self._shared.share

    @property
    def waiting(self) -> bool:
        """Whether it waits for its turn, because other work is under way."""
        return self._shared.waiting and not self.finished

    @property
    def seconds_left(self) -> float | None:
        """Seconds left at the pace so far; None until there is a pace."""
        return self._shared.pace.seconds_left(self._shared.share)

    @property
    def finished(self) -> bool:
        """Whether it ended: with a result, with an error, or cancelled."""
        return self._shared.finished.is_set()

    @property
    def result(self) -> T | None:
        """What the work returned; None while it runs, after an error and after a cancellation."""
        return self._shared.result

    @property
    def error(self) -> str | None:
        """One sentence for the person."""
        return self._shared.error

    def cancel(self) -> None:
        """Ask the work to stop at its next progress report."""
        self._shared.cancelled.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; return whether it came."""
        return self._shared.finished.wait(timeout_s)


def _run(work: Callable[[Report], T], shared: _Shared[T]) -> None:
    def report(share: float) -> None:
        if shared.cancelled.is_set():
            raise Cancelled
        shared.waiting = math.isnan(share)
        if shared.waiting:
            return
        shared.share = min(max(share, 0.0), 1.0)
        shared.pace.seconds_left(shared.share)

    try:
        shared.result = work(report)
    except Cancelled:
        pass
    except FormcheckError as error:
        shared.error = str(error)
    except Exception:
        if threading.main_thread().is_alive():  # at the server's end libraries stop under the work
            _log.exception("A job of the page failed")
        shared.error = UNEXPECTED
    finally:
        shared.finished.set()
        memory.give_back()
