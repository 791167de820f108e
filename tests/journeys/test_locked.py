"""The kiosk as it is installed: no key and no label leads out of it; a storekeeper's badge and its PIN do.

Numbers are those of the list that the house keeps of bad inputs.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from depot import badges, codes, tables
from depot.codes import Kind
from depot.own import mint
from depot.states import State
from kiosk.terminal.console import STAFF
from tests.depot.house import STICK, House
from tests.journeys.conftest import NewStation
from tests.journeys.station import ENTER, FINISH, HINT, MINUS, PLUS, WELCOME, Station

UNKNOWN = "Vi kjenner ikke denne lappen"
GOODBYE = "Takk, og ha det godt!"

# --- no way out -------------------------------------------------------------------------------------


class Locked(Station):
    """The kiosk as the launcher starts it, where there would be room for a footer."""

    @property
    def argv(self) -> Sequence[str]:
        return [sys.executable, "-m", "depot", "kiosk", "--locked"]

    @property
    def env(self) -> dict[str, str]:
        return super().env | {"DEPOT_KIOSK_SOUND_COMMAND": "/bin/true"}


@pytest.fixture(scope="module")
def locked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    folder = tmp_path_factory.mktemp("locked")
    shutil.copytree(founded, folder, dirs_exist_ok=True)
    with Locked(folder, columns=80, rows=24) as station:
        station.log = folder / "depot" / "kiosk.log"
        yield station


WAYS_OUT: dict[str, tuple[bytes, str]] = {
    "Ctrl-C":              (b"\x03\x03\x03",                                                HINT),
    "Ctrl-Z":              (b"\x1a\x1a\x1a",                                                HINT),
    "Ctrl-backslash":      (b"\x1c\x1c",                                                    HINT),
    "Ctrl-Q":              (b"\x11",                                                        HINT),
    "Ctrl-P":              (b"\x10",                                                        HINT),
    "Ctrl-D":              (b"\x04\x04",                                                    HINT),
    "Ctrl-S":              (b"\x13",                                                        HINT),
    "Esc and Esc":         (b"\x1b",                                                        WELCOME),
    "F2 to F12":           (b"\x1bOQ\x1b[15~\x1b[21~\x1b[24~\x1b[[B",                       HINT),
    "Alt with keys":       (b"\x1bq\x1b[1;3P\x1b[1;3S",                                      HINT),
    "Ctrl-Alt-Del":        (b"\x1b[3;7~\x1b[27;7;127~",                                     HINT),
    "another keyboard":    (b"\x1b[113;5u\x1b[99;5u\x1b[112;5u",                            HINT),
    "a paste with Ctrl-Q": (b"\x1b[200~" + b"\x11\x03[@click=app.quit]" * 400 + b"\x1b[201~", UNKNOWN),
    "a paste, no end":     (b"\x1b[200~\x11\x11\x11RUBBISH",                                UNKNOWN),
    "mouse reports":       (b"\x1b[<0;5;24M\x1b[<0;5;24m\x1b[M !!\x1b[<35;99999;1M",        WELCOME),
    "no UTF-8":            (b"\xff\xe5\xc3(\xed\xa0\x80\xf5\xff\r",                         UNKNOWN),
    "a flood":             (b"\x11\x03\x1a" * 4_000,                                        UNKNOWN),
    "terminal's replies":  (b"\x1b[12;5R\x1b[I\x1b[?2026;2$y\x1b[48;1;1;1;1t",              WELCOME),
    "markup":              (b"[@click=app.quit]ok[/][/]\r",                                 UNKNOWN),
    "another console":     (b"\x1b[12;2]\x1b[12;2]\x1b]0;mine\x07\r",                       UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_key_and_no_label_leads_out(locked: Locked, way: str) -> None:
    """Numbers 30 and 31, and what research found to end, suspend or open something in a stock application."""
    sent, says = WAYS_OUT[way]
    item = locked.house.stands(STICK)

    locked.terminal.send(sent)
    locked.says(says)
    locked.scan(item, "Vil du låne denne?", codes.spoken(item))

    os.kill(locked.terminal.pid, 0)
    locked.scan(FINISH, GOODBYE)
    locked.press(ENTER, WELCOME)


def test_no_line_tells_how_to_leave_it(locked: Locked) -> None:
    assert "Ctrl" not in locked.said
    assert b"Ctrl" not in locked.terminal.output


# --- the badge --------------------------------------------------------------------------------------

BADGE, UNKNOWN_BADGE = mint(Kind.BADGE, "7315208"), mint(Kind.BADGE, "7315209")
PIN, WRONG = "482915", "482916"
ASKED, REFUSED = "Tast PIN-koden", "Tallene passer ikke til kortet. Prøv en gang til."
NO_MORE = "Det er prøvd for mange ganger. Vent en time."


def furnish(house: House) -> None:
    house.at_desk(badges.add, name="Lise Lager", pin=PIN, role="storekeeper", badge=BADGE)


@pytest.fixture(scope="module")
def running(new_station: NewStation) -> Station:
    return new_station(furnish=furnish)


def test_a_pin_is_typed_unseen_and_the_visit_stands_behind_it(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")

    kiosk.scan(BADGE, "Dette er et kort for ansatte", ASKED)
    kiosk.says_no("STOKK")
    kiosk.press("4829", "● ● ● ● _")
    kiosk.says_no("4829")
    kiosk.press(",", "● ● ● _")
    kiosk.press(PLUS, "Hjelp")
    kiosk.press(MINUS, "● ● ● _")
    kiosk.press(MINUS, "Lånet er i orden", codes.spoken(item))

    assert kiosk.lent_to(item, card)


def test_without_a_pin_the_screen_is_back_where_it_stood_after_twenty_seconds(kiosk: Station) -> None:
    item = kiosk.house.stands(STICK)
    kiosk.scan(item, "Vil du låne denne?")
    kiosk.scan(BADGE, ASKED)
    kiosk.press("48", "● ● _")

    kiosk.clock.jump(seconds=15)
    kiosk.press("2", "● ● ● _")
    kiosk.clock.jump(seconds=19)
    kiosk.press("9", "● ● ● ● _")
    kiosk.clock.jump(seconds=21)
    kiosk.says("Vil du låne denne?", codes.spoken(item))

    kiosk.scan(kiosk.house.confirmed(), "Lånet er i orden")
    assert kiosk.house.state(item) is State.ON_LOAN


def test_a_thing_scanned_over_a_badge_is_the_citizens(kiosk: Station) -> None:
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(BADGE, ASKED)
    kiosk.scan(item, "Lånet er i orden", "1 ting")
    assert kiosk.lent_to(item, card)


@pytest.mark.parametrize("key", ["x", ENTER, ",", "\x1b[15~"], ids=repr)
def test_what_is_no_digit_is_a_wrong_key_and_no_try(kiosk: Station, key: str) -> None:
    """Number 34."""
    kiosk.scan(BADGE, ASKED)
    kiosk.terminal.press([key])
    kiosk.says(ASKED, HINT)
    assert kiosk.rows(tables.attempt, subject=BADGE) == []


def test_a_thousand_digits_are_twelve(kiosk: Station) -> None:
    """Number 34."""
    kiosk.scan(BADGE, ASKED)
    kiosk.terminal.send(b"1234567890" * 20)
    kiosk.says("● " * 12 + "_", HINT)
    kiosk.press(MINUS, WELCOME)


def test_five_tries_the_same_words_for_an_unknown_badge_and_a_power_cut_forgets_none(
    new_station: NewStation,
) -> None:
    """Numbers 32 and 33."""
    kiosk = new_station(furnish=furnish)
    for badge in (BADGE, UNKNOWN_BADGE):
        kiosk.start_over()
        kiosk.scan(badge, ASKED)
        for _ in range(3):
            kiosk.dial(WRONG, REFUSED)
            kiosk.press("4", "● _")
            kiosk.press(",")
        kiosk.says_no(REFUSED)
    kiosk.kill()
    kiosk.start()
    for badge in (UNKNOWN_BADGE, BADGE):
        kiosk.start_over()
        kiosk.scan(badge, ASKED)
        kiosk.dial(WRONG, REFUSED)
        kiosk.dial(WRONG, NO_MORE)
        kiosk.press(ENTER, WELCOME)
        kiosk.clock.jump(seconds=3)
        kiosk.scan(badge, ASKED)
        kiosk.dial(PIN, NO_MORE)

    kiosk.clock.jump(minutes=70)
    kiosk.start_over()
    kiosk.scan(BADGE, ASKED)
    kiosk.dial(PIN)
    assert kiosk.terminal.exit_status() == STAFF


def test_the_right_pin_ends_the_kiosk_with_a_status_of_its_own_and_a_blank_screen(
    new_station: NewStation,
) -> None:
    kiosk = new_station(furnish=furnish)
    item, card = kiosk.house.stands(STICK), kiosk.house.confirmed()
    kiosk.scan(card, "Kortet ditt er åpent")
    kiosk.scan(item, "Lånet er i orden")
    kiosk.scan(BADGE, ASKED)
    kiosk.dial(PIN)

    assert kiosk.terminal.exit_status() == STAFF == 64
    assert kiosk.terminal.sane
    assert kiosk.terminal.text.strip() == ""
    assert kiosk.lent_to(item, card)
    assert PIN not in kiosk.log.read_text("utf-8")
    assert BADGE not in kiosk.log.read_text("utf-8")
