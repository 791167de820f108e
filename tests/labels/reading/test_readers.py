"""The two libraries behind the reading, at their worst."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import zxingcpp
from pyzbar import pyzbar

from labels.reading import readers
from labels.reading.stills import read
from labels.reading.views import Views
from scripts.bench.yardstick.photographs import Shot, beside, code128, photograph
from tests.labels.reading.pictures import ITEM, Grey, qr
from tests.labels.reading.pictures import code128 as printed

NOTHING = np.full((120, 160), 150, dtype=np.uint8)


@pytest.fixture
def without_zbar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system has no zbar: pyzbar says so by failing to import."""
    readers._pyzbar.cache_clear()
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    yield
    readers._pyzbar.cache_clear()


def test_without_zbar_everything_else_is_read_and_the_log_says_so_once(
    without_zbar: None, caplog: pytest.LogCaptureFixture
) -> None:
    assert read(NOTHING) == read(NOTHING) == ()
    assert {code.text for code in read(printed(ITEM))} == {ITEM}
    assert sum("without zbar" in one.message for one in caplog.records) == 1


def test_zbar_reads_bars_that_are_ours() -> None:
    view = Views(printed(ITEM)).upright
    assert view is not None
    (code,) = readers.zbar(view)
    assert (code.text, code.symbology, code.aim, code.kind) == (ITEM, "code128", "]C0", "item")


def test_zbar_is_shown_no_squares() -> None:
    """There it guesses alphabets and raises ValueError for one of several parts."""
    assert readers.zbar(Views(qr(ITEM)).whole) == []


def test_what_pyzbar_has_no_name_for_is_nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def unnamed(*_: object, **__: object) -> None:
        raise ValueError("4294967295 is not a valid ZBarOrientation")

    monkeypatch.setattr(pyzbar, "decode", unnamed)
    assert read(NOTHING) == ()


def test_a_text_of_zbars_that_is_not_ascii_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = pyzbar.Decoded("Gåstol".encode(), "CODE128", pyzbar.Rect(0, 0, 9, 9), [(0, 0), (9, 9)], 1, "UP")
    monkeypatch.setattr(pyzbar, "decode", lambda *_, **__: [odd])
    assert readers.zbar(Views(NOTHING).whole) == []


def test_a_library_that_fails_on_a_picture_is_logged_and_the_next_look_taken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    honest, calls = zxingcpp.read_barcodes, iter(range(100))

    def failing_first(*args: Any, **kwargs: Any) -> list[zxingcpp.Barcode]:
        if next(calls) == 0:
            raise RuntimeError("std::bad_alloc")
        return honest(*args, **kwargs)

    monkeypatch.setattr(zxingcpp, "read_barcodes", failing_first)
    with caplog.at_level(logging.WARNING):
        assert {code.text for code in read(printed(ITEM))} == {ITEM}
    assert "a look at a picture failed" in caplog.text


def test_no_reader_writes_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(4)
    noise: Grey = rng.integers(0, 256, (300, 400), dtype=np.uint8)
    blurred = photograph(beside(code128(ITEM)), Shot(blur=3), rng, frame=(480, 320))
    for picture in (noise, blurred, NOTHING):
        read(picture)
    assert capfd.readouterr() == ("", "")
