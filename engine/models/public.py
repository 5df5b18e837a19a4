"""Where a model lies here, and how a script finds the same files elsewhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.errors import N_, UserError
from engine.models.catalogue import Hub, Installed, Model, Source
from engine.models.locate import find


def path_of(model: Model) -> str:
    """The model's file, or its folder if it has several.

    Raises
    ------
    UserError : it is not on this computer.
    """
    folder = find(model)
    if folder is None:
        raise UserError(
            N_("{model} is not on this computer. The page Models can fetch it."), model=model.title
        )
    return str(folder / model.files[0].name if len(model.files) == 1 else folder)


def digest_of(model: Model) -> str:
    """One SHA-256 for all files of a model, as it stands in the catalogue."""
    parts = [f"{file.name}:{file.sha256}" for file in model.files]
    if not all(file.sha256 for file in model.files):  # its home says what belongs to the revision
        parts += [repr(source) for source in model.sources if isinstance(source, Hub)]
    return hashlib.sha256("\n".join([model.name, *parts]).encode()).hexdigest()


def expression_of(model: Model) -> str:
    """Python that gives the path: an installed package, the hub, or what lies beside the script."""
    for source in model.sources:
        if isinstance(source, Installed):
            return f"str(files({source.package!r}) / {source.folder!r})"
        if isinstance(source, Hub) and source.same:
            names = [file.name for file in model.files]
            revision = f"revision={source.revision!r}"
            if len(names) == 1:
                return f"hf_hub_download({source.repository!r}, {names[0]!r}, {revision})"
            return f"snapshot_download({source.repository!r}, {revision}, allow_patterns={names!r})"
    return repr(_local_name(model))


def files_beside(model: Model) -> dict[str, Path]:
    """The files that a script expects in its own folder: name -> where they lie here."""
    if any(_gives_the_same(source) for source in model.sources):
        return {}
    path = Path(path_of(model))
    if path.is_file():
        return {_local_name(model): path}
    return {f"{model.name}/{file.name}": path / file.name for file in model.files}


def _gives_the_same(source: Source) -> bool:
    """Whether a script that loads from this source gets the files of the table, byte for byte."""
    return isinstance(source, Installed) or (isinstance(source, Hub) and source.same)


def _local_name(model: Model) -> str:
    """One file gets the model's name, several lie in a folder of that name."""
    suffix = Path(model.files[0].name).suffix if len(model.files) == 1 else ""
    return model.name + suffix
