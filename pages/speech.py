"""Shows: speech on its way through Whisper: log-mel, encoder, decoder token by token, words on the wave,
the attention between both, languages, orders; noise; a small classifier beside it; predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, quiz, show, speech, whisper
from components.guard import fragment
from components.i18n import _
from components.sound import LONGEST
from components.speech import language_name, winner
from components.state import choice, slider
from components.stepper import stepper
from components.tracks import Sound
from engine.models.catalogue import LANGUAGE_CLASSIFIER
from engine.models.locate import find
from engine.sound.logmel import RATE, SECONDS
from engine.sound.pitch import with_noise
from engine.speech.align import word_rows
from engine.speech.classifier import classifier_counts, right_share
from engine.speech.decode import MOST, SHOWN, candidate_chances, candidate_ids
from engine.speech.network import NO_SPEECH, likeliest_languages
from engine.speech.tokens import token_texts

here = page.start(
    "speech",
    {
        "input": _("Input"),
        "encoder": _("Encoder"),
        "decoder": _("Token by token"),
        "words": _("Words in time"),
        "attention": _("Attention"),
        "language": _("Which language"),
        "orders": _("Orders"),
        "noise": _("Noise"),
        "predict": _("Predict"),
    },
    seconds=SECONDS,
)
heard = whisper.heard_in_tray()
lab = heard.lab
text = whisper.filled(
    here.text,
    vectors=f"{speech.VECTORS:,}",
    most=MOST,
    limit=f"{speech.LIMIT:g}",
    longest=LONGEST,
    nobody=f"{100 * NO_SPEECH:g}",
)
classifier = lab.weights(LANGUAGE_CLASSIFIER, as_="classifier")
TOLD = ("en", "fr", "ru", "zh")  # languages that one may say it is


@fragment
def input_() -> None:
    model = speech.ask_model()
    if model:
        speech.tell_cost(model)
    speech.draw_input(heard, text["input_caption"])


@fragment
def encoder() -> None:
    if ear := speech.hear(heard, text["input_caption"]):
        caption = (
            text["encoder_caption"]
            + " "
            + _(
                "{count} vectors of {size} numbers hold your sound; {rest} are of the silence behind.",
                count=ear.count,
                size=ear.encoded.value.shape[1],
                rest=speech.VECTORS - ear.count,
            )
        )
        speech.draw_encoder(heard, ear, caption)


@fragment
def decoder() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    speech.tell_nobody(ear)
    w = ear.write()
    names, chances = w.texts.value, w.chances.value
    step = stepper(_("Token"), 1, len(names), min(3, len(names)), key="sp_token") - 1
    orders = lab.run(token_texts, w.prompt, ear.vocabulary, as_="order_names")
    show.register("orders", [orders])
    st.markdown(
        _("What it was given first: {orders}", orders=" ".join(f"`{o}`" for o in orders.value))
    )
    show.html(
        "written",
        speech.token_flow(names, chances, step),
        [w.texts, w.chances],
        caption=text["written_caption"],
    )
    ids = lab.run(candidate_ids, w.steps, step=step, as_="candidates")
    shares = lab.run(candidate_chances, w.steps, step=step, as_="candidate_shares")
    likely = lab.run(token_texts, ids, ear.vocabulary, as_="candidate_names")
    show.chart(
        "candidates",
        speech.candidate_bars,
        [likely, shares],
        caption=_(
            "The {shown} likeliest tokens at step {step}. The first is written.",
            shown=SHOWN,
            step=step + 1,
        )
        + " "
        + text["candidates_caption"],
        alt=_("The likeliest tokens and their probabilities"),
    )
    speech.transcript(_("The whole text"), w)


@fragment
def words() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    speech.tell_nobody(ear)
    w = ear.write()
    found = w.words.value
    if not found:
        st.info(text["no_words"], icon=":material/info:")
        speech.draw_input(heard, text["input_caption"])
        return
    speech.over_time(
        "words",
        heard,
        lab.run(word_rows, w.words, frames=ear.count, as_="word_map"),
        [word for word, _start, _end in found],
        title=_("Words"),
        alt=_("Each word (row) where it was said"),
        row=_("word"),
        caption=text["words_caption"],
        top=1.0,
    )
    show.html("word_times", speech.word_grid(found), [w.words], caption=text["times_caption"])


@fragment
def attention() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    speech.tell_nobody(ear)
    w = ear.write()
    climbing = speech.climbing_note(w.mean_attention, lab, text["attention_climbs"])
    speech.over_time(
        "attention",
        heard,
        w.mean_attention,
        [speech.shown(name) for name in w.texts.value],
        title=_("Attention"),
        alt=_("How much each token (row) looked at each moment (column)"),
        row=_("token"),
        caption=text["attention_caption"] + climbing,
    )


@fragment
def language() -> None:
    model = speech.ask_model()
    left, right = st.columns(2)
    five = speech.named_by_classifier(heard, heard.wave)
    with left:
        theirs = _("Whisper")
        st.markdown(f"**{theirs}**")
        ear = speech.listener(heard, model, heard.wave) if model else None
        if ear is None or ear.is_english:
            st.markdown(text["only_english"] if ear else text["not_here"])
        else:
            top = lab.run(likeliest_languages, ear.chances, as_="top_languages")
            empty = ear.nobody
            show.register("empty", [empty])
            show.chart(
                "whisper_languages",
                speech.language_bars,
                [top],
                caption=text["whisper_caption"]
                + " "
                + _("That nobody speaks: {share}.", share=f"{empty.value:.1%}"),
                alt=_("The languages that Whisper takes for likeliest"),
            )
    with right:
        ours = _("Our classifier")
        st.markdown(f"**{ours}**")
        show.chart(
            "five_languages",
            speech.five_bars,
            [five],
            caption=text["five_caption"],
            alt=_("The five languages of the classifier"),
        )
    titles = {
        "sentences": _("Known voices, new sentences"),
        "voices": _("Other voices, by telephone"),
    }
    for column, (name, title) in zip(st.columns(2), titles.items(), strict=True):
        with column:
            counts = lab.run(classifier_counts, classifier, name=name, as_=name)
            share = lab.run(right_share, counts, as_="share").value
            st.markdown(f"**{title}**: " + _("{share} right", share=f"{share:.0%}"))
            body = speech.counts_grid(counts.value, title)
            show.html(f"measured_{name}", body, [counts], caption=text[f"measured_{name}"])


@fragment
def orders() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    if ear.is_english:
        st.info(text["only_english"], icon=":material/info:")
        speech.draw_input(heard, text["input_caption"])
        return
    with st.container(horizontal=True):
        told = {"found": _("as detected")} | {code: language_name(code) for code in TOLD}
        code = choice(_("It is told that you speak"), told, key="sp_told")
        tasks = {"english": _("translate into English"), "same": _("write down")}
        task = choice(_("It is told to"), tasks, key="sp_task")
    code = "" if code == "found" else code
    plain = ear.write(name="plain_")
    other = ear.write(language=code, translate=task == "english", name="told_")
    if plain.texts.value == other.texts.value:
        english = plain.language == "en" and task == "english"
        st.info(text["same_english"] if english else text["same"], icon=":material/equal:")
    for column, one, title in zip(
        st.columns(2), (plain, other), (_("Right orders"), _("Your orders")), strict=True
    ):
        with column:
            speech.transcript(title, one)
            given = lab.run(token_texts, one.prompt, ear.vocabulary, as_=f"{one.name}orders")
            body = speech.token_flow(one.texts.value, one.chances.value)
            caption = " ".join(f"`{order}`" for order in given.value)
            show.html(
                f"order_{one.name}",
                body,
                [given, one.text, one.texts, one.chances],
                caption=caption,
            )
    st.caption(text["orders_caption"])


@fragment
def noise() -> None:
    if not heard.wave.value.any():
        st.info(text["no_noise"], icon=":material/volume_off:")
        speech.draw_input(heard, text["input_caption"])
        return
    snr = slider(_("The voice above the noise, dB (SNR)"), -10, 40, 5, key="sp_snr")
    noisy = lab.run(with_noise, heard.wave, snr_db=snr, as_="noisy")
    show.tracks(
        "noise",
        [heard.short_row, speech.noisy_row(noisy)],
        sounds=[Sound(heard.wave, RATE, _("Clean")), Sound(noisy, RATE, _("With noise"))],
        caption=text["noise_caption"] + heard.clip.note,
        height=110,
    )
    model = speech.ask_model()
    sides = {"clean_": (_("Clean"), heard.wave), "noisy_": (_("With noise"), noisy)}
    for column, (name, (title, wave)) in zip(st.columns(2), sides.items(), strict=True):
        with column:
            if model:
                ear = speech.listener(heard, model, wave, name=name)
                w = ear.write()
                if not ear.is_english:
                    title += ": " + _("{language} heard", language=language_name(w.language))
                speech.transcript(title, w)
                speech.tell_nobody(ear)
                body = speech.token_flow(w.texts.value, w.chances.value)
                nodes = [w.text, w.texts, w.chances]
                show.html(f"sp_{name}tokens", body, nodes, caption=text["sure_caption"])
            else:
                st.markdown(f"**{title}**")
            five = speech.named_by_classifier(heard, wave, name=name)
            show.chart(
                f"sp_{name}five",
                speech.five_bars,
                [five],
                caption=_("The classifier says: {language}.", language=language_name(winner(five))),
                alt=_("The five languages of the classifier"),
            )


def predict() -> None:
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
    five = speech.named_by_classifier(heard, heard.wave)
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
    after = speech.named_by_classifier(heard, noisy, name="noisy_")
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
        w = speech.listener(heard, model, heard.wave).write()
        chances, names = w.chances.value, w.texts.value
        place, least = int(chances.argmin()), float(chances.min())
        quiz.question(
            _("How likely was the least likely token that Whisper wrote?"),
            {"middle": _("20 to 50 %"), "low": _("under 20 %"), "high": _("over 50 %")},
            answer="low" if least < 0.2 else "middle" if least <= 0.5 else "high",
            why=_(
                "`{token}` with {share}.", token=speech.shown(names[place]), share=f"{least:.1%}"
            ),
            key="sp_least",
        )


here.run(
    input=input_,
    encoder=encoder,
    decoder=decoder,
    words=words,
    attention=attention,
    language=language,
    orders=orders,
    noise=noise,
    predict=predict,
)
