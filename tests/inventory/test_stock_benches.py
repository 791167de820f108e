"""The benches of restocking, recalls, fees and a line's card, by keys and scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest

from depot import codes, lapses, settings
from depot.outcomes import CheckedOut, Reason
from depot.states import State
from depot.tables import (
    fee,
    item,
    label_job,
    look_up,
    product,
    recall,
    recall_call,
    restock_order,
    stock_level,
)
from depot.words import words_in
from inventory import fees, identifiers, line_card, recalls, restock
from inventory.benches.line import LineCard
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, House, settings_for
from tests.inventory.desk.driver import MANAGER, STAFF, STOREKEEPER, Sitting

SPIKE = "WLK-11"  # counted, not labelled
Desk = Callable[..., Sitting]


@pytest.fixture
def at(house: House) -> Desk:
    """Somebody signed in at the desk, who opens a bench from Home."""

    def signed_in(*acts: str, **said: Any) -> Sitting:
        on = {"fees_enabled": "true"} if said.pop("fees_on", False) else {}
        who = said.pop("acting", MANAGER)
        desk = Sitting(house.ledger, settings_for(house.file, **on), house.now, acting=who, **said)
        for act in acts:
            open_by(desk, act)
        return desk

    return signed_in


def open_by(desk: Sitting, words: str) -> None:
    """Press the digit beside these words, or choose their row: Home has more benches than digits."""
    view = desk.session.shown.view
    if any(words in one.label for one in view.acts):
        desk.act(words)
    else:
        desk.choose(words)


def label(house: House, line: str) -> str:
    (row,) = house.rows(product, code=line)
    return str(row.label)


def typed(desk: Sitting, *lines: str) -> str:
    """Fill a form, each line emptied first."""
    for line in lines:
        while desk.session.shown.typed[field(desk)]:
            desk.press("erase")
        desk.type(line)
    return desk.session.said.text


def field(desk: Sitting) -> str:
    form = desk.session.shown.view.form
    assert form is not None, desk.see()
    return form.fields[desk.session.shown.at_field].name


def pages(folder: Any) -> list[str]:
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    document = pypdfium2.PdfDocument(str(file))
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


# --- recalls ---------------------------------------------------------------------------------------


def test_a_recall_is_opened_with_one_scan_shown_before_it_stops_anything_and_undone(
    house: House, at: Desk
) -> None:
    inside, away = house.stands(lot="L7", serial="S1"), house.stands(lot="L7", serial="S2")
    house.stands(lot="L8")
    house.lends(house.confirmed(), away)
    desk = at("More", "Recalls")
    desk.scan(inside)
    assert desk.session.shown.typed["line"] == STICK
    assert desk.session.shown.typed["lot"] == "L7"
    assert desk.session.shown.typed["serial"] == "", "more is meant than the piece in hand"
    typed(desk, STICK, "L7", "", "", "Ferrule slips")
    assert "1 thing is in the house" in desk.see()
    assert "1 thing is out" in desk.see()
    assert house.rows(recall) == []
    desk.press("enter")
    assert desk.title == "Recall"
    assert desk.counts == {"in": 1, "out": 1, "told": 0}
    assert house.refuses(house.confirmed("Ola"), inside).reasons == (Reason.RECALLED,)
    desk.press("undo", "enter")
    assert isinstance(house.lend(house.confirmed("Per"), inside), CheckedOut)


def test_on_a_no_nothing_is_opened_and_a_wrong_line_or_range_keeps_the_form(house: House, at: Desk) -> None:
    house.stands()
    desk = at("More", "Recalls", "Open a recall")
    typed(desk, "NOT-99", "", "", "", "")
    assert desk.session.said.text == "The catalogue has no such line."
    desk = at("More", "Recalls", "Open a recall")
    assert typed(desk, STICK, "", "20", "9", "") == "The last serial number comes before the first."
    desk = at("More", "Recalls", "Open a recall")
    typed(desk, STICK, "", "9", "20", "")
    desk.press("back")
    assert house.rows(recall) == []


def test_whoever_goes_along_the_shelf_scans_and_what_is_called_back_is_kept_apart(
    house: House, at: Desk
) -> None:
    meant, out = house.stands(lot="L7"), house.stands(lot="L7")
    house.lends(house.confirmed(), out)
    waits = house.queues(house.confirmed("Vidar Venter"))
    house.do(lapses.advance)
    assert house.hold(waits.key).item == meant
    bare, other = house.stands(), house.stands(lot="L8")
    key = house.at_desk(recalls.open_one, recalls.Meant(product=STICK, lot="L7"))
    desk = at("More", "Recalls")
    desk.choose("lot L7")
    assert desk.scan(meant) == f"{codes.spoken(meant)} is called back. Put it at SMITTE."
    assert (desk.tone, house.state(meant), desk.counts["kept apart"]) == ("good", State.QUARANTINE, 1)
    assert house.hold(waits.key).state == "waiting", "who waited for it is first in line again"
    assert "is kept apart already" in desk.scan(meant)
    desk.press("undo", "enter")
    assert (house.hold(waits.key).item, "kept apart" in desk.counts) == (meant, False)
    desk.scan(meant)
    assert "may be" in desk.scan(bare)
    assert desk.tone == "bad"
    house.at_desk(identifiers.bind, identifiers.Number("gtin", "07038010021145"), STICK)
    assert "called" in desk.scan("(01)07038010021145(10)L7")
    assert (desk.tone, house.rows(item, code=bare)[0].lot) == ("bad", "L7")
    desk.press("undo", "enter")
    assert house.rows(item, code=bare)[0].lot is None
    desk.scan(bare)
    desk.act("Its serial number and lot")
    desk.press("enter")
    desk.type("L9")
    assert "unsure" not in desk.counts
    assert "is not called back" in desk.scan(other)
    desk.scan(out)
    assert house.state(out) is State.QUARANTINE, "who brings one back is not told to keep it"
    found = house.look(recalls.with_numbers, house.station, key)
    assert found is not None
    assert (found.inside, found.apart, found.out, found.left) == (2, 2, 0, 0)
    house.at_desk(recalls.close, key)
    assert house.state(meant) is State.QUARANTINE, "it is let out by somebody, not by the closing"
    assert house.unsoundness() == []


def test_whom_to_ring_is_logged_once_and_each_answer_is_noted_and_taken_back(house: House, at: Desk) -> None:
    house.lends(house.confirmed("Kari", phone="+4740612345"), house.stands())
    house.at_desk(recalls.open_one, recalls.Meant(product=STICK))
    desk = at("More", "Recalls")
    desk.choose("all of them")
    assert "Kari" not in desk.see()
    desk.act("Whom to ring")
    assert "Kari" in desk.see()
    assert "40 61 23 45" in desk.see()
    assert len(house.rows(look_up)) == 1
    desk.act("Not reached")
    desk.act("Reached")
    assert [row.outcome for row in house.rows(recall_call)] == ["reached"]
    assert desk.counts == {"told": 1, "to tell": 0}
    desk.press("undo", "enter")
    assert [row.outcome for row in house.rows(recall_call)] == ["not_reached"]
    assert len(house.rows(look_up)) == 1
    desk.press("print")
    (page,) = pages(house.file.parent / "papers")
    assert "40 61 23 45" in page


def test_letters_are_written_in_each_ones_language_and_noted_as_sent(house: House, at: Desk) -> None:
    for name, language in (("Kari", "nb"), ("Ann", "en"), ("Ole", "da")):
        house.lends(house.confirmed(name, language=language), house.stands())
    house.at_desk(recalls.open_one, recalls.Meant(product=STICK), why="Ferrule slips")
    desk = at("More", "Recalls")
    desk.choose("all of them")
    desk.act("Letters")
    told = pages(house.file.parent / "papers")
    assert {page.split()[1] for page in told} == {"Kari", "Ann", "Ole"}
    assert [sum(word in page for page in told) for word in ("Slutt", "Please stop", "Hold op")] == [1, 1, 1]
    assert house.rows(recall_call) == []
    desk.press("enter")
    assert [row.outcome for row in house.rows(recall_call)] == ["letter"] * 3
    desk.press("undo", "enter")
    assert house.rows(recall_call) == []


def test_closing_asks_first_and_says_who_has_not_been_told(house: House, at: Desk) -> None:
    house.lends(house.confirmed(), house.stands())
    key = house.at_desk(recalls.open_one, recalls.Meant(product=STICK))
    desk = at("More", "Recalls")
    desk.choose("all of them")
    desk.act("Close the recall")
    assert "1 thing is out and its borrower has not been told" in desk.see()
    desk.press("back")
    assert house.rows(recall, key=key)[0].closed_at is None
    desk.act("Close the recall")
    desk.press("enter")
    assert house.rows(recall, key=key)[0].closed_at is not None
    desk.press("undo", "enter")
    assert house.rows(recall, key=key)[0].closed_at is None


# --- restock ---------------------------------------------------------------------------------------


def test_a_level_is_set_at_the_desk_and_put_back_as_it_was(house: House, at: Desk) -> None:
    house.stands(ROLLATOR)
    desk = at("Restock", "All lines")
    desk.point("Rollator, indoor")
    desk.act("Minimum and target")
    assert typed(desk, "3", "2") == "The target is no less than the minimum."
    desk = at("Restock", "All lines")
    desk.point("Rollator, indoor")
    desk.act("Minimum and target")
    typed(desk, "2", "5")
    (row,) = house.rows(stock_level)
    assert (row.product, row.minimum, row.target) == (ROLLATOR, 2, 5)
    assert desk.counts == {"under minimum": 1, "to order": 4}
    desk.press("undo", "enter")
    assert house.rows(stock_level) == []


def test_an_order_is_noted_comes_in_part_and_what_was_a_slip_is_taken_back(house: House, at: Desk) -> None:
    house.do(restock.set_level, line=STICK, minimum=0, target=5)
    house.stands()
    desk = at("Restock", "Order list")
    desk.press("print")
    (page,) = pages(house.file.parent / "papers")
    assert STICK in page
    other = at("Restock", "Order list")
    for one in (desk, other):
        one.act("All of it is ordered")
    desk.press("enter")
    assert other.press("enter") == "The list has changed meanwhile. Look at it once more."
    assert [row.pieces for row in house.rows(restock_order, state="ordered")] == [4], "two desks order once"
    desk = at("Restock", "What was ordered")
    desk.act("A part")
    typed(desk, "3")
    assert [row.pieces for row in house.rows(restock_order, state="ordered")] == [1]
    desk.press("undo", "enter")
    assert sum(row.pieces for row in house.rows(restock_order, state="ordered")) == 4
    desk.act("It will not come")
    assert len(house.rows(restock_order, state="cancelled")) == 1


def with_printer(house: House, uri: str) -> Sitting:
    """Somebody at a desk whose office printer is at an address."""
    described = house.file.parent / "depot.toml"
    described.write_text(f'[[printer]]\nname = "office"\nuri = "{uri}"\nmedium = "a4"\n', "utf-8")
    chosen = settings.load({"DEPOT_DATABASE": f"sqlite:///{house.file}"}, described)
    return Sitting(house.ledger, chosen, house.now, acting=MANAGER)


def test_a_paper_goes_to_the_printer_with_a4_in_it_and_past_the_presss_queue(house: House) -> None:
    house.do(restock.set_level, line=STICK, minimum=0, target=5)
    printed = house.file.parent / "printed"
    desk = with_printer(house, f"folder://{printed}")
    open_by(desk, "Restock")
    assert desk.press("print") == "It is on its way to office."
    (file,) = printed.rglob("*.pdf")
    assert file.read_bytes().startswith(b"%PDF")
    assert not (house.file.parent / "papers").exists()
    assert house.rows(label_job) == []


def test_a_paper_that_no_printer_takes_is_a_file_and_the_desk_says_why(house: House) -> None:
    house.do(restock.set_level, line=STICK, minimum=0, target=5)
    (house.file.parent / "in-the-way").write_text("", "utf-8")
    desk = with_printer(house, f"folder://{house.file.parent / 'in-the-way' / 'printed'}")
    open_by(desk, "Restock")
    said = desk.press("print")
    assert desk.tone == "bad"
    assert said.startswith("office: ")
    assert STICK in pages(house.file.parent / "papers")[0]


def test_how_many_to_own_shows_its_formula_and_becomes_the_target(house: House, at: Desk) -> None:
    card = house.confirmed()
    for _ in range(5):
        item = house.stands()
        house.lends(card, item)
        house.wait(days=5)
        house.brings(item)
    desk = at("Restock", "All lines")
    desk.point("Walking stick")
    desk.act("How many to own")
    seen = desk.see(80, 30)
    for said in ("r × T", "Little's law", "Erlang's loss formula", "5 lent", "(median 5, 5", "ended)"):
        assert said in seen
    desk.act("Service level")
    desk.act("99 %")
    more = desk.counts["to own"]
    desk.act("Service level")
    desk.act("80 %")
    assert desk.counts["to own"] < more
    desk.act("Take it as the target")
    desk.press("enter", "enter")
    assert house.rows(stock_level)[0].target == desk.counts["to own"]


def test_what_stands_idle_opens_its_line(house: House, at: Desk) -> None:
    house.stands(ROLLATOR)
    house.wait(days=100)
    desk = at("Restock", "What stands idle")
    assert desk.counts == {"idle": 0}
    desk.act("Another number of days")
    desk.act("90 days")
    assert desk.counts == {"idle": 1}
    desk.choose("Rollator")
    assert desk.title == "Rollator, indoor"


# --- a line's card ---------------------------------------------------------------------------------


def test_a_shelf_label_opens_its_lines_card_with_its_pieces(house: House, at: Desk) -> None:
    first, second = house.stand(2, CRUTCHES)
    house.lends(house.confirmed(), second)
    desk = at()
    desk.scan(label(house, CRUTCHES))
    assert desk.counts == {"free": 1, "out": 1, "waiting": 0, "owned": 2}
    assert codes.spoken(label(house, CRUTCHES)) in desk.see()
    assert "0 pairs can be lent now." in desk.see()
    desk.choose(codes.spoken(first))
    assert desk.see().count(codes.spoken(first)) >= 1
    desk.press("back")
    desk.act("How many to own")
    assert desk.title == "How many to own"
    desk.press("back")
    desk.act("Call it back")
    assert desk.session.shown.typed["line"] == CRUTCHES


def test_a_line_that_there_is_not_and_a_counted_one_have_a_card(house: House, at: Desk) -> None:
    desk = at()
    bench = LineCard(desk.session._at, "NOT-99")
    assert bench.view().lead == "The catalogue has no such line."
    assert bench.acted("receive", None) is None
    desk.scan(label(house, SPIKE))
    assert "not labelled: 0 here" in desk.see()


# --- fees ------------------------------------------------------------------------------------------


def owe(house: House, line: str = STICK) -> str:
    """Let a loan cost 100 kroner; gives the thing."""
    terms = settings_for(house.file, fees_enabled="true").fees
    house.do(fees.advance, terms=terms)
    house.at_desk(fees.set_line, line, fee_ore=10_000, deposit_ore=0)
    piece = house.stands(line)
    house.lends(house.confirmed("Kari"), piece)
    return piece


def test_what_is_owed_is_listed_without_a_name_and_noted_as_paid(house: House, at: Desk) -> None:
    owe(house)
    desk = at("More", "Fees", fees_on=True)
    assert "100.00" in desk.see(80, 24)
    assert "Kari" not in desk.see()
    desk.act("Paid")
    assert [row.state for row in house.rows(fee)] == ["paid"]
    desk.press("undo", "enter")
    assert [row.state for row in house.rows(fee)] == ["owed"]


def test_who_waives_has_the_right_and_says_why(house: House, at: Desk) -> None:
    owe(house)
    for who, act in ((STOREKEEPER, "Paid"), (STOREKEEPER, "Waive"), (STAFF, "Waive")):
        desk = at("More", "Fees", fees_on=True, acting=who)
        assert "Your role does not do this" in desk.act(act)
    desk = at("More", "Fees", fees_on=True)
    desk.act("Waive")
    desk.act("our mistake")
    (row,) = house.rows(fee)
    assert (row.state, row.why, row.settled_by) == ("waived", "our mistake", MANAGER.id)
    desk.press("undo", "enter")
    desk.act("Waive")
    desk.act("another reason")
    assert typed(desk, "") == "Say why, in 60 characters at most."
    desk = at("More", "Fees", fees_on=True)
    desk.act("Waive")
    desk.act("another reason")
    typed(desk, "a gift")
    assert house.rows(fee)[0].why == "a gift"


def test_a_card_shows_what_its_borrower_owes_to_who_may_and_that_is_logged(house: House, at: Desk) -> None:
    owe(house)
    card = house.confirmed("Ola")
    mine = house.stands()
    house.lends(card, mine)
    desk = at("More", "Fees", fees_on=True, acting=STOREKEEPER)
    assert "Your role" in desk.scan(card)
    assert house.rows(look_up) == []
    desk = at("More", "Fees", fees_on=True)
    assert desk.counts == {"owed": 2}
    desk.scan(card)
    assert desk.counts == {"owed": 1}
    assert codes.spoken(mine) in desk.see()
    assert [row.why for row in house.rows(look_up)] == ["fees"]
    assert "nobody's" in at("More", "Fees").scan(house.card_from_box())


def test_compensation_is_asked_for_a_thing_that_was_scanned(house: House, at: Desk) -> None:
    piece = house.stands(ROLLATOR)
    lent = house.lends(house.confirmed(), piece)
    desk = at("More", "Fees")
    assert "fees are off" in desk.see()
    desk.scan(piece)
    desk.act("Ask for compensation")
    assert typed(desk, "a lot", "x") == "That amount cannot be meant."
    desk = at("More", "Fees")
    desk.scan(piece)
    desk.act("Ask for compensation")
    typed(desk, "99,50", "a lost basket")
    (row,) = house.rows(fee)
    assert (row.loan, row.amount_ore, row.why, row.state) == (lent.key, 9_950, "a lost basket", "owed")
    desk.press("undo", "enter")
    assert house.rows(fee)[0].state == "waived"


def test_what_a_line_costs_is_set_from_its_shelf_label_and_put_back(house: House, at: Desk) -> None:
    desk = at("More", "Fees", "What lines cost")
    desk.scan(label(house, STICK))
    typed(desk, "100", "250,50")
    assert house.look(fees.lines) == {STICK: (10_000, 25_050)}
    desk.press("undo", "enter")
    assert house.look(fees.lines) == {}
    desk.act("Another line")
    assert typed(desk, "NOT-99") == "The catalogue has no such line."


# --- rights and room -------------------------------------------------------------------------------


def test_nobody_without_the_right_opens_a_recall_or_sets_a_level(house: House, at: Desk) -> None:
    house.stands(ROLLATOR)
    desk = at("Restock", "All lines", acting=STAFF)
    desk.point("Rollator, indoor")
    assert "Your role does not do this" in desk.act("Minimum and target")
    desk = at("More", "Recalls", acting=STAFF)
    desk.act("Open a recall")
    assert desk.title == "Open a recall"


@pytest.mark.parametrize("language", ["nb", "nn", "da", "en"])
def test_every_page_finds_room_on_a_small_screen(house: House, language: str) -> None:
    owe(house)
    house.at_desk(recalls.open_one, recalls.Meant(product=STICK))
    t = words_in(language).t
    wide = settings_for(house.file, fees_enabled="true")
    desk = Sitting(house.ledger, wide, house.now, acting=MANAGER, language=language)
    seen = []
    for acts in (
        ("Restock",),
        ("Restock", "Order list"),
        ("Restock", "What stands idle"),
        ("More", "Recalls"),
        ("More", "Fees and deposits"),
    ):
        desk = Sitting(house.ledger, wide, house.now, acting=MANAGER, language=language)
        for act in acts:
            open_by(desk, t(act))
        seen.append(desk.see(80, 24))
    desk.scan(label(house, STICK))
    seen.append(desk.see(80, 24))
    for page in seen:
        heads = [line for line in page.splitlines() if line.startswith("  ")][:1]
        assert "…" not in "".join(heads), page


def test_a_line_is_found_by_its_code_and_by_the_digits_of_its_shelf_label(house: House) -> None:
    assert house.look(line_card.meant, STICK.lower()) == STICK
    assert house.look(line_card.meant, codes.spoken(label(house, STICK))) == STICK
    assert house.look(line_card.meant, label(house, STICK)) == STICK
    assert house.look(line_card.meant, "4006381333931") is None
