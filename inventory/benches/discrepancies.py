"""What the ledger could not explain: what is strange about it, what happened around it, and what is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depot import clock, codes
from depot.outcomes import Refused
from inventory import discrepancies, life, names
from inventory.benches import wording
from inventory.benches.thing import refused
from inventory.desk.bench import At, Bench, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Row, Table, View
from inventory.discrepancies import Decision, Strange


class Decide(Bench):
    """One thing that does not fit together.

    Args:
        kind: of discrepancy, a code; event: the key of the event that does not fit.
    """

    def __init__(self, at: At, kind: str, event: str) -> None:
        super().__init__(at)
        self._kind, self._event = kind, event
        self._found: Strange | None = None

    def view(self) -> View:
        """Say what is strange, and show the thing's life with the event that does not fit."""
        t, here = self.at.t, self.at.station
        with self.at.ledger.reading() as conn:
            found = self._found = discrepancies.find(conn, self._kind, self._event)
            code = found.item if found is not None else None
            told = life.of_item(conn, here, code, self.at.words) if code else ()
            name = names.of_thing(conn, code, self.at.language) if code else ""
        title = t("Not explained: %(name)s", name=name) if name else t("Not explained")
        if found is None:
            return View(title, lead=t("There is nothing to decide here any more."))
        if found.decided is not None:
            decided = _DECISIONS[found.decided](t)
            return View(title, lead=strange_said(self.at, found.kind), facts=((t("Decided"), decided),))
        facts = [(t("Thing"), f"{name}   {codes.spoken(code)}" if code else "")]
        if found.state is not None:
            facts.append((t("The ledger says now"), wording.state_said(self.at, found.state)))
        if found.happened is not None:
            at = clock.from_millis(found.happened.when).astimezone(self.at.settings.time_zone)
            facts.append((t("When"), f"{at:%d.%m.%Y %H:%M}"))
        acts = [Act(one.value, _DECISIONS[one](t)) for one in found.possible]
        if code:
            acts.append(Act("thing", t("Open the thing")))
        return View(
            title,
            lead=strange_said(self.at, found.kind),
            facts=tuple((word, what) for word, what in facts if what),
            table=self._life(told),
            acts=tuple(acts),
        )

    def _life(self, told: tuple[life.Entry, ...]) -> Table | None:
        if not told:
            return None
        t, zone = self.at.t, self.at.settings.time_zone
        columns = (Column(t("When"), 16), Column(t("What happened")), Column(t("Who"), 18, from_width=90))
        return Table(
            columns,
            tuple(
                Row(
                    one.key,
                    (f"{one.at.astimezone(zone):%d.%m.%Y %H:%M}", one.text, one.who),
                    strong=one.key == self._event,
                )
                for one in told
            ),
        )

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - it is decided about the whole
        """Decide, or open the thing."""
        if act == "thing":
            from inventory.benches.thing import Thing

            code = self._found.item if self._found is not None else None
            return Turn(go=Thing(self.at, code)) if code else None
        return self._decide(Decision(act))

    def _decide(self, decision: Decision) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: discrepancies.decide(
                conn, here, self._kind, self._event, decision=decision, by=by, staff=by, now=now
            )
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        deed = discrepancies.deed_of(outcome)
        place = getattr(outcome, "place", None)
        if place:
            said = self.at.t("Decided. Put it at %(place)s.", place=place)
        else:
            said = self.at.t("Decided: %(what)s.", what=_DECISIONS[decision](self.at.t))

        def reopen() -> Turn:
            at = self.at.now()
            if self.at.perform(
                lambda conn, here: discrepancies.reopen(
                    conn, here, self._kind, self._event, deed=deed, now=at, by=by
                )
            ):
                return good(self.at.t("It is open again."))
            return bad(self.at.t("Too late: something has happened to it since."))

        undo = Undo(self.at.t("Take the decision back?"), reopen)
        return Turn(good(said).said, undo=undo, leave=True)


def strange_said(at: At, kind: str) -> str:
    """Say in a sentence what does not fit together; of a newer kind only that something does not."""
    said = _STRANGE.get(kind)
    return said(at.t) if said is not None else at.t("Something does not fit together.")


_STRANGE: Mapping[str, Callable[[Callable[..., str]], str]] = {
    "illegal_move": lambda t: t("Something was done to it that its state did not allow."),
    "received_twice": lambda t: t("It was received a second time: is the same label on two things?"),
    "implied_return": lambda t: t("It was lent while it was still on loan: the first loan was ended by it."),
    "lent_past_its_hold": lambda t: t("It was lent although it was set aside for somebody else."),
    "return_without_loan": lambda t: t("It was returned without being on loan."),
    "loan_not_known": lambda t: t("Something was recorded of a loan that nobody knows."),
    "loan_already_closed": lambda t: t("Something was recorded of a loan that had ended."),
    "undo_too_late": lambda t: t("Something was undone after more had happened to it."),
    "parts_not_owed": lambda t: t("More parts came back than were out."),
    "not_understood": lambda t: t("Another version recorded something that this one does not understand."),
    "hold_not_understood": lambda t: t(
        "Another version recorded something of a hold that this one does not understand."
    ),
    "hold_out_of_step": lambda t: t("Something was recorded of a hold that its state did not allow."),
    "hold_undo_too_late": lambda t: t("A hold was changed back after more had happened to it."),
    "tampered": lambda t: t("An event came in twice, with two contents: somebody must look at the stations."),
    "fork": lambda t: t("Two events have one number: a station's memory card was copied."),
}

_DECISIONS: Mapping[Decision, Callable[[Callable[..., str]], str]] = {
    Decision.AS_IT_IS: lambda t: t("The ledger is right as it is"),
    Decision.TAKEN_IN: lambda t: t("It is here: take it in"),
    Decision.MISSING: lambda t: t("It is nowhere: missing"),
    Decision.NOT_KNOWN: lambda t: t("Nobody can tell any more"),
}
