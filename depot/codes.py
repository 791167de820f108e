"""The one place where scanned or typed text gets a meaning.

`parse` and `parse_typed` take whatever came, on bytes first, and never raise for it; after them nobody looks
at the text again. The answer is one of a closed set of values: a code of ours (own), somebody else's label
or something unreadable (foreign). Everything about codes can be had from here.
"""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import urlsplit

from depot import foreign
from depot.foreign import FNC1, Giai, Grai, Gtin, NavLabel, Udi, Unreadable, UnreadableReason, shape
from depot.own import (
    CLASSES,
    CREDENTIALS,
    SHAPE,
    BadgeCode,
    CardCode,
    Command,
    CommandCode,
    ItemCode,
    Kind,
    OwnCode,
    ProductCode,
    ShelfCode,
    SlipCode,
    check_letter,
    command_code,
    damm,
    digits,
    holds,
    mint,
    spoken,
)

__all__ = [
    "BadgeCode",
    "CardCode",
    "Command",
    "CommandCode",
    "Giai",
    "Grai",
    "Gtin",
    "ItemCode",
    "Kind",
    "NavLabel",
    "OwnCode",
    "ProductCode",
    "Scan",
    "ShelfCode",
    "SlipCode",
    "Udi",
    "Unreadable",
    "UnreadableReason",
    "aim_and_text",
    "check_letter",
    "command_code",
    "damm",
    "digits",
    "mint",
    "parse",
    "parse_typed",
    "spoken",
]

Scan: TypeAlias = OwnCode | Gtin | Udi | Giai | Grai | NavLabel | Unreadable

LIMIT = 256
"""Bytes of one scan that are looked at. A whole UDI in a web address stays well below."""

_LENGTH = 10

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_ANYWHERE = re.compile(f"(?=({SHAPE.pattern}))")
_FOR_TELEPHONES = re.compile(
    r"[a-z][a-z0-9+.-]*://|www\.[a-z0-9-]+\.|(?:https?|file|ftp|data|javascript|mecard|bizcard|mailto|matmsg|tel|sms|smsto"
    r"|mms|mmsto|facetime|sip|geo|wifi|dpp|lpa|otpauth|market|intent|urn|bitcoin):"
    r"|(?:begin|version|prodid|fn|n|nickname|org|title|tel|email|adr|url|note|bday|photo|uid|rev|summary|location|dtstart"
    r"|dtend|description|end)(?:;[^:]*)?:",
    re.IGNORECASE,
)
"""How what telephones open begins, and each line of a vCard or an iCalendar, of which a scanner that plays keyboard
makes as many scans. By name: `REF:` and `SN:` stand on labels, too, and nobody opens those."""
_PAGES = re.compile("begin:", re.IGNORECASE)
"""How cards and dates for telephones begin (vCard, iCalendar), which have several lines."""
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)}
_NORDIC = frozenset("ÆØÅÄÖæøåäö¤")
_ENDS = b"\r\n\t "
_PICTURE_OF_GS = "\u241d".encode()
"""What some telephones write that scan for a computer."""


def parse(raw: str | bytes, symbology: str | None = None, *, parted: bool = False) -> Scan:
    """Say what a scan means; never raises, whatever was scanned.

    Args:
        raw: as received, terminator and AIM identifier included or not.
        symbology: the AIM identifier (`]C1`) or decoder's name (`EAN13`) where the scanner gives it apart.
        parted: whether GS is known to arrive from this scanner. From one that plays keyboard it may not, and a field
            that may then be two is not believed.

    Case is forgiven for our own codes only: makers' serial numbers depend on it. Our code may stand alone or
    as the last part of a web address. Bare eight digits are an EAN-8 here: what a person types goes to
    `parse_typed`.
    """
    data = _cut(raw)
    if flaw := _flaw(data):
        return Unreadable(_for_telephones(flaw, data), _log_text(data))
    return _read(data.strip(_ENDS).decode("ascii"), symbology, parted=parted)


def aim_and_text(text: str) -> tuple[str | None, str]:
    """Part a scan into its AIM identifier (`]C1`, by ISO/IEC 15424; None where the scanner sends none) and the rest."""
    if aim := _AIM.match(text):
        return aim[0], text[aim.end() :]
    return None, text


def parse_typed(text: str, *, expect: Kind) -> Scan:
    """Say what a person typed means; never raises.

    Args:
        text: the eight digits, or a whole code; case, spaces and hyphens do not matter. Anything else (the
            digits under an EAN, a NAV number) means what it would mean scanned, but not where a card or
            badge is asked for: there other digits are a number half typed, and nobody's to log.
        expect: the kind that eight digits alone are taken for: what the screen has asked for.
    """
    data = _cut(text)
    if flaw := _flaw(data):
        return Unreadable(_for_telephones(flaw, data), _log_text(data))
    typed = data.strip(_ENDS).decode("ascii")
    squeezed = re.sub("[ -]", "", typed).upper()
    if not squeezed.isdigit():
        return _own(squeezed) or _read(typed, None)
    if len(squeezed) == 8:
        return _eight(squeezed, expect)
    if expect in CREDENTIALS:
        return Unreadable(UnreadableReason.WRONG_SHAPE, shape(squeezed))
    as_typed = _read(typed, None)  # a NAV number's two halves are told apart by what stands between them
    return _read(squeezed, None) if isinstance(as_typed, Unreadable) else as_typed


def _eight(typed: str, expect: Kind) -> OwnCode | Unreadable:
    """Make the code that eight typed digits stand for, if their check digit is right."""
    raw = shape(typed) if expect in CREDENTIALS else typed
    if damm(typed) != "0":
        return Unreadable(UnreadableReason.CHECK_FAILED, raw)
    return CLASSES[expect](mint(expect, typed[:7]), raw)


def _cut(raw: str | bytes) -> bytes:
    """Take the bytes, at most one more than we look at. Lone surrogates become bytes that are not ASCII."""
    start = raw[: LIMIT + 1]
    data = start if isinstance(start, bytes) else start.encode("utf-8", "surrogatepass")[: LIMIT + 1]
    return data.replace(_PICTURE_OF_GS, FNC1.encode())


def _flaw(data: bytes) -> UnreadableReason | None:
    """Say what keeps these bytes from being looked at as a text at all."""
    if len(data) > LIMIT:
        return UnreadableReason.TOO_LONG
    inner = data.strip(_ENDS)
    if not inner:
        return UnreadableReason.EMPTY
    text = inner.decode("utf-8", "replace")
    # C1, which some terminals obey, is a control, too.
    if any((character < " " and character != FNC1) or "\x7f" <= character <= "\x9f" for character in text):
        return UnreadableReason.CONTROL
    if inner.isascii():
        return None
    beyond = {character for character in text if not character.isascii()}
    return UnreadableReason.LAYOUT if beyond <= _NORDIC else UnreadableReason.NOT_ASCII


def _for_telephones(flaw: UnreadableReason, data: bytes) -> UnreadableReason:
    """Say of a text that is no label whether it is one for telephones, which may be long, or have a name's letters."""
    _, text = aim_and_text(data.strip(_ENDS).decode("ascii", "replace"))
    wanted = _PAGES if flaw is UnreadableReason.CONTROL else _FOR_TELEPHONES
    return UnreadableReason.URL if wanted.match(text) else flaw


def _read(text: str, symbology: str | None, *, parted: bool = False) -> Scan:
    """Read a sound text in the order that keeps one kind of label from being taken for another."""
    raw = _log_text(text.encode("ascii"))
    aim, text = aim_and_text(text)
    if (inner := foreign.unstarred(text)) is not None:
        text, aim = inner, aim or "]A0"
    symbology = aim or symbology
    if own := _own(text.upper()):
        return own
    if _FOR_TELEPHONES.match(text):
        return _ours(_address(text, raw))
    scan = _ours(foreign.read(text, symbology, raw, parted=parted))
    if not isinstance(scan, Unreadable) or scan.reason is not UnreadableReason.WRONG_SHAPE:
        return scan
    return Unreadable(UnreadableReason.GLUED, raw) if _holds_a_code(text.upper()) else scan


def _own(code: str) -> OwnCode | Unreadable | None:
    """Check a code of ours; None for what is not made like one."""
    if not SHAPE.fullmatch(code):
        return None
    if not holds(code):
        return Unreadable(UnreadableReason.CHECK_FAILED, _log_text(code.encode("ascii")))
    if code[0] not in CLASSES:
        return Unreadable(UnreadableReason.UNKNOWN_KIND, code)
    return CLASSES[code[0]](code, _log_text(code.encode("ascii")))


def _ours(scan: Scan) -> Scan:
    """Read our own item's code out of the GIAI that a depot with a GS1 company prefix prints around it."""
    if not isinstance(scan, Giai):
        return scan
    code = scan.giai[-_LENGTH:]
    is_ours = bool(SHAPE.fullmatch(code)) and code[0] == Kind.ITEM and holds(code)
    return CLASSES[Kind.ITEM](code, scan.raw) if is_ours else scan


def _holds_a_code(text: str) -> bool:
    """Tell whether a code of ours stands somewhere in a longer text: a terminator was lost between scans."""
    return any(holds(match[1]) for match in _ANYWHERE.finditer(text))


def _address(text: str, raw: str) -> Scan:
    """Read a web address that ends in a code of ours or is a GS1 Digital Link. No address is ever opened."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return Unreadable(UnreadableReason.URL, raw)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return Unreadable(UnreadableReason.URL, raw)
    last = parts.path.rstrip("/").rpartition("/")[2]
    return _own(last.upper()) or foreign.digital_link(text, raw)


def _log_text(data: bytes) -> str:
    """Write scanned bytes as printable ASCII; only their shape where a card's number may be in them."""
    text = data[:LIMIT].decode("ascii", "backslashreplace").translate(_CONTROLS)
    return shape(text) if re.search("[BT][0-9]{6}", text.upper()) else text
