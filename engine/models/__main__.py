"""Fetch everything that is fetched on demand: `make models`."""

from __future__ import annotations

import sys

from engine.errors import UserError
from engine.models.catalogue import MODELS
from engine.models.locate import cache_folder, find, locate


def main() -> int:
    """Fetch what is missing; returns how many models could not be had."""
    print(f"Models are kept in {cache_folder()}")
    missing = 0
    for model in MODELS:
        if (folder := find(model)) is not None:
            print(f"{model.title}: is here ({folder})")
            continue
        print(f"{model.title}: fetching {model.download / 1e6:.0f} MB ...", flush=True)
        try:
            print(f"{model.title}: {locate(model)}")
        except UserError as error:
            print(error)
            missing += 1
    return missing


if __name__ == "__main__":
    sys.exit(main())
