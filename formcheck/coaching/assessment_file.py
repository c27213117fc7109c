"""The document ``formcheck.assessment/1``: an assessment as JSON, and read from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from formcheck import __version__
from formcheck.coaching.assessment_reading import SCHEMA, assessment_from_dict
from formcheck.coaching.assessment_types import Assessment, BaselineTest, FocusFault, SideResult
from formcheck.errors import UsageError
from formcheck.scoring.types import Measurement


def provenance_of(documents: Sequence[Mapping[str, Any]], thresholds: str) -> dict[str, Any]:
    """Return where an assessment's numbers come from.

    Parameters
    ----------
    documents : sequence of mapping
        The clips' documents ``formcheck.analysis/1``.
    thresholds : str
        Which coaching ranges.
    """
    said = [document["provenance"] for document in documents]
    return {
        "formcheck": __version__,
        "thresholds": thresholds,
        "clips": [document["video"]["name"] for document in documents],
        "pose_models": sorted({str(each.get("pose_model")) for each in said}),
        "motion_models": sorted({str(each.get("motion_model")) for each in said}),
    }


def assessment_to_dict(assessment: Assessment) -> dict[str, Any]:
    """Return the document ``formcheck.assessment/1`` (`formcheck/assessment.schema.json`)."""
    return {
        "schema": SCHEMA,
        "provenance": dict(assessment.provenance),
        "person": assessment.person,
        "date": assessment.date.isoformat(),
        "screening": _plain(assessment.screening),
        "index": assessment.index,
        "tier": assessment.tier,
        "tests": [_test_dict(test) for test in assessment.tests],
        "start_rungs": [_plain(start) for start in assessment.start_rungs],
        "asymmetries": [_plain(each) for each in assessment.asymmetries],
        "focus_faults": [_fault_dict(fault) for fault in assessment.focus_faults],
        "changes": [_plain(change) for change in assessment.changes],
        "missing": [_plain(part) for part in assessment.missing],
        "cannot_conclude": list(assessment.cannot_conclude),
    }


def _test_dict(test: BaselineTest) -> dict[str, Any]:
    return {
        "test": test.test,
        "score": test.score,
        "level": test.level,
        "complete": test.complete,
        "weaker_side": test.governing.side if test.governing else None,
        "sides": [_side_dict(side) for side in test.sides],
    }


def _side_dict(side: SideResult) -> dict[str, Any]:
    form = side.form
    return {
        "side": side.side,
        "exercise": side.exercise,
        "score": side.score,
        "score_range": None if side.score_range is None else list(side.score_range),
        "level": side.level,
        "why": list(side.why),
        "value": None if side.value is None else _plain(side.value),
        "reps": side.reps,
        "pain": side.pain,
        "supported": side.supported,
        "unable": side.unable,
        "clips": list(side.clips),
        "form": None
        if form is None
        else {
            "value": form.value,
            "raw": form.raw,
            "band": form.band,
            "coverage": round(form.coverage, 3),
            "core_fails": form.core_fails,
            "core_cautions": form.core_cautions,
            "reason": form.reason,
        },
        "measures": {m.id: _measure_dict(m) for m in side.measures},
    }


def _measure_dict(measurement: Measurement) -> dict[str, Any]:
    said = _plain(measurement)
    said.pop("id")
    good, fail = said.pop("good"), said.pop("fail")
    return {**said, "thresholds": None if good is None else {"good": good, "fail": fail}}


def _fault_dict(fault: FocusFault) -> dict[str, Any]:
    return {
        "test": fault.test,
        "side": fault.side,
        "exercise": fault.exercise,
        "measure": fault.measurement.id,
        **_measure_dict(fault.measurement),
    }


def _plain(record: Any) -> dict[str, Any]:
    """Return a flat dataclass as JSON has it: lists for tuples, numbers of three decimals."""

    def value(each: Any) -> Any:
        if isinstance(each, float):
            return round(each, 3)
        if isinstance(each, tuple):
            return [value(part) for part in each]
        return {key: value(part) for key, part in each.items()} if isinstance(each, dict) else each

    return {key: value(each) for key, each in asdict(record).items()}


def load_assessment(path: str | Path) -> Assessment:
    """Return the assessment in a JSON file.

    Raises
    ------
    UsageError
        If the file cannot be read, is not JSON, or holds something else.
    """
    name = Path(path).name
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise UsageError(f"'{name}' cannot be read ({why}): name an assessment that exists.") from error
    except ValueError as error:
        raise UsageError(f"'{name}' is not JSON: give what `formcheck assess --json` wrote.") from error
    if not isinstance(document, dict):
        raise UsageError(f"'{name}' is no assessment: give what `formcheck assess --json` wrote.")
    try:
        return assessment_from_dict(document)
    except UsageError as error:
        raise UsageError(f"'{name}': {error}") from error
