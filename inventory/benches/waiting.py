"""What waits of one kind: its rows, the oldest first, and the work that each opens."""

from __future__ import annotations

from collections.abc import Callable

from depot import codes, parts
from depot.codes import UnreadableReason
from depot.outcomes import Reason
from inventory import names, ringing, today
from inventory.benches import registry
from inventory.benches.discrepancies import strange_said
from inventory.benches.overriding import reason_said
from inventory.benches.ringing import why_said as ring_said
from inventory.benches.upkeep_words import fault_said
from inventory.benches.wording import design_said, trouble_said
from inventory.desk.bench import At, Bench, Turn, plain
from inventory.desk.views import Column, Table, View
from inventory.desk.views import Row as Line
from inventory.waiting import Kind, Next, Row


class Waits(Bench):
    """The rows of one kind."""

    goes_stale = True

    def __init__(self, at: At, kind: Kind) -> None:
        super().__init__(at)
        self._kind = kind
        self._rows: dict[str, Row] = {}
        self._named: dict[str, str] = {}

    def view(self) -> View:
        """Read the kind off the ledger anew."""
        from inventory.benches.home import kind_said

        t, now = self.at.t, self.at.now()
        found = self.at.ask(
            lambda conn: today.today(
                conn, self.at.station, now=now, language=self.at.language, kinds=(self._kind,)
            )
        )
        self._rows = {f"{at}": row for at, row in enumerate(found.rows)}
        lines = [row.product for row in found.rows if row.kind is Kind.OWED and row.product]
        self._named = self.at.ask(lambda conn: names.of_lines(conn, lines, self.at.language))
        columns = (
            Column(t("Thing"), from_width=0),
            Column(t("Digits"), 9),
            Column(t("Where"), 10),
            Column(t("Age"), 9, right=True),
            Column(t("Day"), 10, from_width=90),
            Column(t("Why"), 20, from_width=100),
            Column(t("What to do"), 34, from_width=130),
        )
        rows = tuple(self._line(key, row) for key, row in self._rows.items())
        said = next_said(self.at, found.piles[0].next) if found.piles else ""
        return View(
            kind_said(self.at, self._kind),
            lead=said,
            table=Table(columns, rows, t("Nothing waits here any more.")),
            counts=((t("waiting"), sum(row.count for row in found.rows)),),
        )

    def _line(self, key: str, row: Row) -> Line:
        digits = codes.spoken(row.item) if row.item else ""
        name = self._name(row)
        name = name if row.count == 1 else f"{name} × {row.count}"
        age = self.at.n("%(n)d day", "%(n)d days", row.age_days) if row.age_days else ""
        day = f"{row.day:%d.%m.%Y}" if row.day else ""
        where = row.place or row.shelf or ""
        cells = (name, digits, where, age, day, self._why(row), next_said(self.at, row.next))
        return Line(key, cells)

    def _why(self, row: Row) -> str:
        """Say the reason beside the name, unless that says it already."""
        if row.kind in (Kind.FOREIGN, Kind.UNREADABLE, Kind.REFUSED):
            return ""
        return self._named.get(row.product or "", "") if row.kind is Kind.OWED else why_said(self.at, row)

    def _name(self, row: Row) -> str:
        """Name what waits: the line or the part, else what sort of thing it is; never who."""
        t = self.at.t
        match row.kind:
            case Kind.OWED if row.why == parts.ANY_PART:
                return t("a part")
            case Kind.FOREIGN:
                return t("NAV's article %(number)s", number=row.why)
            case Kind.PRESS:
                return design_said(self.at, row.name)
            case Kind.UNCONFIRMED:
                return t("a card from the box")
            case Kind.TO_MERGE:
                return t("one number")
            case Kind.CALL_BACK:
                return t("somebody at the depot")
            case Kind.UNREADABLE | Kind.REFUSED:
                return ": ".join(filter(None, (row.name, why_said(self.at, row))))
            case _:
                return row.name

    def opened(self, row: str) -> Turn | None:
        """Open the work."""
        if row not in self._rows:
            return None
        bench = registry.work_of(self.at, self._rows[row])
        if bench is None:
            return plain(
                self.at.t("That is counted, and nothing more is kept of it: there is no page to open.")
            )
        return Turn(go=bench)

    def printing(self, row: str | None) -> Turn | None:
        """Print the label of the chosen thing; of what is no thing there is none."""
        from inventory.benches.printing import label_of

        return label_of(self.at, self._rows[row].item if row in self._rows else None)


def next_said(at: At, todo: Next) -> str:
    """Say what is done about something that waits."""
    return _NEXT[todo](at.t)


def why_said(at: At, row: Row) -> str:
    """Say the reason that a row bears as a code, in words; what is a name or a number stands as it is."""
    why = row.why or ""
    if row.kind is Kind.REPAIR:
        return fault_said(at, row.why)
    if row.kind is Kind.PRESS:
        return trouble_said(at, row.why)
    if row.kind is Kind.DISCREPANCY:
        return strange_said(at, why)
    if row.kind in (Kind.CALL_BACK, Kind.RING):
        return ring_said(at, ringing.Why(why))
    if row.kind is Kind.REFUSED:
        return reason_said(at, Reason(why)) if why in set(Reason) else why
    said = _CLASSES.get(why) or (_UNREADABLE.get(why) if row.kind is Kind.UNREADABLE else None)
    return said(at.t) if said is not None else why


_NEXT: dict[Next, Callable[[Callable[..., str]], str]] = {
    Next.SEE_TO_RECALL: lambda t: t("fetch what is in, ring about what is out"),
    Next.DISINFECT: lambda t: t("clean and disinfect, apart from the rest"),
    Next.CLEAN: lambda t: t("clean as its class asks"),
    Next.FINISH_CLEANING: lambda t: t("finish cleaning"),
    Next.WRITE_OFF: lambda t: t("throw away: one person's only"),
    Next.INSPECT: lambda t: t("inspect"),
    Next.CALL_IN: lambda t: t("take off the shelf and inspect"),
    Next.REPAIR: lambda t: t("repair, or write off"),
    Next.END_QUARANTINE: lambda t: t("decide whether it must still be kept apart"),
    Next.SET_ASIDE: lambda t: t("set aside for the first in line"),
    Next.FETCH_PARTNER: lambda t: t("fetch the pair's other piece"),
    Next.END_HOLD: lambda t: t("end the hold: nobody fetched it"),
    Next.PUT_ON_SHELF: lambda t: t("put back on its shelf"),
    Next.ASK_FOR_IT: lambda t: t("ask for it back, or renew"),
    Next.COLLECT: lambda t: t("fetch it"),
    Next.LOOK_FOR_IT: lambda t: t("look for it; any scan finds it"),
    Next.HAND_OVER: lambda t: t("hand over to its owner"),
    Next.SEE_TO_PRINTER: lambda t: t("see to the printer"),
    Next.SEE_WHETHER_IT_CAME_OUT: lambda t: t("see whether it came out"),
    Next.LABEL_AND_SHELVE: lambda t: t("glue its label on and shelve it"),
    Next.ORDER: lambda t: t("order more"),
    Next.ASK_FOR_PART: lambda t: t("ask for the part"),
    Next.FIND_PIECE: lambda t: t("find the piece, or put another in"),
    Next.DECIDE: lambda t: t("decide what really happened"),
    Next.COUNT: lambda t: t("count them"),
    Next.LOOK_AT_LABEL: lambda t: t("look for the label that does not read"),
    Next.LOOK_INTO_IT: lambda t: t("look into why people are told no"),
    Next.RING: lambda t: t("ring"),
    Next.CONFIRM: lambda t: t("ring and confirm the card"),
    Next.MERGE: lambda t: t("see whether they are one person"),
}

_CLASSES: dict[str, Callable[[Callable[..., str]], str]] = {
    "surface": lambda t: t("surface wash"),
    "wet": lambda t: t("wet wash"),
    "textile": lambda t: t("textile"),
    "electric": lambda t: t("electric"),
    "single_user": lambda t: t("one person's only"),
}

_UNREADABLE: dict[str, Callable[[Callable[..., str]], str]] = {
    UnreadableReason.EMPTY: lambda t: t("nothing in it"),
    UnreadableReason.TOO_LONG: lambda t: t("more than a label holds"),
    UnreadableReason.CUT: lambda t: t("a part is missing"),
    UnreadableReason.NOT_ASCII: lambda t: t("letters that no label has"),
    UnreadableReason.LAYOUT: lambda t: t("the scanner's keyboard layout"),
    UnreadableReason.CONTROL: lambda t: t("control characters"),
    UnreadableReason.CHECK_FAILED: lambda t: t("misread: a worn label"),
    UnreadableReason.UNKNOWN_KIND: lambda t: t("of a kind not known here"),
    UnreadableReason.GLUED: lambda t: t("two scans in one"),
    UnreadableReason.URL: lambda t: t("a web address"),
    UnreadableReason.PARCEL: lambda t: t("a parcel's label"),
    UnreadableReason.OTHER_LABEL: lambda t: t("another kind of label"),
    UnreadableReason.WRONG_SHAPE: lambda t: t("no label of ours"),
}
