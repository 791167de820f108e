"""One Pi, one screen: a badge at the locked kiosk brings the desk, signed in; signing out or going away the kiosk."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from depot import badges, tables
from depot.codes import Kind
from depot.own import mint
from depot.states import State
from tests.depot.house import STICK, House
from tests.driver import Terminal
from tests.journeys.station import ENTER, ROOT, WELCOME, Station

BADGE, PIN = mint(Kind.BADGE, "7315208"), "482915"
ASKED, NAME, TODAY = "Tast PIN-koden", "Lise Lager", "I dag"
SCAN_YOUR_BADGE, STILL_THERE = "Skann kortet ditt for ansatte.", "Ingen har rørt en tast på en stund."
HOME = "er levert tilbake. Sett den ved"
F9 = "\x1b[20~"


class OneScreen(Station):
    """The launcher on a terminal, with the kiosk and the desk behind it."""

    @property
    def argv(self) -> Sequence[str]:
        return [str(ROOT / "scripts" / "station"), "--depot", str(self.folder / "depot")]

    def is_there(self, *texts: str) -> None:
        """Wait until all of these stand on the screen, whichever program's it is."""
        self.terminal.wait_until(lambda: all(text in self.said for text in texts), what=f"all of {texts}")

    def signs_in(self) -> None:
        """Show a badge at the kiosk, and type its PIN."""
        self.scan(BADGE, ASKED)
        self.terminal.send((PIN + ENTER).encode())
        self.is_there(TODAY, NAME)


def employ(house: House) -> None:
    house.at_desk(badges.add, name=NAME, pin=PIN, role="storekeeper", badge=BADGE)


@pytest.fixture(scope="module")
def folder(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger, and a command beside it that the launcher starts."""
    folder = tmp_path_factory.mktemp("one-screen")
    shutil.copytree(founded, folder, dirs_exist_ok=True)
    command = folder / "depot"
    command.write_text(
        f"#!{sys.executable}\nimport sys\nfrom pathlib import Path\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.journeys.one_screen_under_test import main\n"
        f"sys.exit(main(sys.argv[1:], Path({str(folder)!r})))\n"
    )
    command.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def screen(folder: Path) -> Iterator[OneScreen]:
    state = {"XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
    with OneScreen(folder, furnish=employ, columns=80, rows=24, environment=state) as one:
        yield one


def test_a_badge_brings_the_desk_signed_in_a_return_comes_home_there_and_f9_brings_the_kiosk(
    screen: OneScreen,
) -> None:
    house = screen.house
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)

    screen.signs_in()
    assert screen.rows(tables.handed_over) == []
    screen.terminal.scan(item)
    screen.is_there(HOME, NAME)
    assert screen.house.state(item) is not State.ON_LOAN
    assert "Kari" not in screen.said

    screen.terminal.press([F9])
    screen.says(WELCOME)
    assert NAME not in screen.said


def test_a_desk_that_nobody_touches_says_so_goes_on_at_a_key_and_else_gives_the_screen_back(
    screen: OneScreen,
) -> None:
    screen.signs_in()
    screen.clock.jump(seconds=160)
    screen.is_there(STILL_THERE, NAME)
    screen.terminal.press(["9"])  # it answers, and does nothing else
    screen.says_no(STILL_THERE)
    assert TODAY in screen.said
    screen.clock.jump(seconds=140)
    screen.terminal.pause(0.2)
    assert NAME in screen.said
    screen.clock.jump(seconds=41)
    screen.says(WELCOME)
    assert NAME not in screen.said


def test_a_desk_that_no_badge_has_brought_asks_for_one_takes_returns_and_gives_up_after_a_minute(
    screen: OneScreen, folder: Path
) -> None:
    house = screen.house
    item = house.stands(STICK)
    house.lends(house.confirmed("Ola Testesen"), item)
    command, env = [str(folder / "depot"), "desk", "--station"], os.environ | screen.env
    with Terminal(command, columns=80, rows=24, env=env, cwd=ROOT) as desk:
        desk.wait_for(SCAN_YOUR_BADGE)
        desk.scan(item)
        desk.wait_for(HOME)
        assert screen.house.state(item) is not State.ON_LOAN
        screen.clock.jump(seconds=61)
        assert desk.exit_status() == 0
        assert desk.sane
