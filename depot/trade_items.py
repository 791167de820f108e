"""The digits of EAN and UPC symbols, in every length that scanners send them in, as the one number of 14 digits.

The same product's number comes as UPC-A with or without the zero that makes it an EAN-13, as UPC-E whole, without
its number system or its check digit, padded to 14 digits, with the two or five digits beside it. All of these are one
product, so all become its GTIN-14. What may be two products is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.upc import Upc

from depot.foreign import Family

LENGTHS = (8, 12, 13, 14)
"""Digits of a number that says all of itself."""

_BESIDE = re.compile(r"(?:[ +]|\]E[12])(?:[0-9]{2}|[0-9]{5})$")
_BEHIND = {15: 13, 18: 13, 17: 12}
"""How many digits are the product's where those beside it follow without a sign, by how many there are in all."""


def is_number(digits: str) -> bool:
    """Say whether these are the 8, 12, 13 or 14 digits of a product's number, by its check digit."""
    return len(digits) in LENGTHS and digits.isdigit() and _checks(digits)


def gtin14(text: str, family: Family | None) -> str | None:
    """Read the digits of an EAN or UPC symbol; None for what is no product's number, or may be two.

    Args:
        text: as it came.
        family: what the scanner says of the symbol. Only with that are 6, 7 and 11 digits a product's: without it six
            are an article of NAV's, and 11 may be a person's number.
    """
    digits = _BESIDE.sub("", text)
    digits = digits[: _BEHIND.get(len(digits), len(digits))]
    if not digits.isdigit() or not digits.isascii():
        return None
    if (
        family is Family.UPCE
        or (family is Family.EAN and len(digits) == 8)
        or _is_in_house_ean_8(digits, family)
    ):
        return _upc_e(digits) or _whole(digits)
    if (whole := _whole(digits)) is not None:
        return whole
    if len(digits) == 8 and family is None:
        return _upc_e(digits)
    if family is not Family.EAN:
        return None
    return _upc_e(digits) if len(digits) < 8 else _shortened(digits)


def _checks(digits: str) -> bool:
    return gs1_standard_check_digit(digits[:-1]) == int(digits[-1])


def _is_in_house_ean_8(digits: str, family: Family | None) -> bool:
    """Say whether eight digits would be, as EAN-8, some shop's own: GS1 gives out none that begins with 0."""
    return family is None and len(digits) == 8 and digits[0] == "0"


def _whole(digits: str) -> str | None:
    return digits.zfill(14) if is_number(digits) else None


def _shortened(digits: str) -> str | None:
    """Put the zero back that a UPC-A has lost; take off two digits beside it, where 14 are no number."""
    if len(digits) == 11 and _checks(digits):
        return digits.zfill(14)
    return _whole(digits[:12]) if len(digits) == 14 else None


def _upc_e(digits: str) -> str | None:
    """Read UPC-E: eight digits, or seven or six where the scanner leaves out the first, the last, or both."""
    found = set(_expanded(digits))
    return found.pop() if len(found) == 1 else None


def _expanded(digits: str) -> Iterator[str]:
    ways = {6: [digits], 7: [digits, f"0{digits}"], 8: [digits]}.get(len(digits), [])
    for one in ways:
        try:
            yield Upc.parse(one).as_gtin_14()
        except ParseError:
            continue
