"""Pictures and captions in one space: by CLIP, or by a makeshift of two other networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components import charts, classify, show, vectors
from components.bert import signed_rows
from components.catalogue import COLOURS
from components.i18n import _, safe
from components.models import loading, offer
from components.picture import pixels_of
from components.state import choice
from components.text import beginning
from engine import samples
from engine.lab import Lab, Node
from engine.language import clip
from engine.language.search import these
from engine.models.catalogue import CLIP
from engine.models.locate import find
from engine.softmax import softmax
from engine.sources import Image
from engine.vectors.contextual import sentence_vectors
from engine.vision.classify import scores, top
from engine.vision.preprocess import tensor

MOST = 8  # captions
COLUMNS = 8  # numbers of a vector that are written out
SCALE = 20.0  # of the makeshift: that of MiniLM's own training
CAPTIONS = (
    "a photo of a cup of coffee",
    "a photo of a cat",
    "a photo of an astronaut",
    "a photo of a building",
    "a photo of a flower",
)
#: Of one picture and each caption (cosine, share).
Pairs = Sequence[tuple[float, float]]
#: Pictures with a caption each, for the matrix.
PAIRS = {
    "coffee": "a cup of coffee on a saucer",
    "cat": "a cat looks at the camera",
    "astronaut": "an astronaut in an orange suit",
    "temple": "a palace by a lake",
    "flower": "a flower from near",
}

#: What breaks: captions beside others.
SETS = {
    "missing": (CAPTIONS, ("a photo of a bicycle", "a photo of a whale", "a map of Peru")),
    "negation": (
        ("a photo of a cup", "a photo of a cat"),
        ("a photo without a cup", "a photo of a cat"),
    ),
}


@dataclass(frozen=True)
class Way:
    """How pictures and captions become vectors of one space: "clip", or "makeshift"."""

    lab: Lab
    name: str
    folder: Node

    @property
    def scale(self) -> float:
        """What the cosines are multiplied by before softmax."""
        if self.name == "makeshift":
            return SCALE
        node = self.lab.run(clip.clip_scale, self.folder, network=True, as_="scale")
        with loading():
            return float(node.value)

    def picture(self, pixels: Node, *, as_: str) -> Node:
        """The vector of a picture, (1, n)."""
        lab = self.lab
        if self.name == "clip":
            side = lab.run(clip.clip_side, self.folder, network=True, as_="side").value
            crop = lab.run(clip.clip_crop, pixels, side=side, as_=f"{as_}_crop")
            x = lab.run(tensor, crop, mean=clip.CLIP_MEAN, std=clip.CLIP_STD, as_=f"{as_}_x")
            return lab.run(clip.picture_vector, self.folder, x, network=True, as_=as_)
        found = self.classes(pixels)
        phrases = lab.run(clip.class_phrases, found, as_="phrases")
        rows = lab.run(sentence_vectors, self.folder, phrases, network=True, as_="phrase_rows")
        return lab.run(clip.mixed_vector, rows, found, as_=as_)

    def classes(self, pixels: Node) -> Node:
        """The five likeliest classes of ResNet-18, on which the makeshift rests."""
        seen = classify.seen(self.lab, pixels, "resnet18")
        logits = seen.ask(scores, as_="logits")
        return self.lab.run(top, self.lab.run(softmax, logits, as_="likely"), as_="five")

    def captions(self, texts: Sequence[str]) -> Node:
        """The vectors of captions."""
        lines = self.lab.run(these, texts=tuple(texts), as_="captions")
        function = clip.caption_vectors if self.name == "clip" else sentence_vectors
        return self.lab.run(function, self.folder, lines, network=True, as_="caption_rows")

    def matched(self, pictures: Node, captions: Node, *, scale: float, as_: str = "found") -> Node:
        """Cosines and shares of every picture with every caption."""
        node = self.lab.run(clip.matches, pictures, captions, scale=scale, as_=as_)
        with loading():
            node.value  # noqa: B018 (computed while the page says so)
        return node


def asked(lab: Lab) -> Way | None:
    """Ask for the way; None, with an offer, if its network is not here."""
    ways = {"clip": "CLIP", "makeshift": _("Makeshift: ResNet-18 and MiniLM")}
    default = "clip" if find(CLIP) else "makeshift"
    name = choice(_("Network"), ways, key="clip_way", default=default)
    return way(lab, name)


def way(lab: Lab, name: str) -> Way | None:
    """The way called "clip" or "makeshift"; None, with an offer, if its network is not here."""
    if name == "makeshift":
        folder = vectors.encoder(lab)
        return Way(lab, name, folder) if folder else None
    if find(CLIP) is None:
        offer(CLIP)
        return None
    return Way(lab, name, lab.weights(CLIP, as_="clip_weights"))


def ask_captions(*, key: str, start: Sequence[str] = CAPTIONS) -> list[str]:
    """Ask for captions, one a line."""
    written = st.text_area(
        _("Captions, one a line, in English"),
        "\n".join(start),
        key=key,
        max_chars=1000,
        height=150,
        persist_state="session",
    )
    lines = [" ".join(line.split())[:120] for line in (written or "").splitlines()]
    return list(dict.fromkeys(line for line in lines if line))[:MOST] or list(start)


def caption_of(pixels: Node) -> str:
    """The caption of the tray's picture if it is one of `PAIRS`; "" of any other."""
    own = (text for name, text in PAIRS.items() if samples.load(name).digest == pixels.origin)
    return next(own, "")


def cosine_note(right: Pairs, captions: Sequence[str], wrong: Pairs) -> str:
    """Whether cosines give away that none of `captions` fits, beside others of which one may."""
    best = max(range(len(wrong)), key=lambda n: wrong[n][0])
    cosine, other = wrong[best][0], max(cosine for cosine, _share in right)
    said = _(
        "“{caption}” has the greatest cosine here, {cosine}; the greatest of your captions is {other}.",
        caption=safe(captions[best]),
        cosine=f"{cosine:.3f}",
        other=f"{other:.3f}",
    )
    if cosine < other:
        return f"{said} " + _("Only this lower cosine shows that these fit less.")
    return f"{said} " + _("For this picture not even the cosine shows that these fit less.")


def sample_pictures(lab: Lab, pixels: Node) -> list[tuple[str, Node]]:
    """Some samples as (name, pixels), without the one that lies in the tray."""
    found = []
    for name in PAIRS:
        source = samples.load(name)
        assert isinstance(source, Image)
        if source.digest != pixels.origin:
            data = lab.open(source, as_=f"{name}_file")
            found.append((name, pixels_of(lab, source, data, number=0, as_=f"{name}_pixels")))
    return found


def share_bars(captions: Sequence[str], found: Pairs) -> charts.Figure:
    """A bar for each caption: its share, and behind it the cosine."""
    rows = [
        (beginning(caption, 34), share, f"{share:.1%} · {cosine:.3f}", True)
        for caption, (cosine, share) in zip(captions, found, strict=True)
    ]
    figure = charts.sizes(rows, x=_("share"), colour=COLOURS["image"])
    figure["layout"]["xaxis"] |= {"tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"}
    figure["layout"]["xaxis"]["range"] = [0, 1.7]  # room for the text behind the longest bar
    figure["layout"]["yaxis"]["automargin"] = True
    return figure


def shares_found(way: Way, pixels: Node, captions: Sequence[str], *, scale: float) -> Node:
    """Cosine and share of each caption for a picture."""
    found = way.matched(way.picture(pixels, as_="picture_row"), way.captions(captions), scale=scale)
    return way.lab.run(clip.shares_of, found, row=0, as_="shares")


def shares_view(
    way: Way, pixels: Node, captions: Sequence[str], *, scale: float, key: str, caption: str
) -> None:
    """The share of each caption for a picture."""
    show.chart(
        key,
        lambda pairs: share_bars(captions, pairs),
        [shares_found(way, pixels, captions, scale=scale)],
        caption=caption,
        alt=_("A bar for each caption"),
    )


def vectors_view(way: Way, pixels: Node, captions: Sequence[str], caption: str) -> None:
    """The first numbers of the vectors of a picture and its captions."""
    picture, rows = way.picture(pixels, as_="picture_row"), way.captions(captions)
    both = way.lab.run(clip.stacked, picture, rows, as_="all_rows")
    names = [_("your picture"), *(beginning(one, 24) for one in captions)]
    note = ""
    if way.name == "makeshift":
        five = way.classes(pixels).value
        likely = ", ".join(f"{safe(name)} {p:.0%}" for _n, name, p in five)
        note = " " + _("ResNet-18 says: {classes}.", classes=likely)
    show.html(
        "vectors",
        signed_rows(both.value[:, :COLUMNS], names, label=_("The first numbers of each vector")),
        [both],
        caption=caption.format(columns=COLUMNS, width=both.value.shape[1]) + note,
    )
