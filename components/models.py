"""What a page says of a pretrained model: its facts, an offer to fetch it, and where it lies."""

from __future__ import annotations

from contextlib import AbstractContextManager

import streamlit as st
from babel import Locale

from components.chooser import megabytes
from components.guard import explain
from components.i18n import _, language, safe
from engine.errors import UserError
from engine.lab import CACHE
from engine.models.catalogue import MODELS, Model
from engine.models.entry import MANY
from engine.models.locate import ROOT, cache_folder, find, in_cache, locate, remove
from engine.models.memory import close_networks, open_networks
from engine.models.room import free_disk, free_memory, may_fetch, may_remove


def loading() -> AbstractContextManager[None]:
    """What the page says while PyTorch and networks are loaded."""
    return st.spinner(
        _("PyTorch and the networks are loaded; the first time that takes some seconds.")
    )


def offer(model: Model) -> None:
    """Say what would be fetched, from where and under which licence; fetch it when asked."""
    st.markdown(
        _(
            "**{title}** is not on this computer yet. To fetch: {download}; on disk: {size}; in memory: "
            "about {memory}. Licence: {licence}.",
            title=safe(model.title),
            download=megabytes(model.download),
            size=megabytes(model.size),
            memory=megabytes(model.memory),
            licence=safe(model.licence) or _("not stated"),
        )
        + " "
        + _(model.origin)
    )
    if not may_fetch():
        st.caption(_("On this server, models are fetched only by whoever runs it."))
        return
    if failed := st.session_state.pop(f"_not_fetched_{model.name}", None):
        st.error(explain(failed), icon=":material/info:")
    place, below = st.empty(), st.container()
    if place.button(_("Fetch"), icon=":material/download:", key=f"fetch_{model.name}"):
        place.empty()
        with below:
            fetch(model)


def fetch(model: Model) -> None:
    """Fetch a model for everybody here, with a bar and a button to stop."""
    bar = st.progress(0.0, _("Fetching: {share}", share="0%"))
    # Any button that is pressed ends the run of this page, and with it the download.
    st.button(_("Stop"), icon=":material/stop:", key=f"stop_{model.name}")
    try:
        locate(
            model,
            progress=lambda share: bar.progress(
                share, _("Fetching: {share}", share=f"{share:.0%}")
            ),
        )
    except UserError as error:
        st.session_state[f"_not_fetched_{model.name}"] = error
    st.rerun()


def removal(model: Model) -> None:
    """Offer to remove a fetched model, where that is allowed; asks once more."""
    if not in_cache(model):
        return
    if not may_remove(st.get_option("server.address")):
        st.caption(_("On this server, models are removed only by whoever runs it."))
        return
    with st.popover(_("Remove"), icon=":material/delete:"):
        st.markdown(
            _(
                "{title} is removed for everybody who uses this server. It can be fetched again.",
                title=safe(model.title),
            )
        )
        if st.button(_("Remove it"), key=f"remove_{model.name}"):
            remove(model)
            close_networks()  # else the removed weights would go on answering
            CACHE.clear()
            st.rerun()


def place_of(model: Model) -> str:
    """Where the model lies, in a word or two."""
    folder = find(model)
    if folder is None:
        return _("not here")
    if cache_folder() in folder.parents:
        return _("fetched")
    return _("in this app") if folder.is_relative_to(ROOT / "assets") else _("in a package")


def languages_of(model: Model) -> str:
    """The languages of a model, in the language of the page."""
    if MANY in model.languages:
        return _("99 languages")
    names = Locale.parse(language()).languages
    between = "、" if language() == "zh" else ", "
    return between.join(names.get(code, code) for code in model.languages) or "–"


def table() -> None:
    """All models with what they do, what they cost and where they are; can be sorted."""
    opened = {name for name, _size, _ago in open_networks()}
    rows = [
        {
            "title": model.title,
            "where": place_of(model),
            "disk": model.size / 1e6,
            "memory": model.memory / 1e6,
            "open": _("open") if model.name in opened else "",
            "task": _(model.task),
            "languages": languages_of(model),
            "architecture": model.architecture,
            "licence": model.licence or _("not stated"),
            "origin": _(model.origin),
        }
        for model in MODELS
    ]
    columns = st.column_config
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={
            "title": columns.TextColumn(_("Model"), pinned=True, width=214),
            "where": columns.TextColumn(_("Where"), width=88),
            "disk": columns.NumberColumn(_("On disk"), format="%.3g MB", width=90),
            "memory": columns.NumberColumn(_("In memory"), format="%.3g MB", width=90),
            "open": columns.TextColumn(_("Open now"), width=76),
            "task": columns.TextColumn(_("What it does"), width=300),
            "languages": columns.TextColumn(_("Language"), width=128),
            "architecture": columns.TextColumn(_("Architecture")),
            "licence": columns.TextColumn(_("Licence")),
            "origin": columns.TextColumn(_("Origin"), width=400),
        },
    )


def room() -> str:
    """What is free on the server, and what the open networks of the table take, in one sentence."""
    memory = free_memory()
    names = {model.name for model in MODELS}
    opened = [one for one in open_networks() if one[0] in names]
    return _(
        "Free on this server: {memory} of memory, {disk} of disk. Open networks: {count}, together "
        "{size}.",
        memory=_("an unknown amount") if memory is None else _amount(memory),
        disk=_amount(free_disk()),
        count=len(opened),
        size=megabytes(sum(size for _name, size, _ago in opened)),
    )


def still_to_fetch() -> str:
    """How much would travel if all models that are not here were fetched."""
    return _amount(sum(model.download for model in MODELS if find(model) is None))


def _amount(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else megabytes(count)
