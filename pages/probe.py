"""Shows: the losses of four objectives side by side and how well each one's numbers can be read while it
learns; which digits each encoder finds alike; a linear probe on each with 10, 100 and 1,000 labels,
recorded and computed again; what a single draw of labels would have told; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import curves, jobs, page, show
from components import digits as common
from components import probe as shown
from components import probe_questions as questions
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Node
from engine.training.digits import LEARN
from engine.training.probe import ENCODERS, LABELS, SEEDS
from engine.training.probes import alike_share, most_alike, probes, probes_steps, rows_of_alike

here = page.start(
    "probe",
    {
        "losses": _("Four losses"),
        "alike": _("Who is alike"),
        "probe": _("The probe"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
all_ = common.given()
lab = all_.lab


def losses() -> None:
    rows = {name: all_.recorded(f"{name}/rows") for name in shown.TRAINED}
    lengths = [len(node.value) - 1 for node in rows.values()]
    show.chart(
        "losses",
        shown.loss_chart,
        list(rows.values()),
        caption=text["losses_caption"].format(few=min(lengths), many=max(lengths)),
        alt=_("Four losses over the epochs"),
    )
    show.chart(
        "read",
        shown.probe_curves,
        [all_.recorded(f"{name}/{what}") for what in ("kept", "probe") for name in shown.TRAINED],
        caption=text["read_caption"],
        alt=_("The accuracy of a probe over the epochs"),
    )


@fragment
def alike() -> None:
    digit, truth = common.ask_digit(all_, key="pb_digit")
    number = st.session_state["pb_digit"] - 1
    left, right = st.columns([1, 3])
    with left:
        show.pictures(
            "digit",
            [common.pane(lab, digit, _("The digit"), _("The digit"), as_="whole")],
            caption=_("It is a {digit}.", digit=truth),
            height=200,
        )
    found = [
        lab.run(
            most_alike,
            shown.numbers(all_, all_.tested, name),
            number=number,
            count=shown.NEAREST,
            as_=f"{name}_alike",
        )
        for name in ENCODERS
    ]
    rows = lab.run(rows_of_alike, all_.tested, *found, as_="rows")
    titles = shown.titles()
    names = " · ".join(titles[name] for name in ENCODERS)
    with right:
        show.pictures(
            "alike",
            [
                common.montage_pane(
                    lab,
                    rows,
                    _("Most alike, first the nearest"),
                    _("The digits that each encoder finds most alike, a row for each"),
                    as_="sheet",
                    across=shown.NEAREST,
                )
            ],
            caption=_("Rows, from the top: {names}.", names=names) + " " + text["alike_caption"],
            height=440,
        )
    shares = [
        lab.run(
            alike_share,
            shown.numbers(all_, all_.tested, name),
            all_.labels,
            count=shown.NEAREST,
            as_=f"{name}_share",
        )
        for name in ENCODERS
    ]
    show.chart(
        "shares",
        lambda *values: common.share_bars(
            [(titles[name], value) for name, value in zip(ENCODERS, values, strict=True)],
            x=_("the same digit among the nearest, %"),
        ),
        shares,
        caption=text["shares_caption"].format(count=shown.NEAREST),
        alt=_("Share of the nearest digits that are the same digit, by encoder"),
    )


def probe() -> None:
    table = all_.recorded("probes")
    show.chart(
        "recorded",
        lambda values: shown.accuracy_chart(values, ENCODERS),
        [table],
        caption=text["probe_caption"].format(seeds=SEEDS),
        alt=_("Accuracy by the number of labels, for each encoder"),
    )
    show.html(
        "table",
        shown.accuracy_grid(table.value, ENCODERS),
        [table],
        caption=text["table_caption"].format(seeds=SEEDS),
    )
    st.markdown(text["again"])
    seeds = slider(_("Draws of labels"), 2, 10, SEEDS, key="pb_seeds")
    run = lab.run(
        probes,
        all_.encoders,
        all_.learned(LEARN),
        all_.learned_labels(LEARN),
        all_.tested,
        all_.labels,
        seeds=seeds,
        as_="accuracies",
    )
    fragment(watch, run_every=jobs.every(run))(run)


def watch(run: Node) -> None:
    title = _("Probes, each epoch one encoder")
    whole = jobs.Run(run, probes_steps, range(1, len(ENCODERS) + 1), title)
    (job,) = jobs.panel([whole], key="pb", button=_("Compute again"))
    if run.is_cached:
        show.chart(
            "again",
            lambda values: shown.accuracy_chart(values, ENCODERS),
            [run],
            caption=text["again_caption"],
            alt=_("Accuracy by the number of labels, computed here"),
        )
    elif job is not None and job.steps:
        curves.draw(
            shown.accuracies_so_far(job.steps),
            key="pb",
            alt=_("The accuracies so far"),
        )


@fragment
def breaks() -> None:
    names = {str(count): f"{count:,}" for count in LABELS}
    count = int(choice(_("Labels"), names, key="pb_labels"))
    table = all_.recorded("probes")
    show.html(
        "draws",
        shown.draw_grid(table.value, ENCODERS, LABELS.index(count)),
        [table],
        caption=text["draws_caption"],
    )


def predict() -> None:
    questions.ask(all_)


here.run(losses=losses, alike=alike, probe=probe, breaks=breaks, predict=predict)
