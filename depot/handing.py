"""One screen, two programs: the kiosk's word to the desk that follows that a badge and its PIN were right.

The kiosk leaves it in the transaction in which it checked them, and the desk takes it once. It is believed for
as long as a desk needs to start on a slow machine and no longer: a desk that somebody starts later asks for a
badge of its own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from depot import clock
from depot.station import Station
from depot.tables import handed_over

BELIEVED_SECONDS = 30.0
"""How long the kiosk's word is believed."""


def hand_over(conn: Connection, station: Station, who: str, *, now: datetime) -> None:
    """Leave word for the desk that comes next on this station's screen.

    Args:
        who: the pseudonym of whoever has shown a badge and typed its PIN.
        now: aware, UTC.
    """
    row = {"station": station.id, "staff": who, "at": clock.millis(now)}
    told = upsert(handed_over).values(row)
    conn.execute(told.on_conflict_do_update(index_elements=["station"], set_=row))


def take_over(conn: Connection, station: Station, *, now: datetime) -> str | None:
    """Take the word, once: whose badge it was, if that was less than `BELIEVED_SECONDS` ago.

    Args:
        now: aware, UTC.

    Returns:
        The pseudonym of a member of staff, who may have left meanwhile.
    """
    left = conn.execute(select(handed_over).where(handed_over.c.station == station.id)).first()
    if left is None:
        return None
    conn.execute(delete(handed_over).where(handed_over.c.station == station.id))
    age = clock.millis(now) - left.at
    return str(left.staff) if 0 <= age <= BELIEVED_SECONDS * 1000 else None
