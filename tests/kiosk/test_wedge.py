"""Scans are told from keys by pace alone: here as pure arithmetic, with times as literals."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.wedge import Burst, Stroke, Wedge, pasted

CODE = "D00042175K"
OTHER = "B73310942X"

codes = st.text("BCDEFGHJKNPRSTUVX0123456789-()\x1d", min_size=6, max_size=60).filter(
    lambda t: len(set(t)) > 1
)
terminators = st.sampled_from(["\r", "\n", "\r\n", "\t"])
scanner_gaps = st.floats(0, 0.020)


def play(
    text: Iterable[str],
    gap: float = 0.0,
    *,
    digits_wanted: bool = False,
    wedge: Wedge | None = None,
    at: float = 100.0,
) -> list[Burst | Stroke]:
    """Feeds characters at a steady pace, and then a second of silence, in the small steps of a real timer."""
    wedge = wedge or Wedge()
    heard: list[Burst | Stroke] = []
    for char in text:
        heard += wedge.feed(char, at, digits_wanted=digits_wanted)
        at += gap
    for step in range(50):
        heard += wedge.flush(at + step * 0.02, digits_wanted=digits_wanted)
    return heard


def strokes(text: str) -> list[Stroke]:
    return [Stroke(char) for char in text]


@pytest.mark.parametrize("terminator", ["\r", "\n", "\r\n", "\t", ""], ids=repr)
@pytest.mark.parametrize("gap", [0.0, 0.001, 0.008, 0.020])
def test_a_scan_is_one_burst_whatever_ends_it(terminator: str, gap: float) -> None:
    assert play(CODE + terminator, gap) == [Burst(CODE)]


@pytest.mark.parametrize("terminator", ["\t\r", "\t\r\n"], ids=repr)
def test_tab_and_enter_from_a_scanner_are_one_terminator(terminator: str) -> None:
    assert play(CODE + terminator + CODE + terminator, 0.002) == [Burst(CODE), Burst(CODE)]


@pytest.mark.parametrize("terminator", ["\r", "\t"], ids=repr)
def test_enter_pressed_soon_after_a_scan_is_a_key(terminator: str) -> None:
    wedge = Wedge()
    for char in CODE + terminator:
        wedge.feed(char, 1.0, digits_wanted=False)
    assert wedge.feed("\r", 1.015, digits_wanted=False) == [Stroke("\r")]


def test_the_separator_of_gs1_stays_in_the_text() -> None:
    assert play("010701234567890\x1d21ABC\r") == [Burst("010701234567890\x1d21ABC")]


@pytest.mark.parametrize("lone", ["\r", "\t", "-", "+", "7", "\x1b"], ids=repr)
def test_a_lone_character_is_a_key(lone: str) -> None:
    assert play(lone) == [Stroke(lone)]


def test_a_line_feed_alone_is_a_key_but_behind_a_carriage_return_it_is_the_same_key() -> None:
    assert play("\n") == [Stroke("\n")]
    assert play("\r\n") == [Stroke("\r")]


def test_enter_twice_at_a_persons_pace_is_enter_twice() -> None:
    assert play("\r\r", 0.1) == strokes("\r\r")


def test_fewer_than_six_characters_are_keys_however_quick() -> None:
    assert play("12345\r") == strokes("12345\r")
    assert play("123456\r") == [Burst("123456")]


def test_digits_that_are_asked_for_are_keys_however_quick() -> None:
    assert play("41234567\r", digits_wanted=True) == strokes("41234567\r")
    assert play("41234567", digits_wanted=True) == strokes("41234567")


def test_a_code_is_a_scan_also_while_digits_are_asked_for() -> None:
    assert play(CODE + "\r", digits_wanted=True) == [Burst(CODE)]


def test_a_scan_in_the_middle_of_a_phone_number_leaves_the_typed_digits_typed() -> None:
    wedge = Wedge()
    assert play("412", 0.15, wedge=wedge, digits_wanted=True) == strokes("412")
    assert play(CODE + "\r", wedge=wedge, at=110.0, digits_wanted=True) == [Burst(CODE)]
    assert play("34567\r", 0.15, wedge=wedge, at=120.0, digits_wanted=True) == strokes("34567\r")


def test_two_codes_without_a_terminator_between_them_are_one_long_text() -> None:
    assert play(CODE + OTHER + "\r") == [Burst(CODE + OTHER)]


def test_two_codes_without_terminators_are_two_if_silence_lies_between() -> None:
    wedge = Wedge()
    heard: list[Burst | Stroke] = []
    for number, code in enumerate([CODE, OTHER]):
        for char in code:
            heard += wedge.feed(char, 5.0 + number * 0.1, digits_wanted=False)
    assert heard == [Burst(CODE)]
    assert wedge.flush(5.2, digits_wanted=False) == [Burst(OTHER)]


def test_a_scan_survives_one_late_character() -> None:
    wedge, heard, at = Wedge(), list[Burst | Stroke](), 1.0
    for place, char in enumerate(CODE + "\r"):
        at += {3: 0.038, 8: 0.075}.get(place, 0.002)
        heard += wedge.feed(char, at, digits_wanted=False)
    assert heard == [Burst(CODE)]


def test_a_key_held_down_is_keys_and_no_scan() -> None:
    assert play("1" * 30, 1 / 30) == strokes("1" * 30)


def test_a_key_held_down_for_a_minute_is_keys_and_never_a_label_too_long() -> None:
    """Somebody who leans on the keypad has scanned nothing."""
    assert play("1" * 1_800, 1 / 30) == strokes("1" * 1_800)


def test_a_key_knows_when_it_came_and_whether_a_scanner_sent_it() -> None:
    (first, second) = play("12", 0.3)
    assert isinstance(first, Stroke)
    assert isinstance(second, Stroke)
    assert (first.at, second.at) == (100.0, 100.3)
    assert not first.quick
    typed = play("41234567", digits_wanted=True)
    assert all(isinstance(one, Stroke) and one.quick for one in typed)


def test_a_real_code_of_one_character_over_and_over_is_still_a_scan() -> None:
    assert play("000000000000\r") == [Burst("000000000000")]


def test_waiting_characters_wait_forty_milliseconds_and_no_longer() -> None:
    wedge = Wedge()
    assert wedge.next_deadline is None
    assert wedge.feed("7", 10.0, digits_wanted=True) == []
    assert wedge.next_deadline == pytest.approx(10.040)
    assert wedge.flush(10.039, digits_wanted=True) == []
    assert wedge.flush(10.0401, digits_wanted=True) == [Stroke("7")]
    assert wedge.next_deadline is None


def test_a_scan_without_a_terminator_is_given_out_after_eighty_milliseconds() -> None:
    wedge = Wedge()
    for char in CODE:
        wedge.feed(char, 10.0, digits_wanted=False)
    assert wedge.flush(10.079, digits_wanted=False) == []
    assert wedge.flush(10.081, digits_wanted=False) == [Burst(CODE)]


def test_a_person_who_presses_enter_after_a_scan_without_terminator_has_pressed_enter() -> None:
    wedge = Wedge()
    assert play(CODE, wedge=wedge) == [Burst(CODE)]
    assert play("\r", wedge=wedge, at=102.0) == [Stroke("\r")]


def test_a_burst_of_256_bytes_is_whole_and_a_longer_one_is_cut_and_says_so_once() -> None:
    longest = "AB" * 128
    assert play(longest + "\r") == [Burst(longest)]
    assert play(longest + "C\r") == [Burst(longest, cut=True)]
    assert play("AB" * 5_000) == [Burst(longest, cut=True)]


def test_the_length_is_counted_in_bytes() -> None:
    assert play("æø" * 64 + "\r") == [Burst("æø" * 64)]
    assert play("æø" * 65 + "\r") == [Burst("æø" * 64, cut=True)]


def test_a_good_scan_after_a_flood_is_read_once_the_flood_has_been_silent() -> None:
    wedge = Wedge()
    for char in "AB" * 500:
        wedge.feed(char, 50.0, digits_wanted=False)
    dropped = [thing for char in CODE + "\r" for thing in wedge.feed(char, 50.15, digits_wanted=False)]
    assert dropped == []
    heard = [thing for char in CODE + "\r" for thing in wedge.feed(char, 50.36, digits_wanted=False)]
    assert heard == [Burst("AB" * 128, cut=True), Burst(CODE)]


def test_settling_gives_out_what_waits_at_once() -> None:
    wedge = Wedge()
    wedge.feed("4", 1.0, digits_wanted=True)
    assert wedge.settle(digits_wanted=True) == [Stroke("4")]
    assert wedge.next_deadline is None


def test_a_pasted_text_is_a_scan_for_each_line() -> None:
    assert pasted(f"{CODE}\r\n{OTHER}\n", digits_wanted=False) == [Burst(CODE), Burst(OTHER)]
    assert pasted("0107\x1d21A", digits_wanted=False) == [Burst("0107\x1d21A")]
    assert pasted(" \n\n", digits_wanted=False) == [Burst(" ")]
    assert pasted("", digits_wanted=False) == []


def test_pasted_digits_are_keys_where_digits_are_asked_for() -> None:
    assert pasted("41234567", digits_wanted=True) == strokes("41234567")
    assert pasted(CODE, digits_wanted=True) == [Burst(CODE)]


def test_a_pasted_book_is_one_cut_scan() -> None:
    assert pasted("A" * 10_000, digits_wanted=False) == [Burst("A" * 256, cut=True)]
    (burst,) = pasted(f"{CODE}\n" * 5_000, digits_wanted=False)
    assert burst == Burst((f"{CODE}\n" * 24)[:256], cut=True)
    assert pasted("\ud800", digits_wanted=False) == [Burst("?")]


@given(st.lists(st.tuples(codes, terminators), min_size=1, max_size=40), st.data())
def test_any_codes_at_a_scanners_pace_come_out_whole_and_in_order(
    scans: list[tuple[str, str]], data: st.DataObject
) -> None:
    gaps = data.draw(st.lists(scanner_gaps, min_size=1, max_size=20))
    wedge, heard, at = Wedge(), list[Burst | Stroke](), 0.0
    for place, char in enumerate("".join(code + terminator for code, terminator in scans)):
        at += gaps[place % len(gaps)]
        heard += wedge.feed(char, at, digits_wanted=False)
    assert heard == [Burst(code) for code, _ in scans]


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.floats(0.06, 2.0), st.booleans())
def test_anything_typed_at_a_persons_pace_is_keys_and_all_of_them(
    text: str, gap: float, wanted: bool
) -> None:
    assert play(text, gap, digits_wanted=wanted) == strokes(text)


@given(st.lists(st.tuples(st.characters(), st.floats(0, 0.12)), max_size=200), st.booleans())
def test_whatever_comes_nothing_but_terminators_is_ever_lost(
    typed: list[tuple[str, float]], wanted: bool
) -> None:
    wedge, heard, at = Wedge(), list[Burst | Stroke](), 0.0
    for char, gap in typed:
        at += gap
        heard += wedge.feed(char, at, digits_wanted=wanted)
    heard += wedge.flush(at + 1, digits_wanted=wanted)
    if not any(isinstance(thing, Burst) and thing.cut for thing in heard):
        out = "".join(thing.text if isinstance(thing, Burst) else thing.char for thing in heard)
        assert _without_terminators(out) == _without_terminators("".join(char for char, _ in typed))


def _without_terminators(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, "\r\n\t")))
