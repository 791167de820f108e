"""Staff and their badges. A badge is scanned and a PIN typed (see `pins`); tries are counted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from depot import attempts, clock, pins, reference
from depot.own import Kind, draw
from depot.roles import Role
from depot.tables import staff

SHORTEST_PIN, LONGEST_PIN = 4, 12


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff.

    Args:
        id: their pseudonym, which events and revisions carry.
        badge: the code of the badge that opens for them, 10 characters.
        role: as it is stored; `Role` names those that this version knows.
        ended_at: when they left; None while they are here.
    """

    id: str
    name: str
    badge: str
    role: str
    ended_at: datetime | None = None


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
        ValueError: the PIN is not 4 to 12 digits, or there is no such role.
    """
    who, code = str(uuid.uuid4()), badge or draw(Kind.BADGE)
    row = {"id": who, "name": name, "badge": code, "pin": _hashed(pin), "role": Role(role).value}
    reference.put(conn, staff, row, now=now, by=by)
    return who, code


def _hashed(pin: str) -> str:
    if not is_a_pin(pin):
        raise ValueError(f"wanted a PIN of {SHORTEST_PIN} to {LONGEST_PIN} digits, got {len(pin)} characters")
    return pins.hashed(pin)


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


# --- who there is, and what becomes of them ---


def members(conn: Connection) -> list[Member]:
    """List everybody who has or had a badge: those who are here first, by their names."""
    rows = conn.execute(select(staff).order_by(staff.c.ended_at.isnot(None), staff.c.name, staff.c.id))
    return [_member(row) for row in rows]


def find(conn: Connection, said: str) -> Member | None:
    """Find a member of staff by their pseudonym or by the code of their badge; None for nobody."""
    row = conn.execute(select(staff).where(or_(staff.c.id == said, staff.c.badge == said))).first()
    return _member(row) if row is not None else None


def _member(row: Any) -> Member:
    ended = clock.from_millis(row.ended_at) if row.ended_at is not None else None
    return Member(row.id, row.name, row.badge, row.role, ended)


def renew(conn: Connection, who: str, *, now: datetime, by: str | None = None) -> str:
    """Give a member of staff a new badge for one that is lost. The old one opens nothing from this moment.

    Args:
        who: their pseudonym; now: aware, UTC; by: the pseudonym of whoever did it.

    Returns:
        The new badge's code. The PIN stays.

    Raises:
        LookupError: nobody who is here has this pseudonym.
    """
    code = draw(Kind.BADGE)
    _change(conn, who, {"badge": code}, now=now, by=by)
    return code


def set_pin(conn: Connection, who: str, pin: str, *, now: datetime, by: str | None = None) -> None:
    """Give a member of staff another PIN; wrong tries with the old one are forgotten.

    Args:
        who: their pseudonym; pin: 4 to 12 digits; now: aware, UTC; by: the pseudonym of whoever did it.

    Raises:
        LookupError: nobody who is here has this pseudonym.
        ValueError: the PIN is not 4 to 12 digits.
    """
    here = _change(conn, who, {"pin": _hashed(pin)}, now=now, by=by)
    attempts.forget(conn, attempts.Kind.PIN, here.badge)


def set_role(conn: Connection, who: str, role: Role, *, now: datetime, by: str | None = None) -> None:
    """Make a member of staff something else; what they may do changes when they next sign in.

    Args:
        who: their pseudonym; now: aware, UTC; by: the pseudonym of whoever did it.

    Raises:
        LookupError: nobody who is here has this pseudonym.
    """
    _change(conn, who, {"role": role.value}, now=now, by=by)


def end(conn: Connection, who: str, *, now: datetime, by: str | None = None) -> None:
    """Note that a member of staff has left: their badge opens nothing from this moment. Their row stays.

    Args:
        who: their pseudonym; now: aware, UTC; by: the pseudonym of whoever did it.

    Raises:
        LookupError: nobody who is here has this pseudonym.
    """
    _change(conn, who, {"ended_at": clock.millis(now)}, now=now, by=by)


def take_back(conn: Connection, who: str, *, now: datetime, by: str | None = None) -> None:
    """Take back that a member of staff has left: their badge and PIN are good again.

    Args:
        who: their pseudonym; now: aware, UTC; by: the pseudonym of whoever did it.

    Raises:
        LookupError: nobody has this pseudonym.
    """
    reference.put(conn, staff, {"id": who, "ended_at": None}, now=now, by=by)


def _change(conn: Connection, who: str, said: dict[str, Any], *, now: datetime, by: str | None) -> Member:
    here = find(conn, who)
    if here is None or here.id != who or here.ended_at is not None:
        raise LookupError("nobody who is here has this pseudonym")
    reference.put(conn, staff, {"id": who, **said}, now=now, by=by)
    return here
