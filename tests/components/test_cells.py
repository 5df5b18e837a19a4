"""Tables: words are set as words and numbers as numbers; what a cell holds is only text."""

from __future__ import annotations

import pytest

from components.cells import ROOMY, Cell, grid


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["espresso", "cup", "red-breasted merganser"], True),
        (["\u2068事\u2069", "\u2068将军\u2069"], True),
        (["Tea", "", "3.50"], False),
        (["Tea", "", "Milk", "3.50"], True),
        (["> 99.9%", "< 0.1%", "85.2%"], False),
        (["A3", "FF", "0E"], False),
        (["−0.214", "1e-05", "nan"], False),
        (["", "   "], False),
    ],
)
def test_a_column_of_words_is_told_from_one_of_numbers(texts: list[str], words: bool) -> None:
    rows = [[Cell(text), Cell("1")] for text in texts]
    body = grid(rows, label="x", column_heads=["first", "second"])
    assert body.count('<td class="nm-word"') == (len(texts) if words else 0)
    assert body.count('<th scope="col" class="nm-word"') == words


def test_only_few_columns_with_headings_are_set_wide() -> None:
    def look(columns: int, heads: bool) -> str:
        names = [str(n) for n in range(columns)] if heads else []
        return grid([[Cell("word")] * columns], label="x", column_heads=names)

    assert "nm-roomy" in look(ROOMY, heads=True)
    assert "nm-roomy" not in look(ROOMY + 1, heads=True)
    assert "nm-" not in look(ROOMY, heads=False).replace("nm-grid", "")
    assert "nm-roomy" not in grid([], label="x")


def test_a_cell_is_text_and_never_markup() -> None:
    body = grid([[Cell("<b>", hint='"<i>')]], label='"<u>', row_heads=["<s>"], column_heads=["<p>"])
    assert all(name not in body for name in ("<b>", "<i>", "<u>", "<s>", "<p>"))


def test_a_table_without_rows_has_its_headings() -> None:
    made = grid([], label="nothing yet", column_heads=["pair", "count"], row_heads=[])
    assert made.count("<th ") == 2
    assert "<tbody></tbody>" in made
