"""The trained autoencoders of four widths: digits redrawn, their errors, the units that answer."""

from __future__ import annotations

from components import charts, show
from components.digits import Given, error_bars
from components.i18n import _
from engine.lab import Node
from engine.training.bottleneck import mean_error
from engine.training.pretrained import living_units, reconstructed

#: Width of the bottleneck -> its network in the file.
NETWORKS = {2: "autoencoder-2", 8: "autoencoder-8", 32: "autoencoder-32", 64: "autoencoder"}


def size_names() -> dict[str, str]:
    """The widths to choose from."""
    return {str(size): str(size) for size in NETWORKS}


def rebuilt(all_: Given, pictures: Node, size: int, *, as_: str) -> Node:
    """Digits through the autoencoder of a width."""
    return all_.lab.run(
        reconstructed, all_.encoders, pictures, name=NETWORKS[size], network=True, as_=as_
    )


def errors_of_sizes(all_: Given) -> list[Node]:
    """The mean error over the test for each width."""
    found = []
    for size in NETWORKS:
        made = rebuilt(all_, all_.tested, size, as_=f"all_by_{size}")
        found.append(all_.lab.run(mean_error, all_.tested, made, as_=f"error_of_{size}"))
    return found


def living(all_: Given) -> str:
    """How many units before the bottleneck answer to any digit, width by width."""
    found = {
        size: all_.lab.run(
            living_units, all_.encoders, all_.tested, name=name, network=True, as_="living"
        ).value
        for size, name in NETWORKS.items()
    }
    return ", ".join(
        _("{count} with {size} numbers", count=count, size=size) for size, count in found.items()
    )


def size_bars(*errors: float) -> charts.Figure:
    """The errors of `errors_of_sizes` as bars."""
    return error_bars(
        [
            (_("{count} numbers", count=size), error)
            for size, error in zip(NETWORKS, errors, strict=True)
        ]
    )


def size_view(all_: Given, caption: str) -> None:
    """The error for each width of the bottleneck."""
    show.chart(
        "sizes",
        size_bars,
        errors_of_sizes(all_),
        caption=caption,
        alt=_("The error for each width of the bottleneck"),
    )
