"""A picture of labels is read: whatever lies how, and with what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import segno
from zxingcpp import BarcodeFormat as Format

from depot.codes import Gtin, Udi
from labels.reading.stills import read
from labels.reading.values import Code, Symbology
from scripts.bench.yardstick.photographs import CONDITIONS, own_label, photograph
from tests.labels.reading.pictures import (
    CARD,
    ITEM,
    OTHER,
    Grey,
    code39,
    code128,
    ean8,
    ean13,
    qr,
    squares,
    together,
    turned,
    upca,
    written,
)

UDI_READABLE, UDI = "(01)07038010000010(21)SER1(10)LOT9", "010703801000001021SER1\x1d10LOT9"


def texts(grey: Grey) -> set[str]:
    return {code.text for code in read(grey)}


def only(grey: Grey) -> Code:
    (code,) = read(grey)
    return code


@pytest.mark.parametrize(
    ("picture", "text", "symbology", "aim", "kind"),
    [
        pytest.param(code128(ITEM), ITEM, "code128", "]C0", "item", id="Code 128"),
        pytest.param(qr(ITEM), ITEM, "qr", "]Q1", "item", id="QR"),
        pytest.param(qr(CARD), CARD, "qr", "]Q1", "card", id="a card"),
        pytest.param(qr(f"HTTPS://A.EXAMPLE/{ITEM}"), f"HTTPS://A.EXAMPLE/{ITEM}", "qr", "]Q1", "item", id="web"),
        pytest.param(code39("123456"), "123456", "code39", "]A0", "nav", id="Code 39"),
        pytest.param(code128("SN-0042177"), "SN-0042177", "code128", "]C0", "unreadable", id="a serial number"),
        pytest.param(ean13("703801000001"), "7038010000010", "ean13", "]E0", "gtin", id="EAN-13"),
        pytest.param(ean8("9638507"), "96385074", "ean8", "]E4", "gtin", id="EAN-8"),
        pytest.param(upca("03600029145"), "0036000291452", "ean13", "]E0", "gtin", id="UPC-A"),
        pytest.param(written("01234565", Format.UPCE), "0012345000065", "upce", "]E0", "gtin", id="UPC-E"),
        pytest.param(written("HMI-0042", Format.DataMatrix), "HMI-0042", "datamatrix", "]d1", "unreadable", id="DM"),
    ],
)  # fmt: skip
def test_every_symbology_that_is_expected_is_read(
    picture: Grey, text: str, symbology: str, aim: str, kind: str
) -> None:
    code = only(picture)
    assert (code.text, code.symbology, code.aim, code.kind) == (text, symbology, aim, kind)


@pytest.mark.parametrize(
    "kind",
    [
        Format.ITF,
        Format.Codabar,
        Format.DataBar,
        Format.PDF417,
        Format.Aztec,
        Format.Code93,
        Format.MicroQRCode,
    ],
)
def test_what_nobody_here_prints_is_not_looked_for(kind: Format) -> None:
    text = {Format.Codabar: "A12345678B", Format.MicroQRCode: "123456"}.get(kind, "7038010000010")
    assert read(written(text, kind)) == ()


@pytest.mark.parametrize(
    ("kind", "aim"), [(Format.Code128, "]C1"), (Format.DataMatrix, "]d2"), (Format.QRCode, "]Q3")]
)
def test_gs1_data_keep_their_separator_and_say_that_they_are_gs1(kind: Format, aim: str) -> None:
    code = only(written(UDI_READABLE, kind, gs1=True))
    assert (code.text, code.aim, code.kind) == (UDI, aim, "udi")
    assert code.scan == Udi("07038010000010", serial="SER1", batch="LOT9")


def test_a_upc_a_and_the_ean_13_that_it_is_are_one_product() -> None:
    as_upc, as_ean = only(upca("03600029145")), only(ean13("003600029145"))
    assert as_upc.scan == as_ean.scan == Gtin("00036000291452")


def test_a_qr_code_says_what_it_says_in_any_alphabet() -> None:
    assert only(qr("Gåstol æøå, 車いす", encoding="utf-8")).text == "Gåstol æøå, 車いす"


def test_a_part_of_a_qr_code_in_parts_is_read_as_a_part() -> None:
    parts = [only(squares(one)).text for one in segno.make_sequence(f"{ITEM} " * 9, symbol_count=3)]
    assert "".join(parts).rstrip("\0") == f"{ITEM} " * 9


@pytest.mark.parametrize("dots", [1, 2, 3])
def test_a_print_of_a_dot_or_more_a_module_is_read(dots: int) -> None:
    assert texts(code128(ITEM, dots=dots)) == texts(qr(ITEM, dots=dots)) == {ITEM}


@pytest.mark.parametrize("dots_per_inch", [203, 300])
def test_a_label_is_read_as_a_printer_prints_it(dots_per_inch: int) -> None:
    """Code 128 of 3 and 4 dots a module, QR of 0.5 mm."""
    dots = {203: 3, 300: 4}[dots_per_inch]
    label = together(code128(ITEM, dots=dots), qr(ITEM, dots=round(dots_per_inch * 0.5 / 25.4)))
    assert {(code.text, code.symbology) for code in read(label)} == {
        (ITEM, Symbology.CODE128),
        (ITEM, Symbology.QR),
    }


@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_a_label_may_lie_in_any_direction(degrees: int) -> None:
    assert texts(turned(code128(ITEM), degrees)) == {ITEM}


def test_where_a_code_is_is_told_in_the_pictures_own_pixels() -> None:
    label = np.pad(qr(ITEM, dots=5), ((300, 0), (1100, 0)), constant_values=255)
    code = only(label)
    assert "small" in code.by, "or nothing had to be led back to the picture"
    assert np.allclose(code.corners, [(1160, 360), (1265, 360), (1265, 465), (1160, 465)], atol=4)


def test_bars_that_were_turned_to_be_read_are_where_they_are() -> None:
    at = np.array(only(turned(code128(ITEM), 40)).corners)
    side = int(np.hypot(*code128(ITEM).shape)) + 2
    assert np.allclose(at.mean(axis=0), (side / 2, side / 2), atol=25)


def test_several_labels_in_one_picture_are_all_read() -> None:
    assert texts(together(code128(ITEM), qr(OTHER), ean13("703801000001"))) == {ITEM, OTHER, "7038010000010"}


def test_light_on_dark_is_read_too() -> None:
    assert texts(255 - qr(ITEM)) == {ITEM}


@pytest.mark.parametrize(
    "condition", [name for name in CONDITIONS if name not in ("hard", "covered", "glare")]
)
def test_our_label_is_read_as_a_camera_sees_it(condition: str) -> None:
    for seed in range(3):
        rng = np.random.default_rng([7, seed])
        shot = CONDITIONS[condition](rng)
        seen = photograph(own_label(ITEM), replace(shot, per_mm=min(shot.per_mm, 7.5)), rng, frame=(640, 640))
        assert texts(seen) == {ITEM}, f"{condition}, picture {seed}"


def test_time_is_bounded_by_what_is_given() -> None:
    """With none, there is one look: enough for a label like this, and not for one that must be turned."""
    assert texts(code128(ITEM)) == {ITEM}
    assert [code.text for code in read(code128(ITEM), budget_ms=0)] == [ITEM]
    assert read(turned(code128(ITEM), 40), budget_ms=0) == ()


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 4000), (4000, 1), (3, 3), (8, 70_000), (70_000, 8), (3000, 3), (40, 40)]
)
def test_a_picture_of_any_shape_may_hold_nothing(shape: tuple[int, int]) -> None:
    assert read(np.full(shape, 200, dtype=np.uint8)) == ()


@pytest.mark.parametrize(
    "wrong", [np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32), np.zeros((0, 4), np.uint8)]
)
def test_what_is_no_grey_picture_is_a_mistake_of_the_program(wrong: Grey) -> None:
    with pytest.raises(ValueError, match="Expected rows and columns of uint8, got"):
        read(wrong)


def test_what_a_card_says_is_in_no_log_and_no_traceback() -> None:
    code = only(qr(CARD))
    assert CARD not in repr(code) + str(code) + code.loggable
    assert code.loggable == "qr card"
