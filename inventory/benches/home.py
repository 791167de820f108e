"""Home: what waits today, what was left half done, and the benches; what waits opens the work.

The first page after a badge. Every row leads to the bench where that work is done; nothing is ticked off,
because a row is gone when the ledger says that it is done (`inventory.today`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from depot import absences, codes
from depot.states import State
from depot.tables import item_state
from inventory import today, work
from inventory.benches import registry
from inventory.benches.returning import take_home
from inventory.benches.waiting import Waits, next_said
from inventory.desk.bench import At, Bench, Choice, Turn, plain
from inventory.desk.views import Act, Column, Row, Table, View
from inventory.waiting import Kind, Pile, Today
from inventory.work import Work

if TYPE_CHECKING:
    from depot.codes import Scan

_WORK, _KIND, _SCANNER = "work ", "kind ", "scanner "
_BUMP = timedelta(minutes=1)


class Home(Bench):
    """What waits today."""

    goes_stale = True

    def view(self) -> View:
        """Read it off the ledger anew."""
        t, now = self.at.t, self.at.now()
        language = self.at.language
        left, waits = self.at.ask(
            lambda conn: (
                work.unfinished(conn, self.at.station),
                today.today(conn, self.at.station, now=now, language=language),
            )
        )
        rows = (*map(self._left, left), *self._silent(), *map(self._pile, waits.piles))
        columns = (
            Column(t("What waits"), 40),
            Column(t("How many"), 9, right=True),
            Column(t("Oldest"), 9, right=True),
            Column(t("Where"), 44, from_width=110),
            Column(t("What to do"), from_width=70),
        )
        return View(
            t("Today"),
            lead=t("Choose what you do, or scan what comes back."),
            table=Table(columns, rows, t("Nothing waits.")),
            counts=_counts(t, waits),
            acts=tuple(Act(key, label) for key, label in self._benches()),
        )

    def _benches(self) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        return (
            ("wash", t("Wash")),
            ("receive", t("Receive")),
            ("count", t("Count")),
            ("move", t("Move")),
            ("restock", t("Restock")),
            ("people", t("People")),
            ("ring", t("Whom to ring")),
            ("press", t("Labels and press")),
            ("more", t("More")),
        )

    def _left(self, left: Work) -> Row:
        said, when = registry.said_of(self.at, left), self._when(left.changed_at)
        cells = (self.at.t("Unfinished: %(what)s", what=said), "", when, "", self.at.t("go on with it"))
        return Row(_WORK + left.key, cells, strong=True)

    def _silent(self) -> Iterator[Row]:
        """Tell of scanners that a screen of this ledger should hear, and does not."""
        t = self.at.t
        for name, since in sorted(self._absent().items()):
            said = t("Scanner that does not answer: %(name)s", name=name)
            yield Row(_SCANNER + name, (said, "", self._when(since), "", t("look at its cable")), strong=True)

    def _absent(self) -> Mapping[str, datetime]:
        """Say which scanners have not answered for so long that nobody has just bumped into them, and since when."""
        now = self.at.now()
        told = absences.absent(self.at.ledger.file)
        return {name: since for name, since in told.items() if now - since >= _BUMP}

    def _when(self, then: datetime) -> str:
        """Say the time of a moment today, the date of any other."""
        at, now = (one.astimezone(self.at.settings.time_zone) for one in (then, self.at.now()))
        return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%d.%m.}"

    def _pile(self, pile: Pile) -> Row:
        places = ", ".join(f"{place}: {count}" for place, count in pile.places)
        age = self.at.n("%(n)d day", "%(n)d days", pile.oldest_days) if pile.oldest_days else ""
        said = next_said(self.at, pile.next)
        return Row(_KIND + pile.kind, (kind_said(self.at, pile.kind), str(pile.count), age, places, said))

    def opened(self, row: str) -> Turn | None:
        """Go on with what was left, or see what waits of one kind."""
        if row.startswith(_WORK):
            found = self.at.ask(lambda conn: work.find(conn, row.removeprefix(_WORK)))
            bench = registry.resumed(self.at, found) if found is not None else None
            return Turn(go=bench) if bench is not None else None
        if row.startswith(_SCANNER):
            return self._told_of(row.removeprefix(_SCANNER))
        return Turn(go=Waits(self.at, Kind(row.removeprefix(_KIND))))

    def _told_of(self, scanner: str) -> Turn:
        since = self._absent().get(scanner)
        if since is None:
            return plain(self.at.t("It answers again."))
        return plain(
            self.at.t(
                "The scanner %(name)s has not answered since %(when)s. Look at its cable; the log says more.",
                name=scanner,
                when=self._when(since),
            )
        )

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - a bench is no row's
        """Open a bench."""
        if act == "more":
            return Turn(go=Choice(self.at, self.at.t("More"), self._more(), self._opened))
        return self._opened(act)

    def _more(self) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        aim = (("aim", t("Aim the camera")),) if self.at.cameras else ()
        return (
            ("pick_up", t("Set aside")),
            ("workshop", t("The workshop")),
            ("quarantine", t("In quarantine")),
            ("recall", t("Recalls")),
            ("kits", t("Kits")),
            ("quantities", t("Things that are counted")),
            ("foreign", t("Things that are not ours")),
            ("fees", t("Fees and deposits")),
            ("places", t("Places and their signs")),
            ("checklists", t("Checklists")),
            ("badges", t("Badges")),
            *aim,
        )

    def _opened(self, what: str) -> Turn:
        return Turn(go=registry.BENCHES[what](self.at))

    def scanned(self, scan: Scan) -> Turn | None:
        """Take home what is on loan: whoever scans it has it in hand. Anything else is opened."""
        if not isinstance(scan, codes.ItemCode):
            return None
        state = self.at.ask(lambda conn: _state_of(conn, scan.code))
        return take_home(self.at, scan.code) if state == State.ON_LOAN else None


def _state_of(conn: Connection, code: str) -> str | None:
    state: str | None = conn.scalar(select(item_state.c.state).where(item_state.c.item == code))
    return state


def _counts(t: Callable[..., str], waits: Today) -> tuple[tuple[str, int], ...]:
    return ((t("waiting"), sum(pile.count for pile in waits.piles)),)


def kind_said(at: At, kind: Kind) -> str:
    """Name a kind of what waits."""
    return _KINDS[kind](at.t)


_KINDS: dict[Kind, Callable[[Callable[..., str]], str]] = {
    Kind.RECALLED: lambda t: t("Recalled by the maker"),
    Kind.INFECTED: lambda t: t("Infection risk, to disinfect"),
    Kind.TO_CLEAN: lambda t: t("To clean"),
    Kind.CLEANING: lambda t: t("Being cleaned"),
    Kind.INSPECTION: lambda t: t("At the bench, to inspect"),
    Kind.INSPECTION_DUE: lambda t: t("Inspection due"),
    Kind.REPAIR: lambda t: t("To repair"),
    Kind.QUARANTINE: lambda t: t("In quarantine"),
    Kind.TO_SET_ASIDE: lambda t: t("To set aside"),
    Kind.PARTNER: lambda t: t("Partner to fetch"),
    Kind.PAST_LAST_DAY: lambda t: t("Set aside and not fetched"),
    Kind.AT_PICK_UP: lambda t: t("Left at the pick-up sign"),
    Kind.OVERDUE: lambda t: t("Overdue"),
    Kind.TO_COLLECT: lambda t: t("To collect, borrower has died"),
    Kind.MISSING: lambda t: t("Missing"),
    Kind.FOREIGN: lambda t: t("Not ours"),
    Kind.PRESS: lambda t: t("Stuck at the press"),
    Kind.UNLABELLED: lambda t: t("Not shelved yet"),
    Kind.UNDER_MINIMUM: lambda t: t("Under minimum"),
    Kind.OWED: lambda t: t("Parts owed"),
    Kind.INCOMPLETE_KIT: lambda t: t("Kits that lack a piece"),
    Kind.DISCREPANCY: lambda t: t("Not explained"),
    Kind.RECOUNT: lambda t: t("To be counted again"),
    Kind.UNREADABLE: lambda t: t("Labels that did not read"),
    Kind.REFUSED: lambda t: t("People who were told no"),
    Kind.CALL_BACK: lambda t: t("Asked to be rung"),
    Kind.RING: lambda t: t("To be told something"),
    Kind.UNCONFIRMED: lambda t: t("Cards to confirm"),
    Kind.TO_MERGE: lambda t: t("Perhaps one person"),
}
