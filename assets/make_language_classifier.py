"""Train the classifier of languages in `assets/networks/language-classifier`, and measure it.

Data: the prompts of Asterisk in five languages by four voices (English and Spanish are the same),
out of Debian's packages (hashes below).
A prompt has the same name in every language; one in five names is kept for the test in all of them, so
no sentence is learnt in one language and tested in another. The samples of the app (`vm-intro`) are
not learnt from either. Other voices, which only measure, come from three further packages of
telephone recordings.

.venv/bin/python assets/make_language_classifier.py folder

`folder` holds the packages, as `apt-get download` puts them there (Debian 12); `dpkg-deb` unpacks them.
The result is the same bit for bit with the versions in requirements.txt.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
from safetensors.numpy import save
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.sound.logmel import at_16_khz  # noqa: E402
from engine.speech.classifier import LANGUAGES, clip_statistics, telephone_logs  # noqa: E402

RESULT = ROOT / "assets" / "networks" / "language-classifier" / "model.safetensors"
LEARNT = {
    "en": (
        "asterisk-core-sounds-en-g722_1.6.1-1_all.deb",
        "38c5261820b406dcb0ecb37675720da2b0864850690690352ca52707eb623806",
    ),
    "es": (
        "asterisk-core-sounds-es-g722_1.6.1-1_all.deb",
        "e4e3b4281057d3b81b779298fd6be705f57411513955c518eed1bcaabbd615b8",
    ),
    "fr": (
        "asterisk-core-sounds-fr-g722_1.6.1-1_all.deb",
        "7add61d5e42279ecff1bbdf842a5a946ac3644fac9a0fe44384731aa7270c8e0",
    ),
    "it": (
        "asterisk-core-sounds-it-g722_1.6.1-1_all.deb",
        "46b4cf7afc508a5fcfc051b7ea233251c0d195dd4ef83cc4b7facb4c6429b016",
    ),
    "ru": (
        "asterisk-core-sounds-ru-g722_1.6.1-1_all.deb",
        "673b4238a6b8269960f055d868c6a11083f7a0d00979167cb01554046b48ed9b",
    ),
}
OTHER_VOICES = {
    "es": (
        "asterisk-prompt-es-co_0.20070403-2.1_all.deb",
        "6702696e045514699e87dc8fb70f370717e5df91f821f7bec8dd0df1be008e83",
    ),
    "fr": (
        "asterisk-prompt-fr-armelle_20070613-2.2_all.deb",
        "162570b1a9b3512a98f06b89f60c7c17cf1b9b52297315adca9a4e5be728bea3",
    ),
    "it": (
        "asterisk-prompt-it-menardi-wav_1%3a1.4.22+mm20110907-3.1_all.deb",
        "3094530d98f8758ac275572d59624c41f60969fef883f34f4886d144f3dfeb21",
    ),
}
SUFFIXES = (".g722", ".gsm", ".wav")
SHORTEST = 1.0  # seconds: less is a word or a letter
KEPT_FOR_THE_TEST = 5  # one in so many prompts
SAMPLES = ("vm-intro",)
REGULARISATION = 0.1  # C of LogisticRegression


def clips(package: Path, digest: str) -> dict[str, np.ndarray]:
    """The features of every prompt of a package that is long enough: name -> (39,)."""
    if hashlib.sha256(package.read_bytes()).hexdigest() != digest:
        raise SystemExit(f"{package.name} is another file than the one this was measured with")
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["dpkg-deb", "-x", str(package), scratch], check=True)
        sounds = Path(scratch) / "usr" / "share" / "asterisk" / "sounds"
        for path in sorted(p for p in sounds.rglob("*") if p.suffix in SUFFIXES):
            wave, rate = decoded(path)
            if len(wave) >= SHORTEST * rate:
                name = "/".join(path.relative_to(sounds).with_suffix("").parts[1:])
                logs = telephone_logs(at_16_khz(wave, sample_rate=rate))
                found[name] = clip_statistics(logs)
    return found


def decoded(path: Path) -> tuple[np.ndarray, int]:
    """A float32 wave and its rate; nothing for an empty file."""
    try:
        with av.open(str(path), format="g722" if path.suffix == ".g722" else None) as file:
            stream = file.streams.audio[0]
            parts = [frame.to_ndarray().ravel() for frame in file.decode(stream)]
            wave = np.concatenate(parts).astype(np.float32) / 32768 if parts else np.zeros(0)
            return wave, stream.rate
    except av.error.InvalidDataError:
        return np.zeros(0, np.float32), 8000


def is_kept(name: str) -> bool:
    """Whether a prompt is kept for the test: by its name, so in all languages."""
    chosen = int(hashlib.sha256(name.encode()).hexdigest(), 16) % KEPT_FOR_THE_TEST == 0
    return chosen or name in SAMPLES


def counts(said: list[int], named: np.ndarray) -> np.ndarray:
    """For each language said (row), how often each was named (column)."""
    table = np.zeros((len(LANGUAGES), len(LANGUAGES)), np.int64)
    np.add.at(table, (said, named), 1)
    return table


def main() -> None:
    """Train, measure, write, print."""
    folder = Path(sys.argv[1])
    learnt: list[np.ndarray] = []
    answers: list[int] = []
    tested: list[np.ndarray] = []
    truth: list[int] = []
    for number, language in enumerate(LANGUAGES):
        name, digest = LEARNT[language]
        for prompt, features in clips(folder / name, digest).items():
            (tested if is_kept(prompt) else learnt).append(features)
            (truth if is_kept(prompt) else answers).append(number)
    scaler = StandardScaler().fit(np.float64(learnt))
    model = LogisticRegression(C=REGULARISATION, max_iter=5000, tol=1e-8)
    model.fit(scaler.transform(np.float64(learnt)), answers)

    def named(features: list[np.ndarray]) -> np.ndarray:
        return model.predict(scaler.transform(np.float64(features)))

    sentences = counts(truth, named(tested))
    voices = np.zeros_like(sentences)
    for language, (name, digest) in OTHER_VOICES.items():
        found = list(clips(folder / name, digest).values())
        voices += counts([LANGUAGES.index(language)] * len(found), named(found))
    tensors = {
        "mean": scaler.mean_,
        "deviation": scaler.scale_,
        "weights": model.coef_,
        "bias": model.intercept_,
        "sentences": sentences,
        "voices": voices,
        "learnt": np.bincount(answers, minlength=len(LANGUAGES)).astype(np.int64),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_bytes(save({name: np.ascontiguousarray(t) for name, t in tensors.items()}))
    print(len(learnt), "clips learnt from,", len(tested), "tested")
    for title, table in (("other sentences", sentences), ("other voices", voices)):
        share = np.trace(table) / table.sum()
        print(f"{title}: {share:.3f}\n{table}")
    print(hashlib.sha256(RESULT.read_bytes()).hexdigest(), RESULT.stat().st_size)


if __name__ == "__main__":
    main()
