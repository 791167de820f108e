"""Cleaning in a run and one by one, inspections, the workshop, apart, written off: what each scan leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from depot import stock
from depot.outcomes import Moved, Reason, Refused, Trouble, Undone
from depot.states import State
from depot.tables import inspection, note, place, recall, repair_order, revision
from inventory import checklists, inspections, notes, places, repairs, scrapping, upkeep, washing, work
from inventory.inspections import Checked, Signed
from inventory.upkeep import Fate, Washed
from tests.depot.house import NO_SUCH_ITEM, ROLLATOR, STICK, STOOL, TONGS, House

LIV = "liv"
BUCKET = "TOI-07"  # one person's only
CUSHION, WHEELCHAIR = "WHC-05", "WHC-01"


def came_home(house: House, line: str = STICK) -> str:
    item = house.stands(line)
    house.lends(house.confirmed(), item)
    house.brings(item)
    return item


def wash(house: House, item: str) -> Washed:
    house.wait(seconds=5)
    return house.do(upkeep.wash, item=item, by=LIV)


def refuses(house: House, deed: Callable[..., object], item: str, **said: Any) -> Refused:
    outcome = house.do(deed, item=item, **said)
    assert isinstance(outcome, Refused), outcome
    return outcome


def take_back(house: House, deed: str | None) -> object:
    house.wait(seconds=5)
    return house.do(stock.undo, deed=deed or "", by=LIV)


def order(house: House, item: str) -> repairs.Order:
    found = house.look(repairs.order_of, item)
    assert found is not None
    return found


# --- a run ---


def test_a_scan_washes_a_thing_and_says_on_which_shelf_it_stands(house: House) -> None:
    item = came_home(house)
    washed = wash(house, item)
    assert (washed.fate, washed.place, washed.is_washed) == (Fate.FREE, "A1", True)
    last = house.events(item)[-1]
    assert (last.kind, last.by, last.facts["class"]) == ("cleaned", LIV, "surface")
    assert isinstance(take_back(house, washed.deed), tuple)
    assert house.state(item) is State.RETURNED


def test_what_somebody_waits_for_goes_to_the_pick_up_sign_and_nobody_is_named(house: House) -> None:
    item = came_home(house)
    house.queues(house.confirmed("Ola Testesen"), STICK)
    washed = wash(house, item)
    assert (washed.fate, washed.place) == (Fate.SET_ASIDE, "HENTES")
    assert "Ola" not in repr(washed)


def due_for_inspection(house: House) -> str:
    item = came_home(house, ROLLATOR)
    house.wait(days=400)
    return item


def was_reported_broken(house: House) -> str:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.BROKEN)
    return item


def lacks_something_unnamed(house: House) -> str:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.MISSING_PART)
    return item


def was_reported_soiled(house: House) -> str:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.SOILED)
    return item


def out_of_quarantine(house: House) -> str:
    item = was_reported_soiled(house)
    house.moves(stock.end_quarantine, item)
    return item


def is_recalled(house: House) -> str:
    item = came_home(house)
    house.change(recall, key="r", product=STICK, lot=None, serial=None, opened_at=0, closed_at=None)
    return item


def is_out(house: House) -> str:
    item = house.stands(STICK)
    house.lends(house.confirmed(), item)
    return item


def was_missing(house: House) -> str:
    item = house.stands(STICK)
    house.moves(stock.count_out, item)
    return item


ASIDE: list[tuple[Callable[[House], str], Fate, State, str | None, str | None]] = [
    (due_for_inspection, Fate.TO_INSPECT, State.INSPECTION, "VASK 1", None),
    (was_reported_broken, Fate.FAULT, State.REPAIR, "VERKSTED", "broken"),
    (lacks_something_unnamed, Fate.FAULT, State.RETURNED, "VASK 1", "missing_part"),
    (was_reported_soiled, Fate.INFECTED, State.QUARANTINE, "SMITTE", None),
    (out_of_quarantine, Fate.INFECTED, State.CLEANING, "SMITTE", None),
    (is_recalled, Fate.RECALLED, State.RETURNED, "VASK 1", None),
    (lambda house: came_home(house, BUCKET), Fate.SINGLE_USER, State.RETURNED, "KAST", None),
    (is_out, Fate.CAME_HOME, State.RETURNED, "VASK 1", None),
    (was_missing, Fate.CAME_HOME, State.RETURNED, "UKJENT", None),
    (lambda house: house.stands(STICK), Fate.CLEAN_ALREADY, State.AVAILABLE, "A1", None),
    (lambda house: house.received(STICK), Fate.NOT_SHELVED, State.RECEIVED, "UKJENT", None),
]


@pytest.mark.parametrize(("lead", "fate", "state", "where", "why"), ASIDE, ids=[one[1] for one in ASIDE])
def test_what_a_run_does_not_wash_is_told_with_its_reason_and_its_place(
    house: House, lead: Callable[[House], str], fate: Fate, state: State, where: str, why: str | None
) -> None:
    item = lead(house)
    washed = wash(house, item)
    assert (washed.fate, washed.place, washed.why, house.state(item)) == (fate, where, why, state)
    assert washed.is_washed == (fate is Fate.TO_INSPECT)
    assert house.unsoundness() == []


def test_an_unknown_code_is_counted_and_what_came_home_by_its_scan_is_washed_by_the_next(
    house: House,
) -> None:
    unknown = wash(house, NO_SUCH_ITEM)
    assert (unknown.fate, unknown.deed) == (Fate.UNKNOWN, None)
    assert house.counted() == {("unknown_code", ""): 1}
    item = is_out(house)
    assert wash(house, item).fate is Fate.CAME_HOME
    assert wash(house, item).fate is Fate.FREE


def test_a_part_that_stayed_out_long_ago_does_not_stop_a_wash(house: House) -> None:
    item = lacks_something_unnamed(house)
    assert house.moves(upkeep.cleaned, item).state == State.AVAILABLE
    house.lends(house.confirmed("Ola Testesen"), item)
    house.wait(days=1)
    house.brings(item)
    assert wash(house, item).fate is Fate.FREE


# --- one by one ---


def test_on_its_own_page_a_thing_is_disinfected_and_free_again(house: House) -> None:
    item = out_of_quarantine(house)
    cleaned = house.moves(upkeep.cleaned, item, by=LIV)
    assert (cleaned.state, cleaned.place, house.item(item).infected) == (State.AVAILABLE, "A1", False)
    bucket = came_home(house, BUCKET)
    refused = refuses(house, upkeep.cleaned, bucket, by=LIV)
    assert (refused.reasons, refused.place) == ((Reason.WRONG_STATE,), "KAST")


def test_a_thing_is_kept_apart_and_let_out_to_be_cleaned(house: House) -> None:
    card = house.confirmed()
    item = house.stands(STICK)
    hold = house.queues(card, STICK)
    apart = house.moves(upkeep.keep_apart, item, infection=True, by=LIV)
    assert (apart.state, apart.place, house.hold(hold.key).item) == (State.QUARANTINE, "SMITTE", None)
    again = refuses(house, upkeep.keep_apart, item, infection=True, by=LIV)
    assert again.reasons == (Reason.WRONG_STATE,)
    out = house.moves(upkeep.let_out, item, by=LIV)
    assert (out.state, out.place) == (State.CLEANING, "SMITTE")
    assert refuses(house, upkeep.let_out, item, by=LIV).reasons == (Reason.WRONG_STATE,)
    assert house.unsoundness() == []


# --- inspections ---


SIGNED = Signed(LIV, (Checked("Brakes"), Checked("Tyres")), "New ferrules.")


def test_an_inspection_is_signed_with_its_points_and_leads_to_the_shelf(house: House) -> None:
    item = due_for_inspection(house)
    wash(house, item)
    passed = house.moves(inspections.passed, item, signed=SIGNED, by=LIV)
    assert (passed.state, passed.place) == (State.AVAILABLE, "A1")
    (record,) = house.look(inspections.of_thing, item)
    assert (record.by, record.passed, record.points) == (LIV, True, SIGNED.points)
    assert (record.remark, record.event) == ("New ferrules.", passed.key)
    until = house.look(inspections.good_until, item)
    assert until is not None
    assert (until - house.station.today(house.now)).days == 365
    assert isinstance(take_back(house, passed.deed), tuple)
    assert (house.state(item), house.rows(inspection)) == (State.INSPECTION, [])


def test_what_stands_on_its_shelf_is_called_in_and_passes_in_one_deed(house: House) -> None:
    item = house.stands(ROLLATOR)
    passed = house.moves(inspections.passed, item, signed=SIGNED, by=LIV)
    told = house.events(item)[-2:]
    assert [one.kind for one in told] == ["inspection_due", "inspected"]
    assert {one.deed for one in told} == {passed.deed}
    take_back(house, passed.deed)
    assert house.state(item) is State.AVAILABLE


def test_what_does_not_pass_goes_to_the_workshop_with_an_order_and_the_remark(house: House) -> None:
    item = due_for_inspection(house)
    wash(house, item)
    bad = Signed(LIV, (Checked("Brakes", False),), "Left one slips.")
    failed = house.moves(inspections.failed, item, fault="brakes", signed=bad, by=LIV)
    assert (failed.state, failed.place) == (State.REPAIR, "VERKSTED")
    (record,) = house.look(inspections.of_thing, item)
    assert (record.passed, order(house, item).fault) == (False, "brakes")
    (written,) = house.look(notes.about, order(house, item).key)
    assert (written.text, written.by) == ("Left one slips.", LIV)
    take_back(house, failed.deed)
    assert house.state(item) is State.INSPECTION
    assert (house.rows(repair_order), house.rows(inspection), house.rows(note)) == ([], [], [])


def test_a_thing_that_is_not_washed_is_not_inspected_and_a_bad_point_does_not_pass(house: House) -> None:
    item = came_home(house, ROLLATOR)
    refused = refuses(house, inspections.passed, item, signed=SIGNED, by=LIV)
    assert (refused.reasons, house.rows(inspection)) == ((Reason.WRONG_STATE,), [])
    with pytest.raises(ValueError, match="not in order"):
        house.do(inspections.passed, item=item, signed=Signed(LIV, (Checked("Brakes", False),)))


# --- the workshop ---


def test_what_a_kiosk_sent_has_an_order_before_anybody_has_opened_one(house: House) -> None:
    item = was_reported_broken(house)
    before = order(house, item)
    assert (before.fault, before.state, house.rows(repair_order)) == ("broken", "open", [])
    assert house.at_desk(repairs.add_note, item, "Handle bent", by=LIV)
    assert order(house, item) == before
    assert [one.key for one in house.rows(repair_order)] == [before.key]
    assert [one.item for one in house.look(repairs.listing, house.station)] == [item]


def on_the_ledger(house: House, deed: Callable[..., bool], *what: Any) -> bool:
    return house.ledger.perform(lambda conn, _: deed(conn, *what))


def test_a_repair_waits_for_a_part_costs_something_and_leads_to_a_cleaning(house: House) -> None:
    item = is_out(house)
    sent = house.moves(repairs.send, item, fault="wheels", by=LIV)
    assert (sent.state, sent.place, len(house.loans(item))) == (State.REPAIR, "VERKSTED", 1)
    assert on_the_ledger(house, repairs.wait, item, "Front wheel 150 mm")
    assert on_the_ledger(house, repairs.spend, item, 12550)
    now = order(house, item)
    assert (now.state, now.waits_for, now.cost_ore) == ("waiting_for_part", "Front wheel 150 mm", 12550)
    assert on_the_ledger(house, repairs.go_on, item)
    done = house.moves(repairs.done, item, by=LIV)
    assert (done.state, done.place) == (State.CLEANING, "VASK 1")
    (closed,) = house.look(repairs.of_thing, item)
    assert (closed.state, closed.closed_by, closed.opened_by) == ("done", LIV, LIV)
    for too_late in (repairs.go_on, repairs.wait, repairs.spend):
        assert not on_the_ledger(house, too_late, item, *(["x"] if too_late is not repairs.go_on else []))
    take_back(house, done.deed)
    assert (order(house, item).state, house.state(item)) == ("open", State.REPAIR)


def test_a_thing_has_one_order_at_a_time_and_done_at_a_shell_closes_it_too(house: House) -> None:
    item = came_home(house)
    house.do(repairs.send, item=item, fault="tips", by=LIV)
    again = refuses(house, repairs.send, item, fault="worn", by=LIV)
    assert again.reasons == (Reason.WRONG_STATE,)
    assert order(house, item).fault == "tips"
    house.wait(minutes=1)
    house.do(stock.done, item=item)
    (closed,) = house.look(repairs.of_thing, item)
    assert (closed.state, house.look(repairs.order_of, item)) == ("done", None)
    house.wait(minutes=1)
    house.do(repairs.send, item=item, fault="worn", by=LIV)
    assert [one.state for one in house.look(repairs.of_thing, item)] == ["done", "open"]


# --- written off ---


def scrap(house: House, item: str, **said: Any) -> Moved | Refused:
    wanted = {"reason": "worn_out", "destination": "scrap", **said}
    return house.do(scrapping.write_off, item=item, by=LIV, **wanted)


def test_a_write_off_gives_a_repair_up_and_says_value_and_destination(house: House) -> None:
    item = was_reported_broken(house)
    on_the_ledger(house, repairs.wait, item, "Handle")
    gone = scrap(house, item, reason="not_worth_repair", destination="parts", value_ore=0)
    assert isinstance(gone, Moved)
    assert house.events(item)[-1].facts == {
        "reason": "not_worth_repair",
        "value_ore": 0,
        "destination": "parts",
    }
    (given_up,) = house.look(repairs.of_thing, item)
    assert given_up.state == "given_up"
    back = house.do(scrapping.find_again, item=item, by=LIV)
    assert isinstance(back, Undone)
    assert (house.state(item), order(house, item).state) == (State.REPAIR, "open")


def test_what_is_thrown_away_goes_under_its_sign_and_twice_is_refused(house: House) -> None:
    item = came_home(house)
    gone = scrap(house, item)
    assert isinstance(gone, Moved)
    assert (gone.state, gone.place) == (State.WRITTEN_OFF, "KAST")
    again = scrap(house, item)
    assert isinstance(again, Refused)
    assert again.reasons == (Reason.WRONG_STATE,)
    never = refuses(house, scrapping.find_again, house.stands(STICK), by=LIV)
    assert never.reasons == (Reason.WRONG_STATE,)


def test_a_thing_on_loan_comes_home_by_being_written_off_and_both_are_taken_back(house: House) -> None:
    item = is_out(house)
    gone = scrap(house, item, reason="damaged")
    assert isinstance(gone, Moved)
    assert (house.loans(item)[0].ended, house.state(item)) == ("returned", State.WRITTEN_OFF)
    take_back(house, gone.deed)
    assert (house.loans(item)[0].ended, house.state(item)) == (None, State.ON_LOAN)
    assert house.unsoundness() == []


@pytest.mark.parametrize("wrong", [{"reason": "old"}, {"destination": "moon"}, {"value_ore": -1}])
def test_a_write_off_has_a_reason_a_destination_and_a_value_of_the_known_kind(
    house: House, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="no write-off"):
        scrap(house, came_home(house), **wrong)


# --- places and checklists ---


def test_a_sign_is_renamed_and_outcomes_say_the_new_name(house: House) -> None:
    house.do(places.rename, purpose="wet", name="VASKEROM", by=LIV)
    signs = {one.purpose: one.name for one in house.look(places.listing, house.station)}
    assert (signs["wet"], signs["repair"]) == ("VASKEROM", "VERKSTED")
    stool = house.stands(STOOL)
    assert house.brings(stool, brought_back=True).place == "VASKEROM"
    (row,) = house.rows(place, purpose="wet")
    assert house.rows(revision, key=f'["{row.depot}", "wet"]')[-1].by == LIV
    for purpose, name in (("wet", ""), ("wet", "x" * 21), ("wet", "a\x1b[2J"), ("moon", "x")):
        with pytest.raises(ValueError, match=r"wanted|no purpose"):
            house.do(places.rename, purpose=purpose, name=name)


def test_the_nearest_checklist_counts_alone(house: House) -> None:
    def points(line: str) -> tuple[str, str]:
        found = house.look(checklists.for_inspection, line, "en")
        return found.subject, found.points[0]

    assert points(ROLLATOR)[0] == "12 06"
    assert points("LFT-03")[0] == "12 36 21"
    assert points("LFT-01")[0] == "12 36"
    assert points("REA-01")[0] == "default"
    assert house.look(checklists.for_cleaning, STOOL, "nb").subject == "wet"
    assert house.look(checklists.for_cleaning, STOOL, "nb", infected=True).subject == "infection"
    house.at_desk(checklists.put, "inspection", ROLLATOR, "Basket hooks", language="en")
    assert points(ROLLATOR) == (ROLLATOR, "Basket hooks")


def test_a_list_is_made_ones_own_point_by_point_and_given_back(house: House) -> None:
    def points(language: str) -> tuple[str, ...]:
        return house.look(checklists.of, "cleaning", "wet", language).points

    before = points("nb")
    added = house.at_desk(checklists.put, "cleaning", "wet", "Tell bøttene", language="nb", by=LIV)
    assert (added, points("nn")[-1], len(points("en"))) == (len(before) + 1, "Tell bøttene", added)
    house.at_desk(checklists.put, "cleaning", "wet", "Skyll godt", language="nb", n=1, by=LIV)
    assert (points("nb")[0], points("nn")[0][:4]) == ("Skyll godt", "Skyl")
    house.at_desk(checklists.remove, "cleaning", "wet", 1, by=LIV)
    assert points("nb") == (*before[1:], "Tell bøttene")
    with pytest.raises(ValueError, match="has 4 points"):
        house.at_desk(checklists.put, "cleaning", "wet", "x", language="nb", n=6)
    assert house.at_desk(checklists.reset, "cleaning", "wet", by=LIV)
    assert points("nb") == before
    assert not house.at_desk(checklists.reset, "cleaning", "wet", by=LIV)


def test_every_list_that_comes_along_is_there_in_every_language() -> None:
    for (purpose, subject), points in checklists.packaged().items():
        for point in points:
            assert all(point[language].strip() for language in ("nb", "nn", "da", "en")), (purpose, subject)
            assert max(map(len, point.values())) <= checklists.LONGEST


# --- the run itself ---


def test_a_scan_whose_run_could_not_be_kept_has_washed_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = came_home(house), came_home(house, TONGS)
    key = house.do(washing.scan, key=None, item=first, by=LIV).key

    def torn(*_: object, **__: object) -> None:
        raise OSError("the power is gone")

    with monkeypatch.context() as broken:
        broken.setattr("inventory.work.keep", torn)
        with pytest.raises(OSError, match="power"):
            house.do(washing.scan, key=key, item=second, by=LIV)
    assert (house.state(first), house.state(second)) == (State.AVAILABLE, State.RETURNED)
    assert house.look(washing.read, key).done == 1
    assert house.unsoundness() == []


def test_a_run_that_somebody_else_has_ended_goes_on_with_the_next_scan(house: House) -> None:
    first, second = came_home(house), came_home(house, TONGS)
    key = house.do(washing.scan, key=None, item=first, by=LIV).key
    house.at_desk(work.end, key)
    assert house.look(washing.under_way, house.station) is None
    assert house.do(washing.scan, key=key, item=second, by="ola").key == key
    found = house.look(washing.under_way, house.station)
    assert found is not None
    assert (found.key, found.by, house.look(washing.read, key).done) == (key, LIV, 2)
