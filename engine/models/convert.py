"""Make a model's files of what was fetched, in a process of its own, whose memory then is free again.

python -m engine.models.convert MODULE.FUNCTION FOLDER-OF-WHAT-CAME FOLDER-OF-WHAT-IS-MADE
"""

from __future__ import annotations

import errno
import importlib
import sys
from pathlib import Path


def main(converter: str, taken: str, made: str) -> str:
    """Convert; returns "" or the reason of the failure, a key of `locate.MESSAGES`."""
    module, function = converter.split(".")
    try:
        convert = getattr(importlib.import_module(f"engine.models.{module}"), function)
        for name, data in convert(Path(taken)).items():
            (Path(made) / name).write_bytes(data)
    except (ValueError, KeyError) as error:
        return f"changed: {error}"
    except OSError as error:
        return f"{'full' if error.errno in (errno.ENOSPC, errno.EDQUOT) else 'folder'}: {error}"
    return ""


if __name__ == "__main__":
    reason = " ".join(main(*sys.argv[1:]).split())
    print(reason)
    sys.exit(bool(reason))
