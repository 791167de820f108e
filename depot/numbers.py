"""Whose number a foreign label bears: the numberings that lines are known by, and the line that has a number.

Six digits are NAV's article number in Norway and Hjælpemiddelbasen's (HMI) in Denmark; nothing on the label says which,
so the country of the depot does, and the other is looked up after it. A number is one line's; binding one is the desk's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection, select

from depot.codes import aim_and_text
from depot.foreign import Gtin, NavLabel, Udi, Unreadable, UnreadableReason, shape
from depot.naming import SUPPLIER, supplier_number
from depot.tables import product_identifier

GTIN, HMS, HMI = "gtin", "hms", "hmi"
SCHEMES = (GTIN, HMS, HMI, SUPPLIER)
"""GS1's number (also where a UDI begins with it), NAV's article number, the Danish one, and a supplier's own."""
SAME = {GTIN: (GTIN, "udi_di"), HMS: (HMS,), HMI: (HMI,), SUPPLIER: (SUPPLIER,)}
"""Under which schemes of the table a number may stand."""

DENMARK = "DK"

_HMI_DIGITS = re.compile("[0-9]{5}")
# Hjælpemiddelbasen leaves these to each municipality, for what it does not list itself.
_LOCAL_HMI = re.compile("9[0-9]{4}|9[0-9]{5}")
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_MONTH = "(?:0[1-9]|1[0-2])"
_CPR = re.compile(f"{_DAY}{_MONTH}[0-9]{{6}}")
_FNR = re.compile("[0-7][0-9]{10}")
_FNR_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class Number:
    """A number and whose numbering it is of; a GTIN has all its 14 digits."""

    scheme: str
    value: str

    @property
    def is_local(self) -> bool:
        """Whether it is one of those Danish numbers that mean something in one municipality only."""
        return self.scheme == HMI and _LOCAL_HMI.fullmatch(self.value) is not None


@dataclass(frozen=True, slots=True)
class Meant:
    """Which number a label bears, and the line that has it; None for either where there is none."""

    number: Number | None = None
    line: str | None = None


def of_scan(scan: object, country: str = "NO") -> tuple[Number, ...]:
    """Say which line's number a scan may bear, the likeliest first; empty for one that names no line.

    Args:
        scan: as `codes.parse` read it.
        country: ISO 3166 of the depot: whose six digits are meant.

    NAV's label names a line where it bears the article alone: with a serial number it is on one of NAV's own things.
    """
    match scan:
        case Gtin() | Udi():
            return (Number(GTIN, scan.gtin14),)
        case NavLabel(serial=None):
            danish = tuple(Number(HMI, one) for one in dict.fromkeys((scan.hms, scan.hms.lstrip("0"))) if one)
            nav = Number(HMS, scan.hms)
            return (*danish, nav) if country == DENMARK else (nav, *danish)
        case Unreadable(reason=UnreadableReason.WRONG_SHAPE) if scan.raw != shape(scan.raw):
            return _of_text(scan.raw, country)  # else it was masked, because a card's number may be in it
        case _:
            return ()


def _of_text(text: str, country: str) -> tuple[Number, ...]:
    """Read a supplier's number, which has a digit in it, or five digits of the Danish numbering; never a person's."""
    number = supplier_number(text)
    if not re.search("[0-9]", number) or is_a_persons(number):
        return ()
    theirs = Number(SUPPLIER, number)
    if not _HMI_DIGITS.fullmatch(number):
        return (theirs,)
    return (Number(HMI, number), theirs) if country == DENMARK else (theirs, Number(HMI, number))


def is_a_persons(text: str) -> bool:
    """Say whether a text may be a person's number, Norwegian or Danish, which is not to be kept.

    The Norwegian one by its second check digit (mod 11), which D and synthetic numbers have, too; the Danish one, which
    no longer has any, by the day of birth that it begins with.
    """
    text = re.sub("[ ./+-]", "", text)
    if _FNR.fullmatch(text):
        return sum(int(digit) * weight for digit, weight in zip(text, _FNR_WEIGHTS, strict=True)) % 11 == 0
    return _CPR.fullmatch(text) is not None


def line_of(conn: Connection, number: Number) -> str | None:
    """Look up the line that a number is bound to."""
    mine = (product_identifier.c.scheme.in_(SAME[number.scheme]), product_identifier.c.value == number.value)
    line: str | None = conn.scalar(select(product_identifier.c.product).where(*mine))
    return line


def meant(conn: Connection, scan: object, country: str) -> Meant:
    """Find the line whose number a scan bears; where no line has it, the number that it most likely is.

    Args:
        scan, country: as for `of_scan`.
    """
    found = of_scan(scan, country)
    for number in (*found, *_as_suppliers(scan)):
        if (line := line_of(conn, number)) is not None:
            return Meant(number, line)
    return Meant(found[0] if found else None)


def _as_suppliers(scan: object) -> tuple[Number, ...]:
    """Read digits as many as a GTIN has as a supplier's number, which somebody may have bound by typing it.

    Only to look it up: of a number that nobody has bound its check digit says more.
    """
    match scan:
        case Gtin(raw=raw) | Unreadable(reason=UnreadableReason.CHECK_FAILED, raw=raw):
            digits = aim_and_text(raw)[1]
            return (Number(SUPPLIER, digits),) if digits.isdigit() else ()
        case _:
            return ()
