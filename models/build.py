"""Build the three pose bundles (`pose_landmarker_{lite,full,heavy}.task`) from published packages.

The networks come from two packages, fetched by the ordinary package clients:

- ``pose_detection.tflite`` from the PyPI wheel ``mediapipe==0.10.21``;
- ``pose_landmark_{lite,full,heavy}.tflite`` from the npm package ``@mediapipe/pose``.

MediaPipe Tasks refuses the raw networks, because they carry no TFLite metadata. This script attaches an
RGB image input with the normalisation that the networks were trained with, and one entry for each output.
It also takes out the operations that only draw the person's outline (see `without_outline`), and zips
detector and landmark network, uncompressed, into a bundle.

Run ``python models/build.py`` (needs ``pip``, ``npm`` and the ``flatbuffers`` package); ``--check`` only
compares the committed bundles with ``manifest.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
TRAINED = ("motion", "posture", "likeness")
"""What isn't built here but trained, by ``training/motion``."""
NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"
WHEEL = "mediapipe==0.10.21"
DETECTOR = "mediapipe/modules/pose_detection/pose_detection.tflite"
SCHEMAS = ("schema_py_generated", "metadata_schema_py_generated")
NETWORK_SHA256 = {
    "pose_detection.tflite": "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    "pose_landmark_lite.tflite": "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61",
    "pose_landmark_full.tflite": "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    "pose_landmark_heavy.tflite": "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
}
# (mean, std) of the image input and the number of outputs, from the model graphs of MediaPipe 0.10.21.
DETECTOR_SPEC = (127.5, 127.5, 2)
LANDMARKS_SPEC = (0.0, 255.0, 5)
# Outputs of the landmark networks.
PRESENCE, OUTLINE = 1, 2


def sha256(data: bytes) -> str:
    """Return the hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def fetch(folder: Path) -> tuple[dict[str, bytes], dict[str, ModuleType]]:
    """Download both packages into ``folder``; return the networks by name and the TFLite schema modules."""
    platform = ["--python-version", "3.11", "--only-binary=:all:", "--platform", "manylinux_2_28_x86_64"]
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", *platform, "--dest", str(folder), WHEEL]
    subprocess.run(pip, check=True)
    subprocess.run(["npm", "pack", NPM_PACKAGE, "--pack-destination", str(folder)], check=True)
    networks: dict[str, bytes] = {}
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        networks["pose_detection.tflite"] = wheel.read(DETECTOR)
        for schema in SCHEMAS:
            (folder / f"{schema}.py").write_bytes(wheel.read(f"mediapipe/tasks/metadata/{schema}.py"))
    with tarfile.open(next(folder.glob("*.tgz"))) as package:
        for kind in ("lite", "full", "heavy"):
            member = package.extractfile(f"package/pose_landmark_{kind}.tflite")
            assert member is not None
            networks[f"pose_landmark_{kind}.tflite"] = member.read()
    for name, data in networks.items():
        if sha256(data) != NETWORK_SHA256[name]:
            raise SystemExit(f"{name} has checksum {sha256(data)}, expected {NETWORK_SHA256[name]}.")
    return networks, {schema: _load(folder / f"{schema}.py") for schema in SCHEMAS}


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def with_metadata(network: bytes, spec: tuple[float, float, int], schemas: dict[str, ModuleType]) -> bytes:
    """Return the TFLite ``network`` with its metadata buffer attached.

    Parameters
    ----------
    network : bytes
        A TFLite flatbuffer.
    spec : tuple of (float, float, int)
        Mean and standard deviation of the input normalisation, and the number of outputs.
    schemas : dict
        The generated flatbuffer modules of TFLite and of TFLite metadata.
    """
    import flatbuffers

    mean, std, outputs = spec
    meta, tfl = schemas["metadata_schema_py_generated"], schemas["schema_py_generated"]
    options = meta.NormalizationOptionsT()
    options.mean, options.std = [mean], [std]
    unit = meta.ProcessUnitT()
    unit.optionsType, unit.options = meta.ProcessUnitOptions.NormalizationOptions, options
    image = meta.ImagePropertiesT()
    image.colorSpace = meta.ColorSpaceType.RGB
    content = meta.ContentT()
    content.contentPropertiesType, content.contentProperties = meta.ContentProperties.ImageProperties, image
    tensor = meta.TensorMetadataT()
    tensor.name, tensor.content, tensor.processUnits = "image", content, [unit]
    subgraph = meta.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [tensor]
    subgraph.outputTensorMetadata = [_named(meta, f"output_{i}") for i in range(outputs)]
    root = meta.ModelMetadataT()
    root.subgraphMetadata = [subgraph]
    builder = flatbuffers.Builder(0)
    builder.Finish(root.Pack(builder), b"M001")

    model = tfl.ModelT.InitFromObj(tfl.Model.GetRootAsModel(network, 0))
    buffer = tfl.BufferT()
    buffer.data = bytes(builder.Output())
    model.buffers.append(buffer)
    entry = tfl.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers) - 1
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def without_outline(network: bytes, schemas: dict[str, ModuleType]) -> bytes:
    """Return the landmark network without the operations that lead to nothing but the person's outline.

    A third of the time goes into that mask of 256 × 256 pixels, which formcheck never asks for. Its output
    keeps its place, for MediaPipe counts the outputs, and gives the person's presence once more. All other
    outputs are bit for bit what they were.
    """
    import flatbuffers

    tfl = schemas["schema_py_generated"]
    model = tfl.ModelT.InitFromObj(tfl.Model.GetRootAsModel(network, 0))
    graph = model.subgraphs[0]
    graph.outputs = [int(tensor) for tensor in graph.outputs]
    graph.outputs[OUTLINE] = graph.outputs[PRESENCE]
    needed = set(graph.outputs)
    kept = []
    for operator in reversed(graph.operators):  # they stand in the order in which they run
        if needed.intersection(map(int, operator.outputs)):
            needed.update(map(int, operator.inputs))
            kept.append(operator)
    graph.operators = kept[::-1]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _named(meta: ModuleType, name: str) -> Any:
    tensor = meta.TensorMetadataT()
    tensor.name = name
    return tensor


def bundle(detector: bytes, landmarks: bytes) -> bytes:
    """Zip both networks uncompressed and with fixed dates, so that the same input gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (("pose_detector.tflite", detector), ("pose_landmarks_detector.tflite", landmarks)):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            # The runtime maps the networks in place and copies them if they are not aligned: pad the header.
            pad = -(stream.tell() + 30 + len(name) + 4) % 64
            entry.extra = (0xD935).to_bytes(2, "little") + pad.to_bytes(2, "little") + bytes(pad)
            archive.writestr(entry, data)
    return stream.getvalue()


def build() -> None:
    """Fetch, convert and write the bundles and their manifest."""
    manifest: dict[str, Any] = {"schema": "formcheck.models/1", "models": {}}
    before = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        networks, schemas = fetch(Path(scratch))
        detector = with_metadata(networks["pose_detection.tflite"], DETECTOR_SPEC, schemas)
        for kind in ("lite", "full", "heavy"):
            source = f"pose_landmark_{kind}.tflite"
            network = without_outline(networks[source], schemas)
            data = bundle(detector, with_metadata(network, LANDMARKS_SPEC, schemas))
            file = f"pose_landmarker_{kind}.task"
            (HERE / file).write_bytes(data)
            manifest["models"][kind] = {
                "file": file,
                "sha256": sha256(data),
                "bytes": len(data),
                "licence": "Apache-2.0",
                "sources": {
                    "pose_detection.tflite": {
                        "package": f"PyPI {WHEEL}",
                        "sha256": NETWORK_SHA256["pose_detection.tflite"],
                    },
                    source: {"package": f"npm {NPM_PACKAGE}", "sha256": NETWORK_SHA256[source]},
                },
            }
    manifest |= {name: before[name] for name in TRAINED}
    (HERE / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def check() -> None:
    """Compare the models on disk with the manifest; exit with one sentence if they differ."""
    manifest = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    entries = [*manifest["models"].values(), *(manifest[name] for name in TRAINED)]
    for entry in entries:
        path = HERE / entry["file"]
        if not path.is_file() or sha256(path.read_bytes()) != entry["sha256"]:
            raise SystemExit(
                f"{path.name} is missing or altered: run `python models/build.py` to build it again."
            )
    print(f"{len(entries)} models match their manifest.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare the bundles with the manifest")
    check() if parser.parse_args().check else build()
