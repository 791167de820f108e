"""What a scan means when it is not a code of ours: somebody else's label, or nothing.

The values, and the order in which one kind of label is told from another. The labels of makers are read by
`trade_items` (the digits of EAN and UPC symbols) and `element_strings` (GS1), with the help of biip. Those are
imported on the first such label and not before: it takes 150 ms or more, and a kiosk that reads only its own
labels never needs it. biip is asked for one reading at a time, never for "whatever this may be": its general
parser takes 17 % of Norwegian EAN-13 numbers (70x) for GS1 element strings.

Nothing here looks anything up, opens an address, or remembers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

FNC1 = "\x1d"
"""How scanners transmit the GS1 separator: the character GS."""

READABLE = re.compile(r"\(\d{2,4}\)")
"""How an element string begins where it is printed for people: `(01)`."""
NUMBERED = re.compile(r"01[0-9]{14}|80030[0-9]{13}|8004[0-9]{4}|00[0-9]{18}$|02[0-9]{14}37[0-9]{1,8}$")
"""How an element string begins that is believed without any sign of being one: with what names a thing.

A carton's says how many are in it (37) behind what they are (02), and nothing else. A GS1 company prefix has at least
four digits.
"""


class Family(StrEnum):
    """What kind of symbol a text came from, as far as that changes what it means."""

    GS1 = "gs1"
    """Its data is an element string: GS1-128, DataBar and composite, GS1 DataMatrix, GS1 QR, GS1 DotCode."""
    EAN = "ean"
    """EAN-13, UPC-A or UPC-E: a scanner tells them apart by the number of digits only."""
    EAN8 = "ean8"
    UPCE = "upce"
    ADD_ON = "add_on"
    """The two or five digits beside an EAN symbol, alone."""
    CODE39 = "code39"
    CODE128 = "code128"
    TEXT = "text"
    """Codabar, Code 93, PDF417, Aztec, plain DataMatrix and QR: whatever somebody chose to put in."""


# By ISO/IEC 15424, and by the names that decoders use, in capitals and without signs between.
_FAMILIES = {
    **dict.fromkeys(("]C1", "]e0", "]e1", "]e2", "]d2", "]d5", "]Q3", "]Q4", "]J1"), Family.GS1),
    **dict.fromkeys(("GS1128", "EAN128", "UCC128", "GS1DATAMATRIX", "GS1QR", "GS1QRCODE"), Family.GS1),
    **dict.fromkeys(("DATABAR", "DATABAREXPANDED", "RSS14", "RSSEXPANDED"), Family.GS1),
    **dict.fromkeys(("]E0", "]E3", "EAN13", "UPCA"), Family.EAN),
    **dict.fromkeys(("]E4", "EAN8"), Family.EAN8),
    **dict.fromkeys(("]E1", "]E2", "EAN2", "EAN5"), Family.ADD_ON),
    "UPCE": Family.UPCE,
    **dict.fromkeys(("]A0", "]A1", "]A3", "]A4", "]A5", "]A7", "CODE39"), Family.CODE39),
    **dict.fromkeys(("]C0", "CODE128"), Family.CODE128),
    **dict.fromkeys((f"]{kind}{option}" for kind in "FGLQdz" for option in range(2)), Family.TEXT),
    **dict.fromkeys(("CODABAR", "CODE93", "PDF417", "AZTEC", "DATAMATRIX", "QRCODE", "QR"), Family.TEXT),
}

_STARRED = re.compile(r"\*([0-9A-Z. $/+%-]+)\*")
_CODE39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_RETAIL = re.compile(r"[0-9]{8}|[0-9]{12,14}|97[789][0-9]{10}[ +]?(?:[0-9]{2}|[0-9]{5})")
_NAV = re.compile(r"([0-9]{6})(?: ?[ /+-] ?([0-9]{6}))?")
_GLUED_NAV = re.compile(r"([0-9]{6})([0-9]{6})")
_MAIL = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_MAIL_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
# What scanners and telephones write that cannot send GS itself.
_SPELT = re.compile(
    r"<(?:GS|FNC1|0x1D)>|\{(?:GS|FNC1|0x1D)\}|\[(?:GS|FNC1|0x1D)\]|\^\]|\\x1d|\\u001d", re.IGNORECASE
)


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
    PARCEL = "parcel"
    """A parcel's label: it says what is sent, not what is in it."""
    OTHER_LABEL = "other_label"
    """A sound label that names neither product nor asset: HIBC, ICCBA, a place, half of a maker's label."""
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
    """A product's number with what the maker says of this piece or batch (Unique Device Identification).

    `unparted` is what came behind the product's number and cannot be parted for certain, because the scanner sends no
    separators: of its fields none is believed, and somebody may read them off the label.
    """

    gtin14: str
    serial: str | None = None
    batch: str | None = None
    produced: date | None = None
    expires: date | None = None
    article: str | None = None
    unparted: str = ""
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
        """The owner only, as far as seven characters tell it: the rest points at one thing and who has it."""
        return f"giai {self.giai[:7]}"


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


def unstarred(text: str) -> str | None:
    """Take off the asterisks that some scanners send with Code 39, its start and stop; None where there are none."""
    starred = _STARRED.fullmatch(text)
    return starred[1] if starred else None


def read(text: str, mark: str | None, raw: str, *, parted: bool = False) -> Foreign | Unreadable:
    """Read somebody else's label.

    Args:
        text: printable ASCII and GS, without AIM identifier, case as scanned (serial numbers need it).
        mark: the AIM identifier (`]C1`) or the decoder's name (`EAN13`) of the symbology, where known.
        raw: the scan as it goes into the answer.
        parted: whether whoever reads the symbol is known to send GS where there is one.
    """
    family = _family(mark)
    if family is Family.ADD_ON:
        return Unreadable(UnreadableReason.OTHER_LABEL, raw)
    if family in (Family.EAN, Family.EAN8, Family.UPCE):
        return _retail(text, family, raw)
    if (scan := _elements(text, family, raw, parted=parted)) is not None:
        return scan
    if nav := _nav(text, family, raw):
        return nav
    if _RETAIL.fullmatch(text):
        scan = _retail(text, None, raw)
        # A wrong check digit is a misreading only where one must be: what these hold may be anybody's numbering.
        is_any = family in (Family.CODE39, Family.CODE128, Family.TEXT)
        return (
            Unreadable(UnreadableReason.WRONG_SHAPE, raw) if is_any and isinstance(scan, Unreadable) else scan
        )
    if text.startswith(("+", "=")):
        return Unreadable(UnreadableReason.OTHER_LABEL, raw)
    if _is_mail(text):
        return Unreadable(UnreadableReason.PARCEL, raw)
    return Unreadable(UnreadableReason.WRONG_SHAPE, raw)


def digital_link(url: str, raw: str) -> Foreign | Unreadable:
    """Read a GS1 Digital Link; see `element_strings.linked`."""
    from depot import element_strings

    return element_strings.linked(url, raw)


def _family(mark: str | None) -> Family | None:
    if mark is None:
        return None
    return _FAMILIES.get(mark) or _FAMILIES.get(re.sub("[^0-9A-Za-z]", "", mark).upper())


def _retail(text: str, family: Family | None, raw: str) -> Gtin | Unreadable:
    from depot import trade_items

    gtin14 = trade_items.gtin14(text, family)
    if gtin14 is not None:
        return Gtin(gtin14, raw=raw)
    digits_only = text.isdigit() and len(text) in (8, 12, 13, 14)
    return Unreadable(UnreadableReason.CHECK_FAILED if digits_only else UnreadableReason.WRONG_SHAPE, raw)


def _elements(text: str, family: Family | None, raw: str, *, parted: bool) -> Foreign | Unreadable | None:
    """Read a GS1 element string; None for what is none.

    A GS in front of the digits of an EAN symbol, which no such symbol has, does not make them one.
    """
    spelt = _SPELT.sub(FNC1, text)
    bare = spelt.strip(FNC1)
    signed = family is Family.GS1 or FNC1 in text or bool(READABLE.match(text))
    if not signed and not NUMBERED.match(bare):
        return None
    from depot import element_strings, trade_items

    if family is not Family.GS1 and trade_items.is_number(bare):
        return Gtin(bare.zfill(14), raw=raw)
    scan = element_strings.read(spelt, raw, parted=parted or FNC1 in spelt, signed=signed or spelt != text)
    if (
        family is Family.GS1
        and scan == Unreadable(UnreadableReason.WRONG_SHAPE)
        and trade_items.is_number(bare)
    ):
        return Gtin(bare.zfill(14), raw=raw)  # DataBar without the 01 that it implies
    is_none = not signed and scan == Unreadable(UnreadableReason.WRONG_SHAPE)
    return None if is_none else scan


def _nav(text: str, family: Family | None, raw: str) -> NavLabel | None:
    """Read a label of NAV: six digits, perhaps the piece's six behind a sign.

    Code 39 may bring a check character along (mod 43), which proves itself. Without any sign between them the twelve
    digits are believed only from Code 39, and not where they are a UPC-A by their check digit: in Code 128 makers write
    serial numbers of their own, and whoever brings a thing of ours would be told that it is NAV's.
    """
    found = _NAV.fullmatch(text)
    if found is None and family is Family.CODE39 and _has_mod_43(text):
        found = _NAV.fullmatch(text[:-1])
    if found is None and family is Family.CODE39 and (glued := _GLUED_NAV.fullmatch(text)):
        from depot import trade_items

        found = None if trade_items.is_number(text) else glued
    return NavLabel(found[1], found[2], raw=raw) if found else None


def _has_mod_43(text: str) -> bool:
    """Say whether a text of Code 39 ends in its check character (ISO/IEC 16388, annex A)."""
    if len(text) < 2 or not set(text) <= set(_CODE39):
        return False
    return _CODE39[sum(map(_CODE39.index, text[:-1])) % 43] == text[-1]


def _is_mail(text: str) -> bool:
    """Say whether a text is the number of a letter or parcel, `RR123456785NO` (Universal Postal Union, S10)."""
    mail = _MAIL.fullmatch(text)
    if mail is None:
        return False
    left = 11 - sum(int(digit) * weight for digit, weight in zip(mail[1], _MAIL_WEIGHTS, strict=True)) % 11
    return int(mail[2]) == {10: 0, 11: 5}.get(left, left)
