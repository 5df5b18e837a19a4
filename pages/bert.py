"""Shows: a sentence on its way through MiniLM, a small BERT: three rows added and normalised; the
vectors behind each layer; who looks at whom in each head, one head by hand; one vector for all, and
classifiers that nobody trained; four mistakes beside the right way; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import attention as lines
from components import bert as shown
from components import bertheads as heads
from components import charts, page, quiz, show
from components import text as texts
from components.berttraps import TRAPS
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from components.vectors import encoder
from engine.language.attention import (
    one_map,
    share_of_ends,
    side_by_side,
)
from engine.language.compare import cosine_of_texts, words_backwards
from engine.language.embeddings import (
    added,
    embedding_rows,
    mean_and_deviation,
    norm_steps,
    on_the_way,
)
from engine.language.head import untrained_answers, wins
from engine.language.layers import cls_rows, mean_turn, moved, pooled, state_at
from engine.language.network import MOST_TOKENS
from engine.text.tokens import typed
from engine.vectors.similarity import cosine_matrix

LAYERS, HEADS = 6, 12  # of MiniLM

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
    rows = asked.run(embedding_rows, asked.ids, as_="rows")
    sums = lab.run(added, rows, as_="sums")
    steps = asked.run(norm_steps, sums, as_="steps")
    way = lab.run(
        on_the_way, rows, sums, steps, token=place, columns=shown.COLUMNS, as_="on_its_way"
    )
    mean, deviation = lab.run(mean_and_deviation, sums, token=place, as_="spread").value
    ids, way_there = st.columns([1, 2])
    with ids:
        show.html("ids", shown.ids_grid(asked, place), [asked.ids], caption=text["ids_caption"])
    with way_there:
        st.markdown(f"**{safe(asked.numbered[place])}**")
        caption = text["way_caption"].format(columns=shown.COLUMNS, width=rows.value.shape[2])
        spread = _(
            "Mean {mean}, deviation {deviation}.", mean=f"{mean:+.4f}", deviation=f"{deviation:.4f}"
        )
        show.html(
            "way", shown.way_grid(way.value), [way], caption=f"{caption} {spread}{asked.note}"
        )


@fragment
def layers() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    layer = slider(_("Behind layer (0: what goes in)"), 0, LAYERS, LAYERS, key="bert_layer")
    state = lab.run(state_at, asked.states, layer=layer, as_="state")
    names, numbered = asked.labels, asked.numbered
    show.chart(
        "state",
        lambda x: charts.heat(
            x,
            numbered,
            [str(n) for n in range(x.shape[1])],
            scale="signed",
            span=(-1.5, 1.5),
            x=_("number"),
        ),
        [state],
        caption=text["state_caption"] + asked.note,
        alt=_("The vectors of all tokens, one token a row"),
    )
    turned, alike = st.columns(2)
    with turned:
        show.chart(
            "moved",
            lambda x: charts.heat(x, numbered, [str(n) for n in range(LAYERS + 1)], x=_("layer")),
            [lab.run(moved, asked.states, as_="turned")],
            caption=text["moved_caption"],
            alt=_("How far each token's vector has turned, layer by layer"),
        )
    with alike:
        show.chart(
            "alike",
            lambda x: charts.heat(
                x, numbered, names if len(set(names)) == len(names) else numbered
            ),
            [lab.run(cosine_matrix, state, as_="cosines")],
            caption=text["alike_caption"],
            alt=_("The cosine of every two tokens' vectors"),
        )


@fragment
def attention() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    one, other = st.columns(2)
    with one:
        layer = slider(_("Layer"), 1, LAYERS, 1, key="bert_att_layer") - 1
    with other:
        head = slider(_("Head (0: mean of all)"), 0, HEADS, 3, key="bert_att_head") - 1
    shares = lab.run(one_map, asked.maps, layer=layer, head=head, as_="attention")
    lines.draw(
        "bert",
        shares,
        asked.labels,
        asked.labels,
        title=_("Row: who looks. Column: at whom."),
        caption=text["attention_caption"] + asked.note,
        focus=min(3, len(asked.names) - 1),
    )
    tiles = lab.run(side_by_side, asked.maps, as_="all_maps")
    ends = lab.run(share_of_ends, asked.maps, as_="ends").value
    show.pictures(
        "tiles",
        [
            show.Picture(
                tiles,
                _("All heads"),
                _("72 small matrices, a row for each layer"),
                lo=0,
                hi=1,
                scale="viridis",
                group="tiles",
            )
        ],
        caption=text["tiles_caption"]
        + " "
        + _(
            "To [CLS] and the last [SEP] go, layer by layer: {shares}.",
            shares=", ".join(f"{share:.0%}" for share in ends),
        ),
        height=360,
    )


@fragment
def byhand() -> None:
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    one, other = st.columns(2)
    with one:
        layer = slider(_("Layer"), 1, LAYERS, LAYERS, key="bert_hand_layer") - 1
    with other:
        head = slider(_("Head"), 1, HEADS, 1, key="bert_hand_head") - 1
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
    asked = shown.asked(lab, characters)
    if asked is None:
        return
    ends = lab.run(share_of_ends, asked.maps, as_="ends").value
    share = float(ends[1])
    quiz.question(
        _("How much of all attention in layer 2 goes to [CLS] and the last [SEP]?"),
        {"low": _("under 20 %"), "middle": _("20 to 50 %"), "high": _("over 50 %")},
        answer="low" if share < 0.2 else "middle" if share <= 0.5 else "high",
        why=_(
            "{share}. They mean nothing, so they are a place to look when nothing fits.",
            share=f"{share:.0%}",
        ),
        key="bert_ends",
    )
    turned = lab.run(mean_turn, asked.states, as_="turn").value
    quiz.question(
        _("Behind the last layer: what is the mean cosine of a token's vector with what went in?"),
        {"low": _("under 0.3"), "middle": _("0.3 to 0.7"), "high": _("over 0.7")},
        answer="low" if turned < 0.3 else "middle" if turned <= 0.7 else "high",
        why=_("{cosine}.", cosine=f"{turned:.2f}"),
        key="bert_turn",
    )
    words = lab.run(words_backwards, lab.run(typed, text=asked.sentence), as_="backwards")
    one = lab.run(typed, text=asked.sentence, as_="forwards")
    near = asked.run(cosine_of_texts, one, words, as_="near").value
    quiz.question(
        _("The words of your first sentence in reverse order: how alike is the text's vector?"),
        {"low": _("cosine under 0.8"), "middle": _("0.8 to 0.99"), "high": _("over 0.99")},
        answer="low" if near < 0.8 else "middle" if near <= 0.99 else "high",
        why=_(
            "{cosine}. Without positions it would be {same}.",
            cosine=f"{near:.3f}",
            same=f"{asked.run(cosine_of_texts, one, words, positions=False, as_='same').value:.3f}",
        ),
        key="bert_reverse",
    )
    rows = lab.run(cls_rows, asked.states, as_="cls_vector")
    count = lab.run(wins, lab.run(untrained_answers, rows, as_="answers"), as_="count").value[0]
    quiz.question(
        _("Ten untrained classifiers decide between A and B. How many say A of your text?"),
        {"few": _("0 to 2"), "some": _("3 to 7"), "most": _("8 to 10")},
        answer="few" if count < 3 else "some" if count < 8 else "most",
        why=_("{count} of 10: each classifier was made by chance.", count=count),
        key="bert_heads",
    )


here.run(
    embed=embed,
    layers=layers,
    attention=attention,
    byhand=byhand,
    output=output,
    breaks=breaks,
    predict=predict,
)
