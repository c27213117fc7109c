"""A real Ray cluster of several nodes on this machine; one of them is killed in the middle."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

import ray
from ray.cluster_utils import Cluster

from formcheck.batch.plan import clips_of
from formcheck.batch.run import Options, run_batch
from formcheck.errors import UsageError


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A head without cores; the test adds nodes."""
    quick = {
        "health_check_initial_delay_ms": 0,
        "health_check_period_ms": 500,
        "health_check_failure_threshold": 4,
    }
    head = {"num_cpus": 0, "object_store_memory": 80 * 1024**2, "_system_config": quick}
    made = Cluster(initialize_head=True, head_node_args=head)
    try:
        yield made
    finally:
        ray.shutdown()
        made.shutdown()


def test_a_lost_node_costs_nothing_and_doubles_nothing(
    cluster, clip_folder: Path, settings, undisturbed, tmp_path: Path, contents_of
) -> None:
    nodes = [cluster.add_node(num_cpus=1, object_store_memory=80 * 1024**2) for _ in range(2)]
    cluster.wait_for_nodes()
    out = tmp_path / "out"
    clips = clips_of(str(clip_folder))
    heard: list[int] = []

    def hear(outcome: Any) -> None:
        heard.append(outcome.index)
        if len(heard) == 1:
            cluster.remove_node(nodes[0], allow_graceful=False)

    options = Options(engine="ray", address=cluster.address)
    finished = run_batch(clips, out, settings, options, report=hear)
    assert sorted(heard) == list(range(len(clips))), "each clip is told of once"
    assert [one.clip for one in finished] == clips
    assert contents_of(out) == contents_of(undisturbed[0])


def test_without_a_cluster_there_is_one_sentence(clip_folder: Path, settings, tmp_path: Path) -> None:
    options = Options(engine="ray", address="127.0.0.1:1")
    with pytest.raises(UsageError, match="no Ray cluster"):
        run_batch(clips_of(str(clip_folder)), tmp_path / "out", settings, options)
