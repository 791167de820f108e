"""What a scan means when it is not a code of ours: somebody else's label, or nothing.

Other people's labels are read by `biip`. It is imported on the first such label and not before: the import
takes 150 ms or more, and a kiosk that reads only its own labels never needs it. biip is asked for one reading
at a time, never for "whatever this may be": its general parser takes 17 % of Norwegian EAN-13 numbers (70x)
for GS1 element strings. Two things it leaves to us are done here: the check digit of a GRAI, and a century
for two-digit years that does not hang on the machine's clock.

Nothing here looks anything up, opens an address, or remembers.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from biip import ParseConfig
    from biip.gs1_element_strings import GS1ElementString

FNC1 = "\x1d"
"""How scanners transmit the GS1 separator: the character GS."""

# ISO/IEC 15424 identifiers whose data is a GS1 element string: GS1-128, DataBar and composite, GS1
# DataMatrix, GS1 QR, GS1 DotCode.
_GS1_MARKS = frozenset({"]C1", "]e0", "]e1", "]e2", "]d2", "]Q3", "]J1"})
_EAN_MARKS = frozenset({"]E0", "]E4", "EAN13", "EAN8", "UPCA", "EAN-13", "EAN-8", "UPC-A"})

_LAST_CENTURY = 77

_READABLE = re.compile(r"\(\d{2,4}\)")
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_NAV = re.compile(r"([0-9]{6})(?:[ /-]([0-9]{6}))?")
# Element strings that came without any sign of being such are believed only where they begin with what names
# a thing. A GS1 company prefix has at least four digits.
_BARE = re.compile(r"01[0-9]{14}|80030[0-9]{13}|8004[0-9]{4}")


class UnreadableReason(StrEnum):
    """Why a scan means nothing to us; the name is counted and has a sentence on the screen."""

    EMPTY = "empty"
    """Nothing but the terminator."""
    TOO_LONG = "too_long"
    """More than any one label of ours or of a maker holds."""
    CUT = "cut"
    """A part is missing: the scanner sent more than can be taken, or went away in the middle."""
    NOT_ASCII = "not_ascii"
    """Bytes that no label and no keypad sends: other alphabets, look-alike digits, broken UTF-8."""
    LAYOUT = "layout"
    """Nordic letters: the scanner and the station disagree about the keyboard's layout."""
    CONTROL = "control"
    """A control character inside: escape sequences, NUL, several lines."""
    CHECK_FAILED = "check_failed"
    """The right shape, but a check character says that it was misread or mistyped."""
    UNKNOWN_KIND = "unknown_kind"
    """Made like ours, of a kind that this version does not know."""
    GLUED = "glued"
    """A code of ours with something else before or after it: two scans run into one."""
    URL = "url"
    """A web address or another text that wants to be opened: Wi-Fi, telephone, mail, file."""
    OTHER_LABEL = "other_label"
    """A sound label that names neither product nor asset: HIBC, ICCBA, a parcel's number."""
    WRONG_SHAPE = "wrong_shape"
    """Anything else."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A scan without a meaning. `raw` is printable ASCII; what may be most of a card's number is masked."""

    reason: UnreadableReason
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """The reason and the text's shape (9 a digit, A a letter): it may hold a card or a person's name."""
        return f"unreadable {self.reason} {shape(self.raw)}"


@dataclass(frozen=True, slots=True)
class Gtin:
    """A product's number worldwide, 14 digits, zero-padded so that EAN-13 and UPC-A readings are equal."""

    gtin14: str
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """What this was, in one line."""
        return f"gtin {self.gtin14}"


@dataclass(frozen=True, slots=True)
class Udi:
    """A product's number with what the maker says of this piece or batch (Unique Device Identification)."""

    gtin14: str
    serial: str | None = None
    batch: str | None = None
    produced: date | None = None
    expires: date | None = None
    article: str | None = None
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """What this was, in one line."""
        return f"udi {self.gtin14}"


@dataclass(frozen=True, slots=True)
class Giai:
    """Somebody's number for one asset, GS1 application identifier 8004; it has no inner meaning."""

    giai: str
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """What this was, in one line."""
        return f"giai {self.giai}"


@dataclass(frozen=True, slots=True)
class Grai:
    """Somebody's returnable asset, GS1 application identifier 8003: 13 digits of type, perhaps a serial."""

    asset_type: str
    serial: str | None = None
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """What this was, in one line."""
        return f"grai {self.asset_type}"


@dataclass(frozen=True, slots=True)
class NavLabel:
    """A device of NAV, the Norwegian state's lender: six digits of article, perhaps six of serial number.

    Text, not numbers: leading zeros count. The six digits carry no check digit.
    """

    hms: str
    serial: str | None = None
    raw: str = field(default="", compare=False, repr=False)

    @property
    def loggable(self) -> str:
        """The article only: the serial number points at the person who has the device."""
        return f"nav {self.hms}"


Foreign: TypeAlias = Gtin | Udi | Giai | Grai | NavLabel


def shape(text: str) -> str:
    """Tell what a text looks like without telling it: digits as 9, letters as A, at most 40 characters."""
    return re.sub("[A-Za-z]", "A", re.sub("[0-9]", "9", text[:40]))


def read(text: str, mark: str | None, raw: str) -> Foreign | Unreadable:
    """Read somebody else's label.

    Args:
        text: printable ASCII and GS, without AIM identifier, case as scanned (serial numbers need it).
        mark: the AIM identifier (`]C1`) or the decoder's name (`EAN13`) of the symbology, where known.
        raw: the scan as it goes into the answer.
    """
    if mark in _EAN_MARKS:
        return _gtin(text, raw)
    if mark in _GS1_MARKS or FNC1 in text or _READABLE.match(text):
        return _elements(text, raw)
    if _GTIN.fullmatch(text):
        return _gtin(text, raw)
    if nav := _NAV.fullmatch(text):
        return NavLabel(nav[1], nav[2], raw=raw)
    if _BARE.match(text):
        return _elements(text, raw)
    if text.startswith(("+", "=")):
        return Unreadable(UnreadableReason.OTHER_LABEL, raw)
    return Unreadable(UnreadableReason.WRONG_SHAPE, raw)


def digital_link(url: str, raw: str) -> Foreign | Unreadable:
    """Read a GS1 Digital Link, a web address that holds what else would be an element string.

    The address is never opened. Percent-encoding could smuggle in what the scan itself may not hold, so the
    decoded text is held to the same rule.
    """
    from biip import ParseError
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    decoded = unquote(url)
    if not (decoded.isascii() and decoded.isprintable()):
        return Unreadable(UnreadableReason.URL, raw)
    try:
        link = GS1DigitalLinkURI.parse(url, config=_config())
    except ParseError:
        return Unreadable(UnreadableReason.URL, raw)
    return _meaning(link.element_strings, raw)


def _gtin(text: str, raw: str) -> Gtin | Unreadable:
    """Read the digits under an EAN or UPC symbol."""
    from biip import ParseError
    from biip.gtin import Gtin as TradeItem

    if not _GTIN.fullmatch(text):
        return Unreadable(UnreadableReason.WRONG_SHAPE, raw)
    try:
        return Gtin(TradeItem.parse(text).as_gtin_14(), raw=raw)
    except ParseError:
        return Unreadable(UnreadableReason.CHECK_FAILED, raw)


def _elements(text: str, raw: str) -> Foreign | Unreadable:
    """Read a GS1 element string, as transmitted (`0107…<GS>…`) or as printed for people (`(01)07…`)."""
    from biip import ParseError
    from biip.gs1_messages import GS1Message

    try:
        if _READABLE.match(text):
            message = GS1Message.parse_hri(text, config=_config())
        else:
            message = GS1Message.parse(text.lstrip(FNC1), config=_config())
    except ParseError:
        return Unreadable(UnreadableReason.WRONG_SHAPE, raw)
    return _meaning(message.element_strings, raw)


def _config() -> ParseConfig:
    """Let a label with an impossible date (some makers print 000000) still name its product."""
    from biip import ParseConfig

    return ParseConfig(gs1_element_strings_verify_date=False)


def _meaning(elements: Iterable[GS1ElementString], raw: str) -> Foreign | Unreadable:
    """Say which thing the elements name: one asset before one kind of returnable asset before a product."""
    said = {element.ai.ai: element for element in elements}
    if giai := said.get("8004"):
        return Giai(giai.value, raw=raw)
    if grai := said.get("8003"):
        return _grai(grai.value, raw)
    if product := said.get("01"):
        if product.gtin is None:
            return Unreadable(UnreadableReason.CHECK_FAILED, raw)
        values = {ai: element.value for ai, element in said.items()}
        return _product(product.gtin.as_gtin_14(), values, raw)
    return Unreadable(UnreadableReason.OTHER_LABEL, raw)


def _grai(value: str, raw: str) -> Grai | Unreadable:
    """Take a GRAI apart: a zero, 12 digits, their check digit (biip does not look at it), a serial."""
    from biip.checksums import gs1_standard_check_digit

    asset_type, serial = value[1:14], value[14:]
    if int(asset_type[-1]) != gs1_standard_check_digit(asset_type[:-1]):
        return Unreadable(UnreadableReason.CHECK_FAILED, raw)
    return Grai(asset_type, serial or None, raw=raw)


def _product(gtin14: str, values: dict[str, str], raw: str) -> Gtin | Udi:
    """Name a product, with what the label says of this piece if it says anything."""
    udi = Udi(
        gtin14,
        serial=values.get("21"),
        batch=values.get("10"),
        produced=_day(values.get("11")),
        expires=_day(values.get("17")),
        article=values.get("240"),
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
