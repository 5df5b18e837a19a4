"""The cache: bounded in bytes, one computation a key, read-only values, errors not kept."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.cache import ByteCache, size_of


def test_computes_a_key_once_for_many_threads() -> None:
    cache = ByteCache(10**6, workers=2)
    calls = []

    def compute() -> np.ndarray:
        calls.append(1)
        time.sleep(0.05)
        return np.arange(10)

    with ThreadPoolExecutor(16) as pool:
        values = list(pool.map(lambda _: cache.get("k", compute), range(16)))
    assert len(calls) == 1
    assert all(value is values[0] for value in values)


def test_stays_within_its_bytes_and_forgets_the_least_recently_used() -> None:
    cache = ByteCache(10_000)
    for number in range(50):
        cache.get(f"k{number}", lambda: np.zeros(1000, np.uint8))
        assert cache.used_bytes <= 10_000
        cache.get("k0", lambda: np.zeros(1000, np.uint8))
    assert "k0" in cache
    assert "k1" not in cache


def test_a_value_over_the_budget_is_returned_and_not_kept() -> None:
    cache = ByteCache(1000)
    assert cache.get("big", lambda: np.zeros(5000, np.uint8)).size == 5000
    assert len(cache) == 0


def test_values_are_read_only_inside_containers_too() -> None:
    pair = ByteCache().get("pair", lambda: (np.zeros(3), [np.ones(2)]))
    with pytest.raises(ValueError, match="read-only"):
        pair[0][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        pair[1][0][0] = 5


def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    cache = ByteCache(workers=1)
    started = threading.Event()

    def fail() -> None:
        started.set()
        time.sleep(0.05)
        raise ValueError("no")

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(cache.get, "k", fail) for _ in range(4)]
        for future in futures:
            with pytest.raises(ValueError, match="no"):
                future.result(timeout=60)
    assert cache.get("k", lambda: 7) == 7


def test_no_more_computations_at_once_than_workers() -> None:
    cache = ByteCache(workers=2)
    lock, running, peak = threading.Lock(), 0, 0

    def compute() -> int:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda n: cache.get(str(n), compute), range(12)))
    assert peak <= 2


def test_size_counts_buffers() -> None:
    assert size_of(np.zeros((100, 100), np.float32)) >= 40_000
    assert size_of((np.zeros(1000, np.uint8), np.zeros(1000, np.uint8))) >= 2000
