"""Worker processes share the cores of the machine without anybody who hands them out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from formcheck.batch.cores import usable_cores

CLAIM = (
    "import sys; from formcheck.batch.cores import keep_to_one_core, usable_cores; core = keep_to_one_core();"
    "print(core, usable_cores(), flush=True); sys.stdin.read()"
)


def test_each_core_goes_to_one_process_and_comes_back_when_that_is_killed(tmp_path: Path) -> None:
    cores = usable_cores()
    environment = {**os.environ, "TMPDIR": str(tmp_path)}

    def claim() -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-c", CLAIM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stdout is not None
        return process, process.stdout.readline().strip()

    claims = [claim() for _ in cores]
    one_more = claim()
    try:
        if sys.platform == "linux":
            assert sorted(said for _, said in claims) == sorted(f"{core} [{core}]" for core in cores)
            assert one_more[1] == f"None {cores}"
            claims[0][0].kill()
            claims[0][0].wait()
            claims.append(claim())
            assert claims[-1][1] == claims[0][1]
        else:
            assert {said for _, said in claims} == {f"None {cores}"}
    finally:
        for process, _ in [*claims, one_more]:
            process.kill()
            process.communicate()
