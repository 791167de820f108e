"""A maker's or an authority's recall: what it is about, what of it stands here, what is out, and who is told.

An open recall is a reference row; that nothing of it is lent follows from the row at every door (`looks`), so
opening one is a single write, however many pieces it is about. Ranges of serial numbers count both ends; the
shorter number comes first, and of equally long ones the first as a text (`looks.in_serial_range`). A piece whose
serial or lot number nobody has recorded may be meant by a recall that names one: it is not stopped, since most
such pieces are not meant, and listed apart, to be looked at by hand.

Who has a thing is told to somebody who may know, and every look-up is logged in its own transaction.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from depot import borrowers, clock, looks, reference
from depot.calendar import day_of
from depot.fold import Ended
from depot.states import State
from depot.station import Station
from depot.tables import (
    borrower,
    card,
    item,
    item_state,
    link,
    loan,
    place,
    product,
    quantity,
    recall,
    recall_call,
    shelf,
)

LONGEST = 60
"""Characters of a lot or serial number, and of why."""


class No(StrEnum):
    """Why something about a recall is not done."""

    NO_LINE = "no_line"
    NO_RECALL = "no_recall"
    OPEN_ALREADY = "open_already"
    BACKWARDS = "backwards"
    """The last serial number comes before the first, or there is no first."""
    TOO_LONG = "too_long"
    IS_CLOSED = "is_closed"
    IS_OPEN = "is_open"
    NOT_IN_IT = "not_in_it"
    """The loan is of no piece that the recall is about."""


class Outcome(StrEnum):
    """How somebody was told. The names are those in the table."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a recall is about: a line, and of it one lot, one serial number or a range of them, or all.

    `serial_to` is the last one of a range; the piece that bears it is recalled, too.
    """

    product: str
    lot: str | None = None
    serial: str | None = None
    serial_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """One recall, and how far it has come.

    Args:
        inside: its pieces that are not out; apart: those of them that are kept apart already.
        out: those on loan, or left for good with a borrower.
        told: how many of those loans somebody was reached about, or was written to; tried: not reached yet.
        unsure: pieces of the line whose number nobody has recorded.
    """

    key: str
    meant: Meant
    why: str
    opened_at: datetime
    closed_at: datetime | None
    inside: int = 0
    apart: int = 0
    out: int = 0
    told: int = 0
    tried: int = 0
    unsure: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it stops loans now."""
        return self.closed_at is None

    @property
    def left(self) -> int:
        """How many of its pieces are still to be fetched from where they stand, or somebody is still to be told of."""
        return self.inside - self.apart + self.out - self.told


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece that a recall is about, or may be.

    Args:
        sure: whether its number is among those recalled; else nobody has recorded it.
        loan: the key of the loan by which it is out; None for what is not.
        where: the sign at which it stands, or its shelf; None where nobody can say.
        outcome: how the borrower was told.
    """

    item: str
    product: str
    serial: str | None
    lot: str | None
    state: State
    sure: bool
    where: str | None = None
    loan: str | None = None
    due: date | None = None
    outcome: Outcome | None = None

    @property
    def is_out(self) -> bool:
        """Whether somebody has it at home."""
        return self.loan is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has recalled things at home. Only ever made where the look-up was logged.

    Args:
        card: their card; None where this ledger does not know whose the loan is.
        died: nobody rings or writes to the dead; the thing is fetched.
    """

    card: str | None
    name: str | None
    phone: str | None
    language: str | None
    died: bool
    pieces: tuple[Piece, ...]

    @property
    def loans(self) -> tuple[str, ...]:
        """The keys of their loans of recalled things."""
        return tuple(one.loan for one in self.pieces if one.loan is not None)

    @property
    def outcome(self) -> Outcome | None:
        """How they were told; None while there is a thing that they have not been told about."""
        said = {one.outcome for one in self.pieces}
        return said.pop() if len(said) == 1 else None


# --- what a recall is about ---


_LOT: Any = bindparam("lot")
_SERIAL: Any = bindparam("serial")
_SERIAL_TO: Any = bindparam("serial_to")
_NO_LOT = and_(_LOT.is_not(None), item.c.lot.is_(None))
_NO_SERIAL = and_(_SERIAL.is_not(None), item.c.serial.is_(None))
_OF_LOT = func.coalesce(looks.is_of_lot(item, _LOT), false())
_OF_SERIAL = func.coalesce(looks.is_of_serial(item, _SERIAL, _SERIAL_TO), false())
_SURE = and_(_OF_LOT, _OF_SERIAL)
# What it should be told apart by is not recorded, and what is recorded fits.
_UNSURE = and_(or_(_NO_LOT, _NO_SERIAL), or_(_OF_LOT, _NO_LOT), or_(_OF_SERIAL, _NO_SERIAL))
_SIGN = place.alias("sign")
_OF_STATE: dict[State, str] = {
    State.REPAIR: looks.REPAIR,
    State.QUARANTINE: looks.INFECTION,
    State.SET_ASIDE: looks.PICK_UP,
}
_TO_BE_CLEANED = (State.RETURNED, State.CLEANING, State.INSPECTION)
_PIECES = (
    select(
        item.c.code,
        item.c.product,
        item.c.serial,
        item.c.lot,
        item_state.c.state,
        item_state.c.loan,
        item_state.c.infected,
        product.c.cleaning_class,
        shelf.c.name.label("shelf"),
        loan.c.due,
        _SURE.label("sure"),
    )
    .select_from(
        item.join(item_state, item_state.c.item == item.c.code)
        .join(product, product.c.code == item.c.product)
        .outerjoin(shelf, shelf.c.code == item_state.c.shelf)
        .outerjoin(loan, loan.c.key == item_state.c.loan)
    )
    .where(
        item.c.product == bindparam("product"),
        item_state.c.state != State.WRITTEN_OFF.value,
        or_(_SURE, _UNSURE),
    )
    .order_by(item.c.code)
)
_KEPT_LOANS = (
    select(loan.c.item, func.max(loan.c.key).label("key"))
    .where(loan.c.item.in_(bindparam("items", expanding=True)), loan.c.ended == Ended.KEPT.value)
    .group_by(loan.c.item)
)
_CALLED = select(recall_call.c.loan, recall_call.c.outcome).where(recall_call.c.recall == bindparam("recall"))


def about(conn: Connection, station: Station, meant: Meant, *, key: str | None = None) -> tuple[Piece, ...]:
    """List every piece that a recall is about or may be, by code; what was written off is not listed.

    What a borrower keeps for good is listed as out: it is still in somebody's home.

    Args:
        key: of the recall, where it is open: with what its borrowers were told.
    """
    asked = {"product": meant.product, "lot": meant.lot, "serial": meant.serial, "serial_to": meant.serial_to}
    rows = conn.execute(_PIECES, asked).all()
    kept = [row.code for row in rows if row.state == State.KEPT]
    theirs: dict[str, str] = {}
    if kept:
        theirs = {row.item: row.key for row in conn.execute(_KEPT_LOANS, {"items": kept})}
    called = {row.loan: Outcome(row.outcome) for row in conn.execute(_CALLED, {"recall": key})} if key else {}
    signs = dict(
        conn.execute(select(_SIGN.c.purpose, _SIGN.c.name).where(_SIGN.c.depot == station.depot)).all()
    )
    return tuple(_piece(row, theirs, called, signs) for row in rows)


def _piece(row: Any, kept: dict[str, str], called: dict[str, Outcome], signs: dict[str, str]) -> Piece:
    state = State(row.state)
    by_loan = row.loan or kept.get(row.code)
    return Piece(
        item=row.code,
        product=row.product,
        serial=row.serial,
        lot=row.lot,
        state=state,
        sure=bool(row.sure),
        where=None if by_loan else _where(row, state, signs),
        loan=by_loan,
        due=day_of(row.due),
        outcome=called.get(by_loan) if by_loan else None,
    )


def _where(row: Any, state: State, signs: dict[str, str]) -> str | None:
    """Name where a piece is to be looked for, as `looks.where_it_belongs` does for one in hand."""
    if state in (State.MISSING, State.IN_TRANSIT):
        return None
    if state in _TO_BE_CLEANED:
        purpose = looks.INFECTION if row.infected else row.cleaning_class
    else:
        purpose = _OF_STATE.get(state, "")
    sign = signs.get(purpose)
    return sign or (str(row.shelf) if row.shelf else None)


def counted_here(conn: Connection, station: Station, line: str) -> int | None:
    """Say how many of a counted line are here: a recall stops them all; None for a line of labelled pieces."""
    counted = conn.scalar(select(product.c.counted).where(product.c.code == line))
    if not counted:
        return None
    of_it = (quantity.c.product == line, quantity.c.depot == station.depot)
    return int(conn.scalar(select(quantity.c.n).where(*of_it)) or 0)


# --- opening and closing ---


def open_one(
    conn: Connection, meant: Meant, *, why: str = "", now: datetime, by: str | None = None
) -> str | No:
    """Open a recall: from this commit on nothing that it is about is lent, at any door.

    Args:
        meant: what it is about; blanks at the ends of its numbers do not count.
        why: who recalls it and why, for people, at most `LONGEST` characters; outside the journal.
        now: aware, UTC; by: the pseudonym of who opens it.

    Returns:
        The recall's key, or why it was not opened.
    """
    said = {name: (getattr(meant, name) or "").strip() or None for name in ("lot", "serial", "serial_to")}
    if conn.scalar(select(product.c.code).where(product.c.code == meant.product)) is None:
        return No.NO_LINE
    if max(map(len, (*filter(None, said.values()), why)), default=0) > LONGEST:
        return No.TOO_LONG
    first, last = said["serial"], said["serial_to"]
    if last is not None and (first is None or (len(last), last) < (len(first), first)):
        return No.BACKWARDS
    same = (recall.c[name].is_not_distinct_from(value) for name, value in said.items())
    of_line = (recall.c.product == meant.product, recall.c.closed_at.is_(None))
    if conn.scalar(select(recall.c.key).where(*of_line, *same)) is not None:
        return No.OPEN_ALREADY
    key = str(uuid.uuid4())
    row = {"key": key, "product": meant.product, **said, "why": why.strip() or None}
    reference.put(conn, recall, {**row, "opened_at": clock.millis(now), "closed_at": None}, now=now, by=by)
    return key


def close(conn: Connection, key: str, *, now: datetime, by: str | None = None) -> No | None:
    """Close a recall: what it was about may be lent again. None when that is done."""
    return _set_closed(conn, key, clock.millis(now), now=now, by=by)


def reopen(conn: Connection, key: str, *, now: datetime, by: str | None = None) -> No | None:
    """Open a recall again that was closed. None when that is done."""
    return _set_closed(conn, key, None, now=now, by=by)


def _set_closed(conn: Connection, key: str, at: int | None, *, now: datetime, by: str | None) -> No | None:
    row = conn.execute(select(recall.c.closed_at).where(recall.c.key == key)).first()
    if row is None:
        return No.NO_RECALL
    if (row.closed_at is None) == (at is None):
        return No.IS_OPEN if at is None else No.IS_CLOSED
    reference.put(conn, recall, {"key": key, "closed_at": at}, now=now, by=by)
    return None


# --- looking ---


def find(conn: Connection, key: str) -> Recall | None:
    """Look up one recall, without its numbers."""
    row = conn.execute(select(recall).where(recall.c.key == key)).first()
    return _recall(row) if row is not None else None


def _recall(row: Any) -> Recall:
    return Recall(
        key=row.key,
        meant=Meant(product=row.product, lot=row.lot, serial=row.serial, serial_to=row.serial_to),
        why=row.why or "",
        opened_at=clock.from_millis(row.opened_at),
        closed_at=clock.from_millis(row.closed_at) if row.closed_at is not None else None,
    )


def listing(conn: Connection, station: Station, *, everything: bool = False) -> tuple[Recall, ...]:
    """List the recalls, the newest first, each with how far it has come.

    Args:
        everything: also those that are closed.
    """
    wanted = true() if everything else recall.c.closed_at.is_(None)
    newest_first = select(recall).where(wanted).order_by(recall.c.opened_at.desc(), recall.c.key)
    return tuple(_with_numbers(conn, station, _recall(row)) for row in conn.execute(newest_first).all())


def with_numbers(conn: Connection, station: Station, key: str) -> Recall | None:
    """Look up one recall and how far it has come."""
    found = find(conn, key)
    return _with_numbers(conn, station, found) if found is not None else None


def _with_numbers(conn: Connection, station: Station, one: Recall) -> Recall:
    pieces = about(conn, station, one.meant, key=one.key)
    sure = [piece for piece in pieces if piece.sure]
    out = [piece for piece in sure if piece.is_out]
    return Recall(
        key=one.key,
        meant=one.meant,
        why=one.why,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        inside=len(sure) - len(out),
        apart=sum(piece.state is State.QUARANTINE for piece in sure),
        out=len(out),
        told=sum(piece.outcome in (Outcome.REACHED, Outcome.LETTER) for piece in out),
        tried=sum(piece.outcome is Outcome.NOT_REACHED for piece in out),
        unsure=len(pieces) - len(sure),
    )


# --- who has it ---

_CARD = (
    select(func.min(card.c.code))
    .where(card.c.borrower == borrower.c.id)
    .correlate(borrower)
    .scalar_subquery()
)
_WHOSE = (
    select(
        link.c.key,
        borrower.c.id,
        borrower.c.name,
        borrower.c.phone,
        borrower.c.language,
        borrower.c.died_on,
        _CARD.label("card"),
    )
    .join(borrower, borrower.c.id == link.c.borrower)
    .where(link.c.key.in_(bindparam("loans", expanding=True)))
)


def people(
    conn: Connection, station: Station, key: str, *, by: str, now: datetime, why: str = "recall"
) -> tuple[Person, ...]:
    """Say who has recalled things at home, with their numbers; each look-up is logged in this transaction.

    Those who have not been told come first, then those who were not reached, the rest after them. Loans of which
    this ledger does not know the borrower stand last, under a person without a card.

    Args:
        by: the pseudonym of who asks, or the shell's user; why: for the log of look-ups.
        now: aware, UTC.
    """
    found = find(conn, key)
    if found is None:
        return ()
    out = [one for one in about(conn, station, found.meant, key=key) if one.is_out and one.sure]
    rows = {row.key: row for row in conn.execute(_WHOSE, {"loans": [one.loan for one in out]})}
    theirs: dict[str | None, list[Piece]] = defaultdict(list)
    whose: dict[str | None, Any] = {None: None}
    for one in out:
        row = rows.get(one.loan or "")
        who = row.id if row is not None else None
        whose[who] = row
        theirs[who].append(one)
    cards = sorted({row.card for row in rows.values() if row.card is not None})
    if cards:
        borrowers.log_look_up(conn, by=by, why=why, now=now, cards=cards)
    told = [_person(whose[who], pieces) for who, pieces in theirs.items()]
    order: Sequence[Outcome | None] = (None, Outcome.NOT_REACHED, Outcome.LETTER, Outcome.REACHED)
    return tuple(
        sorted(told, key=lambda one: (one.card is None, order.index(one.outcome), one.name or "~", one.card))
    )


def _person(row: Any, pieces: Iterable[Piece]) -> Person:
    if row is None:
        return Person(card=None, name=None, phone=None, language=None, died=False, pieces=tuple(pieces))
    return Person(
        card=row.card,
        name=row.name,
        phone=row.phone,
        language=row.language,
        died=row.died_on is not None,
        pieces=tuple(pieces),
    )


def tell(
    conn: Connection,
    station: Station,
    key: str,
    loans: Collection[str],
    outcome: Outcome | None,
    *,
    by: str,
    now: datetime,
) -> No | None:
    """Note how the borrower of some loans was told; None takes the note away. None when that is done.

    Args:
        loans: the keys of loans of pieces that the recall is about.
        by: the pseudonym of who rang or wrote; now: aware, UTC.
    """
    found = find(conn, key)
    if found is None:
        return No.NO_RECALL
    if not set(loans) <= {one.loan for one in about(conn, station, found.meant)}:
        return No.NOT_IN_IT
    for of in sorted(loans):
        if outcome is None:
            conn.execute(delete(recall_call).where(recall_call.c.recall == key, recall_call.c.loan == of))
            continue
        row = {"recall": key, "loan": of, "at": clock.millis(now), "by": by, "outcome": outcome.value}
        noted = upsert(recall_call).values(row)
        conn.execute(noted.on_conflict_do_update(index_elements=["recall", "loan"], set_=row))
    return None
