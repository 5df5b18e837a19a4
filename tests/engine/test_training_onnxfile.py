"""ONNX files against ONNX Runtime: it reads them and answers what PyTorch does."""

from __future__ import annotations

import json

import numpy as np
import onnxruntime
import pytest

from engine.errors import UserError
from engine.models.catalogue import Model
from engine.models.for_pictures import MOBILENET_V2, RESNET18
from engine.models.public import path_of
from engine.training.backbone import as_tensor
from engine.training.exported import guess_with, trained_file
from engine.training.finetune import finetune
from engine.training.onnxfile import onnx_file, varint
from engine.training.readysets import texture_set
from engine.training.splits import split_set


@pytest.mark.parametrize(
    ("architecture", "model"), [("mobilenet_v2", MOBILENET_V2), ("resnet18", RESNET18)]
)
def test_another_program_reads_it_and_answers_the_same(architecture: str, model: Model) -> None:
    examples = texture_set(each=4, side=40)
    roles = split_set(examples, each=2)
    run = finetune(
        examples, roles, path_of(model), method="head", architecture=architecture, epochs=3
    )
    file = trained_file(examples, path_of(model), run)
    session = onnxruntime.InferenceSession(onnx_file(file), providers=["CPUExecutionProvider"])
    (place,) = session.get_inputs()
    assert (place.name, place.shape, place.type) == ("pictures", ["n", 3, 40, 40], "tensor(float)")
    assert json.loads(session.get_modelmeta().custom_metadata_map["names"]) == list(examples[2])
    there = session.run(None, {"pictures": as_tensor(examples[0][:6]).contiguous().numpy()})[0]
    here = np.stack([guess_with(file, picture) for picture in examples[0][:6]])
    assert there.shape == (6, 5)
    assert np.abs(there - here).max() < 1e-5
    assert onnx_file(file) == onnx_file(file)


def test_numbers_are_written_in_groups_of_seven_bits() -> None:
    assert [varint(n) for n in (0, 127, 128, 300)] == [b"\x00", b"\x7f", b"\x80\x01", b"\xac\x02"]


def test_what_is_no_exported_network_is_refused() -> None:
    with pytest.raises(UserError):
        onnx_file(b"nothing")
