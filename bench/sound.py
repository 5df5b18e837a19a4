"""Sound: reruns of each page, log-Mel against other libraries, an hour of MP3, the first spectrogram.

`python -m bench.sound [rerun] [logmel] [hour] [cold]` runs some of the four tables, all without a name.

rerun : the main control of each sound page on 30 s of stereo at 44.1 kHz, beside the bare work of the
    same rerun, as in bench/rerun.py
logmel : 30 s of speech at 16 kHz to Whisper's 80 x 3000 numbers; all in this process, in turns
hour : 60 minutes of MP3 dropped on the app, until the first view has arrived; memory of all processes
cold : a new server on a new machine: the app's files not compiled, numba's cache empty
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import local, table
from bench.client import Learner
from bench.memory import process_of
from bench.rerun import Case, Sample, moved, show
from scripts.app_server import ROOT, AppServer, running_app

LIMIT_KB = 400
LOGMEL_GOAL = 1.2  # times the fastest of the others
HOUR_GOAL_S, HOUR_GOAL_MB = 5.0, 700.0
COLD_GOAL_S = 2.0
ROUNDS = 9
CASES = [
    Case("sampling: new rate", "sampling", "newrate", (3, 7, 9, 12), 1, {"step": "rate"}),
    Case("quantization: bits", "quantization", "depthbits", (3, 5, 6, 9)),
    Case("timedomain: frame length", "timedomain", "framems", (31, 47, 60, 83)),
    Case("timedomain: silence", "timedomain", "quiet", (31, 47, 60, 83), 1, {"step": "energy"}),
    Case("timedomain: smoothing", "timedomain", "over", (7, 13, 34, 61), 1, {"step": "envelope"}),
    Case("pitch: frame length", "pitch", "pitchwindow", (31, 37, 47, 59), 1,
         {"step": "pitch"}),
    Case("pitch: threshold", "pitch", "clearness", (31, 37, 47, 59), 1, {"step": "pitch"}),
    Case("pitch: noise", "pitch", "snr", (-3, 5, 11, 19), 1,
         {"step": "fails", "fail": "noise", "failof": "clip"}),
    Case("spectrum: slice", "spectrum", "slice_length", (2, 3, 5, 6)),
    Case("spectrogram: window", "spectrogram", "gram_length", (2, 3, 5, 6)),
    Case("spectrogram: range", "spectrogram", "gram_range", (31, 45, 67, 101)),
    Case("soundfilter: order", "soundfilter", "filt_order", (2, 3, 5, 6)),
    Case("mfcc: stage", "mfcc", "mfcc_stage", (1, 2, 3, 4)),
    Case("lpc: order", "lpc", "lpc_order", (7, 11, 19, 31)),
    Case("logmel: stage", "logmel", "lm_stage", (1, 2, 3, 4)),
    Case("melmatrix: columns", "melmatrix", "mm_from", (3, 5, 11, 17)),
]  # fmt: skip


# ------------------------------------------------------------------------------------- sounds


def music(seconds: float) -> Any:
    """The guitar of the samples, again and again: float32 [shape=(n, 2)], and its rate in Hz."""
    import numpy as np
    import soundfile

    from engine import samples

    wave, rate = soundfile.read(io.BytesIO(samples.load("guitar").data), dtype="float32")
    count = round(seconds * rate)
    return np.tile(wave, (-(-count // len(wave)), 1))[:count], rate


def as_file(wave: Any, rate: int, form: str, subtype: str) -> bytes:
    """A wave as the bytes of a sound file."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=form, subtype=subtype)
    return file.getvalue()


def mp3_of(minutes: int) -> bytes:
    """So many minutes of MP3: one minute encoded, its MPEG frames repeated.

    The first frame says how long the file is, which is not true of the whole; it is left out, as a
    recorder that streams does it.
    """
    from engine.sound.facts import mp3_frame

    one = as_file(*music(60.0), "MP3", "MPEG_LAYER_III")
    start = next(n for n in range(len(one)) if mp3_frame(one, n) is not None)
    first = mp3_frame(one, start)
    assert first is not None
    head = one[start : first[2]]
    if b"Xing" in head or b"Info" in head:
        start = first[2]
    return one[start:] * minutes


# -------------------------------------------------------------------------------------- reruns


def measure(url: str, recorder: local.Recorder, case: Case, data: bytes) -> list[Sample]:
    """The samples of a case on the whole of a file."""
    with Learner(url) as learner:
        learner.open("sampling")
        learner.upload("tray_upload", "music.wav", data)
        learner.set(next(key for key in learner.widgets if key.startswith("part_")), [0.0, 30.0])
        return moved(learner, recorder, case)


def reruns() -> None:
    """Print the table of the pages."""
    data = as_file(*music(30.0), "WAV", "PCM_16")
    with local.serving() as url:
        with Learner(url) as learner:
            learner.open("home")
            for page in dict.fromkeys(case.page for case in CASES):
                learner.open(page)
        recorder = local.Recorder()
        measured = {case.name: measure(url, recorder, case, data) for case in CASES}
    title = f"Reruns of the sound pages, 30 s of stereo WAV of {len(data) / 1e6:.1f} MB"
    show(title, measured, LIMIT_KB)


# ------------------------------------------------------------------------------------- log-Mel


def whisper_function() -> tuple[str, Callable[[Any], Any]]:
    """openai-whisper's own function if it is installed, else the same lines of torch."""
    import torch

    with contextlib.suppress(ImportError):
        from whisper.audio import log_mel_spectrogram

        return "openai-whisper (torch)", lambda wave: log_mel_spectrogram(wave, 80).numpy()
    import librosa

    bank = torch.from_numpy(librosa.filters.mel(sr=16_000, n_fft=400, n_mels=80))
    window = torch.hann_window(400)

    def transcribed(wave: Any) -> Any:
        """The body of `whisper.audio.log_mel_spectrogram`."""
        audio = torch.from_numpy(wave)
        spectrum = torch.stft(audio, 400, 160, window=window, return_complex=True)
        power = bank @ spectrum[..., :-1].abs() ** 2
        logs = torch.clamp(power, min=1e-10).log10()
        return ((torch.maximum(logs, logs.max() - 8.0) + 4.0) / 4.0).numpy()

    return "openai-whisper's lines in torch", transcribed


def librosa_function() -> tuple[str, Callable[[Any], Any]]:
    """The same numbers by librosa's public functions."""
    import librosa
    import numpy as np

    def computed(wave: Any) -> Any:
        power = librosa.feature.melspectrogram(
            y=wave, sr=16_000, n_fft=400, hop_length=160, n_mels=80, pad_mode="reflect"
        )
        logs = np.log10(np.maximum(power[:, :-1], 1e-10))
        return (np.maximum(logs, logs.max() - 8) + 4) / 4

    return "librosa", computed


def transformers_function() -> tuple[str, Callable[[Any], Any]]:
    """transformers' WhisperFeatureExtractor on the CPU; it takes torch if torch is installed."""
    from transformers import WhisperFeatureExtractor

    extract = WhisperFeatureExtractor(feature_size=80)
    return "transformers' WhisperFeatureExtractor", lambda wave: extract(
        wave, sampling_rate=16_000, return_tensors="np"
    )["input_features"][0]


def logmels() -> None:
    """Print the table of libraries; all take turns, so that a busy machine is busy for all."""
    import numpy as np
    import soundfile

    from engine import samples
    from engine.sound.logmel import log_mel

    voice, rate = soundfile.read(io.BytesIO(samples.load("message-en").data), dtype="float32")
    assert rate == 16_000
    wave = np.resize(voice, 480_000)
    ours = functools.partial(log_mel, sample_rate=16_000, bands=80)
    ways = dict(
        [
            ("engine/sound/logmel.py", ours),
            whisper_function(),
            transformers_function(),
            librosa_function(),
        ]
    )
    results = {name: way(wave) for name, way in ways.items()}  # warm
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    computed: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        for name, way in ways.items():
            start, before = time.perf_counter(), time.process_time()
            way(wave)
            computed[name].append(time.process_time() - before)
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    first, *others = medians
    goal = LOGMEL_GOAL * min(medians[name] for name in others)
    rows = [
        (
            name,
            f"{1000 * median:.1f}",
            f"{1000 * min(seconds[name]):.1f}",
            f"{1000 * statistics.median(computed[name]):.1f}",
            f"{np.abs(results[name] - results[first]).max():.1e}",
            table.verdict(median, goal) if name == first else "",
        )
        for name, median in medians.items()
    ]
    table.show(
        f"Log-Mel of 30 s, 80 bands ({ROUNDS} rounds in turns)",
        (
            "library",
            "median ms",
            "least ms",
            "processor ms",
            "differs by",
            f"< {1000 * goal:.1f} ms",
        ),
        rows,
        f"goal: at most {LOGMEL_GOAL} times the fastest of the others; processor: all threads together",
    )


# ------------------------------------------------------------------------------------ one hour


def memory_of_group(leader: int) -> float:
    """Megabytes of the server and all that it started: proportional shares, so nothing counts twice."""
    total = 0
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ProcessLookupError, ValueError):
            if not entry.name.isdecimal() or os.getpgid(int(entry.name)) != os.getpgid(leader):
                continue
            for line in (entry / "smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total / 1e6


class Watch(threading.Thread):
    """Notes the greatest memory of a server and its children, ten times a second."""

    def __init__(self, server: AppServer) -> None:
        super().__init__(daemon=True)
        self._pid, self._done = process_of(server), threading.Event()
        self.most = 0.0

    def run(self) -> None:
        """Look until told to stop."""
        while not self._done.wait(0.1):
            self.most = max(self.most, self.now())

    def now(self) -> float:
        """Megabytes at this moment."""
        return memory_of_group(self._pid)

    def stop(self) -> float:
        """End; returns the greatest."""
        self._done.set()
        self.join()
        return self.most


def hour() -> None:
    """Print the table of a long file."""
    rows: list[tuple[object, ...]] = []
    data = mp3_of(60)
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as server:
        watch = Watch(server)
        with Learner(server.url) as learner:
            learner.open("sampling")
            time.sleep(4)  # the warm-up is over
            rows.append(("before, app and sample", "", "", "", watch.now(), ""))
            watch.start()
            pid = process_of(server)
            before = processor_seconds(pid)
            answer = learner.upload("tray_upload", "hour.mp3", data)
            seconds, computed = answer.seconds, processor_seconds(pid) - before
            rows.append(
                ("dropped on Sampling, first view", f"{seconds:.2f}", f"{computed:.2f}",
                 table.verdict(seconds, HOUR_GOAL_S), watch.now(), "")
            )  # fmt: skip
            for page in dict.fromkeys(case.page for case in CASES):
                answer = learner.open(page)
                rows.append((f"then {page}", f"{answer.seconds:.2f}", "", "", watch.now(), ""))
            end = time.monotonic() + 45  # the whole file is counted in the background
            while time.monotonic() < end and not any(
                key.startswith("part_") for key in learner.widgets
            ):
                time.sleep(2)
                learner.open("sampling")
            counted = any(key.startswith("part_") for key in learner.widgets)
            time.sleep(3)
            if learner.errors:
                raise SystemExit(f"an hour of MP3: {learner.errors}")
        now, most = watch.now(), watch.stop()
        rows.append((f"at rest, counted: {counted}", "", "", "", now, ""))
        rows.append(
            ("most at any moment", "", "", "", most, table.verdict(most, HOUR_GOAL_MB)),
        )
    table.show(
        f"60 minutes of stereo MP3, {len(data) / 1e6:.0f} MB",
        (
            "",
            "seconds",
            "processor s",
            f"< {HOUR_GOAL_S:.0f} s",
            "MB in all",
            f"< {HOUR_GOAL_MB:.0f} MB",
        ),
        rows,
        "seconds: transfer, checks and the whole answer; MB: PSS of the server and its children",
    )


# ---------------------------------------------------------------------------------- first visit


@contextlib.contextmanager
def new_machine() -> Iterator[tuple[Path, Path]]:
    """The app as it was just installed: its own files not compiled, numba's cache empty.

    Libraries keep their compiled files, which pip makes when it installs them. Yields the entry script
    and numba's folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("components", "engine", "pages", "locales", "assets", ".streamlit"):
            shutil.copytree(
                ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(ROOT / "app.py", folder)
        before = os.environ.get("NUMBA_CACHE_DIR")
        os.environ["NUMBA_CACHE_DIR"] = f"{folder}/numba"
        try:
            yield Path(folder, "app.py"), Path(folder, "numba")
        finally:
            os.environ.pop("NUMBA_CACHE_DIR", None)
            if before is not None:
                os.environ["NUMBA_CACHE_DIR"] = before


def processor_seconds(pid: int) -> float:
    """What a process has computed so far, all threads together, and the children that it has ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def cold() -> None:
    """Print the table of first visits."""
    rows: list[tuple[object, ...]] = []
    for page, query in (("spectrogram", {}), ("logmel", {}), ("pitch", {})):
        with new_machine() as (script, numba), tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            with running_app(Path(folder) / "app.log", script=script) as server:
                ready, pid = time.perf_counter() - start, process_of(server)
                before = processor_seconds(pid)
                with Learner(server.url) as learner:
                    first = learner.open(page, **query)
                    computed = processor_seconds(pid) - before
                    again = learner.open(page, **query)
                    if learner.errors:
                        raise SystemExit(f"{page}: {learner.errors}")
                log = server.log_text()
                assert "Traceback" not in log, log
            compiled = sum(1 for _ in numba.rglob("*.nb*")) if numba.exists() else 0
        rows.append(
            (page, f"{ready:.1f}", f"{first.seconds:.2f}", f"{computed:.2f}", f"{again.seconds:.2f}",
             compiled, table.verdict(first.seconds, COLD_GOAL_S))
        )  # fmt: skip
    table.show(
        "First visit to a new server on a new machine",
        ("page", "server ready s", "first view s", "processor s", "again s", "compiled by numba",
         f"< {COLD_GOAL_S:.0f} s"),
        rows,
        "first view: from the answer of the health check on; processor: the server's share of it",
    )  # fmt: skip


TABLES = {"rerun": reruns, "logmel": logmels, "hour": hour, "cold": cold}


def main() -> None:
    """Print the tables that are named, or all."""
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()


if __name__ == "__main__":
    main()
