"""Networks for sequences of tokens: LSTM, Transformer encoder, BERT, ViT and Whisper.

Names and counts are those of PyTorch (LSTM, Transformer encoder), torchvision (ViT) and transformers.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.networks.layers import (
    LSTM,
    Activation,
    Add,
    Attention,
    ClassToken,
    Conv,
    Embedding,
    FirstToken,
    Given,
    Layer,
    Linear,
    Norm,
    Positions,
    Shape,
    ToTokens,
)
from engine.networks.trace import Block, Rows, trace


def lstm(shape: Shape) -> Rows:
    """A language model of two LSTM layers: W. Zaremba et al., 2014, its "medium" one.

    10,000 words, 650 units; from each token on it rates every word as the next.

    Parameters
    ----------
    shape : (T,) tokens.
    """
    parts = (
        Embedding("embedding", 10_000, 650),
        LSTM("lstm 1", 650),
        LSTM("lstm 2", 650),
        Linear("output", 10_000),
    )
    return trace(Block("LSTM", parts), shape)


def transformer_encoder(shape: Shape) -> Rows:
    """The encoder of the base Transformer: A. Vaswani et al., "Attention is all you need", 2017.

    37,000 pieces of words, d = 512, 6 layers of 8 heads; sines and cosines say where a token stands.

    Parameters
    ----------
    shape : (T,) tokens.
    """
    layers = tuple(
        Block(f"{n}", attend_then_feed(512, 8, 2048, TORCH, norm_first=False)) for n in range(6)
    )
    parts = (
        Embedding("embedding", 37_000, 512),
        Positions("positions", kept=False),
        Block("layers", layers),
    )
    return trace(Block("Transformer", parts), shape)


def bert_base(shape: Shape) -> Rows:
    """BERT-base, small letters: J. Devlin et al., NAACL 2019. d = 768, 12 layers of 12 heads.

    Parameters
    ----------
    shape : (T,) tokens, T <= 512.
    """
    embeddings = Block(
        "embeddings",
        (
            Block(
                "sum",
                (
                    Embedding("word_embeddings", 30_522, 768),
                    Embedding("position_embeddings", 512, 768),
                    Embedding("token_type_embeddings", 2, 768),
                ),
                join=Add("add"),
                scope=False,
            ),
            Norm("LayerNorm", "layer"),
        ),
    )
    layers = tuple(
        Block(f"{n}", attend_then_feed(768, 12, 3072, BERT, norm_first=False)) for n in range(12)
    )
    encoder = Block("encoder", (Block("layer", layers),))
    pooler = (FirstToken("first"), Linear("dense", 768), Activation("tanh", "tanh"))
    return trace(Block("BERT-base", (embeddings, encoder, Block("pooler", pooler))), shape)


def vit_b_16(shape: Shape) -> Rows:
    """ViT-B/16: A. Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021.

    Parameters
    ----------
    shape : (3, 224, 224), for whose 14 x 14 patches it has positions.
    """
    layers = tuple(
        Block(f"encoder_layer_{n}", attend_then_feed(768, 12, 3072, TORCHVISION, norm_first=True))
        for n in range(12)
    )
    encoder = Block(
        "encoder",
        (Positions("pos_embedding"), Block("layers", layers), Norm("ln", "layer")),
    )
    parts = (
        Conv("conv_proj", 768, 16, 16),
        ToTokens("tokens"),
        ClassToken("class_token"),
        encoder,
        FirstToken("first"),
        Block("heads", (Linear("head", 1000),)),
    )
    return trace(Block("ViT-B/16", parts), shape)


def whisper_base(shape: Shape, *, tokens: int = 16) -> Rows:
    """Whisper base: A. Radford et al., 2022. d = 512, 6 layers of 8 heads in encoder and decoder.

    Parameters
    ----------
    shape : (80, 3000), log-mel bands by frames of 10 ms: 30 s of sound, padded if it is shorter.
    tokens : int, 1..448, how many the decoder has written and reads again.
    """
    width = 512
    heard: Shape = ((shape[1] - 1) // 2 + 1, width)  # what the encoder puts out
    encoder = Block(
        "encoder",
        (
            Conv("conv1", width, 3, padding=1),
            Activation("gelu 1", "GELU"),
            Conv("conv2", width, 3, 2, 1),
            Activation("gelu 2", "GELU"),
            ToTokens("tokens"),
            Positions("embed_positions"),
            Block(
                "layers",
                tuple(
                    Block(f"{n}", attend_then_feed(width, 8, 2048, WHISPER, norm_first=True))
                    for n in range(6)
                ),
            ),
            Norm("layer_norm", "layer"),
        ),
    )
    decoder = Block(
        "decoder",
        (
            Given("text so far", (tokens,)),
            Embedding("embed_tokens", 51_865, width),
            Positions("embed_positions", 448),
            Block(
                "layers",
                tuple(
                    Block(
                        f"{n}",
                        attend_then_feed(width, 8, 2048, WHISPER, norm_first=True, memory=heard),
                    )
                    for n in range(6)
                ),
            ),
            Norm("layer_norm", "layer"),
        ),
    )
    rating = Linear("output", 51_865, bias=False, tied=True)
    return trace(Block("Whisper base", (encoder, decoder, rating)), shape)


# ------------------------------------------------------------------------------ their layers


@dataclass(frozen=True)
class Names:
    """What a library calls the parts of a Transformer layer."""

    attention: str
    query: str
    key: str
    value: str
    output: str
    norm1: str
    first: str
    second: str
    norm2: str
    function: str = "GELU"
    key_bias: bool = True
    scope: bool = True  # False: its attention has no module of just these parts


TORCH = Names(
    "self_attn", "q", "k", "v", "out_proj", "norm1", "linear1", "linear2", "norm2", "ReLU"
)
TORCHVISION = Names("self_attention", "q", "k", "v", "out_proj", "ln_1", "mlp.0", "mlp.3", "ln_2")
BERT = Names(
    "attention",
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
    scope=False,
)
WHISPER = Names(
    "self_attn",
    "q_proj",
    "k_proj",
    "v_proj",
    "out_proj",
    "self_attn_layer_norm",
    "fc1",
    "fc2",
    "final_layer_norm",
    key_bias=False,
)


def attend_then_feed(
    width: int,
    heads: int,
    hidden: int,
    names: Names,
    *,
    norm_first: bool,
    memory: Shape = (),
) -> tuple[Block | Layer, ...]:
    """One layer of a Transformer: tokens look at each other, then each is worked on alone.

    `norm_first` : normalise before each half (GPT-2, ViT, Whisper) or after it (Transformer, BERT).
    `memory` : in a decoder, the shape of what the encoder heard, which is looked at in between.
    """
    attend = (attention(names.attention, width, heads, names),)
    feed = (
        Linear(names.first, hidden),
        Activation("activation", names.function),
        Linear(names.second, width),
    )
    steps = [("attend", attend, Norm(names.norm1, "layer"))]
    if memory:
        look = (attention("encoder_attn", width, heads, names, memory),)
        steps.append(("listen", look, Norm("encoder_attn_layer_norm", "layer")))
    steps.append(("feed forward", feed, Norm(names.norm2, "layer")))  # type: ignore[arg-type]
    parts: list[Block | Layer] = []
    for name, inside, norm in steps:
        main = (norm, *inside) if norm_first else inside
        branches = (
            Block("main", main, scope=False),
            Block("shortcut", (), scope=False),
        )
        parts.append(Block(name, branches, join=Add("add"), scope=False))
        if not norm_first:
            parts.append(norm)
    return tuple(parts)


def attention(name: str, width: int, heads: int, names: Names, memory: Shape = ()) -> Block:
    """Queries from each token; keys and values from all tokens, or from those of the encoder."""
    source: tuple[Layer, ...] = (Given("encoder output", memory),) if memory else ()
    lanes = (
        Block("queries", (Linear(names.query, width),), scope=False),
        Block("keys", (*source, Linear(names.key, width, bias=names.key_bias)), scope=False),
        Block("values", (*source, Linear(names.value, width)), scope=False),
    )
    look = Block("heads", lanes, join=Attention("attention", heads), scope=False)
    return Block(name, (look, Linear(names.output, width)), scope=names.scope)
