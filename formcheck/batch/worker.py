"""A process that scores clips one after the other, and the handle by which it is watched.

The process is a plain ``python -m formcheck.batch.worker`` that reads tasks from standard input and writes
outcomes to standard output, one JSON document per line. So it is the same on every system and under every
engine, and it ends by itself when the one who started it is gone.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final

import psutil

from formcheck.batch import sources
from formcheck.batch.cores import keep_to_one_core
from formcheck.batch.store import Store, clip_folder
from formcheck.batch.types import Clip, Limits, Outcome, Settings, Task
from formcheck.errors import FormcheckError, ReportWriteError
from formcheck.pose.estimator import PoseEstimator
from formcheck.pose.models import pose_model
from formcheck.scoring.thresholds import Thresholds

_LOOK_EVERY_S: Final = 0.2
_LONGEST_START_S: Final = 300.0
_ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
_KEPT_MEMORY: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 1024**2),
}
"""glibc else gives each picture's memory back to the system, which clears every page before the next one."""
_MB: Final = 1024**2


class Worker:
    """A process of its own for clips, with limits on each; replaced when it had to be ended.

    Parameters
    ----------
    settings, store, limits
        How clips are scored, where results go, what one clip may take.
    retry_failed : bool
        Whether clips that are known to fail are tried again.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        limits: Limits,
        *,
        retry_failed: bool = False,
    ) -> None:
        self._settings, self._store, self._limits = settings, store, limits
        self._retry_failed = retry_failed
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopped = False

    def score(self, task: Task) -> Outcome:
        """Score one clip within the limits; whatever goes wrong in it is its outcome.

        Raises
        ------
        FormcheckError
            If the process cannot work at all, or results cannot be written.
        """
        process = self._running()
        assert process.stdin is not None
        start_s = time.monotonic()
        try:
            process.stdin.write(json.dumps({"index": task.index, "clip": asdict(task.clip)}) + "\n")
            process.stdin.flush()
        except OSError:
            pass  # it has ended: what is read next says so
        answer, reason = self._answer(process, self._limits)
        if answer is not None:
            if "error" in answer:
                raise ReportWriteError(answer["error"])
            return Outcome(**answer)
        self.stop()
        if self._stopped:  # by another thread, in the middle: nobody waits for this outcome
            return Outcome(task.index, "failed", reason=reason)
        return self._failed(task, reason, time.monotonic() - start_s)

    def stop(self, *, for_good: bool = False) -> None:
        """End the process at once."""
        self._stopped = self._stopped or for_good
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "formcheck.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **_ONE_THREAD, **_KEPT_MEMORY},
            **_own_group(),
        )
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        assert process.stdin is not None and process.stdout is not None
        threading.Thread(target=_read_lines, args=(process.stdout, lines), daemon=True).start()
        self._lines = lines
        job = {
            "out": str(self._store.folder),
            "retry_failed": self._retry_failed,
            "settings": _settings_to_dict(self._settings),
        }
        try:
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        except OSError:
            pass
        answer, reason = self._answer(process, Limits(_LONGEST_START_S, float("inf")))
        if answer is None or "error" in answer:
            process.kill()
            process.wait()
            raise FormcheckError(
                answer["error"] if answer else f"A worker process does not start: it {reason}."
            )
        return process

    def _answer(self, process: subprocess.Popen[str], limits: Limits) -> tuple[dict[str, Any] | None, str]:
        """Return the next answer; None with the reason if the process ended, or had more than its limits."""
        until_s = time.monotonic() + limits.seconds
        while True:
            try:
                line = self._lines.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                if time.monotonic() > until_s:
                    return None, f"took longer than the limit of {limits.seconds:g} s"
                if _memory_mb(process.pid) > limits.memory_mb:
                    return None, f"needed more memory than the limit of {limits.memory_mb:g} MB"
                continue
            if line is None:
                return None, _ending(process)
            answer: dict[str, Any] = json.loads(line)
            return answer, ""

    def _failed(self, task: Task, reason: str, seconds: float) -> Outcome:
        """Keep the failure, so that a resumed batch does not meet it again."""
        from formcheck.batch.scorer import save_failure

        clip = task.clip
        sentence = f"Scoring this clip {reason}."
        folder = None
        try:
            with sources.local_file(clip.source) as path:
                content = sources.digest(path)
            folder = clip_folder(clip.name, content, self._settings.request(clip))
            save_failure(self._store, folder, clip, content, sentence)
        except ReportWriteError:
            raise
        except FormcheckError:
            folder = None  # it cannot even be read any more: this run's tables say it
        stamp = sources.stamp(clip.source)
        return Outcome(task.index, "failed", folder, sentence, stamp, seconds=seconds)


def _read_lines(stream: IO[str], lines: queue.SimpleQueue[str | None]) -> None:
    try:
        for line in stream:
            lines.put(line)
    except (OSError, ValueError):
        pass
    lines.put(None)


def _own_group() -> dict[str, Any]:
    """Keep ctrl-C, which goes to all of a terminal's processes, from the worker: the parent decides."""
    if os.name == "nt":
        return {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return {"start_new_session": True}


def _memory_mb(pid: int) -> float:
    try:
        return float(psutil.Process(pid).memory_info().rss) / _MB
    except psutil.Error:
        return 0.0


def _ending(process: subprocess.Popen[str]) -> str:
    code = process.wait()
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"crashed the process ({name})"
    return f"ended the process (exit code {code})"


def _settings_to_dict(settings: Settings) -> dict[str, Any]:
    return {
        "thresholds": settings.thresholds.model_dump(mode="json"),
        "model": settings.model,
        "extras": list(settings.extras),
        "max_fps": settings.max_fps,
    }


def _settings_from_dict(said: dict[str, Any]) -> Settings:
    thresholds = Thresholds.model_validate(said["thresholds"])
    return Settings(thresholds, said["model"], tuple(said["extras"]), said["max_fps"])


def main() -> None:
    """Be the worker process."""
    answers = _private_stdout()
    tasks: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            tasks.put(line)
        os._exit(0)  # whoever wanted the results is gone

    threading.Thread(target=read, daemon=True).start()
    job = json.loads(tasks.get())

    def answer(said: dict[str, Any]) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    try:
        settings = _settings_from_dict(job["settings"])
        keep_to_one_core()
        estimator = _load(settings.model)
    except FormcheckError as error:
        answer({"error": str(error)})
        return
    answer({"ready": True})
    store = Store(Path(job["out"]))
    while True:
        said = json.loads(tasks.get())
        task = Task(said["index"], Clip(**said["clip"]))
        try:
            answer(_outcome(task, settings, store, job["retry_failed"], estimator).to_dict())
        except ReportWriteError as error:
            answer({"error": str(error)})


def _outcome(
    task: Task, settings: Settings, store: Store, retry_failed: bool, estimator: PoseEstimator
) -> Outcome:
    from formcheck.batch.scorer import score_task

    try:
        return score_task(task, settings, store, retry_failed=retry_failed, estimator=estimator)
    except FormcheckError:
        raise
    except Exception as error:  # a fault of ours must not stop the night's work
        import traceback

        traceback.print_exc()
        reason = (
            f"Something went wrong inside formcheck ({type(error).__name__}), which is not the clip's fault: "
            "please report it."
        )
        return Outcome(task.index, "failed", reason=reason)


def _load(model: str) -> PoseEstimator:
    """Load the libraries and try the model, once for all clips; return the estimator that serves them."""
    from formcheck.batch import scorer  # noqa: F401 - brings everything but the pose library
    from formcheck.pose.mediapipe_estimator import MediaPipeEstimator
    from formcheck.pose.subject import SubjectEstimator

    estimator = MediaPipeEstimator(pose_model(model), keep_finder=True)
    with estimator:
        pass
    return SubjectEstimator(estimator)


def _private_stdout() -> IO[str]:
    """Return standard output for the answers alone; what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()
