"""A clock that a test moves: the kiosk reads it from a file, the test writes it.

Seconds go on by themselves; `jump` puts both the wall clock and the growing seconds ahead, `wall` the wall
clock alone, as a machine does whose clock is wrong.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
"""A Monday, ten o'clock at the depot."""


class MovedClock:
    """The clock in a file: when the story began, how far it was put ahead, how wrong the wall clock is."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The wall clock: aware, UTC."""
        began, ahead, wrong = self._hands()
        return START + timedelta(seconds=time.monotonic() - began + ahead + wrong)

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic() + self._hands()[1]

    def begin(self) -> None:
        """Let the story begin now."""
        self._set(time.monotonic(), 0.0, 0.0)

    def jump(self, **long: float) -> None:
        """Let so much time pass at once: `jump(seconds=61)`."""
        began, ahead, wrong = self._hands()
        self._set(began, ahead + timedelta(**long).total_seconds(), wrong)

    def jump_to(self, then: datetime) -> None:
        """Let time pass until then; `then` lies ahead."""
        missing = (then - self.now()).total_seconds()
        assert missing > 0, f"{then} is past"
        self.jump(seconds=missing)

    def go_wrong(self, **by: float) -> None:
        """Make the wall clock wrong by so much; `go_wrong()` puts it right."""
        began, ahead, _ = self._hands()
        self._set(began, ahead, timedelta(**by).total_seconds())

    def _hands(self) -> tuple[float, float, float]:
        began, ahead, wrong = map(float, self._file.read_text("ascii").split())
        return began, ahead, wrong

    def _set(self, *hands: float) -> None:
        unfinished = self._file.with_suffix(".part")
        unfinished.write_text(" ".join(map(repr, hands)), "ascii")
        unfinished.replace(self._file)
