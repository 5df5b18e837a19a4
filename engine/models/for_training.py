"""What lessons on training take: data sets, networks trained by this project, and recorded runs."""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import File, Model, Repository

MNIST_5K = Model(
    name="mnist-5k",
    title="MNIST",
    task=N_("5,000 handwritten digits to learn from and to test with"),
    languages=(),
    licence="CC BY-SA 3.0",
    origin=N_(
        "Y. LeCun, C. Cortes and C. Burges; 5,000 of its 70,000 pictures, drawn by this project: the "
        "last 1,000 are of the authors' test part."
    ),
    files=(
        File(
            "mnist-5k.npz",
            830_531,
            "0ed6fbefeeeaa68bccb1933ec490166529f1ce742220295933b67487e34caf81",
        ),
    ),
    memory=3_930_000,
    sources=(Repository("assets/sets"),),
)

DIGIT_ENCODERS = Model(
    name="digit-encoders",
    title="Digit encoders",
    task=N_("nine small networks that have learned by different objectives what digits look like"),
    languages=(),
    licence="MIT",
    origin=N_(
        "Trained by this project on the 60,000 digits of MNIST: autoencoders, masked pictures, "
        "contrastive and with labels."
    ),
    files=(
        File(
            "model.safetensors",
            3_431_400,
            "d9a86b9e5d5bcbfa67e575563d5aae61940fad8f52c880d06f0517412edc7267",
        ),
    ),
    memory=6_769_832,
    sources=(Repository("assets/networks/digit-encoders"),),
    architecture="CNN",
)

DIGIT_ENCODERS_RUN = Model(
    name="digit-encoders-run",
    title="Digit encoders, as they learned",
    task=N_("losses, maps and probes of small networks that learned digits, epoch by epoch"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project while it trained the digit encoders."),
    files=(
        File(
            "digit-encoders.safetensors",
            760_392,
            "7fd30074962ca01232c3c0e6da69a4e6e1fa6e8fc9e58847108c268e49ac7c29",
        ),
    ),
    memory=760_392,
    sources=(Repository("assets/runs"),),
)

LENET5 = Model(
    name="lenet-5",
    title="LeNet-5",
    task=N_("which digit is written"),
    languages=(),
    licence="MIT",
    origin=N_(
        "Trained on MNIST by this project; Y. LeCun and others, “Gradient-based learning applied to "
        "document recognition”, 1998."
    ),
    files=(
        File(
            "model.safetensors",
            123_164,
            "395830731d4f32c09d1824a9db268000bef7a06e54e012eab4e3fdaed6214e8b",
        ),
    ),
    memory=245_000,
    sources=(Repository("assets/networks/lenet-5"),),
    architecture="LeNet-5",
)

LENET5_RUN = Model(
    name="lenet-5-run",
    title="LeNet-5",
    task=N_("what happened in each epoch while LeNet-5 was trained"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "lenet-5.safetensors",
            1640,
            "a01fa18738cd88de6ffcb6f720d7655e14a275aa18d518f07df48c44f08cceea",
        ),
    ),
    memory=1640,
    sources=(Repository("assets/runs"),),
)

MASKED_WORDS = Model(
    name="masked-words",
    title="Masked words",
    task=N_("the missing word of a sentence"),
    languages=("en",),
    licence="MIT",
    origin=N_(
        "Trained by this project: a small BERT that has read old novels, the Bible, addresses of the "
        "presidents of the USA and a dictionary, 5 million words in all."
    ),
    files=(
        File(
            "config.json",
            350,
            "987bb8c68a5b40449d3bab324ef3917c22237792b42443d3581077ddd35c4b32",
        ),
        File(
            "model.safetensors",
            7_647_344,
            "3f4132b1497a6f3efe4178fd47c196f1f6b09ea30e7832522a4223bda853f93c",
        ),
        File(
            "vocab.txt",
            56_479,
            "3f54e9e942e47545366fc1948ae4bcde44d971258b9091d817555eaf89d6fd8e",
        ),
    ),
    memory=15_300_000,
    sources=(Repository("assets/networks/masked-words"),),
    architecture="BERT, 5 × 192",
)

MASKED_WORDS_RUN = Model(
    name="masked-words-run",
    title="Masked words, as it learned",
    task=N_("losses, accuracy and answers of a masked language model, epoch by epoch"),
    languages=("en",),
    licence="MIT",
    origin=N_("Recorded by this project while it trained the model of masked words."),
    files=(
        File(
            "masked-words.safetensors",
            19_232,
            "bcd99e1379aeda08d235fc966b88141ae77634bf360c7796adec6790262ad969",
        ),
    ),
    memory=19_232,
    sources=(Repository("assets/runs"),),
)

LANGUAGES_SET = Model(
    name="spoken-languages",
    title="Spoken languages",
    task=N_("150 clips of 2 seconds to learn five languages from and to test with"),
    languages=("en", "es", "fr", "it", "ru"),
    licence="CC BY-SA 3.0",
    origin=N_(
        "Prompts of Asterisk, spoken by Allison Smith (English and Spanish), June Wallack (French), "
        "Carlo Flora (Italian) and a voice of Ivrvoice.ru (Russian, CC BY 3.0); cut by this project."
    ),
    files=(
        File(
            "spoken-languages.zip",
            963_028,
            "ff91d5b299387953f4308f56021d60feb787a69ba3fa2b1f1fad21330895ea9d",
        ),
    ),
    memory=963_028,
    sources=(Repository("assets/sets"),),
)

DEAD_UNITS_RUN = Model(
    name="dead-units-run",
    title="Dead units, recorded",
    task=N_("45 trainings on digits in which units die or do not, epoch by epoch"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project on 5,000 digits of MNIST."),
    files=(
        File(
            "dead-units.safetensors",
            23_472,
            "7b772e3a0d10b422a2054a34a06f8696b91cd9333093e63227639979129c3778",
        ),
    ),
    memory=23_472,
    sources=(Repository("assets/runs"),),
)

DEPTHS_RUN = Model(
    name="depths-run",
    title="Plain and residual stacks",
    task=N_("errors of stacks of 2 to 40 layers while they learned, ten seeds each"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "depths.safetensors",
            43_352,
            "2b0cebae31c9bc437fd9697145e750efc1eeb2bcde79699d8ac11a7115c678a4",
        ),
    ),
    memory=43_352,
    sources=(Repository("assets/runs"),),
)

RESNETS = Model(
    name="resnets",
    title="ResNet-56 and its plain twin",
    task=N_("which digit is written, by networks of 56 layers with and without shortcuts"),
    languages=(),
    licence="MIT",
    origin=N_(
        "Trained on MNIST by this project; K. He and others, “Deep residual learning for image "
        "recognition”, 2015."
    ),
    files=(
        File(
            "model.safetensors",
            1_753_288,
            "26351550e839a8c2f4033ccd1540d84ceedef8a204e8f753a4f67ea6650eb9d5",
        ),
    ),
    memory=3_414_176,
    sources=(Repository("assets/networks/resnets"),),
    architecture="ResNet-56, 8 to 32 channels",
)

RESNETS_RUN = Model(
    name="resnets-run",
    title="Plain and residual networks, as they learned",
    task=N_("losses, errors and gradients of networks of 20 and 56 layers, epoch by epoch"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "resnets.safetensors",
            14_412,
            "83fa9421b853c570e3f7cd778880dda35fdc6d14125b9a3a1384366e14876cff",
        ),
    ),
    memory=14_412,
    sources=(Repository("assets/runs"),),
)

CHAR_LSTM = Model(
    name="char-lstm",
    title="Character LSTM",
    task=N_("the next character of a text"),
    languages=("en",),
    licence="MIT",
    origin=N_(
        "Trained by this project on *Pride and Prejudice*: an LSTM, and a plain recurrent network "
        "beside it."
    ),
    files=(
        File(
            "model.safetensors",
            305_992,
            "38874bb914b6e6048711433a661c0b89724d3fc949193a46253e2c79fc891307",
        ),
    ),
    memory=612_000,
    sources=(Repository("assets/networks/char-lstm"),),
    architecture="LSTM, 128",
)

CHAR_LSTM_RUN = Model(
    name="char-lstm-run",
    title="Character LSTM, as it learned",
    task=N_("bits per character of two networks, epoch by epoch"),
    languages=("en",),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "char-lstm.safetensors",
            924,
            "cff23cd8886784ca4ae4e809f6cb60faf232554f96ad1f958d2ecd7981a13ee2",
        ),
    ),
    memory=924,
    sources=(Repository("assets/runs"),),
)

REGULAR_RUN = Model(
    name="regular-run",
    title="Dropout and normalisation, recorded",
    task=N_(
        "40 trainings on digits with dropout, batch or layer normalisation or none, epoch by epoch"
    ),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project on 5,000 digits of MNIST."),
    files=(
        File(
            "regular.safetensors",
            27_392,
            "8eefa789f57e3f07dee0779e56b7c4df0ea81e2a9e390c485dbc9d54959e1c9e",
        ),
    ),
    memory=27_392,
    sources=(Repository("assets/runs"),),
)

CLASSICAL_RUN = Model(
    name="classical-run",
    title="Classical or learned, recorded",
    task=N_("features by rules and learned ones on the ready sets, with ten seeds each"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "classical.safetensors",
            4_712,
            "0ab3964d4e060ed208fae4974c45b8778db73f7fcc84048e24de0d9d3821ea85",
        ),
    ),
    memory=4_712,
    sources=(Repository("assets/runs"),),
)

TEXTTUNE_RUN = Model(
    name="texttune-run",
    title="Fine-tuning on text, recorded",
    task=N_("MiniLM and a small encoder, as they learned labels of sentences"),
    languages=("en", "zh"),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "texttune.safetensors",
            30_880,
            "9a4b2f6fa82a6e15882c80c52ec5af9db831682d56ad2ff0141ebe36cd191dad",
        ),
    ),
    memory=30_880,
    sources=(Repository("assets/runs"),),
)

FINETUNING_TEXTURES = Model(
    name="finetuning-textures",
    title="Fine-tuning: five textures",
    task=N_("curves of fine-tuning, four methods and five seeds, epoch by epoch"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project: MobileNetV2, 10 examples of each class to learn from."),
    files=(
        File(
            "finetuning-textures.safetensors",
            27_936,
            "7b4efde978426f71b58d23b58ba2fe073b64a87773c6a9f2ca992d686f2abe2c",
        ),
    ),
    memory=27_936,
    sources=(Repository("assets/runs"),),
)

FINETUNING_DIGITS = Model(
    name="finetuning-digits",
    title="Fine-tuning: digits",
    task=N_("curves of fine-tuning, four methods and five seeds, epoch by epoch"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project: MobileNetV2, 10 examples of each class to learn from."),
    files=(
        File(
            "finetuning-digits.safetensors",
            27_936,
            "d094c9f93110a7d20e5f5f08e0c252bce04b76ec757b407794a598d95b15b3d0",
        ),
    ),
    memory=27_936,
    sources=(Repository("assets/runs"),),
)

FINETUNING_LANGUAGES = Model(
    name="finetuning-languages",
    title="Fine-tuning: five languages",
    task=N_("curves of fine-tuning, four methods and five seeds, epoch by epoch"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project: MobileNetV2, 10 examples of each class to learn from."),
    files=(
        File(
            "finetuning-languages.safetensors",
            27_936,
            "05a6aff6a4c0605f2571e352311ff8ba2fc925fe2c9e42bb221d1137b833f293",
        ),
    ),
    memory=27_936,
    sources=(Repository("assets/runs"),),
)

BATCHES_RUN = Model(
    name="batches-run",
    title="Batches, recorded",
    task=N_("softmax regression with batches of three sizes, at one rate and at scaled ones"),
    languages=(),
    licence="MIT",
    origin=N_("Recorded by this project."),
    files=(
        File(
            "batches.safetensors",
            5_536,
            "0342612e9f22e5641f27cb4ab15beb6769747360e5102dba94c297b88b6af128",
        ),
    ),
    memory=5_536,
    sources=(Repository("assets/runs"),),
)

#: Networks that this project has trained.
TRAINED = (LENET5, DIGIT_ENCODERS, RESNETS, MASKED_WORDS, CHAR_LSTM)
#: What is no network: sets of examples and recorded runs.
DATA = (
    MNIST_5K,
    LANGUAGES_SET,
    LENET5_RUN,
    DIGIT_ENCODERS_RUN,
    MASKED_WORDS_RUN,
    DEAD_UNITS_RUN,
    DEPTHS_RUN,
    RESNETS_RUN,
    CHAR_LSTM_RUN,
    REGULAR_RUN,
    CLASSICAL_RUN,
    TEXTTUNE_RUN,
    FINETUNING_TEXTURES,
    FINETUNING_DIGITS,
    FINETUNING_LANGUAGES,
    BATCHES_RUN,
)
