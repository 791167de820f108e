"""One story, whoever tells it: any order of arrival and any repetition of events give the same tables.

Three stations record what they saw of one piece and one place in a queue, with clocks that jump, a cloned
station that numbers twice, deeds taken back too late, kinds and versions that nobody here knows yet.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from depot import journal, projection, stock
from depot.fold import Ended, fold, fold_hold
from depot.journal import Event, body_of, read_body
from depot.outcomes import Reason
from depot.states import MOVES, STAYS, Fact, State
from depot.station import Station
from depot.tables import DERIVED, discrepancy, event
from tests.depot.house import STICK, Elsewhere, House

ITEM, HOLD = "D00040010T", "a-hold"
STATIONS = ("a", "b", "c")

KINDS = sorted({*MOVES, *STAYS, Fact.RECEIVED, Fact.HOLD_CANCELLED})
OF_A_HOLD = frozenset({Fact.SET_ASIDE, Fact.RELEASED, Fact.HOLD_PLACED, Fact.HOLD_CANCELLED})


@st.composite
def happenings(draw: st.DrawFn) -> list[Event]:
    """What three stations recorded of one piece and one hold."""
    told = [_placed()]
    numbers = dict.fromkeys(STATIONS, 0)
    ticks = st.one_of(st.integers(1, 12), st.sampled_from([-(10**9), 10**12]))
    for n in range(draw(st.integers(1, 12))):
        station = draw(st.sampled_from(STATIONS))
        numbers[station] += (
            0 if numbers[station] and draw(st.integers(0, 9)) == 0 else 1
        )  # a fork now and then
        kind = draw(
            st.sampled_from([*KINDS, Fact.CHECK_OUT, Fact.CHECK_IN, Fact.UNDONE, Fact.UNDONE, "polished"])
        )
        earlier = [one.key for one in told]
        lent = [one.key for one in told if one.kind == Fact.CHECK_OUT]
        named = draw(st.sampled_from([None, "never-heard-of", *lent]))
        lacks = draw(st.sampled_from(["nothing"] * 8 + ["item", "hold"]))
        of_both = kind in (Fact.CHECK_OUT, Fact.UNDONE) and draw(st.booleans())
        told.append(
            Event(
                station=station,
                seq=numbers[station],
                key=f"{n:02d}",
                deed=f"{n:02d}",
                kind=kind,
                tick=draw(ticks),
                at=draw(st.integers(0, 10**12)),
                item=None if kind == Fact.HOLD_CANCELLED or lacks == "item" else ITEM,
                loan=named if kind not in OF_A_HOLD else None,
                hold=HOLD if lacks != "hold" and (kind in OF_A_HOLD or of_both) else None,
                undoes=draw(st.sampled_from(earlier)) if kind == Fact.UNDONE else None,
                v=draw(st.sampled_from([1, 1, 1, 1, 1, 1, 1, 2])),
                facts=draw(_facts(kind)),
            )
        )
    return told


def _placed() -> Event:
    facts = {"product": STICK, "slip": "N00000019X"}
    return Event("a", 0, "placed", "placed", Fact.HOLD_PLACED, tick=0, at=0, hold=HOLD, facts=facts)


def _facts(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    choices = MOVES[Fact(kind)][1] if kind in MOVES else ()
    some: dict[str, st.SearchStrategy[Any]] = {}
    if len(choices) > 1:
        some["to"] = st.sampled_from([str(choice) for choice in choices] + ["nowhere"])
    if kind == Fact.CHECK_OUT:
        return st.fixed_dictionaries({"product": st.just(STICK), "days": st.integers(1, 90)}, optional=some)
    if kind in (Fact.RENEWED, Fact.DUE_SET):
        some["due"] = st.sampled_from(["2027-05-03", "2027-06-01"])
    elif kind in (Fact.PARTS_OWED, Fact.PARTS_BACK, Fact.TO_REPAIR):
        wrong: list[object] = [[["bolt"]], "bolt", [["bolt", -1]], [["bolt", "two"]]]
        some["parts"] = st.sampled_from([[["bolt", 1]], [["bolt", 2], ["cap", 1]], [["bolt", 1]], *wrong])
    elif kind in (Fact.CHECK_IN, Fact.MOVED, Fact.FOUND):
        some |= {"depot": st.sampled_from(["Vestby", "Son"]), "shelf": st.sampled_from(["A1", "B2"])}
        some |= {"implied": st.booleans()} if kind == Fact.CHECK_IN else {}
    elif kind == Fact.RELEASED:
        some["then"] = st.sampled_from(["waiting", "expired", "cancelled", "forgotten"])
    elif kind == Fact.QUARANTINED:
        some["infection"] = st.booleans()
    return st.fixed_dictionaries({}, optional=some)


@st.composite
def deliveries(draw: st.DrawFn, told: list[Event]) -> list[list[Event]]:
    """The same events in some order, some of them more than once, in parcels of one to all."""
    again = draw(st.lists(st.sampled_from(told), max_size=6))
    order = draw(st.permutations([*told, *again]))
    cuts = sorted(draw(st.sets(st.integers(0, len(order)), max_size=4)))
    return [order[start:end] for start, end in itertools.pairwise([0, *cuts, len(order)]) if start < end]


@st.composite
def happenings_and_a_delivery(draw: st.DrawFn) -> tuple[list[Event], list[list[Event]]]:
    told = draw(happenings())
    return told, draw(deliveries(told))


@given(happenings_and_a_delivery())
@settings(max_examples=150, deadline=None)
def test_every_order_and_every_repetition_tell_the_same_story(
    told_and_parcels: tuple[list[Event], list[list[Event]]],
) -> None:
    told, parcels = told_and_parcels
    arrived = [one for parcel in parcels for one in parcel]
    of_item = [one for one in told if one.item]
    assert fold(ITEM, [one for one in arrived if one.item]) == fold(ITEM, of_item)
    of_hold = [one for one in told if one.hold]
    assert fold_hold(HOLD, [one for one in arrived if one.hold]) == fold_hold(HOLD, of_hold)


def test_all_the_orders_of_a_short_story_are_one_story() -> None:
    told = [
        Event("a", 1, "out", "out", Fact.CHECK_OUT, 1, 1, item=ITEM, facts={"product": STICK, "days": 90}),
        Event("b", 1, "home", "home", Fact.CHECK_IN, 2, 2, item=ITEM, loan="out"),
        Event("b", 2, "not home", "not home", Fact.UNDONE, 3, 3, item=ITEM, undoes="home"),
        Event("c", 1, "again", "again", Fact.CHECK_OUT, 4, 4, item=ITEM, facts={"product": STICK, "days": 9}),
        Event("a", 2, "odd", "odd", "polished", 5, 5, item=ITEM),
    ]
    stories = [fold(ITEM, order) for order in itertools.permutations(told)]
    assert stories == [stories[0]] * 120
    now = stories[0].now
    assert (now.state, now.loan, now.parked) == (State.ON_LOAN, "again", True)
    assert {key: one.ended for key, one in stories[0].loans.items()} == {"out": Ended.IMPLIED, "again": None}


@given(happenings())
@settings(max_examples=100, deadline=None)
def test_a_story_has_at_most_one_open_loan_and_says_where_it_is(told: list[Event]) -> None:
    story = fold(ITEM, [one for one in told if one.item])
    still_open = [key for key, one in story.loans.items() if one.ended is None]
    assert still_open == ([story.now.loan] if story.now.loan else [])
    assert (story.now.state is State.ON_LOAN) == bool(story.now.loan)
    assert (story.now.state is State.SET_ASIDE) == bool(story.now.hold)
    assert all(part.loan in story.loans for part in story.owed)


@given(happenings())
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_what_is_read(told: list[Event]) -> None:
    assert [read_body(body_of(one)) for one in told] == told
    assert [body_of(read_body(body_of(one))) for one in told] == [body_of(one) for one in told]


# --- the same, through the ledger ---


class _NeverMind(Exception):
    """Rolls an example back, with what it showed."""

    def __init__(self, tables: dict[str, set[tuple[Any, ...]]], differences: list[tuple[str, str]]) -> None:
        self.tables, self.differences = tables, differences


def _after(house: House, parcels: list[list[Event]]) -> _NeverMind:
    """What the tables hold after these parcels arrived, in a transaction that is given up."""

    def arrive(conn: Connection, _: Station) -> None:
        for parcel in parcels:
            received = journal.take_in(conn, [(body_of(one), b"") for one in parcel])
            for item in received.items:
                projection.retell_item(conn, item)
            for hold in received.holds:
                projection.retell_hold(conn, hold)
            projection.note_forks(conn)
        tables = {table.name: {tuple(row) for row in conn.execute(select(table))} for table in DERIVED}
        raise _NeverMind(tables, projection.differences(conn))

    with pytest.raises(_NeverMind) as shown:
        house.ledger.perform(arrive)
    return shown.value


@given(scene=happenings_and_a_delivery())
@settings(max_examples=40, deadline=None)
def test_whatever_the_order_of_arrival_the_tables_are_those_that_a_rebuild_derives(
    quiet_house: House, scene: tuple[list[Event], list[list[Event]]]
) -> None:
    told, parcels = scene
    one_by_one = _after(quiet_house, [[one] for one in told])
    as_delivered = _after(quiet_house, parcels)
    assert one_by_one.differences == []
    assert as_delivered.differences == []
    assert as_delivered.tables == one_by_one.tables


# --- the bad inputs that one ledger can meet from others ---


@dataclass
class Elsewheres:
    """Two other stations that have seen the same piece."""

    house: House
    item: str
    tick: int
    one: Elsewhere = field(default_factory=lambda: Elsewhere("0-one"))
    other: Elsewhere = field(default_factory=lambda: Elsewhere("1-other"))

    def lends(self, who: Elsewhere, key: str, after: int) -> tuple[str, bytes]:
        facts = {"product": STICK, "days": 90, "due": "2027-04-12"}
        return who.says(Fact.CHECK_OUT, key=key, tick=self.tick + after, item=self.item, facts=facts)

    def brings(self, who: Elsewhere, key: str, after: int, loan: str | None = None) -> tuple[str, bytes]:
        return who.says(Fact.CHECK_IN, key=key, tick=self.tick + after, item=self.item, loan=loan)

    def ended(self) -> dict[str, str | None]:
        return {row.key: row.ended for row in self.house.loans(self.item)}


@pytest.fixture
def seen(house: House) -> Elsewheres:
    item = house.stands(STICK)
    return Elsewheres(house, item, house.item(item).tick)


def test_a_loan_that_another_station_made_closes_the_older_one_as_implied(seen: Elsewheres) -> None:
    lent = seen.house.lends(seen.house.confirmed(), seen.item)
    tick = seen.house.item(seen.item).tick
    seen.house.hears(seen.lends(seen.one, "theirs", tick - seen.tick + 1))
    assert seen.ended() == {lent.key: "implied", "theirs": None}
    assert seen.house.strange() == [("implied_return", "theirs")]


def test_a_return_of_what_was_not_out_is_noted(seen: Elsewheres) -> None:
    seen.house.hears(seen.brings(seen.one, "first", 1), seen.brings(seen.one, "second", 2))
    assert seen.house.state(seen.item) is State.RETURNED
    assert seen.house.strange() == [("return_without_loan", "second")]


def test_a_return_that_is_older_than_the_newest_loan_leaves_that_loan_alone(seen: Elsewheres) -> None:
    seen.house.hears(seen.lends(seen.one, "first", 1), seen.lends(seen.one, "second", 9))
    seen.house.hears(seen.brings(seen.other, "late news", 5, loan="first"))
    assert seen.ended() == {"first": "returned", "second": None}
    assert seen.house.item(seen.item).loan == "second"


def test_a_loan_that_is_older_than_a_later_one_comes_in_closed(seen: Elsewheres) -> None:
    seen.house.hears(seen.lends(seen.one, "newer", 9))
    seen.house.hears(seen.lends(seen.other, "older", 5))
    assert seen.ended() == {"older": "implied", "newer": None}


def test_a_loan_that_came_home_before_we_heard_of_it_comes_in_closed(seen: Elsewheres) -> None:
    """The return's clock is behind the loan's, so in the order of ticks it stands before it."""
    seen.house.hears(seen.brings(seen.other, "home", 3, loan="out"))
    assert seen.house.state(seen.item) is State.RETURNED
    seen.house.hears(seen.lends(seen.one, "out", 8))
    assert seen.ended() == {"out": "returned"}
    assert seen.house.state(seen.item) is State.RETURNED


def test_a_return_that_was_taken_back_closes_no_loan_that_we_hear_of_later(seen: Elsewheres) -> None:
    home = seen.brings(seen.other, "home", 3, loan="out")
    not_home = seen.other.says(Fact.UNDONE, key="not home", tick=seen.tick + 4, item=seen.item, undoes="home")
    seen.house.hears(home, not_home, seen.lends(seen.one, "out", 8))
    assert seen.ended() == {"out": None}
    assert seen.house.state(seen.item) is State.ON_LOAN


def test_what_was_strange_about_an_event_goes_when_it_is_taken_back(seen: Elsewheres) -> None:
    seen.house.moves(stock.count_out, seen.item)
    seen.house.hears(seen.lends(seen.one, "out", 2))
    assert seen.house.strange() == [("illegal_move", "out")]
    seen.house.hears(
        seen.one.says(Fact.UNDONE, key="not out", tick=seen.tick + 3, item=seen.item, undoes="out")
    )
    assert seen.house.strange() == []
    assert seen.house.state(seen.item) is State.MISSING


@pytest.mark.parametrize("first", ["one", "other"])
def test_of_two_loans_at_the_same_instant_the_same_one_is_open_everywhere(
    seen: Elsewheres, first: str
) -> None:
    parcels = {"one": seen.lends(seen.one, "ones", 5), "other": seen.lends(seen.other, "others", 5)}
    seen.house.hears(parcels.pop(first))
    seen.house.hears(*parcels.values())
    assert seen.ended() == {"ones": "implied", "others": None}
    assert seen.house.strange() == [("implied_return", "others")]


def test_every_event_may_come_five_times(seen: Elsewheres) -> None:
    parcel = [seen.lends(seen.one, "out", 1), seen.brings(seen.one, "home", 2, loan="out")]
    new = [seen.house.hears(*parcel, *parcel).new for _ in range(5)]
    assert new == [2, 0, 0, 0, 0]
    assert seen.ended() == {"out": "returned"}
    assert seen.house.strange() == []


def test_a_key_that_comes_with_another_content_is_noted_and_the_first_is_kept(seen: Elsewheres) -> None:
    body, digest = seen.lends(seen.one, "out", 1)
    seen.house.hears((body, digest))
    changed = body.replace('"days":90', '"days":900')
    assert changed != body
    assert seen.house.hears((changed, digest), (changed, digest)).new == 0
    assert seen.house.strange() == [("tampered", "out")]
    assert seen.house.loan("out").days == 90
    (row,) = seen.house.rows(event, key="out")
    assert row.body == body
    assert seen.house.rebuild() == []
    assert seen.house.strange() == [("tampered", "out")]


def test_a_gap_is_named_until_what_was_missing_arrives(seen: Elsewheres) -> None:
    out, home, again = (
        seen.lends(seen.one, "out", 1),
        seen.brings(seen.one, "home", 2, loan="out"),
        seen.lends(seen.one, "again", 3),
    )
    seen.house.hears(out, again)
    assert [broken.what for broken in seen.house.unsoundness() if isinstance(broken, journal.Break)] == [
        "an event is missing before this one"
    ]
    assert seen.ended() == {"out": "implied", "again": None}
    seen.house.hears(home)
    assert seen.house.unsoundness() == []
    assert seen.ended() == {"out": "returned", "again": None}


def test_a_cloned_station_is_noted_and_both_of_its_events_are_kept(seen: Elsewheres) -> None:
    clone = Elsewhere(seen.one.name)
    seen.house.hears(seen.lends(seen.one, "out", 1))
    seen.house.hears(seen.brings(clone, "home", 2))
    assert seen.house.strange() == [("fork", "home"), ("fork", "out")]
    assert seen.ended() == {"out": "returned"}
    assert [row.fork for row in seen.house.rows(event, station=seen.one.name)] == [0, 1]


def test_an_unknown_version_is_kept_byte_for_byte_and_its_thing_waits_to_be_understood(
    seen: Elsewheres,
) -> None:
    known, _ = seen.lends(Elsewhere("0-one"), "new", 1)
    body = json.dumps({**json.loads(known), "v": 2, "terms": {"of": "tomorrow"}}, indent=1)
    seen.house.hears(seen.one.writes(body), seen.brings(seen.one, "known", 2))
    (row,) = seen.house.rows(event, key="new")
    assert row.body == body
    assert ("not_understood", "new") in seen.house.strange()
    assert seen.house.item(seen.item).parked
    seen.house.moves(stock.cleaned, seen.item)
    assert Reason.NOT_AVAILABLE in seen.house.refuses(seen.house.confirmed(), seen.item).reasons


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("polished", {}),
        (Fact.ARRIVED, {"to": "nowhere"}),
        (Fact.SET_ASIDE, {"pick_up_by": "2027-01-14"}),  # for no hold
        (Fact.CHECK_OUT, {"product": STICK, "days": 90, "flags": 7}),
    ],
)
def test_a_thing_whose_story_is_not_understood_is_not_lent_but_may_come_home(
    seen: Elsewheres, kind: str, facts: dict[str, Any]
) -> None:
    if kind == Fact.ARRIVED:
        seen.house.hears(seen.one.says(Fact.SENT, key="sent", tick=seen.tick + 1, item=seen.item))
    seen.house.hears(seen.one.says(kind, key="odd", tick=seen.tick + 2, item=seen.item, facts=facts))
    assert seen.house.strange() == [("not_understood", "odd")]
    assert isinstance(seen.house.refuses(seen.house.confirmed(), seen.item).place, str)
    seen.house.bring(seen.item, brought_back=True)
    assert seen.house.state(seen.item) is State.RETURNED


def test_an_undo_that_arrives_after_something_else_has_happened_is_noted(seen: Elsewheres) -> None:
    seen.house.hears(seen.lends(seen.one, "out", 1), seen.brings(seen.other, "home", 2, loan="out"))
    seen.house.hears(
        seen.one.says(Fact.UNDONE, key="too late", tick=seen.tick + 3, item=seen.item, undoes="out")
    )
    assert seen.ended() == {"out": "returned"}
    assert seen.house.strange() == [("undo_too_late", "too late")]


NEARLY = (
    '{"v":1,"station":"x","seq":1,"key":"k","deed":"d","kind":"check_in","tick":1,'
    '"clock_trusted":true,"at":%s}'
)


@pytest.mark.parametrize(
    "body",
    ["", "{}", "[]", "null", "7", '"text"', '{"v":1}', "not json", NEARLY % '"yesterday"', NEARLY % "7"],
)
def test_what_is_no_event_is_turned_away_before_anything_is_stored(house: House, body: str) -> None:
    before = len(house.rows(event))
    with pytest.raises(ValueError, match=r"."):
        house.hears((body, b""))
    assert len(house.rows(event)) == before


def test_a_rebuild_puts_back_what_the_events_say_and_names_what_differed(house: House) -> None:
    items = house.stand(3, STICK)
    for item in items[:2]:
        house.lends(house.confirmed(), item)
    house.ledger.perform(_damage)
    found = house.unsoundness()
    assert found != []
    assert house.rebuild() == found
    assert house.unsoundness() == []
    assert [house.state(item) for item in items] == [State.ON_LOAN, State.ON_LOAN, State.AVAILABLE]


def _damage(conn: Connection, _: Station) -> int:
    """A hand in the tables: a loan closed, an item's row gone, a discrepancy that nothing tells of."""
    conn.exec_driver_sql(
        "UPDATE loan SET ended = 'lost', returned_at = 5 WHERE key = (SELECT min(key) FROM loan)"
    )
    conn.exec_driver_sql("DELETE FROM item_state WHERE state = 'available'")
    return conn.execute(discrepancy.insert().values(kind="made_up", event="nothing", said="")).rowcount


@pytest.mark.parametrize("when", ["nonsense", 5, "2027-01-01T10:00:00", ["2027"]])
def test_a_return_that_says_no_time_is_not_understood_and_answers_for_no_loan(
    house: House, when: object
) -> None:
    item = house.stands(STICK)
    facts = {"happened_at": when, "depot": house.station.depot}
    tick = house.item(item).tick + 1
    elsewhere = Elsewhere()
    house.hears(elsewhere.says(Fact.CHECK_IN, tick=tick, key="home", item=item, loan="lent", facts=facts))
    assert (house.strange(), house.item(item).parked) == ([("not_understood", "home")], True)
    lent = {"product": STICK, "days": 30, "depot": house.station.depot}
    house.hears(elsewhere.says(Fact.CHECK_OUT, tick=tick + 1, key="lent", item=item, facts=lent))
    assert house.loan("lent").ended is None
