"""Slow and trembling hands: a key held down is one key, and a key struck twice by a tremor is one, too.

EN 301 549 asks for both where there is a keypad (V3.2.1, clauses 5.7 and 5.8). A terminal gives characters
and says nothing of keys being held. So repetition is switched off where it is made (`REPEAT_OFF`, which the
Linux console and xterm obey); for terminals that do not obey, a long even run of one key is taken as held.
Beyond that two lengths of time can be set. Both are none by default, because a second 4 in a telephone
number comes 120 ms after the first at the quickest, and a machine that is busy for a moment reads the two as
if they had come together: a digit lost unseen is worse than one too many, which stands on the screen.

Scans never come here; digits that a scanner sent while digits were asked for do, and count as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.terminal.wedge import REPEAT, Stroke

REPEAT_OFF, REPEAT_ON = "\x1b[?8l", "\x1b[?8h"
"""DECARM: whether the terminal repeats a key that is held (console_codes(4), "DECARM"; VT220 manual)."""

HELD_PACE = 0.110
"""Seconds from one repetition to the next, at most: the Linux console's default is 92 ms, others are quicker."""
HELD_RUN = 4
"""Strokes of one key in a row at that pace until it counts as held; no person strikes five so quickly."""


@dataclass
class Hands:
    """Says of each stroke whether it counts.

    Args:
        key_repeat: seconds, 0 to 2: the same key again within them, counted from the last that came, is the
            key still held. 0 leaves that to the pace.
        double_strike: seconds, 0 to 1: the same key again within them, counted from the last that counted,
            was not meant.
    """

    key_repeat: float = 0.0
    double_strike: float = 0.0
    _char: str = ""
    _came: float = 0.0
    _counted: float = 0.0
    _run: int = 0

    def count(self, stroke: Stroke) -> bool:
        """Take one stroke in; say whether it counts. They come in order of time."""
        if stroke.quick:
            self._char = ""
            return True
        same, gap = stroke.char == self._char, stroke.at - self._came
        if not same or gap > HELD_PACE:
            self._run = 0
        elif gap >= REPEAT:  # quicker than any keyboard repeats, the machine was busy: that says nothing
            self._run += 1
        self._char, self._came = stroke.char, stroke.at
        if same and (self._run >= HELD_RUN or self._is_too_soon(gap, stroke.at - self._counted)):
            return False
        self._counted = stroke.at
        return True

    def scanned(self) -> None:
        """Something was scanned: whatever key comes next was let go of in between."""
        self._char = ""

    def _is_too_soon(self, gap: float, since_counted: float) -> bool:
        return gap < self.key_repeat or since_counted < self.double_strike
