"""`PoseSequence`: the raw product of stage 2, which can be saved and scored again without the video."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from formcheck import validation
from formcheck.errors import LandmarksFileError
from formcheck.names import LANDMARKS, OTHER_LANDMARK
from formcheck.validation import BoolArray, FloatArray
from formcheck.video.types import VideoInfo

SCHEMA = "formcheck.landmarks/1"
_COLUMNS = ("x_px", "y_px", "x_m", "y_m", "z_m", "visibility", "presence")


PER_FRAME: Final = (
    *("times_s", "image_px", "world_m", "visibility", "presence"),
    *("luma", "camera_shift", "edge_px", "shank_width"),
)
"""The arrays of a `PoseSequence`, each with a row per frame."""


@dataclass(frozen=True)
class PoseSequence:
    """Landmarks of one person over a clip.

    Attributes
    ----------
    times_s : ndarray, shape (frame,)
        Presentation time of each frame.
    image_px : ndarray, shape (frame, landmark, xy)
        Pixels of the upright original, x to the viewer's right, y down; NaN where nobody was found.
    world_m : ndarray, shape (frame, landmark, xyz)
        Metres from the hip midpoint in camera axes: x to the viewer's right, y down, z away from the
        camera (BlazePose's own estimate); NaN where nobody was found.
    visibility, presence : ndarray, shape (frame, landmark)
        The network's own confidence, 0…1; NaN where nobody was found.
    luma : ndarray, shape (frame,)
        Mean brightness of the picture, 0…255; NaN where it was not measured.
    camera_shift : ndarray, shape (frame, xy)
        How far the background has shifted in the picture since the clip's first frame, in shares of the
        picture's longer side; NaN where it was not measured.
    edge_px : ndarray, shape (frame,)
        How wide the sharpest edges of the person are (of the whole picture where nobody was found), as the
        standard deviation of a blur in pixels of the upright original; NaN where it was not measured.
    shank_width : ndarray, shape (frame,)
        How wide the narrower shank looks, as a share of its length; NaN where it was not measured.
    video : VideoInfo
        The clip that they come from.
    model, model_sha256 : str
        Which pose model, and the checksum of its file.
    subject : (x, y) or None
        Whom of several people it was asked to follow: where that person was when first seen, in shares of the
        picture's width and height, in the picture as it was filmed; None where nobody was pointed out.
    """

    times_s: NDArray[np.float64]
    image_px: FloatArray
    world_m: FloatArray
    visibility: FloatArray
    presence: FloatArray
    video: VideoInfo
    model: str = "full"
    model_sha256: str = ""
    luma: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))
    camera_shift: FloatArray = field(default_factory=lambda: np.empty((0, 2), np.float32))
    edge_px: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))
    shank_width: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))
    subject: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        count, points = len(self.times_s), len(LANDMARKS)
        set_ = object.__setattr__
        set_(self, "times_s", validation.times("times_s", self.times_s))
        set_(self, "image_px", validation.float_array("image_px", self.image_px, (count, points, 2)))
        set_(self, "world_m", validation.float_array("world_m", self.world_m, (count, points, 3)))
        for name in ("visibility", "presence"):
            set_(self, name, validation.float_array(name, getattr(self, name), (count, points)))
        for name in ("luma", "edge_px", "shank_width"):
            values = getattr(self, name)
            values = values if len(values) else np.full(count, np.nan)
            set_(self, name, validation.float_array(name, values, (count,)))
        shift = self.camera_shift if len(self.camera_shift) else np.full((count, 2), np.nan)
        set_(self, "camera_shift", validation.float_array("camera_shift", shift, (count, 2)))

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def detected(self) -> BoolArray:
        """Whether a person was found, shape (frame,)."""
        found: BoolArray = np.isfinite(self.image_px[:, 0, 0])
        return found

    def with_points(self, image_px: FloatArray, world_m: FloatArray) -> PoseSequence:
        """Return the same sequence with other points (after smoothing, say)."""
        return replace(self, image_px=image_px, world_m=world_m)

    def with_mirror_image(self, mirror_image: bool) -> PoseSequence:
        """Return the same as found in a clip that is, or is not, a mirror image of the person.

        In a mirror left and right change places; so do the landmarks, and the points move across the picture.
        """
        if mirror_image == self.video.mirror_image:
            return self
        others = list(OTHER_LANDMARK)
        across = self.image_px[:, others]
        across[..., 0] = self.video.width - across[..., 0]
        return replace(
            self,
            image_px=across,
            world_m=self.world_m[:, others] * np.array([-1, 1, 1], self.world_m.dtype),
            visibility=self.visibility[:, others],
            presence=self.presence[:, others],
            camera_shift=self.camera_shift * np.array([-1, 1], self.camera_shift.dtype),
            video=replace(self.video, mirror_image=mirror_image),
        )

    def to_parquet(self, path: str | Path) -> None:
        """Write one row per frame and landmark (``docs/interfaces``), with provenance in the metadata."""
        count, points = len(self), len(LANDMARKS)
        flat = np.concatenate(
            [self.image_px, self.world_m, self.visibility[..., None], self.presence[..., None]], axis=2
        ).reshape(count * points, len(_COLUMNS))
        names = pa.DictionaryArray.from_arrays(
            pa.array(np.tile(np.arange(points, dtype=np.int8), count)), pa.array(LANDMARKS)
        )
        table = pa.table(
            {
                "frame": np.repeat(np.arange(count, dtype=np.int32), points),
                "time_s": np.repeat(self.times_s, points),
                "landmark": names,
                **{name: flat[:, i] for i, name in enumerate(_COLUMNS)},
            }
        )
        meta = {
            "schema": SCHEMA,
            "model": self.model,
            "model_sha256": self.model_sha256,
            "video": asdict(self.video),
            "luma": _plain(self.luma),
            "camera_shift": _plain(self.camera_shift.ravel()),
            "edge_px": _plain(self.edge_px),
            "shank_width": _plain(self.shank_width),
            "subject": self.subject,
        }
        pq.write_table(
            table.replace_schema_metadata({"formcheck": json.dumps(meta)}), path, compression="zstd"
        )

    @classmethod
    def from_parquet(cls, path: str | Path) -> PoseSequence:
        """Read what `to_parquet` wrote.

        Raises
        ------
        LandmarksFileError
            If the file is missing, damaged, or was not written by formcheck.
        """
        try:
            table = pq.read_table(path)
            meta = json.loads((table.schema.metadata or {})[b"formcheck"])
            if meta["schema"] != SCHEMA:
                raise ValueError(meta["schema"])
            points = len(LANDMARKS)
            flat = np.stack([table[name].to_numpy() for name in _COLUMNS], axis=1).reshape(
                -1, points, len(_COLUMNS)
            )
            luma = _numbers(meta["luma"])
            shift = _numbers(meta.get("camera_shift", [])).reshape(-1, 2)  # older files have none
            return cls(
                times_s=table["time_s"].to_numpy()[::points],
                image_px=flat[..., 0:2],
                world_m=flat[..., 2:5],
                visibility=flat[..., 5],
                presence=flat[..., 6],
                video=VideoInfo(**meta["video"]),
                model=meta["model"],
                model_sha256=meta["model_sha256"],
                luma=luma,
                camera_shift=shift,
                edge_px=_numbers(meta.get("edge_px", [])),
                shank_width=_numbers(meta.get("shank_width", [])),
                subject=_point(meta.get("subject")),
            )
        except (OSError, KeyError, ValueError, TypeError, pa.ArrowException) as error:
            raise LandmarksFileError(
                f"'{Path(path).name}' is not a landmarks file that formcheck can read: "
                "write one with `formcheck score VIDEO --landmarks FILE.parquet`."
            ) from error


def _plain(values: FloatArray) -> list[float | None]:
    """Return numbers as JSON knows them: without NaN."""
    return [None if np.isnan(value) else float(value) for value in values]


def _numbers(values: list[float | None]) -> FloatArray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float32)


def _point(values: list[float] | None) -> tuple[float, float] | None:
    if values is None:
        return None
    x, y = values
    return float(x), float(y)
