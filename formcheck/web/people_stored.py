"""A clip of the records as it was found then, put together again from what is kept. No page code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import formcheck
from formcheck.analysis import Analysis
from formcheck.coaching.clips import clip_of
from formcheck.errors import RecordsError
from formcheck.exercises.bouts import better_seen_side
from formcheck.motion import measure_motion
from formcheck.motion.types import Motion
from formcheck.pose.sequence import PoseSequence
from formcheck.records import Records
from formcheck.records.types import ClipInfo
from formcheck.scoring import score_bout
from formcheck.scoring.types import Quality, QualityProblem, ScoredBout
from formcheck.web.desk import Desk
from formcheck.web.words import say
from formcheck.web.workspace import Workspace


class StoredClip:
    """A clip of the records on a desk.

    Parameters
    ----------
    clip : ClipInfo
        With its files.
    known : Analysis, optional
        What `stored_analysis` gave for it before.
    """

    def __init__(self, clip: ClipInfo, known: Analysis | None = None) -> None:
        self.clip = clip
        self._stored = known
        self.desk = Desk(clip.video, Workspace(), name=clip.video_name)
        self.desk.recall(self._load)

    def _load(self) -> Analysis:
        if self._stored is None:
            self._stored = stored_analysis(self.clip)
        return self._stored

    def undone(self) -> StoredClip:
        """Return the clip as it was stored."""
        self.desk.clear()
        return StoredClip(self.clip, self._stored)

    @property
    def differs(self) -> bool:
        """Whether what is shown is another result than the one that is kept."""
        return not self.desk.recalled and self.desk.result is not None

    @property
    def measured_otherwise(self) -> bool:
        """Whether the curves shown may differ a little from the stored values: another formcheck or model."""
        if self.desk.result is None or not self.desk.recalled:
            return False
        then, now = self.clip.document["provenance"], self.desk.result.analysis.motion.estimator
        return bool(then["formcheck"] != formcheck.__version__ or then["motion_model"] != now)

    def keep(self, records: Records) -> ClipInfo:
        """Keep what is shown in place of the stored result; day and video stay."""
        assert self.desk.result is not None
        return records.save_analysis(
            self.clip.person, self.desk.result.analysis, recorded_at=self.clip.recorded_at
        )


def stored_analysis(clip: ClipInfo) -> Analysis:
    """Return a stored result with the curves that belong to it.

    Values, grades and scores are those of the document. The curves aren't kept: they are measured anew from
    the body points, and so is what only they need (quiet standing, the side that is seen better).

    Raises
    ------
    RecordsError
        If the body points are missing.
    LandmarksFileError
        If they can't be read.
    UsageError
        If the document is damaged.
    """
    if clip.landmarks is None:
        raise RecordsError(say("stored.no_points"))
    pose = PoseSequence.from_parquet(clip.landmarks)
    motion = measure_motion(pose)
    said, document = clip_of(clip.document), clip.document
    return Analysis(
        video=replace(pose.video, name=said.name),
        pose=pose,
        motion=motion,
        bouts=tuple(
            _bout(scored, told, motion) for scored, told in zip(said.bouts, document["bouts"], strict=True)
        ),
        quality=_quality(document["quality"]),
        provenance=document["provenance"],
    )


def _bout(scored: ScoredBout, told: Mapping[str, Any], motion: Motion) -> ScoredBout:
    bout = scored.bout
    side = bout.side or better_seen_side(motion, bout.start_s, bout.end_s)
    bout = replace(bout, measured_side=side, guesses=tuple(told.get("guesses", ())))
    anew = score_bout(bout, motion)
    return replace(
        scored, bout=bout, cues=anew.cues, baseline_found=anew.baseline_found, baseline=anew.baseline
    )


def _quality(told: Mapping[str, Any]) -> Quality:
    return Quality(
        tuple(
            QualityProblem(each["code"], each["message"], each["fix"], blocks_score=not told["ok"])
            for each in told["problems"]
        )
    )
