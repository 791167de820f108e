"""The one place that asks what time it is.

Deeds take `now`; only the doorways (the app, the command) call the clock and pass it on. Order in the
ledger never comes from here: see ticks in `journal`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

BUILT = datetime(2026, 11, 22, tzinfo=UTC)
"""No clock that is right can be earlier than the day this version was made."""

_STALE = timedelta(days=1)
_APART = timedelta(seconds=15)
"""How much newer the newest event may be than a deed whose clock is right: a deed asks the time and then waits for its
turn at the ledger, up to ten seconds, while others at the same station record theirs."""


class Clock(Protocol):
    """What a doorway needs of time; the tests bring their own."""

    def now(self) -> datetime:
        """The wall clock: aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, for idle times."""


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the wall clock's time: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()


def keeps_time(
    system: Path = Path("/sys/class/rtc"), ntp: Path = Path("/run/systemd/timesync/synchronized")
) -> bool:
    """Say whether this machine keeps time over a power cut: it has a clock chip, or NTP has answered.

    A Raspberry Pi before the 5 has neither until the network is up; it starts at the time of its last
    shutdown (fake-hwclock), which may be days ago.
    """
    if any(system.glob("rtc*")) or ntp.exists():
        return True
    return _kernel_is_synchronised()


def _kernel_is_synchronised() -> bool:
    """Ask the kernel whether an NTP daemon disciplines its clock (adjtimex(2) says TIME_ERROR, 5, if not)."""
    import ctypes

    buffer = ctypes.create_string_buffer(
        256
    )  # struct timex is 208 bytes on 64-bit Linux; modes = 0 only reads
    try:
        state = int(ctypes.CDLL(None, use_errno=True).adjtimex(buffer))
    except (AttributeError, OSError):
        return False
    return 0 <= state < 5


def is_trusted(now: datetime, newest: datetime | None, *, steady: bool, built: datetime = BUILT) -> bool:
    """Say whether a due date may be computed from this clock.

    Args:
        now: what the clock says; aware, UTC.
        newest: the time of this station's newest event whose clock was trusted, if it has any.
        steady: whether the machine keeps time over a power cut (see `keeps_time`).
        built: the earliest time that can be right.

    A clock is not trusted before the build date, before the newest event of this station by more than a deed may
    have waited for its turn, or more than a day after it where neither a clock chip nor NTP vouches for the jump.
    """
    if now < built:
        return False
    if newest is None:
        return True
    if now < newest - _APART:
        return False
    return steady or now - newest <= _STALE


def iso(at: datetime) -> str:
    """Write a time as the ledger does: ISO 8601, UTC, milliseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_iso(text: str) -> datetime:
    """Read a time that `iso` wrote. Raises ValueError for anything else."""
    at = datetime.fromisoformat(text)  # strptime takes five times as long, and a start reads 1,000 of them
    if at.tzinfo is None or iso(at) != text:
        raise ValueError(f"wanted a time such as 2026-11-22T09:00:00.000Z, got {text!r}")
    return at


def millis(at: datetime) -> int:
    """Whole milliseconds since 1970, UTC."""
    return int((at - _EPOCH) / timedelta(milliseconds=1))


def from_millis(ms: int) -> datetime:
    """Read a time that `millis` wrote."""
    return _EPOCH + timedelta(milliseconds=ms)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
