"""Receiving at the desk: by scans, digits and Enter alone, and what is said to each."""

from __future__ import annotations

import pytest

from depot import codes, own, quantities, reference
from depot.states import State
from depot.tables import event, item, label_job, product, product_text
from inventory import deliveries, identifiers, restock
from inventory.identifiers import Number
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, House, settings_for
from tests.inventory.desk.driver import STOREKEEPER, Sitting

ROLLATOR_GTIN, NEW_GTIN = "07038010021145", "05901234123457"
UNUSED = [own.mint(own.Kind.ITEM, f"9000{n:03d}") for n in range(1, 9)]


@pytest.fixture
def desk(house: House) -> Sitting:
    """A storekeeper at Receiving; the depot has two shelves and knows a rollator's barcode."""
    house.shelf("A1")
    house.shelf("B2")
    house.at_desk(identifiers.bind, Number("gtin", ROLLATOR_GTIN), ROLLATOR)
    sitting = Sitting(house.ledger, settings_for(house.file), house.now)
    sitting.act("Receive")
    return sitting


def label(house: House, line: str) -> str:
    (row,) = house.rows(product, code=line)
    return str(row.label)


def begins(desk: Sitting, pieces: int, labels: str = "Print new labels") -> None:
    """Choose the rollators by their barcode and begin a delivery for A1, all by the keypad and scans."""
    desk.scan(ROLLATOR_GTIN)
    desk.type(f"{pieces}")
    desk.press("enter", "enter", "enter")
    desk.choose("A1")
    desk.act(labels)


def minted(house: House) -> list[str]:
    (delivery,) = house.look(deliveries.open_ones, house.station)
    return list(delivery.codes)


def test_new_labels_are_printed_and_each_piece_is_shelved_by_its_scan(desk: Sitting, house: House) -> None:
    begins(desk, 3)
    assert desk.title == "Print"
    desk.press("back")
    first, second, third = minted(house)
    assert desk.counts == {"on the shelf": 0, "of": 3}
    said = desk.scan(first)
    assert (said, desk.tone) == (f"{own.spoken(first)} is on the shelf. 1 of 3.", "good")
    assert desk.counts == {"on the shelf": 1, "of": 3}
    assert desk.scan(second, third) == f"{own.spoken(third)} is on the shelf. That was the last: 3 of 3."
    assert "All of them are in." in desk.see(80, 24)
    assert [house.state(code) for code in (first, second, third)] == [State.AVAILABLE] * 3
    assert {one.by for one in house.events(first)} == {STOREKEEPER.id}


def test_whoever_signs_out_at_one_of_two_is_offered_the_other_first(desk: Sitting, house: House) -> None:
    begins(desk, 2)
    desk.press("back")
    first, second = minted(house)
    desk.scan(first)
    again = Sitting(house.ledger, settings_for(house.file), house.now)
    assert "Unfinished: receiving, 1 of 2" in again.see()
    again.choose("Unfinished")
    assert again.counts == {"on the shelf": 1, "of": 2}
    again.scan(second)
    again.press("back")
    assert "Unfinished" not in again.see()


def test_labels_that_are_printed_already_are_bound_and_a_slip_is_taken_back(
    desk: Sitting, house: House
) -> None:
    begins(desk, 2, "Labels that are printed")
    assert "2 of 2" not in desk.scan(UNUSED[0])
    desk.press("undo")
    assert "Was " in desk.see()
    assert "throw it away" in desk.press("enter")
    assert house.state(UNUSED[0]) is State.WRITTEN_OFF
    assert desk.scan(UNUSED[0]) == "This label is used up. Throw it away and take another."
    desk.scan(UNUSED[1])
    assert desk.scan(UNUSED[2]).endswith("2 of 2.")
    assert desk.scan(UNUSED[3]) == "All 2 have their label. If more have come, press 4."
    assert desk.tone == "bad"


def test_a_wrong_thing_sounds_differently_lies_beside_and_the_run_goes_on(
    desk: Sitting, house: House
) -> None:
    stick = house.stands(STICK)
    begins(desk, 2)
    desk.press("back")
    first, _ = minted(house)
    assert (desk.scan(stick).endswith("Put it aside and go on."), desk.tone) == (True, "bad")
    assert f"{own.spoken(stick)}  another line" in desk.see(80, 24)
    assert desk.scan(first).endswith("1 of 2.")
    assert (desk.scan(first), desk.tone) == (f"{own.spoken(first)} is counted already.", "bad")
    desk.press("undo", "enter")
    assert house.state(first) is State.RECEIVED
    assert desk.scan(first).endswith("1 of 2.")


def test_serials_come_from_the_makers_label_or_are_typed(desk: Sitting, house: House) -> None:
    begins(desk, 2)
    desk.press("back")
    first, second = minted(house)
    desk.scan(f"(01){ROLLATOR_GTIN}(21)S1(10)L1")
    assert "Now scan our label on the piece with S1." in desk.see(80, 24)
    desk.press("undo", "enter")
    assert "S1" not in desk.see(80, 24)
    desk.scan(f"(01){ROLLATOR_GTIN}(21)S1(10)L1")
    desk.scan(first)
    desk.scan(second)
    desk.act("Serial number")
    desk.type("S2")
    desk.type("L2")
    rows = [house.rows(item, code=code)[0] for code in (first, second)]
    assert [(row.serial, row.lot) for row in rows] == [("S1", "L1"), ("S2", "L2")]
    desk.press("undo", "enter")
    assert house.rows(item, code=second)[0].serial is None
    desk.act("Serial number")
    desk.type("S1")
    assert desk.press("enter") == "Number S1 is that of 0004 0010 already."


def test_a_piece_did_not_come_more_came_another_shelf_and_the_end(desk: Sitting, house: House) -> None:
    begins(desk, 2)
    desk.press("back")
    first, second = minted(house)
    desk.scan(first)
    desk.scan(house.shelf("B2"))
    desk.point(own.spoken(second))
    desk.act("It did not come")
    desk.press("enter")
    assert (house.state(second), desk.counts) == (State.WRITTEN_OFF, {"on the shelf": 1, "of": 1})
    desk.press("undo", "enter")
    assert (house.state(second), desk.counts) == (State.RECEIVED, {"on the shelf": 1, "of": 2})
    desk.act("More or fewer")
    desk.press("erase")
    desk.type("4")
    assert desk.title == "Print"
    desk.press("back")
    desk.scan(second)
    assert house.item(second).shelf == house.shelf("B2")
    desk.act("No more will come")
    desk.press("enter")
    assert desk.counts == {"on the shelf": 2, "of": 2}
    assert len(house.rows(event, kind="written_off")) == 3
    desk.press("undo", "enter")
    assert desk.counts == {"on the shelf": 2, "of": 4}
    assert [house.state(code) for code in minted(house)[2:]] == [State.RECEIVED] * 2
    desk.press("undo", "enter")
    assert house.state(second) is State.RECEIVED
    desk.press("undo")
    assert "Is 4 not the right number after all?" in desk.see(80, 24)
    desk.press("enter")
    assert desk.counts == {"on the shelf": 1, "of": 2}
    assert [house.state(code) for code in minted(house)[:2]] == [State.AVAILABLE, State.RECEIVED]


def test_a_new_barcode_is_given_to_a_line_once(desk: Sitting, house: House) -> None:
    desk.scan(NEW_GTIN)
    assert "Nobody has said yet which line" in desk.see(80, 24)
    desk.type("albuekry", enter=False)
    desk.press("enter")
    assert house.look(identifiers.line_of, Number("gtin", NEW_GTIN)) == CRUTCHES
    assert desk.title.startswith("Receiving: ")
    desk.press("back")
    desk.press("undo", "enter")
    assert house.look(identifiers.line_of, Number("gtin", NEW_GTIN)) is None


def test_what_was_received_and_never_shelved_is_a_delivery_of_its_own(desk: Sitting, house: House) -> None:
    waits = house.received(STICK)
    desk.scan(waits)
    desk.scan(house.shelf("B2"))
    assert desk.counts == {"on the shelf": 0, "of": 1}
    desk.scan(waits)
    assert (house.state(waits), house.item(waits).shelf) == (State.AVAILABLE, house.shelf("B2"))


def test_the_last_delivery_is_remembered_and_nonsense_is_told(desk: Sitting, house: House) -> None:
    house.received(ROLLATOR, owner="NAV", price_ore=129950)
    desk.scan(label(house, ROLLATOR))
    page = desk.see(80, 24)
    assert all(word in page for word in ("NAV", "1299,5", "11.01.2027"))
    desk.type("0")
    desk.press("enter", "enter")
    assert (desk.press("enter"), desk.tone) == ("From 1 to 200 pieces.", "bad")


def test_an_order_is_ticked_off_by_its_delivery(desk: Sitting, house: House) -> None:
    house.do(restock.order, pieces=[(ROLLATOR, 3)], by="liv")
    begins(desk, 1)
    desk.press("back")
    desk.scan(*minted(house))
    desk.act("The order of 3 pieces has come")
    assert [one.pieces for one in house.look(restock.orders, house.station)] == [2]
    assert "has come" not in desk.see(120, 40), "one piece ticks off one, however often the digit is pressed"
    desk.press("undo", "enter")
    assert sum(one.pieces for one in house.look(restock.orders, house.station)) == 3
    desk.act("has come")
    assert sum(one.pieces for one in house.look(restock.orders, house.station)) == 2


def test_typed_digits_do_not_prove_that_a_label_reads(desk: Sitting, house: House) -> None:
    begins(desk, 2)
    desk.press("back")
    first, second = minted(house)
    desk.press("0")
    desk.type(codes.digits(first))
    assert house.state(first) is State.RECEIVED
    assert "Only its scan proves" in desk.see(80, 24)
    desk.act("Print its label again")
    assert desk.title == "Print"
    desk.press("back", "0")
    desk.type(codes.digits(first))
    desk.act("It reads")
    assert (house.state(first), desk.counts["on the shelf"]) == (State.AVAILABLE, 1)
    desk.press("back", "0")
    desk.type(codes.digits(second))
    assert (house.state(second), desk.title) == (State.RECEIVED, "Receiving: Rollator, indoor")
    desk.scan(second)
    assert house.state(second) is State.AVAILABLE


def test_a_label_that_is_bound_and_does_not_read_is_thrown_away(desk: Sitting, house: House) -> None:
    begins(desk, 1, "Labels that are printed already")
    desk.press("0")
    desk.type(codes.digits(UNUSED[0]))
    desk.act("Throw it away")
    assert house.rows(item) == []
    desk.scan(UNUSED[1])
    assert house.state(UNUSED[1]) is State.AVAILABLE


def test_a_thing_gets_a_new_label_with_its_old_code(desk: Sitting, house: House) -> None:
    stick = house.stands(STICK)
    desk.act("New label")
    desk.press("0")
    desk.type(stick[1:9])
    assert desk.title == "Print"
    desk.press("back", "0")
    desk.type(stick[1:9])
    assert (desk.session.said.text, desk.tone) == ("Only its scan proves that a label reads.", "bad")
    assert (desk.scan(stick), desk.tone) == ("The new label reads.", "good")
    assert house.rows(label_job) == []


def test_a_number_is_taken_away_from_its_line_and_given_back(desk: Sitting, house: House) -> None:
    desk.act("Makers' numbers")
    assert ROLLATOR_GTIN in desk.see(80, 24)
    desk.act("Take it away")
    assert house.look(identifiers.known) == ()
    desk.press("undo", "enter")
    assert [one.line for one in house.look(identifiers.known)] == [ROLLATOR]


def test_a_suppliers_number_is_typed_once_and_its_barcode_is_that_line_from_then_on(
    desk: Sitting, house: House
) -> None:
    desk.act("Makers' numbers")
    desk.act("Type a number")
    desk.type("B49602291X")
    assert desk.tone == "bad"
    desk.press(*["erase"] * 10)
    desk.type("30-1123-07")
    desk.type("rollator", enter=False)
    desk.choose(ROLLATOR)
    assert "30-1123-07" in desk.see(80, 24)
    assert "supplier's" in desk.see(80, 24)
    desk.press("back")
    desk.scan("30-1123-07")
    assert "Number of pieces" in desk.see(80, 24)
    desk.press("back", "back")
    desk.scan("30-1123-07")
    assert desk.title == "A supplier's number"
    desk.press("back")
    desk.scan("30-1123-08")
    assert desk.title == "A label that is not known here"
    desk.press("back")
    desk.scan("FOR A. HANSEN")
    assert "We do not know this label" in desk.session.said.text


# --- what is counted ---


@pytest.fixture
def tips(house: House) -> str:
    """A counted line with a label, and twelve of it on A1."""
    (stick,) = house.rows(product, code=STICK)
    row = {
        **stick._asdict(),
        "code": "TIP-01",
        "label": own.mint(own.Kind.PRODUCT, "0009001"),
        "counted": True,
    }
    house.at_desk(reference.put, product, row)
    house.change(product_text, product="TIP-01", language="en", name="Ferrule")
    house.do(quantities.received, line="TIP-01", n=12, shelf=house.shelf("A1"))
    return "TIP-01"


def count(house: House, line: str) -> int:
    return house.look(quantities.counts, house.station.depot)[line]


def test_counted_lines_come_in_are_used_up_thrown_away_and_counted(
    desk: Sitting, house: House, tips: str
) -> None:
    desk.act("Things that are counted")
    desk.scan(label(house, tips))
    desk.act("Came in")
    desk.scan(house.shelf("B2"))
    assert desk.type("8") == "20 are there now."
    for words, left in (("Used up", 15), ("Thrown away", 10)):
        desk.point("Ferrule")
        desk.act(words)
        assert desk.type("5") == f"{left} are there now."
    desk.act("Used up")
    assert desk.type("11").startswith("Only 10 are there")
    desk.press("back")
    desk.act("Counted")
    assert desk.type("9") == "9 are there now."
    taken = [one.facts["why"] for one in house.events() if one.kind == "quantity_taken"]
    assert taken == ["used", "thrown_away"]
    assert house.look(quantities.shelves, house.station.depot)[tips] == house.shelf("B2")
    desk.press("undo", "enter")
    assert count(house, tips) == 10
    assert {one.by for one in house.events()[-3:]} == {STOREKEEPER.id}


def test_a_counted_line_that_is_received_is_asked_how_many(desk: Sitting, house: House, tips: str) -> None:
    desk.scan(label(house, tips))
    assert desk.title == "Ferrule: came in"
    desk.type("3")
    assert (desk.title, count(house, tips)) == ("Receiving", 15)


def test_on_a_small_screen_the_count_the_last_scan_and_every_digit_are_in_sight(
    house: House, desk: Sitting
) -> None:
    begins(desk, 20)
    desk.press("back")
    first, last = minted(house)[0], minted(house)[18]
    desk.scan(*minted(house)[:19])
    desk.scan(house.stands(STICK))
    small = Sitting(house.ledger, settings_for(house.file), house.now, language="nb")
    small.choose("19 av 20")
    page = small.see(80, 24)
    assert "på hylla 19   av 20" in page
    assert own.spoken(last) in page
    assert own.spoken(first) not in page
    assert all(f"{digit} " in page for digit in "123456")
    assert "Lagt til side (1)" in page
