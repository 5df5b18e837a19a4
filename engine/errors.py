"""The one exception that a person using the app is meant to read.

Engine code knows no language but English and no Streamlit: it raises a `UserError` whose message is
an English sentence with named fields. The page translates the sentence and then fills the fields.
"""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark `message` for the message catalogue without translating it here (gettext's N_)."""
    return message


class UserError(Exception):
    """Something that the person can mend: one sentence, what was found and what to do.

    Parameters
    ----------
    message : str, an English sentence marked with `N_`, fields written as `{name}`.
    **params : the values of the fields: str, int or float.
    """

    def __init__(self, message: str, **params: str | int | float) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params
