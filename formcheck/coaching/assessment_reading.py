"""From the document ``formcheck.assessment/1`` back to an assessment."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from formcheck.coaching.assessment_types import (
    Assessment,
    Asymmetry,
    BaselineTest,
    Change,
    FocusFault,
    MissingPart,
    SideResult,
)
from formcheck.coaching.clips import MeasureDocument, measurement_of
from formcheck.coaching.types import LadderId, Screening, StartRung, TestId, Tier
from formcheck.errors import UsageError
from formcheck.exercises.types import Bout
from formcheck.names import Exercise, Side
from formcheck.scoring.types import Band, Estimate, FormScore, ScoredBout

SCHEMA: Final = "formcheck.assessment/1"


class _Document(BaseModel):
    # A newer formcheck may have added words; what is read here must have the right kind.
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class _Estimate(_Document):
    value: float
    sd: float

    def read(self) -> Estimate:
        return Estimate(self.value, self.sd)


class _Form(_Document):
    value: int | None
    raw: int | None
    band: Band | None
    coverage: float
    core_fails: int
    core_cautions: int
    reason: str | None


class _Side(_Document):
    side: Side | None
    exercise: Exercise | None
    score: int | None
    score_range: tuple[int, int] | None
    level: int | None
    why: tuple[str, ...]
    value: _Estimate | None
    reps: int | None
    pain: int | None
    supported: bool
    unable: bool
    clips: tuple[str, ...]
    form: _Form | None
    measures: dict[str, MeasureDocument]

    def read(self, test: TestId) -> SideResult:
        said = {name: getattr(self, name) for name in type(self).model_fields}
        for name in ("form", "measures", "value"):
            said.pop(name)
        value = self.value.read() if self.value else None
        return SideResult(test=test, value=value, scored=self._scored(), **said)

    def _scored(self) -> ScoredBout | None:
        if self.exercise is None or self.form is None:
            return None
        measures = tuple(measurement_of(name, said) for name, said in self.measures.items())
        return ScoredBout(
            bout=Bout(self.exercise, 1.0, self.side, self.side or "left", 0.0, 0.0),
            repetitions=(),
            measures=measures,
            score=FormScore(
                grades={m.id: m.grade for m in measures},
                subscores={m.id: m.subscore for m in measures},
                **self.form.model_dump(),
            ),
        )


class _Test(_Document):
    test: TestId
    complete: bool
    weaker_side: Side | None
    level: int | None
    sides: tuple[_Side, ...]

    def read(self) -> BaselineTest:
        sides = tuple(side.read(self.test) for side in self.sides)
        weaker = [side for side in sides if side.side == self.weaker_side]
        known = weaker and (weaker[0].level is not None or weaker[0].value is not None)
        return BaselineTest(self.test, sides, weaker[0] if known else None, self.complete)


class _Start(_Document):
    ladder: LadderId
    rung: int
    reason: str


class _Asymmetry(_Document):
    test: TestId
    measure: str
    kind: Literal["angle", "performance"]
    left: _Estimate
    right: _Estimate
    difference: float
    limit: float
    weaker: Side | None
    status: Literal["alike", "watch", "act"]
    symmetry_pct: float | None

    def read(self) -> Asymmetry:
        said = self.model_dump(exclude={"left", "right"})
        return Asymmetry(left=self.left.read(), right=self.right.read(), **said)


class _Fault(MeasureDocument):
    test: TestId
    side: Side | None
    exercise: Exercise
    measure: str

    def read(self) -> FocusFault:
        return FocusFault(self.test, self.side, self.exercise, measurement_of(self.measure, self))


class _Change(_Document):
    test: TestId
    side: Side | None
    measure: str
    before: _Estimate
    after: _Estimate
    limit: float
    verdict: Literal["improved", "worse", "no_measurable_change", "other_view"]

    def read(self) -> Change:
        said = self.model_dump(exclude={"before", "after"})
        return Change(before=self.before.read(), after=self.after.read(), **said)


class _Missing(_Document):
    test: TestId
    side: Side | None
    reason: str
    how: str
    measures: tuple[str, ...] = ()


class _Screening(_Document):
    outcome: Literal["not_asked", "clear", "clearance_first", "refer", "emergency"]
    answered_yes: tuple[str, ...]
    advice: tuple[str, ...]


class _Assessment(_Document):
    person: str | None
    date: datetime.date
    screening: _Screening
    index: int | None
    tier: Tier | None
    tests: tuple[_Test, ...]
    start_rungs: tuple[_Start, ...]
    asymmetries: tuple[_Asymmetry, ...]
    focus_faults: tuple[_Fault, ...]
    changes: tuple[_Change, ...] = ()
    missing: tuple[_Missing, ...]
    cannot_conclude: tuple[str, ...]
    provenance: dict[str, Any]

    @field_validator("provenance")
    @classmethod
    def _writable(cls, said: dict[str, Any]) -> dict[str, Any]:
        # Python reads Infinity and NaN from JSON, but other programs don't.
        json.dumps(said, allow_nan=False)
        if not isinstance(said.get("clips", []), list):
            raise ValueError("clips must be a list")
        return said

    @model_validator(mode="after")
    def _faults_have_results(self) -> Self:
        results = {(test.test, side.side) for test in self.tests for side in test.sides}
        for fault in self.focus_faults:
            if (fault.test, fault.side) not in results:
                where = f"{fault.test}, {fault.side or 'both sides'}"
                raise ValueError(f"focus_faults names {where}, which has no result")
        return self


def assessment_from_dict(document: Mapping[str, Any]) -> Assessment:
    """Return the assessment of a document that `assessment_to_dict` made.

    Raises
    ------
    UsageError
        If it is something else, or damaged.
    """
    if document.get("schema") != SCHEMA:
        raise UsageError(f"This is no assessment: expected a document with schema '{SCHEMA}'.")
    try:
        said = _Assessment.model_validate(dict(document))
        return Assessment(
            person=said.person,
            date=said.date,
            tests=tuple(test.read() for test in said.tests),
            index=said.index,
            tier=said.tier,
            start_rungs=tuple(StartRung(**start.model_dump()) for start in said.start_rungs),
            asymmetries=tuple(each.read() for each in said.asymmetries),
            focus_faults=tuple(fault.read() for fault in said.focus_faults),
            changes=tuple(change.read() for change in said.changes),
            missing=tuple(MissingPart(**part.model_dump()) for part in said.missing),
            cannot_conclude=said.cannot_conclude,
            screening=Screening(**said.screening.model_dump()),
            provenance=said.provenance,
        )
    except (ValidationError, ValueError) as error:
        raise UsageError(f"The assessment is damaged ({_first_words(error)}): make it again.") from error


def _first_words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return ".".join(str(part) for part in first["loc"]) or first["msg"].removeprefix("Value error, ")
    return str(error).rstrip(".")
