"""Rest shapes in one small file, for machines without `anny`: ``python -m training.motion.bodies FILE.npz``.

Shapes are stored as a mean and principal components over random adults; a shape drawn from them mixes two of
the stored adults.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from training.render.body import AnnyShapes, BodyShape
from training.render.dataset import random_shape
from training.render.rotations import Array


def write_bodies(path: Path, count: int = 400, components: int = 48, seed: int = 5) -> float:
    """Write ``count`` random adults; return the largest error of a vertex, metres."""
    source = AnnyShapes()
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(count):
        vertices, heads = source.rest_shape(random_shape(rng))
        shapes.append(np.concatenate([vertices, heads]).ravel())
    table = np.array(shapes)
    mean = table.mean(axis=0)
    left, size, basis = np.linalg.svd(table - mean, full_matrices=False)
    kept = (left * size)[:, :components]
    order = np.argsort(-source.weights, axis=1)[:, :8]
    np.savez_compressed(
        path,
        mean=mean.astype(np.float32),
        basis=basis[:components].astype(np.float16),
        kept=kept.astype(np.float32),
        faces=source.faces.astype(np.int32),
        labels=np.array(source.labels),
        parents=np.array(source.parents),
        order=order.astype(np.uint8),
        weights=np.take_along_axis(source.weights, order, axis=1).astype(np.float16),
    )
    return float(np.abs(kept @ basis[:components] + mean - table).max())


class StoredShapes:
    """Rest shapes from a file of `write_bodies`."""

    def __init__(self, path: Path, rng: np.random.Generator) -> None:
        with np.load(path) as data:
            self.faces: Array = data["faces"]
            self.labels = [str(label) for label in data["labels"]]
            self.parents = [int(parent) for parent in data["parents"]]
            self._mean, self._basis, self._kept = data["mean"], data["basis"].astype(np.float32), data["kept"]
            order = data["order"].astype(int)
            self.weights: Array = np.zeros((len(order), len(self.labels)), dtype=np.float32)
            np.put_along_axis(self.weights, order, data["weights"].astype(np.float32), axis=1)
        self.rng = rng

    def rest_shape(self, shape: BodyShape) -> tuple[Array, Array]:  # noqa: ARG002
        """Return a mixture of two stored adults, whatever ``shape`` asks for beside the stature."""
        first, second = self._kept[self.rng.integers(len(self._kept), size=2)]
        share = self.rng.uniform(0, 1)
        flat = self._mean + (share * first + (1 - share) * second) @ self._basis
        points = flat.reshape(-1, 3).astype(float)
        bones = len(self.labels)
        return points[:-bones], points[-bones:]


if __name__ == "__main__":
    print(f"largest error of a vertex {1000 * write_bodies(Path(sys.argv[1])):.1f} mm")
