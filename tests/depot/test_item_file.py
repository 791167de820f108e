"""Files of items beside a ledger: which piece a row is of, what it changes, and that no bytes at all upset it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from depot import csv_file, intake, item_file, item_row, line_file, stock
from depot.csv_file import Flaw
from depot.errors import ImportRefused
from depot.fates import Fate, Plan, RowFate
from depot.item_file import Piece
from depot.own import Kind, mint
from depot.states import State
from depot.tables import item, product_identifier, revision
from tests.depot.house import ROLLATOR, STICK, TODAY, TONGS, House

HEADING = "code;product;serial;lot;owner;price;received_on;shelf"


def a_file(*rows: str, heading: str = HEADING) -> bytes:
    return "\r\n".join((heading, *rows)).encode()


def planned(house: House, data: bytes) -> Plan[Piece]:
    return house.look(item_file.plan, house.station, data, now=house.now)


def takes_in(house: House, *rows: str, heading: str = HEADING) -> Plan[Piece]:
    """Plan a file and write it."""
    plan = planned(house, a_file(*rows, heading=heading))
    assert list(plan.refusals()) == []
    for batch in intake.batches(plan):
        house.do(intake.take_in, rows=batch)
    return plan


def fates(plan: Plan[Piece]) -> list[Fate]:
    return [row.fate for row in plan.rows]


def exported(house: House) -> bytes:
    with house.ledger.reading() as conn:
        return item_file.written(item_file.rows(conn, house.station))


# --- which piece a row is of ---


def test_a_row_without_a_code_is_its_lines_serial_number(house: House) -> None:
    code = house.stands(STICK, serial="S 1", price_ore=100)
    plan = takes_in(house, f";{STICK};S 1;;Vestby;1;;A1", f";{TONGS};S 1;;;;;")
    assert fates(plan) == [Fate.CHANGED, Fate.NEW]  # another line's serial number is another's
    assert [str(one) for one in plan.rows[0].changes] == ["owner: nothing -> Vestby"]
    (row,) = house.rows(item, code=code)
    assert (row.serial, row.owner, row.price_ore) == ("S 1", "Vestby", 100)


def test_a_serial_number_that_two_pieces_have_names_neither(house: House) -> None:
    codes = [house.stands(STICK, serial="S 1") for _ in range(2)]
    plan = planned(house, a_file(f";{STICK};S 1;;;;;"))
    assert list(plan.refusals()) == [
        (
            2,
            Flaw(
                "serial", f"{', '.join(sorted(codes))} all have it; write the code of the one that is meant"
            ),
        )
    ]
    assert fates(planned(house, a_file(f"{codes[0]};{STICK};S 1;;;;;"))) == [Fate.UNCHANGED]


def test_two_pieces_may_change_serial_numbers_with_each_other(house: House) -> None:
    one, other = house.stands(STICK, serial="S 1"), house.stands(STICK, serial="S 2")
    takes_in(house, f"{one};{STICK};S 2;;;;;", f"{other};{STICK};S 1;;;;;", f";{STICK};S 3;;;;;")
    assert {row.code: row.serial for row in house.rows(item)} | {one: "S 2", other: "S 1"} == {
        row.code: row.serial for row in house.rows(item)
    }


def test_a_row_without_anything_of_its_own_is_a_new_piece_in_another_file_and_not_in_the_same(
    house: House,
) -> None:
    rows = (f";{STICK};;;;;;", f";{STICK};;;;;;")
    assert fates(takes_in(house, *rows)) == [Fate.NEW] * 2
    assert fates(takes_in(house, *rows)) == [Fate.UNCHANGED] * 2
    assert fates(takes_in(house, *rows, f";{TONGS};;;;;;")) == [Fate.NEW] * 3
    assert len(house.rows(item)) == 5


def test_a_file_is_finished_although_its_things_were_moved_and_lent_meanwhile(house: House) -> None:
    house.shelf("A1")
    data = a_file(*(f";{STICK};;L{n};;;;A1" for n in range(25)))
    first, *rest = intake.batches(planned(house, data))
    assert len(first) == 10
    codes = list(house.do(intake.take_in, rows=first).values())
    house.moves(stock.put_on_shelf, codes[0], shelf=house.shelf("B2"))
    house.lends(house.confirmed(), codes[1])
    house.do(intake.take_in, rows=rest[0])  # planned before, and nobody has touched what it is of
    plan = planned(house, data)
    assert fates(plan) == [Fate.UNCHANGED] * 20 + [Fate.NEW] * 5
    assert "not moved to A1" in plan.rows[0].note
    for batch in intake.batches(plan):
        house.do(intake.take_in, rows=batch)
    assert fates(planned(house, data)) == [Fate.UNCHANGED] * 25
    assert sorted(str(row.lot) for row in house.rows(item)) == sorted(f"L{n}" for n in range(25))


def test_rows_that_are_written_twice_are_there_once(house: House) -> None:
    (batch,) = intake.batches(planned(house, a_file(f";{STICK};;;;;;")))
    assert house.do(intake.take_in, rows=batch) == house.do(intake.take_in, rows=batch)
    assert len(house.rows(item)) == 1


@pytest.mark.parametrize("what", ["the serial number is taken", "the facts are others", "it is shelved"])
def test_a_plan_that_is_no_longer_true_writes_nothing(house: House, what: str) -> None:
    waits = house.received(STICK, serial="S 1")
    house.shelf("A1")
    rows = {
        "the serial number is taken": f";{STICK};S 2;;;;;",
        "the facts are others": f"{waits};{STICK};S 9;;;;;",
        "it is shelved": f"{waits};{STICK};S 1;;;;;A1",
    }
    (batch,) = intake.batches(planned(house, a_file(rows[what])))
    if what == "the serial number is taken":
        house.received(STICK, serial="S 2")
    elif what == "the facts are others":
        house.change(item, code=waits, product=STICK, serial="S 5")
    else:
        house.moves(stock.shelve, waits, shelf=house.shelf("B2"))
    before = house.rows(item), house.rows(revision), house.events()
    with pytest.raises(ImportRefused, match=r"row 2: .* while the file was taken in"):
        house.do(intake.take_in, rows=batch)
    assert (house.rows(item), house.rows(revision), house.events()) == before


# --- what a row writes ---


def test_a_piece_arrives_on_the_day_that_the_file_says_and_was_inspected_then(house: House) -> None:
    house.shelf("A1")
    takes_in(
        house,
        f";{ROLLATOR};old;;;;1.12.2025;A1",
        f";{ROLLATOR};new;;;;11-01-2027;A1",
        f";{ROLLATOR};today;;;;;A1",
    )
    codes = {row.serial: row.code for row in house.rows(item)}
    assert house.look(item_file.arrivals, house.station) == {
        codes["old"]: date(2025, 12, 1),
        codes["new"]: TODAY,
        codes["today"]: TODAY,
    }
    card = house.confirmed()
    assert [reason.value for reason in house.refuses(card, codes["old"]).reasons] == ["inspection_expired"]
    house.lends(card, codes["new"])


def test_a_received_piece_is_shelved_by_a_file_and_the_first_in_line_gets_it(house: House) -> None:
    code = house.received(STICK)
    house.shelf("A1")
    house.queues(house.confirmed())
    plan = takes_in(house, f"{code};{STICK};;;;;;hylle A1")
    assert [str(one) for one in plan.rows[0].changes] == ["shelf: nothing -> A1"]
    assert house.state(code) is State.SET_ASIDE
    assert fates(planned(house, a_file(f"{code};{STICK};;;;;;A1"))) == [Fate.UNCHANGED]


def test_a_column_that_is_not_there_says_nothing_and_an_empty_cell_takes_a_fact_away(house: House) -> None:
    code = house.stands(STICK, serial="S 1", lot="L1", owner="Vestby", price_ore=5)
    takes_in(house, f"{code};{STICK};L2", heading="code;product;lot")
    (row,) = house.rows(item)
    assert (row.serial, row.lot, row.owner, row.price_ore) == ("S 1", "L2", "Vestby", 5)
    takes_in(house, f"{code};{STICK};;7,5", heading="code;product;serial;price")
    (row,) = house.rows(item)
    assert (row.serial, row.lot, row.owner, row.price_ore) == (None, "L2", "Vestby", 750)


def test_a_shelf_is_named_exactly_or_not_at_all(house: House) -> None:
    shelves = [house.do(stock.add_shelf, name=name) for name in ("A1", "hylle B2", "rom B2")]
    for said, column in (("a1", None), (shelves[1], None), (shelves[2][1:9], None), ("B2", "shelf")):
        plan = planned(house, a_file(f";{STICK};;;;;;{said}"))
        assert [flaw.column for _, flaw in plan.refusals()] == ([column] if column else [])


def test_prices_are_kroner_and_kept_as_ore() -> None:
    def read(text: str) -> int | None:
        row = csv_file.Row(2, {"product": STICK, "price": text})
        says, flaws = item_row.said(row, today=TODAY)
        return says.price_ore if not flaws else -1

    prices = ("0", "249", "249,5", "249.50", "1 299,50", "10000000", "10 000 000,00", "")
    assert [read(price) for price in prices] == [0, 24900, 24950, 24950, 129950, 10**9, 10**9, None]
    assert {read(price) for price in ("1.299", "1.299,50", "1,", "kr 5", "12 99", "1e3", "1,299.50")} == {-1}


# --- out and in again ---


def test_an_export_furnishes_another_depot_with_the_same(new_house: Callable[..., House]) -> None:
    here, there = new_house(), new_house()
    for house in (here, there):
        house.shelf("A1")
        house.shelf("B2")
    here.stands(STICK, "A1", serial="00123", lot="=L", owner="Ås", price_ore=5)
    here.stands(ROLLATOR, "B2", received_on=date(2026, 11, 22))
    here.received(TONGS)
    here.moves(stock.write_off, here.stands(STICK), reason="worn")  # no longer ours, so not in the file
    data = exported(here)
    assert fates(planned(here, data)) == [Fate.UNCHANGED] * 3
    plan = planned(there, data)
    assert fates(plan) == [Fate.NEW] * 3
    for batch in intake.batches(plan):
        there.do(intake.take_in, rows=batch)
    assert exported(there) == data
    assert there.unsoundness() == []


@given(
    st.text(
        st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"), include_characters=" ;,\"'"), max_size=60
    )
)
@settings(max_examples=150)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    kept = text.strip(" ")
    data = csv_file.write(("product", "serial"), [{"product": STICK, "serial": csv_file.guarded(kept)}])
    (row,) = csv_file.read(data, item_row.COLUMNS, item_row.NEEDED).rows
    assert (row.flaws, row.cells["serial"]) == ((), kept)
    assert not data.decode("utf-8-sig").splitlines()[1].removeprefix(f"{STICK};").startswith(csv_file.FORMULA)


# --- any bytes at all ---

CELLS = st.sampled_from(
    [STICK, "WLK-11", "5634", "hms:5634", "7038010000003", mint(Kind.ITEM, "0004001"), mint(Kind.CARD, "4960229"),
     "A1", "1,5", "2026-11-22", "", "'", "=1", "\x00", "\x1b[2J", '"', "\n", "\r", "7,03801E+12", "٣", "æ", "\ud800",
     "9" * 400, "(01)07038010000003(21)1", "]C101", "https://id.gs1.org/01/07038010000003"]
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS | st.text(max_size=8), max_size=9), max_size=5)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Something that is nearly a file of items, or nothing of the kind."""
    if draw(st.booleans()):
        return draw(st.binary(max_size=300))
    delimiter = draw(st.sampled_from([";", ",", "\t"]))
    heading = draw(st.sampled_from([HEADING, "product", "product;shelf", line_heading]))
    lines = [heading.replace(";", delimiter), *(delimiter.join(cells) for cells in draw(ROWS))]
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]))
    return "\n".join(lines).encode(encoding, "replace")


line_heading = ";".join(line_file.COLUMNS)


@given(files())
@example(b'code\tproduct\n"\t"0')  # a tab that is wrong is told in words
@settings(max_examples=150)
def test_no_bytes_whatever_raise_anything_or_write_anything(quiet_house: House, data: bytes) -> None:
    plan = planned(quiet_house, data)
    lines = quiet_house.look(line_file.plan, data)
    rows: list[RowFate[Any]] = [*plan.rows, *lines.rows]
    for one in rows:
        assert (one.fate is Fate.REFUSED) == bool(one.flaws)
        assert all(str(flaw).isprintable() for flaw in one.flaws)
        assert mint(Kind.CARD, "4960229") not in "".join(map(str, one.flaws))
    assert plan.rows
    assert quiet_house.rows(item) == []


def test_the_longest_file_is_read_and_one_row_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert csv_file.MOST_ROWS == 100_000
    monkeypatch.setattr(csv_file, "MOST_ROWS", 1000)
    rows = b"product\n" + b"WLK-03\n" * 1000
    assert csv_file.read(rows, item_row.COLUMNS, item_row.NEEDED).wrong == ()
    sheet = csv_file.read(rows + b"WLK-03\n", item_row.COLUMNS, item_row.NEEDED)
    assert sheet.wrong == ((1002, Flaw("", "wanted at most 1000 rows, got more")),)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    with file.open("wb") as handle:
        handle.truncate(csv_file.BIGGEST + 1)
    with pytest.raises(ImportRefused, match=r"^the file is larger than 20 MB$"):
        csv_file.load(file)


def test_a_file_of_wrong_words_alone_ends_soon(house: House) -> None:
    """Looking up near words costs a millisecond each, so it is done for the first 200 different ones."""
    plan = planned(house, a_file(*(f";some words {n};;;;;;" for n in range(3000))))
    assert plan.counts[Fate.REFUSED] == 3000


def test_a_known_number_that_lost_its_zeros_is_refused_with_what_it_was(house: House) -> None:
    for scheme, value in (("hms", "005634"), ("hmi", "091234"), ("gtin", "00038010000006")):
        house.change(product_identifier, scheme=scheme, value=value, product=STICK)
    for said, known in (
        ("5634", "HMS 005634"),
        ("91234", "HMI 091234"),
        ("38010000006", "GTIN 00038010000006"),
    ):
        ((row, flaw),) = planned(house, a_file(f";{said};;;;;;")).refusals()
        assert (row, flaw.column) == (2, "product")
        assert flaw.what.endswith(f"did a spreadsheet take its zeros away? {known} is {STICK}")
