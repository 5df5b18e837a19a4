"""The layers of which networks are built: each knows the shape that it puts out and what it costs.

A layer says nothing about weights' values; it counts them. Shapes leave the batch out: (C, H, W) for
maps of a picture, (C, T) for channels over time, (T, d) for T tokens of d numbers, (n,) for a vector.
The hyperparameters and defaults are those of PyTorch's layers, https://docs.pytorch.org/docs/stable/nn.html.

What is counted as a multiply-add is one multiplication of a weight, or of two activations in
attention, with its addition; biases, normalisation, activations and pooling are left out, as
`torch.utils.flop_counter` and most papers do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.errors import N_, UserError

Shape = tuple[int, ...]
#: What the units of a map see along one axis of the input: (size, jump, left, end). Unit u sees from
#: left + u jump on, `size` far, but not beyond 0 and `end`.
Axis = tuple[float, float, float, float]


def slid(length: int, kernel: int, stride: int, padding: int, *, ceil: bool = False) -> int:
    """How many places a window of `kernel` takes over `length` numbers, padded on both sides.

    `ceil` lets a last window begin within the numbers and hang over their end, the only one too, as
    `torch.nn.MaxPool2d(ceil_mode=True)` does.

    Raises
    ------
    UserError : the window does not fit in once.
    """
    room = length + 2 * padding - kernel
    places = (-(-room // stride) if ceil else room // stride) + 1
    if ceil and (places - 1) * stride >= length + padding:
        places -= 1
    if places < 1:
        raise UserError(
            N_(
                "This input is too small for the network: a window of {kernel} does not fit into "
                "{length}. Take a larger picture."
            ),
            kernel=kernel,
            length=length,
        )
    return places


def widened(axis: Axis, length: int, kernel: int, stride: float, padding: int = 0) -> Axis:
    """The receptive field after one more window (A. Araujo et al., Distill, 2019).

    A unit sees `kernel` neighbours that are `jump` apart, each of which sees `size` of the input. Of
    `length` units the last one limits what can be seen at the far edge.
    """
    size, jump, left, end = axis
    last = min(end, left + (length - 1) * jump + size)
    return size + (kernel - 1) * jump, jump * stride, left - padding * jump, last


def widened_all(
    axes: tuple[Axis, ...], shape: Shape, kernel: int, stride: int, padding: int = 0
) -> tuple[Axis, ...]:
    """The same along every axis of a map."""
    return tuple(
        widened(axis, length, kernel, stride, padding)
        for axis, length in zip(axes, shape[1:], strict=True)
    )


@dataclass(frozen=True)
class Layer:
    """What all layers have: a name, and no cost unless they say so. Its shape stays as it is."""

    name: str

    def output(self, shape: Shape) -> Shape:
        """The shape that comes out when `shape` goes in."""
        return shape

    def parameters(self, shape: Shape) -> int:
        """How many numbers the layer keeps."""
        return 0

    def multiply_adds(self, shape: Shape) -> int:
        """How many multiplications with an addition it takes."""
        return 0

    def field(self, axes: tuple[Axis, ...], shape: Shape) -> tuple[Axis, ...]:
        """What its units see of the input, for each axis; () for all of it."""
        return axes


@dataclass(frozen=True)
class Conv(Layer):
    """A convolution over the last axes of (C, H, W) or (C, T).

    `links` : how many pairs of an input and an output channel are joined, where not all are.
    """

    channels: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = True
    links: int = 0

    def output(self, shape: Shape) -> Shape:
        """A place of the window is a number in each output channel."""
        sides = (slid(n, self.kernel, self.stride, self.padding) for n in shape[1:])
        return (self.channels, *sides)

    def pairs(self, shape: Shape) -> int:
        """How many input channels are joined to output channels."""
        return self.links or shape[0] // self.groups * self.channels

    def parameters(self, shape: Shape) -> int:
        """One kernel for each pair of channels, one bias for each output channel."""
        weights = self.pairs(shape) * self.kernel ** (len(shape) - 1)
        return weights + (self.channels if self.bias else 0)

    def multiply_adds(self, shape: Shape) -> int:
        """Each kernel is applied at each place of the output."""
        places = math.prod(self.output(shape)[1:])
        return self.pairs(shape) * self.kernel ** (len(shape) - 1) * places

    def field(self, axes: tuple[Axis, ...], shape: Shape) -> tuple[Axis, ...]:
        """Grows by `kernel` - 1 jumps."""
        return widened_all(axes, shape, self.kernel, self.stride, self.padding)


@dataclass(frozen=True)
class Pool(Layer):
    """The greatest (`rule` "max") or mean number of each window of each channel."""

    kernel: int
    stride: int
    padding: int = 0
    ceil: bool = False
    rule: str = "max"

    def output(self, shape: Shape) -> Shape:
        """As many channels as before."""
        sides = (slid(n, self.kernel, self.stride, self.padding, ceil=self.ceil) for n in shape[1:])
        return (shape[0], *sides)

    def field(self, axes: tuple[Axis, ...], shape: Shape) -> tuple[Axis, ...]:
        """Grows as that of a convolution does."""
        return widened_all(axes, shape, self.kernel, self.stride, self.padding)


@dataclass(frozen=True)
class Subsample(Layer):
    """The sum of each 2 x 2 window, times a coefficient and plus a bias of its channel (LeNet-5)."""

    def output(self, shape: Shape) -> Shape:
        """Half as high and wide."""
        return (shape[0], *(slid(n, 2, 2, 0) for n in shape[1:]))

    def parameters(self, shape: Shape) -> int:
        """Two for each channel."""
        return 2 * shape[0]

    def field(self, axes: tuple[Axis, ...], shape: Shape) -> tuple[Axis, ...]:
        """A window of 2 that moves by 2."""
        return widened_all(axes, shape, 2, 2)


@dataclass(frozen=True)
class AdaptivePool(Layer):
    """Means over as many parts of the map as are asked for, whatever its size: `side` x `side`."""

    side: int

    def output(self, shape: Shape) -> Shape:
        """Always the same height and width."""
        return (shape[0], self.side, self.side)

    def field(self, axes: tuple[Axis, ...], shape: Shape) -> tuple[Axis, ...]:
        """The whole input for one part; else windows of `ceil(n / side)`, evenly spaced."""
        if self.side == 1:
            return ()
        return tuple(
            widened(axis, length, math.ceil(length / self.side), length / self.side)
            for axis, length in zip(axes, shape[1:], strict=True)
        )


@dataclass(frozen=True)
class Norm(Layer):
    """Normalises channels ("batch") or each token ("layer"), then scales and shifts as learned."""

    over: str = "batch"

    def parameters(self, shape: Shape) -> int:
        """A scale and a shift for each channel, or for each number of a token."""
        return 2 * (shape[0] if self.over == "batch" else shape[-1])


@dataclass(frozen=True)
class Activation(Layer):
    """A function of each number alone."""

    function: str = "ReLU"


@dataclass(frozen=True)
class Dropout(Layer):
    """Sets a share of the numbers to 0 while training, and does nothing afterwards."""

    share: float = 0.5


@dataclass(frozen=True)
class Flatten(Layer):
    """All numbers one after the other: a unit of the next layer may see the whole input."""

    def output(self, shape: Shape) -> Shape:
        """One axis."""
        return (math.prod(shape),)

    def field(self, axes: tuple[Axis, ...], shape: Shape) -> tuple[Axis, ...]:
        """Everything."""
        return ()


@dataclass(frozen=True)
class ToTokens(Layer):
    """Each place of a map (d, H, W) or (d, T) becomes a token of d numbers."""

    def output(self, shape: Shape) -> Shape:
        """(places, d)."""
        return (math.prod(shape[1:]), shape[0])


@dataclass(frozen=True)
class ClassToken(Layer):
    """One learned token before all others, in which the answer will be gathered (BERT, ViT)."""

    def output(self, shape: Shape) -> Shape:
        """One token more."""
        return (shape[0] + 1, shape[1])

    def parameters(self, shape: Shape) -> int:
        """The numbers of that token."""
        return shape[1]


@dataclass(frozen=True)
class Positions(Layer):
    """A number for each place and each of a token's numbers is added: learned, or sines and cosines.

    `kept` says whether they are counted among the parameters, for `rows` places; 0 takes as many as
    there are tokens.
    """

    rows: int = 0
    kept: bool = True

    def parameters(self, shape: Shape) -> int:
        """A table of places."""
        return (self.rows or shape[0]) * shape[1] if self.kept else 0


@dataclass(frozen=True)
class FirstToken(Layer):
    """Only the first token goes on."""

    def output(self, shape: Shape) -> Shape:
        """(d,)."""
        return shape[1:]


@dataclass(frozen=True)
class Linear(Layer):
    """Every output is a weighted sum of all inputs; with tokens, the same weights for each of them.

    `tied` : it uses the weights of an embedding, and keeps none of its own.
    """

    units: int
    bias: bool = True
    tied: bool = False

    def output(self, shape: Shape) -> Shape:
        """The last axis becomes `units` long."""
        return (*shape[:-1], self.units)

    def parameters(self, shape: Shape) -> int:
        """A weight for each pair of an input and an output, a bias for each output."""
        return 0 if self.tied else (shape[-1] + self.bias) * self.units

    def multiply_adds(self, shape: Shape) -> int:
        """Each weight once for each token."""
        return math.prod(shape) * self.units


@dataclass(frozen=True)
class Distances(Layer):
    """The squared distance to one fixed pattern for each class (LeNet-5's output; not trained)."""

    units: int

    def output(self, shape: Shape) -> Shape:
        """A distance for each class."""
        return (self.units,)

    def multiply_adds(self, shape: Shape) -> int:
        """A difference is squared and added for each number of each pattern."""
        return shape[0] * self.units


@dataclass(frozen=True)
class Embedding(Layer):
    """A row of a table for each token: (T,) becomes (T, d)."""

    rows: int
    width: int

    def output(self, shape: Shape) -> Shape:
        """A row for each token."""
        return (*shape, self.width)

    def parameters(self, shape: Shape) -> int:
        """The table."""
        return self.rows * self.width


@dataclass(frozen=True)
class LSTM(Layer):
    """Long short-term memory: four gates look at each token and at the state that the last one left."""

    units: int

    def output(self, shape: Shape) -> Shape:
        """A state for each token."""
        return (shape[0], self.units)

    def parameters(self, shape: Shape) -> int:
        """Four gates, each with weights for the token and the state, and two biases (as PyTorch)."""
        return 4 * self.units * (shape[1] + self.units + 2)

    def multiply_adds(self, shape: Shape) -> int:
        """Each weight once for each token."""
        return 4 * self.units * (shape[1] + self.units) * shape[0]


@dataclass(frozen=True)
class Given(Layer):
    """Another input: what comes in is left aside, and numbers of this `shape` go on."""

    shape: Shape

    def output(self, shape: Shape) -> Shape:
        """The other input's."""
        return self.shape


# ------------------------------------------------------------------------ where branches meet


@dataclass(frozen=True)
class Join(Layer):
    """Branches that got the same input meet here; `joined` says which shape they make."""

    def joined(self, shapes: tuple[Shape, ...]) -> Shape:
        """The shape that comes out."""
        return shapes[0]

    def work(self, shapes: tuple[Shape, ...]) -> int:
        """Multiply-adds."""
        return 0

    def numbers(self, shapes: tuple[Shape, ...]) -> int:
        """How many numbers are kept of what it computes."""
        return math.prod(self.joined(shapes))


@dataclass(frozen=True)
class Add(Join):
    """The branches' numbers are added, so they must have one shape."""


@dataclass(frozen=True)
class Concat(Join):
    """The branches' channels are laid one behind the other."""

    def joined(self, shapes: tuple[Shape, ...]) -> Shape:
        """As many channels as all branches have."""
        return (sum(shape[0] for shape in shapes), *shapes[0][1:])


@dataclass(frozen=True)
class Attention(Join):
    """softmax(Q K' / sqrt(d / heads)) V for queries (T, d), keys and values (S, d), in each head."""

    heads: int

    def work(self, shapes: tuple[Shape, ...]) -> int:
        """T x S scores and T x S weights, each over d numbers in all heads together."""
        (queries, width), (keys, _), _values = shapes
        return 2 * queries * keys * width

    def numbers(self, shapes: tuple[Shape, ...]) -> int:
        """The weights of each head and the mixed values."""
        (queries, width), (keys, _), _values = shapes
        return self.heads * queries * keys + queries * width
