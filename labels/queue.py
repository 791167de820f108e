"""The label queue: jobs in the ledger, and what may become of them.

A loan's job is written in the loan's own transaction; staff queue others. From there on only presses write
to it, each step a commit of its own, so that whoever dies between two steps leaves what happened on disk:

    waiting -> printing: in a press's hands, about to be handed over
            -> sent: the printer has it and calls it by a name -> printed
            -> printed
            -> waiting: not taken, to be tried again at `next_at`, with the reason in `why`
            -> unsure: it may have come out, and the printer cannot tell; nobody prints it again unasked
    waiting -> lapsed: a loan's label whose person has gone; -> cancelled: taken back, or nothing to say

All take `(conn, ..., *, now)`; none commits.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from uuid_utils import uuid7

from depot import clock
from depot.tables import event, label_job
from labels.printers import Why
from labels.work import Request

WAITING, PRINTING, SENT = "waiting", "printing", "sent"
PRINTED, UNSURE, LAPSED, CANCELLED = "printed", "unsure", "lapsed", "cancelled"
OPEN = (WAITING, PRINTING, SENT)
_IS_OPEN = label_job.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
"""That a job is not done, in the words of the index, which SQLite only then makes use of."""
_IS_UNSURE = label_job.c.state == literal_column(f"'{UNSURE}'")
_NOT_DONE_WITH = union_all(select(label_job).where(_IS_OPEN), select(label_job).where(_IS_UNSURE)).subquery()
"""What somebody may still have to see to: the few among all that were printed, each part by its own index."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(seconds=60)
_KEPT = timedelta(days=30)
"""How long a job that has ended stays to be looked at and printed again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job of the queue, as it stands. Times are milliseconds since 1970."""

    key: str
    request: Request
    skip: int
    made_at: int
    lapses_at: int | None
    state: str
    tries: int
    next_at: int | None
    why: str | None
    said: str | None
    held_by: str | None
    taken_at: int | None
    remote: str | None


def put(conn: Connection, asked: Request, *, now: datetime, skip: int = 0) -> str:
    """Queue a run of labels; returns the job's key.

    Args:
        asked: what, and on which printer; skip: how many labels of the first sheet are used up.
        now: aware, UTC.
    """
    key = str(uuid7())
    conn.execute(
        insert(label_job).values(
            key=key,
            design=asked.design,
            made_at=clock.millis(now),
            state=WAITING,
            subjects=" ".join(asked.subjects),
            printer=asked.printer,
            medium=asked.medium,
            language=asked.language,
            skip=skip,
        )
    )
    return key


def again(conn: Connection, key: str, *, now: datetime) -> str | None:
    """Queue an ended job once more, as a new one; returns its key, None where there is no such ended job."""
    row = conn.execute(select(label_job).where(label_job.c.key == key)).first()
    if row is None or row.state in OPEN:
        return None
    subjects = row.subjects if row.subjects is not None else row.event
    asked = Request(
        row.design,
        tuple(subjects.split()),
        language=row.language,
        medium=row.medium,
        printer=row.printer,
    )
    return put(conn, asked, now=now, skip=row.skip or 0)


def cancel(conn: Connection, key: str, *, now: datetime, out_of: str | None = None) -> bool:
    """Take a job back that waits; says whether there was one.

    Args:
        out_of: the name of a dead press, out of whose hands it may be taken, too.
    """
    open_ = label_job.c.state == WAITING
    if out_of is not None:
        open_ = or_(open_, label_job.c.held_by == out_of)
    done = conn.execute(
        update(label_job)
        .where(label_job.c.key == key, open_)
        .values(state=CANCELLED, held_by=None, done_at=clock.millis(now))
    )
    return done.rowcount == 1


def came_out(conn: Connection, key: str, *, now: datetime) -> bool:
    """Say of a job that may have come out that it did; says whether there was one."""
    unsure = (label_job.c.key == key, label_job.c.state == UNSURE)
    done = conn.execute(
        update(label_job).where(*unsure).values(state=PRINTED, why=None, done_at=clock.millis(now))
    )
    return done.rowcount == 1


def unsure_again(conn: Connection, key: str) -> bool:
    """Take `came_out` back; says whether there was such a job."""
    printed = (label_job.c.key == key, label_job.c.state == PRINTED)
    done = conn.execute(update(label_job).where(*printed).values(state=UNSURE, why=Why.CANNOT_TELL))
    return done.rowcount == 1


def holder_of(conn: Connection, key: str) -> str | None:
    """Return the name of the press that has a job in its hands; None for any other job."""
    return conn.scalar(select(label_job.c.held_by).where(label_job.c.key == key))


def read(conn: Connection, *, states: Collection[str] = OPEN, limit: int = 1000) -> list[Job]:
    """List jobs, the oldest first."""
    jobs = _NOT_DONE_WITH if set(states) <= {*OPEN, UNSURE} else label_job
    rows = conn.execute(
        select(jobs).where(jobs.c.state.in_(states)).order_by(jobs.c.made_at, jobs.c.key).limit(limit)
    )
    return [_job(row) for row in rows]


def newest(conn: Connection, *, states: Collection[str], limit: int) -> list[Job]:
    """List jobs, the newest first: for what has ended, of which there may be many."""
    rows = conn.execute(
        select(label_job)
        .where(label_job.c.state.in_(states))
        .order_by(label_job.c.made_at.desc(), label_job.c.key.desc())
        .limit(limit)
    )
    return [_job(row) for row in rows]


def _job(row: Row[Any]) -> Job:
    subjects = row.subjects if row.subjects is not None else row.event
    return Job(
        key=row.key,
        request=Request(
            row.design,
            tuple(subjects.split()),
            language=row.language,
            medium=row.medium,
            printer=row.printer,
        ),
        skip=row.skip or 0,
        made_at=row.made_at,
        lapses_at=row.lapses_at,
        state=row.state,
        tries=row.tries,
        next_at=row.next_at,
        why=row.why,
        said=row.said,
        held_by=row.held_by,
        taken_at=row.taken_at,
        remote=row.remote,
    )


def count(conn: Connection) -> int:
    """Say how many jobs are not done yet."""
    return conn.scalar(select(func.count()).where(_IS_OPEN)) or 0


def newest_of(conn: Connection, item: str) -> str | None:
    """Find the newest ended job for a thing: of its loans, or one that names it."""
    return conn.scalar(
        select(label_job.c.key)
        .outerjoin(event, event.c.key == label_job.c.event)
        .where(
            label_job.c.state.not_in(OPEN),
            or_(event.c.item == item, label_job.c.subjects.contains(item)),
        )
        .order_by(label_job.c.made_at.desc())
        .limit(1)
    )


# --- a press's own steps ---


def lapse(conn: Connection, *, now: datetime) -> int:
    """End what came too late to be printed for the person who was there; returns how many."""
    at = clock.millis(now)
    done = conn.execute(
        update(label_job)
        .where(_IS_OPEN, label_job.c.state == WAITING, label_job.c.lapses_at <= at)
        .values(state=LAPSED, done_at=at)
    )
    return done.rowcount


def is_any_late(conn: Connection, *, now: datetime) -> bool:
    """Say whether `lapse` has something to do."""
    late = select(label_job.c.key).where(
        _IS_OPEN, label_job.c.state == WAITING, label_job.c.lapses_at <= clock.millis(now)
    )
    return conn.scalar(late.limit(1)) is not None


def _of(printer: str, *, default: bool) -> ColumnElement[bool]:
    """Say that a job is a printer's: it names it, or none and the printer is the station's own."""
    named = label_job.c.printer == printer
    return or_(named, label_job.c.printer.is_(None)) if default else named


def waiting_for(conn: Connection, printer: str, *, default: bool) -> int:
    """Say how many jobs wait for a printer."""
    whose = _of(printer, default=default)
    return conn.scalar(select(func.count()).where(_IS_OPEN, label_job.c.state == WAITING, whose)) or 0


def in_hands(conn: Connection, printer: str, *, default: bool) -> list[Job]:
    """List what is in some press's hands for a printer, the oldest first."""
    rows = conn.execute(
        select(label_job)
        .where(_IS_OPEN, label_job.c.state.in_((PRINTING, SENT)), _of(printer, default=default))
        .order_by(label_job.c.made_at, label_job.c.key)
    )
    return [_job(row) for row in rows]


def next_waiting(conn: Connection, printer: str, *, default: bool, now: datetime) -> Job | None:
    """Return the job that a printer does next, if one is due.

    Args:
        printer: its name; default: whether it also does what names no printer.
        now: aware, UTC. A pause that ends later than the longest pause from now was written by a clock that
            has been put back since, and is over.
    """
    at = clock.millis(now)
    longest = at + _LONGEST_PAUSE // timedelta(milliseconds=1)
    row = conn.execute(
        select(label_job)
        .where(
            _IS_OPEN,
            label_job.c.state == WAITING,
            _of(printer, default=default),
            or_(label_job.c.lapses_at.is_(None), label_job.c.lapses_at > at),
            or_(label_job.c.next_at.is_(None), label_job.c.next_at <= at, label_job.c.next_at > longest),
        )
        .order_by(label_job.c.made_at, label_job.c.key)
        .limit(1)
    ).first()
    return _job(row) if row is not None else None


def take(conn: Connection, key: str, *, by: str, printer: str, now: datetime) -> bool:
    """Take a waiting job into one press's hands, for a printer that does not change any more.

    Returns:
        False where another was quicker, or the job was taken back.
    """
    taken = conn.execute(
        update(label_job)
        .where(label_job.c.key == key, label_job.c.state == WAITING)
        .values(
            state=PRINTING,
            held_by=by,
            taken_at=clock.millis(now),
            printer=printer,
            tries=label_job.c.tries + 1,
            why=None,
            said=None,
        )
    )
    return taken.rowcount == 1


def sent(conn: Connection, key: str, remote: str) -> None:
    """Note what the printer calls a job that it has taken."""
    conn.execute(update(label_job).where(label_job.c.key == key).values(state=SENT, remote=remote))


def told(conn: Connection, key: str, why: Why | None, said: str) -> None:
    """Note why a job that the printer has does not come out yet."""
    conn.execute(update(label_job).where(label_job.c.key == key).values(why=why, said=said[:300] or None))


def ended(
    conn: Connection, key: str, state: str, *, now: datetime, why: Why | None = None, said: str = ""
) -> None:
    """End a job: printed, unsure or cancelled."""
    conn.execute(
        update(label_job)
        .where(label_job.c.key == key)
        .values(
            state=state,
            held_by=None,
            next_at=None,
            why=why,
            said=said[:300] or None,
            done_at=clock.millis(now),
        )
    )


def put_back(conn: Connection, key: str, why: Why, said: str, *, now: datetime) -> None:
    """Let a job that did not come out wait for its next try: 2 s, then twice as long each time, 60 s at most."""
    tries = conn.scalar(select(label_job.c.tries).where(label_job.c.key == key)) or 1
    pause = min(_FIRST_PAUSE * 2 ** min(tries - 1, 10), _LONGEST_PAUSE)
    conn.execute(
        update(label_job)
        .where(label_job.c.key == key)
        .values(
            state=WAITING,
            held_by=None,
            remote=None,
            next_at=clock.millis(now + pause),
            why=why,
            said=said[:300] or None,
        )
    )


def adopt(conn: Connection, key: str, *, of: str | None, by: str) -> bool:
    """Take a job out of a dead press's hands into another's; False where somebody else did."""
    adopted = conn.execute(
        update(label_job).where(label_job.c.key == key, label_job.c.held_by == of).values(held_by=by)
    )
    return adopted.rowcount == 1


def is_any_old(conn: Connection, *, now: datetime) -> bool:
    """Say whether `tidy` has something to do."""
    return conn.scalar(select(label_job.c.key).where(_is_old(now)).limit(1)) is not None


def _is_old(now: datetime) -> ColumnElement[bool]:
    return label_job.c.state.not_in(OPEN) & (label_job.c.made_at < clock.millis(now - _KEPT))


def tidy(conn: Connection, *, now: datetime) -> int:
    """Forget jobs that ended more than 30 days ago; returns how many."""
    return conn.execute(delete(label_job).where(_is_old(now))).rowcount
