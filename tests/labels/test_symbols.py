"""Bar codes in printer dots: whole ones, wide enough to be read, and where a scanner can tell them apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from depot.own import Kind, mint
from depot.words import words_in
from labels import raster, sheet, symbols
from labels.designs import DESIGNS
from labels.media import MEDIA
from labels.says import Asset
from labels.sheet import Drawn, Setup
from labels.symbols import MM_PER_INCH, NARROWEST_MM, WIDEST_MM, Symbol, Symbology, module_dots
from tests.labels.examples import HOUSE, ITEM

CODES = [mint(Kind.ITEM, f"{number:07d}") for number in range(0, 9999999, 370370)]


def test_a_code_of_ours_is_as_many_modules_wide_as_the_house_says() -> None:
    for code in CODES:
        assert (symbols.code128(code).width, symbols.code128(code).height) == (123, 1)
        assert (symbols.qr(code).width, symbols.qr(code).height) == (21, 21)
        assert symbols.datamatrix(code).width == 14


@pytest.mark.parametrize("dpi", [180, 203, 300, 600])
@pytest.mark.parametrize("make", [symbols.code128, symbols.qr, symbols.datamatrix])
def test_a_module_is_whole_dots_and_never_too_fine_nor_too_wide_for_its_room(
    dpi: int, make: Callable[[str], Symbol]
) -> None:
    symbol = make(ITEM)
    for tenths in range(20, 1100, 3):
        room = tenths / 10
        dots = module_dots(symbol, room, dpi)
        if dots:
            module = dots * MM_PER_INCH / dpi
            assert NARROWEST_MM[symbol.symbology] <= module <= WIDEST_MM[symbol.symbology] + 1e-9
            assert module * (symbol.width + 2 * symbol.quiet) <= room + 1e-9


def test_at_203_dots_a_code_128_is_three_dots_and_on_narrow_labels_two() -> None:
    bars = symbols.code128(ITEM)
    assert module_dots(bars, 54.0, 203) == 3
    assert module_dots(bars, 51.0, 203) == 2
    assert module_dots(bars, 35.0, 203) == 0


@pytest.mark.parametrize(
    ("medium", "dots"), [("54x25", 3), ("51x25", 2), ("62x29", 4), ("102x51", 3), ("51x19", 4), ("17x54", 4)]
)
def test_on_a_roll_every_bar_is_whole_dots_in_what_the_printer_gets(medium: str, dots: int) -> None:
    seen: list[Drawn] = []
    one = MEDIA[medium]
    words = words_in("nb")
    labels = [(Asset(code, "Stokk", HOUSE), words) for code in CODES[:6]]
    document, _ = sheet.document(labels, DESIGNS["asset"], Setup(one, one.dpi), each=seen.append)
    for page, label, code in zip(raster.dots(document, one.dpi), seen, CODES, strict=False):
        (mark,) = [mark for mark in label.marks if mark.symbology is Symbology.CODE128]
        middle = round((mark.y + mark.height / 2) * one.dpi / MM_PER_INCH)
        row = np.asarray(page)[middle]
        dark = np.flatnonzero(~row)
        runs = np.flatnonzero(np.diff(row.astype(int)))
        assert set(np.diff(runs) % dots) == {0}, "a bar or a gap that is no whole number of modules"
        assert dark[-1] - dark[0] + 1 == 123 * dots
        assert mark.said == code


def test_a_page_of_a_roll_is_as_many_dots_as_its_label() -> None:
    for name in ("54x25", "102x51", "62x29", "89x28"):
        one = MEDIA[name]
        document, _ = sheet.document(
            [(Asset(ITEM, "Stokk", HOUSE), words_in("nb"))], DESIGNS["asset"], Setup(one, one.dpi)
        )
        (page,) = raster.dots(document, one.dpi)
        assert page.size == (
            round(one.width * one.dpi / MM_PER_INCH),
            round(one.height * one.dpi / MM_PER_INCH),
        )
