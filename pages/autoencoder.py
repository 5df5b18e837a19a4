"""Shows: a digit squeezed through 2, 8, 32 or 64 numbers and drawn again; sliders that move single
numbers; two numbers as a map of all digits; an autoencoder trained live, beside a recorded full run;
noise taken away; letters, which it has never seen, and units that died; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import autoencoder as shown
from components import digits as common
from components import jobs, page, quiz, show
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Node
from engine.training.autoencoder import autoencoder, autoencoder_steps
from engine.training.bottleneck import (
    all_sweeps,
    code_spread,
    difference,
    errors_by_digit,
    mean_error,
    moved_code,
    noisy,
    plane,
)
from engine.training.pretrained import decoded, embed, reconstructed

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
#: Digits on the map, and pictures to a side of the plane that the decoder draws.
ON_MAP, GRID = 500, 12


def ask_size(*, key: str, most: int = 64, default: str = "8") -> int:
    sizes = {name: label for name, label in shown.size_names().items() if int(name) <= most}
    return int(choice(_("Numbers in the bottleneck"), sizes, key=key, default=default))


def code_of(digit: Node, size: int, as_: str = "code") -> Node:
    return lab.run(embed, all_.encoders, digit, name=shown.NETWORKS[size], network=True, as_=as_)


@fragment
def squeeze() -> None:
    digit, truth = common.ask_digit(all_, key="ae_digit")
    size = ask_size(key="ae_size")
    code, made = code_of(digit, size), shown.rebuilt(all_, digit, size, as_="made")
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
    show.html(
        "code",
        shown.code_grid(code.value, label=_("The numbers of the bottleneck")),
        [code],
        caption=text["code_caption"],
    )
    show.chart(
        "sizes",
        shown.size_bars,
        shown.errors_of_sizes(all_),
        caption=text["sizes_caption"].format(living=shown.living(all_)),
        alt=_("The error for each width of the bottleneck"),
    )


@fragment
def move() -> None:
    digit, _truth = common.ask_digit(all_, key="ae_digit")
    size = ask_size(key="ae_few", most=8)
    spread = lab.run(code_spread, code_of(all_.tested, size, "codes"), as_="spread")
    code = code_of(digit, size)
    moved = lab.run(moved_code, code, spread, by=shown.shift_sliders(size), as_="moved")
    name = shown.NETWORKS[size]
    before, after = (
        lab.run(decoded, all_.encoders, one, name=name, network=True, as_=as_)
        for one, as_ in ((code, "before"), (moved, "after"))
    )
    show.pictures(
        "move",
        [
            common.pane(lab, before, _("As the digit is"), _("Redrawn unmoved"), as_="unmoved"),
            common.pane(lab, after, _("Moved"), _("Redrawn from the moved numbers"), as_="drawn"),
        ],
        caption=text["move_caption"],
        height=300,
    )
    codes = lab.run(
        all_sweeps, code, spread, reach=shown.REACH, steps=shown.SWEPT, as_="swept_codes"
    )
    swept = lab.run(decoded, all_.encoders, codes, name=name, network=True, as_="swept")
    show.pictures(
        "sweep",
        [
            common.montage_pane(
                lab,
                swept,
                _("Each number from low to high"),
                _("A row of pictures for each number"),
                as_="sweeps",
                across=shown.SWEPT,
            )
        ],
        caption=shown.sweep_caption(size),
        height=240 if size == 2 else 480,
    )


@fragment
def atlas() -> None:
    digit, _truth = common.ask_digit(all_, key="ae_digit")
    codes = code_of(all_.some(ON_MAP), 2, "codes")
    place = code_of(digit, 2, "place")
    left, right = st.columns(2)
    with left:
        show.chart(
            "map",
            lambda spots, here_, labels: common.digit_map(
                spots, labels, x=_("First number"), y=_("Second number"), marked=tuple(here_[0])
            ),
            [codes, place, all_.labels],
            caption=text["map_caption"].format(count=ON_MAP),
            alt=_("Digits at the place of their two numbers"),
        )
    points = lab.run(plane, codes, steps=GRID, as_="points")
    drawn = lab.run(
        decoded, all_.encoders, points, name=shown.NETWORKS[2], network=True, as_="plane_drawn"
    )
    with right:
        show.pictures(
            "plane",
            [
                common.montage_pane(
                    lab,
                    drawn,
                    _("What the decoder draws there"),
                    _("Digits that turn into each other"),
                    as_="whole_plane",
                    across=GRID,
                )
            ],
            caption=text["plane_caption"],
            height=440,
        )


def train() -> None:
    left, right = st.columns(2)
    with left:
        size = ask_size(key="ae_train", most=32)
        noises = {"clear": _("Clear digits"), "noisy": _("Digits with noise")}
        noise = 0.5 if choice(_("It sees"), noises, key="ae_noisy") == "noisy" else 0.0
        seed = slider(_("Seed"), 0, 99, 0, key="ae_seed")
    with right:
        count = st.select_slider(
            _("Digits to learn from"), [500, 1000, 2000, 4000], 2000, key="ae_count"
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
    kind = choice(_("What goes in"), shown.odd_names(), key="ae_odd", look="pills")
    odd = shown.odd_input(all_, kind)
    panes = [common.pane(lab, odd, _("In"), _("What goes in"), as_="odd_shown")]
    errors, usual = [], shown.errors_of_sizes(all_)
    for size in shown.NETWORKS:
        made = shown.rebuilt(all_, odd, size, as_=f"odd_by_{size}")
        if size in shown.DRAWN:
            title = _("From {count}", count=size)
            panes.append(common.pane(lab, made, title, title, as_=f"odd_from_{size}"))
        errors.append(lab.run(mean_error, odd, made, as_=f"odd_error_{size}"))
    show.pictures("breaks", panes, caption=text["breaks_caption"], height=260)
    show.chart(
        "odd_errors",
        shown.odd_chart,
        [*errors, *usual],
        caption=text["odd_caption"],
        alt=_("Errors for what went in and for digits, by width"),
    )
    shown.silent_units(all_, text)


def predict() -> None:
    errors = [node.value for node in shown.errors_of_sizes(all_)]
    falls = errors[0] / errors[1]
    quiz.question(
        _("8 numbers instead of 2: how far does the error fall?"),
        {
            "c": _("to less than a third"),
            "a": _("to no less than two thirds"),
            "b": _("in between"),
        },
        answer="a" if falls <= 1.5 else "b" if falls <= 3 else "c",
        why=_(
            "From {two} to {eight}: it is {times} times smaller.",
            two=f"{errors[0]:.4f}",
            eight=f"{errors[1]:.4f}",
            times=f"{falls:.1f}",
        ),
        key="ae_widths",
    )
    made = shown.rebuilt(all_, all_.tested, 8, as_="all_by_8")
    table = lab.run(errors_by_digit, all_.tested, made, all_.labels, as_="by_digit").value.tolist()
    hardest, easiest = table.index(max(table)), table.index(min(table))
    quiz.question(
        _("Through 8 numbers, which of these digits comes out worst?"),
        {str(n): str(n) for n in sorted({0, 1, 7, hardest})},
        answer=str(hardest),
        why=_(
            "{hard} has an error of {most}, {easy} one of {least}.",
            hard=hardest,
            easy=easiest,
            most=f"{table[hardest]:.4f}",
            least=f"{table[easiest]:.4f}",
        ),
        key="ae_worst",
    )
    odd = shown.odd_input(all_, "letter")
    made = shown.rebuilt(all_, odd, 2, as_="odd_made")
    times = lab.run(mean_error, odd, made, as_="odd_error").value / errors[0]
    quiz.question(
        _("A letter A goes through 2 numbers. How large is its error beside that of a digit?"),
        {"less": _("Smaller"), "twice": _("1 to 2 times"), "more": _("More than twice as large")},
        answer="less" if times < 1 else "twice" if times <= 2 else "more",
        why=_("{times} times as large.", times=f"{times:.1f}"),
        key="ae_letter",
    )
    clear = lab.run(mean_error, all_.tested, shown.rebuilt(all_, all_.tested, 32, as_="b"), as_="e")
    cleaner = lab.run(
        reconstructed, all_.encoders, all_.tested, name="denoising", network=True, as_="cleaned_all"
    )
    other = lab.run(mean_error, all_.tested, cleaner, as_="cleaned_error").value
    quiz.question(
        _("Without any noise, which one redraws digits better?"),
        {"noisy": _("The one that learned from noisy digits"), "clear": _("The other one")},
        answer="noisy" if other < clear.value else "clear",
        why=_(
            "Errors {noisy} and {clear}: each does best what it was asked to do.",
            noisy=f"{other:.4f}",
            clear=f"{clear.value:.4f}",
        ),
        key="ae_clear",
    )


here.run(
    squeeze=squeeze,
    move=move,
    atlas=atlas,
    train=train,
    noise=noise,
    breaks=breaks,
    predict=predict,
)
