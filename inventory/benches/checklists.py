"""Checklists: what is done when a thing is cleaned and what is looked at, a point at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select

from depot.codes import ProductCode, Scan
from depot.tables import product
from inventory import checklists, names
from inventory.benches.upkeep_words import list_said, subject_said
from inventory.checklists import CLEANING, INSPECTION, LONGEST, MOST
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Field, Row, Table, View


def _title(at: At, conn: Connection, subject: str) -> str:
    """Name what a list is about: a line by its name, anything else as it is said."""
    line = conn.scalar(select(product.c.code).where(product.c.code == subject))
    return names.of_line(conn, line, at.language) if line is not None else subject_said(at, subject)


class Checklists(Bench):
    """All lists."""

    def view(self) -> View:
        """List them."""
        t, at = self.at.t, self.at
        lists, said = at.ask(
            lambda conn: (
                lists := checklists.listing(conn, at.language),
                {one.subject: _title(at, conn, one.subject) for one in lists},
            )
        )
        columns = (
            Column(t("What it is about")),
            Column(t("When"), 24),
            Column(t("Points"), 8, right=True),
            Column(t("Changed here"), 14, from_width=90),
        )
        own = (t("no"), t("yes"))
        rows = tuple(
            Row(
                f"{one.purpose} {one.subject}",
                (said[one.subject], list_said(at, one.purpose), f"{len(one.points)}", own[one.own]),
            )
            for one in lists
        )
        lead = t(
            "Choose a list, or scan a shelf label to make one for its line. The maker's manual goes first."
        )
        return View(t("Checklists"), lead=lead, table=Table(columns, rows))

    def opened(self, row: str) -> Turn:
        """Open a list."""
        purpose, _, subject = row.partition(" ")
        return Turn(go=Points(self.at, purpose, subject))

    def scanned(self, scan: Scan) -> Turn | None:
        """Make a list for a line, or change the one it has."""
        if not isinstance(scan, ProductCode):
            return None
        line = self.at.ask(
            lambda conn: conn.scalar(select(product.c.code).where(product.c.label == scan.code))
        )
        if line is None:
            return bad(self.at.t("No line here has this label."))
        options = tuple((one, list_said(self.at, one)) for one in (INSPECTION, CLEANING))
        name = self.at.ask(lambda conn: names.of_line(conn, line, self.at.language))

        def chosen(purpose: str) -> Turn:
            return Turn(go=Points(self.at, purpose, line))

        return Turn(go=Choice(self.at, self.at.t("Which list?"), options, chosen, lead=name))


class Points(Bench):
    """One list.

    Args:
        purpose: what it is for; subject: what it is about, as in `inventory.checklists`.
    """

    def __init__(self, at: At, purpose: str, subject: str) -> None:
        super().__init__(at)
        self._purpose, self._subject = purpose, subject
        self._title = at.ask(lambda conn: _title(at, conn, subject))
        self._points: tuple[str, ...] = ()

    def view(self) -> View:
        """Show its points in the language of the screen."""
        t = self.at.t
        found = self.at.ask(lambda conn: checklists.of(conn, self._purpose, self._subject, self.at.language))
        self._points = found.points
        rows = tuple(Row(f"{n}", (f"{n}", text)) for n, text in enumerate(found.points, 1))
        return View(
            self._title,
            lead=list_said(self.at, self._purpose),
            table=Table((Column("", 3, right=True), Column(t("Point"))), rows, t("There are no points yet.")),
            acts=(
                Act("add", t("Add a point")),
                *((Act("remove", t("Take this point away")),) if len(rows) > 1 else ()),
                *((Act("reset", t("As it came along")),) if found.own else ()),
            ),
        )

    def opened(self, row: str) -> Turn:
        """Word a point anew."""
        return self._ask(int(row), self._points[int(row) - 1])

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Add a point, take the chosen one away, or go back to the list that came along."""
        if act == "add":
            if len(self._points) >= MOST:
                return bad(self.at.t("The list is full."))
            return self._ask(None, "")
        refusal = self.may(Right.SETUP)
        if refusal is not None:
            return refusal
        if act == "reset":
            text = self.at.t("Shall the list be again as it came along? What was changed here is gone.")
            return Turn(go=Question(self.at, self._title, text, self._reset))
        return self._remove(int(row)) if row is not None else None

    def _ask(self, n: int | None, now: str) -> Turn:
        refusal = self.may(Right.SETUP)
        if refusal is not None:
            return refusal
        field = Field("text", self.at.t("Point"), value=now, longest=LONGEST)

        def worded(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            return self._word(n, typed["text"])

        return Turn(go=Fill(self.at, self._title, (field,), worded, lead=list_said(self.at, self._purpose)))

    def _word(self, n: int | None, text: str) -> Turn | Mapping[str, str]:
        if not text or not text.isprintable():
            return {"text": self.at.t("Write something, or go back.")}
        now, by, language = self.at.now(), self.at.by, self.at.language
        return self._changed(
            lambda conn: checklists.put(
                conn, self._purpose, self._subject, text, language=language, n=n, now=now, by=by
            ),
            self.at.t("Noted."),
        )

    def _changed(self, deed: Callable[[Connection], object], said: str) -> Turn:
        """Change the list; undone, it is as it was, in all its languages."""
        purpose, subject, by = self._purpose, self._subject, self.at.by

        def change(conn: Connection) -> tuple[checklists.Texts, ...]:
            before = checklists.own_points(conn, purpose, subject)
            deed(conn)
            return before

        before = self.at.perform(lambda conn, _: change(conn))

        def undo() -> Turn:
            now = self.at.now()
            self.at.perform(
                lambda conn, _: checklists.as_before(conn, purpose, subject, before, now=now, by=by)
            )
            return good(self.at.t("Undone."))

        return good(said, Undo(self.at.t("Put the list back as it was?"), undo))

    def _remove(self, n: int) -> Turn:
        now, by, purpose, subject = self.at.now(), self.at.by, self._purpose, self._subject
        return self._changed(
            lambda conn: checklists.remove(conn, purpose, subject, n, now=now, by=by),
            self.at.t("The point is off the list."),
        )

    def _reset(self) -> Turn:
        now, by, purpose, subject = self.at.now(), self.at.by, self._purpose, self._subject
        return self._changed(
            lambda conn: checklists.reset(conn, purpose, subject, now=now, by=by),
            self.at.t("The list is as it came along."),
        )
