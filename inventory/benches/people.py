"""People: found by their card, by name or number; registered; two who are one; renewing by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from depot import borrowers, codes
from inventory import people, searching
from inventory.benches.caring import Merge
from inventory.benches.lending import ending
from inventory.benches.person import Person
from inventory.benches.registering import Register
from inventory.benches.ringing import Ringing
from inventory.benches.telephone import Telephone
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Fill, Turn, bad
from inventory.desk.views import Act, Column, Field, Row, Table, View

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from depot.codes import Scan

_FOUND = "found by name or number"


class People(Bench):
    """Where somebody who borrows is opened or registered."""

    @property
    def digits_mean(self) -> codes.Kind:
        """Eight typed digits are a card's."""
        return codes.Kind.CARD

    def view(self) -> View:
        """Ask for a card, and offer the other ways."""
        t = self.at.t
        pairs = len(self.at.ask(people.pairs))
        acts = (
            Act("find", t("Find by name or number")),
            Act("register", t("Register somebody")),
            Act("telephone", t("Renew by telephone")),
            Act("ring", t("Whom to ring")),
            Act("pairs", t("Two who may be one")),
        )
        return View(
            t("People"),
            lead=t("Scan a card."),
            text=(t("Whoever opens somebody here is noted with the time."),),
            counts=((t("may be one"), pairs),) if pairs else (),
            acts=acts,
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Open the card."""
        return Turn(go=Person(self.at, scan.code)) if isinstance(scan, codes.CardCode) else None

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Go the other ways."""
        if act == "telephone":
            return self.may(Right.RING) or Turn(go=Telephone(self.at))
        if act == "ring":
            return Turn(go=Ringing(self.at))
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        if act == "register":
            return Turn(go=Register(self.at))
        return Turn(go=Pairs(self.at)) if act == "pairs" else self._find()

    def _find(self) -> Turn:
        t = self.at.t
        line = Field("text", t("Name or number"), longest=60, hint=t("or the eight digits of a card"))
        lead = t("A name, a telephone number or a card. Whoever is shown is noted.")
        return Turn(go=Fill(self.at, t("Find somebody"), (line,), self._typed, lead=lead))

    def _typed(self, values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        now, by, text = self.at.now(), self.at.by, values["text"]

        def find(conn: Connection) -> tuple[searching.Found, ...]:
            found = searching.people(conn, text)
            cards = [one.card for one in found]
            if 0 < len(cards) <= searching.MOST_PEOPLE:
                borrowers.log_look_up(conn, by=by, why=_FOUND, now=now, cards=cards)
            return found

        found = self.at.perform(lambda conn, _: find(conn))
        if not found:
            return {"text": self.at.t("Nobody was found. Two letters or digits at least.")}
        if len(found) > searching.MOST_PEOPLE:
            said = self.at.t("More than %(n)d people fit: type more.", n=searching.MOST_PEOPLE)
            return {"text": said}
        return Turn(go=Found(self.at, found))


class Found(Bench):
    """Those who were found; each was logged when they were.

    Args:
        found: who.
    """

    def __init__(self, at: At, found: tuple[searching.Found, ...]) -> None:
        super().__init__(at)
        self._found = found

    def view(self) -> View:
        """List them."""
        t = self.at.t
        columns = (Column(t("Name")), Column(t("Card"), 10), Column(t("Standing"), 20, from_width=60))
        rows = tuple(self._row(one) for one in self._found)
        return View(
            t("Who was found"),
            lead=t("Choose who it is."),
            table=Table(columns, rows),
            counts=((t("matches"), len(rows)),),
        )

    def _row(self, one: searching.Found) -> Row:
        t = self.at.t
        standing = t("confirmed") if one.confirmed else t("not confirmed yet")
        return Row(one.card, (one.name or t("not known"), f"… {ending(one.card)}", standing))

    def opened(self, row: str) -> Turn:
        """Open one of them."""
        return Turn(instead=Person(self.at, row))


class Pairs(Bench):
    """Borrowers who gave one number. The list names the cards alone; opening a pair is logged."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._pairs: dict[str, tuple[str, str]] = {}

    def view(self) -> View:
        """List the pairs."""
        t = self.at.t
        self._pairs = {f"{n}": pair for n, pair in enumerate(self.at.ask(people.pairs))}
        rows = tuple(
            Row(key, (f"… {ending(one)}", f"… {ending(other)}")) for key, (one, other) in self._pairs.items()
        )
        return View(
            t("Two who may be one"),
            lead=t("They gave one number: one person with two cards, or two who share a telephone."),
            table=Table(
                (Column(t("Card")), Column(t("Other card"))), rows, t("Nobody gave one number twice.")
            ),
            counts=((t("may be one"), len(rows)),),
        )

    def opened(self, row: str) -> Turn:
        """Look at a pair: the confirmed one stays, unless somebody says otherwise."""
        one, other = self._pairs[row]
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        refused = Merge.refused(self.at, one, other)
        if refused:
            return bad(refused)
        sides = self.at.ask(lambda conn: [people.side(conn, code) for code in (one, other)])
        if sides[0] is not None and sides[1] is not None and sides[1].standing == "confirmed":
            one, other = (other, one) if sides[0].standing != "confirmed" else (one, other)
        return Turn(go=Merge(self.at, one, other))
