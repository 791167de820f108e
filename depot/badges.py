"""Staff and their badges. A badge is scanned and a PIN typed (see `pins`); tries are counted."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Connection, select

from depot import attempts, pins, reference
from depot.own import Kind, draw
from depot.tables import staff

SHORTEST_PIN, LONGEST_PIN = 4, 12


def add(
    conn: Connection,
    *,
    name: str,
    pin: str,
    role: str,
    now: datetime,
    badge: str | None = None,
    by: str | None = None,
) -> tuple[str, str]:
    """Register a member of staff.

    Args:
        pin: 4 to 12 digits.
        role: what they are, e.g. "storekeeper".
        badge: the badge's code; a new one is drawn otherwise.

    Returns:
        Their pseudonym, which events carry, and their badge's code.

    Raises:
        ValueError: the PIN is not 4 to 12 digits.
    """
    if not is_a_pin(pin):
        raise ValueError(f"wanted a PIN of {SHORTEST_PIN} to {LONGEST_PIN} digits, got {len(pin)} characters")
    who, code = str(uuid.uuid4()), badge or draw(Kind.BADGE)
    row = {"id": who, "name": name, "badge": code, "pin": pins.hashed(pin), "role": role}
    reference.put(conn, staff, row, now=now, by=by)
    return who, code


def is_a_pin(typed: str) -> bool:
    """Say whether a text could be a PIN at all; checked before anything is hashed."""
    return pins.is_made_of_digits(typed, SHORTEST_PIN, LONGEST_PIN)


def verify(conn: Connection, badge: str, pin: str, *, now: datetime) -> str | None:
    """Check a badge and its PIN.

    Returns:
        The member of staff's pseudonym; None alike, and in the same time, for an unknown badge, a wrong
        PIN, somebody who has left and somebody who has tried too often.
    """
    row = conn.execute(select(staff).where(staff.c.badge == badge, staff.c.ended_at.is_(None))).first()
    allowed = is_a_pin(pin) and attempts.has_tries_left(conn, attempts.Kind.PIN, badge, now=now)
    if not pins.fits(row.pin if row and allowed else None, pin[:LONGEST_PIN]):
        attempts.note(conn, attempts.Kind.PIN, badge, now=now)
        return None
    if row is None:
        return None
    attempts.forget(conn, attempts.Kind.PIN, badge)
    return str(row.id)
