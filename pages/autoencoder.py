"""Shows: a digit squeezed through 2, 8, 32 or 64 numbers and drawn again; sliders that move single
numbers; two numbers as a map of all digits; an autoencoder trained live, beside a recorded full run;
noise taken away; letters, which it has never seen, and units that died; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import autoencoder as shown
from components import autoencoder_codes as codes_of
from components import autoencoder_odd as odd_of
from components import autoencoder_questions as questions
from components import digits as common
from components import jobs, page, show
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Node
from engine.training.autoencoder import autoencoder, autoencoder_steps
from engine.training.bottleneck import code_spread, difference, mean_error, noisy
from engine.training.pretrained import reconstructed

here = page.start(
    "autoencoder",
    {
        "squeeze": _("The bottleneck"),
        "move": _("Move a number"),
        "atlas": _("A map"),
        "train": _("Training"),
        "noise": _("Noise"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
all_ = common.given()
lab = all_.lab


def ask_size(*, key: str, most: int = 64, default: str = "8") -> int:
    sizes = {name: label for name, label in shown.size_names().items() if int(name) <= most}
    return int(choice(_("Numbers in the bottleneck"), sizes, key=key, default=default))


@fragment
def squeeze() -> None:
    digit, truth = common.ask_digit(all_, key="ae_digit")
    size = ask_size(key="ae_size")
    code, made = codes_of.code_of(all_, digit, size), shown.rebuilt(all_, digit, size, as_="made")
    apart = lab.run(difference, made, digit, as_="apart")
    error = lab.run(mean_error, digit, made, as_="error").value
    show.pictures(
        "squeeze",
        [
            common.pane(lab, digit, _("In: 784 numbers"), _("The digit"), as_="shown"),
            common.pane(
                lab, made, _("Out, from {count}", count=size), _("The digit redrawn"), as_="redrawn"
            ),
            common.signed_pane(apart, _("Out − in"), _("The difference, pixel by pixel")),
        ],
        caption=text["squeeze_caption"]
        + " "
        + _("This {digit}: mean squared error {error}.", digit=truth, error=f"{error:.4f}"),
        height=300,
    )
    body = codes_of.code_grid(code.value, label=_("The numbers of the bottleneck"))
    show.html("code", body, [code], caption=text["code_caption"])
    shown.size_view(all_, text["sizes_caption"])


@fragment
def move() -> None:
    digit, _truth = common.ask_digit(all_, key="ae_digit")
    size = ask_size(key="ae_few", most=8)
    spread = lab.run(code_spread, codes_of.code_of(all_, all_.tested, size, "codes"), as_="spread")
    code = codes_of.code_of(all_, digit, size)
    codes_of.moved_view(all_, code, spread, size, text["move_caption"])
    codes_of.sweep_view(all_, code, spread, size)


@fragment
def atlas() -> None:
    digit, _truth = common.ask_digit(all_, key="ae_digit")
    codes = codes_of.code_of(all_, all_.some(codes_of.ON_MAP), 2, "codes")
    left, right = st.columns(2)
    with left:
        codes_of.map_view(all_, codes, digit, text["map_caption"])
    with right:
        codes_of.plane_view(all_, codes, text["plane_caption"])


def train() -> None:
    left, right = st.columns(2)
    with left:
        size = ask_size(key="ae_train", most=32)
        noises = {"clear": _("Clear digits"), "noisy": _("Digits with noise")}
        noise = 0.5 if choice(_("It sees"), noises, key="ae_noisy") == "noisy" else 0.0
        seed = slider(_("Seed"), 0, 99, 0, key="ae_seed")
    with right:
        count = st.select_slider(
            _("Digits to learn from"),
            [500, 1000, 2000, 4000],
            2000,
            key="ae_count",
            persist_state="session",
        )
        epochs = slider(_("Epochs"), 1, 30, 15, key="ae_epochs")
    run = lab.run(
        autoencoder,
        all_.learned(count),
        all_.some(200),
        seed=seed,
        epochs=epochs,
        numbers=size,
        noise=noise,
        as_="training",
    )
    full = "denoising" if noise else shown.NETWORKS[size]
    fragment(watch, run_every=jobs.every(run))(run, full, epochs, noise and size != 32)


def watch(run: Node, full: str, epochs: int, other: bool) -> None:
    job = common.training(run, autoencoder_steps, epochs, _("Autoencoder"), key="ae")
    rows = all_.recorded(f"{full}/rows")
    names, y = (_("while learning"), _("on the test")), _("Mean squared error of a pixel")
    common.before(run, job, rows, names, y=y, caption=text["before_caption"])
    common.watch_pictures(
        "ae",
        lab,
        run,
        job,
        None if other else rows,
        names=names,
        y=y,
        epochs=epochs,
        title=_("Digits of the test, redrawn"),
        captions=(text["loss_caption"], text["drawn_caption"]),
    )


@fragment
def noise() -> None:
    digit, _truth = common.ask_digit(all_, key="ae_digit")
    level = st.slider(_("Noise"), 0.0, 1.0, 0.5, 0.05, key="ae_noise", bind="query-params")
    spoilt = lab.run(noisy, digit, noise=level, seed=1, as_="spoilt")
    panes = [
        common.pane(lab, digit, _("The digit"), _("The digit"), as_="clear"),
        common.pane(lab, spoilt, _("With noise"), _("The digit under noise"), as_="under_noise"),
    ]
    errors = [lab.run(mean_error, digit, spoilt, as_="error_in")]
    for name, title, as_ in (
        ("autoencoder-32", _("From clear digits"), "plain"),
        ("denoising", _("From noisy digits"), "cleaned"),
    ):
        made = lab.run(reconstructed, all_.encoders, spoilt, name=name, network=True, as_=as_)
        panes.append(common.pane(lab, made, title, title, as_=f"{as_}_shown"))
        errors.append(lab.run(mean_error, digit, made, as_=f"error_{as_}"))
    show.pictures("noise", panes, caption=text["noise_caption"], height=300)
    names = (_("With noise"), _("From clear digits"), _("From noisy digits"))
    show.chart(
        "noise_errors",
        lambda *values: common.error_bars(list(zip(names, values, strict=True))),
        errors,
        caption=text["noise_errors_caption"],
        alt=_("How far each picture is from the clear digit"),
    )


@fragment
def breaks() -> None:
    kind = choice(_("What goes in"), odd_of.odd_names(), key="ae_odd", look="pills")
    odd_of.odd_view(all_, odd_of.odd_input(all_, kind), text)
    odd_of.silent_units(all_, text)


def predict() -> None:
    questions.ask(all_)


here.run(
    squeeze=squeeze,
    move=move,
    atlas=atlas,
    train=train,
    noise=noise,
    breaks=breaks,
    predict=predict,
)
