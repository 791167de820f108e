"""How often something was refused, by day, station, reason and line; never by whom.

Outside the journal: a refusal changes nothing, but a line that is always refused should be bought.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects.sqlite import insert

from depot.station import Station
from depot.tables import refusal

_COUNT = (
    insert(refusal)
    .values({name: bindparam(name) for name in ("day", "station", "reason", "product")} | {"n": 1})
    .on_conflict_do_update(
        index_elements=["day", "station", "reason", "product"], set_={"n": refusal.c.n + 1}
    )
)


def count(
    conn: Connection, station: Station, reasons: Iterable[str], product: str | None, *, now: datetime
) -> None:
    """Add one to each reason's counter for this station's day.

    Args:
        reasons: names of refusals, or of scans that gave nothing.
        product: the line's code, where it is known.
    """
    day = station.today(now).isoformat()
    rows = [
        {"day": day, "station": station.id, "reason": str(reason), "product": product or ""}
        for reason in reasons
    ]
    conn.execute(_COUNT, rows)
