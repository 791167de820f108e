"""Washing: twenty things, one scan each, wet gloves and no key; what needs a look lies to one side and waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from depot import codes
from depot.codes import BadgeCode, Command, CommandCode, ItemCode, Scan, Unreadable
from depot.outcomes import Moved, Refused
from depot.station import Station
from inventory import names, washing
from inventory.benches.thing import refused
from inventory.benches.upkeep_words import aside_said
from inventory.desk.bench import At, Bench, Question, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Column, Row, Said, Side, Table, Tone, View
from inventory.upkeep import Fate, Washed
from inventory.washing import Aside, Run, Scanned
from inventory.work import Work, end

_SENT_FOR = {Command.BROKEN: "broken", Command.MISSING_PART: "missing_part"}
"""What a field of the storekeepers' card says is the matter with the last thing."""


class Wash(Bench):
    """The wash run of this depot: gone on with where one is under way, begun by the first scan where none is.

    Args:
        key: of the run to go on with; found where nothing is said.
    """

    kind = washing.KIND
    goes_stale = True
    is_run = True

    def __init__(self, at: At, *, key: str | None = None) -> None:
        super().__init__(at)
        found = None if key is not None else at.ask(lambda conn: washing.under_way(conn, at.station))
        self._key = key if key is not None else found.key if found is not None else None
        self._last: Washed | None = None
        self._run = Run()

    @classmethod
    def resume(cls, at: At, work: Work) -> Wash:
        """Go on with a run that was laid aside."""
        return cls(at, key=work.key)

    # --- what is shown ---

    def view(self) -> View:
        """Show the last thing large, where the washed ones go, and what lies to one side."""
        t, language = self.at.t, self.at.language
        run, last, named = self.at.ask(
            lambda conn: (
                run := washing.read(conn, self._key),
                names.of_line(conn, self._last.product, language) if self._last else "",
                {one.product: names.of_line(conn, one.product, language) for one in run.aside},
            )
        )
        self._run = run
        columns = (
            Column(t("To one side")),
            Column(t("Why")),
            Column(t("Where"), 10),
            Column(t("Digits"), 9),
        )
        rows = tuple(self._row(one, named.get(one.product, "")) for one in run.aside)
        goes = Side(
            t("Where they go"),
            tuple(f"{place}: {number}" for place, number in run.places),
            of=sum(number for _, number in run.places),
        )
        return View(
            t("Wash"),
            lead=self._lead(last),
            table=Table(columns, rows, t("Nothing lies to one side.")),
            side=(goes,) if run.places else (),
            counts=((t("washed"), run.done), (t("to one side"), len(run.aside))),
            acts=self._acts(),
        )

    def _lead(self, name: str) -> str:
        if self._last is None:
            return self.at.t("Scan each thing when it is washed and looked over.")
        return f"{self._last.place or '–'}   {name or codes.spoken(self._last.item)}"

    def _row(self, one: Aside, name: str) -> Row:
        digits = codes.spoken(one.item) if one.item else ""
        why = aside_said(self.at, one.reason, one.why)
        return Row(one.key, (name or self.at.t("A label"), why, one.place or "", digits))

    def _acts(self) -> tuple[Act, ...]:
        """Say what the digits do: the same all through the run, so that nobody has to look."""
        if self._key is None:
            return ()
        t = self.at.t
        return (
            Act("broken", t("Last one is broken")),
            Act("infection", t("Last one may infect")),
            Act("checklist", t("How it is washed")),
            Act("off", t("Take off the list")),
            Act("end", t("The run is done")),
        )

    # --- scans ---

    def scanned(self, scan: Scan) -> Turn | None:
        """Take a scan as "washed and looked over"; whatever it is, the run goes on."""
        match scan:
            case ItemCode():
                return self._washed(scan.code)
            case CommandCode() if scan.command in _SENT_FOR:
                return self._broken(_SENT_FOR[scan.command])
            case CommandCode() if scan.command is Command.SOILED:
                return self._infection()
            case CommandCode() if scan.command is Command.CLEANED:
                return plain(self.at.t("Scan each thing when it is washed and looked over."))
            case CommandCode() if scan.command is Command.FINISH and self._key is not None:
                return self._asked_to_end()
            case BadgeCode() | Unreadable() | CommandCode():
                return None
            case codes.CardCode() | codes.ShelfCode() | codes.ProductCode() | codes.SlipCode():
                return bad(self.at.t("That is no thing. Scan the label of the thing."))
            case _:
                return self._not_ours()

    def _washed(self, code: str) -> Turn:
        now, by = self.at.now(), self.at.by
        done = self.at.perform(
            lambda conn, here: washing.scan(conn, here, self._key, item=code, now=now, by=by)
        )
        self._key, self._last = done.key, done.washed
        name = self.at.ask(lambda conn: names.of_line(conn, done.washed.product, self.at.language))
        return self._told(done, name or codes.spoken(code))

    def _told(self, done: Scanned, name: str) -> Turn:
        t, washed = self.at.t, done.washed
        place = washed.place or "–"
        if done.again:
            return read(t("%(name)s is in this run already. It goes to %(place)s.", name=name, place=place))
        undo = self._undo(washed, name) if washed.deed is not None else None
        if washed.fate is Fate.FREE:
            return good(t("%(name)s is clean. It goes to %(place)s.", name=name, place=place), undo)
        if washed.fate is Fate.SET_ASIDE:
            said = t(
                "%(name)s is clean and set aside: somebody waits. Put it at %(place)s.",
                name=name,
                place=place,
            )
            return good(said, undo)
        why = aside_said(self.at, washed.fate, washed.why)
        said = t("To one side: %(name)s, %(why)s. Put it at %(place)s.", name=name, why=why, place=place)
        tone = Tone.READ if washed.is_washed else Tone.BAD
        return Turn(Said(said, tone), undo=undo)

    def _undo(self, washed: Washed, name: str) -> Undo:
        if washed.fate is Fate.CAME_HOME:
            question = self.at.t("Is %(name)s still on loan after all?", name=name)
        else:
            question = self.at.t("Was %(name)s not washed after all?", name=name)
        deed, item, was_washed = washed.deed or "", washed.item, washed.is_washed
        return Undo(question, lambda: self._take_back(item, deed, was_washed=was_washed))

    def _take_back(self, item: str, deed: str, *, was_washed: bool) -> Turn:
        now, by, key = self.at.now(), self.at.by, self._key
        outcome = self.at.perform(
            lambda conn, here: washing.undo(
                conn, here, key, item=item, deed=deed, was_washed=was_washed, now=now, by=by
            )
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        if self._last is not None and self._last.item == item:
            self._last = None
        return good(self.at.t("Undone."))

    def _not_ours(self) -> Turn:
        now, by = self.at.now(), self.at.by
        self._key = self.at.perform(
            lambda conn, here: washing.put_aside(conn, here, self._key, now=now, by=by)
        )
        return bad(self.at.t("To one side: that is no label of ours."))

    # --- what is said of the last one ---

    def _broken(self, fault: str = "broken") -> Turn:
        now, by, key = self.at.now(), self.at.by, self._key

        def send(conn: Connection, here: Station, item: str) -> Moved | Refused:
            return washing.send_to_repair(conn, here, key, item=item, fault=fault, now=now, by=by)

        return self._of_last(send)

    def _infection(self) -> Turn:
        now, by, key = self.at.now(), self.at.by, self._key

        def keep(conn: Connection, here: Station, item: str) -> Moved | Refused:
            return washing.keep_apart(conn, here, key, item=item, now=now, by=by)

        return self._of_last(keep)

    def _of_last(self, deed: Callable[[Connection, Station, str], Moved | Refused]) -> Turn:
        """Do something to the thing that was scanned last."""
        last = self._last
        if last is None or last.product is None:
            return bad(self.at.t("Scan the thing first."))
        outcome = self.at.perform(lambda conn, here: deed(conn, here, last.item))
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        name = self.at.ask(lambda conn: names.of_line(conn, last.product, self.at.language))
        place = outcome.place or "–"
        self._last = replace(last, place=outcome.place)
        said = self.at.t("To one side: %(name)s. Put it at %(place)s.", name=name, place=place)
        question = self.at.t("Take back what was just done with %(name)s?", name=name)
        undo = Undo(question, lambda: self._take_back(last.item, outcome.deed, was_washed=False))
        return good(said, undo)

    # --- keys ---

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Do what a digit says: to the last thing, to the chosen row, or to the run."""
        if act == "broken":
            return self._broken()
        if act == "infection":
            return self._infection()
        if act == "checklist":
            return self._how()
        if act == "off" and row is not None and self._key is not None:
            key, now = self._key, self.at.now()
            self.at.perform(lambda conn, _: washing.take_off(conn, key, row, now=now))
            return plain(self.at.t("It is off the list."))
        if act == "end":
            return self._asked_to_end()
        return None

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing, or of the one that was scanned last."""
        from inventory.benches.printing import label_of

        chosen = next((one.item for one in self._run.aside if one.key == row), "")
        return label_of(self.at, chosen or (self._last.item if self._last is not None else None))

    def _how(self) -> Turn:
        if self._last is None or self._last.product is None:
            return bad(self.at.t("Scan the thing first."))
        from inventory.benches.cleaning import HowToClean

        return Turn(go=HowToClean(self.at, self._last.product))

    def opened(self, row: str) -> Turn | None:
        """See to what lies to one side."""
        one = next((one for one in self._run.aside if one.key == row), None)
        if one is None or not one.item:
            return plain(
                self.at.t("Nothing here belongs to that label. Take it off the list when it is seen to.")
            )
        from inventory.benches.cleaning import Clean
        from inventory.benches.inspecting import Inspect
        from inventory.benches.mending import Mend
        from inventory.benches.scrap import WriteOff
        from inventory.benches.thing import Thing

        in_workshop = one.reason == Fate.FAULT and one.why != "missing_part"
        if one.reason == Fate.TO_INSPECT:
            return Turn(go=Inspect(self.at, one.item))
        if in_workshop:
            return Turn(go=Mend(self.at, one.item))
        if one.reason == Fate.SINGLE_USER:
            return Turn(go=WriteOff(self.at, one.item))
        if one.reason in (Fate.INFECTED, Fate.FAULT, Fate.CAME_HOME, Fate.RECALLED):
            return Turn(go=Clean(self.at, one.item))
        return Turn(go=Thing(self.at, one.item))

    def _asked_to_end(self) -> Turn:
        if not self._run.aside:
            return self._ended()
        left = self.at.n(
            "%(n)d thing still lies to one side.", "%(n)d things still lie to one side.", len(self._run.aside)
        )
        text = (left, self.at.t("They stay on Today's list; only this list is closed. End the run?"))
        return Turn(go=Question(self.at, self.at.t("The run is done"), text, self._ended))

    def _ended(self) -> Turn:
        key, now, done = self._key, self.at.now(), self._run.done
        if key is not None:
            self.at.perform(lambda conn, _: end(conn, key, now=now))
        self._key, self._last = None, None
        return good(
            self.at.n("The run is done: %(n)d thing washed.", "The run is done: %(n)d things washed.", done)
        )

    def back(self) -> Turn:
        """Leave. A run with nothing to one side is done by that; any other is kept and offered again."""
        if self._key is None:
            return Turn(leave=True)
        if not self._run.aside:
            return Turn(self._ended().said, leave=True)
        said = self.at.t("The run is kept: what lies to one side is offered again on the first page.")
        return Turn(plain(said).said, leave=True)
