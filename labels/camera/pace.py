"""How often pictures are looked at: at once when something moves, rarely when nothing does, never too often."""

from __future__ import annotations

from dataclasses import dataclass

SHARE = 0.6
"""The most of one core that looking takes, whatever goes on in the picture."""
GLANCE_SECONDS = 0.2
"""How often it is seen whether something has moved while nothing has."""
SETTLING_LOOKS, SETTLING_SECONDS = 14, 1.6
"""How long looking goes on after the last motion: a label that was laid down is seen in every way twice, and one
that was taken away has left (see `presence`)."""
RARE_SECONDS = 4.0
"""How often a picture in which nothing moves is looked at all the same."""


@dataclass(slots=True)
class Pace:
    """Says when the next picture is due and whether it is looked at. Times are seconds of one clock."""

    due: float = 0.0
    """When the next picture is wanted."""
    _moved: float = 0.0
    _looked: float = 0.0
    _looks: int = SETTLING_LOOKS

    def wants_look(self, at: float, *, moved: bool) -> bool:
        """Tell whether a picture is looked at.

        Args:
            at: when it was taken; moved: whether something has since the last one that was looked at.
        """
        if moved:
            self._moved, self._looks = at, 0
        settling = self._looks < SETTLING_LOOKS or at - self._moved < SETTLING_SECONDS
        if settling or at - self._looked >= RARE_SECONDS:
            self._looked = at
            self._looks += 1
            return True
        return False

    def took(self, begun: float, spent: float) -> None:
        """Say what the last picture has cost.

        Args:
            begun: when work on it began; spent: seconds of processor time since the work on the one before began.
        """
        is_busy = self._looks < SETTLING_LOOKS or begun - self._moved < SETTLING_SECONDS
        self.due = begun + max(spent / SHARE, 0.0 if is_busy else GLANCE_SECONDS)
