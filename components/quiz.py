"""Predict, then look: a question about the learner's own data, answered before it is shown."""

from __future__ import annotations

import streamlit as st

from components.guard import fragment
from components.i18n import _


@fragment
def question(
    prompt: str, options: dict[str, str], *, answer: str | tuple[str, ...], why: str, key: str
) -> None:
    """Ask `prompt`; after a choice say whether it was right, and show why with the real numbers.

    Parameters
    ----------
    prompt : str, Markdown in this session's language.
    options : dict, name -> label. The order must not give the answer away.
    answer : str, the name of the right option, computed from the learner's data; a tuple where several
        are right, such as two columns that go equally well with a third.
    why : str, Markdown: the numbers that show it.
    key : str, unique on the page.
    """
    right = (answer,) if isinstance(answer, str) else answer
    with st.container(border=True, key=f"quiz_{key}"):
        st.markdown(prompt)
        guess = st.pills(
            _("Your prediction"),
            list(options),
            format_func=options.get,
            key=f"quiz_{key}_{'_'.join(right)}",
            label_visibility="collapsed",
        )
        if guess is None:
            st.caption(_("Choose before you look."))
        elif guess in right:
            verdict = _("Yes.")
            st.success(f"{verdict} {why}", icon=":material/check:")
        else:
            if len(right) > 1:
                names = ", ".join(options[name] for name in right)
                verdict = _("No, these are right: {answers}.", answers=names)
            else:
                verdict = _("No, the answer is “{answer}”.", answer=options[right[0]])
            st.warning(f"{verdict} {why}", icon=":material/close:")


def distinct(**numbers: int) -> dict[str, str]:
    """Options for a question in the order of their numbers; of equal ones the first named stays."""
    kept: dict[int, str] = {}
    for name, number in numbers.items():
        kept.setdefault(number, name)
    return {kept[number]: f"{number:,}" for number in sorted(kept)}
