"""For the tests of live sessions: an estimator that sees one person, and stages that know the answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.types import Bout, Repetition
from formcheck.motion.types import AngleSet, Motion, View
from formcheck.names import ANGLES, LANDMARKS, SIDES
from formcheck.pose import PersonPose, PoseSequence
from formcheck.scoring.types import Estimate, FormScore, ScoredBout, ScoredRepetition
from formcheck.web.live_watcher import Stages

PICTURE = np.full((64, 48, 3), 128, np.uint8)
PATIENCE_S = 30.0


def somebody() -> PersonPose:
    """Return a person who fills the picture well enough."""
    image = np.zeros((len(LANDMARKS), 2), np.float32)
    image[:, 0] = 0.5
    image[:, 1] = np.linspace(0.12, 0.9, len(LANDMARKS))
    sure = np.ones(len(LANDMARKS))
    return PersonPose(image, np.zeros((len(LANDMARKS), 3)), sure, sure)


class FakeEstimator:
    """Finds one person everywhere; waits before each frame if told to."""

    name, sha256 = "fake", "abc"

    def __init__(self, gate: threading.Semaphore | None = None, sees: bool = True) -> None:
        self.gate, self.sees = gate, sees
        self.times: list[float] = []
        self.opened = self.closed = 0
        self.thread: int | None = None

    def __enter__(self) -> Self:
        self.opened += 1
        self.thread = threading.get_ident()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert threading.get_ident() == self.thread
        self.closed += 1

    def choose(self) -> None:
        """There is nobody else."""

    def estimate(self, rgb: NDArray[np.uint8], time_s: float) -> PersonPose | None:
        assert rgb.dtype == np.uint8
        self.times.append(time_s)
        if self.gate is not None:
            self.gate.acquire()
        return somebody() if self.sees else None


def still(pose: PoseSequence) -> Motion:
    """Return a motion in which every angle is 5 with an error of 2, but the first, which nobody knows."""
    value = np.full((len(pose), len(ANGLES)), 5.0, np.float32)
    value[:, 0] = np.nan
    angles = {"value": value, "sd": np.full_like(value, 2.0)}
    return Motion(
        times_s=pose.times_s,
        left=AngleSet("left", **angles),
        right=AngleSet("right", **angles),
        joints_m=np.zeros((len(pose), len(LANDMARKS), 3), np.float32),
        azimuth_deg=np.zeros(len(pose), np.float32),
        lying=np.zeros(len(pose), bool),
        view=View("front", 0.0, 5.0, 0.0),
        pose=pose,
    )


class Lunges:
    """Stages 3 to 5 of a person who turns every 4 s of the session and drops the hip by as much as told.

    The right leg is in front, or with ``in_turn`` first the left one, then the right one, and so on.
    Windows start at 0, so the session's time comes from their brightness, which grows with it.
    """

    def __init__(self, drop: tuple[float, float] = (2.0, 1.0), *, in_turn: bool = False) -> None:
        self.drop, self.in_turn = Estimate(*drop), in_turn
        self.asked: list[dict[str, Any]] = []

    @property
    def stages(self) -> Stages:
        """To hand over."""
        return Stages(still, self.find, self.score)

    def find(self, motion: Motion, **asked: Any) -> list[Bout]:
        """Return the repetitions that lie whole in the window."""
        self.asked.append(asked)
        start = session_time(motion)
        end = start + float(motion.times_s[-1])
        turns = [turn for turn in np.arange(2.0, end, 4.0) if turn - 1 >= start and turn + 1 <= end]
        bouts = []
        for side in SIDES:
            found = tuple(
                Repetition(turn - 1 - start, turn - start, turn + 1 - start)
                for turn in turns
                if side == ("left" if self.in_turn and turn % 8 == 2 else "right")
            )
            if found:
                bouts.append(Bout("lunge", 0.9, side, side, found[0].start_s, found[-1].end_s, found))
        return bouts

    def score(self, bout: Bout, _motion: Motion, **_: Any) -> ScoredBout:
        """Return the bout with the same drop in each repetition."""
        reps = tuple(ScoredRepetition(rep, {"pelvic_drop_deg": self.drop}) for rep in bout.repetitions)
        return ScoredBout(bout, reps, (), FormScore(None, None, 0.0, 0, 0))


def brightness_at(time_s: float) -> float:
    """Return the brightness that tells the time of a frame."""
    return 100.0 + time_s


def session_time(motion: Motion) -> float:
    """Return when a window began, from its first frame's brightness."""
    return float(motion.pose.luma[0]) - 100.0


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that threads do."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)
