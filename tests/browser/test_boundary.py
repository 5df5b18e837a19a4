"""A plane in a real browser: points painted with mouse and keys, a run that is trained and scrubbed."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import (
    OpenPage,
    until,
    wait_until_drawn,
    wait_until_placed,
    wait_until_settled,
)


def paint(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """One stroke on the paper; places 0..1 of its width and height."""
    box = wait_until_placed(page.locator(".npl-paint .npl-map"))
    (x0, y0), (x1, y1) = (
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)
    )
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move(x1, y1, steps=12)
    page.mouse.up()


def colours(map_: Locator) -> int:
    """How many different colours a map has, once it is drawn."""
    wait_until_drawn(map_.page)
    count: int = map_.evaluate(
        """canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const found = new Set();
            for (let n = 0; n < data.length; n += 4) found.add(data.slice(n, n + 3).join());
            return found.size;
        }"""
    )
    return count


def test_points_are_painted_taken_back_and_kept(open_page: OpenPage) -> None:
    page = open_page("boundary?lang=en&boundary_data=paint")
    paper = page.locator(".npl-paint")
    expect(paper).to_have_attribute("data-points", "21")  # the example
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Paint at least four points")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(paper).to_have_attribute("data-points", "21")
    page.get_by_role("button", name="Clear", exact=True).click()
    paint(page, (0.25, 0.2), (0.85, 0.2))
    page.get_by_role("button", name="Class C").click()
    paint(page, (0.25, 0.7), (0.85, 0.7))
    expect(page.get_by_text(re.compile(r"\d+ painted points"))).to_be_visible()
    expect(page).to_have_url(re.compile("boundary_ink=0"))
    wait_until_settled(page)
    before = int(paper.get_attribute("data-points") or 0)
    assert before > 20
    paper.locator(".npl-map").focus()
    for key in ("2", "ArrowUp", "Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(paper).to_have_attribute("data-points", str(before + 2))
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(paper).to_have_attribute("data-points", str(before + 1))
    expect(page.get_by_text(f"{before + 1} painted points")).to_be_visible()
    page.get_by_role("radio", name="Network").click()
    expect(paper).to_have_count(0)
    expect(page.get_by_text(f"{before + 1} painted points")).to_be_visible()
    expect(page.locator(".npl-legend")).to_contain_text("B")
    page.get_by_role("radio", name="Points").click()
    expect(paper).to_have_attribute("data-points", str(before + 1))


def test_a_run_is_trained_and_scrubbed_without_the_server(open_page: OpenPage) -> None:
    page = open_page("boundary?lang=en&step=network&boundary_data=circles&boundary_epochs=40")
    plane = page.locator(".npl")
    expect(plane).to_have_attribute("data-epoch", "0")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(plane).to_have_attribute("data-epoch", "40")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    wait_until_settled(page)
    page.context.set_offline(True)
    plane.get_by_role("button", name="Step back").click()
    expect(plane).to_have_attribute("data-epoch", "39")
    expect(plane.locator("output")).to_have_text("Epoch 39")
    plane.get_by_role("slider").fill("0")
    expect(plane).to_have_attribute("data-epoch", "0")
    random = colours(plane.locator(".npl-map"))
    plane.get_by_role("button", name="Play").click()
    expect(plane).to_have_attribute("data-epoch", "40")
    expect(plane.get_by_role("button", name="Play")).to_be_visible()
    assert colours(plane.locator(".npl-map")) != random
    # The middle of the plane lies in the inner circle, which is of class A.
    map_ = plane.locator(".npl-map")
    box = wait_until_placed(map_)
    said = plane.locator(".npl-hint")

    def read() -> bool:  # what is read gives way to the hint when Python has kept the epoch
        page.mouse.move(2, 2)
        map_.hover(position={"x": 0.55 * box["width"], "y": 0.46 * box["height"]})
        return bool(re.search(r"A (9\d|100) %", said.inner_text()))

    until(read)
    plane.locator(".npl-net").hover(position={"x": 30, "y": 40})
    expect(plane.locator(".npl-hint")).to_contain_text("x: red where it is above 0")


def test_what_is_looked_at_is_chosen_and_kept(open_page: OpenPage) -> None:
    address = "boundary?lang=en&step=network&boundary_data=xor&boundary_count=60&boundary_epochs=20"
    page = open_page(f"{address}&boundary_network_at=7")
    plane = page.locator(".npl")
    expect(plane).to_have_attribute("data-epoch", "0")
    plane.get_by_role("button", name="Step", exact=True).click()  # an epoch before all is trained
    expect(plane).to_have_attribute("data-epoch", "1")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(plane).to_have_attribute("data-epoch", "7")  # as the link says
    plane.get_by_role("button", name="Step back").click()
    expect(page).to_have_url(re.compile("boundary_network_at=6"))
    units, hint = plane.locator(".npl-net"), plane.locator(".npl-hint")
    units.focus()
    page.keyboard.press("ArrowDown")
    expect(hint).to_contain_text("x: red where it is above 0")
    page.keyboard.press("ArrowRight")
    expect(hint).to_contain_text(re.compile(r"1\.1: red .* weights x [+−][\d.]+, y .* bias"))
    large = colours(plane.locator(".npl-map"))
    page.keyboard.press("Escape")
    expect(hint).to_have_text("Point at the map to read it.")
    assert colours(plane.locator(".npl-map")) != large
    units.click(position={"x": 30, "y": 40})
    page.mouse.move(2, 2)
    expect(hint).to_contain_text("x: red")  # it stays
    page.get_by_role("radio", name="One unit").click()
    picked = page.locator(".npl-pick .npl-map")
    expect(page.get_by_text("Point 1 is of class")).to_be_visible()
    wait_until_settled(page)
    box = wait_until_placed(picked)
    picked.click(position={"x": 0.8 * box["width"], "y": 0.2 * box["height"]})
    expect(page.get_by_text("Point 1 is of class")).to_have_count(0)
    expect(page).to_have_url(re.compile("boundary_point="))
    page.get_by_role("radio", name="Network").click()
    expect(plane).to_have_attribute("data-epoch", "6")


def test_a_run_goes_on_and_a_clicked_weight_is_turned(open_page: OpenPage) -> None:
    query = "boundary_data=xor&boundary_count=64&boundary_epochs=20"
    page = open_page(f"boundary?lang=en&step=network&{query}")
    plane = page.locator(".npl")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="10 epochs more", exact=True).click()
    expect(plane).to_have_attribute("data-epoch", "30")
    expect(page).to_have_url(re.compile("boundary_epochs=30"))
    page.get_by_role("radio", name="Turn a weight by hand").click()
    told = page.get_by_text(re.compile("^Held out: loss"))
    expect(told).to_be_visible()
    same = told.inner_text()
    plane = page.locator(".npl").first
    output = plane.locator("output")
    expect(output).to_have_text("Set by hand")
    # The line from x to the first unit leaves the middle of its map, which stands at the upper left.
    units = plane.locator(".npl-net")
    units.scroll_into_view_if_needed()
    where = units.evaluate(
        """canvas => {
            const size = Math.min((canvas.clientWidth - 20) / 6.25, 390 / 6, 66);
            return [8 + size + 4, 22 + size / 2];
        }"""
    )
    units.click(position={"x": where[0], "y": where[1]})
    expect(page).to_have_url(re.compile(r"boundary_turn=0\.0\.\d"))
    page.get_by_role("button", name="Turn its sign").click()
    expect(page).to_have_url(re.compile(r"boundary_turned=0\.0\.\d_"))
    expect(told).not_to_have_text(same)
    plane.get_by_role("button", name="Step back").click()
    expect(output).to_have_text("Before")
    page.get_by_role("button", name=re.compile("Reset all")).click()
    expect(told).to_have_text(same)
    expect(page).not_to_have_url(re.compile("boundary_turned"))
