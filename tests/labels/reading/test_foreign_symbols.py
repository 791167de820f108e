"""Real symbols of other people: drawn by other hands, read from their picture, and told for what they are."""

from __future__ import annotations

from datetime import date

import barcode
import pytest
from zxingcpp import BarcodeFormat as Format

from depot.codes import Giai, Grai, Gtin, ItemCode, NavLabel, Scan, Udi, Unreadable, UnreadableReason, parse
from labels.reading.stills import read
from tests.labels.reading.pictures import ITEM, Grey, bars, code39, code128, ean8, ean13, qr, upca, written

OURS = "07038010021145"
DEVICE = f"(01){OURS}(17)300200(10)L7(21)aB-12"
MEANS = Udi(OURS, serial="aB-12", batch="L7", expires=date(2030, 2, 28))


def gs1_128(text: str) -> Grey:
    """Bars by python-barcode, which puts FNC1 in front by itself and takes U+00F1 for one further on."""
    return bars(barcode.Gs1_128(text.replace("\x1d", "\xf1")).build()[0])


def with_check_character(text: str) -> Grey:
    """Code 39 as python-barcode draws it unless it is told not to: with its check character."""
    return bars(barcode.Code39(text).build()[0])


@pytest.mark.parametrize(
    ("picture", "means"),
    [
        pytest.param(gs1_128(f"01{OURS}17300200" + "10L7\x1d21aB-12"), MEANS, id="GS1-128"),
        pytest.param(written(DEVICE, Format.Code128, gs1=True), MEANS, id="GS1-128 by another hand"),
        pytest.param(written(DEVICE, Format.DataMatrix, gs1=True), MEANS, id="GS1 DataMatrix"),
        pytest.param(written(DEVICE, Format.QRCode, gs1=True), MEANS, id="GS1 QR"),
        pytest.param(qr(f"https://maker.example/no/gtin/{OURS}/lot/L7/ser/aB-12?exp=300200"), MEANS, id="Digital Link"),
        pytest.param(qr(f"HTTPS://ID.GS1.ORG/01/{OURS}"), Gtin(OURS), id="Digital Link in capitals"),
        pytest.param(ean13("703801002114"), Gtin(OURS), id="EAN-13"),
        pytest.param(ean8("7351353"), Gtin("00000073513537"), id="EAN-8"),
        pytest.param(upca("03600029145"), Gtin("00036000291452"), id="UPC-A"),
        pytest.param(written("06543217", Format.UPCE), Gtin("00065100004327"), id="UPC-E"),
        pytest.param(code39("123456 000789"), NavLabel("123456", "000789"), id="NAV in Code 39"),
        pytest.param(with_check_character("123456-000789"), NavLabel("123456", "000789"), id="NAV, mod 43"),
        pytest.param(code39("123456000789"), NavLabel("123456", "000789"), id="NAV without a sign between"),
        pytest.param(code128("123456/000789"), NavLabel("123456", "000789"), id="NAV in Code 128"),
        pytest.param(gs1_128("8004950110153ABC"), Giai("950110153ABC"), id="GIAI"),
        pytest.param(gs1_128(f"80047038010{ITEM}"), ItemCode(ITEM), id="GIAI of ours"),
        pytest.param(written(f"(8004)7038010{ITEM}", Format.QRCode, gs1=True), ItemCode(ITEM), id="GIAI of ours in QR"),
        pytest.param(gs1_128("800309501101531000R2"), Grai("9501101531000", "R2"), id="GRAI"),
        pytest.param(gs1_128("00106141412345678908"), Unreadable(UnreadableReason.PARCEL), id="SSCC"),
        pytest.param(code128("+H123PARTNO1234567890120"), Unreadable(UnreadableReason.OTHER_LABEL), id="HIBC"),
    ],
)  # fmt: skip
def test_a_symbol_means_the_same_to_the_camera_and_to_a_hand_scanner(picture: Grey, means: Scan) -> None:
    (code,) = read(picture)
    assert code.scan == means
    assert parse(code.aim + code.text + "\r\n", parted=True) == means


@pytest.mark.parametrize("separator", ["\x1d", "<GS>", "^]"])
def test_a_scanner_that_plays_keyboard_sends_it_in_its_own_way(separator: str) -> None:
    (code,) = read(gs1_128(f"01{OURS}17300200" + "10L7\x1d21aB-12"))
    assert parse(code.text.replace("\x1d", separator)) == MEANS
    assert parse(code.aim + code.text.replace("\x1d", separator)) == MEANS
