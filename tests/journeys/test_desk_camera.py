"""A camera at the desk: it is aimed on a page of its own, while the same camera goes on scanning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from depot import badges
from depot.own import spoken
from depot.words import words_in
from tests.depot.house import STICK, House
from tests.driver import Terminal
from tests.journeys.doors import CameraDoor
from tests.journeys.station import ENTER
from tests.journeys.test_desk_scanner import PIN, desk

__all__ = ["desk"]

t = words_in("nb").t
END = "\x1b[F"
"""The key to the last row."""


@pytest.fixture
def door(tmp_path: Path) -> Iterator[CameraDoor]:
    with CameraDoor(tmp_path) as door:
        yield door


@pytest.fixture
def stick(house: House) -> str:
    """A thing with a label, since yesterday."""
    code = house.stands(STICK, on="A1")
    house.wait(days=1)
    return code


def test_a_storekeeper_aims_the_camera_and_sees_what_it_reads(
    house: House, stick: str, door: CameraDoor, desk: Terminal
) -> None:
    _, badge = house.at_desk(badges.add, name="Liv", pin=PIN, role="storekeeper")
    door.scan(badge)
    desk.wait_for(t("Type your PIN, then Enter."))
    door.take_away()
    desk.press(PIN + ENTER)
    desk.wait_for(t("Good to see you, %(name)s.", name="Liv"))
    desk.press("9")
    desk.wait_for(f"> {t('Set aside')}")
    desk.press(END + ENTER)
    desk.wait_for(t("Nothing is read here. Hold a label where people will hold it."))
    door.scan(stick)
    said = desk.wait_for(t("Scanned: %(what)s", what="").strip())
    assert spoken(stick) in said
    desk.wait_for(t("Reads: %(what)s", what="").strip())
