"""Train a character LSTM and a plain recurrent network on a novel, and write both as float16.

    python assets/make_lstm.py [FOLDER] [--device cuda] [--epochs N]

FOLDER holds corpora/pride-and-prejudice.txt (default: assets). Both networks read the first nine tenths
of the novel; what they foresee of the last tenth is measured in bits per character after each epoch,
beside counted characters, pairs and triples. Seeded; about ten minutes on one core.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from engine.training.lstm_gates import ALPHABET, LEARNED, character_ids, plain_characters  # noqa: E402
from engine.training.recorded import record  # noqa: E402

UNITS, BATCH, LENGTH, RATE = 128, 16, 100, 4e-3
SEED = 0


class Reader(torch.nn.Module):
    """A recurrent network that says for each character which one comes next."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        size = len(ALPHABET)
        make = torch.nn.LSTM if kind == "lstm" else torch.nn.RNN
        self.recurrent = make(size, UNITS, batch_first=True)
        self.head = torch.nn.Linear(UNITS, size)
        if kind == "lstm":  # forget gates begin open (R. Jozefowicz and others, 2015)
            with torch.no_grad():
                self.recurrent.bias_ih_l0[UNITS : 2 * UNITS] = 1.0
        self.size = size

    def forward(self, ids, state=None):
        rows = torch.nn.functional.one_hot(ids, self.size).float()
        out, state = self.recurrent(rows, state)
        return self.head(out), state


def bits(network: Reader, ids: torch.Tensor) -> float:
    """Bits per character of a text that is read from its beginning."""
    with torch.no_grad():
        scores, _state = network(ids[None, :-1])
        loss = torch.nn.functional.cross_entropy(scores[0], ids[1:])
    return float(loss) / float(np.log(2))


def train(kind: str, learn: torch.Tensor, test: torch.Tensor, epochs: int, seed: int):
    """Train one network; its bits per character on both parts after each epoch."""
    torch.manual_seed(seed)
    network = Reader(kind).to(learn.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE if kind == "lstm" else RATE / 2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs, RATE / 100)
    long = (len(learn) - 1) // BATCH
    x = learn[: long * BATCH].view(BATCH, long)
    y = learn[1 : long * BATCH + 1].view(BATCH, long)
    curve = [(bits(network, learn[: len(test)]), bits(network, test))]
    for epoch in range(epochs):
        state = None
        shift = int(np.random.default_rng([seed, epoch]).integers(LENGTH))
        for at in range(shift, long - 1, LENGTH):
            scores, state = network(x[:, at : at + LENGTH], state)
            state = tuple(s.detach() for s in state) if kind == "lstm" else state.detach()
            loss = torch.nn.functional.cross_entropy(
                scores.flatten(0, 1), y[:, at : at + LENGTH].flatten()
            )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        schedule.step()
        curve.append((bits(network, learn[: len(test)]), bits(network, test)))
        print(kind, epoch + 1, *(f"{n:.3f}" for n in curve[-1]), flush=True)
    return network, np.array(curve, np.float32)


def halves(network: Reader, kind: str) -> dict[str, np.ndarray]:
    """The weights as the app reads them: both biases added, the unknown character without any effect."""
    part = network.recurrent
    arrays = {
        "weight_ih": part.weight_ih_l0.detach().cpu().numpy().copy(),
        "weight_hh": part.weight_hh_l0.detach().cpu().numpy(),
        "bias": (part.bias_ih_l0 + part.bias_hh_l0).detach().cpu().numpy(),
        "head_weight": network.head.weight.detach().cpu().numpy(),
        "head_bias": network.head.bias.detach().cpu().numpy(),
    }
    arrays["weight_ih"][:, len(ALPHABET) - 1] = 0
    return {f"{kind}.{name}": array.astype(np.float16) for name, array in arrays.items()}


def places(ids: np.ndarray, context: int) -> np.ndarray:
    """The number of the `context` characters before each one, from the third on."""
    number = np.zeros(len(ids) - 2, np.int64)
    for k in range(1, context + 1):
        number += ids[2 - k : len(ids) - k] * len(ALPHABET) ** (k - 1)
    return number


def counted(learn: np.ndarray, test: np.ndarray) -> list[float]:
    """Bits per character of counting: characters, then those behind each one, behind each two.

    Each count is mixed with the shorter context's as by Witten and Bell (1991).
    """
    size, found = len(ALPHABET), []
    for order in range(3):
        given = np.full(len(test) - 2, 1 / size)
        for context in range(order + 1):
            pairs = np.zeros((size**context, size))
            np.add.at(pairs, (places(learn, context), learn[2:]), 1)
            total, kinds = pairs.sum(1), (pairs > 0).sum(1)
            at = places(test, context)
            n, k = total[at], kinds[at]
            known = np.maximum(n + k, 1)
            given = np.where(n > 0, (pairs[at, test[2:]] + k * given) / known, given)
        found.append(float(-np.log2(given).mean()))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default=str(ROOT / "assets"))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--epochs", type=int, default=20)
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    began = time.time()
    text = (Path(wanted.folder) / "corpora" / "pride-and-prejudice.txt").read_text("utf-8")
    ids = character_ids(plain_characters(text, most=len(text)))
    cut = round(LEARNED * len(ids))
    learn = torch.from_numpy(ids[:cut]).to(wanted.device)
    test = torch.from_numpy(ids[cut:]).to(wanted.device)
    counts = counted(ids[:cut], ids[cut:])
    print("counted:", counts)
    weights, curves = {}, {}
    for kind in ("lstm", "rnn"):
        start = time.time()
        network, curve = train(kind, learn, test, wanted.epochs, SEED)
        weights |= halves(network, kind)
        curves |= {f"{kind}_learn": curve[:, 0], f"{kind}_test": curve[:, 1]}
        print(kind, f"{time.time() - start:.0f} s", flush=True)
    save_file(weights, ROOT / "assets" / "networks" / "char-lstm" / "model.safetensors")
    record(
        ROOT / "assets" / "runs" / "char-lstm.safetensors",
        {
            "epochs": np.arange(wanted.epochs + 1),
            **curves,
            "counted": np.array(counts, np.float32),
        },
        script="assets/make_lstm.py",
        data=f"Pride and Prejudice, {cut} characters to learn from, {len(ids) - cut} held out",
        machine=f"{platform.processor() or platform.machine()}, {wanted.device}",
        seconds=round(time.time() - began),
        seed=SEED,
        date=time.strftime("%Y-%m-%d"),
    )


if __name__ == "__main__":
    main()
