"""Make a new ledger: its file, its depot, its first station and the days it is closed.

The station is a random UUID, made here and at every restore, so that two machines can never write under
one name. Its first event says which hash it goes on from: nothing for a new ledger.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from depot import clock, journal, reference
from depot.calendar import public_holidays
from depot.settings import Settings
from depot.sqlite import connect, touch
from depot.states import Fact
from depot.tables import closed_day, depot, outbox, place, series, station

PLACES = {
    "surface": "VASK 1",
    "wet": "VASK 2",
    "textile": "VASK 3",
    "electric": "VASK 1",
    "single_user": "KAST",
    "repair": "VERKSTED",
    "infection": "SMITTE",
    "pick_up": "HENTES",
    "nav": "NAV",
    "unknown": "UKJENT",
}
"""Where things go: by cleaning class, and by what is said of them. Names on signs, the municipality's to change."""

_YEARS_AHEAD = 3


def found_ledger(
    settings: Settings,
    *,
    now: datetime,
    name: str = "Depot",
    station_name: str = "K1",
    first_series: int = 1,
    country: str = "NO",
    open_weekdays: str = "12345",
) -> None:
    """Make the ledger that the settings name.

    Args:
        now: aware, UTC.
        name: the depot's name; station_name: this machine's.
        first_series: the four digits that this station's codes begin with, 0 to 9999; give stations of one
            municipality series a hundred apart, since a full series takes the next.
        country: whose public holidays close the depot, ISO 3166.
        open_weekdays: the days on which staff are there, 1 (Monday) to 7.

    Raises:
        FileExistsError: there is a ledger already.
    """
    from depot import migrate  # the kiosk fills holidays from here, and has no time to wait for Alembic

    file = settings.ledger_file
    migrate.create(file)
    connection = connect(file)
    try:
        with connection.begin():
            depot_id = str(uuid.uuid4())
            row = {"id": depot_id, "name": name, "time_zone": str(settings.time_zone), "country": country}
            reference.put(connection, depot, {**row, "open_weekdays": open_weekdays}, now=now)
            for purpose, sign in PLACES.items():
                reference.put(
                    connection, place, {"depot": depot_id, "purpose": purpose, "name": sign}, now=now
                )
            connection.execute(insert(series).values(kind="D", series=first_series, next=1))
            connection.execute(insert(series).values(kind="S", series=first_series, next=1))
            connection.execute(insert(series).values(kind="P", series=first_series, next=1))
            fill_holidays(connection, depot_id, country, now=now)
            ours = open_station(connection, depot_id, station_name, now=now, continues=b"")
        touch(connection, ours)
    finally:
        connection.close()


def open_station(conn: Connection, depot_id: str, name: str, *, now: datetime, continues: bytes) -> str:
    """Make a new station, ours from now on, whose chain goes on from a hash (empty for a new ledger).

    Returns:
        The station's id.
    """
    new = str(uuid.uuid4())
    conn.execute(update(station).values(ours=False))
    row = {
        "id": new,
        "depot": depot_id,
        "name": name,
        "made_at": clock.millis(now),
        "ours": True,
        "touched": 0,
    }
    conn.execute(insert(station).values(row))
    conn.execute(insert(outbox).values(station=new, shipped_seq=0))
    pen = journal.Pen(conn, new, journal.Head(0, continues, None), now=now, trusted=True)
    pen.write(Fact.STATION_OPENED, facts={"continues": continues.hex()})
    return new


def fill_holidays(conn: Connection, depot_id: str, country: str, *, now: datetime) -> None:
    """Write the country's public holidays of this and the coming three years into the depot's closed days.

    The depot's own closed days and exceptions are left as they are.
    """
    first = now.year
    days = public_holidays(country, None, range(first, first + _YEARS_AHEAD + 1))
    source = (closed_day.c.depot == depot_id, closed_day.c.source == "holidays")
    conn.execute(delete(closed_day).where(*source, closed_day.c.day >= f"{first}-01-01"))
    own = set(conn.scalars(select(closed_day.c.day).where(closed_day.c.depot == depot_id)))
    rows = [
        {"depot": depot_id, "day": day.isoformat(), "name": title, "source": "holidays", "open": False}
        for day, title in days.items()
        if day.isoformat() not in own
    ]
    conn.execute(insert(closed_day), rows)


def holidays_run_out(conn: Connection, depot_id: str, *, now: datetime) -> bool:
    """Say whether the closed days reach less than a year ahead, so that they should be filled again."""
    last = conn.scalar(
        select(closed_day.c.day)
        .where(closed_day.c.depot == depot_id, closed_day.c.source == "holidays")
        .order_by(closed_day.c.day.desc())
        .limit(1)
    )
    return last is None or last < (now + timedelta(days=365)).date().isoformat()
