"""Questions on word2vec whose answers are computed from the text that is learnt from."""

from __future__ import annotations

from components import quiz
from components import text as texts
from components.corpora import Corpus
from components.i18n import _, safe
from components.word2vec import SAMPLE
from engine.vectors.word2vec import count_pairs, keep_probability, noise_shares


def ask(own: Corpus) -> None:
    """Four questions: a wider window, numbers to learn, words thinned out, words as noise."""
    lab = own.lab
    narrow, wide = (lab.run(count_pairs, own.ids, window=n, as_=f"pairs_{n}").value for n in (2, 4))
    if narrow:  # not where every paragraph is a single word
        times = wide / narrow
        quiz.question(
            _(
                "The window grows from 2 to 4 words. How many times as many pairs does the text give?"
            ),
            {
                "same": _("under 1.5 times"),
                "twice": _("over 1.9 times"),
                "less": _("1.5 to 1.9 times"),
            },
            answer="same" if times < 1.5 else "less" if times <= 1.9 else "twice",
            why=_(
                "{times} times: {wide} against {narrow}. At the ends of a paragraph there are fewer.",
                times=f"{times:.2f}",
                wide=f"{wide:,}",
                narrow=f"{narrow:,}",
            ),
            key="times",
        )
    size = 2 * 50 * len(own.words.value)
    quiz.question(
        _("Each word gets 50 numbers in both matrices. How many numbers are to be learnt?"),
        {"c": _("over 100,000"), "a": _("under 10,000"), "b": _("10,000 to 100,000")},
        answer="a" if size < 10_000 else "b" if size <= 100_000 else "c",
        why=_(
            "2 × {count} × 50 = {size}, from {words} words of text.",
            count=f"{len(own.words.value):,}",
            size=f"{size:,}",
            words=f"{own.size:,}",
        ),
        key="size",
    )
    kept = float(lab.run(keep_probability, own.counts, sample=SAMPLE, as_="kept").value[0])
    word = safe(texts.beginning(own.words.value[0], 40))
    quiz.question(
        _("Frequent words are thinned out. How often is “{word}” kept?", word=word),
        {"half": _("15 to 50 %"), "rare": _("under 15 %"), "most": _("over 50 %")},
        answer="rare" if kept < 0.15 else "half" if kept <= 0.5 else "most",
        why=_(
            "{share} of the time: the root of {sample} over its share.",
            share=f"{kept:.1%}",
            sample=SAMPLE,
        ),
        key="thin",
    )
    share, noise = lab.run(noise_shares, own.counts, as_="shares").value[0].tolist()
    ratio = noise / share
    quiz.question(
        _(
            "And as noise, how often is “{word}” drawn, compared with its share of the text?",
            word=word,
        ),
        {"as": _("almost as often"), "half": _("less than half as often"), "less": _("in between")},
        answer="half" if ratio < 0.5 else "less" if ratio < 0.9 else "as",
        why=_(
            "{noise} of the noise, {share} of the text.",
            noise=f"{noise:.1%}",
            share=f"{share:.1%}",
        ),
        key="noise",
    )
