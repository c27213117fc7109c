"""The engine for one machine: a process per core, each clip given to whichever is free."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator

from formcheck.batch.cores import usable_cores
from formcheck.batch.store import Store
from formcheck.batch.types import Limits, Outcome, Settings, Task
from formcheck.batch.worker import Worker


class LocalEngine:
    """Scores clips in worker processes on this machine.

    Parameters
    ----------
    workers : int, optional
        How many; one for each core without it.
    settings, store, limits, retry_failed
        See `formcheck.batch.worker.Worker`.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        limits: Limits,
        *,
        workers: int | None = None,
        retry_failed: bool = False,
    ) -> None:
        self._workers = [
            Worker(settings, store, limits, retry_failed=retry_failed)
            for _ in range(workers or len(usable_cores()))
        ]

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield each task's outcome as it is known (see `formcheck.batch.types.Engine`)."""
        waiting = iter(tasks)
        lock, stop = threading.Lock(), threading.Event()
        answers: queue.SimpleQueue[Outcome | Exception | None] = queue.SimpleQueue()

        def serve(worker: Worker) -> None:
            try:
                while not stop.is_set():
                    with lock:
                        task = next(waiting, None)
                    if task is None:
                        break
                    answers.put(worker.score(task))
            except Exception as error:  # handed over: the consumer raises it
                answers.put(error)
            answers.put(None)

        threads = [threading.Thread(target=serve, args=(worker,), daemon=True) for worker in self._workers]
        for thread in threads:
            thread.start()
        try:
            busy = len(threads)
            while busy:
                answer = answers.get()
                if answer is None:
                    busy -= 1
                elif isinstance(answer, Exception):
                    raise answer
                else:
                    yield answer
        finally:
            stop.set()
            for worker in self._workers:
                worker.stop(for_good=True)
