"""Where a test's records lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from formcheck.records import LOCAL_OWNER, Records, open_records


@dataclass(frozen=True)
class Place:
    """Where a test's records lie."""

    home: Path
    url: str | None

    @property
    def folder(self) -> Path:
        return self.home / "records"

    def open(self, owner: str = LOCAL_OWNER) -> Records:
        return open_records(self.url, owner=owner, home=self.home)
