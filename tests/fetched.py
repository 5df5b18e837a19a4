"""Models that do not come with the app, for the tests that compare with the real ones.

All other tests run as on a computer that has fetched nothing (see conftest.py), so that they do not
depend on what somebody has fetched.
"""

from __future__ import annotations

import os
from unittest import mock

import pytest

from engine.errors import UserError
from engine.models.catalogue import Model
from engine.models.locate import locate


def fetched(model: Model) -> str:
    """The folder of a model, fetched if it is not here; skips the test if no server can be reached."""
    with mock.patch.dict(os.environ, NUMEROSCOPE_MODELS=os.environ["NUMEROSCOPE_TEST_MODELS"]):
        try:
            return str(locate(model))
        except UserError as error:
            if "no server" in error.message:
                pytest.skip(f"{model.title} is not here, and no server that has it answered")
            raise
