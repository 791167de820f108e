"""Whom to ring: the list names nobody; each row opens with a number, what to say, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from depot import borrowers, codes
from depot.phone import parse_phone
from depot.rings import Tried
from inventory import names, ringing
from inventory.benches.caring import confirmed
from inventory.benches.telephone import renew
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Field, Row, Table, View
from inventory.ringing import Call, Reach, Why

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NOT_KNOWN_THERE = "not_known_there"
"""Why a borrower is blocked whose number is somebody's who knows nothing of a card."""


class Ringing(Bench):
    """The calls to be made."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._calls: dict[str, Call] = {}

    def view(self) -> View:
        """Read them off the ledger anew."""
        t, now = self.at.t, self.at.now()

        def look(conn: Connection) -> tuple[tuple[Call, ...], dict[str, str]]:
            calls = ringing.waiting(conn, self.at.station, now=now)
            lines = [thing.product for call in calls for thing in call.things if thing.product]
            return calls, names.of_lines(conn, lines, self.at.language)

        calls, named = self.at.ask(look)
        self._calls = {f"{call.why}:{call.key}": call for call in calls}
        columns = (
            Column(t("Why"), 30),
            Column(t("Thing")),
            Column(t("Day"), 10),
            Column(t("Waits"), 9, right=True, from_width=70),
            Column(t("Last try"), 24, from_width=96),
        )
        rows = tuple(self._row(key, call, named) for key, call in self._calls.items())
        return View(
            t("Whom to ring"),
            lead=t("Numbers are shown one at a time, and who saw them is noted."),
            table=Table(columns, rows, t("Nobody is to be rung.")),
            counts=((t("to ring"), len(rows)),),
        )

    def _row(self, key: str, call: Call, named: Mapping[str, str]) -> Row:
        at = self.at
        things = [named.get(one.product or "", "") for one in call.things]
        more = f" + {len(things) - 1}" if len(things) > 1 else ""
        day = min((one.day for one in call.things if one.day), default=None)
        waits = (at.station.today(at.now()) - call.since.astimezone(at.settings.time_zone).date()).days
        cells = (
            why_said(at, call.why),
            f"{things[0]}{more}" if things else "",
            f"{day:%d.%m.%Y}" if day else "",
            at.n("%(n)d day", "%(n)d days", waits) if waits else "",
            self._tried(call),
        )
        return Row(key, cells, strong=call.why is Why.CALL_BACK)

    def _tried(self, call: Call) -> str:
        if call.tried is None or call.tried_at is None:
            return ""
        when = f"{call.tried_at.astimezone(self.at.settings.time_zone):%d.%m. %H:%M}"
        reached = call.tried is Tried.REACHED
        return (
            self.at.t("reached %(when)s", when=when)
            if reached
            else self.at.t("no answer %(when)s", when=when)
        )

    def opened(self, row: str) -> Turn | None:
        """Show the number, and log that it was shown."""
        no = self.may(Right.RING)
        if no is not None or row not in self._calls:
            return no
        call, now, by = self._calls[row], self.at.now(), self.at.by
        reach = self.at.perform(lambda conn, _: ringing.look_up(conn, call, by=by, now=now))
        if reach is None:
            return bad(self.at.t("That is settled meanwhile."))
        return Turn(go=Ring(self.at, call, reach))


class Ring(Bench):
    """One call.

    Args:
        call: what it is about; reach: whom, which was logged.
    """

    def __init__(self, at: At, call: Call, reach: Reach) -> None:
        super().__init__(at)
        self._call, self._reach = call, reach

    def view(self) -> View:
        """Show the number, and what to say."""
        t, call, reach = self.at.t, self._call, self._reach
        phone = parse_phone(reach.phone, region=self.at.station.country) if reach.phone else None
        number = phone.grouped if phone is not None else reach.phone or t("no number is known")
        facts = ((t("Telephone"), number), (t("Name"), reach.name or t("not known")))
        columns = (Column(t("Thing")), Column(t("Digits"), 9), Column(t("Day"), 10))
        return View(
            t("Ring: %(why)s", why=why_said(self.at, call.why)),
            lead=_SAY[call.why](t),
            facts=facts,
            text=(
                t(
                    "The number may be a relative's: say what it is about to whoever borrows, and to nobody else."
                ),
            ),
            table=Table(columns, self._things()) if call.things else None,
            acts=tuple(Act(key, label) for key, label in self._acts()),
        )

    def _things(self) -> tuple[Row, ...]:
        lines = [one.product or "" for one in self._call.things]
        named = self.at.ask(lambda conn: names.of_lines(conn, lines, self.at.language))
        return tuple(
            Row(
                one.item or f"{n}",
                (
                    named.get(one.product or "", ""),
                    codes.spoken(one.item) if one.item else "",
                    f"{one.day:%d.%m.%Y}" if one.day else "",
                ),
            )
            for n, one in enumerate(self._call.things)
        )

    def _acts(self) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        silent = ("not_reached", t("Nobody answered"))
        match self._call.why:
            case Why.CONFIRM:
                return (("confirm", t("Confirm")), silent, ("unknown", t("Nobody there knows of a card")))
            case Why.OVERDUE:
                return (
                    ("done", t("They bring it")),
                    silent,
                    ("renew", t("Renew the chosen one")),
                    ("person", t("Open the borrower")),
                )
            case Why.CALL_BACK:
                return (("done", t("Done")), silent)
            case _:
                return (("done", t("They know now")), silent, ("person", t("Open the borrower")))

    def opened(self, row: str) -> Turn | None:
        """Open a thing's card."""
        if not any(one.item == row for one in self._call.things):
            return None
        from inventory.benches.thing import Thing

        return Turn(go=Thing(self.at, row))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Note what came of it."""
        match act:
            case "done":
                return self._noted(ringing.settled)
            case "not_reached":
                return self._noted(ringing.not_reached)
            case "renew":
                return renew(self.at, row)[0] if row and row in self._items else None
            case "person" if self._reach.card:
                return self.may(Right.PEOPLE) or self._person(self._reach.card)
            case "confirm" if self._reach.card:
                return Turn(instead=self._confirm(self._reach.card))
            case "unknown" if self._reach.card:
                return self._unknown(self._reach.card)
        return None

    @property
    def _items(self) -> set[str | None]:
        return {one.item for one in self._call.things}

    def _person(self, card: str) -> Turn:
        from inventory.benches.person import Person

        return Turn(instead=Person(self.at, card))

    def _noted(self, how: Callable[..., str | None]) -> Turn:
        at, call, now = self.at, self._call, self.at.now()
        noted = at.perform(lambda conn, _: how(conn, call, by=at.by, now=now))

        def undo() -> Turn:
            at.perform(lambda conn, _: ringing.take_back(conn, call, noted))
            return good(at.t("Undone."))

        return Turn(good(at.t("Noted.")).said, leave=True, undo=Undo(at.t("Take that note back?"), undo))

    def _confirm(self, card: str) -> Bench:
        t = self.at.t
        line = Field("name", t("Name"), longest=100, hint=t("may be empty"))
        lead = t("Ask for their name, if they want to say it.")
        return Fill(
            self.at, t("Confirm"), (line,), lambda said: confirmed(self.at, card, said["name"]), lead=lead
        )

    def _unknown(self, card: str) -> Turn:
        """Block a card whose number leads nowhere; what is out on it stays out."""
        t = self.at.t

        def chosen(what: str) -> Turn:
            if what != "yes":
                return Turn()
            self._block(card, _NOT_KNOWN_THERE)
            return good(t("Blocked."), Undo(t("Lift the block again?"), lambda: self._lift(card)))

        options = (("yes", t("Block the card")), ("no", t("Leave it as it is")))
        lead = t("Nothing more is lent on it then. What is out stays out.")
        return Turn(instead=Choice(self.at, t("Nobody there knows of a card"), options, chosen, lead=lead))

    def _block(self, card: str, why: str | None) -> None:
        at, now = self.at, self.at.now()
        at.perform(lambda conn, _: borrowers.block(conn, card, why, now=now, by=at.by))

    def _lift(self, card: str) -> Turn:
        self._block(card, None)
        return good(self.at.t("Undone."))


def why_said(at: At, why: Why) -> str:
    """Say why somebody is rung, in a few words."""
    return _WHYS[why](at.t)


_WHYS: Mapping[Why, Callable[[Callable[..., str]], str]] = {
    Why.CALL_BACK: lambda t: t("asked to be rung"),
    Why.HOLD_READY: lambda t: t("something stands ready"),
    Why.PICK_UP_MOVED: lambda t: t("another last day to fetch it"),
    Why.OVERDUE: lambda t: t("overdue"),
    Why.DUE_MOVED: lambda t: t("another day to bring it"),
    Why.KEPT: lambda t: t("says that it is kept for good"),
    Why.CONFIRM: lambda t: t("a new card to confirm"),
}

_SAY: Mapping[Why, Callable[[Callable[..., str]], str]] = {
    Why.CALL_BACK: lambda t: t(
        "Somebody at the depot typed this number and asked to be rung. Ask what they need."
    ),
    Why.HOLD_READY: lambda t: t("Say that it stands ready, and the last day to fetch it."),
    Why.PICK_UP_MOVED: lambda t: t("The depot is closed in between. Say the new last day to fetch it."),
    Why.OVERDUE: lambda t: t("Ask whether they still need it. Renew it, or agree on a day when it comes."),
    Why.DUE_MOVED: lambda t: t("The depot is closed in between. Say the new day to bring it."),
    Why.KEPT: lambda t: t("They said that it went over to the state. Make sure that it is so."),
    Why.CONFIRM: lambda t: t(
        "A card was taken into use with this number. Ask whether they took it, and tell them when things are due."
    ),
}
