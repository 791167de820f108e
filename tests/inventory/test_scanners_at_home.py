"""A scanner that a screen should hear and does not stands on the desk's first page, until it is back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import serial

from depot.absences import Absences, absent
from depot.clock import SystemClock
from depot.settings import Scanner
from inventory.desk.app import DeskApp
from kiosk.terminal.doorway import ScannerPresence
from tests.depot.house import House, settings_for
from tests.inventory.desk.driver import Sitting
from tests.kiosk.plugged import Plugged

HERE = "Scanner that does not answer: counter"


@pytest.fixture
def kiosk(house: House) -> Iterator[Absences]:
    """The word of another screen on the same ledger."""
    word = Absences(house.file)
    yield word
    word.close()


def at_home(house: House, **after: float) -> Sitting:
    return Sitting(house.ledger, settings_for(house.file), house.now + timedelta(**after))


def test_it_is_there_after_a_minute_with_the_time_and_gone_when_the_scanner_is_back(
    house: House, kiosk: Absences
) -> None:
    kiosk.tell("counter", is_there=False, now=house.now)
    kiosk.tell("counter", is_there=False, now=house.now + timedelta(minutes=2))
    assert HERE not in at_home(house, seconds=50).see(80, 24)
    desk = at_home(house, minutes=3)
    gone_at = f"{house.now.astimezone(settings_for(house.file).time_zone):%H:%M}"
    assert any(HERE in line and gone_at in line for line in desk.see(80, 24).splitlines())
    assert desk.choose(HERE) == (
        f"The scanner counter has not answered since {gone_at}. Look at its cable; the log says more."
    )
    kiosk.tell("counter", is_there=True, now=house.now)
    assert desk.press("enter") == "It answers again."
    assert HERE not in at_home(house, minutes=3).see(80, 24)


def test_of_several_that_are_missing_each_is_named(house: House, kiosk: Absences) -> None:
    other = Absences(house.file)
    kiosk.tell("counter", is_there=False, now=house.now)
    other.tell("camera", is_there=False, now=house.now)
    seen = at_home(house, days=1).see(80, 24)
    assert HERE in seen
    assert "Scanner that does not answer: camera" in seen
    assert f"{house.now:%d.%m.}" in seen
    other.close()
    assert absent(house.file).keys() == {"counter"}


def test_a_screen_that_was_killed_has_nothing_to_say_and_the_next_one_clears_up(house: House) -> None:
    screen = (
        "import sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from depot.absences import Absences\n"
        "Absences(Path(sys.argv[1])).tell('counter', is_there=False, now=datetime.now(UTC))\n"
        "print('said', flush=True)\n"
        "sys.stdin.read()\n"
    )
    argv = [sys.executable, "-c", screen, str(house.file)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as dead:
        assert dead.stdout
        dead.stdout.readline()
        assert absent(house.file).keys() == {"counter"}
        dead.kill()
    assert absent(house.file) == {}
    word = Absences(house.file)
    word.tell("camera", is_there=False, now=house.now)
    assert len(list(house.file.parent.glob("*.scanners-*"))) == 1
    word.tell("camera", is_there=True, now=house.now)
    assert list(house.file.parent.glob("*.scanners-*")) == []


def test_what_somebody_else_put_there_is_nobodys_word(house: House) -> None:
    house.file.with_name(f"{house.file.name}.scanners-mine").write_text('{"counter": "yesterday"}')
    assert absent(house.file) == {}
    assert HERE not in at_home(house).see(80, 24)


class Desk(DeskApp):
    """A desk that says what it was told of its scanners."""

    told: asyncio.Queue[str]

    def on_scanner_presence(self, message: ScannerPresence) -> None:
        self.told.put_nowait(message.presence.why)


async def test_a_scanner_that_a_kiosk_beside_the_desk_reads_is_not_said_to_be_silent(
    house: House, tmp_path: Path
) -> None:
    with Plugged(tmp_path / "line") as line:
        scanner = Scanner(name="counter", kind="serial", device=str(line.device))
        settings = replace(settings_for(house.file), scanners=(scanner,))
        desk = Desk(house.ledger, settings, SystemClock(), sounds_folder=tmp_path, language="en")
        desk.told = asyncio.Queue()
        kiosk = serial.Serial(scanner.device, exclusive=True)
        async with desk.run_test(), asyncio.timeout(20):
            assert "lock" in await desk.told.get()
            assert absent(house.file) == {}
            kiosk.close()
            assert scanner.device in await desk.told.get()
            line.unplug()
            await desk.told.get()
            assert absent(house.file).keys() == {"counter"}
        assert absent(house.file) == {}
