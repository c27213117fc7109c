"""How fast and how large the records are, and how they stand being killed and fed with rubbish.

Usage: ``python benchmarks/records.py clinic [--sets 100000] [--people 200]``
       ``python benchmarks/records.py fuzz [--minutes 10]``
       ``python benchmarks/records.py kills [--kills 100]``

- ``clinic``: a clinic's records in SQLite, with the analyses of the sample videos as they are; how long it
takes
  to open them, to show a person's trend and sessions, and how many bytes a set takes. (Landmarks are files
  beside the database.)
- ``fuzz``: exported people and backups with changed bytes and documents are imported and restored; counts
what
  was taken and refused. Anything but a `RecordsError` ends it.
- ``kills``: the tests that kill writing and migrating processes, so often each, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from common import ROOT, landmarks
from sqlalchemy import insert

from formcheck import assets
from formcheck.analysis import Analysis, analyse_pose
from formcheck.errors import RecordsError
from formcheck.records import Records, open_records
from formcheck.records.columns import finite, new_id
from formcheck.records.documents import read_analysis
from formcheck.records.people import make
from formcheck.records.tables import Base, Bout, Clip, Measure, Session

sys.path.insert(0, str(ROOT / "tests" / "records"))
from records_mutations import change, changed_bytes

SAMPLES: Final = ("step_down_front_left_drop", "step_up_front_right_good", "lunge_front_left_good")
START: Final = datetime(2020, 1, 1, 12, tzinfo=UTC)
SETS_A_DAY: Final = 6
ROUNDS: Final = 50


def analyses() -> list[Analysis]:
    return [analyse_pose(landmarks(assets.folder("sample_videos") / f"{name}.mp4")) for name in SAMPLES]


def clinic(sets: int, people: int) -> None:
    documents = [finite(analysis.to_dict()) for analysis in analyses()]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        records = open_records(home=home)
        for number in range(people):
            add_person(records, f"person-{number:04}", documents, sets // people)
        records.close()
        size = (home / "records" / "records.sqlite3").stat().st_size
        print(f"sets: {sets}, people: {people}, {size / 1e6:.0f} MB, {size / sets:.0f} bytes a set")
        started = time.perf_counter()
        open_records(home=home).close()
        print(f"first opening of the day, with check and backup: {time.perf_counter() - started:.2f} s")
        said("opening", lambda _: open_records(home=home).close())
        records = open_records(home=home)
        bout = documents[0]["bouts"][0]
        said("trend", lambda code: trend(records, code, bout), people)
        said("opening and trend", lambda code: opened_trend(home, code, bout), people)
        said("sessions", records.sessions, people)
        said("people", lambda _: records.people())
        records.close()


def trend(records: Records, code: str, bout: dict[str, Any]) -> None:
    assert records.trend(code, bout["exercise"], bout["side"], "pelvic_drop_deg")


def opened_trend(home: Path, code: str, bout: dict[str, Any]) -> None:
    records = open_records(home=home)
    trend(records, code, bout)
    records.close()


def add_person(records: Records, code: str, documents: list[dict[str, Any]], sets: int) -> None:
    """Store a person's sets in one transaction, without their landmarks."""
    with records._scope.writing() as session:
        person = make(session, code, None)
        for number in range(sets):
            recorded_at = START + timedelta(days=number // SETS_A_DAY, minutes=number % SETS_A_DAY)
            if number % SETS_A_DAY == 0:
                day = Session(id=new_id(), person_id=person.id, day=recorded_at.date())
                session.add(day)
                session.flush()
            document = documents[number % len(documents)]
            read = read_analysis(document)
            clip = Clip(
                id=new_id(),
                person_id=person.id,
                session_id=day.id,
                recorded_at=recorded_at,
                saved_at=recorded_at,
                fingerprint=f"{number:064x}",
                video_name=read.video.name,
                document=document,
                **dict(read.provenance),
            )
            rows = list(read.rows(clip.id, person.id, recorded_at))
            bouts = [row for row in rows if isinstance(row, Bout)]
            for table in ([clip], bouts, [row for row in rows if isinstance(row, Measure)]):
                session.execute(
                    insert(type(table[0]).__table__), [fields(row, person.owner_id) for row in table]
                )


def fields(row: Base, owner_id: int) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.c} | {"owner_id": owner_id}


def said(what: str, act: Callable[[str], object], people: int = 1) -> None:
    chance, times = random.Random(1), []
    for _ in range(ROUNDS):
        code = f"person-{chance.randrange(people):04}"
        started = time.perf_counter()
        act(code)
        times.append(time.perf_counter() - started)
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{what}: median {1e3 * statistics.median(times):.1f} ms, 95 % {1e3 * p95:.1f} ms")


def fuzz(minutes: float) -> None:
    analysis = analyses()[0]
    with tempfile.TemporaryDirectory() as folder:
        records = open_records(home=Path(folder) / "source")
        clip = records.save_analysis("anna", analysis)
        records.save_plan("anna", {"schema": "formcheck.plan/1"})
        records.add_note("anna", "a note", session_id=clip.session_id)
        person = records.export_person("anna", Path(folder) / "anna.zip")
        everybody = records.back_up(Path(folder) / "all.zip")
        records.close()
        counted: Counter[str] = Counter()
        target = open_records(home=Path(folder) / "target")
        end, seeds = time.monotonic() + 60 * minutes, iter(range(10**9))
        while time.monotonic() < end:
            seed = next(seeds)
            chance = random.Random(seed)
            source = chance.choice((person, person, everybody))
            bad = broken(source, chance, Path(folder) / "bad.zip")
            try:
                if source is person:
                    target.of_owner(f"owner {seed}").import_person(bad)
                else:
                    target.restore(bad)
                counted[f"{source.stem} taken"] += 1
            except RecordsError:
                counted[f"{source.stem} refused"] += 1
            except BaseException:
                print(f"seed {seed}", file=sys.stderr)
                raise
        print(f"{sum(counted.values())} files in {minutes:g} min, no uncaught exception")
        print(dict(sorted(counted.items())))


def broken(source: Path, chance: random.Random, target: Path) -> Path:
    """Write a zip with changed bytes, a changed document in it, or a changed database in it."""
    if chance.random() < 0.3:
        target.write_bytes(changed_bytes(source.read_bytes(), chance))
        return target
    with zipfile.ZipFile(source) as zipped:
        entries = {name: zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in changed_entries(entries, chance):
            new.writestr(name, content)
    return target


def changed_entries(entries: dict[str, bytes], chance: random.Random) -> Iterator[tuple[str, bytes]]:
    chosen = chance.choice([name for name in entries if name.endswith((".json", ".sqlite3"))])
    for name, content in entries.items():
        if name == chosen and name.endswith(".json"):
            document = json.loads(content)
            for _ in range(chance.randint(1, 3)):
                document = change(document, chance)
            yield name, json.dumps(document).encode()
        else:
            yield name, changed_bytes(content, chance) if name == chosen else content


def kills(number: int) -> int:
    started = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "killed", "tests/records/test_records_kill.py"],
        cwd=ROOT,
        env={**os.environ, "FORMCHECK_KILLS": str(number)},
        check=False,
    ).returncode
    what = "nothing lost" if code == 0 else "FAILED"
    print(f"{number} kills each: {what}, {time.monotonic() - started:.0f} s")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="what", required=True)
    of_clinic = commands.add_parser("clinic")
    of_clinic.add_argument("--sets", type=int, default=100_000)
    of_clinic.add_argument("--people", type=int, default=200)
    commands.add_parser("fuzz").add_argument("--minutes", type=float, default=10)
    commands.add_parser("kills").add_argument("--kills", type=int, default=100)
    asked = parser.parse_args()
    if asked.what == "clinic":
        clinic(asked.sets, asked.people)
    elif asked.what == "fuzz":
        fuzz(asked.minutes)
    else:
        return kills(asked.kills)
    return 0


if __name__ == "__main__":
    sys.exit(main())
