"""Somebody else's number is bound to a line, moved and taken away; a maker's serial number and lot to a thing."""

from __future__ import annotations

import pytest

from depot import codes, finding
from depot.tables import item, product, product_identifier, recall, revision
from inventory import identifiers, receiving
from inventory.identifiers import Binding, Number
from inventory.receiving import Told
from tests.depot.house import ROLLATOR, STICK, House, settings_for
from tests.inventory.desk.driver import Sitting

GTIN = "07038010021145"
SUPPLIERS = "30-1123-07"


@pytest.fixture
def desk(house: House) -> Sitting:
    """A storekeeper's desk."""
    return Sitting(house.ledger, settings_for(house.file), house.now)


def bound(house: House) -> list[tuple[str, str, str]]:
    return [(row.scheme, row.value, row.product) for row in house.rows(product_identifier)]


def label_of(house: House, line: str) -> str:
    (row,) = house.rows(product, code=line)
    return str(row.label)


def numbers(house: House, thing: str) -> tuple[str | None, str | None]:
    (row,) = house.rows(item, code=thing)
    return row.serial, row.lot


def opens(desk: Sitting, thing: str) -> None:
    """Open a thing's card by its digits, which does nothing to it, whatever its state."""
    desk.press("search")
    desk.type(codes.digits(thing))


# --- a number and its line ---


@pytest.mark.parametrize(
    ("scan", "number"),
    [
        ("7038010021145", ("gtin", GTIN)),
        (f"(01){GTIN}(21)A7", ("gtin", GTIN)),
        ("005634", ("hms", "005634")),
        (SUPPLIERS, ("supplier", SUPPLIERS)),
    ],
)
def test_any_unknown_number_that_is_scanned_anywhere_is_bound_by_the_lines_label_or_by_its_name(
    house: House, desk: Sitting, scan: str, number: tuple[str, str]
) -> None:
    opens(desk, house.stands(STICK, serial="S"))
    desk.press("back", "back")
    desk.scan(scan)
    assert "No line has this number yet" in desk.see(80, 24)
    desk.scan(label_of(house, ROLLATOR))
    assert bound(house) == [(*number, ROLLATOR)]
    desk.press("undo", "enter")
    assert bound(house) == []
    desk.act("Bind it to a line")
    desk.type("rollator, ind", enter=False)
    desk.choose(ROLLATOR)
    assert desk.tone == "good"
    assert bound(house) == [(*number, ROLLATOR)]


def test_a_number_of_another_line_is_moved_only_after_a_question_and_moved_back(
    house: House, desk: Sitting
) -> None:
    house.change(product_identifier, scheme="udi_di", value=GTIN, product=ROLLATOR)
    desk.scan(GTIN)
    desk.scan(label_of(house, STICK))
    assert "It means Rollator, indoor now. Is it Walking stick" in desk.see(80, 24)
    desk.press("back")
    assert bound(house) == [("udi_di", GTIN, ROLLATOR)]
    desk.act("It is another line's")
    desk.type("walking stick, adj", enter=False)
    desk.choose(STICK)
    desk.press("enter")
    assert desk.tone == "good"
    assert bound(house) == [("gtin", GTIN, STICK)]
    desk.press("undo", "enter")
    assert bound(house) == [("gtin", GTIN, ROLLATOR)]


def test_a_number_that_another_desk_has_moved_meanwhile_is_not_taken_away_from_its_new_line(
    house: House, desk: Sitting
) -> None:
    house.at_desk(identifiers.bind, Number("gtin", GTIN), ROLLATOR, by="liv")
    desk.scan(GTIN)
    desk.scan(label_of(house, STICK))
    house.at_desk(identifiers.bind, Number("gtin", GTIN), "BTH-01", by="stian", move=True)
    desk.press("enter")
    assert desk.tone == "bad"
    assert bound(house) == [("gtin", GTIN, "BTH-01")]


def test_what_another_desk_has_said_meanwhile_is_neither_taken_away_nor_taken_back(
    house: House, desk: Sitting
) -> None:
    number = Number("gtin", GTIN)
    desk.scan(GTIN)
    desk.scan(label_of(house, STICK))
    house.at_desk(identifiers.bind, number, ROLLATOR, by="stian", instead_of=STICK)
    desk.press("undo", "enter")
    assert desk.tone == "bad"
    assert bound(house) == [("gtin", GTIN, ROLLATOR)]
    desk.press("back")
    desk.scan(GTIN)
    house.at_desk(identifiers.bind, number, STICK, by="stian", instead_of=ROLLATOR)
    desk.act("It is not this line's")
    assert desk.tone == "bad"
    assert bound(house) == [("gtin", GTIN, STICK)]


def test_an_order_number_of_as_many_digits_as_a_gtin_is_known_once_it_is_bound(
    house: House, desk: Sitting
) -> None:
    for digits in ("81701010", "73513537"):  # by its check digit no EAN-8, and by its check digit one
        house.at_desk(identifiers.bind, Number("supplier", digits), ROLLATOR, by="liv")
        desk.scan(digits)
        assert (desk.title, "Rollator, indoor" in desk.see(80, 24)) == ("A supplier's number", True)
        desk.press("back")
    assert "We do not know this label" in desk.scan("81701011")


def test_a_persons_number_is_neither_shown_nor_bound(house: House, desk: Sitting) -> None:
    for number in ("17854090038", "178540 90038", "178540-90038", "0101804321", "010180-4321", "010180 4321"):
        assert "We do not know this label" in desk.scan(number), number
        assert number not in desk.see(80, 24)
        assert house.look(identifiers.meant, codes.parse(number), "NO").number is None


def test_binding_once_more_writes_nothing_and_moving_says_where_from(house: House) -> None:
    number = Number("gtin", GTIN)
    house.at_desk(identifiers.bind, number, ROLLATOR, by="liv")
    written = len(house.rows(revision))
    again = house.at_desk(identifiers.bind, number, ROLLATOR, by="liv", move=True)
    assert (again.what, len(house.rows(revision))) == (Binding.ALREADY, written)
    assert house.at_desk(identifiers.bind, number, STICK, by="liv").what is Binding.ANOTHERS
    nowhere = house.at_desk(identifiers.bind, number, "NO-SUCH", by="liv", move=True)
    assert (nowhere.what, bound(house)) == (Binding.NO_LINE, [("gtin", GTIN, ROLLATOR)])
    moved = house.at_desk(identifiers.bind, number, STICK, by="liv", move=True)
    assert (moved.what, moved.line, moved.was) == (Binding.MOVED, STICK, ROLLATOR)
    assert len(house.rows(revision)) > written


def test_find_tells_whose_numbering_a_number_is_of_and_which_line_has_it(house: House) -> None:
    assert house.look(finding.find, "005634").kind == "nav"
    house.at_desk(identifiers.bind, Number("hmi", "948213"), ROLLATOR, by="liv")
    house.at_desk(identifiers.bind, Number("hms", "005634"), STICK, by="liv")
    house.at_desk(identifiers.bind, Number("hmi", "48213"), ROLLATOR, by="liv")
    house.at_desk(identifiers.bind, Number("supplier", "73513537"), STICK, by="liv")
    for text, kind, line in (
        ("948213", "hmi", ROLLATOR),
        ("005634", "nav", STICK),
        ("48213", "hmi", ROLLATOR),
        ("supplier: 73513537", "supplier", STICK),
        ("]E473513537", "supplier", STICK),
    ):
        found = house.look(finding.find, text)
        assert (found.kind, [row["code"] for row in found.match]) == (kind, [line])
    assert house.look(finding.find, "005634 104711").match == ()


def test_in_a_run_of_scans_a_label_that_nobody_knows_is_told_and_opens_nothing(
    house: House, desk: Sitting
) -> None:
    desk.act("Wash")
    title = desk.title
    assert "We do not know this label" in desk.scan(SUPPLIERS)
    assert desk.title == title


# --- a maker's label and the thing it is on ---


def test_a_things_card_takes_its_numbers_off_the_makers_label_and_gives_them_back(
    house: House, desk: Sitting
) -> None:
    thing = house.stands(ROLLATOR)
    house.change(product_identifier, scheme="gtin", value=GTIN, product=ROLLATOR)
    opens(desk, thing)
    desk.scan(f"(01){GTIN}(10)L7(21)SN-1")
    assert numbers(house, thing) == ("SN-1", "L7")
    assert "SN-1" in desk.see(80, 24)
    written = len(house.rows(revision))
    desk.scan(f"(01){GTIN}(10)L7(21)SN-1")
    assert len(house.rows(revision)) == written
    desk.press("undo", "enter")
    assert numbers(house, thing) == (None, None)


def test_a_label_that_says_the_lot_alone_leaves_the_serial_number(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR, serial="SN-1")
    house.change(product_identifier, scheme="gtin", value=GTIN, product=ROLLATOR)
    opens(desk, thing)
    desk.scan(f"(01){GTIN}(10)L7")
    assert numbers(house, thing) == ("SN-1", "L7")


def test_another_number_than_the_one_on_record_is_asked_about(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR, serial="SN-1")
    house.change(product_identifier, scheme="gtin", value=GTIN, product=ROLLATOR)
    opens(desk, thing)
    desk.scan(f"(01){GTIN}(21)SN-2")
    assert "has number SN-1. Is it number SN-2 instead?" in desk.see(80, 24)
    desk.press("back")
    assert numbers(house, thing) == ("SN-1", None)
    desk.scan(f"(01){GTIN}(21)SN-2")
    desk.press("enter")
    assert numbers(house, thing) == ("SN-2", None)


def test_a_serial_number_that_another_thing_of_the_line_bears_is_refused(house: House, desk: Sitting) -> None:
    thing, other = house.stands(ROLLATOR), house.stands(ROLLATOR, serial="SN-2")
    house.change(product_identifier, scheme="gtin", value=GTIN, product=ROLLATOR)
    opens(desk, thing)
    assert codes.spoken(other) in desk.scan(f"(01){GTIN}(21)SN-2")
    assert desk.tone == "bad"
    assert numbers(house, thing) == (None, None)


def test_a_new_barcode_on_a_thing_is_its_lines_once_somebody_says_so(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR)
    opens(desk, thing)
    desk.scan(f"(01){GTIN}(21)SN-1")
    assert "Is it Rollator, indoor?" in desk.see(80, 24)
    assert (bound(house), numbers(house, thing)) == ([], (None, None))
    desk.press("enter")
    assert bound(house) == [("gtin", GTIN, ROLLATOR)]
    assert numbers(house, thing) == ("SN-1", None)
    desk.press("undo", "enter")
    assert (bound(house), numbers(house, thing)) == ([], (None, None))


def test_a_new_barcode_stays_its_lines_where_its_serial_number_is_refused_until_it_is_taken_back(
    house: House, desk: Sitting
) -> None:
    thing, other = house.stands(ROLLATOR), house.stands(ROLLATOR, serial="SN-1")
    opens(desk, thing)
    desk.scan(f"(01){GTIN}(21)SN-1")
    desk.press("enter")
    assert codes.spoken(other) in desk.session.said.text
    assert bound(house) == [("gtin", GTIN, ROLLATOR)]
    desk.press("undo", "enter")
    assert (bound(house), numbers(house, thing)) == ([], (None, None))


def test_the_label_of_another_line_gives_a_thing_nothing(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR)
    house.change(product_identifier, scheme="gtin", value=GTIN, product=STICK)
    opens(desk, thing)
    for where in ("card", "form"):
        assert desk.scan(f"(01){GTIN}(21)SN-1").startswith("No, that is Walking stick"), where
        desk.act("Serial number and lot") if where == "card" else None
    assert numbers(house, thing) == (None, None)


def test_numbers_that_run_together_are_typed_and_not_believed(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR, serial="SN-1", lot="L1")
    house.change(product_identifier, scheme="gtin", value=GTIN, product=ROLLATOR)
    opens(desk, thing)
    for where in ("card", "form"):
        assert "runs the numbers together" in desk.scan(f"01{GTIN}10L721SN-9"), where
        desk.act("Serial number and lot") if where == "card" else None
    assert numbers(house, thing) == ("SN-1", "L1")


def test_a_recall_waits_for_a_number_that_is_believed(house: House, desk: Sitting) -> None:
    thing = house.stands(ROLLATOR)
    house.change(product_identifier, scheme="gtin", value=GTIN, product=ROLLATOR)
    house.change(recall, key="r", product=ROLLATOR, opened_at=1, lot="L7")
    opens(desk, thing)
    assert "called" in desk.scan(f"(01){GTIN}(10)L7")
    assert numbers(house, thing) == (None, "L7")


def test_receiving_says_that_numbers_run_together_and_writes_none_down(house: House) -> None:
    thing = house.stands(ROLLATOR)
    said = codes.parse(f"01{GTIN}10L721SN-9")
    assert isinstance(said, codes.Udi)
    answer = house.at_desk(receiving.number_piece, thing, said, None, None)
    assert answer is not None
    assert answer.told is Told.NOT_PARTED
    assert numbers(house, thing) == (None, None)
