"""One walk through a network: the shape of every layer, its parameters, its work, what it sees.

A network is nested `Block`s of layers, plain data that is read from top to bottom. `trace` walks
through it with the shape of an input and writes a row for each block and each layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

from engine.networks.layers import Axis, Join, Layer, Shape


@dataclass(frozen=True)
class Block:
    """Parts one after the other; or, if it has a `join`, branches side by side that meet there.

    `scope` : whether PyTorch's module has a name for it, so that its parts' names begin with it.
    """

    name: str
    parts: tuple[Block | Layer, ...]
    join: Join | None = None
    scope: bool = True


class Row(NamedTuple):
    """What is known of a block or layer. A block's costs are the sums of its layers'.

    depth : 0 for the network, 1 for its parts, and so on. module : its name within PyTorch's model.
    kind : "Block" (parts in a row), "Branches", or the layer's class.
    settings : the layer's hyperparameters, (name, value).
    inputs : the shapes that come in, several where branches meet.
    parameters, multiply_adds : counted. numbers : how many its outputs are, each kept to train.
    field : (size, jump, left, end) in input pixels for each axis, see `layers.Axis`; () where it sees
        the whole input, or where tokens have no place in a picture.
    """

    depth: int
    name: str
    module: str
    kind: str
    settings: tuple[tuple[str, int | float | str | bool | Shape], ...]
    inputs: tuple[Shape, ...]
    output: Shape
    parameters: int
    multiply_adds: int
    numbers: int
    field: tuple[Axis, ...]


#: What `trace` returns: rows as plain tuples, in the order of `Row`, a block before its parts.
Rows = tuple[tuple[object, ...], ...]


def trace(network: Block, shape: Shape) -> Rows:
    """Follow an input of `shape` through a network.

    Returns
    -------
    tuple of rows, see `Row`: first the whole network, then its parts, each block before its own.

    Raises
    ------
    UserError : the input is too small.
    """
    start = tuple((1.0, 1.0, 0.0, float(length)) for length in shape[1:])
    rows: list[Row] = []
    _walk(network, shape, start, 0, "", rows)
    return tuple(tuple(row) for row in rows)


def _walk(
    part: Block | Layer,
    shape: Shape,
    axes: tuple[Axis, ...],
    depth: int,
    within: str,
    rows: list[Row],
) -> tuple[Shape, tuple[Axis, ...]]:
    """Add the rows of one part; return the shape and the receptive field that it passes on."""
    if isinstance(part, Layer):
        row = Row(
            depth,
            part.name,
            f"{within}{part.name}",
            type(part).__name__,
            settings_of(part),
            (shape,),
            part.output(shape),
            part.parameters(shape),
            part.multiply_adds(shape),
            math.prod(part.output(shape)),
            part.field(axes, shape) if axes else (),
        )
        rows.append(row)
        return row.output, row.field
    place = len(rows)
    module = f"{within}{part.name}" if part.scope and depth else ""
    inner = f"{module}." if module else within
    rows.append(Row(depth, part.name, module, "", (), (shape,), (), 0, 0, 0, ()))
    if part.join is None:
        output, seen = shape, axes
        for one in part.parts:
            output, seen = _walk(one, output, seen, depth + 1, inner, rows)
    else:
        ends = [_walk(one, shape, axes, depth + 1, inner, rows) for one in part.parts]
        shapes = tuple(end for end, _ in ends)
        output, seen = part.join.joined(shapes), _union([field for _, field in ends])
        rows.append(
            Row(
                depth + 1,
                part.join.name,
                "",
                type(part.join).__name__,
                settings_of(part.join),
                shapes,
                output,
                0,
                part.join.work(shapes),
                part.join.numbers(shapes),
                () if type(part.join).__name__ == "Attention" else seen,
            )
        )
        seen = rows[-1].field
    layers = [row for row in rows[place + 1 :] if row.kind not in ("Block", "Branches")]
    rows[place] = rows[place]._replace(
        kind="Branches" if part.join else "Block",
        output=output,
        parameters=sum(row.parameters for row in layers),
        multiply_adds=sum(row.multiply_adds for row in layers),
        numbers=sum(row.numbers for row in layers),
        field=seen,
    )
    return output, seen


def settings_of(layer: Layer) -> tuple[tuple[str, int | float | str | bool | Shape], ...]:
    """A layer's hyperparameters without its name."""
    names = [field.name for field in fields(layer) if field.name != "name"]
    return tuple((name, getattr(layer, name)) for name in names)


def _union(seen: list[tuple[Axis, ...]]) -> tuple[Axis, ...]:
    """What units see that look through several branches: from the first start to the last end."""
    if not all(seen):
        return ()
    joined = []
    for axis in zip(*seen, strict=True):
        left = min(start for _size, _jump, start, _end in axis)
        right = max(start + size for size, _jump, start, _end in axis)
        joined.append((right - left, axis[0][1], left, max(end for *_rest, end in axis)))
    return tuple(joined)


# ----------------------------------------------------------------------- questions about rows


def table(rows: Rows) -> tuple[Row, ...]:
    """The rows with their names."""
    return tuple(Row(*row) for row in rows)  # type: ignore[arg-type]


def is_layer(row: Row) -> bool:
    """Whether a row is a layer, not a block of several."""
    return row.kind not in ("Block", "Branches")


def layers_of(rows: Rows) -> tuple[int, ...]:
    """The numbers of the rows that are layers."""
    return tuple(n for n, row in enumerate(table(rows)) if is_layer(row))


def parts_of(rows: Rows, *, number: int = 0) -> tuple[int, ...]:
    """The numbers of the rows that are parts of row `number`, without the parts' own parts."""
    named = table(rows)
    depth = named[number].depth
    found = []
    for place in range(number + 1, len(named)):
        if named[place].depth <= depth:
            break
        if named[place].depth == depth + 1:
            found.append(place)
    return tuple(found)


def path_to(rows: Rows, *, number: int) -> tuple[int, ...]:
    """The numbers of the blocks that row `number` lies in, the whole network first, itself last."""
    named = table(rows)
    path = [number]
    for place in range(number - 1, -1, -1):
        if named[place].depth < named[path[-1]].depth:
            path.append(place)
    return tuple(reversed(path))


def totals(rows: Rows) -> tuple[int, int, int]:
    """Parameters, multiply-adds and bytes of all outputs in float32, for one input."""
    whole = table(rows)[0]
    return whole.parameters, whole.multiply_adds, 4 * whole.numbers


def maps_of(rows: Rows) -> tuple[int, ...]:
    """The numbers of the layers whose maps lie over a picture: (C, H, W), with a receptive field.

    Only those that change what is seen: a normalisation sees what the layer before it sees.
    """
    kinds = ("Conv", "Pool", "Subsample", "Add", "Concat")
    named = table(rows)
    return tuple(
        n
        for n, row in enumerate(named)
        if row.kind in kinds and len(row.output) == 3 and len(row.field) == 2
    )
