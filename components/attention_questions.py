"""Questions on attention whose answers are computed from the learner's words and matrices."""

from __future__ import annotations

from components import numbers, quiz
from components.attention_toy import matrices, shares_of, toy, words_of_pair
from components.i18n import _, safe
from components.text import beginning
from engine.lab import Lab, Node


def ask(lab: Lab, words: Node) -> None:
    """Four questions: the first word, a high temperature, the same word twice, who is looked at most."""
    head = toy(lab, words, matrices(lab))
    plain = shares_of(head)
    word = safe(beginning(head.names[0], 30))
    first = shares_of(head, name="first", causal=True).value[0, 0]
    quiz.question(
        _(
            "Later words are hidden. What share of its attention does “{word}”, the first, give itself?",
            word=word,
        ),
        {"some": _("about its share of all words"), "all": _("all of it"), "none": _("none")},
        answer="all" if first > 0.99 else "none" if first < 0.01 else "some",
        why=_("{share}: nothing else is there yet.", share=f"{first:.0%}"),
        key="att_first",
    )
    hot = shares_of(head, name="hot", temperature=1000.0)
    gap = float(hot.value.max() - hot.value.min())
    quiz.question(
        _("The temperature rises to 1000. What becomes of the shares?"),
        {"one": _("one word gets all"), "even": _("all get the same"), "stay": _("they stay")},
        answer="even" if gap < 0.05 else "one" if hot.value.max() > 0.95 else "stay",
        why=_(
            "From {least} to {most}: each word gets about one part in {count}.",
            least=f"{hot.value.min():.1%}",
            most=f"{hot.value.max():.1%}",
            count=len(head.names),
        ),
        key="att_hot",
    )
    bare = shares_of(toy(lab, words_of_pair(lab), matrices(lab), positions=False))
    same = float(abs(bare.value[0] - bare.value[2]).max())
    quiz.question(
        _("“tea and tea”, without positions: do the two “tea” look at the words in the same way?"),
        {"yes": _("Yes, exactly"), "no": _("No")},
        answer="yes" if same < 1e-12 else "no",
        why=_("The largest difference between their shares is {gap}.", gap=numbers.plain(same, 1)),
        key="att_same",
    )
    most = int(plain.value.mean(axis=0).argmax())
    options = {str(n): safe(f"{n + 1} {beginning(name, 30)}") for n, name in enumerate(head.names)}
    quiz.question(
        _(
            "With your matrices of the first step: which word is looked at most by all words together?"
        ),
        options,
        answer=str(most),
        why=_("It gets {share} of all attention.", share=f"{plain.value.mean(axis=0)[most]:.0%}"),
        key="att_most",
    )
