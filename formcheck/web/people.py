"""The records behind the pages: whose they are, and which person the session looks at. No page code."""

from __future__ import annotations

import os
from functools import cache

from formcheck.records import Records, open_records
from formcheck.records.home import DATABASE_VARIABLE, home


def records() -> Records:
    """Return the records, opened once for all sessions of the server.

    Raises
    ------
    RecordsError
        If they can't be opened; the next call tries again.
    """
    return _opened(str(home()), os.environ.get(DATABASE_VARIABLE, ""))


@cache
def _opened(_home: str, _address: str) -> Records:
    return open_records()
