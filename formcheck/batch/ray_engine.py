"""The engine for a cluster: Ray hands each clip to a free core of any machine, and again if that is lost.

A clip's files are written by the machine that scored it to storage that all machines share, under a name that
follows from its content; so a clip that was finished just before its machine was lost is found and not scored
again. Only the outcome, a few hundred bytes, travels to the one who asked.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from formcheck.batch.store import Store
from formcheck.batch.types import Limits, Outcome, Settings, Task
from formcheck.batch.worker import Worker
from formcheck.errors import UsageError

_MOST_LOSSES: Final = 10
_LONGEST_CONNECT_S: Final = 10.0
_IN_FLIGHT_PER_CORE: Final = 2
"""One clip is scored, one waits on its machine, so that no core waits for an answer to travel."""


@dataclass(frozen=True)
class _Job:
    """What a machine must know besides the clip."""

    settings: Settings
    store: Store
    limits: Limits
    retry_failed: bool


class RayEngine:
    """Scores clips on a Ray cluster.

    Parameters
    ----------
    workers : int, optional
        Clips at a time, at most; all cores of the cluster without it.
    address : str, optional
        Of an existing cluster (``auto``, ``host:6379`` or ``ray://…``); without it Ray is started here.
    settings, store, limits, retry_failed
        See `formcheck.batch.worker.Worker`. The store's folder must be the same on all machines.

    Raises
    ------
    UsageError
        If Ray is not installed.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        limits: Limits,
        *,
        workers: int | None = None,
        address: str | None = None,
        retry_failed: bool = False,
    ) -> None:
        # Nothing about the work leaves the machines.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
        except ImportError as error:
            raise UsageError(
                "The engine ray needs Ray: install it with `pip install 'formcheck[cluster]'`."
            ) from error
        self._ray: Any = ray
        self._job = _Job(settings, Store(store.folder.resolve()), limits, retry_failed)
        self._workers, self._address = workers, address

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield each task's outcome as it is known (see `formcheck.batch.types.Engine`)."""
        ray = self._ray
        started = self._connect()
        pending: dict[Any, Task] = {}
        try:
            score = ray.remote(num_cpus=1, max_retries=_MOST_LOSSES)(_score)
            job = ray.put(self._job)
            waiting = iter(tasks)
            while True:
                for task in waiting:
                    pending[score.remote(job, task)] = task
                    if len(pending) >= self._most_in_flight():
                        break
                if not pending:
                    return
                done, _ = ray.wait(list(pending), num_returns=1)
                for answer in done:
                    yield self._outcome(answer, pending.pop(answer))
        finally:
            for answer in pending:
                ray.cancel(answer, force=True)
            if started:
                ray.shutdown()

    def _connect(self) -> bool:
        """Return whether the connection was made here."""
        ray = self._ray
        if ray.is_initialized():
            return False
        here = {} if self._address else {"num_cpus": self._workers, "include_dashboard": False}
        try:
            _check_reachable(self._address)
            ray.init(self._address or "local", log_to_driver=False, logging_level="ERROR", **here)
        except (OSError, ValueError, RuntimeError) as error:
            raise UsageError(f"There is no Ray cluster at '{self._address}': {error}") from error
        return True

    def _most_in_flight(self) -> int:
        cores = int(self._ray.cluster_resources().get("CPU", 1))
        return max(1, self._workers or _IN_FLIGHT_PER_CORE * cores)

    def _outcome(self, answer: Any, task: Task) -> Outcome:
        errors = self._ray.exceptions
        try:
            outcome: Outcome = self._ray.get(answer)
        except errors.RayTaskError as error:
            raise error.cause from None  # what cannot be written here cannot be written anywhere
        except errors.RayError:
            reason = f"The machines that scored this clip were lost {_MOST_LOSSES + 1} times."
            return Outcome(task.index, "failed", reason=reason)
        return outcome


def _check_reachable(address: str | None) -> None:
    """Raise OSError at once where nobody listens: Ray itself would try for many minutes."""
    host, _, port = (address or "").removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_LONGEST_CONNECT_S).close()


_worker: tuple[_Job, Worker] | None = None
"""The scoring process that belongs to this Ray process: its libraries are loaded once."""


def _score(job: _Job, task: Task) -> Outcome:
    """Score a clip on whatever machine this runs."""
    global _worker  # noqa: PLW0603 - kept between the clips that Ray gives to one process
    if _worker is None or _worker[0] != job:
        if _worker is not None:
            _worker[1].stop()
        _worker = job, Worker(job.settings, job.store, job.limits, retry_failed=job.retry_failed)
    return _worker[1].score(task)
