"""Drawing in a real browser: strokes change matrix and answer, stay after a walk, and are kept."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, until, wait_until_placed, wait_until_settled

SEVEN = ((0.3, 0.25), (0.7, 0.25), (0.45, 0.8))
ONE = ((0.5, 0.2), (0.5, 0.8))


def draw(page: Page, points: tuple[tuple[float, float], ...]) -> None:
    """One stroke with the mouse through places on the paper, 0..1 of its width and height."""
    box = wait_until_placed(page.locator(".nd-paper"))
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def expect_answer(page: Page, digit: int) -> None:
    """The bar of this digit is the long one."""
    bars = page.locator(".trace.bars g.point path")
    expect(bars).to_have_count(10)
    page.wait_for_function(
        """digit => {
            const all = [...document.querySelectorAll(".trace.bars g.point path")];
            const widths = all.map((bar) => bar.getBBox().width);
            return widths.length === 10 && widths[digit] === Math.max(...widths) && widths[digit] > 100;
        }""",
        arg=digit,
    )


def ink(page: Page) -> int:
    """How many pixels of the paper are black."""
    count: int = page.locator(".nd-paper").evaluate(
        """paper => {
            const { data } = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height);
            let black = 0;
            for (let n = 0; n < data.length; n += 4) black += data[n] < 30;
            return black;
        }"""
    )
    return count


def test_a_stroke_changes_the_answer_and_stays_after_a_walk(open_page: OpenPage) -> None:
    page = open_page("draw?lang=en")
    paper = page.locator(".nd-paper")
    expect(paper).to_be_visible()
    expect_answer(page, 3)  # the example
    assert ink(page) == 0  # it is gray
    draw(page, SEVEN)
    expect_answer(page, 7)
    drawn = ink(page)
    assert drawn > 10_000
    page.get_by_role("button", name="Undo").click()
    expect_answer(page, 3)
    draw(page, ONE)
    expect_answer(page, 1)
    page.get_by_role("button", name="Clear").click()
    expect_answer(page, 3)
    draw(page, SEVEN)
    expect_answer(page, 7)
    expect(page.locator(".nd")).to_have_attribute("data-ready", "1")  # Python has the whole stroke
    page.locator('[data-testid="stSidebarNavLink"][href$="/timeline"]').click()
    expect(page).to_have_url(re.compile("/timeline"))
    wait_until_settled(page)
    page.locator('[data-testid="stSidebarNavLink"][href$="/draw"]').click()
    expect(paper).to_be_visible()
    expect_answer(page, 7)
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    until(lambda: abs(ink(page) - drawn) < 0.1 * drawn)
    page.get_by_role("radio", name="See inside").click()
    expect_answer(page, 7)


def test_the_keyboard_draws_too(open_page: OpenPage) -> None:
    page = open_page("draw?lang=en")
    expect_answer(page, 3)
    paper = page.locator(".nd-paper")
    paper.focus()
    for key in ("ArrowUp",) * 9 + (" ",) + ("ArrowDown",) * 18 + (" ",):
        paper.press(key)
    expect_answer(page, 1)
    paper.press("Delete")
    expect_answer(page, 3)


def test_a_finger_draws_on_a_phone_without_scrolling(open_page: OpenPage) -> None:
    page = open_page("draw?lang=zh", width=390, height=844, has_touch=True)
    expect_answer(page, 3)
    wait_until_settled(page)
    paper = page.locator(".nd-paper")
    box = wait_until_placed(paper)
    session = page.context.new_cdp_session(page)
    x = box["x"] + 0.5 * box["width"]
    down = [box["y"] + share * box["height"] for share in (0.2, 0.4, 0.6, 0.8)]
    for number, y in enumerate(down):
        kind = "touchMove" if number else "touchStart"
        point = {"x": x, "y": y}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect_answer(page, 1)
    assert wait_until_placed(paper) == box


def test_drawings_are_kept_in_classes(open_page: OpenPage) -> None:
    page = open_page("draw?step=shapes&lang=en")
    expect(page.locator(".nd-paper")).to_be_visible()
    name = page.get_by_label("What is it? The name of its class")
    keep = page.get_by_role("button", name="Keep this drawing")
    keep.click()
    expect(page.get_by_text("Draw something first.")).to_be_visible()
    name.fill("star <b>")
    name.press("Enter")
    expect(page.get_by_text("Draw something first.")).to_have_count(0)
    for count in (1, 2):
        wait_until_settled(page)
        draw(page, SEVEN)
        expect_answer(page, 7)
        keep.click()
        expect(page.get_by_text(f"Drawings: {count}")).to_be_visible()
        expect(page.locator(".st-key-draw_class_0 img")).to_have_count(count)
        expect(page.get_by_role("button", name="Undo")).to_be_disabled()
        until(lambda: ink(page) == 0)  # a new sheet
    with page.expect_download() as download:
        page.get_by_role("button", name="The drawings as a zip file").click()
    assert download.value.suggested_filename == "drawings.zip"
    page.get_by_role("button", name="Remove the last").click()
    expect(page.locator(".st-key-draw_class_0 img")).to_have_count(1)
    page.get_by_role("button", name="Remove the class").click()
    expect(page.locator(".st-key-draw_class_0")).to_have_count(0)
