"""Shows: speech on its way through Whisper: log-mel, encoder, decoder token by token, words on the wave,
the attention between both, languages, orders; noise; a small classifier beside it; predictions.
"""

from __future__ import annotations

import streamlit as st

from components import page, show, speech, whisper
from components import speech_languages as languages
from components import speech_questions as questions
from components import speech_time as over_time
from components import speech_tokens as written
from components.guard import fragment
from components.i18n import _
from components.sound import LONGEST
from components.speech_listener import VECTORS, listener, named_by_classifier
from components.state import choice, slider
from components.stepper import stepper
from components.tracks import Sound
from engine.sound.logmel import RATE, SECONDS
from engine.sound.pitch import with_noise
from engine.speech.decode import MOST
from engine.speech.network import NO_SPEECH

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
    vectors=f"{VECTORS:,}",
    most=MOST,
    limit=f"{speech.LIMIT:g}",
    longest=LONGEST,
    nobody=f"{100 * NO_SPEECH:g}",
)
TOLD = ("en", "fr", "ru", "zh")  # languages that one may say it is


@fragment
def input_() -> None:
    model = speech.ask_model()
    if model:
        speech.tell_cost(model)
    speech.draw_input(heard, text["input_caption"])
    st.caption(text["input_chinese"])


@fragment
def encoder() -> None:
    if ear := speech.hear(heard, text["input_caption"]):
        said = _(
            "{count} vectors of {size} numbers hold your sound; {rest} are of the silence behind.",
            count=ear.count,
            size=ear.encoded.value.shape[1],
            rest=VECTORS - ear.count,
        )
        speech.draw_encoder(heard, ear, f"{text['encoder_caption']} {said}")


@fragment
def decoder() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    speech.tell_nobody(ear)
    w = ear.write()
    count = len(w.texts.value)
    step = stepper(_("Token"), 1, count, min(3, count), key="sp_token") - 1
    written.given_first(w)
    written.so_far(w, step, text["written_caption"])
    written.candidates(w, step, text["candidates_caption"])
    written.transcript(_("The whole text"), w)


@fragment
def words() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    speech.tell_nobody(ear)
    w = ear.write()
    if not w.words.value:
        st.info(text["no_words"], icon=":material/info:")
        speech.draw_input(heard, text["input_caption"])
        return
    over_time.words_view(heard, w, text)


@fragment
def attention() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    speech.tell_nobody(ear)
    w = ear.write()
    over_time.attention_view(heard, w, text)


@fragment
def language() -> None:
    model = speech.ask_model()
    five = named_by_classifier(heard, heard.wave)
    left, right = st.columns(2)
    with left:
        theirs = _("Whisper")
        st.markdown(f"**{theirs}**")
        ear = listener(heard, model, heard.wave) if model else None
        if ear is None or ear.is_english:
            st.markdown(text["only_english"] if ear else text["not_here"])
        else:
            languages.whisper_side(ear, text["whisper_caption"])
    with right:
        ours = _("Our classifier")
        st.markdown(f"**{ours}**")
        languages.classifier_side("five_languages", five, text["five_caption"])
    languages.measured(lab, text)


@fragment
def orders() -> None:
    ear = speech.hear(heard, text["input_caption"])
    if ear is None:
        return
    if ear.is_english:
        st.info(text["only_english"], icon=":material/info:")
        speech.draw_input(heard, text["input_caption"])
        return
    plain = ear.write(name="plain_")
    start = "fr" if plain.language == "en" else "found"  # told the truth, English stays as it is
    with st.container(horizontal=True):
        told = {"found": _("as detected")} | {code: languages.language_name(code) for code in TOLD}
        code = choice(_("It is told that you speak"), told, key="sp_told", default=start)
        tasks = {"english": _("translate into English"), "same": _("write down")}
        task = choice(_("It is told to"), tasks, key="sp_task")
    code = "" if code == "found" else code
    other = ear.write(language=code, translate=task == "english", name="told_")
    if plain.texts.value == other.texts.value:
        english = plain.language == "en" and task == "english"
        st.info(text["same_english"] if english else text["same"], icon=":material/equal:")
    left, right = st.columns(2)
    with left:
        written.with_orders(_("Right orders"), plain)
    with right:
        written.with_orders(_("Your orders"), other)
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
                ear = listener(heard, model, wave, name=name)
                written.heard_side(ear, title, text["sure_caption"])
            else:
                st.markdown(f"**{title}**")
            five = named_by_classifier(heard, wave, name=name)
            languages.classifier_side(f"sp_{name}five", five, languages.five_said(five))


def predict() -> None:
    questions.ask(heard)


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
