"""What passes between the parts of a batch: clips, how to score them, and what became of each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final, Literal, Protocol

import formcheck
from formcheck.pose.models import pose_model
from formcheck.scoring.thresholds import Thresholds

Status = Literal["scored", "not_scored", "failed"]
Extra = Literal["report", "annotated", "angles", "trc", "mot", "c3d"]
EXTRAS: Final[tuple[Extra, ...]] = ("report", "annotated", "angles", "trc", "mot", "c3d")
"""Files that a clip may have besides its analysis and its landmarks."""


@dataclass(frozen=True)
class Clip:
    """One clip of a batch, with what its manifest says of it.

    Attributes
    ----------
    name : str
        As the tables call it: the path in the folder, or as the manifest spells it.
    source : str
        Where it lies: a path, or an ``fsspec`` URL.
    person, date : str or None
        A code; ``YYYY-MM-DD``.
    exercise, side : str
        What the clip is known to show, or ``auto``.
    mirror_image : bool
        Whether it shows the person as a mirror does.
    pain : int or None
        0…10.
    """

    name: str
    source: str
    person: str | None = None
    exercise: str = "auto"
    side: str = "auto"
    mirror_image: bool = False
    date: str | None = None
    pain: int | None = None


@dataclass(frozen=True)
class Settings:
    """How all clips of a batch are scored.

    Attributes
    ----------
    thresholds : Thresholds
        Checked already.
    model : str
        Pose model.
    extras : tuple of str
        From `EXTRAS`.
    max_fps : float or None
        Frames beyond this rate are left out (see `formcheck.batch.thinning`).
    """

    thresholds: Thresholds
    model: str = "full"
    extras: tuple[Extra, ...] = ()
    max_fps: float | None = None

    def request(self, clip: Clip) -> str:
        """Return a digest of all that shapes a clip's results except what is in the video itself."""
        name = clip.name.rsplit("/", 1)[-1]  # it stands in the results
        return _digest([self._shared, name, clip.exercise, clip.side, clip.mirror_image, clip.person])

    @cached_property
    def _shared(self) -> str:
        said = {
            "formcheck": formcheck.__version__,
            "model": pose_model(self.model).sha256,
            "thresholds": self.thresholds.model_dump(mode="json"),
            "extras": sorted(self.extras),
            "max_fps": self.max_fps,
        }
        return _digest(said)


def _digest(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Limits:
    """What one clip may take; a clip that wants more fails.

    Attributes
    ----------
    seconds : float
        From reading the clip to its last file.
    memory_mb : float
        Resident memory of the process that scores it, the libraries included.
    """

    seconds: float = 1800.0
    memory_mb: float = 2048.0


@dataclass(frozen=True)
class Outcome:
    """What became of a clip.

    Attributes
    ----------
    index : int
        Of the clip in the batch.
    status : str
        ``scored``; ``not_scored``: read, but nothing in it could be scored; ``failed``.
    folder : str or None
        Name of its folder under ``clips``; None where not even the reason could be kept.
    reason : str or None
        Why it failed, in one sentence.
    stamp : str
        Tells whether the file has changed since (size and time of change); empty where unknown.
    seconds, video_s : float
        Time taken, and length of the video; 0 where nothing was done.
    """

    index: int
    status: Status
    folder: str | None = None
    reason: str | None = None
    stamp: str = ""
    seconds: float = 0.0
    video_s: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class Task:
    """A clip to be scored, with its place in the batch."""

    index: int
    clip: Clip


class Engine(Protocol):
    """Scores tasks somewhere, in any order, each once."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield each task's outcome as soon as it is known; closing the iterator stops the work."""
