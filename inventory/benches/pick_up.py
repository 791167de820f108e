"""What is set aside: which things go to the pick-up sign, and holds that nobody fetched. It names nobody."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from depot import codes, holds, lending, looks
from depot.fold import HoldState
from depot.outcomes import Refused
from depot.states import State
from depot.tables import hold, item_state
from inventory import names
from inventory.desk.bench import At, Bench, Question, Turn, Undo, bad, good, plain
from inventory.desk.views import Act, Column, Row, Table, View


class PickUp(Bench):
    """Every hold whose thing is set aside in this depot, the first to lapse first.

    Args:
        slip: the code of a slip that was scanned, whose hold comes first of all.
    """

    goes_stale = True

    def __init__(self, at: At, *, slip: str | None = None) -> None:
        super().__init__(at)
        self._slip = slip

    def view(self) -> View:
        """Say which thing stands ready, under which slip and until when."""
        t = self.at.t
        ready = self.at.ask(lambda conn: _ready(conn, self.at))
        ready.sort(key=lambda one: one[4] != self._slip)
        over = self._slip is not None and self._slip not in (one[4] for one in ready)
        sign = self.at.ask(lambda conn: looks.place_for(conn, self.at.station, looks.PICK_UP)) or ""
        carry = t("Carry each to the sign %(sign)s with its slip on it.", sign=sign) if sign else ""
        rows = tuple(self._row(*one) for one in ready)
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("Its shelf"), 9),
            Column(t("Slip"), 9),
            Column(t("Last day"), 10),
        )
        return View(
            t("Set aside"),
            lead=t("Nothing is set aside under that slip.") if over else carry,
            table=Table(columns, rows, t("Nothing is set aside.")),
            counts=((t("set aside"), len(rows)),),
            acts=(
                Act("fill", t("Set aside what stands free now")),
                Act("end", t("Nobody fetched it: end the hold")),
            ),
        )

    def _row(self, key: str, thing: str, line: str, shelf: str | None, slip: str, by: str | None) -> Row:
        name, sign = self.at.ask(
            lambda conn: (names.of_line(conn, line, self.at.language), names.of_shelf(conn, shelf))
        )
        late = by is not None and by < self.at.station.today(self.at.now()).isoformat()
        until = f"{date.fromisoformat(by):%d.%m.%Y}" if by is not None else ""
        return Row(key, (name, codes.spoken(thing), sign, codes.spoken(slip), until), strong=late)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Do what time has brought about, or end the chosen hold."""
        t = self.at.t
        if act == "fill":
            now = self.at.now()
            done = self.at.perform(lambda conn, here: holds.advance(conn, here, now=now))
            return good(self.at.n("%(n)d hold was seen to.", "%(n)d holds were seen to.", done))
        if row is None:
            return None
        text = t("End this hold? The thing goes to the next in line, or back to its shelf.")
        return Turn(go=Question(self.at, t("End a hold"), text, lambda: self._end(row)))

    def _end(self, key: str) -> Turn:
        t, now, by = self.at.t, self.at.now(), self.at.by
        outcome = self.at.perform(lambda conn, here: holds.cancel(conn, here, key=key, now=now, by=by))
        if isinstance(outcome, Refused):
            return bad(t("That hold is over already."))
        undo = Undo(t("Let them keep their place after all?"), lambda: self._take_back(outcome.deed))
        where = outcome.place or ""
        if not outcome.item:
            return good(t("The hold is over."), undo)
        if outcome.state is State.SET_ASIDE:
            return good(t("It is set aside for the next in line, at %(place)s.", place=where), undo)
        return good(t("The hold is over. Put the thing back on %(place)s.", place=where), undo)

    def _take_back(self, deed: str) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(lambda conn, here: lending.undo(conn, here, deed=deed, now=now, by=by))
        if isinstance(outcome, Refused):
            return bad(self.at.t("Too late: something has happened to it since."))
        return good(self.at.t("Undone."))

    def opened(self, row: str) -> Turn | None:
        """Open the thing's card."""
        from inventory.benches.thing import Thing

        thing = self.at.ask(lambda conn: conn.scalar(select(hold.c.item).where(hold.c.key == row)))
        return Turn(go=Thing(self.at, thing)) if thing else plain("")

    def printing(self, row: str | None) -> Turn | None:
        """Print the chosen hold's slip, or all of them."""
        from inventory.benches.printing import Print

        ready = self.at.ask(lambda conn: _ready(conn, self.at))
        keys = (row,) if row is not None else tuple(one[0] for one in ready)
        return Turn(go=Print(self.at, "hold", keys)) if keys else None


def _ready(conn: Connection, at: At) -> list[tuple[str, str, str, str | None, str, str | None]]:
    found = conn.execute(
        select(hold.c.key, hold.c.item, hold.c.product, item_state.c.shelf, hold.c.slip, hold.c.pick_up_by)
        .join(item_state, item_state.c.item == hold.c.item)
        .where(hold.c.state == HoldState.READY.value, item_state.c.depot == at.station.depot)
        .order_by(hold.c.pick_up_by, hold.c.placed_at)
    )
    return [(one.key, one.item, one.product, one.shelf, one.slip, one.pick_up_by) for one in found]
