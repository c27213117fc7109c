"""Column types that mean the same in SQLite and in PostgreSQL, so that rows can be copied between the two."""

from __future__ import annotations

import json
import math
import secrets
import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from formcheck.errors import RecordsError

Document = Mapping[str, Any]
"""A JSON document, as `json.loads` gives it."""


class UtcTime(TypeDecorator[datetime]):
    """A moment. Stored without its zone, in UTC, because SQLite knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Take the zone off."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Put the zone back on."""
        return None if value is None else value.replace(tzinfo=UTC)


class PackedJson(TypeDecorator[Document]):
    """A JSON document, compressed: a clip's takes about an eighth of its text."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Document | None, _: Dialect) -> bytes | None:
        """Pack."""
        return None if value is None else pack(value)

    def process_result_value(self, value: bytes | None, _: Dialect) -> Document | None:
        """Unpack."""
        return None if value is None else unpack(value)


def pack(document: Document) -> bytes:
    """Return ``document`` as compressed JSON text.

    Raises
    ------
    RecordsError
        If it holds something that JSON has no word for.
    """
    try:
        text = json.dumps(document, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise RecordsError(
            f"Only JSON documents can be remembered, and this one is none: {error}."
        ) from error
    return zlib.compress(text.encode("ascii"), 6)


def unpack(packed: bytes) -> Document:
    """Return what `pack` took."""
    document: Document = json.loads(zlib.decompress(packed))
    return document


def finite(value: Any) -> Any:
    """Return a document in which what is not a finite number is null: JSON has no word for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def new_id() -> str:
    """Return a new id of 24 hexadecimal digits; later ids sort after earlier ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(6)}"


def now() -> datetime:
    """Return the moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
