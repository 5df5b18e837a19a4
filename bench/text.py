"""Text: 1 MB of English and of Chinese through every step of the text lessons, and what is sent.

The first run of a step computes everything, with empty caches; in the second only the step is drawn
again. Streamlit's own time is in both, the network in neither. `sent` are the tables as HTML.
"""

from __future__ import annotations

import ast
import time

from streamlit.testing.v1 import AppTest

from bench import table
from engine.lab import CACHE
from engine.sources import typed_text
from scripts.app_server import ROOT

GOAL_S = 1.0
SIZE = 1_000_000  # bytes
LESSONS = ("encodings", "mojibake", "tokens", "tokenizers", "onehot", "bag")


def steps_of(name: str) -> list[str]:
    """The steps that a page passes to `page.start`."""
    tree = ast.parse((ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    steps = next(call.args[1] for call in calls if ast.unparse(call.func) == "page.start")
    assert isinstance(steps, ast.Dict)
    return [ast.literal_eval(key) for key in steps.keys if key]


def timed(app: AppTest) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    app.run()
    assert not app.exception, app.exception
    assert not app.error, app.error
    return time.perf_counter() - start


def main() -> None:
    """Measure and print one table."""
    rows = []
    for sample in ("alice", "kong-yiji"):
        text = (ROOT / "assets" / "samples" / f"{sample}.txt").read_bytes()
        long = (text * (SIZE // len(text) + 1))[:SIZE].decode(errors="ignore")
        for name in LESSONS:
            app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
            app.switch_page(f"pages/{name}.py")
            app.session_state["_sources"] = {"text": typed_text(long)}
            for step in steps_of(name):
                app.session_state[f"step_{name}"] = step
                app.run()  # imports are loaded
                CACHE.clear()
                first, again = timed(app), timed(app)
                sent = sum(len(element.proto.body) for element in app.get("html")) / 1000
                case = (f"{sample}: {name}, {step}", first * 1000, again * 1000, sent)
                rows.append((*case, table.verdict(first, GOAL_S)))
    head = ("1 MB of text", "first, ms", "again, ms", "sent, kB", f"goal {GOAL_S:.0f} s")
    table.show("Text lessons", head, rows)


if __name__ == "__main__":
    main()
