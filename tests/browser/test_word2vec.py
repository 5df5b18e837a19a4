"""Training in a real browser: Run, a curve of the loss that grows, Stop, and what was learnt."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage


def test_a_training_is_watched_and_stopped(open_page: OpenPage) -> None:
    page = open_page("word2vec?step=train&w2v_corpus=pride&w2v_epochs=30&w2v_thin=no")
    page.get_by_role("button", name="Train", exact=True).click()
    stop = page.get_by_test_id("stMainBlockContainer").get_by_role(
        "button", name="Stop", exact=True
    )
    expect(stop).to_be_visible()
    # The curve is drawn while the training goes on.
    expect(page.locator(".st-key-live_loss .scatterlayer path.js-line").first).to_be_visible()
    # A look every 0.7 s may skip an epoch.
    expect(page.get_by_text(re.compile(r"word2vec: epoch ([2-9]|\d\d) of 30"))).to_be_visible()
    expect(stop).to_be_visible()
    stop.click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    # Not at the end of them all.
    stopped = re.compile(r"word2vec: stopped at epoch (\d|[12]\d) of 30")
    expect(page.get_by_text(stopped)).to_be_visible()


def test_a_training_that_ends_leaves_curve_map_and_file(open_page: OpenPage) -> None:
    page = open_page("word2vec?step=train&w2v_corpus=invented&w2v_epochs=3&w2v_size=8")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="The vectors (safetensors)")).to_be_visible()
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop", exact=True)
    ).to_have_count(0)
    expect(page.locator(".scatterlayer path.js-line").first).to_be_visible()
    page.locator('[data-testid="stSidebarNavLink"][href$="/embeddings"]').click()
    page.get_by_role("radio", name="Nearest words").click()
    expect(page.get_by_role("radio", name="Your word2vec")).to_be_visible()
