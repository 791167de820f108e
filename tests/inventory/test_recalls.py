"""A recall: what it is about, what it stops, who is told, and that it is over."""

from __future__ import annotations

import uuid
from datetime import date

import pypdfium2
import pytest

from depot import borrowers, stock
from depot.outcomes import CheckedOut, Reason
from depot.tables import borrower, look_up, recall, recall_call, revision
from depot.words import words_in
from inventory import recall_papers, recalls
from inventory.recalls import Meant, No, Outcome
from tests.depot.command.front import Shell
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, House

MADE_UP = "11111111-0000-4000-8000-000000000000"


def opened(house: House, line: str = STICK, why: str = "", **which: str) -> str:
    key = house.at_desk(recalls.open_one, Meant(product=line, **which), why=why)
    assert isinstance(key, str), key
    return key


def about(house: House, key: str) -> dict[str, recalls.Piece]:
    found = house.look(recalls.find, key)
    assert found is not None
    return {one.item: one for one in house.look(recalls.about, house.station, found.meant, key=key)}


# --- what it is about ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "meant", "not_meant"),
    [
        ("1000", "1999", ["1000", "1500", "1999"], ["999", "2000", "100", "15000", "0999"]),
        ("900", "1100", ["900", "1000", "1100"], ["899", "1101", "90"]),
        ("0090", "0110", ["0090", "0100", "0110"], ["0089", "0111"]),
        ("SN098", "SN101", ["SN098", "SN100", "SN101"], ["SN097", "SN102", "SN98"]),
        ("A-9", "A-12", ["A-9", "A-10", "A-12"], ["A-8", "A-13"]),
        ("77", "77", ["77"], ["76", "78", "7"]),
    ],
)
def test_a_range_of_serial_numbers_counts_both_ends_in_the_order_of_their_values(
    house: House, first: str, last: str, meant: list[str], not_meant: list[str]
) -> None:
    stands = {serial: house.stands(STICK, serial=serial) for serial in (*meant, *not_meant)}
    key = opened(house, serial=first, serial_to=last)
    assert {one for one, piece in about(house, key).items() if piece.sure} == {stands[one] for one in meant}
    card = house.confirmed()
    for serial in (meant[0], meant[-1]):
        assert house.refuses(card, stands[serial]).reasons == (Reason.RECALLED,)
    assert isinstance(house.lend(card, stands[not_meant[0]]), CheckedOut)


def test_a_piece_whose_number_nobody_recorded_is_listed_apart_and_may_be_lent(house: House) -> None:
    bare, in_it, other = house.stands(), house.stands(lot="L7"), house.stands(lot="L8")
    key = opened(house, lot="L7")
    pieces = about(house, key)
    assert {code: piece.sure for code, piece in pieces.items()} == {in_it: True, bare: False}
    assert isinstance(house.lend(house.confirmed(), bare), CheckedOut)
    assert other not in pieces


def test_a_recall_of_a_line_tells_what_is_in_with_its_shelf_and_what_is_out(house: House) -> None:
    card = house.confirmed()
    on_shelf, away, dirty, gone = (house.stands(on="B2") for _ in range(4))
    lent = house.lends(card, away)
    house.lends(card, dirty)
    house.brings(dirty)
    house.moves(stock.write_off, gone, reason="worn")
    key = opened(house, why="Ferrule slips")
    pieces = about(house, key)
    assert gone not in pieces
    assert (pieces[on_shelf].where, pieces[on_shelf].is_out) == ("B2", False)
    assert (pieces[away].loan, pieces[away].due) == (lent.key, lent.due)
    assert pieces[away].where is None
    assert not pieces[dirty].is_out
    found = house.look(recalls.with_numbers, house.station, key)
    assert found is not None
    assert (found.inside, found.out, found.told, found.why) == (2, 1, 0, "Ferrule slips")


def test_opening_and_closing_are_versions_of_one_row_and_closing_frees_what_stands(house: House) -> None:
    piece, card = house.stands(), house.confirmed()
    key = opened(house)
    assert house.refuses(card, piece).reasons == (Reason.RECALLED,)
    assert house.at_desk(recalls.close, key) is None
    assert house.at_desk(recalls.close, key) is No.IS_CLOSED
    assert house.look(recalls.listing, house.station) == ()
    assert [one.key for one in house.look(recalls.listing, house.station, everything=True)] == [key]
    assert house.at_desk(recalls.reopen, key) is None
    assert house.at_desk(recalls.reopen, key) is No.IS_OPEN
    assert house.refuses(card, piece).reasons == (Reason.RECALLED,)
    house.at_desk(recalls.close, key)
    house.lends(card, piece)
    assert len(house.rows(revision, table=recall.name, key=key)) == 4
    assert house.unsoundness() == []


@pytest.mark.parametrize(
    ("meant", "why", "no"),
    [
        (Meant(product="NOT-99"), "", No.NO_LINE),
        (Meant(product=STICK, serial="20", serial_to="9"), "", No.BACKWARDS),
        (Meant(product=STICK, serial_to="9"), "", No.BACKWARDS),
        (Meant(product=STICK, lot="x" * 61), "", No.TOO_LONG),
        (Meant(product=STICK), "y" * 61, No.TOO_LONG),
        (Meant(product=STICK, lot=" L7 "), "", No.OPEN_ALREADY),
    ],
)
def test_what_no_recall_can_be_is_refused_and_leaves_nothing(
    house: House, meant: Meant, why: str, no: No
) -> None:
    opened(house, lot="L7")
    assert house.at_desk(recalls.open_one, meant, why=why) is no
    assert len(house.rows(recall)) == 1


def test_a_recall_that_there_is_not_is_refused_by_every_verb(house: House) -> None:
    assert house.at_desk(recalls.close, MADE_UP) is No.NO_RECALL
    assert house.at_desk(recalls.reopen, MADE_UP) is No.NO_RECALL
    assert house.do(recalls.tell, key=MADE_UP, loans=(), outcome=None, by="s") is No.NO_RECALL
    assert house.look(recalls.find, MADE_UP) is None


# --- who is told -----------------------------------------------------------------------------------


def test_who_has_it_is_told_once_each_and_every_look_up_is_logged(house: House) -> None:
    kari, ola = house.confirmed("Kari", phone="+4740612345"), house.confirmed("Ola")
    pair = house.stand(2, CRUTCHES)
    for piece in pair:
        house.lends(kari, piece)
    other = house.stands(CRUTCHES)
    house.lends(ola, other)
    key = opened(house, CRUTCHES)
    assert house.rows(look_up) == []
    told = house.do(recalls.people, key=key, by="s1")
    assert [(one.name, len(one.pieces)) for one in told] == [("Kari", 2), ("Ola", 1)]
    logged = house.rows(look_up)
    assert {row.borrower for row in logged} == {row.id for row in house.rows(borrower)}
    assert {(row.by, row.why) for row in logged} == {("s1", "recall")}


def test_progress_is_kept_loan_by_loan_and_a_slip_is_taken_back(house: House) -> None:
    kari, ola = house.confirmed("Kari"), house.confirmed("Ola")
    first, second = house.stand(2)
    one, two = house.lends(kari, first), house.lends(ola, second)
    key = opened(house)
    house.do(recalls.tell, key=key, loans=(one.key,), outcome=Outcome.NOT_REACHED, by="s1")
    house.do(recalls.tell, key=key, loans=(one.key,), outcome=Outcome.REACHED, by="s2")
    house.do(recalls.tell, key=key, loans=(two.key,), outcome=Outcome.LETTER, by="s1")
    assert sorted((row.loan, row.outcome, row.by) for row in house.rows(recall_call)) == sorted(
        [(one.key, "reached", "s2"), (two.key, "letter", "s1")]
    )
    found = house.look(recalls.with_numbers, house.station, key)
    assert found is not None
    assert (found.out, found.told) == (2, 2)
    house.do(recalls.tell, key=key, loans=(one.key,), outcome=None, by="s1")
    assert [row.loan for row in house.rows(recall_call)] == [two.key]
    told = house.do(recalls.people, key=key, by="s1")
    assert [(each.name, each.outcome) for each in told] == [("Kari", None), ("Ola", Outcome.LETTER)]


def test_a_call_about_a_loan_outside_the_recall_is_refused(house: House) -> None:
    lent = house.lends(house.confirmed(), house.stands(ROLLATOR))
    key = opened(house)
    refused = house.do(recalls.tell, key=key, loans=(lent.key,), outcome=Outcome.REACHED, by="s1")
    assert refused is No.NOT_IN_IT
    assert house.rows(recall_call) == []


def test_the_dead_are_neither_rung_nor_written_to_and_their_thing_is_listed(house: House) -> None:
    card = house.confirmed("Mona", phone="+4740612345")
    house.lends(card, house.stands())
    house.at_desk(borrowers.died, card, date(2027, 1, 10))
    key = opened(house)
    (mona,) = house.do(recalls.people, key=key, by="s1")
    assert (mona.died, mona.phone) == (True, None)
    found = house.look(recalls.find, key)
    assert found is not None
    written = recall_papers.letters(
        found,
        (mona,),
        words=words_in,
        called={"nb": "Stokk"},
        language="nb",
        today=date(2027, 1, 11),
        sender=(),
        phones=(),
    )
    assert written == ()
    listed = recall_papers.call_list(words_in("en"), found, "Stick", (mona,), country="NO")
    assert listed.rows[0][0] == "Mona (has died: fetch it)"


# --- at a shell ------------------------------------------------------------------------------------


def text_of(pdf: str) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_a_recall_from_its_opening_to_its_last_letter_at_a_shell(depot: Shell) -> None:
    before = depot.json("recall", "open", "WLK-06", "--dry-run")
    assert before["recall"] is None
    assert not [one for one in depot.json("recall", "list") if one["product"] == "WLK-06"]
    told = depot.json("recall", "open", "WLK-06", "--why", "Brake may fail")
    assert [one["item"] for one in told["pieces"]] == [one["item"] for one in before["pieces"]]
    (out,) = [one for one in told["pieces"] if one["loan"]]
    key = told["recall"]
    people = depot.json("recall", "calls", key[:8], "--out", str(depot.file.parent / "calls.pdf"))["people"]
    assert [one["name"] for one in people] == ["Lars Liksom"]
    (page,) = text_of(str(depot.file.parent / "calls.pdf"))
    assert "Lars Liksom" in page
    assert "Brake may fail" in page
    letters = depot.json("recall", "letters", key, "--out", str(depot.file.parent / "letters.pdf"))
    assert letters["letters"] == 1
    (page,) = text_of(str(depot.file.parent / "letters.pdf"))
    assert "Lars Liksom" in page
    assert out["item"][1:5] in page
    assert (depot.file.parent / "letters.pdf").stat().st_mode & 0o077 == 0
    depot.json("recall", "tell", key, out["loan"], "--outcome", "letter")
    (row,) = [one for one in depot.json("recall", "list") if one["recall"] == key]
    assert (row["out"], row["told"], row["open"]) == (1, 1, True)
    assert depot.json("recall", "close", key)["outcome"] == "closed"
    assert depot("recall", "close", key).status == 1
    assert depot.json("check")["ok"] is True


def test_what_is_asked_wrongly_is_bad_usage(depot: Shell) -> None:
    assert depot("recall", "close", str(uuid.uuid4())).status == 2
    assert depot("recall", "close", "").status == 2
    assert depot("recall", "open", "NOT-99").status == 2
    said = depot("recall", "open", "WLK-06", "--serial", "9", "--to", "10", "--dry-run")
    assert said.status == 0
    refused = depot("recall", "open", "WLK-06", "--to", "10")
    assert (refused.status, refused.out.startswith("no: ")) == (1, True)
