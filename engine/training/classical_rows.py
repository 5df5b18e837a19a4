"""Examples as rows of numbers: by rules that somebody thought of, or by what a network has learnt.

By rules: the gray levels themselves; histograms of oriented gradients (N. Dalal and B. Triggs, 2005), by
scikit-image; means and deviations of cepstral coefficients (S. Davis and P. Mermelstein, 1980). What a
network has learnt: `engine.training.backbone.embeddings` and `engine.training.texttune.batch_vectors`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.sound.logmel import RATE, at_16_khz, whisper_frames
from engine.sound.mfcc import (
    dct_frames,
    energies_to_db,
    mel_energies,
    power_of_frames,
    window_frames,
)
from engine.sound.read import mean_of_channels, read_clip, stated
from engine.training.ownset import decoded_files

RAW_SIDE = 28  # pixels of the side of a picture whose gray levels are taken as they are
HOG_CELLS = 8  # cells along a side
HOG_DIRECTIONS = 9
COEFFICIENTS = 20  # of each frame
MEL_BANDS = 40


def gray_levels(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The mean of the three channels, 0..1: float64 (n, side, side)."""
    return pictures.mean(axis=3) / 255


def raw_rows(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The gray levels of small copies, row after row: float32 (n, 784), 0..1.

    Parameters
    ----------
    pictures : uint8 array [shape=(n, side, side, 3)].
    """
    size = (RAW_SIDE, RAW_SIDE)
    small = [
        np.asarray(Image.fromarray(picture).convert("L").resize(size, Image.Resampling.BILINEAR))
        for picture in pictures
    ]
    return (np.stack(small).reshape(len(small), -1) / 255).astype(np.float32)


def hog_rows(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Histograms of the directions of edges, in 8 x 8 cells: float32 (n, 1764).

    Neighbouring cells, 2 x 2 of them, are scaled together, so 49 such blocks of 4 times 9 directions.

    Parameters
    ----------
    pictures : uint8 array [shape=(n, side, side, 3)], at least 16 pixels a side.
    """
    from skimage.feature import hog

    cell = pictures.shape[1] // HOG_CELLS
    rows = [
        hog(
            gray[: cell * HOG_CELLS, : cell * HOG_CELLS],
            orientations=HOG_DIRECTIONS,
            pixels_per_cell=(cell, cell),
            cells_per_block=(2, 2),
        )
        for gray in gray_levels(pictures)
    ]
    return np.stack(rows).astype(np.float32)


def mfcc_of_file(data: bytes) -> NDArray[np.float32]:
    """Mean and standard deviation over time of the cepstral coefficients of a sound: float32 (40,)."""
    wave = mean_of_channels(read_clip(data, seconds=30))
    frames = window_frames(whisper_frames(at_16_khz(wave, sample_rate=stated(data)[0])))
    mel = mel_energies(power_of_frames(frames), sample_rate=RATE, bands=MEL_BANDS)
    found = dct_frames(energies_to_db(mel), count=COEFFICIENTS)  # (20, frames)
    return np.concatenate([found.mean(axis=1), found.std(axis=1)]).astype(np.float32)


def mfcc_rows(set_file: bytes) -> NDArray[np.float32]:
    """The sounds of a set (`engine.training.ownset`) in the order of `sound_set`: float32 (n, 40)."""
    return np.stack(decoded_files(set_file, mfcc_of_file)[0])
