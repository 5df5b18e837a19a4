"""Nothing that goes wrong on a page shows a traceback, and nothing is lost from the log.

`guard` wraps a page in app.py; `fragment` wraps a part that Streamlit reruns alone, where app.py's
guard is not on the stack.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from components.i18n import _, safe
from engine.errors import UserError
from engine.models.queue import ASKING

log = logging.getLogger("numeroscope")


def session() -> str:
    """A name for this session, under which it asks for runs and waits for its turn."""
    return str(st.session_state.setdefault("_session", secrets.token_hex(8)))


def explain(error: UserError) -> str:
    """The one sentence of a `UserError` in this session's language, safe to draw."""
    params = {k: safe(v) if isinstance(v, str) else v for k, v in error.params.items()}
    return _(error.message, **params)


@contextmanager
def guard(where: str) -> Iterator[None]:
    """Show one sentence for whatever is raised inside; the rest of the page goes on.

    Streamlit's own signals (stop, rerun) are no `Exception` and pass through.
    """
    ASKING.set(session())
    try:
        yield
    except UserError as error:
        st.error(explain(error), icon=":material/info:")
    except Exception:
        number = secrets.token_hex(3)
        log.exception("error %s in %s", number, where)
        st.error(
            _(
                "Something went wrong in this part of the page; your data is still here. "
                "Try another setting or another file. If it happens again, tell your teacher "
                "this number: {number}.",
                number=number,
            ),
            icon=":material/error:",
        )


def fragment(function: Callable[..., Any], *, run_every: float | None = None) -> Callable[..., Any]:
    """`st.fragment` whose reruns are guarded too; one that runs by itself every so many seconds."""

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with guard(function.__qualname__):
            return function(*args, **kwargs)

    return st.fragment(guarded, run_every=run_every)
