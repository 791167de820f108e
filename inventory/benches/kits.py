"""Kits: put things together by scanning them, see what each lacks, say what is missing and find it again.

A kit is only an arrangement: what is lent, washed or looked over is always the single thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depot import codes
from depot.codes import ItemCode, Scan
from inventory import kits, names
from inventory.benches.depots import open_thing
from inventory.benches.returning import name_of
from inventory.benches.wording import state_said
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Column, Field, Row, Side, Table, View
from inventory.kits import Kit, Marked, Piece, Suggestion, Unfit, Why


class Kits(Bench):
    """The kits of this depot."""

    goes_stale = True

    def view(self) -> View:
        """List them with what each lacks; what lacks something stands out."""
        t = self.at.t
        every = self.at.ask(lambda conn: kits.every(conn, self.at.station))
        columns = (
            Column(t("Kit")),
            Column(t("Pieces"), 7, right=True),
            Column(t("Lacks"), 7, right=True),
            Column(t("Elsewhere"), 13, right=True),
        )
        rows = tuple(
            Row(
                one.key,
                (one.name, str(len(one.pieces)), _number(one.lacking), _number(one.away)),
                strong=bool(one.lacking),
            )
            for one in every
        )
        return View(
            t("Kits"),
            lead=t("Scan a piece to open its kit, or to say that it has been found."),
            table=Table(columns, rows, t("No kit has been put together yet.")),
            counts=((t("kits"), len(every)), (t("incomplete"), sum(1 for one in every if one.lacking))),
            acts=(Act("new", t("Put a kit together")), Act("split", t("Take the chosen one apart"))),
        )

    def opened(self, row: str) -> Turn:
        """Open the kit."""
        return Turn(go=KitCard(self.at, row))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Put a kit together, or take the chosen one apart."""
        if act == "new":
            return choose_kit(self.at)
        found = self.at.ask(lambda conn: kits.find(conn, row)) if row is not None else None
        return split(self.at, found) if found is not None else None

    def scanned(self, scan: Scan) -> Turn | None:
        """Open the kit of a piece; one that was missing has been found by being here."""
        if not isinstance(scan, ItemCode):
            return None
        of = self.at.ask(lambda conn: kits.of_item(conn, scan.code))
        if of is None:
            return None
        piece = next(one for one in of.pieces if one.item == scan.code)
        turn = found(self.at, scan.code) if piece.is_lacking else read("")
        return Turn(turn.said, go=KitCard(self.at, of.key), undo=turn.undo)


def _number(pieces: tuple[Piece, ...]) -> str:
    return str(len(pieces)) if pieces else ""


class KitCard(Bench):
    """One kit and its pieces.

    Args:
        key: the kit's.
    """

    goes_stale = True

    def __init__(self, at: At, key: str) -> None:
        super().__init__(at)
        self._key = key
        self._kit: Kit | None = None

    def view(self) -> View:
        """Say where each piece is."""
        t = self.at.t
        self._kit = of = self.at.ask(lambda conn: kits.find(conn, self._key))
        if of is None:
            return View(t("Kit"), lead=t("This kit was taken apart."))
        lines = [one.product for one in of.pieces]
        called = self.at.ask(lambda conn: names.of_lines(conn, lines, self.at.language))
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("Where"), 28),
            Column(t("Shelf"), 8, from_width=70),
        )
        rows = tuple(
            Row(
                one.item,
                (called[one.product], codes.spoken(one.item), self._where(one), one.shelf or ""),
                strong=one.is_lacking,
            )
            for one in of.pieces
        )
        return View(
            of.name,
            lead=t("Scan a piece that was missing, or a thing to put it into the kit."),
            table=Table(columns, rows),
            counts=((t("pieces"), len(of.pieces)), (t("lacking"), len(of.lacking))),
            acts=(
                Act("missing", t("It is missing from the kit")),
                Act("found", t("It is in the kit again")),
                Act("out", t("Take it out for good")),
                Act("split", t("Take the kit apart")),
            ),
        )

    def _where(self, one: Piece) -> str:
        t, state = self.at.t, state_said(self.at, one.state)
        if one.missing_since is not None:
            return t("not in the kit: %(state)s", state=state)
        if one.is_lacking or one.is_away:
            return state if one.here else t("in another depot")
        return t("in the kit")

    def opened(self, row: str) -> Turn:
        """Open the piece's card."""
        return open_thing(self.at, row)

    def printing(self, row: str | None) -> Turn | None:
        """Print the chosen piece's label."""
        from inventory.benches.printing import Print

        return Turn(go=Print(self.at, "asset", (row,))) if row is not None else None

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Say what is with the chosen piece, or take the kit apart."""
        if self._kit is None:
            return None
        if act == "split":
            return split(self.at, self._kit)
        does: Mapping[str, Callable[[At, str], Turn]] = {"missing": missing, "found": found, "out": take_out}
        return does[act](self.at, row) if row is not None and act in does else None

    def scanned(self, scan: Scan) -> Turn | None:
        """Find a piece that was missing, or put a thing into the kit."""
        if not isinstance(scan, ItemCode) or self._kit is None:
            return None
        piece = next((one for one in self._kit.pieces if one.item == scan.code), None)
        if piece is None:
            return add(self.at, self._kit, scan.code)
        if piece.is_lacking:
            return found(self.at, scan.code)
        return read(self.at.t("That one is in this kit."))


# --- deeds ---


def missing(at: At, code: str) -> Turn:
    """Say that a piece is not with its kit."""
    now = at.now()
    return _marked(
        at, at.perform(lambda *here: kits.missing(*here, item=code, now=now, by=at.by, staff=at.by))
    )


def found(at: At, code: str) -> Turn:
    """Say that a piece is with its kit again."""
    now = at.now()
    return _marked(at, at.perform(lambda *here: kits.found(*here, item=code, now=now, by=at.by, staff=at.by)))


def _marked(at: At, done: Marked | Unfit) -> Turn:
    if isinstance(done, Unfit):
        return unfit_said(at, done)
    t, name = at.t, name_of(at, done.product)
    if not done.changed and done.moved is None:
        return plain(t("That is noted already."))

    def take_back() -> Turn:
        now = at.now()
        undone = at.perform(lambda *here: kits.unmark(*here, marked=done, now=now, by=at.by, staff=at.by))
        return unfit_said(at, undone) if isinstance(undone, Unfit) else good(t("Undone."))

    undo = Undo(t("Take back what was said of %(name)s?", name=name), take_back)
    if done.missing:
        return good(t("%(name)s is missing from %(kit)s.", name=name, kit=done.name), undo)
    if done.moved is not None:
        place = done.moved.place or _place(at, done.item)
        return good(
            t("%(name)s is found. It is washed first: put it at %(place)s.", name=name, place=place), undo
        )
    return good(t("%(name)s is in %(kit)s again.", name=name, kit=done.name), undo)


def _place(at: At, code: str) -> str:
    from inventory import moving

    no = at.ask(lambda conn: moving.may_be_put(conn, at.station, code))
    return (no.place if no is not None else None) or "–"


def add(at: At, to: Kit, code: str) -> Turn:
    """Put a thing into a kit."""
    now = at.now()
    done = at.perform(lambda conn, _: kits.add(conn, kit=to.key, item=code, now=now, by=at.by))
    if isinstance(done, Unfit):
        return unfit_said(at, done)
    name = at.ask(lambda conn: names.of_thing(conn, code, at.language))
    undo = Undo(at.t("Take %(name)s out of the kit again?", name=name), lambda: rejoin(at, to))
    return good(at.t("%(name)s belongs to %(kit)s now.", name=name, kit=to.name), undo)


def take_out(at: At, code: str) -> Turn:
    """Take a thing out of its kit for good."""
    now = at.now()
    before = at.perform(lambda conn, _: kits.take_out(conn, item=code, now=now, by=at.by))
    if isinstance(before, Unfit):
        return unfit_said(at, before)
    name = at.ask(lambda conn: names.of_thing(conn, code, at.language))
    undo = Undo(at.t("Put %(name)s back into the kit?", name=name), lambda: rejoin(at, before))
    return good(at.t("%(name)s stands for itself now.", name=name), undo)


def split(at: At, of: Kit) -> Turn:
    """Take a kit apart, after a question."""
    t = at.t

    def do() -> Turn:
        now = at.now()
        before = at.perform(lambda conn, _: kits.split(conn, key=of.key, now=now, by=at.by))
        if isinstance(before, Unfit):
            return unfit_said(at, before)
        undo = Undo(t("Put %(kit)s together again?", kit=of.name), lambda: rejoin(at, before))
        return good(t("%(kit)s is taken apart. Its things stand for themselves.", kit=of.name), undo)

    text = t("Take %(kit)s apart? Its things stay where they are.", kit=of.name)
    return Turn(go=Question(at, t("Take the kit apart"), text, do))


def rejoin(at: At, before: Kit) -> Turn:
    """Put a kit together again as it was."""
    now = at.now()
    done = at.perform(lambda conn, _: kits.rejoin(conn, before=before, now=now, by=at.by))
    return unfit_said(at, done) if isinstance(done, Unfit) else good(at.t("Undone."))


def unfit_said(at: At, no: Unfit) -> Turn:
    """Say why something about a kit is not done."""
    t = at.t
    match no.why:
        case Why.UNKNOWN_CODE:
            return bad(t("Nothing here has this code."))
        case Why.NO_LONGER_OURS:
            return bad(t("It is written off or was given away."))
        case Why.IN_ANOTHER_KIT:
            return bad(t("It belongs to %(kit)s.", kit=no.kit))
        case Why.IN_NO_KIT:
            return bad(t("It is in no kit."))
        case Why.NO_SUCH_KIT:
            return bad(t("This kit was taken apart."))
        case Why.TOO_FEW:
            return bad(t("A kit has at least two pieces. Take the whole kit apart instead."))
        case Why.TOO_LATE:
            return bad(t("Too late: something has happened to it since."))


# --- putting together ---


def choose_kit(at: At) -> Turn:
    """Ask what for: one of the suggested kits, or one with a name of its own."""
    t = at.t
    by_key = {one.key: one for one in kits.SUGGESTED}
    options = (*((one.key, suggestion_said(at, one)) for one in kits.SUGGESTED), ("", t("A kit of our own")))

    def chosen(key: str) -> Turn:
        if key:
            return Turn(go=Compose(at, suggestion_said(at, by_key[key]), by_key[key]))
        return Turn(go=_own_name(at))

    return Turn(go=Choice(at, t("Put a kit together"), options, chosen, lead=t("What is it for?")))


def suggestion_said(at: At, one: Suggestion) -> str:
    """Name a suggested kit in the screen's language."""
    said = _SUGGESTED.get(one.key)
    return said(at.t) if said is not None else one.name


_SUGGESTED: Mapping[str, Callable[[Callable[..., str]], str]] = {
    "hip": lambda t: t("Hip operation"),
    "ankle": lambda t: t("Broken ankle"),
    "end_of_life": lambda t: t("End of life at home"),
    "visit": lambda t: t("A guest in a wheelchair"),
}


def _own_name(at: At) -> Fill:
    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        name = typed["name"]
        return Turn(go=Compose(at, name, None)) if name else {"name": at.t("Type a name.")}

    line = Field("name", at.t("Name of the kit"), longest=kits.LONGEST_NAME)
    return Fill(at, at.t("A kit of our own"), (line,), done, lead=at.t("What shall it be called?"))


class Compose(Bench):
    """Scans the things of a new kit; Enter makes it. Nothing is stored before that.

    Args:
        name: what it will be called; suggestion: what it is modelled on, if on anything.
    """

    def __init__(self, at: At, name: str, suggestion: Suggestion | None) -> None:
        super().__init__(at)
        self._name, self._suggestion = name, suggestion
        self._things: dict[str, tuple[str, str]] = {}
        """By code: the line, and what it is called."""
        self._leaving = False

    def view(self) -> View:
        """Say what was scanned, and what the suggestion still wants."""
        t = self.at.t
        have = tuple(f"{codes.spoken(code)}  {name}" for code, (_, name) in self._things.items())
        wanted = self._wanted()
        sides = (Side(t("In the kit"), have[::-1]), Side(t("Still wanted"), wanted))
        return View(
            t("New kit: %(name)s", name=self._name),
            lead=t("Scan the things that belong together. Enter when they are all there."),
            side=tuple(one for one in sides if one.lines),
            counts=((t("pieces"), len(self._things)),),
            yes=t("make the kit") if len(self._things) >= kits.FEWEST else "",
        )

    def _wanted(self) -> tuple[str, ...]:
        suggestion = self._suggestion
        if suggestion is None:
            return ()
        lines = [line for line, _ in self._things.values()]
        wanted = self.at.ask(lambda conn: kits.still_wanted(conn, suggestion, lines))
        every = [line for slot, _ in wanted for line in slot]
        called = self.at.ask(lambda conn: names.of_lines(conn, every, self.at.language))
        either = self.at.t(" or ")
        return tuple(
            either.join(called[line] for line in slot) + (f" × {number}" if number > 1 else "")
            for slot, number in wanted
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Take a thing along; the same one once more leaves it out again."""
        if not isinstance(scan, ItemCode):
            return None
        t, self._leaving = self.at.t, False
        if scan.code in self._things:
            return plain(t("That one is in already. F4 leaves it out."))
        no, name = self.at.ask(
            lambda conn: (kits.may_join(conn, scan.code), names.of_thing(conn, scan.code, self.at.language))
        )
        if isinstance(no, Unfit):
            return unfit_said(self.at, no)
        self._things[scan.code] = (no, name)

        def leave_out() -> Turn:
            self._things.pop(scan.code, None)
            return good(t("Undone."))

        undo = Undo(t("Leave %(name)s out?", name=name), leave_out)
        return Turn(read(f"{len(self._things)}  {name} {codes.spoken(scan.code)}").said, undo=undo)

    def confirmed(self) -> Turn | None:
        """Make the kit."""
        if len(self._things) < kits.FEWEST:
            return bad(self.at.t("A kit has at least two pieces."))
        things, now = tuple(self._things), self.at.now()
        made = self.at.perform(
            lambda *at: kits.compose(*at, name=self._name, items=things, now=now, by=self.at.by)
        )
        if isinstance(made, Unfit):
            self._things.pop(made.item, None)
            return unfit_said(self.at, made)
        t, key = self.at.t, made.key

        def unmake() -> Turn:
            at = self.at.now()
            undone = self.at.perform(lambda conn, _: kits.split(conn, key=key, now=at, by=self.at.by))
            return unfit_said(self.at, undone) if isinstance(undone, Unfit) else good(t("Undone."))

        undo = Undo(t("Take %(kit)s apart again?", kit=made.name), unmake)
        said = good(t("%(kit)s is put together.", kit=made.name)).said
        return Turn(said, instead=KitCard(self.at, key), undo=undo)

    def back(self) -> Turn:
        """Leave; with things scanned only at the second time, because nothing of them is stored."""
        if not self._things or self._leaving:
            return Turn(leave=True)
        self._leaving = True
        return plain(self.at.t("The kit is not made yet. Esc once more leaves it."))
