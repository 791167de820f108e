"""Search: things, lines and shelves as one types; people only for who may, and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable

from depot import borrowers, codes
from inventory import searching
from inventory.benches import wording
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Turn, bad
from inventory.desk.views import Column, Field, Form, Row, Table, View
from inventory.searching import Hit, Of

_PEOPLE, _GOODS, _STILL = "people", "goods", "more"


class Search(Bench):
    """One line, and what it finds."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._text = ""
        self._among_people = False
        self._logged: set[str] = set()
        self._book: searching.Book | None = None

    def view(self) -> View:
        """Show what was found for what stands on the line."""
        t = self.at.t
        line = Field("text", t("Find"), longest=60)
        if self._among_people:
            hint = t("A name, a telephone number or a card. Whoever is shown is noted.")
            return View(
                t("Search among people"), lead=hint, form=Form((line,), live=True), table=self._people()
            )
        hint = t("Digits, serial or lot number, a name, a line or a shelf; or scan.")
        return View(t("Search"), lead=hint, form=Form((line,), live=True), table=self._goods())

    def typing(self, typed: str) -> None:
        """Remember what stands on the line."""
        self._text = typed

    # --- things, lines, shelves ---

    def _goods(self) -> Table:
        t = self.at.t
        if self._book is None:
            self._book = self.at.ask(lambda conn: searching.Book(conn, self.at.station, self.at.language))
        book = self._book
        found = self.at.ask(lambda conn: searching.find(conn, book, self._text))
        rows = [*map(self._row, found)]
        if self._text.strip() and self.at.acting.may(Right.PEOPLE):
            rows.append(Row(_PEOPLE, (t("Look among people"), "", "", "", "")))
        columns = (
            Column(t("What")),
            Column(t("Digits"), 10),
            Column(t("State"), 34),
            Column(t("Shelf"), 8),
            Column(t("Serial number"), 20, from_width=100),
            Column(t("Lot"), 16, from_width=130),
        )
        return Table(columns, tuple(rows), t("Nothing fits.") if self._text.strip() else "")

    def _row(self, hit: Hit) -> Row:
        key = f"{hit.of} {hit.code}"
        match hit.of:
            case Of.LINE:
                pieces = self.at.n("%(n)d piece", "%(n)d pieces", hit.pieces)
                return Row(key, (f"{hit.name} ({hit.code})", "", pieces, "", "", ""))
            case Of.SHELF:
                return Row(key, (self.at.t("Shelf %(name)s", name=hit.name), "", "", hit.name, "", ""))
            case Of.ITEM:
                state = wording.state_said(self.at, hit.state) if hit.state else ""
                cells = (hit.name, codes.spoken(hit.code), state, hit.shelf, hit.serial, hit.lot)
                return Row(key, cells)

    # --- people ---

    def _people(self) -> Table:
        """Show those whom the text fits, if they are few; each is logged once, before their name is seen."""
        t = self.at.t
        found = self.at.ask(lambda conn: searching.people(conn, self._text))
        are_few = len(found) <= searching.MOST_PEOPLE
        if are_few:
            self._log(one.card for one in found)
        rows = [self._person(one) for one in found] if are_few else []
        if not are_few:
            rows.append(
                Row(_STILL, (t("More than %(n)d people fit: type more.", n=searching.MOST_PEOPLE), "", ""))
            )
        rows.append(Row(_GOODS, (t("Back to things, lines and shelves"), "", "")))
        return Table((Column(t("Name")), Column(t("Card"), 14), Column(t("Standing"), 24)), tuple(rows))

    def _log(self, cards: Iterable[str]) -> None:
        new = [one for one in cards if one not in self._logged]
        if new:
            by, now = self.at.by, self.at.now()
            self.at.perform(
                lambda conn, _: borrowers.log_look_up(conn, by=by, why="search", now=now, cards=new)
            )
            self._logged.update(new)

    def _person(self, one: searching.Found) -> Row:
        t = self.at.t
        card = t("card … %(digits)s", digits=codes.digits(one.card)[-2:])
        standing = t("confirmed") if one.confirmed else t("not confirmed yet")
        return Row(f"person {one.card}", (one.name or t("without a name"), card, standing))

    # --- what is opened ---

    def opened(self, row: str) -> Turn | None:
        """Open what was found."""
        kind, _, code = row.partition(" ")
        match kind:
            case Of.ITEM:
                from inventory.benches.thing import Thing

                return Turn(go=Thing(self.at, code))
            case Of.LINE:
                from inventory.benches.line import LineCard

                return Turn(go=LineCard(self.at, code))
            case Of.SHELF:
                from inventory.benches.shelf import ShelfCard

                return Turn(go=ShelfCard(self.at, code))
            case "person":
                return self.may(Right.PEOPLE) or self._open_person(code)
            case "people":
                return self._look_among_people()
            case "goods":
                return self._leave_people()
            case _:
                return None

    def _open_person(self, card: str) -> Turn:
        from inventory.benches.person import Person

        return Turn(go=Person(self.at, card))

    def _look_among_people(self) -> Turn:
        """Search people from now on."""
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        self._among_people = True
        return Turn(keep_typed=True)

    def _leave_people(self) -> Turn:
        self._among_people = False
        return Turn(keep_typed=True)

    def back(self) -> Turn:
        """Leave the people first, then the search."""
        return self._leave_people() if self._among_people else Turn(leave=True)

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing or shelf."""
        kind, _, code = (row or "").partition(" ")
        design = {Of.ITEM.value: "asset", Of.SHELF.value: "shelf"}.get(kind)
        if design is None:
            return bad(self.at.t("Choose a thing or a shelf: its label is what is printed."))
        from inventory.benches.printing import Print

        return Turn(go=Print(self.at, design, (code,)))
