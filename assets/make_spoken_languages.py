"""Make `assets/sets/spoken-languages.zip`: 150 short clips of speech in five languages.

Prompts of Asterisk, out of Debian's packages that `make_language_classifier.py` names: 30 that every
language has, from each the 2 seconds with the most energy, as Ogg Opus, a folder a language. One
voice speaks each language, and English and Spanish have the same one.

.venv/bin/python assets/make_spoken_languages.py folder

`folder` holds the packages, as `apt-get download` puts them there (Debian 12); `dpkg-deb` unpacks them.
The result is the same bit for bit with the versions in requirements.txt.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import numpy as np
from make_language_classifier import LEARNT, ROOT, SUFFIXES, decoded

sys.path.insert(0, str(ROOT))

from engine.sound.logmel import RATE, at_16_khz
from engine.training.ownset import loudest_part, pack_set

RESULT = ROOT / "assets" / "sets" / "spoken-languages.zip"
TITLES = {"en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "ru": "Russian"}
CLIPS, SECONDS = 30, 2.0
BITS = 24_000  # a second


def waves(package: Path, digest: str) -> dict[str, np.ndarray]:
    """Every prompt of a package that is long enough: name -> float32 wave at 16 kHz."""
    if hashlib.sha256(package.read_bytes()).hexdigest() != digest:
        raise SystemExit(f"{package.name} is another file than the one this was made with")
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["dpkg-deb", "-x", str(package), scratch], check=True)
        sounds = Path(scratch) / "usr" / "share" / "asterisk" / "sounds"
        for path in sorted(p for p in sounds.rglob("*") if p.suffix in SUFFIXES):
            wave, rate = decoded(path)
            name = "/".join(path.relative_to(sounds).with_suffix("").parts[1:])
            if len(wave) >= SECONDS * rate and not name.startswith("silence/"):
                found[name] = at_16_khz(wave, sample_rate=rate)
    return found


def opus(wave: np.ndarray) -> bytes:
    """A wave at 16 kHz as an Ogg Opus file, without clock and chance."""
    file = io.BytesIO()
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono", bit_rate=BITS)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        samples = np.clip(wave * 32767, -32768, 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def main() -> None:
    """Choose, cut, write."""
    folder = Path(sys.argv[1])
    found = {code: waves(folder / name, digest) for code, (name, digest) in LEARNT.items()}
    common = set.intersection(*(set(prompts) for prompts in found.values()))
    chosen = sorted(common, key=lambda name: hashlib.sha256(name.encode()).digest())[:CLIPS]
    print(len(common), "prompts in all languages:", ", ".join(sorted(chosen)))
    classes = {
        TITLES[code]: [
            (f"{name}.opus", opus(loudest_part(prompts[name], count=round(SECONDS * RATE))))
            for name in sorted(chosen)
        ]
        for code, prompts in found.items()
    }
    data = pack_set(classes)
    RESULT.write_bytes(data)
    print(len(data), hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    main()
