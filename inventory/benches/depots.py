"""Between depots: which there are, what was sent, and what is here and has its home elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from depot import codes
from depot.codes import ItemCode, Scan
from depot.outcomes import Refused
from inventory import moving, names
from inventory.benches.returning import name_of, take_back
from inventory.benches.wording import reason_said, state_said
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good
from inventory.desk.views import Column, Field, Row, Table, View
from inventory.moving import Away, Depot


class Sent(Bench):
    """What was sent from here and has not arrived."""

    goes_stale = True

    def view(self) -> View:
        """List it, what was sent first at the top."""
        t = self.at.t
        rows = self.at.ask(lambda conn: moving.sent(conn, self.at.station))
        return View(
            t("Sent from here"),
            lead=t("It is here after all? Scan it at Move, and then the shelf where it stands."),
            table=away_table(self.at, rows, t("Goes to"), t("Nothing is on its way from here."), other=False),
            counts=((t("on the way"), len(rows)),),
        )

    def opened(self, row: str) -> Turn:
        """Open the thing's card."""
        return open_thing(self.at, row)

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, row)


class Homeward(Bench):
    """What is here and has its home in another depot: a scan sends it there."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._here: dict[str, Away] = {}

    def view(self) -> View:
        """List it, what has been here longest at the top."""
        t = self.at.t
        rows = self.at.ask(lambda conn: moving.homeward(conn, self.at.station))
        self._here = {one.item: one for one in rows}
        return View(
            t("At home elsewhere"),
            lead=t("Scan what you send home. It is on its way from then on."),
            table=away_table(
                self.at, rows, t("At home in"), t("Everything here is at home here."), state=True
            ),
            counts=((t("things"), len(rows)),),
        )

    def opened(self, row: str) -> Turn:
        """Open the thing's card."""
        return open_thing(self.at, row)

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing."""
        from inventory.benches.printing import label_of

        return label_of(self.at, row)

    def scanned(self, scan: Scan) -> Turn | None:
        """Send a thing home."""
        if not isinstance(scan, ItemCode):
            return None
        t, one = self.at.t, self._here.get(scan.code)
        if one is None:
            return bad(t("That one is not on this list."))
        if one.other_id is None or not one.other:
            return bad(t("This ledger does not know the depot where it is at home."))
        to, now, by = one.other_id, self.at.now(), self.at.by
        outcome = self.at.perform(lambda *at: moving.send(*at, item=scan.code, to=to, now=now, by=by))
        if isinstance(outcome, Refused):
            why = reason_said(self.at, outcome.reasons[0])
            return bad(t("%(why)s It belongs at %(place)s.", why=why, place=outcome.place or "–"))
        name = name_of(self.at, one.product)
        deed = getattr(outcome, "deed", "")
        undo = Undo(t("Take back that %(name)s was sent?", name=name), lambda: take_back(self.at, deed))
        return good(t("%(name)s is on its way to %(depot)s.", name=name, depot=one.other), undo)


def open_thing(at: At, code: str) -> Turn:
    from inventory.benches.thing import Thing

    return Turn(go=Thing(at, code))


def away_table(
    at: At, rows: Sequence[Away], depot: str, empty: str, *, other: bool = True, state: bool = False
) -> Table:
    """List things between depots; `depot` heads the other one's column, which is `other`'s or where it goes."""
    t = at.t
    called = at.ask(lambda conn: names.of_lines(conn, [one.product for one in rows], at.language))
    columns = (
        Column(t("Thing")),
        Column(t("Digits"), 9),
        Column(depot, 20),
        Column(t("Since"), 10),
        *((Column(t("Shelf"), 8), Column(t("State"), 22, from_width=100)) if state else ()),
    )
    zone = at.settings.time_zone

    def cells(one: Away) -> tuple[str, ...]:
        name = (one.other if other else one.depot) or "–"
        since = f"{one.since.astimezone(zone):%d.%m.%Y}"
        more = (one.shelf or "", state_said(at, one.state)) if state else ()
        return (called[one.product], codes.spoken(one.item), name, since, *more)

    return Table(columns, tuple(Row(one.item, cells(one)) for one in rows), empty)


def choose_depot(at: At, title: str, chosen: Callable[[Depot], Turn], *, here: bool = False) -> Turn:
    """Ask for a depot; whoever may set things up can make another one known on the way.

    Args:
        chosen: told the depot; here: whether this one is among them.
    """
    known = at.ask(lambda conn: moving.depots(conn, at.station))
    by_id = {one.id: one for one in known if here or not one.here}
    may = at.acting.may(Right.SETUP)
    if not by_id and not may:
        return bad(at.t("No other depot is known here. Ask somebody who may set it up."))

    def told(key: str) -> Turn:
        return chosen(by_id[key]) if key in by_id else Turn(go=_new_depot(at, chosen))

    more = ((_NEW, at.t("Another depot, not on this list")),) if may else ()
    options = (*((one.id, one.name) for one in by_id.values()), *more)
    return Turn(go=Choice(at, title, options, told))


_NEW = "new"


def _forgetting(at: At, key: str, name: str) -> Undo:
    def undo() -> Turn:
        now = at.now()
        if at.perform(lambda conn, _: moving.forget_depot(conn, key, now=now, by=at.by)):
            return good(at.t("Undone."))
        return bad(at.t("Too late: something has happened to it since."))

    return Undo(at.t("Is there no depot %(depot)s?", depot=name), undo)


def _new_depot(at: At, chosen: Callable[[Depot], Turn]) -> Fill:
    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        name, now = typed["name"], at.now()
        if not name:
            return {"name": at.t("Type a name.")}
        is_new = at.ask(lambda conn: moving.depot_named(conn, at.station, name)) is None
        key = at.perform(lambda *here: moving.add_depot(*here, name=name, now=now, by=at.by))
        turn = chosen(Depot(key, name, here=False))
        return replace(turn, undo=_forgetting(at, key, name)) if is_new else turn

    line = Field("name", at.t("Name of the depot"), longest=moving.LONGEST_NAME)
    return Fill(at, at.t("Another depot"), (line,), done, lead=at.t("What is the other depot called?"))
