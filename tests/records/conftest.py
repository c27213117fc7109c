"""Fixtures: every test that takes `place` or `records` runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer, running_server
from records_place import Place
from records_samples import variation

from formcheck import Analysis
from formcheck.records import Records
from formcheck.reports.tables import json_document

SAMPLE = "step_down_front_left_drop"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(tmp_path / "sqlite", None)


@pytest.fixture
def postgresql_place(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[Place]:
    with postgres_server.database() as url:
        yield Place(tmp_path / "postgresql", url)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def records(place: Place) -> Iterator[Records]:
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def another_place(tmp_path: Path) -> Place:
    return Place(tmp_path / "another", None)


@pytest.fixture(scope="session")
def analysis(sample_analysis: Callable[[str], Analysis]) -> Analysis:
    """Give the analysis of a sample video by the real model."""
    return sample_analysis(SAMPLE)


@pytest.fixture(scope="session")
def another(analysis: Analysis) -> Callable[[int], Analysis]:
    """Give analyses of clips that differ from `analysis` and from each other."""
    return cache(lambda number: variation(analysis, number))


@pytest.fixture(scope="session")
def document(analysis: Analysis) -> dict[str, Any]:
    """Give what `formcheck score --json` writes."""
    written: dict[str, Any] = json.loads(json_document(analysis))
    return written
