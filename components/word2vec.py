"""What the steps on word2vec share: how far words are thinned out, and words as points of a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components import scatter
from components.corpora import Corpus
from components.i18n import _
from components.text import beginning

#: The smaller the number, the more often frequent words are left out.
SAMPLE = 1e-3


def draw_map(
    key: str,
    made: Corpus,
    rows: Any,
    panes: Sequence[scatter.Pane],
    near: Sequence[str] = (),
    word: str = "",
    same_scale: bool = False,
) -> None:
    """Words as points: in the groups of the made-up language, or one word and its neighbours.

    `rows` : the numbers of the words, of `map_rows`. `near` : the neighbours of `word`.
    """
    names = [made.words.value[n] for n in rows.tolist()]
    if made.groups is not None:
        kinds = [
            _("people"),
            _("drinks"),
            _("animals"),
            _("what they chase"),
            _("vehicles"),
            _("cities"),
            _("other words"),
        ]
        numbers = made.groups.value.tolist()
        groups = [numbers[n] if numbers[n] >= 0 else 6 for n in rows.tolist()]
    else:
        shown = beginning(word, 24)
        kinds = [_("other words"), _("neighbours of {word}", word=shown), shown]
        groups = [2 if name == word else 1 if name in near else 0 for name in names]
    scatter.draw(
        key,
        panes,
        names=names,
        groups=groups,
        group_names=kinds,
        content=made.words.key,
        height=380,
        same_scale=same_scale,
    )
