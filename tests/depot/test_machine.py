"""A depot that anything may happen to, in any order: whatever people, clocks and restarts do, it stays sound.

Hypothesis plays visits, upkeep, queues, undone deeds, jumping clocks, restarts and news from another station
against a real ledger, and after every step asks what must be true of any ledger.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from depot import borrowers, holds, invariants, lending, renewals, stock
from depot.outcomes import Already, CheckedIn, CheckedOut, Moved, Outcome, Refused, Renewed, Trouble
from depot.states import Fact, State, may_move
from depot.tables import borrower, card, event, hold, item_state, link, loan
from tests.depot.house import CRUTCHES, NUMBERS, ROLLATOR, STICK, Elsewhere, House

WHAT = st.integers(0, 3)
WHO = st.sampled_from([0, 0, 0, 1, 1, 2, 3])  # mostly people who may borrow
UPKEEP: dict[Fact, tuple[Callable[..., Outcome], dict[str, Any]]] = {
    Fact.CLEANING_BEGUN: (stock.begin_cleaning, {}),
    Fact.CLEANED: (stock.cleaned, {}),
    Fact.INSPECTION_DUE: (stock.call_in, {}),
    Fact.INSPECTED: (stock.inspected, {}),
    Fact.REPAIRED: (stock.repaired, {}),
    Fact.QUARANTINE_OVER: (stock.end_quarantine, {}),
    Fact.COUNTED_OUT: (stock.count_out, {}),
    Fact.FOUND: (stock.find_again, {}),
    Fact.LOST: (stock.lose, {}),
    Fact.KEPT: (stock.keep, {}),
    Fact.TO_REPAIR: (stock.send_to_repair, {"fault": "worn"}),
    Fact.QUARANTINED: (stock.quarantine, {"infection": True}),
    Fact.WRITTEN_OFF: (stock.write_off, {"reason": "old"}),
    Fact.SENT: (stock.send, {"depot": "Son"}),
    Fact.ARRIVED: (stock.arrive, {"shelf": None}),
}


class Depot(RuleBasedStateMachine):
    """A small depot: four pieces of three lines, four cards, and another station that knows them too."""

    founded: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="depot-machine-"))
        shutil.copytree(self.founded, self.folder / "house")
        house = self.house = House(self.folder / "house" / "depot.db")
        self.items = [house.stands(line) for line in (STICK, CRUTCHES, CRUTCHES, ROLLATOR)]
        known = [house.confirmed(f"Kari {n}", phone=f"+47{NUMBERS[n]}") for n in range(2)]
        self.cards = [*known, house.starter(NUMBERS[2]), house.card_from_box()]
        self.elsewhere = Elsewhere()
        self.deeds: list[tuple[str, dict[str, Any]]] = []
        self.key = str(uuid.uuid4())
        self.steps = 0

    def teardown(self) -> None:
        try:
            assert self.house.unsoundness() == []
            self._no_event_tells_of_a_person()
        finally:
            self.house.close()
            shutil.rmtree(self.folder)

    # --- what people do ---

    @rule(who=WHO, what=WHAT, in_hand=st.booleans(), pair=st.booleans())
    def lend(self, who: int, what: int, in_hand: bool, pair: bool) -> None:
        """Somebody wants a thing, perhaps as the second piece of a pair."""
        item, whose = self.items[what], self.cards[who]
        self.key = str(uuid.uuid4())
        line = self.deeds[-1][0] if pair and self.deeds else None
        before = self._before()
        outcome = self.house.lend(whose, item, in_hand=in_hand, key=self.key, joins=line)
        if isinstance(outcome, CheckedOut):
            assert before[item][0] in (State.AVAILABLE, State.SET_ASIDE)
            assert self.house.item(item).loan == outcome.key == self.key
            assert self._borrower_of(outcome.key) == self._borrower_behind(whose)
            self._remember(outcome.deed, before)
            written = self.house.events()
            assert self.house.lend(whose, item, in_hand=in_hand, key=self.key, joins=line) == outcome
            assert self.house.events() == written
        elif isinstance(outcome, Refused) and outcome.checked_in:
            assert in_hand
            assert (before[item][0], self.house.state(item)) == (State.ON_LOAN, State.RETURNED)
        else:
            assert isinstance(outcome, Already | Refused)
            assert self._before() == before

    @rule(who=WHO, what=WHAT)
    def lend_with_an_old_key(self, who: int, what: int) -> None:
        """A key that was used before lends nothing, whoever comes with it for whatever."""
        open_before = self.house.rows(loan, ended=None)
        seen = self.house.rows(event, key=self.key)
        outcome = self.house.lend(self.cards[who], self.items[what], key=self.key)
        if seen:
            assert self.house.rows(loan, ended=None) == open_before
        elif isinstance(outcome, CheckedOut):
            self.deeds.clear()

    @rule(what=WHAT, brought_back=st.booleans())
    def bring(self, what: int, brought_back: bool) -> None:
        """Somebody comes back with a thing."""
        item = self.items[what]
        before = self._before()
        outcome = self.house.bring(item, brought_back=brought_back)
        if isinstance(outcome, CheckedIn):
            assert self.house.state(item) is State.RETURNED
            self._remember(outcome.deed, before)
        else:
            assert isinstance(outcome, Already)
            assert self._before() == before

    @rule(what=WHAT, trouble=st.sampled_from(Trouble))
    def bring_with_trouble(self, what: int, trouble: Trouble) -> None:
        """Somebody comes back with a thing and says that something is wrong with it."""
        item = self.items[what]
        before = self._before()
        outcome = self.house.bring(item, brought_back=True)
        if isinstance(outcome, CheckedIn):
            self._remember(outcome.deed, before)
            assert isinstance(self.house.trouble(item, outcome.deed, trouble), Moved)

    @rule(back=st.integers(1, 4))
    def undo(self, back: int) -> None:
        """Somebody takes back the last deed, or one before it."""
        if len(self.deeds) < back:
            return
        deed, before_it = self.deeds[-back]
        before = self._before()
        outcome = self.house.undo(deed)
        if isinstance(outcome, Refused):
            assert self._before() == before
        else:
            now = self._before()
            for undone in outcome:
                assert now.get(undone.item) == before_it.get(undone.item)
            del self.deeds[-back]

    @rule(what=WHAT, which=st.integers(0, 20))
    def work(self, what: int, which: int) -> None:
        """The storekeeper does the thing's next job, or something else that fits it."""
        item = self.items[what]
        fitting = [UPKEEP[fact] for fact in UPKEEP if may_move(fact, self.house.state(item))]
        deeds = [(stock.done, {}), (stock.done, {}), *fitting]
        deed, said = deeds[which % len(deeds)]
        before = self._before()
        outcome = self.house.do(deed, item=item, **said)
        if isinstance(outcome, Moved):
            self._remember(outcome.deed, before)
        else:
            assert deed is stock.done
            assert self._before() == before

    @rule(who=WHO, line=st.sampled_from([STICK, CRUTCHES]))
    def queue(self, who: int, line: str) -> None:
        """Somebody wants the next free one; whoever waits for one already has one place."""
        before, written = self._before(), len(self.house.events())
        outcome = self.house.do(holds.place, card=self.cards[who], line=line)
        if isinstance(outcome, Refused):
            assert self._before() == before
        elif outcome.already:
            assert len(self.house.events()) <= written + self._lapsed(written)
        else:
            row = self.house.hold(outcome.key)
            assert (row.state, row.item or "") == ("ready" if outcome.item else "waiting", outcome.item)
            assert (outcome.place == 0) == bool(outcome.item)
            assert self._borrower_of(outcome.key) == self._borrower_behind(self.cards[who])
            self._remember(outcome.key, before)

    @rule(what=WHAT, who=st.none() | WHO)
    def renew(self, what: int, who: int | None) -> None:
        """Somebody wants to keep a thing for longer, with their card or over the telephone."""
        item, before = self.items[what], self._before()
        card = None if who is None else self.cards[who]
        due = {row.key: row.due for row in self.house.rows(loan, ended=None)}
        outcome = self.house.do(renewals.renew, item=item, card=card)
        assert self._before() == before
        if isinstance(outcome, Renewed):
            now = self.house.loan(self.house.item(item).loan)
            assert now.due is None or (due[now.key] or "") <= now.due
            self._remember(outcome.deed, before)

    @rule(one_died=st.integers(0, 9).map(lambda n: n == 9))
    def idle(self, one_died: bool) -> None:
        """Nobody is there, and time has passed: then nothing is left that time alone brings about."""
        if one_died:
            self.house.at_desk(borrowers.died, self.cards[1], self.house.station.today(self.house.now))
        self.house.do(holds.advance)
        assert not self.house.look(holds.is_any_ripe, self.house.station, now=self.house.now)
        assert self.house.look(lambda conn: list(invariants.agreement(conn))) == []
        self.deeds.clear()

    # --- what happens around them ---

    @rule(long=st.sampled_from([{"seconds": 5}, {"hours": 20}, {"days": 40}, {"days": 400}, {"hours": -3}]))
    def clock(self, long: dict[str, float]) -> None:
        """Time passes, or a clock jumps."""
        self.house.wait(**long)

    @rule(
        printer=st.sampled_from(["", "etikett"]), clock=st.sampled_from(["trusted", "trusted", "untrusted"])
    )
    def restart(self, printer: str, clock: str) -> None:
        """The machine restarts; what an idle doorway does then; and derived anew, nothing differs."""
        self.house.reopen(station_printer=printer, station_clock=clock)
        self.house.do(holds.advance)
        self.house.do(lending.complete_due_dates)
        self.house.ledger.rest()
        assert self.house.rebuild() == []

    @rule(who=WHO, why=st.sampled_from([None, None, "bill"]), which=st.integers(0, 5))
    def desk(self, who: int, why: str | None, which: int) -> None:
        """The desk blocks somebody or lifts the block, and takes somebody out of a queue."""
        self.house.at_desk(borrowers.block, self.cards[who], why)
        placed = sorted(row.key for row in self.house.rows(hold))
        if placed:
            self.house.do(holds.cancel, key=placed[which % len(placed)])

    @rule(
        what=WHAT,
        kind=st.sampled_from([Fact.CHECK_OUT, Fact.CHECK_IN, Fact.CLEANED, Fact.UNDONE, "polished"]),
        after=st.integers(-(10**8), 10**8),
    )
    def hear(self, what: int, kind: str, after: int) -> None:
        """Another station ships what it saw, at a tick of its own; it takes back only what it has done."""
        item = self.items[what]
        told = sorted(self.house.events(item), key=lambda one: one.order)
        newest, theirs = told[-1], [one for one in told if one.station == self.elsewhere.name]
        facts = {"product": self.house.line_of(item), "days": 30} if kind == Fact.CHECK_OUT else {}
        said = {"undoes": theirs[-1].key if theirs else "nothing"} if kind == Fact.UNDONE else {}
        shipped = self.elsewhere.says(
            kind, key=str(uuid.uuid4()), tick=max(1, newest.tick + after), item=item, facts=facts, **said
        )
        self.house.hears(shipped)
        self.deeds.clear()

    # --- what must be true of any ledger ---

    @invariant()
    def the_tables_are_what_the_events_say_and_the_chain_is_whole(self) -> None:
        """Every fourth step and at the end: it takes as long as ten deeds."""
        self.steps += 1
        if self.steps % 4 == 0:
            assert self.house.unsoundness() == []

    @invariant()
    def what_is_on_loan_has_one_open_loan_and_nothing_else_has_one(self) -> None:
        loans, waiting = self.house.rows(loan), self.house.rows(hold)
        still_open = [(row.item, row.key) for row in loans if row.ended is None]
        on_loan = [(item, now[1]) for item, now in self._before().items() if now[0] is State.ON_LOAN]
        assert sorted(still_open) == sorted(on_loan)
        kept = {row.key for row in loans if row.ended != "undone"}
        assert self.house.links() <= kept | {row.key for row in waiting}

    def _no_event_tells_of_a_person(self) -> None:
        told = " ".join(row.body for row in self.house.rows(event))
        persons = [row.id for row in self.house.rows(borrower)]
        secrets = [*persons, *(row.code for row in self.house.rows(card)), "Kari"]
        assert not [secret for secret in secrets if secret in told]

    def _lapsed(self, written: int) -> int:
        """How many events of the newest ones tell that a hold ran out, and that its piece went to the next."""
        newest = self.house.events()[written:]
        return sum(one.kind in (Fact.RELEASED, Fact.SET_ASIDE) for one in newest)

    # --- what the machine remembers ---

    def _before(self) -> dict[str, Any]:
        rows = self.house.rows(item_state)
        return {row.item: (State(row.state), row.loan, row.hold, row.infected) for row in rows}

    def _remember(self, deed: str, before: dict[str, Any]) -> None:
        if deed not in [one for one, _ in self.deeds]:
            self.deeds.append((deed, before))

    def _borrower_of(self, key: str) -> str:
        (row,) = self.house.rows(link, key=key)
        return str(row.borrower)

    def _borrower_behind(self, whose: str) -> str:
        (row,) = self.house.rows(card, code=whose)
        return str(row.borrower)


def test_whatever_happens_the_ledger_is_sound(founded: Path) -> None:
    Depot.founded = founded
    run_state_machine_as_test(
        Depot, settings=settings(max_examples=12, stateful_step_count=40, deadline=None)
    )
