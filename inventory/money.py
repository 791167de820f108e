"""Amounts of money: hundredths in the ledger, written on a screen or paper as people write them."""

from __future__ import annotations

from decimal import Decimal

from depot.words import SOURCE

_CURRENCIES = {
    "NO": "NOK",
    "SJ": "NOK",
    "DK": "DKK",
    "GL": "DKK",
    "FO": "DKK",
    "SE": "SEK",
    "IS": "ISK",
    "FI": "EUR",
}


def written(ore: int, *, language: str, country: str) -> str:
    """Write an amount as people write it in a language, in the currency of a country.

    Args:
        ore: hundredths; country: ISO 3166-1, two letters; one without a currency here has euros.
    """
    from babel import localedata
    from babel.numbers import format_currency

    locale = language if localedata.exists(language) else SOURCE
    currency = _CURRENCIES.get(country, "EUR")
    return format_currency(Decimal(ore) / 100, currency, locale=locale)


def ore_of(text: str) -> int | None:
    """Read an amount that was typed, with a decimal comma or point or none; None for what is none, or too much."""
    typed = text.strip().replace(",", ".").replace(" ", "")
    whole, _, part = typed.partition(".")
    if not whole.isdecimal() or not whole.isascii() or len(whole) > 6 or len(part) > 2:
        return None
    if part and not (part.isdecimal() and part.isascii()):
        return None
    return int(whole) * 100 + int(part.ljust(2, "0") or "0")
