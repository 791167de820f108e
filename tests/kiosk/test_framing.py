"""What comes over a line is cut into codes: here as bytes and seconds, without a line and without a clock."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.terminal.framing import Frame, Framer

CODE, OTHER = "D00042175K", "B73310942X"
AWHILE = 0.5
"""Seconds: long enough for a scanner that ends no code, not long enough for one whose terminator is missing."""
LONG = 5.0

texts = st.text("BCDEFGHJKNPRSTUVX0123456789-()]\x1d", min_size=1, max_size=60)
ends = st.sampled_from([b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\x03\r\n", b"\t\r"])
beginnings = st.sampled_from([b"", b"\x02", b"\x00\x02", b"\x00\x00"])


def heard(pieces: Iterable[bytes], *, then: float = LONG, framer: Framer | None = None) -> list[Frame]:
    """Feed the pieces a millisecond apart, and be silent for `then` seconds."""
    framer, at = framer or Framer(), 100.0
    frames: list[Frame] = []
    for piece in pieces:
        frames += framer.feed(piece, at)
        at += 0.001
    return [*frames, *framer.is_silent(at + then)]


def texts_of(frames: Iterable[Frame]) -> list[tuple[str, bool]]:
    return [(one.text, one.cut) for one in frames]


def pieces_of(data: bytes, cuts: Iterable[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(at)]


@given(
    st.lists(st.tuples(texts, beginnings, ends), max_size=12), st.lists(st.integers(0, 10_000), max_size=40)
)
def test_every_code_arrives_once_and_whole_however_the_line_cuts_it(
    sent: list[tuple[str, bytes, bytes]], cuts: list[int]
) -> None:
    data = b"".join(begin + text.encode() + end for text, begin, end in sent)
    assert texts_of(heard(pieces_of(data, cuts))) == [(text, False) for text, _, _ in sent]


@given(st.lists(st.binary(max_size=600), max_size=8))
def test_whatever_comes_is_given_out_in_bounded_texts_of_which_none_is_empty(pieces: list[bytes]) -> None:
    for frame in heard(pieces):
        assert frame.text
        assert len(frame.text.encode()) <= 256
        assert not {"\r", "\n", "\t", "\x03"} & set(frame.text)


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_nothing_that_came_is_left_behind_to_begin_the_next_code(pieces: list[bytes]) -> None:
    framer = Framer()
    heard(pieces, framer=framer)
    assert texts_of(heard([b"D00042175K\r"], framer=framer)) == [(CODE, False)]


def test_a_scanner_that_ends_no_code_is_understood_by_its_silence() -> None:
    framer = Framer()
    for code in (CODE, OTHER, CODE):
        assert texts_of(heard([code.encode()], then=AWHILE, framer=framer)) == [(code, False)]


def test_before_the_silence_is_over_nothing_is_given_out() -> None:
    framer = Framer()
    assert heard([b"D0004"], then=0.1, framer=framer) == []
    assert texts_of(heard([b"2175K"], then=AWHILE, framer=framer)) == [(CODE, False)]


def test_a_scanner_that_ends_its_codes_and_falls_silent_in_one_has_sent_half_of_it() -> None:
    framer = Framer()
    assert texts_of(heard([b"D00042175K\r", b"70443"], framer=framer)) == [(CODE, False), ("70443", True)]


def test_such_a_scanner_is_waited_for_longer() -> None:
    framer = Framer()
    assert texts_of(heard([b"D00042175K\r", b"B7331"], then=AWHILE, framer=framer)) == [(CODE, False)]
    assert texts_of(heard([b"0942X\r"], framer=framer)) == [(OTHER, False)]


def test_a_label_with_a_line_break_costs_a_scanner_that_ends_no_code_one_scan_and_not_all() -> None:
    framer = Framer()
    assert texts_of(heard([b"BEGIN\nEND"], framer=framer)) == [("BEGIN", False), ("END", True)]
    for code in (CODE, OTHER):
        assert texts_of(heard([code.encode()], framer=framer)) == [(code, False)]


def test_a_scanner_that_goes_in_the_middle_of_a_code_has_sent_half_of_it() -> None:
    framer = Framer()
    assert heard([b"7044"], then=0.0, framer=framer) == []
    assert texts_of(framer.is_broken_off()) == [("7044", True)]
    assert list(framer.is_broken_off()) == []


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"]C101070380100009971" + b"0LOT\x1d21A\r", "]C1010703801000099710LOT\x1d21A"),
        (b"\xc6\xd8\xc5\r", "\ufffd\ufffd\ufffd"),
        ("ÆØÅ\r".encode(), "ÆØÅ"),
        (b"AB\x00CD\r", "AB\x00CD"),
        (b"AB\x02CD\x1b[2J\r", "AB\x02CD\x1b[2J"),
        (b"D00042175K\x00\x00\x00", CODE),
    ],
    ids=["AIM and GS", "Latin-1", "UTF-8", "NUL inside", "controls", "NULs behind"],
)
def test_what_is_in_the_code_stays_in_the_code(sent: bytes, text: str) -> None:
    assert texts_of(heard([sent])) == [(text, False)]


def test_more_than_256_bytes_are_one_scan_of_which_a_part_is_missing_and_the_next_is_whole() -> None:
    sent = [b"P" * 300, b"P" * 9_700, b"\rD00042175K\r"]
    assert texts_of(heard(sent)) == [("P" * 256, True), (CODE, False)]
    assert texts_of(heard([b"P" * 256 + b"\r"])) == [("P" * 256, False)]


def test_a_character_is_not_cut_in_two() -> None:
    assert texts_of(heard(["Ø".encode() * 129 + b"\r"])) == [("Ø" * 128, True)]


def test_a_flood_is_not_kept() -> None:
    (frame,) = heard([b"\xff" * 4_000] * 20)
    assert len(frame.raw) == 4096


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x03\r"], ids=repr)
def test_the_bytes_themselves_are_kept_for_whoever_looks_at_the_scanner(end: bytes) -> None:
    frames = heard([b"\x02D00042175K" + end + b"\x02B73310942X" + end])
    assert [one.raw for one in frames] == [b"\x02D00042175K" + end, b"\x02B73310942X" + end]


def test_a_terminator_that_comes_late_belongs_to_no_other_code() -> None:
    frames = heard([b"D00042175K\r", b"\nB73310942X\r", b"\n"])
    assert [one.raw for one in frames] == [b"D00042175K\r", b"B73310942X\r"]


def test_a_scan_is_as_old_as_its_last_byte() -> None:
    framer = Framer()
    list(framer.feed(b"D0004", 10.0))
    (ended,) = framer.feed(b"2175K\r", 10.25)
    list(framer.feed(b"B73310942X", 20.0))
    (silent,) = framer.is_silent(30.0)
    assert (ended.at, silent.at) == (10.25, 20.0)
