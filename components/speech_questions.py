"""Questions on speech whose answers are computed from the learner's own sound."""

from __future__ import annotations

from components import quiz, speech, whisper
from components.i18n import _
from components.speech_languages import language_name
from components.speech_listener import listener, named_by_classifier, winner
from components.speech_tokens import shown
from components.whisper import Heard
from engine.models.locate import find
from engine.sound.pitch import with_noise


def ask(heard: Heard) -> None:
    """Three or, where a Whisper is here, four: silence, certainty, noise, the least likely token."""
    lab = heard.lab
    added = 1 - heard.columns / whisper.COLUMNS
    quiz.question(
        _("How much of the matrix that Whisper takes in is silence which was added to your sound?"),
        {"b": _("a third to two thirds"), "c": _("over two thirds"), "a": _("under a third")},
        answer="a" if added < 1 / 3 else "b" if added <= 2 / 3 else "c",
        why=_(
            "{share}: of {all} columns {count} hold your sound.",
            share=f"{added:.0%}",
            all=f"{whisper.COLUMNS:,}",
            count=f"{heard.columns:,}",
        ),
        key="sp_silence",
    )
    five = named_by_classifier(heard, heard.wave)
    sure = float(five.value.max())
    quiz.question(
        _("How sure is the classifier of five languages about your sound?"),
        {"high": _("over 90 %"), "low": _("under 60 %"), "middle": _("60 to 90 %")},
        answer="low" if sure < 0.6 else "middle" if sure <= 0.9 else "high",
        why=_(
            "{share} for {language}. It says so of music and silence too: it has no other answer.",
            share=f"{sure:.1%}",
            language=language_name(winner(five)),
        ),
        key="sp_sure",
    )
    noisy = lab.run(with_noise, heard.wave, snr_db=0, as_="noisy")
    after = named_by_classifier(heard, noisy, name="noisy_")
    quiz.question(
        _(
            "Noise as loud as your sound is added. Does the classifier still name the same language?"
        ),
        {"yes": _("Yes, the same"), "no": _("No, another")},
        answer="yes" if winner(after) == winner(five) else "no",
        why=_(
            "Clean: {before}. With noise: {after}.",
            before=language_name(winner(five)),
            after=language_name(winner(after)),
        ),
        key="sp_noisy",
    )
    if model := next(filter(find, speech.MODELS.values()), None):
        w = listener(heard, model, heard.wave).write()
        chances, names = w.chances.value, w.texts.value
        place, least = int(chances.argmin()), float(chances.min())
        quiz.question(
            _("How likely was the least likely token that Whisper wrote?"),
            {"middle": _("20 to 50 %"), "low": _("under 20 %"), "high": _("over 50 %")},
            answer="low" if least < 0.2 else "middle" if least <= 0.5 else "high",
            why=_("`{token}` with {share}.", token=shown(names[place]), share=f"{least:.1%}"),
            key="sp_least",
        )
