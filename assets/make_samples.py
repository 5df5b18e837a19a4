"""Make the samples of `assets/samples`: run `python assets/make_samples.py` in the repository.

Everything is computed from formulas and fixed seeds, so the files can be made again bit for bit
(the same versions of Pillow and NumPy assumed).
"""

from __future__ import annotations

import csv
import wave
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

OUT = Path(__file__).parent / "samples"


def zone_plate(size: int = 512) -> None:
    """cos(pi r^2 / size): the local frequency grows from 0 to 0.5 cycles a pixel at the border."""
    y, x = np.mgrid[:size, :size] - size // 2
    wave_ = np.cos(np.pi * (x**2 + y**2) / size)
    Image.fromarray(np.rint(127.5 + 127.5 * wave_).astype(np.uint8)).save(OUT / "zone-plate.png")


def stripes(size: int = 256) -> None:
    """Two waves: 8 across and 20 along a slope; four bright points in the spectrum, and the mean."""
    y, x = np.mgrid[:size, :size]
    a = np.cos(2 * np.pi * 8 * x / size)
    b = np.cos(2 * np.pi * (12 * x + 16 * y) / size)
    Image.fromarray(np.rint(127.5 + 70 * a + 50 * b).astype(np.uint8)).save(OUT / "stripes.png")


def gradient16() -> None:
    """Every one of the 65,536 values of a 16-bit sample once, in reading order."""
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    Image.fromarray(values).save(OUT / "gradient16.png")


def pixel_art() -> None:
    """A steaming cup, 32 x 32, as indices into a palette of 16 colours."""
    image = Image.new("P", (32, 32), 0)
    image.putpalette(
        bytes.fromhex(
            "e8eef2 20242c 5a3a22 8a5a33 c08a52 e8c48c ffffff d0d6da"
            "9aa4ac 5c666e 0072b2 56b4e9 d55e00 e69f00 009e73 cc79a7".replace(" ", "")
        )
    )
    draw = ImageDraw.Draw(image)
    draw.ellipse((3, 25, 28, 30), fill=8, outline=1)
    draw.rectangle((7, 12, 22, 25), fill=10, outline=1)
    draw.arc((19, 13, 28, 22), 270, 90, fill=1)
    draw.ellipse((7, 10, 22, 15), fill=2, outline=1)
    draw.ellipse((10, 11, 19, 13), fill=4)
    draw.line((9, 16, 9, 23), fill=11)
    for x, start in ((11, 2), (15, 4), (19, 1)):
        for y in range(start, start + 6):
            image.putpixel((x + (1 if y % 4 < 2 else 0), y), 7)
    image.save(OUT / "pixel-art.png", bits=4)


def notice() -> None:
    """A café's notice in English and Chinese, pinned up a little aslant, under a lamp on its left.

    The font is WenQuanYi Micro Hei (Debian package fonts-wqy-microhei 0.2.0-beta-3.1, Apache-2.0).
    """
    font = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
    sheet = Image.new("RGB", (460, 300), (250, 246, 232))
    draw = ImageDraw.Draw(sheet)
    lines = (
        ("Coffee and fresh bread", 34, 24, (90, 40, 20)),
        ("咖啡和新鲜面包", 40, 78, (90, 40, 20)),
        ("今日特价：拿铁 18 元", 32, 152, (176, 40, 20)),
        ("Open 8:00 to 20:00", 32, 208, (20, 60, 110)),
        ("欢迎光临", 30, 254, (20, 60, 110)),
    )
    for text, size, y, ink in lines:
        draw.text((230, y), text, ink, ImageFont.truetype(font, size), anchor="ma")
    wall = Image.new("RGB", (560, 420), (118, 96, 74))
    turned = sheet.rotate(12, Image.Resampling.BICUBIC, expand=True)
    mask = Image.new("L", sheet.size, 255).rotate(12, Image.Resampling.BICUBIC, expand=True)
    wall.paste(turned, (24, 16), mask)
    y, x = np.mgrid[:420, :560]
    light = 1.08 - 0.45 * np.hypot(x - 120, y - 60) / 560
    noise = np.random.default_rng(8).normal(0, 4, (420, 560, 1))
    lit = np.clip(np.asarray(wall) * light[..., None] + noise, 0, 255)
    Image.fromarray(np.rint(lit).astype(np.uint8)).save(OUT / "notice.jpg", quality=88)


def glass(size: int = 240) -> None:
    """Three overlapping discs, each half transparent, on nothing: RGBA."""
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    for colour, (x, y) in zip(
        ((213, 94, 0, 140), (0, 114, 178, 140), (0, 158, 115, 140)),
        ((90, 90), (150, 90), (120, 145)),
        strict=True,
    ):
        disc = Image.new("RGBA", image.size, (0, 0, 0, 0))
        ImageDraw.Draw(disc).ellipse((x - 65, y - 65, x + 65, y + 65), fill=colour)
        image = Image.alpha_composite(image, disc)
    image.save(OUT / "glass.png")


def clock(size: int = 96, frames: int = 12) -> None:
    """A hand going round in twelve frames."""
    pictures = []
    for frame in range(frames):
        image = Image.new("L", (size, size), 235)
        draw = ImageDraw.Draw(image)
        draw.ellipse((4, 4, size - 5, size - 5), outline=40, width=3)
        angle = 2 * np.pi * frame / frames - np.pi / 2
        tip = (size / 2 + 34 * np.cos(angle), size / 2 + 34 * np.sin(angle))
        draw.line((size / 2, size / 2, *tip), fill=20, width=4)
        pictures.append(image)
    pictures[0].save(
        OUT / "clock.gif", save_all=True, append_images=pictures[1:], duration=250, loop=0
    )


def spoon(rate: int = 16_000, seconds: float = 1.5) -> None:
    """A struck cup: five decaying partials of a free-free ring (ratios of n(n^2-1)/sqrt(n^2+1)).

    The ratios are those of a thin ring (A. E. H. Love, Mathematical Theory of Elasticity, 1892),
    a fair first model of a cup; a 3 ms burst of noise is the contact of the spoon.
    """
    t = np.arange(int(rate * seconds)) / rate
    orders = np.arange(2, 7)
    ratios = orders * (orders**2 - 1) / np.sqrt(orders**2 + 1)
    sound = sum(
        np.sin(2 * np.pi * 1150 * r / ratios[0] * t) * np.exp(-t * (5 + 4 * i)) / (i + 1)
        for i, r in enumerate(ratios)
        if 1150 * r / ratios[0] < rate / 2
    )
    click = np.random.default_rng(7).normal(size=t.size) * np.exp(-t / 0.003)
    y = sound + 0.5 * click
    y = np.concatenate([np.zeros(rate // 10), y * 0.8 / np.abs(y).max()])
    save("spoon", rate, y)


def save(name: str, rate: int, samples: np.ndarray) -> None:
    """Write samples of -1..1, (n,) or (n, channels), as WAV of 16 bits."""
    with wave.open(str(OUT / f"{name}.wav"), "wb") as file:
        file.setnchannels(samples.shape[1] if samples.ndim == 2 else 1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(samples * 32767).astype("<i2").tobytes())


def faded(samples: np.ndarray, rate: int, seconds: float = 0.01) -> np.ndarray:
    """The same without clicks at its ends: each faded over some hundredths of a second."""
    ramp = np.minimum(np.arange(len(samples)) / (seconds * rate), 1)
    return samples * ramp * ramp[::-1]


def tone(rate: int = 44_100, seconds: float = 2.0) -> None:
    """A pure tone of 440 Hz, the A by which orchestras tune (ISO 16)."""
    t = np.arange(int(rate * seconds)) / rate
    save("tone", rate, faded(0.5 * np.sin(2 * np.pi * 440 * t), rate))


def chirp(rate: int = 44_100, seconds: float = 4.0, low: float = 20, high: float = 21_000) -> None:
    """A tone that rises evenly from `low` to `high` Hz, nearly to half the sample rate."""
    t = np.arange(int(rate * seconds)) / rate
    phase = 2 * np.pi * (low * t + (high - low) * t**2 / (2 * seconds))
    save("chirp", rate, faded(0.5 * np.sin(phase), rate))


def left_right(rate: int = 22_050, seconds: float = 2.0) -> None:
    """Two channels: on the left a tone that rises from 300 to 3000 Hz, on the right one that falls."""
    t = np.arange(int(rate * seconds)) / rate
    rising = 2 * np.pi * (300 * t + 2700 * t**2 / (2 * seconds))
    falling = 2 * np.pi * (3000 * t - 2700 * t**2 / (2 * seconds))
    channels = [faded(0.5 * np.sin(phase), rate) for phase in (rising, falling)]
    save("left-right", rate, np.stack(channels, axis=1))


def strings(rate: int = 22_050, seconds: float = 0.4) -> None:
    """A scale of C major on plucked strings, by a delay line that averages two neighbours.

    K. Karplus and A. Strong, "Digital synthesis of plucked-string and drum timbres", 1983.
    """
    rng = np.random.default_rng(5)
    notes = []
    for semitone in (0, 2, 4, 5, 7, 9, 11, 12):
        period = round(rate / (261.63 * 2 ** (semitone / 12)) - 0.5)
        line, sound = rng.uniform(-1, 1, period), []
        while len(sound) < rate * seconds:
            sound.extend(line)
            line = 0.5 * (line + np.roll(line, 1))
        notes.append(faded(np.array(sound[: int(rate * seconds)]), rate, 0.004))
    scale = np.concatenate(notes)
    save("strings", rate, 0.8 * scale / np.abs(scale).max())


def vowels(rate: int = 16_000, seconds: float = 0.6) -> None:
    """A, I, U of a synthetic voice: pulses from 130 to 110 Hz through three resonances each.

    The resonances are the means of men in G. E. Peterson and H. L. Barney, "Control methods used in
    a study of the vowels", 1952; two poles for each, D. H. Klatt, "Software for a cascade/parallel
    formant synthesizer", 1980.
    """
    count = int(rate * seconds)
    spoken = []
    for formants in ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240)):
        turns = np.cumsum(np.linspace(130, 110, count) / rate)
        voice = np.diff(np.floor(turns), prepend=-1.0)  # one pulse a turn
        for frequency, bandwidth in zip((0, *formants), (200, 60, 90, 150), strict=True):
            radius = np.exp(-np.pi * bandwidth / rate)
            back = 2 * radius * np.cos(2 * np.pi * frequency / rate)
            out = np.zeros(count + 2)
            for n in range(count):
                gain = 1 - back + radius**2
                out[n + 2] = gain * voice[n] + back * out[n + 1] - radius**2 * out[n]
            voice = out[2:]
        spoken += [faded(0.8 * voice / np.abs(voice).max(), rate, 0.03), np.zeros(rate // 20)]
    save("vowels", rate, np.concatenate(spoken))


def cafe() -> None:
    """Forty visits of one day; the numbers are drawn, the relations between them are meant."""
    rng = np.random.default_rng(2026)
    drinks = {"espresso": 2.2, "cappuccino": 3.4, "tea": 2.6, "cocoa": 3.1}
    with (OUT / "cafe.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["time", "drink", "price", "temperature_c", "minutes_stayed", "tip"])
        minutes = np.sort(rng.integers(8 * 60, 18 * 60, 40))
        for minute in minutes:
            drink = str(rng.choice(list(drinks), p=[0.35, 0.35, 0.2, 0.1]))
            stayed = int(rng.gamma(4, 6)) + 3
            tip = round(float(rng.choice([0, 0.2, 0.5, 1.0])) * (1 + stayed / 60), 2)
            temperature = "" if rng.random() < 0.05 else round(float(rng.normal(66, 4)), 1)
            table.writerow(
                [
                    f"{minute // 60:02d}:{minute % 60:02d}",
                    drink,
                    drinks[drink],
                    temperature,
                    stayed,
                    tip,
                ]
            )


def iris() -> None:
    """R. A. Fisher's irises as scikit-learn has them, with a row of names and species as words."""
    from sklearn.datasets import load_iris

    found = load_iris()
    with (OUT / "iris.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["sepal_length", "sepal_width", "petal_length", "petal_width", "species"])
        for lengths, kind in zip(found.data.tolist(), found.target.tolist(), strict=True):
            table.writerow([*lengths, found.target_names[kind]])


def anscombe() -> None:
    """F. J. Anscombe, "Graphs in Statistical Analysis", 1973: four sets of eleven points."""
    x123 = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
    y = {
        "I": (8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68),
        "II": (9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74),
        "III": (7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73),
        "IV": (6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89),
    }
    x = dict.fromkeys(("I", "II", "III"), x123) | {"IV": (8,) * 7 + (19,) + (8,) * 3}
    with (OUT / "anscombe.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["set", "x", "y"])
        for name in y:
            table.writerows([name, *point] for point in zip(x[name], y[name], strict=True))


def simpson() -> None:
    """Within each course, more practice goes with fewer mistakes; over all courses, with more."""
    rng = np.random.default_rng(1951)
    with (OUT / "simpson.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["course", "hours_practised", "mistakes"])
        for name, hours, mistakes in (("easy", 4, 8), ("middle", 8, 20), ("hard", 12, 32)):
            practice = rng.normal(hours, 1.5, 40)
            found = mistakes - 2.5 * (practice - hours) + rng.normal(0, 2, 40)
            for pair in zip(practice, found, strict=True):
                table.writerow([name, round(float(pair[0]), 1), max(round(float(pair[1])), 0)])


def orders() -> None:
    """One sentence in two languages, with an accent, an emoji and a euro sign."""
    english = "One cappuccino and a crème brûlée, please. That is 7.60 €. Thank you! ☕\n"
    chinese = "请给我一杯卡布奇诺和一份焦糖布丁。一共 7.60 €。谢谢！☕\n"
    (OUT / "order.txt").write_text(english, encoding="utf-8")
    (OUT / "order-zh.txt").write_text(chinese, encoding="utf-8")


def icon(cell: int = 16) -> None:
    """The app's icon: four cells in the colours of the four kinds of data."""
    colours = ((230, 159, 0), (0, 114, 178), (0, 158, 115), (204, 121, 167))
    image = Image.new("RGBA", (4 * cell, 4 * cell), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for place, colour in enumerate(colours):
        x, y = place % 2 * 2 * cell, place // 2 * 2 * cell
        draw.rounded_rectangle((x + 2, y + 2, x + 2 * cell - 3, y + 2 * cell - 3), 5, fill=colour)
    image.save(OUT.parent / "icon.png")


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    for make in (
        zone_plate,
        stripes,
        gradient16,
        pixel_art,
        notice,
        glass,
        clock,
        spoon,
        tone,
        chirp,
        left_right,
        strings,
        vowels,
        cafe,
        iris,
        anscombe,
        simpson,
        orders,
        icon,
    ):
        make()
