"""Shows: the bits of a number that the learner types, in five formats, its neighbours and what is lost;
ranges and gaps; sums that stand still; gradients of a real network in few bits, and loss scaling; a
layer of ResNet-18 in whole numbers and what becomes of its answers; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show
from components import precision as shown
from components.guard import fragment
from components.i18n import _, safe
from components.numbers import plain
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.models.catalogue import RESNET18
from engine.models.for_training import MNIST_5K
from engine.samples import load
from engine.softmax import softmax
from engine.training.digits import digit_labels, digits
from engine.training.int8 import (
    layer_weights,
    levels_used,
    quantized,
    quantized_scores,
    reaches,
    relative_error,
    restored,
)
from engine.training.lossscale import (
    dynamic_scale,
    exponent_counts,
    gradients_of,
    largest_of,
    least_lost,
    lost,
    lost_by_scale,
    small_training,
)
from engine.training.precision import (
    FORMATS,
    all_bits,
    format_table,
    gaps,
    least_power,
    near_rows,
    pairwise_sum,
    running_sums,
    stands_still,
    typed_number,
)
from engine.vision.classify import probability_of, scores, top
from engine.vision.preprocess import centre_crop, tensor

here = page.start(
    "precision",
    {
        "bits": _("Bits"),
        "range": _("Range and gaps"),
        "sums": _("Sums"),
        "gradients": _("Gradients"),
        "int8": _("Whole numbers"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
TRAINED_ON = 1000  # digits


@fragment
def bits() -> None:
    typed = shown.number_input()
    value = lab.run(typed_number, text=typed, as_="value")
    pattern, near = lab.run(all_bits, value, as_="bits"), lab.run(near_rows, value, as_="near")
    caption = text["bits_caption"]
    show.html("bits", shown.bit_grid(pattern.value, list(FORMATS)), [pattern], caption=caption)
    show.html("held", shown.held_grid(near.value), [near], caption=text["held_caption"])


@fragment
def range_() -> None:
    table = lab.run(format_table, as_="formats")
    show.html("formats", shown.format_grid(table.value), [table], caption=text["formats_caption"])
    show.chart(
        "gaps",
        shown.gap_lines,
        [lab.run(gaps, form=form, as_=f"gaps_{n}") for n, form in enumerate(FORMATS)],
        caption=text["gaps_caption"],
        alt=_("The relative gap between neighbours, by size and format"),
    )


def summed(form: str, start: float, step: float, count: int, number: int = 0) -> Node:
    return lab.run(
        running_sums, form=form, start=start, step=step, count=count, as_=f"sums_{number}"
    )


@fragment
def sums() -> None:
    case = choice(_("What is added"), shown.sum_names(), key="prec_sum")
    start, step, count = shown.SUMS[case]
    forms = ("float32", "float16", "bfloat16")
    nodes = [summed(form, start, step, count, n) for n, form in enumerate(forms)]
    show.chart(
        "sums",
        lambda *rows: shown.sum_lines(
            [start + step * n for n in range(count + 1)], dict(zip(forms, rows, strict=True))
        ),
        nodes,
        caption=text["sums_caption"]
        + " "
        + _(
            "In the end: {sums}; exactly it would be {exact}. In float16, adding {step} changes nothing "
            "from {still} on.",
            sums=", ".join(
                f"{form} {shown.shown(float(node.value[-1]))}"
                for form, node in zip(forms, nodes, strict=True)
            ),
            exact=shown.shown(start + step * count),
            step=shown.shown(step),
            still=shown.shown(lab.run(stands_still, form="float16", step=step, as_="still").value),
        ),
        alt=_("Running sums in three formats"),
    )
    halves = lab.run(pairwise_sum, form="float16", step=step, count=count, as_="halves").value
    st.markdown(
        _(
            "The same {count} numbers added by halves (neighbours first, then their sums) give "
            "**{sum}** in float16; exactly {exact}.",
            count=f"{count:,}",
            sum=shown.shown(halves),
            exact=shown.shown(step * count),
        )
    )


def trained(epochs: int, seed: int = 0) -> Node:
    path = lab.weights(MNIST_5K, as_="set_file")
    pictures = lab.run(digits, path, start=0, count=TRAINED_ON, as_="pictures")
    labels = lab.run(digit_labels, path, start=0, count=TRAINED_ON, as_="labels")
    return lab.run(small_training, pictures, labels, seed=seed, epochs=epochs, as_="trained")


@fragment
def gradients() -> None:
    left, right = st.columns(2)
    with left:
        epochs = st.select_slider(
            _("Epochs of training before"), [0, 10, 40], 40, key="prec_epochs"
        )
        form = shown.format_choice(_("Kept as"), key="prec_form")
    with right:
        power = slider(_("Scale: 2 to the power of"), 0, 32, 0, key="prec_power")
    run = trained(epochs)
    found = lab.run(gradients_of, run, as_="gradients")
    zero, beyond = lab.run(lost, found, form=form, scale=2.0**power, as_="lost").value
    limits = [(least_power(form) - 1.5 - power, _("least"))]
    show.chart(
        "gradients",
        lambda counts: shown.exponent_bars(counts, limits),
        [lab.run(exponent_counts, found, as_="counts")],
        caption=text["gradients_caption"].format(
            digits=f"{TRAINED_ON:,}",
            count=f"{len(found.value):,}",
            right=f"{run.value[2]:.1%}",
        )
        + " "
        + _(
            "With this scale, {zero} of them become 0 in {form}, and {beyond} go beyond the range.",
            zero=f"{zero:.2%}",
            beyond=f"{beyond:.2%}",
            form=form,
        ),
        alt=_("How many gradients there are of each size"),
    )
    table = lab.run(lost_by_scale, found, form=form, as_="by_scale")
    best = lab.run(least_lost, table, as_="best")
    left, right = st.columns(2)
    with left:
        show.chart(
            "lost",
            lambda shares, _best: shown.lost_lines(shares, power),
            [table, best],
            caption=text["lost_caption"]
            + " "
            + _(
                "Fewest are lost at 2 to the power of {power}: {share}.",
                power=best.value[0],
                share=f"{best.value[1]:.2%}",
            ),
            alt=_("Shares that are lost, by scale"),
        )
    with right:
        largest = lab.run(largest_of, trained(40), as_="largest")
        show.chart(
            "dynamic",
            shown.scale_steps,
            [lab.run(dynamic_scale, largest, form="float16", as_="scales")],
            caption=text["dynamic_caption"],
            alt=_("The scale, step by step"),
        )


def in_whole_numbers(
    weights: Node, layer: str, way: str, bits: int, name: str = ""
) -> tuple[Node, ...]:
    full = lab.run(layer_weights, weights, layer=layer, as_="kernels")
    whole = lab.run(quantized, full, way=way, bits=bits, as_=f"whole{name}")
    back = lab.run(restored, whole, full, way=way, bits=bits, as_=f"back{name}")
    return full, whole, lab.run(relative_error, full, back, as_=f"error{name}")


@fragment
def int8() -> None:
    left, right = st.columns(2)
    with left:
        layer = st.selectbox(_("Layer of ResNet-18"), shown.LAYERS, key="prec_layer")
        way = choice(_("Scale"), shown.way_names(), key="prec_way")
    with right:
        width = slider(_("Bits of a weight"), 2, 8, 8, key="prec_bits")
        name = choice(_("Picture"), shown.picture_names(), key="prec_picture")
    weights = lab.weights(RESNET18)
    full, whole, error = in_whole_numbers(weights, layer, way, width)
    one, other = st.columns(2)
    with one:
        show.chart(
            "levels",
            shown.level_bars,
            [lab.run(levels_used, whole, as_="level_counts")],
            caption=text["levels_caption"].format(
                count=f"{full.value.size:,}",
                full=f"{4 * full.value.size / 1000:,.1f}",
                small=f"{full.value.size * width / 8000:,.1f}",
                error=f"{error.value:.2%}",
            ),
            alt=_("How often each whole number is used"),
        )
    with other:
        show.chart(
            "reaches",
            shown.reach_lines,
            [lab.run(reaches, full, as_="greatest_weights")],
            caption=text["reaches_caption"],
            alt=_("The greatest weight of each output"),
        )
    table, nodes = answers(weights, name, way, width)
    show.html("answers", shown.answer_grid(table), nodes, caption=text["answers_caption"])


def answers(
    weights: Node, name: str, way: str, width: int
) -> tuple[list[tuple[str, str, float, float]], list[Node]]:
    """What the full and the rounded network say of a picture."""
    other, pixels = shown.pixels(name)
    x = other.run(tensor, other.run(centre_crop, pixels, as_="crop"), as_="x")
    full = other.run(scores, weights, x, network=True, as_="full_scores")
    few = other.run(
        quantized_scores, weights, x, way=way, bits=width, network=True, as_="few_scores"
    )
    rows, nodes, label = [], [], -1
    titles = (_("float32"), _("{bits} bits, {way}", bits=width, way=shown.way_names()[way]))
    for number, (title, found) in enumerate(zip(titles, (full, few), strict=True)):
        share = other.run(softmax, found, as_=f"probabilities_{number}")
        best = other.run(top, share, count=1, as_=f"best_{number}").value[0]
        label = best[0] if label < 0 else label
        right = other.run(probability_of, share, label=label, as_=f"of_class_{number}").value
        rows.append((title, safe(best[1]), best[2], right))
        nodes.append(share)
    return rows, nodes


@fragment
def breaks() -> None:
    case = choice(_("Mistake"), shown.trap_names(), key="prec_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "range":
        near = lab.run(near_rows, lab.run(typed_number, text="70000", as_="large"), as_="near")
        tiny = lab.run(near_rows, lab.run(typed_number, text="1e-8", as_="small"), as_="near_0")
        show.html("trap_large", shown.held_grid(near.value), [near], caption=text["large_caption"])
        show.html("trap_small", shown.held_grid(tiny.value), [tiny], caption=text["small_caption"])
    elif case == "unscaled":
        found = lab.run(gradients_of, trained(40), as_="gradients")
        for power, name in ((0, "plain"), (15, "scaled"), (32, "beyond")):
            zero, beyond = lab.run(
                lost, found, form="float16", scale=2.0**power, as_=f"lost_{name}"
            ).value
            st.markdown(
                _(
                    "Scale 2^{power}: **{zero}** become 0, **{beyond}** go beyond the range.",
                    power=power,
                    zero=f"{zero:.2%}",
                    beyond=f"{beyond:.2%}",
                )
            )
    else:
        weights = lab.weights(RESNET18)
        for way in ("tensor", "channel"):
            table, nodes = answers(weights, "coffee", way, 4)
            show.html(
                f"trap_{way}", shown.answer_grid(table), nodes, caption=shown.way_names()[way]
            )


def predict() -> None:
    value = lab.run(typed_number, text="0.1", as_="value")
    errors = {row[0]: row[4] for row in lab.run(near_rows, value, as_="near").value}
    quiz.question(
        _("0.1 as float16 and as bfloat16: which one is nearer to 0.1?"),
        {"bfloat16": "bfloat16", "float16": "float16"},
        answer=min(("bfloat16", "float16"), key=errors.__getitem__),
        why=_(
            "Relative errors: float16 {one}, bfloat16 {other}. float16 has more bits of fraction.",
            one=plain(errors["float16"], 2),
            other=plain(errors["bfloat16"], 2),
        ),
        key="prec_nearer",
    )
    still = int(lab.run(stands_still, form="float16", step=1.0, as_="still").value)
    quiz.question(
        _("One adds 1 again and again in float16. Where does the sum stand still?"),
        quiz.distinct(low=256, middle=1024, right=still, high=65504),
        answer="right",
        why=_(
            "At {still}: its neighbour above is {next}.", still=f"{still:,}", next=f"{still + 2:,}"
        ),
        key="prec_still",
    )
    found = lab.run(gradients_of, trained(40), as_="gradients")
    zero = lab.run(lost, found, form="float16", scale=1.0, as_="lost").value[0]
    in_b = lab.run(lost, found, form="bfloat16", scale=1.0, as_="lost_b").value[0]
    quiz.question(
        _("The gradients of the step Gradients are kept in bfloat16 instead. How many become 0?"),
        {"more": _("More than in float16"), "fewer": _("Fewer"), "same": _("As many")},
        answer="more" if in_b > zero else "fewer" if in_b < zero else "same",
        why=_("{b} against {a} in float16.", a=f"{zero:.2%}", b=f"{in_b:.2%}"),
        key="prec_bfloat",
    )
    weights = lab.weights(RESNET18)
    first, second = (
        in_whole_numbers(weights, "conv1", way, 8, f"_{way}")[2].value
        for way in ("tensor", "channel")
    )
    times = first / second
    quiz.question(
        _(
            "The first layer of ResNet-18 in 8 bits: how much smaller is the error with a scale for "
            "each output?"
        ),
        {"none": _("under 1.2 times"), "much": _("over 3 times"), "some": _("1.2 to 3 times")},
        answer="none" if times < 1.2 else "some" if times <= 3 else "much",
        why=_(
            "{times} times: {one} against {other}.",
            times=f"{times:.1f}",
            one=f"{first:.2%}",
            other=f"{second:.2%}",
        ),
        key="prec_channel",
    )


here.run(
    bits=bits,
    range=range_,
    sums=sums,
    gradients=gradients,
    int8=int8,
    breaks=breaks,
    predict=predict,
)
