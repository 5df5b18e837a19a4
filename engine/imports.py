"""Libraries that another thread is just importing.

Some libraries look whether another one is there by asking `sys.modules`, which lists it from the
moment its import begins: SciPy and scikit-learn for `torch.Tensor` (array_api_compat,
`_issubclass_fast`). In the seconds that an import of PyTorch takes, they fail in every other thread.
"""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

HALF = re.compile(r"partially initialized module '([\w.]+)'")
MOST = 4  # libraries that one piece of work may meet half-way


def once_whole(work: Callable[[], Value]) -> Value:
    """What `work()` returns; it is done again after it has met a module half-way through its import.

    Parameters
    ----------
    work : function without arguments that may be called again after it has failed.

    Raises
    ------
    Whatever `work` raises for another reason, or still after `MOST` imports.
    """
    for _ in range(MOST):
        try:
            return work()
        except (AttributeError, ImportError) as error:
            found = HALF.search(str(error))
            if not found:
                raise
        with contextlib.suppress(ImportError):  # the last `work()` tells
            importlib.import_module(found[1])  # waits for the thread that is at it
    return work()
