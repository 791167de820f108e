"""What waits for somebody to decide: what does not fit together, what is not ours, and labels of other people."""

from __future__ import annotations

import pytest

from depot import clock, codes, lending, stock
from depot.codes import NavLabel
from depot.outcomes import CheckedIn, Moved, Reason, Refused
from depot.states import State
from depot.tables import foreign_return, product, product_identifier, resolution
from inventory import discrepancies, foreign, today
from inventory.benches.discrepancies import Decide
from inventory.benches.registry import BENCHES
from inventory.discrepancies import Decision, Strange
from inventory.waiting import Kind
from tests.depot.house import ROLLATOR, STICK, Elsewhere, House, settings_for
from tests.inventory.desk.driver import STOREKEEPER, Sitting

GTIN = "7038010000089"
NAV, ANOTHER_NAV = "005634 104711", "005634 104712"


def sits(house: House) -> Sitting:
    return Sitting(house.ledger, settings_for(house.file), house.now)


@pytest.fixture
def desk(house: House) -> Sitting:
    """A storekeeper's desk."""
    return sits(house)


def waiting(house: House, kind: Kind) -> int:
    told = house.look(today.today, house.station, now=house.now, kinds=(kind,))
    return sum(row.count for row in told.rows)


# --- what does not fit together ---


@pytest.fixture
def strange(house: House) -> tuple[str, str, str]:
    """A thing that another station says was lent while it was on loan here: the thing, the kind, the event."""
    thing = house.stands(STICK)
    house.lends(house.confirmed(), thing)
    house.wait(minutes=5)
    ms = clock.millis(house.now)
    lent = {"product": STICK, "days": 30, "policy": "keep", "due": "2027-03-03"}
    house.hears(Elsewhere().says("check_out", tick=ms, key="e1", item=thing, facts=lent))
    house.wait(minutes=5)
    (kind, event), *_ = house.strange()
    return thing, kind, event


def decide(house: House, strange: tuple[str, str, str], decision: Decision) -> object:
    _, kind, event = strange
    return house.do(discrepancies.decide, kind=kind, event=event, decision=decision, by="liv")


def test_a_decision_takes_it_off_todays_list_and_is_kept(house: House, strange: tuple[str, str, str]) -> None:
    assert waiting(house, Kind.DISCREPANCY) == 1
    outcome = decide(house, strange, Decision.AS_IT_IS)
    assert isinstance(outcome, Strange)
    assert waiting(house, Kind.DISCREPANCY) == 0
    (row,) = house.rows(resolution)
    assert (row.kind, row.event, row.by, row.decided) == (strange[1], strange[2], "liv", "as_it_is")
    house.rebuild()
    assert waiting(house, Kind.DISCREPANCY) == 0


def test_what_is_here_is_taken_in_and_what_is_nowhere_becomes_missing(
    house: House, strange: tuple[str, str, str]
) -> None:
    thing, kind, event = strange
    outcome = decide(house, strange, Decision.TAKEN_IN)
    assert isinstance(outcome, CheckedIn)
    assert house.state(thing) == State.RETURNED
    deed = discrepancies.deed_of(outcome)
    assert house.do(discrepancies.reopen, kind=kind, event=event, deed=deed)
    assert house.state(thing) == State.ON_LOAN
    assert isinstance(decide(house, strange, Decision.MISSING), Moved)
    assert house.state(thing) == State.MISSING


def test_it_is_decided_once_and_only_as_it_may_be(house: House, strange: tuple[str, str, str]) -> None:
    thing, kind, event = strange
    house.brings(thing)
    found = house.look(discrepancies.find, kind, event)
    assert found is not None
    assert found.possible == (Decision.AS_IT_IS, Decision.NOT_KNOWN), "it is home and nobody looks for it"
    wrong = Refused(item=thing, reasons=(Reason.WRONG_STATE,))
    assert decide(house, strange, Decision.MISSING) == wrong
    decide(house, strange, Decision.NOT_KNOWN)
    assert decide(house, strange, Decision.AS_IT_IS) == wrong
    nothing = house.do(discrepancies.decide, kind=kind, event="nothing", decision=Decision.AS_IT_IS, by="liv")
    assert nothing == Refused(item="", reasons=(Reason.WRONG_STATE,))


def test_a_decision_whose_deed_something_followed_stays(house: House, strange: tuple[str, str, str]) -> None:
    thing, kind, event = strange
    deed = discrepancies.deed_of(decide(house, strange, Decision.TAKEN_IN))  # type: ignore[arg-type]
    house.moves(stock.cleaned, thing)
    assert not house.do(discrepancies.reopen, kind=kind, event=event, deed=deed)
    assert len(house.rows(resolution)) == 1


def test_the_page_says_what_is_strange_marks_the_event_and_decides(
    house: House, strange: tuple[str, str, str], desk: Sitting
) -> None:
    thing, kind, event = strange
    desk.session._open(Decide(desk.session._at, kind, event))
    seen = desk.see(80, 24)
    assert "It was lent while it was still on loan" in seen
    assert codes.spoken(thing) in seen
    table = desk.session.shown.view.table
    assert table is not None
    assert [row.key for row in table.rows if row.strong] == [event]
    desk.act("It is here: take it in")
    assert house.state(thing) == State.RETURNED
    assert house.events(thing)[-1].by == STOREKEEPER.id
    desk.press("undo", "enter")
    assert (house.state(thing), house.rows(resolution)) == (State.ON_LOAN, [])


# --- not ours ---


def test_what_is_navs_is_taken_in_by_its_label_and_handed_over_by_it(house: House, desk: Sitting) -> None:
    desk.scan(ANOTHER_NAV)
    desk.press("1")
    desk.scan(NAV)
    desk.press("1")
    assert waiting(house, Kind.FOREIGN) == 2
    desk.scan(NAV)
    assert "It is taken in already" in desk.see(80, 24)
    desk.act("Handed over")
    assert waiting(house, Kind.FOREIGN) == 1
    desk.press("undo", "enter")
    assert waiting(house, Kind.FOREIGN) == 2
    desk.session._open(BENCHES["foreign"](desk.session._at))
    assert desk.counts == {"waiting": 2}
    desk.scan(NAV)
    left = {row.serial: row.settled_at for row in house.rows(foreign_return)}
    assert left["104712"] is None
    assert left[None] is not None, "the number that points at a person goes with the thing"
    assert waiting(house, Kind.FOREIGN) == 1


def test_a_handing_over_by_a_slip_is_taken_back_with_the_number_that_tells_the_thing(
    house: House, desk: Sitting
) -> None:
    label = codes.parse(NAV)
    house.do(lending.receive_foreign, label=label)
    desk.session._open(BENCHES["foreign"](desk.session._at))
    desk.act("All are handed over")
    assert waiting(house, Kind.FOREIGN) == 1
    desk.press("enter")
    assert waiting(house, Kind.FOREIGN) == 0
    desk.press("undo", "enter")
    assert isinstance(label, NavLabel)
    (row,) = house.rows(foreign_return)
    assert (row.serial, row.settled_at) == ("104711", None)
    assert house.look(foreign.of_label, label) == row.event


def test_nobody_hands_a_thing_over_twice(house: House) -> None:
    house.do(lending.receive_foreign, label=codes.parse(NAV))
    (row,) = house.rows(foreign_return)
    assert len(house.at_desk(foreign.hand_over, (row.event,))) == 1
    assert house.at_desk(foreign.hand_over, (row.event,)) == ()


def test_where_navs_things_are_not_taken_in_the_page_says_so(house: House) -> None:
    house.reopen(rules_foreign_returns="send")
    desk = sits(house)
    desk.scan(NAV)
    assert desk.press("1") == "This is NAV's, and we do not take such things in. Send it on to NAV."
    assert house.rows(foreign_return) == []


def test_another_owners_number_is_told_and_changes_nothing(house: House, desk: Sitting) -> None:
    before = len(house.events())
    desk.scan("8004703801ABC123456")
    assert "another owner's" in desk.see(80, 24)
    assert len(house.events()) == before


# --- a maker's number ---


def test_a_makers_number_is_bound_by_scanning_the_lines_own_label_and_taken_back(
    house: House, desk: Sitting
) -> None:
    (line,) = house.rows(product, code=ROLLATOR)
    desk.scan(GTIN)
    assert "No line has this number yet" in desk.see(80, 24)
    desk.scan(line.label)
    assert [(row.value, row.product) for row in house.rows(product_identifier)] == [("0" + GTIN, ROLLATOR)]
    desk.press("undo", "enter")
    assert house.rows(product_identifier) == []
    desk.act("Bind it to a line")
    desk.choose("Rollator, indoor")
    assert desk.tone == "good"
    desk.press("back")
    desk.scan(GTIN)
    desk.press("enter")
    assert "Rollator, indoor" in desk.title


def test_a_number_that_is_bound_and_bears_a_serial_opens_the_thing_itself(
    house: House, desk: Sitting
) -> None:
    thing = house.stands(ROLLATOR, serial="SN77")
    house.change(product_identifier, scheme="gtin", value="0" + GTIN, product=ROLLATOR)
    desk.scan(f"(01)0{GTIN}(21)SN77")
    desk.press("enter")
    assert codes.spoken(thing) in desk.see(80, 24)
