"""Telephone numbers as people type them on a numeric keypad.

Only numbers that somebody can be reached at are taken: mobile and fixed, valid by the numbering plan. A
premium-rate, free-phone or emergency number, or one digit too few, is a slip of the finger and worth asking
again, as nobody at the desk can ring it later. Numbers are personal data: never log one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Digits, and what the desk's keyboard adds. `phonenumbers` by itself would read letters as on old dials, take
# full-width digits, and cut off what it believes to be an extension.
_TYPED = re.compile(r"\+?[0-9 -]{1,30}")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number somebody can be rung at. Two typings of the same number are equal."""

    e164: str
    """Plus, country and number without spaces; what is stored and compared."""
    grouped: str
    """As it is written at home, so that a person recognises a slip; foreign numbers with their country."""
    last4: str
    """What a borrower types to see the things on the card."""

    def __repr__(self) -> str:
        """Show no digit: values end up in tracebacks."""
        return "Phone(...)"


def parse_phone(typed: str, region: str = "NO") -> Phone | None:
    """Read a telephone number; None for what is not one that can be rung.

    Args:
        typed: digits, with or without the country as 00 or +; spaces and hyphens do not matter.
        region: ISO 3166-1 of the depot's country, two capital letters, for numbers that name none.

    Raises ValueError for a region that has no numbering plan.
    """
    import phonenumbers  # 30 ms, and only when somebody gives a number

    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"Expected a country with a numbering plan, such as NO, got {region!r}.")
    if not _TYPED.fullmatch(typed.strip()):
        return None
    try:
        number = phonenumbers.parse(typed.strip(), region)
    except phonenumbers.NumberParseException:
        return None
    return _phone(number, region) if _reachable(number) else None


def _reachable(number: PhoneNumber) -> bool:
    """Tell whether a number is one that a person answers at."""
    from phonenumbers import PhoneNumberType, number_type

    answered = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return number_type(number) in answered  # UNKNOWN for what is in no series of its numbering plan


def _phone(number: PhoneNumber, region: str) -> Phone:
    """Write a number in the three ways we need; at home without its country."""
    from phonenumbers import (
        PhoneNumberFormat,
        country_code_for_region,
        format_number,
        national_significant_number,
    )

    # By country code, not region: Svalbard has a region of its own and Norway's code.
    at_home = number.country_code == country_code_for_region(region)
    return Phone(
        e164=format_number(number, PhoneNumberFormat.E164),
        grouped=format_number(
            number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
        ),
        last4=national_significant_number(number)[-4:],
    )
