"""What waits in the depot: each kind appears when it should, and is gone when the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine, event, insert, update

from depot import borrowers, clock, closing, defects, demo, holds, lending, quantities, refusals, rings, stock
from depot.codes import UnreadableReason, parse
from depot.ledger import open_ledger
from depot.outcomes import Reason, Trouble
from depot.phone import parse_phone
from depot.settings import load
from depot.states import State
from depot.stock import Job
from depot.tables import call_back, discrepancy, foreign_return, label_job, place, product, resolution
from inventory import kits, recalls, restock
from inventory.today import JOBS, jobs, today
from inventory.waiting import NEXT, Kind, Next, Row, Today
from labels import queue
from labels.printers import Why
from labels.work import Request
from tests.depot.command.front import Shell
from tests.depot.house import CRUTCHES, NUMBERS, ROLLATOR, STICK, STOOL, TODAY, Elsewhere, House

SPIKES, WHEELCHAIR = "WLK-11", "WHC-01"


def waits(house: House, **said: object) -> Today:
    return house.look(today, house.station, now=house.now, **said)


def rows(house: House, kind: Kind) -> tuple[Row, ...]:
    return waits(house).of(kind)


def kinds(house: House) -> list[Kind]:
    """Which kinds there are any of, in their order."""
    return [pile.kind for pile in waits(house).piles]


def came_home(house: House, line: str = STICK) -> str:
    """A piece that was lent and has just come home."""
    item = house.stands(line)
    house.lends(house.confirmed(), item)
    house.wait(days=3)
    house.brings(item)
    return item


def test_in_an_empty_depot_nothing_waits(house: House) -> None:
    house.stand(3)
    house.confirmed()
    assert waits(house) == Today((), ())


# --- things in the house ---


def test_what_came_home_is_to_be_cleaned_at_its_place_until_it_is(house: House) -> None:
    stick, stool = came_home(house, STICK), came_home(house, STOOL)
    house.wait(days=2)
    first, second = rows(house, Kind.TO_CLEAN)
    assert (first.item, first.place, first.shelf, first.why) == (stick, "VASK 1", "A1", "surface")
    assert (second.item, second.place, second.why, second.next) == (stool, "VASK 2", "wet", Next.CLEAN)
    assert (first.age_days, second.age_days) == (5, 2)
    (pile,) = waits(house).piles
    assert (pile.count, pile.oldest_days, pile.places) == (2, 5, (("VASK 1", 1), ("VASK 2", 1)))
    house.moves(stock.cleaned, stick)
    assert [row.item for row in rows(house, Kind.TO_CLEAN)] == [stool]
    house.moves(stock.cleaned, stool)
    assert kinds(house) == []


def test_the_oldest_comes_first_whatever_its_code(house: House) -> None:
    pieces = house.stand(4)
    for piece in reversed(pieces):
        house.lends(house.confirmed(), piece)
        house.brings(piece)
        house.wait(hours=1)
    told = rows(house, Kind.TO_CLEAN)
    assert [row.item for row in told] == list(reversed(pieces))
    assert [row.since for row in told] == sorted(row.since for row in told)


def test_cleaning_that_was_begun_is_under_way(house: House) -> None:
    item = came_home(house)
    house.moves(stock.begin_cleaning, item)
    assert kinds(house) == [Kind.CLEANING]
    house.moves(stock.cleaned, item)
    assert kinds(house) == []


def test_infection_comes_first_and_apart(house: House) -> None:
    plain, soiled = came_home(house), came_home(house)
    house.moves(stock.quarantine, soiled, infection=True)
    (kept_apart,) = rows(house, Kind.QUARANTINE)
    assert (kept_apart.item, kept_apart.place) == (soiled, "SMITTE")
    house.moves(stock.end_quarantine, soiled)
    (row,) = rows(house, Kind.INFECTED)
    assert (row.item, row.place, row.next) == (soiled, "SMITTE", Next.DISINFECT)
    assert [one.item for one in waits(house).rows] == [soiled, plain]
    house.moves(stock.cleaned, soiled)
    assert kinds(house) == [Kind.TO_CLEAN]


def test_what_is_one_persons_only_is_thrown_away(house: House) -> None:
    (line,) = house.rows(product, cleaning_class="single_user")
    item = house.stands(line.code)
    house.lends(house.confirmed(), item)
    house.brings(item)
    (row,) = rows(house, Kind.TO_CLEAN)
    assert (row.item, row.place, row.next) == (item, "KAST", Next.WRITE_OFF)


def test_an_inspection_is_told_two_weeks_before_it_runs_out(house: House) -> None:
    item = house.stands(ROLLATOR)
    house.wait(days=350)
    assert kinds(house) == []
    house.wait(days=1)
    (row,) = rows(house, Kind.INSPECTION_DUE)
    assert (row.item, row.day, row.age_days) == (item, TODAY + timedelta(days=365), 0)
    assert (row.shelf, row.next) == ("A1", Next.CALL_IN)
    house.wait(days=20)
    (row,) = rows(house, Kind.INSPECTION_DUE)
    assert row.age_days == 6
    house.moves(stock.call_in, item)
    assert kinds(house) == [Kind.INSPECTION]
    house.moves(stock.inspected, item)
    assert kinds(house) == []


def test_what_is_broken_waits_in_the_workshop_with_its_fault(house: House) -> None:
    item = house.stands()
    house.lends(house.confirmed(), item)
    home = house.brings(item)
    house.trouble(item, home.deed, Trouble.BROKEN)
    (row,) = rows(house, Kind.REPAIR)
    assert (row.item, row.place, row.why) == (item, "VERKSTED", "broken")
    house.moves(stock.repaired, item)
    assert kinds(house) == [Kind.CLEANING]


def test_what_is_missing_waits_until_any_scan_finds_it(house: House) -> None:
    item = house.stands()
    house.moves(stock.count_out, item)
    house.wait(days=9)
    (row,) = rows(house, Kind.MISSING)
    assert (row.item, row.shelf, row.place, row.age_days) == (item, "A1", None, 9)
    house.brings(item)
    assert kinds(house) == [Kind.TO_CLEAN]


def test_what_has_arrived_waits_for_its_label_and_shelf(house: House) -> None:
    item = house.received()
    (row,) = rows(house, Kind.UNLABELLED)
    assert (row.item, row.product, row.shelf) == (item, STICK, None)
    house.do(stock.shelve, item=item, shelf=house.shelf("A1"))
    assert kinds(house) == []


def test_what_belongs_to_another_depot_is_that_depots_work(house: House) -> None:
    came_home(house)
    house.stands(ROLLATOR)
    house.wait(days=400)
    elsewhere = replace(house.station, depot="another depot")
    assert house.look(today, elsewhere, now=house.now) == Today((), ())
    assert kinds(house) == [Kind.TO_CLEAN, Kind.INSPECTION_DUE]


# --- who waits ---


def test_what_stands_free_while_somebody_waits_is_to_be_set_aside(house: House) -> None:
    first = house.confirmed()
    house.queues(first)
    house.wait(hours=1)
    house.queues(house.confirmed())
    house.at_desk(borrowers.block, first, "desk")
    house.wait(days=2)
    # Whoever is blocked is passed over: the second gets the first piece.
    house.stand(3)
    house.at_desk(borrowers.block, first, None)
    (row,) = rows(house, Kind.TO_SET_ASIDE)
    assert (row.subject, row.count, row.shelf, row.place, row.age_days) == (STICK, 1, "A1", "HENTES", 2)
    house.do(holds.advance)
    assert Kind.TO_SET_ASIDE not in kinds(house)


def test_of_a_pair_the_partner_is_to_be_fetched(house: House) -> None:
    card = house.confirmed()
    waiting = house.queues(card, CRUTCHES)
    first, second = house.stand(2, CRUTCHES)
    (row,) = rows(house, Kind.PARTNER)
    kept = house.hold(waiting.key).item
    assert (row.subject, row.item, row.count) == (waiting.key, kept, 1)
    assert (row.place, row.shelf, row.next) == ("HENTES", "A1", Next.FETCH_PARTNER)
    lent = house.lends(card, kept)
    house.lends(card, second if kept == first else first, joins=lent.deed)
    assert Kind.PARTNER not in kinds(house)


def test_a_pair_that_stands_together_on_its_shelf_needs_nobody(house: House) -> None:
    house.stand(2, CRUTCHES)
    house.queues(house.confirmed(), CRUTCHES)
    assert Kind.PARTNER not in kinds(house)


def test_what_nobody_fetched_is_told_past_its_last_day_and_then_stands_at_the_pick_up_sign(
    house: House,
) -> None:
    waiting = house.queues(house.confirmed())
    item = house.stands()
    house.wait(days=3)
    assert Kind.PAST_LAST_DAY not in kinds(house)
    house.wait(days=1)
    (row,) = rows(house, Kind.PAST_LAST_DAY)
    assert (row.subject, row.item, row.place, row.age_days) == (waiting.key, item, "HENTES", 1)
    house.do(holds.advance)
    assert kinds(house) == [Kind.AT_PICK_UP]
    (row,) = rows(house, Kind.AT_PICK_UP)
    assert (row.item, row.place, row.shelf, row.next) == (item, "HENTES", "A1", Next.PUT_ON_SHELF)
    house.moves(stock.put_on_shelf, item, shelf=house.shelf("A1"))
    assert kinds(house) == []


def test_what_was_set_aside_on_its_shelf_is_not_looked_for_at_the_pick_up_sign(house: House) -> None:
    house.stands()
    waiting = house.queues(house.confirmed())
    assert waiting.item
    house.do(holds.cancel, key=waiting.key)
    assert kinds(house) == []


def test_a_piece_whose_borrower_took_another_still_stands_at_the_pick_up_sign(house: House) -> None:
    card = house.confirmed()
    house.queues(card)
    kept = house.stands()
    house.lends(card, house.stands())
    assert (house.state(kept), kinds(house)) == (State.AVAILABLE, [Kind.AT_PICK_UP])
    assert rows(house, Kind.AT_PICK_UP)[0].item == kept
    house.lends(house.confirmed(), kept)
    assert kinds(house) == []


def test_a_depot_without_a_pick_up_sign_has_nothing_standing_there(house: House) -> None:
    house.ledger.perform(
        lambda conn, _: conn.execute(update(place).where(place.c.purpose == "pick_up").values(purpose="x"))
    )
    house.queues(house.confirmed())
    house.stands()
    house.wait(days=9)
    house.do(holds.advance)
    assert kinds(house) == []


# --- out, and not ours ---


def test_what_is_overdue_is_told_by_age_and_never_by_person(house: House) -> None:
    card = house.confirmed("Kari Testesen", phone=f"+47{NUMBERS[0]}")
    first, second = house.stand(2)
    late = house.lends(card, first)
    house.wait(days=5)
    house.lends(card, second)
    assert kinds(house) == []
    assert late.due is not None
    house.wait(days=(late.due - TODAY).days - 5 + 10)
    older, younger = rows(house, Kind.OVERDUE)
    assert (older.item, older.subject, older.day, older.age_days) == (first, late.key, late.due, 10)
    assert (younger.item, younger.age_days < 10) == (second, True)
    told = str(waits(house))
    assert not [one for one in (card, "Kari", NUMBERS[0]) if one in told]
    house.brings(first)
    assert [row.item for row in rows(house, Kind.OVERDUE)] == [second]


def test_what_is_due_today_is_not_late(house: House) -> None:
    lent = house.lends(house.confirmed(), house.stands())
    assert lent.due is not None
    house.wait(days=(lent.due - TODAY).days)
    assert kinds(house) == []
    house.wait(days=1)
    assert [row.age_days for row in rows(house, Kind.OVERDUE)] == [1]


def test_what_is_navs_lies_at_navs_place_until_it_is_settled(house: House) -> None:
    house.do(lending.receive_foreign, label=parse("014112-345678"))
    (row,) = rows(house, Kind.FOREIGN)
    assert (row.place, row.why, row.next) == ("NAV", "014112", Next.HAND_OVER)
    assert "345678" not in str(row)
    settled = update(foreign_return).values(settled_at=clock.millis(house.now))
    house.ledger.perform(lambda conn, _: conn.execute(settled))
    assert kinds(house) == []


def test_parts_that_stayed_out_are_owed_in_the_language_that_is_read(house: House) -> None:
    item = house.stands(WHEELCHAIR)
    lent = house.lends(house.confirmed(), item)
    house.trouble(item, house.brings(item).deed, Trouble.MISSING_PART, footrest=2)
    (row,) = rows(house, Kind.OWED)
    assert (row.item, row.subject, row.why, row.count) == (item, lent.key, "footrest", 2)
    named = {waits(house, language=one).of(Kind.OWED)[0].name for one in ("en", "nb", "xx")}
    assert len(named) == 2
    house.do(defects.parts_back, item=item)
    assert Kind.OWED not in kinds(house)


# --- the press ---


def _queued(house: House) -> str:
    asked = Request("asset", (house.stands(),))
    return house.at_desk(queue.put, asked)


def test_a_label_that_does_not_come_out_is_told_with_its_reason(house: House) -> None:
    key = _queued(house)
    assert kinds(house) == []
    house.at_desk(queue.put_back, key, Why.PAPER_OUT, "no paper")
    (row,) = rows(house, Kind.PRESS)
    assert (row.subject, row.name, row.why, row.next) == (key, "asset", "paper_out", Next.SEE_TO_PRINTER)
    house.at_desk(queue.ended, key, queue.PRINTED)
    assert kinds(house) == []


def test_a_label_that_nobody_prints_is_stuck_after_ten_minutes(house: House) -> None:
    key = _queued(house)
    house.wait(minutes=11)
    assert [(row.subject, row.why) for row in rows(house, Kind.PRESS)] == [(key, "waiting")]
    house.at_desk(queue.cancel, key)
    assert kinds(house) == []


def test_a_loans_label_that_came_too_late_lapses_and_is_not_stuck(new_house: Callable[..., House]) -> None:
    house = new_house(station_printer="desk")
    house.lends(house.confirmed(), house.stands())
    assert [state for _, state in house.labels()] == ["waiting"]
    house.wait(minutes=11)
    assert kinds(house) == []


def test_a_label_that_may_have_come_out_is_told_until_it_is_printed_again(house: House) -> None:
    key = _queued(house)
    house.at_desk(queue.ended, key, queue.UNSURE, why=Why.CANNOT_TELL)
    (row,) = rows(house, Kind.PRESS)
    assert (row.subject, row.next) == (key, Next.SEE_WHETHER_IT_CAME_OUT)
    house.wait(minutes=1)
    again = house.at_desk(queue.again, key)
    assert kinds(house) == []
    house.at_desk(queue.ended, again, queue.UNSURE)
    assert [row.subject for row in rows(house, Kind.PRESS)] == [again]
    assert len(house.rows(label_job)) == 2


# --- what a person must look at ---


def test_what_the_ledger_cannot_explain_waits_for_a_decision(house: House) -> None:
    item = house.stands()
    there = Elsewhere()
    house.hears(there.says("repaired", tick=clock.millis(house.now) + 1, key="strange", item=item))
    (row,) = rows(house, Kind.DISCREPANCY)
    assert (row.subject, row.item, row.why) == ("strange", item, "illegal_move")
    (noted,) = house.rows(discrepancy)
    decided = {"kind": noted.kind, "event": noted.event, "at": 0, "by": "desk", "decided": "no"}
    house.ledger.perform(lambda conn, _: conn.execute(insert(resolution).values(decided)))
    assert kinds(house) == []


def test_a_line_of_which_more_was_taken_than_there_were_is_counted_again(house: House) -> None:
    house.do(quantities.received, line=SPIKES, n=1)
    house.do(quantities.take, line=SPIKES, n=2)
    house.wait(days=1)
    house.do(quantities.take, line=SPIKES, n=1)
    (row,) = rows(house, Kind.RECOUNT)
    assert (row.product, row.count, row.age_days) == (SPIKES, 2, 1)
    house.wait(hours=1)
    house.do(quantities.counted, line=SPIKES, n=4)
    assert kinds(house) == []


def test_refusals_are_told_for_a_week_by_reason_and_line(house: House) -> None:
    no = (Reason.INSPECTION_EXPIRED,)
    for _ in range(3):
        house.do(refusals.count, reasons=no, product=ROLLATOR)
    house.do(refusals.count, reasons=(UnreadableReason.CHECK_FAILED,), product=None)
    (unreadable,), (refused,) = rows(house, Kind.UNREADABLE), rows(house, Kind.REFUSED)
    assert (unreadable.why, unreadable.count, unreadable.product) == ("check_failed", 1, None)
    assert (refused.why, refused.count, refused.product) == ("inspection_expired", 3, ROLLATOR)
    house.wait(days=6)
    assert kinds(house) == [Kind.UNREADABLE, Kind.REFUSED]
    house.wait(days=1)
    assert kinds(house) == []


# --- whom to ring ---


def test_whoever_asked_to_be_rung_waits_until_somebody_has(house: House) -> None:
    phone = parse_phone(NUMBERS[0])
    assert phone is not None
    house.at_desk(borrowers.ask_to_be_rung, phone)
    (asked,) = house.rows(call_back)
    (row,) = rows(house, Kind.CALL_BACK)
    assert (row.subject, row.why) == (asked.key, "call_back")
    assert NUMBERS[0] not in str(row)
    house.at_desk(rings.rung, asked.key, by="desk")
    assert kinds(house) == []


def test_whoever_may_fetch_something_is_rung(house: House) -> None:
    house.queues(house.confirmed("Kari Testesen", phone=f"+47{NUMBERS[0]}"))
    item = house.stands()
    (row,) = rows(house, Kind.RING)
    assert (row.item, row.why, row.product) == (item, "hold_ready", STICK)
    assert not [one for one in ("Kari", NUMBERS[0]) if one in str(waits(house))]
    house.at_desk(rings.rung, row.subject, by="desk")
    assert kinds(house) == []


def test_whose_date_was_moved_is_rung(house: House) -> None:
    lent = house.lends(house.confirmed(), house.stands())
    assert lent.due is not None
    house.do(closing.close, first=lent.due, last=lent.due, name="Dugnad")
    assert [row.why for row in rows(house, Kind.RING)] == ["due_moved"]


def test_a_card_from_the_box_waits_to_be_confirmed(house: House) -> None:
    card = house.starter()
    house.wait(days=5)
    (row,) = rows(house, Kind.UNCONFIRMED)
    assert (row.age_days, row.day) == (5, TODAY + timedelta(days=14))
    assert card not in str(row)
    house.at_desk(borrowers.confirm, card)
    assert kinds(house) == []


def test_nobody_rings_the_dead_the_blocked_or_who_became_somebody_else(house: House) -> None:
    dead, blocked, merged = house.starter(), house.starter(), house.starter()
    house.at_desk(borrowers.died, dead, TODAY)
    house.at_desk(borrowers.block, blocked, "desk")
    house.at_desk(borrowers.merge, merged, house.confirmed())
    assert kinds(house) == []


# --- as a whole ---


def test_the_kinds_come_in_the_order_in_which_they_are_done(house: House) -> None:
    house.starter()
    house.received()
    house.moves(stock.count_out, house.stands())
    came_home(house)
    assert kinds(house) == [Kind.TO_CLEAN, Kind.MISSING, Kind.UNLABELLED, Kind.UNCONFIRMED]
    assert [row.kind for row in waits(house).rows] == kinds(house)


def test_every_kind_says_what_is_done_about_it() -> None:
    assert list(NEXT) == list(Kind)
    assert set(JOBS.values()) == set(Job)


def test_only_the_kinds_that_are_asked_for_are_told(house: House) -> None:
    came_home(house)
    house.received()
    told = waits(house, kinds=[Kind.UNLABELLED])
    assert {row.kind for row in told.rows} == {pile.kind for pile in told.piles} == {Kind.UNLABELLED}


def test_the_jobs_are_what_done_does_next(house: House) -> None:
    pieces = [came_home(house) for _ in range(4)]
    house.moves(stock.send_to_repair, pieces[0], fault="worn")
    house.moves(stock.quarantine, pieces[1], infection=False)
    house.received()
    told = house.look(jobs, house.station, now=house.now)
    assert [row.item for row in told] == [pieces[2], pieces[3], pieces[0], pieces[1]]
    (repair,) = house.look(jobs, house.station, now=house.now, only=Job.REPAIR)
    assert (repair.item, repair.why) == (pieces[0], "worn")
    for row in told:
        assert house.moves(stock.done, row.item or "").job == JOBS[row.kind].value


# --- stock, recalls, kits ---


def test_a_line_with_fewer_free_than_its_minimum_says_how_many_are_lacking(house: House) -> None:
    pieces = house.stand(3, STICK)
    house.do(restock.set_level, line=STICK, minimum=3, target=5)
    assert kinds(house) == []
    for piece in pieces[:2]:
        house.lends(house.confirmed(), piece)
    (row,) = rows(house, Kind.UNDER_MINIMUM)
    assert (row.product, row.count, row.next) == (STICK, 2, Next.ORDER)
    house.stand(2, STICK)
    assert kinds(house) == []


def test_an_open_recall_waits_until_everybody_is_told_and_nothing_stands_in_the_house(house: House) -> None:
    out, inside, kept_apart = house.stand(3, ROLLATOR)
    house.lends(house.confirmed(), out)
    key = house.at_desk(recalls.open_one, recalls.Meant(product=ROLLATOR), why="a fork may break")
    (row,) = rows(house, Kind.RECALLED)
    assert (row.subject, row.product, row.count) == (key, ROLLATOR, 3)
    house.moves(stock.quarantine, kept_apart, infection=False)
    assert rows(house, Kind.RECALLED)[0].count == 2
    house.moves(stock.write_off, inside, reason="recalled")
    assert rows(house, Kind.RECALLED)[0].count == 1
    house.at_desk(recalls.close, key)
    assert kinds(house) == [Kind.QUARANTINE]


def test_a_kit_that_lacks_a_piece_waits_until_it_is_found(house: House) -> None:
    pieces = house.stand(2, STICK)
    house.do(kits.compose, name="Hip operation", items=pieces)
    assert kinds(house) == []
    house.do(kits.missing, item=pieces[0])
    (row,) = rows(house, Kind.INCOMPLETE_KIT)
    assert (row.item, row.why, row.next) == (pieces[0], "Hip operation", Next.FIND_PIECE)
    house.do(kits.found, item=pieces[0])
    assert rows(house, Kind.INCOMPLETE_KIT) == ()


# --- people who are not rung, or are one ---


def test_what_the_dead_had_is_collected_and_nobody_is_asked_for_it(house: House) -> None:
    card, item = house.confirmed("Mona Minnes"), house.stands(STICK)
    house.lends(card, item)
    house.wait(days=200)
    assert [row.item for row in rows(house, Kind.OVERDUE)] == [item]
    house.at_desk(borrowers.died, card, on=house.now.date() - timedelta(days=3))
    assert rows(house, Kind.OVERDUE) == ()
    (row,) = rows(house, Kind.TO_COLLECT)
    assert (row.item, row.age_days, row.next) == (item, 3, Next.COLLECT)
    assert "Minnes" not in str(row)
    house.brings(item)
    assert rows(house, Kind.TO_COLLECT) == ()


def test_one_number_given_twice_is_perhaps_one_person_until_they_are_one(house: House) -> None:
    first, second = house.starter(NUMBERS[0]), house.starter(NUMBERS[0])
    (row,) = rows(house, Kind.TO_MERGE)
    assert (row.count, row.next) == (2, Next.MERGE)
    assert first not in str(row)
    house.at_desk(borrowers.merge, second, first)
    assert rows(house, Kind.TO_MERGE) == ()


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of a block, BEGIN left out."""
    said: list[str] = []

    def hear(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def test_today_is_twenty_four_statements_however_much_waits(house: House) -> None:
    with counted() as empty:
        waits(house)
    for _ in range(5):
        came_home(house)
        house.received()
        house.starter()
        house.queues(house.confirmed(), CRUTCHES)
        house.do(lending.receive_foreign, label=parse("014112-345678"))
    with counted() as full:
        told = waits(house)
    assert (len(empty), len(full), len(told.rows)) == (24, 24, 20)


def test_one_kind_is_five_statements_at_most(house: House) -> None:
    for kind in Kind:
        with counted() as said:
            waits(house, kinds=[kind])
        assert len(said) <= 5, kind


def test_the_practice_depot_has_the_kinds_that_its_story_tells_of(depot: Shell) -> None:
    with open_ledger(load(depot.environment)) as ledger, ledger.reading() as conn:
        told = today(conn, ledger.station, now=clock.SystemClock().now())
    items = {row.kind: row.item for row in reversed(told.rows)}
    assert list(dict.fromkeys(row.kind for row in told.rows)) == [
        *(Kind.RECALLED, Kind.TO_CLEAN, Kind.CLEANING, Kind.INSPECTION, Kind.INSPECTION_DUE, Kind.REPAIR),
        *(Kind.QUARANTINE, Kind.OVERDUE, Kind.TO_COLLECT, Kind.MISSING, Kind.FOREIGN, Kind.UNLABELLED),
        *(Kind.OWED, Kind.RING, Kind.UNCONFIRMED, Kind.TO_MERGE),
    ]
    assert items[Kind.REPAIR] == demo.IN_REPAIR
    assert items[Kind.QUARANTINE] == demo.IN_QUARANTINE
    assert items[Kind.INSPECTION] == demo.IN_INSPECTION
    assert items[Kind.INSPECTION_DUE] == demo.INSPECTION_EXPIRED
    assert {row.item for row in told.of(Kind.MISSING)} == {demo.MISSING, demo.LOST}
    assert demo.IN_CLEANING in {row.item for row in told.of(Kind.TO_CLEAN)}
    assert items[Kind.UNLABELLED] == demo.NOT_SHELVED
    said = str(told)
    assert not [one for one in demo.PEOPLE if one.card in said or one.name in said]
