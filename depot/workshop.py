"""What stands beside an upkeep deed: the repair order of a thing, and the record of an inspection.

The journal says that a thing went to the workshop and that it came out; here stands what no event may hold.
These rows go with their deeds, whoever does them: a repair that is done closes its order, and a deed that is
taken back takes its row back, so that `depot done`, a bench and an undo leave the same behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, update
from uuid_utils import UUID, uuid5

from depot import clock
from depot.journal import Event
from depot.states import Fact
from depot.tables import inspection, note, repair_order


class Mending(StrEnum):
    """Where a repair order is."""

    OPEN = "open"
    WAITING_FOR_PART = "waiting_for_part"
    DONE = "done"
    GIVEN_UP = "given_up"


ENDS: dict[str, Mending] = {Fact.REPAIRED: Mending.DONE, Fact.WRITTEN_OFF: Mending.GIVEN_UP}
"""The facts that end a repair, and how."""


def key_of(sent: str) -> str:
    """Name the repair order of the event that sent a thing to the workshop: one event is one order."""
    return str(uuid5(UUID(sent), "repair"))


def close(conn: Connection, item: str, fact: Fact, *, now: datetime, by: str | None) -> None:
    """Close a thing's open repair order, if it has one.

    Args:
        fact: what ended it, one of `ENDS`.
        now: aware, UTC; by: the pseudonym of the member of staff who did it, if one did.
    """
    mine = (repair_order.c.item == item, repair_order.c.closed_at.is_(None))
    ended = {"state": ENDS[fact].value, "closed_at": clock.millis(now), "closed_by": by}
    conn.execute(update(repair_order).where(*mine).values(ended))


def take_back(conn: Connection, told: Iterable[Event]) -> None:
    """Take back what stands beside a deed's events, which have just been undone.

    An order whose thing was never to be mended goes with its notes; one that was closed is open again. The
    record of an inspection goes.
    """
    for one in told:
        if one.kind == Fact.TO_REPAIR:
            key = key_of(one.key)
            conn.execute(delete(note).where(note.c.subject == key))
            conn.execute(delete(repair_order).where(repair_order.c.key == key))
        elif one.kind in ENDS:
            closed_then = (repair_order.c.item == one.item, repair_order.c.closed_at == one.at)
            again = {"state": Mending.OPEN.value, "closed_at": None, "closed_by": None}
            conn.execute(update(repair_order).where(*closed_then).values(again))
        conn.execute(delete(inspection).where(inspection.c.event == one.key))
