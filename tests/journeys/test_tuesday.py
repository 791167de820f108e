"""The Tuesday morning: in a real terminal in bokmål, and once more in English; and the guides that tell of it.

A press prints the labels, which are read back from its paper and scanned. What a guide quotes of the screen has to have
stood on it that morning.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy
import pytest

from depot import settings
from depot.checking import check
from depot.states import State
from depot.tables import item_state, loan, repair_order, stocktake_decision
from depot.words import Words, words_in
from inventory import recalls, work
from labels import raster
from labels.reading import stills
from tests.depot.house import House
from tests.driver import Terminal
from tests.inventory.desk.driver import Sitting
from tests.journeys import tuesday
from tests.journeys.clock import MovedClock
from tests.labels.pressroom import drained

GUIDES = Path(__file__).parents[2] / "docs" / "desk"
ROOM = (100, 30)
KEYS = {"enter": "\r", "back": "\x1b", "out": "\x1b[20~"}
DOWN, UP = "\x1b[B", "\x1b[A"


def _pattern(wanted: str) -> re.Pattern[str]:
    """A text; a number at its end, told by a blank behind it, is the whole number."""
    return re.compile(re.escape(wanted.rstrip()) + (r"(?!\d)" if wanted.endswith(" ") else ""))


class AtTerminal:
    """A storekeeper at a real terminal."""

    def __init__(self, terminal: Terminal, words: Words) -> None:
        self.words, self.seen, self._terminal = words, [""], terminal

    def scan(self, code: str, wanted: str) -> None:
        self._terminal.scan(code)
        self._wait(wanted)

    def press(self, key: str, wanted: str) -> None:
        self._terminal.send(KEYS[key].encode())
        self._wait(wanted)

    def type(self, text: str, wanted: str) -> None:
        self._terminal.press(text)
        self._wait(wanted)

    def act(self, label: str, wanted: str) -> None:
        self._terminal.send(self._digit_beside(label).encode())
        self._wait(wanted)

    def choose(self, row: str, wanted: str) -> None:
        self.seen.append(self._terminal.wait_for(row))
        lines = self._terminal.screen
        chosen = [at for at, line in enumerate(lines) if at > 1 and line.startswith(">")]
        if chosen:
            down = next(at for at, line in enumerate(lines) if at > 1 and row in line) - chosen[0]
            self._terminal.send(((DOWN if down > 0 else UP) * abs(down)).encode())
            self._terminal.wait_for(re.compile(rf"^>.*{re.escape(row)}", re.MULTILINE))
            self._terminal.send(b"\r")
        else:
            self._terminal.send(self._digit_beside(row).encode())
        self._wait(wanted)

    def _digit_beside(self, label: str) -> str:
        beside = re.compile(rf"(\d) {re.escape(label)}")
        found = beside.search(self._terminal.wait_for(beside))
        assert found
        return found[1]

    def sees(self, text: str) -> bool:
        return text in self._terminal.text

    def _wait(self, wanted: str) -> None:
        self._terminal.wait_for(_pattern(wanted))
        # A page may come in two pieces, and all of it is quoted.
        self.seen.append(self._terminal.settle(0.03))


class AtSession:
    """The same without a terminal."""

    def __init__(self, sitting: Sitting, words: Words) -> None:
        self.words, self.seen, self._sitting = words, [""], sitting

    def scan(self, code: str, wanted: str) -> None:
        self._sitting.scan(code)
        self._look(wanted)

    def press(self, key: str, wanted: str) -> None:
        self._sitting.press(key)
        self._look(wanted)

    def type(self, text: str, wanted: str) -> None:
        self._sitting.type(text, enter=False)
        self._look(wanted)

    def act(self, label: str, wanted: str) -> None:
        self._sitting.act(label)
        self._look(wanted)

    def choose(self, row: str, wanted: str) -> None:
        self._sitting.choose(row)
        self._look(wanted)

    def sees(self, text: str) -> bool:
        return text in self._sitting.see(*ROOM)

    def _look(self, wanted: str) -> None:
        page = self._sitting.see(*ROOM)
        assert _pattern(wanted).search(page), f"{wanted!r} is not on the page:\n{page}"
        self.seen.append(page)


@pytest.fixture
def printer(house: House) -> Path:
    """Settings with a label printer: a folder, whose paper is labels on a roll."""
    file = house.file.parent / "tuesday.toml"
    file.write_text(
        f'database = "sqlite:///{house.file}"\n[station]\nclock = "trusted"\nballast_mb = 0\n'
        f'[[printer]]\nname = "labels"\nuri = "folder://{house.file.parent}/printed"\nmedium = "62x29"\n',
        "utf-8",
    )
    return file


def on_paper(house: House, printer: Path) -> list[str]:
    """Let the press print what waits, and read what came out, label for label."""
    drained(house, printer)
    found: list[str] = []
    for document in sorted((house.file.parent / "printed").glob("*.pdf")):
        for page in raster.pages(document, 200):
            read = {code.text for code in stills.read(numpy.asarray(page.convert("L")))}
            assert len(read) == 1, read
            found += read
    return found


@contextmanager
def at_terminal(house: House, printer: Path, language: str) -> Iterator[AtTerminal]:
    """Open `depot desk` in a terminal of its own."""
    clock = MovedClock(house.file.parent / "clock")
    clock.begin()
    clock.jump_to(house.now)
    argv = [
        sys.executable,
        "-m",
        "tests.journeys.desk_under_test",
        str(house.file.parent / "clock"),
        language,
    ]
    folder = str(house.file.parent)
    env = {"DEPOT_SETTINGS": str(printer), "XDG_STATE_HOME": folder, "XDG_CACHE_HOME": folder}
    with Terminal(argv, columns=ROOM[0], rows=ROOM[1], env=env) as terminal:
        yield AtTerminal(terminal, words_in(language))


def stands_as_told(house: House, depot: tuesday.Depot) -> None:
    """What the ledger says after that morning."""
    assert {house.state(one) for one in depot.washed} == {State.AVAILABLE}
    states = [house.state(one) for one in depot.broken]
    assert states == [State.CLEANING, *[State.REPAIR] * 4]
    assert len([one for one in house.rows(repair_order) if one.closed_at is None]) == 4
    rollators = house.rows(item_state, shelf=depot.rollators_shelf)
    assert [row.state for row in rollators] == [State.AVAILABLE.value] * 24
    assert house.state(depot.not_there) is State.MISSING
    assert house.state(depot.from_elsewhere) is State.AVAILABLE
    assert house.state(depot.on_loan) is State.RETURNED
    assert {row.item for row in house.rows(stocktake_decision)} == {
        depot.not_there,
        depot.from_elsewhere,
        depot.on_loan,
    }
    (open_loan,) = [row for row in house.rows(loan) if row.ended is None]
    assert open_loan.item == depot.recalled_out
    (recall,) = house.look(recalls.listing, house.station)
    assert (recall.inside, recall.out, recall.told) == (1, 1, 1)
    assert house.look(work.unfinished, house.station) == ()
    report = check(house.file)
    assert report.ok, report.broken


def quoted(guide: Path) -> list[str]:
    """What a guide quotes of the screen: whatever stands in its code spans."""
    return re.findall(r"`([^`\n]+)`", guide.read_text("utf-8"))


def is_told_truly(guide: Path, seen: list[str]) -> None:
    """Everything that the guide quotes has stood on the screen."""
    pages = re.sub(r"\s+", " ", " ".join(seen))
    quotes = quoted(guide)
    assert len(quotes) > 20
    assert [one for one in quotes if re.sub(r"\s+", " ", one) not in pages] == []


def test_a_tuesday_in_a_terminal_as_the_norwegian_guide_tells_it(house: House, printer: Path) -> None:
    depot = tuesday.furnish(house)
    with at_terminal(house, printer, "nb") as hands:
        tuesday.morning(hands, depot, lambda: on_paper(house, printer))
    stands_as_told(house, depot)
    is_told_truly(GUIDES / "veiledning.nb.md", hands.seen)


def test_the_same_tuesday_as_the_english_guide_tells_it(house: House, printer: Path) -> None:
    depot = tuesday.furnish(house)
    sitting = Sitting(house.ledger, settings.load({}, printer), house.now, acting=None, language="en")
    hands = AtSession(sitting, words_in("en"))
    tuesday.morning(hands, depot, lambda: on_paper(house, printer))
    stands_as_told(house, depot)
    is_told_truly(GUIDES / "guide.en.md", hands.seen)
