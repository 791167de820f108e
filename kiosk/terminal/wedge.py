"""Tells scans from keys by their pace, and knows nothing else: no terminal, no clock, no meaning.

A scanner that plays keyboard ("wedge") types 1 to 20 ms a character and a person never under 60 ms, so the
gap between two characters says who typed them. Hence a first character must wait one gap before it can be
called a key; that wait (`HOLD`) is the price of never losing half a code. All times are seconds on one
monotonic clock, stamped where the byte was read: measured in the handler instead, a slow commit makes a
person look like a scanner. Surprising: a key held down repeats every 30 ms or so, a scanner's pace; it is
known by its one character.
"""

import re
from dataclasses import dataclass, field, replace

PACE = 0.035
"""Seconds a character, on average: anything quicker is a scanner."""
HOLD = 0.040
"""Seconds of silence that end a burst which is no scan (yet): its characters are given out as keys."""
SILENCE = 0.080
"""Seconds of silence that end a scan without a terminator."""
FLOOD_SILENCE = 0.200
"""Seconds of silence that end a burst longer than `LONGEST`."""
REPEAT = 0.015
"""Seconds a character: the same one over and over, slower than this, is a key held down (30 a second)."""
AT_ONCE = 0.010
"""Seconds in which no person presses Enter after a scan."""
SHORTEST = 6
"""Characters: anything shorter is keys, whatever its pace."""
LONGEST = 256
"""Bytes in UTF-8: what comes after them in one burst is dropped."""

MOST_LINES = 100
"""Lines of one paste that are taken as scans; each costs a look-up, and nobody scans more at once."""

TERMINATORS = frozenset("\r\n\t")
"""What a scanner may send after a code, a CR or Tab with a further one behind it."""

_DIGITS = frozenset("0123456789")


@dataclass(frozen=True)
class Burst:
    """Characters at a scanner's pace, without their terminator.

    `cut` says that more than `LONGEST` bytes came and only the first of them are in `text`; `at` is when the last
    one was read, in monotonic seconds.
    """

    text: str
    cut: bool = False
    at: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Stroke:
    """One character at a person's pace; CR, LF and Tab included.

    `at` is when it was read, in monotonic seconds. `quick` says that it came at a scanner's pace all the
    same, among digits that were asked for.
    """

    char: str
    at: float = field(default=0.0, compare=False)
    quick: bool = field(default=False, compare=False)


@dataclass
class Wedge:
    """Collects characters and gives them out as bursts and strokes, in the order in which they came.

    Feed it every character, and call `flush` when `next_deadline` has passed without a further one.
    """

    _held: list[Stroke] = field(default_factory=list)
    _bytes: int = 0
    _first: float = 0.0
    _last: float = 0.0
    _scanning: bool = False
    _flooded: bool = False
    _also: str = ""
    _also_until: float = 0.0

    @property
    def next_deadline(self) -> float | None:
        """When `flush` will give something out, on the clock of `feed`; None while nothing is held."""
        return self._last + self._patience() if self._held else None

    def feed(self, char: str, at: float, *, digits_wanted: bool) -> list[Burst | Stroke]:
        """Takes one character in.

        Args:
            char: exactly one character, control characters included.
            at: when it was read, in monotonic seconds; never earlier than the one before.
            digits_wanted: whether digits are asked for just now; then a burst of digits alone is keys.

        Returns: what is settled by it, in order; often nothing.
        """
        settled = self.flush(at, digits_wanted=digits_wanted)
        also, self._also = self._also if at < self._also_until else "", ""
        if self._flooded:
            self._last = at
        elif char not in TERMINATORS:
            settled += self._hold(char, at, digits_wanted=digits_wanted)
        elif char == also:
            self._allow_also(char, at, scanned=True)
        else:
            settled += self._terminate(char, at, digits_wanted=digits_wanted)
        return settled

    def flush(self, at: float, *, digits_wanted: bool) -> list[Burst | Stroke]:
        """Gives out what is held if the silence since the last character says that it is complete.

        Args:
            at: now, in monotonic seconds on the clock of `feed`.
            digits_wanted: as for `feed`.
        """
        if self._held and at - self._last >= self._patience():
            return self.settle(digits_wanted=digits_wanted)
        return []

    def _patience(self) -> float:
        if self._flooded:
            return FLOOD_SILENCE
        return SILENCE if self._scanning else HOLD

    def _hold(self, char: str, at: float, *, digits_wanted: bool) -> list[Burst | Stroke]:
        if not self._held:
            self._first = at
        self._last = at
        self._bytes += len(char.encode("utf-8", "surrogatepass"))
        if self._bytes > LONGEST:
            if self._is_one_key_held():
                settled = self.settle(digits_wanted=digits_wanted)
                return settled + self._hold(char, at, digits_wanted=digits_wanted)
            self._flooded = True
            return []
        self._held.append(Stroke(char, at))
        if len(self._held) >= SHORTEST and self._seconds_a_character() >= PACE:
            return self.settle(digits_wanted=digits_wanted)
        self._scanning = self._is_scan(digits_wanted=digits_wanted)
        return []

    def _terminate(self, char: str, at: float, *, digits_wanted: bool) -> list[Burst | Stroke]:
        scanned = self._is_scan(digits_wanted=digits_wanted)
        settled = self.settle(digits_wanted=digits_wanted)
        self._allow_also(char, at, scanned=scanned)
        return settled if scanned else [*settled, Stroke(char, at)]

    def _allow_also(self, terminator: str, at: float, *, scanned: bool) -> None:
        """A further character that belongs to a terminator: LF behind CR always, CR behind the Tab of a scan.

        Nobody types LF; but a person can be quick with Enter after a scanner that sends only Tab.
        """
        if terminator == "\r":
            self._also, self._also_until = "\n", at + HOLD
        elif terminator == "\t" and scanned:
            self._also, self._also_until = "\r", at + AT_ONCE

    def settle(self, *, digits_wanted: bool) -> list[Burst | Stroke]:
        """Gives out what is held, whether it is complete or not: something other than a character came."""
        cut, scan = self._flooded, self._is_scan(digits_wanted=digits_wanted)
        held, quick = self._held, self._is_quick()
        self._held = []
        self._bytes, self._scanning, self._flooded = 0, False, False
        if scan or cut:
            return [Burst("".join(stroke.char for stroke in held), cut, self._last)]
        return [replace(stroke, quick=True) for stroke in held] if quick else list[Burst | Stroke](held)

    def _is_scan(self, *, digits_wanted: bool) -> bool:
        return self._is_quick() and not (digits_wanted and self._kinds() <= _DIGITS)

    def _is_quick(self) -> bool:
        """Whether what is held came at a scanner's pace."""
        if len(self._held) < SHORTEST:
            return False
        return self._seconds_a_character() < (REPEAT if len(self._kinds()) == 1 else PACE)

    def _is_one_key_held(self) -> bool:
        return len(self._kinds()) == 1 and not self._is_quick()

    def _kinds(self) -> set[str]:
        return {stroke.char for stroke in self._held}

    def _seconds_a_character(self) -> float:
        return (self._last - self._first) / (len(self._held) - 1)


def pasted(text: str, at: float = 0.0, *, digits_wanted: bool) -> list[Burst | Stroke]:
    """What a paste means: a burst for each line with something in it, or keys for digits that are asked for.

    Args:
        text: what was pasted; CR, LF and Tab end a line (and GS does not, as `splitlines` has it).
        at: when, in monotonic seconds.
        digits_wanted: as for `Wedge.feed`.
    """
    lines = [line for line in re.split("[\r\n\t]+", text) if line]
    if len(lines) > MOST_LINES:
        return [_cut(text, at, always=True)]
    return [
        thing
        for line in lines
        for thing in (_quick(line) if digits_wanted and set(line) <= _DIGITS else (_cut(line, at),))
    ]


def _quick(digits: str) -> list[Stroke]:
    return [Stroke(digit, quick=True) for digit in digits]


def _cut(text: str, at: float, *, always: bool = False) -> Burst:
    head = text.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")
    return Burst(head, cut=always or len(head) < len(text), at=at)
