"""The exercise library: 12 ladders of 8 rungs, read from ``ladders/*.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from formcheck.coaching.toml_tables import Table, load_table
from formcheck.coaching.types import LADDER_IDS, LadderId, TestId, Tier
from formcheck.errors import CoachingFileError
from formcheck.names import Exercise
from formcheck.scoring.thresholds import MeasureId

FOLDER: Final = Path(__file__).with_name("ladders")
RUNGS: Final = 8

Equipment = Literal[
    "wall", "chair", "mat", "dowel", "slider", "rail", "book", "anchor",
    "step", "high_box", "dumbbell", "barbell", "band", "mini_band", "bench", "pull_up_bar", "suspension",
]  # fmt: skip
HOUSEHOLD: Final[frozenset[str]] = frozenset(
    {"wall", "chair", "mat", "dowel", "slider", "rail", "book", "anchor"}
)
"""What every home has: a broomstick is a dowel, a towel a slider, a heavy sofa an anchor."""
EQUIPMENT: Final[tuple[str, ...]] = (
    "step", "high_box", "dumbbell", "barbell", "band", "mini_band", "bench", "pull_up_bar", "suspension",
)  # fmt: skip
"""What a person may say they have, beside household things."""

DoseClass = Literal["A", "B", "C", "D", "I", "P"]
Region = Literal["posterior_chain", "knee_dominant", "hip_stability", "calf", "push", "pull", "plyometric"]
RungNumber = Annotated[int, Field(ge=0, lt=RUNGS)]
Percent = Annotated[float, Field(ge=0, le=100)]
Sentence = Annotated[str, Field(min_length=3)]


class Limit(Table):
    """The range that a measure must lie in."""

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one(self) -> Limit:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either at_least or at_most")
        return self

    def met_by(self, value: float) -> bool:
        """Return whether ``value`` lies in the range."""
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


class LoadRange(Table):
    """External load of a rung, per cent of body mass: where it starts, how far it goes, how it is held."""

    from_pct: Percent
    to_pct: Percent
    typical_to_pct: Percent | None = None
    held: Sentence

    @model_validator(mode="after")
    def _rising(self) -> LoadRange:
        if self.to_pct <= self.from_pct:
            raise ValueError(f"to_pct ({self.to_pct:g}) must lie above from_pct ({self.from_pct:g})")
        return self


class Rung(Table):
    """One exercise of a ladder.

    ``equipment`` lists what is needed, alternatives joined by "or"; ``reps``, ``tempo`` override the dose
    class; ``exit_*`` is what this rung asks for beside exit rule X; ``entry_tests`` guards it.
    """

    name: Sentence
    dose: Annotated[tuple[DoseClass, ...], Field(min_length=1)]
    equipment: tuple[str, ...]
    per_side: bool = False
    box_cm: Annotated[float, Field(gt=0)] | None = None
    load: LoadRange | None = None
    reps: tuple[int, int] | None = None
    tempo: tuple[int, int, int] | None = None
    filmed_as: Exercise | None = None
    cues: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    entry_tests: dict[TestId, Percent] = Field(default_factory=dict)
    exit_measures: dict[MeasureId, Limit] = Field(default_factory=dict)
    exit_tests: dict[TestId, Percent] = Field(default_factory=dict)
    exit_load_pct: Percent | None = None
    exit_reps: Annotated[int, Field(gt=0)] | None = None
    exit_hold_s: Annotated[int, Field(gt=0)] | None = None
    exit_check: Sentence | None = None
    how_to: Annotated[str, Field(min_length=40)]

    @model_validator(mode="after")
    def _whole(self) -> Rung:
        unknown = {word for words in self.equipment for word in words.split(" or ")} - _KNOWN_EQUIPMENT
        if unknown:
            raise ValueError(
                f"equipment '{min(unknown)}' is unknown: use one of {', '.join(sorted(_KNOWN_EQUIPMENT))}"
            )
        if self.exit_load_pct is not None and (self.load is None or self.exit_load_pct > self.load.to_pct):
            raise ValueError("exit_load_pct needs a load whose to_pct reaches it")
        if self.reps is not None and not 0 < self.reps[0] <= self.reps[1]:
            raise ValueError("reps must rise from its first to its second number")
        return self

    @property
    def is_hold(self) -> bool:
        """Whether it is held for seconds, not repeated."""
        return self.dose[0] == "I"

    def possible_with(self, equipment: Set[str]) -> bool:
        """Return whether household things and ``equipment`` are enough."""
        have = equipment | HOUSEHOLD
        return all(any(word in have for word in words.split(" or ")) for words in self.equipment)


_KNOWN_EQUIPMENT: Final = HOUSEHOLD | set(EQUIPMENT)


class Start(Table):
    """One line of a ladder's start rule: below this score of the test (or of its stand-in), this rung."""

    test: TestId
    or_test: TestId | None = None
    below: Percent | None = None
    rung: RungNumber


class LadderTable(Table):
    """A file of ``ladders/``."""

    code: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    name: Sentence
    region: Region
    not_if: Annotated[tuple[Sentence, ...], Field(min_length=1)]
    highest_before_clearance: RungNumber | None = None
    swaps_when_painful: Annotated[tuple[str, ...], Field(min_length=1)]
    start: tuple[Start, ...] = ()
    start_by_tier: dict[Tier, RungNumber] = Field(default_factory=dict)
    side_tests: tuple[TestId, ...] = ()
    camera: dict[Exercise, Sentence] = Field(default_factory=dict)
    rungs: dict[str, Rung]

    @model_validator(mode="after")
    def _whole(self) -> LadderTable:
        wanted = [f"{self.code}{number}" for number in range(RUNGS)]
        if list(self.rungs) != wanted:
            raise ValueError(f"rungs must be {', '.join(wanted)}, in this order")
        if not self.rungs[wanted[0]].possible_with(frozenset()):
            raise ValueError(f"{wanted[0]} must need household things only, so that everybody can begin")
        for code, rung in self.rungs.items():
            if rung.filmed_as is not None and rung.filmed_as not in self.camera:
                raise ValueError(f"{code} is filmed as {rung.filmed_as}: say under camera where it stands")
        if bool(self.start) == bool(self.start_by_tier):
            raise ValueError("give either start (by tests) or start_by_tier")
        if self.start and (self.start[-1].below is not None or any(s.below is None for s in self.start[:-1])):
            raise ValueError("every line of start but the last needs below")
        return self


@dataclass(frozen=True)
class Ladder:
    """A ladder: its table under its id, with the rungs by number."""

    id: LadderId
    table: LadderTable

    @property
    def code(self) -> str:
        """Two letters, as on the sheet: ``HR``."""
        return self.table.code

    @property
    def name(self) -> str:
        """What the ladder is called."""
        return self.table.name

    @property
    def region(self) -> Region:
        """Which pillar of the week it serves."""
        return self.table.region

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """Easiest first."""
        return tuple(self.table.rungs.values())

    @property
    def filmed(self) -> bool:
        """Whether any of its rungs can be filmed and scored: a key ladder."""
        return any(rung.filmed_as for rung in self.rungs)

    def camera_for(self, rung: int) -> str | None:
        """Return where the camera stands for ``rung``; None where it is not filmed."""
        exercise = self.rungs[rung].filmed_as
        return None if exercise is None else self.table.camera[exercise]

    def start_rung(self, scores: Mapping[TestId, int], tier: Tier) -> tuple[int, TestId | None]:
        """Return the rung to begin with and the test that decided it.

        A ladder with tests begins at 0 where none has a score, and as low as its next test could say where
        that one has none; the others begin by ``tier``, and then no test decided.
        """
        if not self.table.start:
            return self.table.start_by_tier.get(tier, 0), None
        passed: TestId | None = None
        for line in self.table.start:
            test = next((t for t in (line.test, line.or_test) if t is not None and t in scores), None)
            if test is None:
                return (0 if passed is None else line.rung), passed
            passed = test
            if line.below is None or scores[test] < line.below:
                return line.rung, test
        raise AssertionError("the last line of start always applies")


@dataclass(frozen=True)
class Library:
    """All ladders, in the order of `LADDER_IDS`."""

    ladders: tuple[Ladder, ...]

    def __getitem__(self, ladder: LadderId) -> Ladder:
        return self.ladders[LADDER_IDS.index(ladder)]

    def __iter__(self) -> Iterator[Ladder]:
        return iter(self.ladders)

    def find(self, code: str) -> tuple[Ladder, int]:
        """Return the ladder and the number of a rung code such as ``HR3``.

        Raises
        ------
        KeyError
            If no ladder has that rung.
        """
        for ladder in self.ladders:
            if code in ladder.table.rungs:
                return ladder, int(code[2:])
        raise KeyError(code)


def load_library(own: str | Path | None = None) -> Library:
    """Return the exercise library, with the files of a person's ``own`` folder laid over it.

    Parameters
    ----------
    own : path, optional
        A folder with files named like those of ``ladders/``; each overrides only what it names.

    Raises
    ------
    CoachingFileError
        If the folder or a file is wrong; the message names file, line and why.
    """
    return _default_library() if own is None else _load(Path(own))


@cache
def _default_library() -> Library:
    return _load(None)


def _load(own: Path | None) -> Library:
    if own is not None:
        _check_folder(own)
    ladders = []
    for ladder in LADDER_IDS:
        theirs = own / f"{ladder}.toml" if own is not None else None
        if theirs is not None and not theirs.exists():
            theirs = None
        ladders.append(Ladder(ladder, load_table(LadderTable, FOLDER / f"{ladder}.toml", theirs)))
    library = Library(tuple(ladders))
    for each in library:
        for code in each.table.swaps_when_painful:
            try:
                library.find(code)
            except KeyError:
                raise CoachingFileError(
                    f"'{each.id}.toml': swaps_when_painful names '{code}', which is no rung of any ladder."
                ) from None
    return library


def _check_folder(own: Path) -> None:
    if not own.is_dir():
        raise CoachingFileError(f"'{own}' is not a folder: name the folder that holds your own ladders.")
    unknown = sorted(path.stem for path in own.glob("*.toml") if path.stem not in LADDER_IDS)
    if unknown:
        raise CoachingFileError(f"'{unknown[0]}.toml' is no ladder: use one of {', '.join(LADDER_IDS)}.")
