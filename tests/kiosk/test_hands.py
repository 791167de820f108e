"""Slow and trembling hands as pure arithmetic: which strokes count, with times as literals."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kiosk.terminal.hands import Hands
from kiosk.terminal.wedge import Burst, Stroke, Wedge

CONSOLE_DELAY, CONSOLE_PACE = 0.25, 1 / 10.9
"""How the Linux console repeats a key that is held, unless it is told otherwise."""


def counted(hands: Hands, strokes: Iterable[tuple[str, float]]) -> str:
    """The keys that count, of keys and the seconds at which they came."""
    return "".join(char for char, at in strokes if hands.count(Stroke(char, at)))


def held(char: str, seconds: float, delay: float = CONSOLE_DELAY, pace: float = CONSOLE_PACE) -> list[float]:
    """When a key that is held for so long comes."""
    return [0.0, *(delay + pace * n for n in range(1 + int((seconds - delay) / pace)))]


@pytest.mark.parametrize("gap", [0.12, 0.15, 0.3, 1.0])
def test_a_doubled_digit_counts_twice_unless_somebody_has_asked_for_less(gap: float) -> None:
    phone = "0046701740655"
    assert counted(Hands(), ((char, n * gap) for n, char in enumerate(phone))) == phone


def test_five_of_a_kind_typed_with_the_nimblest_finger_count() -> None:
    assert counted(Hands(), (("4", n * 0.12) for n in range(5))) == "44444"


@pytest.mark.parametrize("pace", [1 / 33, 1 / 25, CONSOLE_PACE])
def test_a_key_held_for_ten_seconds_stops_counting_where_the_terminal_repeats_it(pace: float) -> None:
    times = held("4", 10.0, pace=pace)
    assert len(times) > 100
    assert counted(Hands(), (("4", at) for at in times)) == "44444"


def test_after_a_held_key_the_same_key_and_any_other_count_again() -> None:
    hands = Hands()
    counted(hands, (("4", at) for at in held("4", 3.0)))
    assert counted(hands, [("4", 3.5), ("4", 3.7), ("5", 3.75)]) == "445"


def test_where_repetition_is_waited_out_a_held_key_counts_once() -> None:
    """With `key_repeat_ms` longer than the terminal's delay not even the first repetition counts."""
    hands = Hands(key_repeat=0.6)
    assert counted(hands, (("4", at) for at in held("4", 5.0))) == "4"
    assert counted(hands, [("4", 5.7), ("5", 5.8), ("5", 6.0), ("5", 6.7)]) == "455"


def test_a_double_strike_counts_once_and_a_later_one_again() -> None:
    """Counted from the stroke that counted: a tremor of seven strokes in a second is three, not one."""
    hands = Hands(double_strike=0.4)
    assert counted(hands, (("4", n * 0.15) for n in range(7))) == "444"
    assert counted(hands, [("-", 2.0), ("5", 2.01), ("-", 2.02), ("-", 2.3), ("-", 2.5)]) == "-5--"


def test_a_machine_that_was_busy_takes_no_digit_away() -> None:
    """Strokes that were read all at once seem to have come at the same moment."""
    assert counted(Hands(), (("0", 5.0) for _ in range(8))) == "0" * 8


@pytest.mark.parametrize("hands", [Hands(), Hands(key_repeat=2.0, double_strike=1.0)], ids=["none", "most"])
def test_digits_that_a_scanner_sends_count_as_they_are_however_slow_the_hands(hands: Hands) -> None:
    wedge, settled = Wedge(), list[Burst | Stroke]()
    for n, char in enumerate("00112233\r"):
        settled += wedge.feed(char, 8.0 + n * 0.002, digits_wanted=True)
    assert (
        "".join(one.char for one in settled if isinstance(one, Stroke) and hands.count(one)) == "00112233\r"
    )
