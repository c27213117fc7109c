"""Where the camera stood in a set of the records, and what two places let one compare. No page code."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from formcheck.names import Side
from formcheck.records import Records
from formcheck.reports import texts
from formcheck.scoring.thresholds import Views

_FROM_ANYWHERE: Final = "any"
_FROM_THE_SIDE: Final = ("side", "mat_side")


@dataclass(frozen=True)
class CameraPlace:
    """Where a set was filmed from.

    Parameters
    ----------
    words : str
        ``from the side``, say.
    around_deg : float
        Around the person: 0 in front, 90 at the side of the working leg, −90 at the other one; of an exercise
        on two feet 0 to 180. NaN where it is unknown.
    """

    words: str
    around_deg: float

    @classmethod
    def of(cls, document: Mapping[str, Any], side: Side | None) -> CameraPlace:
        """Return where the camera of a ``formcheck.analysis/1`` document stood around a working leg."""
        view = document["view"]
        azimuth = view["azimuth_deg"]
        around = math.nan if azimuth is None else float(azimuth)
        turned = {"left": around, "right": -around, None: abs(around)}
        return cls(texts.view_name(view["label"]), turned[side])

    def shows_like(self, other: CameraPlace, measure: str, views: Views) -> bool:
        """Return whether a measure of two sets can be compared, as far as the camera goes.

        A time can be compared from everywhere. Anything else if the cameras stood no further apart than two
        may that both show the measure well (``views``, from the front or from the side). From the side it may
        be the one side or the other: what the nearer leg hides is in the errors.
        """
        best = texts.measure_text(measure).view
        if best == _FROM_ANYWHERE:
            return True
        if best in _FROM_THE_SIDE:
            return _apart_deg(abs(self.around_deg), abs(other.around_deg)) <= 2 * views.side_within_deg
        return _apart_deg(self.around_deg, other.around_deg) <= 2 * views.frontal_within_deg


def _apart_deg(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


class CameraPlaces:
    """Where the clips of the records were filmed from, as seen from a working leg; each is looked up once.

    Parameters
    ----------
    records : Records
        Where the clips are.
    side : str or None
        The working leg of all the sets.
    """

    def __init__(self, records: Records, side: Side | None) -> None:
        self._records, self._side = records, side
        self._found: dict[str, CameraPlace] = {}

    def of(self, clip_id: str) -> CameraPlace:
        """Return the place of a clip's camera."""
        if clip_id not in self._found:
            self._found[clip_id] = CameraPlace.of(self._records.clip(clip_id).document, self._side)
        return self._found[clip_id]

    def alike(self, measures: Collection[str], views: Views) -> Callable[[str, str], bool]:
        """Return what tells whether two clips show all these measures alike (`CameraPlace.shows_like`)."""

        def shown_alike(one: str, other: str) -> bool:
            return all(self.of(one).shows_like(self.of(other), measure, views) for measure in measures)

        return shown_alike
