"""Parts that stayed out when their thing came home, and come later."""

from __future__ import annotations

from depot import codes, defects, parts
from depot.codes import ItemCode, Scan
from depot.outcomes import Refused
from inventory import names
from inventory.benches.thing import refused, told
from inventory.desk.bench import At, Bench, Question, Turn
from inventory.desk.views import Act, Column, Row, Table, View


class Owed(Bench):
    """The parts of one thing that are still out.

    Args:
        item: the thing's code, 10 characters.
    """

    def __init__(self, at: At, item: str) -> None:
        super().__init__(at)
        self._item = item
        self._owed: tuple[parts.Part, ...] = ()

    def view(self) -> View:
        """List them."""
        t = self.at.t
        with self.at.ledger.reading() as conn:
            self._owed = parts.owed(conn, self._item)
            name = names.of_thing(conn, self._item, self.at.language)
            called = {**parts.names(conn, self.at.language), parts.ANY_PART: t("a part")}
        rows = tuple(Row(one.part, (called.get(one.part, one.part), str(one.pieces))) for one in self._owed)
        acts = (
            Act("one", t("One of it is here")),
            Act("row", t("All of it is here")),
            Act("all", t("Everything is here")),
            Act("never", t("It will not come")),
            Act("thing", t("Open the thing")),
        )
        return View(
            t("Parts still out"),
            lead=f"{name}   {codes.spoken(self._item)}",
            table=Table(
                (Column(t("Part")), Column(t("Pieces"), 8, right=True)),
                rows,
                t("Nothing of it is out any more."),
            ),
            acts=acts if rows else acts[-1:],
            yes=t("all of it is here") if rows else "",
        )

    def opened(self, row: str) -> Turn | None:
        """Say that all of a part is here."""
        return self.acted("row", row)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Take parts in, or open the thing."""
        if act == "thing":
            from inventory.benches.thing import Thing

            return Turn(go=Thing(self.at, self._item))
        if act == "all":
            return self._back(())
        chosen = next((one for one in self._owed if one.part == row), None)
        if chosen is None:
            return None
        if act == "never":
            return self._ask_to_give_up(chosen)
        return self._back(((chosen.part, 1 if act == "one" else chosen.pieces),))

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - it is of one thing
        """Print the label of the thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, self._item)

    def scanned(self, scan: Scan) -> Turn | None:
        """Another thing's parts come instead; the thing itself is opened as everywhere."""
        if isinstance(scan, ItemCode) and scan.code != self._item:
            return Turn(instead=Owed(self.at, scan.code))
        return None

    def _back(self, which: tuple[tuple[str, int], ...]) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: defects.parts_back(conn, here, item=self._item, parts=which, now=now, by=by)
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        name = self.at.ask(lambda conn: names.of_thing(conn, self._item, self.at.language))
        said = self.at.t(
            "It is back with %(name)s, which belongs at %(place)s.", name=name, place=outcome.place or "–"
        )
        return told(self.at, outcome, said, name)

    def _ask_to_give_up(self, part: parts.Part) -> Turn:
        """Ask before nobody waits for it any more: what is owed is also why it is still known who had it."""
        text = (
            self.at.t("Nobody waits for it any more, and nobody is asked for it."),
            self.at.t("If it shall be paid for, ask for that first: under Fees and deposits."),
        )
        title = self.at.t("It will not come")
        return Turn(go=Question(self.at, title, text, lambda: self._given_up(((part.part, part.pieces),))))

    def _given_up(self, which: tuple[tuple[str, int], ...]) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: defects.parts_given_up(
                conn, here, item=self._item, parts=which, now=now, by=by
            )
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        name = self.at.ask(lambda conn: names.of_thing(conn, self._item, self.at.language))
        return told(self.at, outcome, self.at.t("It is no longer waited for."), name)
