"""Receiving at the desk: which line, how many, where; then scan by scan until the last piece stands on its shelf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import select

from depot import codes
from depot.states import State
from depot.tables import item, item_state
from inventory import days, deliveries, identifiers, money, names, receiving
from inventory.benches.choosing import ChooseLine, line_labelled
from inventory.benches.makers import Numbers, bind_here
from inventory.benches.relabel import Relabel
from inventory.benches.returning import name_of
from inventory.benches.unpacking import Unpacking, mint, no_said, printing
from inventory.deliveries import How, Place
from inventory.desk.bench import At, Bench, Question, Turn, bad, read
from inventory.desk.views import Act, Column, Field, Form, Row, Said, Table, Takes, Tone, View
from inventory.identifiers import Number
from inventory.receiving import No, Wanted

if TYPE_CHECKING:
    from depot.codes import Scan
    from inventory.work import Work

_WORK, _LOOSE = "work ", "loose "


class Receiving(Bench):
    """Where receiving begins: scan the maker's barcode, our label of the line, or go on with what was left.

    Args:
        line: the line that is received, where that is known; it is asked how many at once.
    """

    kind: ClassVar[str] = deliveries.KIND

    def __init__(self, at: At, *, line: str | None = None) -> None:
        super().__init__(at)
        self._setting = Setting(at, line) if line is not None else None

    @classmethod
    def resume(cls, at: At, left: Work) -> Bench:
        """Go on with a delivery that was left."""
        return Unpacking(at, left.key)

    @property
    def digits_mean(self) -> codes.Kind:
        """A thing, or the shelf that is asked for."""
        return self._setting.digits_mean if self._setting is not None else codes.Kind.ITEM

    def view(self) -> View:
        """Show what was left, and what was received and never shelved."""
        if self._setting is not None:
            return self._setting.view()
        t = self.at.t
        left, loose = self.at.ask(
            lambda conn: (
                deliveries.open_ones(conn, self.at.station),
                deliveries.not_shelved(conn, self.at.station),
            )
        )
        named = self.at.ask(
            lambda conn: names.of_lines(conn, [*(one.line for one in left), *loose], self.at.language)
        )
        rows = [
            Row(
                _WORK + one.key,
                (named[one.line], t("%(done)d of %(all)d", done=one.done, all=one.of), t("go on with it")),
                strong=True,
            )
            for one in left
        ]
        rows += [
            Row(
                _LOOSE + line,
                (
                    named[line],
                    self.at.n("%(n)d piece", "%(n)d pieces", len(there)),
                    t("label and shelve"),
                ),
            )
            for line, there in loose.items()
        ]
        columns = (Column(t("Line")), Column(t("How many"), 12, right=True), Column(t("What to do"), 22))
        return View(
            t("Receiving"),
            lead=t("Scan the maker's barcode or our label of the line, or choose it with 1."),
            table=Table(columns, tuple(rows), t("No delivery is left half done.")),
            acts=(
                Act("line", t("Choose the line")),
                Act("counted", t("Things that are counted")),
                Act("relabel", t("New label for a thing")),
                Act("numbers", t("Makers' numbers")),
            ),
        )

    def opened(self, row: str) -> Turn | None:
        """Go on with a delivery, or label and shelve what was received before."""
        if row.startswith(_WORK):
            return Turn(go=Unpacking(self.at, row.removeprefix(_WORK)))
        line = row.removeprefix(_LOOSE)
        there = self.at.ask(lambda conn: deliveries.not_shelved(conn, self.at.station)).get(line, ())
        return Turn(go=Setting(self.at, line, there=there)) if there else None

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Choose the line by its name, or do what else there is about new things."""
        if self._setting is not None:
            return self._setting.acted(act, row)
        match act:
            case "line":
                return Turn(go=ChooseLine(self.at, lambda line: open_line(self.at, line)))
            case "relabel":
                return Turn(go=Relabel(self.at))
            case "numbers":
                return Turn(go=Numbers(self.at))
            case _:
                from inventory.benches.quantities import Quantities

                return Turn(go=Quantities(self.at))

    def sent(self, typed: Mapping[str, str]) -> Turn | None:
        """Take how many there are, where the line was known from the start."""
        return self._setting.sent(typed) if self._setting is not None else None

    def back(self) -> Turn:
        """Go a step back, or leave."""
        return self._setting.back() if self._setting is not None else Turn(leave=True)

    def scanned(self, scan: Scan) -> Turn | None:
        """Choose the line by scanning; go on with a delivery by scanning one of its labels."""
        if self._setting is not None:
            return self._setting.scanned(scan)
        match scan:
            case codes.ProductCode():
                line = self.at.ask(lambda conn: line_labelled(conn, scan.code))
                return open_line(self.at, line) if line else bad(self.at.t("No line has this label."))
            case codes.ItemCode():
                return self._label(scan.code)
            case _:
                meant = self.at.ask(lambda conn: identifiers.meant(conn, scan, self.at.station.country))
                return self._maker(meant.number, meant.line) if meant.number is not None else None

    def digits_typed(self, scan: Scan) -> Turn | None:
        """Open the delivery that a label is of; only its scan puts the piece on its shelf."""
        if self._setting is not None or not isinstance(scan, codes.ItemCode):
            return self.scanned(scan)
        key = self.at.ask(lambda conn: deliveries.delivery_of(conn, self.at.station, scan.code))
        return Turn(go=Unpacking(self.at, key)) if key is not None else self.scanned(scan)

    def _maker(self, number: Number, line: str | None) -> Turn:
        if line is not None:
            return open_line(self.at, line)
        lead = self.at.t("Nobody has said yet which line this barcode is. Choose it once.")
        return Turn(
            Said("", Tone.READ),
            go=ChooseLine(self.at, lambda chosen: _bind(self.at, number, chosen), lead=lead),
        )

    def _label(self, code: str) -> Turn | None:
        """A label of ours: of a delivery that was left, of what waits for its shelf, or of nothing yet."""
        row, key, is_used = self.at.ask(
            lambda conn: (
                conn.execute(
                    select(item.c.product, item_state.c.state)
                    .join(item_state, item_state.c.item == item.c.code)
                    .where(item.c.code == code)
                ).first(),
                deliveries.delivery_of(conn, self.at.station, code),
                deliveries.label_is_used(conn, code),
            )
        )
        if key is not None:
            unpacking = Unpacking(self.at, key)
            return replace(unpacking.scanned_label(code), go=unpacking)
        if row is None:
            return None if is_used else bad(self.at.t("No thing has this label yet. Choose the line first."))
        if row.state != State.RECEIVED:
            return None
        there = self.at.ask(lambda conn: deliveries.not_shelved(conn, self.at.station)).get(row.product, ())
        if code not in there:
            return None
        return Turn(Said("", Tone.READ), go=Setting(self.at, row.product, there=there))


def open_line(at: At, line: str) -> Turn:
    """Open what receives pieces of a line: by number where they are counted, else labelled one by one."""
    if at.ask(lambda conn: deliveries.is_counted(conn, line)):
        from inventory.benches.quantities import Quantities

        return Turn(Said("", Tone.READ), go=Quantities(at, line=line))
    return Turn(Said("", Tone.READ), go=Setting(at, line))


def _bind(at: At, number: Number, line: str) -> Turn:
    """Bind a maker's number to a line, and go on with that line."""
    bound = bind_here(at, number, line)
    if bound.said.tone is Tone.BAD:
        return bound
    return replace(open_line(at, line), said=bound.said, undo=bound.undo)


class Setting(Bench):
    """What is asked once for a delivery: how many, whose, what they cost and when they came; the shelf; the labels.

    Args:
        line: the product's code.
        there: codes of pieces that were received before: then only the shelf is asked for.
    """

    def __init__(self, at: At, line: str, *, there: tuple[str, ...] = ()) -> None:
        super().__init__(at)
        self._line, self._there = line, there[: receiving.MOST]
        self._name = name_of(at, line)
        last = at.ask(lambda conn: deliveries.before(conn, line))
        today = at.station.today(at.now())
        price = "" if last.price_ore is None else f"{last.price_ore / 100:.2f}".replace(".00", "")
        self._said = {
            "pieces": "",
            "owner": last.owner or "",
            "price": price.replace(".", ","),
            "day": f"{today:%d.%m.%Y}",
        }
        self._wrong: Mapping[str, str] = {}
        self._wanted: Wanted | None = Wanted(line, len(self._there), "") if there else None
        self._shelf = ""

    @property
    def digits_mean(self) -> codes.Kind:
        """The shelf, where that is asked for."""
        return codes.Kind.ITEM if self._wanted is None or self._shelf else codes.Kind.SHELF

    # --- what is asked ---

    def view(self) -> View:
        """Ask for what is not known yet."""
        if self._wanted is None:
            return self._form()
        return self._shelves() if not self._shelf else self._labels()

    @property
    def _title(self) -> str:
        return self.at.t("Receiving: %(name)s", name=self._name)

    def _form(self) -> View:
        t = self.at.t
        fields = (
            Field("pieces", t("Number of pieces"), takes=Takes.DIGITS, longest=3),
            Field("owner", t("Owner"), longest=receiving.LONGEST_OWNER, hint=t("empty: the depot's own")),
            Field("price", t("Price of one"), longest=12, hint=t("may be left empty")),
            Field("day", t("Arrived on"), longest=10),
        )
        filled = tuple(
            replace(one, value=self._said[one.name], wrong=self._wrong.get(one.name, "")) for one in fields
        )
        lead = t("How many have come? Enter takes what stands there from the last delivery.")
        return View(self._title, lead=lead, form=Form(filled))

    def _shelves(self) -> View:
        t = self.at.t
        offered = self.at.ask(lambda conn: deliveries.places(conn, self.at.station, self._line))
        rows = tuple(Row(one.code, (one.name, self._there_said(one))) for one in offered)
        columns = (Column(t("Shelf"), 16), Column(t("Of this line")))
        return View(
            self._title,
            lead=t("Scan the shelf where they will stand, or choose it."),
            table=Table(columns, rows, t("This depot has no shelf yet.")),
        )

    def _there_said(self, one: Place) -> str:
        return self.at.n("%(n)d stands here", "%(n)d stand here", one.there) if one.there else ""

    def _labels(self) -> View:
        t = self.at.t
        return View(
            self._title,
            lead=t("Which labels do they get?"),
            acts=(
                Act(How.PRINT.value, t("Print new labels")),
                Act(How.BIND.value, t("Labels that are printed already")),
            ),
        )

    # --- what is answered ---

    def sent(self, typed: Mapping[str, str]) -> Turn | None:
        """Take the form, or say what is the matter with it."""
        if self._wanted is not None:
            return None
        self._said = dict(typed)
        pieces, price = typed["pieces"], money.ore_of(typed["price"]) if typed["price"] else None
        day = days.typed(typed["day"])
        today = self.at.station.today(self.at.now())
        self._wrong = self._flaws(typed, price, day, today)
        if self._wrong:
            return bad(next(iter(self._wrong.values())))
        self._wanted = Wanted(
            self._line,
            int(pieces),
            self._shelf,
            owner=typed["owner"] or None,
            price_ore=price,
            on=None if day in (None, today) else day,
            labels=False,
        )
        return Turn()

    def _flaws(
        self, typed: Mapping[str, str], price: int | None, day: date | None, today: date
    ) -> dict[str, str]:
        t, flaws = self.at.t, {}
        if not 1 <= int(typed["pieces"] or "0") <= receiving.MOST:
            flaws["pieces"] = t("From 1 to %(most)d pieces.", most=receiving.MOST)
        if not typed["owner"].isprintable():
            flaws["owner"] = t("Only letters, digits and signs.")
        if typed["price"] and price is None:
            flaws["price"] = t("An amount such as 1299 or 1299,50.")
        if typed["day"] and (day is None or day > today):
            flaws["day"] = t("A day such as 24.11.2026, today or before.")
        return flaws

    def opened(self, row: str) -> Turn | None:
        """Choose the shelf from the list."""
        return self._put_at(row) if self._wanted is not None and not self._shelf else None

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - the acts are no row's
        """Choose where the labels come from, and begin."""
        return self._begin(How(act)) if self._shelf and self._wanted is not None else None

    def scanned(self, scan: Scan) -> Turn | None:
        """Take the shelf; and say whether a maker's barcode is this line's."""
        if isinstance(scan, codes.ShelfCode):
            return self._put_at(scan.code)
        meant = self.at.ask(lambda conn: identifiers.meant(conn, scan, self.at.station.country))
        if meant.number is None:
            return None
        if meant.line == self._line:
            return replace(read(self.at.t("Yes, that is %(name)s.", name=self._name)), keep_typed=True)
        if meant.line is None:
            return self._ask_to_bind(meant.number)
        return bad(self.at.t("No, that is %(name)s.", name=name_of(self.at, meant.line)))

    def _ask_to_bind(self, number: Number) -> Turn:
        def yes() -> Turn:
            return bind_here(self.at, number, self._line)

        t = self.at.t
        asked = t("Nobody has said yet which line this barcode is. Is it %(name)s?", name=self._name)
        return Turn(
            Said("", Tone.READ), go=Question(self.at, t("A new barcode"), asked, yes), keep_typed=True
        )

    def _put_at(self, code: str) -> Turn:
        sign = self.at.ask(
            lambda conn: {one.code: one.name for one in deliveries.places(conn, self.at.station, self._line)}
        ).get(code)
        if sign is None:
            return bad(self.at.t("This shelf is not one of this depot's."))
        self._shelf = code
        if self._wanted is None:
            return replace(read(self.at.t("They will stand on %(shelf)s.", shelf=sign)), keep_typed=True)
        if self._there:
            return self._begin(How.PRINT)
        return read(self.at.t("They will stand on %(shelf)s.", shelf=sign))

    def back(self) -> Turn:
        """Go a step back."""
        if self._shelf and not self._there:
            self._shelf = ""
            return Turn() if self._wanted is not None else Turn(leave=True)
        if self._wanted is not None and not self._there:
            self._wanted = None
            return Turn()
        return Turn(leave=True)

    # --- it begins ---

    def _begin(self, how: How) -> Turn:
        if self._wanted is None:
            raise LookupError("nobody has said how many")
        wanted, now, by = replace(self._wanted, shelf=self._shelf, how=how), self.at.now(), self.at.by
        key = self.at.perform(
            lambda conn, station: receiving.begin(conn, station, wanted, by=by, now=now, there=self._there)
        )
        if isinstance(key, No):
            return bad(no_said(self.at, key))
        new = mint(self.at, key)
        unpacking = Unpacking(self.at, key)
        if not new:
            return Turn(instead=unpacking)
        return Turn(instead=unpacking, go=printing(self.at, new))
