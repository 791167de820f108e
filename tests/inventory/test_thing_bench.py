"""A thing's card at the desk: what it says, what may be done in each state, and that every deed can be taken back."""

from __future__ import annotations

import pytest

from depot import codes, lapses, stock
from depot.outcomes import Trouble
from depot.own import Command, command_code
from depot.states import Fact, State
from depot.tables import item, kit, kit_piece, note, owed_part, recall, shelf
from inventory import notes, things
from tests.depot.house import CRUTCHES, NO_SUCH_ITEM, ROLLATOR, STICK, House, settings_for
from tests.inventory.desk.driver import MANAGER, STOREKEEPER, Sitting

CHAIR = "WHC-01"
"""A line with footrests that come off."""


@pytest.fixture
def desk(house: House) -> Sitting:
    """A storekeeper's desk."""
    return sits(house)


def sits(house: House, **said: object) -> Sitting:
    return Sitting(house.ledger, settings_for(house.file), house.now, **said)  # type: ignore[arg-type]


def opens(desk: Sitting, thing: str) -> None:
    """Open a thing's card by its digits, which does nothing to it, whatever its state."""
    desk.press("search")
    desk.type(codes.digits(thing))


def labels(desk: Sitting) -> list[str]:
    return [one.label for one in desk.session.shown.view.acts]


# --- what is known ---


def test_the_card_says_everything_that_is_known_of_a_thing(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR, "B2", serial="SN-1", lot="L-2", owner="Vestby", price_ore=129900)
    house.change(kit, key="k", depot=house.station.depot, name="Discharge 3", made_at=0)
    house.change(kit_piece, item=thing, kit="k")
    opens(desk, thing)
    seen = desk.see(80, 24)
    for word in (
        codes.spoken(thing),
        "free, at B2",
        "SN-1",
        "L-2",
        "Vestby",
        "1,299.00",
        "Discharge 3",
        "11.01.2028",
    ):
        assert word in seen, f"{word} in\n{seen}"
    assert "Labelled, onto shelf B2" in seen


def test_nobody_is_named_on_the_card_of_what_is_on_loan(house: House) -> None:
    thing, card = house.stands(STICK), house.confirmed("Ada Berg", phone="+4740612345")
    house.lends(card, thing)
    house.wait(days=100)
    desk = sits(house, acting=MANAGER)
    opens(desk, thing)
    seen = desk.see(200, 60)
    assert "days late" in seen
    for personal in ("Ada", "Berg", card, codes.spoken(card), "40612345"):
        assert personal not in seen


def test_a_recall_and_an_inspection_that_has_run_out_are_said_first(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR)
    house.change(recall, key="r", product=ROLLATOR, opened_at=0)
    house.wait(days=400)
    desk.clock.at = house.now
    opens(desk, thing)
    assert "called back by the maker, inspection has run out" in desk.see(80, 24)
    assert labels(desk)[0] == "Inspect"


def test_a_label_that_no_thing_has_opens_a_page_that_says_so(house: House, desk: Sitting) -> None:
    desk.scan(NO_SUCH_ITEM)
    assert "Nothing here has the label" in desk.see(80, 24)
    assert labels(desk) == []
    assert house.look(things.find, house.station, NO_SUCH_ITEM, language="en", now=house.now) is None


@pytest.mark.parametrize(
    ("leads_to", "first", "not_there"),
    [
        ("received", "Put on its first shelf", "Write off"),
        ("available", "Put on a shelf", "Take it back"),
        ("on_loan", "Take it back", "Keep apart"),
        ("returned", "Wash", "Renew"),
        ("repair", "Repair", "It is missing"),
        ("quarantine", "No longer apart", "Keep apart"),
        ("missing", "It is here", "Write off"),
        ("written_off", "It is here", "To the workshop"),
    ],
)
def test_what_may_be_done_follows_from_the_state_and_what_it_waits_for_comes_first(
    house: House, desk: Sitting, leads_to: str, first: str, not_there: str
) -> None:
    thing = house.received(STICK)
    if leads_to != "received":
        house.do(stock.shelve, item=thing, shelf=house.shelf("A1"))
    if leads_to in ("on_loan", "returned"):
        house.lends(house.confirmed(), thing)
    deeds = {
        "returned": lambda: house.brings(thing),
        "repair": lambda: house.moves(stock.send_to_repair, thing, fault="broken"),
        "quarantine": lambda: house.moves(stock.quarantine, thing, infection=True),
        "missing": lambda: house.moves(stock.count_out, thing),
        "written_off": lambda: house.moves(stock.write_off, thing, reason="worn_out"),
    }
    deeds.get(leads_to, lambda: None)()
    assert house.state(thing) == State(leads_to)
    opens(desk, thing)
    assert labels(desk)[0] == first
    assert not_there not in labels(desk)


# --- what is done, and taken back ---


def test_a_thing_is_put_on_a_shelf_by_scanning_it_or_by_its_digits_and_back(
    house: House, desk: Sitting
) -> None:
    thing, there = house.stands(STICK, "A1"), house.shelf("B2")
    opens(desk, thing)
    desk.act("Put on a shelf")
    assert desk.scan(thing) == "That is no shelf. Scan the label of the shelf."
    desk.scan(there)
    assert house.item(thing).shelf == there
    desk.press("undo", "enter")
    assert house.item(thing).shelf == house.shelf("A1")
    desk.act("Put on a shelf")
    desk.press("0")
    desk.type(codes.digits(there))
    assert house.item(thing).shelf == there
    desk.act("Put on a shelf")
    desk.scan(there)
    assert "already" in desk.session.said.text


def test_a_new_thing_goes_onto_its_first_shelf_by_the_scan_of_its_own_label(
    house: House, desk: Sitting
) -> None:
    thing, there = house.received(STICK), house.shelf("B2")
    opens(desk, thing)
    desk.act("Put on its first shelf")
    assert desk.scan(there) == "Scan the label on the thing first: that proves that it reads."
    assert house.state(thing) is State.RECEIVED
    assert (desk.scan(thing), desk.tone) == ("It reads. Now the shelf.", "read")
    desk.scan(there)
    assert (house.state(thing), house.item(thing).shelf) == (State.AVAILABLE, there)


def test_a_shelf_of_another_depot_takes_nothing(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK, "A1")
    elsewhere = codes.mint(codes.Kind.SHELF, "0999001")
    house.change(shelf, code=elsewhere, depot="elsewhere", name="X1")
    opens(desk, thing)
    desk.act("Put on a shelf")
    assert desk.scan(elsewhere) == "That shelf is not of this depot."
    assert house.item(thing).shelf == house.shelf("A1")


def test_missing_and_found_and_each_taken_back(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    opens(desk, thing)
    desk.act("It is missing")
    assert house.state(thing) == State.MISSING
    desk.press("undo", "enter")
    assert house.state(thing) == State.AVAILABLE
    desk.act("It is missing")
    desk.act("It is here")
    assert house.state(thing) == State.RETURNED


def test_what_is_lost_on_loan_asks_first_because_its_loan_ends(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    loan = house.lends(house.confirmed(), thing).key
    opens(desk, thing)
    desk.act("It is missing")
    assert house.loan(loan).ended is None
    desk.press("enter")
    assert house.loan(loan).ended == "lost"
    desk.press("undo", "enter")
    assert house.loan(loan).ended is None


def test_what_the_state_has_taken_over_ends_the_whole_loan_after_a_question_and_comes_back(
    house: House, desk: Sitting
) -> None:
    first, second = (house.stands(CRUTCHES) for _ in range(2))
    card = house.confirmed()
    lent = house.lends(card, first)
    house.lends(card, second, joins=lent.deed)
    opens(desk, first)
    desk.act("The state has taken it over")
    assert {house.state(first), house.state(second)} == {State.ON_LOAN}
    desk.press("enter")
    assert {house.state(first), house.state(second)} == {State.KEPT}
    assert "the state's now" in desk.session.said.text
    desk.press("undo", "enter")
    assert {house.state(first), house.state(second)} == {State.ON_LOAN}


@pytest.mark.parametrize(
    ("command", "state"),
    [
        (Command.BRINGING_BACK, State.RETURNED),
        (Command.BROKEN, State.ON_LOAN),  # first it comes home: nobody has it in hand by its digits
    ],
)
def test_the_storekeepers_card_is_answered_on_a_things_card(
    house: House, desk: Sitting, command: Command, state: State
) -> None:
    thing = house.stands(STICK)
    house.lends(house.confirmed(), thing)
    opens(desk, thing)
    desk.scan(command_code(command))
    assert house.state(thing) is state
    if state is State.RETURNED:
        desk.scan(command_code(Command.BROKEN))
        assert house.state(thing) is State.REPAIR


def test_what_is_on_loan_is_taken_back_from_its_card_and_by_one_more_scan(
    house: House, desk: Sitting
) -> None:
    for take in (lambda _: desk.act("Take it back"), desk.scan):
        thing = house.stands(STICK)
        house.lends(house.confirmed(), thing)
        opens(desk, thing)
        take(thing)
        assert house.state(thing) == State.RETURNED
        desk.press("undo", "enter")
        assert house.state(thing) == State.ON_LOAN


def test_a_loan_is_renewed_from_the_digits_without_opening_whose_it_is(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    lent = house.lends(house.confirmed(), thing)
    house.wait(days=30)
    desk.clock.at = house.now
    opens(desk, thing)
    assert "may be kept until" in desk.act("Renew")
    assert house.loan(lent.key).due > str(lent.due)
    assert house.events(thing)[-1].by == STOREKEEPER.id
    desk.press("undo", "enter")
    assert house.loan(lent.key).due == str(lent.due)


def test_where_somebody_waits_nobody_renews_by_a_slip(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    lent = house.lends(house.confirmed(), thing)
    house.queues(house.confirmed("Eva Testesen"))
    house.wait(days=30)
    desk.clock.at = house.now
    opens(desk, thing)
    assert "Somebody waits" in desk.act("Renew")
    assert desk.tone == "bad"
    assert house.loan(lent.key).renewals == 0


def test_a_thing_is_kept_apart_and_let_out(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    opens(desk, thing)
    desk.act("Keep apart")
    desk.act("risk of infection")
    assert (house.state(thing), house.item(thing).infected) == (State.QUARANTINE, True)
    desk.act("No longer apart")
    assert house.state(thing) == State.CLEANING
    desk.press("undo", "enter")
    assert house.state(thing) == State.QUARANTINE


def test_a_note_is_written_read_in_its_life_and_taken_away(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    opens(desk, thing)
    desk.act("Write a note")
    assert desk.type("") == "Write at least one word."
    desk.type("The left brake squeaks.")
    assert "Note: The left brake squeaks." in desk.see(80, 24)
    assert [one.by for one in house.look(notes.about, thing)] == [STOREKEEPER.id]
    desk.press("undo", "enter")
    assert house.rows(note) == []


def test_serial_and_lot_are_written_down_on_the_card_and_taken_back(house: House, desk: Sitting) -> None:
    thing, other = house.stands(ROLLATOR), house.stands(ROLLATOR, serial="SN-2")
    opens(desk, thing)
    desk.act("Serial number and lot")
    desk.type("SN-2")
    desk.press("enter")
    assert desk.session.said.text == "Number SN-2 is that of 0004 0029 already."
    desk.press("up", "erase")
    desk.type("1")
    desk.type("L-7")
    assert "SN-1" in desk.see(80, 24)
    desk.press("undo", "enter")
    assert "SN-1" not in desk.see(80, 24)
    assert house.rows(item, code=other)[0].serial == "SN-2"


def test_a_label_that_does_not_read_is_noted_and_the_page_of_a_new_one_opens(
    house: House, desk: Sitting
) -> None:
    thing = house.stands(STICK)
    opens(desk, thing)
    desk.act("Label does not read")
    assert desk.title == "Print"
    assert [one.text for one in house.look(notes.about, thing)] == ["Its label does not read."]
    desk.press("undo", "enter")
    assert house.rows(note) == []


def test_what_may_be_done_is_refused_where_somebody_was_quicker(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    opens(desk, thing)
    house.moves(stock.count_out, thing)
    desk.act("It is missing")
    assert desk.tone == "bad"
    assert [one.kind for one in house.events(thing)].count(Fact.COUNTED_OUT) == 1


def test_an_undo_that_comes_too_late_says_so(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    opens(desk, thing)
    desk.act("It is missing")
    house.brings(thing)
    assert desk.press("undo", "enter") == "Too late: something has happened to it since."


# --- parts that are out ---


def test_parts_that_come_later_are_taken_in_one_by_one_and_taken_back(house: House, desk: Sitting) -> None:
    thing = house.stands(CHAIR)
    house.lends(house.confirmed(), thing)
    home = house.brings(thing)
    house.trouble(thing, home.deed, Trouble.MISSING_PART, footrest=2)
    opens(desk, thing)
    assert "Parts still out" in desk.see(80, 24)
    desk.act("Parts still out")
    desk.act("One of it is here")
    assert desk.tone == "good"
    desk.act("Everything is here")
    assert "Nothing of it is out any more." in desk.see(80, 24)
    desk.press("undo", "enter")
    assert house.events(thing)[-1].kind == Fact.UNDONE
    desk.press("enter")
    assert "Nothing of it is out any more." in desk.see(80, 24)
    desk.act("Open the thing")
    assert codes.spoken(thing) in desk.see(80, 24)


def test_a_part_that_never_comes_is_waited_for_no_longer_and_taken_back(house: House, desk: Sitting) -> None:
    thing = house.stands(CHAIR)
    house.lends(house.confirmed(), thing)
    house.trouble(thing, house.brings(thing).deed, Trouble.MISSING_PART, footrest=2)
    opens(desk, thing)
    desk.act("Parts still out")
    desk.act("It will not come")
    assert "ask for that first" in desk.see(80, 24)
    desk.press("enter")
    assert not house.rows(owed_part)
    last = house.events(thing)[-1]
    assert (last.kind, last.facts["given_up"], last.by) == (Fact.PARTS_BACK, True, STOREKEEPER.id)
    desk.press("undo", "enter")
    (row,) = house.rows(owed_part)
    assert (row.part, row.pieces) == ("footrest", 2)


def test_a_piece_that_is_set_aside_says_until_when(house: House, desk: Sitting) -> None:
    thing = house.stands(STICK)
    house.queues(house.confirmed())
    house.do(lapses.advance)
    opens(desk, thing)
    assert "set aside until" in desk.see(80, 24)
