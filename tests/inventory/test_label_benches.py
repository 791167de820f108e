"""Labels and the press at the desk: printed, printed again, taken back, decided about; cards for the box."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from depot import codes, lapses, presses, stock
from depot.own import Kind, mint
from depot.presses import PrinterNow
from depot.settings import Settings, load
from depot.tables import card
from inventory.benches.cleaning import Clean
from inventory.benches.inspecting import Inspect
from inventory.benches.mending import Mend
from inventory.benches.owed import Owed
from inventory.benches.press import Press
from inventory.benches.printing import Print
from inventory.benches.thing import Thing
from inventory.desk.acting import Acting
from inventory.desk.bench import At, Bench
from labels import queue
from labels.printers import Why
from labels.work import Request
from tests.depot.house import ROLLATOR, House
from tests.inventory.desk.driver import STAFF, STOREKEEPER, Sitting

TWO_PRINTERS = """
[station]
clock = "trusted"
ballast_mb = 0
printer = "slips"
[[printer]]
name = "slips"
uri = "folder:///nowhere"
medium = "receipt-80"
[[printer]]
name = "labels"
uri = "folder:///nowhere"
medium = "62x29"
[[printer]]
name = "sheets"
uri = "folder:///nowhere"
medium = "avery-l7160"
"""


def settings_of(house: House, text: str = "") -> Settings:
    file = house.file.parent / "settings.toml"
    file.write_text(text, "utf-8")
    return load({"DEPOT_DATABASE": f"sqlite:///{house.file}"}, file)


@pytest.fixture
def desk(house: House) -> Sitting:
    """A desk with a slip printer, a label printer and an office printer."""
    return Sitting(house.ledger, settings_of(house, TWO_PRINTERS), house.now)


@pytest.fixture
def opened(desk: Sitting) -> Callable[..., str]:
    """Open the print page for some labels; what it shows."""

    def open_it(kind: str, *subjects: str) -> str:
        at = desk.session._at
        desk.session._open(Print(at, kind, subjects))
        return desk.see()

    return open_it


Opened = Callable[..., str]


def jobs(house: House) -> list[queue.Job]:
    every = (*queue.OPEN, queue.PRINTED, queue.UNSURE, queue.CANCELLED)
    return house.look(queue.read, states=every)


# --- print ---


def test_f3_on_a_things_card_prints_its_label_on_the_printer_where_labels_lie(
    house: House, desk: Sitting
) -> None:
    thing = house.stands(ROLLATOR, "B2")
    desk.scan(thing)
    desk.press("print")
    assert "labels: no press runs" in desk.see(80, 24)
    desk.press("enter")
    (job,) = jobs(house)
    assert (job.request.design, job.request.subjects, job.request.printer) == ("asset", (thing,), "labels")
    assert codes.spoken(thing) in desk.session.shown.view.lead


def test_what_was_sent_by_a_slip_is_taken_back_before_it_is_printed(house: House, desk: Sitting) -> None:
    desk.scan(house.stands(ROLLATOR))
    desk.press("print", "enter", "undo", "enter")
    assert desk.tone == "good"
    assert [one.state for one in jobs(house)] == [queue.CANCELLED]


def test_the_picture_is_the_label_and_is_drawn_again_for_another_choice(
    house: House, opened: Opened, desk: Sitting
) -> None:
    opened("asset", house.stands(ROLLATOR))
    whole = desk.session.shown.view.picture
    colours = {cell.upper for row in whole for cell in row}
    assert len(colours) > 3, "a white page would have one"
    desk.act("Another label")
    assert desk.session.shown.view.picture != whole


def test_the_picture_leaves_room_for_what_is_said_beside_it_on_a_small_screen(
    house: House, opened: Opened, desk: Sitting
) -> None:
    opened("asset", house.stands(ROLLATOR))
    small = desk.see(80, 24)
    assert "Another printer" in small
    assert "62x29" in small
    assert small.count("▀") > 100


def test_stock_printer_and_first_free_label_are_chosen_and_go_with_the_job(
    house: House, opened: Opened, desk: Sitting
) -> None:
    things = house.stand(3, ROLLATOR)
    opened("asset", *things)
    desk.act("Another printer")
    desk.act("sheets")
    desk.act("First free label")
    assert desk.type("22") == "A sheet has 21 labels."
    desk.press("erase", "erase")
    desk.type("5")
    assert "5 of 21" in desk.see(80, 24)
    desk.press("enter")
    (job,) = jobs(house)
    assert (job.skip, job.request.printer, job.request.subjects) == (4, "sheets", tuple(things))


def test_without_a_printer_a_file_is_written_that_only_its_owner_reads(house: House) -> None:
    desk = Sitting(house.ledger, settings_of(house), house.now)
    desk.scan(house.stands(ROLLATOR))
    desk.press("print")
    said = desk.press("enter")
    file = Path(said.removeprefix("The labels are in ").removesuffix("."))
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_mode & 0o077 == 0
    assert jobs(house) == []


def test_a_label_of_what_is_gone_is_not_printed_and_the_page_says_so(
    house: House, opened: Opened, desk: Sitting
) -> None:
    thing, who = house.stands(ROLLATOR), house.confirmed()
    loan = house.lends(who, thing).key
    house.brings(thing)
    seen = opened("loan", loan)
    assert "This cannot be printed" in seen
    desk.press("enter")
    assert desk.tone == "bad"
    assert jobs(house) == []


def test_from_a_thing_on_loan_its_loan_label_is_printed_and_from_one_set_aside_its_slip(
    house: House, desk: Sitting
) -> None:
    out, waiting = house.stand(2, ROLLATOR)
    loan = house.lends(house.confirmed(), out).key
    held = house.queues(house.confirmed("Eva Testesen"), ROLLATOR)
    house.do(lapses.advance)
    for thing, act, subject in ((out, "loan label", loan), (waiting, "slip of the waiting list", held.key)):
        desk.press("search")
        desk.type(codes.digits(thing))
        desk.press("print")
        desk.act(act)
        desk.press("enter")
        assert jobs(house)[-1].request.subjects == (subject,)


# --- the press ---


@pytest.fixture
def press(house: House, desk: Sitting) -> Sitting:
    """The page of the press, with one label that waits."""
    thing = house.stands(ROLLATOR)
    house.at_desk(queue.put, Request("asset", (thing,), printer="labels"))
    desk.session._open(Press(desk.session._at))
    return desk


def test_the_press_says_how_its_printers_are_and_what_waits(house: House, press: Sitting) -> None:
    assert "No press runs" in press.see(80, 24)
    running = presses.Press(house.file)
    try:
        running.say({"labels": PrinterNow(str(Why.PAPER_OUT), 1)})
        press.press("afresh")
        seen = press.see(80, 24)
        assert "A press runs." in seen
        assert "no paper" in seen
        assert press.counts == {"waiting": 1}
    finally:
        running.close()


def test_a_job_is_taken_back_and_after_all_printed(house: House, press: Sitting) -> None:
    press.act("Take back")
    assert [one.state for one in jobs(house)] == [queue.CANCELLED]
    press.press("undo", "enter")
    assert [one.state for one in jobs(house)] == [queue.CANCELLED, queue.WAITING]


def test_a_job_that_waits_is_not_printed_twice(house: House, press: Sitting) -> None:
    press.act("Print again")
    assert press.tone == "bad"
    assert len(jobs(house)) == 1


def test_what_the_printer_has_is_not_taken_back_but_from_a_dead_press_it_is(
    house: House, press: Sitting
) -> None:
    (job,) = jobs(house)
    alive = presses.Press(house.file)
    house.at_desk(queue.take, job.key, by=alive.token, printer="labels")
    press.act("Take back")
    assert press.tone == "bad"
    alive.close()
    press.act("Take back")
    assert press.tone == "good"
    assert jobs(house)[0].state == queue.CANCELLED


def test_about_a_label_that_may_have_come_out_somebody_decides_and_takes_it_back(
    house: House, press: Sitting
) -> None:
    (job,) = jobs(house)
    press.act("It came out")
    assert press.tone == "bad", "it waits, so it did not"
    house.at_desk(queue.ended, job.key, queue.UNSURE, why=Why.CANNOT_TELL)
    press.press("afresh")
    assert "may have come out" in press.see(80, 24)
    press.act("It came out")
    assert jobs(house)[0].state == queue.PRINTED
    press.press("undo", "enter")
    assert (jobs(house)[0].state, jobs(house)[0].why) == (queue.UNSURE, Why.CANNOT_TELL)
    press.act("Print again")
    assert [one.state for one in jobs(house)] == [queue.UNSURE, queue.WAITING]


def test_a_job_moves_to_another_printer_whole(house: House, press: Sitting) -> None:
    press.act("On another printer")
    press.act("sheets")
    first, second = jobs(house)
    assert (first.state, second.state, second.request.printer) == (queue.CANCELLED, queue.WAITING, "sheets")
    assert second.request.subjects == first.request.subjects


def test_what_has_ended_is_shown_when_it_is_asked_for(house: House, press: Sitting) -> None:
    press.act("Take back")
    assert "taken back" not in press.see()
    press.act("Also what has ended")
    assert "taken back" in press.see()


def test_the_queue_names_no_card_and_no_loan(house: House, press: Sitting) -> None:
    drawn = house.card_from_box()
    house.at_desk(queue.put, Request("card", (drawn,)))
    press.press("afresh")
    seen = press.see()
    assert codes.spoken(drawn) not in seen
    assert drawn not in seen


@pytest.mark.parametrize(("acting", "card_again", "badge_again"), [(STOREKEEPER, 0, 1), (STAFF, 1, 0)])
def test_a_card_that_came_out_is_printed_once_more_by_whoever_may_give_one_alone(
    house: House, acting: Acting, card_again: int, badge_again: int
) -> None:
    desk = Sitting(house.ledger, settings_of(house, TWO_PRINTERS), house.now, acting=acting)
    desk.session._open(Press(desk.session._at))
    desk.act("Also what has ended")
    for subject, times in ((house.confirmed(), card_again), (mint(Kind.BADGE, "0000001"), badge_again)):
        key = house.at_desk(queue.put, Request("card", (subject,), printer="sheets"))
        house.at_desk(queue.ended, key, queue.PRINTED)
        desk.press("afresh", "first")
        while desk.session.shown.cursor != key:
            desk.press("down")
        desk.act("Print again")
        assert [one.request.subjects for one in jobs(house)].count((subject,)) == 1 + times


def test_cards_for_the_box_are_drawn_once_and_printed(house: House, press: Sitting) -> None:
    press.act("Cards for the box")
    press.press("erase", "erase")
    assert press.type("0") == "1 to 1000."
    press.press("erase")
    press.type("3")
    assert "cards-a4" in press.see(80, 24)
    press.act("Another printer")
    press.act("sheets")
    assert "cards-a4" in press.see(80, 24), "labels lie in it, and a card does not go on one"
    press.press("enter")
    drawn = {row.code for row in house.rows(card)}
    assert len(drawn) == 3
    assert set(jobs(house)[-1].request.subjects) == drawn


def test_nothing_of_a_job_is_half_done_when_the_ledger_is_lost_in_the_middle(
    house: House, press: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> str:
        raise OSError("gone")

    monkeypatch.setattr(queue, "put", lost)
    press.act("On another printer")
    press.act("sheets")
    assert press.tone == "bad"
    assert [one.state for one in jobs(house)] == [queue.WAITING], "it still waits where it waited"


@pytest.mark.parametrize("page", ["clean", "inspect", "mend", "owed", "thing"])
def test_f3_prints_the_label_of_the_thing_that_a_page_is_of(house: House, desk: Sitting, page: str) -> None:
    thing = house.stands(ROLLATOR)
    pages: dict[str, Callable[[At, str], Bench]] = {
        "clean": Clean,
        "inspect": Inspect,
        "mend": Mend,
        "owed": Owed,
        "thing": Thing,
    }
    desk.session._open(pages[page](desk.session._at, thing))
    desk.press("print")
    assert desk.title == "Print"
    desk.press("enter")
    (job,) = house.look(queue.read, states=queue.OPEN)
    assert (job.request.design, job.request.subjects) == ("asset", (thing,))


@pytest.mark.parametrize("kind", ["To repair", "In quarantine", "To clean", "Missing"])
def test_f3_prints_the_label_of_the_row_that_is_chosen(house: House, desk: Sitting, kind: str) -> None:
    deeds: dict[str, Callable[[str], object]] = {
        "To repair": lambda one: house.moves(stock.send_to_repair, one, fault="broken"),
        "In quarantine": lambda one: house.moves(stock.quarantine, one, infection=False),
        "To clean": lambda one: (house.lends(house.confirmed(), one), house.brings(one)),
        "Missing": lambda one: house.moves(stock.count_out, one),
    }
    thing = house.stands(ROLLATOR)
    deeds[kind](thing)
    desk.press("afresh")
    desk.choose(kind)
    desk.press("print")
    assert desk.title == "Print"
    desk.press("back", "enter")
    if kind == "To clean":  # a run: the label is that of what was scanned last
        assert desk.press("print") == "That does nothing here."
        desk.scan(thing)
    desk.press("print")
    assert desk.title == "Print"
