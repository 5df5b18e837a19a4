"""Find a Chromium that starts; shared by the browser tests, the screenshots and their set-up.

`python -m scripts.chromium` prints its path, or ends with status 1 when there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)

FIXED_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)

#: No sandbox, because containers run as root; the rest keeps the browser from calling its maker.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def starts(path: str) -> bool:
    """Whether the program answers; a snap's wrapper, for one, exists and does not."""
    if os.name == "nt":  # asked for its version, Chrome opens a window there
        return Path(path).exists()
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def find_chromium() -> str | None:
    """Return the path of the named, the system's or Playwright's own Chromium, or None."""
    named = os.environ.get("NUMEROSCOPE_CHROMIUM")
    if named:
        return named if starts(named) else None
    for candidate in (*map(shutil.which, NAMES), *FIXED_PLACES):
        if candidate and Path(candidate).exists() and starts(candidate):
            return candidate
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() and starts(own) else None


if __name__ == "__main__":
    found = find_chromium()
    print(found or "no Chromium found")
    sys.exit(found is None)
