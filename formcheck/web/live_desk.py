"""One browser session's live desk: its place, the set under way, and the summary after it. No page code."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from formcheck.analysis import Analysis, analyse_pose
from formcheck.coaching.live_flow import End
from formcheck.pose.subject import Follower
from formcheck.reports.content import ClipSection, report_of
from formcheck.scoring.thresholds import Thresholds
from formcheck.web import memory
from formcheck.web.jobs import Job
from formcheck.web.live import LiveSession
from formcheck.web.live_places import Place, Places, allowed_sessions
from formcheck.web.live_recorder import Recorder
from formcheck.web.live_state import LiveChoices, LiveState
from formcheck.web.workspace import Workspace

SILENT_S: Final = 3.0
"""A picture is missed after so long: even a slow machine looks at one a second."""


@cache
def server_places() -> Places:
    """Return the places of this server, which all browser sessions share."""
    return Places(allowed_sessions())


@dataclass(frozen=True)
class Summary:
    """How a set went, from all its landmarks, as a clip would be scored."""

    analysis: Analysis
    section: ClipSection
    video: Path | None = None
    """Of the set, where it was asked for; it goes when the next set starts."""


@dataclass(frozen=True)
class LastSet:
    """A set that is over.

    Attributes
    ----------
    choices : LiveChoices
        What was asked for.
    state : LiveState
        What was known at the end.
    summary : Job of Summary, or None
        None if there was nothing to score.
    lost : bool
        Whether it is over because no pictures came any more.
    """

    choices: LiveChoices
    state: LiveState
    summary: Job[Summary] | None
    lost: bool = False

    @property
    def end(self) -> End | None:
        """Why it is over."""
        return self.state.end


class LiveDesk:
    """What one browser session has at the webcam: at most one session, and the set before.

    Parameters
    ----------
    open_estimator : callable
        Returns a pose estimator for each session.
    places : Places
        That bound the sessions of this server.
    clock : callable
        Seconds, never going back.
    """

    def __init__(
        self,
        open_estimator: Callable[[], Follower],
        places: Places,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_estimator, self._places, self._clock = open_estimator, places, clock
        self._looked_at = 0  # pictures, when it was last seen that there are more
        self._seen_s = 0.0  # then
        self._lock = threading.Lock()  # the page's clicks and its timer come from different threads
        self._place: Place | None = None
        self._choices = LiveChoices()
        self._thresholds: Thresholds | None = None
        self._recorder: Recorder | None = None
        self._workspace: Workspace | None = None
        self.session: LiveSession | None = None
        self.last: LastSet | None = None

    @property
    def running(self) -> bool:
        """Whether a session is under way."""
        return self.session is not None

    @property
    def silent(self) -> bool:
        """Whether pictures came and have stopped coming for `SILENT_S`, as `look` has seen it."""
        return self._looked_at > 0 and self._clock() - self._seen_s >= SILENT_S

    def start(self, choices: LiveChoices, thresholds: Thresholds | None = None) -> bool:
        """Begin a session; return False, and do nothing, if all places of the server are taken."""
        with self._lock:
            if self.session is not None:
                return True
            self._place = self._places.take()
            if self._place is None:
                return False
            self._choices, self._thresholds, self.last = choices, thresholds, None
            self._looked_at = 0
            self._workspace = None  # and with it the video of the last set
            self._recorder = self._new_recorder() if choices.record else None
            self.session = LiveSession(
                self._open_estimator, choices, thresholds=thresholds, recorder=self._recorder
            )
            self.session.open()
            return True

    def look(self) -> LiveState | None:
        """Return what the session knows, and end it if its set is over; None while there is no session."""
        session, place = self.session, self._place
        if session is None or place is None:
            return None
        place.keep()
        state = session.state
        if state.speed.processed != self._looked_at:
            self._looked_at, self._seen_s = state.speed.processed, self._clock()
        if state.phase == "over" or state.closed or state.error:
            self.stop(lost=state.closed and state.phase != "over")
        return state

    def stop(self, *, lost: bool = False) -> None:
        """End the session and let its set be scored; twice is once. ``lost`` is kept with the set."""
        with self._lock:
            session, self.session = self.session, None
            if session is None:
                return
            session.finish()
            session.close()
            memory.give_back_later()
            state = session.state  # without its picture, once it is closed
            if self._place is not None:
                self._place.give_back()
            pose = session.recorded() if state.phase == "over" else None
            choices, thresholds, recorder = self._choices, self._thresholds, self._recorder

            def score(_: object) -> Summary:
                assert pose is not None
                analysis = analyse_pose(
                    pose,
                    exercise=choices.exercise or "auto",
                    side=choices.side or "auto",
                    thresholds=thresholds,
                )
                video = recorder.finish() if recorder is not None else None
                return Summary(analysis, report_of([analysis], [None]).clips[0], video)

            self.last = LastSet(choices, state, None if pose is None else Job(score), lost)

    def _new_recorder(self) -> Recorder:
        self._workspace = Workspace()
        return Recorder(self._workspace.folder / "live-set.mp4")
