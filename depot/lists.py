"""What a list says, row by row: things, loans, lines, events. A list is one statement, whatever its length.

Rows are ready to be told to a machine: codes as printed, times in ISO 8601 UTC, dates ISO. No list here
knows a person: who has a thing is in `link`, which none of them reads. (Cards: see `borrowers.listing`.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, case, func, select

from depot import clock
from depot.looks import IS_FREE
from depot.states import State
from depot.tables import (
    depot,
    event,
    item,
    item_state,
    loan,
    owed_part,
    part_text,
    product,
    product_text,
    quantity,
    shelf,
)

Row = dict[str, Any]

_EN, _NB = product_text.alias("en"), product_text.alias("nb")
_NAME = func.coalesce(_EN.c.name, _NB.c.name).label("name")
_NO_LONGER_OURS = (State.WRITTEN_OFF.value, State.KEPT.value)


def _free(today: date | None) -> ColumnElement[bool]:
    """Say that a piece may be lent; with a day, also that its timed inspection has not run out by then."""
    if today is None:
        return IS_FREE
    lasts = func.julianday(item_state.c.inspected_on) + product.c.inspection_days >= func.julianday(
        today.isoformat()
    )
    return IS_FREE & ((product.c.inspection_days == 0) | func.coalesce(lasts, False))


def _rows(conn: Connection, statement: Select[Any]) -> Iterator[Row]:
    """Read row by row: a list of 100,000 things need not stand in memory at once."""
    for row in conn.execute(statement, execution_options={"yield_per": 1000}):
        yield row._asdict()


def _named(what: Any) -> Any:
    """Join a line's names, English first, to whatever already stands beside `product`."""
    return what.outerjoin(_EN, (_EN.c.product == product.c.code) & (_EN.c.language == "en")).outerjoin(
        _NB, (_NB.c.product == product.c.code) & (_NB.c.language == "nb")
    )


def name_of(conn: Connection, line: str | None) -> str:
    """Name a line of the catalogue; empty for none."""
    if line is None:
        return ""
    return conn.scalar(select(_NAME).select_from(_named(product)).where(product.c.code == line)) or ""


def items(
    conn: Connection,
    *,
    code: str | None = None,
    line: str | None = None,
    states: Sequence[str] = (),
    on_shelf: str | None = None,
    free: bool = False,
    today: date | None = None,
) -> Iterator[Row]:
    """List labelled pieces, by code.

    Args:
        code: only this one; line: only of this line of the catalogue.
        states: only in one of these states.
        on_shelf: only on the shelf of this name or code (see `shelves`).
        free: only what anybody could borrow here by themselves now.
        today: the depot's day, by which a timed inspection has run out; none has, without it.
    """
    wanted: list[ColumnElement[bool]] = []
    if code is not None:
        wanted.append(item.c.code == code)
    if line is not None:
        wanted.append(item.c.product == line)
    if states:
        wanted.append(item_state.c.state.in_(states))
    if on_shelf is not None:
        wanted.append(item_state.c.shelf.in_(shelves(conn, on_shelf)))
    if free:
        wanted.append(_free(today) & product.c.self_service.is_(True))
    statement = (
        select(
            item.c.code,
            item.c.product,
            _NAME,
            item_state.c.state,
            depot.c.name.label("depot"),
            shelf.c.name.label("shelf"),
            product.c.self_service,
        )
        .select_from(
            _named(
                item.outerjoin(item_state, item_state.c.item == item.c.code)
                .outerjoin(product, product.c.code == item.c.product)
                .outerjoin(depot, depot.c.id == item_state.c.depot)
                .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
            )
        )
        .where(*wanted)
        .order_by(item.c.code)
    )
    return _rows(conn, statement)


def shelves(conn: Connection, name: str) -> list[str]:
    """Return the codes of the shelves that are meant by a name, "B2" or "hylle B2", or by a label's code."""
    said = name.casefold().split()[-1:]
    known = conn.execute(select(shelf.c.code, shelf.c.name).order_by(shelf.c.code))
    return [row.code for row in known if said in (row.name.casefold().split()[-1:], [row.code.casefold()])]


def loans(
    conn: Connection,
    *,
    code: str | None = None,
    line: str | None = None,
    still_open: bool | None = None,
    late_on: date | None = None,
) -> Iterator[Row]:
    """List loans, the oldest first.

    Args:
        code: only of this item; line: only of this line of the catalogue.
        still_open: only those that are open, or only those that have ended; both by default.
        late_on: only those that are open and were due before this day.
    """
    wanted: list[ColumnElement[bool]] = []
    if code is not None:
        wanted.append(loan.c.item == code)
    if line is not None:
        wanted.append(loan.c.product == line)
    if still_open is not None:
        wanted.append(loan.c.ended.is_(None) if still_open else loan.c.ended.is_not(None))
    if late_on is not None:
        wanted.append(loan.c.ended.is_(None) & (loan.c.due < late_on.isoformat()))
    for row in _rows(conn, select(loan).where(*wanted).order_by(loan.c.out_at, loan.c.key)):
        yield {
            "key": row["key"],
            "item": row["item"],
            "product": row["product"],
            "out_at": clock.iso(clock.from_millis(row["out_at"])),
            "due": row["due"],
            "returned_at": clock.iso(clock.from_millis(row["returned_at"])) if row["returned_at"] else None,
            "open": row["ended"] is None,
            "ended": row["ended"],
            "days": row["days"],
            "renewals": row["renewals"],
            "flags": row["flags"].split(",") if row["flags"] else [],
            "deed": row["deed"],
        }


def products(
    conn: Connection, *, line: str | None = None, free: bool = False, today: date | None = None
) -> Iterator[Row]:
    """List the lines of the catalogue, by code, with how many pieces stand free and how many there are.

    Args:
        line: only this one.
        free: only lines of which a piece stands free.
        today: as for `items`.

    A piece that was written off or went over to the state is no longer counted; one that is missing is.
    Of a line that is counted and not labelled, all that are there are free.
    """
    pieces = (
        select(
            item.c.product,
            func.sum(func.cast(_free(today), Integer)).label("free"),
            func.count().filter(item_state.c.state.not_in(_NO_LONGER_OURS)).label("total"),
        )
        .select_from(
            item.join(item_state, item_state.c.item == item.c.code).join(
                product, product.c.code == item.c.product
            )
        )
        .group_by(item.c.product)
        .subquery("pieces")
    )
    tallies = (
        select(quantity.c.product, func.sum(quantity.c.n).label("n"))
        .group_by(quantity.c.product)
        .subquery("tallies")
    )
    there = case((product.c.counted, func.coalesce(tallies.c.n, 0)), else_=func.coalesce(pieces.c.free, 0))
    total = case((product.c.counted, func.coalesce(tallies.c.n, 0)), else_=func.coalesce(pieces.c.total, 0))
    wanted: list[ColumnElement[bool]] = [product.c.code == line] if line is not None else []
    if free:
        wanted.append(there > 0)
    statement = (
        select(
            product.c.code,
            _NAME,
            product.c.iso9999,
            there.label("free"),
            total.label("total"),
            product.c.loan_days,
            product.c.self_service,
            product.c.counted,
            product.c.label,
        )
        .select_from(
            _named(
                product.outerjoin(pieces, pieces.c.product == product.c.code).outerjoin(
                    tallies, tallies.c.product == product.c.code
                )
            )
        )
        .where(*wanted)
        .order_by(product.c.code)
    )
    return _rows(conn, statement)


def notes(conn: Connection) -> Iterator[Row]:
    """List the safety notes in every language, by line, each with whether a therapist has read it."""
    columns = (
        product_text.c.product,
        product_text.c.language,
        product_text.c.note,
        product_text.c.note_reviewed.label("reviewed"),
    )
    noted = select(*columns).where(product_text.c.note.is_not(None))
    return _rows(conn, noted.order_by(product_text.c.product, product_text.c.language))


def owed(conn: Connection) -> Iterator[Row]:
    """List the parts that stayed out when their things came home, by thing. Never tells who has them."""
    word = part_text.alias("word")
    statement = (
        select(
            owed_part.c.item,
            item.c.product,
            owed_part.c.part,
            func.coalesce(word.c.name, owed_part.c.part).label("name"),
            owed_part.c.pieces,
            loan.c.returned_at,
            owed_part.c.loan,
        )
        .join(item, item.c.code == owed_part.c.item)
        .join(loan, loan.c.key == owed_part.c.loan)
        .outerjoin(word, (word.c.part == owed_part.c.part) & (word.c.language == "en"))
        .order_by(owed_part.c.item, loan.c.returned_at, owed_part.c.part)
    )
    for row in _rows(conn, statement):
        home = row["returned_at"]
        yield {**row, "returned_at": clock.iso(clock.from_millis(home)) if home else None}


def events(
    conn: Connection,
    *,
    code: str | None = None,
    deed: str | None = None,
    kind: str | None = None,
    last: int | None = None,
) -> Iterator[Row]:
    """List what happened, in the order in which stories are told.

    Args:
        code: only about this item; deed: only of this deed; kind: only facts of this kind.
        last: only the newest so many.
    """
    wanted = [
        column == value
        for column, value in ((event.c.item, code), (event.c.deed, deed), (event.c.kind, kind))
        if value is not None
    ]
    columns = (event.c[name] for name in ("seq", "station", "key", "deed", "kind", "item", "at", "tick"))
    told = select(*columns).where(*wanted)
    if last is not None:
        told = told.order_by(event.c.tick.desc(), event.c.station.desc(), event.c.seq.desc()).limit(last)
    newest = told.subquery("told")
    in_order = select(newest).order_by(newest.c.tick, newest.c.station, newest.c.seq)
    for row in _rows(conn, in_order):
        row.pop("tick")
        yield row
