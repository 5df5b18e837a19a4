"""How much maps, pooled maps and the results of a network change when the picture moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import charts, show
from components import convolution as shown
from components.classify import BLACK, WHITE, loading
from components.curves import COLOURS
from components.i18n import _
from components.show import RGB, Picture
from engine.lab import Lab, Node
from engine.training.convolve import one_channel
from engine.training.pooling import global_pool, pool
from engine.training.shifts import WINDOW, changes, edge_maps, moved, moved_back
from engine.vision.preprocess import rows_first


def curve_names() -> dict[str, str]:
    """What is measured while the picture moves."""
    return {
        "none": _("no pooling"),
        "stride": _("every fourth number"),
        "mean": _("mean of 4 × 4"),
        "max": _("max of 4 × 4"),
        "global mean": _("mean of the whole map"),
        "global max": _("max of the whole map"),
        "layer1": _("maps of stage 1"),
        "layer4": _("maps of the last stage"),
        "pooled": _("their means (global pooling)"),
        "probabilities": _("probabilities of the classes"),
    }


def change_chart(curves: Sequence[tuple[str, Sequence[float]]]) -> charts.Figure:
    """How much each result changes, over the shift."""
    names = curve_names()
    series = {
        names[name]: (list(range(len(values))), [100 * v for v in values])
        for name, values in curves
    }
    figure = charts.lines(
        series, x=_("shift, pixels"), y=_("change, %"), colours=COLOURS, height=320
    )
    figure["layout"]["yaxis"] |= {"rangemode": "tozero", "hoverformat": ".1f"}
    for trace, dash in zip(
        figure["data"], ("solid", "dot", "dash", "dashdot", "longdash", "solid"), strict=False
    ):
        trace["line"]["dash"] = dash
    return figure


def shift_charts(lab: Lab, gray: Node, text: Mapping[str, str]) -> None:
    """The change with the shift, and what is left of it when the maps are moved back."""
    curves = lab.run(changes, gray, as_="changes_by_shift")
    back = lab.run(moved_back, gray, as_="left_over")
    left, right = st.columns(2)
    with left:
        st.markdown(_("**How much it changes**"))
        show.chart(
            "changes",
            change_chart,
            [curves],
            caption=text["changes_caption"],
            alt=_("Change with the shift, for each kind of pooling"),
        )
    with right:
        st.markdown(_("**After moving the maps back**"))
        show.chart(
            "back",
            change_chart,
            [back],
            caption=text["back_caption"],
            alt=_("What is left of the change when the maps are moved back"),
        )


def what_it_sees(lab: Lab, wide: Node, by: int, caption: str) -> None:
    """What the network gets of the picture, unmoved and moved by so many pixels."""
    rows = lab.run(rows_first, wide, as_="wide_rows")
    alt = _("The part as the network's numbers")
    titles = {0: _("Unmoved")} | ({by: _("Moved by {count} pixels", count=by)} if by else {})
    panes = [
        Picture(
            lab.run(moved, rows, by=shift, as_=f"moved_{shift}"),
            title,
            alt,
            RGB,
            BLACK,
            WHITE,
            group="moved",
        )
        for shift, title in titles.items()
    ]
    show.pictures("network_view", panes, caption=caption, height=300)


def network_chart(found: Node, caption: str) -> None:
    """The change with the shift in the network; while it computes, the page says so."""
    with loading():
        found.value  # noqa: B018 (a property that computes)
    show.chart(
        "network",
        change_chart,
        [found],
        caption=caption,
        alt=_("Change with the shift, from stage 1 to the probabilities"),
    )


def moved_view(lab: Lab, gray: Node, by: int, caption: str) -> None:
    """The moved picture, its edges and the pooled edges; the means of the maps as a sentence."""
    view = lab.run(moved, gray, by=by, as_="view")
    maps = lab.run(edge_maps, view, as_="maps")
    first = lab.run(one_channel, maps, as_="edges")
    pooled = lab.run(pool, maps, side=WINDOW, stride=WINDOW, as_="pooled")
    pooled_first = lab.run(one_channel, pooled, as_="pooled_edges")
    show.pictures(
        "shift",
        [
            shown.gray_pane(view, _("The moved picture"), _("The part that is seen"), "view"),
            shown.map_pane(first, _("Edges"), _("Brighter to the right"), "edges"),
            shown.map_pane(pooled_first, _("Max of 4 × 4"), _("The same, pooled"), "pooled"),
        ],
        caption=caption,
        height=320,
    )
    means = lab.run(global_pool, maps, as_="means")
    show.register("means", [means])
    st.markdown(
        _(
            "**Global mean pooling** leaves one number for each of the four maps: {numbers}",
            numbers=", ".join(f"{n:.1f}" for n in means.value.tolist()),
        )
    )
