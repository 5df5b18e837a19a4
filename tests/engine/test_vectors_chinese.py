"""The Chinese vectors that this project has trained: the file, what lies near what, what they hide."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from assets import make_chinese_vectors as script
from components.vectors import ANALOGIES
from engine.models.catalogue import CHINESE, SANGUO
from engine.models.locate import file_of, find
from engine.text.words import mostly_chinese
from engine.vectors import hidden, similarity, static, word2vec

FOLDER = find(SANGUO)
assert FOLDER is not None
DATA = file_of(FOLDER, SANGUO).read_bytes()


def test_the_file_is_the_one_of_the_catalogue(root: Path) -> None:
    (file,) = SANGUO.files
    assert root / "assets" / "vectors" == FOLDER
    assert (len(DATA), hashlib.sha256(DATA).hexdigest()) == (file.size, file.sha256)
    assert len(DATA) < 1_000_000
    tensors = load(DATA)
    assert tensors["vectors"].dtype == np.float16
    assert tensors["vectors"].shape == (6000, 50)
    assert np.isfinite(tensors["vectors"]).all()


def test_its_words_are_the_most_frequent_ones_of_the_novel(root: Path) -> None:
    lines = word2vec.paragraph_lines(script.NOVEL.read_text(encoding="utf-8"))
    words = word2vec.counted_vocabulary(lines, least=script.LEAST, most=script.MOST)
    assert static.table_words(DATA) == words
    assert lines.split().count(words[-1]) >= script.LEAST


@pytest.mark.parametrize(
    ("word", "among_the_nearest"),
    [
        ("吕布", "高顺"),
        ("曹操", "荀彧"),
        ("玄德", "孙乾"),
        ("荆州", "襄阳"),
        ("洛阳", "车驾"),
        ("太守", "刺史"),
        ("三千", "五千"),
        ("酒", "饮"),
        ("大怒", "大骂"),
        ("左边", "右边"),
    ],
)
def test_near_words_make_sense(word: str, among_the_nearest: str) -> None:
    assert among_the_nearest in [name for name, *_rest in similarity.nearest(DATA, word=word)]


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        ("关兴", "关公", "张飞", "张苞"),
        ("西川", "刘璋", "刘表", "荆州"),
        ("操", "曹操", "孙权", "权"),
        ("蜀兵", "孔明", "司马懿", "魏兵"),
        ("前面", "前", "后", "后面"),
    ],
)
def test_analogies_that_the_page_suggests(a: str, b: str, c: str, expected: str) -> None:
    assert similarity.analogy(DATA, a=a, b=b, c=c)[0][0] == expected


def test_the_page_begins_with_an_analogy_that_works() -> None:
    known = [three for three in ANALOGIES if all(static.knows(DATA, word=w) for w in three)]
    assert known[0] == ("关兴", "关公", "张飞")


def test_examples_fill_up_a_text_of_which_the_table_knows_nothing() -> None:
    words = static.with_examples((), DATA, language="zh")
    assert len(words) == 6
    assert "貂蝉" in words
    assert "咖啡" not in words


def test_each_lords_people_lie_on_his_side() -> None:
    words, one, other = hidden.LINES["zh"]
    assert (one, other) == ("玄德", "曹操")
    places = dict(hidden.along(DATA, words=words, one=one, other=other))
    assert len(places) == len(words)
    assert min(places[name] for name in ("关公", "张飞", "赵云", "孔明")) > 0.1
    assert max(places[name] for name in ("荀彧", "郭嘉", "程昱")) < -0.2
    assert max(places[word] for word in ("奸雄", "奸贼", "逆贼", "诡计")) < -0.2
    assert -0.2 < places["仁义"] < 0 < places["仁德"]  # and so the page says


def test_opposites_are_nearer_than_most() -> None:
    for word, opposite, cosine, place in hidden.opposites(DATA, pairs=hidden.OPPOSITES["zh"]):
        names = [name for name, *_rest in similarity.nearest(DATA, word=word, count=300)]
        assert names.index(opposite) + 1 == place
        assert cosine > 0.4


def test_vectors_of_rare_words_are_longer() -> None:
    lengths = hidden.length_by_rank(DATA)[:, 1]
    assert lengths[-1] > 1.5 * lengths[0]


def test_the_training_begins_as_the_script_says() -> None:
    """Two epochs on a chapter: the same bytes twice, and words of a kind already nearer than others."""
    text = script.NOVEL.read_text(encoding="utf-8")[:60_000]
    lines = word2vec.paragraph_lines(text)
    words = word2vec.counted_vocabulary(lines, least=script.LEAST, most=script.MOST)
    ids, counts = word2vec.numbered(lines, words), word2vec.word_counts(lines, words)
    settings = script.SETTINGS | {"epochs": 2, "sample": script.SAMPLE}
    one, other = (word2vec.word2vec(ids, counts, **settings) for _n in range(2))
    assert one.tobytes() == other.tobytes()
    losses = word2vec.loss_curve(one)
    assert losses[2] < losses[1] < losses[0]


def test_no_other_table_is_meant() -> None:
    assert CHINESE.languages == SANGUO.languages == ("zh",)
    assert SANGUO.licence
    assert not CHINESE.licence


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("话说天下大势", True),
        ("Hello 你好", False),
        ("你好你好 abc", True),
        ("", False),
        ("123 ☕", False),
    ],
)
def test_whether_a_text_is_chinese(text: str, chinese: bool) -> None:
    assert mostly_chinese(text) == chinese
