"""Charts are drawn while other sessions import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

#: One thread imports pandas and is held half-way, another draws a chart meanwhile.
HALF_WAY = """
import importlib.abc, sys, threading
half, go_on = threading.Event(), threading.Event()

class Hold(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "pandas.core.api" and not half.is_set():
            half.set()
            go_on.wait(200)

from components import plot
sys.meta_path.insert(0, Hold())
thread = threading.Thread(target=__import__, args=("pandas",))
thread.start()
assert half.wait(200)
assert not hasattr(sys.modules["pandas"], "Series")
{settle}
import plotly.graph_objects as go
go.Figure({{"data": [{{"type": "bar", "y": [1, 2]}}]}})
go_on.set()
thread.join()
"""


@pytest.mark.parametrize(
    "settle", ["threading.Timer(0.3, go_on.set).start(); plot.settle()", "pass"]
)
def test_a_chart_waits_for_pandas_that_is_half_imported(settle):
    done = subprocess.run(
        [sys.executable, "-c", HALF_WAY.format(settle=settle)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if settle == "pass":  # why it has to: were Plotly to learn it, `settle` could go
        assert "partially initialized module 'pandas'" in done.stderr
    else:
        assert (done.returncode, done.stderr) == (0, "")


def test_every_figure_is_drawn_there():
    others = [
        path.name
        for folder in ("pages", "components")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "plotly_chart" and path.stem != "plot"
    ]
    assert others == []
