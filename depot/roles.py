"""What a member of staff is. What each may do is said where it is done (`inventory.desk.acting`)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of staff is."""

    STOREKEEPER = "storekeeper"
    STAFF = "staff"
    MANAGER = "manager"
