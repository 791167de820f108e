"""What a code or words mean at this depot. Says what a thing is, never who has it nor whose a card is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from depot import codes, lists, numbers
from depot.codes import Command, Kind, NavLabel, Unreadable, UnreadableReason
from depot.naming import SUPPLIER, supplier_number
from depot.own import CLASSES, OwnCode
from depot.tables import (
    borrower,
    card,
    depot,
    hold,
    product,
    product_identifier,
    product_text,
    shelf,
    staff,
    station,
)

Rows = tuple[Mapping[str, Any], ...]

_EIGHT = re.compile("[0-9]{8}")
_WORDS = frozenset({UnreadableReason.WRONG_SHAPE, UnreadableReason.NOT_ASCII, UnreadableReason.LAYOUT})


@dataclass(frozen=True, slots=True)
class Found:
    """What a text means: the kind of what it names, a sentence, and the rows of this ledger that match."""

    kind: str
    meaning: str
    match: Rows = ()


def find(conn: Connection, text: str) -> Found:
    """Say what a text means: a code, its eight digits, a line of the catalogue, or words of a line's name."""
    line = tuple(lists.products(conn, line=text.strip().upper())) if text.isascii() else ()
    if line:
        return Found("product", str(line[0]["name"]), line)
    eight = re.sub("[ -]", "", text.strip())
    if _EIGHT.fullmatch(eight) and codes.damm(eight) == "0":
        return _eight_digits(conn, eight)
    scan = codes.parse_typed(text, expect=Kind.ITEM)
    if isinstance(scan, Unreadable):
        theirs = _identified(conn, SUPPLIER, supplier_number(text))
        if theirs:
            return Found("supplier", _ARTICLE[SUPPLIER], theirs)
        if (named := _numbered(conn, scan)) is not None:
            return named
        return _words(conn, text) if scan.reason in _WORDS else Found("unreadable", _WHY_NOT[scan.reason])
    if isinstance(scan, OwnCode):
        return _own(conn, scan)
    return _foreign(conn, scan)


_WHY_NOT = {
    UnreadableReason.EMPTY: "nothing",
    UnreadableReason.TOO_LONG: "longer than any label",
    UnreadableReason.CONTROL: "a text with control characters",
    UnreadableReason.CHECK_FAILED: "a check digit or letter is wrong: mistyped or misread",
    UnreadableReason.UNKNOWN_KIND: "made like a code of ours, of a kind that this version does not know",
    UnreadableReason.GLUED: "two codes run into one",
    UnreadableReason.URL: "a web address, which is not opened",
    UnreadableReason.PARCEL: "a parcel's label: it says what is sent, not what is in it",
    UnreadableReason.OTHER_LABEL: "a label that names neither a product nor a thing",
}


# --- our own ---


def _eight_digits(conn: Connection, eight: str) -> Found:
    """Try the digits as every kind of code; an item comes first, as everywhere that asks for digits."""
    for kind in Kind:
        found = _own(conn, CLASSES[kind](codes.mint(kind, eight[:7])))
        if found.match:
            return found
    return Found("item", "eight digits that nothing here has")


def _own(conn: Connection, scan: OwnCode) -> Found:
    rows_of, meaning, otherwise = _OWN[scan.kind]
    rows = rows_of(conn, scan.code)
    said = {name: str(value).replace("_", " ") for name, value in rows[0].items()} if rows else {}
    return Found(scan.kind.name.lower(), meaning.format(**said) if rows else otherwise, rows)


def _items(conn: Connection, code: str) -> Rows:
    return tuple(lists.items(conn, code=code))


def _shelves(conn: Connection, code: str) -> Rows:
    rows = conn.execute(select(shelf.c.code, shelf.c.name).where(shelf.c.code == code))
    return tuple(row._asdict() for row in rows)


def _lines(conn: Connection, label: str) -> Rows:
    code = conn.scalar(select(product.c.code).where(product.c.label == label))
    return tuple(lists.products(conn, line=code)) if code else ()


def _holds(conn: Connection, slip: str) -> Rows:
    asked = select(hold.c.product, hold.c.state, hold.c.item, hold.c.pick_up_by).where(hold.c.slip == slip)
    return tuple(row._asdict() for row in conn.execute(asked))


def _cards(conn: Connection, code: str) -> Rows:
    row = conn.execute(
        select(card.c.borrower, card.c.blocked, borrower.c.blocked.label("stopped"), borrower.c.died_on)
        .select_from(card.outerjoin(borrower, borrower.c.id == card.c.borrower))
        .where(card.c.code == code)
    ).first()
    if row is None:
        return ()
    if row.blocked or row.stopped or row.died_on:
        return ({"is": "blocked"},)
    return ({"is": "in use" if row.borrower else "unassigned"},)


def _badges(conn: Connection, code: str) -> Rows:
    row = conn.execute(select(staff.c.ended_at).where(staff.c.badge == code)).first()
    if row is None:
        return ()
    return ({"is": "in use" if row.ended_at is None else "no longer in use"},)


def _commands(_: Connection, code: str) -> Rows:
    return tuple({"command": one.value} for one in Command if codes.command_code(one) == code)


_OWN: dict[Kind, tuple[Callable[[Connection, str], Rows], str, str]] = {
    Kind.ITEM: (_items, "{name}: {state}", "an item's code that is not in use here"),
    Kind.CARD: (_cards, "a borrower's card: {is}", "a card that was not printed here"),
    Kind.SHELF: (_shelves, "{name}", "a shelf's code that is not in use here"),
    Kind.PRODUCT: (_lines, "{name}", "a line's code that is not in the catalogue"),
    Kind.SLIP: (_holds, "a place in the queue for {product}: {state}", "a slip that nothing waits for"),
    Kind.COMMAND: (_commands, "the command card: {command}", "a field of a newer command card"),
    Kind.BADGE: (_badges, "a storekeeper's badge: {is}", "a badge that opens nothing here"),
}


# --- others' and words ---


_ARTICLE = {
    numbers.HMS: "NAV's number for an article that is in the catalogue, too",
    numbers.HMI: "the Danish number (HMI) of an article",
    numbers.GTIN: "a maker's number for a product",
    SUPPLIER: "a supplier's number for a product",
}


def _country(conn: Connection) -> str:
    """Say in which country this ledger's own station stands: whose number six digits are."""
    ours = (
        select(depot.c.country).join(station, station.c.depot == depot.c.id).where(station.c.ours.is_(True))
    )
    return conn.scalar(ours) or ""


def _numbered(conn: Connection, scan: object) -> Found | None:
    """Name the line whose number a label bears; None where no line has it."""
    meant = numbers.meant(conn, scan, _country(conn))
    if meant.number is None or meant.line is None:
        return None
    kind = "nav" if meant.number.scheme == numbers.HMS else meant.number.scheme
    return Found(kind, _ARTICLE[meant.number.scheme], tuple(lists.products(conn, line=meant.line)))


def _foreign(conn: Connection, scan: object) -> Found:
    if (named := _numbered(conn, scan)) is not None:
        return named
    match scan:
        case NavLabel() if _country(conn) != numbers.DENMARK:
            return Found("nav", "NAV's label: the thing is not ours, and NAV wants it back")
        case codes.Gtin() | codes.Udi():
            return Found("gtin", _ARTICLE[numbers.GTIN])
        case _:
            return Found("asset", "another owner's number for a thing of theirs")


def _identified(conn: Connection, scheme: str, value: str) -> Rows:
    lines = conn.scalars(
        select(product_identifier.c.product).where(
            product_identifier.c.scheme == scheme, product_identifier.c.value == value
        )
    ).all()
    return tuple(row for line in lines for row in lists.products(conn, line=line))


def _words(conn: Connection, text: str) -> Found:
    """Look for lines whose name in some language has all the words; here, because SQLite folds only ASCII."""
    words = text.casefold().split()
    named = conn.execute(select(product_text.c.product, product_text.c.name))
    hits = {row.product for row in named if all(word in row.name.casefold() for word in words)}
    rows = tuple(row for row in lists.products(conn) if row["code"] in hits)
    lines = {0: "no line of the catalogue has these words", 1: "a line of the catalogue"}
    return Found("words", lines.get(len(rows), f"{len(rows)} lines of the catalogue"), rows)
