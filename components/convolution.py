"""What the lesson on convolution draws: a part of the picture, kernels, cells and their windows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import charts, quiz, scales, show
from components.cells import Cell, grid
from components.classify import loading
from components.curves import COLOURS
from components.i18n import _
from components.numbers import plain
from components.show import RGB, Picture
from components.state import choice
from components.viewer import Outline
from engine.image.color import rgb_to_gray
from engine.image.matrix import strongest_step, window
from engine.image.resize import fit_within
from engine.lab import Lab, Node
from engine.training.convolve import (
    KERNELS,
    SUMS,
    channels_first,
    channels_last,
    convolve_layer,
    cross_correlate,
    first_of,
    half_of_squares,
    kernel_of,
    largest_difference,
    mean_size,
    nudged,
    read_as_channels,
    same_for_all,
    second_of,
    torch_gradients,
    turned,
)

#: The longer side of the copy that is worked on, and the side of the part whose numbers are shown.
SMALL, PATCH = 96, 12
CHOSEN = "#D55E00"
LARGEST_NUMBER = 999.0
#: By how much a weight is changed to check its gradient.
NUDGE = 1e-3
#: A border that makes no edge of its own.
EDGE = {"padding": 1, "border": "edge"}


def kernel_names() -> dict[str, str]:
    """The kernels that can be chosen."""
    return {
        "sobel": _("Edges across"),
        "down": _("Edges down"),
        "blur": _("Blur"),
        "sharpen": _("Sharpen"),
        "laplace": _("Laplace"),
        "identity": _("Identity"),
        "blur5": _("Blur 5 × 5"),
        "log5": _("Spots 5 × 5"),
    }


@dataclass(frozen=True)
class Given:
    """The learner's picture, small and gray, and the part of it whose numbers are shown."""

    lab: Lab
    rgb: Node
    gray: Node
    patch: Node
    top: int
    left: int
    size: tuple[int, int]  # rows and columns of the part


def given(lab: Lab, pixels: Node, view: str = "") -> Given:
    """Reduce the picture and cut a part out: about the pin in `view`, else about a strong edge."""
    rgb = lab.run(fit_within, pixels, side=SMALL, as_="small")
    gray = lab.run(rgb_to_gray, rgb, as_="gray")
    height, width = gray.value.shape
    row, column = lab.run(strongest_step, gray, as_="edge").value
    if view and (at := show.pinned(view, "picture", gray)):
        column, row = at
    top, left = (
        min(max(place - PATCH // 2, 0), max(length - PATCH, 0))
        for place, length in ((row, height), (column, width))
    )
    patch = lab.run(window, gray, row=top, column=left, size=PATCH, as_="part")
    return Given(lab, rgb, gray, patch, top, left, patch.value.shape)


def box(top: float, left: float, height: float, width: float, colour: str = CHOSEN) -> Outline:
    """A rectangle over a picture."""
    right, bottom = left + width, top + height
    return Outline((left, top, right, top, right, bottom, left, bottom), colour=colour)


# ------------------------------------------------------------------------------ kernels


def ask_kernel(lab: Lab, *, key: str) -> Node:
    """Ask for a kernel by its name, and let its numbers be changed; changed ones stand in the URL."""
    name = choice(_("Kernel"), kernel_names(), key=key, look="menu")
    base, divisor, param = KERNELS[name], SUMS.get(name, 1.0), f"{key}_numbers"
    # A link is read once, for the kernel that it names.
    of, linked = st.session_state.setdefault(f"_{param}", (name, _linked(param, len(base))))
    start = linked if linked and of == name else base
    label = _("Its numbers") + (f" (/ {divisor:g})" if divisor != 1 else "")
    with st.popover(label, icon=":material/edit:"):
        st.caption(_("Change any number."))
        number = st.column_config.NumberColumn(
            min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER, width="small"
        )
        columns = {str(n + 1): [float(row[n]) for row in start] for n in range(len(base))}
        edited = st.data_editor(
            columns,
            hide_index=True,
            column_config=dict.fromkeys(columns, number),
            key=f"{param}_{name}",
        )
    rows = tuple(
        tuple(float(edited[column][n] or 0) for column in columns) for n in range(len(base))
    )
    if rows != tuple(tuple(float(n) for n in row) for row in base):
        st.query_params[param] = ",".join(f"{n:g}" for row in rows for n in row)
    elif param in st.query_params:
        del st.query_params[param]
    return lab.run(kernel_of, rows=rows, divisor=divisor, as_="kernel")


def _linked(param: str, side: int) -> tuple[tuple[float, ...], ...] | None:
    """The numbers of a kernel that a link names, if they are as many as they should be."""
    try:
        numbers = [float(part) for part in st.query_params.get(param, "")[:400].split(",")]
    except ValueError:
        return None
    if len(numbers) != side * side or not all(
        math.isfinite(n) and abs(n) <= LARGEST_NUMBER for n in numbers
    ):
        return None
    return tuple(tuple(numbers[n : n + side]) for n in range(0, side * side, side))


def preset(lab: Lab, name: str) -> Node:
    """A kernel by its name."""
    rows = tuple(tuple(float(n) for n in row) for row in KERNELS[name])
    return lab.run(kernel_of, rows=rows, divisor=SUMS.get(name, 1.0), as_=f"kernel_{name}")


# ----------------------------------------------------------------------------- pictures


def largest(node: Node) -> float:
    """How far the numbers of a node reach from 0, and never quite 0."""
    return max(abs(float(node.value.min())), abs(float(node.value.max())), 1e-9)


def gray_pane(node: Node, title: str, alt: str, group: str, *outlines: Outline) -> Picture:
    """A picture of gray levels, 0 to 255."""
    return Picture(node, title, alt, (), 0, 255, "gray", group, lossy=False, outlines=outlines)


def reduced_pane(part: Given) -> Picture:
    """The reduced picture with a frame around the part whose numbers are shown."""
    frame = box(part.top, part.left, *part.size)
    title, alt = _("Your picture, reduced"), _("The picture in gray")
    return gray_pane(part.gray, title, alt, "picture", frame)


def signed_pane(
    node: Node, title: str, alt: str, group: str, *outlines: Outline, reach: float = 0.0
) -> Picture:
    """A map whose numbers lie on both sides of 0, to `reach` or as far as they go."""
    reach = reach or largest(node)
    return Picture(
        node, title, alt, (), -reach, reach, "signed", group, lossy=False, outlines=outlines
    )


def map_pane(
    node: Node, title: str, alt: str, group: str, *outlines: Outline, most: float = 0.0
) -> Picture:
    """A map of numbers from 0 on."""
    return Picture(
        node,
        title,
        alt,
        (),
        0,
        most or largest(node),
        "viridis",
        group,
        lossy=False,
        outlines=outlines,
    )


def take_click(view: str, group: str, node: Node, key: str) -> None:
    """Let the stepper called `key` go to the cell that was clicked just now in `group`."""
    at, kept = show.pinned(view, group, node), f"_cell_{view}"
    if at != st.session_state.get(kept):
        st.session_state[kept] = at
        height, width = node.value.shape
        if at is not None and at[0] < width and at[1] < height:
            st.session_state[key] = at[1] * width + at[0] + 1


# -------------------------------------------------------------------------------- grids


def short(number: float) -> str:
    """A number in few digits."""
    return f"{number:.4g}" if abs(number) >= 1e-3 or number == 0 else plain(number, 2)


def numbers(matrix: Any, *, label: str, scale: str, reach: tuple[float, float]) -> str:
    """A matrix as a grid on coloured cells."""
    rows = [
        [Cell(short(n), scales.colour(scale, n, *reach)) for n in line] for line in matrix.tolist()
    ]
    return grid(rows, label=label)


def beside(parts: Sequence[tuple[str, str]]) -> str:
    """Grids beside each other, each under its title; a narrow screen puts them below each other."""
    shown = "".join(f"<div><p><b>{title}</b></p>{body}</div>" for title, body in parts)
    return f'<div style="display:flex;flex-wrap:wrap;gap:1rem 2rem">{shown}</div>'


def cell_grids(under: Any, kernel: Any, parts: Any, sum_: float) -> str:
    """The numbers under the kernel, the kernel, their products and what these add up to."""
    reach = max(float(abs(kernel).max()), 1e-9)
    most = max(float(abs(parts).max()), 1e-9)
    return beside(
        [
            (
                _("Pixels in the window"),
                numbers(under, label=_("Pixels"), scale="gray", reach=(0, 255)),
            ),
            (
                _("× kernel"),
                numbers(kernel, label=_("Kernel"), scale="signed", reach=(-reach, reach)),
            ),
            (
                _("= products; sum {sum}", sum=short(sum_)),
                numbers(parts, label=_("Products"), scale="signed", reach=(-most, most)),
            ),
        ]
    )


def pool_grid(numbers_: Any, greatest: float) -> str:
    """The numbers of a window, the greatest of them marked."""
    rows = [
        [
            Cell(
                short(n),
                scales.colour("viridis", n, 0, max(greatest, 1e-9)),
                edge=CHOSEN if n == greatest else "",
            )
            for n in line
        ]
        for line in numbers_.tolist()
    ]
    return grid(rows, label=_("The window"))


def cost_grid(costs: Sequence[tuple[str, int, int]]) -> str:
    """Weights and multiply-adds of the ways to compute a layer."""
    names = {
        "full": _("full"),
        "depthwise": _("depthwise"),
        "pointwise": _("1 × 1"),
        "separable": _("depthwise, then 1 × 1"),
    }
    whole = costs[0][1]
    rows = [
        [Cell(f"{weights:,}"), Cell(f"{work:,}"), Cell(f"{weights / whole:.1%}")]
        for _name, weights, work in costs
    ]
    heads = [_("weights"), _("multiply-adds"), _("of the full one")]
    return grid(
        rows,
        label=_("What a layer costs"),
        row_heads=[names[name] for name, *_rest in costs],
        column_heads=heads,
    )


# ------------------------------------------------------------------------------- shifts


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


def shift_charts(changes: Node, back: Node, text: Mapping[str, str]) -> None:
    """The change with the shift, and what is left of it when the maps are moved back."""
    left, right = st.columns(2)
    with left:
        st.markdown(_("**How much it changes**"))
        show.chart(
            "changes",
            change_chart,
            [changes],
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


# ------------------------------------------------------------------------- whole views


def kernel_gradients(
    lab: Lab, image: Node, kernel: Node, found: tuple[Node, Node, Node], caption: str
) -> None:
    """The gradient of the kernel, checked by a small change of one weight and by PyTorch's autograd.

    `found` : the result, and the gradients of kernel and picture.
    """
    result, of_kernel, of_image = found
    theirs = lab.run(torch_gradients, image, kernel, as_="theirs")
    differences = [
        lab.run(largest_difference, ours, lab.run(which, theirs, as_=name), as_=f"off_{name}")
        for ours, which, name in (
            (of_kernel, first_of, "torch_kernel"),
            (of_image, second_of, "torch_pixels"),
        )
    ]
    loss = lab.run(half_of_squares, result, as_="loss")
    other = lab.run(nudged, kernel, row=0, column=0, by=NUDGE, as_="other_kernel")
    other = lab.run(cross_correlate, image, other, as_="other_result")
    after = lab.run(half_of_squares, other, as_="other_loss")
    reach, label = largest(of_kernel), _("Gradient of the kernel")
    st.markdown(f"**{label}**")
    show.html(
        "kernel_gradient",
        numbers(of_kernel.value, label=label, scale="signed", reach=(-reach, reach)),
        [of_kernel, *differences, loss, after],
        caption=caption.format(
            by=f"{NUDGE:g}",
            before=f"{loss.value:.6f}",
            after=f"{after.value:.6f}",
            slope=f"{(after.value - loss.value) / NUDGE:.3f}",
            gradient=f"{of_kernel.value[0, 0]:.3f}",
            off=plain(max(node.value for node in differences)),
        ),
    )


def right_and_wrong(part: Given, fault: str) -> tuple[Node, Node]:
    """A convolution of the picture as it should be, and with a fault."""
    lab = part.lab
    if fault == "order":
        blur = lab.run(same_for_all, preset(lab, "blur"), kind="depthwise", as_="kernels")
        first, other = (
            lab.run(
                channels_last,
                lab.run(
                    convolve_layer,
                    lab.run(read, part.rgb, as_=f"{name}_channels"),
                    blur,
                    padding=1,
                    groups=3,
                    as_=f"{name}_maps",
                ),
                as_=name,
            )
            for read, name in ((channels_first, "right"), (read_as_channels, "wrong"))
        )
        return first, other
    kernel = preset(lab, "sobel")
    right = lab.run(cross_correlate, part.gray, kernel, **EDGE, as_="right")
    if fault == "turned":
        kernel = lab.run(turned, kernel, as_="laid")
    border = "constant" if fault == "border" else "edge"
    how = EDGE | {"border": border}
    return right, lab.run(cross_correlate, part.gray, kernel, **how, as_="wrong")


def compared_panes(right: Node, wrong: Node, title: str) -> list[Picture]:
    """Both beside each other, on one scale and under one cursor."""
    reach = max(largest(right), largest(wrong))
    titled = ((right, _("Right")), (wrong, title))
    if right.value.ndim == 3:
        return [Picture(node, name, name, RGB, 0, 255, group="both") for node, name in titled]
    return [signed_pane(node, name, name, "both", reach=reach) for node, name in titled]


# ---------------------------------------------------------------------------- questions


def asked_edges(part: Given) -> None:
    """Which of Sobel's kernels answers more strongly on the whole picture?"""
    lab = part.lab
    across, down = (
        lab.run(
            mean_size,
            lab.run(cross_correlate, part.gray, preset(lab, name), **EDGE, as_=f"edges_{name}"),
            as_=f"mean_{name}",
        ).value
        for name in ("sobel", "down")
    )
    larger = max(across, down)
    equal = abs(across - down) <= 0.05 * larger
    quiz.question(
        _(
            "Edges across (brighter from left to right) or edges down: which kernel answers more "
            "strongly on your picture?"
        ),
        {
            "across": _("Edges across"),
            "same": _("both the same, to 5 %"),
            "down": _("Edges down"),
        },
        answer="same" if equal else "across" if across > down else "down",
        why=_(
            "Mean size of the answers: {across} across, {down} down.",
            across=f"{across:.1f}",
            down=f"{down:.1f}",
        ),
        key="conv_edges",
    )
