"""One layer in full: what it computes, and how its shape and costs come about, in its own numbers."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from components.architecture import short, times
from components.i18n import _
from engine.networks.trace import Row, is_layer

#: What a unit computes; the symbols are those of the papers.
FORMULAS = {
    "max": r"y_{c,i,j} = \max_{u,v}\; x_{c,\; s\,i+u-p,\; s\,j+v-p}",
    "mean": r"y_{c,i,j} = \frac{1}{k^2}\sum_{u,v} x_{c,\; s\,i+u,\; s\,j+v}",
    "Subsample": r"y_{c,i,j} = a_c \sum_{u,v \in \{0, 1\}} x_{c,\; 2i+u,\; 2j+v} + b_c",
    "AdaptivePool": r"y_{c,i,j} = \operatorname{mean}\;\{x_{c,u,v}\;:\;(u,v)\text{ in part }(i,j)\}",
    "batch": r"y_c = \gamma_c\,\frac{x_c - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}} + \beta_c",
    "layer": r"y_t = \gamma \odot \frac{x_t - \mu_t}{\sqrt{\sigma_t^2 + \varepsilon}} + \beta",
    "ReLU": r"y = \max(0, x)",
    "ReLU6": r"y = \min(\max(0, x), 6)",
    "GELU": r"y = x\,\Phi(x)",
    "tanh": r"y = \tanh(x)",
    "1.7159 tanh(2/3 a)": r"y = 1.7159\,\tanh\left(\tfrac{2}{3}\,x\right)",
    "Dropout": r"y = x\qquad(\text{train: } y = m\,x / (1-p),\; m \in \{0, 1\})",
    "Flatten": r"y_{(c\,H + i)\,W + j} = x_{c,i,j}",
    "ToTokens": r"y_{i\,W + j,\; c} = x_{c,i,j}",
    "ClassToken": r"y = (t,\; x_1,\; \dots,\; x_T)",
    "Positions": r"y_t = x_t + p_t",
    "FirstToken": r"y = x_1",
    "Linear": r"y = W x",
    "Distances": r"y_c = \sum_i (x_i - w_{c,i})^2",
    "Embedding": r"y_t = E_{\mathrm{id}(t)}",
    "LSTM": r"""\begin{aligned}
        i, f, o &= \sigma(W_{i,f,o}\, x_t + U_{i,f,o}\, h_{t-1} + b_{i,f,o}), \quad
        g = \tanh(W_g x_t + U_g h_{t-1} + b_g) \\
        c_t &= f \odot c_{t-1} + i \odot g, \quad h_t = o \odot \tanh(c_t)
        \end{aligned}""",
    "Given": r"y = m",
    "Add": r"y = x_1 + x_2 + \dots",
    "Concat": r"y = (x_1,\; x_2,\; \dots)",
    "Attention": r"y = \operatorname{softmax}\left(\frac{Q K^{\mathsf T}}{\sqrt{d / h}}\right) V",
}


def heroes(parameters: int, multiply_adds: int, numbers: int) -> None:
    """The three costs in large figures."""
    with st.container(horizontal=True):
        st.metric(_("Parameters"), f"{parameters:,}")
        st.metric(_("Multiply-adds"), f"{multiply_adds:,}")
        st.metric(_("Outputs in float32"), _("{size}B", size=short(4 * numbers)))


def share(row: Row, whole: Row) -> None:
    """Say what a block costs, and how much of the whole network that is."""
    st.markdown(
        _(
            "**{name}**: {parameters} parameters ({part} of all), {work} multiply-adds ({work_part}), "
            "outputs of {size}B ({size_part})",
            name=row.module or row.name,
            parameters=f"{row.parameters:,}",
            part=_of(row.parameters, whole.parameters),
            work=f"{row.multiply_adds:,}",
            work_part=_of(row.multiply_adds, whole.multiply_adds),
            size=short(4 * row.numbers),
            size_part=_of(row.numbers, whole.numbers),
        )
    )


def _of(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.3g} %"


def draw(row: Row) -> None:
    """Draw a layer's formula and its arithmetic."""
    settings: dict[str, Any] = dict(row.settings)
    with st.container(border=True, key="layer_card"):
        came = "; ".join(times(shape) for shape in row.inputs)
        st.markdown(
            _(
                "**{name}**: {input} → {output}",
                name=row.module or row.name,
                input=came,
                output=times(row.output),
            )
        )
        st.latex(formula(row, settings))
        for line in arithmetic(row, settings):
            st.markdown(f"- {line}")
        heroes(row.parameters, row.multiply_adds, row.numbers)


def formula(row: Row, settings: dict[str, Any]) -> str:
    """What a unit of the layer computes, in LaTeX."""
    if row.kind == "Conv":
        return _convolution(row, settings)
    if row.kind == "Linear":
        return FORMULAS["Linear"] + (" + b" if settings["bias"] else "")
    by = {"Pool": "rule", "Norm": "over", "Activation": "function"}.get(row.kind)
    return FORMULAS[settings[by] if by else row.kind]


def _convolution(row: Row, settings: dict[str, Any]) -> str:
    """A sum over the window and over the channels d that this channel c is joined to."""
    in_plane = len(row.output) == 3
    place, window = ("i,j", "u,v") if in_plane else ("i", "u")
    seen = r"s\,i+u-p,\; s\,j+v-p" if in_plane else r"s\,i+u-p"
    bias = "b_c + " if settings["bias"] else ""
    if settings["groups"] > 1:  # each channel by itself
        return rf"y_{{c,{place}}} = {bias}\sum_{{{window}}} w_{{c,{window}}}\, x_{{c,\; {seen}}}"
    return rf"y_{{c,{place}}} = {bias}\sum_{{d,{window}}} w_{{c,d,{window}}}\, x_{{d,\; {seen}}}"


def arithmetic(row: Row, settings: dict[str, Any]) -> list[str]:
    """How shape, parameters and multiply-adds come about, as lines of Markdown."""
    lines = []
    if row.kind in ("Conv", "Pool"):
        lines.append(_side(row, settings))
    made = {
        "Conv": _conv,
        "Norm": _norm,
        "Linear": _linear,
        "LSTM": _lstm,
        "Embedding": _embedding,
        "Attention": _attention,
    }.get(row.kind)
    if made and is_layer(row):
        lines += made(row, settings)
    if not row.parameters and row.kind != "Linear":
        lines.append(_("Nothing is learned here: no parameters."))
    return lines


def _side(row: Row, settings: dict[str, Any]) -> str:
    length, out = row.inputs[0][-1], row.output[-1]
    kernel, stride, padding = settings["kernel"], settings["stride"], settings["padding"]
    rounded = "⌈{}⌉" if settings.get("ceil") else "⌊{}⌋"
    inner = f"({length} + 2 · {padding} − {kernel}) / {stride}"
    return _(
        "Width: {formula} = {out} (kernel k = {kernel}, stride s = {stride}, padding p = {padding})",
        formula=rounded.format(inner) + " + 1",
        out=out,
        kernel=kernel,
        stride=stride,
        padding=padding,
    )


def _conv(row: Row, settings: dict[str, Any]) -> list[str]:
    inside, out = row.inputs[0][0], row.output[0]
    window = " · ".join([str(settings["kernel"])] * (len(row.output) - 1))
    groups, links = settings["groups"], settings["links"]
    if links:
        pairs = _("{links} joined pairs of maps", links=links)
    elif groups > 1:
        pairs = f"{inside} / {groups} · {out}"
    else:
        pairs = f"{inside} · {out}"
    bias = f" + {out}" if settings["bias"] else ""
    places = " · ".join(map(str, row.output[1:]))
    weights = row.parameters - (out if settings["bias"] else 0)
    lines = [
        _(
            "Parameters: {formula} = {result}",
            formula=f"{pairs} · {window}{bias}",
            result=f"{row.parameters:,}",
        ),
        _(
            "Multiply-adds: each of the {weights} weights at {places} places = {result}",
            weights=f"{weights:,}",
            places=places,
            result=f"{row.multiply_adds:,}",
        ),
    ]
    if not settings["bias"]:
        lines.append(_("No bias: the normalisation that follows adds a number to each channel."))
    return lines


def _norm(row: Row, settings: dict[str, Any]) -> list[str]:
    return [
        _(
            "Parameters: {formula} = {result}",
            formula=f"2 · {row.parameters // 2} (γ, β)",
            result=f"{row.parameters:,}",
        )
    ]


def _linear(row: Row, settings: dict[str, Any]) -> list[str]:
    inside, out = row.inputs[0][-1], row.output[-1]
    lines = []
    if settings["tied"]:
        lines.append(_("Its weights are those of the embedding, which are counted there."))
    else:
        bias = f" + {out}" if settings["bias"] else ""
        lines.append(
            _(
                "Parameters: {formula} = {result}",
                formula=f"{inside} · {out}{bias}",
                result=f"{row.parameters:,}",
            )
        )
    tokens = f"{math.prod(row.output[:-1])} · " if len(row.output) > 1 else ""
    lines.append(
        _(
            "Multiply-adds: {formula} = {result}",
            formula=f"{tokens}{inside} · {out}",
            result=f"{row.multiply_adds:,}",
        )
    )
    return lines


def _lstm(row: Row, settings: dict[str, Any]) -> list[str]:
    inside, units = row.inputs[0][-1], row.output[-1]
    return [
        _(
            "Parameters: {formula} = {result}",
            formula=f"4 · ({inside} · {units} + {units} · {units} + 2 · {units})",
            result=f"{row.parameters:,}",
        ),
        _(
            "Multiply-adds: {formula} = {result}",
            formula=f"{row.output[0]} · 4 · ({inside} · {units} + {units} · {units})",
            result=f"{row.multiply_adds:,}",
        ),
    ]


def _embedding(row: Row, settings: dict[str, Any]) -> list[str]:
    return [
        _(
            "Parameters: {formula} = {result}",
            formula=f"{settings['rows']:,} · {settings['width']}",
            result=f"{row.parameters:,}",
        ),
        _("A row is looked up, nothing is multiplied."),
    ]


def _attention(row: Row, settings: dict[str, Any]) -> list[str]:
    (queries, width), (keys, _width), _values = row.inputs
    return [
        _(
            "Multiply-adds: {formula} = {result}",
            formula=f"{queries} · {keys} · {width} (QKᵀ) + {queries} · {keys} · {width} (V)",
            result=f"{row.multiply_adds:,}",
        ),
        _(
            "Weights of attention: {formula} = {result} numbers; they grow with the square of the "
            "length",
            formula=f"{settings['heads']} · {queries} · {keys}",
            result=f"{settings['heads'] * queries * keys:,}",
        ),
    ]
