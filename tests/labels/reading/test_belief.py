"""Nothing is read that is not there: neither out of labels that can hardly be seen, nor out of bookshelves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from depot.own import LETTERS
from labels.reading.belief import Findings
from labels.reading.stills import read
from labels.reading.values import Code, Corners, Symbology
from scripts.bench.yardstick.photographs import (
    Shot,
    beside,
    codeless,
    ean13,
    own_code,
    photograph,
)
from scripts.bench.yardstick.photographs import code128 as drawn_code128
from tests.labels.reading.pictures import ITEM, OTHER, code39, code128, qr

HERE: Corners = ((10, 10), (400, 10), (400, 60), (10, 60))
THERE: Corners = ((10, 100), (400, 100), (400, 160), (10, 160))


def said(
    text: str, symbology: Symbology = Symbology.CODE128, corners: Corners = HERE, by: str = "zxing a"
) -> Code:
    return Code(text, symbology, "]C0", corners, by)


def believed(*looks: list[Code]) -> list[str]:
    findings = Findings()
    for look in looks:
        findings.add(look)
    return [code.text for code in findings.codes]


# --- the rules ---


def test_a_code_of_ours_is_believed_at_once() -> None:
    assert believed([said(ITEM)]) == [ITEM]


@pytest.mark.parametrize("letter", [one for one in LETTERS if one != ITEM[9]])
def test_bars_like_ours_with_another_check_letter_are_never_believed(letter: str) -> None:
    wrong = said(ITEM[:9] + letter)
    assert believed(*[[wrong]] * 8) == []


def test_bars_like_ours_with_a_wrong_check_digit_are_never_believed() -> None:
    wrong = said("D00042178" + ITEM[9])
    assert believed(*[[wrong]] * 8) == []


def test_other_bars_take_two_looks_that_agree() -> None:
    assert believed([said("SN-0042177")]) == []
    assert believed([said("SN-0042177")], [said("SN-0042171")]) == []
    assert believed([said("SN-0042177")], [], [said("SN-0042177")]) == ["SN-0042177"]


def test_the_same_twice_in_one_look_is_one_look() -> None:
    assert believed([said("SN-0042177"), said("SN-0042177", corners=THERE)]) == []


NARROW: Corners = ((10, 10), (210, 10), (210, 60), (10, 60))


def ean(digits: str, corners: Corners = NARROW) -> list[Code]:
    return [said(digits, Symbology.EAN13, corners)]


def test_an_ean_with_little_more_than_two_pixels_a_module_takes_more() -> None:
    assert believed(*[ean("7038010000010", HERE)] * 2) == ["7038010000010"]
    assert believed(*[ean("7038010000010")] * 3) == []
    assert believed(*[ean("7038010000010")] * 4) == ["7038010000010"]


def test_such_an_ean_is_not_believed_against_a_single_other_look() -> None:
    far: Corners = ((10, 410), (210, 410), (210, 460), (10, 460))
    assert believed(*[ean("7038010000010")] * 4, ean("0031090232064")) == []
    assert believed(*[ean("7038010000010")] * 4, ean("0031090232064", far)) == ["7038010000010"]


@pytest.mark.parametrize("symbology", [Symbology.CODE128, Symbology.CODE39, Symbology.DATA_MATRIX])
def test_short_codes_are_none(symbology: Symbology) -> None:
    assert believed(*[[said("12345", symbology)]] * 8) == []
    assert believed(*[[said("123456", symbology)]] * 8) == ["123456"]


def test_a_qr_code_may_be_short_and_not_empty() -> None:
    assert believed([said("7", Symbology.QR), said("", Symbology.QR)]) == ["7"]


def test_of_two_codes_in_one_place_neither_is_believed() -> None:
    across: Corners = ((200, 0), (200, 80), (201, 80), (201, 0))
    assert believed([said(ITEM), said(OTHER)]) == []
    assert believed([said(ITEM)], [said(OTHER, corners=across)]) == []
    assert believed([said(ITEM), said(OTHER, corners=THERE)]) == [ITEM, OTHER]


def test_who_knows_the_aim_identifier_is_quoted() -> None:
    findings = Findings()
    for by in ("zbar upright", "zxing small"):
        findings.add([said("SN-0042177", by=by)])
    assert [code.by for code in findings.codes] == ["zxing small"]


# --- the rules at work ---


def test_a_misprinted_label_of_ours_is_no_code_of_ours() -> None:
    wrong = ITEM[:9] + "D"
    assert read(code128(wrong)) == read(code39(wrong)) == ()
    assert [(code.text, code.kind) for code in read(qr(wrong))] == [(wrong, "unreadable")]


def test_near_the_limit_of_what_can_be_seen_no_wrong_code_is_ever_told() -> None:
    """1.3 to 2 pixels a module, where readers are wrong in 2 to 6 of 100 (measured)."""
    rng = np.random.default_rng(11)
    right = 0
    for _ in range(240):
        code = own_code(rng)
        shot = Shot(
            per_mm=rng.uniform(1.3, 2.0) / 0.35,
            turn=rng.uniform(-8, 8),
            blur=rng.uniform(0.7, 1.1),
            noise=rng.uniform(2, 9),
        )
        found = read(photograph(beside(drawn_code128(code)), shot, rng, frame=(330, 150)))
        assert {one.text for one in found} <= {code}
        right += len(found)
    assert right > 60, "or this is beyond the limit, and shows nothing"


def test_a_slanted_ean_13_is_not_taken_for_the_upc_e_in_its_half() -> None:
    rng = np.random.default_rng(12)
    for _ in range(40):
        shot = Shot(per_mm=9, turn=rng.uniform(20, 70))
        found = read(photograph(beside(ean13("703801000001")), shot, rng, frame=(480, 480)))
        assert [code.text for code in found] == ["7038010000010"]


def test_what_only_looks_like_a_code_is_none() -> None:
    for picture in codeless(0):
        assert read(picture.grey) == (), picture.what


def test_half_a_label_is_none() -> None:
    whole = code128(ITEM)
    for part in pairwise(np.linspace(0, whole.shape[1], 4).astype(int)):
        assert read(np.pad(whole[:, slice(*part)], 40, constant_values=255)) == ()
