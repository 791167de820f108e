"""The signs in the house, and what each is for."""

from __future__ import annotations

from collections.abc import Mapping

from inventory import places
from inventory.benches.upkeep_words import purpose_said
from inventory.desk.acting import Right
from inventory.desk.bench import Bench, Fill, Turn, Undo, good
from inventory.desk.views import Column, Field, Row, Table, View
from inventory.places import LONGEST


class Places(Bench):
    """What the places are called here."""

    def view(self) -> View:
        """List them."""
        t = self.at.t
        signs = self.at.ask(lambda conn: places.listing(conn, self.at.station))
        columns = (Column(t("What goes there"), 34), Column(t("Its sign"), LONGEST))
        rows = tuple(Row(one.purpose, (purpose_said(self.at, one.purpose), one.name)) for one in signs)
        return View(
            t("Places and their signs"),
            lead=t("Choose a place to change what its sign says."),
            table=Table(columns, rows),
        )

    def opened(self, row: str) -> Turn:
        """Ask what a sign says now."""
        refusal = self.may(Right.SETUP)
        if refusal is not None:
            return refusal
        signs = self.at.ask(lambda conn: places.listing(conn, self.at.station))
        now = next(one.name for one in signs if one.purpose == row)
        return self._ask(row, now)

    def _ask(self, purpose: str, now: str) -> Turn:
        t = self.at.t
        field = Field("name", t("Its sign"), value=now, longest=LONGEST)
        lead = purpose_said(self.at, purpose)

        def named(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            return self._named(purpose, now, typed)

        return Turn(go=Fill(self.at, t("What does the sign say?"), (field,), named, lead=lead))

    def _named(self, purpose: str, before: str, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        name = typed["name"]
        if not name or not name.isprintable():
            return {"name": self.at.t("Write what the sign says.")}
        self._rename(purpose, name)
        said = self.at.t("Things are sent to %(place)s from now on. Hang the sign up.", place=name)
        if not before:
            return good(said)

        def back() -> Turn:
            self._rename(purpose, before)
            return good(self.at.t("Undone."))

        question = self.at.t("Shall the sign say %(place)s again?", place=before)
        return good(said, Undo(question, back))

    def _rename(self, purpose: str, name: str) -> None:
        now, by = self.at.now(), self.at.by
        self.at.perform(lambda conn, here: places.rename(conn, here, purpose, name, now=now, by=by))
