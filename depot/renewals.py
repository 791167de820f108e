"""Renewals: keeping a loan line for longer, or for good, and what somebody has on loan at all.

A pair of crutches is renewed as a whole, one event for each piece in one deed. Nobody is refused for being
late, and no renewal ever makes a loan shorter. One look tells everything (see `lines`), so a renewal is 1
statement and 3 for each piece, whether one line is renewed or all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select
from uuid_utils import UUID, uuid5

from depot import clock, journal, looks, projection, refusals, rings
from depot.calendar import day_of, local_day
from depot.fold import step
from depot.journal import Event, Pen
from depot.lending import Desk, noted
from depot.lines import OF_CARD, OF_ITEM, Line, look, story
from depot.outcomes import Already, Moved, NextStep, OpenLoan, Reason, Refused, Renewed
from depot.states import Fact, State
from depot.station import Station
from depot.tables import borrower, card, link
from depot.terms import Terms, terms_of, who_of


def renew(
    conn: Connection,
    station: Station,
    *,
    item: str,
    now: datetime,
    key: str | None = None,
    root: str | None = None,
    card: str | None = None,
    desk: Desk | None = None,
) -> Renewed | Already | Refused:
    """Renew the loan line that an item is out by: the whole pair, where it is one of a pair.

    Where a renewal would not reach beyond the line's date, or it was renewed a moment ago, it is `Already`
    so, and no renewal is counted. Without a trusted clock nobody can name a date: the line is renewed by
    its days, and `lending.complete_due_dates` sets the date when one can be told, never an earlier one than
    was promised before.

    Args:
        item: the item's code, 10 characters.
        now: aware, UTC.
        key: the UUID of the item's event, when the doer brings one; the same again gives the first outcome,
            and other content under it is refused as `key_reused`.
        root: what the keys of the other pieces follow from (uuid5 of it and the item); `key` by default.
        card: the card that is open: only a loan on it is renewed. Without one it is the desk that asks.
        desk: staff are doing it. An override renews past every refusal of a loan that is open.
    """
    lines = look(conn, OF_ITEM, station, now=now, item=item, card=card, key=key)
    if not lines or lines[0].row.seen_body is not None:
        first, no = _nothing_out(conn, station, Fact.RENEWED, item=item, card=card, key=key, now=now)
        return _renewed(first, no.product) if first else no
    line = lines[0]
    reason = _not_theirs(conn, line, card)
    if reason is not None:
        return _refuse(conn, station, item, line.row.loan_product, (reason,), now)
    pen = Pen(
        conn,
        station.id,
        line.head,
        now=now,
        trusted=station.trusts(now, line.head.at),
        by=desk.by if desk else None,
    )
    asked = _Asked(item, key, root or key, desk is not None and desk.overrides)
    return _renew(conn, station, pen, line, asked, now=now)


def renew_all(
    conn: Connection, station: Station, *, card: str, now: datetime
) -> tuple[Renewed | Already | Refused, ...]:
    """Renew every loan line on a card, in one deed that can be taken back as one; the first due comes first.

    1 statement, 3 for each piece that is renewed, and 1 for each line that is not.

    Returns:
        An outcome for each line; of a card that is nobody's or blocked and has none, its refusal.
    """
    lines = look(conn, OF_CARD, station, now=now, card=card)
    if not lines:
        reason = _of_the_card(conn, card)
        return (_refuse(conn, station, "", None, (reason,), now),) if reason else ()
    head = lines[0].head
    pen = Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at))
    return tuple(_renew(conn, station, pen, line, _Asked(line.row.loan_item), now=now) for line in lines)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which piece of a line somebody speaks of, under which key, and whether the desk overrides a no."""

    item: str
    key: str | None = None
    root: str | None = None
    overrides: bool = False

    def key_of(self, item: str) -> str | None:
        """The key of a piece's event, where the doer has brought one."""
        return self.key if item == self.item or not self.root else str(uuid5(UUID(self.root), item))


def _renew(
    conn: Connection, station: Station, pen: Pen, line: Line, asked: _Asked, *, now: datetime
) -> Renewed | Already | Refused:
    row, who = line.row, who_of(line, station, now)
    terms = terms_of(line, who, station, now=now, trusted=pen.trusted, overrides=asked.overrides)
    if not isinstance(terms, Terms):
        if terms:
            return _refuse(conn, station, asked.item, row.loan_product, terms, now)
        return Already(
            item=asked.item, product=row.loan_product, key=row.loan_key, due=line.due, on_loan=True
        )
    due = noted(terms.due, station) if terms.due else None
    told = _write(conn, pen, line, Fact.RENEWED, asked, _facts(terms, due, line.renewals + 1))
    return _renewed(told, row.loan_product)


def _facts(terms: Terms, due: date | None, count: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"days": terms.days, "count": count}
    if due is not None:
        facts["due"] = due.isoformat()
    for name, reasons in (("flags", terms.flags), ("overridden", terms.overridden)):
        if reasons:
            facts[name] = [reason.value for reason in reasons]
    return facts


def _write(
    conn: Connection, pen: Pen, line: Line, fact: Fact, asked: _Asked, facts: dict[str, Any] | None = None
) -> Event:
    """Record a fact of each piece of a line, and return the event of the piece that was named: it is the first."""
    told = []
    for row in sorted(line.rows, key=lambda one: one.loan_item != asked.item):
        now, lent = story(row)
        known, key = {lent.key: lent}, asked.key_of(lent.item)
        happened = pen.write(fact, after=now.tick, key=key, item=lent.item, loan=lent.key, facts=facts)
        projection.write_step(conn, now, known, step(now, known, happened))
        told.append(happened)
    return told[0]


def _renewed(happened: Event, line: str | None) -> Renewed:
    said = happened.facts
    return Renewed(
        item=happened.item or "",
        product=line,
        key=happened.key,
        deed=happened.deed,
        due=day_of(said.get("due")),
        days=said["days"],
        renewals=said["count"],
        flags=tuple(Reason(flag) for flag in said.get("flags", ())),
    )


def kept(
    conn: Connection,
    station: Station,
    *,
    item: str,
    now: datetime,
    card: str | None = None,
    key: str | None = None,
    root: str | None = None,
    by: str | None = None,
) -> Moved | Refused:
    """A loan line goes over to the state and stays at home: the loan ends as kept, all pieces of a pair with it.

    From the borrower's own card it is their word, and somebody rings to make sure of it; without a card it is
    the desk's.

    Args:
        item: the item's code, 10 characters; card: the card that is open.
        now: aware, UTC.
        key, root: as for `renew`.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    lines = look(conn, OF_ITEM, station, now=now, item=item, card=card, key=key)
    if not lines or lines[0].row.seen_body is not None:
        first, no = _nothing_out(conn, station, Fact.KEPT, item=item, card=card, key=key, now=now)
        return _moved(first, no.product) if first else no
    line = lines[0]
    reason = _not_theirs(conn, line, card)
    if reason is None and card is not None and who_of(line, station, now).blocked:
        reason = Reason.CARD_BLOCKED
    if reason is not None:
        return _refuse(conn, station, item, line.row.loan_product, (reason,), now)
    pen = Pen(conn, station.id, line.head, now=now, trusted=station.trusts(now, line.head.at), by=by)
    happened = _write(conn, pen, line, Fact.KEPT, _Asked(item, key, root or key))
    if card is not None:
        rings.add(conn, rings.Why.KEPT, happened, subject=happened.loan or "")
    return _moved(happened, line.row.loan_product)


def _moved(happened: Event, line: str | None) -> Moved:
    return Moved(
        item=happened.item or "",
        product=line,
        key=happened.key,
        deed=happened.deed,
        state=State.KEPT,
    )


# --- no, and what was said before ---


def _of_the_card(conn: Connection, code: str) -> Reason | None:
    """Say why a card stands for nobody who may do anything, if it does not."""
    row = conn.execute(
        select(card.c.borrower, card.c.blocked, borrower.c.blocked.label("barred"), borrower.c.died_on)
        .select_from(card.outerjoin(borrower, borrower.c.id == card.c.borrower))
        .where(card.c.code == code)
    ).first()
    if row is None or row.borrower is None:
        return Reason.CARD_UNKNOWN
    return Reason.CARD_BLOCKED if row.blocked or row.barred or row.died_on else None


def _not_theirs(conn: Connection, line: Line, card_code: str | None) -> Reason | None:
    """Say why a line that is out is not this card's to speak of; never whose it is."""
    if card_code is None or (
        line.row.card_borrower is not None and line.row.card_borrower == line.row.borrower
    ):
        return None
    return _of_the_card(conn, card_code) or Reason.ON_LOAN_TO_OTHER


def _nothing_out(
    conn: Connection,
    station: Station,
    fact: Fact,
    *,
    item: str,
    card: str | None,
    key: str | None,
    now: datetime,
) -> tuple[Event | None, Refused]:
    """Answer for an item that is out by no loan, or a key that was used before.

    Returns:
        The event that the key has already made, if it is what is asked for again; else the refusal stands.
    """
    look = looks.for_check_in(conn, station, item, key)
    line = look.row.product
    if look.row.seen_body is not None:
        first = journal.read_body(look.row.seen_body)
        reused = Refused(item=item, product=line, reasons=(Reason.KEY_REUSED,), key=first.key)
        return (first if _is_it(conn, first, fact, item, card) else None), reused
    reason = Reason.NOT_ON_LOAN if look.known else Reason.UNKNOWN_CODE
    return None, _refuse(conn, station, item, line, (reason,), now)


def _is_it(conn: Connection, first: Event, fact: Fact, item: str, card_code: str | None) -> bool:
    """Say whether an event is what is asked for again: the same fact of the same item, on the same card."""
    if (first.kind, first.item) != (fact, item):
        return False
    if card_code is None:
        return True
    theirs = select(link.c.key).join(card, card.c.borrower == link.c.borrower)
    return conn.scalar(theirs.where(card.c.code == card_code, link.c.key == first.loan)) is not None


_NEXT_STEPS = {
    Reason.UNKNOWN_CODE: NextStep.SCAN_AGAIN,
    Reason.CARD_UNKNOWN: NextStep.ANOTHER_CARD,
    Reason.NOT_ON_LOAN: NextStep.NOTHING,
    Reason.ON_LOAN_TO_OTHER: NextStep.NOTHING,
    Reason.SOMEONE_WAITS: NextStep.NOTHING,
}


def _refuse(
    conn: Connection,
    station: Station,
    item: str,
    line: str | None,
    reasons: Sequence[Reason],
    now: datetime,
) -> Refused:
    refusals.count(conn, station, reasons, line, now=now)
    step_next = _NEXT_STEPS.get(reasons[0], NextStep.CALL)
    return Refused(item=item, product=line, reasons=tuple(reasons), next_step=step_next)


# --- my loans ---


def loans_of(conn: Connection, station: Station, *, card: str, now: datetime) -> tuple[OpenLoan, ...]:
    """List what is out on a card, line by line, the first due first: 1 statement, and nothing is written.

    Args:
        card: the card's code; nothing is out on one that is unknown.
        now: aware, UTC.
    """
    return tuple(_open_loan(line, station, now) for line in look(conn, OF_CARD, station, now=now, card=card))


def _open_loan(line: Line, station: Station, now: datetime) -> OpenLoan:
    today, row = station.today(now), line.row
    terms = terms_of(line, who_of(line, station, now), station, now=now, trusted=True)
    first_due = min((one.loan_due for one in line.rows if one.loan_due), default=None)
    out = min(one.loan_out_at for one in line.rows)
    days_out = (today - local_day(clock.from_millis(out), station.time_zone)).days
    return OpenLoan(
        item=row.loan_item,
        product=row.loan_product,
        deed=row.loan_deed,
        due=day_of(first_due),
        late=first_due is not None and first_due < today.isoformat(),
        renewals=line.renewals,
        refused=() if isinstance(terms, Terms) else terms,
        still_needed=days_out >= station.rules.still_needed_days,
        pieces=len(line.rows),
        others=tuple(one.loan_item for one in line.rows[1:]),
    )
