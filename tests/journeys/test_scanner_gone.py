"""The kiosk's only scanner is pulled out: the first page says so, and what does as well, until it is there again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from depot.absences import absent
from tests.depot.house import STICK
from tests.journeys.conftest import NewStation
from tests.journeys.doors import SerialDoor
from tests.journeys.station import ENTER, MINUS, MORE_TIME, PLUS, WELCOME, Station

AWAY = "Skanneren svarer ikke akkurat nå."
INSTEAD = "Trykk 0 og tast de åtte tallene på den gule lappen."
TYPE = "Det står åtte tall på den gule lappen."
SPEAKER = "tests/journeys/speaker {language} {volume}"
OPEN, GOODBYE = "Kortet ditt er åpent", "Takk, og ha det godt!"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SerialDoor]:
    with SerialDoor(tmp_path_factory.mktemp("door")) as door:
        yield door


@pytest.fixture(scope="module")
def running(new_station: NewStation, door: SerialDoor) -> Station:
    return new_station(door=door, kiosk_speech_command=SPEAKER)


def goes(kiosk: Station, door: SerialDoor) -> None:
    """Pull the scanner out; the kiosk has noticed, and nobody has been told yet."""
    gone = kiosk.log.read_text("utf-8").count("there=False")
    door.line.unplug()
    kiosk.terminal.wait_until(
        lambda: kiosk.log.read_text("utf-8").count("there=False") > gone, what="a scanner that has gone"
    )


def test_the_first_page_says_so_after_a_while_and_no_longer_when_it_is_back(
    running: Station, door: SerialDoor
) -> None:
    running.says(WELCOME)
    goes(running, door)
    running.terminal.settle(0.1)
    running.says_no(AWAY)
    running.clock.jump(seconds=6)
    running.says(WELCOME, AWAY, INSTEAD)
    assert absent(running.folder / "depot.db").keys() == {"serial"}

    stick = running.house.stands(STICK, on="A1")
    running.house.lends(running.house.confirmed("Ola Annensen"), stick)
    running.clock.jump(minutes=11)
    running.press("0", TYPE)
    running.dial(stick[1:9], "Er det denne?")
    running.press(ENTER, "Takk! Nå er den levert tilbake")
    running.press(ENTER, "Takk for at du leverte tilbake.")
    running.press(ENTER, WELCOME, AWAY)

    door.line.plug_in()
    running.says_no(AWAY)
    running.says(WELCOME)
    assert absent(running.folder / "depot.db") == {}


def test_somebody_in_the_middle_of_a_visit_is_not_told_of_it(running: Station, door: SerialDoor) -> None:
    running.says(WELCOME)
    running.scan(running.house.confirmed("Kari Annensen"), OPEN)
    goes(running, door)
    running.clock.jump(seconds=61)
    running.says(MORE_TIME)
    assert AWAY not in running.said
    running.press(ENTER, OPEN)
    assert AWAY not in running.said
    running.press(ENTER, GOODBYE)
    running.clock.jump(seconds=10)
    running.says(WELCOME, AWAY)
    door.line.plug_in()
    running.says_no(AWAY)


def test_whoever_has_it_read_aloud_hears_of_it_as_well(running: Station, door: SerialDoor) -> None:
    running.says(WELCOME)
    running.press(PLUS, "Hjelp")
    running.press(PLUS, "Opplesing er på.")
    running.press(MINUS, WELCOME)
    goes(running, door)
    running.clock.jump(seconds=6)
    running.says(AWAY)
    spoken = running.folder / "spoken"
    running.terminal.wait_until(lambda: f"{AWAY} {INSTEAD}" in spoken.read_text("utf-8"), what="the words")
    door.line.plug_in()
    running.says_no(AWAY)
    running.clock.jump(seconds=61)
    running.says(MORE_TIME)
    running.clock.jump(seconds=31)


def test_where_another_scanner_plays_keyboard_nothing_is_said(running: Station, door: SerialDoor) -> None:
    running.terminal.scan(running.house.confirmed("Siri Annensen"))
    running.says(OPEN)
    goes(running, door)
    running.clock.jump(seconds=60)
    running.says(MORE_TIME)
    running.clock.jump(seconds=31)
    running.says(WELCOME)
    assert AWAY not in running.said


def test_a_camera_that_comes_up_slowly_is_waited_for_and_not_for_ever(
    new_station: NewStation, tmp_path: Path
) -> None:
    silent = tmp_path / "camera"
    os.mkfifo(silent)  # nobody writes into it: it can be opened neither well nor badly
    settings = f'[[scanner]]\nname = "above"\nkind = "camera"\ndevice = "{silent}"\n'
    running = new_station(phones=settings, kiosk_idle_seconds="20")
    running.press("0", TYPE)
    running.clock.jump(seconds=20)
    running.says(MORE_TIME)
    running.press(ENTER, TYPE)
    running.press(MINUS, WELCOME)
    assert AWAY not in running.said
    running.clock.jump(seconds=30)
    running.says(WELCOME, AWAY, INSTEAD)
