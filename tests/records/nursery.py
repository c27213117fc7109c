"""A process that has everything loaded and forks others from itself, so that each starts at once.

(``multiprocessing``'s fork server may be running already, without what these tests want loaded.)
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any


class Child:
    """A process that the nursery has forked."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery, self.pid = nursery, pid

    def kill(self) -> None:
        """Kill it at once: it can't catch that."""
        os.kill(self.pid, signal.SIGKILL)

    def join(self) -> int:
        """Wait for its end; return its exit status, negative for a signal."""
        return self._nursery.ask("wait", self.pid)


class Nursery:
    """The parent of the children."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def start(self, work: Callable[..., None], *arguments: object) -> Child:
        """Run ``work``, a function of a module, in a new process."""
        return Child(self, self.ask("start", (work, arguments)))

    def ask(self, what: str, about: object) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        pickle.dump((what, about), self._process.stdin)
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def opened_nursery(preload: str) -> Iterator[Nursery]:
    """Give a nursery that has imported the module ``preload`` of this folder, and called its ``warm_up``."""
    command = [sys.executable, str(Path(__file__)), preload]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    """Fork and wait as asked on standard input, and answer with one number a line."""
    import_module(sys.argv[1]).warm_up()
    orders = sys.stdin.buffer
    while True:
        try:
            what, about = pickle.load(orders)
        except EOFError:
            return
        if what == "start":
            answer = os.fork()
            if answer == 0:
                _live(*about, orders)
        else:
            _, status = os.waitpid(about, 0)
            answer = os.waitstatus_to_exitcode(status)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _live(work: Callable[..., None], arguments: Any, orders: IO[bytes]) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), orders.fileno())
    os.dup2(2, 1)
    try:
        work(*arguments)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
