"""The desk hears the scanners that the kiosk hears: a storekeeper signs in and washes a thing without the keyboard's."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from depot import badges
from depot.states import Fact
from depot.words import words_in
from tests.depot.house import STICK, House
from tests.driver import Terminal
from tests.journeys.clock import MovedClock
from tests.journeys.doors import DOORS, Door
from tests.journeys.station import ENTER, ROOT

PIN = "2580"
t, n = words_in("nb").t, words_in("nb").n


@pytest.fixture
def returned(house: House) -> str:
    """A thing that has come home and waits to be washed."""
    stick = house.stands(STICK, on="A1")
    house.lends(house.confirmed("Ola Annensen"), stick)
    house.wait(days=3)
    house.brings(stick)
    house.wait(minutes=1)
    return stick


@pytest.fixture(params=[kind for kind in DOORS if kind != "camera"])
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Door]:
    with DOORS[request.param](tmp_path) as door:
        yield door


@pytest.fixture
def desk(house: House, door: Door) -> Iterator[Terminal]:
    """A desk at which this scanner is the only one."""
    folder = house.file.parent
    (folder / "depot.toml").write_text(door.settings, "utf-8")
    clock = MovedClock(folder / "clock")
    clock.begin()
    clock.jump_to(house.now)
    env = {
        "DEPOT_DATABASE": f"sqlite:///{house.file}",
        "DEPOT_SETTINGS": str(folder / "depot.toml"),
        "DEPOT_STATION_CLOCK": "trusted",
        "DEPOT_STATION_BALLAST_MB": "0",
        "XDG_STATE_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }
    argv = [sys.executable, "-m", "tests.journeys.desk_under_test", str(folder / "clock"), "nb"]
    with ExitStack() as opened:
        terminal = opened.enter_context(Terminal(argv, columns=100, rows=30, env=env, cwd=ROOT))
        terminal.wait_for(t("Scan your badge."))
        there = f"scanner={door.kind} there=True"
        terminal.wait_until(lambda: there in log_of(folder), what="the scanner")
        yield terminal


def log_of(folder: Path) -> str:
    return "".join(one.read_text("utf-8") for one in folder.rglob("desk.log"))


def test_a_badge_and_a_thing_to_wash_are_scanned_at_the_desk(
    house: House, returned: str, door: Door, desk: Terminal
) -> None:
    keeper, badge = house.at_desk(badges.add, name="Liv", pin=PIN, role="storekeeper")
    door.scan(badge)
    desk.wait_for(t("Type your PIN, then Enter."))
    desk.press(PIN + ENTER)
    desk.wait_for(t("Good to see you, %(name)s.", name="Liv"))
    wash = re.compile(rf"(\d) {re.escape(t('Wash'))}")
    found = wash.search(desk.wait_for(wash))
    assert found
    desk.press(found[1])
    desk.wait_for(t("Scan each thing when it is washed and looked over."))
    door.scan(returned)
    desk.wait_for(f"{t('washed')} 1")
    assert [one.by for one in house.events(returned) if one.kind == Fact.CLEANED] == [keeper]
    assert f"source={door.kind}" in log_of(house.file.parent)
