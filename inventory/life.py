"""A thing's whole life, told from the journal: what happened, when, who of the staff did it and where.

It never says who has, had or wants it: a loan is lent and returned, with its days and its date, and nothing
here reads the one table that knows more. What staff wrote about the thing stands between the events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, select

from depot import clock, journal, parts
from depot.calendar import local_day
from depot.fold import Loan, fold, in_order, is_undo
from depot.journal import Event
from depot.states import Fact, State
from depot.station import Station
from depot.tables import depot, inspection, note, shelf, staff
from depot.tables import station as stations
from depot.words import Words
from inventory.benches.upkeep_words import DESTINATIONS, FAULTS, REASONS

NOTE = "note"
"""The kind of an entry that somebody wrote."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Args:
        key: of the event or note; kind: the fact, or `NOTE`.
        at: when it happened; aware, UTC.
        text: what happened, a sentence without its full stop.
        who: the name of the member of staff who did it; empty where a borrower did or nobody is known.
        where: the name of the station where it was recorded; empty for a note.
        undone: whether it was taken back later.
    """

    key: str
    kind: str
    at: datetime
    text: str
    who: str = ""
    where: str = ""
    undone: bool = False


def of_item(conn: Connection, station: Station, code: str, words: Words) -> tuple[Entry, ...]:
    """Tell a thing's life, the newest first; empty for a code that no thing has.

    Args:
        code: the thing's code, 10 characters; words: of the language to tell it in.
    """
    told = in_order(journal.of_item(conn, code))
    tell = _Teller(conn, station, words, told, code)
    found = [(one.order, tell.entry(one)) for one in told]
    for row in conn.execute(select(note).where(note.c.subject == code)):
        written = Entry(row.key, NOTE, clock.from_millis(row.at), row.text, tell.staff_name(row.by))
        found.append(((row.at, "", 0, row.key), written))
    return tuple(entry for _, entry in sorted(found, key=lambda one: one[0], reverse=True))


class _Teller:
    """Knows the names of all that a thing's events speak of."""

    def __init__(
        self, conn: Connection, station: Station, words: Words, told: list[Event], code: str
    ) -> None:
        self.words, self.t, self.n = words, words.t, words.n
        self._zone = station.time_zone
        self._events = {one.key: one for one in told}
        self._undone = {one.undoes for one in told if is_undo(one)}
        self.loans: Mapping[str, Loan] = fold(code, told).loans
        self._shelves = _names(conn, shelf.c.code, shelf.c.name)
        self._depots = _names(conn, depot.c.id, depot.c.name)
        self._stations = _names(conn, stations.c.id, stations.c.name)
        self._staff = _names(conn, staff.c.id, staff.c.name)
        self._parts = parts.names(conn, words.language)
        rows = conn.execute(select(inspection).where(inspection.c.item == code))
        self._inspections = {row.event: row for row in rows}

    def entry(self, happened: Event) -> Entry:
        """Tell one event."""
        text = self.said(happened)
        undone = happened.key in self._undone
        if happened.facts.get("late_entry"):
            text = self.t("%(what)s – entered afterwards", what=text)
        if undone:
            text = self.t("%(what)s – undone", what=text)
        return Entry(
            happened.key,
            happened.kind,
            clock.from_millis(happened.when),
            text,
            self.staff_name(happened.by),
            self._stations.get(happened.station, ""),
            undone,
        )

    def said(self, happened: Event) -> str:
        """Say what happened; of what another version wrote only that something did."""
        try:
            if happened.understood:
                return SAYS[Fact(happened.kind)](self, happened)
        except (KeyError, TypeError, ValueError):  # a known kind, but not what this version writes of it
            pass
        return self.t("Something that this version of Depot does not know")

    def staff_name(self, who: str | None) -> str:
        """Name a member of staff; one who is not known here stays somebody."""
        return self._staff.get(who) or self.t("staff") if who else ""

    def shelf(self, happened: Event) -> str:
        """Name the shelf that an event speaks of."""
        return self._shelves.get(str(happened.facts.get("shelf")), "–")

    def depot(self, happened: Event) -> str:
        """Name the depot that an event speaks of."""
        return self._depots.get(str(happened.facts.get("depot")), "–")

    def parts(self, happened: Event) -> str:
        """Name the parts that an event speaks of, with how many of each where it is more than one."""
        named = [
            (self.t("a part") if part == parts.ANY_PART else self._parts.get(part, part), number)
            for part, number in happened.facts["parts"]
        ]
        return ", ".join(name if number == 1 else f"{number} × {name}" for name, number in named)

    def day(self, iso: str) -> str:
        """Write a day, in figures: a life has many."""
        return f"{date.fromisoformat(iso):%d.%m.%Y}"

    def undone(self, happened: Event) -> str:
        """Say what was taken back."""
        meant = self._events.get(happened.undoes or "")
        return self.said(meant) if meant is not None else self.t("something that is not known here")

    def remark(self, happened: Event) -> str | None:
        """Return what was remarked at an inspection; None where there was no remark or no inspection."""
        row = self._inspections.get(happened.key)
        return row.remark if row is not None else None

    def failed(self, happened: Event) -> bool:
        """Say whether an event came of an inspection that was not passed."""
        row = self._inspections.get(happened.key)
        return row is not None and not row.passed

    def days_out(self, happened: Event, lent: Loan) -> int:
        """Count the civil days for which a loan was out when an event ended it; never below 0."""
        out, home = (local_day(clock.from_millis(at), self._zone) for at in (lent.out_at, happened.when))
        return max(0, (home - out).days)

    def word(self, said: Any, words: Mapping[str, Callable[[Callable[..., str]], str]]) -> str:
        """Say a code that stands in an event in words; one that has none here as it is."""
        word = words.get(str(said))
        return word(self.t) if word is not None else str(said)


def _names(conn: Connection, key: Column[Any], name: Column[Any]) -> dict[str, str]:
    return {row[0]: row[1] for row in conn.execute(select(key, name))}


# --- a sentence for each fact ---


def _lent(tell: _Teller, happened: Event) -> str:
    days, due = int(happened.facts["days"]), happened.facts.get("due")
    if due:
        said = tell.n(
            "Lent for %(n)d day, until %(day)s", "Lent for %(n)d days, until %(day)s", days, day=tell.day(due)
        )
    else:
        said = tell.n("Lent for %(n)d day", "Lent for %(n)d days", days)
    if happened.facts.get("overridden"):
        return tell.t("%(what)s – staff lent it past a refusal", what=said)
    if happened.facts.get("flags"):
        return tell.t("%(what)s – for a short time only, by the rules", what=said)
    return said


def _returned(tell: _Teller, happened: Event) -> str:
    lent = tell.loans.get(happened.loan or "")
    if lent is None:
        return tell.t("Brought back without having been lent")
    days = tell.days_out(happened, lent)
    if happened.facts.get("implied"):
        return tell.n(
            "Returned after %(n)d day: it was scanned by somebody else",
            "Returned after %(n)d days: it was scanned by somebody else",
            days,
        )
    if lent.due is None:
        return tell.n("Returned after %(n)d day", "Returned after %(n)d days", days)
    return tell.n(
        "Returned after %(n)d day, due %(day)s",
        "Returned after %(n)d days, due %(day)s",
        days,
        day=tell.day(lent.due),
    )


def _renewed(tell: _Teller, happened: Event) -> str:
    due = happened.facts.get("due")
    if due:
        return tell.t("Renewed until %(day)s", day=tell.day(due))
    return tell.n("Renewed for %(n)d day", "Renewed for %(n)d days", int(happened.facts["days"]))


def _due_set(tell: _Teller, happened: Event) -> str:
    day = tell.day(happened.facts["due"])
    if happened.facts.get("why") == "closed":
        return tell.t("Due %(day)s instead: the depot is closed", day=day)
    return tell.t("Due %(day)s: the clock can be trusted again", day=day)


def _cleaned(tell: _Teller, happened: Event) -> str:
    if happened.facts.get("to") == State.INSPECTION:
        return tell.t("Cleaned, and on to its inspection")
    return tell.t("Cleaned")


def _inspected(tell: _Teller, happened: Event) -> str:
    remark = tell.remark(happened)
    return tell.t("Inspected: %(remark)s", remark=remark) if remark else tell.t("Inspected and passed")


def _to_repair(tell: _Teller, happened: Event) -> str:
    if "parts" in happened.facts:
        return tell.t("To the workshop, missing: %(parts)s", parts=tell.parts(happened))
    fault = tell.word(happened.facts["fault"], FAULTS)
    if tell.failed(happened):
        return tell.t("Inspection not passed, to the workshop: %(fault)s", fault=fault)
    return tell.t("To the workshop: %(fault)s", fault=fault)


def _parts_back(tell: _Teller, happened: Event) -> str:
    if happened.facts.get("given_up"):
        return tell.t("No longer waited for: %(parts)s", parts=tell.parts(happened))
    return tell.t("Came home later: %(parts)s", parts=tell.parts(happened))


def _quarantined(tell: _Teller, happened: Event) -> str:
    if happened.facts.get("infection"):
        return tell.t("Kept apart: risk of infection")
    return tell.t("Kept apart")


def _written_off(tell: _Teller, happened: Event) -> str:
    reason, where = tell.word(happened.facts["reason"], REASONS), happened.facts.get("destination")
    if where:
        where = tell.word(where, DESTINATIONS)
        return tell.t("Written off: %(reason)s; %(where)s", reason=reason, where=where)
    return tell.t("Written off: %(reason)s", reason=reason)


def _arrived(tell: _Teller, happened: Event) -> str:
    if happened.facts.get("shelf"):
        return tell.t("Arrived, onto shelf %(shelf)s", shelf=tell.shelf(happened))
    return tell.t("Arrived, to be cleaned")


def _received(tell: _Teller, happened: Event) -> str:
    day = happened.facts.get("received_on")
    return tell.t("Received on %(day)s", day=tell.day(day)) if day else tell.t("Received")


def _set_aside(tell: _Teller, happened: Event) -> str:
    day = happened.facts.get("pick_up_by")
    if day:
        return tell.t("Set aside for the first in line, until %(day)s", day=tell.day(day))
    return tell.t("Set aside for the first in line")


def _released(tell: _Teller, happened: Event) -> str:
    if happened.facts.get("then") == "expired":
        return tell.t("No longer set aside: nobody fetched it")
    if happened.facts.get("then") == "cancelled":
        return tell.t("No longer set aside: it was not needed any more")
    return tell.t("No longer set aside")


SAYS: Mapping[Fact, Callable[[_Teller, Event], str]] = {
    Fact.RECEIVED: _received,
    Fact.SHELVED: lambda tell, one: tell.t("Labelled, onto shelf %(shelf)s", shelf=tell.shelf(one)),
    Fact.MOVED: lambda tell, one: tell.t("Moved to shelf %(shelf)s", shelf=tell.shelf(one)),
    Fact.SENT: lambda tell, one: tell.t("Sent to %(depot)s", depot=tell.depot(one)),
    Fact.ARRIVED: _arrived,
    Fact.CHECK_OUT: _lent,
    Fact.CHECK_IN: _returned,
    Fact.RENEWED: _renewed,
    Fact.DUE_SET: _due_set,
    Fact.LOST: lambda tell, _: tell.t("Lost while it was on loan"),
    Fact.KEPT: lambda tell, _: tell.t("Taken over by the state; it stays where it was lent to"),
    Fact.PARTS_OWED: lambda tell, one: tell.t("Came home without: %(parts)s", parts=tell.parts(one)),
    Fact.PARTS_BACK: _parts_back,
    Fact.FOUND: lambda tell, _: tell.t("Found again"),
    Fact.CLEANING_BEGUN: lambda tell, _: tell.t("Cleaning begun"),
    Fact.CLEANED: _cleaned,
    Fact.INSPECTION_DUE: lambda tell, _: tell.t("Taken off its shelf to be inspected"),
    Fact.INSPECTED: _inspected,
    Fact.TO_REPAIR: _to_repair,
    Fact.REPAIRED: lambda tell, _: tell.t("Repaired"),
    Fact.QUARANTINED: _quarantined,
    Fact.QUARANTINE_OVER: lambda tell, _: tell.t("No longer kept apart"),
    Fact.WRITTEN_OFF: _written_off,
    Fact.COUNTED_OUT: lambda tell, _: tell.t("Not found on its shelf: missing"),
    Fact.SET_ASIDE: _set_aside,
    Fact.RELEASED: _released,
    Fact.UNDONE: lambda tell, one: tell.t("Undone: %(what)s", what=tell.undone(one)),
}
"""A sentence for every fact that may be about a thing. The others are about a hold, a counted line or a station."""
