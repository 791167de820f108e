"""Having a thing in hand: whoever scans it at the desk has it there, whatever the ledger believes of it.

What is to be mended, kept apart or thrown away may be set aside for somebody or out on loan as far as anybody
has told. First it comes home, then happens to it what is the matter with it; both are one deed, which is undone
as one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from depot import lending, looks, stock
from depot.outcomes import CheckedIn, Moved, Outcome, Refused
from depot.states import State
from depot.station import Station


def take(conn: Connection, station: Station, *, item: str, now: datetime, by: str | None) -> str | None:
    """Bring a thing home that somebody has in hand, so that any upkeep may follow.

    Args:
        item: the thing's code; now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Returns:
        The deed to go on with; None where nothing had to be written.
    """
    state = looks.for_check_in(conn, station, item).now.state
    if state is State.SET_ASIDE:
        freed = stock.withdraw(conn, station, item=item, now=now, by=by)
        return freed.deed if isinstance(freed, Moved) else None
    if state in (State.ON_LOAN, *lending.FOUND):
        home = lending.check_in(conn, station, item=item, now=now, by=by)
        return home.deed if isinstance(home, CheckedIn) else None
    return None


def settled(conn: Connection, station: Station, outcome: Outcome) -> Moved | Refused:
    """Return what walking an arrow has led to, and where the thing is put now.

    Raises:
        TypeError: it is what no arrow leads to.
    """
    if isinstance(outcome, Refused):
        return outcome
    if not isinstance(outcome, Moved):
        raise TypeError(f"{outcome} is no move")
    if outcome.place is not None:
        return outcome
    seen = looks.for_check_in(conn, station, outcome.item)
    return replace(outcome, place=looks.where_it_belongs(conn, station, seen))
