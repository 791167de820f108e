"""The sheet that shows how a scanner is set up: printed codes say exactly what the test page looks for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from depot.scanner_sheet import SHEET, Printed
from depot.words import words_in
from labels import raster, sheet, symbols
from labels.designs import DESIGNS
from labels.media import MEDIA
from labels.reading.stills import read
from labels.says import ScannerSheet
from labels.sheet import Drawn, Setup
from labels.symbols import MM_PER_INCH

COMMITTED = Path(__file__).parents[2] / "docs" / "scanners"
AIMS = {Printed.CODE128: "]C0", Printed.GS1_128: "]C1", Printed.QR: "]Q1"}


def drawn(dpi: int) -> tuple[bytes, Drawn]:
    seen: list[Drawn] = []
    document, _ = sheet.document(
        [(ScannerSheet(), words_in("nb"))], DESIGNS["scanner"], Setup(MEDIA["a4"], dpi), each=seen.append
    )
    return document, seen[0]


def read_from(document: bytes | Path, dpi: int) -> set[tuple[str, str]]:
    (page,) = raster.pages(document, dpi)
    return {(code.text, code.aim) for code in read(np.asarray(page))}


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_code_is_read_from_a_printers_dots_with_its_mark_of_the_symbology(dpi: int) -> None:
    document, _ = drawn(dpi)
    assert read_from(document, dpi) == {(code.text, AIMS[code.printed]) for code in SHEET}


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_bars_are_wide_enough_for_cheap_scanners_and_short_enough_for_their_windows(dpi: int) -> None:
    _, label = drawn(dpi)
    bars = [
        mark for mark in label.marks if mark.what == "code" and mark.symbology == symbols.Symbology.CODE128
    ]
    made = [
        symbols.gs1_128(code.text) if code.printed is Printed.GS1_128 else symbols.code128(code.text)
        for code in SHEET
        if code.printed is not Printed.QR
    ]
    for mark, symbol in zip(bars, made, strict=True):
        dots = mark.width / (symbol.width + 2 * symbol.quiet) * dpi / MM_PER_INCH
        assert dots == pytest.approx(round(dots))
        assert dots * MM_PER_INCH / dpi >= 0.25
        assert mark.width <= 80  # the window of the usual hand scanner that has no laser


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_committed_sheet_bears_the_codes_of_today(language: str) -> None:
    assert read_from(COMMITTED / f"sheet-{language}.pdf", 300) == {
        (code.text, AIMS[code.printed]) for code in SHEET
    }


def test_gs_in_a_gs1_128_is_fnc1_and_not_a_character() -> None:
    """As a character it would be a plain Code 128 of the same text, longer by what switches the character set."""
    fields = SHEET[3].text
    assert symbols.gs1_128(fields).rows != symbols.code128(fields).rows
    assert symbols.gs1_128(fields).text == fields
