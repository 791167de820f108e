"""Other people's numbers for a line: what a maker's barcode or the state's article number stands for here.

A number is bound to a line once, by somebody who has the thing in hand, and is known from then on: at the desk,
to `depot find`, and in files of items. A number is one line's; a line may have many (each size of pack and
each colour has a GTIN of its own). A supplier's number is any text; it is what an order list orders by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from depot import codes, reference
from depot.codes import Kind
from depot.naming import SUPPLIER, is_said_to_be_a_suppliers, supplier_number
from depot.numbers import GTIN, HMI, HMS, SAME, SCHEMES, Meant, Number, line_of, meant, of_scan
from depot.tables import product, product_identifier

__all__ = [
    "GTIN",
    "HMI",
    "HMS",
    "SCHEMES",
    "SUPPLIER",
    "Binding",
    "Bound",
    "Known",
    "Meant",
    "Number",
    "bind",
    "known",
    "line_of",
    "meant",
    "of_scan",
    "read",
    "said",
    "suppliers",
    "unbind",
]

_SCHEMED = re.compile(r"(hms|hmi|gtin) ?[: ] ?([0-9 ]{1,20})", re.ASCII | re.IGNORECASE)
_HMS_DIGITS = 6
_HMI_DIGITS = re.compile("[0-9]{1,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Known:
    """A number that is bound, and to which line."""

    number: Number
    line: str


class Binding(StrEnum):
    """What became of binding a number."""

    BOUND = "bound"
    ALREADY = "already"
    """It is this line's already."""
    ANOTHERS = "anothers"
    """It is another line's, and was not to be taken from it."""
    MOVED = "moved"
    """It was another line's until now."""
    NO_LINE = "no_line"


@dataclass(frozen=True, slots=True)
class Bound:
    """The answer to binding a number: `line` is whose it is now, `was` whose it was before, of one that was moved."""

    what: Binding
    line: str
    was: str | None = None


def _suppliers(text: str) -> Number | None:
    number = supplier_number(text)
    return Number(SUPPLIER, number) if number else None


def said(number: Number) -> str:
    """Write a number for people: its numbering before it, but for a supplier's, which is called as it stands."""
    return number.value if number.scheme == SUPPLIER else f"{number.scheme.upper()} {number.value}"


def read(text: str) -> Number | None:
    """Read a number as somebody types it: `07012345678900`, `hms:123456`, `hmi:48213`, a whole UDI, `supplier:AB-12`.

    A supplier's number is believed only with that word before it; see `suppliers` for a line that asks for one.
    """
    if is_said_to_be_a_suppliers(text):
        return _suppliers(text)
    written = _SCHEMED.fullmatch(text.strip())
    if written is None:
        found = of_scan(codes.parse_typed(text, expect=Kind.PRODUCT))
        return found[0] if found and found[0].scheme in (GTIN, HMS) else None
    scheme, digits = written[1].lower(), written[2].replace(" ", "")
    if scheme == GTIN:
        return _gtin(digits)
    if scheme == HMS:
        return Number(HMS, digits) if len(digits) == _HMS_DIGITS else None
    return Number(HMI, digits) if _HMI_DIGITS.fullmatch(digits) else None


def suppliers(text: str) -> Number | None:
    """Read any number, where what is no other's is taken for a supplier's own; None for what is no number."""
    return read(text) or _suppliers(text)


def _gtin(digits: str) -> Number | None:
    """Read a GTIN of any length; with zeros before it, so that eight digits are no code of ours."""
    found = of_scan(codes.parse(digits.zfill(14) if len(digits) <= 14 else digits))
    return found[0] if found and found[0].scheme == GTIN else None


def bind(
    conn: Connection,
    number: Number,
    line: str,
    *,
    now: datetime,
    by: str | None = None,
    move: bool = False,
    instead_of: str | None = None,
) -> Bound:
    """Bind a number to a line.

    Args:
        line: the product's code in the catalogue; now: aware, UTC.
        by: the pseudonym of the member of staff, or who sits at the shell, for the revision.
        move: whether it is taken from another line that has it, whichever that is.
        instead_of: the one line that it may be taken from.
    """
    there = line_of(conn, number)
    if there == line:
        return Bound(Binding.ALREADY, line)
    if conn.scalar(select(product.c.code).where(product.c.code == line)) is None:
        return Bound(Binding.NO_LINE, line)
    if there is not None and not move and there != instead_of:
        return Bound(Binding.ANOTHERS, there)
    if there is not None:
        unbind(conn, number, now=now, by=by)
    row = {"scheme": number.scheme, "value": number.value, "product": line}
    reference.put(conn, product_identifier, row, now=now, by=by)
    return Bound(Binding.MOVED if there is not None else Binding.BOUND, line, there)


def unbind(
    conn: Connection, number: Number, *, now: datetime, by: str | None = None, of: str | None = None
) -> str | None:
    """Take a number away from its line; returns which that was, None where it was bound to none.

    Args:
        of: the line that it was seen to be; it stays with another one, to which somebody has moved it meanwhile.
    """
    line = line_of(conn, number)
    if line is None or of not in (None, line):
        return None
    for scheme in SAME[number.scheme]:
        key = {"scheme": scheme, "value": number.value}
        mine = (product_identifier.c.scheme == scheme, product_identifier.c.value == number.value)
        if conn.scalar(select(product_identifier.c.product).where(*mine)) is not None:
            reference.drop(conn, product_identifier, key, now=now, by=by)
    return line


def known(conn: Connection, line: str | None = None) -> tuple[Known, ...]:
    """List the numbers that are bound, by line.

    Args:
        line: only this one's.
    """
    asked = select(product_identifier)
    if line is not None:
        asked = asked.where(product_identifier.c.product == line)
    columns = (product_identifier.c.product, product_identifier.c.scheme, product_identifier.c.value)
    return tuple(
        Known(Number(row.scheme, row.value), row.product) for row in conn.execute(asked.order_by(*columns))
    )
