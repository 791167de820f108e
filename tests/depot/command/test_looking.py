"""The lists and `depot find`: what is where, and what things mean; never who has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from depot import demo, finding, lists
from depot.borrowers import listing
from depot.ledger import open_ledger
from depot.own import Kind, digits, mint
from depot.settings import load
from depot.sqlite import read_only
from depot.tables import borrower, hold
from tests.depot.command.front import Shell

LEAST = {
    "items": {"code", "product", "name", "state", "depot", "shelf", "self_service"},
    "loans": {"key", "item", "product", "out_at", "due", "returned_at", "open"},
    "borrowers": {"card", "blocked", "standing", "open_loans"},
    "products": {"code", "name", "iso9999", "free", "total", "loan_days"},
    "events": {"seq", "station", "key", "deed", "item", "at"},
}


@pytest.mark.parametrize("verb", LEAST)
def test_every_list_has_the_names_that_others_rely_on(depot: Shell, verb: str) -> None:
    rows = depot.json(verb)
    assert rows
    assert all(row.keys() >= LEAST[verb] for row in rows)


@pytest.mark.parametrize("verb", LEAST)
def test_a_list_is_a_table_for_people_with_a_line_for_each_row(depot: Shell, verb: str) -> None:
    lines = depot(verb).out.splitlines()
    assert len(lines) == len(depot.json(verb)) + 1
    assert lines[0] == lines[0].upper()


@pytest.mark.parametrize("verb", ["items", "loans", "products", "events"])
def test_no_list_of_things_knows_a_person(depot: Shell, verb: str) -> None:
    said = depot(verb, "--json").out + depot(verb).out
    for person in depot.rows(borrower):
        assert person.id not in said
        assert person.name is None or person.name not in said
        assert person.phone is None or person.phone[1:] not in said
    assert not any(one.card in said for one in demo.PEOPLE)


def test_items_are_found_by_state_line_and_shelf(depot: Shell) -> None:
    wheelchairs = depot.json("items", "--product", "whc-01")
    assert {one["product"] for one in wheelchairs} == {"WHC-01"}
    assert [one["code"] for one in wheelchairs] == demo.items("WHC-01")
    returned = depot.json("items", "--state", "returned", "--state", "cleaning")
    assert demo.IN_CLEANING in {one["code"] for one in returned}
    assert {one["state"] for one in returned} == {"returned", "cleaning"}
    by_name, by_letter = depot.json("items", "--shelf", "hylle B2"), depot.json("items", "--shelf", "b2")
    assert by_name == by_letter
    assert {one["shelf"] for one in by_name} == {"B2"}
    free = depot.json("items", "--free")
    assert all(one["state"] == "available" and one["self_service"] for one in free)


def test_what_would_be_refused_is_not_free(depot: Shell) -> None:
    free = {one["code"] for one in depot.json("items", "--free")}
    assert free.isdisjoint({demo.RECALLED, demo.INSPECTION_EXPIRED})
    lines = {one["code"]: one["free"] for one in depot.json("products")}
    for line in ("WHC-02", "RMP-01"):  # the one's lot is recalled, of the other one inspection has run out
        pieces = [one["code"] for one in depot.json("items", "--product", line)]
        lent = [code for code in pieces if depot("lend", demo.CONFIRMED_CARD, code).status == 0]
        assert set(lent) == free & set(pieces)
        assert lines[line] == len(lent) > 0


def test_a_line_may_be_named_by_the_code_on_its_shelf_label(depot: Shell) -> None:
    label = next(one["label"] for one in depot.json("products") if one["code"] == "WLK-06")
    assert depot.json("items", "--product", label) == depot.json("items", "--product", "WLK-06")
    assert depot.json("items", "--product", digits(label)) == depot.json("items", "--product", "WLK-06")


def test_loans_are_open_or_ended_and_some_are_late(depot: Shell) -> None:
    everything, still_open = depot.json("loans"), depot.json("loans", "--open")
    assert [one for one in everything if one["open"]] == still_open
    assert len(depot.json("loans", "--closed")) == len(everything) - len(still_open)
    late = {one["item"] for one in depot.json("loans", "--late")}
    assert {demo.items("REA-01")[1], demo.items("WHC-02")[2]} <= late < {one["item"] for one in still_open}


def test_products_count_what_is_free_and_what_there_is(depot: Shell) -> None:
    counted = {one["code"]: (one["free"], one["total"]) for one in depot.json("products")}
    assert counted["WHC-01"] == (3, 8)
    # Of seven walking sticks one was written off, which is no longer counted, and one is out.
    assert counted["WLK-03"] == (5, 6)
    depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR)
    after = {one["code"]: (one["free"], one["total"]) for one in depot.json("products")}
    assert after["WLK-06"] == (counted["WLK-06"][0] - 1, counted["WLK-06"][1])


def test_a_counted_line_has_as_many_free_as_there_are(depot: Shell) -> None:
    lines = {one["code"]: one for one in depot.json("products")}
    assert {code: line["free"] for code, line in lines.items() if line["counted"]} == demo.COUNTED
    assert depot("quantity", "take", "WLK-12", "4").status == 0
    free = {one["code"] for one in depot.json("products", "--free")}
    assert "WLK-12" not in free
    assert "WLK-11" in free


def test_the_notes_say_that_no_therapist_has_read_them(depot: Shell) -> None:
    notes = depot.json("products", "--notes")
    assert len(notes) == 44 * 4
    assert not any(one["reviewed"] for one in notes)
    shown = depot("products", "--notes").out.splitlines()
    assert shown[1].startswith("BED-01")
    assert all("not yet reviewed by a therapist" in line for line in shown[1:])
    assert depot("products", "--notes", "--free").status == 2


def test_the_events_of_a_thing_are_its_story(depot: Shell) -> None:
    kinds = [one["kind"] for one in depot.json("events", "--item", demo.WRITTEN_OFF)]
    assert kinds == ["received", "shelved", "check_out", "check_in", "to_repair", "written_off"]
    newest = depot.json("events", "--last", "3")
    assert newest == depot.json("events")[-3:]
    deed = newest[-1]["deed"]
    assert {one["deed"] for one in depot.json("events", "--deed", deed)} == {deed}
    labelled = sum(pieces for _, line, pieces in demo.STOCK if line not in demo.COUNTED)
    assert len(depot.json("events", "--kind", "received")) == labelled


@pytest.mark.parametrize(
    "words",
    [
        ("items", "--product", "WLK-99"),
        ("items", "--state", "broken"),
        ("loans", "--item", "nonsense"),
        ("events", "--last", "0"),
        ("events", "--deed", "nonsense"),
        ("items", "--product", "\udcff"),
    ],
)
def test_a_filter_that_means_nothing_is_bad_usage(depot: Shell, words: tuple[str, ...]) -> None:
    said = depot(*words, "--json")
    assert (said.status, said.out) == (2, "")
    assert said.err.strip()


@contextmanager
def counting(conn: Connection) -> Iterator[list[str]]:
    """The statements that a connection is asked meanwhile."""
    asked: list[str] = []

    def note(*said: object) -> None:
        asked.append(str(said[2]))

    event.listen(conn, "before_cursor_execute", note)
    yield asked
    event.remove(conn, "before_cursor_execute", note)


def test_a_list_is_one_question_however_long_it_is(depot: Shell) -> None:
    with read_only(depot.file) as conn:
        for rows in (lists.items, lists.loans, lists.products, lists.events):
            with counting(conn) as asked:
                assert len(list(rows(conn))) > 40
            assert [sql.split()[0] for sql in asked if sql != "BEGIN"] == ["SELECT"]
    with open_ledger(load()) as ledger, ledger.reading() as conn, counting(conn) as asked:
        listing(conn, ledger.station, now=ledger.station.built)
    assert [sql.split()[0] for sql in asked if sql != "BEGIN"] == ["SELECT"]


# --- find ---

LABEL = mint(Kind.PRODUCT, "0004006")  # the sixth line of the catalogue


@pytest.mark.parametrize(
    ("text", "kind", "meaning"),
    [
        (demo.ROLLATOR, "item", "Rollator, indoor: available"),
        ("0004 2177", "item", "Rollator, indoor: available"),
        (demo.ON_LOAN, "item", "Rollator, indoor: on loan"),
        ("WLK-06", "product", "Rollator, indoor"),
        ("wlk-06", "product", "Rollator, indoor"),
        (LABEL, "product", "Rollator, indoor"),
        (mint(Kind.SHELF, "0004001"), "shelf", "A1"),
        (mint(Kind.COMMAND, "0000004"), "command", "the command card: undo"),
        (demo.CONFIRMED_CARD, "card", "a borrower's card: in use"),
        (demo.BLOCKED_CARD, "card", "a borrower's card: blocked"),
        (demo.CARDS_IN_THE_BOX[0], "card", "a borrower's card: unassigned"),
        (digits(demo.CARDS_IN_THE_BOX[0]), "card", "a borrower's card: unassigned"),
        (mint(Kind.CARD, "0000001"), "card", "a card that was not printed here"),
        (demo.BADGE, "badge", "a storekeeper's badge: in use"),
        (mint(Kind.ITEM, "0009001"), "item", "an item's code that is not in use here"),
        (demo.NAV_LABEL, "nav", "NAV's label: the thing is not ours, and NAV wants it back"),
        ("7038010000126", "gtin", "a maker's number for a product"),
        ("00042178", "unreadable", "a check digit or letter is wrong: mistyped or misread"),
        ("https://example.org/", "unreadable", "a web address, which is not opened"),
        ("rullator INNENDØRS", "words", "a line of the catalogue"),
        ("rollator", "words", "5 lines of the catalogue"),
        ("romskip", "words", "no line of the catalogue has these words"),
        ("\udcff", "words", "no line of the catalogue has these words"),
        (" ", "unreadable", "nothing"),
    ],
)
def test_what_a_text_means(depot: Shell, text: str, kind: str, meaning: str) -> None:
    found = depot.json("find", text)
    assert found.keys() >= {"kind", "meaning", "match"}
    assert (found["kind"], found["meaning"]) == (kind, meaning)


def test_a_slip_says_what_waits_and_not_for_whom(depot: Shell) -> None:
    (ready,) = depot.rows(hold, state="ready")
    found = depot.json("find", ready.slip)
    assert (found["kind"], found["meaning"]) == ("slip", "a place in the queue for BTH-02: ready")
    assert found["match"][0]["item"] == demo.SET_ASIDE


def test_find_shows_people_a_table_of_what_matches(depot: Shell) -> None:
    said = depot("find", "rullator").out
    assert "WLK-06" in said
    assert "Rollator, indoor" in said


def test_every_reason_why_a_text_has_no_meaning_has_its_words(depot: Shell) -> None:
    with read_only(depot.file) as conn:
        for text in ("x" * 300, "a\x00b", "X00042177X", f"{demo.ROLLATOR}{demo.ON_LOAN}", "+A123BJC5D6E71G"):
            assert finding.find(conn, text).meaning
