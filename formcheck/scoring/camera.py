"""Where the camera stood around a set, and which measures two such places show alike."""

from __future__ import annotations

from formcheck.names import Side
from formcheck.scoring.thresholds import Views
from formcheck.scoring.types import Measurement


def around_deg(azimuth_deg: float, side: Side | None) -> float:
    """Return where the camera stood around a set, in degrees.

    Parameters
    ----------
    azimuth_deg : float
        Where it stood around the person: 0 in front, +90 at the person's left.
    side : str or None
        The working leg; None on two feet.

    Returns
    -------
    float
        0 in front, 90 at the side of the working leg, −90 at the other one; on two feet 0 to 180.
    """
    return {"left": azimuth_deg, "right": -azimuth_deg, None: abs(azimuth_deg)}[side]


def shows_alike(one_deg: float, other_deg: float, measure: str, views: Views) -> bool:
    """Return whether a measure of two sets can be compared, as far as the camera goes.

    What can be seen from everywhere (a time) can be compared from everywhere. Anything else if the cameras
    stood no further apart than two may that both show the measure well, from the front or from the side. From
    the side it may be the one side or the other: what the nearer leg hides is in the errors.

    Parameters
    ----------
    one_deg, other_deg : float
        As `around_deg` gives them; NaN, where unknown, is like nothing else.
    measure : str
        The measure's id.
    views : Views
        What a camera in front and one at the side hide.
    """
    if measure in views.hidden_from_front:
        return _apart_deg(abs(one_deg), abs(other_deg)) <= 2 * views.side_within_deg
    if measure in views.hidden_from_side:
        return _apart_deg(one_deg, other_deg) <= 2 * views.frontal_within_deg
    return True


def measured_alike(one: Measurement, other: Measurement, views: Views) -> bool:
    """Return whether two values of a measure can be compared, as `shows_alike` says.

    A place of the camera that isn't told speaks against nothing.
    """
    if one.camera_deg is None or other.camera_deg is None:
        return True
    return shows_alike(one.camera_deg, other.camera_deg, one.id, views)


def _apart_deg(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)
