"""What the live coach goes by: ``live.toml``, checked."""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from formcheck.coaching.toml_tables import Table, load_table
from formcheck.names import Exercise

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Plane = Literal["frontal", "sagittal"]


class SetupRules(Table):
    """When the camera stands well."""

    window_s: Positive
    landmark_visibility: Share
    seen_share: Share
    border_share: Share
    smallest_body_share: Share
    largest_body_share: Share
    least_luma: Positive
    backlit_ratio: Share
    backlit_below_luma: Positive
    roll_deg: Positive
    pitch_deg: Positive
    camera_shift: Share
    least_edge_px: Positive
    edge_share: Share
    planes: dict[Exercise, Plane]


class FlowRules(Table):
    """When a set begins and ends."""

    steady_s: Positive
    wobble_s: Positive
    countdown_s: Positive
    away_s: Positive
    away_looks: Annotated[int, Field(ge=1)]
    longest_set_s: Positive


class CueRules(Table):
    """How often a cue comes."""

    cooldown_s: Positive
    repeat_s: Positive


class LiveRules(Table):
    """The whole file."""

    setup: SetupRules
    flow: FlowRules
    cues: CueRules


@functools.cache
def live_rules() -> LiveRules:
    """Return what ``live.toml`` says."""
    return load_table(LiveRules, files("formcheck.coaching") / "live.toml")
