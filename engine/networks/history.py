"""Milestones of neural networks: what each changed, its size, its data, its paper.

A year is that of the paper, or of its preprint on arXiv if it has one. Parameters and numbers of
training examples are those of the paper, of its best single network (mostly its largest), unless
`counted` says how they were found. What was never published stands as None.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import N_


@dataclass(frozen=True)
class Milestone:
    """One paper.

    changed : what it changed, one English sentence. parameters : of `model`. examples : how many
    pictures, sentences, words, ... (`unit`) it was trained on. counted : where the number of parameters
    comes from, if not from the paper. note : what else should be known about the numbers.
    """

    name: str
    year: int
    authors: str
    title: str
    venue: str
    changed: str
    parameters: int | None = None
    model: str = ""
    counted: str = ""
    examples: int | None = None
    unit: str = ""
    data: str = ""
    note: str = ""
    month: int = 7  # of the paper or its preprint; the middle of the year where nobody says

    @property
    def when(self) -> float:
        """Year and month as one number, for drawing."""
        return self.year + (self.month - 0.5) / 12


IMAGENET = "ImageNet (ILSVRC)"
PICTURES, PAIRS, WORDS, PIECES = N_("pictures"), N_("pairs"), N_("words"), N_("pieces of 30 s")
SAME_PICTURES = N_("How many pictures these are is stated in the paper of ResNet.")

MILESTONES = (
    Milestone(
        "McCulloch-Pitts",
        1943,
        "W. McCulloch, W. Pitts",
        "A logical calculus of the ideas immanent in nervous activity",
        "Bulletin of Mathematical Biophysics 5",
        N_(
            "A neuron as a logical unit: it fires when enough of its inputs do and none forbids it. "
            "Nothing is learned yet."
        ),
        note=N_("There are no learned parameters and no data."),
    ),
    Milestone(
        "Hubel-Wiesel",
        1959,
        "D. Hubel, T. Wiesel",
        "Receptive fields of single neurones in the cat's striate cortex",
        "Journal of Physiology 148; 160 (1962)",
        N_(
            "Cells in the visual cortex answer to edges of one direction in a small part of what is "
            "seen. The paper of 1962 proposes that simple cells feed complex ones, which tolerate a "
            "shift."
        ),
        note=N_("Measured in the brain, not built: no parameters and no training data."),
    ),
    Milestone(
        "Perceptron",
        1958,
        "F. Rosenblatt",
        "The perceptron: a probabilistic model for information storage and organization in the brain",
        "Psychological Review 65",
        N_("Weights are learned from examples, not set by hand."),
        note=N_(
            "The paper calculates how such a machine learns; it has no one trained network that could "
            "be drawn. Rosenblatt's first report on it is of 1957."
        ),
    ),
    Milestone(
        "Neocognitron",
        1980,
        "K. Fukushima",
        "Neocognitron: a self-organizing neural network model for a mechanism of pattern recognition "
        "unaffected by shift in position",
        "Biological Cybernetics 36",
        N_(
            "Layers of shared local windows and of pooling, after Hubel and Wiesel: the plan of a CNN."
        ),
        examples=5,
        unit=PICTURES,
        data=N_("the digits 0 to 4, each shown 20 times, without labels"),
        note=N_(
            "A paper in Japanese came a year earlier. The number of learned weights is not stated."
        ),
    ),
    Milestone(
        "Back-propagation",
        1986,
        "D. Rumelhart, G. Hinton, R. Williams",
        "Learning representations by back-propagating errors",
        "Nature 323",
        N_("The error is passed back through all layers, so hidden units learn what to stand for."),
        examples=100,
        unit=N_("facts"),
        data=N_("100 of the 104 facts about two family trees"),
        note=N_(
            "The method is older (Linnainmaa 1970, Werbos 1974); this paper showed what hidden units "
            "learn by it. It gives no number of parameters."
        ),
    ),
    Milestone(
        "LSTM",
        1997,
        "S. Hochreiter, J. Schmidhuber",
        "Long short-term memory",
        "Neural Computation 9",
        N_("Gates guard a memory, so that an error reaches back over more than 1000 steps."),
        note=N_(
            "It has gates for input and output; the forget gate came later (Gers and others, 2000). "
            "The paper has a different small network for each experiment, so none is drawn."
        ),
    ),
    Milestone(
        "LeNet-5",
        1998,
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
        "Gradient-based learning applied to document recognition",
        "Proceedings of the IEEE 86",
        N_(
            "Convolution, pooling and back-propagation together read handwritten digits on cheques."
        ),
        60_000,
        "LeNet-5",
        examples=60_000,
        unit=PICTURES,
        data="MNIST",
        note=N_("A smaller network of this kind read zip codes in 1989 (LeCun and others)."),
    ),
    Milestone(
        "AlexNet",
        2012,
        "A. Krizhevsky, I. Sutskever, G. Hinton",
        "ImageNet classification with deep convolutional neural networks",
        "NeurIPS 2012",
        N_("ReLU, dropout, augmented pictures and two GTX 580 won the ImageNet challenge by far."),
        60_000_000,
        "AlexNet",
        examples=1_200_000,
        unit=PICTURES,
        data=IMAGENET,
        month=12,
    ),
    Milestone(
        "VGG",
        2014,
        "K. Simonyan, A. Zisserman",
        "Very deep convolutional networks for large-scale image recognition",
        "ICLR 2015, arXiv:1409.1556",
        N_("Only 3 × 3 convolutions, sixteen to nineteen layers with weights: depth helps."),
        144_000_000,
        "VGG-19",
        examples=1_300_000,
        unit=PICTURES,
        data=IMAGENET,
        month=9,
    ),
    Milestone(
        "GoogLeNet",
        2014,
        "C. Szegedy et al.",
        "Going deeper with convolutions",
        "CVPR 2015, arXiv:1409.4842",
        N_(
            "Branches of several kernel sizes, narrowed by 1 × 1: it won the ImageNet challenge of "
            "2014, before VGG, with far fewer parameters."
        ),
        6_800_000,
        "GoogLeNet",
        N_("sum of the paper's Table 1, without the auxiliary classifiers"),
        1_200_000,
        PICTURES,
        IMAGENET,
        month=9,
    ),
    Milestone(
        "ResNet",
        2015,
        "K. He, X. Zhang, S. Ren, J. Sun",
        "Deep residual learning for image recognition",
        "CVPR 2016, arXiv:1512.03385",
        N_("A way around each block makes networks of 152 layers trainable."),
        60_192_808,
        "ResNet-152",
        N_("counted in torchvision"),
        1_280_000,
        PICTURES,
        IMAGENET,
        month=12,
    ),
    Milestone(
        "DenseNet",
        2016,
        "G. Huang, Z. Liu, L. van der Maaten, K. Weinberger",
        "Densely connected convolutional networks",
        "CVPR 2017, arXiv:1608.06993",
        N_(
            "Within a block each layer gets the maps of all layers before it, and so needs few of its "
            "own."
        ),
        33_337_704,
        "DenseNet-264",
        N_("counted in torchvision"),
        1_200_000,
        PICTURES,
        IMAGENET,
        month=8,
    ),
    Milestone(
        "Transformer",
        2017,
        "A. Vaswani et al.",
        "Attention is all you need",
        "NeurIPS 2017, arXiv:1706.03762",
        N_(
            "Attention alone, without recurrence: in training all tokens are worked on at the same "
            "time."
        ),
        213_000_000,
        "Transformer (big)",
        examples=4_500_000,
        unit=PAIRS,
        data=N_("WMT 2014, English and German sentences"),
        note=N_("For English to French it was trained anew, on 36 million pairs."),
        month=6,
    ),
    Milestone(
        "BERT",
        2018,
        "J. Devlin, M.-W. Chang, K. Lee, K. Toutanova",
        "BERT: Pre-training of deep bidirectional transformers for language understanding",
        "NAACL 2019, arXiv:1810.04805",
        N_(
            "Pretrained on text without labels by guessing hidden words from both sides, then "
            "fine-tuned for a task."
        ),
        340_000_000,
        "BERT-large",
        examples=3_300_000_000,
        unit=WORDS,
        data=N_("BooksCorpus (800 million words) and English Wikipedia (2,500 million)"),
        month=10,
    ),
    Milestone(
        "BiT",
        2019,
        "A. Kolesnikov et al. (Google)",
        "Big Transfer (BiT): general visual representation learning",
        "ECCV 2020, arXiv:1912.11370",
        N_("A large ResNet, pretrained with labels on many pictures, is fine-tuned by one recipe."),
        928_000_000,
        "BiT-L (ResNet-152x4)",
        examples=300_000_000,
        unit=PICTURES,
        data="JFT-300M",
        month=12,
    ),
    Milestone(
        "SimCLR",
        2020,
        "T. Chen, S. Kornblith, M. Norouzi, G. Hinton (Google)",
        "A simple framework for contrastive learning of visual representations",
        "ICML 2020, arXiv:2002.05709",
        N_(
            "Without labels: two altered copies of one picture should get similar vectors, copies of "
            "different pictures different ones."
        ),
        375_000_000,
        "ResNet-50 (4x)",
        examples=1_280_000,
        unit=PICTURES,
        data=N_("ImageNet (ILSVRC), without its labels"),
        note=SAME_PICTURES,
        month=2,
    ),
    Milestone(
        "ImageGPT",
        2020,
        "M. Chen et al. (OpenAI)",
        "Generative pretraining from pixels",
        "ICML 2020",
        N_(
            "A language model's recipe for pictures: guess the next pixel, and features come with it."
        ),
        6_801_000_000,
        "iGPT-XL",
        examples=100_000_000,
        unit=PICTURES,
        data=N_("100 million pictures from the web, and ImageNet"),
        month=6,
    ),
    Milestone(
        "ViT",
        2020,
        "A. Dosovitskiy et al.",
        "An image is worth 16x16 words: transformers for image recognition at scale",
        "ICLR 2021, arXiv:2010.11929",
        N_(
            "Patches of a picture as tokens of a plain Transformer: with enough data no CNN is needed."
        ),
        632_000_000,
        "ViT-H/14",
        examples=303_000_000,
        unit=PICTURES,
        data="JFT-300M",
        month=10,
    ),
    Milestone(
        "CLIP",
        2021,
        "A. Radford et al. (OpenAI)",
        "Learning transferable visual models from natural language supervision",
        "ICML 2021, arXiv:2103.00020",
        N_("Pictures and their captions get similar vectors, so a class is named by a sentence."),
        427_944_193,
        "CLIP ViT-L/14@336px",
        N_("counted in transformers"),
        400_000_000,
        PAIRS,
        N_("pictures with captions from the web"),
        month=2,
    ),
    Milestone(
        "MAE",
        2021,
        "K. He et al. (Facebook)",
        "Masked autoencoders are scalable vision learners",
        "CVPR 2022, arXiv:2111.06377",
        N_("Three quarters of the patches are hidden, and a ViT learns by painting them in."),
        632_000_000,
        "ViT-H/14",
        N_("of the encoder, as stated in the paper of ViT"),
        1_280_000,
        PICTURES,
        N_("ImageNet (ILSVRC), without its labels"),
        SAME_PICTURES,
        month=11,
    ),
    Milestone(
        "Whisper",
        2022,
        "A. Radford et al. (OpenAI)",
        "Robust speech recognition via large-scale weak supervision",
        "ICML 2023, arXiv:2212.04356",
        N_("One model hears, translates and writes times, from transcripts as the web has them."),
        1_550_000_000,
        "Whisper large",
        examples=680_000 * 120,
        unit=PIECES,
        data=N_("680,000 hours with transcripts, cut into pieces of 30 s"),
        month=12,
    ),
)
BY_NAME = {milestone.name: milestone for milestone in MILESTONES}


def sizes_by_year(*, what: str = "parameters") -> tuple[tuple[str, int, int], ...]:
    """(name, year, number) of each milestone whose number was published, the earliest first.

    Parameters
    ----------
    what : "parameters" or "examples" (of training).
    """
    if what not in ("parameters", "examples"):
        raise ValueError(f"what is parameters or examples, not {what}")
    known = [(m.name, m.year, getattr(m, what)) for m in MILESTONES if getattr(m, what) is not None]
    return tuple(sorted(known, key=lambda row: row[1]))


def names_by_year() -> tuple[tuple[str, int], ...]:
    """(name, year) of all milestones, the earliest first."""
    return tuple(sorted(((m.name, m.year) for m in MILESTONES), key=lambda row: row[1]))


def times_as_large(sizes: tuple[tuple[str, int, int], ...], *, name: str, other: str) -> float:
    """How many times the number of `other` that of `name` is."""
    number = {one: value for one, _year, value in sizes}
    return number[name] / number[other]


def largest_of(sizes: tuple[tuple[str, int, int], ...]) -> str:
    """The name of the milestone with the greatest number."""
    return max(sizes, key=lambda row: row[2])[0]
