"""A log taken into what is kept already: it completes and mends entries, and takes nothing away."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from formcheck.coaching.log_documents import DAY_SCHEMA, SET_SCHEMA

Document = Mapping[str, Any]

_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    SET_SCHEMA: ("date", "rung", "side", "set"),
    DAY_SCHEMA: ("date",),
}
"""What tells one entry from another."""


@dataclass(frozen=True)
class TakenIn:
    """How many entries of a log were new, said more than was known, or were there already."""

    new: int = 0
    changed: int = 0
    known: int = 0

    def __add__(self, other: TakenIn) -> TakenIn:
        return TakenIn(self.new + other.new, self.changed + other.changed, self.known + other.known)


@dataclass(frozen=True)
class Merge:
    """What has to be done to take a log in: documents to write, then names of old ones to delete."""

    written: tuple[Document, ...]
    replaced: tuple[str, ...]
    taken_in: TakenIn


def merge_entries(stored: Iterable[tuple[str, Document]], given: Iterable[Document]) -> Merge:
    """Return how to take ``given`` into what is ``stored``.

    An entry that is there already (of a set: the same day, rung, side and number; of a day: the day) is
    completed and mended; what only the stored one says stays. Entries alike are told apart by their order.

    Parameters
    ----------
    stored : iterable of (str, mapping)
        Names of the entries that are kept, and their documents.
    given : iterable of mapping
        Documents as of `set_documents` and `day_documents`.
    """
    waiting: dict[tuple[str, ...], deque[tuple[str, Document]]] = defaultdict(deque)
    for name, document in stored:
        waiting[_place(document)].append((name, document))
    written: list[Document] = []
    replaced: list[str] = []
    known = 0
    for document in given:
        same = waiting[_place(document)]
        if not same:
            written.append(document)
            continue
        name, before = same.popleft()
        merged = {**before, **{key: said for key, said in document.items() if said}}
        if merged == before:
            known += 1
        else:
            written.append(merged)
            replaced.append(name)
    new = len(written) - len(replaced)
    return Merge(tuple(written), tuple(replaced), TakenIn(new, len(replaced), known))


def _place(document: Document) -> tuple[str, ...]:
    schema = str(document.get("schema", ""))
    return (schema, *(str(document.get(name, "")) for name in _PLACES.get(schema, ())))
