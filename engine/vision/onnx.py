"""Networks in the ONNX format, computed by ONNX Runtime.

ONNX (https://onnx.ai) is a file format: the graph of a network's operations together with its weights,
so that a network runs without the program that defined it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.memory import kept


@kept
def onnx_session(path: str) -> Any:
    """Open a network once: an `onnxruntime.InferenceSession` on the CPU, ready to compute.

    One thread always adds in the same order, so its numbers repeat bit for bit.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # memory of a large picture goes back to the system
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run_onnx(path: str, batch: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first output of a network with one input.

    Parameters
    ----------
    path : str, an .onnx file.
    batch : float32 array of the shape that the network wants, the number of pictures first.
    """
    session = onnx_session(path)
    return session.run(None, {session.get_inputs()[0].name: np.ascontiguousarray(batch)})[0]
