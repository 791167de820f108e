"""The workshop: the list of what is to be mended, and one thing's order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from depot import codes
from depot.codes import Command, CommandCode, ItemCode, Scan
from depot.outcomes import Moved, Refused
from depot.workshop import Mending as Standing
from inventory import inspections, money, names, notes, repairs
from inventory.benches.thing import refused, told
from inventory.benches.upkeep_words import FAULTS, fault_said
from inventory.desk.bench import At, Bench, Fill, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Field, Row, Table, Takes, View
from inventory.repairs import Order

_LONGEST_PART = 60


class Mending(Bench):
    """What is in the workshop."""

    goes_stale = True

    def view(self) -> View:
        """Read it off the ledger anew."""
        t, language = self.at.t, self.at.language
        orders, named = self.at.ask(
            lambda conn: (
                orders := repairs.listing(conn, self.at.station),
                {one.product: names.of_line(conn, one.product, language) for one in orders},
            )
        )
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("What is the matter"), 26),
            Column(t("Waits for a part"), 24, from_width=110),
            Column(t("Since"), 10),
        )
        rows = tuple(self._row(one, named[one.product]) for one in orders)
        waiting = sum(one.state is Standing.WAITING_FOR_PART for one in orders)
        return View(
            t("Workshop"),
            lead=t("Scan a thing to open its order, or to send it here."),
            table=Table(columns, rows, t("Nothing is to be mended.")),
            counts=((t("to be mended"), len(orders)), (t("waiting for a part"), waiting)),
        )

    def _row(self, one: Order, name: str) -> Row:
        since = f"{one.since.astimezone(self.at.settings.time_zone):%d.%m.%Y}"
        waits = one.state is Standing.WAITING_FOR_PART
        part = (one.waits_for or "") if waits else ""
        return Row(one.item, (name, codes.spoken(one.item), fault_said(self.at, one.fault), part, since))

    def opened(self, row: str) -> Turn:
        """Open an order."""
        return Turn(go=Mend(self.at, row))

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, row)

    def scanned(self, scan: Scan) -> Turn | None:
        """Open the order of a thing."""
        return Turn(go=Mend(self.at, scan.code)) if isinstance(scan, ItemCode) else None


class Mend(Bench):
    """One thing's order; of a thing that is not in the workshop it asks what is the matter with it.

    Args:
        item: the thing's code, 10 characters.
    """

    def __init__(self, at: At, item: str) -> None:
        super().__init__(at)
        self._item = item
        self._name = at.ask(lambda conn: names.of_thing(conn, item, at.language)) or codes.spoken(item)
        self._order: Order | None = None

    def view(self) -> View:
        """Show the order and its notes."""
        t = self.at.t
        self._order, written, line = self.at.ask(
            lambda conn: (
                order := repairs.order_of(conn, self._item),
                notes.about(conn, order.key) if order is not None else (),
                inspections.line_of(conn, self._item),
            )
        )
        title = t("Repair: %(name)s", name=self._name)
        if self._order is None:
            if line is None:
                return View(title, lead=t("Nobody knows this label."))
            acts = tuple(Act(fault, said(t)) for fault, said in FAULTS.items())
            lead = t("It is not in the workshop. What is the matter?")
            return View(title, lead=lead, acts=acts)
        columns = (Column(t("When"), 16), Column(t("Note")), Column(t("Who"), 18, from_width=90))
        zone = self.at.settings.time_zone
        rows = tuple(
            Row(f"{n}", (f"{one.at.astimezone(zone):%d.%m.%Y %H:%M}", one.text, self._who(one.by)))
            for n, one in enumerate(written)
        )
        return View(
            title,
            lead=f"{codes.spoken(self._item)}   {fault_said(self.at, self._order.fault)}",
            facts=self._facts(self._order),
            table=Table(columns, rows, t("Nothing is written about it.")),
            acts=self._acts(self._order),
        )

    def _facts(self, order: Order) -> tuple[tuple[str, str], ...]:
        t, at = self.at.t, self.at
        waits = order.state is Standing.WAITING_FOR_PART
        cost = order.cost_ore
        said = (
            (t("Since"), f"{order.since.astimezone(at.settings.time_zone):%d.%m.%Y}"),
            (t("Opened by"), self._who(order.opened_by)),
            (t("Waits for") if waits else t("Waited for"), order.waits_for or ""),
            (t("Cost"), "" if cost is None else self._kroner(cost)),
        )
        return tuple((word, what) for word, what in said if what)

    def _kroner(self, ore: int) -> str:
        return money.written(ore, language=self.at.language, country=self.at.station.country)

    def _who(self, who: str | None) -> str:
        return self.at.ask(lambda conn: names.of_staff(conn, who))

    def _acts(self, order: Order) -> tuple[Act, ...]:
        t = self.at.t
        waits = order.state is Standing.WAITING_FOR_PART
        lacks = order.fault == "missing_part"
        return (
            Act("done", t("Mended")),
            Act("part", t("The part has come")) if waits else Act("wait", t("Wait for a part")),
            Act("note", t("Write a note")),
            Act("cost", t("What it cost")),
            Act("give_up", t("Give up: write off")),
            *((Act("owed", t("Parts still out")),) if lacks else ()),
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Open the order of another thing; the card says that this one is mended, or what is the matter."""
        if isinstance(scan, ItemCode) and scan.code != self._item:
            return Turn(instead=Mend(self.at, scan.code))
        if not isinstance(scan, CommandCode):
            return None
        if self._order is not None:
            return self._done() if scan.command is Command.ALL_RIGHT else None
        is_fault = scan.command in (Command.BROKEN, Command.MISSING_PART)
        return self._send(str(scan.command)) if is_fault else None

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - it is of one thing
        """Print the label of the thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, self._item)

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - a note is read, not done
        """Do what a digit says."""
        if self._order is None:
            return self._send(act)
        does: Mapping[str, Callable[[], Turn]] = {
            "done": self._done,
            "wait": self._ask_part,
            "part": self._part_came,
            "note": self._ask_note,
            "cost": self._ask_cost,
            "give_up": self._give_up,
            "owed": self._owed,
        }
        return does[act]()

    def _send(self, fault: str) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: repairs.send(conn, here, item=self._item, fault=fault, now=now, by=by)
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        place = outcome.place or "–"
        said = self.at.t("To the workshop: %(name)s. Put it at %(place)s.", name=self._name, place=place)
        return told(self.at, outcome, said, self._name)

    def _done(self) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: repairs.done(conn, here, item=self._item, now=now, by=by)
        )
        if not isinstance(outcome, Moved):
            return refused(self.at, outcome)
        place = outcome.place or "–"
        said = self.at.t("%(name)s is mended. It is washed at %(place)s.", name=self._name, place=place)
        turn = told(self.at, outcome, said, self._name)
        return Turn(turn.said, undo=turn.undo, leave=True)

    def _ask_part(self) -> Turn:
        part = Field("part", self.at.t("Which part"), longest=_LONGEST_PART)
        return Turn(go=Fill(self.at, self.at.t("Wait for a part"), (part,), self._waits, lead=self._name))

    def _waits(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        if not typed["part"]:
            return {"part": self.at.t("Say which part.")}
        return self._changed(lambda conn: repairs.wait(conn, self._item, typed["part"]))

    def _part_came(self) -> Turn:
        return self._changed(lambda conn: repairs.go_on(conn, self._item))

    def _ask_note(self) -> Turn:
        line = Field("note", self.at.t("Note"), longest=notes.LONGEST)
        return Turn(go=Fill(self.at, self.at.t("Write a note"), (line,), self._note, lead=self._name))

    def _note(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        now, by = self.at.now(), self.at.by
        if not typed["note"]:
            return {"note": self.at.t("Write something, or go back.")}
        key = self.at.perform(
            lambda conn, _: repairs.add_note(conn, self._item, typed["note"], by=by, now=now)
        )
        if key is None:
            return self._not_here()

        def unwrite() -> Turn:
            self.at.perform(lambda conn, _: notes.take_back(conn, key))
            return good(self.at.t("The note is gone."))

        return good(self.at.t("Noted."), Undo(self.at.t("Take the note away?"), unwrite))

    def _ask_cost(self) -> Turn:
        t = self.at.t
        cost = Field("cost", t("Kroner in all"), longest=9, takes=Takes.TEXT, hint=t("parts and work"))
        return Turn(go=Fill(self.at, t("What it cost"), (cost,), self._spent, lead=self._name))

    def _spent(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        ore = money.ore_of(typed["cost"])
        if ore is None:
            return {"cost": self.at.t("Kroner, e.g. 450 or 450,50")}
        return self._changed(lambda conn: repairs.spend(conn, self._item, ore))

    def _changed(self, deed: Callable[[Connection], bool]) -> Turn:
        """Change the order; undone, it waits for what it waited for and has cost what it had."""
        before = self._order
        if before is None or not self.at.perform(lambda conn, _: deed(conn)):
            return self._not_here()

        def undo() -> Turn:
            if self.at.perform(lambda conn, _: repairs.as_before(conn, before)):
                return good(self.at.t("Undone."))
            return bad(self.at.t("Too late: something has happened to it since."))

        return good(self.at.t("Noted."), Undo(self.at.t("Put the order back as it was?"), undo))

    def _not_here(self) -> Turn:
        return bad(self.at.t("It is not in the workshop any more."))

    def _give_up(self) -> Turn:
        from inventory.benches.scrap import WriteOff

        return Turn(instead=WriteOff(self.at, self._item))

    def _owed(self) -> Turn:
        from inventory.benches.owed import Owed

        return Turn(go=Owed(self.at, self._item))
