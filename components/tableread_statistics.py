"""The lesson about reading tables: the statistics of each column, and its distribution."""

from __future__ import annotations

import datetime
import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from components import show, table
from components.catalogue import COLOURS
from components.glyphs import bdi
from components.i18n import _
from components.tableread import MOST, drawn, kind_name, size_of, visible_name
from components.text import beginning
from engine.lab import Lab
from engine.sources import Table
from engine.table.summary import column_histograms, column_statistics

BINS = 20  # bars of a column at most


def statistics_view(lab: Lab, source: Table, text: Mapping[str, str]) -> None:
    """A line for each column."""
    frame = table.read(lab, source)
    statistics = lab.run(column_statistics, frame, as_="statistics")
    bars = lab.run(column_histograms, frame, bins=BINS, as_="histograms")
    body = statistics_grid(statistics.value, bars.value, colour=COLOURS["table"])
    caption = f"{size_of(frame.value)} {drawn(frame.value.shape[1])}"
    caption += text["statistics_caption"].format(bins=BINS)
    show.html("statistics", body, [statistics, bars], caption=caption)


def statistics_grid(
    statistics: Sequence[tuple[Any, ...]], histograms: Sequence[Any], *, colour: str
) -> str:
    """A line for each column: how its values are distributed, and the usual numbers."""
    heads = (
        *(_("Column"), _("Distribution"), _("values"), _("missing"), _("different")),
        *(_("mean"), _("deviation"), _("smallest"), _("25 %"), _("median"), _("75 %")),
        *(_("greatest"), _("most frequent")),
    )
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = ""
    rows = zip(statistics[:MOST], histograms[:MOST], strict=True)
    for (name, kind, count, missing, different, frequent, times, numbers), bars in rows:
        least, low, middle, high, greatest, mean, spread = numbers or [None] * 7
        values = [mean, spread if kind != "date" else None, least, low, middle, high, greatest]
        cells = [f"{count:,}", f"{missing:,}", f"{different:,}"]
        cells += [number(value, kind if n != 1 else "number") for n, value in enumerate(values)]
        often = ""
        if times > 1:
            shown = frequent if len(frequent) <= 24 else frequent[:23] + "…"
            often = _("{value} ({times} times)", value=bdi(visible_name(shown)), times=f"{times:,}")
        often = html.escape(_("each once")) if times == 1 < count else often
        body += (
            f'<tr><th scope="row">{bdi(beginning(name, 24))}'
            f"<small>{html.escape(kind_name(kind))}</small></th>"
            f"<td>{_bars(bars.tolist(), colour, sorted_=kind in ('text', 'boolean'))}</td>"
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + f'<td class="words">{often}</td></tr>'
        )
    label = html.escape(_("Statistics of each column"), quote=True)
    return (
        f'<div class="nm-text nm-stats" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _bars(counts: Sequence[int], colour: str, *, sorted_: bool) -> str:
    """A small histogram; gaps between the bars of categories, none between those of numbers."""
    most = max(counts, default=0)
    bars = "".join(
        f'<i style="height:{max(100 * count / most, 4 if count else 0):.0f}%;background:{colour}"></i>'
        for count in counts
    )
    text = _("{bars} bars, the highest of {most}", bars=len(counts), most=f"{most:,}")
    look = "bars apart" if sorted_ else "bars"
    return f'<span class="{look}" role="img" aria-label="{html.escape(text, quote=True)}">{bars}</span>'


def number(value: float | None, kind: str) -> str:
    """A statistic as it is read; of dates the day."""
    if value is None or math.isnan(value):
        return ""
    if kind == "date":
        try:
            return (datetime.date(1970, 1, 1) + datetime.timedelta(days=value)).isoformat()
        except OverflowError:
            return f"{value:.0f}"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"
