"""Which bench does what: the work behind each row of Today, what was left half done, and what a scan opens.

The benches are imported when they are opened and not before: a desk starts with its first page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from depot import codes
from inventory.waiting import Kind, Next, Row

if TYPE_CHECKING:
    from depot.codes import Scan
    from inventory.desk.bench import At, Bench
    from inventory.desk.session import Doors
    from inventory.work import Work


def _bench(where: str, name: str) -> Callable[..., Bench]:
    def opened(at: At, *what: Any, **said: Any) -> Bench:
        return cast("Bench", getattr(import_module(f"inventory.benches.{where}"), name)(at, *what, **said))

    return opened


BENCHES: Mapping[str, Callable[..., Bench]] = {
    "wash": _bench("wash", "Wash"),
    "receive": _bench("receiving", "Receiving"),
    "count": _bench("counting", "Counting"),
    "move": _bench("moving", "Moving"),
    "restock": _bench("restock", "Restock"),
    "people": _bench("people", "People"),
    "ring": _bench("ringing", "Ringing"),
    "press": _bench("press", "Press"),
    "recall": _bench("recalls", "Recalls"),
    "kits": _bench("kits", "Kits"),
    "quantities": _bench("quantities", "Quantities"),
    "fees": _bench("fees", "Fees"),
    "foreign": _bench("foreign", "Foreign"),
    "places": _bench("places", "Places"),
    "checklists": _bench("checklists", "Checklists"),
    "badges": _bench("badges", "Badges"),
    "aim": _bench("aiming", "Aiming"),
    "pick_up": _bench("pick_up", "PickUp"),
    "workshop": _bench("mending", "Mending"),
    "quarantine": _bench("quarantine", "Quarantine"),
}
"""The benches that Home opens by a digit, each with nothing but where it works."""

_WITH_ITEM: Mapping[Kind, Callable[..., Bench]] = {
    Kind.INFECTED: _bench("cleaning", "Clean"),
    Kind.INSPECTION: _bench("inspecting", "Inspect"),
    Kind.INSPECTION_DUE: _bench("inspecting", "Inspect"),
    Kind.REPAIR: _bench("mending", "Mend"),
    Kind.OWED: _bench("owed", "Owed"),
}
_ALONE: Mapping[Kind, Callable[..., Bench]] = {
    Kind.QUARANTINE: BENCHES["quarantine"],
    Kind.TO_CLEAN: BENCHES["wash"],
    Kind.CLEANING: BENCHES["wash"],
    Kind.FOREIGN: BENCHES["foreign"],
    Kind.TO_SET_ASIDE: BENCHES["pick_up"],
    Kind.PAST_LAST_DAY: BENCHES["pick_up"],
    Kind.PRESS: BENCHES["press"],
    Kind.UNLABELLED: BENCHES["receive"],
    Kind.UNREADABLE: _bench("relabel", "Relabel"),
    Kind.CALL_BACK: BENCHES["ring"],
    Kind.RING: BENCHES["ring"],
    Kind.UNCONFIRMED: BENCHES["ring"],
    Kind.OVERDUE: BENCHES["ring"],
    Kind.UNDER_MINIMUM: BENCHES["restock"],
    Kind.TO_MERGE: BENCHES["people"],
}
_THING, _LINE = _bench("thing", "Thing"), _bench("line", "LineCard")


def work_of(at: At, row: Row) -> Bench | None:
    """Open the work behind a row of Today; None where there is nothing to open."""
    if row.next is Next.WRITE_OFF and row.item is not None:
        return _bench("scrap", "WriteOff")(at, row.item)
    if row.kind in _WITH_ITEM and row.item is not None:
        return _WITH_ITEM[row.kind](at, row.item)
    if row.kind in _ALONE:
        return _ALONE[row.kind](at)
    if row.kind is Kind.RECALLED:
        return _bench("recalls", "OneRecall")(at, row.subject)
    if row.kind is Kind.INCOMPLETE_KIT:
        return _bench("kits", "KitCard")(at, row.subject)
    if row.kind is Kind.RECOUNT:
        return _bench("quantities", "Amount")(at, row.product, "counted")
    if row.kind is Kind.DISCREPANCY:
        return _bench("discrepancies", "Decide")(at, row.why, row.subject)
    if row.item is not None:
        return _THING(at, row.item)
    return _LINE(at, row.product) if row.product is not None else None


_RESUMES: Mapping[str, tuple[str, str]] = {
    "receiving": ("receiving", "Receiving"),
    "wash": ("wash", "Wash"),
    "count": ("counting", "Counting"),
}
"""The kinds of work that may be left half done, and the bench that goes on with each."""


def resumed(at: At, left: Work) -> Bench | None:
    """Open the bench that goes on with a piece of work; None for a kind that this version does not know."""
    if left.kind not in _RESUMES:
        return None
    where, name = _RESUMES[left.kind]
    bench = getattr(import_module(f"inventory.benches.{where}"), name)
    return cast("Bench", bench.resume(at, left))


def said_of(at: At, left: Work) -> str:
    """Say in a few words what was left half done."""
    t = at.t
    said = {"receiving": t("receiving"), "wash": t("a wash run"), "count": t("a count")}
    done, of = left.body.get("done"), left.body.get("of")
    what = said.get(left.kind, left.kind)
    if isinstance(done, int) and isinstance(of, int):
        return t("%(what)s, %(done)d of %(of)d", what=what, done=done, of=of)
    return what


def opened_by(at: At, scan: Scan) -> Bench | None:
    """Open what a scan means where no bench has an answer of its own: its card."""
    match scan:
        case codes.ItemCode():
            return _THING(at, scan.code)
        case codes.ShelfCode():
            return _bench("shelf", "ShelfCard")(at, scan.code)
        case codes.ProductCode():
            return _bench("line", "LineCard")(at, scan.code)
        case codes.CardCode():
            return _bench("person", "Person")(at, scan.code)
        case codes.SlipCode():
            return BENCHES["pick_up"](at, slip=scan.code)
        case codes.Gtin() | codes.Udi() | codes.Giai() | codes.Grai() | codes.NavLabel():
            return _bench("unknown", "Unknown")(at, scan)
        case codes.Unreadable():
            return _suppliers(at, scan)
        case _:
            return None


def _suppliers(at: At, scan: codes.Unreadable) -> Bench | None:
    """Open a supplier's barcode: what it is bound to, or to have it bound; what is none, does not read."""
    from inventory import identifiers

    number = at.ask(lambda conn: identifiers.meant(conn, scan, at.station.country).number)
    return _bench("unknown", "Unknown")(at, scan) if number is not None else None


def doors() -> Doors:
    """Name the benches that a session opens by itself."""
    from inventory.benches.home import Home
    from inventory.benches.signing_in import SignIn
    from inventory.desk.session import Doors

    return Doors(home=Home, sign_in=SignIn, common=opened_by, search=_bench("search", "Search"))
