"""Encoder, decoder and languages on a Whisper of random weights, against transformers' own loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

from engine.models.memory import close_networks
from engine.sound.logmel import log_mel
from engine.speech import align, decode, network, tokens
from tests.engine import tiny_whisper
from tests.engine.speech import speech

VOCABULARIES = Path("assets/tokenizers")
MULTILINGUAL = (VOCABULARIES / "multilingual.tiktoken").read_bytes()
ENGLISH = (VOCABULARIES / "gpt2.tiktoken").read_bytes()


@pytest.fixture(scope="module", params=["multilingual", "english"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Folder, features of a real voice, transformers' network, the vocabulary."""
    english = request.param == "english"
    folder = tiny_whisper.make(tmp_path_factory.mktemp(request.param), english=english)
    theirs = WhisperForConditionalGeneration.from_pretrained(
        folder, attn_implementation="eager"
    ).eval()
    wave, rate = speech()
    yield str(folder), log_mel(wave, sample_rate=rate), theirs, ENGLISH if english else MULTILINGUAL
    close_networks()


def theirs_written(model: Any, most: int = 40, **orders: Any) -> list[int]:
    import torch

    _folder, features, theirs, _vocabulary = model
    out = theirs.generate(
        torch.from_numpy(features[None]),
        num_beams=1,
        do_sample=False,
        max_new_tokens=most,
        **orders,
    )
    end = theirs.generation_config.eos_token_id
    return [token for token in out[0].tolist() if token != end]


def test_the_input_is_that_of_transformers() -> None:
    wave, rate = speech()
    theirs = WhisperFeatureExtractor()(wave, sampling_rate=rate, return_tensors="np").input_features
    assert np.allclose(log_mel(wave, sample_rate=rate), theirs[0], atol=1e-4)


def test_the_encoder_is_theirs(model: Any) -> None:
    import torch

    folder, features, theirs, _vocabulary = model
    with torch.no_grad():
        expected = (
            theirs.model.encoder(torch.from_numpy(features[None])).last_hidden_state[0].numpy()
        )
    found = network.encode(folder, features)
    assert found.shape == (1500, 16)
    assert np.allclose(found, expected, atol=1e-5)
    part = network.vectors_over_time(found, count=7)
    assert np.array_equal(part, found[:7].T)


def test_the_tokens_are_those_of_generate(model: Any) -> None:
    folder, features, _theirs, vocabulary = model
    encoded = network.encode(folder, features)
    chances = network.language_probabilities(network.first_scores(folder, encoded))
    for language, translate in (("en", False), ("zh", False), ("ru", True)):
        orders: dict[str, Any] = {}
        if chances.size:
            orders = {"language": language, "task": "translate" if translate else "transcribe"}
        prompt = tokens.first_tokens(chances, language=language, translate=translate)
        written = decode.write_tokens(folder, encoded, prompt, most=40)
        ids = decode.written_ids(written)
        ours = [n for n in ids.tolist() if n < tokens.special_tokens(51864)["end"]]
        assert ours
        expected = theirs_written(model, **orders)
        assert [n for n in expected if n < 50256] == [n for n in ours if n < 50256]
        assert written[1].shape == written[2].shape == (len(ids), decode.SHOWN)
        assert np.array_equal(written[1][:, 0], ids)
        assert (np.diff(written[2], axis=1) <= 0).all()
        assert (decode.written_chances(written) == written[2][:, 0]).all()
        assert np.array_equal(decode.candidate_ids(written, step=1), written[1][1])
        assert np.array_equal(decode.candidate_chances(written, step=1), written[2][1])
        text = tokens.text_of(ids, vocabulary)
        assert text == text.strip()
        assert len(tokens.token_texts(ids, vocabulary)) == len(ids)


def test_what_is_ruled_out_is_never_a_candidate(model: Any) -> None:
    folder, features, theirs, _vocabulary = model
    encoded = network.encode(folder, features)
    chances = network.language_probabilities(network.first_scores(folder, encoded))
    written = decode.write_tokens(folder, encoded, tokens.first_tokens(chances), most=20)
    rules = theirs.generation_config
    assert not set(rules.suppress_tokens) & set(written[1].ravel().tolist())
    assert not set(rules.begin_suppress_tokens) & set(written[1][0].tolist())


def test_the_languages_are_those_of_detect_language(model: Any) -> None:
    import torch

    folder, features, theirs, _vocabulary = model
    encoded = network.encode(folder, features)
    found = network.language_probabilities(network.first_scores(folder, encoded))
    assert 0 <= network.no_speech_probability(network.first_scores(folder, encoded)) <= 1
    if not found.size:
        assert network.likeliest_languages(found) == ()
        assert tokens.told_language(tokens.first_tokens(found)) == "en"
        return
    expected = theirs.detect_language(torch.from_numpy(features[None]))
    ids = tokens.special_tokens(51865)
    ((code, chance), *_rest) = network.likeliest_languages(found)
    assert ids[code] == int(expected[0])
    assert chance == found.max()
    assert found.sum() == pytest.approx(1, abs=1e-5)
    prompt = tokens.first_tokens(found)
    assert tokens.told_language(prompt) == code


def test_attention_is_that_of_all_steps_together(model: Any) -> None:
    """The maps of one pass over all tokens are those of transformers, which are those of each step."""
    import torch

    folder, features, theirs, _vocabulary = model
    encoded = network.encode(folder, features)
    prompt = tokens.first_tokens(
        network.language_probabilities(network.first_scores(folder, encoded))
    )
    ids = decode.written_ids(decode.write_tokens(folder, encoded, prompt, most=12))
    found = align.sound_attention(folder, encoded, prompt, ids, frames=283)
    assert found.shape == (2, len(ids), 283)  # the upper one of two layers, two heads
    for step in (0, len(ids) - 1):
        sequence = torch.from_numpy(np.concatenate([prompt, ids[:step]])[None])
        with torch.no_grad():
            out = theirs(
                encoder_outputs=(torch.from_numpy(encoded[None]),),
                decoder_input_ids=sequence,
                output_attentions=True,
            )
        expected = out.cross_attentions[1][0, :, -1, :283].numpy()
        assert np.allclose(found[:, step], expected, atol=1e-6)
    assert np.allclose(align.mean_of_heads(found), found.mean(axis=0), atol=1e-7)


def test_special_tokens_are_those_of_transformers() -> None:
    from engine.models.whisper import special_tokens

    for size in (51864, 51865):
        theirs, ours = special_tokens(size), tokens.special_tokens(size)
        assert ours["end"] == theirs["<|endoftext|>"]
        assert ours["start"] == theirs["<|startoftranscript|>"]
        assert all(ours[code] == theirs[f"<|{code}|>"] for code in tokens.LANGUAGES[:99])
        pairs = {"no_speech": "nospeech", "no_time": "notimestamps", "start_lm": "startoflm"}
        pairs |= {"translate": "translate", "previous": "startofprev", "first_stamp": "0.00"}
        assert all(ours[one] == theirs[f"<|{other}|>"] for one, other in pairs.items())
    assert tokens.special_tokens(51866)["yue"] == 50358  # large-v3


def test_tokens_as_texts() -> None:
    ids = tokens.special_tokens(51865)
    row = np.array(
        [ids["start"], ids["zh"], ids["no_time"], 220, ids["first_stamp"] + 61, ids["end"]]
    )
    names = tokens.token_texts(row, MULTILINGUAL)
    assert names == ("<start>", "<zh>", "<no_time>", " ", "<1.22>", "<end>")
    assert tokens.text_of(row, MULTILINGUAL) == ""
    assert tokens.token_texts(np.array([50257, 50362]), ENGLISH) == ("<start>", "<no_time>")
    from engine.text.bytelevel import byte_tokens

    parts = np.array([token[0] for token in byte_tokens("鹦鹉", MULTILINGUAL)])
    assert tokens.text_of(parts, MULTILINGUAL) == "鹦鹉"
    assert "\\x" in "".join(tokens.token_texts(parts, MULTILINGUAL))


def test_a_text_that_repeats_itself() -> None:
    assert decode.repeats_itself("I'm sorry. " * 70)
    assert decode.repeats_itself("谢谢" * 90)
    for text in ("", "a", "Please leave your message after the tone, when done hang up."):
        assert not decode.repeats_itself(text)
