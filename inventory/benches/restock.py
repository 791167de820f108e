"""Restock: what is too little, what to order, what was ordered, how many to own, what stands idle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select

from depot import codes
from depot.codes import Kind
from depot.station import Station
from depot.tables import depot
from inventory import names, restock, restock_papers, sizing
from inventory.benches import on_paper
from inventory.benches.wording import number_said
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Field, Row, Table, Takes, View
from inventory.restock import Idle, No, Order, OrderState, Stock
from inventory.sizing import Answer


def said_no(at: At, why: No) -> str:
    """Say why something about stock is not done."""
    t = at.t
    return {
        No.NO_LINE: t("The catalogue has no such line."),
        No.OUT_OF_RANGE: t("That number cannot be meant."),
        No.BELOW_MINIMUM: t("The target is no less than the minimum."),
        No.NO_ORDER: t("There is no such order any more."),
        No.ENDED: t("This order has ended already."),
        No.NOT_ENDED: t("This order has not ended."),
    }[why]


def _name(at: At, line: str) -> str:
    return at.ask(lambda conn: names.of_line(conn, line, at.language))


class _OfLines(Bench):
    """A bench whose rows are lines: Enter opens the line's card, and eight digits are a line's."""

    @property
    def digits_mean(self) -> Kind:
        """Eight typed digits are those on a shelf label."""
        return Kind.PRODUCT

    def opened(self, row: str) -> Turn | None:
        """Open the line's card."""
        from inventory.benches.line import LineCard

        return Turn(go=LineCard(self.at, row))


class Restock(_OfLines):
    """The lines of which there should be so and so many: those under their minimum first."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._everything = False

    def view(self) -> View:
        """Show the lines with a level, or all."""
        t, now = self.at.t, self.at.now()
        lines = self.at.ask(lambda conn: restock.stock(conn, self.at.station, now=now))
        shown = [one for one in lines if self._everything or one.target is not None]
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.product for one in shown], self.at.language)
        )
        columns = (
            Column(t("Line"), 7, from_width=90),
            Column(t("Name")),
            Column(t("Free"), 5, right=True),
            Column(t("Minimum"), 7, right=True),
            Column(t("Owned"), 6, right=True),
            Column(t("Ordered"), 8, right=True, from_width=90),
            Column(t("Target"), 6, right=True),
            Column(t("To order"), 8, right=True),
        )
        in_order = sorted(shown, key=lambda one: (not one.is_short, not one.to_order, one.product))
        short, pieces = sum(one.is_short for one in lines), sum(one.to_order for one in lines)
        other = t("Only lines with a level") if self._everything else t("All lines")
        acts = (
            Act("list", t("Order list")),
            Act("orders", t("What was ordered")),
            Act("level", t("Minimum and target")),
            Act("size", t("How many to own")),
            Act("idle", t("What stands idle")),
            Act("all", other),
        )
        empty = t("No line has a minimum or target yet. Show all lines, and set them.")
        return View(
            t("Restock"),
            lead=t("Free is compared with the minimum, owned and ordered with the target."),
            table=Table(columns, tuple(_row(one, called[one.product]) for one in in_order), empty),
            counts=((t("under minimum"), short), (t("to order"), pieces)),
            acts=acts,
        )

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Open a list, or do something about the chosen line."""
        match act:
            case "list":
                return Turn(go=OrderList(self.at))
            case "orders":
                return Turn(go=Orders(self.at))
            case "idle":
                return Turn(go=Idling(self.at))
            case "all":
                self._everything = not self._everything
                return Turn()
        if row is None:
            return None
        if act == "size":
            return Turn(go=Sizing(self.at, row))
        return self.may(Right.SETUP) or Turn(go=level_form(self.at, row))

    def printing(self, row: str | None) -> Turn:  # noqa: ARG002 - the list is of all lines
        """Print the order list."""
        return OrderList(self.at).printing(None)


def _row(one: Stock, name: str) -> Row:
    cells = (
        one.product,
        name,
        f"{one.free}",
        "" if one.minimum is None else f"{one.minimum}",
        f"{one.owned}",
        f"{one.ordered}" if one.ordered else "",
        "" if one.target is None else f"{one.target}",
        f"{one.to_order}" if one.to_order else "",
    )
    return Row(one.product, cells, strong=one.is_short)


def level_form(at: At, line: str, *, target: int | None = None) -> Bench:
    """Ask for a line's minimum and target.

    Args:
        line: the catalogue's code; target: what is proposed.
    """
    t = at.t
    before = at.ask(lambda conn: restock.level_of(conn, at.station, line))
    least = f"{before.minimum}" if before else "0"
    most = f"{target}" if target is not None else (f"{before.target}" if before else "0")
    fields = (
        Field("minimum", t("Minimum"), least, Takes.DIGITS, 4, t("pieces that shall stand free at any time")),
        Field(
            "target", t("Target"), most, Takes.DIGITS, 4, t("pieces to own in all; both 0: none is wanted")
        ),
    )

    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        minimum, wanted = int(typed["minimum"] or 0), int(typed["target"] or 0)
        now = at.now()
        refused: No | None = None
        if minimum or wanted:
            refused = at.perform(
                lambda conn, here: restock.set_level(
                    conn, here, line, minimum=minimum, target=wanted, now=now, by=at.by
                )
            )
        else:
            at.perform(lambda conn, here: restock.drop_level(conn, here, line, now=now, by=at.by))
        if refused is No.BELOW_MINIMUM:
            return {"target": said_no(at, refused)}
        if refused is not None:
            return {"minimum": said_no(at, refused)}
        said = t(
            "%(name)s: at least %(minimum)s free, %(target)s owned.",
            name=_name(at, line),
            minimum=minimum,
            target=wanted,
        )
        return good(said, Undo(t("Put the level back as it was?"), take_back))

    def take_back() -> Turn:
        now = at.now()
        if before is None:
            at.perform(lambda conn, here: restock.drop_level(conn, here, line, now=now, by=at.by))
        else:
            at.perform(
                lambda conn, here: restock.set_level(
                    conn, here, line, minimum=before.minimum, target=before.target, now=now, by=at.by
                )
            )
        return good(t("Undone."))

    lead = t("Every number is in pieces: a pair of crutches is two.")
    return Fill(at, t("Minimum and target"), fields, done, lead=f"{_name(at, line)}. {lead}")


class OrderList(_OfLines):
    """What to order: lines of which fewer are owned and ordered than their target."""

    def view(self) -> View:
        """Show how many of each."""
        t = self.at.t
        lines, called, numbers = self._read()
        columns = (
            Column(t("Name")),
            Column(t("To order"), 8, right=True),
            Column(t("Owned"), 6, right=True),
            Column(t("Ordered"), 8, right=True),
            Column(t("Target"), 6, right=True),
            Column(t("Order number"), 34, from_width=110),
        )
        rows = tuple(
            Row(
                one.product,
                (
                    called[one.product],
                    f"{one.to_order}",
                    f"{one.owned}",
                    f"{one.ordered}",
                    f"{one.target}",
                    numbers.get(one.product, ""),
                ),
            )
            for one in lines
        )
        acts = (
            Act("all", t("All of it is ordered")),
            Act("one", t("This line is ordered, with its number")),
            Act("csv", t("A file for a spreadsheet")),
        )
        return View(
            t("Order list"),
            lead=t("Print it with F3, order, then say so with 1."),
            table=Table(columns, rows, t("Nothing is to be ordered.")),
            counts=((t("to order"), sum(one.to_order for one in lines)),),
            acts=acts if rows else (),
        )

    def _read(self) -> tuple[tuple[Stock, ...], dict[str, str], dict[str, str]]:
        now = self.at.now()
        lines = self.at.ask(lambda conn: restock.to_order(conn, self.at.station, now=now))
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.product for one in lines], self.at.language)
        )
        return lines, called, self.at.ask(restock_papers.numbers_of)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Note an order, or write the file."""
        t = self.at.t
        lines, called, numbers = self._read()
        if act == "csv":
            octets = restock_papers.order_csv(lines, called, numbers)
            return on_paper.into_file(self.at, "order-list", "csv", octets)
        if act == "all":
            wanted = [(one.product, one.to_order) for one in lines]
            pieces = sum(number for _, number in wanted)
            asked = self.at.n(
                "Note that %(n)d piece is ordered?", "Note that %(n)d pieces are ordered?", pieces
            )
            return Turn(
                go=Question(self.at, t("Order list"), asked, lambda: _order(self.at, wanted, whole=True))
            )
        chosen = next((one for one in lines if one.product == row), None)
        return Turn(go=_ask_number(self.at, chosen)) if chosen is not None else None

    def printing(self, row: str | None) -> Turn:  # noqa: ARG002 - the list is of all lines
        """Print the list."""
        lines, called, numbers = self._read()
        if not lines:
            return bad(self.at.t("Nothing is to be ordered."))
        station, now = self.at.station, self.at.now()
        here = self.at.ask(
            lambda conn: conn.scalar(select(depot.c.name).where(depot.c.id == station.depot)) or ""
        )
        told = restock_papers.order_list(
            self.at.words, lines, called, numbers, depot=here, today=station.today(now)
        )
        return on_paper.list_on_paper(self.at, "order-list", told)


def _ask_number(at: At, one: Stock) -> Bench:
    t = at.t
    line = Field("pieces", t("Pieces"), f"{one.to_order}", Takes.DIGITS, 4)

    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        number = int(typed["pieces"] or 0)
        if not 1 <= number <= restock.MOST:
            return {"pieces": said_no(at, No.OUT_OF_RANGE)}
        return _order(at, [(one.product, number)])

    lead = t("How many pieces are ordered?")
    return Fill(at, t("To order"), (line,), done, lead=f"{_name(at, one.product)}. {lead}")


def _order(at: At, wanted: list[tuple[str, int]], *, whole: bool = False) -> Turn:
    """Note an order; of the whole list only while it is what was asked about, so that two desks order once."""
    now = at.now()

    def deed(conn: Connection, here: Station) -> tuple[str, ...] | No | None:
        lines = restock.to_order(conn, here, now=now) if whole else ()
        if whole and [(one.product, one.to_order) for one in lines] != wanted:
            return None
        return restock.order(conn, here, wanted, by=at.by, now=now)

    keys = at.perform(deed)
    if keys is None:
        return bad(at.t("The list has changed meanwhile. Look at it once more."))
    if isinstance(keys, No):
        return bad(said_no(at, keys))

    def take_back() -> Turn:
        then = at.now()
        at.perform(
            lambda conn, _: [
                restock.end_order(conn, key, OrderState.CANCELLED, by=at.by, now=then) for key in keys
            ]
        )
        return good(at.t("The order is cancelled."))

    pieces = sum(number for _, number in wanted)
    said = at.n("%(n)d piece is noted as ordered.", "%(n)d pieces are noted as ordered.", pieces)
    return good(said, Undo(at.t("Cancel the order that was just noted?"), take_back))


class Orders(Bench):
    """What was ordered and has not come, the oldest first."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._orders: dict[str, Order] = {}

    def view(self) -> View:
        """Show what is to come."""
        t, zone = self.at.t, self.at.settings.time_zone
        found = self.at.ask(lambda conn: restock.orders(conn, self.at.station))
        self._orders = {one.key: one for one in found}
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.product for one in found], self.at.language)
        )
        columns = (
            Column(t("Name")),
            Column(t("Pieces"), 7, right=True),
            Column(t("Ordered on"), 11),
        )
        rows = tuple(
            Row(
                one.key, (called[one.product], f"{one.pieces}", f"{one.ordered_at.astimezone(zone):%d.%m.%Y}")
            )
            for one in found
        )
        acts = (
            Act("all", t("All of it has come")),
            Act("part", t("A part of it has come")),
            Act("cancel", t("It will not come")),
            Act("receive", t("Receive it")),
        )
        return View(
            t("What was ordered"),
            lead=t("Say what has come; labels and shelves are Receive."),
            table=Table(columns, rows, t("Nothing is on order.")),
            counts=((t("on order"), sum(one.pieces for one in found)),),
            acts=acts if rows else (),
        )

    def opened(self, row: str) -> Turn | None:
        """Open the line's card."""
        from inventory.benches.line import LineCard

        found = self._orders.get(row)
        return Turn(go=LineCard(self.at, found.product)) if found is not None else None

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Say what became of the chosen order."""
        found = self._orders.get(row or "")
        if found is None:
            return None
        match act:
            case "receive":
                from inventory.benches.receiving import Receiving

                return Turn(go=Receiving(self.at, line=found.product))
            case "part":
                return Turn(go=self._ask_part(found))
            case "cancel":
                return self._end(found, OrderState.CANCELLED, found.pieces)
            case _:
                return self._end(found, OrderState.RECEIVED, found.pieces)

    def _ask_part(self, one: Order) -> Bench:
        t = self.at.t
        line = Field("pieces", t("Pieces"), "", Takes.DIGITS, 4)

        def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            number = int(typed["pieces"] or 0)
            if not 1 <= number <= one.pieces:
                return {"pieces": t("At most %(n)s were ordered.", n=one.pieces)}
            return self._end(one, OrderState.RECEIVED, number)

        lead = t("How many have come? The rest stays on order.")
        title = t("A part of it has come")
        return Fill(self.at, title, (line,), done, lead=f"{_name(self.at, one.product)}. {lead}")

    def _end(self, one: Order, how: OrderState, pieces: int) -> Turn:
        t, now = self.at.t, self.at.now()
        refused = self.at.perform(
            lambda conn, _: restock.end_order(conn, one.key, how, by=self.at.by, now=now, pieces=pieces)
        )
        if refused is not None:
            return bad(said_no(self.at, refused))

        def take_back() -> Turn:
            again = self.at.perform(lambda conn, _: restock.reopen_order(conn, one.key))
            return bad(said_no(self.at, again)) if again is not None else good(t("It is on order again."))

        said = (
            t("The order is cancelled.")
            if how is OrderState.CANCELLED
            else t("Noted as come. Now receive it.")
        )
        return good(said, Undo(t("Put it back on order?"), take_back))


class Sizing(Bench):
    """How many pieces of a line to own: the formula, its numbers, and what follows.

    Args:
        line: the catalogue's code.
    """

    def __init__(self, at: At, line: str) -> None:
        super().__init__(at)
        self._line = line
        self._weeks, self._service, self._delivery = sizing.WEEKS, 95, sizing.DELIVERY_WEEKS
        self._answer: Answer | None = None

    def view(self) -> View:
        """Measure and calculate anew."""
        t, now = self.at.t, self.at.now()
        demand = self.at.ask(
            lambda conn: sizing.demand_for(conn, self.at.station, self._line, weeks=self._weeks, now=now)
        )
        there = self.at.ask(lambda conn: restock.stock_of(conn, self.at.station, self._line, now=now))
        if demand is None or there is None:
            return View(t("How many to own"), lead=t("The catalogue has no such line."))
        told = sizing.answer(demand, service=self._service / 100, delivery_weeks=self._delivery)
        self._answer = told
        text = self._used_up(told) if demand.counted else self._lent(told)
        acts = [
            Act("service", t("Service level")),
            Act("weeks", t("Weeks that are measured")),
            Act("take", t("Take it as the target")),
        ]
        if demand.counted:
            acts.insert(2, Act("delivery", t("Weeks of delivery")))
        return View(
            t("How many to own"),
            lead=t("%(name)s: own %(n)s", name=_name(self.at, self._line), n=told.to_own),
            text=text,
            counts=((t("owned"), there.owned), (t("to own"), told.to_own)),
            acts=tuple(acts),
        )

    def _asked(self, told: Answer) -> str:
        one = told.demand
        return self.at.t(
            "Requests in %(weeks)s weeks: %(lent)s lent, %(holds)s waited for in vain, %(refused)s found none. "
            "That is r = %(rate)s a week.",
            weeks=self._short(one.weeks),
            lent=one.lent,
            holds=one.unmet_holds,
            refused=one.refused,
            rate=self._short(one.per_week, 2),
        )

    def _lent(self, told: Answer) -> tuple[str, ...]:
        t, one = self.at.t, told.demand
        if one.median_days is not None and one.ended >= sizing.FEWEST_LOANS:
            length = t(
                "A loan keeps a piece for %(days)s days on average, renewals and all (median %(median)s, "
                "%(ended)s ended).",
                days=self._short(one.loan_days),
                median=self._short(one.median_days),
                ended=one.ended,
            )
        else:
            length = t(
                "Too few loans have ended to measure: the line's %(days)s days are taken.",
                days=self._short(one.loan_days),
            )
        if one.returns >= sizing.FEWEST_RETURNS:
            turn = t(
                "From coming home to being free: %(days)s days (%(n)s times).",
                days=self._short(one.turnaround_days),
                n=one.returns,
            )
        else:
            turn = t(
                "Too few have come home to measure: the setting's %(days)s days are taken.",
                days=self._short(one.turnaround_days),
            )
        away = t(
            "Away on average (Little's law): a = r × T = %(rate)s × (%(loan)s + %(turn)s) / 7 = %(load)s.",
            rate=self._short(one.per_week, 2),
            loan=self._short(one.loan_days),
            turn=self._short(one.turnaround_days),
            load=self._short(one.load, 2),
        )
        lost = t(
            "Share of requests that find none of c (Erlang's loss formula, 1917): B(0) = 1, "
            "B(n) = a·B(n-1) / (n + a·B(n-1)).",
        )
        found = t(
            "Smallest c with B(c) at most %(most)s %%: c = %(c)s, B = %(lost)s %%. With one fewer %(fewer)s %%.",
            most=self._short(100 - self._service),
            c=told.number,
            lost=self._short(100 * told.unmet),
            fewer=self._short(100 * told.unmet_with_fewer),
        )
        pair = (t("A pair is %(pieces)s pieces: %(n)s in all.", pieces=one.pieces, n=told.to_own),)
        return (self._asked(told), length, turn, away, lost, found, *(pair if one.pieces > 1 else ()))

    def _used_up(self, told: Answer) -> tuple[str, ...]:
        t, one = self.at.t, told.demand
        mean = one.per_week * told.delivery_weeks
        return (
            self._asked(told),
            t(
                "A delivery takes %(weeks)s weeks: D = %(rate)s × %(weeks)s = %(mean)s are taken meanwhile.",
                weeks=self._short(told.delivery_weeks),
                rate=self._short(one.per_week, 2),
                mean=self._short(mean, 2),
            ),
            t(
                "Smallest number that lasts with %(service)s %% certainty, where D is Poisson: %(n)s.",
                service=self._service,
                n=told.number,
            ),
        )

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Choose another number, or take the answer as the target."""
        t = self.at.t
        match act:
            case "service":
                options = [(f"{one}", f"{one} %") for one in (80, 90, 95, 98, 99)]
                lead = t("How many of a hundred requests shall be met at once?")
                return Turn(go=Choice(self.at, t("Service level"), options, self._take_service, lead=lead))
            case "weeks":
                return Turn(go=self._choose_weeks((13, 26, 52, 104), self._take_weeks))
            case "delivery":
                return Turn(go=self._choose_weeks((1, 2, 4, 8, 12, 26), self._take_delivery))
        if self._answer is None:
            return None
        return self.may(Right.SETUP) or Turn(go=level_form(self.at, self._line, target=self._answer.to_own))

    def _choose_weeks(self, weeks: tuple[int, ...], take: Callable[[str], Turn]) -> Bench:
        options = [(f"{one}", self.at.n("%(n)d week", "%(n)d weeks", one)) for one in weeks]
        return Choice(self.at, self.at.t("Weeks"), options, take)

    def _short(self, number: float, places: int = 1) -> str:
        return number_said(self.at, number, places)

    def _take_service(self, said: str) -> Turn:
        self._service = int(said)
        return Turn()

    def _take_weeks(self, said: str) -> Turn:
        self._weeks = int(said)
        return Turn()

    def _take_delivery(self, said: str) -> Turn:
        self._delivery = int(said)
        return Turn()


class Idling(_OfLines):
    """What has stood free for long, by line."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._days = restock.IDLE_DAYS

    def view(self) -> View:
        """Show the lines, those that nobody asks for first."""
        t, now = self.at.t, self.at.now()
        found = self.at.ask(lambda conn: restock.idle(conn, self.at.station, days=self._days, now=now))
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.product for one in found], self.at.language)
        )
        columns = (
            Column(t("Name")),
            Column(t("Pieces"), 7, right=True),
            Column(t("Longest"), 10, right=True),
            Column(t("Asked for"), 10),
            Column(t("Digits"), 60, from_width=130),
        )
        rows = tuple(self._row(one, called[one.product]) for one in found)
        lead = t(
            "Free for %(days)s days or longer. Lines that nobody has borrowed since come first.",
            days=self._days,
        )
        acts = (Act("days", t("Another number of days")),)
        empty = t("Nothing has stood that long.")
        pieces = sum(len(one.items) for one in found)
        return View(
            t("What stands idle"),
            lead=lead,
            table=Table(columns, rows, empty),
            counts=((t("idle"), pieces),),
            acts=acts,
        )

    def _row(self, one: Idle, name: str) -> Row:
        asked = self.at.t("yes") if one.asked_for else self.at.t("no")
        longest = self.at.n("%(n)d day", "%(n)d days", one.days)
        digits = ", ".join(codes.spoken(code) for code in one.items)
        return Row(one.product, (name, f"{len(one.items)}", longest, asked, digits), strong=not one.asked_for)

    def acted(self, act: str, row: str | None) -> Turn:  # noqa: ARG002 - it is of all rows
        """Choose how long is long."""
        options = [
            (f"{days}", self.at.n("%(n)d day", "%(n)d days", days)) for days in (30, 90, 180, 365, 730)
        ]
        return Turn(go=Choice(self.at, self.at.t("Another number of days"), options, self._take))

    def _take(self, said: str) -> Turn:
        self._days = int(said)
        return Turn()
