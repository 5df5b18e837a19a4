"""From choosing a 12-megapixel JPEG photo to its first picture on the screen, and where the time goes.

total : in Chromium, from the file input's change event until the viewer shows the photo and misses
    nothing, by the page's own clock. Server and browser are warm; every round has other bytes.
transfer : the browser's PUT request with the file
recognise, decode, encode : the same calls on the same bytes, bare, in this process
rest : what is left: Streamlit's two runs, the browser's decoding and drawing
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request

from bench import photo, table
from bench.browser import VIEWERS, chromium, visitor
from scripts.app_server import running_app

GOAL_MS = 1500
ROUNDS = 4  # the first one warms up

_WATCH = (
    """() => {"""
    + VIEWERS
    + """
  addEventListener("change", (event) => {
    const path = event.composedPath();
    if (path[0].type === "file") globalThis.chosenAt ??= performance.now();
  }, true);
  globalThis.photoAfter = (width) => new Promise((done) => {
    const look = () => {
      const seen = viewers().some((viewer) => {
        const [x0, , x1] = (viewer.dataset.view || "").split(",").map(Number);
        return viewer.dataset.ready === "1" && x1 - x0 >= width;
      });
      if (seen) requestAnimationFrame(() => done(performance.now() - globalThis.chosenAt));
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
)


def one_upload(page: Page, address: str, file: Path, width: int) -> tuple[float, float]:
    """Open the lesson, choose the file; milliseconds until the picture is drawn, of the transfer."""
    transfers: list[Request] = []
    page.on("requestfinished", lambda request: transfers.append(request))
    page.goto(address)
    page.locator('.nv[data-ready="1"]').wait_for()
    page.get_by_role("button", name="Change").click()
    drop = page.locator('input[type="file"]').first
    drop.wait_for(state="attached")
    page.wait_for_timeout(700)
    page.evaluate(_WATCH)
    drop.set_input_files(file)
    total = float(page.evaluate("width => photoAfter(width)", width))
    put = next(request for request in transfers if request.method == "PUT")
    return total, put.timing["responseEnd"] - max(0.0, put.timing["requestStart"])


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of a call, and its result."""
    start = time.perf_counter()
    result = call()
    return 1000 * (time.perf_counter() - start), result


def bare(data: bytes) -> tuple[float, float, float]:
    """Milliseconds to recognise, to decode and to encode what the viewer shows first."""
    from components.viewer import encode_overview
    from engine.image.plain import read_plain
    from engine.image.read import read_rgb
    from engine.sources import Image, open_source

    recognise, source = timed(lambda: open_source("photo.jpg", data))
    assert isinstance(source, Image)
    read = read_plain if source.is_plain else read_rgb
    decode, pixels = timed(lambda: read(data))
    encode, _ = timed(lambda: encode_overview(pixels, 0, 255))
    return recognise, decode, encode


def main() -> None:
    """Print the table."""
    width, height = photo.SIZES["12 MP"]
    samples = []
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as server,
        chromium() as browser,
    ):
        for number in range(ROUNDS):
            data = photo.jpeg(width, height, 100 + number)
            file = Path(folder) / "photo.jpg"
            file.write_bytes(data)
            with visitor(browser) as (page, _):
                total, transfer = one_upload(page, f"{server.url}/pixels", file, width)
            samples.append((total, transfer, *bare(data)))
    parts = [statistics.median(column) for column in zip(*samples[1:], strict=True)]
    total, transfer, *work = parts
    names = ("transfer", "recognise", "decode", "encode")
    rows: list[tuple[object, ...]] = [
        ("until drawn", total, table.verdict(total, GOAL_MS)),
        *((f"  {name}", ms, "") for name, ms in zip(names, (transfer, *work), strict=True)),
        ("  rest", total - transfer - sum(work), ""),
    ]
    table.show(
        f"Upload of a 12 MP JPEG of {len(data) / 1e6:.1f} MB (medians of {ROUNDS - 1})",
        ("part", "ms", f"< {GOAL_MS} ms"), rows,
        "all rounds, ms: " + ", ".join(f"{sample[0]:.0f}" for sample in samples),
    )  # fmt: skip


if __name__ == "__main__":
    main()
