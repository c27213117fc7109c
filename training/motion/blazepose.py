"""The trunk of BlazePose's landmark network as a PyTorch module, read from the TFLite file in a bundle.

Only the encoder is kept (convolutions, sums and pads), so that it can be trained further on other crops.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

_RELU, _RELU6 = 1, 3
_SAME = 0


class BlazePoseTrunk(nn.Module):
    """Pictures (batch, 3, side, side) in 0…1 give features at a 32nd and at a 16th of the side.

    Shapes (batch, 192, side / 32, side / 32) and (batch, 56, side / 16, side / 16): the coarse ones tell what
    is where, the fine ones at which slope.

    Parameters
    ----------
    bundle : Path
        A ``.task`` file.
    """

    def __init__(self, bundle: Path) -> None:
        super().__init__()
        graph, buffers, names = _read(bundle)
        target = _last(graph, names, "CONV_2D", channels=192, cells=8)
        self.steps: list[tuple[str, list[int], int, dict[str, Any]]] = []
        constants = _constants(graph, buffers, names)
        wanted = {target}
        for operator in reversed(graph.operators):
            if operator.outputs[0] in wanted and operator.outputs[0] not in constants:
                wanted |= {int(t) for t in operator.inputs if t >= 0}
                self.steps.append(self._step(operator, names, constants))
        self.steps.reverse()
        self.source, self.coarse = int(graph.inputs[0]), target
        self.fine = _last(graph, names, "ADD", channels=56, cells=16)
        self.cut = _first(graph, names, "CONV_2D", channels=24, cells=32)

    def _step(
        self, operator: Any, names: dict[int, str], constants: dict[int, np.ndarray]
    ) -> tuple[str, list[int], int, dict[str, Any]]:
        kind, out = names[operator.opcodeIndex], int(operator.outputs[0])
        options = operator.builtinOptions
        inputs = [int(t) for t in operator.inputs]
        if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            kernel = torch.tensor(constants[inputs[1]].astype(np.float32))
            kernel = kernel.permute(3, 0, 1, 2) if kind == "DEPTHWISE_CONV_2D" else kernel.permute(0, 3, 1, 2)
            self.register_parameter(f"w{out}", nn.Parameter(kernel.contiguous()))
            self.register_parameter(
                f"b{out}", nn.Parameter(torch.tensor(constants[inputs[2]].astype(np.float32)))
            )
            extra = {
                "stride": int(options.strideH),
                "groups": kernel.shape[0] if kind == "DEPTHWISE_CONV_2D" else 1,
                "same": options.padding == _SAME,
                "act": options.fusedActivationFunction,
            }
            return "conv", inputs[:1], out, extra
        if kind == "ADD":
            return "add", inputs, out, {"act": options.fusedActivationFunction}
        if kind == "PAD":
            (top, bottom), (left, right) = constants[inputs[1]].reshape(4, 2)[1:3]
            return "pad", inputs[:1], out, {"pad": (int(left), int(right), int(top), int(bottom))}
        raise ValueError(f"the landmark network has an operator that is not known here: {kind}")

    def early(self) -> list[nn.Parameter]:
        """Return the parameters of `front`: trained on real pictures, they stay as they are."""
        outs = [out for kind, _, out, _ in self._front() if kind == "conv"]
        return [getattr(self, f"{letter}{out}") for out in outs for letter in "wb"]

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        """Return the coarse and the fine features."""
        return self.back(self.front(picture))

    def front(self, picture: Tensor) -> Tensor:
        """Return the early features, shape (batch, 24, side / 8, side / 8)."""
        return self._run(self._front(), {self.source: picture})[self.cut]

    def back(self, early: Tensor) -> tuple[Tensor, Tensor]:
        """Return the coarse and the fine features of early ones."""
        values = self._run(self.steps[len(self._front()) :], {self.cut: early})
        return values[self.coarse], values[self.fine]

    def _front(self) -> list[tuple[str, list[int], int, dict[str, Any]]]:
        return self.steps[: [out for _, _, out, _ in self.steps].index(self.cut) + 1]

    def _run(
        self, steps: list[tuple[str, list[int], int, dict[str, Any]]], values: dict[int, Tensor]
    ) -> dict[int, Tensor]:
        for kind, inputs, out, extra in steps:
            x = values[inputs[0]]
            if kind == "conv":
                kernel = getattr(self, f"w{out}")
                around = _same(x.shape[-1], kernel.shape[-1], extra["stride"]) if extra["same"] else (0, 0)
                if around[0] != around[1]:
                    x, around = functional.pad(x, around * 2), (0, 0)
                bias = getattr(self, f"b{out}")
                x = functional.conv2d(
                    x, kernel, bias, extra["stride"], padding=around[0], groups=extra["groups"]
                )
            elif kind == "add":
                x = x + values[inputs[1]]
            else:
                x = functional.pad(x, extra["pad"])
            values[out] = _act(x, extra.get("act", 0))
        return values


def _same(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Return the padding before and after that TensorFlow calls SAME."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return (total // 2, total - total // 2)


def _act(x: Tensor, which: int) -> Tensor:
    if which == _RELU:
        return functional.relu(x, inplace=True)
    return functional.relu6(x, inplace=True) if which == _RELU6 else x


def _read(bundle: Path) -> tuple[Any, list[Any], dict[int, str]]:
    from mediapipe.tasks.metadata import schema_py_generated as schema

    data = zipfile.ZipFile(bundle).read("pose_landmarks_detector.tflite")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(data, 0))
    words = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
    codes = model.operatorCodes
    names = {i: words[max(c.builtinCode, c.deprecatedBuiltinCode)] for i, c in enumerate(codes)}
    return model.subgraphs[0], model.buffers, names


def _constants(graph: Any, buffers: list[Any], names: dict[int, str]) -> dict[int, np.ndarray]:
    """Return the stored tensors by index, the dequantised ones under the index of their float copy."""
    kinds = {0: np.float32, 1: np.float16, 2: np.int32}
    found = {}
    for index, tensor in enumerate(graph.tensors):
        data = buffers[tensor.buffer].data
        if data is not None and len(data) and tensor.type in kinds:
            found[index] = np.frombuffer(bytes(data), kinds[tensor.type]).reshape(tensor.shape)
    for operator in graph.operators:
        if names[operator.opcodeIndex] == "DEQUANTIZE" and int(operator.inputs[0]) in found:
            found[int(operator.outputs[0])] = found[int(operator.inputs[0])]
    return found


def _last(graph: Any, names: dict[int, str], kind: str, *, channels: int, cells: int) -> int:
    """Return the last activation of a shape (at 256 pixels) that such an operator gives."""
    return _such(graph, names, kind, channels, cells)[-1]


def _first(graph: Any, names: dict[int, str], kind: str, *, channels: int, cells: int) -> int:
    """Return the first one."""
    return _such(graph, names, kind, channels, cells)[0]


def _such(graph: Any, names: dict[int, str], kind: str, channels: int, cells: int) -> list[int]:
    shape = [1, cells, cells, channels]
    return [
        int(op.outputs[0])
        for op in graph.operators
        if names[op.opcodeIndex] == kind and list(graph.tensors[op.outputs[0]].shape) == shape
    ]
