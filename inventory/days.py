"""Days as they are typed at the desk."""

from __future__ import annotations

import re
from datetime import date

_NORTHERN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


def typed(text: str) -> date | None:
    """Read a day as it is written in the north, 24.12.2026 or 1.2.2026, or as ISO 8601 has it; None for none."""
    said = _NORTHERN.fullmatch(text)
    try:
        return date(int(said[3]), int(said[2]), int(said[1])) if said else date.fromisoformat(text)
    except ValueError:
        return None
