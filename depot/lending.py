"""Check-out, check-in and undo: the deeds that a citizen does.

Each takes one joined look, asks the rules, records a fact and writes what it changes; none commits. A
check-out is 6 statements (look, event, loan, link, label job, item), a check-in 4. The look's SQL is
built once at import: building it per call costs more than running it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update
from uuid_utils import UUID, uuid5

from depot import aside, clock, journal, lapses, looks, projection, quantities, refusals
from depot.calendar import Due, DuePolicy, DueWarning, day_of, due_date
from depot.fold import ItemNow, Loan, fold, in_order, is_undo, step
from depot.foreign import NavLabel
from depot.looks import Look
from depot.numbers import DENMARK
from depot.outcomes import (
    Already,
    CheckedIn,
    CheckedOut,
    Moved,
    NextStep,
    Outcome,
    Peeked,
    Reason,
    Refused,
    Undone,
    Was,
)
from depot.rules import (
    BorrowerAsked,
    ForeignReturns,
    ThingAsked,
    about_the_thing,
    may_check_out,
)
from depot.states import Fact, State
from depot.station import Station
from depot.tables import foreign_return, label_job, link, loan
from depot.writes import Write

if TYPE_CHECKING:
    from depot.codes import Scan

log = logging.getLogger(__name__)

LOAN_LABEL = "loan"
LABEL_LAPSES = timedelta(minutes=10)
"""A loan label that could not be printed by then would come out for somebody else's eyes."""

_DAY_MS = 24 * 60 * 60 * 1000

_add_link = Write(insert(link))
_ASKED = ("key", "event", "design", "made_at", "lapses_at", "state")
"""What a deed says of a label; the rest of its row is the press's."""
_add_label_job = Write(insert(label_job).values({name: bindparam(name) for name in _ASKED}))


# --- check-out ---


def check_out(
    conn: Connection,
    station: Station,
    *,
    card: str,
    item: str,
    now: datetime,
    key: str | None = None,
    joins: str | None = None,
    in_hand: bool = False,
    desk: Desk | None = None,
) -> Outcome:
    """Lend one item to the borrower behind a card.

    Args:
        card: the card's code, 10 characters; item: the item's.
        now: aware, UTC.
        key: the UUID of the event, when the doer brings one; the same key again gives the first outcome,
            and other content under it is refused as `key_reused`.
        joins: the deed of the loan line that this piece completes (the second crutch of a pair); where that
            is no open line of the same product on the same card, with a piece still missing, it is a line
            of its own.
        in_hand: the item was scanned at a kiosk or desk, which proves that somebody has it in hand; only
            then does an item believed out with another come home by the attempt.
        desk: staff are doing it. An override lends past every refusal but an unknown card and an open loan.
    """
    today = station.today(now)
    look = looks.for_check_out(conn, station, item, card, key=key, now=now)
    row = look.row
    if row.seen_body is not None:
        return as_before(conn, station, look, Fact.CHECK_OUT, now)
    if not look.known:
        return _refuse(conn, station, look, (Reason.UNKNOWN_CODE,), now)
    if row.borrower is not None and row.loan_borrower == row.borrower:
        return Already(
            item=item, product=row.product, key=row.open_key, due=day_of(row.open_due), on_loan=True
        )
    joins = joins if joins and _lacks_a_piece(conn, row, joins) else None
    answer = may_check_out(
        _thing(look),
        _who(row, station, joins, now),
        station.rules,
        line_days=row.loan_days,
        today=today,
        at_desk=desk is not None,
    )
    if Reason.SET_ASIDE_FOR_OTHER in answer.hard and lapses.let_lapse(
        conn, station, key=look.now.hold, now=now
    ):
        said: dict[str, Any] = {"key": key, "joins": joins, "in_hand": in_hand, "desk": desk}
        return check_out(conn, station, card=card, item=item, now=now, **said)
    overridden = answer.hard if desk is not None and desk.overrides and row.borrower is not None else ()
    if look.now.state is State.ON_LOAN or (answer.hard and not overridden):
        is_here = look.now.state is State.ON_LOAN and in_hand
        home = _come_home(conn, station, look, now, key, implied=True) if is_here else None
        return _refuse(conn, station, look, answer.hard, now, home=home.key if home else None)
    terms = _Terms(answer.days, answer.soft, overridden, desk.by if desk else None)
    return _lend(conn, station, look, terms, now=now, key=key, joins=joins)


def _lacks_a_piece(conn: Connection, row: Row[Any], deed: str) -> bool:
    """Say whether a deed is an open loan line of this line's on this card that is not whole yet."""
    out: int = conn.execute(
        select(func.count())
        .select_from(loan.join(link, link.c.key == loan.c.key))
        .where(
            loan.c.deed == deed,
            loan.c.product == row.product,
            loan.c.ended.is_(None),
            link.c.borrower == row.borrower,
        )
    ).scalar_one()
    return out > 0 and out < int(row.pieces)


@dataclass(frozen=True, slots=True)
class Desk:
    """That staff are doing the deed: their pseudonym, and whether they override a refusal."""

    by: str
    overrides: bool = False


@dataclass(frozen=True, slots=True)
class _Terms:
    """How a loan is made: for how long, flagged for what, and past which refusals by whom at the desk."""

    days: int
    flags: tuple[Reason, ...]
    overridden: tuple[Reason, ...]
    by: str | None


def _thing(look: Look) -> ThingAsked:
    row = look.row
    return ThingAsked(
        state=look.now.state,
        parked=look.now.parked,
        self_service=row.self_service,
        inspection_days=row.inspection_days,
        inspected_on=day_of(look.now.inspected_on),
        recalled=row.recalled,
        set_aside_for_them=row.borrower is not None and row.hold_borrower == row.borrower,
        promised=bool(row.promised),
    )


def _who(row: Row[Any], station: Station, joins: str | None, now: datetime) -> BorrowerAsked:
    if row.borrower is None:
        return BorrowerAsked(known=False)
    expires = day_of(row.expires_on)
    return BorrowerAsked(
        known=True,
        blocked=bool(row.card_blocked or row.borrower_blocked or row.died_on),
        confirmed=row.standing == "confirmed",
        days_since_start=(clock.millis(now) - row.borrower_made_at) // _DAY_MS,
        expired=expires is not None and expires < station.today(now),
        open_lines=row.open_lines - (1 if joins else 0),
        late_loans=row.late_loans,
        days_of_this_line=(row.line_ms or 0) // _DAY_MS,
    )


def _lend(
    conn: Connection,
    station: Station,
    look: Look,
    terms: _Terms,
    *,
    now: datetime,
    key: str | None,
    joins: str | None,
) -> CheckedOut:
    row, head = look.row, look.head
    trusted = station.trusts(now, head.at)
    due = _due(station, now, terms.days, day_of(row.expires_on)) if trusted else None
    facts: dict[str, Any] = {
        "product": row.product,
        "depot": station.depot,
        "days": terms.days,
        "policy": station.rules.due_policy,
    }
    if due is not None:
        facts["due"] = due.isoformat()
    if terms.flags:
        facts["flags"] = [reason.value for reason in terms.flags]
    if terms.overridden:
        facts["overridden"] = [reason.value for reason in terms.overridden]
    pen = journal.Pen(conn, station.id, head, now=now, trusted=trusted, by=terms.by, deed=joins)
    before = look.now
    if before.hold is not None and row.hold_borrower != row.borrower:
        before = free_from_hold(conn, pen, before, look.loans, why="given_away")
    mine = look.hold
    if mine is not None and mine.item not in (None, row.code):
        mine = aside.give_up(conn, station, mine, pen, now=now)
    fetched = mine.key if mine is not None else before.hold
    after = max(before.tick, mine.tick if mine is not None else 0)
    happened = pen.write(Fact.CHECK_OUT, after=after, key=key, item=row.code, hold=fetched, facts=facts)
    projection.write_step(conn, before, look.loans, step(before, look.loans, happened))
    if fetched is not None:
        projection.carry_hold(conn, mine, happened)
    link_row = {"key": happened.key, "borrower": row.borrower, "station": station.id, "made_at": happened.at}
    _add_link(conn, link_row)
    if station.prints and joins is None:  # a pair is one loan line and has one slip
        _queue_label(conn, happened)
    return CheckedOut(
        item=row.code,
        product=row.product,
        key=happened.key,
        deed=happened.deed,
        due=due,
        days=terms.days,
        flags=terms.flags,
        pieces=row.pieces,
    )


def _due(station: Station, now: datetime, days: int, expires: date | None) -> date:
    due = due_date(
        station.today(now), days, DuePolicy(station.rules.due_policy), station.open_days, card_expires=expires
    )
    return noted(due, station)


def noted(due: Due, station: Station) -> date:
    """Return the day that something is due; where a gap in the calendar has made it, the log says so."""
    if due.warning is DueWarning.NO_OPEN_DAY:
        log.warning("due=%s warning=%s depot=%s", due.day, due.warning, station.depot)
    return due.day


def _queue_label(conn: Connection, happened: journal.Event) -> None:
    """Ask for a loan label in the deed's own transaction; its key follows from the event, so a repeat prints nothing."""
    job = {
        "key": str(uuid5(UUID(happened.key), LOAN_LABEL)),
        "event": happened.key,
        "design": LOAN_LABEL,
        "made_at": happened.at,
        "lapses_at": happened.at + LABEL_LAPSES // timedelta(milliseconds=1),
        "state": "waiting",
    }
    _add_label_job(conn, job)


# --- check-in ---

FOUND = {
    State.MISSING: Fact.FOUND,
    State.WRITTEN_OFF: Fact.FOUND,
    State.KEPT: Fact.FOUND,
    State.IN_TRANSIT: Fact.ARRIVED,
}
"""What a scan proves of a thing that nobody believed to be here."""


def check_in(
    conn: Connection,
    station: Station,
    *,
    item: str,
    now: datetime,
    key: str | None = None,
    brought_back: bool = False,
    by: str | None = None,
) -> Outcome:
    """Take one item home. Needs no card and is never refused for anything of ours, whatever the hour.

    Args:
        item: the item's code, 10 characters.
        now: aware, UTC.
        key: as for `check_out`.
        brought_back: the person says that they are bringing it, so a thing that the ledger believes on its
            shelf comes home too (it was taken without being registered); otherwise that is `Already`.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    look = looks.for_check_in(conn, station, item, key)
    if look.row.seen_body is not None:
        return as_before(conn, station, look, Fact.CHECK_IN, now)
    if not look.known:
        return _refuse(conn, station, look, (Reason.UNKNOWN_CODE,), now)
    state = look.now.state
    is_home = state not in (State.ON_LOAN, *FOUND)
    if is_home and not (brought_back and state in (State.AVAILABLE, State.SET_ASIDE)):
        return Already(item=item, product=look.row.product, place=looks.where_it_belongs(conn, station, look))
    return _come_home(conn, station, look, now, key, by=by)


def _come_home(
    conn: Connection,
    station: Station,
    look: Look,
    now: datetime,
    key: str | None,
    *,
    implied: bool = False,
    by: str | None = None,
) -> CheckedIn:
    before, head = look.now, look.head
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=by)
    item_now, loans = before, look.loans
    if before.hold is not None:
        item_now = free_from_hold(conn, pen, before, loans, why="brought_back")
    kind = FOUND.get(before.state, Fact.CHECK_IN)
    facts: dict[str, Any] = {"depot": station.depot}
    if kind is Fact.CHECK_IN:
        facts |= {"implied": True} if implied else {}
    happened = pen.write(kind, after=item_now.tick, key=key, item=before.item, loan=before.loan, facts=facts)
    projection.write_step(conn, item_now, loans, step(item_now, loans, happened))
    was = Was.ON_LOAN if before.loan else Was.FOUND if before.state in FOUND else Was.UNREGISTERED
    return CheckedIn(
        item=before.item,
        product=look.row.product,
        key=happened.key,
        deed=happened.deed,
        was=was,
        loan=before.loan,
        place=_where_it_arrives(conn, station, look, was),
    )


def _where_it_arrives(conn: Connection, station: Station, look: Look, was: Was) -> str | None:
    if was is Was.FOUND:
        return looks.place_for(conn, station, looks.UNKNOWN)
    return cast("str | None", look.row.place)


def free_from_hold(
    conn: Connection, pen: journal.Pen, before: ItemNow, loans: Mapping[str, Loan], *, why: str
) -> ItemNow:
    """Let go of the hold that a thing was set aside for; whoever waits is first in line again."""
    freed = pen.write(
        Fact.RELEASED, after=before.tick, item=before.item, hold=before.hold, facts={"why": why}
    )
    taken = step(before, loans, freed)
    projection.write_step(conn, before, loans, taken)
    projection.carry_hold(conn, None, freed)
    return taken.now


# --- not ours ---


def receive_foreign(
    conn: Connection,
    station: Station,
    *,
    label: Scan,
    now: datetime,
    key: str | None = None,
    by: str | None = None,
) -> Moved | Refused:
    """Take in a thing that is another lender's, if the rules accept it and it is known whose it is.

    Only NAV's labels say that; in Denmark the same digits are nobody's. The event holds the article's number; the
    piece's serial number, which at NAV points at a person, stands in `foreign_return` alone, for the desk.

    Args:
        label: what was scanned on it.
        now: aware, UTC.
        key: the UUID of the event, when the doer brings one; the same again gives the first outcome.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    accepted = station.rules.foreign_returns is ForeignReturns.ACCEPT
    is_navs = isinstance(label, NavLabel) and station.country != DENMARK
    if not isinstance(label, NavLabel) or not is_navs or not accepted:
        reason = Reason.NAV_LABEL if is_navs else Reason.NOT_OURS
        refusals.count(conn, station, (reason,), None, now=now)
        return Refused(item="", reasons=(reason,), next_step=NextStep.CALL)
    first = journal.find(conn, key) if key else None
    if first is not None and (first.kind != Fact.RECEIVED_FOREIGN or first.facts.get("hms") != label.hms):
        return Refused(item=label.hms, reasons=(Reason.KEY_REUSED,), key=key)
    happened = first or _take_in(conn, station, label, now, key, by)
    where = looks.place_for(conn, station, looks.NAV)
    state = Fact.RECEIVED_FOREIGN.value
    return Moved(item=label.hms, key=happened.key, deed=happened.deed, state=state, place=where)


def _take_in(
    conn: Connection, station: Station, label: NavLabel, now: datetime, key: str | None, by: str | None
) -> journal.Event:
    head = journal.head_of(conn, station.id)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=by)
    happened = pen.write(Fact.RECEIVED_FOREIGN, key=key, facts={"hms": label.hms})
    row = {"event": happened.key, "hms": label.hms, "serial": label.serial, "at": happened.at}
    conn.execute(insert(foreign_return).values(row))
    return happened


# --- before the deed: what is this? ---


def peek(conn: Connection, station: Station, *, item: str, card: str | None, now: datetime) -> Peeked:
    """Look at a thing that was scanned before anything is done with it; writes nothing.

    Args:
        item: the item's code; card: the card that is open, if one is.
        now: aware, UTC.
    """
    look = looks.for_check_out(conn, station, item, card or "", key=None, now=now)
    if not look.known:
        return Peeked(item=item)
    row = look.row
    reasons = about_the_thing(_thing(look), station.today(now), at_desk=False)
    minutes = timedelta(minutes=station.rules.just_borrowed_minutes)
    recent = row.open_out_at is not None and clock.millis(now) - row.open_out_at < minutes // timedelta(
        milliseconds=1
    )
    stopped = tuple(reason for reason in reasons if reason is not Reason.SET_ASIDE_FOR_OTHER)
    return Peeked(
        item=item,
        product=row.product,
        state=look.now.state,
        theirs=row.borrower is not None and row.loan_borrower == row.borrower,
        just_lent=recent and row.loan_station == station.id,
        due=day_of(row.open_due),
        refusal=_refusal(conn, station, look, stopped, now=now)
        if stopped and look.now.state is not State.ON_LOAN
        else None,
    )


# --- what was said before, and no ---


def as_before(conn: Connection, station: Station, look: Look, kind: Fact, now: datetime) -> Outcome:
    """Answer a key that was used before: the first outcome again, or `key_reused` for another content.

    A loan whose link is gone, taken back or cut, is `key_reused`: nobody can tell any more whose it was.
    """
    row, first = look.row, journal.read_body(look.row.seen_body)
    code = first.item or ""
    said, implied = first.facts, bool(first.facts.get("implied"))
    if look.now.item != first.item:
        return Refused(item=look.now.item, reasons=(Reason.KEY_REUSED,), key=first.key)
    if kind is Fact.CHECK_OUT and first.kind == Fact.CHECK_IN and implied:
        return _refusal(conn, station, look, (Reason.ON_LOAN_TO_OTHER,), now=now, home=first.key)
    if kind is Fact.CHECK_OUT and first.kind == Fact.CHECK_OUT:
        theirs = conn.scalar(select(link.c.borrower).where(link.c.key == first.key))
        if theirs is not None and theirs == row.borrower:
            flags = tuple(Reason(flag) for flag in said.get("flags", ()))
            due, days = day_of(said.get("due")), said["days"]
            return CheckedOut(
                item=code,
                product=row.product,
                key=first.key,
                deed=first.deed,
                due=due,
                days=days,
                flags=flags,
                pieces=row.pieces,
            )
    if kind is Fact.CHECK_IN and not implied and first.kind in (Fact.CHECK_IN, Fact.FOUND, Fact.ARRIVED):
        was = Was.FOUND if first.kind != Fact.CHECK_IN else Was.ON_LOAN if first.loan else Was.UNREGISTERED
        return CheckedIn(
            item=code,
            product=row.product,
            key=first.key,
            deed=first.deed,
            was=was,
            loan=first.loan,
            place=_where_it_arrives(conn, station, look, was),
        )
    return Refused(item=code, product=row.product, reasons=(Reason.KEY_REUSED,), key=first.key)


_NEXT_STEPS = {
    Reason.UNKNOWN_CODE: NextStep.SCAN_AGAIN,
    Reason.ON_LOAN_TO_OTHER: NextStep.PUT_IT_THERE,
    Reason.IN_CLEANING: NextStep.PUT_IT_THERE,
    Reason.IN_REPAIR: NextStep.PUT_IT_THERE,
    Reason.QUARANTINED: NextStep.PUT_IT_THERE,
    Reason.NOT_AVAILABLE: NextStep.PUT_IT_THERE,
    Reason.STAFF_ONLY: NextStep.CALL,
    Reason.INSPECTION_EXPIRED: NextStep.TAKE_ANOTHER,
    Reason.RECALLED: NextStep.TAKE_ANOTHER,
    Reason.SET_ASIDE_FOR_OTHER: NextStep.TAKE_ANOTHER,
    Reason.CARD_UNKNOWN: NextStep.ANOTHER_CARD,
    Reason.CARD_BLOCKED: NextStep.CALL,
}


def _refuse(
    conn: Connection,
    station: Station,
    look: Look,
    reasons: tuple[Reason, ...],
    now: datetime,
    *,
    home: str | None = None,
) -> Refused:
    """Answer no: count it, and say where the thing belongs and where there is another one."""
    refusals.count(conn, station, reasons, look.row.product, now=now)
    return _refusal(conn, station, look, reasons, now=now, home=home)


def _refusal(
    conn: Connection,
    station: Station,
    look: Look,
    reasons: tuple[Reason, ...],
    *,
    now: datetime,
    home: str | None = None,
) -> Refused:
    """Say no. `home` is the key of the check-in that the attempt itself has proved."""
    # The other pieces of a line whose partners are promised are promised, too.
    is_promised = look.now.state is State.AVAILABLE and Reason.SET_ASIDE_FOR_OTHER in reasons
    speaks_of_thing = reasons[0] not in (Reason.CARD_UNKNOWN, Reason.CARD_BLOCKED) and not is_promised
    return Refused(
        item=look.now.item,
        product=look.row.product,
        reasons=reasons,
        next_step=_NEXT_STEPS.get(reasons[0], NextStep.CALL),
        place=looks.place_for(conn, station, looks.UNKNOWN)
        if not look.known
        else looks.where_it_belongs(conn, station, look, checked_in=home is not None),
        others=looks.free_elsewhere(conn, station, look, now=now) if look.known and speaks_of_thing else (),
        checked_in=home is not None,
        key=home,
    )


# --- undo ---


def undo(
    conn: Connection, station: Station, *, deed: str, now: datetime, by: str | None = None
) -> tuple[Undone, ...] | Refused:
    """Take back one of this station's deeds whole, as a recorded compensation.

    Valid while nothing else has happened to its things, or nobody has counted its line since; never for an
    implied return, which would reopen a stranger's loan. The loan's row stays, ended as undone; its link is
    deleted and its label cancelled.

    Args:
        deed: the deed's id, as its outcome gave it.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    told = journal.of_deed(conn, station.id, deed)
    if quantities.is_of_quantities(told):
        return quantities.undo(conn, station, told, now=now, by=by)
    things = {
        code: looks.for_check_in(conn, station, code)
        for code in dict.fromkeys(one.item for one in told if one.item)
    }
    stories = {code: journal.of_item(conn, code) for code in things}
    queues = {key: journal.of_hold(conn, key) for key in dict.fromkeys(one.hold for one in told if one.hold)}
    if (
        not (things or queues)
        or any(one.facts.get("implied") or one.kind == Fact.UNDONE for one in told)
        or not _is_last(told, *stories.values(), *queues.values())
    ):
        refusals.count(conn, station, (Reason.UNDO_TOO_LATE,), None, now=now)
        return Refused(item=next(iter(stories), ""), reasons=(Reason.UNDO_TOO_LATE,))
    before = {code: fold(code, story) for code, story in stories.items()}
    head = next(iter(things.values())).head if things else journal.head_of(conn, station.id)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at), by=by)
    _write_undone(pen, told, stories, queues)
    after = {code: fold(code, story) for code, story in stories.items()}
    for code, story_now in after.items():
        projection.write_change(conn, before[code], story_now)
    lines = [projection.retell_hold(conn, key).product for key in queues]
    lent = [one.key for one in told if one.kind == Fact.CHECK_OUT]
    tied = [*lent, *(one.key for one in told if one.kind == Fact.HOLD_PLACED)]
    if tied:
        conn.execute(delete(link).where(link.c.key.in_(tied)))
    if lent and station.prints:
        waiting = (label_job.c.event.in_(lent), label_job.c.state == "waiting")
        conn.execute(update(label_job).where(*waiting).values(state="cancelled"))
    if not things:
        return (Undone(item="", product=lines[0], deed=pen.deed or "", back_on_loan=False, place=None),)
    carried = {one.item for one in told if one.kind not in (Fact.RELEASED, Fact.SET_ASIDE)}
    return tuple(
        _undone(conn, station, replace(things[code], now=after[code].now), pen.deed or "")
        for code in stories
        if code in carried or not carried & set(stories)  # what nobody carried is not spoken of
    )


def _write_undone(
    pen: journal.Pen,
    told: list[journal.Event],
    stories: Mapping[str, list[journal.Event]],
    queues: Mapping[str, list[journal.Event]],
) -> None:
    """Take a deed's events back, the last one first, and add that to the stories of its things and holds."""
    last = 0  # a hold that let go of one thing for another has a part in both stories: one order for all
    for one in reversed(told):
        tales = [tale for tale in (stories.get(one.item or ""), queues.get(one.hold or "")) if tale]
        last = max(last, *(happened.tick for tale in tales for happened in tale))
        undone = pen.write(Fact.UNDONE, after=last, item=one.item, hold=one.hold, undoes=one.key)
        last = undone.tick
        for tale in tales:
            tale.append(undone)


def _is_last(told: list[journal.Event], *stories: list[journal.Event]) -> bool:
    """Say whether nothing but this deed stands at the end of each of its things' and holds' stories.

    What was taken back stands there no more, as the fold has it: so one deed after the other can be.
    """
    keys = {one.key for one in told}
    for story in stories:
        mine = sum(one.key in keys for one in story)
        standing = _standing(story)
        if len(standing) < mine or {one.key for one in standing[len(standing) - mine :]} - keys:
            return False
    return True


def _standing(story: list[journal.Event]) -> list[journal.Event]:
    """Tell a story without what was taken back, and without the taking back."""
    pages: list[journal.Event] = []
    for happened in in_order(story):
        if not is_undo(happened):
            pages.append(happened)
        elif pages and pages[-1].key == happened.undoes:
            pages.pop()
    return pages


def _undone(conn: Connection, station: Station, look: Look, deed: str) -> Undone:
    if look.now.shelf != look.row.state_shelf:  # the look was taken while it stood on another one
        look = looks.for_check_in(conn, station, look.now.item)
    on_loan = look.now.state is State.ON_LOAN
    where = None if on_loan else looks.where_it_belongs(conn, station, look)
    return Undone(item=look.now.item, product=look.row.product, deed=deed, back_on_loan=on_loan, place=where)


# --- due dates that an untrusted clock could not give ---


_UNDATED: Select[Any] = (
    select(*loan.c, looks.good_until(link.c.borrower).label("good_until"))
    .select_from(loan.outerjoin(link, link.c.key == loan.c.key))
    .where(loan.c.ended.is_(None), loan.c.due.is_(None))
)


def is_any_undated(conn: Connection) -> bool:
    """Say whether `complete_due_dates` may have something to do."""
    undated = select(loan.c.key).where(loan.c.ended.is_(None), loan.c.due.is_(None)).limit(1)
    return conn.scalar(undated) is not None


def complete_due_dates(conn: Connection, station: Station, *, now: datetime) -> int:
    """Give the open loans that were made without a trusted clock their due dates, counted from today.

    Counted from today because nobody knows when they began: a person may keep a thing too long by it,
    but is never told that they should have brought it back before they were told a date. A loan that was
    renewed so has the renewal's days, and is not due before the date it had.

    Returns:
        How many due dates were set.
    """
    head = journal.head_of(conn, station.id)
    if not station.trusts(now, head.at):
        return 0
    undated = conn.execute(_UNDATED).all()
    pen = journal.Pen(conn, station.id, head, now=now, trusted=True)
    for row in undated:
        look = looks.for_check_in(conn, station, row.item)
        days, had = _promised(conn, row) if row.renewals else (row.days, "")
        due = _due(station, now, days, day_of(row.good_until))
        facts = {"due": max(due.isoformat(), had)}
        happened = pen.write(Fact.DUE_SET, after=look.now.tick, item=row.item, loan=row.key, facts=facts)
        projection.write_step(conn, look.now, look.loans, step(look.now, look.loans, happened))
    return len(undated)


def _promised(conn: Connection, row: Row[Any]) -> tuple[int, str]:
    """Read from its events how many days a renewed loan was promised last, and the latest date it ever had."""
    told = in_order(journal.of_item(conn, row.item))
    taken_back = {one.undoes for one in told}
    said = [one.facts for one in told if row.key in (one.key, one.loan) and one.key not in taken_back]
    days = [facts["days"] for facts in said if "days" in facts]
    return days[-1], max((facts.get("due", "") for facts in said), default="")
