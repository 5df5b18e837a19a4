"""How the learner makes a set: classes with names, filled from files, camera, microphone or drawings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from components import drawings, ownset
from components.catalogue import BY_NAME
from components.finetune_views import row
from components.guard import explain
from components.i18n import _, safe
from components.state import wish
from engine.errors import UserError

SHOWN = 60  # examples of a class that are shown at most

# ------------------------------------------------------------------------------ making a set


def collect(kind: str, start: str) -> None:
    """Everything with which a set of `kind`, "image" or "sound", is made and changed.

    `start` : what is said as long as there is no class.
    """
    if not ownset.current(kind):
        st.info(start, icon=":material/info:")
        if kind == "image":
            _take_drawings(kind)
    _new_classes(kind)
    classes = ownset.current(kind)
    if classes:
        active = _active(kind, list(classes))
        _fill(kind, active)
    _whole_set(kind, classes)
    _refusals()
    for name, examples in ownset.current(kind).items():
        _class(kind, name, examples)


def _turn() -> int:
    """A number in the keys of what takes files: a new one empties them all."""
    return int(st.session_state.setdefault("_own_turn", 0))


def _done(refused: Sequence[tuple[str, UserError]] = ()) -> None:
    """Draw the page anew with empty drop zones, and say what was refused."""
    st.session_state["_own_turn"] = _turn() + 1
    st.session_state["_own_refused"] = tuple(refused)
    st.rerun()


def _refusals() -> None:
    refused = st.session_state.get("_own_refused", ())
    if not refused:
        return
    lines = [f"- {safe(name)}: {explain(error)}" for name, error in refused[:8]]
    if len(refused) > 8:
        lines.append("- " + _("and {count} more", count=len(refused) - 8))
    head = _("Left out, the rest was added:")
    st.warning("\n".join([head, *lines]), icon=":material/info:")


def _new_classes(kind: str) -> None:
    with st.form(f"own_new_{kind}", clear_on_submit=True, border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        with left:
            written = st.text_input(
                _("Names of new classes, with commas between them"),
                key=f"own_names_{kind}",
                placeholder=_("cup, spoon"),
                max_chars=1000,
            )
        with right:
            sent = st.form_submit_button(_("Add"), icon=":material/add:", width="stretch")
    if not sent:
        return
    refused: list[tuple[str, UserError]] = []
    for name in (written or "").replace("，", ",").replace("、", ",").split(",")[:100]:
        if not name.strip():
            continue
        try:
            wish(f"own_class_{kind}", ownset.add_class(kind, name))
        except UserError as error:
            refused.append((name, error))
    _done(refused)


def _active(kind: str, names: Sequence[str]) -> str:
    """Ask which class is filled now."""
    key = f"own_class_{kind}"
    wished = st.session_state.pop(f"_wish_{key}", st.session_state.get(key))
    st.session_state[key] = wished if wished in names else names[0]
    chosen = st.pills(
        _("Class that is filled now"),
        names,
        key=key,
        format_func=safe,
        required=True,
        persist_state="session",
    )
    return chosen if chosen in names else names[0]


def _fill(kind: str, active: str) -> None:
    """Ways to new examples of the class `active`."""
    ways = {"files": _("Files")}
    if kind == "image":
        ways["camera"] = _("Camera")
        if "draw" in BY_NAME:
            ways["drawings"] = _("Drawings")
    else:
        ways["microphone"] = _("Microphone")
    way = st.segmented_control(
        _("Where from"),
        list(ways),
        format_func=lambda name: ways.get(name, name),
        default="files",
        required=True,
        key=f"own_way_{kind}",
        label_visibility="collapsed",
    )
    if way == "camera":
        st.caption(_("Each photo goes into the class at once; change hand, place and light."))
        photo = st.camera_input(_("Take a photo"), key=f"own_camera_{_turn()}", width=420)
        if photo is not None:
            _done(ownset.add(kind, active, [(_("photo.jpg"), photo.getvalue())]))
    elif way == "microphone":
        most = f"{ownset.SECONDS:g}"
        st.caption(
            _("Each take goes into the class at once; its first {most} s are kept.", most=most)
        )
        take = st.audio_input(_("Record a sound"), key=f"own_microphone_{_turn()}")
        if take is not None:
            _done(ownset.add(kind, active, [(_("take.wav"), take.getvalue())]))
    elif way == "drawings":
        _drawings(kind)
    else:
        label = _("Pictures of this class") if kind == "image" else _("Sounds of this class")
        files = st.file_uploader(
            label, accept_multiple_files=True, key=f"own_files_{kind}_{_turn()}"
        )
        if files:
            refused = []
            for file in files:
                data = file.getvalue()
                if ownset.is_zip(data):
                    refused += _unpack(kind, file.name, data)
                else:
                    refused += ownset.add(kind, active, [(file.name, data)])
            _done(refused)


def _drawings(kind: str) -> None:
    """Take over the classes that were drawn on another page."""
    page = BY_NAME["draw"]
    st.caption(_("Draw and collect on the page “{title}”, then come back.", title=_(page.title)))
    st.page_link("pages/draw.py", label=_(page.title), icon=page.icon)
    _take_drawings(kind)


def _take_drawings(kind: str) -> None:
    """Offer what was drawn on another page, if anything was."""
    drawn = drawings.collected()
    count = sum(map(len, drawn.values()))
    if count and st.button(
        _("Add {count} drawings in {classes} classes", count=count, classes=len(drawn)),
        icon=":material/add:",
        key="own_drawings",
    ):
        refused: list[tuple[str, UserError]] = []
        for label, files in drawn.items():
            try:
                name = ownset.class_name(label)
                if name not in ownset.current(kind):
                    name = ownset.add_class(kind, name)
                refused += ownset.add(kind, name, files)
            except UserError as error:
                refused.append((label, UserError(error.message, **error.params)))
        _done(refused)


def _unpack(kind: str, name: str, data: bytes) -> list[tuple[str, UserError]]:
    try:
        return ownset.add_zip(kind, data)
    except UserError as error:
        return [(name, UserError(error.message, **error.params))]


def _whole_set(kind: str, classes: ownset.OwnSet) -> None:
    """A line about the set, and how to save it, open a saved one, or begin anew."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if classes:
            st.caption(
                _(
                    "{classes} of {most_classes} classes, {count} of {most} examples, {size} of "
                    "{limit} MB.",
                    classes=len(classes),
                    most_classes=ownset.MOST_CLASSES,
                    count=ownset.count(classes),
                    most=ownset.MOST_EXAMPLES,
                    size=f"{ownset.size(classes) / 1e6:.1f}",
                    limit=ownset.MOST_BYTES // 1_000_000,
                )
            )
        with st.popover(_("Open a saved set"), icon=":material/folder_zip:"):
            file = st.file_uploader(
                _("A zip file with a folder for each class"), key=f"own_zip_{kind}_{_turn()}"
            )
            if file is not None:
                _done(_unpack(kind, file.name, file.getvalue()))
        if ownset.count(classes):
            st.download_button(
                _("Save the set"),
                lambda: ownset.source_of(classes, "set.zip").data,
                file_name="pictures.zip" if kind == "image" else "sounds.zip",
                mime="application/zip",
                icon=":material/download:",
                key=f"own_save_{kind}",
                on_click="ignore",
            )


def _class(kind: str, name: str, examples: Sequence[ownset.Example]) -> None:
    """One class: its examples, and behind a fold how to change it."""
    with st.container(border=True, key=f"own_box_{kind}_{_key(name)}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_("**{name}**: {count} examples", name=safe(name), count=len(examples)))
            with st.popover(
                _("Change"), icon=":material/edit:", key=f"own_edit_{kind}_{_key(name)}"
            ):
                _change(kind, name, examples)
        shown = examples[:SHOWN]
        if shown:
            st.html(
                row(
                    [example.mark for example in shown],
                    alts=[f"{n}: {example.name}" for n, example in enumerate(shown, 1)],
                    captions=[str(n) for n in range(1, len(shown) + 1)],
                    more=f"+ {len(examples) - SHOWN}" if len(examples) > SHOWN else "",
                )
            )


def _key(name: str) -> str:
    """A class's name as a part of a key; long names that begin alike have different ones."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


def _change(kind: str, name: str, examples: Sequence[ownset.Example]) -> None:
    key = f"{kind}_{_key(name)}"
    written = st.text_input(
        _("Name of the class"), name, key=f"own_rename_{key}", max_chars=ownset.NAME_LENGTH
    )
    if st.button(_("Rename"), key=f"own_renamed_{key}") and written:
        wish(f"own_class_{kind}", ownset.rename_class(kind, name, written))
        _done()
    if examples:
        number = st.number_input(
            _("Look at example"), 1, len(examples), 1, key=f"own_one_{key}_{len(examples)}"
        )
        example = examples[int(number) - 1]
        if kind == "sound":
            st.image(example.mark, width="stretch", alt=example.name)
            st.audio(example.data)
        else:
            st.image(example.data, width=240, alt=example.name)
        st.caption(safe(example.name))
        if st.button(_("Remove this one"), icon=":material/delete:", key=f"own_less_{key}"):
            ownset.remove_example(kind, name, int(number) - 1)
            _done()
    if st.button(_("Remove the class"), icon=":material/delete:", key=f"own_gone_{key}"):
        ownset.remove_class(kind, name)
        _done()
