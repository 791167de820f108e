"""Somebody else's label: what it means here, and what may be done about it.

A maker's number names a line, once somebody has bound it, and may be another line's after all; NAV's label is on a
thing of NAV's, which is taken in and handed over; another owner's is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from depot import lending
from depot.codes import Giai, Grai, Kind, NavLabel, ProductCode, Scan, Udi, Unreadable
from depot.numbers import DENMARK
from depot.outcomes import Refused
from depot.tables import item, product
from inventory import foreign, identifiers, names
from inventory.benches import wording
from inventory.benches.choosing import ChooseLine
from inventory.desk.bench import At, Bench, Question, Turn, Undo, bad, good, plain
from inventory.desk.views import Act, View
from inventory.identifiers import Binding, Number


class Unknown(Bench):
    """What was scanned and is no code of ours.

    Args:
        scan: it.
    """

    def __init__(self, at: At, scan: Scan) -> None:
        super().__init__(at)
        self._scan = scan
        self._number = at.ask(lambda conn: identifiers.meant(conn, scan, at.station.country).number)
        self._seen: str | None = None
        """The line that the page has named last."""

    @property
    def digits_mean(self) -> Kind:
        """Eight typed digits are a line's where the number is to be bound to one, else a thing's."""
        is_line = self._number is not None and self._line() is None and not isinstance(self._scan, Unreadable)
        return Kind.PRODUCT if is_line else Kind.ITEM

    def view(self) -> View:
        """Say what it is."""
        t = self.at.t
        if self._number is not None:
            return self._numbered(self._number)
        match self._scan:
            case NavLabel() if not self._may_be_navs():
                return View(
                    t("Not ours"),
                    lead=t("This is another owner's number for a thing of theirs."),
                    text=(t("Look for their name on it and ring them. Nothing is recorded here."),),
                )
            case NavLabel() if self._waits() is not None:
                return View(
                    t("This is NAV's"),
                    lead=t("It is taken in already, and waits for NAV."),
                    acts=(Act("gone", t("Handed over")),),
                )
            case NavLabel():
                accepts = t("It is taken in here and handed over to NAV.")
                return View(
                    t("This is NAV's"),
                    lead=t("NAV's label: article %(hms)s. The thing is not ours.", hms=self._scan.hms),
                    text=(accepts,),
                    acts=(Act("take", t("Take it in for NAV")),),
                )
            case Giai() | Grai():
                return View(
                    t("Not ours"),
                    lead=t("This is another owner's number for a thing of theirs."),
                    text=(t("Look for their name on it and ring them. Nothing is recorded here."),),
                )
            case _:
                return View(t("This does not read"), lead=t("This code means nothing here."))

    def _numbered(self, number: Number) -> View:
        t, line = self.at.t, self._line()
        self._seen = line
        shown = tuple((word, what) for word, what in self._facts(number) if what)
        if line is None:
            acts = [Act("bind", t("Bind it to a line"))]
            if self._may_be_navs():
                acts.append(Act("take", t("Take it in for NAV")))
            lead = t(
                "No line has this number yet. Scan the P code of the line on its shelf label, or choose it."
            )
            return View(self._title(), lead=lead, text=self._hints(), facts=shown, acts=tuple(acts))
        named = self.at.ask(lambda conn: names.of_line(conn, line, self.at.language))
        acts = [Act("line", t("Open the line"))]
        if self._thing() is not None:
            acts.append(Act("thing", t("Open the thing with this serial number")))
        if self._may_be_navs():
            acts.append(Act("take", t("Take it in for NAV")))
        acts += [Act("move", t("It is another line's")), Act("unbind", t("It is not this line's"))]
        return View(
            self._title(),
            lead=named,
            text=self._hints(),
            facts=(*shown, (t("Line"), line)),
            acts=tuple(acts),
            yes=t("open"),
        )

    def _title(self) -> str:
        """Call the label by what it is: a number that names a product, or a text that nobody here knows."""
        t = self.at.t
        if isinstance(self._scan, Unreadable) and self._line() is None:
            return t("A label that is not known here")
        if self._number is not None and self._number.scheme == identifiers.SUPPLIER:
            return t("A supplier's number")
        if self._number is not None and self._number.scheme != identifiers.GTIN:
            return t("An article number")
        return t("A maker's number")

    def _facts(self, number: Number) -> list[tuple[str, str]]:
        t, scan = self.at.t, self._scan
        facts = [(t("Number"), identifiers.said(number))]
        if isinstance(scan, Udi):
            facts += [(t("Serial number"), scan.serial or ""), (t("Lot"), scan.batch or "")]
            if scan.expires is not None:
                facts.append((t("Good until"), f"{scan.expires:%d.%m.%Y}"))
        return facts

    def _hints(self) -> tuple[str, ...]:
        """Say what the number alone does not: that it may be misread, is local, or comes without the rest."""
        t, scan = self.at.t, self._scan
        if isinstance(scan, Unreadable) and self._line() is None:
            return (t("Is it one of our own labels? Scan once more, or press 0 and type the digits."),)
        if isinstance(scan, Udi) and scan.unparted:
            return (t("This scanner runs the numbers together. Read them off the label and type them."),)
        if self._number is not None and self._number.is_local:
            return (t("A local number: another municipality may use it for something else."),)
        return ()

    def _may_be_navs(self) -> bool:
        """Say whether a thing with this label may be NAV's, which is in Norway."""
        return isinstance(self._scan, NavLabel) and self.at.station.country != DENMARK

    def _waits(self) -> str | None:
        """Find the thing with this very label that was taken in and waits; without a serial number none can be told."""
        scan = self._scan
        if not isinstance(scan, NavLabel) or scan.serial is None:
            return None
        return self.at.ask(lambda conn: foreign.of_label(conn, scan))

    def _line(self) -> str | None:
        number = self._number
        return self.at.ask(lambda conn: identifiers.line_of(conn, number)) if number is not None else None

    def _thing(self) -> str | None:
        """Find the one thing of the line that bears the scanned serial number."""
        scan, line = self._scan, self._line()
        if not isinstance(scan, Udi) or not scan.serial or line is None:
            return None
        alike = select(item.c.code).where(item.c.product == line, item.c.serial == scan.serial)
        found = self.at.ask(lambda conn: conn.scalars(alike.limit(2)).all())
        return found[0] if len(found) == 1 else None

    # --- what is done ---

    def confirmed(self) -> Turn | None:
        """Open what the number stands for: the thing where the serial number names one, else the line."""
        if self._thing() is not None:
            return self.acted("thing", None)
        return self.acted("line", None) if self._line() is not None else None

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Do what a digit says."""
        match act:
            case "line":
                from inventory.benches.line import LineCard

                return Turn(instead=LineCard(self.at, self._line() or ""))
            case "thing":
                from inventory.benches.thing import Thing

                return Turn(instead=Thing(self.at, self._thing() or ""))
            case "bind":
                return Turn(go=self._choose_line(self._bind))
            case "move":
                return Turn(go=self._choose_line(self._ask_to_move))
            case "unbind":
                return self._unbind(self._seen)
            case "gone":
                return self._hand_over()
            case _:
                return self._take_in()

    def scanned(self, scan: Scan) -> Turn | None:
        """Bind the number to the line whose label was scanned; the same label once more is no news."""
        if isinstance(scan, ProductCode) and self._number is not None:
            labelled = select(product.c.code).where(product.c.label == scan.code)
            line = self.at.ask(lambda conn: conn.scalar(labelled))
            if line is None:
                return bad(self.at.t("No line here has this label."))
            has = self._line()
            if has == line:
                return plain(self.at.t("It is this one."))
            return self._bind(line) if has is None else self._ask_to_move(line)
        if scan == self._scan and self._number is not None:
            return plain(self.at.t("It is this one."))
        return None

    def _choose_line(self, chosen: Callable[[str], Turn]) -> Bench:
        return ChooseLine(self.at, chosen, lead=identifiers.said(self._number) if self._number else "")

    def _named(self, line: str) -> str:
        return self.at.ask(lambda conn: names.of_line(conn, line, self.at.language))

    def _ask_to_move(self, line: str) -> Turn:
        """Ask before a number that is a line's becomes another's."""
        has = self._line()
        if has is None or has == line:
            return self._bind(line)
        question = self.at.t(
            "It means %(line)s now. Is it %(other)s instead?", line=self._named(has), other=self._named(line)
        )
        title = self.at.t("It is another line's")
        return Turn(go=Question(self.at, title, question, lambda: self._bind(line, instead_of=has)))

    def _bind(self, line: str, instead_of: str | None = None) -> Turn:
        number, now, by = self._number, self.at.now(), self.at.by
        if number is None:
            raise ValueError("no number to bind")
        bound = self.at.perform(
            lambda conn, _: identifiers.bind(conn, number, line, now=now, by=by, instead_of=instead_of)
        )
        named = self._named(bound.line)
        if bound.what not in (Binding.BOUND, Binding.MOVED):
            return bad(self.at.t("The number is bound to %(line)s already.", line=named))
        said, was = self.at.t("From now on this number means %(line)s.", line=named), bound.was

        def undo() -> Turn:
            return self._unbind(line) if was is None else replace(self._bind(was, instead_of=line), undo=None)

        return good(said, Undo(self.at.t("Is it not %(line)s's number?", line=named), undo))

    def _unbind(self, of: str | None) -> Turn:
        """Take the number away from the line that it was seen to be; another desk may have moved it since."""
        number, now, by = self._number, self.at.now(), self.at.by
        if number is None:
            raise ValueError("no number to unbind")
        line = self.at.perform(lambda conn, _: identifiers.unbind(conn, number, now=now, by=by, of=of))
        if line is None:
            has = self._line()
            if has is not None:
                return bad(self.at.t("The number is bound to %(line)s already.", line=self._named(has)))
            return bad(self.at.t("No line has this number."))
        named = self._named(line)
        said = self.at.t("The number no longer means %(line)s.", line=named)
        return good(
            said, Undo(self.at.t("Is it %(line)s's number after all?", line=named), lambda: self._bind(line))
        )

    def _hand_over(self) -> Turn:
        event, now = self._waits(), self.at.now()
        done = self.at.perform(lambda conn, _: foreign.hand_over(conn, (event,) if event else (), now=now))
        if not done:
            return bad(self.at.t("Somebody has handed it over already."))

        def here_after_all() -> Turn:
            self.at.perform(lambda conn, _: foreign.take_back(conn, done))
            return good(self.at.t("It waits for NAV again."))

        said = self.at.n("%(n)d thing is handed over.", "%(n)d things are handed over.", len(done))
        return Turn(good(said).said, undo=Undo(self.at.t("Is it still here?"), here_after_all), leave=True)

    def _take_in(self) -> Turn:
        if self._waits() is not None:
            return bad(self.at.t("It is taken in already, and waits for NAV."))
        label, now, by = self._scan, self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: lending.receive_foreign(conn, here, label=label, now=now, by=by)
        )
        if isinstance(outcome, Refused):
            return bad(wording.reason_said(self.at, outcome.reasons[0]))
        said = self.at.t("It is NAV's. Put it at %(place)s.", place=outcome.place or "–")
        event = outcome.key

        def not_here() -> Turn:
            at = self.at.now()
            self.at.perform(lambda conn, _: foreign.hand_over(conn, (event,), now=at))
            return good(self.at.t("It is off the list of what is not ours."))

        undo = Undo(self.at.t("Take it off the list of what is not ours?"), not_here)
        return Turn(good(said).said, undo=undo, leave=True)
