"""Landmarks of rendered people as phones film them: ``python -m training.motion.filmed --help``.

As `training.motion.generate`, but in the size (540 × 960) and at the rate (24 to 30 pictures a second) of a
clip; a fifth as fast.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from training.motion.bodies import StoredShapes
from training.motion.generate import SHARD_CLIPS, Clips, make_clip
from training.motion.workers import Maker, run
from training.render import dataset

MOST_FPS = 30.0
MOST_S = 10.0


class Filmed(Clips):
    """Draws clips by their number and runs the pose model on them."""

    def __call__(self, number: int) -> list[dict[str, Any]]:
        """Return one clip's arrays by name."""
        spec = dataset.random_spec(number, self.seed)
        spec = replace(spec, fps=min(spec.fps, MOST_FPS))
        return [make_clip(self._gl, spec, self.shapes, MOST_S)]


def build(seed: int, shapes: StoredShapes) -> Maker:
    """Return a worker's maker."""
    return Filmed(seed, shapes)


if __name__ == "__main__":
    run("Make landmarks of rendered people as phones film them.", build, SHARD_CLIPS)
