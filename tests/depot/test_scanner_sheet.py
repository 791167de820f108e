"""The scanner's sheet: each way in which a scanner can be set up wrong is told from the others.

What arrives from an American scanner was written down by hand, key by key; only
where all pairs of layouts are tried is it worked out by the same tables as in the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from depot.codes import ItemCode, Unreadable, parse
from depot.keyboards import LAYOUTS, typed
from depot.scanner_sheet import SHEET, Arrived, Asks, Diagnosis, End, Fault, Finding, Known, Printed, diagnose

# What a scanner that believes in an American keyboard types of codes 1 to 4.
AMERICAN_ON = {
    "no": ("D00000000C", 'DPT2+qZyæ%Æ', "DPT3*'\"x", "10DPT421DPT5"),
    "dk": ("D00000000C", 'DPT2+qZyø%Ø', "DPT3*'\"x", "10DPT421DPT5"),
    "de": ("D00000000C", 'DPT2ßqYzä%Ä', "DPT3'#\"x", "10DPT421DPT5"),
    "fr": ("DààààààààC", 'DPTé)aWyù5%', 'DPT"µ*2x', "&àDPT'é&DPT("),
}  # fmt: skip
RIGHT = ("D00000000C", "DPT2-qZy'%\"", "DPT3|\\@x", "10DPT4\x1d21DPT5")


def scanned(texts: Sequence[str], *, end: End | None = End.CR, pace: float | None = 0.003) -> Diagnosis:
    """Scan codes one after the other; what is found at the last of them."""
    known: Known | None = None
    for text in texts:
        found = diagnose(Arrived(tuple(text), end, pace), known)
        known = found.known
    return found


def faults(found: Diagnosis) -> list[Fault]:
    return [one.fault for one in found.findings]


def the(fault: Fault, found: Diagnosis) -> Finding:
    return next(one for one in found.findings if one.fault is fault)


# --- the codes ---


def test_the_codes_are_short_enough_for_a_cheap_scanner_and_say_nothing_to_the_ledger() -> None:
    assert [code.number for code in SHEET] == [1, 2, 3, 4, 5, 6]
    for code in SHEET:
        assert len(code.text) <= 24
        assert code.text.isascii() or code.printed is Printed.QR
    assert isinstance(parse(SHEET[0].text), ItemCode)
    assert all(isinstance(parse(SHEET[at].text), Unreadable) for at in (1, 2, 5))


# --- right ---


def test_nothing_is_wrong_with_a_scanner_that_is_set_up_right() -> None:
    for number in range(1, 4):
        found = scanned(RIGHT[:number])
        assert (found.code, found.findings) == (SHEET[number - 1], ())
        assert found.following is SHEET[number]
    found = scanned(["]C0" + RIGHT[0], "]C0" + RIGHT[1], "]C0" + RIGHT[2], "]C1" + RIGHT[3]])
    assert found.findings == ()


def test_the_next_code_is_one_that_has_not_been_scanned_and_none_after_all() -> None:
    found = scanned([RIGHT[1], RIGHT[0]])
    assert found.following is SHEET[2]
    assert scanned([code.text for code in SHEET]).following is None


def test_what_is_none_of_the_codes_is_said_to_be_none() -> None:
    for text in (
        "D00042177C",
        "7038010000013",
        "hello world",
        "",
        "DPT",
        "D",
        "0" * 256,
        "\x1d",
        "http://x/y",
    ):
        found = scanned([text])
        assert (found.code, found.findings) == (None, ())


# --- layouts ---


@pytest.mark.parametrize("keyboard", AMERICAN_ON)
def test_an_american_scanner_is_named_on_each_keyboard(keyboard: str) -> None:
    found = scanned(AMERICAN_ON[keyboard])
    layout = the(Fault.LAYOUT, found)
    assert (layout.scanners, layout.keyboards) == (("us",), (keyboard,))
    assert Fault.GS_LOST in faults(found)


@pytest.mark.parametrize("keyboard", AMERICAN_ON)
def test_code_two_alone_names_the_commonest_mistakes(keyboard: str) -> None:
    layout = the(Fault.LAYOUT, scanned([AMERICAN_ON[keyboard][1]]))
    assert (layout.scanners, layout.keyboards) == (("us",), (keyboard,))


@pytest.mark.parametrize(("scanner", "keyboard"), product(LAYOUTS, LAYOUTS))
@pytest.mark.parametrize("caps_lock", [False, True])
def test_every_pair_of_layouts_is_told_or_shares_its_advice(
    scanner: str, keyboard: str, caps_lock: bool
) -> None:
    texts = [typed(code.text, scanner=scanner, keyboard=keyboard, caps_lock=caps_lock) for code in SHEET[:4]]
    found = scanned(texts)
    assert found.code is SHEET[3]
    assert (Fault.CAPS_LOCK in faults(found)) == caps_lock
    if typed(RIGHT[1] + RIGHT[2], scanner=scanner, keyboard=keyboard) == RIGHT[1] + RIGHT[2]:
        assert Fault.LAYOUT not in faults(found)
        return
    layout = the(Fault.LAYOUT, found)
    assert scanner in layout.scanners
    assert keyboard in layout.keyboards
    # What is to be done is to set the scanner to the machine's layout: that must be one, or two that are alike.
    assert set(layout.keyboards) in ({keyboard}, {"se", "fi"})
    assert set(layout.scanners) in ({scanner}, {"se", "fi"}, {"dk", "se", "fi"})


def test_two_codes_say_more_than_either() -> None:
    first = typed(RIGHT[1], scanner="dk", keyboard="de")
    second = typed(RIGHT[2], scanner="dk", keyboard="de")
    assert the(Fault.LAYOUT, scanned([first])).scanners == ("no", "dk", "se", "fi")
    assert the(Fault.LAYOUT, scanned([first, second])).scanners == ("dk",)


def test_a_scanner_that_was_put_right_in_between_is_judged_anew() -> None:
    wrong = list(AMERICAN_ON["no"][:3])
    assert scanned([*wrong, *RIGHT[1:3]]).findings == ()


@pytest.mark.parametrize(
    "arrives", ["¨C0DPT2+qZyæ%Æ", "C0DPT2+qZyæ%Æ", "0DPT2+qZyæ%Æ"], ids=["console", "dropped", "swallowed"]
)
def test_a_dead_key_in_the_aim_identifier_is_understood_as_each_terminal_gives_it(arrives: str) -> None:
    found = scanned([arrives])
    layout = the(Fault.LAYOUT, found)
    assert (layout.scanners, layout.keyboards) == (("us",), ("no",))
    assert faults(found) == [Fault.LAYOUT]


# --- case ---


@pytest.mark.parametrize(
    ("arrives", "fault"),
    [
        ("dpt2-QzY'%\"", Fault.CAPS_LOCK),
        ("DPT2-QZY'%\"", Fault.CAPITALS),
        ("dpt2-qzy'%\"", Fault.SMALL_LETTERS),
        ("d00000000c", Fault.CAPS_LOCK),
    ],
)
def test_caps_lock_is_told_from_a_scanner_that_changes_letters(arrives: str, fault: Fault) -> None:
    found = faults(scanned([arrives]))
    if arrives[0] == "d" and len(arrives) == 10:  # nothing but capitals was in it: either may be
        assert found in ([Fault.CAPS_LOCK], [Fault.SMALL_LETTERS])
    else:
        assert found == [fault]


def test_caps_lock_on_a_norwegian_keyboard_with_an_american_scanner_is_two_faults() -> None:
    assert faults(scanned(["dpt2+QzYÆ%æ"])) == [Fault.LAYOUT, Fault.CAPS_LOCK]


# --- beginnings and ends ---


@pytest.mark.parametrize("lost", [1, 2, 3, 4])
def test_lost_first_characters_are_counted(lost: int) -> None:
    found = scanned([RIGHT[1][lost:]])
    assert found.code is SHEET[1]
    assert found.findings == (Finding(Fault.START_LOST, count=lost),)


def test_a_half_lost_aim_identifier_is_a_lost_beginning_and_a_whole_one_is_none() -> None:
    assert scanned([*RIGHT[1:3], "C1" + RIGHT[3]]).findings == (Finding(Fault.START_LOST, count=1),)
    assert faults(scanned([RIGHT[3]])) == [Fault.NO_AIM]
    assert faults(scanned(["]C1" + RIGHT[3]])) == []


def test_what_a_scanner_puts_round_a_code_is_shown() -> None:
    assert scanned(["j" + RIGHT[1]]).findings == (Finding(Fault.BEFORE, what="j"),)
    assert scanned([RIGHT[1] + "##"]).findings == (Finding(Fault.AFTER, what="##"),)


@pytest.mark.parametrize("end", [one for one in End if one is not End.CR])
def test_every_terminator_but_cr_is_named(end: End) -> None:
    assert scanned([RIGHT[1]], end=end).findings == (Finding(Fault.TERMINATOR, end=end),)


def test_a_source_that_ends_no_codes_has_no_wrong_terminator() -> None:
    assert scanned([RIGHT[1]], end=None).findings == ()


@pytest.mark.parametrize(("pace", "slow"), [(0.034, False), (0.035, True), (0.120, True)])
def test_a_scanner_at_a_persons_pace_is_slow(pace: float, slow: bool) -> None:
    found = scanned([RIGHT[1]], pace=pace)
    assert found.findings == ((Finding(Fault.SLOW, count=round(pace * 1000)),) if slow else ())


# --- GS ---


def test_a_lost_gs_is_told_from_one_sent_as_something_else() -> None:
    assert scanned(["10DPT421DPT5"]).findings[0] == Finding(Fault.GS_LOST)
    assert scanned(["10DPT4~21DPT5"]).findings[0] == Finding(Fault.GS_SENT_AS, what="~")
    keys = (*"10DPT4", "f8", *"21DPT5")
    assert diagnose(Arrived(keys, End.CR)).findings[0] == Finding(Fault.GS_SENT_AS, what="f8")


def test_the_stand_in_for_gs_is_told_as_the_scanner_sends_it() -> None:
    """On a Norwegian keyboard the bar of an American scanner arrives as an asterisk."""
    found = scanned([*AMERICAN_ON["no"][:3], "10DPT4*21DPT5"])
    assert the(Fault.GS_SENT_AS, found).what == "|"


# --- bytes ---


def of_bytes(text: str, data: bytes, *, aim: str | None = None) -> Diagnosis:
    return diagnose(Arrived(tuple(text), End.CR, None, typed=False, aim=aim, data=data))


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
def test_letters_beyond_ascii_in_another_encoding_are_noticed_and_the_encoding_named(encoding: str) -> None:
    data = "DPT6æøå€ŋ".encode(encoding, "replace")
    found = of_bytes(data.decode("utf-8", "replace"), data)
    assert found.code is SHEET[5]
    assert found.findings == (Finding(Fault.BEYOND_ASCII, what=encoding),)


def test_letters_beyond_ascii_that_arrive_are_right() -> None:
    assert of_bytes("DPT6æøå€ŋ", "DPT6æøå€ŋ".encode()).findings == ()
    assert faults(of_bytes("DPT6", b"DPT6")) == [Fault.BEYOND_ASCII]


def test_no_layout_and_no_caps_lock_is_blamed_for_bytes() -> None:
    for text in ("DPT2+qZyæ%Æ", "dpt2-QzY'%\""):
        found = of_bytes(text, text.encode())
        assert not {Fault.LAYOUT, Fault.CAPS_LOCK} & set(faults(found))
    assert of_bytes(RIGHT[3], RIGHT[3].encode(), aim="]C1").findings == ()


def test_every_code_has_a_purpose_of_its_own() -> None:
    assert [code.asks for code in SHEET] == list(Asks)
