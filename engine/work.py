"""Long work, step by step, in worker processes: watched while it runs, stopped at once, done once.

Training a network or laying out a map takes seconds to minutes. In a thread of the server it would
hold the interpreter's lock and slow everybody down, so it runs in a worker process that stays for the
next job, because loading and compiling its libraries takes longer than many a job.

A job runs a generator function of the engine: each value that it yields is one step (an epoch, say) and
can be shown at once. What the steps amount to, `collect(steps)`, goes into the cache under the key of a
node, so the page, the code panel and every other session find it there. Sessions that ask for the
same key share one job.

A training can be paused and go on. Its generator yields `(step, state)`, where the bytes `state` are all
that it needs to go on behind that step, and takes the latest of them as its parameter `resume`. So a
run that was paused, or whose worker died, continues from its last step; meanwhile the worker belongs
to the next in the queue.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.cache import size_of
from engine.errors import N_, UserError
from engine.isolate import ROOT, decode, encode
from engine.lab import Node
from engine.resident import relieve, trim

log = logging.getLogger("numeroscope")

# One job at a time leaves the other core of a small host to the people who look and click.
WORKERS = int(os.environ.get("NUMEROSCOPE_JOBS", "1"))
# A worker without work ends after this time and gives its memory back.
IDLE_SECONDS = 600.0
# A step that does not come to its end this long after `stop` is ended with its process.
PATIENCE_SECONDS = 0.6
# No job may hold a place for ever.
MOST_SECONDS = 900.0
# A job at which nobody has looked for this long (a closed tab, a changed setting) gives way to others;
# a session that has not looked for this long no longer has a say in whether it goes on.
UNSEEN_SECONDS = 60.0
# What the steps of one job may take in this process, and those of all finished jobs together.
MOST_BYTES = 64_000_000
# What the states of finished jobs may take on disk: some five of a network of 11 million numbers.
MOST_ON_DISK = 500_000_000

# Ctrl+C and an end of the service reach the whole group of processes; the parent then ends its workers.
_CHILD = """import signal, sys
for name in ("SIGINT", "SIGTERM"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
sys.path.insert(0, sys.argv[1])
from engine.work import serve
serve()"""


class Job:
    """One run of a generator function.

    `state` : "waiting", "running", "done", "stopped" or "failed".
    `last` : the newest step, None before the first. `count` : how many steps there are.
    `error` : what went wrong, for people to read, or None. `spent` : seconds of work until now.
    """

    def __init__(
        self,
        node: Node,
        steps: Callable[..., Iterator[Any]],
        collect: Callable[..., Any],
        resumable: bool = False,
        before: Job | None = None,
    ) -> None:
        self.key = node.key
        self.state = "waiting"
        self.error: UserError | None = None
        self.started: float | None = None
        # What there is to do; a finished job holds on to none of it.
        self._todo: tuple[Node, Callable[..., Iterator[Any]], Callable[..., Any]] | None
        self._todo = (node, steps, collect)
        self._resumable = resumable
        self._steps: list[Any] = list(before._steps) if before else []
        self._bytes: int = before._bytes if before else 0
        self.count = len(self._steps)
        self._state: _State | None = before._state if before else None
        self._spent_before = before.spent if before else 0.0
        self._ended: float | None = None
        self._watchers: dict[str, float] = {}  # who wants it, and when they last looked
        self._seen = time.monotonic()
        self._stopping = threading.Event()
        self.finished = threading.Event()

    @property
    def last(self) -> Any:
        """The newest step."""
        return self._steps[-1] if self._steps else None

    @property
    def steps(self) -> tuple[Any, ...]:
        """All steps so far; none of a job that is done: they are the value of its node."""
        return () if self.state == "done" else tuple(self._steps)

    @property
    def can_continue(self) -> bool:
        """Whether it broke off behind a step from which it can go on."""
        return self.state in ("stopped", "failed") and self._state is not None

    @property
    def spent(self) -> float:
        """Seconds of work, those before a pause among them."""
        if self.started is None:
            return self._spent_before
        return self._spent_before + (self._ended or time.monotonic()) - self.started

    @property
    def position(self) -> int:
        """How many jobs come before this one; 0 when it runs or is at its end."""
        with _lock:
            return _queue.index(self) + 1 if self in _queue else 0

    def seen(self, watcher: str = "") -> None:
        """Somebody looks at it, so it is still wanted."""
        self._seen = time.monotonic()
        with _lock:
            if watcher in self._watchers:
                self._watchers[watcher] = self._seen

    def others(self, watcher: str) -> int:
        """How many others want it and have looked lately."""
        lately = time.monotonic() - UNSEEN_SECONDS
        with _lock:
            return sum(who != watcher and at > lately for who, at in self._watchers.items())

    @property
    def _in_the_way(self) -> bool:
        """Whether others wait while nobody looks at it."""
        return bool(_queue) and time.monotonic() - self._seen > UNSEEN_SECONDS

    def stop(self, watcher: str) -> None:
        """`watcher` no longer wants it.

        What can go on is paused at once, for all who watch; another job ends when nobody wants it.
        """
        with _lock:
            self._watchers.pop(watcher, None)
            if self.finished.is_set() or (not self._resumable and self.others(watcher)):
                return
            self._stopping.set()
            if self in _queue:
                _queue.remove(self)
                self._end("stopped")

    def _end(self, state: str, error: UserError | None = None) -> None:
        if state == "done":
            del self._steps[:-1]
            self._bytes = sum(map(size_of, self._steps))
            self._drop_state()
        self._todo = None
        self._ended = time.monotonic()
        self.state, self.error = state, error
        self.finished.set()

    def _begin_behind(self, steps: Sequence[Any], state: _State) -> None:
        """These first steps are known already, and the state behind them."""
        self._steps, self.count = list(steps), len(steps)
        self._bytes = sum(map(size_of, steps))
        self._state = state

    def _drop_state(self) -> None:
        """It can no longer go on."""
        if self._state is not None:
            self._state.remove()
            self._state = None

    def _add(self, step: Any) -> None:
        if self._resumable:
            step, state = step
            if self._state is None:
                self._state = _State()
            self._state.write(state)
        self._steps.append(step)
        self.count += 1
        self._bytes += size_of(step)
        if self._bytes > MOST_BYTES:
            raise UserError(
                N_(
                    "The steps of this run need more than {limit} MB. Choose fewer points or steps."
                ),
                limit=MOST_BYTES // 1_000_000,
            )


class _State:
    """The latest state of a run, in a file: it may be larger than what a small host has in memory."""

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix="numeroscope-run-")
        os.close(handle)
        self._path = Path(name)
        # Also when the process ends.
        self.remove = weakref.finalize(self, self._path.unlink, missing_ok=True)

    @classmethod
    def of(cls, state: bytes) -> _State | None:
        """A file with this state; None where none can be written, as on a full disk."""
        try:
            made = cls()
            made.write(state)
        except OSError:
            log.exception("a state could not be written")
            return None
        return made

    def write(self, state: bytes) -> None:
        new = self._path.with_suffix(".new")
        try:  # on a full disk the state before stays whole
            new.write_bytes(state)
            new.replace(self._path)
        finally:
            new.unlink(missing_ok=True)

    def read(self) -> bytes:
        return self._path.read_bytes()

    @property
    def size(self) -> int:
        return self._path.stat().st_size


_lock = threading.RLock()
_queue: deque[Job] = deque()
_jobs: dict[str, Job] = {}  # the latest job of each key, the finished ones of late too
_threads = 0
_wake = threading.Condition(_lock)
_warm: list[str] = []  # modules that a worker loads before anybody asks
_warming = 0  # workers that do so now
_closing = threading.Event()  # the server ends, and its workers with it


def start(
    node: Node,
    steps: Callable[..., Iterator[Any]],
    *,
    watcher: str,
    collect: Callable[..., Any] = np.stack,
    resumable: bool = False,
    anew: bool = False,
    begun: tuple[Sequence[Any], bytes] | None = None,
) -> Job:
    """Run `steps` with the inputs and parameters of `node`, unless a job of its key is under way.

    Parameters
    ----------
    node : Node, whose function gives `collect(list(steps(...)))` with the same inputs and parameters.
    steps : a generator function at the top of a module of `engine`.
    watcher : str, who wants it (a session).
    resumable : bool, `steps` yields `(step, state)` and takes `resume=state`; then the value of `node`
        is `collect(steps, state)`, of all steps without their states and the last state.
    anew : bool, begin at the beginning even if an earlier job of this key can go on.
    begun : the first steps without their states and the state behind them, of a shorter run that is
        known: the job begins there, if nothing else is asked for and no earlier job can go on; at the
        beginning, if the state can't be written.
    """
    # Before anything is changed: a full disk must not leave half a job.
    behind = _State.of(begun[1]) if begun is not None and resumable and not anew else None
    with _lock:
        job = _jobs.get(node.key)
        over = job is not None and job.finished.is_set()
        if job is None or (over and not (job.state == "done" and node.is_cached)):
            before = _jobs.pop(node.key, None)
            _forget()
            goes_on = before is not None and before.can_continue and resumable and not anew
            if before is not None and not goes_on:
                before._drop_state()
            job = Job(node, steps, collect, resumable, before if goes_on else None)
            if begun is not None and behind is not None and not goes_on:
                job._begin_behind(begun[0], behind)
                behind = None
            _jobs[node.key] = job
            _queue.append(job)
        job._watchers[watcher] = 0.0
        job.seen(watcher)
        _call_worker()
    if behind is not None:  # nobody needs it
        behind.remove()
    return job


def find(key: str) -> Job | None:
    """The job of a node's key, if one was started lately."""
    with _lock:
        return _jobs.get(key)


def warm(*modules: str) -> None:
    """Let an idle worker import modules and run their `warm_up`, so that the first job is quick.

    NUMEROSCOPE_WARM=0 in the environment forbids it: then the first job imports and compiles.
    """
    if os.environ.get("NUMEROSCOPE_WARM") == "0":
        return
    with _lock:
        _warm.extend(m for m in modules if m not in _warm)
        _call_worker()


def is_warming() -> bool:
    """Whether a worker is importing and compiling; the next job waits for it."""
    return _warming > 0


def _forget() -> None:
    """Let the oldest finished jobs go until the rest is small and few."""
    finished = [job for job in _jobs.values() if job.finished.is_set()]
    while finished and (
        len(finished) > 32
        or sum(job._bytes for job in finished) > MOST_BYTES
        or sum(job._state.size for job in finished if job._state) > MOST_ON_DISK
    ):
        oldest = finished.pop(0)
        oldest._drop_state()
        del _jobs[oldest.key]


def _call_worker() -> None:
    """See to it that somebody takes the next job."""
    global _threads
    if _threads < WORKERS:
        _threads += 1
        threading.Thread(target=_work, name="work", daemon=True).start()
    _wake.notify()


def _work() -> None:
    """A thread that feeds one worker process with jobs, and ends after a long time without one."""
    global _threads, _warming
    worker: _Worker | None = None
    warmed: set[str] = set()
    try:
        while not _closing.is_set():
            with _lock:
                if not _queue and (cold := [m for m in _warm if m not in warmed]):
                    job = None
                elif not _queue:
                    if not _wake.wait(IDLE_SECONDS) and not _queue:
                        return
                    continue
                else:
                    job, cold = _queue.popleft(), []
                    job.state, job.started = "running", time.monotonic()
            if worker is None or not worker.alive:
                try:
                    worker, warmed = _Worker(), set()
                except OSError:  # no memory, or too many processes
                    log.exception("no worker could be started")
                    if job is None:
                        return
                    job._end("failed", _broken_off())
                    continue
            if job is None:
                warmed.add(cold[0])
                with _lock:
                    _warming += 1
                try:
                    worker.warm(cold[0])
                finally:
                    with _lock:
                        _warming -= 1
            else:
                _run(worker, job)
    finally:
        with _lock:
            _threads -= 1
            if _queue and not _closing.is_set():  # one came while this thread was leaving
                _call_worker()
        if worker is not None:
            worker.close()


def _run(worker: _Worker, job: Job) -> None:
    """Take a job to its end; whatever happens, its watchers learn of it."""
    assert job._todo is not None
    node, function, collect = job._todo
    relieve()
    try:
        inputs = [source.value for source in node.inputs]
        params = node.call.params
        if job._state is not None:
            params = (*params, ("resume", job._state.read()))
        for step in worker.steps(job, function, inputs, params):
            job._add(step)
        if job._stopping.is_set():
            return job._end("stopped")
        states = (job._state.read(),) if job._state is not None else ()
        value = collect(list(job._steps), *states)
        node.keep(value)
        job._end("done")
    except UserError as error:
        worker.close()
        job._end("failed", UserError(error.message, **error.params))
    except Exception:
        worker.close()
        if job._stopping.is_set() or _closing.is_set():
            return job._end("stopped")
        log.exception("a job failed: %s", function.__name__)
        job._end("failed", _broken_off())
    return None


def _broken_off() -> UserError:
    return UserError(N_("This run broke off. Start it again, or change a setting."))


class _Worker:
    """A child process that runs one generator after the other."""

    def __init__(self) -> None:
        # One thread each: the results must not depend on the number of cores.
        alone = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        alone |= _compiled()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **alone},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests: Any = self._process.stdin
        self._answers: Any = self._process.stdout
        atexit.register(self._leave)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):  # what was not sent yet has nobody to read it
            self._requests.close()
        self._answers.close()
        atexit.unregister(self._leave)

    def _leave(self) -> None:
        """End it because this process ends; what breaks off by that is no failure."""
        _closing.set()
        self.close()

    def warm(self, module: str) -> None:
        """Import and compile, so that the next job need not; a job that needs something else ends it."""
        over = threading.Event()
        threading.Thread(target=self._give_way, args=(module, over), daemon=True).start()
        try:
            self._send(("warm", module))
            kind, *content = decode(self._answers)
            if kind == "error":
                log.error("warming up %s failed:\n%s", module, content[0])
        except (OSError, ValueError):  # it was ended, or ended itself
            self.close()
        finally:
            over.set()

    def _give_way(self, module: str, over: threading.Event) -> None:
        while not over.wait(0.1):
            with _lock:
                asked = _queue[0]._todo if _queue else None
                other = asked is not None and asked[1].__module__ != module
            if other:
                self._process.kill()
                return

    def _send(self, request: tuple[Any, ...]) -> None:
        for part in encode(request):
            self._requests.write(part)
        self._requests.flush()

    def steps(
        self, job: Job, function: Callable[..., Any], inputs: list[Any], params: Any
    ) -> Iterator[Any]:
        """Yield what the child yields, and tell it after each step whether to go on."""
        over = threading.Timer(MOST_SECONDS, self._process.kill)
        over.daemon = True
        over.start()
        over_with = threading.Event()
        threading.Thread(target=self._watch, args=(job, over_with), daemon=True).start()
        try:
            self._send(("run", function.__module__, function.__name__, tuple(inputs), params))
            while True:
                kind, *content = decode(self._answers)
                if kind == "step":
                    yield content[0]
                    self._send(("stop",) if job._stopping.is_set() else ("go",))
                elif kind == "end":
                    return
                elif kind == "user":
                    raise UserError(content[0], **dict(content[1]))
                else:
                    raise RuntimeError(f"in a worker:\n{content[0]}")
        finally:
            over.cancel()
            over_with.set()

    def _watch(self, job: Job, over_with: threading.Event) -> None:
        """End the process when a step takes too long after somebody said stop, or nobody looks."""
        while not over_with.wait(0.1):
            if job._in_the_way:
                job._stopping.set()
            if job._stopping.is_set():
                if not over_with.wait(PATIENCE_SECONDS):
                    self._process.kill()
                return


def _compiled() -> dict[str, str]:
    """Where numba keeps what it has compiled, so that the next worker need not compile it again.

    By default that is beside the library, where a server may not be allowed to write.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return {}
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        folder = base / "numeroscope" / "numba"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # no home, or one that can't be written to
        return {}
    return {"NUMBA_CACHE_DIR": str(folder)}


def serve() -> None:
    """What a worker does until its parent goes away."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not become part of an answer

    def send(answer: tuple[Any, ...]) -> None:
        for part in encode(answer):
            out.write(part)
        out.flush()

    def steps(module: str, name: str, inputs: Any, params: Any) -> None:
        for step in getattr(importlib.import_module(module), name)(*inputs, **dict(params)):
            send(("step", step))
            if decode(sys.stdin.buffer)[0] == "stop":
                break

    while True:
        try:
            kind, *content = decode(sys.stdin.buffer)
        except ValueError:
            return  # the parent is gone
        try:
            if kind == "warm":
                importlib.import_module(content[0]).warm_up()
            else:
                steps(*content)
            send(("end",))
        except UserError as error:
            send(("user", error.message, tuple(error.params.items())))
        except Exception:
            send(("error", traceback.format_exc()))
        del content
        gc.collect()
        trim()  # idle, it takes no more than its libraries do
