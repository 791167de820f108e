"""GS1 element strings: what stands in GS1-128, DataBar, GS1 DataMatrix and GS1 QR, and in a Digital Link.

A field of variable length ends at a separator (FNC1 in the symbol, GS from the scanner). A scanner that plays keyboard
may lose it, and then two fields become one. The product's number stands before all that and has a check digit of its
own, so it is right all the same; what stands where a separator may be missing is handed on unparted and believed by
nobody. Two things that biip leaves to us are done here: the check digit of a GRAI, and a century for two-digit years
that does not hang on the machine's clock.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote, urlsplit

from biip import ParseConfig, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_element_strings import GS1ElementString

from depot.foreign import FNC1, READABLE, Foreign, Giai, Grai, Gtin, Udi, Unreadable, UnreadableReason

_LAST_CENTURY = 77

# Some makers print impossible dates (000000): such a label still names its product.
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)
_PARENTHESES = re.compile(r"\(([0-9]{2,4})\)")

_OF_DEVICES = frozenset({"10", "11", "17", "21", "240"})
"""Lot, production and expiry date, serial number, article: what stands behind the product's number on a device."""
_DATES = frozenset({"11", "17"})

_KEYS = {"01": "01", "gtin": "01", "8003": "8003", "grai": "8003", "8004": "8004", "giai": "8004", "00": "00"}
_KEYS["sscc"] = "00"
_NAMES = _KEYS | {"lot": "10", "ser": "21", "exp": "17"}
"""What a Digital Link may call a field instead of its number (GS1 Digital Link 1.1; since 1.2 no longer written)."""


@dataclass(slots=True)
class _Fields:
    """What the fields of a label say, by their identifiers, and what could not be parted."""

    said: dict[str, GS1ElementString] = field(default_factory=dict)
    unparted: str = ""

    def add(self, one: GS1ElementString) -> None:
        self.said.setdefault(one.ai.ai, one)


def read(text: str, raw: str, *, parted: bool, signed: bool) -> Foreign | Unreadable:
    """Read an element string, as transmitted (`0107…<GS>…`) or as printed for people (`(01)07…`).

    Args:
        text: without AIM identifier; GS before it and behind it is no matter.
        raw: the scan as it goes into the answer.
        parted: whether separators are known to arrive, so that a field without one is a field whole.
        signed: whether anything but its digits says that this is an element string.
    """
    if READABLE.match(text):
        return _meaning(_printed(text), raw)
    fields = _transmitted(text)
    if not signed and fields.unparted and not _begins_like_a_device(fields):
        return Unreadable(UnreadableReason.WRONG_SHAPE, raw)
    if not parted:
        _doubt(fields)
    return _meaning(fields, raw)


def linked(url: str, raw: str) -> Foreign | Unreadable:
    """Read a GS1 Digital Link, a web address that holds what else would be an element string.

    Any host will do, and any path before the part that counts. The address is never opened, and a compressed one can
    only be read by opening it. Percent-encoding could smuggle in what the scan itself may not hold, so the decoded
    text is held to the same rule.
    """
    decoded = unquote(url)
    parts = urlsplit(url)
    if not (decoded.isascii() and decoded.isprintable()):
        return Unreadable(UnreadableReason.URL, raw)
    steps = [unquote(step) for step in parts.path.split("/") if step]
    for at, step in enumerate(steps[:-1]):
        key = _key(step, steps[at + 1])
        if key is None:
            continue
        fields = _Fields()
        fields.add(key)
        asked = (pair.partition("=") for pair in re.split("[&;]", parts.query))
        behind = steps[at + 2 :]
        _take(fields, zip(behind[::2], behind[1::2], strict=False))
        _take(fields, ((name, unquote(value)) for name, _, value in asked))
        return _meaning(fields, raw)
    return Unreadable(UnreadableReason.URL, raw)


# --- fields ---


def _transmitted(text: str) -> _Fields:
    """Take the fields in their order. Behind a field of variable length only a separator may stand."""
    fields = _Fields()
    for run in text.split(FNC1):
        rest = run
        while rest:
            one = _first(rest)
            if one is None or (one.ai.separator_required and len(one) < len(rest)):
                fields.unparted = fields.unparted or rest
                break
            fields.add(one)
            rest = rest[len(one) :]
    return fields


def _first(text: str) -> GS1ElementString | None:
    try:
        return GS1ElementString.extract(text, config=_CONFIG)
    except ParseError:
        return None


def _printed(text: str) -> _Fields:
    """Take the fields of what is printed for people; one that is not made as it should is left out."""
    fields = _Fields()
    pieces = _PARENTHESES.split("".join(text.replace(FNC1, "").split()))[1:]
    _take(fields, zip(pieces[::2], pieces[1::2], strict=True))
    return fields


def _take(fields: _Fields, pairs: Iterable[tuple[str, str]]) -> None:
    for name, value in pairs:
        if one := _field(name, value):
            fields.add(one)


def _field(name: str, value: str) -> GS1ElementString | None:
    """Make a field of its identifier, or its name, and its value; None for what is no such field."""
    ai = _NAMES.get(name.lower(), name)
    if not ai.isdigit():
        return None
    try:
        one = GS1ElementString.parse(f"{ai}{value}", config=_CONFIG)
    except ParseError:
        return None
    return one if one.ai.ai == ai else None


def _key(name: str, value: str) -> GS1ElementString | None:
    """Read what a Digital Link is about; a date in a path (`/01/12/`) is no product."""
    ai = _KEYS.get(name.lower())
    if ai == "01":
        value = value.zfill(14) if len(value) in (8, 12, 13) else value
    return _field(ai, value) if ai is not None else None


def _begins_like_a_device(fields: _Fields) -> bool:
    return bool(fields.said) and any(fields.unparted.startswith(ai) for ai in _OF_DEVICES)


def _doubt(fields: _Fields) -> None:
    """Hand on the last field unparted where it may have swallowed the next, because no separator came.

    Only fields that stand on devices are looked for, and none that the label has already: any number of digits may
    hold any other.
    """
    last = next(reversed(fields.said.values()), None)
    if last is None or fields.unparted or not last.ai.separator_required or last.ai.ai not in _OF_DEVICES:
        return
    taken = set(fields.said)
    if any(_may_be_more(last.value[at:], taken) for at in range(1, len(last.value))):
        del fields.said[last.ai.ai]
        fields.unparted = f"{last.ai.ai}{last.value}"


def _may_be_more(rest: str, taken: set[str]) -> bool:
    """Say whether a text may be fields of a device that the label does not have yet."""
    one = _first(rest)
    if one is None or one.ai.ai not in _OF_DEVICES - taken:
        return False
    if one.ai.ai in _DATES and _day(one.value) is None:
        return False
    # A field of variable length may itself hold the next: whatever follows, this much may be two.
    return (
        len(one) == len(rest)
        or one.ai.separator_required
        or _may_be_more(rest[len(one) :], {*taken, one.ai.ai})
    )


# --- what they mean ---


def _meaning(fields: _Fields, raw: str) -> Foreign | Unreadable:
    """Say which thing the fields name: one asset before one kind of returnable asset before a product."""
    said = fields.said
    if giai := said.get("8004"):
        return Giai(giai.value, raw=raw)
    if grai := said.get("8003"):
        return _grai(grai.value, raw)
    if product := said.get("01") or said.get("02"):  # 02: what is in the carton
        if product.gtin is None:
            return Unreadable(UnreadableReason.CHECK_FAILED, raw)
        return _product(product.gtin.as_gtin_14(), fields, raw)
    return Unreadable(_nothing(fields), raw)


def _nothing(fields: _Fields) -> UnreadableReason:
    if parcel := fields.said.get("00"):
        return UnreadableReason.PARCEL if parcel.sscc else UnreadableReason.CHECK_FAILED
    is_none = fields.unparted and not fields.said
    return UnreadableReason.WRONG_SHAPE if is_none else UnreadableReason.OTHER_LABEL


def _grai(value: str, raw: str) -> Grai | Unreadable:
    """Take a GRAI apart: a zero, 12 digits, their check digit (biip does not look at it), a serial."""
    asset_type, serial = value[1:14], value[14:]
    if int(asset_type[-1]) != gs1_standard_check_digit(asset_type[:-1]):
        return Unreadable(UnreadableReason.CHECK_FAILED, raw)
    return Grai(asset_type, serial or None, raw=raw)


def _product(gtin14: str, fields: _Fields, raw: str) -> Gtin | Udi:
    """Name a product, with what the label says of this piece if it says anything."""
    values = {ai: one.value for ai, one in fields.said.items()}
    udi = Udi(
        gtin14,
        serial=values.get("21"),
        batch=values.get("10"),
        produced=_day(values.get("11")),
        expires=_day(values.get("17")),
        article=values.get("240"),
        unparted=fields.unparted,
        raw=raw,
    )
    return udi if udi != Udi(gtin14) else Gtin(gtin14, raw=raw)


def _day(yymmdd: str | None) -> date | None:
    """Read a GS1 date; day 00 is the month's last; an impossible date is no date.

    GS1 General Specifications 7.12 lets the century slide with the current year. A station without a clock
    chip may wake in 1970 and would then read 26 as 1926, so the window stands still where it is in 2026:
    77 to 99 are 1977 to 1999, the rest are 2000 to 2076.
    """
    if yymmdd is None:
        return None
    year, month, day = (int(yymmdd[at : at + 2]) for at in (0, 2, 4))
    year += 1900 if year >= _LAST_CENTURY else 2000
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except ValueError:
        return None
