"""Masked words against transformers: scores, losses, the rule of masking; the tiny model; the ALBERT."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax
from tokenizers import BertWordPieceTokenizer
from transformers import BertConfig, BertForMaskedLM

from engine.errors import UserError
from engine.models import albert
from engine.models.catalogue import ALBERT_CHINESE
from engine.models.for_training import MASKED_WORDS, MASKED_WORDS_RUN
from engine.models.public import path_of
from engine.training import maskedtiny, maskedwords
from engine.training.recorded import recorded, recorded_facts
from tests.fetched import fetched

OURS = path_of(MASKED_WORDS)
RUN = path_of(MASKED_WORDS_RUN)
SENTENCE = "She opened the door and looked out of the window, but nobody was there."


@pytest.fixture(scope="module")
def reference() -> BertForMaskedLM:
    return BertForMaskedLM.from_pretrained(OURS, dtype=torch.float32).eval()


def test_ids_are_those_of_the_library_tokenizers() -> None:
    tokenizer = BertWordPieceTokenizer(f"{OURS}/vocab.txt", lowercase=True)
    for text in (SENTENCE, "An unfathomable tintinnabulation!", "Crème brûlée costs 4.50"):
        assert maskedwords.token_ids(OURS, text).tolist() == tokenizer.encode(text).ids


def test_scores_are_those_of_transformers(reference: BertForMaskedLM) -> None:
    ids = maskedwords.token_ids(OURS, SENTENCE)
    for place in (1, 4, len(ids) - 2):
        seen = maskedwords.hidden_at(OURS, ids, place=place)
        with torch.no_grad():
            expected = reference(torch.from_numpy(seen)[None]).logits[0, place].numpy()
        found = maskedwords.scores_at(OURS, seen, place=place)
        np.testing.assert_allclose(found, expected, atol=1e-5)
        np.testing.assert_allclose(
            maskedwords.softmax(found), softmax(expected.astype(float)), atol=1e-6
        )
        loss = maskedwords.loss_at(found, ids, place=place)
        assert loss == pytest.approx(-log_softmax(expected.astype(float))[ids[place]], abs=1e-5)
        best = maskedwords.candidates(OURS, found, count=5)
        names = Path(OURS, "vocab.txt").read_text().split("\n")
        assert [name for name, _share in best] == [names[n] for n in np.argsort(-expected)[:5]]


def test_losses_of_all_are_the_losses_that_transformers_gives(reference: BertForMaskedLM) -> None:
    ids = maskedwords.token_ids(OURS, "The cat sat on the mat.")
    losses = maskedwords.losses_of_all(OURS, ids)
    for place in range(1, len(ids) - 1):
        seen = torch.from_numpy(maskedwords.hidden_at(OURS, ids, place=place))[None]
        labels = torch.full_like(seen, -100)
        labels[0, place] = int(ids[place])
        with torch.no_grad():
            expected = float(reference(seen, labels=labels).loss)
        assert losses[place - 1] == pytest.approx(expected, abs=1e-5)


def test_worked_rows_give_the_loss() -> None:
    ids = maskedwords.token_ids(OURS, SENTENCE)
    scores = maskedwords.scores_at(OURS, maskedwords.hidden_at(OURS, ids, place=4), place=4)
    rows = maskedwords.worked_loss(OURS, scores, ids, place=4, count=3)
    truth = maskedwords.token_names(OURS, ids)[4]
    (row,) = [one for one in rows if one[0] == truth]
    assert row[3] == pytest.approx(row[2] / rows[-1][2])
    assert -np.log(row[3]) == pytest.approx(maskedwords.loss_at(scores, ids, place=4))
    assert maskedwords.share_of(scores, ids, place=4) == pytest.approx(row[3])
    assert maskedwords.rank_of(scores, ids, place=4) == 1 + sum(scores > scores[ids[4]])


def test_a_blank_is_one_hidden_token() -> None:
    ids = maskedwords.ids_with_blank(OURS, "He drank a cup of ___ .")
    assert maskedwords.token_names(OURS, ids)[6] == "[MASK]"
    assert maskedwords.blank_of(OURS, ids) == 6
    for text in ("no blank", "___ two ___", "word " * 40 + "___"):
        with pytest.raises(UserError):
            maskedwords.ids_with_blank(OURS, text)
    assert len(maskedwords.token_ids(OURS, "word " * 99)) == maskedwords.LONGEST
    assert len(maskedwords.ids_with_blank(OURS, "___ " + "word " * 99)) == maskedwords.LONGEST
    assert maskedwords.token_ids(OURS, "").shape == (2,)


def test_foreign_letters_are_unknown() -> None:
    names = maskedwords.token_names(OURS, maskedwords.token_ids(OURS, "北京 is big"))
    assert names == ("[CLS]", "[UNK]", "[UNK]", "is", "big", "[SEP]")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(0.05, 0.6))
def test_masking_changes_only_what_is_asked_for(seed: int, share: float) -> None:
    ids = maskedwords.token_ids(OURS, SENTENCE)
    seen, kinds = maskedwords.as_in_training(OURS, ids, seed=seed, share=share)
    mask = maskedwords.vocabulary_of(OURS)["[MASK]"]
    assert (seen[kinds == 0] == ids[kinds == 0]).all()
    assert (seen[kinds == 3] == ids[kinds == 3]).all()
    assert (seen[kinds == 1] == mask).all()
    assert (seen[kinds == 2] > mask).all()
    assert kinds[0] == kinds[-1] == 0


def test_shares_of_masking_are_those_of_bert() -> None:
    ids = maskedwords.token_ids(OURS, SENTENCE)
    shares = maskedwords.average_counts(OURS, ids, times=3000)
    expected = [0.85, 0.15 * 0.8, 0.15 * 0.1, 0.15 * 0.1]
    error = np.sqrt(np.multiply(expected, np.subtract(1, expected)) / (3000 * (len(ids) - 2)))
    assert (np.abs(shares - expected) < 5 * error).all()


def test_answers_have_all_or_part_in_common() -> None:
    one = np.float32([0, 1, 2, -5])
    assert maskedwords.overlap(one, one) == pytest.approx(1)
    assert maskedwords.overlap(one, np.float32([0, 1, -90, 90])) < 0.01
    assert maskedwords.loss_by_chance(one) == pytest.approx(np.log(4))


def test_the_record_holds_what_the_model_does() -> None:
    facts = dict(recorded_facts(RUN))
    epochs = recorded(RUN, name="epochs")
    first, final, baseline = (recorded(RUN, name=n) for n in ("test_first", "final", "baseline"))
    assert epochs.tolist() == list(range(int(facts["epochs"]) + 1))
    # Stored as float16 the weights are as good as those that were trained.
    assert abs(float(final[1]) - float(first[-1])) < 0.01
    assert baseline[1] < final[1] < final[2] < 1
    filled, shares = recorded(RUN, name="filled"), recorded(RUN, name="filled_shares")
    for number, sentence in enumerate(json.loads(facts["sentences"])):
        ids = maskedwords.ids_with_blank(OURS, sentence.replace("[MASK]", "___"))
        scores = maskedwords.scores_at(OURS, ids, place=maskedwords.blank_of(OURS, ids))
        told = maskedwords.filled_at(OURS, filled, shares, row=len(epochs) - 1, sentence=number)
        now = maskedwords.candidates(OURS, scores, count=1)
        assert dict(told)[now[0][0]] == pytest.approx(now[0][1], abs=0.02)


# ------------------------------------------------------------------------------ the tiny model

PATTERN = ("red", "sky", "blue", "sky", "white", "sky", "black", "sky") * 200


def test_a_tiny_model_learns_what_alternates() -> None:
    numbers, filled, shares = maskedtiny.tiny(PATTERN, seed=1, epochs=20, width=32)
    assert numbers.shape == (21, 4)
    assert len(filled) == 21
    assert shares.shape == (21, 5)
    assert numbers[-1, 0] < numbers[0, 0]
    assert numbers[-1, 2] > 0.9
    assert maskedtiny.usual_tokens(PATTERN).tolist() == [0.5, 1.0]


def test_a_tiny_run_repeats_and_goes_on_bit_for_bit() -> None:
    whole = list(maskedtiny.tiny_steps(PATTERN, seed=2, epochs=3, width=32))
    again = list(maskedtiny.tiny_steps(PATTERN, seed=2, epochs=3, width=32))
    assert whole == again
    rest = list(maskedtiny.tiny_steps(PATTERN, seed=2, epochs=3, width=32, resume=whole[1][1]))
    assert rest == whole[2:]
    # As a worker collects it: all that was shown, and the last state.
    made = maskedtiny.collected([row for row, _state in whole], whole[-1][1])
    plain = maskedtiny.tiny(PATTERN, seed=2, epochs=3, width=32)
    np.testing.assert_array_equal(made[0], plain[0])
    assert made[1] == plain[1]


def test_a_short_text_is_refused() -> None:
    with pytest.raises(UserError):
        maskedtiny.text_tokens("red sky")
    assert not maskedtiny.is_enough("red sky")
    assert maskedtiny.is_enough("red sky " * 300)
    tokens = maskedtiny.text_tokens("red sky " * 300)
    assert Counter(tokens) == {"red": 300, "sky": 300}
    assert maskedtiny.words_and_signs("It's 北京!") == ("it", "'", "s", "北", "京", "!")
    assert len(maskedtiny.test_row(tokens)) == maskedtiny.WINDOW


# ------------------------------------------------------------------------------ the Chinese ALBERT


def test_the_converted_albert_computes_what_the_shared_layer_does(tmp_path: Path) -> None:
    torch.manual_seed(0)
    shape = {
        "vocab_size": 30,
        "hidden_size": 24,
        "num_hidden_layers": 1,
        "num_attention_heads": albert.HEADS,
        "intermediate_size": 48,
        "max_position_embeddings": 16,
        "hidden_act": "gelu",
    }
    one = BertForMaskedLM(BertConfig(**shape)).eval()
    narrow, wide = torch.randn(30, 8) / 8, torch.randn(24, 8)
    state = {name: t for name, t in one.state_dict().items() if "word_embeddings" not in name}
    state = {
        name.replace("encoder.layer.0.", "encoder.layer_shared."): t for name, t in state.items()
    }
    state["bert.embeddings.word_embeddings.weight"] = narrow
    state["bert.embeddings.word_embeddings_2.weight"] = wide
    torch.save(state, tmp_path / "pytorch_model.bin")
    (tmp_path / "vocab.txt").write_text("x\n")
    for name, data in albert.tiny_chinese(tmp_path).items():
        (tmp_path / name).write_bytes(data)
    ids = torch.arange(1, 9)[None]
    with torch.no_grad():
        found = BertForMaskedLM.from_pretrained(tmp_path, dtype=torch.float32).eval()(ids).logits
        one.bert.embeddings.word_embeddings.weight.copy_(narrow @ wide.T)
        x = one.bert.embeddings(ids)
        for _layer in range(albert.LAYERS):
            x = one.bert.encoder.layer[0](x)
            x = x[0] if isinstance(x, tuple) else x
        h = one.cls.predictions.transform(x)
        expected = h @ wide @ narrow.T + one.cls.predictions.bias
    np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=5e-3)  # stored as float16


def test_the_fetched_albert_fills_in_chinese() -> None:
    folder = fetched(ALBERT_CHINESE)
    ids = maskedwords.ids_with_blank(folder, "今天天气很___，我们去公园玩。")
    scores = maskedwords.scores_at(folder, ids, place=maskedwords.blank_of(folder, ids))
    ((token, share),) = maskedwords.candidates(folder, scores, count=1)
    assert token == "好"
    assert share == pytest.approx(0.364, abs=0.01)


def test_files_are_those_of_the_table() -> None:
    for model in (MASKED_WORDS, MASKED_WORDS_RUN):
        path = Path(path_of(model))
        for file in model.files:
            data = (path / file.name if path.is_dir() else path).read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
