"""Cleaning one thing with its checklist before one's eyes: what a run puts to one side, and how a class is washed."""

from __future__ import annotations

from collections.abc import Callable

from depot import codes, looks, stock
from depot.codes import Command, CommandCode, ItemCode, Scan
from depot.outcomes import Moved, Refused
from depot.states import State
from inventory import checklists, names, repairs, upkeep
from inventory.benches import wording
from inventory.benches.thing import refused, told
from inventory.benches.upkeep_words import subject_said
from inventory.desk.bench import At, Bench, Turn, bad
from inventory.desk.views import Act, View

_TO_BE_CLEANED = (State.RETURNED, State.CLEANING)


class Clean(Bench):
    """One thing to be cleaned or disinfected.

    Args:
        item: the thing's code, 10 characters.
    """

    def __init__(self, at: At, item: str) -> None:
        super().__init__(at)
        self._item = item
        self._name = at.ask(lambda conn: names.of_thing(conn, item, at.language))
        self._state: State | None = None

    def view(self) -> View:
        """Show how it is cleaned, and what may be said of it."""
        t, item, language = self.at.t, self._item, self.at.language
        seen = self.at.ask(lambda conn: looks.for_check_in(conn, self.at.station, item))
        self._state = seen.now.state if seen.known else None
        state = wording.state_said(self.at, seen.now.state) if seen.known else ""
        lead, title = f"{codes.spoken(item)}   {state}", t("Cleaning: %(name)s", name=self._name)
        if self._state is State.QUARANTINE:
            acts = (Act("let_out", t("No longer apart")), Act("scrap", t("Write off")))
            return View(title, lead=lead, acts=acts)
        if self._state not in _TO_BE_CLEANED:
            return View(title, lead=lead)
        infected, line = seen.now.infected, seen.row.product
        cleaning, looking = self.at.ask(
            lambda conn: (
                checklists.for_cleaning(conn, line, language, infected=infected),
                checklists.for_inspection(conn, line, language),
            )
        )
        single = seen.row.cleaning_class == stock.SINGLE_USER
        over = () if single else (t("Then look it over:"), *_dots(looking.points))
        return View(
            title,
            lead=lead,
            facts=((t("How it is washed"), subject_said(self.at, cleaning.subject)),),
            text=(*_dots(cleaning.points), *over),
            acts=(
                Act("broken", t("Something is broken")),
                Act("apart", t("Keep apart")),
                Act("scrap", t("Write off")),
            ),
            yes="" if single else t("washed and looked over"),
        )

    def confirmed(self) -> Turn | None:
        """Say that it is clean."""
        if self._state not in _TO_BE_CLEANED:
            return None
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: upkeep.cleaned(conn, here, item=self._item, now=now, by=by)
        )
        if isinstance(outcome, Refused):
            return refused(self.at, outcome)
        turn = told(self.at, outcome, self._clean(outcome), self._name)
        if outcome.state == State.INSPECTION:
            from inventory.benches.inspecting import Inspect

            return Turn(turn.said, instead=Inspect(self.at, self._item), undo=turn.undo)
        return Turn(turn.said, undo=turn.undo, leave=True)

    def _clean(self, outcome: Moved) -> str:
        t, name, place = self.at.t, self._name, outcome.place or "–"
        if outcome.state == State.SET_ASIDE:
            return t(
                "%(name)s is clean and set aside: somebody waits. Put it at %(place)s.",
                name=name,
                place=place,
            )
        if outcome.state == State.INSPECTION:
            return t("%(name)s is clean. Its inspection is due.", name=name)
        return t("%(name)s is clean. It goes to %(place)s.", name=name, place=place)

    def scanned(self, scan: Scan) -> Turn | None:
        """Scanning the thing itself says that it is clean, as does the card; another thing opens its page."""
        if isinstance(scan, CommandCode):
            return self._commanded(scan.command) if self._state in _TO_BE_CLEANED else None
        if not isinstance(scan, ItemCode):
            return None
        if scan.code == self._item:
            return self.confirmed() or bad(self.at.t("It is not to be cleaned now."))
        return Turn(instead=Clean(self.at, scan.code))

    def _commanded(self, command: Command | None) -> Turn | None:
        match command:
            case Command.CLEANED | Command.ALL_RIGHT:
                return self.confirmed()
            case Command.BROKEN:
                return self._broken()
            case Command.MISSING_PART:
                return self._broken("missing_part")
            case Command.SOILED:
                return self._apart()
            case _:
                return None

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - it is of one thing
        """Print the label of the thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, self._item)

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Do what a digit says."""
        does: dict[str, Callable[[], Turn]] = {
            "broken": self._broken,
            "apart": self._apart,
            "let_out": self._let_out,
            "scrap": self._scrap,
        }
        return does[act]()

    def _broken(self, fault: str = "broken") -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: repairs.send(conn, here, item=self._item, fault=fault, now=now, by=by)
        )
        said = self.at.t(
            "To the workshop: %(name)s. Put it at %(place)s.", name=self._name, place=_place(outcome)
        )
        return told(self.at, outcome, said, self._name)

    def _apart(self) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: upkeep.keep_apart(conn, here, item=self._item, infection=True, now=now, by=by)
        )
        said = self.at.t(
            "%(name)s is kept apart. Put it at %(place)s.", name=self._name, place=_place(outcome)
        )
        return told(self.at, outcome, said, self._name)

    def _let_out(self) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: upkeep.let_out(conn, here, item=self._item, now=now, by=by)
        )
        said = self.at.t("%(name)s need not be kept apart any longer. Clean it.", name=self._name)
        return told(self.at, outcome, said, self._name)

    def _scrap(self) -> Turn:
        from inventory.benches.scrap import WriteOff

        return Turn(instead=WriteOff(self.at, self._item))


def _place(outcome: Moved | Refused) -> str:
    return outcome.place or "–"


def _dots(points: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"- {one}" for one in points)


class HowToClean(Bench):
    """How things of a line are washed and looked over; for reading only.

    Args:
        line: the product's code in the catalogue.
    """

    def __init__(self, at: At, line: str) -> None:
        super().__init__(at)
        self._line = line

    def view(self) -> View:
        """Show both lists."""
        t, line, language = self.at.t, self._line, self.at.language
        name, cleaning, looking = self.at.ask(
            lambda conn: (
                names.of_line(conn, line, language),
                checklists.for_cleaning(conn, line, language),
                checklists.for_inspection(conn, line, language),
            )
        )
        text = (*_dots(cleaning.points), t("Then look it over:"), *_dots(looking.points))
        return View(name, lead=subject_said(self.at, cleaning.subject), text=text)
