"""A line's card: how many there are, who waits, what is wanted, and its pieces."""

from __future__ import annotations

from depot import codes
from inventory import line_card, money
from inventory.benches import wording
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Turn, bad
from inventory.desk.views import Act, Column, Row, Table, View
from inventory.line_card import Card, Piece


class LineCard(Bench):
    """One product line.

    Args:
        code: the catalogue's code, or the code that shelves bear.
    """

    goes_stale = True

    def __init__(self, at: At, code: str) -> None:
        super().__init__(at)
        self._line = at.ask(lambda conn: line_card.meant(conn, code)) or code
        self._card: Card | None = None

    def view(self) -> View:
        """Read the line and its pieces off the ledger anew."""
        t, now = self.at.t, self.at.now()
        card = self.at.ask(
            lambda conn: line_card.find(conn, self.at.station, self._line, language=self.at.language, now=now)
        )
        self._card = card
        if card is None:
            return View(t("Line"), lead=t("The catalogue has no such line."))
        return View(
            card.name,
            lead=self._lead(card),
            facts=self._facts(card),
            table=None if card.stock.counted else self._pieces(),
            counts=(
                (t("free"), card.stock.free),
                (t("out"), card.out),
                (t("waiting"), card.waiting),
                (t("owned"), card.stock.owned),
            ),
            acts=self._acts(card),
        )

    def _lead(self, card: Card) -> str:
        t, n, stock = self.at.t, self.at.n, card.stock
        if card.expected is not None and not stock.free:
            return t("None is free. The next may be here on %(day)s.", day=f"{card.expected:%d.%m.%Y}")
        if stock.is_short:
            return n(
                "%(n)d piece is free, fewer than the minimum of %(minimum)d.",
                "%(n)d pieces are free, fewer than the minimum of %(minimum)d.",
                stock.free,
                minimum=stock.minimum,
            )
        if stock.pieces > 1:
            return n("%(n)d pair can be lent now.", "%(n)d pairs can be lent now.", card.whole)
        return n("%(n)d can be lent now.", "%(n)d can be lent now.", card.whole)

    def _facts(self, card: Card) -> tuple[tuple[str, str], ...]:
        t, stock = self.at.t, card.stock
        level = ""
        if stock.target is not None:
            level = t("%(minimum)s free, %(target)s owned", minimum=stock.minimum, target=stock.target)

        def amount(ore: int) -> str:
            return (
                money.written(ore, language=self.at.language, country=self.at.station.country) if ore else ""
            )

        said = (
            (t("Code"), f"{card.product}   {codes.spoken(card.label)}"),
            (t("Shelves"), ", ".join(name for _, name in card.shelves)),
            (t("Wanted"), level),
            (t("On order"), f"{stock.ordered}" if stock.ordered else ""),
            (t("Loan"), self.at.n("%(n)d day", "%(n)d days", card.loan_days) if not stock.counted else ""),
            (t("Lent by"), "" if card.self_service else t("staff only")),
            (t("Fee"), amount(card.fee_ore)),
            (t("Deposit"), amount(card.deposit_ore)),
            (t("Other numbers"), ", ".join(card.numbers)),
            (t("Counted"), t("not labelled: %(n)s here", n=stock.owned) if stock.counted else ""),
        )
        return tuple((word, what) for word, what in said if what)

    def _pieces(self) -> Table:
        t = self.at.t
        found = self.at.ask(lambda conn: line_card.pieces(conn, self.at.station, self._line))
        columns = (
            Column(t("Digits"), 9),
            Column(t("State")),
            Column(t("Shelf"), 8),
            Column(t("Since"), 10),
            Column(t("Due"), 10, from_width=90),
            Column(t("Serial number"), 20, from_width=100),
        )
        return Table(columns, tuple(map(self._row, found)), t("There is no piece of it yet."))

    def _row(self, one: Piece) -> Row:
        state = wording.state_said(self.at, one.state)
        if one.elsewhere:
            state = self.at.t("%(state)s, %(depot)s", state=state, depot=one.elsewhere)
        since = f"{one.since.astimezone(self.at.settings.time_zone):%d.%m.%Y}"
        due = f"{one.due:%d.%m.%Y}" if one.due else ""
        return Row(one.item, (codes.spoken(one.item), state, one.shelf, since, due, one.serial))

    def _acts(self, card: Card) -> tuple[Act, ...]:
        t = self.at.t
        acts = [
            Act("receive", t("Receive more")),
            Act("level", t("Minimum and target")),
            Act("size", t("How many to own")),
            Act("recall", t("Call it back")),
        ]
        if card.shelves:
            acts.append(Act("labels", t("Print its shelf labels")))
        if card.stock.counted:
            acts.append(Act("quantities", t("In and out by number")))
        return tuple(acts)

    def opened(self, row: str) -> Turn:
        """Open a piece's card."""
        from inventory.benches.thing import Thing

        return Turn(go=Thing(self.at, row))

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - none is about a piece
        """Open the work that is chosen, with this line in it."""
        card = self._card
        if card is None:
            return None
        match act:
            case "receive":
                from inventory.benches.receiving import Receiving

                return Turn(go=Receiving(self.at, line=card.product))
            case "level":
                from inventory.benches.restock import level_form

                return self.may(Right.SETUP) or Turn(go=level_form(self.at, card.product))
            case "size":
                from inventory.benches.restock import Sizing

                return Turn(go=Sizing(self.at, card.product))
            case "recall":
                from inventory.benches.recalls import begin

                return self.may(Right.RECALL) or Turn(go=begin(self.at, {"line": card.product}))
            case "labels":
                return self.printing(None)
            case _:
                from inventory.benches.quantities import Quantities

                return Turn(go=Quantities(self.at))

    def printing(self, row: str | None) -> Turn | None:
        """Print the chosen piece's label; without a piece, those of the shelves where the line stands."""
        from inventory.benches.printing import Print

        if row is not None:
            return Turn(go=Print(self.at, "asset", (row,)))
        shelves = tuple(code for code, _ in self._card.shelves) if self._card is not None else ()
        if not shelves:
            return bad(self.at.t("It stands on no shelf yet."))
        return Turn(go=Print(self.at, "shelf", shelves))
