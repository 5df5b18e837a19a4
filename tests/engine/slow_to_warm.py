"""A module whose warm-up takes longer than anybody waits."""

from __future__ import annotations

import time


def warm_up() -> None:
    """Compile for ten minutes, as it were."""
    time.sleep(600)
