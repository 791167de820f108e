"""Who is acting at a desk, and what they may do there.

A badge and its PIN say who; the role that goes with it says what (`depot staff add --role`). A role that this
version does not know may do what a storekeeper may. What nobody may do without more is refused in a sentence
and never hidden, so that a storekeeper knows whom to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from depot import badges, handing
from depot.roles import Role
from depot.station import Station
from depot.tables import staff

__all__ = ["NOBODY", "Acting", "Right", "Role", "of_staff", "role_of", "sign_in", "take_over"]


class Right(StrEnum):
    """What a role may do beyond the goods themselves, which everybody with a badge may do everything with."""

    RING = "ring"
    """See whom to ring with their numbers, confirm a card or block one of which nobody there knows, renew by
    telephone, lend and return for somebody."""
    PEOPLE = "people"
    """Look people up, register, merge, block, cards and PINs, a death, what is owed."""
    OVERRIDE = "override"
    """Lend past a refusal, with a reason."""
    ERASE = "erase"
    """Export and erase what is known of a person."""
    RECALL = "recall"
    """Open and close a recall, see whom to ring about it, and write to them."""
    WAIVE = "waive"
    """Waive what somebody owes."""
    SETUP = "setup"
    """Places, checklists, stock levels, fees of a line, badges."""


_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.STOREKEEPER: frozenset({Right.RING, Right.SETUP, Right.RECALL}),
    Role.STAFF: frozenset({Right.RING, Right.PEOPLE, Right.OVERRIDE, Right.RECALL}),
    Role.MANAGER: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Acting:
    """Whoever is signed in: their pseudonym, which events and revisions carry, their name and role."""

    id: str
    name: str
    role: Role

    def may(self, right: Right) -> bool:
        """Say whether their role has a right; nobody has one."""
        return bool(self.id) and right in _RIGHTS[self.role]

    def stands_over(self, role: str) -> bool:
        """Say whether they may make somebody a role, and see to the badge of one who has it: none with more rights."""
        return _RIGHTS[role_of(role)] <= _RIGHTS[self.role]


NOBODY = Acting("", "", Role.STOREKEEPER)
"""Stands for whoever is there while nobody is signed in; it may do nothing but scan a return."""


def sign_in(conn: Connection, badge: str, pin: str, *, now: datetime) -> Acting | None:
    """Check a badge and its PIN; None as `badges.verify` has it: unknown, wrong, left and too often alike.

    Args:
        badge: the badge's code, 10 characters; pin: what was typed.
        now: aware, UTC.
    """
    who = badges.verify(conn, badge, pin, now=now)
    return of_staff(conn, who) if who is not None else None


def of_staff(conn: Connection, who: str) -> Acting | None:
    """Look up a member of staff by their pseudonym; None for somebody unknown or who has left."""
    row = conn.execute(select(staff).where(staff.c.id == who, staff.c.ended_at.is_(None))).first()
    if row is None:
        return None
    return Acting(row.id, row.name, role_of(row.role))


def role_of(stored: str) -> Role:
    """Read a role as it is stored; one that this version does not know is a storekeeper's."""
    return Role(stored) if stored in set(Role) else Role.STOREKEEPER


def take_over(conn: Connection, station: Station, *, now: datetime) -> Acting | None:
    """Take the kiosk's word, once, for who showed a badge at it a moment ago (see `handing`)."""
    who = handing.take_over(conn, station, now=now)
    return of_staff(conn, who) if who is not None else None
