"""PINs: how they are kept, and those of borrowers' cards.

A PIN is kept as an Argon2id hash. Cost parameters are the least that OWASP accepts (19 MiB, two passes, one
lane): about 30 ms here and a few times that on a Pi. A short PIN cannot be saved by its hash, so whoever
asks for one counts the tries (`attempts`). Importing Argon2 takes a tenth of a second: import this module
only where a PIN is asked for.
"""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, select

from depot import reference
from depot.tables import borrower, card

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _HASHER.hash("nobody")
"""Verified where there is no PIN, so that none and a wrong one take the same time."""

SHORTEST, LONGEST = 4, 8
"""Digits of a borrower's PIN: as many as somebody remembers, and types on a keypad."""


def is_made_of_digits(typed: str, shortest: int, longest: int) -> bool:
    """Say whether a text could be a PIN at all; asked before anything is hashed."""
    return typed.isascii() and typed.isdecimal() and shortest <= len(typed) <= longest


def hashed(pin: str) -> str:
    """Make of a PIN what is kept of it."""
    return _HASHER.hash(pin)


def fits(kept: str | None, pin: str) -> bool:
    """Say whether a PIN is the one that was kept, in the same time whether one was kept or not."""
    try:
        _HASHER.verify(kept or _NOBODY, pin)
    except VerifyMismatchError:
        return False
    return kept is not None


# --- borrowers ---


def set_pin(conn: Connection, code: str, pin: str, *, now: datetime, by: str | None = None) -> None:
    """Give the borrower behind a card a PIN, for seeing at the kiosk what they have on loan.

    Args:
        code: one of their cards; the PIN is good for all of them.
        pin: 4 to 8 digits.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it.

    Raises:
        LookupError: the card is unknown or unassigned.
        ValueError: the PIN is not 4 to 8 digits.
    """
    if not is_made_of_digits(pin, SHORTEST, LONGEST):
        raise ValueError(f"wanted a PIN of {SHORTEST} to {LONGEST} digits, got {len(pin)} characters")
    who = conn.scalar(select(card.c.borrower).where(card.c.code == code))
    if who is None:
        raise LookupError(f"card {code} is unknown or unassigned")
    reference.put(conn, borrower, {"id": who, "pin": hashed(pin)}, now=now, by=by)


def has_pin(conn: Connection, code: str) -> bool:
    """Say whether the borrower behind a card has a PIN."""
    return _kept_for(conn, code) is not None


def pin_matches(conn: Connection, code: str, pin: str) -> bool:
    """Say whether a PIN is that of the borrower behind a card; no alike, and in the same time, for no card."""
    return is_made_of_digits(pin, SHORTEST, LONGEST) and fits(_kept_for(conn, code), pin)


def _kept_for(conn: Connection, code: str) -> str | None:
    return conn.scalar(
        select(borrower.c.pin)
        .select_from(card.join(borrower, borrower.c.id == card.c.borrower))
        .where(card.c.code == code)
    )
