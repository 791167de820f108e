"""What a count has found different: one thing after the other, each settled by a digit and recorded.

A decision does what it says by the deeds of any other day, and F4 takes it back. None ends a loan but the one
that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depot import codes, looks
from depot.codes import ItemCode, Scan
from depot.outcomes import CheckedIn, Moved, Outcome, Reason, Refused
from depot.states import State
from inventory import differences, names
from inventory.benches.wording import reason_said, state_said
from inventory.desk.bench import At, Bench, Question, Turn, Undo, bad, good, plain
from inventory.desk.views import Act, Column, Row, Table, View
from inventory.differences import Decision, Difference, Differing

_SKIP, _ALIKE = "skip", "alike "


def _open_now(at: At, key: str) -> tuple[Differing, ...]:
    """List what is not settled, one kind after the other."""
    found = at.ask(lambda conn: differences.of_count(conn, key))
    order = tuple(Difference)
    return tuple(
        sorted(
            (one for one in found if one.decided is None),
            key=lambda one: (order.index(one.difference), one.seen_on or one.belongs or "", one.item),
        )
    )


class Differences(Bench):
    """All that is not settled yet.

    Args:
        key: of the count.
    """

    goes_stale = True

    def __init__(self, at: At, key: str) -> None:
        super().__init__(at)
        self._key = key

    def view(self) -> View:
        """List it."""
        t = self.at.t
        rows = _open_now(self.at, self._key)
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.product for one in rows], self.at.language)
        )
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("What differs"), 24),
            Column(t("Own shelf"), 10),
            Column(t("Seen on"), 8),
        )
        lines = tuple(
            Row(
                one.item,
                (
                    called[one.product],
                    codes.spoken(one.item),
                    difference_said(self.at, one.difference),
                    one.belongs or "",
                    one.seen_on or "",
                ),
            )
            for one in rows
        )
        return View(
            t("Differences"),
            lead=t("Enter opens the chosen one; so does its scan. Then a digit decides.") if rows else "",
            table=Table(columns, lines, t("Nothing differs, or everything is settled.")),
            counts=((t("to settle"), len(rows)),),
        )

    def opened(self, row: str) -> Turn:
        """Decide about the chosen thing."""
        return Turn(go=Settle(self.at, self._key, row))

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, row)

    def scanned(self, scan: Scan) -> Turn | None:
        """Decide about the thing that was scanned, if it differs."""
        if not isinstance(scan, ItemCode):
            return None
        if any(one.item == scan.code for one in _open_now(self.at, self._key)):
            return Turn(go=Settle(self.at, self._key, scan.code))
        return bad(self.at.t("That one does not differ."))


class Settle(Bench):
    """One difference, and what may be decided about it; after a decision comes the next.

    Args:
        key: of the count; code: the thing's.
    """

    def __init__(self, at: At, key: str, code: str) -> None:
        super().__init__(at)
        self._key, self._code = key, code
        self._one: Differing | None = None
        self._order: tuple[str, ...] = ()

    def view(self) -> View:
        """Say what differs and what may be done."""
        t = self.at.t
        left = _open_now(self.at, self._key)
        self._order = tuple(each.item for each in left)
        self._one = one = next((each for each in left if each.item == self._code), None)
        if one is None:
            return View(t("Settle"), lead=t("This is settled."))
        name = self.at.ask(lambda conn: names.of_line(conn, one.product, self.at.language))
        alike = sum(1 for each in left if each.difference is one.difference)
        usual = one.possible[0]
        acts = [Act(str(each), decision_said(self.at, one, each)) for each in one.possible]
        if alike > 1:
            said = decision_said(self.at, one, usual, shelf=t("where each was seen"))
            more = t("All %(n)d like it: %(what)s", n=alike, what=said)
            acts.append(Act(_ALIKE + usual, more))
        acts.append(Act(_SKIP, t("Later")))
        facts = (
            (t("Thing"), f"{name}  {codes.spoken(one.item)}"),
            (t("The ledger says"), state_said(self.at, one.state)),
            (t("Own shelf"), one.belongs or "–"),
            (t("Seen on"), one.seen_on or "–"),
        )
        return View(
            difference_said(self.at, one.difference),
            lead=question_said(self.at, one),
            facts=facts,
            counts=((t("to settle"), len(left)),),
            acts=tuple(acts),
        )

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - it is of one thing
        """Print the label of the thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, self._code)

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Decide, and go on to the next."""
        one = self._one
        if one is None:
            return None
        if act == _SKIP:
            return self._next(plain(""))
        if act.startswith(_ALIKE):
            return self._ask_alike(one, Decision(act.removeprefix(_ALIKE)))
        return self._next(self._settle(one, Decision(act)))

    def _next(self, turn: Turn) -> Turn:
        """Open what is to be settled after this one; leave after the last."""
        if turn.said.text and turn.undo is None:  # it was not done
            return turn
        at = self._order.index(self._code)
        left = {one.item for one in _open_now(self.at, self._key)} - {self._code}
        following = next((one for one in self._order[at:] + self._order[:at] if one in left), None)
        if following is None:
            return Turn(turn.said, leave=True, undo=turn.undo)
        return Turn(turn.said, instead=Settle(self.at, self._key, following), undo=turn.undo)

    def _settle(self, one: Differing, decision: Decision) -> Turn:
        outcome = self._decide(one.item, decision)
        if isinstance(outcome, Refused):
            return bad(self._no(outcome))
        undo = Undo(self.at.t("Take this decision back?"), lambda: self._unsettle((one.item,)))
        return good(self._done(one, decision, outcome), undo)

    def _decide(self, code: str, decision: Decision) -> Outcome | Differing:
        now, by = self.at.now(), self.at.by
        return self.at.perform(
            lambda conn, here: differences.settle(
                conn, here, self._key, code=code, decision=decision, by=by, now=now, staff=by
            )
        )

    def _no(self, outcome: Refused) -> str:
        if outcome.reasons[0] is Reason.WRONG_STATE:
            return self.at.t("Something has happened to it since: it differs no more, or in another way.")
        return reason_said(self.at, outcome.reasons[0])

    def _done(self, one: Differing, decision: Decision, outcome: Outcome | Differing) -> str:
        t = self.at.t
        name = self.at.ask(lambda conn: names.of_line(conn, one.product, self.at.language))
        match outcome:
            case CheckedIn():
                return t(
                    "%(name)s has come home. Put it at %(place)s.", name=name, place=outcome.place or "–"
                )
            case Moved() if outcome.state == State.SET_ASIDE:
                place = outcome.place or self._pick_up()
                return t("Somebody waits for %(name)s. Put it at %(place)s.", name=name, place=place)
            case Moved():
                return t("%(name)s: settled.", name=name)
            case _:
                is_put = decision is Decision.PUT_BACK
                return (
                    t("%(name)s: put back.", name=name)
                    if is_put
                    else t("%(name)s: left as it is.", name=name)
                )

    def _pick_up(self) -> str:
        return self.at.ask(lambda conn: looks.place_for(conn, self.at.station, looks.PICK_UP)) or "–"

    def _unsettle(self, items: tuple[str, ...]) -> Turn:
        late = sum(self._is_late(code) for code in items)
        if late:
            return bad(self.at.t("Too late: something has happened to it since."))
        return good(self.at.t("Undone. It is to be settled again."))

    def _is_late(self, code: str) -> bool:
        now, by = self.at.now(), self.at.by
        no = self.at.perform(
            lambda conn, here: differences.unsettle(conn, here, self._key, code=code, now=now, staff=by)
        )
        return no is not None

    # --- all alike ---

    def _ask_alike(self, one: Differing, decision: Decision) -> Turn:
        t = self.at.t
        alike = tuple(
            each.item for each in _open_now(self.at, self._key) if each.difference is one.difference
        )
        text = self.at.n(
            "Decide so about %(n)d thing? Each is recorded by itself.",
            "Decide so about %(n)d things? Each is recorded by itself.",
            len(alike),
        )
        return Turn(go=Question(self.at, t("All like it"), text, lambda: self._all_alike(alike, decision)))

    def _all_alike(self, items: tuple[str, ...], decision: Decision) -> Turn:
        """Settle many the same way, each by its own deed and commit."""
        done = tuple(code for code in items if not isinstance(self._decide(code, decision), Refused))
        said = self.at.n("%(n)d difference is settled.", "%(n)d differences are settled.", len(done))
        undo = Undo(self.at.t("Take these decisions back?"), lambda: self._unsettle(done))
        return good(said, undo)


# --- words ---


def difference_said(at: At, difference: Difference) -> str:
    """Name how a thing differs, in a few words."""
    return _DIFFERENCES[difference](at.t)


_DIFFERENCES: Mapping[Difference, Callable[[Callable[..., str]], str]] = {
    Difference.MISSING: lambda t: t("Not seen"),
    Difference.WRONG_SHELF: lambda t: t("On another shelf"),
    Difference.FOUND: lambda t: t("Was given up"),
    Difference.ON_LOAN_BUT_HERE: lambda t: t("On loan, and here"),
    Difference.NOT_READY: lambda t: t("Not ready for a shelf"),
    Difference.NOT_SHELVED: lambda t: t("Never shelved"),
    Difference.IN_TRANSIT_BUT_HERE: lambda t: t("On its way, and here"),
}


def question_said(at: At, one: Differing) -> str:
    """Say what was found about a thing, in one sentence."""
    t, own, seen = at.t, one.belongs or "–", one.seen_on or "–"
    match one.difference:
        case Difference.MISSING:
            return t("It should stand on %(shelf)s, and nobody has seen it.", shelf=own)
        case Difference.WRONG_SHELF:
            return t("It stood on %(seen)s and belongs on %(shelf)s.", seen=seen, shelf=own)
        case Difference.FOUND:
            return t("It stood on %(shelf)s, and had been given up.", shelf=seen)
        case Difference.ON_LOAN_BUT_HERE:
            return t(
                "It stood on %(shelf)s, and is on loan. The loan goes on until you say otherwise.", shelf=seen
            )
        case Difference.NOT_READY:
            return t("It stood on %(shelf)s, and is not ready for a shelf.", shelf=seen)
        case Difference.NOT_SHELVED:
            return t("It stood on %(shelf)s, and was never put there: nobody can borrow it.", shelf=seen)
        case Difference.IN_TRANSIT_BUT_HERE:
            return t("It stood on %(shelf)s, and is on its way between depots.", shelf=seen)


def decision_said(at: At, one: Differing, decision: Decision, *, shelf: str | None = None) -> str:
    """Say what a decision does; `shelf` stands for the shelf where it is many things' decision."""
    t = at.t
    seen, own = shelf or one.seen_on or "–", one.belongs or "–"
    match decision:
        case Decision.COUNT_OUT:
            return t("It is gone: missing from now on")
        case Decision.MOVE_HERE:
            return t("Its place is %(shelf)s from now on", shelf=seen)
        case Decision.PUT_BACK if one.difference is Difference.WRONG_SHELF and shelf is None:
            return t("I have put it back on %(shelf)s", shelf=own)
        case Decision.PUT_BACK:
            return t("I have put it where it belongs")
        case Decision.TAKE_IN if one.difference is Difference.ON_LOAN_BUT_HERE:
            return t("It has come home: the loan ends, and it is washed")
        case Decision.TAKE_IN:
            return t("It is here again, and is washed")
        case Decision.SHELVE:
            return t("Its place is %(shelf)s, and it can be borrowed", shelf=seen)
        case Decision.RECEIVE:
            return t("It has arrived, clean and whole, on %(shelf)s", shelf=seen)
        case Decision.LEAVE:
            return t("Leave it as the ledger says")
