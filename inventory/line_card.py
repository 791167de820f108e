"""A product line's card: what it is, how many there are and wait, its numbers, and its pieces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, or_, select

from depot import availability, clock, codes
from depot.calendar import day_of
from depot.codes import Kind, ProductCode
from depot.states import State
from depot.station import Station
from depot.tables import depot, item, item_state, loan, product, product_fee, shelf
from inventory import identifiers, names, restock
from inventory.restock import Stock


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a line's card says. Numbers are in pieces, but for `whole`, which is in loans' worth: pairs of crutches.

    Args:
        product, label, name: the catalogue's code, the code that shelves bear, what it is called.
        stock: what is free, owned, ordered, and the level.
        whole: how many can be lent now; out: on loan; waiting: people in its queue.
        expected: when the next one may be free, where none is.
        shelves: where it stands: code and name of the shelf.
        numbers: other people's for it, as they are typed.
        fee_ore, deposit_ore: what a loan of one piece costs, hundredths.
    """

    product: str
    label: str
    name: str
    iso9999: str
    loan_days: int
    self_service: bool
    cleaning_class: str
    inspection_days: int
    stock: Stock
    whole: int
    out: int
    waiting: int
    expected: date | None
    shelves: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]
    fee_ore: int
    deposit_ore: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a line: its state since when, its shelf or other depot, its number, and when it is due."""

    item: str
    state: State
    since: datetime
    shelf: str
    elsewhere: str
    serial: str
    due: date | None


def meant(conn: Connection, text: str) -> str | None:
    """Find the line that was scanned or typed: the catalogue's code, a shelf label's, or a number bound to a line."""
    code = text.strip().upper() if text.isascii() else ""
    found = conn.scalar(select(product.c.code).where(or_(product.c.code == code, product.c.label == code)))
    if found is None:
        scan = codes.parse_typed(text, expect=Kind.PRODUCT)
        if isinstance(scan, ProductCode):
            found = conn.scalar(select(product.c.code).where(product.c.label == scan.code))
        elif (number := identifiers.read(text)) is not None:
            found = identifiers.line_of(conn, number)
    return str(found) if found is not None else None


def find(conn: Connection, station: Station, line: str, *, language: str, now: datetime) -> Card | None:
    """Look a line up by the catalogue's code; None where there is none.

    Args:
        language: of its name; now: aware, UTC.
    """
    row = conn.execute(select(product).where(product.c.code == line)).first()
    stock = restock.stock_of(conn, station, line, now=now)
    free = availability.line_now(conn, station, line=line, now=now)
    if row is None or stock is None or free is None:
        return None
    cost = conn.execute(select(product_fee).where(product_fee.c.product == line)).first()
    of_line = item.c.product == line
    joined = item.join(item_state, item_state.c.item == item.c.code)
    on_loan = (
        select(func.count()).select_from(joined).where(of_line, item_state.c.state == State.ON_LOAN.value)
    )
    stands = (
        select(shelf.c.code, shelf.c.name)
        .where(
            shelf.c.depot == station.depot,
            or_(
                shelf.c.product == line,
                shelf.c.code.in_(select(item_state.c.shelf).select_from(joined).where(of_line)),
            ),
        )
        .order_by(shelf.c.name)
    )
    numbers = tuple(identifiers.said(one.number) for one in identifiers.known(conn, line))
    return Card(
        product=line,
        label=row.label,
        name=names.of_line(conn, line, language),
        iso9999=row.iso9999,
        loan_days=row.loan_days,
        self_service=row.self_service,
        cleaning_class=row.cleaning_class,
        inspection_days=row.inspection_days,
        stock=stock,
        whole=free.free,
        out=conn.scalar(on_loan) or 0,
        waiting=free.waiting,
        expected=free.expected,
        shelves=tuple((each.code, each.name) for each in conn.execute(stands)),
        numbers=numbers,
        fee_ore=cost.fee_ore if cost is not None else 0,
        deposit_ore=cost.deposit_ore if cost is not None else 0,
    )


_GONE_LAST = case((item_state.c.state.in_([State.WRITTEN_OFF.value, State.KEPT.value]), 1), else_=0)


def pieces(conn: Connection, station: Station, line: str) -> tuple[Piece, ...]:
    """List the pieces of a line by their labels; what is gone for good comes last."""
    asked = (
        select(
            item.c.code,
            item.c.serial,
            item_state.c.state,
            item_state.c.since,
            item_state.c.depot,
            depot.c.name.label("depot_name"),
            shelf.c.name.label("shelf_name"),
            loan.c.due,
        )
        .select_from(
            item.join(item_state, item_state.c.item == item.c.code)
            .outerjoin(depot, depot.c.id == item_state.c.depot)
            .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
            .outerjoin(loan, loan.c.key == item_state.c.loan)
        )
        .where(item.c.product == line)
        .order_by(_GONE_LAST, item.c.code)
    )
    return tuple(
        Piece(
            row.code,
            State(row.state),
            clock.from_millis(row.since),
            row.shelf_name or "",
            row.depot_name or "" if row.depot != station.depot else "",
            row.serial or "",
            day_of(row.due),
        )
        for row in conn.execute(asked)
    )
