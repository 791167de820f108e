"""A timed inspection: point by point, signed by the badge that is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from depot import codes, looks
from depot.codes import Command, CommandCode, ItemCode, Scan
from depot.outcomes import Moved, Refused
from depot.states import State
from inventory import checklists, inspections, names
from inventory.benches import wording
from inventory.benches.thing import refused, told
from inventory.benches.upkeep_words import FAULTS
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, bad, plain
from inventory.desk.views import Act, Column, Field, Row, Table, View
from inventory.inspections import LONGEST, Checked, Record, Signed

_MAY_BE_INSPECTED = (State.INSPECTION, State.AVAILABLE)


class Inspect(Bench):
    """One thing's inspection.

    Args:
        item: the thing's code, 10 characters.
    """

    def __init__(self, at: At, item: str) -> None:
        super().__init__(at)
        self._item = item
        language = at.language
        line, self._name, self._points, self._records = at.ask(
            lambda conn: (
                line := inspections.line_of(conn, item),
                names.of_line(conn, line, language),
                checklists.for_inspection(conn, line, language).points if line is not None else (),
                inspections.of_thing(conn, item),
            )
        )
        self._line: str | None = line
        self._bad: set[int] = set()
        self._remark = ""
        self._state: State | None = None

    def view(self) -> View:
        """Show the points; one that is not in order is marked."""
        t, item = self.at.t, self._item
        seen, until = self.at.ask(
            lambda conn: (
                looks.for_check_in(conn, self.at.station, item),
                inspections.good_until(conn, item),
            )
        )
        self._state = seen.now.state if seen.known else None
        may = self._state in _MAY_BE_INSPECTED
        state = wording.state_said(self.at, seen.now.state) if seen.known else ""
        facts = [(t("Inspection good until"), f"{until:%d.%m.%Y}")] if until is not None else []
        facts += [(t("Last inspection"), self._last_said(self._records[-1]))] if self._records else []
        facts += [(t("Remark"), self._remark)] if self._remark else []
        columns = (Column(""), Column(t("Is it so?"), 14))
        words = (t("in order"), t("not in order"))
        rows = tuple(
            Row(f"{n}", (text, words[n in self._bad]), strong=n in self._bad)
            for n, text in enumerate(self._points, 1)
        )
        return View(
            t("Inspection: %(name)s", name=self._name or codes.spoken(item)),
            lead=f"{codes.spoken(item)}   {state}",
            facts=tuple(facts),
            table=Table(columns, rows, t("There is no checklist for it.")),
            counts=((t("not in order"), len(self._bad)),),
            acts=self._acts() if may else (),
            yes=t("in order or not"),
        )

    def _last_said(self, last: Record) -> str:
        who = self.at.ask(lambda conn: names.of_staff(conn, last.by))
        day = f"{last.at.astimezone(self.at.settings.time_zone):%d.%m.%Y}"
        if last.passed:
            return self.at.t("passed %(day)s, signed by %(who)s", day=day, who=who)
        return self.at.t("failed %(day)s, signed by %(who)s", day=day, who=who)

    def _acts(self) -> tuple[Act, ...]:
        t = self.at.t
        return (
            *(() if self._bad else (Act("passed", t("Passed: all in order")),)),
            Act("failed", t("Failed: to the workshop")),
            Act("point", t("This point: in order or not")),
            Act("remark", t("Write a remark")),
        )

    def opened(self, row: str) -> Turn:
        """Mark a point, or take its mark away."""
        self._bad ^= {int(row)}
        return plain("")

    def scanned(self, scan: Scan) -> Turn | None:
        """The command card says how it went; another thing opens its inspection."""
        match scan:
            case CommandCode() if scan.command is Command.ALL_RIGHT:
                return self._passed()
            case CommandCode() if scan.command is Command.BROKEN:
                return self._failed()
            case ItemCode() if scan.code != self._item:
                return Turn(instead=Inspect(self.at, scan.code))
            case ItemCode():
                return plain(self.at.t("It is this one."))
            case _:
                return None

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - it is of one thing
        """Print the label of the thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, self._item)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Do what a digit says."""
        if act == "passed":
            return self._passed()
        if act == "failed":
            return self._failed()
        if act == "point":
            return self.opened(row) if row is not None else None
        remark = Field("remark", self.at.t("Remark"), value=self._remark, longest=LONGEST)
        return Turn(go=Fill(self.at, self.at.t("Write a remark"), (remark,), self._noted))

    def _noted(self, typed: Mapping[str, str]) -> Turn:
        self._remark = typed["remark"]
        return plain("")

    def _signed(self) -> Signed:
        points = tuple(Checked(text, n not in self._bad) for n, text in enumerate(self._points, 1))
        return Signed(self.at.by, points, self._remark)

    def _passed(self) -> Turn:
        if self._bad:
            return bad(self.at.t("A point is not in order, so it has not passed."))
        now, by, signed = self.at.now(), self.at.by, self._signed()
        outcome = self.at.perform(
            lambda conn, here: inspections.passed(conn, here, item=self._item, signed=signed, now=now, by=by)
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        turn = told(self.at, outcome, self._free(outcome), self._name)
        return Turn(turn.said, undo=turn.undo, leave=True)

    def _free(self, outcome: Moved) -> str:
        t, name, place = self.at.t, self._name, outcome.place or "–"
        if outcome.state == State.SET_ASIDE:
            return t(
                "%(name)s has passed and is set aside: somebody waits. Put it at %(place)s.",
                name=name,
                place=place,
            )
        return t("%(name)s has passed. It goes to %(place)s.", name=name, place=place)

    def _failed(self) -> Turn:
        options = tuple((fault, said(self.at.t)) for fault, said in FAULTS.items())
        title = self.at.t("What is the matter?")
        return Turn(go=Choice(self.at, title, options, self._failed_for, lead=self._name))

    def _failed_for(self, fault: str) -> Turn:
        now, by, signed = self.at.now(), self.at.by, self._signed()
        outcome = self.at.perform(
            lambda conn, here: inspections.failed(
                conn, here, item=self._item, fault=fault, signed=signed, now=now, by=by
            )
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        place = outcome.place or "–"
        said = self.at.t("To the workshop: %(name)s. Put it at %(place)s.", name=self._name, place=place)
        return told(self.at, outcome, said, self._name)
