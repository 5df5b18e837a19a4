"""What the fine-tuning lab works on: a set, how it is split, and the runs that were made with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components import ownset
from components.guard import explain
from components.i18n import _, safe
from components.state import choice, slider
from engine import isolate
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.models.catalogue import BY_NAME as MODELS
from engine.models.for_training import (
    FINETUNING_DIGITS,
    FINETUNING_LANGUAGES,
    FINETUNING_TEXTURES,
    LANGUAGES_SET,
    MNIST_5K,
)
from engine.training.ownset import file_bytes, picture_set, sound_set
from engine.training.readysets import TEXTURE_TITLES, digit_set, texture_set
from engine.training.recorded import recorded, recorded_facts
from engine.training.splits import split_set

#: What each network is called; its name is that of the catalogue of models.
NETWORKS = {"mobilenet-v2": "MobileNetV2", "resnet18": "ResNet-18"}
NETWORK = "mobilenet-v2"  # the quicker one
EACH, SHARE, SEED = 10, 50, 0  # the split that a lesson begins with
DIGITS_EACH = 20
TEXTURES_EACH = 30  # tiles of each photograph
SIDE = 64  # pixels of a ready set's squares
#: Sets with which whole runs were recorded.
RECORDED = {
    "textures": FINETUNING_TEXTURES,
    "digits": FINETUNING_DIGITS,
    "languages": FINETUNING_LANGUAGES,
}
READY = ("textures", "digits", "languages")
MOST_RUNS = 12  # that a session remembers
PATIENCE = isolate.PATIENCE


@dataclass(frozen=True)
class Set:
    """A set that is split: `examples` (see `picture_set`), and `roles` (see `split_set`).

    `kind` : "image" or "sound". `file` : the zip file of the set, None for pictures of a package.
    """

    lab: Lab
    name: str
    kind: str
    examples: Node
    roles: Node
    file: Node | None
    seed: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes, as they are shown."""
        ready = TEXTURE_TITLES if self.name == "textures" else {}
        return tuple(_(ready[name]) if name in ready else name for name in self.examples.value[2])

    @property
    def mirrors(self) -> bool:
        """Whether a mirrored example is one of its class still; digits and sounds have a direction."""
        return self.name in ("textures", "pictures")

    @property
    def title(self) -> str:
        """What the set is called."""
        return titles()[self.name]


def titles() -> dict[str, str]:
    """The sets by name; those that are ready first."""
    return {
        "textures": _("Textures"),
        "digits": _("Handwritten digits"),
        "languages": _("Five languages"),
        "pictures": _("My pictures"),
        "sounds": _("My sounds"),
    }


def ask_name() -> str:
    """Ask for the set."""
    return choice(_("Data"), titles(), key="ft_set")


def asked(lab: Lab) -> Set | None:
    """Ask for the set, and behind a fold for its split; see `made`."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = ask_name()
        with st.popover(_("The split"), icon=":material/call_split:"):
            each, share, seed = split_controls()
    return made(lab, name, each, share, seed)


def split_controls() -> tuple[int, int, int]:
    """Ask how many of each class are learnt from, the share that is tested, and the seed."""
    each = slider(_("Learn from how many of each class"), 1, 50, EACH, key="ft_each")
    share = slider(_("Share for the test, %"), 10, 80, SHARE, key="ft_share")
    seed = slider(_("Seed of the split and of the training"), 0, 20, SEED, key="ft_seed")
    return each, share, seed


def examples_of(lab: Lab, name: str) -> tuple[Lab, Node, Node | None] | None:
    """The examples of a set, and its file; None of a set of the learner's that is still empty."""
    if name == "digits":
        path = lab.weights(MNIST_5K, as_="digits_path")
        return (
            lab,
            lab.run(digit_set, path, each=DIGITS_EACH, side=SIDE, as_="examples"),
            None,
        )
    if name == "textures":
        return lab, lab.run(texture_set, each=TEXTURES_EACH, side=SIDE, as_="examples"), None
    if name == "languages":
        path = lab.weights(LANGUAGES_SET, as_="languages_path")
        file = lab.run(file_bytes, path, as_="set_file")
        return lab, lab.run(sound_set, file, side=SIDE, isolated=PATIENCE, as_="examples"), file
    kind = "image" if name == "pictures" else "sound"
    classes = ownset.current(kind)
    if not ownset.count(classes):
        return None
    source = ownset.packed(kind, f"my-{name}.zip")
    lab = Lab(source)
    if kind == "image":
        node = lab.run(picture_set, lab.source, isolated=PATIENCE, as_="examples")
    else:
        node = lab.run(sound_set, lab.source, side=SIDE, isolated=PATIENCE, as_="examples")
    return lab, node, lab.source


def made(lab: Lab, name: str, each: int, share: int, seed: int) -> Set | None:
    """A set and its split; None, with a sentence on what is missing, if it can't be learnt from."""
    found = examples_of(lab, name)
    if found is None:
        st.info(_("Your set is empty. Make classes and fill them in the step “Data”."))
        return None
    lab, examples, file = found
    roles = lab.run(split_set, examples, each=each, share=share / 100, seed=seed, as_="roles")
    try:
        roles.value  # noqa: B018 (a property that computes)
    except UserError as error:
        st.info(explain(error), icon=":material/info:")
        return None
    kind = "sound" if name in ("languages", "sounds") else "image"
    return Set(lab, name, kind, examples, roles, file, seed)


def weights_of(lab: Lab, network: str) -> Node:
    """The pretrained weights of a network."""
    return lab.weights(MODELS[network], as_="pretrained")


def architecture(network: str) -> str:
    """What torchvision calls a network."""
    return network.replace("-", "_")


def recorded_of(data: Set) -> dict[str, Node]:
    """For each method, the curves of runs that were recorded with this ready set: (epochs, seeds, 4)."""
    if data.name not in RECORDED:
        return {}
    path = data.lab.weights(RECORDED[data.name], as_="recorded_path")
    return {
        method: data.lab.run(recorded, path, name=method, as_=f"recorded_{method}")
        for method in methods()
    }


def recorded_facts_of(data: Set) -> dict[str, str]:
    """What is said of that record: machine, date, seconds of each method, and so on."""
    path = data.lab.weights(RECORDED[data.name], as_="recorded_path")
    return dict(data.lab.run(recorded_facts, path, as_="facts").value)


def methods() -> dict[str, str]:
    """What can be trained, from least to most, then from scratch."""
    return {
        "head": _("New head"),
        "last": _("Last block"),
        "all": _("Everything"),
        "scratch": _("From scratch"),
    }


# ----------------------------------------------------------------------------------------- runs


@dataclass(frozen=True)
class Run:
    """A run that came to its end in this session: what was trained, on which set, in what time."""

    set: Set
    node: Node
    weights: Node
    method: str
    network: str
    epochs: int
    rate: float
    augment: bool
    seconds: float
    right: int
    tested: int

    @property
    def title(self) -> str:
        """The run in a few words, for menus and legends."""
        text = f"{methods()[self.method]}, {NETWORKS[self.network]}"
        return _("{run}, augmented", run=text) if self.augment else text


def keep(run: Run) -> None:
    """Remember a run; the same run is remembered once.

    Runs with an earlier version of the learner's own set go: each would keep all its files in memory.
    """
    runs = st.session_state.setdefault("_ft_runs", {})
    if run.set.name not in READY:
        for key, one in list(runs.items()):
            if one.set.name == run.set.name and one.set.examples.key != run.set.examples.key:
                del runs[key]
    runs.setdefault(run.node.key, run)
    while len(runs) > MOST_RUNS:
        del runs[next(iter(runs))]


def kept(key: str) -> Run | None:
    """The run of a node's key, if it was made in this session."""
    return st.session_state.get("_ft_runs", {}).get(key)


def runs_with(data: Set) -> dict[int, Run]:
    """The runs of this session that were made with this set and this split, by their numbers from 1."""
    runs: Sequence[Run] = list(st.session_state.get("_ft_runs", {}).values())
    return dict(enumerate((r for r in runs if r.set.roles.key == data.roles.key), 1))


def asked_run(data: Set, *, key: str) -> Run | None:
    """Ask for one of the runs with this set; None if there is none."""
    found = {n: run for n, run in runs_with(data).items() if run.node.is_cached}
    if not found:
        return None
    runs = list(found.values())
    options = {run.node.key[:12]: f"{n}. {run.title}" for n, run in found.items()}
    names = list(options)
    if len(names) == 1:
        return runs[0]
    chosen = st.selectbox(
        _("Run"),
        names,
        index=len(names) - 1,
        format_func=options.get,
        key=f"{key}_{len(names)}",
        persist_state="session",
    )
    return runs[names.index(chosen)] if chosen in names else runs[-1]


def names_of(data: Set) -> list[str]:
    """The names of the classes, to be shown in Markdown."""
    return [safe(name) for name in data.names]
