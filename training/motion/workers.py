"""Workers that make data until the time is up, each in a process and on a core of its own."""

from __future__ import annotations

import argparse
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from training.motion.bodies import StoredShapes


@dataclass(frozen=True)
class Work:
    """What a worker does: every ``step``-th item from ``start`` until the time is up."""

    out: Path
    bodies: Path
    seed: int
    start: int
    step: int
    until: float
    core: int


class Maker(Protocol):
    """Makes the records of one item by its number; built once in each worker."""

    def __call__(self, number: int) -> list[dict[str, Any]]:
        """Return the records."""
        ...


def work(build: Callable[[int, StoredShapes], Maker], shard: int, job: Work) -> None:
    """Make items until the time is up, writing a file per ``shard`` records."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {job.core})
    cv2.setNumThreads(1)
    make = build(job.seed, StoredShapes(job.bodies, np.random.default_rng(0)))
    records: list[dict[str, Any]] = []
    number = job.start
    while time.time() < job.until:
        try:
            records += make(number)
        except (ValueError, RuntimeError, FloatingPointError) as error:  # one odd item costs itself only
            print(f"{number}: {type(error).__name__}: {error}", flush=True)
        number += job.step
        if len(records) >= shard or time.time() >= job.until:
            target = job.out / f"{number:06d}.pkl"
            partial = target.with_suffix(".part")
            partial.write_bytes(pickle.dumps(records, protocol=5))
            partial.rename(target)
            print(f"{target.name}: {len(records)}", flush=True)
            records = []


def run(what: str, build: Callable[[int, StoredShapes], Maker], shard: int) -> None:
    """Read the command line and start the workers."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--bodies", type=Path, required=True, help="from training.motion.bodies")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    until = time.time() + options.seconds
    spawn = get_context("spawn")
    jobs = [
        Work(options.out, options.bodies, options.seed, options.start + i, options.jobs, until, i)
        for i in range(options.jobs)
    ]
    workers = [spawn.Process(target=work, args=(build, shard, job)) for job in jobs]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
