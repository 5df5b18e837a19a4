"""The panel of a long run: Run, its place in the queue, how far it is, Stop, and what went wrong.

A page draws it in a fragment that runs by itself while `every` gives it a number of seconds:

    fragment(body, run_every=jobs.every(node))()
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st

from components.guard import explain
from components.i18n import _
from engine import work
from engine.lab import Node

#: Seconds between two looks at a run.
PAUSE = 0.7


def is_busy(*nodes: Node) -> bool:
    """Whether the run of one of these nodes waits or is under way."""
    jobs = [work.find(node.key) for node in nodes]
    return any(job is not None and not job.finished.is_set() for job in jobs)


def every(*nodes: Node) -> float | None:
    """The `run_every` of the fragment that watches these runs: None when there is nothing to watch."""
    return PAUSE if is_busy(*nodes) else None


def watcher() -> str:
    """A name for this session, under which it asks for runs and stops them."""
    return str(st.session_state.setdefault("_watcher", secrets.token_hex(8)))


def panel(
    node: Node,
    steps: Callable[..., Iterator[Any]],
    *,
    key: str,
    total: int,
    collect: Callable[[list[Any]], Any] | None = None,
    run: str = "",
    unit: str = "",
) -> work.Job | None:
    """Draw the panel of one run; return its job while there are steps to look at, else None.

    Parameters
    ----------
    node : whose value the run makes; see `work.start`, also for `steps` and `collect`.
    total : how many steps there will be; the first shows where it begins, and counts as 0.
    run : what the button says; "" for Run. unit : what a step is called; "" for step.
    """
    job = work.find(node.key)
    busy = job is not None and not job.finished.is_set()
    mark = f"_busy_{key}"
    if st.session_state.get(mark) == node.key and not busy:
        # The run came to its end between two looks: the whole page is drawn anew, no longer watching.
        del st.session_state[mark]
        st.rerun()
    if busy:
        st.session_state[mark] = node.key
    if node.is_cached:
        return job
    unit = unit or _("step")
    counted = {"count": max(0, job.count - 1) if job else 0, "total": total - 1, "unit": unit}
    with st.container(horizontal=True, vertical_alignment="center", key=f"job_{key}"):
        if busy:
            assert job is not None
            if st.button(_("Stop"), icon=":material/stop:", key=f"stop_{key}"):
                job.stop(watcher())
                st.rerun()
            if job.state == "waiting":
                st.progress(
                    0.0, _("Waiting: {count} before this one", count=max(0, job.position - 1))
                )
            elif job.count:
                st.progress(min(1.0, job.count / total), _("{unit} {count} of {total}", **counted))
            else:
                st.progress(0.0, _("Starting"))
        elif st.button(
            run or _("Run"), icon=":material/play_arrow:", key=f"run_{key}", type="primary"
        ):
            more = {} if collect is None else {"collect": collect}
            work.start(node, steps, watcher=watcher(), **more)
            st.rerun()
        elif job is not None and job.state == "stopped":
            st.caption(_("Stopped: {unit} {count} of {total}.", **counted))
    if job is not None and job.error is not None:
        st.error(explain(job.error), icon=":material/info:")
    return job if job is not None and job.count else None
