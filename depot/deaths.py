"""When a borrower has died: every notice stops at once, nothing is owed, and what is out is fetched.

No letter is written and nobody is rung. What is out stays a loan until it comes home; the desk lists it to be
fetched, by the thing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from depot import borrowers, clock, privacy, reference
from depot.station import Station
from depot.tables import borrower, card, fee, link, loan

DIED = "died"
"""Why a card is blocked, and a fee waived, whose borrower has died."""


@dataclass(frozen=True, slots=True)
class Died:
    """What a death has brought with it: how much is still out, how many holds ended, what was waived in øre."""

    out: int
    holds: int
    waived_ore: int


def died(conn: Connection, station: Station, *, card_code: str, on: date, now: datetime, by: str) -> Died:
    """Note that the borrower behind a card has died.

    Number, e-mail and PIN are gone, so nobody can ring or write; their cards are closed, their places in queues
    end, what they owe is waived, and whoever had asked to be rung at their number is not, unless it is somebody
    else's, too.

    Args:
        card_code: one of their cards; on: the day.
        now: aware, UTC.
        by: who notes it.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    who = borrowers.behind(conn, card_code)
    number = conn.scalar(select(borrower.c.phone).where(borrower.c.id == who))
    borrowers.died(conn, card_code, on, now=now, by=by)
    privacy.forget_number(conn, number, but=[who])
    for code in conn.scalars(
        select(card.c.code).where(card.c.borrower == who, card.c.blocked.is_(None))
    ).all():
        borrowers.block_card(conn, code, DIED, now=now, by=by)
    ended = privacy.end_holds(conn, station, who, now=now)
    theirs = select(link.c.key).where(link.c.borrower == who)
    owed = (fee.c.loan.in_(theirs), fee.c.state == "owed")
    waived = sum(conn.scalars(select(fee.c.amount_ore).where(*owed)))
    settled = {"state": "waived", "settled_at": clock.millis(now), "settled_by": by, "why": DIED}
    conn.execute(update(fee).where(*owed).values(**settled))
    out = conn.scalars(select(loan.c.key).where(loan.c.key.in_(theirs), loan.c.ended.is_(None))).all()
    return Died(len(out), ended, waived)


def alive(conn: Connection, *, card_code: str, now: datetime, by: str, phone: str | None = None) -> None:
    """Take a death back that was noted by mistake. The cards work again; number and PIN must be given anew.

    What was waived stays waived, and places in queues are not given back.

    Args:
        phone: their number, as it is stored.

    Raises:
        LookupError: the card is unknown or unassigned, or its borrower was not noted as dead.
    """
    who = borrowers.behind(conn, card_code)
    if conn.scalar(select(borrower.c.died_on).where(borrower.c.id == who)) is None:
        raise LookupError("no death was noted of this card's borrower")
    reference.put(conn, borrower, {"id": who, "died_on": None, "phone": phone}, now=now, by=by)
    closed = select(card.c.code).where(card.c.borrower == who, card.c.blocked == DIED)
    for code in conn.scalars(closed).all():
        borrowers.block_card(conn, code, None, now=now, by=by)
