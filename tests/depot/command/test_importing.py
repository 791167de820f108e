"""Things and lines of the catalogue, from files and to files: every row's fate before the first is written."""

from __future__ import annotations

import csv
import io
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import Connection

from depot import clock, csv_file, intake, lists, reference, settings, stock
from depot.fates import Plan, RowFate
from depot.item_file import Piece
from depot.ledger import open_ledger
from depot.own import Kind, mint
from depot.station import Station
from depot.tables import event, item, item_state, product, product_identifier, revision
from tests.depot.command.conftest import surroundings
from tests.depot.command.front import Said, Shell

CATALOGUE = resources.files("depot") / "catalogue.csv"
HEADING = "code;product;serial;lot;owner;price;received_on;shelf"
LABEL = mint(Kind.ITEM, "0999001")
TAKEN = mint(Kind.ITEM, "0999002")


def a_file(shell: Shell, *rows: str, heading: str = HEADING) -> str:
    """A file of these rows, beside the ledger."""
    return bytes_in(shell, "\r\n".join((heading, *rows, "")).encode())


def bytes_in(shell: Shell, data: bytes) -> str:
    file = shell.file.with_name("things.csv")
    file.write_bytes(data)
    return str(file)


def fates(said: Said) -> dict[str, int]:
    plan = said.json
    return {fate: plan[fate] for fate in ("new", "changed", "unchanged", "refused") if plan[fate]}


def flaws(said: Said) -> list[tuple[int, str | None]]:
    return [(row["row"], flaw["column"]) for row in said.json["plan"] for flaw in row["flaws"]]


@pytest.fixture(scope="session")
def stocked_folder(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new depot where one stick with the label TAKEN and serial SN 1 stands, and three numbers are known."""
    folder, now = tmp_path_factory.mktemp("stocked"), clock.SystemClock().now()
    shutil.copytree(furnished, folder, dirs_exist_ok=True)
    numbers = (("hms", "005634"), ("hmi", "91234"), ("gtin", "07038010000003"))

    def furnish(conn: Connection, station: Station) -> None:
        shelf = lists.shelves(conn, "A1")[0]
        stock.receive(conn, station, line="WLK-03", code=TAKEN, arrival=stock.Arrival(serial="SN 1"), now=now)
        stock.shelve(conn, station, item=TAKEN, shelf=shelf, now=now)
        for scheme, value in numbers:
            knows(conn, scheme, value, "WLK-04")

    with open_ledger(settings.load(surroundings(folder))) as ledger:
        ledger.perform(furnish)
    return folder


def knows(conn: Connection, scheme: str, value: str, line: str) -> None:
    row = {"scheme": scheme, "value": value, "product": line}
    reference.put(conn, product_identifier, row, now=clock.SystemClock().now())


@pytest.fixture
def stocked(stocked_folder: Path, empty: Shell) -> Shell:
    """A shell at that depot."""
    for part in stocked_folder.iterdir():
        shutil.copy(part, empty.file.parent)
    return empty


# --- a file of 5,000 ---


def thousands(*, broken: bool) -> bytes:
    """Five thousand pieces, as a Nordic spreadsheet writes them; in `broken` every hundredth row is wrong."""
    wrong = {
        0: "{n};WLK-99;SN {n};;Vestby;1299,50;;",
        1: ";WLK-05;SN {n};;Vestby;dear;;",
        2: ";WLK-05;SN {n};;Vestby;1299,50;2999-01-01;",
        3: ";WLK-05;SN {n};;Vestby;1299,50;;Z99",
        4: ";WLK-05;7,03801E+12;;Vestby;1299,50;;",
    }
    rows = [HEADING]
    for n in range(2, 5002):
        if broken and n % 100 == 0:
            rows.append(wrong[n // 100 % 5].format(n=n).removeprefix(str(n)))
        else:
            rows.append(f";WLK-0{3 + n % 6};SN {n};Påske;Vestby;1 299,50;22.11.2026;{'' if n % 20 else 'A1'}")
    return "\r\n".join(rows).encode("cp1252")


COLUMNS = {0: "product", 1: "price", 2: "received_on", 3: "shelf", 4: "serial"}


def test_fifty_broken_rows_keep_five_thousand_out_and_mended_they_are_all_there(new: Shell) -> None:
    said = new("item", "import", bytes_in(new, thousands(broken=True)), "--json")
    assert (said.status, fates(said)) == (1, {"new": 4950, "refused": 50})
    assert (said.json["encoding"], said.json["delimiter"]) == ("Windows-1252", "semicolons")
    assert flaws(said) == [(n, COLUMNS[n // 100 % 5]) for n in range(100, 5001, 100)]
    assert said.err.count("\n  row ") == 50
    assert (new.rows(item), new.rows(item_state), new.json("events", "--kind", "received")) == ([], [], [])

    file = bytes_in(new, thousands(broken=False))
    taken = new("item", "import", file, "--json")
    assert (taken.status, fates(taken)) == (0, {"new": 5000})
    rows = new.rows(item)
    assert {row.serial for row in rows} == {f"SN {n}" for n in range(2, 5002)}
    assert {(row.lot, row.owner, row.price_ore) for row in rows} == {("Påske", "Vestby", 129950)}
    assert {one["code"] for one in taken.json["plan"]} == {row.code for row in rows}
    on_shelves = [row for row in new.rows(item_state) if row.state == "available"]
    assert len(on_shelves) == len({row.item for row in on_shelves if row.shelf}) == 250
    assert new.json("check")["ok"] is True

    revisions = len(new.rows(revision))
    again = new("item", "import", file, "--json")
    assert (again.status, fates(again)) == (0, {"unchanged": 5000})
    assert [one["code"] for one in again.json["plan"]] == [one["code"] for one in taken.json["plan"]]
    assert (len(new.rows(item)), len(new.rows(revision))) == (5000, revisions)


def test_people_are_told_the_first_fifty_broken_rows_and_how_many_more(new: Shell) -> None:
    file = a_file(new, *(f";WLK-03;;;;minus {n};;" for n in range(70)))
    for words in ((), ("--dry-run",)):
        said = new("item", "import", file, *words)
        assert said.status == 1
        assert "things.csv: nothing was taken in; 70 rows cannot be" in said.err
        assert (
            "  row 51: price: wanted kroner from 0 to 10000000, such as 1299 or 1299,50, got 'minus 49'"
            in said.err
        )
        assert "row 52" not in said.err
        assert said.err.endswith("  ... and 20 more rows; see --json\n")
    assert new.rows(item) == []


def test_a_dry_run_tells_people_the_fate_of_every_row(new: Shell) -> None:
    file = a_file(new, *(f";WLK-03;SN-{n};;;;;" for n in range(60)), ";XXX;;;;;;")
    said = new("item", "import", file, "--dry-run")
    lines = said.out.splitlines()
    assert [line.split(":")[0] for line in lines[1:]] == [f"  row {n}" for n in range(2, 63)]
    assert lines[1].startswith("  row 2: new")
    assert "row 62: refused: product: wanted a line of the catalogue, got 'XXX'" in lines[-1]
    assert new.rows(item) == []


# --- killed in the middle ---

DYING = """
import os, signal, sys
from depot import command, stock
receive, left = stock.receive, int(sys.argv[1])
def dying(*what, **said):
    global left
    moved, left = receive(*what, **said), left - 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return moved
stock.receive = dying
sys.exit(command.run(sys.argv[2:]))
"""
"""Takes a file in and is killed when so many pieces have been written, before they are committed."""


def test_an_import_that_is_killed_is_finished_by_running_it_again_with_no_thing_twice(new: Shell) -> None:
    rows = [f"{TAKEN if n == 40 else ''};WLK-03;;L{n};;;;{'A1' if n % 2 else ''}" for n in range(48)]
    file = a_file(new, *rows)
    whole = 0
    for left in (1, 14, 25):
        died = subprocess.run(
            [sys.executable, "-c", DYING, str(left), "item", "import", file],
            env=new.environment,
            capture_output=True,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL
        whole += (left - 1) // 10 * 10  # what the killed one had written in whole commits, and no more
        stand = new.rows(item_state)
        assert len(stand) == len(new.rows(item)) == whole
        assert {(row.state, row.shelf is not None) for row in stand} <= {
            ("received", False),
            ("available", True),
        }
        assert new.json("check")["ok"] is True
    assert fates(new("item", "import", file, "--dry-run", "--json")) == {
        "new": 48 - whole,
        "unchanged": whole,
    }
    assert new("item", "import", file).status == 0
    assert sorted(row.lot for row in new.rows(item)) == sorted(f"L{n}" for n in range(48))
    assert len(new.rows(event, kind="received")) == 48
    assert len(new.rows(event, kind="shelved")) == 24
    assert fates(new("item", "import", file, "--json")) == {"unchanged": 48}
    assert new.json("check")["ok"] is True


def test_an_import_may_be_killed_from_outside_at_any_moment(new: Shell) -> None:
    file = a_file(new, *(f";WLK-03;;L{n};;;;A1" for n in range(200)))
    with new.process("item", "import", file) as taking:
        while len(new.rows(item)) < 20:
            assert taking.poll() is None, "it ended before it could be killed"
        taking.kill()
        assert taking.wait() == -signal.SIGKILL
    there = len(new.rows(item))
    assert there % 10 == 0
    assert there < 200
    assert new.json("check")["ok"] is True
    assert new("item", "import", file).status == 0
    assert sorted(row.lot for row in new.rows(item)) == sorted(f"L{n}" for n in range(200))
    assert new.json("check")["ok"] is True


# --- what is refused ---

WRONG: list[tuple[str, str, int, str | None, str]] = [
    (";WLK-99;;;;;;", "", 2, "product", "got 'WLK-99'; the nearest are WLK-09"),
    (";Rullator, innendørs;;;;;;", "", 2, "product", "the nearest are"),
    (";xxxxxxxxxx;;;;;;", "", 2, "product", "see: depot products"),
    (";;;;;;;A1", "", 2, "product", "wanted a line of the catalogue, got nothing"),
    (";WLK-11;;;;;;", "", 2, "product", "is counted, not labelled"),
    (";5634;;;;;;", "", 2, "product", "did a spreadsheet take its zeros away? HMS 005634 is WLK-04"),
    (";7038010000003.0;;;;;;", "", 2, "product", "wanted a line of the catalogue"),
    (";123;;;;;;", "", 2, "product", "an HMS number has six digits: did a spreadsheet take its zeros away?"),
    (";7,03801E+12;;;;;;", "", 2, "product", "a spreadsheet has cut the number's digits"),
    (";7038010000004;;;;;;", "", 2, "product", "its check digit is wrong"),
    (";777777;;;;;;", "", 2, "product", "no line here has this number"),
    (f"{LABEL[:8]}X;WLK-03;;;;;;", "", 2, "code", "wanted an item's code or its eight digits"),
    (f"{LABEL[:-2]}9{LABEL[-1]};WLK-03;;;;;;", "", 2, "code", "its check digit or letter is wrong"),
    (
        f"{mint(Kind.ITEM, '0004217')[1:9].lstrip('0')};WLK-03;;;;;;",
        "",
        2,
        "code",
        "take its zeros away? 0004217",
    ),
    (f"{mint(Kind.CARD, '4960229')};WLK-03;;;;;;", "", 2, "code", "got a card's or badge's number"),
    (f"{mint(Kind.SHELF, '0004217')};WLK-03;;;;;;", "", 2, "code", "wanted an item's code"),
    ("9,99001E+07;WLK-03;;;;;;", "", 2, "code", "a spreadsheet has cut the number's digits"),
    (";WLK-03;SN\x00 2;;;;;", "", 2, "serial", "control characters"),
    (";WLK-03;SN\x1b[2J;;;;;", "", 2, "serial", "control characters"),
    (';WLK-03;"SN\n2";;;;;', "", 2, "serial", "control characters"),
    (";WLK-03;SN\u202e2;;;;;", "", 2, "serial", "control characters"),
    (f";WLK-03;{'9' * 61};;;;;", "", 2, "serial", "wanted at most 60 characters, got 61"),
    (f";WLK-03;{'9' * 301};;;;;", "", 2, "serial", "wanted at most 300 characters, got 301"),
    (";WLK-03;7.03801E+12;;;;;", "", 2, "serial", "wanted all digits, got '7.03801E+12'"),
    (";WLK-03;=cmd|' /C calc'!A0;;;;;", "", 2, "serial", "a spreadsheet would take this for a formula"),
    (";WLK-03;;;＠SUM(A1);;;", "", 2, "owner", "a spreadsheet would take this for a formula"),
    (";WLK-03;;;;-5;;", "", 2, "price", "a spreadsheet would take this for a formula"),
    (";WLK-03;;;;1.299;;", "", 2, "price", "such as 1299 or 1299,50, got '1.299'"),
    (";WLK-03;;;;1 29;;", "", 2, "price", "wanted kroner"),
    (";WLK-03;;;;١٢;;", "", 2, "price", "wanted kroner"),
    (";WLK-03;;;;10000000,01;;", "", 2, "price", "wanted kroner from 0 to 10000000"),
    (";WLK-03;;;;;2026-02-30;", "", 2, "received_on", "wanted a day such as 2026-11-22"),
    (";WLK-03;;;;;11/22/2026;", "", 2, "received_on", "wanted a day such as 2026-11-22"),
    (";WLK-03;;;;;2999-01-01;", "", 2, "received_on", "not after"),
    (";WLK-03;;;;;;Z9", "", 2, "shelf", "got 'Z9'; see: depot shelf add"),
    (";WLK-03;;;;;;A11", "", 2, "shelf", "the nearest are A1"),
    (";WLK-03;;;;;;A1;more", "", 2, None, "wrong number of columns: wanted 8, got 9"),
    (";WLK-03;;;;;", "", 2, None, "wrong number of columns: wanted 8, got 7"),
    (f"{LABEL};WLK-03;;;;;;\r\n{LABEL[1:9]};WLK-03;;;;;;", "", 3, "code", f"{LABEL} stands in row 2 already"),
    (";WLK-03;S;;;;;\r\n\r\n;wlk-03;S;;;;;", "", 4, "serial", "serial 'S' of WLK-03 stands in row 2 already"),
    (f"{TAKEN};WLK-04;;;;;;", "", 2, "product", f"{TAKEN} is of the line WLK-03, got WLK-04"),
    (f"{TAKEN};WLK-03;SN 1;;;;2020-01-01;", "", 2, "received_on", f"{TAKEN} arrived on"),
    (f"{LABEL};WLK-03;SN 1;;;;;", "", 2, "serial", f"'SN 1' of WLK-03 is {TAKEN}'s"),
    (f"{TAKEN};WLK-03;SN 1;;;;;\r\n;WLK-03;SN 1;;;;;", "", 3, "serial", "stands in row 2 already"),
    ("WLK-03", "product;code;product", 1, "product", "this column stands twice"),
    ("SN 1", "serial", 1, None, "missing columns: product"),
    ("WLK-03;SN 1", "product;seriel", 1, None, "got 'seriel'; is it serial?"),
    ("WLK-03;", 'product;"serial', 1, None, "not CSV"),
    (';WLK-03;"SN 1;;;;;', "", 2, None, "not CSV"),
    ("", "", 1, None, "wanted rows below the heading, got none"),
]


@pytest.mark.parametrize(("rows", "heading", "row", "column", "words"), WRONG, ids=range(len(WRONG)))
def test_a_broken_row_is_named_with_its_number_its_column_and_what_was_wanted(
    stocked: Shell, rows: str, heading: str, row: int, column: str | None, words: str
) -> None:
    file = a_file(stocked, *([rows] if rows else []), heading=heading or HEADING)
    before = stocked.rows(item), stocked.rows(revision), stocked.rows(event)
    said = stocked("item", "import", file, "--json")
    assert (said.status, said.json["written"]) == (1, False)
    assert (row, column) in flaws(said), said.json
    assert {number for number, _ in flaws(said)} == {row}
    assert words in said.err
    assert f"row {row}: {f'{column}: ' if column else ''}" in said.err
    assert mint(Kind.CARD, "4960229") not in said.err + said.out
    assert (stocked.rows(item), stocked.rows(revision), stocked.rows(event)) == before


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "wanted a heading with the columns code, product"),
        (b"\xef\xbb\xbf", "wanted a heading"),
        (b"\r\n\r\n", "wanted a heading"),
        (
            "product\r\nWLK-03".encode("utf-16"),
            "wanted UTF-8 or Windows-1252, got UTF-16; save it as CSV UTF-8",
        ),
        ("product\r\nWLK-03".encode("utf-16-le"), "got UTF-16"),
        (b"product\r\nWLK-\x8103", "got bytes that are neither"),
        (b"PK\x03\x04\x14\x00 a workbook and no CSV", "got UTF-16"),
        (b"product\r\n" + b"x" * 140_000, "not CSV"),
        (b"product\n" + b"x" * (20 * 1024 * 1024), "the file is larger than 20 MB"),
    ],
    ids=["empty", "a mark", "blank", "UTF-16", "UTF-16 without mark", "neither", "zip", "cell", "bytes"],
)
def test_what_is_no_file_of_items_is_refused_in_words(new: Shell, data: bytes, words: str) -> None:
    said = new("item", "import", bytes_in(new, data))
    assert (said.status, said.out) == (1, "")
    assert words in said.err
    assert "Traceback" not in new.log
    assert new.rows(item) == []


def test_a_file_that_is_not_there_is_bad_usage(new: Shell) -> None:
    for verb in ("item", "product"):
        assert new(verb, "import", "nowhere.csv").status == 2


# --- what is taken ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize(("delimiter", "called"), [(";", "semicolons"), (",", "commas"), ("\t", "tabs")])
def test_encoding_and_delimiter_are_found_and_told(
    new: Shell, encoding: str, delimiter: str, called: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(
        [["product", "owner", "price"], ["WLK-03", 'Ås; øst, "æ"', "9,5"]]
    )
    file = bytes_in(new, text.getvalue().encode(encoding))
    said = new("item", "import", file, "--dry-run", "--json")
    assert (said.json["encoding"], said.json["delimiter"]) == (
        "UTF-8" if encoding.startswith("utf-8") else "Windows-1252",
        called,
    )
    assert new("item", "import", file).out == (
        f"{file} ({said.json['encoding']}, {called}): 1 item: 1 new, 0 changed, 0 unchanged, 0 refused; taken in\n"
    )
    (row,) = new.rows(item)
    assert (row.owner, row.price_ore) == ('Ås; øst, "æ"', 950)


def test_a_line_is_named_by_its_code_its_label_or_a_number_that_is_known(stocked: Shell) -> None:
    (line,) = stocked.rows(product, code="WLK-04")
    names = ("wlk-04", line.label, line.label[1:9], "005634", "'005634", "hms 005634", "91234", "hmi:91234")
    gtins = ("7038010000003", "07038010000003", "gtin:7038010000003")
    file = a_file(stocked, *(f";{name};;;;;;" for name in (*names, *gtins)))
    assert fates(stocked("item", "import", file, "--json")) == {"new": 11}
    assert len(stocked.rows(item, product="WLK-04")) == 11


def test_a_number_that_two_lines_have_is_taken_with_its_scheme_only(stocked: Shell) -> None:
    with open_ledger(settings.load()) as ledger:
        ledger.perform(lambda conn, _: knows(conn, "hmi", "005634", "WLK-05"))
    said = stocked("item", "import", a_file(stocked, ";005634;;;;;;"), "--json")
    assert (said.status, flaws(said)) == (1, [(2, "product")])
    assert "may be WLK-04, WLK-05; write the catalogue's code, or hms:" in said.err
    assert stocked("item", "import", a_file(stocked, ";hmi:005634;;;;;;")).status == 0
    assert len(stocked.rows(item, product="WLK-05")) == 1


def test_a_glued_label_keeps_its_code_and_no_minted_one_is_like_it(new: Shell) -> None:
    """The series would give 0007001 and 0007002 to the first two rows, and the third has the second of these."""
    glued = mint(Kind.ITEM, "0007002")
    file = a_file(new, ";WLK-03;a;;;;;", ";WLK-03;b;;;;;", f"{glued[1:5]} {glued[5:9]};WLK-03;c;;;;;A1")
    assert new("item", "import", file).status == 0
    codes = {row.serial: row.code for row in new.rows(item)}
    assert codes == {"a": mint(Kind.ITEM, "0007001"), "b": mint(Kind.ITEM, "0007003"), "c": glued}


def test_a_piece_that_is_there_is_put_right_with_a_revision_and_moved_by_no_file(stocked: Shell) -> None:
    stocked.json("shelf", "add", "B2")
    heading = "code;serial;product;price;shelf"
    file = a_file(stocked, f"{TAKEN};SN 7;WLK-03;249;B2", heading=heading)
    dry = stocked("item", "import", file, "--dry-run", "--json")
    (row,) = dry.json["plan"]
    assert (dry.status, row["fate"], row["code"], dry.json["written"]) == (0, "changed", TAKEN, False)
    assert row["changes"] == [
        {"column": "serial", "before": "SN 1", "after": "SN 7"},
        {"column": "price", "before": None, "after": "249,00"},
    ]
    assert "not moved to B2" in row["note"]
    assert [one.serial for one in stocked.rows(item)] == ["SN 1"]
    said = stocked("item", "import", file)
    assert (
        f"row 2: {TAKEN}: serial: SN 1 -> SN 7; price: nothing -> 249,00; it is not moved to B2" in said.out
    )
    (stored,) = stocked.rows(item)
    assert (stored.serial, stored.price_ore) == ("SN 7", 24900)
    assert [row.version for row in stocked.rows(revision, table="item", key=TAKEN)] == [1, 2]
    assert stocked.json("items")[0]["shelf"] == "A1"
    assert fates(stocked("item", "import", file, "--json")) == {"unchanged": 1}
    assert stocked.json("check")["ok"] is True


def test_what_changes_while_a_file_is_taken_in_stops_it_and_is_said(
    stocked: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = intake.batches

    def somebody_was_faster(plan: Plan[Piece]) -> Iterator[Sequence[RowFate[Piece]]]:
        with open_ledger(settings.load()) as ledger:
            now = clock.SystemClock().now()
            ledger.perform(partial(stock.receive, line="WLK-03", code=LABEL, now=now))
        return batches(plan)

    monkeypatch.setattr(intake, "batches", somebody_was_faster)
    said = stocked("item", "import", a_file(stocked, f"{LABEL};WLK-04;;;;;;"))
    assert (said.status, said.out) == (1, "")
    assert (
        f"row 2: code: {LABEL} was received while the file was taken in; 0 rows written before it" in said.err
    )
    assert [row.product for row in stocked.rows(item, code=LABEL)] == ["WLK-03"]


# --- export ---

TRICKY = (
    "=1+1",
    "+47 1",
    "-5",
    "@x",
    "'quoted",
    "''=x",
    "00123",
    "7038010000003",
    "1E5",
    "2026-11-22",
    'a;b"c',
    "æøå",
)


def test_an_export_comes_back_as_it_was_and_a_spreadsheet_runs_none_of_it(stocked: Shell) -> None:
    now = clock.SystemClock().now()
    with open_ledger(settings.load()) as ledger:
        for text in TRICKY:
            arrival = stock.Arrival(serial=text, lot=text, owner=text, price_ore=105)
            ledger.perform(partial(stock.receive, line="WLK-03", arrival=arrival, now=now))
    said = stocked("item", "export")
    assert said.out.startswith("\ufeffcode;product;serial;lot;owner;price;received_on;shelf\r\n")
    cells = [cell for row in csv.reader(io.StringIO(said.out[1:]), delimiter=";") for cell in row]
    assert [cell for cell in cells if cell.startswith(csv_file.FORMULA)] == []
    assert {"'=1+1", "'00123", "'7038010000003"} <= set(cells)
    assert [row["serial"] for row in stocked.json("item", "export")] == [*TRICKY, "SN 1"]

    file = stocked.file.with_name("out.csv")
    assert stocked("item", "export", "--out", str(file)).out == f"13 rows written to {file}\n"
    assert file.read_bytes().startswith(b"\xef\xbb\xbfcode;product;")
    assert file.read_bytes().count(b"\r\n") == 14
    assert fates(stocked("item", "import", str(file), "--json")) == {"unchanged": 13}
    assert stocked("item", "export", "--out", str(file)).status == 1  # no file is written over


def test_only_one_line_may_be_exported(stocked: Shell) -> None:
    stocked.json("item", "receive", "WLK-04", "2")
    assert {row["product"] for row in stocked.json("item", "export", "--product", "wlk-04")} == {"WLK-04"}
    assert stocked("item", "export", "--product", "WLK-99").status == 2


def test_the_practice_depot_is_exported_and_taken_in_again_unchanged(depot: Shell) -> None:
    for verb, least in (("item", 200), ("product", 44)):
        file = depot.file.with_name(f"{verb}.csv")
        rows = depot.json(verb, "export", "--out", str(file))["rows"]
        assert rows >= least
        before = depot.rows(revision), depot.rows(event)
        assert fates(depot(verb, "import", str(file), "--json")) == {"unchanged": rows}
        assert (depot.rows(revision), depot.rows(event)) == before


# --- lines ---


def test_every_line_of_a_catalogue_has_a_fate(new: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(CATALOGUE.read_text("utf-8"))))[:4]
    rows[1] |= {"typical_loan_days": "30", "parts": "basket:1", "name_nb": "Krykker, små"}
    rows[2] |= {"product_code": "WLK-77", "accessory_of": "WLK-01"}
    rows[3] |= {"self_service": "ja", "accessory_of": "WLK-98"}
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    said = new("product", "import", bytes_in(new, text.getvalue().encode("utf-8-sig")), "--dry-run", "--json")
    assert (said.status, said.json["delimiter"]) == (1, "semicolons")
    plan = {row["row"]: row for row in said.json["plan"]}
    assert [plan[n]["fate"] for n in (2, 3, 4, 5)] == ["unchanged", "changed", "new", "refused"]
    assert {one["column"]: (one["before"], one["after"]) for one in plan[3]["changes"]} == {
        "name_nb": ("Albuekrykker, barn (par)", "Krykker, små"),
        "typical_loan_days": ("60", "30"),
        "parts": (None, "basket:1"),
    }
    assert plan[5]["flaws"] == [{"column": "self_service", "what": "wanted yes or staff, got 'ja'"}]
    assert len(new.rows(product)) == 44


def test_a_line_may_speak_of_no_line_that_nobody_knows(new: Shell) -> None:
    text = CATALOGUE.read_text("utf-8").replace("TOI-07,,", "TOI-77,,").replace(",LFT-03,", ",LFT-33,")
    said = new("product", "import", bytes_in(new, text.encode()), "--json")
    assert said.status == 1
    assert {column for _, column in flaws(said)} <= {"needs", "accessory_of"}
    assert "wanted a line of the catalogue or of this file, got 'LFT-33'" in said.err


def test_lines_that_stay_as_they_are_are_not_written_again(new: Shell) -> None:
    before = len(new.rows(revision))
    text = CATALOGUE.read_text("utf-8").replace(
        "Elbow crutches, child (pair)", "Crutches for children (pair)"
    )
    file = bytes_in(new, text.encode())
    said = new("product", "import", file)
    assert "44 lines: 0 new, 1 changed, 43 unchanged, 0 refused; taken in" in said.out
    assert "name_en: Elbow crutches, child (pair) -> Crutches for children (pair)" in said.out
    changed = len(new.rows(revision))
    assert 0 < changed - before < 10
    assert fates(new("product", "import", file, "--json")) == {"unchanged": 44}
    assert len(new.rows(revision)) == changed


def test_the_catalogue_goes_out_and_into_an_empty_ledger_the_same(new: Shell, tmp_path: Path) -> None:
    said = new("product", "export").out
    assert said.startswith("\ufeffproduct_code;name_nb;")
    exported = new.json("product", "export")
    file = bytes_in(new, said.encode())
    for part in ("", "-wal", "-shm", ".anchor"):
        new.file.with_name(new.file.name + part).unlink(missing_ok=True)
    new.json("init", "--name", "Elsewhere")
    assert fates(new("product", "import", file, "--json")) == {"new": 44}
    assert new.json("product", "export") == exported
    assert new.json("check")["ok"] is True


def test_a_text_that_looks_like_a_formula_comes_through_the_export_of_lines(new: Shell) -> None:
    text = CATALOGUE.read_text("utf-8").replace(",Walking stick", ",'=Walking stick", 1)
    assert text != CATALOGUE.read_text("utf-8")
    file = bytes_in(new, text.encode())
    assert fates(new("product", "import", file, "--json"))["changed"] == 1
    said = new("product", "export").out
    assert ";'=Walking stick" in said
    assert ";=Walking stick" not in said
    assert fates(new("product", "import", bytes_in(new, said.encode()), "--json")) == {"unchanged": 44}
