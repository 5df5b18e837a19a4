"""Shows: a sentence on its way through MiniLM, a small BERT: three rows added and normalised; the
vectors behind each layer; who looks at whom in each head, one head by hand; one vector for all, and
classifiers that nobody trained; four mistakes beside the right way; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import bert as shown
from components import bert_heads as heads
from components import bert_questions as questions
from components import page, show
from components import text as texts
from components.bert_attention import head_view, tiles_view
from components.bert_embed import embed_view
from components.bert_layers import state_view, turns_and_cosines
from components.bert_traps import TRAPS
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.vectors import encoder
from engine.language.layers import pooled, state_at
from engine.language.network import MOST_TOKENS
from engine.vectors.similarity import cosine_matrix

here = page.start(
    "bert",
    {
        "embed": _("What goes in"),
        "layers": _("Layers"),
        "attention": _("Attention"),
        "byhand": _("One head by hand"),
        "output": _("What comes out"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()


def token_slider(asked: shown.Asked, *, key: str) -> int:
    """Ask for one of the tokens by its position, from 0."""
    last = len(asked.names) - 1
    return slider(_("Token at position, 0 to {last}", last=last), 0, last, 1, key=key)


@fragment
def embed() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    place = token_slider(asked, key="bert_token")
    embed_view(asked, place, text)


@fragment
def layers() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    layer = slider(
        _("Behind layer (0: what goes in)"), 0, shown.LAYERS, shown.LAYERS, key="bert_layer"
    )
    state = lab.run(state_at, asked.states, layer=layer, as_="state")
    state_view(asked, state, text["state_caption"])
    turns_and_cosines(asked, state, text)


@fragment
def attention() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    one, other = st.columns(2)
    with one:
        layer = slider(_("Layer"), 1, shown.LAYERS, 1, key="bert_att_layer") - 1
    with other:
        head = slider(_("Head (0: mean of all)"), 0, shown.HEADS, 3, key="bert_att_head") - 1
    head_view(asked, layer, head, text["attention_caption"])
    tiles_view(asked, layer, head, text["tiles_caption"])


@fragment
def byhand() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    one, other = st.columns(2)
    with one:
        layer = slider(_("Layer"), 1, shown.LAYERS, shown.LAYERS, key="bert_hand_layer") - 1
    with other:
        head = slider(_("Head"), 1, shown.HEADS, 1, key="bert_hand_head") - 1
    place = token_slider(asked, key="bert_hand_token")
    heads.by_hand(asked, layer, head, place, text)


@fragment
def output() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    pair = lab.run(pooled, asked.states, as_="both_vectors")
    show.html(
        "pooled",
        shown.signed_rows(
            pair.value[:, : shown.COLUMNS], [_("mean"), "[CLS]"], label=_("One vector for the text")
        ),
        [pair],
        caption=text["pooled_caption"].format(
            columns=shown.COLUMNS,
            width=pair.value.shape[1],
            cosine=f"{lab.run(cosine_matrix, pair, as_='likeness').value[0, 1]:.2f}",
        )
        + asked.note,
    )
    spreads = {"bert": _("0.02, as BERT's"), "wide": _("1, by mistake")}
    spread = choice(_("Deviation of the classifiers' weights"), spreads, key="bert_spread")
    heads.untrained(asked, spread, text)


@fragment
def breaks() -> None:
    folder = encoder(lab)
    if folder is None:
        return
    cases = {
        "positions": _("No positions"),
        "padding": _("Mask forgotten"),
        "unknown": "[UNK]",
        "cut": _("Too long"),
    }
    case = choice(_("Mistake"), cases, key="bert_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"].format(longest=MOST_TOKENS))
    TRAPS[case](lab, folder, text)


def predict() -> None:
    if (asked := shown.asked(lab, characters)) is not None:
        questions.ask(asked)


here.run(
    embed=embed,
    layers=layers,
    attention=attention,
    byhand=byhand,
    output=output,
    breaks=breaks,
    predict=predict,
)
