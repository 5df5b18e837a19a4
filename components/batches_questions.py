"""Questions on batches and workers whose answers are computed from gradients and simulations."""

from __future__ import annotations

from components import quiz
from components.batches_noise import noise_of, start_of_noise
from components.batches_workers import MANY, both, stale_and_fresh
from components.i18n import _
from engine.lab import Lab, Node
from engine.training.asynchronous import pace
from engine.training.batches import SIZES, error_by_size


def ask(lab: Lab) -> None:
    """Four questions: the error by size, later in training, waiting for a slow one, old gradients."""
    found = noise_of(lab, start_of_noise(lab, 1))
    errors = lab.run(error_by_size, found, as_="errors").value
    small, large = (float(errors[SIZES.index(n)]) for n in (10, 1000))
    times = small / large
    quiz.question(
        _("Batches of 1,000 instead of 10: how many times smaller is the error of the gradient?"),
        {"b": _("about 100 times"), "a": _("about 10 times"), "c": _("about 3 times")},
        answer="c" if times < 5 else "a" if times < 30 else "b",
        why=_(
            "{times} times: {one} against {other} of the full gradient's length.",
            times=f"{times:.1f}",
            one=f"{small:.2f}",
            other=f"{large:.2f}",
        ),
        key="bat_error",
    )
    before = lab.run(error_by_size, noise_after(lab, 0), as_="errors_0").value[SIZES.index(100)]
    after = lab.run(error_by_size, noise_after(lab, 10), as_="errors_10").value[SIZES.index(100)]
    quiz.question(
        _("After 10 epochs, is a batch of 100 nearer to the full gradient than before training?"),
        {"near": _("nearer"), "far": _("farther off")},
        answer="far" if after > before else "near",
        why=_(
            "Relative error {before} before, {after} after: the full gradient has become short, the "
            "differences between examples remain.",
            before=f"{before:.2f}",
            after=f"{after:.2f}",
        ),
        key="bat_later",
    )
    waiting = both(lab, 4, 0.02, 8.0)
    rates = {together: lab.run(pace, run, as_="speed").value for together, run in waiting.items()}
    share = rates[True][0] / rates[False][0]
    quiz.question(
        _(
            "Four workers, one takes 8 times as long. How many gradients are used by those who wait, "
            "compared with those who do not?"
        ),
        {"most": _("over three quarters"), "few": _("under a quarter"), "half": _("about half")},
        answer="few" if share < 0.25 else "half" if share < 0.75 else "most",
        why=_(
            "{wait} in a unit of time against {not_}.",
            wait=f"{rates[True][0]:.2f}",
            not_=f"{rates[False][0]:.2f}",
        ),
        key="bat_wait",
    )
    one, many = (float(node.value[-1]) for node in stale_and_fresh(lab, 0.3)[:2])
    quiz.question(
        _(
            "Rate 0.3, as many updates: who ends with the lower loss, 1 worker or {count} that do "
            "not wait?",
            count=MANY,
        ),
        {"many": _("{count} workers", count=MANY), "one": _("1 worker")},
        answer="one" if one < many else "many",
        why=_(
            "{one} with 1 worker, {many} with {count}.",
            one=f"{one:.2f}",
            many=f"{many:.2f}",
            count=MANY,
        ),
        key="bat_stale",
    )


def noise_after(lab: Lab, epochs: int) -> Node:
    """The errors of many batches after some epochs of training."""
    return noise_of(lab, start_of_noise(lab, epochs), as_=f"noise_{epochs}")
