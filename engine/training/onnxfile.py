"""An exported network in the ONNX format, which programs without PyTorch read.

An ONNX file is one message of Protocol Buffers (https://protobuf.dev/programming-guides/encoding): a
list of operations with named inputs and outputs, and the weights. The numbers of the fields are those
of `onnx.proto3` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3). The operations come from
PyTorch's own trace of the network.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.exported import network_facts, opened_network

#: Versions of the file format and of the set of operations: of 2020, so that old programs read it, too.
IR_VERSION, OPSET = 7, 13
#: Kinds of numbers and of attributes, as `onnx.proto3` counts them.
FLOAT, ATTRIBUTE_FLOAT, ATTRIBUTE_INT, ATTRIBUTE_INTS = 1, 1, 2, 7


def onnx_file(data: bytes) -> bytes:
    """An exported network as an ONNX file.

    Its input `pictures`, float32 (n, 3, side, side), is what `backbone.as_tensor` makes of pictures; its
    output `probabilities` is float32 (n, classes). The classes' names are in the metadata under "names".

    Parameters
    ----------
    data : bytes, of `exported.trained_file`.

    Raises
    ------
    UserError : it is no such file.
    """
    _architecture, _method, side, _kind, _seconds, names = network_facts(data)
    nodes, weights, last = operations(opened_network(data))
    nodes.append(operation("Softmax", [last], "probabilities", axis=1))
    graph = b"".join(
        [
            *(message(1, node) for node in nodes),
            message(2, b"network"),
            *(message(5, tensor(name, array)) for name, array in weights.items()),
            message(11, value_info("pictures", ("n", 3, side, side))),
            message(12, value_info("probabilities", ("n", len(names)))),
        ]
    )
    told = message(1, b"names") + message(2, json.dumps(names, ensure_ascii=False).encode())
    return b"".join(
        [
            number(1, IR_VERSION),
            message(2, b"Numeroscope"),
            message(7, graph),
            message(8, message(1, b"") + number(2, OPSET)),
            message(14, told),
        ]
    )


def operations(network: Any) -> tuple[list[bytes], dict[str, NDArray[np.float32]], str]:
    """The operations of a network in their order, their weights, and the name of the result."""
    import torch

    traced = torch.fx.symbolic_trace(network)
    weights = {"zero": np.array(0, np.float32), "six": np.array(6, np.float32)}
    nodes: list[bytes] = []
    known: dict[Any, str] = {}  # a step of the trace -> the name of its result
    last = ""
    for step in traced.graph.nodes:
        if step.op == "placeholder":
            known[step] = "pictures"
            continue
        if step.op == "output":
            return nodes, weights, known[step.args[0]]
        inputs = [known[arg] for arg in step.args if isinstance(arg, torch.fx.Node)]
        module = traced.get_submodule(step.target) if step.op == "call_module" else None
        if isinstance(module, torch.nn.Dropout):
            known[step] = inputs[0]  # it does nothing but while a network learns
            continue
        kind, added, settings = translated(step, module)
        for name, array in added.items():
            weights[f"{step.target}.{name}"] = array
        inputs += [f"{step.target}.{name}" for name in added]
        if kind == "Clip":
            inputs += ["zero", "six"]
        last = known[step] = step.name
        nodes.append(operation(kind, inputs, last, **settings))
    return nodes, weights, last


def translated(
    step: Any, module: Any
) -> tuple[str, dict[str, NDArray[np.float32]], dict[str, Any]]:
    """One step of PyTorch as an operation of ONNX: its name, its weights in their order, its settings.

    Raises
    ------
    ValueError : an operation that the networks here do not have.
    """
    from torch import nn

    if isinstance(module, nn.Conv2d):
        settings = {
            "kernel_shape": module.kernel_size,
            "strides": module.stride,
            "pads": (*module.padding, *module.padding),
            "dilations": module.dilation,
            "group": module.groups,
        }
        return "Conv", arrays(module, "weight"), settings
    if isinstance(module, nn.BatchNorm2d):
        parts = arrays(module, "weight", "bias", "running_mean", "running_var")
        return "BatchNormalization", parts, {"epsilon": module.eps}
    if isinstance(module, nn.Linear):
        return "Gemm", arrays(module, "weight", "bias"), {"transB": 1}
    if isinstance(module, nn.MaxPool2d):
        side, stride, pad = module.kernel_size, module.stride, module.padding
        settings = {"kernel_shape": (side, side), "strides": (stride, stride), "pads": (pad,) * 4}
        return "MaxPool", {}, settings
    if isinstance(module, nn.ReLU6):
        return "Clip", {}, {}
    if isinstance(module, nn.ReLU):
        return "Relu", {}, {}
    name = "avgpool" if module is not None else step.target.__name__
    simple = {
        "avgpool": ("GlobalAveragePool", {}),
        "adaptive_avg_pool2d": ("GlobalAveragePool", {}),
        "flatten": ("Flatten", {"axis": 1}),
        "add": ("Add", {}),
        "iadd": ("Add", {}),
    }
    if name not in simple or (module is not None and not isinstance(module, nn.AdaptiveAvgPool2d)):
        raise ValueError(f"no operation of ONNX is known here for {step.target}")
    kind, settings = simple[name]
    return kind, {}, dict(settings)


def arrays(module: Any, *names: str) -> dict[str, NDArray[np.float32]]:
    """Some weights of a module by name."""
    return {name: np.ascontiguousarray(getattr(module, name).detach().numpy()) for name in names}


# ---------------------------------------------------------------------------------- Protocol Buffers


def varint(value: int) -> bytes:
    """A whole number, seven bits in a byte, the lowest first; the top bit says that more follow."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def number(place: int, value: int) -> bytes:
    """A field with a whole number."""
    return varint(place << 3) + varint(value)


def message(place: int, content: bytes) -> bytes:
    """A field with bytes: a text or a message of its own."""
    return varint(place << 3 | 2) + varint(len(content)) + content


def operation(kind: str, inputs: list[str], output: str, **settings: Any) -> bytes:
    """A `NodeProto`."""
    parts = [message(1, name.encode()) for name in inputs]
    parts += [message(2, output.encode()), message(3, output.encode()), message(4, kind.encode())]
    for name, value in settings.items():
        if isinstance(value, float):
            stated = varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, ATTRIBUTE_FLOAT)
        elif isinstance(value, int):
            stated = number(3, value) + number(20, ATTRIBUTE_INT)
        else:
            stated = b"".join(number(8, one) for one in value) + number(20, ATTRIBUTE_INTS)
        parts.append(message(5, message(1, name.encode()) + stated))
    return b"".join(parts)


def tensor(name: str, array: NDArray[np.float32]) -> bytes:
    """A `TensorProto`: shape, kind, name and the numbers as they lie in memory."""
    dims = b"".join(number(1, side) for side in array.shape)
    raw = array.astype("<f4").tobytes()
    return dims + number(2, FLOAT) + message(8, name.encode()) + message(9, raw)


def value_info(name: str, shape: tuple[int | str, ...]) -> bytes:
    """A `ValueInfoProto`: name and shape of what goes in or comes out; a text stands for any number."""
    sides = [
        message(1, number(1, side) if isinstance(side, int) else message(2, side.encode()))
        for side in shape
    ]
    form = number(1, FLOAT) + message(2, b"".join(sides))
    return message(1, name.encode()) + message(2, message(1, form))
