"""People at the desk: what is shown of one, and giving cards to them; lending for them is `depot.on_behalf`.

Whoever opens somebody here is logged (`log`), in the transaction of the look. What names a person and what names
a thing meet in the values of this module alone, on one screen, for as long as it is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from depot import borrowers, clock, holds, privacy, renewals
from depot.outcomes import Held, OpenLoan
from depot.station import Station
from depot.tables import borrower, card, hold, link, loan
from depot.tables import item as item_table
from inventory import names


@dataclass(frozen=True, slots=True)
class Card:
    """One card of somebody's, by its code; `blocked` says why it opens nothing, `expires` the last day it does."""

    code: str
    blocked: str | None
    expires: str | None


@dataclass(frozen=True, slots=True)
class OnLoan:
    """A loan line: its name in words, when it is due, and for which soft reasons it was cut short."""

    line: OpenLoan
    name: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InLine:
    """A place in a queue, with its line's name."""

    held: Held
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as the desk shows them.

    Args:
        standing: starter or confirmed; since: since when they are known.
        phone: as it is stored; blocked: why they may not borrow.
        died_on: ISO; left: what is unsettled.
    """

    standing: str
    since: datetime
    name: str | None
    phone: str | None
    language: str | None
    birth_year: int | None
    blocked: str | None
    died_on: str | None
    has_pin: bool
    cards: tuple[Card, ...]
    loans: tuple[OnLoan, ...]
    queues: tuple[InLine, ...]
    left: privacy.Unsettled

    @property
    def late(self) -> int:
        """How many loan lines are past their date."""
        return sum(one.line.late for one in self.loans)


def log(conn: Connection, code: str, *, why: str, by: str, now: datetime) -> None:
    """Log that somebody was opened at the desk. Nothing for a card that is nobody's: it tells of no one.

    Args:
        code: one of their cards; why: a few words in English; by: the pseudonym of who looks.
        now: aware, UTC.
    """
    if conn.scalar(select(card.c.borrower).where(card.c.code == code)) is not None:
        borrowers.log_look_up(conn, by=by, why=why, now=now, cards=[code])


def person(conn: Connection, station: Station, code: str, *, language: str, now: datetime) -> Person | None:
    """Gather what the desk shows of the borrower behind a card; None for a card that is nobody's or unknown.

    The caller logs the look-up, once for each time that somebody is opened.
    """
    row = conn.execute(
        select(borrower).join(card, card.c.borrower == borrower.c.id).where(card.c.code == code)
    ).first()
    if row is None:
        return None
    cards = conn.execute(select(card).where(card.c.borrower == row.id).order_by(card.c.given_at, card.c.code))
    lines = renewals.loans_of(conn, station, card=code, now=now)
    queued = holds.of_card(conn, station, card=code, now=now)
    called = names.of_lines(conn, [one.product or "" for one in (*lines, *queued)], language)
    flags = _flags(conn, [one.deed for one in lines], row.id)
    return Person(
        standing=row.standing,
        since=clock.from_millis(row.made_at),
        name=row.name,
        phone=row.phone,
        language=row.language,
        birth_year=row.birth_year,
        blocked=row.blocked,
        died_on=row.died_on,
        has_pin=row.pin is not None,
        cards=tuple(Card(one.code, one.blocked, one.expires_on) for one in cards),
        loans=tuple(OnLoan(one, called[one.product or ""], flags.get(one.deed, ())) for one in lines),
        queues=tuple(InLine(one, called[one.product or ""]) for one in queued),
        left=privacy.unsettled(conn, code),
    )


def _flags(conn: Connection, deeds: list[str], who: str) -> dict[str, tuple[str, ...]]:
    rows = conn.execute(
        select(loan.c.deed, loan.c.flags)
        .join(link, link.c.key == loan.c.key)
        .where(link.c.borrower == who, loan.c.deed.in_(deeds), loan.c.flags != "")
    )
    return {row.deed: tuple(row.flags.split(",")) for row in rows}


def same_number(conn: Connection, phone: str | None) -> int:
    """Say how many borrowers can be reached at a number."""
    if phone is None:
        return 0
    known = select(func.count()).select_from(borrower)
    return conn.scalar(known.where(borrower.c.phone == phone, borrower.c.merged_into.is_(None))) or 0


# --- lending for somebody ---


def line_of(conn: Connection, code: str) -> str:
    """Say which line a thing is of; empty for a code that is no thing's."""
    return conn.scalar(select(item_table.c.product).where(item_table.c.code == code)) or ""


# --- cards ---


def register(
    conn: Connection,
    station: Station,
    *,
    name: str,
    phone: str | None,
    language: str | None,
    birth_year: int | None,
    card_code: str | None,
    by: str,
    now: datetime,
) -> str:
    """Register somebody who showed who they are, with a card from the box or a new one that is printed.

    Args:
        card_code: from the box; without one a card is drawn, and printed where the station has a printer.

    Returns:
        The card's code.

    Raises:
        LookupError: the card is unknown, blocked or somebody's.
    """
    if card_code is not None:
        _must_be_free(conn, card_code)
    code = borrowers.add(
        conn,
        name=name,
        phone=phone,
        language=language,
        birth_year=birth_year,
        card_code=card_code,
        by=by,
        now=now,
    )
    if card_code is None:
        print_card(conn, station, code, language=language, now=now)
    return code


def _must_be_free(conn: Connection, code: str) -> None:
    row = conn.execute(select(card.c.borrower, card.c.blocked).where(card.c.code == code)).first()
    if row is None or row.borrower is not None or row.blocked is not None:
        raise LookupError("this card cannot be given to anybody")


def lost(conn: Connection, station: Station, code: str, *, new: str | None, by: str, now: datetime) -> str:
    """Give the borrower behind a lost card another; the lost one is dead at once. Prints one that is drawn.

    Raises:
        LookupError: as `borrowers.renew_card`.
    """
    given = borrowers.renew_card(conn, code, new=new, by=by, now=now)
    if new is None:
        language = conn.scalar(
            select(borrower.c.language)
            .join(card, card.c.borrower == borrower.c.id)
            .where(card.c.code == given)
        )
        print_card(conn, station, given, language=language, now=now)
    return given


def print_card(conn: Connection, station: Station, code: str, *, language: str | None, now: datetime) -> bool:
    """Ask the press for a card, in this transaction; False where the station has no printer."""
    if not station.prints:
        return False
    from labels import queue  # ReportLab takes half a second, and only paper needs it
    from labels.work import Request

    queue.put(conn, Request("card", (code,), language=language), now=now)
    return True


# --- two who are one ---


@dataclass(frozen=True, slots=True)
class Side:
    """One of two who may be one: what tells them apart, and how much hangs on each."""

    card: str
    name: str | None
    standing: str
    since: datetime
    cards: int
    loans: int
    queues: int
    blocked: bool
    died: bool


def side(conn: Connection, code: str) -> Side | None:
    """Look at one of two; None for a card that is nobody's. The caller logs the look-up."""
    row = conn.execute(
        select(borrower).join(card, card.c.borrower == borrower.c.id).where(card.c.code == code)
    ).first()
    if row is None:
        return None
    theirs = select(link.c.key).where(link.c.borrower == row.id)
    out = select(func.count()).where(loan.c.key.in_(theirs), loan.c.ended.is_(None))
    waits = select(func.count()).where(hold.c.key.in_(theirs), hold.c.state.in_(("waiting", "ready")))
    cards = select(func.count()).select_from(card).where(card.c.borrower == row.id)
    return Side(
        card=code,
        name=row.name,
        standing=row.standing,
        since=clock.from_millis(row.made_at),
        cards=conn.scalar(cards) or 0,
        loans=conn.scalar(out) or 0,
        queues=conn.scalar(waits) or 0,
        blocked=row.blocked is not None,
        died=row.died_on is not None,
    )


def pairs(conn: Connection) -> list[tuple[str, str]]:
    """Name the cards of each two borrowers who gave one number: of three, the first with each other one."""
    return [(first, other) for first, *others in borrowers.to_merge(conn) for other in others]
