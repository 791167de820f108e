"""What the tables must agree on: two tables of facts to be read aloud, and the queries that look for more.

A constraint of one table is written in that table (`tables`); here is what needs two of them to see, and
what SQLite does not check by itself. `checking` asks all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, exists, or_, select

from depot import codes
from depot import tables as t
from depot.codes import Kind, Unreadable
from depot.fold import Ended, HoldState
from depot.states import State


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that is not as it must be: what, and where."""

    what: str
    where: str


_LINE = (t.product.c.code,)
_ITEM = (t.item.c.code,)
_STORY = (t.item_state.c.item,)
_LOAN = (t.loan.c.key,)
_LOAN_OR_HOLD = (t.loan.c.key, t.hold.c.key)
_DEPOT = (t.depot.c.id,)
_BORROWER = (t.borrower.c.id,)
_EVENT = (t.event.c.key,)

# what is broken, the column that speaks of something, and where that must be
_NEEDS: tuple[tuple[str, Column[Any], tuple[Column[Any], ...]], ...] = (
    ("an item is of a line that is not there",         t.item.c.product,               _LINE),
    ("an item has no story",                           t.item.c.code,                  _STORY),
    ("a story is of an item that is not there",        t.item_state.c.item,            _ITEM),
    ("an item stands on a shelf that is not there",    t.item_state.c.shelf,           (t.shelf.c.code,)),
    ("an item is at a depot that is not there",        t.item_state.c.depot,           _DEPOT),
    ("a shelf is in a depot that is not there",        t.shelf.c.depot,                _DEPOT),
    ("a shelf is for a line that is not there",        t.shelf.c.product,              _LINE),
    ("a place is in a depot that is not there",        t.place.c.depot,                _DEPOT),
    ("a closed day is of a depot that is not there",   t.closed_day.c.depot,           _DEPOT),
    ("a station is at a depot that is not there",      t.station.c.depot,              _DEPOT),
    ("words are for a line that is not there",         t.product_text.c.product,       _LINE),
    ("a line that is not there needs or suits one",    t.product_relation.c.product,   _LINE),
    ("a line needs or suits one that is not there",    t.product_relation.c.other,     _LINE),
    ("a number is of a line that is not there",        t.product_identifier.c.product, _LINE),
    ("a part is of a line that is not there",          t.product_part.c.product,       _LINE),
    ("a part of a line has no name",                   t.product_part.c.part,          (t.part_text.c.part,)),
    ("a count is of a line that is not there",         t.quantity.c.product,           _LINE),
    ("a count is of a depot that is not there",        t.quantity.c.depot,             _DEPOT),
    ("a recall is of a line that is not there",        t.recall.c.product,             _LINE),
    ("a card is of a borrower who is not there",       t.card.c.borrower,              _BORROWER),
    ("a borrower became one who is not there",         t.borrower.c.merged_into,       _BORROWER),
    ("a link is to a borrower who is not there",       t.link.c.borrower,              _BORROWER),
    ("a link is of no loan and no hold",               t.link.c.key,                   _LOAN_OR_HOLD),
    ("a loan is of an item that is not there",         t.loan.c.item,                  _ITEM),
    ("a hold is for a line that is not there",         t.hold.c.product,               _LINE),
    ("a part is owed on a loan that is not there",     t.owed_part.c.loan,             _LOAN),
    ("somebody collected what was not lent",           t.collector.c.key,              _LOAN),
    ("a collector is a borrower who is not there",     t.collector.c.borrower,         _BORROWER),
    ("somebody was looked up who is not there",        t.look_up.c.borrower,           _BORROWER),
    ("a loan's check-out is not in the journal",       t.loan.c.key,                   _EVENT),
    ("a label's event is not in the journal",          t.label_job.c.event,            _EVENT),
    ("a foreign return's event is not in the journal", t.foreign_return.c.event,       _EVENT),
    ("a decision is about an event that is not there", t.resolution.c.event,           _EVENT),
)  # fmt: skip

_IS_ON_LOAN = t.item_state.c.state == State.ON_LOAN.value
_IS_SET_ASIDE = t.item_state.c.state == State.SET_ASIDE.value
_IS_OPEN = t.loan.c.ended.is_(None)
_IS_READY = t.hold.c.state == HoldState.READY.value
_OUT_BY_IT = and_(t.item_state.c.item == t.loan.c.item, t.item_state.c.loan == t.loan.c.key)
_KEPT_FOR_IT = and_(t.item_state.c.item == t.hold.c.item, t.item_state.c.hold == t.hold.c.key)
_TAKEN_BACK = and_(t.loan.c.key == t.link.c.key, t.loan.c.ended == Ended.UNDONE.value)
_OF_A_PERSON = t.revision.c.table.in_([table.name for table in (t.borrower, t.card, t.staff)])

_NEVER: tuple[tuple[str, Table, ColumnElement[bool]], ...] = (
    (
        "a loan is open, but its item is not out by it",
        t.loan,
        _IS_OPEN & ~exists().where(_OUT_BY_IT, _IS_ON_LOAN),
    ),
    (
        "an item is out by a loan that is not open",
        t.item_state,
        _IS_ON_LOAN & ~exists().where(_OUT_BY_IT, _IS_OPEN),
    ),
    (
        "a hold is ready, but its item is not set aside for it",
        t.hold,
        _IS_READY & ~exists().where(_KEPT_FOR_IT, _IS_SET_ASIDE),
    ),
    (
        "an item is set aside for a hold that is not ready",
        t.item_state,
        _IS_SET_ASIDE & ~exists().where(_KEPT_FOR_IT, _IS_READY),
    ),
    (
        "fewer than none of a line are there",
        t.quantity,
        t.quantity.c.n < 0,
    ),
    (
        "a loan that was taken back is still somebody's",
        t.link,
        exists().where(_TAKEN_BACK),
    ),
    (
        "a person's revision says more than that there was one",
        t.revision,
        _OF_A_PERSON & t.revision.c.body.is_not(None),
    ),
)
"""What must never be, whose row it is, and how it is found."""


def references(conn: Connection) -> Iterator[Broken]:
    """That what a row speaks of is there."""
    for what, speaking, needed in _NEEDS:
        there = or_(*(_is_there(column, speaking) for column in needed))
        yield from _found(conn, what, speaking.table, speaking.is_not(None) & ~there)


def _is_there(column: Column[Any], speaking: Column[Any]) -> ColumnElement[bool]:
    """Say that some row has the value; under another name, since a row may speak of its own table (a merge)."""
    others = column.table.alias()
    return exists().where(others.c[column.name] == speaking)


def agreement(conn: Connection) -> Iterator[Broken]:
    """That no two tables contradict each other."""
    for what, table, found in _NEVER:
        yield from _found(conn, what, table, found)


def _found(conn: Connection, what: str, table: Any, found: ColumnElement[bool]) -> Iterator[Broken]:
    for row in conn.execute(select(*table.primary_key).select_from(table).where(found)):
        yield Broken(what, f"{table.name} {_ending(row[0]) if table is t.card else ' '.join(map(str, row))}")


def _ending(card: str) -> str:
    """Name a card as the screen does: its number opens something for whoever knows it."""
    return f"ending {codes.digits(card)[-2:]}"


def own_codes(conn: Connection) -> Iterator[Broken]:
    """That every code is one of ours, of its kind."""
    for kind, column in (
        (Kind.ITEM, t.item.c.code),
        (Kind.SHELF, t.shelf.c.code),
        (Kind.PRODUCT, t.product.c.label),
        (Kind.CARD, t.card.c.code),
    ):
        for code in conn.scalars(select(column)):
            if isinstance(codes.parse(code), Unreadable) or not code.startswith(kind):
                named = _ending(code) if kind is Kind.CARD else code
                yield Broken("a code is not one of ours", f"{kind.name.lower()} {named}")
