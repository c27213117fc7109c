"""One session's clips: each on a desk of its own, looked at one after the other. No page code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from formcheck.web.desk import Choices, Desk
from formcheck.web.jobs import Pace
from formcheck.web.workspace import Workspace


class Pile:
    """The clips that one session has taken, and which of them it looks at.

    Only the newest ones count: taking others stops what runs and clears what came out.
    """

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.desks: list[Desk] = []
        self.chosen = 0
        self._pace = Pace()

    @property
    def desk(self) -> Desk | None:
        """The clip that is looked at; None while there is none."""
        return self.desks[self.chosen] if self.desks else None

    @property
    def busy(self) -> bool:
        """Whether an analysis runs or waits; the session can start no other one meanwhile."""
        return any(desk.busy for desk in self.desks)

    @property
    def waiting(self) -> bool:
        """Whether none of its clips is being looked at, since those of others come first."""
        running = [desk for desk in self.desks if desk.busy]
        return bool(running) and all(desk.waiting for desk in running)

    @property
    def finished(self) -> int:
        """How many clips have been looked at."""
        return sum(not desk.busy for desk in self.desks)

    @property
    def share(self) -> float:
        """The share done of all clips, 0…1, each as long as its file is large."""
        sizes = [max(desk.size, 1) for desk in self.desks]
        shares = [
            desk.analysing.share if desk.busy and desk.analysing is not None else 1.0 for desk in self.desks
        ]
        return sum(size * share for size, share in zip(sizes, shares, strict=True)) / max(sum(sizes), 1)

    @property
    def seconds_left(self) -> float | None:
        """Seconds left for all clips at the pace so far; None until there is a pace."""
        return self._pace.seconds_left(self.share)

    def take_uploads(self, uploads: Sequence[tuple[str, BinaryIO]]) -> None:
        """Take clips, each copied to disk piece by piece: its name, and the file to read."""
        self.clear()
        self.desks = [Desk(self.workspace.keep(name, stream), self.workspace) for name, stream in uploads]

    def take_sample(self, path: Path) -> None:
        """Take a sample video; it stays where it lies."""
        self.clear()
        self.desks = [Desk(path, self.workspace)]

    def start(self, choices: Choices) -> None:
        """Look at all clips."""
        self._pace = Pace()
        for desk in self.desks:
            desk.start(choices)

    def start_again(self, choices: Choices) -> None:
        """Look at the chosen clip once more."""
        self._pace = Pace()
        if self.desk is not None:
            self.desk.start(choices)

    def cancel(self) -> None:
        """Stop what runs; the clips stay, and what has come out of others."""
        for desk in self.desks:
            if desk.busy:
                desk.cancel()

    def clear(self) -> None:
        """Let go of all clips, and of the files that were made of them."""
        for desk in self.desks:
            desk.clear()
        self.desks, self.chosen = [], 0
