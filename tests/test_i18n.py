"""The words: nothing untranslated, nothing stale, nothing that can't be filled in."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from components.catalogue import LESSONS
from components.i18n import LANGUAGES, LOCALES, safe

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("components", "engine", "pages")
KEYWORDS = {"_": None, "N_": None}
OTHERS = [code for code in LANGUAGES if code != "en"]


def messages_in_code() -> set[str]:
    found = set()
    for folder in (*FOLDERS, "."):
        method = [("app.py" if folder == "." else "**.py", "python")]
        if folder == ".":
            from babel.messages.extract import extract_from_file

            found |= {m for _l, m, _c, _x in extract_from_file("python", ROOT / "app.py", KEYWORDS)}
            continue
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, method, keywords=KEYWORDS
        ):
            found.add(message)
    return {message for message in found if message}


def catalogue(code: str) -> dict[str, str]:
    with (LOCALES / code / "LC_MESSAGES" / "numeroscope.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id and not m.fuzzy}


def fields(text: str) -> list[str]:
    return sorted(name for _t, name, _s, _c in string.Formatter().parse(text) if name is not None)


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_translated(code: str) -> None:
    translated = catalogue(code)
    missing = sorted(m for m in messages_in_code() if not translated.get(m))
    assert not missing, f"{len(missing)} missing: {missing[:5]}"


@pytest.mark.parametrize("code", OTHERS)
def test_no_message_is_stale(code: str) -> None:
    assert not sorted(set(catalogue(code)) - messages_in_code())


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_can_be_filled_in(code: str) -> None:
    for message, text in catalogue(code).items():
        assert fields(message) == fields(text), message


@pytest.mark.parametrize("code", OTHERS)
def test_markdown_marks_are_kept(code: str) -> None:
    for message, text in catalogue(code).items():
        for mark in ("**", "`"):
            assert message.count(mark) == text.count(mark), message


def sections(code: str, page: str) -> dict[str, str]:
    text = (LOCALES / code / "lessons" / f"{page}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\S+)\s*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


@pytest.mark.parametrize("page", [page.name for page in LESSONS])
def test_a_lesson_has_the_same_sections_in_every_language(page: str) -> None:
    names = [list(sections(code, page)) for code in LANGUAGES]
    assert all(other == names[0] for other in names)
    for code in LANGUAGES:
        assert all(sections(code, page).values()), "an empty section"
    for code in OTHERS:
        same = [n for n, text in sections(code, page).items() if text == sections("en", page)[n]]
        assert not same, f"not translated: {same}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_lesson_without_its_page(code: str) -> None:
    files = {path.stem for path in (LOCALES / code / "lessons").glob("*.md")}
    assert files == {page.name for page in LESSONS}


@pytest.mark.parametrize("page", [page.name for page in LESSONS])
def test_every_section_is_used(page: str) -> None:
    """A section is used if its name stands in the code, whole or made by an f-string."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in [ROOT / "pages" / f"{page}.py", *(ROOT / "components").glob("*.py")]
    )
    beginnings = re.findall(r"text\[f\"(\w+)\{", code)
    endings = re.findall(r"text\[f\"\{[\w.]+\}(\w+)\"", code)
    for name in sections("en", page):
        quoted = f'"{name}"' in code or f"'{name}'" in code
        made = any(map(name.startswith, beginnings)) or any(map(name.endswith, endings))
        assert quoted or made, name


# What draws text that a person reads, and which arguments hold it.
_TEXT_KEYWORDS = {
    "label",
    "help",
    "placeholder",
    "title",
    "caption",
    "alt",
    "prompt",
    "why",
    "text",
}
_DRAWING = {
    "title", "header", "subheader", "markdown", "caption", "write", "text", "info", "success",
    "warning", "error", "toast", "button", "slider", "select_slider", "selectbox", "pills",
    "segmented_control", "toggle", "checkbox", "radio", "text_area", "text_input", "number_input",
    "file_uploader", "camera_input", "audio_input", "metric", "popover", "expander", "tabs",
    "download_button", "form_submit_button", "spinner", "choice", "question",
}  # fmt: skip
# Names that are the same in every language.
_NAMES = {"Numeroscope", "PSNR", "SSIM", "PNG", "NPY", "CSV", "%", "SHA-256", "UTF-8", "HWC", "CHW"}


def literals(node: ast.expr) -> list[str]:
    """The string constants of an expression that are not inside a call of `_`."""
    if isinstance(node, ast.Call):
        return []
    if isinstance(node, ast.Subscript):
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FormattedValue):
            continue
        if isinstance(child, ast.expr):
            found += literals(child)
    return found


def is_prose(text: str) -> bool:
    bare = re.sub(r":\w+(/\w+:|\[)|&\w+;|[:\w/]*material/\w+:", "", text)
    return bool(re.search(r"[A-Za-z\u4e00-\u9fff]{2}", bare)) and bare.strip() not in _NAMES


@pytest.mark.parametrize(
    "path", [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py")),
             *sorted((ROOT / "components").glob("*.py"))], ids=lambda p: p.stem
)  # fmt: skip
def test_no_words_outside_the_catalogue(path: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        shown = [k.value for k in node.keywords if k.arg in _TEXT_KEYWORDS]
        if name in _DRAWING:
            shown += node.args[:1]
        found += [text for value in shown for text in literals(value) if is_prose(text)]
    assert not found


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_message_hides_in_an_f_string(folder: str) -> None:
    """Babel does not look there on every Python, so such a message would never be translated."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for part in ast.walk(node) if isinstance(node, ast.FormattedValue) else ():
                if isinstance(part, ast.Call) and ast.unparse(part.func) in KEYWORDS:
                    constant = part.args and isinstance(part.args[0], ast.Constant)
                    assert not constant, f"{path.name}:{node.lineno}"


def test_the_check_for_words_sees_words() -> None:
    call = ast.parse('st.info(f"Hello {name}")').body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert [t for t in literals(call.value.args[0]) if is_prose(t)] == ["Hello "]
    assert not is_prose(":material/image: **")


@pytest.mark.parametrize("code", LANGUAGES)
def test_chinese_is_in_the_chinese_files_only(code: str) -> None:
    for path in (LOCALES / code / "lessons").glob("*.md"):
        has_han = bool(re.search(r"[\u4e00-\u9fff]", path.read_text(encoding="utf-8")))
        assert has_han == (code == "zh"), path.name


@pytest.mark.parametrize(
    "name",
    ["a*b_c", "[x](http://e)", "<b>", "`c`", "$x$", ":red[x]", "a\nb", "# t", ":material/x:"],
)
def test_safe_shows_markdown_and_does_not_act_on_it(name: str) -> None:
    shown = safe(name)
    assert re.sub(r"\\(.)", r"\1", shown) == " ".join(name.split())
    assert not re.search(r"(?<!\\)[*_\[\]<>`$#:]", shown)
