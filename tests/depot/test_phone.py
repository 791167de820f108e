"""Telephone numbers typed on a keypad. All numbers here are the numbering plans' own examples."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depot.phone import Phone, parse_phone

UNTIMED = settings(deadline=None)  # the first number waits for an import
MOBILE = Phone(e164="+4740612345", grouped="40 61 23 45", last4="2345")


@pytest.mark.parametrize(
    "typed",
    [
        "40612345",
        "406 12 345",
        "004740612345",
        "0047 40 61 23 45",
        "4740612345",
        "+47 406-12-345",
        " 40612345\r",
    ],
)
def test_a_norwegian_number_is_the_same_however_it_is_typed(typed: str) -> None:
    assert parse_phone(typed) == MOBILE


def test_a_fixed_line_will_do_also_on_svalbard() -> None:
    assert parse_phone("21234567") == Phone("+4721234567", "21 23 45 67", "4567")
    assert parse_phone("79123456") == Phone("+4779123456", "79 12 34 56", "3456")


def test_in_a_danish_depot_eight_digits_are_danish() -> None:
    assert parse_phone("34412345", "DK") == Phone("+4534412345", "34 41 23 45", "2345")
    assert parse_phone("004740612345", "DK") == Phone("+4740612345", "+47 40 61 23 45", "2345")


def test_a_foreign_number_keeps_its_country_when_shown_back() -> None:
    assert parse_phone("004534412345") == Phone("+4534412345", "+45 34 41 23 45", "2345")
    assert parse_phone("0046701234567") == Phone("+46701234567", "+46 70 123 45 67", "4567")
    assert parse_phone("00447400123456") == Phone("+447400123456", "+44 7400 123456", "3456")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "00",
        "+",
        "4061234",  # one digit too few
        "406123456",  # one too many
        "12345678",  # no such series
        "00000000",
        "112",
        "02800",  # a company's short number
        "80012345",  # free-phone
        "82012345",  # premium rate
        "0099912345678",  # no such country
        "4" * 1000,
    ],
)
def test_what_nobody_answers_is_asked_for_again(typed: str) -> None:
    assert parse_phone(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "４０６１２３４５",
        "٤٠٦١٢٣٤٥",
        "40612345 ext 3",
        "40612345;ext=3",
        "800FLOWERS",
        "4061\x002345",
        "40612345\x1b[2J",
        "tel:40612345",
    ],
)
def test_only_digits_make_a_number(typed: str) -> None:
    assert parse_phone(typed) is None


@UNTIMED
@given(st.text(st.characters(exclude_categories=())) | st.text("0123456789+ -", max_size=32))
def test_nothing_typed_raises(typed: str) -> None:
    phone = parse_phone(typed)
    assert phone is None or phone.e164.endswith(phone.last4)


@UNTIMED
@given(st.from_regex(r"[2-9][0-9]{7}", fullmatch=True))
def test_what_is_shown_back_are_the_digits_that_were_typed(typed: str) -> None:
    phone = parse_phone(typed)
    if phone is not None:
        assert phone.grouped.replace(" ", "") == typed
        assert phone.last4 == typed[-4:]
        assert parse_phone(phone.e164) == phone


def test_a_number_stays_out_of_tracebacks() -> None:
    assert "2345" not in f"{MOBILE!r} {MOBILE}"


def test_a_depot_in_no_country_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ValueError, match="norway"):
        parse_phone("40612345", "norway")
