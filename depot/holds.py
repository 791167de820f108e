"""Holds: a place in a line's queue, and the piece that is set aside for whoever is first.

Who is first is decided once (`aside.offer`) and recorded; no fold ever decides it anew. A hold's key is the
key of its `hold_placed` event; who placed it stands in `link`, and a slip carries only a short code.

Somebody has one place in a line's queue, and it ends when they take a piece of that line, whichever piece it
is. Who is blocked is passed over and keeps the place; a dead person's hold ends by itself. The days on which
a piece waits to be fetched are open days: over Christmas, too, there are as many on which somebody is there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, exists, insert, or_, select

from depot import aside, journal, looks, projection, queue, refusals
from depot.calendar import day_of
from depot.coming import coming, may_be_served
from depot.fold import HoldNow, HoldState, step, step_hold
from depot.lapses import advance, is_any_ripe, let_lapse
from depot.outcomes import Held, Moved, NextStep, Reason, Refused
from depot.own import Kind, draw
from depot.rules import inspection_expired
from depot.states import Fact
from depot.station import Station
from depot.tables import borrower, card, event, hold, item, item_state, link, product

__all__ = ["advance", "by_slip", "cancel", "is_any_ripe", "of_card", "of_key", "place"]

_SEEN = event.alias("seen")
_LINE = product.c.code
_FREE_HERE = (
    select(item.c.code)
    .join(item_state, item_state.c.item == item.c.code)
    .where(item.c.product == _LINE, item_state.c.depot == bindparam("at"), looks.IS_FREE)
    .order_by(item_state.c.inspected_on.desc(), item.c.code)
    .limit(1)
    .correlate(product)
    .scalar_subquery()
)
_IS_WHOLE = looks.makes_a_whole(
    product.c.pieces,
    looks.free_pieces(_LINE, bindparam("at")),
    looks.ready_holds(_LINE, bindparam("at")),
)
_THEIRS = (
    select(hold.c.key)
    .join(link, link.c.key == hold.c.key)
    .where(hold.c.product == _LINE, looks.in_queue(hold), link.c.borrower == borrower.c.id)
    .limit(1)
    .correlate(product, borrower)
    .scalar_subquery()
)
_SLIP_IS_TAKEN = exists().where(looks.in_queue(hold), hold.c.slip == bindparam("slip"))
_HEAD = journal.HEAD.subquery("head")
_ASKED = select(bindparam("line").label("line")).subquery("asked")
_WANTED = select(
    _HEAD.c.seq.label("head_seq"),
    _HEAD.c.hash.label("head_hash"),
    _HEAD.c.at.label("head_at"),
    _LINE.label("line"),
    product.c.self_service,
    product.c.counted,
    borrower.c.id.label("borrower"),
    (or_(card.c.blocked.is_not(None), ~may_be_served(borrower))).label("blocked"),
    _SEEN.c.body.label("seen_body"),
    _THEIRS.label("theirs"),
    product.c.pieces,
    case((_IS_WHOLE, _FREE_HERE)).label("free"),
    queue.ahead_of_the_next(_LINE, bindparam("at")).correlate(product).scalar_subquery().label("ahead"),
    _SLIP_IS_TAKEN.label("slip_is_taken"),
).select_from(
    _ASKED.outerjoin(_HEAD, _HEAD.c.seq.is_not(None))
    .outerjoin(product, product.c.code == _ASKED.c.line)
    .outerjoin(card, card.c.code == bindparam("card"))
    .outerjoin(borrower, borrower.c.id == card.c.borrower)
    .outerjoin(_SEEN, _SEEN.c.key == bindparam("key"))
)


# --- a place in the queue ---


def place(
    conn: Connection,
    station: Station,
    *,
    card: str,
    line: str,
    now: datetime,
    key: str | None = None,
    depot: str | None = None,
    at_desk: bool = False,
) -> Held | Refused:
    """Put a borrower at the end of a line's queue; a piece that stands free is set aside for them at once.

    Args:
        card: the card's code; one from the box, in use, is enough.
        line: the product's code in the catalogue.
        now: aware, UTC.
        key: the hold's key, when the doer brings one; the same key again gives the first outcome, and other
            content under it is refused as `key_reused`.
        depot: the id of the depot where it shall be fetched; this station's by default.
        at_desk: staff are doing it, so that somebody may wait for a line that needs them.
    """
    let_lapse(conn, station, line=line, now=now)
    at, slip = depot or station.depot, draw(Kind.SLIP)
    asked = {"line": line, "card": card, "key": key, "at": at, "slip": slip, "station": station.id}
    look = conn.execute(_WANTED, asked).one()
    if look.seen_body is not None:
        return _as_before(conn, station, look, journal.read_body(look.seen_body), at)
    reasons = _why_not(look, at_desk=at_desk)
    if reasons:
        refusals.count(conn, station, reasons, look.line, now=now)
        step = NextStep.ANOTHER_CARD if reasons[0] is Reason.CARD_UNKNOWN else NextStep.CALL
        return Refused(item="", product=look.line, reasons=reasons, next_step=step)
    if look.theirs is not None:
        (standing,) = of_key(conn, station, key=look.theirs, now=now)
        return replace(standing, already=True)
    while look.slip_is_taken:
        slip = draw(Kind.SLIP)
        look = conn.execute(_WANTED, {**asked, "slip": slip}).one()
    return _join(conn, station, look, journal.new_key() if key is None else key, at, slip, now)


def _why_not(look: Row[Any], *, at_desk: bool) -> tuple[Reason, ...]:
    """Say what is in the way: of the line first, then of the card. A counted line has no piece to be set aside."""
    if look.line is None:
        return (Reason.UNKNOWN_CODE,)
    reasons = [Reason.NOT_AVAILABLE] if look.counted else []
    if not look.self_service and not at_desk:
        reasons.append(Reason.STAFF_ONLY)
    if look.borrower is None:
        reasons.append(Reason.CARD_UNKNOWN)
    elif look.blocked:
        reasons.append(Reason.CARD_BLOCKED)
    return tuple(reasons)


def _join(
    conn: Connection, station: Station, look: Row[Any], key: str, at: str, slip: str, now: datetime
) -> Held:
    head = journal.Head.read(look.head_seq, look.head_hash, look.head_at)
    pen = journal.Pen(conn, station.id, head, now=now, trusted=station.trusts(now, head.at))
    piece = _fit(conn, station, look.free, now) if look.free and not look.ahead else None
    number = 0 if piece else look.ahead + 1
    soon = coming(conn, [look.line]).get((look.line, at)) if number and pen.trusted else None
    expected = soon.expected(number * look.pieces, station, now=now) if soon else None
    facts: dict[str, Any] = {"product": look.line, "depot": at, "slip": slip, "place": number}
    facts |= {"expected": expected.isoformat()} if expected else {}
    happened = pen.write(Fact.HOLD_PLACED, key=key, hold=key, facts=facts)
    whose, _ = step_hold(HoldNow(key), happened)
    if piece is not None:
        set_aside = aside.record(station, piece.now, whose, pen, now=now, on_shelf=True)
        projection.write_step(conn, piece.now, {}, step(piece.now, {}, set_aside))
        whose, _ = step_hold(whose, set_aside)
    projection.write_hold(conn, HoldNow(key), whose)
    tie = {"key": key, "borrower": look.borrower, "station": station.id, "made_at": happened.at}
    conn.execute(insert(link).values(tie))
    return Held(
        item=whose.item or "",
        product=look.line,
        key=key,
        slip=slip,
        place=number,
        expected=expected,
        pick_up_by=day_of(whose.pick_up_by),
        shelf=piece.row.shelf_name if piece else None,
    )


def _fit(conn: Connection, station: Station, code: str, now: datetime) -> looks.Look | None:
    """Look at a free piece; None where its inspection has run out, so that it would be refused."""
    look = looks.for_check_in(conn, station, code)
    expired = inspection_expired(look.row.inspection_days, day_of(look.now.inspected_on), station.today(now))
    return None if expired else look


def _as_before(
    conn: Connection, station: Station, look: Row[Any], first: journal.Event, at: str
) -> Held | Refused:
    """Answer a key that was used before: the first outcome again, or `key_reused` for another content."""
    whose = conn.scalar(select(link.c.borrower).where(link.c.key == first.key))
    said = (first.kind, first.facts.get("product"), first.facts.get("depot"))
    if said != (Fact.HOLD_PLACED, look.line, at) or whose is None or whose != look.borrower:
        return Refused(item="", product=look.line, reasons=(Reason.KEY_REUSED,), key=first.key)
    deed = journal.of_deed(conn, first.station, first.deed)
    kept = next((one for one in deed if one.kind == Fact.SET_ASIDE and one.hold == first.key), None)
    return Held(
        item=(kept.item or "") if kept else "",
        product=look.line,
        key=first.key,
        slip=first.facts["slip"],
        place=first.facts.get("place", 1),
        expected=day_of(first.facts.get("expected")),
        pick_up_by=day_of(kept.facts.get("pick_up_by")) if kept else None,
        shelf=looks.for_check_in(conn, station, kept.item or "").row.shelf_name if kept else None,
    )


def of_card(conn: Connection, station: Station, *, card: str, now: datetime) -> tuple[Held, ...]:
    """Say where the borrower behind a card stands in which queues, the earliest first; two statements."""
    return _held(conn, station, *queue.of_card(card), now=now)


def by_slip(conn: Connection, station: Station, *, slip: str, now: datetime) -> Held | None:
    """Say where the hold of a slip stands; None where it is over, or there never was one."""
    return next(iter(_held(conn, station, looks.in_queue(hold), hold.c.slip == slip, now=now)), None)


def of_key(conn: Connection, station: Station, *, key: str, now: datetime) -> tuple[Held, ...]:
    """Say where a hold stands, whether it is over or not; empty where there never was one."""
    return _held(conn, station, hold.c.key == key, now=now)


def _held(conn: Connection, station: Station, *which: ColumnElement[bool], now: datetime) -> tuple[Held, ...]:
    return tuple(held for _, held in queue.standing(conn, station, *which, now=now))


# --- out of the queue ---


def cancel(
    conn: Connection, station: Station, *, key: str, now: datetime, by: str | None = None
) -> Moved | Refused:
    """Take a hold out of its queue; a piece that was set aside for it goes to the next in line or back to its shelf.

    Args:
        key: the hold's; now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Returns:
        What became of the piece; for a hold that still waited no item, and the state `cancelled`. A hold
        that is over, or was never placed, is refused as `wrong_state`. `lending.undo` takes the deed back.
    """
    look = looks.for_release(conn, station, key)
    if look.hold is None or look.hold.state not in (HoldState.WAITING, HoldState.READY):
        return Refused(item="", reasons=(Reason.WRONG_STATE,))
    return aside.end(conn, station, look, look.hold, HoldState.CANCELLED, now=now, by=by)
