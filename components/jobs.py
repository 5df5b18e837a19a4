"""The panel of a long run: Run, its place in the queue, how far it is, Stop, and what went wrong.

A page draws it in a fragment that runs by itself while `every` gives it a number of seconds:

    fragment(body, run_every=jobs.every(node))()

where the body draws `panel` and below it what the jobs have found so far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.guard import explain, session
from components.i18n import _
from engine import work
from engine.lab import Node


@dataclass(frozen=True)
class Run:
    """A long run: `node` stands for its result, `steps` yields what can be watched, one by one.

    `epochs` : the number of the epoch that each step shows. `title` : what it is called. `before` : what
    is said until the first step. `collect` : makes the value of the node of all steps. `resumable` : it
    can be paused and go on (see `engine.work.start`). `plain` : what is counted are no epochs. `begun` :
    the first steps and the state behind them, of a shorter run that is known.
    """

    node: Node
    steps: Callable[..., Iterator[Any]]
    epochs: Sequence[int]
    title: str
    before: str = ""
    collect: Callable[..., Any] = np.stack
    resumable: bool = False
    plain: bool = False
    begun: tuple[Sequence[Any], bytes] | None = None

    def start(self, *, anew: bool = False) -> None:
        """Begin it, or let it go on."""
        work.start(
            self.node,
            self.steps,
            watcher=session(),
            collect=self.collect,
            resumable=self.resumable,
            anew=anew,
            begun=self.begun,
        )


#: Seconds between two looks at a run.
PAUSE = 0.7


def is_busy(*nodes: Node) -> bool:
    """Whether the run of one of these nodes waits or is under way."""
    jobs = [work.find(node.key) for node in nodes]
    return any(job is not None and not job.finished.is_set() for job in jobs)


def every(*nodes: Node) -> float | None:
    """The `run_every` of the fragment that watches these runs: None when there is nothing to watch."""
    return PAUSE if is_busy(*nodes) else None


def panel(runs: Sequence[Run], *, key: str, button: str = "") -> list[work.Job | None]:
    """Draw the panel of runs that are begun and stopped together; return their jobs.

    Nothing is drawn when all are done. `button` : what Run is called here; "" for Run.
    """
    nodes = [run.node for run in runs]
    jobs = [work.find(node.key) for node in nodes]
    for job in jobs:
        if job is not None:
            job.seen(session())
    busy = is_busy(*nodes)
    mark, keys = f"_busy_{key}", tuple(node.key for node in nodes)
    if st.session_state.get(mark) == keys and not busy:
        # They came to their end between two looks: the whole page is drawn anew, no longer watching.
        del st.session_state[mark]
        st.rerun()
    if busy:
        st.session_state[mark] = keys
    if all(node.is_cached for node in nodes):
        return jobs
    with st.container(horizontal=True, vertical_alignment="center", key=f"job_{key}"):
        if busy:
            pause = all(run.resumable for run in runs)
            label, icon = (_("Pause"), "pause") if pause else (_("Stop"), "stop")
            if st.button(label, icon=f":material/{icon}:", key=f"stop_{key}"):
                for job in jobs:
                    if job is not None:
                        job.stop(session())
                st.rerun()
            # One that broke off need not wait until the others have come to their end.
            broken = [run for run, job in zip(runs, jobs, strict=True) if _broke_off(job)]
            label, icon = _("Continue"), ":material/play_arrow:"
            if broken and st.button(label, icon=icon, key=f"again_{key}"):
                for run in broken:
                    run.start()
                st.rerun()
            with st.container(width="stretch", gap="xsmall"):
                for run, job in zip(runs, jobs, strict=True):
                    st.progress(*_progress(run, job))
        else:
            _begin(runs, jobs, key=key, button=button)
            for run, job in zip(runs, jobs, strict=True):
                if job is not None and job.state == "stopped":
                    st.caption(_progress(run, job)[1])
    if busy and (others := max(job.others(session()) for job in jobs if job is not None)):
        told = (
            _("Others watch this run too ({count}): a pause holds for all of you.", count=others)
            if pause
            else _(
                "Others watch this run too ({count}): it stops when none of you wants it.",
                count=others,
            )
        )
        st.caption(told)
    for job in jobs:
        if job is not None and job.error is not None:
            st.error(explain(job.error), icon=":material/info:")
            if job.can_continue:
                st.caption(
                    _("What was learnt until the last epoch is kept: it can continue from there.")
                )
    return jobs


def _broke_off(job: work.Job | None) -> bool:
    """Whether a job ended by an error from which it can go on."""
    return job is not None and job.error is not None and job.can_continue


def _begin(runs: Sequence[Run], jobs: Sequence[work.Job | None], *, key: str, button: str) -> None:
    """The button that begins the runs; of those that broke off, one to go on and one to begin anew."""
    goes_on = any(job is not None and job.can_continue for job in jobs)
    if goes_on and st.button(_("Continue"), icon=":material/play_arrow:", key=f"continue_{key}"):
        for run in runs:
            if not run.node.is_cached:
                run.start()
        st.rerun()
    label = _("Start over") if goes_on else button or _("Run")
    icon = "replay" if goes_on else "play_arrow"
    if st.button(label, icon=f":material/{icon}:", key=f"run_{key}"):
        for run in runs:
            if not run.node.is_cached:
                run.start(anew=goes_on)
        st.rerun()


def _progress(run: Run, job: work.Job | None) -> tuple[float, str]:
    """How far a run is, 0 to 1, and in words."""
    title = run.title
    if job is None or (job.state == "stopped" and not job.count):
        return 0.0, _("{title}: stopped", title=title)
    if job.position == 1 and work.is_warming():
        return 0.0, _(
            "{title}: the libraries are being loaded; the first time this takes about a minute",
            title=title,
        )
    if position := job.position:
        return 0.0, _("{title}: number {place} in the queue", title=title, place=position)
    if not job.count:
        return 0.0, run.before or _("{title}: starting", title=title)
    at, last = run.epochs[min(job.count, len(run.epochs)) - 1], run.epochs[-1]
    fields = {"title": title, "at": f"{at:,}", "last": f"{last:,}"}
    if run.plain and job.state != "stopped":
        return at / last, _("{title}: {at} of {last}", **fields)
    if run.plain:
        return at / last, _("{title}: stopped at {at} of {last}", **fields)
    if job.state == "stopped" and job.can_continue:
        return at / last, _("{title}: paused at epoch {at} of {last}", **fields)
    if job.state == "stopped":
        return at / last, _("{title}: stopped at epoch {at} of {last}", **fields)
    return at / last, _("{title}: epoch {at} of {last}", **fields)
