"""Train the Chinese vectors of words in `assets/vectors` on the novel in `assets/corpora`.

They are learnt by `engine/vectors/word2vec.py`, as on the page of word2vec, with more words and more
epochs, in some minutes on one core. The same versions of NumPy and SciPy on the same kind of processor
give the same bytes. At the end it prints how good the vectors are.

.venv/bin/python assets/make_chinese_vectors.py
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.models.read import vectors_file  # noqa: E402
from engine.vectors import word2vec  # noqa: E402
from engine.vectors.mapdata import same_label_share  # noqa: E402
from engine.vectors.similarity import nearest  # noqa: E402
from engine.vectors.static import word_vectors  # noqa: E402
from engine.vectors.wordset import group_labels, group_words  # noqa: E402

NOVEL = ROOT / "assets" / "corpora" / "three-kingdoms.txt"
FILE = ROOT / "assets" / "vectors" / "sanguo-6k.safetensors"
#: Words that occur at least five times, the 6,000 most frequent ones.
LEAST, MOST = 5, 6000
#: Near words say what kind of word a word is, so the window is narrow; a novel is little text, so there
#: are many epochs, and frequent words are thinned out more than in a large corpus.
SETTINGS = {"dimension": 50, "window": 3, "negatives": 5, "epochs": 40, "rate": 0.1}
SAMPLE = 1e-4
SHOWN = ("玄德", "曹操", "吕布", "荆州", "洛阳", "太守", "三千", "枪", "酒", "大怒")


def main() -> None:
    """Train, write the file, and say what it holds."""
    lines = word2vec.paragraph_lines(NOVEL.read_text(encoding="utf-8"))
    words = word2vec.counted_vocabulary(lines, least=LEAST, most=MOST)
    ids = word2vec.numbered(lines, words)
    counts = word2vec.word_counts(lines, words)
    print(f"{word2vec.how_many_words(ids):,} words of text, {len(words):,} different ones")
    for epoch, step in enumerate(
        word2vec.word2vec_steps(ids, counts, sample=SAMPLE, seed=0, **SETTINGS)
    ):
        print(f"epoch {epoch}: loss {step[0, 0]:.3f}")
    data = vectors_file(list(words), word2vec.input_matrix(step[None]))
    FILE.write_bytes(data)
    print(f"{FILE}: {len(data):,} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
    report(data)


def report(data: bytes) -> None:
    """The nearest words of some, and how often neighbours are of one group of the word set."""
    for word in SHOWN:
        near = " ".join(f"{other} {cosine:.2f}" for other, cosine, _n in nearest(data, word=word))
        print(f"{word}: {near}")
    names, labels = group_words(language="zh"), group_labels(language="zh")
    vectors = word_vectors(data, names)
    for count in (1, 5):
        share, chance = same_label_share(vectors, labels, count=count)
        print(
            f"of the {count} nearest of each of {len(names)} words, of its own group: {share:.1%}; "
            f"by chance {chance:.1%}"
        )


if __name__ == "__main__":
    main()
