"""Keys of widgets share one name space, the session's and the address's: no two pages use one."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Calls whose `key=` becomes a key of the session; a quiz adds its own prefix.
ASKING = {"choice", "slider", "st.slider", "st.select_slider", "st.text_input", "st.toggle"}
ASKING |= {"st.checkbox", "st.number_input", "st.selectbox", "st.text_area", "st.button"}


def keys_in(path: Path) -> set[str]:
    """The literal keys that a page asks with."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            for keyword in node.keywords:
                if keyword.arg == "key" and isinstance(keyword.value, ast.Constant):
                    if name in ASKING:
                        found.add(str(keyword.value.value))
                    elif name.endswith("question"):
                        found.add(f"quiz_{keyword.value.value}")
    return found


def owners() -> dict[Path, str]:
    """The scripts that draw one page only: itself, and the modules that are named after it."""
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")}
    found = {path: path.stem for path in sorted((ROOT / "pages").glob("*.py"))}
    for path in sorted((ROOT / "components").glob("*.py")):
        if (name := path.stem.split("_")[0]) in pages:
            found[path] = name
    return found


def test_no_two_pages_share_a_key() -> None:
    pages = defaultdict(set)
    for path, page in owners().items():
        for key in keys_in(path):
            pages[key].add(page)
    assert {key: names for key, names in pages.items() if len(names) > 1} == {}
    assert len(pages) > 100
