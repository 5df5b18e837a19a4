"""Networks that are fetched from their official home: exact architectures with random weights.

The files are made here as the official ones are made, and served on this computer; fetching, checking,
converting, opening and the page run as they would with the real ones. The answers are compared with the
reference library, which gets the same numbers.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from engine.lab import CACHE
from engine.language.clip import caption_vectors, clip, picture_vector
from engine.models.catalogue import BERT, CLIP, GOOGLENET, MINILM, RESNET50, VIT
from engine.models.entry import Hub, Model, TorchHub
from engine.models.locate import file_of, find, locate
from engine.models.memory import close_networks, network_bytes
from engine.training.maskedwords import masked_network, scores_at
from engine.vision.classify import scores
from engine.vision.nets import STAGES, classifier, place_of
from engine.vision.rollout import attentions, transformer
from tests.hub import serve
from tests.pages.harness import assert_fine, open_page

X = np.random.default_rng(0).normal(size=(3, 224, 224)).astype(np.float32)


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is fetched and nothing open, before and after."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NUMEROSCOPE_MODELS", str(tmp_path / "models"))
    yield
    close_networks()
    CACHE.clear()


def filled(network: Any) -> dict[str, Any]:
    """Random float16 numbers for every tensor of a network on the meta device, by name.

    Of such a size that what goes in neither dies out nor overflows; norms leave it as it is.
    """
    state = {}
    for name, tensor in network.state_dict().items():
        draw = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        last = name.rpartition(".")[2]
        if not tensor.is_floating_point():
            state[name] = torch.arange(tensor.numel()).reshape(tensor.shape)
        elif tensor.ndim > 1:
            wide = (2 / tensor[0].numel()) ** 0.5 if tensor.ndim == 4 else 0.02
            state[name] = torch.empty(tensor.shape, dtype=torch.float16).normal_(
                0, wide, generator=draw
            )
        else:
            ones = last in ("weight", "running_var")
            state[name] = torch.full(tensor.shape, float(ones), dtype=torch.float32)
    return state


def with_numbers(network: Any, state: Mapping[str, Any]) -> Any:
    """The reference network with these numbers, in float32; what it counts with is its own."""
    full = {k: v.float() if v.is_floating_point() else v for k, v in state.items()}
    network.load_state_dict(full, assign=True)
    return network.eval()


def from_hub(model: Model, files: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Fetch a model, as its entry says, from a hub that has these files."""
    (source,) = model.sources
    assert isinstance(source, Hub)
    assert set(files) == set(source.names or [file.name for file in model.files])
    with serve({source.repository: files}) as hub:
        hub.revision = source.revision
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        folder = locate(model)
    assert find(model) == folder
    assert sum(map(len, files.values())) < 1.02 * source.size
    return folder


def node(app: AppTest, view: str, name: str) -> Any:
    """The value of a node of a view."""
    (found,) = (one for one in app.session_state["_views"][view] if one.name == name)
    return found.value


def pickled(state: Mapping[str, Any]) -> bytes:
    """A file of PyTorch."""
    file = io.BytesIO()
    torch.save(dict(state), file)
    return file.getvalue()


@pytest.mark.parametrize("model", [RESNET50, GOOGLENET], ids=lambda model: model.name)
def test_a_network_of_torchvision(model: Model) -> None:
    from torchvision.models import get_model

    def built() -> Any:
        extra = {"init_weights": False} if model is GOOGLENET else {}
        with torch.device("meta"):
            return get_model(model.name, weights=None, **extra)

    state = filled(built())
    data = pickled(state)
    (source,) = model.sources
    assert isinstance(source, TorchHub)
    digest = sha256(data).hexdigest()[: len(source.sha256)]
    name = source.url.rpartition("/")[2].replace(source.sha256, digest)
    with serve({"zoo/zoo": {name: data}}) as server:
        url = f"{server.url}/zoo/zoo/resolve/main/{name}"
        nearby = replace(source, url=url, sha256=digest, size=len(data))
        folder = locate(replace(model, sources=(nearby,)))
    assert find(model) == folder  # the entry itself takes what was fetched
    path = str(file_of(folder, model))
    network = classifier(path, model.name)
    assert network_bytes(network) == pytest.approx(model.memory, rel=0.01)
    sides = [112, 56, 28, 14, 7]
    for stage, side in zip(STAGES[model.name], sides, strict=True):
        with torch.no_grad():
            maps = network[: place_of(network, stage)](torch.from_numpy(X[None]))
        assert maps.shape[2:] == (side, side), stage
    reference = with_numbers(built(), state)
    if model is GOOGLENET:
        reference.transform_input = True  # as torchvision sets it for its weights
    with torch.no_grad():
        expected = reference(torch.from_numpy(X[None]))[0].numpy()
    found = scores(path, X, architecture=model.name)
    assert found.shape == (1000,)
    assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())
    for page, step, key in (
        ("classify", "answer", "classify_net"),
        ("features", "stages", "features_net"),
    ):
        app = open_page(page, step=step, **{key: model.name})
        assert_fine(app)
        assert app.session_state[key] == model.name


def test_a_vision_transformer(monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import ViTConfig, ViTForImageClassification

    config = ViTConfig(num_labels=1000)
    with torch.device("meta"):
        network = ViTForImageClassification(config)
    state = filled(network)
    files = {
        "config.json": config.to_json_string().encode(),
        "model.safetensors": save({k: v.float() for k, v in state.items()}, {"format": "pt"}),
        "preprocessor_config.json": json.dumps({"image_mean": [0.5] * 3}).encode(),
    }
    folder = str(from_hub(VIT, files, monkeypatch))
    del files
    opened = transformer(folder)
    assert network_bytes(opened) == pytest.approx(VIT.memory, rel=0.01)
    assert opened.config.num_labels == 1000
    found = attentions(folder, X)
    assert found.shape == (12, 12, 197, 197)
    assert np.abs(found.sum(axis=-1) - 1).max() < 1e-5
    reference = with_numbers(type(network)(config), state)
    with torch.no_grad():
        expected = reference(torch.from_numpy(X[None])).logits[0]
        answer = opened(torch.from_numpy(X[None])).logits[0]
    assert answer.shape == (1000,)
    assert (answer - expected).abs().max() < 1e-4
    app = open_page("features", step="where", looks="rollout", rollout_net="large")
    assert_fine(app)
    assert node(app, "rollout", "shares").shape == (14, 14)


def test_bert(monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import BertConfig, BertForMaskedLM

    config = BertConfig(architectures=["BertForMaskedLM"])
    with torch.device("meta"):
        network = BertForMaskedLM(config)
    state = filled(network)
    words = find(MINILM)  # the same words, in the same order, as BERT base has
    assert words is not None
    tokenizer = (words / "tokenizer.json").read_bytes()
    vocabulary = json.loads(tokenizer)["model"]["vocab"]
    assert len(vocabulary) == config.vocab_size
    # As published: the last matrix is that of the words, and does not stand there twice.
    stored = {k: v.float() for k, v in state.items() if "decoder" not in k}
    state |= {"cls.predictions.decoder.weight": state["bert.embeddings.word_embeddings.weight"]}
    files = {
        "config.json": config.to_json_string().encode(),
        "model.safetensors": save(stored, {"format": "pt"}),
        "tokenizer.json": tokenizer,
        "tokenizer_config.json": b'{"do_lower_case": true}',
        "vocab.txt": "\n".join(vocabulary).encode(),
    }
    folder = str(from_hub(BERT, files, monkeypatch))
    del files, stored
    assert network_bytes(masked_network(folder)) == pytest.approx(BERT.memory, rel=0.01)
    ids = np.array([101, 1037, 103, 2003, 2182, 1012, 102])
    found = scores_at(folder, ids, place=2)
    assert found.shape == (30_522,)
    reference = with_numbers(type(network)(config), state)
    with torch.no_grad():
        expected = reference(torch.from_numpy(ids[None])).logits[0, 2].numpy()
    assert np.abs(found - expected).max() < 1e-3
    del reference
    app = open_page("maskedwords", mw_model="bert")
    assert_fine(app)
    assert app.session_state["mw_model"] == "bert"


def clip_tokenizer() -> bytes:
    """A tokenizer with CLIP's 49,408 tokens, of which all but the bytes are invented."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    known = [*letters, *(f"{letter}</w>" for letter in letters)]
    known += [f"token {number}" for number in range(49_406 - len(known))]
    known += ["<|startoftext|>", "<|endoftext|>"]
    tokenizer = Tokenizer(
        models.BPE({w: n for n, w in enumerate(known)}, [], end_of_word_suffix="</w>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|startoftext|> $A <|endoftext|>",
        special_tokens=[("<|startoftext|>", 49_406), ("<|endoftext|>", 49_407)],
    )
    return tokenizer.to_str().encode()


def test_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers import CLIPConfig, CLIPModel

    # As in the published file, which still has the end's old number.
    config = CLIPConfig(
        text_config={"bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1}, projection_dim=512
    )
    with torch.device("meta"):
        network = CLIPModel(config)
    state = filled(network) | {"logit_scale": torch.tensor(4.6052)}
    places = {
        f"{half}_model.embeddings.position_ids": torch.arange(count)[None]
        for half, count in (("text", 77), ("vision", 50))
    }  # old files have them, too
    files = {
        "pytorch_model.bin": pickled({k: v.float() for k, v in state.items()} | places),
        "config.json": config.to_json_string().encode(),
        "preprocessor_config.json": b'{"size": 224}',
        "tokenizer.json": clip_tokenizer(),
        "tokenizer_config.json": b"{}",
    }
    folder = str(from_hub(CLIP, files, monkeypatch))
    del files
    tokenizer, opened = clip(folder)
    assert tokenizer.get_vocab_size() == config.text_config.vocab_size
    assert network_bytes(opened) == pytest.approx(CLIP.memory, rel=0.01)
    reference = with_numbers(type(network)(config), state)
    captions = ("a cup", "two cats on a sofa")
    rows = caption_vectors(folder, captions)
    assert rows.shape == (2, 512)
    picture = picture_vector(folder, X)
    assert picture.shape == (1, 512)
    with torch.no_grad():
        seen = reference.vision_model(torch.from_numpy(X[None])).pooler_output
        expected = reference.visual_projection(seen)[0]
        for caption, row in zip(captions, rows, strict=True):
            ids = torch.tensor([tokenizer.encode(caption).ids])
            read = reference.text_projection(reference.text_model(ids).pooler_output)[0]
            assert np.abs(row - (read / read.norm()).numpy()).max() < 1e-4
    assert np.abs(picture[0] - (expected / expected.norm()).numpy()).max() < 1e-4
    del reference
    app = open_page("clip", step="match", clip_way="clip")
    assert_fine(app)
    assert app.session_state["clip_way"] == "clip"
