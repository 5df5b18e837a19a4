"""A trained network to take along: a safetensors file, what is to be known of it, and how to load it.

The file has the tensors of torchvision's network, so plain PyTorch loads it; its metadata say how the
network is built and what its classes are called. A file that comes back is from outside, like any
other, and is checked before anything is built of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, UserError
from engine.sources import MAX_BYTES, Source, common_fields
from engine.training.backbone import ARCHITECTURES
from engine.training.evaluate import accuracy_interval, chances_of, trained_network
from engine.training.finetune import FACTS, Run
from engine.training.ownset import MOST_CLASSES, Examples, class_name
from engine.training.splits import LEARN, TEST
from engine.vision.preprocess import MEAN, STD

#: Bytes of a file's header at most; pixels of a picture's side, from and to.
MOST_HEADER, SIDES = 1_000_000, (32, 256)
#: What the examples were: pictures, or sounds drawn as pictures.
KINDS = ("image", "sound")
#: How the methods are called in a model card.
METHOD_NAMES = {
    "head": "a new head on a frozen backbone",
    "last": "a new head and the last group of layers",
    "all": "all layers, from ImageNet's weights",
    "scratch": "all layers, from random weights",
}


@dataclass(frozen=True, kw_only=True)
class TrainedNetwork(Source):
    """A network that was trained here and comes back."""

    kind: ClassVar[str] = "network"


def own_network(name: str, data: bytes) -> TrainedNetwork:
    """Recognise a network that was exported here.

    Raises
    ------
    UserError : another file, a damaged one, or one that is too large.
    """
    if len(data) > MAX_BYTES:
        raise UserError(
            N_("This file has {size} MB; up to {limit} MB are accepted. Choose a smaller one."),
            size=round(len(data) / 1e6, 1),
            limit=MAX_BYTES // 1_000_000,
        )
    opened_network(data)
    return TrainedNetwork(**common_fields(name, data, "safetensors", None))


def trained_file(
    examples: Examples, weights: str, run: Run, *, kind: str = "image", seconds: float = 0.0
) -> bytes:
    """The whole trained network as a safetensors file.

    Parameters
    ----------
    examples : it has learnt. weights : str, path of the file that the run began with.
    run : of `finetune`, at its end.
    kind : "image" or "sound"; of sounds, how many `seconds` make a picture.

    Returns
    -------
    bytes: the tensors of torchvision's network in float32; in the metadata, as JSON under
    "numeroscope", `architecture`, `method`, `side`, `kind`, `seconds`, and `names`, the classes.
    """
    from safetensors.torch import save

    names = examples[2]
    network, architecture, method = trained_network(weights, run, classes=len(names))
    tensors = {name: t.contiguous().clone() for name, t in network.state_dict().items()}
    facts = {
        "architecture": architecture,
        "method": method,
        "side": int(examples[0].shape[1]),
        "kind": kind,
        "seconds": seconds,
        "names": names,
    }
    return save(tensors, {FACTS: json.dumps(facts)})


# ------------------------------------------------------------------------------- a file that comes back


def file_header(data: bytes) -> dict[str, Any]:
    """The header of a safetensors file.

    Raises
    ------
    UserError : it has none.
    """
    length = int.from_bytes(data[:8], "little")
    try:
        if len(data) < 8 or not 2 <= length <= min(MOST_HEADER, len(data) - 8):
            raise ValueError("no header of this length")
        header = json.loads(data[8 : 8 + length])
        if not isinstance(header, dict):
            raise ValueError("no table")
    except (ValueError, RecursionError) as problem:
        raise not_exported() from problem
    return header


def network_facts(data: bytes) -> tuple[str, str, int, str, float, tuple[str, ...]]:
    """What a file of `trained_file` says of itself, each fact checked.

    Returns
    -------
    architecture, method, side, kind ("image" or "sound"), seconds, names of the classes.

    Raises
    ------
    UserError : it is no such file.
    """
    try:
        facts = json.loads(file_header(data)["__metadata__"][FACTS])
        names, side, seconds = facts["names"], facts["side"], facts["seconds"]
        architecture, method, kind = facts["architecture"], facts["method"], facts["kind"]
        fits = (
            architecture in ARCHITECTURES
            and method in METHOD_NAMES
            and kind in KINDS
            and isinstance(side, int)
            and SIDES[0] <= side <= SIDES[1]
            and isinstance(seconds, (int, float))
            and (0 < seconds <= 30 or kind == "image")
            and isinstance(names, list)
            and 2 <= len(names) <= MOST_CLASSES
            and all(isinstance(name, str) and name == class_name(name) for name in names)
            and len(set(names)) == len(names)
        )
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        raise not_exported() from problem
    if not fits:
        raise not_exported()
    return architecture, method, side, kind, seconds, tuple(names)


def opened_network(data: bytes) -> Any:
    """Build the network of a file of `trained_file`.

    The names, shapes and kinds of the tensors are compared with what the architecture has before a
    number is read.

    Raises
    ------
    UserError : it is no such file, or its numbers are damaged.
    """
    import torch
    import torchvision
    from safetensors import SafetensorError
    from safetensors.torch import load

    architecture, _method, _side, _kind, _seconds, names = network_facts(data)
    with torch.device("meta"):  # shapes without numbers: those come from the file
        network = torchvision.models.get_model(architecture, weights=None, num_classes=len(names))
    wanted = network.state_dict()
    header = {name: entry for name, entry in file_header(data).items() if name != "__metadata__"}
    kinds = {torch.float32: "F32", torch.int64: "I64"}
    try:
        if set(header) != set(wanted):
            raise ValueError("other tensors")
        for name, tensor in wanted.items():
            stated = header[name]["dtype"], tuple(header[name]["shape"])
            if stated != (kinds[tensor.dtype], tuple(tensor.shape)):
                raise ValueError(f"another form of {name}")
        tensors = load(data)
        for name, tensor in tensors.items():
            negative = name.endswith("running_var") and bool((tensor < 0).any())
            if negative or not bool(torch.isfinite(tensor).all()):
                raise ValueError(f"no numbers, or no variances: {name}")
    except (SafetensorError, ValueError, TypeError, KeyError) as problem:
        raise not_exported() from problem
    network.load_state_dict(tensors, assign=True)
    torch.set_num_threads(1)
    return network.to(memory_format=torch.channels_last).eval().requires_grad_(False)


def not_exported() -> UserError:
    """The sentence for a file that is no network of this lab."""
    return UserError(
        N_(
            "This is no network that was exported here, or it is damaged. Choose a file that ends in "
            ".safetensors and was saved on this page."
        )
    )


def network_names(data: bytes) -> tuple[str, ...]:
    """The classes of an exported network."""
    return network_facts(data)[5]


def network_side(data: bytes) -> int:
    """The side of the pictures that an exported network has learnt from, in pixels."""
    return network_facts(data)[2]


def guess_with(data: bytes, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What an exported network takes a picture for.

    Parameters
    ----------
    data : bytes, of `trained_file`. picture : uint8 array [shape=(side, side, 3)], of `new_picture` or
        `new_sound` with the file's `network_side`.

    Returns
    -------
    float32 array (classes,): probabilities.

    Raises
    ------
    UserError : the file is none that was exported here, or its numbers are so large that no answer
        comes of them.
    """
    with np.errstate(invalid="ignore"):
        chances = chances_of(opened_network(data), picture[None])[0]
    if not np.isfinite(chances).all():
        raise not_exported()
    return chances


# --------------------------------------------------------------------------------- what goes with it

_CODE = '''"""Load {file} and say what a picture shows.

pip install torch torchvision safetensors pillow
"""

import json
import sys

import numpy as np
import torch
import torchvision
from PIL import Image, ImageOps
from safetensors import safe_open

tensors = {{}}
with safe_open("{file}", "pt") as file:
    facts = json.loads(file.metadata()["numeroscope"])
    for name in file.keys():
        tensors[name] = file.get_tensor(name)
names, side = facts["names"], facts["side"]
network = torchvision.models.get_model(facts["architecture"], num_classes=len(names))
network.load_state_dict(tensors)
network.eval()

picture = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
short = min(picture.size)
left, top = (picture.width - short) // 2, (picture.height - short) // 2
picture = picture.crop((left, top, left + short, top + short))
picture = picture.resize((side, side), Image.Resampling.BILINEAR)
x = np.asarray(picture, np.float32) / 255
x = (x - np.float32({mean})) / np.float32({std})
with torch.inference_mode():
    scores = network(torch.from_numpy(x.transpose(2, 0, 1)[None].copy()))
for name, probability in zip(names, scores.double().softmax(1)[0].tolist()):
    print(name, probability)
'''


def loading_code(data: bytes, *, file: str = "model.safetensors") -> str:
    """A script with public libraries only that loads an exported network and predicts the same.

    Of sounds, the picture that it wants is that of `ownset.new_sound`, as a PNG file.
    """
    network_facts(data)
    return _CODE.format(file=file, mean=MEAN, std=STD)


def model_card(
    examples: Examples,
    roles: NDArray[np.int8],
    run: Run,
    data: bytes,
    *,
    title: str,
    origin: str,
    licence: str,
    seed: int,
    augment: bool = False,
) -> str:
    """What is to be known of an exported network, as Markdown.

    M. Mitchell and others, "Model cards for model reporting", 2019.

    Parameters
    ----------
    data : bytes, of `trained_file`. title, origin, licence : str, of the examples.
    seed : int, augment : bool, of the run.
    """
    architecture, method, side, kind, _seconds, names = network_facts(data)
    counts = [
        [int(np.sum((roles == r) & (examples[1] == c))) for r in (LEARN, TEST)]
        for c in range(len(names))
    ]
    tested = sum(n for _learnt, n in counts)
    right = round(float(run[0][-1, 3]) * tested)
    low, high = accuracy_interval(right, tested)
    rows = [
        f"| {plain_cell(name)} | {a} | {b} |" for name, (a, b) in zip(names, counts, strict=True)
    ]
    start = (
        "random weights"
        if method == "scratch"
        else "torchvision's weights of ImageNet (BSD-3-Clause)"
    )
    lines = [
        f"# {plain_cell(title)}",
        "",
        f"Tells {len(names)} classes of {'pictures' if kind == 'image' else 'sounds'} apart.",
        "",
        f"- Network: {architecture} of torchvision, from {start}",
        f"- Trained: {METHOD_NAMES[method]}; {len(run[0]) - 1} epochs, seed {seed}, "
        f"augmentation {'on' if augment else 'off'}",
        f"- Input: {side} x {side} pixels"
        + ("" if kind == "image" else ", the log-mel spectrogram of a sound"),
        f"- Examples: {plain_cell(origin)}; licence: {plain_cell(licence)}",
        f"- Accuracy: {right} of {tested} tested examples right, {right / tested:.1%} "
        f"(95 % interval {low:.1%} to {high:.1%}, Wilson)",
        "",
        "| Class | learnt from | tested with |",
        "|---|---|---|",
        *rows,
        "",
        "The test examples are of the same collection as those learnt from. With other cameras, "
        "microphones, places or people it may do worse; what belongs to no class is called one of them "
        "all the same.",
        "",
    ]
    return "\n".join(lines)


def plain_cell(text: str) -> str:
    """A text from outside as it may stand in a line or a cell of Markdown."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))
