"""What a trunk network says of kept crops: ``python -m training.motion.readings CROPS DATA [NETWORK.onnx]``.

CROPS holds the crops of the clips that DATA holds packed (`training.motion.pack`), pickles of (clip, where,
JPEG pictures). DATA gets ``readings.pkl``, which `training.motion.examples.clips_of` puts to its clips.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import cv2
import numpy as np

from formcheck.pose.models import trunk_network
from formcheck.pose.trunk import DIRECTIONS, TrunkReadings

NAME = "readings.pkl"


def main() -> None:
    """Read the command line."""
    import onnxruntime

    crops, data = Path(sys.argv[1]), Path(sys.argv[2])
    network = Path(sys.argv[3]) if len(sys.argv) > 3 else trunk_network()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(network), options)
    found = {}
    for path in sorted(crops.glob("*.pkl")):
        for name, at, packed in pickle.loads(path.read_bytes()):
            if not len(at):
                continue
            pictures = np.stack([cv2.imdecode(np.frombuffer(p, np.uint8), cv2.IMREAD_COLOR) for p in packed])
            said = np.concatenate(
                [session.run(None, {"crops": pictures[i : i + 32]})[0] for i in range(0, len(pictures), 32)]
            )
            said = said.reshape(len(said), 2, len(DIRECTIONS), 3)
            found[name] = TrunkReadings(at[:, 0].astype(np.int64), said[:, 0], np.exp(said[:, 1]))
    (data / NAME).write_bytes(pickle.dumps(found, protocol=5))
    print(f"{len(found)} clips, {sum(map(len, found.values()))} readings")


if __name__ == "__main__":
    main()
