"""A wash run as it goes on: what was washed and where it goes, and what lies to one side with its reason.

The run is kept in the transaction of each scan, so a desk that is locked or dies in the middle of it loses
nothing, and two people may wash at once: each scan reads the run anew and adds to it. A depot has one run at a
time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from depot import stock
from depot.outcomes import Moved, Refused
from depot.states import State
from depot.station import Station
from inventory import repairs, upkeep, work
from inventory.upkeep import Fate, Washed
from inventory.work import Work

KIND = "wash"
"""What the run is called among the work that was laid aside."""
NOT_OURS = "not_ours"
"""Why a label that is no thing's of ours lies to one side; beside `Fate`."""

_STAYS: Mapping[str, frozenset[State]] = {
    Fate.TO_INSPECT: frozenset({State.INSPECTION}),
    Fate.FAULT: frozenset({State.REPAIR, State.RETURNED, State.CLEANING}),
    Fate.INFECTED: frozenset({State.QUARANTINE, State.RETURNED, State.CLEANING}),
    Fate.RECALLED: frozenset({State.RETURNED, State.CLEANING}),
    Fate.SINGLE_USER: frozenset({State.RETURNED, State.CLEANING}),
    Fate.CAME_HOME: frozenset({State.RETURNED}),
}
"""As long as it is in one of these states, a thing lies to one side for that reason; for others until taken off."""


_LISTS: tuple[str, ...] = (Fate.TO_INSPECT, Fate.FAULT, Fate.INFECTED)
"""What lies in a list of its own; everything else lies together behind these."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What lies to one side: `reason` is a `Fate` or `NOT_OURS`; `item` is empty for a label that is no thing's."""

    key: str
    item: str
    product: str | None
    reason: str
    why: str | None
    place: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """How far a run has come.

    Args:
        done: how many things were washed.
        places: where they go, the fullest first.
        aside: what lies to one side: what is to be inspected, mended, disinfected, and the rest, each the
            newest first.
    """

    done: int = 0
    places: tuple[tuple[str, int], ...] = ()
    aside: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """What one scan has led to: the run's key, what became of the thing, whether this run had washed it before."""

    key: str
    washed: Washed
    again: bool = False


def under_way(conn: Connection, station: Station) -> Work | None:
    """Find the run that is under way in this depot; None where there is none."""
    return next((one for one in work.unfinished(conn, station) if one.kind == KIND), None)


def read(conn: Connection, key: str | None) -> Run:
    """Read how far a run has come; what was seen to meanwhile no longer lies to one side."""
    found = work.find(conn, key) if key is not None else None
    if found is None:
        return Run()
    body = found.body
    states = upkeep.still_waits(conn, [one["item"] for one in body["aside"] if one["item"]])
    aside = [Aside(**one) for one in body["aside"] if _lies(one, states)]
    places = Counter(place for _, place in body["washed"] if place)
    in_order = sorted(places.items(), key=lambda one: (-one[1], one[0]))
    by_list = aside[::-1]
    by_list.sort(key=lambda one: _LISTS.index(one.reason) if one.reason in _LISTS else len(_LISTS))
    return Run(len(body["washed"]), tuple(in_order), tuple(by_list))


def _lies(one: Mapping[str, Any], states: Mapping[str, State]) -> bool:
    stays = _STAYS.get(one["reason"])
    return stays is None or states.get(one["item"]) in stays


# --- what goes on ---


def scan(
    conn: Connection, station: Station, key: str | None, *, item: str, now: datetime, by: str
) -> Scanned:
    """Say of one thing that it was washed and looked over, and keep that in the run.

    Args:
        key: of the run; where it is None that of this depot is gone on with, or begun.
        item: the thing's code; now: aware, UTC; by: the pseudonym of whoever scans.
    """
    key = _joined(conn, station, key)
    body = _body(conn, key)
    washed = upkeep.wash(conn, station, item=item, now=now, by=by)
    again = washed.fate is Fate.CLEAN_ALREADY and any(code == item for code, _ in body["washed"])
    if not again:
        _leave(body, item)
    if washed.is_washed:
        body["washed"].append([item, None if washed.fate is Fate.TO_INSPECT else washed.place])
    if washed.fate not in (Fate.FREE, Fate.SET_ASIDE) and not again:
        _put_aside(body, item, washed.product, washed.fate, washed.why, washed.place)
    return Scanned(_keep(conn, station, key, body, now=now, by=by), washed, again)


def put_aside(conn: Connection, station: Station, key: str | None, *, now: datetime, by: str) -> str:
    """Keep in the run that a label was scanned that is no thing's of ours; the run's key."""
    key = _joined(conn, station, key)
    body = _body(conn, key)
    _put_aside(body, "", None, NOT_OURS, None, None)
    return _keep(conn, station, key, body, now=now, by=by)


def send_to_repair(
    conn: Connection, station: Station, key: str | None, *, item: str, fault: str, now: datetime, by: str
) -> Moved | Refused:
    """Say of a thing in the run that something is wrong with it after all: it goes to the workshop."""
    moved = repairs.send(conn, station, item=item, fault=fault, now=now, by=by)
    return _turned(conn, station, key, moved, Fate.FAULT, fault, now=now, by=by)


def keep_apart(
    conn: Connection, station: Station, key: str | None, *, item: str, now: datetime, by: str
) -> Moved | Refused:
    """Say of a thing in the run that it may carry an infection: it is kept apart."""
    moved = upkeep.keep_apart(conn, station, item=item, infection=True, now=now, by=by)
    return _turned(conn, station, key, moved, Fate.INFECTED, None, now=now, by=by)


def _turned(
    conn: Connection,
    station: Station,
    key: str | None,
    moved: Moved | Refused,
    reason: str,
    why: str | None,
    *,
    now: datetime,
    by: str,
) -> Moved | Refused:
    if isinstance(moved, Moved):
        body = _body(conn, key)
        _leave(body, moved.item)
        _goes_to(body, moved.item, None)
        _put_aside(body, moved.item, moved.product, reason, why, moved.place)
        _keep(conn, station, key, body, now=now, by=by)
    return moved


def undo(
    conn: Connection,
    station: Station,
    key: str | None,
    *,
    item: str,
    deed: str,
    was_washed: bool,
    now: datetime,
    by: str,
) -> Moved | Refused:
    """Take a scan back, or what was said of a thing afterwards; the run forgets it with it.

    Args:
        was_washed: whether the deed was the washing itself.
    """
    undone = stock.undo(conn, station, deed=deed, now=now, by=by)
    if isinstance(undone, Refused):
        return undone
    body, place = _body(conn, key), undone[0].place
    _leave(body, item)
    if was_washed:
        body["washed"] = [one for one in body["washed"] if one[0] != item]
    else:
        _goes_to(body, item, place)
    if key is not None:
        work.keep(conn, key, _counted(body), now=now)
    return Moved(
        item=item, product=undone[0].product, key=undone[0].deed, deed=undone[0].deed, state="", place=place
    )


def take_off(conn: Connection, key: str, row: str, *, now: datetime) -> None:
    """Take something off the side list: it was seen to."""
    body = _body(conn, key)
    body["aside"] = [one for one in body["aside"] if one["key"] != row]
    work.keep(conn, key, _counted(body), now=now)


def _joined(conn: Connection, station: Station, key: str | None) -> str | None:
    """Of two desks that saw no run and begin one, the second goes on with the first one's."""
    if key is not None:
        return key
    found = under_way(conn, station)
    return found.key if found is not None else None


def _body(conn: Connection, key: str | None) -> dict[str, Any]:
    found = work.find(conn, key) if key is not None else None
    return {"washed": [], "aside": [], "n": 0, **(found.body if found is not None else {})}


def _put_aside(
    body: dict[str, Any], item: str, product: str | None, reason: str, why: str | None, place: str | None
) -> None:
    body["n"] += 1
    row = Aside(f"{body['n']}", item, product, reason, why, place)
    body["aside"] = [*body["aside"], {name: getattr(row, name) for name in Aside.__slots__}]


def _leave(body: dict[str, Any], item: str) -> None:
    body["aside"] = [one for one in body["aside"] if one["item"] != item]


def _goes_to(body: dict[str, Any], item: str, place: str | None) -> None:
    body["washed"] = [[code, place if code == item else at] for code, at in body["washed"]]


def _counted(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "done": len(body["washed"])}


def _keep(
    conn: Connection, station: Station, key: str | None, body: Mapping[str, Any], *, now: datetime, by: str
) -> str:
    if key is None:
        return work.begin(conn, station, KIND, _counted(body), by=by, now=now)
    if work.is_ended(conn, key):  # somebody else has ended it meanwhile
        work.reopen(conn, key, now=now)
    work.keep(conn, key, _counted(body), now=now)
    return key
