"""Shows: a digit with hidden patches and what two masked autoencoders draw there, by chance, by hand and
for the learner's own drawing; one patch with its numbers; the error for each share of hidden patches;
a training watched; what is hidden too little, too much and in the wrong place; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import digits as common
from components import jobs, page, show
from components import maskedimage as shown
from components import maskedimage_questions as questions
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Node
from engine.training.autoencoder import autoencoder, autoencoder_steps
from engine.training.encoder import NUMBERS
from engine.training.maskedimage import masked, masked_steps
from engine.training.patches import HIDDEN, PATCHES, hidden_by_chance, hidden_by_ink, patch_numbers

here = page.start(
    "maskedimage",
    {
        "hide": _("Hide patches"),
        "numbers": _("One patch"),
        "ratio": _("How many"),
        "train": _("Training"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
all_ = common.given()
lab = all_.lab


@fragment
def hide() -> None:
    digit = shown.ask_picture(all_)
    hidden = shown.ask_hidden(all_)
    if hidden is None:
        return
    one = shown.asked(all_, digit, hidden)
    other = shown.asked(all_, digit, hidden, name="_too", network="transformer")
    show.pictures("hide", shown.given_panes(one), caption=text["hide_caption"], height=260)
    show.pictures(
        "redrawn",
        shown.drawn_panes(one, other),
        caption=text["redrawn_caption"]
        + " "
        + _(
            "{count} of {all} patches are hidden. Error there: convolutions {error}, transformer "
            "{other}; with the mean digit: {mean}.",
            count=len(one.places),
            all=PATCHES,
            error=f"{one.error:.4f}",
            other=f"{other.error:.4f}",
            mean=f"{shown.mean_error_of(one):.4f}",
        ),
        height=260,
    )


@fragment
def numbers() -> None:
    digit, _truth = common.ask_digit(all_, key="mi_digit")
    one = shown.asked(all_, digit, shown.ask_chance(all_))
    errors = one.errors.value[0].tolist()
    worst = max(one.places, key=lambda place: errors[place])
    names = [place + 1 for place in one.places]
    if st.session_state.get("mi_patch") not in names:
        st.session_state.pop("mi_patch", None)
    chosen = (
        st.selectbox(
            _("Hidden patch"),
            names,
            names.index(worst + 1),
            key="mi_patch",
            persist_state="session",
        )
        - 1
    )
    show.pictures(
        "patch", shown.patch_panes(one, chosen), caption=text["patch_caption"], height=220
    )
    found = lab.run(patch_numbers, digit, one.patches, patch=chosen, as_="numbers")
    show.html(
        "numbers",
        shown.number_grids(found.value),
        [found, one.errors],
        caption=text["numbers_caption"]
        + " "
        + _(
            "The mean of these 16 squares is {patch}; the mean over all {count} hidden patches is the "
            "loss, {loss}.",
            patch=f"{errors[chosen]:.4f}",
            count=len(names),
            loss=f"{one.error:.4f}",
        ),
    )


@fragment
def ratio() -> None:
    show.chart(
        "ratio",
        shown.share_chart,
        [shown.by_share(all_)],
        caption=text["ratio_caption"].format(
            count=shown.ASKED, hidden=HIDDEN, visible=PATCHES - HIDDEN
        ),
        alt=_("The error by the number of hidden patches"),
    )


def train() -> None:
    left, right = st.columns(2)
    with left:
        kind = choice(_("Network"), shown.network_names(), key="mi_net")
        hidden = slider(_("Hidden patches of 49"), 1, PATCHES - 1, HIDDEN, key="mi_train")
    with right:
        counts = [500, 1000, 2000]
        count = st.select_slider(
            _("Digits to learn from"), counts, 1000, key="mi_count", persist_state="session"
        )
        epochs = slider(_("Epochs"), 1, 20, 10, key="mi_epochs")
        seed = slider(_("Seed"), 0, 99, 0, key="mi_train_seed")
    learned, tested = all_.learned(count), all_.some(100)
    options = {"seed": seed, "epochs": epochs, "hidden": hidden, "as_": "training"}
    if kind == "conv":
        run = lab.run(autoencoder, learned, tested, numbers=NUMBERS, **options)
    else:
        run = lab.run(masked, learned, tested, **options)
    fragment(watch, run_every=jobs.every(run))(run, kind, epochs, hidden == HIDDEN)


def watch(run: Node, kind: str, epochs: int, same: bool) -> None:
    steps = autoencoder_steps if kind == "conv" else masked_steps
    job = common.training(run, steps, epochs, _("Masked autoencoder"), key="mi")
    rows = all_.recorded("masked/rows" if kind == "conv" else "masked-transformer/rows")
    names = (_("while learning"), _("on the test"))
    y = _("Mean squared error in hidden patches")
    common.before(run, job, rows, names, y=y, caption=text["before_caption"])
    common.watch_pictures(
        "mi",
        lab,
        run,
        job,
        rows if same else None,
        names=names,
        y=y,
        epochs=epochs,
        title=_("Digits of the test, redrawn"),
        captions=(text["loss_caption"], text["drawn_caption"]),
    )


@fragment
def breaks() -> None:
    digit, _truth = common.ask_digit(all_, key="mi_digit")
    panes = [common.pane(lab, digit, _("The digit"), _("The digit"), as_="whole")]
    for count in (4, HIDDEN, 47):
        hidden = lab.run(hidden_by_chance, count=1, hidden=count, seed=3, as_=f"hidden_{count}")
        one = shown.asked(all_, digit, hidden, name=f"_{count}")
        title = _("{count} hidden: {error}", count=count, error=f"{one.error:.4f}")
        panes.append(common.pane(lab, one.made(f"made_{count}"), title, title, as_=f"by_{count}"))
    show.pictures("shares", panes, caption=text["shares_caption"], height=260)
    panes, ends = [], {"most": _("Most ink hidden"), "least": _("Least ink hidden")}
    for end, title in ends.items():
        hidden = lab.run(
            hidden_by_ink, digit, hidden=shown.INK, most=end == "most", as_=f"hidden_{end}"
        )
        one = shown.asked(all_, digit, hidden, name=f"_{end}")
        told = _("redrawn, error {error}", error=f"{one.error:.4f}")
        panes += [
            common.pane(lab, one.seen(f"seen_{end}"), title, title, as_=f"without_{end}"),
            common.pane(lab, one.made(f"made_{end}"), told, told, as_=f"with_{end}"),
        ]
    show.pictures(
        "ink", panes, caption=text["ink_caption"].format(count=shown.INK, all=PATCHES), height=260
    )


def predict() -> None:
    questions.ask(all_)


here.run(hide=hide, numbers=numbers, ratio=ratio, train=train, breaks=breaks, predict=predict)
