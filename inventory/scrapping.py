"""Writing things off: why, what they were worth, and where they go; and what becomes of one that turns up again.

Reason, value and destination are facts of the event, so that the figures of a year are read off the journal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from depot import journal, looks, stock
from depot.fold import in_order
from depot.outcomes import Moved, Reason, Refused, Undone
from depot.states import Fact
from depot.station import Station
from depot.tables import item as items
from inventory import hands

REASONS = (
    "worn_out",
    "damaged",
    "not_worth_repair",
    "cannot_be_cleaned",
    "single_user",
    "recalled",
    "wrong_size",
    "surplus",
)
"""Why a thing is written off. The first two are NAV's UTSLITT and VURDERT_SOM_ØDELAGT_AV_LOKAL_TEKNIKER."""
DESTINATIONS = ("scrap", "parts", "gift", "sale")
"""Where it goes."""
SIGN = "single_user"
"""The purpose of the sign under which what is thrown away is put."""


def write_off(
    conn: Connection,
    station: Station,
    *,
    item: str,
    reason: str,
    destination: str,
    now: datetime,
    value_ore: int | None = None,
    by: str | None = None,
) -> Moved | Refused:
    """Write a thing off; what is on loan or set aside comes home first.

    Args:
        item: the thing's code; reason: one of `REASONS`; destination: one of `DESTINATIONS`.
        now: aware, UTC.
        value_ore: what it was worth, in øre, 0 or more; None where nobody knows.
        by: the pseudonym of the member of staff, for the events.

    Raises:
        ValueError: there is no such reason or destination, or the value is below nothing.
    """
    if reason not in REASONS or destination not in DESTINATIONS or (value_ore or 0) < 0:
        raise ValueError(f"no write-off for {reason!r} to {destination!r} at {value_ore}")
    if _is_written_off(conn, item):
        return Refused(item=item, product=_line(conn, item), reasons=(Reason.WRONG_STATE,))
    deed = hands.take(conn, station, item=item, now=now, by=by)
    outcome = stock.write_off(
        conn,
        station,
        item=item,
        reason=reason,
        now=now,
        by=by,
        value_ore=value_ore,
        destination=destination,
        deed=deed,
    )
    settled = hands.settled(conn, station, outcome)
    if isinstance(settled, Moved):
        return replace(
            settled, place=looks.place_for(conn, station, SIGN) if destination == "scrap" else None
        )
    return settled


def find_again(
    conn: Connection, station: Station, *, item: str, now: datetime, by: str | None = None
) -> Moved | Refused | Undone:
    """Take a write-off back: as if it had not been where nothing has happened since, else as found again.

    Refused (`wrong_state`) for a thing that is not written off.
    """
    last = _last(conn, item)
    if last is None or last.kind != Fact.WRITTEN_OFF:
        return hands.settled(conn, station, stock.find_again(conn, station, item=item, now=now, by=by))
    undone = stock.undo(conn, station, deed=last.deed, now=now, by=by)
    if isinstance(undone, Refused):  # the deed of another station, which this one cannot undo
        return hands.settled(conn, station, stock.find_again(conn, station, item=item, now=now, by=by))
    return undone[0]


def worth(conn: Connection, code: str) -> int | None:
    """Say what was paid for a thing, in øre: what is proposed as its value; None where nobody knows."""
    return conn.scalar(select(items.c.price_ore).where(items.c.code == code))


def _last(conn: Connection, code: str) -> journal.Event | None:
    told = in_order(journal.of_item(conn, code))
    return told[-1] if told else None


def _is_written_off(conn: Connection, code: str) -> bool:
    last = _last(conn, code)
    return last is not None and last.kind == Fact.WRITTEN_OFF


def _line(conn: Connection, code: str) -> str | None:
    return conn.scalar(select(items.c.product).where(items.c.code == code))
