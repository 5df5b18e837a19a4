"""The registry of pages: navigation, Home's links and the tests all read this one table."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import N_

#: One colour for each modality, distinguishable by colour-blind eyes (Okabe and Ito, 2008).
COLOURS = {"table": "#E69F00", "image": "#0072B2", "sound": "#009E73", "text": "#CC79A7"}
#: The same colours by the names under which Streamlit's Markdown knows them (.streamlit/config.toml).
COLOUR_NAMES = {"table": "orange", "image": "blue", "sound": "green", "text": "violet"}
ICONS = {
    "table": ":material/table:",
    "image": ":material/image:",
    "sound": ":material/graphic_eq:",
    "text": ":material/notes:",
}
KINDS = {
    "table": N_("Table"),
    "image": N_("Picture"),
    "sound": N_("Sound"),
    "text": N_("Text"),
}
#: The headings of the navigation: the kinds of data, then what is done with the numbers.
SECTIONS = KINDS | {"network": N_("Networks"), "training": N_("Training")}


@dataclass(frozen=True)
class Lesson:
    """One page: its script is `pages/{name}.py`, its texts `locales/*/lessons/{name}.md`.

    `kind` is the kind of source that it works on, "" for a page that needs none. `heading` is the
    one under which it stands, of `SECTIONS`; without one it stands under its kind. `sample` is what it
    shows to those who have chosen nothing yet, where the one of its kind would not do.
    """

    name: str
    title: str
    icon: str
    kind: str = ""
    heading: str = ""
    sample: str = ""

    @property
    def section(self) -> str:
        """Its heading in the navigation; "" for a page that is no lesson."""
        return self.heading or self.kind


LESSONS = (
    Lesson("home", N_("Start"), ":material/home:"),
    Lesson("tableread", N_("Reading tables"), ":material/table_view:", "table", sample="titanic"),
    Lesson(
        "tablenumbers",
        N_("Tables as numbers"),
        ":material/data_array:",
        "table",
        sample="penguins",
    ),
    Lesson("correlation", N_("Correlation"), ":material/join:", "table", sample="penguins"),
    Lesson("pca", N_("Principal components"), ":material/3d_rotation:", "table", sample="penguins"),
    Lesson(
        "tablelearn",
        N_("Learning from a table"),
        ":material/model_training:",
        "table",
        sample="titanic",
    ),
    Lesson("tree", N_("Decision tree"), ":material/graph_2:", "table", sample="titanic"),
    Lesson("boundary", N_("Boundaries"), ":material/border_inner:", "table", sample="iris"),
    Lesson("clusters", N_("Clusters"), ":material/bubble_chart:", "table", sample="iris"),
    Lesson("pixels", N_("Pixels"), ":material/grid_on:", "image"),
    Lesson("channels", N_("Channels"), ":material/layers:", "image"),
    Lesson("frequency", N_("Frequencies"), ":material/waves:", "image"),
    Lesson("phase", N_("Strength and phase"), ":material/equalizer:", "image"),
    Lesson("sampling", N_("Sampling"), ":material/ssid_chart:", "sound"),
    Lesson("reconstruction", N_("Rebuilding"), ":material/conversion_path:", "sound"),
    Lesson("quantization", N_("Bits"), ":material/stairs:", "sound"),
    Lesson("soundfiles", N_("Bytes and files"), ":material/audio_file:", "sound"),
    Lesson("timedomain", N_("Over time"), ":material/show_chart:", "sound"),
    Lesson("pitch", N_("Pitch"), ":material/music_note:", "sound"),
    Lesson("spectrum", N_("Spectrum"), ":material/bar_chart:", "sound"),
    Lesson("spectrogram", N_("Spectrogram"), ":material/gradient:", "sound"),
    Lesson("soundfilter", N_("Sound filters"), ":material/tune:", "sound"),
    Lesson("mfcc", N_("MFCC"), ":material/view_week:", "sound"),
    Lesson("cosines", N_("Cosine transform"), ":material/line_axis:", "sound"),
    Lesson("lpc", N_("Linear prediction"), ":material/timeline:", "sound"),
    Lesson("logmel", N_("Log-mel"), ":material/hearing:", "sound"),
    Lesson("melmatrix", N_("Sound as a matrix"), ":material/grid_view:", "sound"),
    Lesson("encodings", N_("Encodings"), ":material/translate:", "text"),
    Lesson("mojibake", N_("Garbled text"), ":material/broken_image:", "text"),
    Lesson("tokens", N_("Tokens"), ":material/content_cut:", "text"),
    Lesson("tokenizers", N_("GPT-2 and BERT"), ":material/smart_toy:", "text", sample="order"),
    Lesson("onehot", N_("One-hot"), ":material/filter_1:", "text"),
    Lesson("bag", N_("Bag of words"), ":material/shopping_bag:", "text"),
    Lesson("embeddings", N_("Embeddings"), ":material/hub:", "text"),
    Lesson("maps", N_("Maps"), ":material/scatter_plot:", "text"),
    Lesson("word2vec", N_("word2vec"), ":material/model_training:", "text"),
    Lesson("networks", N_("Architectures"), ":material/account_tree:", "image", heading="network"),
    Lesson("timeline", N_("Timeline"), ":material/timeline:", heading="network"),
    Lesson("classify", N_("Classification"), ":material/category:", "image", heading="network"),
    Lesson(
        "features",
        N_("Learned features"),
        ":material/center_focus_strong:",
        "image",
        heading="network",
    ),
    Lesson("detect", N_("Detection"), ":material/frame_inspect:", "image", heading="network"),
    Lesson(
        "segment",
        N_("Segmentation"),
        ":material/shape_line:",
        "image",
        heading="network",
        sample="cat",
    ),
    Lesson(
        "ocr",
        N_("Reading text"),
        ":material/document_scanner:",
        "image",
        heading="network",
        sample="notice",
    ),
    Lesson("speech", N_("Speech to text"), ":material/speech_to_text:", "sound", heading="network"),
    Lesson(
        "bert",
        N_("Inside BERT"),
        ":material/psychology:",
        "text",
        heading="network",
        sample="order",  # its network has read English
    ),
    Lesson("search", N_("Sentence search"), ":material/manage_search:", "text", heading="network"),
    Lesson("clip", N_("Pictures and words"), ":material/image_search:", "image", heading="network"),
    Lesson("models", N_("Models"), ":material/deployed_code:", heading="network"),
    Lesson("draw", N_("Draw and see"), ":material/draw:", heading="training"),
    Lesson(
        "convolution",
        N_("Convolution and pooling"),
        ":material/filter_center_focus:",
        "image",
        heading="training",
    ),
    Lesson("activations", N_("Activations"), ":material/trending_up:", heading="training"),
    Lesson(
        "normalization",
        N_("Dropout and normalisation"),
        ":material/balance:",
        heading="training",
    ),
    Lesson("depth", N_("Plain or residual"), ":material/layers:", heading="training"),
    Lesson(
        "attention",
        N_("Attention by hand"),
        ":material/visibility:",
        "text",
        heading="training",
        sample="order",  # one of its heads has read English
    ),
    Lesson("optimizers", N_("Optimisers"), ":material/landscape:", heading="training"),
    Lesson(
        "lstm",
        N_("LSTM gates"),
        ":material/sensor_door:",
        "text",
        heading="training",
        sample="order",  # its network has read English
    ),
    Lesson("autoencoder", N_("Autoencoder"), ":material/compress:", heading="training"),
    Lesson("maskedimage", N_("Masked pictures"), ":material/grid_off:", heading="training"),
    Lesson(
        "maskedwords",
        N_("Fill the blank"),
        ":material/format_underlined:",
        "text",
        heading="training",
        sample="alice",
    ),
    Lesson("finetune", N_("Fine-tuning"), ":material/tune:", heading="training"),
    Lesson("texttune", N_("Fine-tuning on text"), ":material/edit_note:", heading="training"),
    Lesson(
        "classical", N_("Classical or learned"), ":material/compare_arrows:", heading="training"
    ),
    Lesson("simclr", N_("Contrastive learning"), ":material/compare:", heading="training"),
    Lesson("probe", N_("Which pretraining helps"), ":material/biotech:", heading="training"),
    Lesson("precision", N_("Numbers of few bits"), ":material/looks_one:", heading="training"),
    Lesson("batches", N_("Batches and workers"), ":material/groups:", heading="training"),
    Lesson("costs", N_("What training costs"), ":material/memory:", heading="training"),
)
BY_NAME = {page.name: page for page in LESSONS}
