"""Writing a thing off: why, where it goes, what it was worth; three digits and Enter."""

from __future__ import annotations

from depot import codes, looks
from depot.outcomes import Refused
from depot.states import State
from inventory import money, names, scrapping
from inventory.benches import wording
from inventory.benches.thing import refused, told
from inventory.benches.upkeep_words import DESTINATIONS, REASONS
from inventory.desk.bench import At, Bench, Fill, Turn
from inventory.desk.views import Act, Field, Takes, View


class WriteOff(Bench):
    """One thing to be written off.

    Args:
        item: the thing's code, 10 characters.
    """

    def __init__(self, at: At, item: str) -> None:
        super().__init__(at)
        self._item = item
        self._name = at.ask(lambda conn: names.of_thing(conn, item, at.language)) or codes.spoken(item)
        self._reason: str | None = None
        self._to: str | None = None

    def view(self) -> View:
        """Ask why, then where it goes."""
        t = self.at.t
        seen = self.at.ask(lambda conn: looks.for_check_in(conn, self.at.station, self._item))
        title = t("Write off: %(name)s", name=self._name)
        if not seen.known or seen.now.state is State.WRITTEN_OFF:
            state = (
                wording.state_said(self.at, seen.now.state) if seen.known else t("nobody knows this label")
            )
            return View(title, lead=f"{codes.spoken(self._item)}   {state}")
        if self._reason is None:
            acts = tuple(Act(one, said(t)) for one, said in REASONS.items())
            return View(title, lead=t("Why is it written off?"), acts=acts)
        facts = ((t("Why"), REASONS[self._reason](t)),)
        acts = tuple(Act(one, said(t)) for one, said in DESTINATIONS.items())
        return View(title, lead=t("Where does it go?"), facts=facts, acts=acts)

    def acted(self, act: str, row: str | None) -> Turn:  # noqa: ARG002 - there are no rows
        """Take an answer and ask the next question."""
        if self._reason is None:
            self._reason = act
            return Turn()
        self._to = act
        return Turn(go=self._ask_value())

    def _ask_value(self) -> Fill:
        t = self.at.t
        paid = self.at.ask(lambda conn: scrapping.worth(conn, self._item))
        hint = t("what was paid for it") if paid else t("leave it empty if nobody knows")
        value = "" if paid is None else f"{paid // 100}"
        field = Field("value", t("Worth in kroner"), value=value, longest=6, takes=Takes.DIGITS, hint=hint)
        return Fill(
            self.at,
            t("What was it worth?"),
            (field,),
            lambda typed: self._write(typed["value"]),
            lead=self._name,
        )

    def _write(self, value: str) -> Turn:
        now, by = self.at.now(), self.at.by
        reason, to = self._reason or "", self._to or ""
        outcome = self.at.perform(
            lambda conn, here: scrapping.write_off(
                conn,
                here,
                item=self._item,
                reason=reason,
                destination=to,
                value_ore=money.ore_of(value),
                now=now,
                by=by,
            )
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        t, name = self.at.t, self._name
        if outcome.place:
            said = t("%(name)s is written off. Put it at %(place)s.", name=name, place=outcome.place)
        else:
            said = t("%(name)s is written off.", name=name)
        return told(self.at, outcome, said, name)

    def back(self) -> Turn:
        """Go one question back, or leave."""
        if self._reason is None:
            return Turn(leave=True)
        self._reason = None
        return Turn()
