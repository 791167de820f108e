"""Product lines: the 44 that come with Depot, and files from outside, of which a row is right or named."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from depot import catalogue, codes, parts
from depot.catalogue import Line
from depot.errors import ImportRefused
from depot.parts import Part
from depot.tables import product, product_part, product_relation, product_text, revision
from tests.depot.house import CRUTCHES, STICK, House

HEADER = [*catalogue.COLUMNS, "name_nb", "name_en", "safety_note_nb"]
GOOD = {
    "product_code": "TST-01",
    "iso9999": "12 03 03",
    "typical_loan_days": "60",
    "self_service": "yes",
    "cleaning_class": "surface",
    "inspection_interval_days": "0",
    "max_user_weight_kg": "",
    "accessory_of": "",
    "innsatstrapp_step": "3",
    "name_nb": "Prøvestokk",
    "name_en": "Test stick",
    "safety_note_nb": "",
}


def a_file(*rows: dict[str, str], header: list[str] = HEADER) -> bytes:
    """A catalogue file with these rows, each the good row with something changed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, extrasaction="ignore")
    writer.writeheader()
    for number, row in enumerate(rows, 1):
        writer.writerow({**GOOD, "product_code": f"TST-{number:02d}", **row})
    return text.getvalue().encode()


def refused(data: bytes) -> tuple[tuple[int, str], ...]:
    with pytest.raises(ImportRefused) as wrong:
        catalogue.read(data)
    return wrong.value.rows


# --- the lines that come with Depot ---


@pytest.fixture(scope="module")
def lines() -> dict[str, Line]:
    return {line.code: line for line in catalogue.packaged()}


def test_there_are_44_lines_each_with_a_name_in_every_language(lines: dict[str, Line]) -> None:
    assert len(lines) == 44
    for line in lines.values():
        assert set(line.names) == set(catalogue.LANGUAGES)
        assert all(line.names.values())
        assert re.fullmatch(r"\d\d \d\d \d\d", line.iso9999)


def test_every_line_warns_of_something_in_every_language_and_briefly(lines: dict[str, Line]) -> None:
    assert [line.code for line in lines.values() if set(line.notes) != set(catalogue.LANGUAGES)] == []
    assert [note for line in lines.values() for note in line.notes.values() if len(note) > 110] == []


def test_no_note_is_said_to_be_reviewed(lines: dict[str, Line]) -> None:
    assert [line.code for line in lines.values() if line.reviewed] == []


def test_spikes_and_trays_are_counted_and_nothing_else_is(lines: dict[str, Line]) -> None:
    assert {code for code, line in lines.items() if line.counted} == {"WLK-11", "WLK-12"}


def test_what_cannot_be_used_alone_needs_its_other_half(lines: dict[str, Line]) -> None:
    assert {code: line.needs for code, line in lines.items() if line.needs} == {
        "TOI-06": ("TOI-07",),
        "LFT-01": ("LFT-03",),
        "BED-01": ("BED-03",),
    }


def test_every_part_has_a_short_name_in_every_language(lines: dict[str, Line]) -> None:
    named = parts.packaged()
    assert {part for line in lines.values() for part in line.parts or ()} == set(named)
    for names in named.values():
        assert set(names) == set(catalogue.LANGUAGES)
        assert all(0 < len(name) <= parts.LONGEST_NAME for name in names.values())


def test_crutches_are_pairs_and_nothing_else_is(lines: dict[str, Line]) -> None:
    assert {code: line.pieces for code, line in lines.items() if line.pieces != 1} == {
        "WLK-01": 2,
        "WLK-02": 2,
    }


def test_beds_and_hoists_need_staff_and_are_inspected(lines: dict[str, Line]) -> None:
    for code in ("LFT-01", "LFT-02", "BED-01"):
        assert not lines[code].self_service
        assert lines[code].inspection_days == 365
    assert lines[STICK].self_service


def test_an_accessory_belongs_to_a_line_that_is_there(lines: dict[str, Line]) -> None:
    accessories = {line.code: line.accessory_of for line in lines.values() if line.accessory_of}
    assert set(accessories.values()) <= set(lines)
    assert accessories["TOI-07"] == "TOI-06"


def test_the_ledger_has_them_with_a_label_each(house: House) -> None:
    rows = house.rows(product)
    assert len(rows) == 44
    assert all(isinstance(codes.parse(row.label), codes.ProductCode) for row in rows)
    assert len(house.rows(product_text)) == 44 * 4
    related = {tuple(row) for row in house.rows(product_relation)}
    assert {("WLK-06", "WLK-12", "suits"), ("TOI-06", "TOI-07", "needs")} < related
    assert {row.product for row in house.rows(product_part, part="footrest")} == {
        "WHC-01",
        "WHC-02",
        "WHC-03",
    }


# --- a file from outside ---


def test_a_file_that_is_right_is_read_whole(house: House) -> None:
    weighed = {"max_user_weight_kg": "150", "accessory_of": STICK, "safety_note_nb": "Se på gummituppen."}
    line, other = catalogue.read(a_file({}, weighed))
    assert (line.code, line.loan_days, line.self_service, line.pieces) == ("TST-01", 60, True, 1)
    assert (other.max_weight_kg, other.accessory_of, other.notes) == (
        150,
        STICK,
        {"nb": "Se på gummituppen."},
    )
    assert store(house, [line, other]) == (2, 0)
    assert house.lends(house.confirmed(), house.stands("TST-01")).days == 60


def store(house: House, lines: list[Line]) -> tuple[int, int]:
    return house.at_desk(catalogue.store, lines)


def test_a_line_that_is_imported_again_keeps_its_label_and_its_history(house: House) -> None:
    (before,) = house.rows(product, code=STICK)
    (line,) = catalogue.read(a_file({"product_code": STICK, "typical_loan_days": "30"}))
    assert store(house, [line]) == (0, 1)
    (after,) = house.rows(product, code=STICK)
    assert (after.label, after.loan_days) == (before.label, 30)
    assert [row.version for row in house.rows(revision, key=STICK)] == [1, 2]


def test_a_changed_line_changes_no_loan_that_was_made(house: House) -> None:
    lent = house.lends(house.confirmed(), house.stands(STICK))
    store(house, catalogue.read(a_file({"product_code": STICK, "typical_loan_days": "30"})))
    assert house.loan(lent.key).days == 90
    assert house.lends(house.confirmed(), house.stands(STICK)).days == 30


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_byte_order_mark_and_either_line_end_are_forgiven(mark: bytes, end: str) -> None:
    data = a_file({}).decode().replace("\r\n", end).encode()
    assert [line.code for line in catalogue.read(mark + data)] == ["TST-01"]


def test_a_pair_may_be_said_by_a_column_of_its_own() -> None:
    header = [*HEADER, "pieces"]
    lines = catalogue.read(a_file({"pieces": "4"}, {"pieces": ""}, header=header))
    assert [line.pieces for line in lines] == [4, 1]
    assert refused(a_file({"pieces": "two"}, {"pieces": "0"}, header=header)) == (
        (2, "pieces: wanted a whole number from 1 to 10, got 'two'"),
        (3, "pieces: wanted a whole number from 1 to 10, got '0'"),
    )


MORE = [*HEADER, "needs", "parts", "counted", "note_reviewed"]


def test_what_a_line_needs_and_what_goes_with_it_may_be_said(house: House) -> None:
    said = {
        "needs": "TST-02",
        "parts": "footrest:2 basket:1",
        "note_reviewed": "yes",
        "safety_note_nb": "Pass på.",
    }
    line, _ = read = catalogue.read(a_file(said, {"accessory_of": "TST-01", "counted": "yes"}, header=MORE))
    assert (line.needs, line.parts) == (("TST-02",), {"footrest": 2, "basket": 1})
    store(house, read)
    assert house.look(parts.of_line, "TST-01") == (Part("basket", 1), Part("footrest", 2))
    # What is needed suits as well, and is said once, as needed.
    assert [row.kind for row in house.rows(product_relation, product="TST-01")] == ["needs"]
    assert [row.counted for row in house.rows(product) if row.code.startswith("TST")] == [False, True]
    assert [row.note_reviewed for row in house.rows(product_text, product="TST-01", language="nb")] == [True]


def test_what_a_file_leaves_out_of_a_line_is_dropped_and_a_silent_file_changes_nothing(house: House) -> None:
    store(house, catalogue.read(a_file({"needs": STICK, "parts": "footrest:2 basket:1"}, header=MORE)))
    store(house, catalogue.read(a_file({})))
    assert len(house.look(parts.of_line, "TST-01")) == 2
    store(house, catalogue.read(a_file({"parts": "basket:2"}, header=MORE)))
    assert house.look(parts.of_line, "TST-01") == (Part("basket", 2),)
    assert house.rows(product_relation, product="TST-01") == []
    told = house.rows(revision, table="product_part", key='["TST-01", "footrest"]')
    assert [row.body for row in told][-1] == "null"


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"parts": "wheel:2"}, "parts"),
        ({"parts": "footrest"}, "parts"),
        ({"parts": "footrest:0"}, "parts"),
        ({"parts": "footrest:2, basket:1"}, "parts"),
        ({"needs": "the bucket"}, "needs"),
        ({"needs": "TST-01"}, "needs"),
        ({"counted": "ja"}, "counted"),
        ({"counted": "yes", "parts": "basket:1"}, "counted"),
        ({"note_reviewed": "soon"}, "note_reviewed"),
    ],
)
def test_a_wrong_cell_of_a_column_that_may_be_left_out_is_named_as_well(
    wrong: dict[str, str], column: str
) -> None:
    assert {what.split(":")[0] for _, what in refused(a_file(wrong, header=MORE))} == {column}


WRONG: list[tuple[dict[str, str], str]] = [
    ({"product_code": ""}, "product_code"),
    ({"product_code": "wlk-01"}, "product_code"),
    ({"product_code": "WLK01"}, "product_code"),
    ({"product_code": "WLK-01\n"}, "product_code"),
    ({"product_code": "ＷＬＫ-01"}, "product_code"),
    ({"product_code": "'; DROP TABLE loan;--"}, "product_code"),
    ({"iso9999": "12 03"}, "iso9999"),
    ({"iso9999": "１２ ０３ ０３"}, "iso9999"),
    ({"typical_loan_days": "0"}, "typical_loan_days"),
    ({"typical_loan_days": "-5"}, "typical_loan_days"),
    ({"typical_loan_days": "٦٠"}, "typical_loan_days"),
    ({"typical_loan_days": "60.0"}, "typical_loan_days"),
    ({"typical_loan_days": "1e3"}, "typical_loan_days"),
    ({"typical_loan_days": "9" * 200}, "typical_loan_days"),
    ({"self_service": "ja"}, "self_service"),
    ({"self_service": "Yes"}, "self_service"),
    ({"cleaning_class": "dry"}, "cleaning_class"),
    ({"inspection_interval_days": ""}, "inspection_interval_days"),
    ({"max_user_weight_kg": "heavy"}, "max_user_weight_kg"),
    ({"innsatstrapp_step": "three"}, "innsatstrapp_step"),
    ({"accessory_of": "the stick"}, "accessory_of"),
    ({"name_nb": ""}, "name_nb"),
    ({"name_en": "   "}, "name_en"),
    ({"name_nb": "x" * 301}, "name_nb"),
    ({"name_nb": "Stokk\x1b[2J"}, "name_nb"),
    ({"name_nb": "Stokk\x9b2J"}, "name_nb"),
    ({"name_nb": "Stokk\u202etxt"}, "name_nb"),
    ({"name_nb": "Sto\u200bkk"}, "name_nb"),
    ({"name_nb": "Stokk\nto linjer"}, "name_nb"),
    ({"name_nb": "=cmd|' /C calc'!A0"}, "name_nb"),
    ({"name_en": "+1+1"}, "name_en"),
    ({"name_en": "-2+3"}, "name_en"),
    ({"safety_note_nb": "@SUM(A1:A9)"}, "safety_note_nb"),
]


@pytest.mark.parametrize(("wrong", "column"), WRONG, ids=[f"{n} {row[1]}" for n, row in enumerate(WRONG)])
def test_a_wrong_cell_is_named_by_its_column_with_what_was_wanted(wrong: dict[str, str], column: str) -> None:
    told = refused(a_file(wrong))
    assert {what.split(":")[0] for _, what in told} == {column}
    assert all(row >= 2 for row, _ in told)


def test_every_wrong_row_is_named_by_its_number_and_none_is_imported(house: House) -> None:
    data = a_file({}, {"self_service": "ja"}, {}, {"name_nb": "", "cleaning_class": "dry"})
    assert [row for row, _ in refused(data)] == [3, 5, 5]
    assert house.rows(product, code="TST-01") == []


def test_what_a_person_may_write_is_taken_as_it_stands(house: House) -> None:
    """Markup, quotes and templates are somebody's text and nothing else."""
    names = [
        "[bold]Stokk[/bold]",
        "Stokk '; DROP TABLE loan;--",
        "Stokk {0.__class__} %s $(id) `id`",
        "Stokk <b>&amp;",
    ]
    store(house, catalogue.read(a_file(*({"name_nb": name} for name in names))))
    kept = [row.name for row in house.rows(product_text, language="nb") if row.product.startswith("TST")]
    assert sorted(kept) == sorted(names)


def test_a_code_that_stands_twice_is_named_where_it_stands_again() -> None:
    same = {"product_code": "TST-01"}
    assert refused(a_file(same, {}, same)) == ((4, "product_code: TST-01 stands twice"),)
    assert refused(a_file({**same, "self_service": "ja"}, same))[-1] == (
        3,
        "product_code: TST-01 stands twice",
    )


def test_a_row_with_too_many_or_too_few_cells_is_named() -> None:
    good, _, row = a_file({}).decode().partition("\r\n")
    data = f"{good}\r\n{row}{row.strip()},more\r\n{row.strip().rpartition(',')[0]}\r\n"
    assert refused(data.encode()) == ((3, "wrong number of columns"), (4, "wrong number of columns"))


def test_a_blank_line_does_not_make_the_numbers_wrong() -> None:
    good, _, row = a_file({"self_service": "ja"}).decode().partition("\r\n")
    assert [number for number, _ in refused(f"{good}\r\n\r\n\r\n{row}".encode())] == [4]


def test_missing_columns_are_all_named_at_once() -> None:
    header = [name for name in HEADER if name not in ("name_en", "cleaning_class")]
    assert refused(a_file({}, header=header)) == ((1, "missing columns: cleaning_class, name_en"),)
    assert refused(b"")[0][0] == 1


@pytest.mark.parametrize(
    ("damage", "row"),
    [
        (lambda data: data.decode().encode("utf-16"), 1),
        (lambda data: data.decode().encode("latin-1"), 2),
        (lambda data: data.replace("ø".encode(), b"\xed\xa0\x80"), 2),  # a lone surrogate
        (lambda data: data.replace(b"Test", b"Te\0st"), 2),
        (lambda data: data.replace(b"Test stick", b'"Test stick'), 2),
    ],
    ids=["UTF-16", "Latin-1", "lone surrogate", "NUL", "a quote that never ends"],
)
def test_what_is_not_a_text_of_ours_is_named_by_its_row(damage: Callable[[bytes], bytes], row: int) -> None:
    told = refused(damage(a_file({})))
    assert [number for number, _ in told] == [row]


def test_a_million_rows_are_too_many_and_said_so_once() -> None:
    header, _, row = a_file({}).decode().partition("\r\n")
    many = "".join(row.replace("TST-01", f"T{n // 10000:02d}-{n % 10000:04d}") for n in range(12_000))
    told = refused(f"{header}\r\n{many}".encode())
    assert told == ((10_002, "more than 10000 rows"),)


def test_a_file_of_more_than_ten_megabytes_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "big.csv"
    with file.open("wb") as handle:
        handle.truncate(10 * 1024 * 1024 + 1)
    with pytest.raises(ImportRefused, match="10 MB"):
        catalogue.read_file(file)


def test_an_import_that_fails_on_its_way_leaves_nothing(house: House) -> None:
    good, bad = catalogue.read(a_file({}, {}))
    bad_days = Line(**{name: getattr(bad, name) for name in Line.__slots__} | {"loan_days": 0})
    with pytest.raises(Exception, match="a_loan_lasts_at_least_a_day"):
        store(house, [good, bad_days])
    assert house.rows(product, code="TST-01") == []
    assert house.stands(CRUTCHES)
