"""Keyboard layouts: the table is held against the keys of real keyboards, and against what is known to go wrong."""

import string
from random import Random

import pytest

from depot import codes, keyboards
from depot.codes import Kind, mint
from depot.keyboards import ALTGR, PLAIN, SHIFT, Stroke
from tests.kiosk.keystream import DEAD, NOT_THERE, PLACES, ROWS

HOSTS = ("us", "no", "dk", "de", "fr")

# What a scanner that is set to the United States types on a Norwegian machine: measured with xkb's own tables.
NORWEGIAN = {
    "-": "+", "/": "-", "=": "\\", ":": "Ø", ";": "ø", "_": "?", "?": "_", "&": "/", "(": ")", ")": "=", "*": "(",
    "$": "¤", "@": '"', '"': "Æ", "'": "æ", "[": "å", "\\": "'", "^": "&", "<": ";", ">": ":", "{": "Å", "`": "|",
    "]": "¨", "+": "`",
}  # fmt: skip


@pytest.mark.parametrize("layout", ROWS)
def test_each_key_gives_what_stands_on_it(layout: str) -> None:
    rows = ROWS[layout]
    wrong = {
        (place, level): (keyboards.character(Stroke(place, level), layout), sign)
        for level, row in ((PLAIN, rows.plain), (SHIFT, rows.shift))
        for place, sign in zip(PLACES, row, strict=True)
        if sign != NOT_THERE and keyboards.character(Stroke(place, level), layout) != sign
    }
    assert not wrong


@pytest.mark.parametrize("layout", ROWS)
def test_altgr_gives_the_brackets_and_the_like(layout: str) -> None:
    rows = ROWS[layout]
    given = {
        sign: keyboards.character(Stroke(PLACES[rows.plain.index(plain)], ALTGR), layout)
        for plain, sign in rows.altgr.items()
    }
    assert given == {sign: sign for sign in rows.altgr.values()}


@pytest.mark.parametrize("layout", ROWS)
def test_every_sign_of_ascii_has_a_key_unless_it_waits_for_a_letter(layout: str) -> None:
    lacking = {sign for sign in string.printable[:95] if keyboards.stroke_for(sign, layout) is None}
    assert lacking == set(DEAD[layout]) & set(string.printable)


def test_finnish_keyboards_are_swedish_ones_as_far_as_codes_go() -> None:
    for sign in string.printable[:95]:
        assert keyboards.stroke_for(sign, "fi") == keyboards.stroke_for(sign, "se")


@pytest.mark.parametrize(("sent", "arrives"), NORWEGIAN.items())
def test_an_american_scanner_on_a_norwegian_machine(sent: str, arrives: str) -> None:
    assert keyboards.typed(sent, scanner="us", keyboard="no") == arrives


def test_a_web_address_and_a_grocycode_on_a_norwegian_machine() -> None:
    assert keyboards.typed("https://x/y?z", scanner="us", keyboard="no") == "httpsØ--x-y_z"
    assert keyboards.typed("grcy:p:13", scanner="us", keyboard="no") == "grcyØpØ13"


def test_germans_swap_y_and_z_and_the_french_have_their_digits_under_shift() -> None:
    assert keyboards.typed("YZyz019", scanner="us", keyboard="de") == "ZYzy019"
    assert keyboards.typed("1234567890", scanner="us", keyboard="fr") == "&é\"'(-è_çà"
    assert keyboards.typed("AQWZM", scanner="us", keyboard="fr") == "QAZW?"


@pytest.mark.parametrize("host", ["no", "se", "dk", "fi", "gb"])
def test_letters_and_digits_survive_the_north_and_britain(host: str) -> None:
    text = string.ascii_letters + string.digits + "!%,."
    assert keyboards.typed(text, scanner="us", keyboard=host) == text


@pytest.mark.parametrize("host", ["us", "gb", "no", "dk", "se", "fi", "de"])
def test_codes_of_ours_survive_every_nordic_german_and_british_layout(host: str) -> None:
    random = Random(17)
    for kind in Kind:
        for _ in range(40):
            code = mint(kind, f"{random.randrange(10**7):07}")
            assert keyboards.typed(code, scanner="us", keyboard=host) == code


def test_codes_of_ours_survive_caps_lock() -> None:
    for kind in Kind:
        code = mint(kind, "0004217")
        arrived = keyboards.typed(code, scanner="us", keyboard="no", caps_lock=True)
        assert arrived != code
        assert codes.parse(arrived) == codes.parse(code)


@pytest.mark.parametrize("host", keyboards.LAYOUTS)
@pytest.mark.parametrize("scanner", keyboards.LAYOUTS)
def test_what_arrives_is_undone_sign_by_sign(scanner: str, host: str) -> None:
    """Two signs that arrive alike cannot both come back; there are few, and none that a code is made of."""
    signs = [sign for sign in string.printable[:95] if keyboards.stroke_for(sign, scanner)]
    undone = {
        sign: keyboards.untangled(
            keyboards.typed(sign, scanner=scanner, keyboard=host), scanner=scanner, keyboard=host
        )
        for sign in signs
    }
    lost = {sign for sign in signs if undone[sign] != sign}
    assert not lost & set(string.ascii_letters + string.digits + "-/:.+_ ")


@pytest.mark.parametrize("host", HOSTS)
def test_all_that_an_american_scanner_types_is_undone(host: str) -> None:
    text = string.printable[:95]
    arrived = keyboards.typed(text, scanner="us", keyboard=host)
    assert keyboards.untangled(arrived, scanner="us", keyboard=host) == text


@pytest.mark.parametrize("layout", ROWS)
def test_keys_that_wait_for_a_letter_are_known(layout: str) -> None:
    rows = ROWS[layout]
    for sign in DEAD[layout]:
        strokes = [
            Stroke(place, level)
            for level, row in ((PLAIN, rows.plain), (SHIFT, rows.shift))
            for place, given in zip(PLACES, row, strict=True)
            if given == sign
        ] + [
            Stroke(PLACES[rows.plain.index(plain)], ALTGR)
            for plain, given in rows.altgr.items()
            if given == sign
        ]
        assert strokes
        assert all(keyboards.is_dead(stroke, layout) for stroke in strokes)
