"""Running a batch: what is finished is passed over, the rest is scored, everything is summed up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from formcheck.batch import sources
from formcheck.batch.local import LocalEngine
from formcheck.batch.store import Journal, Store
from formcheck.batch.types import Clip, Engine, Limits, Outcome, Settings, Status, Task
from formcheck.errors import UsageError

Report = Callable[[Outcome], None]
"""Called with each outcome as it comes, those of clips that were finished before among them."""


@dataclass(frozen=True)
class Finished:
    """A clip with what became of it."""

    clip: Clip
    outcome: Outcome


@dataclass(frozen=True)
class Options:
    """How a batch is run; none of it changes a result.

    Attributes
    ----------
    engine : str
        ``local``, or ``ray`` for a cluster.
    workers : int or None
        Clips at a time; as many as there are cores without it.
    address : str or None
        Of an existing Ray cluster.
    limits : Limits
        What one clip may take.
    resume : bool
        Go on with the batch that the folder holds.
    retry_failed : bool
        Try clips again that are known to fail.
    """

    engine: Literal["local", "ray"] = "local"
    workers: int | None = None
    address: str | None = None
    limits: Limits = field(default_factory=Limits)
    resume: bool = False
    retry_failed: bool = False


def run_batch(
    clips: Sequence[Clip],
    out: Path,
    settings: Settings,
    options: Options | None = None,
    *,
    report: Report = lambda _: None,
) -> list[Finished]:
    """Score the clips into ``out`` and write the tables over all of them.

    Parameters
    ----------
    clips : sequence of Clip
        In the order of the tables.
    out : Path
        The folder of the batch (see `formcheck.batch.store`).
    settings : Settings
        How they are scored.
    options : Options
        How the work is done.
    report : callable, optional
        Called with each outcome as it comes.

    Returns
    -------
    list of Finished
        In the order of ``clips``, which does not depend on how the work was shared out.

    Raises
    ------
    FormcheckError
        If the batch cannot be run at all. A clip that fails is an outcome.
    """
    from formcheck.batch.page import write_page
    from formcheck.batch.tables import write_tables

    options = options or Options()
    store = Store(out)
    engine = _engine(settings, store, options)
    store.prepare(resume=options.resume)
    with store.held():
        store.tidy()
        outcomes = _score(clips, store, settings, engine, options, report)
        store.tidy()  # machines that were lost in the middle leave something, too
        finished = [Finished(clip, outcome) for clip, outcome in zip(clips, outcomes, strict=True)]
        write_tables(finished, store)
        write_page(finished, store, settings.thresholds)
    return finished


def _engine(settings: Settings, store: Store, options: Options) -> Engine:
    if options.engine == "local":
        return LocalEngine(
            settings, store, options.limits, workers=options.workers, retry_failed=options.retry_failed
        )
    if options.engine == "ray":
        from formcheck.batch.ray_engine import RayEngine

        return RayEngine(
            settings,
            store,
            options.limits,
            workers=options.workers,
            address=options.address,
            retry_failed=options.retry_failed,
        )
    raise UsageError(f"'{options.engine}' is no engine: use local or ray.")


def _score(
    clips: Sequence[Clip], store: Store, settings: Settings, engine: Engine, options: Options, report: Report
) -> list[Outcome]:
    journal = Journal(store.folder)
    outcomes: list[Outcome | None] = [None] * len(clips)
    if options.resume:
        known = journal.known()
        for index, clip in enumerate(clips):
            outcome = _known_outcome(index, clip, settings.request(clip), known, store)
            if outcome is not None and not (options.retry_failed and outcome.status == "failed"):
                outcomes[index] = outcome
                report(outcome)
    tasks = (Task(index, clip) for index, clip in enumerate(clips) if outcomes[index] is None)
    try:
        for outcome in engine.run(tasks):
            outcomes[outcome.index] = outcome
            clip = clips[outcome.index]
            journal.add(sources.without_password(clip.source), settings.request(clip), outcome)
            report(outcome)
    finally:
        journal.close()
    done = [outcome for outcome in outcomes if outcome is not None]
    assert len(done) == len(clips), "an engine lost a clip"
    return done


def _known_outcome(
    index: int,
    clip: Clip,
    request: str,
    known: dict[tuple[str, str, str], tuple[str, str]],
    store: Store,
) -> Outcome | None:
    """Return the outcome of a clip whose file has not changed since it was finished."""
    stamp = sources.stamp(clip.source)
    folder, status = known.get((sources.without_password(clip.source), stamp, request), (None, ""))
    if not stamp or folder is None or not store.has(folder):
        return None
    kept: Status = "scored" if status == "scored" else "not_scored" if status == "not_scored" else "failed"
    return Outcome(index, kept, folder, stamp=stamp)
