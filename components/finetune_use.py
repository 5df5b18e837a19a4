"""A trained network at work on something new, saved with all that belongs to it, and opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import charts, ownset, show
from components import finetune as lessons
from components import finetune_views as views
from components.finetune import Run, Set
from components.guard import explain
from components.i18n import _, safe
from components.models import loading
from components.picture import decode, pixels_of
from components.sound import part_of
from components.state import choice
from components.text import beginning
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.sound.read import mean_of_channels
from engine.sources import Image, Sound, Source, open_source
from engine.training.evaluate import guess
from engine.training.exported import (
    guess_with,
    loading_code,
    model_card,
    network_facts,
    own_network,
    trained_file,
)
from engine.training.onnxfile import onnx_file
from engine.training.ownset import new_picture, new_sound, one_example
from engine.training.splits import TEST, indices_of

BLUE = "#0072B2"
SECONDS = 2.0  # of a sound that the network sees
#: The most that is read of a sound, to find its loudest part in.
MOST_SECONDS = 10.0


def new_input(data: Set) -> tuple[Node, Source | None]:
    """Ask for something new; its square as the network sees it, and the source if it is no example."""
    ways = {"example": _("A test example"), "file": _("Your file")}
    ways |= {"camera": _("Camera")} if data.kind == "image" else {"microphone": _("Microphone")}
    way = choice(_("Give it"), ways, key=f"ft_give_{data.kind}")
    given = None
    if way == "file":
        label = _("A picture") if data.kind == "image" else _("A sound")
        given = st.file_uploader(label, key=f"ft_new_{data.kind}")
    elif way == "camera":
        given = st.camera_input(_("Take a photo"), key="ft_new_camera", width=420)
    elif way == "microphone":
        given = st.audio_input(_("Record a sound"), key="ft_new_microphone")
    if given is not None:
        try:
            source = open_source(given.name, given.getvalue())
            return seen(data, source), source
        except UserError as error:
            st.error(explain(error), icon=":material/info:")
    places = data.lab.run(indices_of, data.roles, role=TEST, as_="tested").value.tolist()
    number = 1
    if way == "example" and len(places) > 1:
        number = st.slider(_("Test example"), 1, len(places), 1, key="ft_example")
    place = places[min(number, len(places)) - 1]
    return data.lab.run(one_example, data.examples, index=place, as_="picture"), None


def seen(data: Set, source: Source) -> Node:
    """A new picture or sound as the square that the network sees.

    Raises
    ------
    UserError : it can't be read, or is of another kind.
    """
    lab, side = Lab(source), int(data.examples.value[0].shape[1])
    if data.kind == "image" and isinstance(source, Image):
        decode(source)  # says so if its pixels are damaged
        pixels = pixels_of(lab, source, lab.source, number=0)
        node = lab.run(new_picture, pixels, side=side, as_="picture")
    elif data.kind == "sound" and isinstance(source, Sound):
        samples = part_of(lab, source, 0.0, MOST_SECONDS)
        wave = lab.run(mean_of_channels, samples, as_="wave")
        rate = source.sample_rate or 1
        node = lab.run(new_sound, wave, sample_rate=rate, side=side, seconds=SECONDS, as_="picture")
    else:
        raise ownset.other_kind(data.kind)
    node.value  # noqa: B018 (a damaged one is refused here)
    return node


def answer(run: Run | None, data: Set, text: Mapping[str, str]) -> None:
    """Something new beside what the network says of it."""
    picture, source = new_input(data)
    left, right = st.columns([1, 3])
    with left:
        st.image(views.mark(picture.value, 192), width=192, alt=_("What the network sees"))
        st.caption(_("What the network sees"))
        if isinstance(source, Sound):
            st.audio(source.data)
    with right:
        if run is None:
            show.footer("use", [picture], _("Train first, then its answer stands here."))
            return
        node = run.set.lab.run(
            guess, run.set.examples, run.weights, run.node, picture, network=True, as_="chances"
        )
        with loading():
            node.value  # noqa: B018 (computed while the page says so)
        show.chart(
            "use",
            lambda chances: _chances(chances, data.names),
            [node],
            caption=text["use_caption"],
            alt=_("A bar for each class"),
        )


def _chances(chances: Any, names: Sequence[str]) -> charts.Figure:
    rows = [
        (beginning(name, 24), float(chance), f"{chance:.1%}", True)
        for chance, name in sorted(zip(chances.tolist(), names, strict=True), reverse=True)[:12]
    ]
    figure = charts.sizes(rows, x=_("probability"), colour=BLUE)
    figure["layout"]["xaxis"] |= {"range": [0, 1.2], "tickformat": ".0%"}
    return figure


def export(run: Run, text: Mapping[str, str]) -> None:
    """All that is needed to use the trained network elsewhere."""
    data, lab = run.set, run.set.lab
    st.markdown(_("**Take it home**"))
    seconds = SECONDS if data.kind == "sound" else 0.0
    file = lab.run(
        trained_file,
        data.examples,
        run.weights,
        run.node,
        kind=data.kind,
        seconds=seconds,
        as_="file",
    )
    code = lab.run(loading_code, file, as_="code")
    onnx = lab.run(onnx_file, file, as_="onnx")
    own = data.name in ("pictures", "sounds")
    card = lab.run(
        model_card,
        data.examples,
        data.roles,
        run.node,
        file,
        title=data.title,
        origin=_("collected by whoever trained it") if own else data.title,
        licence=_("that of the examples"),
        seed=data.seed,
        augment=run.augment,
        as_="card",
    )
    with st.container(horizontal=True):
        for label, name, mime, make in (
            (_("Weights (safetensors)"), "model.safetensors", None, lambda: file.value),
            (_("ONNX"), "model.onnx", None, lambda: onnx.value),
            (_("Code"), "use_model.py", "text/x-python", lambda: code.value.encode()),
            (_("Model card"), "README.md", "text/markdown", lambda: card.value.encode()),
        ):
            st.download_button(
                label,
                make,
                file_name=name,
                mime=mime,
                icon=":material/download:",
                key=f"ft_get_{name}",
                on_click="ignore",
            )
    st.caption(text["export_caption"])


def again(data: Set) -> None:
    """A network that was saved here before, and its answer to a new picture or sound."""
    with st.expander(_("Open a network that was saved here"), icon=":material/folder_open:"):
        given = st.file_uploader(_("Its file, model.safetensors"), key="ft_network_file")
        if given is None:
            return
        try:
            source = own_network(given.name, given.getvalue())
        except UserError as error:
            st.error(explain(error), icon=":material/info:")
            return
        lab = Lab(source)
        architecture, method, side, kind, _seconds, names = lab.run(
            network_facts, lab.source, as_="facts"
        ).value
        st.markdown(
            _(
                "{network}, {method}: {names}.",
                network=safe(architecture),
                method=lessons.methods()[method],
                names=", ".join(safe(name) for name in names),
            )
        )
        if kind != data.kind:
            st.info(_("It was trained on another kind of data than what is chosen above."))
            return
        thing = st.file_uploader(_("Something new for it"), key="ft_network_input")
        if thing is None:
            return
        try:
            new = seen(data, open_source(thing.name, thing.getvalue()))
        except UserError as error:
            st.error(explain(error), icon=":material/info:")
            return
        if new.value.shape[0] != side:
            st.info(_("It was trained on squares of another size than this set's."))
            return
        node = lab.run(guess_with, lab.source, new, network=True, as_="chances")
        with loading():
            node.value  # noqa: B018 (computed while the page says so)
        show.chart(
            "again",
            lambda chances: _chances(chances, names),
            [node],
            caption=_("The answer of the network that was opened."),
            alt=_("A bar for each class"),
        )
