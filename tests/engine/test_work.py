"""Jobs: watched, shared, stopped, queued; and workers that fail or die."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

from engine import samples, work
from engine.cache import ByteCache
from engine.lab import Lab, Node
from tests.engine.work_steps import (
    adding,
    adding_steps,
    begin,
    break_steps,
    count,
    count_steps,
    die_steps,
    pid_steps,
    refuse_steps,
    sums_and_state,
)

#: Seconds until a test gives up: before its turn comes, a run that another test has left may have to
#: go unseen for a minute.
LONG = 200


class Clock:
    """The clock of `work`, which a test moves on."""

    ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(work, "time", moved)
    return moved


@pytest.fixture
def lab() -> Lab:
    return Lab(samples.load("order"), cache=ByteCache())


def node_of(lab: Lab, **params: float) -> Node:
    return lab.run(count, lab.run(begin, as_="first"), as_="all", **params)


def test_the_result_is_what_the_plain_function_gives(lab: Lab) -> None:
    node = node_of(lab, n=5)
    job = work.start(node, count_steps, watcher="a")
    assert job.finished.wait(LONG)
    assert (job.state, job.count, job.error) == ("done", 5, None)
    assert node.is_cached
    np.testing.assert_array_equal(node.value, count(begin(), n=5))
    np.testing.assert_array_equal(job.last, begin() + 5)


def test_two_sessions_share_one_job_and_one_alone_does_not_stop_it(lab: Lab) -> None:
    node = node_of(lab, n=8, seconds=0.2)
    job = work.start(node, count_steps, watcher="a")
    assert work.start(node, count_steps, watcher="b") is job
    job.stop("a")
    assert job.finished.wait(LONG)
    assert job.state == "done"


def test_who_has_gone_away_has_no_say(lab: Lab, clock: Clock) -> None:
    node = node_of(lab, n=1000, seconds=0.02)
    job = work.start(node, count_steps, watcher="a")
    work.start(node, count_steps, watcher="b")
    assert (job.others("a"), job.others("b"), job.others("c")) == (1, 1, 2)
    clock.ahead += work.UNSEEN_SECONDS + 1
    job.seen("b")
    assert job.others("a") == 1
    assert job.others("b") == 0
    job.stop("b")  # "a" has closed the tab
    assert job.finished.wait(LONG)
    assert job.state == "stopped"


def test_a_pause_holds_for_all_who_watch(lab: Lab) -> None:
    node = training_of(lab, n=1000, seconds=0.02)
    job = train(node)
    work.start(node, adding_steps, watcher="b", collect=sums_and_state, resumable=True)
    while not job.count:
        time.sleep(0.01)
    job.stop("a")
    assert job.finished.wait(LONG)
    assert job.can_continue


def test_a_finished_job_holds_on_to_nothing_that_was_to_do(lab: Lab) -> None:
    node = node_of(lab, n=2)
    job = work.start(node, count_steps, watcher="a")
    assert job.finished.wait(LONG)
    alive = weakref.ref(node)
    del node
    gc.collect()
    assert job.state == "done"
    assert alive() is None


def test_a_job_that_comes_while_the_last_thread_leaves_is_not_forgotten(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread has made up its mind to end, and has not said so yet."""
    lock, node = work._lock, node_of(lab, n=2)
    begun: list[work.Job] = []

    class Late:
        """A lock in front of which the job comes when the thread takes it for the last time."""

        entered = 0

        def __enter__(self) -> object:
            if threading.current_thread().name == "leaving":
                Late.entered += 1
                if Late.entered == 2:
                    begun.append(work.start(node, count_steps, watcher="a"))
            return lock.__enter__()

        def __exit__(self, *error: object) -> None:
            lock.__exit__(*error)

    monkeypatch.setattr(work, "_queue", type(work._queue)())
    monkeypatch.setattr(work, "_warm", [])
    monkeypatch.setattr(work, "_threads", 1)
    monkeypatch.setattr(work, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(work, "_wake", threading.Condition(lock))
    monkeypatch.setattr(work, "_lock", Late())
    leaving = threading.Thread(target=work._work, name="leaving")
    leaving.start()
    leaving.join(LONG)
    assert begun[0].finished.wait(LONG)
    assert begun[0].state == "done"
    while work._threads:  # it leaves before everything is put back
        time.sleep(0.01)


def test_stop_answers_before_the_end_and_keeps_the_steps(lab: Lab) -> None:
    node = node_of(lab, n=1000, seconds=0.05)
    job = work.start(node, count_steps, watcher="a")
    while not job.count:
        time.sleep(0.01)
    job.stop("a")
    assert job.finished.wait(LONG)
    assert job.state == "stopped"
    assert 1 <= job.count < 1000
    assert not node.is_cached
    # The same settings can be started again.
    again = work.start(node, count_steps, watcher="a")
    assert again is not job
    again.stop("a")
    assert again.finished.wait(LONG)


def test_a_step_that_takes_too_long_is_ended_with_its_process(lab: Lab) -> None:
    node = node_of(lab, n=2, seconds=600)
    job = work.start(node, count_steps, watcher="a")
    while job.state == "waiting":
        time.sleep(0.01)
    job.stop("a")
    assert job.finished.wait(LONG)
    assert job.state == "stopped"


def test_the_second_waits_its_turn_and_can_be_taken_out(lab: Lab) -> None:
    first = work.start(node_of(lab, n=1000, seconds=0.05), count_steps, watcher="a")
    second = work.start(node_of(lab, n=3, seconds=0.01), count_steps, watcher="b")
    assert second.position >= 1
    second.stop("b")
    assert second.state == "stopped"
    assert second.position == 0
    first.stop("a")
    assert first.finished.wait(LONG)


def test_a_sentence_for_people_arrives(lab: Lab) -> None:
    node = lab.run(count, lab.run(begin, as_="first"), n=77, as_="refused")
    job = work.start(node, refuse_steps, watcher="a")
    assert job.finished.wait(LONG)
    assert (job.state, job.count) == ("failed", 1)
    assert str(job.error) == "77 is too many."


@pytest.mark.parametrize("steps", [break_steps, die_steps])
def test_after_a_failure_the_next_job_runs(lab: Lab, steps: object) -> None:
    node = lab.run(count, lab.run(begin, as_="first"), n=5 + (steps is die_steps), as_="broken")
    job = work.start(node, steps, watcher="a")  # type: ignore[arg-type]
    assert job.finished.wait(LONG)
    assert job.state == "failed"
    assert "broke off" in str(job.error)
    following = work.start(node_of(lab, n=2, seconds=0.001), count_steps, watcher="a")
    assert following.finished.wait(LONG)
    assert following.state == "done"


def test_a_worker_stays_for_the_next_job_and_is_another_process(lab: Lab) -> None:
    pids = []
    for n in (1, 2):
        job = work.start(
            lab.run(count, lab.run(begin, as_="f"), n=n, as_="pid"), pid_steps, watcher="a"
        )
        assert job.finished.wait(LONG)
        pids.append(int(job.last[0]))
    assert pids[0] == pids[1] != os.getpid()


def test_warming_up_gives_way_to_a_job_that_needs_something_else(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "_warm", [])
    work.warm("tests.engine.slow_to_warm")
    assert work._warm == []  # as tests/conftest.py says
    monkeypatch.setenv("NUMEROSCOPE_WARM", "1")
    work.warm("tests.engine.slow_to_warm")
    while not work.is_warming():
        time.sleep(0.01)
    job = work.start(node_of(lab, n=3, seconds=0.002), count_steps, watcher="a")
    assert job.finished.wait(LONG)
    assert job.state == "done"


_CLOSED = """
import os, signal, sys, time
from engine import samples, work
from engine.lab import Lab
from tests.engine.work_steps import begin, count, count_steps, die_steps
lab = Lab(samples.load("order"))
steps = {"count": count_steps, "die": die_steps}[sys.argv[1]]
node = lab.run(count, lab.run(begin, as_="first"), n=1000, seconds=0.02, as_="all")
job = work.start(node, steps, watcher="a")
while not job.count and not job.finished.is_set():
    time.sleep(0.01)
if sys.argv[1] == "die":
    job.finished.wait(60)
else:  # as when a service is ended: every process of the group gets the signal
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.killpg(0, signal.SIGTERM)
    time.sleep(30)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no groups of processes to signal")
@pytest.mark.parametrize("ends", ["count", "die"])
def test_closing_in_the_middle_of_a_run_is_silent_but_a_dead_worker_is_not(ends: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLOSED, ends],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=LONG,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ("a job failed" in done.stderr) == (ends == "die"), done.stderr
    if ends == "count":
        assert done.stderr == ""


def test_compiled_code_is_kept_where_one_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert work._compiled() == {"NUMBA_CACHE_DIR": str(tmp_path / "numeroscope" / "numba")}
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert work._compiled() == {}
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/chosen")
    assert work._compiled() == {}


def test_a_run_that_nobody_looks_at_gives_way_to_those_who_wait(lab: Lab, clock: Clock) -> None:
    left = train(training_of(lab, n=2000, seconds=0.05))
    while not left.count:
        time.sleep(0.01)
    clock.ahead += work.UNSEEN_SECONDS + 1
    time.sleep(0.4)
    assert not left.finished.is_set()  # nobody waits
    next_one = train(training_of(lab, n=8))
    assert next_one.finished.wait(LONG)
    assert next_one.state == "done"
    assert left.state == "stopped"
    assert left.can_continue


def test_a_run_that_somebody_looks_at_goes_on_while_others_wait(lab: Lab, clock: Clock) -> None:
    watched = train(training_of(lab, n=30, seconds=0.05))
    waiting = train(training_of(lab, n=9))
    while not watched.finished.is_set():
        clock.ahead += work.UNSEEN_SECONDS / 2
        watched.seen()
        time.sleep(0.05)
    assert clock.ahead > 3 * work.UNSEEN_SECONDS
    assert watched.state == "done"
    assert waiting.finished.wait(LONG)


def training_of(lab: Lab, **params: float) -> Node:
    return lab.run(adding, lab.run(begin, as_="first"), as_="run", **params)


def train(node: Node, *, anew: bool = False) -> work.Job:
    return work.start(
        node, adding_steps, watcher="a", collect=sums_and_state, resumable=True, anew=anew
    )


def assert_whole(node: Node, job: work.Job, n: int) -> None:
    """It ended as a run does that nothing interrupted."""
    assert job.finished.wait(LONG)
    assert (job.state, job.count, job.error) == ("done", n, None)
    sums, state = adding(begin(), n=n)
    np.testing.assert_array_equal(node.value[0], sums)
    assert node.value[1] == state


def test_a_run_begins_behind_what_a_shorter_one_has_done(lab: Lab) -> None:
    short = training_of(lab, n=6)
    assert train(short).finished.wait(60)
    sums, state = short.value
    node = training_of(lab, n=11, die_at=3)  # its first steps, done again, would end the worker
    job = work.start(
        node,
        adding_steps,
        watcher="a",
        collect=sums_and_state,
        resumable=True,
        begun=(list(sums), state),
    )
    assert_whole(node, job, 11)


def test_a_full_disk_lets_a_run_begin_at_its_beginning(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = training_of(lab, n=12)
    full = work._State.write
    writes = []

    def write(self: work._State, state: bytes) -> None:
        writes.append(state)
        if len(writes) == 1:
            raise OSError(28, "No space left on device")
        full(self, state)

    monkeypatch.setattr(work._State, "write", write)
    begun = ([begin() + 1], (1).to_bytes(8, "little"))
    job = work.start(
        node, adding_steps, watcher="a", collect=sums_and_state, resumable=True, begun=begun
    )
    assert_whole(node, job, 12)
    assert len(writes) == 13


def test_a_paused_run_goes_on_where_it_was(lab: Lab) -> None:
    node = training_of(lab, n=40, seconds=0.02)
    job = train(node)
    while job.count < 3:
        time.sleep(0.01)
    job.stop("a")
    assert job.finished.wait(LONG)
    paused = job.count
    assert job.state == "stopped"
    assert job.can_continue
    assert paused < 40
    again = train(node)
    assert again is not job
    assert again.count >= paused
    assert_whole(node, again, 40)
    assert again.spent > job.spent > 0
    assert not again.can_continue


def test_a_run_whose_worker_died_goes_on_behind_its_last_step(lab: Lab) -> None:
    node = training_of(lab, n=5, die_at=4)
    job = train(node)
    assert job.finished.wait(LONG)
    assert (job.state, job.count) == ("failed", 3)
    assert job.can_continue
    assert_whole(node, train(node), 5)


def test_a_run_begins_anew_if_that_is_asked(lab: Lab) -> None:
    node = training_of(lab, n=6, die_at=4)
    assert train(node).finished.wait(LONG)
    again = train(node, anew=True)
    assert again.finished.wait(LONG)
    assert (again.state, again.count) == ("failed", 3)


def test_the_state_of_a_run_that_is_forgotten_leaves_the_disk(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(work.tempfile, "tempdir", str(tmp_path))
    job = train(training_of(lab, n=7, die_at=4))
    assert job.finished.wait(LONG)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(work, "MOST_ON_DISK", 0)
    assert train(training_of(lab, n=4)).finished.wait(LONG)
    assert work.find(job.key) is None
    assert not job.can_continue
    assert not list(tmp_path.iterdir())
