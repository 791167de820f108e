"""A kiosk and two desks at once on one ledger file, each a process in a terminal of its own; and a desk that is killed.

Three pairs of hands act at the same moment, round after round: what the kiosk takes home one desk washes in the next
round, the other moves in the one after it, and the kiosk lends it again. Whatever a screen has answered is in the
ledger once, and nobody has noticed the others.
"""

from __future__ import annotations

import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

from depot import badges, own
from depot.checking import check
from depot.states import State
from depot.tables import desk_work, item, loan, product
from depot.words import words_in
from inventory import names, work
from tests.depot.house import ROLLATOR, STICK, STOOL, House
from tests.driver import PATIENCE, Terminal
from tests.journeys.clock import MovedClock
from tests.journeys.station import ENTER, ROOT, Station

LANGUAGE, PIN = "nb", "2580"
ESC, F5 = "\x1b", "\x1b[15~"
HOME, OPEN, LENT = "Takk! Nå er den levert tilbake", "Kortet ditt er åpent", "Lånet er i orden"
TROUBLE = re.compile("locked|LedgerBusy|ledger=|=failed|not_stored|Traceback")
"""What no log may say."""
LINES = (STICK, STOOL)

t, n = words_in(LANGUAGE).t, words_in(LANGUAGE).n
TO_WASH = t("Scan each thing when it is washed and looked over.")
WASHED, MOVED, SHELVED = t("washed"), t("moved"), t("on the shelf")

Deed = Callable[[], object]


class Keeper:
    """Somebody with a badge: scans, presses the digits that stand on the screen, and reads each answer.

    Args:
        house: whose badge it is.
    """

    terminal: Terminal

    def __init__(self, house: House, name: str) -> None:
        self._name = name
        self.id, self._badge = house.at_desk(badges.add, name=name, pin=PIN, role="storekeeper")
        self.pages: list[str] = []
        """The page after every answer."""

    def sits_down(self, at: Terminal) -> None:
        """Show the badge at a desk that has just been opened, and type its PIN."""
        self.terminal = at
        at.wait_for(t("Scan your badge."))
        self.scans(self._badge, t("Type your PIN, then Enter."))
        at.press(PIN)
        self.sends(ENTER, t("Good to see you, %(name)s.", name=self._name))

    def scans(self, code: str, *wanted: str) -> None:
        """Scan, and read until all of this stands on the page."""
        self.sends(f"{code}\r", *wanted)

    def presses(self, label: str, *wanted: str) -> None:
        """Press the digit that stands beside these words, and read on."""
        beside = re.compile(rf"(\d) {re.escape(label)}")
        found = beside.search(self.terminal.wait_for(beside))
        assert found is not None
        self.sends(found[1], *wanted)

    def sends(self, keys: str, *wanted: str) -> None:
        """Send keys, and read on; where a number ends what is wanted, it is the whole number."""
        self.terminal.send(keys.encode())
        patterns = [re.compile(rf"{re.escape(one)}(?!\d)") for one in wanted]
        self.terminal.wait_until(
            lambda: all(one.search(self.terminal.text) for one in patterns), what=f"all of {wanted}"
        )
        self.pages.append(self.terminal.text)

    def goes_on_with(self, what: str, *wanted: str) -> None:
        """Press Enter on Today's first row, which is what was left half done."""
        self.terminal.wait_for(t("Unfinished: %(what)s", what=what))
        self.sends(ENTER, *wanted)

    def is_cut_off(self) -> None:
        """Lose the desk as in a power cut."""
        self.terminal.kill(signal.SIGKILL)
        assert self.terminal.exit_status() == -signal.SIGKILL


def desk(folder: Path, env: Mapping[str, str]) -> Terminal:
    """A desk on the ledger and the clock in a folder."""
    launcher = ["-m", "tests.journeys.desk_under_test", str(folder / "clock"), LANGUAGE]
    return Terminal([sys.executable, *launcher], columns=100, rows=30, env=env, cwd=ROOT)


def desk_log(folder: Path) -> str:
    """What the desks on the ledger in a folder have logged."""
    said = "".join(one.read_text("utf-8") for one in folder.rglob("desk.log"))
    assert "scan=item" in said, said
    return said


def lent_out(house: House, number: int) -> list[str]:
    """Things of two lines in turn, lent to somebody."""
    card = house.confirmed("Ola Annensen")
    things = [house.stands(LINES[at % 2], on="A1") for at in range(number)]
    for thing in things:
        house.lends(card, thing)
    return things


def is_sound(house: House) -> None:
    report = check(house.file)
    assert report.ok, report.broken


def deeds(house: House, thing: str, kind: str) -> list[str | None]:
    """Who has done this to a thing, as often as it was done."""
    return [one.by for one in house.events(thing) if one.kind == kind]


# --- everybody at once -------------------------------------------------------------------------------

TRAVELLING, WAITING = 14, 16
"""Things that go from hand to hand, and things that both desks wash in one run."""


class InEarnest(Station):
    """A kiosk that waits for other writers as long as it does in earnest."""

    @property
    def argv(self) -> Sequence[str]:
        return [*super().argv, "10"]


@pytest.fixture
def kiosk(founded: Path, tmp_path: Path) -> Iterator[Station]:
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    with InEarnest(tmp_path) as station:
        yield station


def at_once(*everybody: Sequence[Deed | None]) -> None:
    """Let everybody act at the same moment, round by round; None lets a round go by."""
    assert len({len(rounds) for rounds in everybody}) == 1
    gate = Barrier(len(everybody), timeout=3 * PATIENCE)

    def act(rounds: Sequence[Deed | None]) -> None:
        try:
            for deed in rounds:
                gate.wait()
                if deed is not None:
                    deed()
        except BaseException:
            gate.abort()
            raise

    with ThreadPoolExecutor(len(everybody)) as pool:
        acting = [pool.submit(act, rounds) for rounds in everybody]
    failed = [why for one in acting if (why := one.exception()) is not None]
    for why in sorted(failed, key=lambda why: isinstance(why, BrokenBarrierError)):
        raise why


def test_a_kiosk_and_two_desks_at_once_lose_nothing_and_nobody_notices(kiosk: Station) -> None:
    travelling, waiting = lent_out(kiosk.house, TRAVELLING), lent_out(kiosk.house, WAITING)
    card, shelf = kiosk.house.confirmed(), kiosk.house.shelf("B1")
    kiosk.clock.jump(days=3)
    for thing in waiting:
        kiosk.house.brings(thing)
    before = len(kiosk.house.events())
    liv, siri = Keeper(kiosk.house, "Liv"), Keeper(kiosk.house, "Siri")

    with desk(kiosk.folder, kiosk.env) as one, desk(kiosk.folder, kiosk.env) as other:
        liv.sits_down(one)
        siri.sits_down(other)
        liv.presses(t("Wash"), TO_WASH)
        siri.presses(t("Move"), f"{MOVED} 0")
        siri.scans(shelf, t("Scan what stands on %(shelf)s now.", shelf="B1"))
        from_hand_to_hand(kiosk, liv, siri, travelling)
        ends_the_run(liv, TRAVELLING)

        siri.sends(ESC, f"> {t('Move')}  ")
        siri.sends(ESC, t("What waits"))
        siri.presses(t("Wash"), TO_WASH)
        kiosk.start_over()
        kiosk.scan(card, OPEN)
        in_one_run(kiosk, liv, siri, lend=travelling, wash=waiting)
        ends_the_run(liv, WAITING)

    everything = [(one.kind, one.by) for thing in travelling for one in kiosk.house.events(thing)[3:]]
    assert (
        everything
        == [("check_in", None), ("cleaned", liv.id), ("moved", siri.id), ("check_out", None)] * TRAVELLING
    )
    washed = [deeds(kiosk.house, thing, "cleaned") for thing in waiting]
    assert washed == [[liv.id]] * (WAITING // 2) + [[siri.id]] * (WAITING // 2)
    assert len(kiosk.house.events()) - before == 4 * TRAVELLING + WAITING
    assert all(kiosk.lent_to(thing, card) for thing in travelling)
    assert all(one.due for one in kiosk.rows(loan)), "whoever borrowed while others wrote was told a date"
    assert len(kiosk.rows(desk_work)) == 2
    assert kiosk.house.look(work.unfinished, kiosk.house.station) == ()
    for page in (*liv.pages, *siri.pages):
        assert t("That was not stored. Try again in a moment.") not in page
        assert "!!" not in page
    assert not TROUBLE.search(kiosk.log.read_text("utf-8") + desk_log(kiosk.folder))
    is_sound(kiosk.house)


def from_hand_to_hand(kiosk: Station, liv: Keeper, siri: Keeper, things: list[str]) -> None:
    """What the kiosk takes home Liv washes a round later, and Siri puts on another shelf in the round after that."""
    home, washed, moved = list[Deed](), list[Deed](), list[Deed]()
    for at, thing in enumerate(things, 1):
        home.append(partial(kiosk.scan, thing, HOME, f"{at} ting"))
        washed.append(partial(liv.scans, thing, f"{WASHED} {at}"))
        moved.append(partial(siri.scans, thing, f"{MOVED} {at}"))
    at_once([*home, None, None], [None, *washed, None], [None, None, *moved])


def in_one_run(kiosk: Station, liv: Keeper, siri: Keeper, *, lend: list[str], wash: list[str]) -> None:
    """Two desks begin a run at the same moment, which is one run, while the kiosk lends what stands there."""
    named = [kiosk.house.look(names.of_line, line, LANGUAGE) for line in LINES]
    clean = [t("%(name)s is clean. It goes to %(place)s.", name=name, place="A1") for name in named]
    lent = [partial(kiosk.scan, thing, LENT, f"{at} ting") for at, thing in enumerate(lend, 1)]
    half, rest = len(wash) // 2, [None] * (len(lend) - len(wash) // 2)
    livs = [partial(liv.scans, thing, clean[at % 2]) for at, thing in enumerate(wash[:half])]
    siris = [partial(siri.scans, thing, clean[at % 2]) for at, thing in enumerate(wash[half:])]
    at_once(lent, [*livs, *rest], [*siris, *rest])
    kiosk.clock.jump(seconds=21)  # each desk looks again at what the other has done
    for keeper in (liv, siri):
        keeper.terminal.wait_for(f"{WASHED} {len(wash)}")


def ends_the_run(keeper: Keeper, washed: int) -> None:
    said = n("The run is done: %(n)d thing washed.", "The run is done: %(n)d things washed.", washed)
    keeper.presses(t("The run is done"), said)


# --- one desk ----------------------------------------------------------------------------------------


@pytest.fixture
def opened(house: House) -> Callable[[], Terminal]:
    """Open a desk on a house, on a clock that goes on from where the house's stands."""
    folder = house.file.parent
    (folder / "depot.toml").touch()
    env = {
        "DEPOT_DATABASE": f"sqlite:///{house.file}",
        "DEPOT_SETTINGS": str(folder / "depot.toml"),
        "DEPOT_STATION_CLOCK": "trusted",
        "DEPOT_STATION_BALLAST_MB": "0",
        "XDG_STATE_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
    }

    def open_one() -> Terminal:
        clock = MovedClock(folder / "clock")
        clock.begin()
        clock.jump_to(house.now)
        return desk(folder, env)

    return open_one


def test_a_killed_desk_has_kept_what_it_said_and_its_work_goes_on(
    house: House, opened: Callable[[], Terminal]
) -> None:
    things, shelf = lent_out(house, 5), house.shelf("B2")
    labels = [own.mint(own.Kind.ITEM, f"9000{number:03d}") for number in range(4)]
    (line,), stick = house.rows(product, code=ROLLATOR), house.look(names.of_line, STICK, LANGUAGE)
    house.wait(days=3)
    for thing in things:
        house.brings(thing)
    house.wait(minutes=1)
    liv = Keeper(house, "Liv")

    with opened() as terminal:
        liv.sits_down(terminal)
        liv.presses(t("Wash"), TO_WASH)
        for at, thing in enumerate(things[:2], 1):
            liv.scans(thing, f"{WASHED} {at}")
        rung = terminal.bells
        terminal.scan(things[2])
        terminal.wait_until(lambda: terminal.bells > rung, what="the sound of a deed that is done")
        liv.is_cut_off()
    assert [deeds(house, thing, "cleaned") for thing in things] == [[liv.id]] * 3 + [[]] * 2

    with opened() as terminal:
        liv.sits_down(terminal)
        liv.goes_on_with(t("a wash run"), f"{WASHED} 3")
        liv.scans(
            things[2], t("%(name)s is in this run already. It goes to %(place)s.", name=stick, place="A1")
        )
        for at, thing in enumerate(things[3:], 4):
            liv.scans(thing, f"{WASHED} {at}")
        ends_the_run(liv, 5)
        liv.sends(ESC, t("Nothing waits."))
        liv.presses(t("Receive"), t("Choose the line"))
        liv.scans(line.label, t("Number of pieces"))
        liv.sends("4", "4_")
        for label in ("Owner", "Price of one", "Arrived on"):
            liv.sends(ENTER, f"> {t(label)}")
        liv.sends(ENTER, t("Scan the shelf where they will stand, or choose it."))
        liv.scans(shelf, t("Which labels do they get?"))
        liv.presses(t("Labels that are printed already"), f"{SHELVED} 0")
        for at, label in enumerate(labels[:2], 1):
            liv.scans(label, f"{SHELVED} {at}")
        terminal.scan(labels[2])
        liv.is_cut_off()
    kept = len(house.rows(item, product=ROLLATOR))
    assert kept in (2, 3), "what was scanned when the power went is there or is not"

    with opened() as terminal:
        liv.sits_down(terminal)
        liv.goes_on_with(t("receiving"), f"{SHELVED} {kept}")
        liv.scans(labels[2], f"{SHELVED} 3")
        liv.scans(labels[3], f"{SHELVED} 4")
        liv.sends(ESC, t("Nothing waits."))

    assert [deeds(house, thing, "cleaned") for thing in things] == [[liv.id]] * 5
    assert {one.code for one in house.rows(item, product=ROLLATOR)} == set(labels)
    assert [(deeds(house, one, "received"), deeds(house, one, "shelved")) for one in labels] == [
        ([liv.id],) * 2
    ] * 4
    assert {house.state(one) for one in (*things, *labels)} == {State.AVAILABLE}
    assert house.look(work.unfinished, house.station) == ()
    is_sound(house)


def test_a_desk_where_nothing_happens_paints_nothing_and_f5_everything(
    house: House, opened: Callable[[], Terminal]
) -> None:
    house.wait(minutes=1)
    with opened() as terminal:
        terminal.wait_for(t("help"))
        terminal.pause(0.2)  # a page is painted row by row
        page, painted = terminal.text, len(terminal.output)
        terminal.pause(0.2)
        assert len(terminal.output) == painted, "some ticks have passed"
        terminal.send(F5.encode())
        terminal.wait_until(lambda: len(terminal.output) > painted + len(page), what="the page anew")
        assert terminal.text == page
