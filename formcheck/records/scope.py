"""The one place that knows whose records are whose.

All that the rest of the package reads or writes of people goes through a session of `Scope`. It adds the
owner to every query, to whatever table and however joined, and stamps the owner on every new row. So a query
that forgets the owner sees nothing of others, and an id of another owner's row finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from formcheck.records.database import Database, Mode
from formcheck.records.tables import Owned, Owner

NOBODY: Final = 0
"""Number of an owner who has no records yet."""
_OWNER: Final = "formcheck_owner"


class Scope:
    """The records of one owner.

    Parameters
    ----------
    database : Database
        Holds everybody's.
    owner : str
        Whose are meant.
    """

    def __init__(self, database: Database, owner: str) -> None:
        self.database = database
        self.owner = owner

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one moment of the owner's records."""
        with self._session("read") as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are all made, or after any error none."""
        with self._session("write") as session:
            yield session

    @contextmanager
    def _session(self, mode: Mode) -> Iterator[Session]:
        with self.database.transaction(mode) as connection:
            try:
                with Session(connection, expire_on_commit=False) as session:
                    session.info[_OWNER] = self._owner_id(session, make=mode == "write")
                    event.listen(session, "do_orm_execute", _only_the_owners)
                    event.listen(session, "before_flush", _stamp_the_owner)
                    yield session
                    session.flush()
            except SQLAlchemyError as error:
                raise self.database.plain(error) from error

    def _owner_id(self, session: Session, *, make: bool) -> int:
        found = session.scalar(select(Owner.id).where(Owner.name == self.owner))
        if found is None and make:
            found = (session.scalar(select(func.max(Owner.id))) or NOBODY) + 1
            session.add(Owner(id=found, name=self.owner))
            session.flush()
        return NOBODY if found is None else found


def _only_the_owners(state: ORMExecuteState) -> None:
    owner_id = state.session.info[_OWNER]
    state.statement = state.statement.options(
        with_loader_criteria(Owned, lambda table: table.owner_id == owner_id, include_aliases=True)
    )


def _stamp_the_owner(session: Session, *_: Any) -> None:
    owner_id = session.info[_OWNER]
    for row in session.new:
        if isinstance(row, Owned):
            row.owner_id = owner_id
