"""Where a deed is done, and under which rules: one frozen value that the doorway makes and hands to deeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from depot import clock
from depot.calendar import OpenDays, local_day
from depot.rules import Rules


@dataclass(frozen=True, slots=True)
class Station:
    """One kiosk or desk.

    Args:
        id: the station's UUID, made at init and at every restore.
        depot: the id of the depot where it stands; country: whose holidays close it, ISO 3166.
        steady: whether its machine keeps time over a power cut (see `clock.keeps_time`).
        built: the earliest time that its clock can rightly say.
        prints: whether a printer is set, so that deeds leave label jobs.
    """

    id: str
    name: str
    depot: str
    country: str
    time_zone: ZoneInfo
    rules: Rules
    open_days: OpenDays
    steady: bool = True
    built: datetime = clock.BUILT
    prints: bool = False

    def today(self, now: datetime) -> date:
        """The depot's local date at a moment."""
        return local_day(now, self.time_zone)

    def trusts(self, now: datetime, newest: datetime | None) -> bool:
        """Say whether a due date may be computed at `now`, after this station's newest trusted event."""
        return clock.is_trusted(now, newest, steady=self.steady, built=self.built)
