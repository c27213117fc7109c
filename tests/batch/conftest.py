"""One folder of clips, and one undisturbed batch over it, for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_clips import make_folder

from formcheck.batch.plan import clips_of
from formcheck.batch.run import Finished, Options, run_batch
from formcheck.batch.types import Settings
from formcheck.scoring import load_thresholds

TABLES = ("summary.csv", "measures.parquet", "reps.parquet", "summary.html")


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("clips") / "clips")


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(load_thresholds(), model="lite")


@pytest.fixture(scope="session")
def undisturbed(
    clip_folder: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Finished]]:
    """The results of one worker that nobody disturbed."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    return out, run_batch(clips_of(str(clip_folder)), out, settings, Options(workers=1))


def contents(out: Path) -> dict[str, bytes]:
    """Everything that a batch gives, by path: the tables and the files of each clip."""
    clips = [path for path in (out / "clips").rglob("*") if path.is_file()]
    return {str(path.relative_to(out)): path.read_bytes() for path in [out / t for t in TABLES] + clips}


@pytest.fixture(scope="session")
def contents_of():
    return contents
