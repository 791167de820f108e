"""A wash run with wet gloves, an inspection, the workshop, apart, written off, signs and lists, at the desk."""

from __future__ import annotations

import pytest

from depot import codes, stock
from depot.outcomes import Trouble
from depot.own import Command, command_code
from depot.states import State
from depot.tables import inspection, product, repair_order
from inventory import checklists, inspections, repairs
from inventory.benches.checklists import Checklists
from inventory.benches.cleaning import Clean
from inventory.benches.inspecting import Inspect
from inventory.benches.mending import Mend, Mending
from inventory.benches.places import Places
from inventory.benches.quarantine import Quarantine
from inventory.benches.scrap import WriteOff
from inventory.benches.wash import Wash
from inventory.desk.acting import Acting
from inventory.desk.bench import Bench
from tests.depot.house import NO_SUCH_ITEM, ROLLATOR, STICK, House, settings_for
from tests.inventory.desk.driver import STAFF, STOREKEEPER, Sitting

EAN = "4006381333931"


def sit(
    house: House,
    bench: type[Bench] | None = None,
    *what: str,
    acting: Acting = STOREKEEPER,
    language: str = "en",
) -> Sitting:
    """Sit down at a desk with a bench open on top of the first page."""
    sitting = Sitting(house.ledger, settings_for(house.file), house.now, acting=acting, language=language)
    if bench is not None:
        sitting.session._open(bench(sitting.session._at, *what))
    return sitting


def came_home(house: House, line: str = STICK, name: str = "Kari Testesen") -> str:
    item = house.stands(line)
    house.lends(house.confirmed(name), item)
    house.brings(item)
    return item


def broken(house: House) -> str:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.BROKEN)
    return item


# --- washing ---


def test_twenty_scans_no_key_and_nothing_stops_the_run(house: House) -> None:
    washed = [came_home(house, name=f"Nr {n}") for n in range(15)]
    stool = came_home(house, "BTH-01")
    waits = house.queues(house.confirmed("Ola Venter"), "BTH-01")
    due = came_home(house, ROLLATOR)
    reported, free, out = broken(house), house.stands(STICK), house.stands(STICK)
    house.lends(house.confirmed("Lars Ute"), out)
    house.change(product, code=ROLLATOR, inspection_days=1)
    house.wait(days=3)
    desk = sit(house)
    desk.act("Wash")
    tones = []
    for code in (*washed, stool, due, reported, free, out, NO_SUCH_ITEM, EAN):
        desk.scan(code)
        tones.append(desk.tone)
        assert desk.title == "Wash"
    assert tones == ["good"] * 16 + ["read"] + ["bad"] * 5
    assert desk.counts == {"washed": 17, "to one side": 6}
    assert {house.state(one) for one in washed} == {State.AVAILABLE}
    assert house.hold(waits.key).item == stool
    page = desk.see(120, 40)
    assert "A1: 15" in page
    assert "HENTES: 1" in page
    assert "Ola" not in page
    order = [row.cells[1] for row in desk.session.shown.view.table.rows]  # type: ignore[union-attr]
    assert order == [
        "inspection is due",
        "something is broken",
        "no label of ours",
        "nobody knows this label",
        "came home by this: wash it",
        "is clean already",
    ]


def test_a_scan_says_large_where_the_thing_goes_and_a_second_scan_changes_nothing(house: House) -> None:
    item = came_home(house)
    desk = sit(house, Wash)
    desk.scan(item)
    assert desk.session.shown.view.lead == "A1   Walking stick, adjustable"
    events = len(house.events())
    assert "is in this run already" in desk.scan(item)
    assert (desk.tone, desk.counts["washed"], len(house.events())) == ("read", 1, events)


def test_what_came_home_by_a_scan_is_washed_by_the_next(house: House) -> None:
    out = house.stands(STICK)
    house.lends(house.confirmed(), out)
    desk = sit(house, Wash)
    desk.scan(out)
    assert (desk.tone, house.state(out), desk.counts) == (
        "bad",
        State.RETURNED,
        {"washed": 0, "to one side": 1},
    )
    desk.scan(out)
    assert (desk.tone, house.state(out), desk.counts) == (
        "good",
        State.AVAILABLE,
        {"washed": 1, "to one side": 0},
    )


def test_a_wrong_scan_is_taken_back_and_the_run_forgets_it(house: House) -> None:
    first, second = came_home(house), came_home(house, name="Ola")
    desk = sit(house, Wash)
    desk.scan(first, second)
    desk.press("undo")
    assert "Was Walking stick, adjustable not washed after all?" in desk.see()
    assert desk.press("enter") == "Undone."
    assert (house.state(second), desk.counts["washed"]) == (State.RETURNED, 1)
    desk.press("undo", "enter")
    assert (house.state(first), desk.counts["washed"]) == (State.RETURNED, 0)
    assert house.unsoundness() == []


@pytest.mark.parametrize(
    ("said", "state", "place"),
    [
        (command_code(Command.BROKEN), State.REPAIR, "VERKSTED"),
        (command_code(Command.MISSING_PART), State.REPAIR, "VERKSTED"),
        (command_code(Command.SOILED), State.QUARANTINE, "SMITTE"),
    ],
)
def test_the_command_card_says_that_something_is_wrong_with_the_last_one(
    house: House, said: str, state: State, place: str
) -> None:
    item = came_home(house)
    desk = sit(house, Wash)
    assert desk.scan(said) == "Scan the thing first."
    desk.scan(item, said)
    assert (house.state(item), desk.tone) == (state, "good")
    assert (desk.session.shown.view.lead.split()[0], desk.counts["to one side"]) == (place, 1)
    assert "A1: 1" not in desk.see()
    desk.scan(command_code(Command.UNDO), command_code(Command.YES))
    assert (house.state(item), desk.counts["to one side"]) == (State.AVAILABLE, 0)
    assert "A1: 1" in desk.see()


@pytest.mark.parametrize(
    ("command", "state"),
    [
        (Command.CLEANED, State.AVAILABLE),
        (Command.ALL_RIGHT, State.AVAILABLE),
        (Command.BROKEN, State.REPAIR),
        (Command.MISSING_PART, State.REPAIR),
        (Command.SOILED, State.QUARANTINE),
    ],
)
def test_one_things_page_is_answered_by_the_command_card(
    house: House, command: Command, state: State
) -> None:
    item = came_home(house)
    desk = sit(house, Clean, item)
    desk.scan(command_code(command))
    assert (house.state(item), desk.tone) == (state, "good")
    desk.scan(command_code(Command.UNDO), command_code(Command.YES))
    assert house.state(item) is State.RETURNED


def test_a_run_is_ended_and_the_workshop_answered_by_the_command_card(house: House) -> None:
    item, sent = came_home(house), broken(house)
    desk = sit(house)
    desk.act("Wash")
    desk.scan(item, command_code(Command.FINISH))
    assert desk.session.said.text == "The run is done: 1 thing washed."
    desk.scan(command_code(Command.NO))
    assert desk.title == "Today"
    desk.scan(sent)
    desk.act("Repair")
    desk.scan(command_code(Command.ALL_RIGHT))
    assert house.state(sent) is State.CLEANING
    desk.scan(command_code(Command.SOILED))
    assert house.state(sent) is State.QUARANTINE


def test_a_run_that_was_left_is_offered_again_and_goes_on(house: House) -> None:
    desk = sit(house)
    desk.act("Wash")
    desk.scan(came_home(house), broken(house))
    desk.session.sign_out()
    again = sit(house)
    again.choose("a wash run")
    assert again.counts == {"washed": 1, "to one side": 1}
    again.scan(came_home(house, name="Ola"))
    assert again.counts == {"washed": 2, "to one side": 1}
    again.press("back")
    assert "The run is kept" in again.session.said.text
    again.act("Wash")
    again.act("The run is done")
    again.press("enter")
    assert again.session.said.text == "The run is done: 2 things washed."
    assert again.counts == {"washed": 0, "to one side": 0}
    again.press("back")
    assert "wash run" not in again.see()


def test_two_wash_at_once_and_both_are_counted(house: House) -> None:
    one, other = sit(house, Wash), sit(house)
    one.scan(came_home(house))
    other.act("Wash")
    other.scan(came_home(house, name="Ola"))
    one.scan(came_home(house, name="Per"))
    assert one.counts["washed"] == 3


def test_two_who_begin_at_once_are_in_one_run(house: House) -> None:
    first, second = came_home(house), came_home(house)
    liv, stian = sit(house, Wash), sit(house, Wash, acting=STAFF)
    liv.scan(first)
    stian.scan(second)
    assert stian.counts == {"washed": 2, "to one side": 0}


def test_what_lies_to_one_side_opens_its_own_work_and_leaves_the_list_when_it_is_done(house: House) -> None:
    due, reported = came_home(house, ROLLATOR), broken(house)
    house.wait(days=400)
    desk = sit(house, Wash)
    desk.scan(due, reported, EAN)
    desk.choose("inspection is due")
    desk.act("Passed")
    assert house.state(due) is State.AVAILABLE
    desk.choose("something is broken")
    desk.act("Mended")
    assert desk.title == "Wash"
    desk.point("no label of ours")
    desk.act("Take off")
    assert desk.counts["to one side"] == 1, "what is mended is to be washed, and still lies here"
    desk.scan(reported)
    assert desk.counts == {"washed": 2, "to one side": 0}


def test_other_codes_are_told_apart_without_leaving_the_run(house: House) -> None:
    desk = sit(house, Wash)
    for code in (house.shelf("A1"), house.confirmed()):
        assert desk.scan(code) == "That is no thing. Scan the label of the thing."
        assert (desk.title, desk.tone) == ("Wash", "bad")


# --- one thing ---


def test_one_thing_is_cleaned_after_its_checklist(house: House) -> None:
    item = came_home(house)
    desk = sit(house, Clean, item, language="nb")
    page = desk.see(80, 24)
    assert "- Tørk tørt" in page
    assert "- Låseknapper og klips sitter i hullene" in page
    desk.press("enter")
    assert (house.state(item), desk.session.said.text) == (
        State.AVAILABLE,
        "Stokk, regulerbar er ren. Den skal til A1.",
    )


def test_an_infection_is_disinfected_and_leads_on_to_the_inspection_that_is_due(house: House) -> None:
    item = came_home(house, ROLLATOR)
    house.moves(stock.quarantine, item, infection=True)
    house.wait(days=400)
    desk = sit(house, Clean, item)
    desk.act("No longer apart")
    assert "risk of infection" in desk.see()
    desk.press("enter")
    assert desk.title == "Inspection: Rollator, indoor"
    desk.press("undo", "enter")
    assert house.state(item) is State.CLEANING


# --- inspections ---


def test_an_inspection_is_passed_with_one_digit_and_signed_by_the_badge(house: House) -> None:
    item = house.stands(ROLLATOR)
    desk = sit(house, Inspect, item)
    desk.act("Write a remark")
    desk.type("New brake cable")
    assert "New brake cable" in desk.see()
    desk.act("Passed")
    (row,) = house.rows(inspection)
    assert (row.by, bool(row.passed), row.remark) == (STOREKEEPER.id, True, "New brake cable")
    assert len(house.look(inspections.of_thing, item)[0].points) == 6


def test_a_point_that_is_not_in_order_keeps_it_from_passing_and_goes_into_the_record(house: House) -> None:
    item = house.stands(ROLLATOR)
    desk = sit(house, Inspect, item)
    desk.choose("Both brakes hold")
    assert desk.counts == {"not in order": 1}
    assert "Passed" not in desk.see()
    assert desk.scan(command_code(Command.ALL_RIGHT)) == "A point is not in order, so it has not passed."
    desk.act("Failed")
    desk.act("brakes")
    assert (house.state(item), desk.tone) == (State.REPAIR, "good")
    (record,) = house.look(inspections.of_thing, item)
    assert [one.in_order for one in record.points] == [False, True, True, True, True, True]
    assert house.rows(repair_order)[0].fault == "brakes"


def test_a_thing_that_is_out_has_no_digits_to_pass_it_and_another_scan_opens_another(house: House) -> None:
    out, free = house.stands(ROLLATOR), house.stands(ROLLATOR)
    house.lends(house.confirmed(), out)
    desk = sit(house, Inspect, out)
    assert desk.session.shown.view.acts == ()
    assert "on loan" in desk.see()
    assert desk.scan(command_code(Command.ALL_RIGHT)).startswith("As it is now, that cannot be done with it.")
    assert house.rows(inspection) == []
    desk.scan(free)
    assert codes.spoken(free) in desk.see()


# --- the workshop ---


def test_an_order_from_the_kiosk_is_opened_waits_for_its_part_and_is_done(house: House) -> None:
    item = broken(house)
    desk = sit(house, Mending)
    assert desk.counts == {"to be mended": 1, "waiting for a part": 0}
    desk.scan(item)
    desk.act("Wait for a part")
    desk.type("Grip, 19 mm")
    desk.act("Write a note")
    desk.type("Ordered on Monday")
    desk.act("What it cost")
    assert desk.type("dear") == "Kroner, e.g. 450 or 450,50"
    desk.press(*["erase"] * 4)
    desk.type("45,50")
    page = desk.see(120, 40)
    for word in ("Grip, 19 mm", "Ordered on Monday", "45.50", "something is broken"):
        assert word in page
    for word in ("45.50", "Ordered on Monday", "Grip, 19 mm"):
        desk.press("undo", "enter")
        assert (desk.session.said.tone.value, word in desk.see(120, 40)) == ("good", False)
    desk.act("What it cost")
    desk.type("45,50")
    desk.act("Wait for a part")
    desk.type("Grip, 19 mm")
    desk.act("The part has come")
    desk.act("Mended")
    assert (house.state(item), desk.counts) == (State.CLEANING, {"to be mended": 0, "waiting for a part": 0})
    (closed,) = house.look(repairs.of_thing, item)
    assert (closed.state, closed.closed_by, closed.cost_ore) == ("done", STOREKEEPER.id, 4550)
    desk.press("undo", "enter")
    assert house.state(item) is State.REPAIR


def test_a_thing_is_sent_to_the_workshop_by_a_digit_and_taken_back(house: House) -> None:
    item = house.stands(ROLLATOR)
    desk = sit(house, Mend, item)
    desk.act("wheels or castors")
    assert (house.state(item), "wheels or castors" in desk.see()) == (State.REPAIR, True)
    desk.press("undo", "enter")
    assert (house.state(item), house.rows(repair_order)) == (State.AVAILABLE, [])
    assert sit(house, Mend, NO_SUCH_ITEM).session.shown.view.lead == "Nobody knows this label."


def test_giving_up_asks_why_where_and_what_it_was_worth(house: House) -> None:
    item = house.stands(ROLLATOR, price_ore=129900)
    desk = sit(house, Mend, item)
    desk.act("brakes")
    desk.act("Give up")
    desk.act("not worth mending")
    desk.act("kept for parts")
    assert "1299" in desk.see()
    desk.press("enter")
    assert house.state(item) is State.WRITTEN_OFF
    facts = house.events(item)[-1].facts
    assert facts == {"reason": "not_worth_repair", "destination": "parts", "value_ore": 129900}
    desk.press("undo", "enter")
    assert house.state(item) is State.REPAIR


def test_a_write_off_goes_back_a_question_and_needs_no_value(house: House) -> None:
    item = house.stands(STICK)
    desk = sit(house, WriteOff, item)
    desk.act("worn out")
    desk.press("back")
    desk.act("cannot be cleaned")
    desk.act("thrown away")
    assert desk.press("enter") == "Walking stick, adjustable is written off. Put it at KAST."
    assert house.events(item)[-1].facts == {"reason": "cannot_be_cleaned", "destination": "scrap"}
    assert "worn out" not in sit(house, WriteOff, item).see()


# --- apart ---


def test_things_are_kept_apart_by_a_scan_and_let_out_by_a_digit(house: House) -> None:
    item = house.stands(STICK)
    desk = sit(house, Quarantine)
    desk.scan(item)
    desk.act("risk of infection")
    assert (house.state(item), desk.counts) == (State.QUARANTINE, {"kept apart": 1})
    house.wait(days=5)
    desk.clock.at = house.now
    desk.press("afresh")
    assert desk.session.shown.view.table.rows[0].cells[3] == "5"  # type: ignore[union-attr]
    desk.act("No longer apart")
    assert (house.state(item), desk.counts) == (State.CLEANING, {"kept apart": 0})
    desk.press("undo", "enter")
    assert (house.state(item), desk.counts) == (State.QUARANTINE, {"kept apart": 1})


# --- signs and lists ---


def test_a_sign_is_renamed_by_whoever_may_and_named_back(house: House) -> None:
    desk = sit(house, Places)
    desk.choose("wet wash")
    desk.press(*["erase"] * 6)
    desk.type("VASKEROM")
    assert "VASKEROM" in desk.see()
    desk.press("undo", "enter")
    assert "VASK 2" in desk.see()
    theirs = sit(house, Places, acting=STAFF)
    assert theirs.choose("wet wash") == "Your role does not do this. Ask somebody whose role does."


def test_a_line_gets_a_list_of_its_own_by_its_shelf_label(house: House) -> None:
    (line,) = house.rows(product, code=ROLLATOR)
    desk = sit(house, Checklists)
    desk.scan(line.label)
    desk.act("when it is looked over")
    desk.act("Add a point")
    desk.type("Basket hooks hold")
    assert house.look(checklists.for_inspection, ROLLATOR, "en").points == ("Basket hooks hold",)
    desk.choose("Basket hooks hold")
    desk.type(" well")
    desk.act("Add a point")
    desk.type("Reflectors")
    desk.choose("Basket hooks hold well")
    desk.press("back")
    desk.act("Take this point away")
    assert house.look(checklists.for_inspection, ROLLATOR, "en").points == ("Reflectors",)
    desk.act("As it came along")
    desk.press("enter")
    assert house.look(checklists.for_inspection, ROLLATOR, "en").subject == "12 06"
    for before in (
        ("Reflectors",),
        ("Basket hooks hold well", "Reflectors"),
        ("Basket hooks hold well",),
        ("Basket hooks hold",),
    ):
        desk.press("undo", "enter")
        assert house.look(checklists.for_inspection, ROLLATOR, "en").points == before
    desk.press("undo", "enter")
    assert house.look(checklists.for_inspection, ROLLATOR, "en").subject == "12 06"
    theirs = sit(house, Checklists, acting=STAFF)
    theirs.choose("wet wash")
    assert theirs.act("Add a point") == "Your role does not do this. Ask somebody whose role does."
