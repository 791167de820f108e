"""Borrowers and their cards.

A starter card is printed unassigned, with random digits, and lies in a box. Somebody scans it, types a
phone number and can borrow; nobody asks a name. A number is never looked up here: a known one gives the
same answers as a new one, and `to_merge` shows the pair to the desk. What one borrower has out is in
`loan`, tied to them by `link` alone; no function here names a person and a thing together.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from depot import attempts, clock, queue, reference
from depot.outcomes import CardIs, Met, Ready, Reason, Refused, Started
from depot.own import Kind, draw
from depot.phone import Phone
from depot.rules import BorrowerAsked, ThingAsked, may_check_out, may_start_a_card
from depot.states import State
from depot.station import Station
from depot.tables import borrower, call_back, card, collector, hold, link, loan, look_up

MOST_CARDS = 1000
"""How many cards one call prints at most."""


def print_cards(conn: Connection, number: int, *, now: datetime, by: str | None = None) -> list[str]:
    """Draw the codes of new, unassigned cards: random, because a card's digits are a credential.

    Args:
        number: how many, 1 to 1000.
        now: aware, UTC.

    Raises:
        ValueError: the number is outside its range.
    """
    if not 1 <= number <= MOST_CARDS:
        raise ValueError(f"wanted 1 to {MOST_CARDS} cards, got {number}")
    drawn: list[str] = []
    while len(drawn) < number:
        code = draw(Kind.CARD)
        if code not in drawn and not _exists(conn, code):
            add_card(conn, code, now=now, by=by)
            drawn.append(code)
    return drawn


def add_card(conn: Connection, code: str, *, now: datetime, by: str | None = None) -> None:
    """Write a new, unassigned card with a given code."""
    row = {"code": code, "borrower": None, "printed_at": clock.millis(now)}
    reference.put(conn, card, row, now=now, by=by)


def _exists(conn: Connection, code: str) -> bool:
    return conn.scalar(select(card.c.code).where(card.c.code == code)) is not None


def meet(conn: Connection, station: Station, code: str, *, now: datetime) -> Met:
    """Look at a card that was scanned or typed."""
    row = conn.execute(
        select(
            card.c.borrower,
            card.c.blocked,
            borrower.c.blocked.label("person_blocked"),
            borrower.c.died_on,
            borrower.c.language,
        )
        .select_from(card.outerjoin(borrower, borrower.c.id == card.c.borrower))
        .where(card.c.code == code)
    ).first()
    if row is None:
        return Met(code, CardIs.UNKNOWN)
    if row.blocked or row.person_blocked or row.died_on:
        return Met(code, CardIs.BLOCKED, language=row.language)
    if row.borrower is None:
        return Met(code, CardIs.UNASSIGNED)
    today = station.today(now).isoformat()
    out = conn.execute(
        select(
            func.count(loan.c.deed.distinct()),
            func.min(loan.c.due),
            func.count(loan.c.deed.distinct()).filter(loan.c.due < today),
        )
        .select_from(link.join(loan, loan.c.key == link.c.key))
        .where(link.c.borrower == row.borrower, loan.c.ended.is_(None))
    ).one()
    nearest = date.fromisoformat(out[1]) if out[1] else None
    return Met(
        code,
        CardIs.OPEN,
        lines=out[0],
        nearest_due=nearest,
        late=out[2],
        language=row.language,
        ready=_ready(conn, station, code, now),
    )


def _ready(conn: Connection, station: Station, code: str, now: datetime) -> tuple[Ready, ...]:
    """Say what stands ready for the borrower behind a card, the first to lapse first."""
    standing = queue.standing(conn, station, *queue.of_card(code), hold.c.state == "ready", now=now)
    found = [Ready(held.slip, held.shelf, held.pick_up_by) for _, held in standing]
    return tuple(sorted(found, key=lambda one: (one.pick_up_by or date.max, one.slip)))


def start(
    conn: Connection,
    station: Station,
    *,
    card_code: str,
    phone: Phone,
    now: datetime,
    limits: attempts.CardLimits,
    language: str | None = None,
) -> Started | Refused:
    """Give an unassigned card to whoever holds it and typed a number that can reach them.

    Args:
        phone: a valid number, own or a relative's; it is not looked up.
        now: aware, UTC.
        limits: how many cards may be started per number, and per hour at this ledger.
        language: what they chose at the kiosk, so that the card remembers.
    """
    met = meet(conn, station, card_code, now=now)
    if met.what is CardIs.BLOCKED:
        return _no(card_code, Reason.CARD_BLOCKED)
    if met.what is CardIs.OPEN:
        return Started(card_code)
    if met.what is CardIs.UNKNOWN or not may_start_a_card(station.rules):
        return _no(card_code, Reason.CARD_UNKNOWN)
    if not attempts.may_start(conn, phone.e164, limits, now=now):
        return _no(card_code, Reason.CARD_BLOCKED)
    attempts.note(conn, attempts.Kind.CARD_STARTED, phone.e164, now=now)
    who = _new_borrower(conn, "starter", now=now, phone=phone.e164, language=language)
    _give(conn, card_code, who, now=now)
    return Started(card_code)


def _no(code: str, reason: Reason) -> Refused:
    return Refused(item=code, reasons=(reason,))


def _new_borrower(
    conn: Connection, standing: str, *, now: datetime, by: str | None = None, **said: str | int | None
) -> str:
    who = str(uuid.uuid4())
    made = clock.millis(now)
    row = {
        "id": who,
        "standing": standing,
        "made_at": made,
        "confirmed_at": made if standing == "confirmed" else None,
    }
    reference.put(conn, borrower, {**row, **said}, now=now, by=by)
    return who


def _give(conn: Connection, code: str, who: str, *, now: datetime, by: str | None = None) -> None:
    reference.put(conn, card, {"code": code, "borrower": who, "given_at": clock.millis(now)}, now=now, by=by)


def add(
    conn: Connection,
    *,
    name: str,
    phone: str | None,
    now: datetime,
    card_code: str | None = None,
    language: str | None = None,
    birth_year: int | None = None,
    by: str | None = None,
) -> str:
    """Register a borrower at the desk, confirmed from the first day, with a card.

    Args:
        card_code: an unassigned card to give; a new one is drawn otherwise.
        birth_year: for whoever pays no fee for their age; four digits.

    Returns:
        The card's code.

    Raises:
        LookupError: the given card is unknown or belongs to somebody.
    """
    if card_code is None:
        card_code = print_cards(conn, 1, now=now, by=by)[0]
    if _owner(conn, card_code) is not None:
        raise LookupError(f"card {card_code} already belongs to a borrower")
    said = {"name": name, "phone": phone, "language": language, "birth_year": birth_year}
    who = _new_borrower(conn, "confirmed", now=now, by=by, **said)
    _give(conn, card_code, who, now=now, by=by)
    return card_code


def _owner(conn: Connection, code: str) -> str | None:
    """Return the borrower behind a card, None if unassigned. Raises LookupError for an unknown card."""
    row = conn.execute(select(card.c.borrower).where(card.c.code == code)).first()
    if row is None:
        raise LookupError(f"no card {code}")
    return row.borrower if row.borrower is None else str(row.borrower)


def behind(conn: Connection, code: str) -> str:
    """Name the borrower behind a card by their id.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    who = _owner(conn, code)
    if who is None:
        raise LookupError(f"card {code} is unassigned")
    return who


def confirm(
    conn: Connection, code: str, *, now: datetime, name: str | None = None, by: str | None = None
) -> None:
    """Confirm the borrower behind a card: they were reached, or showed an ID at the desk.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    who = behind(conn, code)
    said = {"name": name} if name else {}
    row = {"id": who, "standing": "confirmed", "confirmed_at": clock.millis(now), **said}
    reference.put(conn, borrower, row, now=now, by=by)


_TAKEN_OVER = ("name", "phone", "email", "language", "birth_year", "pin", "blocked", "last_month")


def merge(conn: Connection, code: str, into: str, *, now: datetime, by: str | None = None) -> None:
    """Make the borrower behind one card the same person as the one behind another; both cards go on working.

    A block on the one who ends goes over to the one who stays, and so does what only the one who ends is known
    by; who stays is confirmed if either was. Nobody can take it back: what was whose is not told apart again.

    Args:
        code: the card whose borrower ends; into: the card whose borrower stays.

    Raises:
        LookupError: a card is unknown or unassigned, or both are one person's already.
    """
    ends, stays = behind(conn, code), behind(conn, into)
    if ends == stays:
        raise LookupError(f"cards {code} and {into} are one borrower's already")
    conn.execute(update(link).where(link.c.borrower == ends).values(borrower=stays))
    for theirs in conn.scalars(select(card.c.code).where(card.c.borrower == ends)).all():
        reference.put(conn, card, {"code": theirs, "borrower": stays}, now=now, by=by)
    conn.execute(update(collector).where(collector.c.borrower == ends).values(borrower=stays))
    was, now_is = (conn.execute(select(borrower).where(borrower.c.id == one)).one() for one in (ends, stays))
    learnt = {name: was._mapping[name] for name in _TAKEN_OVER if now_is._mapping[name] is None}
    learnt["blocked"] = was.blocked or now_is.blocked  # a second card is no way out of a block
    if was.standing == "confirmed" != now_is.standing:
        learnt |= {"standing": was.standing, "confirmed_at": was.confirmed_at}
    reference.put(conn, borrower, {"id": stays, **learnt}, now=now, by=by)
    gone = {"id": ends, "merged_into": stays, "phone": None, "name": None, "email": None, "pin": None}
    reference.put(conn, borrower, gone, now=now, by=by)


def to_merge(conn: Connection) -> list[tuple[str, ...]]:
    """Name the cards of borrowers who gave the same number, for the desk to look at: one tuple a number."""
    same = (  # read off the index of numbers alone, who of them was merged already is asked of those few
        select(borrower.c.phone)
        .where(borrower.c.phone.is_not(None))
        .group_by(borrower.c.phone)
        .having(func.count() > 1)
    )
    rows = conn.execute(
        select(borrower.c.phone, func.min(card.c.code))
        .join(card, card.c.borrower == borrower.c.id)
        .where(borrower.c.phone.in_(same), borrower.c.merged_into.is_(None))
        .group_by(borrower.c.phone, borrower.c.id)
        .order_by(borrower.c.phone)
    ).all()
    numbers = dict.fromkeys(row[0] for row in rows)
    cards = (tuple(sorted(row[1] for row in rows if row[0] == number)) for number in numbers)
    return [one for one in cards if len(one) > 1]


def block(conn: Connection, code: str, why: str | None, *, now: datetime, by: str | None = None) -> None:
    """Block the borrower behind a card, or an unassigned card itself; `why` None lifts the block.

    Raises:
        LookupError: there is no such card.
    """
    who = _owner(conn, code)
    if who is None:
        reference.put(conn, card, {"code": code, "blocked": why}, now=now, by=by)
    else:
        reference.put(conn, borrower, {"id": who, "blocked": why}, now=now, by=by)


def block_card(conn: Connection, code: str, why: str | None, *, now: datetime, by: str | None = None) -> None:
    """Block one card, lost or found, whoever holds it; its borrower may borrow with another.

    Raises:
        LookupError: there is no such card.
    """
    _owner(conn, code)
    reference.put(conn, card, {"code": code, "blocked": why}, now=now, by=by)


def change(
    conn: Connection, code: str, *, now: datetime, by: str | None = None, **said: str | int | None
) -> None:
    """Change what the borrower behind a card is known by.

    Args:
        said: any of `name`, `phone` (as it is stored), `language` and `birth_year`; None takes it away.

    Raises:
        LookupError: the card is unknown or unassigned.
        TypeError: something else is said.
    """
    if not said.keys() <= {"name", "phone", "language", "birth_year"}:
        raise TypeError(f"a borrower has no {', '.join(said)} that could be changed so")
    reference.put(conn, borrower, {"id": behind(conn, code), **said}, now=now, by=by)


LOST = "lost"
"""Why a card is blocked that was lost."""


def renew_card(
    conn: Connection, lost: str, *, now: datetime, new: str | None = None, by: str | None = None
) -> str:
    """Give the borrower behind a lost card another one. The lost one is dead at once; what is out stays theirs.

    Args:
        new: an unassigned card to give; one is drawn otherwise.

    Returns:
        The new card's code.

    Raises:
        LookupError: the lost card is unknown or unassigned, or the new one is not there to be given.
    """
    who = behind(conn, lost)
    code = new or print_cards(conn, 1, now=now, by=by)[0]
    row = conn.execute(select(card.c.borrower, card.c.blocked).where(card.c.code == code)).first()
    if row is None or row.borrower is not None or row.blocked is not None:
        raise LookupError(f"card {code} cannot be given to anybody")
    block_card(conn, lost, LOST, now=now, by=by)
    _give(conn, code, who, now=now, by=by)
    expires = conn.scalar(select(card.c.expires_on).where(card.c.code == lost))
    if expires is not None:
        reference.put(conn, card, {"code": code, "expires_on": expires}, now=now, by=by)
    return code


def died(conn: Connection, code: str, on: date, *, now: datetime, by: str | None = None) -> None:
    """Note that the borrower behind a card has died: no more loans, and every notice stops at once.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    row = {"id": behind(conn, code), "died_on": on.isoformat(), "phone": None, "email": None, "pin": None}
    reference.put(conn, borrower, row, now=now, by=by)


def ask_to_be_rung(conn: Connection, phone: Phone, *, now: datetime) -> None:
    """Note that somebody at the kiosk wants to be rung; a row for the desk until it is done."""
    row = {"key": str(uuid.uuid4()), "asked_at": clock.millis(now), "phone": phone.e164}
    conn.execute(insert(call_back).values(row))


def remember_language(conn: Connection, code: str, language: str, *, now: datetime) -> None:
    """Let a card remember the language that its holder chose; an unassigned card remembers nothing."""
    who = _owner(conn, code)
    if who is not None:
        reference.put(conn, borrower, {"id": who, "language": language}, now=now)


def last_four_match(conn: Connection, code: str, four: str) -> bool:
    """Say whether four digits end the phone number behind a card; False alike for unknown and for wrong."""
    number = conn.scalar(
        select(borrower.c.phone)
        .select_from(borrower.join(card, card.c.borrower == borrower.c.id))
        .where(card.c.code == code)
    )
    return bool(number) and len(four) == 4 and str(number).endswith(four)


@dataclass(frozen=True, slots=True)
class Listed:
    """One card in a list: what staff need without being told who it is; contact data only on request."""

    card: str
    blocked: bool
    standing: str
    open_loans: int
    name: str | None = None
    phone: str | None = None


def listing(
    conn: Connection, station: Station, *, now: datetime, contact_for: str | None = None
) -> list[Listed]:
    """List the cards. `blocked` is true whenever the card could not borrow now, whatever the thing.

    Args:
        contact_for: the pseudonym of who asks for names and numbers, which the caller logs by
            `log_look_up` in the same transaction. None leaves them out.
    """
    late_since = station.today(now) - timedelta(days=station.rules.late_days)
    out = (
        select(
            link.c.borrower,
            func.count().label("loans"),
            func.count(loan.c.deed.distinct()).label("lines"),
            func.count(loan.c.deed.distinct()).filter(loan.c.due < late_since.isoformat()).label("late"),
        )
        .select_from(loan.join(link, link.c.key == loan.c.key))
        .where(loan.c.ended.is_(None))
        .group_by(link.c.borrower)
        .subquery("out")
    )
    rows = conn.execute(
        select(
            card.c.code,
            card.c.borrower,
            card.c.expires_on,
            card.c.blocked.label("card_blocked"),
            borrower.c.blocked,
            borrower.c.standing,
            borrower.c.name,
            borrower.c.phone,
            borrower.c.made_at,
            borrower.c.died_on,
            func.coalesce(out.c.loans, 0).label("loans"),
            func.coalesce(out.c.lines, 0).label("lines"),
            func.coalesce(out.c.late, 0).label("late"),
        )
        .select_from(
            card.outerjoin(borrower, borrower.c.id == card.c.borrower).outerjoin(
                out, out.c.borrower == card.c.borrower
            )
        )
        .order_by(card.c.code)
    )
    return [
        Listed(
            card=row.code,
            blocked=_may_not_borrow(row, station, now),
            standing=row.standing or "unassigned",
            open_loans=row.loans,
            name=row.name if contact_for else None,
            phone=row.phone if contact_for else None,
        )
        for row in rows
    ]


def _may_not_borrow(row: Row[*tuple[Any, ...]], station: Station, now: datetime) -> bool:
    """Ask the rules about a card and a thing that nothing is the matter with."""
    today = station.today(now)
    who = BorrowerAsked(known=False)
    if row.borrower is not None:
        who = BorrowerAsked(
            known=True,
            blocked=bool(row.card_blocked or row.blocked or row.died_on),
            confirmed=row.standing == "confirmed",
            days_since_start=(now - clock.from_millis(row.made_at)) // timedelta(days=1),
            expired=row.expires_on is not None and date.fromisoformat(row.expires_on) < today,
            open_lines=row.lines,
            late_loans=row.late,
        )
    thing = ThingAsked(state=State.AVAILABLE)
    return bool(may_check_out(thing, who, station.rules, line_days=1, today=today).hard)


def log_look_up(conn: Connection, *, by: str, why: str, now: datetime, cards: Sequence[str] = ()) -> None:
    """Log that staff looked up persons, each once, by whose cards were asked for; without cards, all of them."""
    at = clock.millis(now)
    for who in dict.fromkeys(_owner(conn, code) for code in cards) or (None,):
        conn.execute(insert(look_up).values(key=str(uuid.uuid4()), at=at, by=by, borrower=who, why=why))
