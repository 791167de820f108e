"""What is forgotten about persons, and when; what is known of one, for them to read; and forgetting one now.

`link` alone ties a deed to somebody, outside the journal. Cutting a tie is deleting its row: the journal, the
loan and every figure made of them stay as they are, and nobody can tell any more whose it was. A tie is kept
for `link_days` after a thing has come home (damage that is found in cleaning, an infection that is traced),
and longer only while something of the loan is still to be settled. Whoever has had nothing for `forget_days`
is deleted. Of what was cut one thing is noted with the borrower: in which month their last loan ended. A day
would point at the loan. So would the minute at which a card was taken into use or somebody was opened at the desk:
what is older than `link_days` of such times is kept as months and days (see `coarse`).

A clock that cannot be trusted forgets nothing, because it would forget all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from depot import attempts, borrowers, clock, coarse, holds, journal, lists, looks, reference, rings
from depot.fold import Ended, HoldState
from depot.station import Station
from depot.tables import (
    about,
    attempt,
    borrower,
    call_back,
    card,
    collector,
    fee,
    foreign_return,
    hold,
    link,
    loan,
    look_up,
    note,
    owed_part,
    revision,
    ring,
    staff,
)

MOST = 500
"""Rows of a kind that one call of `advance` takes at most: while it writes nobody else does."""
CLOSED = "closed"
"""Why a card is blocked whose borrower was forgotten."""

# --- what time brings ---

_IS_OWED = or_(
    exists().where(owed_part.c.loan == loan.c.key),
    exists().where(
        fee.c.loan == loan.c.key,
        or_(fee.c.state == "owed", and_(fee.c.kind == "deposit", fee.c.state == "paid")),
    ),
)
"""That something of a loan is still to be settled: a part, a fee, a deposit that somebody wants back."""
_LOANS_OVER = (
    select(link.c.key, link.c.borrower, loan.c.returned_at)
    .join(loan, loan.c.key == link.c.key)
    .where(
        loan.c.ended.is_not(None),
        loan.c.returned_at < bindparam("before"),
        link.c.made_at < bindparam("before"),  # a clock may have been wrong when it came home
        ~_IS_OWED,
    )
    .limit(MOST)
)
_HOLDS_OVER = (
    select(link.c.key)
    .join(hold, hold.c.key == link.c.key)
    .where(
        hold.c.state.not_in([HoldState.WAITING.value, HoldState.READY.value]),
        hold.c.tick < bindparam("before"),
    )
    .limit(MOST)
)
_HAS_NO_TIE = and_(
    ~exists().where(link.c.borrower == borrower.c.id), ~exists().where(collector.c.borrower == borrower.c.id)
)
_IS_GONE = case(
    (borrower.c.died_on.is_not(None), borrower.c.died_on < bindparam("died_before")),
    else_=and_(
        coarse.at_the_latest(func.coalesce(borrower.c.confirmed_at, borrower.c.made_at))
        < bindparam("before"),
        or_(borrower.c.last_month.is_(None), borrower.c.last_month < bindparam("month")),
        ~exists().where(
            card.c.borrower == borrower.c.id, coarse.at_the_latest(card.c.given_at) >= bindparam("before")
        ),
    ),
)
_PERSONS_GONE = (
    select(borrower.c.id).where(borrower.c.merged_into.is_(None), _HAS_NO_TIE, _IS_GONE).limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was forgotten, of each kind."""

    loans: int = 0
    holds: int = 0
    persons: int = 0
    look_ups: int = 0
    numbers: int = 0
    """Telephone numbers of people who had asked to be rung, and were."""
    times: int = field(default=0, compare=False)
    """Rows with times about people that became months or days."""

    @property
    def is_all(self) -> bool:
        """Whether nothing more is to be forgotten now."""
        return all(getattr(self, one.name) < MOST for one in fields(self))

    def __add__(self, other: Forgotten) -> Forgotten:
        """Add up two calls."""
        names = (one.name for one in fields(self))
        return Forgotten(*(getattr(self, name) + getattr(other, name) for name in names))


def advance(conn: Connection, station: Station, *, now: datetime) -> Forgotten:
    """Forget what its time has come for, at most `MOST` of each kind, in the caller's one transaction.

    The ties of loans that ended more than `link_days` ago, unless a part or a fee is owed on them or a deposit
    is not paid back, with who collected it and what staff noted about that loan; the ties of holds that were
    over by then; numbers of people who were rung by then; the serial numbers of things of NAV's that were
    handed over by then; look-ups older than `look_up_days`; and borrowers who have had nothing for
    `forget_days`, or who have died and of whom nothing is left to settle. Of times about people that are older than
    `link_days` only month or day stays.
    """
    if not _knows_the_day(conn, station, now):
        return Forgotten()
    before = clock.millis(now - timedelta(days=station.rules.link_days))
    loans = conn.execute(_LOANS_OVER, {"before": before}).all()
    for row in loans:
        _note_month(conn, row.borrower, clock.from_millis(row.returned_at))
    _cut(conn, [row.key for row in loans], now=now)
    over = list(conn.scalars(_HOLDS_OVER, {"before": before}))
    _cut(conn, over, now=now)
    _tidy(conn, before)
    attempts.forget_old(conn, now=now)
    rung = conn.execute(delete(call_back).where(_some(call_back.c.key, call_back.c.done_at < before)))
    since = clock.millis(now - timedelta(days=station.rules.look_up_days))
    looked = conn.execute(delete(look_up).where(_some(look_up.c.key, look_up.c.at < since)))
    gone = _gone(conn, station, now)
    for who in gone:
        _forget(conn, who, now=now, by=None)
    times = sum(conn.execute(one, {"before": before, "most": MOST}).rowcount for one in _COARSER)
    done = Forgotten(len(loans), len(over), len(gone), looked.rowcount, rung.rowcount, times)
    if done.is_all:
        today = {"name": _DONE_ON, "value": station.today(now).isoformat()}
        said = upsert(about).values(today)
        conn.execute(said.on_conflict_do_update(index_elements=["name"], set_=today))
    return done


_OLD: Any = bindparam("before")


def _coarser(table: Table, wanted: ColumnElement[bool], **to: ColumnElement[int]) -> Update:
    """Make the times of some rows coarser: those that are wanted, old enough, and still whole."""
    key = tuple_(*table.primary_key)
    old = and_(*(func.coalesce(table.c[name], 0) < _OLD for name in to))
    whole = or_(*(coarse.is_whole(table.c[name]) for name in to))
    some = select(*table.primary_key).where(wanted, old, whole).limit(bindparam("most"))
    return update(table).where(key.in_(some)).values(**to)


_COARSER = (
    _coarser(
        borrower,
        borrower.c.standing == "confirmed",
        made_at=coarse.month(borrower.c.made_at),
        confirmed_at=coarse.month(borrower.c.confirmed_at),
    ),
    # How long somebody has waited to be confirmed is counted in days.
    _coarser(borrower, borrower.c.standing == "starter", made_at=coarse.day(borrower.c.made_at)),
    _coarser(
        card,
        card.c.borrower.is_not(None),
        printed_at=coarse.month(card.c.printed_at),
        given_at=coarse.month(card.c.given_at),
    ),
    _coarser(revision, revision.c.table.in_([borrower.name, card.name]), at=coarse.month(revision.c.at)),
    _coarser(look_up, true(), at=coarse.day(look_up.c.at)),
)
"""What is kept of when people came and were looked up. Of a look-up it is the day: who reads the log asks whether
there was a reason on that day."""

_DONE_ON = "forgotten_on"
_DONE = select(about.c.value).where(about.c.name == _DONE_ON)


def is_due(conn: Connection, station: Station, *, now: datetime) -> bool:
    """Say whether `advance` has not been done to its end today, by any doorway; not where no day is known."""
    return conn.scalar(_DONE) != station.today(now).isoformat() and _knows_the_day(conn, station, now)


def _knows_the_day(conn: Connection, station: Station, now: datetime) -> bool:
    return station.trusts(now, journal.head_of(conn, station.id).at)


def _some(key: Column[Any], wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say of a row that it is one of the first `MOST` that are wanted."""
    return key.in_(select(key).where(wanted).limit(MOST))


def _gone(conn: Connection, station: Station, now: datetime) -> Sequence[str]:
    limit = now - timedelta(days=station.rules.forget_days)
    died_before = station.today(now) - timedelta(days=station.rules.link_days)
    said = {"before": clock.millis(limit), "month": f"{limit:%Y-%m}", "died_before": died_before.isoformat()}
    return conn.scalars(_PERSONS_GONE, said).all()


def _note_month(conn: Connection, who: str, ended: datetime) -> None:
    """Note in which month somebody's last loan ended, as far as that is cut."""
    month = f"{ended:%Y-%m}"
    is_later = or_(borrower.c.last_month.is_(None), borrower.c.last_month < month)
    conn.execute(update(borrower).where(borrower.c.id == who, is_later).values(last_month=month))


def _cut(conn: Connection, keys: Sequence[str], *, now: datetime) -> None:
    """Cut ties, and what stands beside them; whoever was to be told something about it cannot be rung any more."""
    conn.execute(delete(link).where(link.c.key.in_(keys)))
    forget_beside(conn, keys)
    waits = (ring.c.subject.in_(keys), ring.c.done_at.is_(None))
    conn.execute(update(ring).where(*waits).values(done_at=clock.millis(now)))


def forget_beside(conn: Connection, keys: Sequence[str]) -> None:
    """Forget who collected what was lent, and what staff noted about lending it.

    Args:
        keys: of loans.
    """
    conn.execute(delete(collector).where(collector.c.key.in_(keys)))
    conn.execute(delete(note).where(note.c.subject.in_(keys)))


_TAKEN_BACK = select(loan.c.key).where(loan.c.ended == Ended.UNDONE.value)


def _tidy(conn: Connection, before: int) -> None:
    """Forget what stood beside loans that were taken back, calls that were tried, and NAV's serial numbers."""
    conn.execute(delete(collector).where(collector.c.key.in_(_TAKEN_BACK)))
    conn.execute(delete(note).where(note.c.subject.in_(_TAKEN_BACK)))
    tried = note.c.text.in_([str(one) for one in rings.Tried])
    conn.execute(delete(note).where(tried, note.c.at < before))
    settled = (foreign_return.c.settled_at < before, foreign_return.c.serial.is_not(None))
    conn.execute(update(foreign_return).where(*settled).values(serial=None))


# --- one person ---


def _everything_of(conn: Connection, who: str) -> list[str]:
    """Name a borrower and all who became them by merging, those first who were merged first."""
    found = [who]
    for one in found:
        found += conn.scalars(select(borrower.c.id).where(borrower.c.merged_into == one)).all()
    return found[::-1]


def _forget(conn: Connection, who: str, *, now: datetime, by: str | None) -> None:
    """Delete somebody to whom nothing is tied any more, and close their cards."""
    persons = _everything_of(conn, who)
    theirs = conn.scalars(select(card.c.code).where(card.c.borrower.in_(persons))).all()
    for code in theirs:
        closed = {"code": code, "borrower": None, "given_at": None, "blocked": CLOSED, "expires_on": None}
        reference.put(conn, card, closed, now=now, by=by)
    for number in conn.scalars(select(borrower.c.phone).where(borrower.c.id.in_(persons))).all():
        forget_number(conn, number, but=persons)
    conn.execute(delete(attempt).where(attempt.c.subject.in_(theirs)))
    conn.execute(update(look_up).where(look_up.c.borrower.in_(persons)).values(borrower=None))
    conn.execute(update(collector).where(collector.c.borrower.in_(persons)).values(borrower=None))
    conn.execute(delete(note).where(note.c.subject.in_(persons)))
    for one in persons:
        reference.drop(conn, borrower, {"id": one}, now=now, by=by)


def forget_number(conn: Connection, number: str | None, *, but: Sequence[str]) -> None:
    """Forget that somebody asked to be rung at a number, unless it is others' as well.

    Args:
        number: as it is stored; but: the ids of the borrowers whose number it no longer is.
    """
    if number is None:
        return
    shared = select(borrower.c.id).where(borrower.c.phone == number, borrower.c.id.not_in(but))
    if conn.scalar(shared.limit(1)) is None:
        conn.execute(delete(call_back).where(call_back.c.phone == number))
        conn.execute(delete(attempt).where(attempt.c.subject == number))


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Why somebody cannot be forgotten yet: the things that are out, parts that stayed out, what is owed.

    Args:
        out: the codes of things on loan; parts: the code of a thing, the part's and how many.
        owed_ore: fees that are owed, deposits_ore: deposits not paid back; both in øre.
    """

    out: tuple[str, ...] = ()
    parts: tuple[tuple[str, str, int], ...] = ()
    owed_ore: int = 0
    deposits_ore: int = 0

    def __bool__(self) -> bool:
        """Say whether anything is unsettled."""
        return bool(self.out or self.parts or self.owed_ore or self.deposits_ore)


def unsettled(conn: Connection, code: str) -> Unsettled:
    """Say what stands between the borrower behind a card and being forgotten.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    who = borrowers.behind(conn, code)
    theirs = select(link.c.key).where(link.c.borrower == who)
    out = select(loan.c.item).where(loan.c.key.in_(theirs), loan.c.ended.is_(None)).order_by(loan.c.item)
    parts = select(owed_part.c.item, owed_part.c.part, owed_part.c.pieces).where(owed_part.c.loan.in_(theirs))
    money = select(
        func.coalesce(func.sum(fee.c.amount_ore).filter(fee.c.state == "owed"), 0),
        func.coalesce(func.sum(fee.c.amount_ore).filter(fee.c.kind == "deposit", fee.c.state == "paid"), 0),
    ).where(fee.c.loan.in_(theirs))
    owed, deposits = conn.execute(money).one()
    missed = conn.execute(parts.order_by(owed_part.c.item, owed_part.c.part))
    return Unsettled(
        tuple(conn.scalars(out)),
        tuple((row.item, row.part, row.pieces) for row in missed),
        owed,
        deposits,
    )


def erase(conn: Connection, station: Station, *, card: str, now: datetime, by: str) -> Unsettled:
    """Forget the borrower behind a card now, because they ask for it; refused while something is unsettled.

    Their places in queues end, every tie is cut, their cards are closed and their row is gone. That somebody
    was looked up, and by whom, stays, without whom. The journal and the figures stay whole.

    Args:
        card: one of their cards.
        now: aware, UTC.
        by: who does it: a member of staff's pseudonym, or who sits at the shell.

    Returns:
        What is unsettled: then nothing was done. Empty where it was.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    left = unsettled(conn, card)
    if left:
        return left
    who = borrowers.behind(conn, card)
    borrowers.log_look_up(conn, by=by, why="erase", now=now, cards=[card])
    end_holds(conn, station, who, now=now)
    _cut(conn, conn.scalars(select(link.c.key).where(link.c.borrower == who)).all(), now=now)
    _forget(conn, who, now=now, by=by)
    return left


_QUEUED: Select[Any] = (
    select(hold.c.key)
    .join(link, link.c.key == hold.c.key)
    .where(looks.in_queue(hold), link.c.borrower == bindparam("who"))
)


def end_holds(conn: Connection, station: Station, who: str, *, now: datetime) -> int:
    """Take somebody out of every queue; returns of how many. What was set aside goes to the next in line."""
    keys = conn.scalars(_QUEUED, {"who": who}).all()
    for key in keys:
        holds.cancel(conn, station, key=key, now=now)
    return len(keys)


# --- for them to read ---


def export(conn: Connection, station: Station, *, card: str, now: datetime) -> dict[str, Any]:
    """Gather everything that is known of the borrower behind a card, also who looked them up. Writes nothing.

    Times are ISO 8601 UTC, of which only the month or the day may still be known, dates ISO, amounts øre. Of the
    PIN it is told that there is one. The caller logs the look-up.

    Raises:
        LookupError: the card is unknown or unassigned.
    """
    who = borrowers.behind(conn, card)
    persons = _everything_of(conn, who)
    row = conn.execute(select(borrower).where(borrower.c.id == who)).one()
    keys = select(link.c.key).where(link.c.borrower.in_(persons))
    return {
        "made_at": clock.iso(now),
        "depot": station.depot,
        "person": _person(row) | {"merged": len(persons) - 1},
        "cards": _cards(conn, persons),
        "loans": _loans(conn, keys),
        "collected_for_others": _loans(
            conn, select(collector.c.key).where(collector.c.borrower.in_(persons))
        ),
        "parts_owed": _dicts(conn, select(owed_part).where(owed_part.c.loan.in_(keys))),
        "fees": [_timed(one) for one in _dicts(conn, select(fee).where(fee.c.loan.in_(keys)))],
        "holds": _holds(conn, keys),
        "notes": _notes(conn, or_(note.c.subject.in_(keys), note.c.subject.in_(persons))),
        "asked_to_be_rung": [
            clock.iso(clock.from_millis(at))
            for at in conn.scalars(select(call_back.c.asked_at).where(call_back.c.phone == row.phone))
        ],
        "to_be_told": [_timed(one) for one in _dicts(conn, _TOLD.where(ring.c.subject.in_(keys)))],
        "looked_up": _looked_up(conn, persons),
        "changes": _changes(conn, persons),
    }


def _dicts(conn: Connection, asked: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in conn.execute(asked)]


_TOLD = select(ring.c.why, ring.c.made_at, ring.c.done_at).order_by(ring.c.made_at)
_TIMES = (
    "done_at",
    "made_at",
    "confirmed_at",
    "printed_at",
    "given_at",
    "out_at",
    "returned_at",
    "settled_at",
    "placed_at",
)


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """Write a row's times as people and machines read them, as far as they are known."""
    said = {name: coarse.iso(row[name]) for name in _TIMES if row.get(name) is not None}
    return row | said


def _person(row: Any) -> dict[str, Any]:
    kept = {name: value for name, value in row._mapping.items() if name not in ("pin", "merged_into")}
    return _timed(kept | {"has_pin": row.pin is not None})


def _cards(conn: Connection, persons: Sequence[str]) -> list[dict[str, Any]]:
    rows = _dicts(conn, select(card).where(card.c.borrower.in_(persons)).order_by(card.c.given_at))
    return [_timed({name: value for name, value in row.items() if name != "borrower"}) for row in rows]


def _loans(conn: Connection, keys: Select[Any]) -> list[dict[str, Any]]:
    names = ("key", "item", "product", "out_at", "days", "due", "renewals", "flags", "returned_at", "ended")
    asked = select(*(loan.c[name] for name in names)).where(loan.c.key.in_(keys)).order_by(loan.c.out_at)
    told = [_timed(row) | {"name": lists.name_of(conn, row["product"])} for row in _dicts(conn, asked)]
    others = {row.key for row in conn.execute(select(collector.c.key).where(collector.c.key.in_(keys)))}
    return [row | {"collected_by_another": row["key"] in others} for row in told]


def _holds(conn: Connection, keys: Select[Any]) -> list[dict[str, Any]]:
    names = ("key", "product", "slip", "placed_at", "state", "item", "pick_up_by")
    asked = select(*(hold.c[name] for name in names)).where(hold.c.key.in_(keys)).order_by(hold.c.placed_at)
    return [_timed(row) | {"name": lists.name_of(conn, row["product"])} for row in _dicts(conn, asked)]


def _notes(conn: Connection, wanted: ColumnElement[bool]) -> list[dict[str, Any]]:
    asked = (
        select(note.c.at, func.coalesce(staff.c.name, note.c.by).label("by"), note.c.text)
        .select_from(note.outerjoin(staff, staff.c.id == note.c.by))
        .where(wanted)
        .order_by(note.c.at)
    )
    return [
        {"at": clock.iso(clock.from_millis(at)), "by": by, "text": text}
        for at, by, text in conn.execute(asked)
    ]


def _looked_up(conn: Connection, persons: Sequence[str]) -> list[dict[str, Any]]:
    asked = (
        select(look_up.c.at, func.coalesce(staff.c.name, look_up.c.by).label("by"), look_up.c.why)
        .select_from(look_up.outerjoin(staff, staff.c.id == look_up.c.by))
        .where(look_up.c.borrower.in_(persons))
        .order_by(look_up.c.at)
    )
    return [{"at": coarse.iso(at), "by": by, "why": why} for at, by, why in conn.execute(asked)]


def _changes(conn: Connection, persons: Sequence[str]) -> list[dict[str, Any]]:
    theirs = select(card.c.code).where(card.c.borrower.in_(persons))
    asked = (
        select(
            revision.c.at,
            revision.c.table,
            revision.c.version,
            func.coalesce(staff.c.name, revision.c.by).label("by"),
        )
        .select_from(revision.outerjoin(staff, staff.c.id == revision.c.by))
        .where(
            or_(
                and_(revision.c.table == borrower.name, revision.c.key.in_(persons)),
                and_(revision.c.table == card.name, revision.c.key.in_(theirs)),
            )
        )
        .order_by(revision.c.at, revision.c.version)
    )
    return [
        {"at": coarse.iso(row.at), "of": row.table, "version": row.version, "by": row.by}
        for row in conn.execute(asked)
    ]
