"""What the records read out of the documents they keep, and the checks that a document must pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from formcheck.errors import RecordsError
from formcheck.names import Exercise, Side
from formcheck.records.columns import Document
from formcheck.records.tables import Bout, Measure

_CODE: Final = re.compile(r"[^\W_](?:[\w .@+-]{0,62}[\w.@+-])?")
MAX_NAME: Final = 200
MAX_NOTE: Final = 20_000
"""Characters of a note."""


def _storable(text: str) -> str:
    """Return ``text`` unless it holds what a database or a screen can't: NUL, or half a character."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("text with characters that are none")
    return text


Word = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_storable)]
Text = Annotated[str, StringConstraints(max_length=255), AfterValidator(_storable)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class _Read(BaseModel):
    """A part of a document; fields that are not needed here are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Rep(_Read):
    valid: bool


class _Measure(_Read):
    value: Number | None
    sd: Number | None
    unit: Annotated[str, StringConstraints(max_length=8), AfterValidator(_storable)]
    grade: Literal["good", "caution", "fail"] | None
    borderline: bool
    reason: Word | None
    excursion: Number | None = None


class _Score(_Read):
    value: Annotated[int, Field(ge=0, le=100)] | None
    band: Word | None
    coverage: Number
    core_fails: Count
    reason: Word | None


class _Bout(_Read):
    exercise: Exercise
    side: Side | None
    variant: Word | None
    reps: Annotated[list[_Rep], Field(max_length=10_000)]
    measures: dict[Word, _Measure]
    score: _Score


class _Video(_Read):
    name: Text


class _Provenance(_Read):
    formcheck: Word
    pose_model: Word
    pose_model_sha256: Annotated[str, StringConstraints(max_length=64), AfterValidator(_storable)]


class AnalysisDocument(_Read):
    """What the tables repeat of ``formcheck.analysis/1``."""

    schema_: Literal["formcheck.analysis/1"] = Field(alias="schema")
    provenance: _Provenance
    video: _Video
    bouts: Annotated[list[_Bout], Field(max_length=1_000)]

    def rows(self, clip_id: str, person_id: str, recorded_at: datetime) -> Iterator[Bout | Measure]:
        """Yield the rows of the sets and measures; each set comes before its measures."""
        for number, bout in enumerate(self.bouts):
            score = bout.score
            yield Bout(
                clip_id=clip_id,
                number=number,
                person_id=person_id,
                recorded_at=recorded_at,
                exercise=bout.exercise,
                side=bout.side,
                variant=bout.variant,
                reps=sum(rep.valid for rep in bout.reps),
                score=score.value,
                band=score.band,
                coverage=score.coverage,
                core_fails=score.core_fails,
                reason=score.reason,
            )
            for name, measure in bout.measures.items():
                yield Measure(clip_id=clip_id, number=number, measure=name, **dict(measure))


def read_analysis(document: Document) -> AnalysisDocument:
    """Return what the tables repeat of an analysis.

    Raises
    ------
    RecordsError
        If it is none.
    """
    try:
        return AnalysisDocument.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecordsError(f"Not an analysis that can be remembered ({where}: {first['msg']}).") from error


def check_code(code: str) -> str:
    """Return a person's code without spaces around it.

    Raises
    ------
    RecordsError
        If it isn't one: 1–64 letters, digits and ``. @ + - _``, spaces inside, a letter or digit first.
    """
    code = code.strip()
    if not _CODE.fullmatch(code):
        raise RecordsError(
            "A person's code has up to 64 letters, digits and the signs . @ + - _ and starts with a letter "
            "or a digit: choose another one."
        )
    return code


def check_text(text: str, longest: int) -> str:
    """Return ``text`` without spaces around it (`RecordsError` if it is empty, too long or not text)."""
    text = text.strip()
    try:
        _storable(text)
    except ValueError as error:
        raise RecordsError("The text has characters that can't be stored: write it again.") from error
    if not 0 < len(text) <= longest:
        raise RecordsError(f"The text must have 1 to {longest} characters, and has {len(text)}.")
    return text


def word_of(document: Document, field: str, longest: int = 64) -> str | None:
    """Return a document's field for a column, None where it has none that fits."""
    value: Any = document.get(field)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        return None
    try:
        return _storable(value)
    except ValueError:
        return None
