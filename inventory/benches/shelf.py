"""A shelf's card: what has its place there, for which line it is kept, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select

from depot import codes, stock
from depot.codes import ProductCode, Scan
from depot.states import State
from depot.tables import product
from inventory import shelves
from inventory.benches.depots import open_thing
from inventory.benches.wording import state_said
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Fill, Question, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Field, Row, Table, View
from inventory.shelves import Shelf, Standing, Stays

_LINE = "line "
"""Before the code of a counted line, where a row is none of a thing's."""


class ShelfCard(Bench):
    """One shelf.

    Args:
        code: its label's, 10 characters.
    """

    goes_stale = True

    def __init__(self, at: At, code: str) -> None:
        super().__init__(at)
        self._code = code
        self._shelf: Shelf | None = None

    def view(self) -> View:
        """Say what stands there now."""
        t = self.at.t
        found = self.at.ask(
            lambda conn: shelves.find(conn, self.at.station, self._code, language=self.at.language)
        )
        self._shelf = found
        if found is None:
            return View(t("Shelf"), lead=t("No shelf has the label %(code)s.", code=codes.spoken(self._code)))
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("State"), 34),
            Column(t("Since"), 10, from_width=70),
        )
        return View(
            t("Shelf %(name)s", name=found.name),
            lead=t("Enter opens a thing; the digits are about the shelf."),
            facts=self._facts(found),
            table=Table(columns, tuple(map(self._row, found.things)), t("Nothing has its place here.")),
            counts=((t("free"), found.free),),
            acts=self._acts(found),
        )

    def _facts(self, found: Shelf) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        said = [(t("Digits"), codes.spoken(found.code))]
        if found.line is not None:
            said.append((t("Kept for"), found.line_name))
        if not found.here:
            said.append((t("Depot"), found.depot))
        return tuple(said)

    def _row(self, one: Standing) -> Row:
        if one.state is None or one.since is None:
            many = self.at.n("%(n)d piece, counted", "%(n)d pieces, counted", one.number)
            return Row(_LINE + one.product, (one.name, "", many, ""))
        since = f"{one.since.astimezone(self.at.settings.time_zone):%d.%m.%Y}"
        cells = (one.name, codes.spoken(one.item), state_said(self.at, one.state), since)
        return Row(one.item, cells, strong=one.state is State.MISSING)

    def _acts(self, found: Shelf) -> tuple[Act, ...]:
        t = self.at.t
        here = (Act("count", t("Count it")), Act("move", t("Move things here"))) if found.here else ()
        return (
            *here,
            Act("print", t("Print its label")),
            Act("rename", t("Another name")),
            Act("line", t("Keep it for a line")),
            Act("new", t("A new shelf")),
            *(() if found.things else (Act("down", t("Take it down")),)),
        )

    def opened(self, row: str) -> Turn:
        """Open the card of what stands there."""
        if not row.startswith(_LINE):
            return open_thing(self.at, row)
        from inventory.benches.line import LineCard

        return Turn(go=LineCard(self.at, row.removeprefix(_LINE)))

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - what is done is done to the shelf
        """Count it, move things here, print its label, or set it up."""
        if self._shelf is None:
            return None
        does: Mapping[str, Callable[[], Turn]] = {
            "count": self._count,
            "move": self._move,
            "print": self._print,
            "rename": self._rename,
            "line": self._line,
            "new": self._new,
            "down": self._down,
        }
        return does[act]() if act in does else None

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing, or the shelf's where there is none."""
        from inventory.benches.printing import Print

        if row is None or row.startswith(_LINE):
            return self._print()
        return Turn(go=Print(self.at, "asset", (row,)))

    def _print(self) -> Turn:
        from inventory.benches.printing import Print

        return Turn(go=Print(self.at, "shelf", (self._code,)))

    def _count(self) -> Turn:
        from inventory.benches.counting import Counting

        return Turn(go=Counting(self.at, shelf=self._code))

    def _move(self) -> Turn:
        from inventory.benches.moving import Moving

        return Turn(go=Moving(self.at, shelf=self._code))

    # --- setting it up ---

    @property
    def _name(self) -> str:
        return self._shelf.name if self._shelf is not None else ""

    def _rename(self) -> Turn:
        t = self.at.t
        line = Field("name", t("Name on the sign"), value=self._name, longest=shelves.LONGEST_NAME)
        lead = t("Its label keeps its digits. Print it again, so that it says the new name.")
        return self.may(Right.SETUP) or Turn(
            go=Fill(self.at, t("Another name"), (line,), self._named, lead=lead)
        )

    def _named(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        name = typed["name"]
        wrong = _wrong(self.at, name, but=self._code)
        if wrong:
            return wrong
        t = self.at.t
        try:
            before = self._call_it(name)
        except LookupError:
            return bad(t("The shelf is gone."))
        undo = Undo(t("Call it %(name)s again?", name=before), lambda: self._call_back(before))
        return good(t("The shelf is called %(name)s now.", name=name), undo)

    def _call_it(self, name: str) -> str:
        now = self.at.now()
        return self.at.perform(
            lambda conn, _: shelves.rename(conn, code=self._code, name=name, now=now, by=self.at.by)
        )

    def _call_back(self, name: str) -> Turn:
        self._call_it(name)
        return good(self.at.t("Undone."))

    def _line(self) -> Turn:
        return self.may(Right.SETUP) or Turn(go=KeepFor(self.at, self._code, self._name))

    def _new(self) -> Turn:
        return self.may(Right.SETUP) or Turn(go=new_shelf(self.at))

    def _down(self) -> Turn:
        t = self.at.t
        text = t("Take shelf %(name)s down? Its label means nothing from then on.", name=self._name)
        return self.may(Right.SETUP) or Turn(
            go=Question(self.at, t("Take it down"), text, lambda: take_down(self.at, self._code))
        )


def _wrong(at: At, name: str, *, but: str = "") -> Mapping[str, str]:
    """Say what is the matter with a shelf's name; empty for nothing."""
    if not name:
        return {"name": at.t("Type a name.")}
    there = at.ask(lambda conn: shelves.named(conn, at.station, name))
    return {"name": at.t("There is a shelf of that name.")} if there not in (None, but) else {}


def new_shelf(at: At) -> Fill:
    """Ask for the name of a new shelf, put it up, and offer its label."""
    t = at.t

    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        name, now = typed["name"], at.now()
        wrong = _wrong(at, name)
        if wrong:
            return wrong
        code = at.perform(lambda conn, here: stock.add_shelf(conn, here, name=name, now=now, by=at.by))
        undo = Undo(t("Take shelf %(name)s down again?", name=name), lambda: take_down(at, code))
        said = good(t("Shelf %(name)s is there. Print its label now.", name=name), undo)
        return Turn(said.said, go=ShelfCard(at, code), undo=undo)

    line = Field("name", t("Name on the sign"), longest=shelves.LONGEST_NAME)
    return Fill(at, t("A new shelf"), (line,), done, lead=t("What shall its sign say?"))


def take_down(at: At, code: str) -> Turn:
    """Take a shelf down, if nothing has its place on it."""
    t, now = at.t, at.now()
    down = at.perform(lambda conn, _: shelves.take_down(conn, code=code, now=now, by=at.by))
    if down is Stays.IN_THE_PAST:
        return bad(
            t("Things that are gone had their place there, and their lives name it. Call it something else.")
        )
    if isinstance(down, Stays):
        return bad(t("Something has its place there. Move it first."))

    def up() -> Turn:
        then = at.now()
        at.perform(lambda conn, _: shelves.put_up_again(conn, down, now=then, by=at.by))
        return good(t("The shelf is there again."))

    return good(t("The shelf is gone."), Undo(t("Put the shelf up again?"), up))


class KeepFor(Bench):
    """Waits for the label of the line that a shelf is kept for."""

    def __init__(self, at: At, code: str, name: str) -> None:
        super().__init__(at)
        self._code, self._name = code, name

    @property
    def digits_mean(self) -> codes.Kind:
        """Eight typed digits are a line's here."""
        return codes.Kind.PRODUCT

    def view(self) -> View:
        """Ask for the line."""
        t = self.at.t
        return View(
            t("Keep it for a line"),
            lead=t("Scan the shelf label of the line that shelf %(name)s is for.", name=self._name),
            acts=(Act("any", t("For anything")),),
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Keep the shelf for the line that was scanned."""
        if not isinstance(scan, ProductCode):
            return bad(self.at.t("That is no label of a line."))
        label = scan.code
        line = self.at.ask(lambda conn: conn.scalar(select(product.c.code).where(product.c.label == label)))
        if line is None:
            return bad(self.at.t("Nothing here has this code."))
        return self._kept(line)

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there is one digit and no row
        """Keep it for anything."""
        return self._kept(None)

    def _kept(self, line: str | None) -> Turn:
        t = self.at.t
        try:
            before = self._keep(line)
        except LookupError:
            return bad(t("The shelf is gone."))

        def take_back() -> Turn:
            self._keep(before)
            return good(t("Undone."))

        undo = Undo(t("Keep it for what it was kept for before?"), take_back)
        return Turn(good(t("That is noted.")).said, leave=True, undo=undo)

    def _keep(self, line: str | None) -> str | None:
        now = self.at.now()
        return self.at.perform(
            lambda conn, _: shelves.keep_for(conn, code=self._code, line=line, now=now, by=self.at.by)
        )
