"""Speech to text: how long Whisper tiny.en takes for a second of sound, ours beside transformers' own.

`python -m bench.speech`. The real time factor is the time of the computation over the length of the
sound: below 1 it is faster than the voice. Ours is what the page runs: log-mel, encoder, decoder token
by token, whose candidates it keeps; beside it `generate` of transformers, from the same log-mel
spectrogram, by turns and on one thread each. Goal: ours within 1.1 times of it, with the same words.
"""

from __future__ import annotations

import io
import statistics
import sys

import numpy as np

from bench import table
from bench.networks import RATIO, seconds
from engine import samples
from engine.models.catalogue import WHISPER_TINY_EN
from engine.models.locate import find
from engine.sound.logmel import RATE, log_mel
from engine.speech.decode import write_tokens, written_ids
from engine.speech.network import encode, first_scores, language_probabilities
from engine.speech.tokens import first_tokens

REPEATS = 5


def main() -> int:
    """Print the table; 1 if the goal is missed."""
    import soundfile
    import torch
    from transformers import WhisperForConditionalGeneration

    folder = find(WHISPER_TINY_EN)
    if folder is None:
        print(f"{WHISPER_TINY_EN.title} is not here: fetch it on the page Models first.")
        return 0
    path = str(folder)
    wave, rate = soundfile.read(io.BytesIO(samples.load("message-en").data), dtype="float32")
    assert rate == RATE, f"the sample has {rate} Hz"
    bare = WhisperForConditionalGeneration.from_pretrained(
        path, dtype=torch.float32, local_files_only=True
    ).eval()
    found: dict[str, list[int]] = {}

    def ours() -> None:
        encoded = encode(path, log_mel(wave, sample_rate=RATE))
        prompt = first_tokens(language_probabilities(first_scores(path, encoded)))
        found["ours"] = written_ids(write_tokens(path, encoded, prompt)).tolist()

    def theirs() -> None:
        features = torch.from_numpy(np.array(log_mel(wave, sample_rate=RATE)))[None]
        with torch.inference_mode():
            found["theirs"] = bare.generate(features, num_beams=1, do_sample=False)[0].tolist()

    ours(), theirs()  # both opened; ours has set torch to one thread
    written = [token for token in found["ours"] if token < bare.config.eos_token_id]
    expected = [token for token in found["theirs"] if token < bare.config.eos_token_id]
    assert written == expected, "two texts of one sound"
    length = len(wave) / RATE
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(REPEATS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = mine / other
    numbers = (f"{mine:.2f}", f"{other:.2f}", f"{mine / length:.2f}", f"{other / length:.2f}")
    verdict = table.verdict(ratio, RATIO)
    head = (
        "network",
        "ours, s",
        "generate, s",
        "ours, RTF",
        "generate, RTF",
        "ratio",
        f"<= {RATIO}",
    )
    row = (WHISPER_TINY_EN.title, *numbers, f"{ratio:.2f}", verdict)
    table.show(f"{length:.1f} s of speech, median of {REPEATS}", head, [row])
    return int(ratio > RATIO)


if __name__ == "__main__":
    sys.exit(main())
