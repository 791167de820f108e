"""Every arrow of an item's life is walked here through its deed, and every step beside the arrows is refused.

`ARROWS` is the storekeeper's rule-book, written down from it and not from the code: where the two differ,
`test_the_rule_book_and_the_table_are_one` says which arrow nobody walks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from depot import holds, stock
from depot.outcomes import Already, CheckedIn, Moved, Outcome, Reason, Refused
from depot.states import MOVES, STAYS, Fact, State
from tests.depot.house import NO_SUCH_ITEM, ROLLATOR, STICK, Elsewhere, House

ARROWS = """
    shelved           received     -> available
    check_out         available    -> on_loan
    check_out         set_aside    -> on_loan
    check_in          on_loan      -> returned
    check_in          available    -> returned
    lost              on_loan      -> missing
    kept              on_loan      -> kept
    set_aside         available    -> set_aside
    released          set_aside    -> available
    inspection_due    available    -> inspection
    sent              available    -> in_transit
    arrived           in_transit   -> returned
    arrived           in_transit   -> available
    counted_out       available    -> missing
    cleaning_begun    returned     -> cleaning
    cleaned           returned     -> inspection
    cleaned           returned     -> available
    cleaned           cleaning     -> inspection
    cleaned           cleaning     -> available
    inspected         inspection   -> available
    to_repair         available    -> repair
    to_repair         returned     -> repair
    to_repair         cleaning     -> repair
    to_repair         inspection   -> repair
    quarantined       available    -> quarantine
    quarantined       returned     -> quarantine
    quarantined       cleaning     -> quarantine
    quarantined       inspection   -> quarantine
    written_off       received     -> written_off
    written_off       available    -> written_off
    written_off       returned     -> written_off
    written_off       cleaning     -> written_off
    written_off       inspection   -> written_off
    written_off       repair       -> written_off
    written_off       quarantine   -> written_off
    repaired          repair       -> cleaning
    quarantine_over   quarantine   -> cleaning
    found             missing      -> returned
    found             written_off  -> returned
    found             kept         -> returned
"""


def arrows() -> list[tuple[Fact, State, State]]:
    lines = (line.replace("->", "").split() for line in ARROWS.strip().splitlines())
    return [(Fact(fact), State(before), State(after)) for fact, before, after in lines]


# --- how a piece gets into each state, and how each arrow is walked from there ---


def arrived_new(house: House, line: str) -> str:
    return house.received(line)


def on_its_shelf(house: House, line: str) -> str:
    return house.stands(line)


def waiting_for_somebody(house: House, line: str) -> str:
    """Somebody waits; what already stands free is set aside at once."""
    waiting = house.queues(house.confirmed(), line)
    return waiting.item or house.stands(line)


def with_somebody(house: House, line: str) -> str:
    item = house.stands(line)
    house.lends(house.confirmed(), item)
    return item


def brought_home(house: House, line: str) -> str:
    item = with_somebody(house, line)
    house.brings(item)
    return item


def from_its_shelf(deed: Callable[..., Outcome], **said: object) -> Callable[[House, str], str]:
    def lead(house: House, line: str) -> str:
        item = house.stands(line)
        house.moves(deed, item, **said)
        return item

    return lead


def being_cleaned(house: House, line: str) -> str:
    item = brought_home(house, line)
    house.moves(stock.begin_cleaning, item)
    return item


def given_up(house: House, line: str) -> str:
    item = with_somebody(house, line)
    house.moves(stock.keep, item)
    return item


LEADS: dict[State, Callable[[House, str], str]] = {
    State.RECEIVED: arrived_new,
    State.AVAILABLE: on_its_shelf,
    State.SET_ASIDE: waiting_for_somebody,
    State.ON_LOAN: with_somebody,
    State.RETURNED: brought_home,
    State.CLEANING: being_cleaned,
    State.INSPECTION: from_its_shelf(stock.call_in),
    State.REPAIR: from_its_shelf(stock.send_to_repair, fault="broken"),
    State.QUARANTINE: from_its_shelf(stock.quarantine, infection=True),
    State.MISSING: from_its_shelf(stock.count_out),
    State.WRITTEN_OFF: from_its_shelf(stock.write_off, reason="worn_out"),
    State.KEPT: given_up,
    State.IN_TRANSIT: from_its_shelf(stock.send, depot="Son"),
}

DEEDS: dict[Fact, Callable[[House, str], object]] = {
    Fact.SHELVED: lambda house, item: house.do(stock.shelve, item=item, shelf=house.shelf("B2")),
    Fact.CHECK_OUT: lambda house, item: house.lend(_whoever_may_have(house, item), item),
    Fact.CHECK_IN: lambda house, item: house.bring(item, brought_back=True),
    Fact.LOST: lambda house, item: house.do(stock.lose, item=item),
    Fact.KEPT: lambda house, item: house.do(stock.keep, item=item),
    Fact.RELEASED: lambda house, item: house.do(holds.cancel, key=house.item(item).hold),
    Fact.INSPECTION_DUE: lambda house, item: house.do(stock.call_in, item=item),
    Fact.SENT: lambda house, item: house.do(stock.send, item=item, depot="Son"),
    Fact.ARRIVED: lambda house, item: house.do(stock.arrive, item=item, shelf=None),
    Fact.COUNTED_OUT: lambda house, item: house.do(stock.count_out, item=item),
    Fact.CLEANING_BEGUN: lambda house, item: house.do(stock.begin_cleaning, item=item),
    Fact.CLEANED: lambda house, item: house.do(stock.cleaned, item=item),
    Fact.INSPECTED: lambda house, item: house.do(stock.inspected, item=item),
    Fact.TO_REPAIR: lambda house, item: house.do(stock.send_to_repair, item=item, fault="broken"),
    Fact.QUARANTINED: lambda house, item: house.do(stock.quarantine, item=item, infection=False),
    Fact.WRITTEN_OFF: lambda house, item: house.do(stock.write_off, item=item, reason="worn_out"),
    Fact.REPAIRED: lambda house, item: house.do(stock.repaired, item=item),
    Fact.QUARANTINE_OVER: lambda house, item: house.do(stock.end_quarantine, item=item),
    Fact.FOUND: lambda house, item: house.do(stock.find_again, item=item),
}


def _whoever_may_have(house: House, item: str) -> str:
    """The card of whom a piece is set aside for; somebody new for any other piece."""
    key = house.item(item).hold
    if key is None:
        return house.confirmed()
    with house.ledger.reading() as conn:
        return str(
            conn.exec_driver_sql(
                "SELECT card.code FROM card JOIN link ON link.borrower = card.borrower WHERE link.key = ?",
                (key,),
            ).scalar_one()
        )


def _set_aside(house: House) -> str:
    """What somebody waits for is set aside in the deed that frees it, so that deed walks two arrows."""
    item = house.received(STICK)
    house.queues(house.confirmed(), STICK)
    house.moves(stock.shelve, item, shelf=house.shelf("A1"))
    return item


def _onto_a_shelf(house: House) -> str:
    item = LEADS[State.IN_TRANSIT](house, STICK)
    house.moves(stock.arrive, item, shelf=house.shelf("A1"))
    return item


def _cleaned_when_inspection_is_due(before: State) -> Callable[[House], str]:
    def walk(house: House) -> str:
        item = LEADS[before](house, ROLLATOR)
        house.wait(days=366)
        house.moves(stock.cleaned, item)
        return item

    return walk


SPECIAL: dict[tuple[Fact, State, State], Callable[[House], str]] = {
    (Fact.SET_ASIDE, State.AVAILABLE, State.SET_ASIDE): _set_aside,
    (Fact.ARRIVED, State.IN_TRANSIT, State.AVAILABLE): _onto_a_shelf,
    (Fact.CLEANED, State.RETURNED, State.INSPECTION): _cleaned_when_inspection_is_due(State.RETURNED),
    (Fact.CLEANED, State.CLEANING, State.INSPECTION): _cleaned_when_inspection_is_due(State.CLEANING),
}


@pytest.mark.parametrize(
    ("fact", "before", "after"), arrows(), ids=[f"{f}: {b} -> {a}" for f, b, a in arrows()]
)
def test_the_arrow(house: House, fact: Fact, before: State, after: State) -> None:
    if (walk := SPECIAL.get((fact, before, after))) is not None:
        item = walk(house)
    else:
        item = LEADS[before](house, STICK)
        assert house.state(item) is before
        DEEDS[fact](house, item)
    assert house.state(item) is after
    assert house.events(item)[-1].kind == fact
    assert house.strange() == []


def test_the_rule_book_and_the_table_are_one() -> None:
    table = {
        (fact, before, after) for fact, (froms, tos) in MOVES.items() for before, after in product(froms, tos)
    }
    assert table == set(arrows())


def test_every_state_can_be_reached_and_left() -> None:
    assert set(LEADS) == set(State)
    assert {before for _, before, _ in arrows()} == set(State)


def test_nothing_that_came_home_is_lendable_again_without_a_recorded_cleaning() -> None:
    reached, ahead = set[State](), {State.RETURNED}
    while ahead:
        reached |= ahead
        ahead = {
            after for fact, before, after in arrows() if before in ahead and fact is not Fact.CLEANED
        } - reached
    assert not reached & {State.AVAILABLE, State.SET_ASIDE, State.ON_LOAN, State.IN_TRANSIT}


def test_a_piece_whose_inspection_ran_out_on_loan_is_inspected_before_it_is_free(house: House) -> None:
    item = with_somebody(house, ROLLATOR)
    house.wait(days=366)
    house.brings(item)
    jobs = [house.do(stock.done, item=item) for _ in range(2)]
    assert [job.job for job in jobs if isinstance(job, Moved)] == ["cleaning", "inspection"]
    assert house.state(item) is State.AVAILABLE
    assert house.item(item).inspected_on == "2028-01-12"


def test_an_inspection_that_runs_out_tomorrow_holds_today(house: House) -> None:
    item = with_somebody(house, ROLLATOR)
    house.wait(days=365)
    house.brings(item)
    house.moves(stock.cleaned, item)
    assert house.state(item) is State.AVAILABLE


@pytest.mark.parametrize(
    ("state", "job", "after"),
    [
        (State.RETURNED, "cleaning", State.AVAILABLE),
        (State.CLEANING, "cleaning", State.AVAILABLE),
        (State.INSPECTION, "inspection", State.AVAILABLE),
        (State.REPAIR, "repair", State.CLEANING),
        (State.QUARANTINE, "quarantine", State.CLEANING),
    ],
)
def test_done_does_whichever_job_is_next(house: House, state: State, job: str, after: State) -> None:
    item = LEADS[state](house, STICK)
    outcome = house.moves(stock.done, item)
    assert (outcome.job, outcome.state, house.state(item)) == (job, after, after)


@pytest.mark.parametrize("state", [State.AVAILABLE, State.ON_LOAN, State.MISSING, State.RECEIVED])
def test_done_is_refused_where_no_job_waits(house: House, state: State) -> None:
    item = LEADS[state](house, STICK)
    outcome = house.do(stock.done, item=item)
    assert isinstance(outcome, Refused)
    assert outcome.reasons == (Reason.WRONG_STATE,)


def test_what_is_one_persons_only_is_cleaned_for_nobody_at_any_door(house: House) -> None:
    bucket = with_somebody(house, "TOI-07")
    house.brings(bucket)
    for deed in (stock.done, stock.cleaned):
        outcome = house.do(deed, item=bucket)
        assert isinstance(outcome, Refused)
        assert (outcome.reasons, outcome.place) == ((Reason.WRONG_STATE,), "KAST")
    house.moves(stock.write_off, bucket, reason="single_user")
    assert house.state(bucket) is State.WRITTEN_OFF


# --- beside the arrows ---


def _not_from(state: State) -> Iterator[Fact]:
    return (
        fact
        for fact, (froms, _) in MOVES.items()
        if state not in froms and fact not in (Fact.CHECK_OUT, Fact.CHECK_IN, Fact.SET_ASIDE, Fact.RELEASED)
    )


@pytest.mark.parametrize("state", State)
def test_a_step_beside_the_arrows_is_refused_and_leaves_no_trace(house: House, state: State) -> None:
    item = LEADS[state](house, STICK)
    written = house.events()
    for fact in _not_from(state):
        outcome = DEEDS[fact](house, item)
        assert isinstance(outcome, Refused), fact
        assert outcome.reasons == (Reason.WRONG_STATE,), fact
    assert house.state(item) is state
    assert house.events() == written


def test_only_what_is_free_or_set_aside_is_lent(house: House) -> None:
    whose = house.confirmed()
    for state in State:
        if state in (State.AVAILABLE, State.SET_ASIDE):
            continue
        item = LEADS[state](house, STICK)
        written = house.events()
        assert house.refuses(whose, item).next_step == "put_it_there", state
        assert (house.state(item), house.events()) == (state, written)


def test_a_check_in_is_never_refused(house: House) -> None:
    for state in State:
        away = state in (State.ON_LOAN, State.MISSING, State.WRITTEN_OFF, State.KEPT, State.IN_TRANSIT)
        item = LEADS[state](house, STICK)
        written = len(house.events())
        outcome = house.bring(item)
        assert isinstance(outcome, CheckedIn if away else Already), state
        assert house.state(item) is (State.RETURNED if away else state)
        assert len(house.events()) == written + away


def test_what_the_ledger_has_never_heard_of_moves_nowhere(house: House) -> None:
    for fact in sorted(set(DEEDS) - {Fact.CHECK_OUT, Fact.CHECK_IN, Fact.RELEASED}):
        outcome = DEEDS[fact](house, NO_SUCH_ITEM)
        assert isinstance(outcome, Refused), fact
        assert outcome.reasons == (Reason.UNKNOWN_CODE,), fact


@pytest.mark.parametrize("state", State)
def test_a_step_beside_the_arrows_that_another_station_saw_is_noted_and_has_no_effect(
    house: House, state: State
) -> None:
    """The fold never refuses: it has happened, so it is kept, but it makes nothing lendable."""
    item = LEADS[state](house, STICK)
    facts = list(_not_from(state))
    tick, elsewhere = house.item(item).tick, Elsewhere()
    house.hears(
        *(elsewhere.says(fact, key=fact, item=item, tick=tick + n) for n, fact in enumerate(facts, 1))
    )
    assert house.state(item) is state
    noted = {key for kind, key in house.strange() if kind == "illegal_move"}
    assert noted == set(facts)


@pytest.mark.parametrize("fact", sorted(STAYS - {Fact.MOVED}))
def test_what_is_said_of_a_loan_leaves_a_thing_where_it_is(house: House, fact: Fact) -> None:
    item = with_somebody(house, STICK)
    row = house.item(item)
    facts = {"due": "2027-05-03", "count": 1, "parts": [["bolt", 2]]}
    # What comes back was missed before.
    told = (Fact.PARTS_OWED, fact) if fact is Fact.PARTS_BACK else (fact,)
    elsewhere = Elsewhere()
    for n, kind in enumerate(told, 1):
        house.hears(elsewhere.says(kind, tick=row.tick + n, key=kind, item=item, loan=row.loan, facts=facts))
    assert house.state(item) is State.ON_LOAN
    assert house.strange() == []


def test_a_thing_may_be_put_on_another_shelf_in_any_state(house: House) -> None:
    for state in State:
        item = LEADS[state](house, STICK)
        house.moves(stock.put_on_shelf, item, shelf=house.shelf("C3"))
        assert (house.state(item), house.item(item).shelf) == (state, house.shelf("C3"))
