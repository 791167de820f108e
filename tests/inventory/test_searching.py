"""Search: what fits best comes first, in any language and by any number; people only apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from depot import borrowers, codes
from depot.tables import borrower, look_up, product_identifier
from inventory import searching
from inventory.searching import Book, Of, Rank
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, STOOL, House, settings_for
from tests.inventory.desk.driver import MANAGER, STOREKEEPER, Sitting


@pytest.fixture
def finds(house: House) -> Callable[[str], list[searching.Hit]]:
    """What is found for a text, the best first."""

    def find(text: str) -> list[searching.Hit]:
        book = house.look(Book, house.station, "nb")
        return list(house.look(searching.find, book, text))

    return find


Finds = Callable[[str], list[searching.Hit]]


def test_eight_digits_find_one_thing_before_all_else_with_or_without_the_space(
    house: House, finds: Finds
) -> None:
    thing, other = house.stand(2, ROLLATOR, "B2")
    for typed in (codes.spoken(thing), codes.digits(thing), thing, thing.lower()):
        first = finds(typed)[0]
        assert (first.code, first.rank, first.shelf) == (thing, Rank.EXACT, "B2"), typed
    assert {one.code for one in finds(codes.digits(thing)[:6])} >= {thing, other}


def test_a_serial_and_a_lot_are_found_whole_by_their_beginning_and_within(house: House, finds: Finds) -> None:
    whole = house.received(STICK, serial="AB-77", lot="L9")
    longer = house.received(STICK, serial="AB-770", lot="L9")
    within = house.received(STICK, serial="XAB-77", lot="M1")
    assert [one.code for one in finds("ab-77")] == [whole, longer, within]
    assert [one.code for one in finds("l9")] == [whole, longer]
    assert finds("AB_77") == []


def test_a_line_is_found_in_every_language_by_code_class_and_foreign_number(
    house: House, finds: Finds
) -> None:
    house.change(product_identifier, scheme="hms", value="123456", product=STICK)
    for typed in (STICK, STICK.lower(), "stokk, reg", "reg stokk", "walking stick", "123456", "12 03 03"):
        lines = [one.code for one in finds(typed) if one.of is Of.LINE]
        assert STICK in lines, typed
    assert finds(STICK)[0].code == STICK


def test_the_beginning_of_a_name_comes_before_the_beginning_of_a_word_and_that_before_the_middle(
    house: House, finds: Finds
) -> None:
    house.shelf("Stol 1")
    house.shelf("Ved stolen")
    house.shelf("Rullestolkrok")
    ranks = {one.name: one.rank for one in finds("stol") if one.of is Of.SHELF}
    assert ranks == {"Stol 1": Rank.PREFIX, "Ved stolen": Rank.WORD, "Rullestolkrok": Rank.WITHIN}
    told = [one.rank for one in finds("stol")]
    assert told == sorted(told)


@pytest.mark.parametrize("typed", ["krykek", "kryke", "krukke", "kryykke", "rkykke"])
def test_one_slip_of_the_finger_still_finds_a_line(finds: Finds, typed: str) -> None:
    found = [one for one in finds(typed) if one.of is Of.LINE]
    assert CRUTCHES in [one.code for one in found]
    assert {one.rank for one in found} == {Rank.NEAR}


def test_two_slips_find_nothing_and_what_fits_is_never_mixed_with_what_is_near(finds: Finds) -> None:
    assert finds("krxxke") == []
    assert Rank.NEAR not in {one.rank for one in finds("krykke")}


def test_every_word_must_fit_and_a_shelf_may_be_one_of_them(house: House, finds: Finds) -> None:
    here = house.stands(ROLLATOR, "B2")
    house.stands(ROLLATOR, "A1")
    house.stands(STICK, "B2")
    assert [one.code for one in finds("rullator b2") if one.of is Of.ITEM] == [here]
    assert finds("rullator xyz") == []


def test_case_and_accents_do_not_matter(house: House, finds: Finds) -> None:
    house.shelf("Øst Ä")
    for typed in ("øst ä", "ØST", "ost a"):
        assert [one.name for one in finds(typed) if one.of is Of.SHELF] == ["Øst Ä"], typed


def test_one_letter_finds_lines_and_shelves_and_no_things(house: House, finds: Finds) -> None:
    house.stands(STICK, "S1", serial="S-1")
    assert {one.of for one in finds("s")} == {Of.LINE, Of.SHELF}
    assert Of.ITEM in {one.of for one in finds("s-")}


def test_nothing_typed_finds_nothing_and_much_is_cut(house: House, finds: Finds) -> None:
    house.stand(searching.MOST + 5, STICK)
    assert finds("") == finds("   ") == []
    assert len(finds("0004")) == searching.MOST


# --- people ---


def test_people_are_found_by_words_of_a_name_a_number_or_a_card(house: House) -> None:
    ada = house.confirmed("Ada Østbye Øien", phone="+4740612345")
    house.confirmed("Adam Berg")
    starter = house.starter("40612346")

    def found(text: str) -> list[str]:
        return [one.card for one in house.look(searching.people, text)]

    assert found("øien ada") == found("ØSTBYE") == found("40612345") == found("061 23 45") == [ada]
    assert found(codes.spoken(ada)) == found(ada) == [ada]
    assert found("40612346") == [starter]
    assert [one.name for one in house.look(searching.people, "ada")] == ["Ada Østbye Øien", "Adam Berg"]
    assert found("a") == found("") == found("eva berg") == found("%") == found("__") == []


def test_somebody_who_became_another_is_not_found(house: House) -> None:
    kept, gone = house.confirmed("Ada Berg", phone="+4740612345"), house.starter("40612345")
    house.at_desk(borrowers.merge, gone, kept)
    (found,) = house.look(searching.people, "40612345")
    assert (found.name, found.confirmed) == ("Ada Berg", True)


# --- the page ---


def sits(house: House, **said: object) -> Sitting:
    return Sitting(house.ledger, settings_for(house.file), house.now, **said)  # type: ignore[arg-type]


def test_what_is_typed_is_found_at_once_and_enter_opens_it(house: House) -> None:
    thing = house.stands(STOOL, "B1", serial="QX-1")
    desk = sits(house)
    desk.press("search")
    desk.type("qx", enter=False)
    assert codes.spoken(thing) in desk.see(80, 24)
    desk.press("enter")
    assert codes.spoken(thing) in desk.session.shown.view.lead


def test_people_stay_out_of_sight_until_somebody_with_the_right_asks_and_that_is_logged(house: House) -> None:
    house.confirmed("Ada Berg")
    keeper, manager = sits(house, acting=STOREKEEPER), sits(house, acting=MANAGER)
    for desk in (keeper, manager):
        desk.press("search")
        desk.type("ada", enter=False)
        assert "Ada" not in desk.see()
    assert "Look among people" not in keeper.see()
    assert house.rows(look_up) == []
    manager.choose("Look among people")
    assert "Ada Berg" in manager.see(80, 24)
    (row,) = house.rows(look_up)
    ada = house.rows(borrower, name="Ada Berg")[0].id
    assert (row.by, row.why, row.borrower) == (MANAGER.id, "search", ada)
    manager.press("erase", "down", "up")
    assert "Ada Berg" in manager.see()
    assert len(house.rows(look_up)) == 1  # once, however often she is shown
    manager.press("back")
    assert "Ada" not in manager.see()


def test_of_many_who_fit_nobody_is_shown_and_nobody_is_logged(house: House) -> None:
    for number in range(searching.MOST_PEOPLE + 1):
        house.confirmed(f"Ada Berg {number}")
    desk = sits(house, acting=MANAGER)
    desk.press("search")
    desk.type("ada", enter=False)
    desk.choose("Look among people")
    page = desk.see()
    assert "More than 10 people fit" in page
    assert "Berg" not in page
    assert house.rows(look_up) == []
    desk.type(" 7", enter=False)
    assert "Ada Berg 7" in desk.see()
    assert len(house.rows(look_up)) == 1
