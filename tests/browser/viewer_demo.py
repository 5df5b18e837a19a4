"""Mounts the viewer with pictures whose every number is known; ``?scene=`` chooses which."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def landscape(height: int = 1200, width: int = 1600) -> np.ndarray:
    """A made-up dusk over hills, [shape=(H, W, 3)] uint8, with a little seeded noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = y / height, x / width
    sky = np.stack([250 - 150 * (1 - y), 150 - 40 * y + 20 * x, 120 + 90 * (1 - y)], -1)
    sun = np.exp(-((x - 0.68) ** 2 * (width / height) ** 2 + (y - 0.38) ** 2) / 0.006)
    sky += sun[..., None] * np.array([120, 110, 40], np.float32)
    for k, colour in enumerate([(126, 92, 120), (74, 70, 98), (32, 44, 60)]):
        ridge = 0.52 + 0.14 * k + 0.05 * np.sin(x * (7 + 4 * k) + k) + 0.02 * np.sin(x * 31 + 2 * k)
        sky = np.where(
            (y > ridge)[..., None], np.array(colour, np.float32) * (1.2 - 0.3 * y[..., None]), sky
        )
    sky += np.random.default_rng(7).normal(0, 3, sky.shape)
    return np.clip(sky, 0, 255).astype(np.uint8)


def gray(rgb: np.ndarray) -> np.ndarray:
    """Plain mean of the channels, [shape=(H, W)] uint8."""
    return rgb.mean(axis=2).astype(np.uint8)


def main() -> None:
    """Draw the scene that the URL names."""
    import streamlit as st

    from components.viewer import Circle, Histogram, Matrix, Paint, Pane, viewer

    st.set_page_config("viewer demo", layout="wide")
    st.title("Viewer demo")
    scene = st.query_params.get("scene", "pair")
    notation = st.segmented_control("notation", ["dec", "hex", "unit"], default="dec") or "dec"
    big = {"big": (3000, 4000), "huge": (6000, 8400)}.get(scene, (1200, 1600))
    rgb = st.cache_resource(landscape, max_entries=2)(*big)
    mono = st.cache_resource(gray, max_entries=2)(rgb) if scene in ("pair", "matrix") else None
    tall = 420
    photo = Pane("rgb", rgb, "original", "A dusk over three rows of hills.", f"rgb{big}")
    cut = st.slider("cut", 0, 255, 128) if scene == "pair" else 0
    if scene == "swap":
        other = st.toggle("other")
        shown = np.ascontiguousarray(rgb[:, ::-1]) if other else rgb
        panes = [Pane("rgb", shown, "picture", "A dusk, or its mirror image.", f"swap{other}")]
    elif scene == "pair":
        bright = (mono > cut) if scene == "pair" else None
        panes = [
            photo,
            Pane("gray", mono, "grey", "The same dusk in grey.", "gray"),
            Pane("bright", bright, f"grey > {cut}", "Which pixels are bright.", f"bright{cut}",
                 lossy=False),
        ]  # fmt: skip
    elif scene == "matrix":
        counts = np.stack([np.bincount(rgb[..., c].ravel(), minlength=256) for c in range(3)])
        panes = [
            photo,
            Matrix("numbers", "rgb", "numbers", "The numbers around the cursor."),
            Histogram("hist", "rgb", counts, 0, 255, "histogram", "How often each value occurs.",
                      channel_colours=("#D55E00", "#009E73", "#0072B2")),
        ]  # fmt: skip
    elif scene == "paint":
        small = gray(landscape(300, 400)).astype(np.float32)
        spectrum = np.log1p(np.abs(np.fft.fftshift(np.fft.fft2(small)))).astype(np.float32)
        ramp = np.linspace(0, 1, 256)
        lut = (np.stack([ramp**1.4, ramp, 0.4 + 0.5 * np.sin(ramp * 3)], 1) * 255).astype(np.uint8)
        panes = [
            Pane("small", small, "picture", "A small grey dusk.", "small", lo=0, hi=255),
            Pane("spectrum", spectrum, "spectrum", "Log magnitude.", "spectrum", group="spectrum",
                 lut=lut, circles=(Circle(200, 150, 60, label="r = 60"),),
                 paint=Paint(radius=12, mirror=True, token="dusk")),
        ]  # fmt: skip
    elif scene == "tiny":
        digit = (np.hypot(*np.mgrid[-9:10:28j, -9:10:28j]) * 30 % 256).astype(np.uint8)
        reduced = digit[::2, ::2]
        odd = np.array([[0.5, np.nan, -2.25], [1e-7, np.inf, 123456.0]], np.float32)
        panes = [
            Pane("digit", digit, "28 × 28", "Rings.", "digit"),
            Pane("half", reduced, "14 × 14", "Rings, every second pixel.", "half"),
            Pane("odd", odd, "float32", "Odd numbers.", "odd", group="odd"),
        ]
    elif scene == "strip":
        strip = np.arange(60000, dtype=np.uint16).reshape(3, 20000)
        panes = [Pane("strip", strip, "strip", "A ramp.", "strip")]
    else:
        panes = [photo]

    @st.fragment
    def view() -> None:
        st.session_state.runs = st.session_state.get("runs", 0) + 1
        link = st.query_params.get("view")
        state = viewer(
            panes,
            key=f"demo_{scene}",
            text={},
            accent="#0072B2",
            notation=notation,
            height=tall,
            view=tuple(float(v) for v in link.split(",")) if link else None,
        )
        st.caption("What Python knows")
        st.code(
            json.dumps({"pin": state.pin, "unpinned": state.unpinned, "strokes": state.strokes,
                        "view": state.view, "runs": st.session_state.runs}),
            language=None,
        )  # fmt: skip

    if scene != "pair" or st.toggle("show", value=True):
        view()


if __name__ == "__main__":
    main()
