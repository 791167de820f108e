"""Fees and deposits: what is owed and what is to be paid back, thing by thing; whose it is only behind a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection, select

from depot import borrowers, codes
from depot.codes import CardCode, ItemCode, Kind, Scan
from depot.outcomes import CardIs
from depot.states import Fact
from depot.tables import event, loan
from inventory import fees, line_card, money, names
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good, plain
from inventory.desk.views import Act, Column, Field, Row, Table, View
from inventory.fees import Fee, No, State

_MOST_SWEEPS = 20
"""How many batches of new loans are looked at before a list is shown; the rest comes the next time."""


def sweep(at: At) -> None:
    """Make the rows of new loans, as the desk also does when it is idle."""
    now = at.now()
    for _ in range(_MOST_SWEEPS):
        if at.perform(lambda conn, here: fees.advance(conn, here, at.settings.fees, now=now)) < fees.BATCH:
            return


def said_no(at: At, why: No) -> str:
    """Say why something about a fee is not done."""
    t = at.t
    return {
        No.NO_FEE: t("That is not on the list any more."),
        No.NO_LINE: t("The catalogue has no such line."),
        No.NO_LOAN: t("There is no such loan any more."),
        No.OUT_OF_RANGE: t("That amount cannot be meant."),
        No.NO_REASON: t("Say why, in 60 characters at most."),
        No.WRONG_STATE: t("As it stands now, that cannot be done with it."),
    }[why]


def amount_said(at: At, ore: int) -> str:
    """Write an amount."""
    return money.written(ore, language=at.language, country=at.station.country)


def kind_said(at: At, kind: fees.Kind) -> str:
    """Say what is owed."""
    t = at.t
    return {
        fees.Kind.FEE: t("fee"),
        fees.Kind.DEPOSIT: t("deposit"),
        fees.Kind.COMPENSATION: t("compensation"),
    }[kind]


def state_said(at: At, one: Fee) -> str:
    """Say how it stands."""
    t = at.t
    if one.to_pay_back:
        return t("to pay back")
    return {
        State.OWED: t("owed"),
        State.PAID: t("paid"),
        State.WAIVED: t("waived"),
        State.PAID_BACK: t("paid back"),
    }[one.state]


def why_said(at: At, one: Fee) -> str:
    """Say why it was waived, or what it is for."""
    t = at.t
    known = {
        fees.CAP: t("the most is reached"),
        fees.YOUNG: t("young"),
        fees.HOME: t("home, and never paid"),
        fees.UNDONE: t("the loan was a slip"),
        fees.DIED: t("a death"),
    }
    return known.get(one.why, one.why)


class Fees(Bench):
    """What is owed. A card shows what its borrower owes, to who may; a thing what was asked for its loans.

    Args:
        card: only what is asked of the borrower behind this card, whose look-up is logged.
    """

    goes_stale = True

    def __init__(self, at: At, card: str | None = None) -> None:
        super().__init__(at)
        self._card, self._item = card, ""
        self._everything = card is not None
        self._rows: dict[str, Fee] = {}
        sweep(at)
        if card is not None:
            now = at.now()
            at.perform(
                lambda conn, _: borrowers.log_look_up(conn, by=at.by, why="fees", now=now, cards=(card,))
            )

    def view(self) -> View:
        """Show what is owed, the oldest first."""
        t, zone = self.at.t, self.at.settings.time_zone
        found = self.at.ask(self._found)
        self._rows = {one.key: one for one in found}
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.product for one in found], self.at.language)
        )
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("What"), 12),
            Column(t("Amount"), 12, right=True),
            Column(t("Stands"), 11),
            Column(t("Since"), 10, from_width=90),
            Column(t("Why"), 26, from_width=110),
        )
        rows = tuple(
            Row(
                one.key,
                (
                    called[one.product],
                    codes.spoken(one.item),
                    kind_said(self.at, one.kind),
                    amount_said(self.at, one.amount_ore),
                    state_said(self.at, one),
                    f"{one.made_at.astimezone(zone):%d.%m.%Y}",
                    why_said(self.at, one),
                ),
                strong=one.state is State.OWED,
            )
            for one in found
        )
        owed = sum(one.amount_ore for one in found if one.state is State.OWED)
        facts = ((t("Owed in all"), amount_said(self.at, owed)),) if owed else ()
        return View(
            self._title,
            lead=self._lead(),
            facts=facts,
            table=Table(columns, rows, t("Nothing is owed.")),
            counts=((t("owed"), sum(one.state is State.OWED for one in found)),),
            acts=self._acts(),
        )

    @property
    def _title(self) -> str:
        if self._card is None:
            return self.at.t("Fees and deposits")
        return self.at.t("Of the card ending %(digits)s", digits=codes.spoken(self._card)[-2:])

    def _lead(self) -> str:
        t = self.at.t
        if self._card is not None:
            return t("What is asked of the card ending %(digits)s.", digits=codes.spoken(self._card)[-2:])
        if self._item:
            return t("What is asked for %(digits)s. Esc shows all again.", digits=codes.spoken(self._item))
        if not self.at.settings.fees.enabled:
            return t("Loans cost nothing here: fees are off in the settings. Old ones can be settled.")
        return t("No money passes through here: note what was paid. Scan a thing or a card to see its own.")

    def _acts(self) -> tuple[Act, ...]:
        t = self.at.t
        other = t("Only what is open") if self._everything else t("What is settled, too")
        acts = [
            Act("pay", t("Paid")),
            Act("waive", t("Waive")),
            Act("pay_back", t("Deposit paid back")),
            Act("all", other),
        ]
        if self._rows or self._item:
            acts.append(Act("ask", t("Ask for compensation")))
        if self._card is None:
            acts.append(Act("lines", t("What lines cost")))
        return tuple(acts)

    def _found(self, conn: Connection) -> tuple[Fee, ...]:
        if self._card is not None:
            found = fees.of_card(conn, self._card)
        else:
            found = fees.listing(conn, everything=self._everything or bool(self._item))
        if self._item:
            return tuple(one for one in found if one.item == self._item)
        return found if self._everything else tuple(one for one in found if _is_open(one))

    def opened(self, row: str) -> Turn | None:
        """Open the thing's card."""
        from inventory.benches.thing import Thing

        found = self._rows.get(row)
        return Turn(go=Thing(self.at, found.item)) if found is not None else None

    def scanned(self, scan: Scan) -> Turn | None:
        """Show what is asked for the thing, or of the card's borrower to who may."""
        match scan:
            case ItemCode():
                self._item = scan.code
                return plain("")
            case CardCode():
                known = self.at.ask(
                    lambda conn: borrowers.meet(conn, self.at.station, scan.code, now=self.at.now())
                )
                if known.what in (CardIs.UNKNOWN, CardIs.UNASSIGNED):
                    return bad(self.at.t("This card is nobody's."))
                return self.may(Right.PEOPLE) or Turn(go=Fees(self.at, scan.code))
            case _:
                return None

    def back(self) -> Turn:
        """Show all again after one thing, else leave."""
        if self._item:
            self._item = ""
            return plain("")
        return Turn(leave=True)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Settle the chosen row, or show something else."""
        match act:
            case "all":
                self._everything = not self._everything
                return Turn()
            case "lines":
                return Turn(go=Costs(self.at))
            case "ask":
                return self._ask(row)
        found = self._rows.get(row or "")
        if found is None:
            return None
        refused = self.may(Right.WAIVE if act == "waive" else Right.PEOPLE)
        if refused is not None:
            return refused
        match act:
            case "pay":
                return self._do(found, fees.pay, self.at.t("Noted as paid."))
            case "pay_back":
                return self._do(found, fees.pay_back, self.at.t("Noted as paid back."))
            case _:
                return Turn(go=self._why(found))

    def _do(self, one: Fee, deed: Callable[..., No | None], said: str, **more: str) -> Turn:
        now = self.at.now()
        refused = self.at.perform(lambda conn, _: deed(conn, one.key, by=self.at.by, now=now, **more))
        if refused is not None:
            return bad(said_no(self.at, refused))

        def take_back() -> Turn:
            then = self.at.now()
            no = self.at.perform(lambda conn, _: fees.take_back(conn, one.key, by=self.at.by, now=then))
            return bad(said_no(self.at, no)) if no is not None else good(self.at.t("Undone."))

        question = self.at.t("Was that a slip? %(amount)s", amount=amount_said(self.at, one.amount_ore))
        return good(said, Undo(question, take_back))

    def _why(self, one: Fee) -> Bench:
        t = self.at.t
        other = "other"
        options = [
            (t("cannot pay"), t("cannot pay")),
            (t("our mistake"), t("our mistake")),
            (t("not worth it"), t("not worth it")),
            (other, t("another reason, typed")),
        ]

        def chosen(why: str) -> Turn:
            if why != other:
                return self._do(one, fees.waive, t("Waived."), why=why)
            return Turn(go=self._typed_why(one))

        lead = t("Why is %(amount)s waived?", amount=amount_said(self.at, one.amount_ore))
        return Choice(self.at, t("Waive"), options, chosen, lead=lead)

    def _typed_why(self, one: Fee) -> Bench:
        t = self.at.t
        hint = t("no names, nothing about health")

        def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            if not typed["why"]:
                return {"why": said_no(self.at, No.NO_REASON)}
            return self._do(one, fees.waive, t("Waived."), why=typed["why"])

        return Fill(self.at, t("Waive"), (Field("why", t("Why"), longest=fees.LONGEST, hint=hint),), done)

    def _ask(self, row: str | None) -> Turn:
        """Ask for compensation for the loan of the chosen row, or the latest of the thing that was scanned."""
        t = self.at.t
        refused = self.may(Right.PEOPLE)
        if refused is not None:
            return refused
        found = self._rows.get(row or "")
        key = found.loan if found is not None else self.at.ask(lambda conn: _latest(conn, self._item))
        if key is None:
            return bad(t("Nobody has borrowed it yet."))
        fields = (
            Field("amount", t("Amount"), longest=10, hint=t("such as 450 or 99,50")),
            Field("why", t("For what"), longest=fees.LONGEST, hint=t("no names, nothing about health")),
        )

        def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            ore = money.ore_of(typed["amount"])
            if not ore:
                return {"amount": said_no(self.at, No.OUT_OF_RANGE)}
            if not typed["why"]:
                return {"why": said_no(self.at, No.NO_REASON)}
            return self._asked(key, ore, typed["why"])

        thing = found.item if found is not None else self._item
        name = self.at.ask(lambda conn: names.of_thing(conn, thing, self.at.language))
        lead = f"{name}   {codes.spoken(thing)}"
        return Turn(go=Fill(self.at, t("Ask for compensation"), fields, done, lead=lead))

    def _asked(self, loan_key: str, ore: int, why: str) -> Turn:
        t, now = self.at.t, self.at.now()
        made = self.at.perform(lambda conn, _: fees.ask_for(conn, loan_key, amount_ore=ore, why=why, now=now))
        if isinstance(made, No):
            return bad(said_no(self.at, made))

        def take_back() -> Turn:
            then = self.at.now()
            no = self.at.perform(
                lambda conn, _: fees.waive(conn, made, why=t("a slip"), by=self.at.by, now=then)
            )
            return bad(said_no(self.at, no)) if no is not None else good(t("Waived."))

        said = t("%(amount)s is owed.", amount=amount_said(self.at, ore))
        return good(said, Undo(t("Was that a slip? Then it is waived."), take_back))


def _is_open(one: Fee) -> bool:
    return one.state is State.OWED or one.to_pay_back


def _latest(conn: Connection, item: str) -> str | None:
    """Return the key of a thing's latest loan, found by the thing's own events: loans have no index of things."""
    asked = (
        select(loan.c.key)
        .join(event, event.c.key == loan.c.key)
        .where(event.c.item == item, event.c.kind == Fact.CHECK_OUT.value)
        .order_by(event.c.tick.desc())
        .limit(1)
    )
    key: str | None = conn.scalar(asked)
    return key


class Costs(Bench):
    """What one loan of one piece costs, line by line."""

    def view(self) -> View:
        """Show the lines that cost something."""
        t = self.at.t
        found = self.at.ask(fees.lines)
        called = self.at.ask(lambda conn: names.of_lines(conn, found, self.at.language))
        columns = (
            Column(t("Line"), 8),
            Column(t("Name")),
            Column(t("Fee"), 14, right=True),
            Column(t("Deposit"), 14, right=True),
        )
        rows = tuple(
            Row(line, (line, called[line], amount_said(self.at, cost), amount_said(self.at, deposit)))
            for line, (cost, deposit) in sorted(found.items())
        )
        acts: list[Act] = [Act("other", t("Another line"))]
        if rows:
            acts = [Act("set", t("Change it")), *acts]
        terms = self.at.settings.fees
        facts = [
            (t("One borrower pays at most"), amount_said(self.at, terms.cap_ore) if terms.cap_ore else "")
        ]
        if terms.free_under_age:
            facts.append((t("Free under age"), f"{terms.free_under_age}"))
        return View(
            t("What lines cost"),
            lead=t("For each piece and loan, from now on. Scan a shelf label to set its line."),
            facts=tuple((word, what) for word, what in facts if what),
            table=Table(columns, rows, t("No line costs anything.")),
            acts=tuple(acts),
        )

    @property
    def digits_mean(self) -> Kind:
        """Eight typed digits are those on a shelf label."""
        return Kind.PRODUCT

    def opened(self, row: str) -> Turn | None:
        """Change what a line costs."""
        return self.may(Right.SETUP) or Turn(go=_cost_form(self.at, row))

    def scanned(self, scan: Scan) -> Turn | None:
        """Set what the line costs whose shelf label, or maker's number, was scanned."""
        line = self.at.ask(
            lambda conn: line_card.meant(conn, getattr(scan, "code", "") or getattr(scan, "gtin14", ""))
        )
        if line is None:
            return None
        return self.may(Right.SETUP) or Turn(go=_cost_form(self.at, line))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Change a line's cost, or give another line one."""
        refused = self.may(Right.SETUP)
        if refused is not None:
            return refused
        if act == "set" and row is not None:
            return Turn(go=_cost_form(self.at, row))
        t = self.at.t
        field = Field("line", t("Line"), longest=20, hint=t("its code, or the digits on its shelf label"))

        def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            line = self.at.ask(lambda conn: line_card.meant(conn, typed["line"]))
            if line is None:
                return {"line": said_no(self.at, No.NO_LINE)}
            return Turn(go=_cost_form(self.at, line))

        return Turn(go=Fill(self.at, t("What lines cost"), (field,), done))


def _cost_form(at: At, line: str) -> Bench:
    t = at.t
    before = at.ask(fees.lines).get(line, (0, 0))
    name = at.ask(lambda conn: names.of_line(conn, line, at.language))

    def typed_as(ore: int) -> str:
        return f"{ore / 100:g}".replace(".", ",")

    fields = (
        Field(
            "fee", t("Fee"), typed_as(before[0]), longest=10, hint=t("for each piece and loan; 0: nothing")
        ),
        Field(
            "deposit", t("Deposit"), typed_as(before[1]), longest=10, hint=t("left while it is out; 0: none")
        ),
    )

    def store(cost: int, deposit: int) -> No | None:
        now = at.now()
        return at.perform(
            lambda conn, _: fees.set_line(conn, line, fee_ore=cost, deposit_ore=deposit, now=now, by=at.by)
        )

    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        cost, deposit = money.ore_of(typed["fee"] or "0"), money.ore_of(typed["deposit"] or "0")
        if cost is None or deposit is None:
            return {"fee" if cost is None else "deposit": said_no(at, No.OUT_OF_RANGE)}
        refused = store(cost, deposit)
        if refused is not None:
            return {"fee": said_no(at, refused)}
        said = t(
            "%(name)s: %(fee)s, deposit %(deposit)s.",
            name=name,
            fee=amount_said(at, cost),
            deposit=amount_said(at, deposit),
        )
        return good(said, Undo(t("Put the cost back as it was?"), take_back))

    def take_back() -> Turn:
        refused = store(*before)
        return bad(said_no(at, refused)) if refused is not None else good(t("Undone."))

    lead = t("Loans that are made already keep what stood when they were made.")
    return Fill(at, name, fields, done, lead=lead)
