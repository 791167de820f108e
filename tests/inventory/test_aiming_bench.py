"""Aim the camera: what a real camera's process sees and reads stands on the page, and nothing is opened meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain

import numpy as np
import pytest

from depot import codes
from depot.settings import Scanner
from inventory.screens.layout import lay_out
from kiosk.terminal.camera import CameraReader
from tests.depot.house import STICK, House, settings_for
from tests.inventory.desk.driver import Sitting
from tests.labels.camera.filming import Grey, Table
from tests.labels.reading.pictures import CARD, qr
from tests.shown import NetworkCamera

TABLE = Table()
DARK = np.full((270, 480), 12, dtype=np.uint8)
YELLOW = 0xFFDD00


def square(code: str, dots: int = 4) -> Grey:
    """A QR code on a piece of paper."""
    return qr(code, dots=dots)[40:-40, 40:-40]


@pytest.fixture(scope="module")
def camera() -> Iterator[NetworkCamera]:
    with NetworkCamera([DARK]) as camera:
        yield camera


@pytest.fixture(scope="module")
def reader(camera: NetworkCamera) -> Iterator[CameraReader]:
    """The reader of it, as the desk has one; it has given a picture."""
    made = CameraReader(Scanner(name="above", kind="camera", device=camera.address))
    made.start(lambda _: None)
    ends = time.monotonic() + 30
    while made.still(0.5) is None:
        assert time.monotonic() < ends
        time.sleep(0.05)
    yield made
    made.stop()


@pytest.fixture
def desk(house: House, reader: CameraReader) -> Sitting:
    """The page, opened from the first one."""
    sitting = Sitting(house.ledger, settings_for(house.file), house.now, cameras=[reader], idle_seconds=1e9)
    sitting.act("More")
    sitting.choose("Aim the camera")
    assert sitting.title == "Aim the camera"
    return sitting


def looks_until(desk: Sitting, words: str) -> str:
    """Have a second pass until the page, which looks again by itself, says these words."""
    ends = time.monotonic() + 30
    while words not in desk.see():
        assert time.monotonic() < ends, desk.see()
        time.sleep(0.05)
        desk.clock.seconds += 1
        desk.session.tick()
    return desk.see()


def dots_of(desk: Sitting) -> list[int]:
    """All dots of the picture."""
    spans = chain.from_iterable(lay_out(desk.session.shown, 120, 40))
    return [dot for span in spans if span.dots is not None for dot in span.dots]


def test_the_page_says_what_is_read_marks_it_and_names_nobody(
    house: House, camera: NetworkCamera, desk: Sitting
) -> None:
    camera.show(DARK)
    assert "too dark" in looks_until(desk, "Nothing is read here.")
    assert YELLOW not in dots_of(desk)
    stick = house.stands(STICK, on="A1")
    camera.show(TABLE.with_((square(CARD), 40, 60), (square(stick), 280, 60)))
    said = looks_until(desk, codes.spoken(stick))
    assert "a card" in said
    assert codes.spoken(CARD) not in said
    assert "480 × 270" in said
    assert "good" in said
    assert YELLOW in dots_of(desk)


def test_a_label_that_is_small_in_the_picture_is_said_to_be(
    house: House, camera: NetworkCamera, desk: Sitting
) -> None:
    stick = house.stands(STICK, on="A1")
    camera.show(TABLE.with_((qr(stick, dots=2)[40:-40, 40:-40], 200, 60)))
    assert codes.spoken(stick) in looks_until(desk, "bring the camera nearer")


def test_what_is_scanned_meanwhile_is_said_and_the_page_stays(house: House, desk: Sitting) -> None:
    stick = house.stands(STICK, on="A1")
    assert codes.spoken(stick) in desk.scan(stick)
    assert (desk.title, desk.tone) == ("Aim the camera", "read")
    desk.press("back", "back")
    assert desk.title == "Today"


def test_a_camera_that_is_gone_is_said_and_seen_again_when_it_is_back(
    camera: NetworkCamera, desk: Sitting
) -> None:
    camera.unplug()
    looks_until(desk, "No picture comes from the camera.")
    camera.plug_in()
    looks_until(desk, "480 × 270")


def test_a_desk_without_a_camera_has_no_such_page(house: House) -> None:
    sitting = Sitting(house.ledger, settings_for(house.file), house.now)
    sitting.act("More")
    assert "camera" not in sitting.see()
