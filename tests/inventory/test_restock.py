"""Levels, what is short, what to order, how many to own, what stands idle."""

from __future__ import annotations

import csv
import io
import math
from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import event as listen

from depot import quantities, refusals, stock
from depot.fates import Fate
from depot.outcomes import Reason, Taken
from depot.tables import product, recall, restock_order, revision, stock_level
from inventory import restock, sizing
from inventory.restock import No, OrderState
from tests.depot.command.front import Shell
from tests.depot.house import CRUTCHES, ROLLATOR, STICK, TONGS, House

SPIKE = "WLK-11"  # counted, not labelled


def wants(house: House, line: str, minimum: int, target: int) -> None:
    assert house.do(restock.set_level, line=line, minimum=minimum, target=target) is None


def short(house: House) -> dict[str, tuple[int, int | None]]:
    found = house.look(restock.under_minimum, house.station, now=house.now)
    return {one.product: (one.free, one.minimum) for one in found}


def to_order(house: House) -> dict[str, int]:
    return {one.product: one.to_order for one in house.look(restock.to_order, house.station, now=house.now)}


# --- levels ----------------------------------------------------------------------------------------


def test_a_level_is_a_version_of_a_row_and_can_be_taken_away(house: House) -> None:
    wants(house, STICK, 2, 5)
    wants(house, STICK, 3, 5)
    assert house.look(restock.level_of, house.station, STICK) == restock.Level(STICK, 3, 5)
    house.do(restock.drop_level, line=STICK)
    house.do(restock.drop_level, line=STICK)
    assert house.look(restock.levels, house.station) == {}
    assert len(house.rows(revision, table=stock_level.name)) == 3


@pytest.mark.parametrize(
    ("line", "minimum", "target", "no"),
    [
        ("NOT-99", 1, 2, No.NO_LINE),
        (STICK, -1, 2, No.OUT_OF_RANGE),
        (STICK, 0, 10_000, No.OUT_OF_RANGE),
        (STICK, 3, 2, No.BELOW_MINIMUM),
    ],
)
def test_a_level_that_nobody_can_mean_is_refused(
    house: House, line: str, minimum: int, target: int, no: No
) -> None:
    assert house.do(restock.set_level, line=line, minimum=minimum, target=target) is no
    assert house.rows(stock_level) == []


def test_a_file_of_levels_tells_every_rows_fate_and_writes_all_of_it_or_nothing(house: House) -> None:
    wants(house, STICK, 1, 4)
    wants(house, TONGS, 1, 1)
    rows = [f"{STICK};2;4", f"{TONGS};1;1", f"{ROLLATOR};0;3"]
    good = "\n".join(["product_code;minimum;target", *rows]).encode()
    planned = house.look(restock.plan, house.station, good)
    assert [one.fate for one in planned.rows] == [Fate.CHANGED, Fate.UNCHANGED, Fate.NEW]
    house.do(restock.take_in, planned=planned)
    assert house.look(restock.levels, house.station)[ROLLATOR] == restock.Level(ROLLATOR, 0, 3)
    assert len(house.rows(revision, table=stock_level.name)) == 4
    wrong = [f"{STICK};5;4", "NOT-99;1;1", f"{TONGS};x;1", f"{ROLLATOR};1;2", f"{ROLLATOR};1;2"]
    bad = house.look(restock.plan, house.station, "\n".join(["product_code;minimum;target", *wrong]).encode())
    assert [one.fate for one in bad.rows] == [Fate.REFUSED] * 3 + [Fate.CHANGED, Fate.REFUSED]
    assert bad.is_refused
    assert house.look(restock.plan, house.station, b"\xff\x00").is_refused


# --- what is short, and what to order --------------------------------------------------------------


def test_a_minimum_is_compared_with_what_may_be_lent_now(house: House) -> None:
    wants(house, ROLLATOR, 3, 3)
    wants(house, STICK, 0, 9)
    assert short(house) == {ROLLATOR: (0, 3)}
    first, second, _, fourth = house.stand(4, ROLLATOR)
    assert short(house) == {}
    house.lends(house.confirmed(), first)
    assert short(house) == {}
    house.moves(stock.send_to_repair, second, fault="brake")
    assert short(house) == {ROLLATOR: (2, 3)}
    assert house.look(restock.stock_of, house.station, ROLLATOR, now=house.now) == restock.Stock(
        product=ROLLATOR,
        pieces=1,
        counted=False,
        free=2,
        owned=4,
        ordered=0,
        minimum=3,
        target=3,
        since=house.item(second).since,
    )
    house.change(recall, key="r", product=ROLLATOR, serial="S9", opened_at=1)
    assert short(house) == {ROLLATOR: (2, 3)}
    house.change(recall, key="r2", product=ROLLATOR, opened_at=1)
    assert short(house) == {ROLLATOR: (0, 3)}
    house.change(recall, key="r2", closed_at=2)
    house.wait(days=400)
    assert short(house) == {ROLLATOR: (0, 3)}, "their inspection has run out"
    assert house.state(fourth) == "available"


def test_what_is_short_is_one_statement_whatever_the_number_of_lines(house: House) -> None:
    for line in (STICK, TONGS, ROLLATOR, CRUTCHES):
        wants(house, line, 1, 1)
    asked: list[str] = []
    with house.ledger.reading() as conn:
        listen.listen(conn, "before_cursor_execute", lambda *said: asked.append(said[2]))
        assert len(restock.under_minimum(conn, house.station, now=house.now)) == 4
    assert len(asked) == 1


def test_what_is_missing_or_written_off_is_not_owned_and_what_is_ordered_counts(house: House) -> None:
    wants(house, STICK, 0, 5)
    wants(house, CRUTCHES, 0, 5)
    wants(house, SPIKE, 0, 40)
    first, second, _ = house.stand(3)
    house.stand(2, CRUTCHES)
    house.do(quantities.counted, line=SPIKE, n=12)
    assert to_order(house) == {STICK: 2, CRUTCHES: 4, SPIKE: 28}, "crutches come in pairs"
    house.moves(stock.write_off, first, reason="worn")
    house.moves(stock.count_out, second)
    assert to_order(house)[STICK] == 4
    (key,) = house.do(restock.order, pieces=[(STICK, 4)], by="s1")
    assert STICK not in to_order(house)
    assert house.at_desk(restock.end_order, key, OrderState.CANCELLED, by="s1") is None
    assert to_order(house)[STICK] == 4


def test_an_order_comes_in_parts_and_a_slip_is_taken_back(house: House) -> None:
    (key,) = house.do(restock.order, pieces=[(STICK, 10)], by="s1")
    assert house.at_desk(restock.end_order, key, OrderState.RECEIVED, pieces=11, by="s1") is No.OUT_OF_RANGE
    assert house.at_desk(restock.end_order, key, OrderState.RECEIVED, pieces=4, by="s2") is None
    (rest,) = house.look(restock.orders, house.station)
    assert (rest.pieces, rest.state, rest.ordered_at) == (6, OrderState.ORDERED, house.now)
    assert house.at_desk(restock.end_order, key, OrderState.CANCELLED, by="s1") is No.ENDED
    again = house.ledger.perform(lambda conn, _: restock.reopen_order(conn, key))
    assert again is None
    assert sum(one.pieces for one in house.look(restock.orders, house.station)) == 10
    assert house.ledger.perform(lambda conn, _: restock.reopen_order(conn, key)) is No.NOT_ENDED
    assert house.ledger.perform(lambda conn, _: restock.reopen_order(conn, "none")) is No.NO_ORDER
    assert house.at_desk(restock.end_order, "none", OrderState.CANCELLED, by="s1") is No.NO_ORDER
    with pytest.raises(ValueError, match="ends received"):
        house.at_desk(restock.end_order, key, OrderState.ORDERED, by="s1")


def test_of_several_orders_one_wrong_line_leaves_none(house: House) -> None:
    assert house.do(restock.order, pieces=[(STICK, 1), ("NOT-99", 1)], by="s1") is No.NO_LINE
    assert house.do(restock.order, pieces=[(STICK, 1), (TONGS, 0)], by="s1") is No.OUT_OF_RANGE
    assert house.rows(restock_order) == []


def test_idle_is_what_has_stood_free_for_long_and_lines_that_nobody_asks_for_come_first(house: House) -> None:
    old, lent = house.stands(STICK), house.stands(STICK)
    forgotten = house.stands(TONGS)
    house.wait(days=200)
    house.lends(house.confirmed(), lent)
    house.stands(TONGS)
    found = house.look(restock.idle, house.station, days=180, now=house.now)
    assert [(one.product, one.items, one.days, one.asked_for) for one in found] == [
        (TONGS, (forgotten,), 200, False),
        (STICK, (old,), 200, True),
    ]
    assert house.look(restock.idle, house.station, days=201, now=house.now) == ()


# --- how many to own -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "load", "share"),
    # Erlang B: B(1, a) = a / (1 + a); B(2, a) = a^2 / (2 + 2a + a^2); the rest by the sum a^c/c! / sum a^k/k!
    [(0, 3.0, 1.0), (1, 1.0, 0.5), (2, 1.0, 0.2), (2, 2.0, 0.4), (10, 5.0, 0.018385), (5, 0.0, 0.0)],
)
def test_the_loss_formula_is_erlangs(pieces: int, load: float, share: float) -> None:
    assert sizing.loss(pieces, load) == pytest.approx(share, rel=1e-4)
    if load:
        terms = [load**k / math.factorial(k) for k in range(pieces + 1)]
        assert sizing.loss(pieces, load) == pytest.approx(terms[-1] / sum(terms))


@pytest.mark.parametrize("load", [0.05, 0.7, 3.2, 12.0, 140.0])
@pytest.mark.parametrize("service", [0.5, 0.9, 0.95, 0.999])
def test_the_pool_is_the_smallest_that_meets_the_service(load: float, service: float) -> None:
    pieces = sizing.pool(load, service)
    assert sizing.loss(pieces, load) <= 1 - service < sizing.loss(pieces - 1, load)


def test_what_lasts_through_a_delivery_is_the_smallest_number_that_poisson_says() -> None:
    def reached(pieces: int, mean: float) -> float:
        return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(pieces + 1))

    for mean in (0.0, 0.3, 4.0, 25.0):
        for service in (0.5, 0.95, 0.99):
            pieces = sizing.base_stock(mean, service)
            assert reached(pieces, mean) >= service
            assert pieces == 0 or reached(pieces - 1, mean) < service
    assert 1000 < sizing.base_stock(1000.0, 0.95) < 1060


def test_numbers_outside_their_range_are_refused() -> None:
    for wrong in ((-1, 1.0), (1, -1.0)):
        with pytest.raises(ValueError, match="0 or more"):
            sizing.loss(*wrong)
    for wrong_pool in ((1.0, 1.0), (-1.0, 0.5)):
        with pytest.raises(ValueError, match="service level"):
            sizing.pool(*wrong_pool)
        with pytest.raises(ValueError, match="service level"):
            sizing.base_stock(*wrong_pool)
    assert sizing.pool(0.0, 0.95) == 0


def lend_for(house: House, card: str, item: str, days: int) -> None:
    house.lends(card, item)
    house.wait(days=days)
    house.brings(item)
    house.wait(days=1)
    house.moves(stock.done, item)


def test_demand_is_what_was_lent_what_was_waited_for_in_vain_and_what_was_refused(house: House) -> None:
    card = house.confirmed()
    piece, other = house.stands(), house.stands()
    for _ in range(5):
        lend_for(house, card, piece, 13)
    house.lends(card, piece)
    house.lends(card, other)
    house.queues(house.confirmed("Ola"))
    house.do(refusals.count, reasons=(Reason.NOT_AVAILABLE, Reason.TOO_MANY_LINES), product=STICK)
    found = house.look(sizing.demand_for, house.station, STICK, weeks=10, now=house.now)
    assert found is not None
    assert (found.lent, found.unmet_holds, found.refused, found.ended) == (7, 1, 1, 5)
    assert found.weeks == 10
    assert found.per_week == pytest.approx(0.9)
    assert found.loan_days == pytest.approx(13)
    assert found.median_days == pytest.approx(13)
    assert found.turnaround_days == pytest.approx(1)
    assert found.returns == 5
    assert found.load == pytest.approx(0.9 * 14 / 7)
    told = sizing.answer(found)
    assert (told.number, told.to_own) == (sizing.pool(1.8, 0.95), 5)
    assert told.unmet <= 0.05 < told.unmet_with_fewer


def test_what_is_still_out_counts_as_long_as_it_is_out(house: House) -> None:
    card = house.confirmed()
    pieces = house.stand(6)
    house.lends(card, pieces[0])
    for piece in pieces[1:]:
        lend_for(house, card, piece, 6)
    found = house.look(sizing.demand_for, house.station, STICK, weeks=26, now=house.now)
    assert found is not None
    assert found.ended == 5
    assert found.median_days == pytest.approx(6)
    assert found.loan_days == pytest.approx((35 + 5 * 6) / 5)


def test_a_young_depot_takes_the_lines_own_days_and_the_settings(house: House) -> None:
    house.wait(days=7)
    house.lends(house.confirmed(), house.stands())
    found = house.look(sizing.demand_for, house.station, STICK, now=house.now)
    assert found is not None
    assert found.weeks == pytest.approx(1)
    assert (found.ended, found.returns) == (0, 0)
    assert (found.loan_days, found.turnaround_days) == (90, house.station.rules.turnaround_days)
    assert house.look(sizing.demand_for, house.station, "NOT-99", now=house.now) is None


def test_a_pair_is_one_request_and_two_pieces(house: House) -> None:
    card = house.confirmed()
    first, second = house.stand(2, CRUTCHES)
    lent = house.lends(card, first)
    house.lends(card, second, joins=lent.deed)
    house.wait(days=14)
    found = house.look(sizing.demand_for, house.station, CRUTCHES, now=house.now)
    assert found is not None
    assert found.lent == 1
    told = sizing.answer(found)
    assert told.to_own == 2 * told.number


def test_a_counted_line_lasts_through_a_delivery(house: House) -> None:
    house.do(quantities.received, line=SPIKE, n=50)
    house.do(quantities.take, line=SPIKE, n=14)
    slip = house.do(quantities.take, line=SPIKE, n=30)
    assert isinstance(slip, Taken)
    house.undo(slip.deed)
    house.do(quantities.bring_back, line=SPIKE, n=2)
    house.now += timedelta(weeks=6)
    found = house.look(sizing.demand_for, house.station, SPIKE, now=house.now)
    assert found is not None
    assert (found.lent, found.counted) == (12, True)
    assert found.per_week == pytest.approx(2)
    told = sizing.answer(found, delivery_weeks=4, service=0.95)
    assert told.to_own == sizing.base_stock(8.0, 0.95) == 13


# --- at a shell ------------------------------------------------------------------------------------


def test_a_level_an_order_and_its_arrival_at_a_shell(depot: Shell) -> None:
    (told,) = depot.json("restock", "level", "WLK-06", "--minimum", "2", "--target", "11")
    assert (told["owned"], told["minimum"], told["target"], told["to_order"]) == (8, 2, 11, 3)
    assert [one["product"] for one in depot.json("restock", "list")] == ["WLK-06"]
    csv_file, pdf_file = depot.file.parent / "list.csv", depot.file.parent / "list.pdf"
    depot("restock", "list", "--out", str(csv_file))
    (row,) = csv.DictReader(io.StringIO(csv_file.read_text("utf-8-sig")), delimiter=";")
    assert (row["product_code"], row["to_order"]) == ("WLK-06", "3")
    depot("restock", "list", "--out", str(pdf_file))
    document = pypdfium2.PdfDocument(str(pdf_file))
    assert "WLK-06" in document[0].get_textpage().get_text_range()
    document.close()
    assert len(depot.json("restock", "order")["orders"]) == 1
    assert depot.json("restock", "list") == []
    (ordered,) = depot.json("restock", "orders")
    assert (ordered["product"], ordered["pieces"]) == ("WLK-06", 3)
    assert depot.json("restock", "received", ordered["order"], "1")["outcome"] == "received"
    assert sum(one["pieces"] for one in depot.json("restock", "orders")) == 2
    assert depot("restock", "cancel", ordered["order"]).status == 1
    sized = depot.json("restock", "size", "WLK-06", "--service", "90")
    assert sized["to_own"] >= 1
    assert depot.json("check")["ok"] is True


def test_what_is_no_level_and_no_file_is_refused(depot: Shell) -> None:
    assert depot("restock", "level", "WLK-06", "--minimum", "5", "--target", "2").status == 1
    assert depot("restock", "level", "NOT-99").status == 2
    assert depot("restock", "list", "--out", "x.txt").status == 2
    assert depot("restock", "order", "WLK-06").status == 2
    wrong = depot.file.parent / "levels.csv"
    wrong.write_text("product_code;minimum;target\nWLK-06;3;1\nWLK-01;1;2\n", "utf-8")
    assert depot("restock", "import", str(wrong)).status == 1
    assert depot.rows(stock_level) == []
    wrong.write_text("product_code;minimum;target\nWLK-06;1;3\n", "utf-8")
    assert depot.json("restock", "import", str(wrong), "--dry-run")["written"] is False
    assert depot.rows(stock_level) == []
    assert depot.json("restock", "import", str(wrong))["written"] is True
    (idle, *_) = depot.json("restock", "idle", "--days", "10")
    assert idle["asked_for"] is False
    assert {row.code for row in depot.rows(product)} >= {idle["product"]}
