"""Questions on sampling whose answers are computed from the learner's own sound."""

from __future__ import annotations

from components import quiz
from components.i18n import _
from components.rates import RATES, hertz
from components.sound import Clip
from engine.sound.sampling import folded_frequency, loudest_frequency, share_above, shares_below


def ask(clip: Clip) -> None:
    """Three questions: energy at a wrong frequency, where a tone is found, the rate that is enough."""
    lab, rate, wave = clip.lab, clip.sample_rate, clip.wave
    half = rate / 4
    share = lab.run(share_above, wave, sample_rate=rate, frequency=half, as_="quiz_share").value
    quiz.question(
        _(
            "Every second sample is thrown away, without a filter. How much of the sound's energy is "
            "then heard at a wrong frequency?"
        ),
        {"few": _("under 0.1 %"), "some": _("0.1 to 5 %"), "many": _("over 5 %")},
        answer="few" if share < 0.001 else "some" if share <= 0.05 else "many",
        why=_(
            "{share}: that much lies above {half}, half of the new rate.",
            share=f"{share:.3%}",
            half=hertz(half),
        ),
        key="foldedshare",
    )
    loud = lab.run(loudest_frequency, wave, sample_rate=rate, as_="quiz_loudest").value
    found = lab.run(folded_frequency, frequency=loud, sample_rate=1000, as_="quiz_found").value
    quiz.question(
        _(
            "The strongest tone of your sound has {pitch}. It is sampled 1,000 times a second, without "
            "a filter. Where is it found?",
            pitch=hertz(loud),
        ),
        {
            "same": _("at its own frequency"),
            "low": _("elsewhere, below 250 Hz"),
            "high": _("elsewhere, from 250 to 500 Hz"),
        },
        answer="same" if abs(found - loud) < 0.5 else "low" if found < 250 else "high",
        why=_(
            "At {found}: |{pitch} - 1,000 · {nearest}|. Below half the rate, 500 Hz, a tone stays.",
            found=hertz(found),
            pitch=f"{loud:,.0f}",
            nearest=round(loud / 1000),
        ),
        key="foldedto",
    )
    lower = [r for r in RATES if r < rate][-6:] or [rate]
    halves = {"sample_rate": rate, "frequencies": tuple(new / 2 for new in lower)}
    kept = lab.run(shares_below, wave, as_="quiz_kept", **halves).value
    shares = dict(zip(lower, kept, strict=True))
    enough = next((new for new in lower if shares[new] >= 0.99), 0)
    labels = {str(new): hertz(new) for new in lower} | {"0": _("none of these")}
    quiz.question(
        _("What is the lowest of these sampling rates that can hold 99 % of the sound's energy?"),
        labels,
        answer=str(enough),
        why=_(
            "Rates and energy below half of each: {shares}.",
            shares=" · ".join(f"{hertz(new)}: {part:.1%}" for new, part in shares.items()),
        ),
        key="enoughrate",
    )
