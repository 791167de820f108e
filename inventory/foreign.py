"""Things that are not ours and came back here: they lie at NAV's place until somebody hands them over.

A piece's serial number points at whoever had it. It is kept, beside the journal, as long as the thing is here,
so that one is told from another by scanning its label; with the handing over it is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from depot import clock
from depot.codes import NavLabel
from depot.tables import foreign_return, product_identifier


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for its owner.

    Args:
        event: names it; hms: NAV's article number, six digits; since: when it came; aware, UTC.
        line: the line of the catalogue that has the same article number, where one has.
    """

    event: str
    hms: str
    since: datetime
    line: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One thing that was handed over, and the serial number that is forgotten with it, to take it back."""

    event: str
    serial: str | None


def waiting(conn: Connection) -> tuple[Waiting, ...]:
    """List what waits for its owner, the oldest first."""
    same = (product_identifier.c.scheme == "hms") & (product_identifier.c.value == foreign_return.c.hms)
    rows = conn.execute(
        select(foreign_return, product_identifier.c.product)
        .select_from(foreign_return.outerjoin(product_identifier, same))
        .where(foreign_return.c.settled_at.is_(None))
        .order_by(foreign_return.c.at, foreign_return.c.event)
    )
    return tuple(Waiting(row.event, row.hms, clock.from_millis(row.at), row.product) for row in rows)


def of_label(conn: Connection, label: NavLabel) -> str | None:
    """Find which of the waiting things bears a label; of several alike the oldest. None where none does."""
    alike = select(foreign_return.c.event).where(
        foreign_return.c.settled_at.is_(None),
        foreign_return.c.hms == label.hms,
        foreign_return.c.serial == label.serial if label.serial else foreign_return.c.serial.is_(None),
    )
    found: str | None = conn.scalar(alike.order_by(foreign_return.c.at, foreign_return.c.event).limit(1))
    return found


def hand_over(conn: Connection, events: tuple[str, ...], *, now: datetime) -> tuple[HandedOver, ...]:
    """Say that things were handed over to their owner.

    Args:
        events: which; one that was handed over before is passed over.
        now: aware, UTC.

    Returns:
        Those that were handed over by this, for `take_back`.
    """
    done = []
    for event in events:
        here = (foreign_return.c.event == event, foreign_return.c.settled_at.is_(None))
        row = conn.execute(select(foreign_return.c.serial).where(*here)).first()
        if row is None:
            continue
        gone = {"settled_at": clock.millis(now), "serial": None}
        conn.execute(update(foreign_return).where(*here).values(gone))
        done.append(HandedOver(event, row.serial))
    return tuple(done)


def take_back(conn: Connection, done: tuple[HandedOver, ...]) -> None:
    """Say that things are here after all, as they were before `hand_over`."""
    for one in done:
        mine = update(foreign_return).where(foreign_return.c.event == one.event)
        conn.execute(mine.values(settled_at=None, serial=one.serial))
