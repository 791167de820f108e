"""Pieces as they arrive, and the codes that are minted for them."""

from __future__ import annotations

import pytest

from depot import codes, stock
from depot.errors import Conflict
from depot.own import Kind, mint
from depot.states import State
from depot.tables import item, revision, series, shelf
from tests.depot.house import STICK, TODAY, TONGS, House

PRE_PRINTED = mint(Kind.ITEM, "0999123")


def test_new_pieces_get_the_next_codes_of_this_stations_series(house: House) -> None:
    arrived = [house.received() for _ in range(3)]
    assert arrived == [mint(Kind.ITEM, f"000400{n}") for n in (1, 2, 3)]
    assert all(isinstance(codes.parse(code), codes.ItemCode) for code in arrived)


def test_a_full_series_takes_the_next(house: House) -> None:
    house.change(series, kind="D", series=4, next=999)
    assert [house.received() for _ in range(3)] == [
        mint(Kind.ITEM, n) for n in ("0004999", "0005001", "0005002")
    ]
    assert house.received() == mint(Kind.ITEM, "0005003")


def test_each_kind_of_code_has_a_series_of_its_own(house: House) -> None:
    house.received()
    assert house.shelf("A1") == mint(Kind.SHELF, "0004001")
    assert house.received() == mint(Kind.ITEM, "0004002")


def test_a_piece_arrives_with_what_is_known_of_it_and_cannot_be_lent_yet(house: House) -> None:
    code = house.received(STICK, serial="S123", lot="L7", owner="Vestby", price_ore=24900)
    (row,) = house.rows(item, code=code)
    assert (row.product, row.serial, row.lot, row.owner, row.price_ore) == (
        STICK,
        "S123",
        "L7",
        "Vestby",
        24900,
    )
    now = house.item(code)
    assert (now.state, now.depot, now.shelf) == (State.RECEIVED, house.station.depot, None)
    assert now.inspected_on == TODAY.isoformat()
    assert len(house.rows(revision, key=code)) == 1


def test_a_label_that_was_printed_before_is_bound_to_a_piece_once(house: House) -> None:
    house.do(stock.receive, line=STICK, code=PRE_PRINTED)
    with pytest.raises(Conflict):
        house.do(stock.receive, line=TONGS, code=PRE_PRINTED)
    assert house.line_of(PRE_PRINTED) == STICK
    assert [one.kind for one in house.events(PRE_PRINTED)] == ["received"]


def test_a_piece_is_of_a_line_that_is_in_the_catalogue(house: House) -> None:
    with pytest.raises(LookupError, match="XXX-99"):
        house.do(stock.receive, line="XXX-99")
    assert house.received() == mint(Kind.ITEM, "0004001")


def test_a_shelf_is_put_up_by_its_name(house: House) -> None:
    code = house.do(stock.add_shelf, name="hylle B2")
    assert isinstance(codes.parse(code), codes.ShelfCode)
    (row,) = house.rows(shelf)
    assert (row.code, row.name, row.depot) == (code, "hylle B2", house.station.depot)
    one = house.received()
    house.moves(stock.shelve, one, shelf=code)
    assert house.already(one).place == "hylle B2"
