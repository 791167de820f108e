"""Moving: a shelf and then the things that go there, or the things and then their shelf; one hand and a scanner.

Each thing lands at once and by a deed of its own. What may not stand on a shelf is put aside with the sign where
it belongs, and the run goes on. The same bench sends to another depot, and takes in what comes from one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from depot import codes, stock
from depot.codes import ItemCode, Kind, Scan, ShelfCode
from depot.outcomes import Moved, Outcome, Reason, Refused
from depot.states import State
from inventory import moving, names
from inventory.benches.belonging import belonging
from inventory.benches.depots import Homeward, Sent, away_table, choose_depot, open_thing
from inventory.benches.returning import name_of, take_home
from inventory.benches.wording import reason_said
from inventory.desk.bench import STAY, At, Bench, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Said, Side, Table, Tone, View
from inventory.moving import Depot

_SHOWN = 8
"""Lines of a side list: the latest."""
_COMES_HOME = (State.ON_LOAN, State.MISSING, State.WRITTEN_OFF, State.KEPT)
_FOREIGN = (codes.Gtin, codes.Udi, codes.Giai, codes.Grai, codes.NavLabel)


class Way(StrEnum):
    """Where things go."""

    SHELF = "shelf"
    DEPOT = "depot"
    WASH = "wash"


@dataclass(frozen=True, slots=True)
class To:
    """Where things go now: which way, the shelf's code or the depot's key, and its name."""

    way: Way
    key: str
    name: str


class Moving(Bench):
    """Things to a shelf, or to another depot.

    Args:
        shelf: the code of a shelf of this depot to begin with.
    """

    is_run = True

    def __init__(self, at: At, *, shelf: str | None = None) -> None:
        super().__init__(at)
        self._to = self._shelf(shelf) if shelf is not None else None
        self._begun_with = self._to
        self._hand: dict[str, str] = {}
        """What was scanned before it was said where it goes: code and name."""
        self._leaving = False
        self._moved: list[str] = []
        self._aside: list[str] = []

    # --- what is shown ---

    def view(self) -> View:
        """Say what to scan next, and what has been done."""
        return View(
            self._title(),
            lead=self._lead(),
            table=self._table(),
            side=self._sides(),
            counts=self._counts(),
            acts=self._acts(),
        )

    def _title(self) -> str:
        t = self.at.t
        if self._to is None:
            return t("Move")
        if self._to.way is Way.WASH:
            return t("To be washed")
        return t("To %(place)s", place=self._to.name)

    def _lead(self) -> str:
        t = self.at.t
        if self._hand:
            return self.at.n(
                "%(n)d thing in hand. Scan the shelf where it goes.",
                "%(n)d things in hand. Scan the shelf where they go.",
                len(self._hand),
            )
        if self._to is None:
            return t("Scan a shelf, then what goes there; or the things first, and then their shelf.")
        if self._to.way is Way.SHELF:
            return t("Scan what stands on %(shelf)s now.", shelf=self._to.name)
        if self._to.way is Way.DEPOT:
            return t("Scan what goes to %(depot)s. It is on its way from then on.", depot=self._to.name)
        return t("Scan what has come and has to be washed first.")

    def _table(self) -> Table | None:
        return None

    def _counts(self) -> tuple[tuple[str, int], ...]:
        t = self.at.t
        return (
            *(((t("in hand"), len(self._hand)),) if self._hand else ()),
            (t("moved"), len(self._moved)),
            (t("put aside"), len(self._aside)),
        )

    def _sides(self) -> tuple[Side, ...]:
        t = self.at.t
        held = [f"{codes.spoken(code)}  {name}" for code, name in self._hand.items()]
        sides = (
            Side(t("In hand"), tuple(held[::-1][:_SHOWN]), of=len(held)),
            Side(t("Put aside"), tuple(self._aside[::-1][:_SHOWN]), strong=True, of=len(self._aside)),
            Side(t("Moved"), tuple(self._moved[::-1][:_SHOWN]), of=len(self._moved)),
        )
        return tuple(one for one in sides if one.lines)

    def _acts(self) -> tuple[Act, ...]:
        t = self.at.t
        return (
            Act("send", t("Send to another depot")),
            Act("expected", t("On its way here")),
            Act("sent", t("Sent from here")),
            Act("homeward", t("At home elsewhere")),
            Act("belonging", t("Home and owner")),
        )

    @property
    def digits_mean(self) -> Kind:
        """Say that a shelf is asked for while things are in hand."""
        return Kind.SHELF if self._hand else Kind.ITEM

    # --- what is scanned ---

    def scanned(self, scan: Scan) -> Turn | None:
        """Open a shelf, or let a thing land where it was said that things go."""
        self._leaving = False
        match scan:
            case ShelfCode():
                return self._open_shelf(scan.code)
            case ItemCode():
                return self._take(scan.code) if self._to is None else self._land(self._to, scan.code)
            case _ if isinstance(scan, _FOREIGN):
                return bad(self.at.t("This is no label of ours. Put the thing aside and receive it first."))
            case _:
                return None

    def _shelf(self, code: str) -> To | None:
        here, name = self.at.ask(
            lambda conn: (moving.is_here(conn, self.at.station, code), names.of_shelf(conn, code))
        )
        return To(Way.SHELF, code, name) if here else None

    def _open_shelf(self, code: str) -> Turn:
        to = self._shelf(code)
        if to is None:
            return bad(self.at.t("That shelf is not of this depot."))
        return self._go_to(to)

    def _go_to(self, to: To) -> Turn:
        """Say where things go from now on, and let go of what is in hand there."""
        self._to = to
        if self._hand:
            return self._land_all(to)
        return read(self._lead())

    def _take(self, code: str) -> Turn:
        """Take a thing in hand, until it is said where it goes."""
        if code in self._hand:
            return plain(self.at.t("You have that one in hand already."))
        no, name = self.at.ask(
            lambda conn: (
                moving.may_be_put(conn, self.at.station, code),
                names.of_thing(conn, code, self.at.language),
            )
        )
        if no is not None:
            return self._not_there(no)
        self._hand[code] = name
        return read(f"{name} {codes.spoken(code)}")

    # --- what is done ---

    def _deed(self, to: To, code: str) -> Outcome:
        now, by = self.at.now(), self.at.by
        match to.way:
            case Way.SHELF:
                return self.at.perform(lambda *at: moving.put(*at, item=code, shelf=to.key, now=now, by=by))
            case Way.DEPOT:
                return self.at.perform(lambda *at: moving.send(*at, item=code, to=to.key, now=now, by=by))
            case Way.WASH:
                return self.at.perform(lambda *at: moving.arrive(*at, item=code, shelf=None, now=now, by=by))

    def _land(self, to: To, code: str) -> Turn:
        outcome = self._deed(to, code)
        if isinstance(outcome, Refused):
            return self._not_there(outcome)
        name = name_of(self.at, outcome.product)
        if not isinstance(outcome, Moved):
            return read(self.at.t("%(name)s stands on shelf %(shelf)s already.", name=name, shelf=to.name))
        question = self.at.t("Take back that %(name)s was moved?", name=name)
        undo = Undo(question, lambda: self._take_back(((outcome.deed, code),)))
        if outcome.state == State.SET_ASIDE:
            return self._is_waited_for(outcome, name, undo)
        self._moved.append(f"{codes.spoken(code)}  {name}  {outcome.place or to.name}")
        return good(self._landed(outcome, to, name), undo)

    def _landed(self, outcome: Moved, to: To, name: str) -> str:
        t = self.at.t
        if to.way is Way.SHELF:
            return t("%(name)s stands on shelf %(shelf)s now.", name=name, shelf=to.name)
        if to.way is Way.DEPOT:
            return t("%(name)s is on its way to %(depot)s.", name=name, depot=to.name)
        place = outcome.place or self._washed_at(outcome.item)
        return t("%(name)s has arrived. Put it at %(place)s.", name=name, place=place)

    def _washed_at(self, code: str) -> str:
        no = self.at.ask(lambda conn: moving.may_be_put(conn, self.at.station, code))
        return (no.place if no is not None else None) or "–"

    def _is_waited_for(self, outcome: Moved, name: str, undo: Undo) -> Turn:
        """Say that a thing became free while somebody waits for one: it does not go where it was meant to."""
        place = outcome.place or "–"
        self._aside.append(f"{codes.spoken(outcome.item)}  {name}  {place}")
        said = self.at.t("Somebody waits for %(name)s. Put it at %(place)s.", name=name, place=place)
        return Turn(Said(said, Tone.BAD), undo=undo)

    def _not_there(self, no: Refused) -> Turn:
        """Put aside what may not go there; what was out or lost has come home by being scanned."""
        code, name = no.item, name_of(self.at, no.product)
        if self._was_gone(code):
            turn = take_home(self.at, code)
            self._aside.append(f"{codes.spoken(code)}  {name}")
            return Turn(Said(turn.said.text, Tone.BAD), undo=turn.undo)
        if no.reasons[0] is Reason.UNKNOWN_CODE:
            return bad(reason_said(self.at, no.reasons[0]))
        self._aside.append(f"{codes.spoken(code)}  {name}  {no.place or ''}".rstrip())
        why = reason_said(self.at, no.reasons[0])
        if no.place:
            return bad(self.at.t("%(why)s It belongs at %(place)s.", why=why, place=no.place))
        return bad(why)

    def _was_gone(self, code: str) -> bool:
        return self.at.ask(lambda conn: moving.state_of(conn, code)) in _COMES_HOME

    def _land_all(self, to: To) -> Turn:
        """Let everything in hand land, each by its own deed, and say how many did."""
        done: list[tuple[str, str]] = []
        last = STAY
        before = len(self._aside)
        for code in tuple(self._hand):
            name = self._hand.pop(code)
            outcome = self._deed(to, code)
            if isinstance(outcome, Refused):
                last = self._not_there(outcome)
            elif isinstance(outcome, Moved):
                done.append((outcome.deed, code))
                if outcome.state == State.SET_ASIDE:
                    last = self._is_waited_for(outcome, name, Undo("", lambda: STAY))
                else:
                    self._moved.append(f"{codes.spoken(code)}  {name}  {outcome.place or to.name}")
        said = self.at.n(
            "%(n)d thing is at %(place)s now.", "%(n)d things are at %(place)s now.", len(done), place=to.name
        )
        question = self.at.n("Take back that %(n)d was moved?", "Take back that %(n)d were moved?", len(done))
        undo = Undo(question, lambda: self._take_back(done)) if done else None
        if len(self._aside) > before:
            return Turn(Said(f"{said} {last.said.text}", Tone.BAD), undo=undo)
        return good(said, undo)

    def _take_back(self, done: Sequence[tuple[str, str]]) -> Turn:
        """Take moves back, the last first; each is a deed of its own."""
        late = 0
        for deed, code in reversed(done):
            late += self._is_late(deed)
            spoken = codes.spoken(code)
            self._moved = [one for one in self._moved if not one.startswith(spoken)]
            self._aside = [one for one in self._aside if not one.startswith(spoken)]
        if late:
            return bad(self.at.t("Too late: something has happened to it since."))
        return good(self.at.t("Undone. Put everything back where it stood."))

    def _is_late(self, deed: str) -> bool:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(lambda *at: stock.undo(*at, deed=deed, now=now, by=by))
        return isinstance(outcome, Refused)

    def back(self) -> Turn:
        """Put down what is in hand at the second time; close the shelf; then leave."""
        if self._hand and not self._leaving:
            self._leaving = True
            return plain(
                self.at.t("What is in hand was not moved. Put it back where it stood; Esc once more leaves.")
            )
        if self._to is not None and self._to != self._begun_with:
            self._to = self._begun_with
            return STAY
        return Turn(leave=True)

    # --- digits ---

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - what is done is no row's
        """Send, look what is on its way, or say where things belong."""
        does: Mapping[str, Callable[[], Turn]] = {
            "send": self._send,
            "wash": lambda: self._go_to(To(Way.WASH, "", self.at.t("the washing place"))),
            "expected": lambda: Turn(go=Arrivals(self.at)),
            "sent": lambda: Turn(go=Sent(self.at)),
            "homeward": lambda: Turn(go=Homeward(self.at)),
            "belonging": lambda: belonging(self.at),
        }
        return does[act]() if act in does else None

    def _send(self) -> Turn:
        return choose_depot(self.at, self.at.t("Send to another depot"), self._sends_to)

    def _sends_to(self, to: Depot) -> Turn:
        return self._go_to(To(Way.DEPOT, to.id, to.name))


class Arrivals(Moving):
    """What is on its way here: it is there when it is scanned, on a shelf or to be washed first."""

    goes_stale = True

    def _title(self) -> str:
        return super()._title() if self._to is not None else self.at.t("On its way here")

    def _lead(self) -> str:
        if self._to is None and not self._hand:
            return self.at.t("Scan the shelf where it goes when it is clean and whole, and then the thing.")
        return super()._lead()

    def _table(self) -> Table | None:
        rows = self.at.ask(lambda conn: moving.expected(conn, self.at.station))
        return away_table(self.at, rows, self.at.t("Comes from"), self.at.t("Nothing is on its way here."))

    def _counts(self) -> tuple[tuple[str, int], ...]:
        on_the_way = len(self.at.ask(lambda conn: moving.expected(conn, self.at.station)))
        return ((self.at.t("on the way"), on_the_way), *super()._counts())

    def _acts(self) -> tuple[Act, ...]:
        return (Act("wash", self.at.t("It has to be washed")),)

    def opened(self, row: str) -> Turn:
        """Open the thing's card."""
        return open_thing(self.at, row)
