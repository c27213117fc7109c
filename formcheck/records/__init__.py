"""Stage 7: people, sessions, sets, scores, decisions and plans, kept in a database."""

from formcheck.records.opening import LOCAL_OWNER, open_records
from formcheck.records.records import Records

__all__ = ["LOCAL_OWNER", "Records", "open_records"]
