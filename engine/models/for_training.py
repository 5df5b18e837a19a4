"""What lessons on training take: data sets, networks trained by this project, and recorded runs."""

from __future__ import annotations

from engine.errors import N_
from engine.models.entry import File, Model, Repository

MNIST_5K = Model(
    name="mnist-5k",
    title="MNIST",
    task=N_("5,000 handwritten digits to learn from and to test with"),
    languages=(),
    licence="CC BY-SA 3.0",
    origin=N_(
        "Y. LeCun, C. Cortes and C. Burges; 5,000 of its 70,000 pictures, drawn by this project: the "
        "last 1,000 are of the authors' test part."
    ),
    files=(
        File(
            "mnist-5k.npz",
            830_531,
            "0ed6fbefeeeaa68bccb1933ec490166529f1ce742220295933b67487e34caf81",
        ),
    ),
    memory=3_930_000,
    sources=(Repository("assets/sets"),),
)
