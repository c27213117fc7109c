"""Memory is given back, and not more often than it pays."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

from formcheck.web.memory import EVERY_S, NowAndThen, bound_reserves, give_back


class Knot:
    """Something that only a collection finds once nobody holds it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_nobody_holds_any_more_is_gone() -> None:
    bound_reserves()
    gc.disable()
    try:
        gone = weakref.ref(Knot())
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()


HELD_BETWEEN_PICTURES = """
import numpy as np, psutil
from formcheck.web.memory import bound_reserves
bound_reserves()
np.ones(16 << 20, np.uint8)  # given back: glibc alone would keep what is smaller from now on
process, size = psutil.Process(), 1 << 20
before = process.memory_info().rss
held = []
for _ in range(64):
    picture = np.ones(size, np.uint8)
    held.append((picture, bytearray(4096)))
held = [small for _, small in held]
del picture
print((process.memory_info().rss - before) / size)
"""


def test_a_picture_goes_back_at_once_whatever_small_things_stay_beside_it() -> None:
    kept = subprocess.run(
        [sys.executable, "-c", HELD_BETWEEN_PICTURES], check=True, capture_output=True, text=True
    )
    assert float(kept.stdout) < 8, "pictures' worth of memory"


AFTER_A_LONG_SET = """
import numpy as np, psutil
from formcheck.motion.learned import session
from formcheck.pose.models import likeness_model, motion_model, posture_model
from formcheck.web import memory
memory.bound_reserves()
process = psutil.Process()
for model in (motion_model(), posture_model(), likeness_model()):
    network = session(model)
    features = network.get_inputs()[0]
    held = []
    for frames in (300, 5400):
        network.run(None, {features.name: np.zeros((frames, features.shape[1]), np.float32)})
        memory.give_back()
        held.append(process.memory_info().rss)
    print((held[1] - held[0]) / 2**20)
"""


def test_no_network_keeps_what_a_long_set_took() -> None:
    kept = subprocess.run(
        [sys.executable, "-c", AFTER_A_LONG_SET], check=True, capture_output=True, text=True
    )
    assert max(map(float, kept.stdout.split())) < 8, "MiB"


def test_however_often_it_is_asked_it_works_now_and_then() -> None:
    now_s = 100.0
    collector = NowAndThen(lambda: now_s)
    assert [collector.ask() for _ in range(3)] == [True, False, False]
    now_s += EVERY_S
    assert [collector.ask() for _ in range(2)] == [True, False]
