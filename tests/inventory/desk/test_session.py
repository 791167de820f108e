"""A sitting at the desk: who is acting, what keys and scans mean everywhere, and what is kept when somebody leaves."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Mapping

import pytest

from depot import badges, codes, lending
from depot.errors import LedgerBusy
from depot.states import State
from inventory import work
from inventory.benches import registry
from inventory.desk import acting
from inventory.desk.bench import At, Bench, Fill, Turn, Undo, good
from inventory.desk.session import Doors
from inventory.desk.views import Act, Column, Field, Row, Table, View
from tests.depot.house import NO_SUCH_ITEM, ROLLATOR, House, settings_for
from tests.inventory.desk.driver import STOREKEEPER, Sitting

PIN = "4711"


@pytest.fixture
def sitting(house: House) -> Sitting:
    """A storekeeper sits at the desk."""
    return Sitting(house.ledger, settings_for(house.file), house.now)


@pytest.fixture
def locked(house: House) -> Sitting:
    """Nobody is signed in."""
    return Sitting(house.ledger, settings_for(house.file), house.now, acting=None)


@pytest.fixture
def badge(house: House) -> str:
    """The badge of a member of staff whose PIN is 4711."""
    said = {"name": "Turid Test", "pin": PIN, "role": "manager"}
    return house.ledger.perform(lambda conn, _: badges.add(conn, now=house.now, **said))[1]


class Sums(Bench):
    """A bench for these tests: rows, acts, an answer to items, and a deed that is taken back."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self.heard: list[str] = []

    def view(self) -> View:
        rows = tuple(Row(f"row {n}", (f"row {n}",)) for n in range(30))
        return View(
            "Sums", table=Table((Column("Row"),), rows), acts=(Act("add", "Add"), Act("fall", "Fall"))
        )

    def scanned(self, scan: codes.Scan) -> Turn | None:
        if not isinstance(scan, codes.ItemCode):
            return None
        self.heard.append(scan.code)
        return good("heard")

    def opened(self, row: str) -> Turn:
        return good(f"opened {row}")

    def acted(self, act: str, row: str | None) -> Turn:
        if act == "fall":
            raise ZeroDivisionError
        self.heard.append(f"{act} {row}")
        return good("added", Undo("Take it away again?", self._take_away))

    def _take_away(self) -> Turn:
        self.heard.pop()
        return good("taken away")


@pytest.fixture
def sums(house: House, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """A storekeeper sits at the bench of these tests."""
    known = registry.doors()
    doors = Doors(home=Sums, sign_in=known.sign_in, common=known.common, search=known.search)
    monkeypatch.setattr("tests.inventory.desk.driver.doors", lambda: doors)
    return Sitting(house.ledger, settings_for(house.file), house.now)


def bench_of(sitting: Sitting) -> Sums:
    bench = sitting.session._seats[0].bench
    assert isinstance(bench, Sums)
    return bench


# --- who is acting ---


def test_a_badge_and_its_pin_sign_in(locked: Sitting, badge: str) -> None:
    assert "Scan your badge" in locked.see()
    locked.scan(badge)
    assert PIN not in locked.type(PIN, enter=False) + locked.see(), "a PIN is shown as dots"
    assert locked.press("enter") == "Good to see you, Turid Test."
    assert (locked.title, locked.session.acting.role) == ("Today", acting.Role.MANAGER)


def test_a_wrong_pin_and_an_unknown_badge_get_the_same_answer(locked: Sitting, badge: str) -> None:
    locked.scan(badge)
    wrong = locked.type("0000")
    locked.scan(codes.mint(codes.Kind.BADGE, "1234567"))
    assert locked.type(PIN) == wrong
    assert locked.tone == "bad"
    assert locked.session.acting is acting.NOBODY


def test_a_badge_without_a_scanner_is_typed_by_its_digits(locked: Sitting, badge: str) -> None:
    locked.type(codes.digits(badge))
    assert "PIN" in locked.see()
    locked.type(PIN)
    assert locked.title == "Today"


def test_another_badge_is_the_next_person(sitting: Sitting, badge: str) -> None:
    sitting.press("help")
    sitting.scan(badge)
    assert sitting.session.acting == STOREKEEPER, "until the PIN is right"
    sitting.type(PIN)
    assert sitting.session.acting.name == "Turid Test"
    assert sitting.title == "Today"


@pytest.mark.parametrize("ends", ["next badge", "signed out", "idle"])
def test_nothing_of_whoever_was_here_is_left_for_the_next_one(sums: Sitting, badge: str, ends: str) -> None:
    """Neither their pages, nor what they could take back, nor an answer: not even in memory."""
    sums.press("1")
    assert sums.session.said.text == "added"
    held = weakref.ref(bench_of(sums))
    if ends == "signed out":
        sums.press("out")
    elif ends == "idle":
        sums.clock.seconds = 180.0
        sums.session.tick()
    sums.scan(badge)
    assert "added" not in sums.see()
    sums.type(PIN)
    assert sums.session.acting.name == "Turid Test"
    gc.collect()
    assert held() is None
    assert sums.press("undo") == "There is nothing to undo."


def test_a_badge_by_mistake_is_put_away_with_esc(sitting: Sitting, badge: str) -> None:
    sitting.scan(badge)
    sitting.press("back")
    assert (sitting.title, sitting.session.acting) == ("Today", STOREKEEPER)


def test_a_first_page_that_cannot_be_shown_leaves_the_sign_in_standing(
    locked: Sitting, badge: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(_: object) -> View:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("inventory.benches.home.Home.view", fall)
        locked.scan(badge)
        assert locked.type(PIN) == "That did not work, and nothing was changed by it."
        assert locked.session.acting is acting.NOBODY
    locked.press("back")
    locked.scan(badge)
    locked.type(PIN)
    assert locked.title == "Today"


def test_nobody_for_three_minutes_signs_out_after_a_warning(sitting: Sitting) -> None:
    sitting.clock.seconds = 149
    sitting.session.tick()
    assert "Press any key" not in sitting.see()
    sitting.clock.seconds = 151
    sitting.session.tick()
    assert "Press any key" in sitting.see()
    sitting.press("down")
    assert "Press any key" not in sitting.see()
    sitting.clock.seconds = 151 + 181
    sitting.session.tick()
    assert sitting.session.acting is acting.NOBODY
    assert "Liv Lagermann" not in sitting.see()
    assert sitting.session.is_left


def test_the_key_that_answers_the_warning_does_nothing_else(sitting: Sitting) -> None:
    sitting.clock.seconds = 160
    sitting.press("out")
    assert sitting.session.acting == STOREKEEPER


def test_what_is_half_done_is_offered_first(house: House, sitting: Sitting) -> None:
    body = {"done": 12, "of": 24}
    house.do(work.begin, kind="receiving", body=body, by=STOREKEEPER.id)
    sitting.press("afresh")
    first = sitting.session.shown.view.table
    assert first is not None
    assert first.rows[0].cells[0] == "Unfinished: receiving, 12 of 24"


def test_signing_out_closes_every_page(sitting: Sitting) -> None:
    sitting.press("help", "out")
    assert sitting.session.shown.path == ()
    assert "Scan your badge" in sitting.see()


@pytest.mark.parametrize("key", ["search", "print", "undo", "0", "1"])
def test_nothing_opens_before_a_badge(locked: Sitting, key: str) -> None:
    locked.press(key)
    assert "Scan your badge" in locked.see()
    assert locked.session.acting is acting.NOBODY


# --- returns by anybody ---


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_return_is_scanned_at_any_time(house: House, signed_in: bool) -> None:
    thing = house.stands(ROLLATOR)
    house.do(lending.check_out, card=house.confirmed("Kari Testesen"), item=thing)
    desk = Sitting(
        house.ledger, settings_for(house.file), house.now, acting=STOREKEEPER if signed_in else None
    )
    said = desk.scan(thing)
    assert said == "Rollator, indoor has come home. Put it at VASK 1.", said
    assert desk.tone == "good"
    assert house.state(thing) is State.RETURNED
    assert "Testesen" not in desk.see()


def test_a_return_by_a_slip_is_taken_back(house: House, sitting: Sitting) -> None:
    thing = house.stands(ROLLATOR)
    house.do(lending.check_out, card=house.confirmed(), item=thing)
    sitting.scan(thing)
    sitting.press("undo")
    assert house.state(thing) is State.RETURNED, "only after its question"
    sitting.press("enter")
    assert house.state(thing) is State.ON_LOAN
    assert sitting.press("undo") == "There is nothing to undo."


# --- keys and scans that mean the same everywhere ---


def test_arrows_choose_and_enter_opens(sums: Sitting) -> None:
    sums.press("down", "down")
    assert sums.press("enter") == "opened row 2"
    sums.press("last")
    assert sums.press("enter") == "opened row 29"
    sums.press("page_up", "up")
    assert sums.press("enter") == "opened row 18"


def test_a_digit_does_what_stands_beside_it_to_the_chosen_row(sums: Sitting) -> None:
    sums.press("down", "1")
    assert bench_of(sums).heard == ["add row 1"]
    assert sums.press("7") == "That does nothing here."
    assert sums.tone == "bad"


def test_a_key_that_does_nothing_asks_the_ledger_nothing(sums: Sitting) -> None:
    before = sums.session.shown.view
    assert (sums.press("9"), sums.tone) == ("That does nothing here.", "bad")
    assert sums.session.shown.view is before


def test_what_was_done_last_is_taken_back_after_its_question(sums: Sitting) -> None:
    sums.press("1", "down", "1")
    sums.press("undo")
    assert "Take it away again?" in sums.see()
    sums.press("back")
    assert bench_of(sums).heard == ["add row 0", "add row 1"]
    sums.press("undo", "enter")
    assert bench_of(sums).heard == ["add row 0"]


def test_eight_digits_are_a_scan_at_the_open_bench(sums: Sitting) -> None:
    thing = codes.mint(codes.Kind.ITEM, "0004217")
    sums.press("0")
    assert sums.type(codes.digits(thing)) == "heard"
    assert bench_of(sums).heard == [thing]
    assert sums.title == "Sums"


def test_digits_that_are_no_labels_are_asked_for_again(sums: Sitting) -> None:
    sums.press("0")
    sums.type("12345678")
    assert sums.tone == "bad"
    assert "Look once more" in sums.see()
    sums.press("back")
    assert sums.title == "Sums"


def test_what_nobody_knows_is_said_and_nothing_is_lost(sums: Sitting) -> None:
    sums.press("1")
    assert "do not know this label" in sums.scan("???")
    assert sums.scan("D00042177CD00042177C").startswith("Two scans ran into each other")
    assert bench_of(sums).heard == ["add row 0"]


def test_a_mistake_of_ours_leaves_the_desk_standing(sums: Sitting, caplog: pytest.LogCaptureFixture) -> None:
    assert sums.press("2") == "That did not work, and nothing was changed by it."
    assert "ZeroDivisionError" in caplog.text
    assert sums.press("1") == "added"


def test_a_ledger_that_is_busy_is_told_of(sums: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise LedgerBusy("held")

    monkeypatch.setattr(Sums, "opened", busy)
    assert sums.press("enter") == "That was not stored. Try again in a moment."
    assert sums.tone == "bad"


def test_a_click_chooses_a_row_and_a_second_opens_it(sums: Sitting) -> None:
    sums.session.clicked(("row", "row 4"))
    assert sums.session.shown.cursor == "row 4"
    assert sums.session.clicked(("row", "row 4")).text == "opened row 4"
    sums.session.clicked(("act", "add"))
    assert bench_of(sums).heard == ["add row 4"]
    sums.session.clicked(("key", "help"))
    assert sums.title == "Help"


def test_help_names_the_open_bench_s_digits(sums: Sitting) -> None:
    sums.press("help")
    assert "Add" in sums.see()
    sums.press("enter")
    assert sums.title == "Sums"


# --- forms ---

Filled = Callable[[Mapping[str, str]], Turn | Mapping[str, str]]


class Asks(Bench):
    """Opens a form on a digit."""

    got: Mapping[str, str] = {}

    def view(self) -> View:
        return View("Asks", acts=(Act("ask", "Ask"),))

    def acted(self, act: str, row: str | None) -> Turn:
        fields = (Field("name", "Name", longest=10), Field("n", "Number", "7"))
        return Turn(go=Fill(self.at, "Form", fields, self._done, scan=self._scan))

    def _done(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        if not typed["name"]:
            return {"name": "Who?"}
        Asks.got = typed
        return good("filled in")

    def _scan(self, scan: codes.Scan) -> Mapping[str, str] | None:
        return {"n": scan.code} if isinstance(scan, codes.ItemCode) else None


@pytest.fixture
def form(house: House, monkeypatch: pytest.MonkeyPatch) -> Sitting:
    """A form is open."""
    known = registry.doors()
    doors = Doors(home=Asks, sign_in=known.sign_in, common=known.common, search=known.search)
    monkeypatch.setattr("tests.inventory.desk.driver.doors", lambda: doors)
    desk = Sitting(house.ledger, settings_for(house.file), house.now)
    desk.act("Ask")
    return desk


def test_enter_goes_down_a_form_and_sends_it_at_its_end(form: Sitting) -> None:
    form.type("Kari - 1/2+ with much more")
    form.press("erase", "8", "enter")
    assert (form.session.said.text, dict(Asks.got)) == ("filled in", {"name": "Kari - 1/2", "n": "8"})
    assert form.title == "Asks"


def test_a_line_that_is_wrong_keeps_what_was_typed(form: Sitting) -> None:
    form.press("enter", "erase", "9", "enter")
    assert (form.tone, form.title) == ("bad", "Form")
    assert "Who?" in form.see()
    form.press("up")
    form.type("Ola")
    form.press("enter")
    assert dict(Asks.got) == {"name": "Ola", "n": "9"}


def test_a_scan_fills_its_line_and_a_pasted_text_the_open_one(form: Sitting) -> None:
    form.scan(NO_SUCH_ITEM, "Åse Ås")
    assert dict(form.session.shown.typed) == {"name": "Åse Ås", "n": NO_SUCH_ITEM}


@pytest.mark.parametrize("opens", ["help", "search", "shelf"])
def test_what_was_typed_is_there_again_when_what_came_between_is_left(
    house: House, form: Sitting, opens: str
) -> None:
    form.type("Kari", enter=False)
    if opens == "shelf":
        form.scan(house.shelf("A1"))
    else:
        form.press(opens)
    assert form.title != "Form"
    form.press("back")
    assert (form.title, form.session.shown.typed["name"]) == ("Form", "Kari")


def test_what_a_terminal_would_obey_is_typed_without_it(form: Sitting) -> None:
    form.scan("\x1b[2JKari")
    assert form.session.shown.typed["name"] == "[2JKari"


# --- rights ---


def test_each_role_may_do_what_it_is_for() -> None:
    who = {role: acting.Acting("x", "X", role) for role in acting.Role}
    may = {role: {right for right in acting.Right if one.may(right)} for role, one in who.items()}
    assert may[acting.Role.MANAGER] == set(acting.Right)
    assert acting.Right.PEOPLE not in may[acting.Role.STOREKEEPER]
    assert {acting.Right.ERASE, acting.Right.WAIVE}.isdisjoint(may[acting.Role.STAFF])
    assert acting.Right.RING in may[acting.Role.STOREKEEPER] & may[acting.Role.STAFF]
