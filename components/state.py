"""Choices that live in the URL, so that a link shows the same view.

Streamlit binds numbers to the URL by itself (`bind="query-params"`). Choices it writes by their label,
which differs from language to language, so a Chinese link would not work for an English reader; here
the option's own name is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

import streamlit as st

Look = Literal["segments", "pills", "menu"]


def choice(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    param: str | None = None,
    default: str | None = None,
    look: Look = "segments",
    help: str | None = None,
    hide_label: bool = False,
) -> str:
    """Ask for one of `options` (name -> label in this language) and keep its name in the URL.

    `param` is the name in the URL when it differs from the widget's key. Nonsense in the URL falls
    back to `default`, or to the first option.
    """
    names, param = list(options), param or key
    st.session_state.setdefault("_choices", {})[param] = names  # so that tests can try every one
    default = default if default in options else names[0]
    if (wished := st.session_state.pop(f"_wish_{key}", None)) in options:
        st.session_state[key] = wished
    seen = f"_url_{key}"  # what the URL said last: a difference means that somebody followed a link
    wanted = st.query_params.get(param)
    if key not in st.session_state or st.session_state[key] not in options:
        st.session_state[key] = wanted if wanted in options else default
    elif wanted in options and wanted != st.session_state.get(seen, wanted):
        st.session_state[key] = wanted
    widget = {
        "segments": st.segmented_control,
        "pills": st.pills,
        "menu": st.selectbox,
    }[look]
    required = {} if look == "menu" else {"required": True}
    value = widget(
        label,
        names,
        key=key,
        format_func=lambda name: options.get(name, name),
        help=help,
        label_visibility="collapsed" if hide_label else "visible",
        persist_state="session",
        **required,
    )
    value = value if value in options else default
    if value != default:
        st.query_params[param] = value
    elif param in st.query_params:
        del st.query_params[param]
    st.session_state[seen] = st.query_params.get(param)
    return value


def wish(key: str, name: str) -> None:
    """Let the choice called `key` take the option `name` when the page is next drawn."""
    st.session_state[f"_wish_{key}"] = name


Number = TypeVar("Number", int, tuple[int, int])


def slider(
    label: str, least: int, most: int, start: Number, *, key: str, bound: bool = True
) -> Number:
    """Ask for a whole number, or for two of them, and keep it in the URL (unless not `bound`).

    The range may shrink while the learner is elsewhere (another picture); a value that was kept from
    before moves inside, where Streamlit alone would raise an error.
    """
    kept = st.session_state.get(key)
    if kept is not None:
        inside = [min(max(int(n), least), most) for n in (kept if _is_pair(kept) else (kept,))]
        moved = tuple(inside) if _is_pair(kept) else inside[0]
        if moved != kept:
            st.session_state[key] = moved
    keep = {"bind": "query-params"} if bound else {"persist_state": "session"}
    return st.slider(label, least, most, start, key=key, **keep)


def _is_pair(value: object) -> bool:
    return isinstance(value, (tuple, list))
