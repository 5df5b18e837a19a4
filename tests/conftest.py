"""What all tests share: the import path, one hypothesis profile, and clean surroundings."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager

ROOT = Path(__file__).resolve().parent.parent
# The app is a folder of scripts, not an installed package: its root has to be on the path.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# No deadline: the first example of a test may have to compile or import a library.
settings.register_profile(
    "search", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
# The same examples in every run, so that a red build means a changed program. Others are tried with
# `make test PYTEST_ARGS="--hypothesis-profile search"`.
settings.register_profile("same", settings.get_profile("search"), derandomize=True)
settings.load_profile("same")


# What somebody has fetched on this computer must not change what the tests see; `tests/fetched.py`
# serves those that need it. The processes that share the tests out find both set.
if "NUMEROSCOPE_TEST_MODELS" not in os.environ:
    from engine.models.locate import cache_folder

    os.environ["NUMEROSCOPE_TEST_MODELS"] = str(cache_folder())
    nothing = Path(tempfile.gettempdir()) / f"numeroscope-no-models-{os.getpid()}"
    os.environ["NUMEROSCOPE_MODELS"] = str(nothing)

# A page that is only opened must not keep a core busy with compiling for a run that nobody starts.
os.environ.setdefault("NUMEROSCOPE_WARM", "0")
# A process that runs thousands of tests holds more than an app may; nothing is let go for that.
os.environ.setdefault("NUMEROSCOPE_MEMORY_MB", "100000")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies under tests/browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if (ROOT / "tests" / "browser") in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def one_look_at_what_is_installed() -> Iterator[None]:
    """Let Streamlit look for components in the installed packages once.

    A server does so when it starts, AppTest for each session anew: four times the work of a page.
    """
    with pytest.MonkeyPatch.context() as patch:
        look = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", look)
        yield


@pytest.fixture(autouse=True)
def as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run each page under app.py, as a server does once `components` has been imported.

    AppTest forgets at each run that Streamlit's own discovery of `pages/` was switched off (see
    components/__init__.py), and would run the bare page: no tray, no language, no guard.
    """
    original = PagesManager.__init__

    def begin(self: PagesManager, *args: object, **options: object) -> None:
        original(self, *args, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", begin)
