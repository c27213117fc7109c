"""Where the camera stood in a set of the records, and what two places let one compare. No page code."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from formcheck.names import Side
from formcheck.records import Records
from formcheck.reports import texts
from formcheck.scoring.camera import around_deg, shows_alike
from formcheck.scoring.thresholds import Views


@dataclass(frozen=True)
class CameraPlace:
    """Where a set was filmed from.

    Parameters
    ----------
    words : str
        ``from the side``, say.
    around_deg : float
        As `formcheck.scoring.camera.around_deg` gives it; NaN where it is unknown.
    """

    words: str
    around_deg: float

    @classmethod
    def of(cls, document: Mapping[str, Any], side: Side | None) -> CameraPlace:
        """Return where the camera of a ``formcheck.analysis/1`` document stood around a working leg."""
        view = document["view"]
        azimuth = view["azimuth_deg"]
        around = math.nan if azimuth is None else around_deg(float(azimuth), side)
        return cls(texts.view_name(view["label"]), around)

    def shows_like(self, other: CameraPlace, measure: str, views: Views) -> bool:
        """Return whether a measure of two sets can be compared (`formcheck.scoring.camera.shows_alike`)."""
        return shows_alike(self.around_deg, other.around_deg, measure, views)


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
