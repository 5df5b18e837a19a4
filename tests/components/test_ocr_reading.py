"""What the lesson on reading text computes before it shows anything."""

from __future__ import annotations

from components.ocr import Reading
from components.picture import pixels_of
from engine import samples
from engine.cache import ByteCache
from engine.lab import Lab
from engine.models.catalogue import PP_OCR
from engine.vision import ocr


def reading_of(sample: str) -> Reading:
    source = samples.load(sample)
    lab = Lab(source, cache=ByteCache())
    pixels, weights = pixels_of(lab, source, lab.source, number=0), lab.weights(PP_OCR)
    found = lab.run(ocr.text_map, weights, pixels, network=True, as_="probability")
    return Reading(lab, pixels, weights, found, "")


def test_one_line_tells_that_there_is_text() -> None:
    reading = reading_of("notice")
    boxes = reading.boxes()
    assert len(boxes.value[0]) > 2
    assert reading.has_text
    read = [reading.steps(reading.line(boxes, number)).is_cached for number in range(3)]
    assert read == [True, False, False]
    assert not reading.lines(boxes).is_cached


def test_what_is_read_line_by_line_is_what_is_read_at_once() -> None:
    reading = reading_of("notice")
    boxes = reading.boxes()
    found = reading.lines(boxes).value
    one_by_one = [reading.text(reading.steps(reading.line(boxes, n))) for n in range(len(found))]
    assert tuple(node.value for node in one_by_one) == found
