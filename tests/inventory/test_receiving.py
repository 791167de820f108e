"""Receiving: from the carton to the shelf, one scan at a time, stopped and gone on with; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from depot import codes, finding, naming, own
from depot.codes import Gtin, Udi
from depot.outcomes import Moved, Refused
from depot.states import Fact, State
from depot.tables import desk_work, event, item, label_job, product, recall
from inventory import deliveries, identifiers, receiving, restock_papers, work
from inventory.deliveries import Delivery, How
from inventory.identifiers import Binding, Number
from inventory.receiving import Answer, No, Told, Wanted
from tests.depot.house import ROLLATOR, STICK, House

LIV = "6f0d4a52-0000-4000-8000-000000000001"
ROLLATOR_GTIN, STICK_GTIN, NEW_GTIN = "07038010021145", "04006381333931", "05901234123457"
UNUSED = [own.mint(own.Kind.ITEM, f"9000{n:03d}") for n in range(1, 30)]


def begun(house: House, pieces: int = 3, how: How = How.PRINT, **said: Any) -> str:
    """A delivery that is begun and, where labels are printed, has its codes."""
    wanted = Wanted(ROLLATOR, pieces, house.shelf("A1"), how, **said)
    key = house.do(receiving.begin, wanted=wanted, by=LIV)
    assert not isinstance(key, No), key
    while house.do(receiving.mint, key=key, by=LIV):
        pass
    return key


def now_of(house: House, key: str) -> Delivery:
    found = house.look(deliveries.find, key)
    assert found is not None
    return found


def scans(house: House, key: str, code: str) -> Answer:
    return house.do(receiving.scan, key=key, code=code, by=LIV)


def maker(
    house: House, key: str, serial: str | None = None, gtin: str = ROLLATOR_GTIN, **more: Any
) -> Answer:
    said = Udi(gtin, serial, **more) if serial or more else Gtin(gtin)
    return house.at_desk(receiving.read_maker, key, said, by=LIV)


def knows(house: House, gtin: str, line: str) -> None:
    house.at_desk(identifiers.bind, Number("gtin", gtin), line, by=LIV)


def is_open(house: House, key: str) -> bool:
    return key in {one.key for one in house.look(work.unfinished, house.station)}


def of_item(house: House, code: str) -> Any:
    (row,) = house.rows(item, code=code)
    return row


# --- the whole way ---


def test_twelve_are_shelved_a_night_passes_and_the_thirteenth_goes_on(house: House) -> None:
    key = begun(house, 24, owner="NAV", price_ore=129900, on=date(2027, 1, 8))
    delivery = now_of(house, key)
    assert (len(delivery.codes), delivery.done, delivery.of) == (24, 0, 24)
    (job,) = house.rows(label_job)
    assert (job.design, job.subjects.split()) == ("asset", list(delivery.codes))
    assert [scans(house, key, code).done for code in delivery.codes[:12]] == list(range(1, 13))
    house.reopen()
    house.wait(days=1)
    (left,) = house.look(work.unfinished, house.station)
    assert (left.key, left.kind, left.body["done"], left.body["of"]) == (key, "receiving", 12, 24)
    assert {house.state(code) for code in delivery.codes[12:]} == {State.RECEIVED}
    told = scans(house, key, delivery.codes[12])
    assert (told.told, told.done, told.of) == (Told.SHELVED, 13, 24)
    for code in delivery.codes[13:]:
        told = scans(house, key, code)
    assert (told.done, is_open(house, key)) == (24, False)
    assert {house.state(code) for code in delivery.codes} == {State.AVAILABLE}
    row = of_item(house, delivery.codes[0])
    assert (row.owner, row.price_ore) == ("NAV", 129900)
    arrived, shelved = house.events(delivery.codes[0])
    assert (arrived.facts["received_on"], shelved.facts["shelf"]) == ("2027-01-08", house.shelf("A1"))
    assert (arrived.by, shelved.by) == (LIV, LIV)
    assert house.look(deliveries.before, ROLLATOR) == deliveries.Before("NAV", 129900)


def test_codes_are_minted_a_few_a_commit_and_what_broke_off_is_gone_on_with(house: House) -> None:
    key = house.do(receiving.begin, wanted=Wanted(ROLLATOR, 25, house.shelf("A1")), by=LIV)
    assert [house.do(receiving.mint, key=key) for _ in range(2)] == [15, 5]
    assert house.labels() == []
    house.reopen()
    assert [house.do(receiving.mint, key=key) for _ in range(2)] == [0, 0]
    (job,) = house.rows(label_job)
    assert len(job.subjects.split()) == len(now_of(house, key).codes) == 25


def test_a_scan_whose_commit_fails_has_done_nothing(house: House) -> None:
    key = begun(house, 2, How.BIND)
    before = [row.seq for row in house.rows(event)]

    def broken(conn: Connection, station: Any) -> None:
        receiving.scan(conn, station, key, UNUSED[0], now=house.now)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        house.ledger.perform(broken)
    assert [row.seq for row in house.rows(event)] == before
    assert (house.rows(item), now_of(house, key).done) == ([], 0)


def test_printed_labels_are_bound_each_by_its_scan_and_no_more_than_came(house: House) -> None:
    key = begun(house, 2, How.BIND)
    assert house.rows(label_job) == []
    assert [scans(house, key, code).told for code in UNUSED[:2]] == [Told.BOUND, Told.BOUND]
    assert [house.state(code) for code in UNUSED[:2]] == [State.AVAILABLE] * 2
    more = scans(house, key, UNUSED[2])
    assert (more.told, more.done, house.rows(item, code=UNUSED[2])) == (Told.ENOUGH, 2, [])
    assert house.do(receiving.set_number, key=key, pieces=3) is None
    assert is_open(house, key)
    assert scans(house, key, UNUSED[2]).told is Told.BOUND


# --- what a wrong scan is answered ---


def test_wrong_things_are_answered_kept_aside_and_nothing_is_done_with_them(house: House) -> None:
    stick = house.stands(STICK)
    lent = house.stands(ROLLATOR)
    house.lends(house.confirmed(), lent)
    earlier = house.stands(ROLLATOR)
    key = begun(house, 2)
    first, _ = now_of(house, key).codes
    scans(house, key, first)
    before = len(house.events())
    told = [scans(house, key, code).told for code in (stick, lent, earlier, UNUSED[0], first, stick)]
    assert told == [
        Told.OTHER_LINE,
        Told.ON_LOAN,
        Told.NOT_THESE,
        Told.UNUSED,
        Told.ALREADY,
        Told.OTHER_LINE,
    ]
    assert len(house.events()) == before
    assert [code for code, _ in now_of(house, key).aside] == [stick, lent, earlier]
    assert now_of(house, key).done == 1


def test_a_piece_that_somebody_waits_for_is_set_aside_by_its_first_scan(house: House) -> None:
    house.queues(house.confirmed(), ROLLATOR)
    key = begun(house, 1)
    told = scans(house, key, now_of(house, key).codes[0])
    assert (told.told, told.state, told.place) == (Told.SHELVED, State.SET_ASIDE, "HENTES")


def test_what_is_recalled_is_said_at_its_scan(house: House) -> None:
    house.change(recall, key="r1", product=ROLLATOR, lot="L7", opened_at=0)
    knows(house, ROLLATOR_GTIN, ROLLATOR)
    key = begun(house, 2)
    first, second = now_of(house, key).codes
    maker(house, key, batch="L7")
    assert scans(house, key, first).recalled is True
    assert scans(house, key, second).recalled is False


# --- the maker's label ---


def test_serials_scanned_before_our_label_go_to_the_next_and_survive_a_stop(house: House) -> None:
    knows(house, ROLLATOR_GTIN, ROLLATOR)
    key = begun(house, 3, How.BIND)
    assert maker(house, key).told is Told.RIGHT_LINE
    assert maker(house, key, "S1", batch="L1").told is Told.WAITS
    house.reopen()
    first = scans(house, key, UNUSED[0])
    assert (first.serial, first.lot) == ("S1", "L1")
    scans(house, key, UNUSED[1])  # a piece whose maker's label is gone
    assert maker(house, key, "S3").told is Told.WAITS
    scans(house, key, UNUSED[2])
    rows = [of_item(house, code) for code in UNUSED[:3]]
    assert [(row.serial, row.lot) for row in rows] == [("S1", "L1"), (None, None), ("S3", None)]


def test_serials_scanned_after_our_label_go_to_the_last(house: House) -> None:
    knows(house, ROLLATOR_GTIN, ROLLATOR)
    key = begun(house, 2)
    for number, code in enumerate(now_of(house, key).codes, 1):
        scans(house, key, code)
        given = maker(house, key, f"S{number}")
        assert (given.told, given.code) == (Told.GIVEN, code)
    assert [of_item(house, code).serial for code in now_of(house, key).codes] == ["S1", "S2"]
    assert maker(house, key, "S2").told is Told.SERIAL_TAKEN


def test_a_makers_number_of_another_line_or_of_none_gives_nothing(house: House) -> None:
    knows(house, STICK_GTIN, STICK)
    key = begun(house, 1)
    assert maker(house, key, "S1", STICK_GTIN).told is Told.OTHER_LINE
    assert maker(house, key, "S1", NEW_GTIN).told is Told.NEW_NUMBER
    assert scans(house, key, now_of(house, key).codes[0]).serial is None


def test_numbers_are_typed_and_no_two_pieces_of_a_line_have_the_same(house: House) -> None:
    key = begun(house, 2)
    first, second = now_of(house, key).codes
    give = house.at_desk
    assert give(receiving.give_numbers, first, "S1", "L1", by=LIV).told is Told.GIVEN
    taken = give(receiving.give_numbers, second, "S1", None, by=LIV)
    assert (taken.told, taken.code, of_item(house, second).serial) == (Told.SERIAL_TAKEN, first, None)
    assert give(receiving.give_numbers, first, "S1", "L2", by=LIV).told is Told.GIVEN
    with pytest.raises(ValueError, match="60 printable"):
        give(receiving.give_numbers, first, "x" * 61, None, by=LIV)


# --- slips ---


def test_a_wrongly_shelved_piece_waits_again_and_the_delivery_is_open_again(house: House) -> None:
    key = begun(house, 1)
    (code,) = now_of(house, key).codes
    told = scans(house, key, code)
    assert not is_open(house, key)
    undo = {"key": key, "code": code, "deed": told.deed}
    assert house.do(receiving.unshelve, **undo, by=LIV) is True
    assert (house.state(code), now_of(house, key).done, is_open(house, key)) == (State.RECEIVED, 0, True)
    again = scans(house, key, code)
    house.lends(house.confirmed(), code)
    assert house.do(receiving.unshelve, key=key, code=code, deed=again.deed) is False


def test_a_wrongly_bound_label_is_used_up_and_its_serial_goes_to_the_next(house: House) -> None:
    knows(house, ROLLATOR_GTIN, ROLLATOR)
    key = begun(house, 1, How.BIND)
    maker(house, key, "S1")
    told = scans(house, key, UNUSED[0])
    undo = {"key": key, "code": UNUSED[0], "deed": told.deed}
    assert house.do(receiving.unbind_label, **undo, by=LIV) is True
    assert house.state(UNUSED[0]) is State.WRITTEN_OFF
    assert house.events(UNUSED[0])[-1].facts == {"reason": "wrongly_labelled"}
    assert scans(house, key, UNUSED[0]).told is Told.USED_UP
    again = scans(house, key, UNUSED[1])
    assert (again.told, again.serial, again.done, again.of) == (Told.BOUND, "S1", 1, 1)


def test_a_piece_that_never_came_is_written_off_and_one_that_came_after_all_is_shelved(house: House) -> None:
    key = begun(house, 3)
    first, second, third = now_of(house, key).codes
    scans(house, key, first)
    gone = house.do(receiving.take_out, key=key, code=second, by=LIV)
    assert isinstance(gone, Moved)
    assert house.state(second) is State.WRITTEN_OFF
    assert house.events(second)[-1].facts == {"reason": "not_delivered"}
    assert (now_of(house, key).of, now_of(house, key).done) == (2, 1)
    back = scans(house, key, second)
    assert (back.told, back.of, back.done) == (Told.SHELVED, 3, 2)
    house.lends(house.confirmed(), first)
    assert isinstance(house.do(receiving.take_out, key=key, code=first), Refused)
    assert isinstance(house.do(receiving.take_out, key=key, code=UNUSED[0]), Refused)
    assert house.do(receiving.put_back_in, key=key, code=third) is False


def test_a_delivery_is_ended_early_and_what_was_minted_for_it_is_written_off(house: House) -> None:
    key = begun(house, 4)
    first, *rest = now_of(house, key).codes
    scans(house, key, first)
    house.do(receiving.finish, key=key, by=LIV)
    assert {house.state(code) for code in rest} == {State.WRITTEN_OFF}
    assert (now_of(house, key).of, is_open(house, key)) == (1, False)
    none = begun(house, 2)
    house.do(receiving.finish, key=none, by=LIV)
    assert {house.state(code) for code in now_of(house, none).codes} == {State.WRITTEN_OFF}
    assert not is_open(house, none)


def test_the_number_is_changed_on_the_way_and_only_what_is_new_is_printed(house: House) -> None:
    key = begun(house, 3)
    codes_before = now_of(house, key).codes
    scans(house, key, codes_before[0])
    assert house.do(receiving.set_number, key=key, pieces=2) is None
    assert [house.state(code) for code in codes_before] == ["available", "received", "written_off"]
    assert house.do(receiving.set_number, key=key, pieces=4) is None
    assert house.do(receiving.mint, key=key) == 0
    new = now_of(house, key).codes[3:]
    assert len(new) == 2
    assert [set(job.subjects.split()) for job in house.rows(label_job)][-1] == set(new)
    scans(house, key, codes_before[1])
    assert house.do(receiving.set_number, key=key, pieces=1) is No.FEWER_THAN_DONE
    assert house.do(receiving.set_number, key=key, pieces=999) is No.NUMBER


def test_another_shelf_is_where_the_rest_goes(house: House) -> None:
    key = begun(house, 2)
    first, second = now_of(house, key).codes
    scans(house, key, first)
    assert house.do(receiving.set_shelf, key=key, code=house.shelf("B2")) is None
    scans(house, key, second)
    assert [house.item(code).shelf for code in (first, second)] == [house.shelf("A1"), house.shelf("B2")]
    assert house.do(receiving.set_shelf, key=key, code="S99990005X") is No.NO_SHELF


# --- beginning ---


def test_what_cannot_be_received_so_is_refused_before_anything_is_written(house: House) -> None:
    shelf, other = house.shelf("A1"), house.received(ROLLATOR, serial="S9")
    house.change(product, code="TRAY", label="P00010011X", **_COUNTED)
    wrong = {
        No.NO_LINE: Wanted("XXX-01", 1, shelf),
        No.COUNTED: Wanted("TRAY", 1, shelf),
        No.NUMBER: Wanted(ROLLATOR, 201, shelf),
        No.NO_SHELF: Wanted(ROLLATOR, 1, "S99990005X"),
        No.SERIALS: Wanted(ROLLATOR, 2, shelf, serials=("S1", "S1")),
    }
    told = {why: house.do(receiving.begin, wanted=wanted, by=LIV) for why, wanted in wrong.items()}
    assert told == {why: why for why in wrong}
    taken = Wanted(ROLLATOR, 1, shelf, serials=("S9",))
    assert (house.do(receiving.begin, wanted=taken, by=LIV), house.line_of(other)) == (No.SERIALS, ROLLATOR)
    assert house.rows(desk_work) == []


_COUNTED = {
    "iso9999": "120707",
    "loan_days": 90,
    "self_service": True,
    "cleaning_class": "surface",
    "inspection_days": 0,
    "pieces": 1,
    "step": 1,
    "counted": True,
}


def test_serials_given_beforehand_are_the_minted_pieces_in_order(house: House) -> None:
    key = begun(house, 2, serials=("S1", "S2"))
    assert [of_item(house, code).serial for code in now_of(house, key).codes] == ["S1", "S2"]


def test_what_was_received_before_and_not_shelved_becomes_a_delivery(house: House) -> None:
    waits = [house.received(ROLLATOR) for _ in range(2)]
    house.received(STICK)
    found = house.look(deliveries.not_shelved, house.station)
    assert (set(found), found[ROLLATOR]) == ({ROLLATOR, STICK}, tuple(sorted(waits)))
    wanted = Wanted(ROLLATOR, 2, house.shelf("A1"))
    key = house.do(receiving.begin, wanted=wanted, by=LIV, there=found[ROLLATOR])
    assert house.do(receiving.mint, key=key) == 0
    assert house.rows(label_job) == []
    assert set(house.look(deliveries.not_shelved, house.station)) == {STICK}
    assert house.look(deliveries.delivery_of, house.station, waits[0]) == key
    assert [scans(house, key, code).done for code in waits] == [1, 2]
    assert not is_open(house, key)


def test_shelves_are_offered_where_the_line_stands_first(house: House) -> None:
    house.shelf("A0")
    house.stand(2, ROLLATOR, "C1")
    house.stand(1, ROLLATOR, "B1")
    offered = house.look(deliveries.places, house.station, ROLLATOR)
    assert [(one.name, one.there) for one in offered] == [("C1", 2), ("B1", 1), ("A0", 0)]


# --- numbers of lines ---


def test_a_number_is_bound_once_known_to_find_and_unbound(house: House) -> None:
    number = identifiers.read("7038010021145")
    assert number == Number("gtin", ROLLATOR_GTIN)
    bind: Callable[..., Any] = house.at_desk
    assert bind(identifiers.bind, number, ROLLATOR, by=LIV).what is Binding.BOUND
    assert bind(identifiers.bind, number, ROLLATOR).what is Binding.ALREADY
    theirs = bind(identifiers.bind, number, STICK)
    assert (theirs.what, theirs.line) == (Binding.ANOTHERS, ROLLATOR)
    assert bind(identifiers.bind, Number("hms", "123456"), "XXX-01").what is Binding.NO_LINE
    assert [(one.number.value, one.line) for one in house.look(identifiers.known)] == [
        (ROLLATOR_GTIN, ROLLATOR)
    ]
    assert house.at_desk(identifiers.unbind, number, by=LIV) == ROLLATOR
    assert house.at_desk(identifiers.unbind, number) is None
    assert house.look(identifiers.line_of, number) is None


@pytest.mark.parametrize(
    ("scanned", "number"),
    [
        ("30-1123-07", Number("supplier", "30-1123-07")),
        ("ab 12/3", Number("supplier", "AB 12/3")),
        ("TB123456", None),  # may be most of a card's number, so what it says is masked
        ("D00042176X", None),  # ours, misread
        ("\x1b[2J", None),
        ("KARI NORDMANN", None),  # a wristband: a number of an article has a digit in it
        ("01010750160", None),  # a Norwegian person's number, by its second check digit
        ("010107-0160", None),  # a Danish one
    ],
)
def test_what_else_is_scanned_may_be_a_suppliers_number(scanned: str, number: Number | None) -> None:
    assert identifiers.of_scan(codes.parse(scanned)) == ((number,) if number else ())


def test_a_suppliers_number_is_known_to_find_to_files_and_on_the_order_list(house: House) -> None:
    number = identifiers.suppliers("ab-1234")
    assert number == Number("supplier", "AB-1234")
    house.at_desk(identifiers.bind, number, ROLLATOR, by=LIV)
    house.at_desk(identifiers.bind, Number("gtin", ROLLATOR_GTIN), ROLLATOR, by=LIV)
    for text in ("AB-1234", "supplier:ab-1234"):
        found = house.look(finding.find, text)
        assert (found.kind, [row["code"] for row in found.match]) == ("supplier", [ROLLATOR])
        assert house.look(naming.Lines).meant(text) == ROLLATOR
    assert house.look(restock_papers.numbers_of)[ROLLATOR] == f"AB-1234, GTIN {ROLLATOR_GTIN}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(01)07038010021145(21)A7", Number("gtin", ROLLATOR_GTIN)),
        ("gtin: 7038010021145", Number("gtin", ROLLATOR_GTIN)),
        ("hms:005634", Number("hms", "005634")),
        ("005634", Number("hms", "005634")),
        ("HMI 48213", Number("hmi", "48213")),
        ("005634 104711", None),  # one of NAV's own things
        ("7038010021146", None),  # its check digit is wrong
        ("hms:12", None),
        ("WLK-06", None),
        ("supplier: ab-1234  x", Number("supplier", "AB-1234 X")),
        ("supplier:B49602291X", None),  # made like a card of ours
        ("supplier:", None),
    ],
)
def test_numbers_are_read_as_they_are_printed_and_typed(text: str, number: Number | None) -> None:
    assert identifiers.read(text) == number


def test_no_event_says_more_than_codes_and_numbers(house: House) -> None:
    key = begun(house, 1, owner="Vestby kommune")
    (code,) = now_of(house, key).codes
    scans(house, key, code)
    assert [one.kind for one in house.events(code)] == [Fact.RECEIVED, Fact.SHELVED]
    assert all("Vestby kommune" not in row.body for row in house.rows(event))
