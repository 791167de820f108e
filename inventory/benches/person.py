"""Somebody who borrows, opened by one of their cards: what they have, what they wait for, what may be done for them.

Opening is logged, once, and nothing of it stays: the title names the card's last two digits, and what is said of
a deed names a thing or nobody. Whoever may not look people up sees of a card how much is out, and lends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from depot import borrowers, coarse, codes, holds, stock
from depot.outcomes import CardIs, Met, Reason, Refused
from depot.phone import parse_phone
from depot.words import words_in
from inventory import names, people
from inventory.benches.lending import Lend, Return, ending
from inventory.benches.overriding import reason_said
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Question, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Row, Said, Table, Tone, View

if TYPE_CHECKING:
    from depot.codes import Scan

_LOAN, _HOLD = "loan ", "hold "
OPENED = "opened at the desk"
"""Why somebody was looked up, as the log has it."""


class Person(Bench):
    """The borrower behind a card.

    Args:
        card: the card's code.
    """

    def __init__(self, at: At, card: str) -> None:
        super().__init__(at)
        self.card = card
        self._sees = at.acting.may(Right.PEOPLE)
        if self._sees:
            now = at.now()
            at.perform(lambda conn, _: people.log(conn, card, why=OPENED, by=at.by, now=now))

    # --- what is shown ---

    def view(self) -> View:
        """Show them as they stand now."""
        now, language, code = self.at.now(), self.at.language, self.card
        who = (
            self.at.ask(lambda conn: people.person(conn, self.at.station, code, language=language, now=now))
            if self._sees
            else None
        )
        title = self.at.t("Card ending %(digits)s", digits=ending(code))
        if who is not None:
            return self._all(title, who)
        return self._card_alone(
            title, self.at.ask(lambda conn: borrowers.meet(conn, self.at.station, code, now=now))
        )

    def _card_alone(self, title: str, met: Met) -> View:
        t = self.at.t
        match met.what:
            case CardIs.UNKNOWN:
                return View(title, lead=t("This card was not printed here."))
            case CardIs.UNASSIGNED:
                register = Act("register", t("Register somebody with it"))
                return View(title, lead=t("This card is nobody's yet."), acts=(register,))
            case CardIs.BLOCKED:
                home = Act("return", t("Take things back"))
                return View(title, lead=t("This card is blocked."), acts=(home,))
            case CardIs.OPEN:
                nearest = f"{met.nearest_due:%d.%m.%Y}" if met.nearest_due else "–"
                facts = ((t("Loans"), str(met.lines)), (t("Nearest date"), nearest))
                acts = (Act("lend", t("Lend")), Act("return", t("Take things back")))
                return View(title, lead=t("Scan what is lent or brought."), facts=facts, acts=acts)

    def _all(self, title: str, who: people.Person) -> View:
        t = self.at.t
        columns = (
            Column(t("Thing")),
            Column(t("Digits"), 9),
            Column(t("Day"), 10),
            Column(t("How it stands"), 40, from_width=70),
        )
        rows = (*map(self._loan, who.loans), *map(self._in_line, who.queues))
        return View(
            title,
            lead=self._lead(who),
            facts=tuple((word, said) for word, said in self._facts(who) if said),
            table=Table(columns, rows, t("Nothing is out, and nothing is waited for.")),
            counts=((t("out"), sum(one.line.pieces for one in who.loans)), (t("late"), who.late)),
            acts=tuple(Act(key, label) for key, label in self._acts(who)),
        )

    def _lead(self, who: people.Person) -> str:
        t = self.at.t
        if who.died_on is not None:
            return t("Noted as dead. Nobody is rung, and nothing is asked for by letter.")
        if who.blocked is not None:
            return t("Blocked: %(why)s", why=who.blocked)
        return t("Not confirmed yet.") if who.standing == "starter" else t("Scan what is lent or brought.")

    def _facts(self, who: people.Person) -> tuple[tuple[str, str], ...]:
        t, zone = self.at.t, self.at.settings.time_zone
        since = coarse.written(who.since, zone)
        confirmed = who.standing == "confirmed"
        return (
            (t("Name"), who.name or t("not known")),
            (t("Telephone"), self._number(who.phone)),
            (
                t("Standing"),
                t("confirmed, known since %(day)s", day=since)
                if confirmed
                else t("not confirmed, since %(day)s", day=since),
            ),
            (t("Cards"), ", ".join(map(self._one_card, who.cards))),
            (t("Language"), words_in(who.language).name if who.language else ""),
            (t("Born"), str(who.birth_year or "")),
            (t("PIN"), t("has one") if who.has_pin else ""),
            (t("Owed"), self._owed(who)),
        )

    def _number(self, e164: str | None) -> str:
        phone = parse_phone(e164, region=self.at.station.country) if e164 else None
        return phone.grouped if phone is not None else e164 or self.at.t("no number")

    def _one_card(self, card: people.Card) -> str:
        t, digits = self.at.t, f"… {ending(card.code)}"
        if card.blocked is None:
            return digits
        said = t("lost and replaced") if card.blocked == borrowers.LOST else t("opens nothing")
        return f"{digits} ({said})"

    def _owed(self, who: people.Person) -> str:
        t, left = self.at.t, who.left
        said = []
        if left.parts:
            said.append(self.at.n("%(n)d part", "%(n)d parts", sum(one[2] for one in left.parts)))
        if left.owed_ore:
            said.append(self._money(left.owed_ore))
        if left.deposits_ore:
            said.append(t("a deposit of %(sum)s to be paid back", sum=self._money(left.deposits_ore)))
        return ", ".join(said)

    def _money(self, ore: int) -> str:
        from inventory import money

        return money.written(ore, language=self.at.language, country=self.at.station.country)

    def _loan(self, one: people.OnLoan) -> Row:
        t, line = self.at.t, one.line
        said = [t("late")] if line.late else []
        if line.pieces > 1:
            said.append(self.at.n("%(n)d piece", "%(n)d pieces", line.pieces))
        if line.renewals:
            said.append(t("renewed %(n)d times", n=line.renewals))
        said += [reason_said(self.at, Reason(flag)) for flag in one.flags if flag in set(Reason)]
        due = f"{line.due:%d.%m.%Y}" if line.due else ""
        return Row(
            _LOAN + line.item, (one.name, codes.spoken(line.item), due, ", ".join(said)), strong=line.late
        )

    def _in_line(self, one: people.InLine) -> Row:
        t, held = self.at.t, one.held
        if held.item:
            day = f"{held.pick_up_by:%d.%m.%Y}" if held.pick_up_by else ""
            said = t("set aside, slip %(slip)s", slip=codes.spoken(held.slip))
            return Row(_HOLD + held.key, (one.name, codes.spoken(held.item), day, said), strong=True)
        day = f"{held.expected:%d.%m.%Y}" if held.expected else ""
        return Row(_HOLD + held.key, (one.name, "", day, t("number %(n)d in line", n=held.place)))

    def _acts(self, who: people.Person) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        if who.died_on is not None:
            return (
                ("return", t("Take things back")),
                ("alive", t("Not dead after all")),
                ("export", t("All that is known of them")),
                ("erase", t("Forget them")),
            )
        return (
            ("lend", t("Lend")),
            ("return", t("Take things back")),
            ("renew", t("Renew")),
            ("cards", t("Cards")),
            ("pin", t("PIN")),
            ("change", t("Name and number")),
            ("unblock", t("Lift the block")) if who.blocked is not None else ("block", t("Block")),
            ("confirm", t("Confirm"))
            if who.standing == "starter"
            else ("merge", t("Merge with another card")),
            ("more", t("More")),
        )

    # --- what is done ---

    def scanned(self, scan: Scan) -> Turn | None:
        """Ask what is done with a thing; open another card in this one's place."""
        if isinstance(scan, codes.CardCode):
            return Turn(Said("", Tone.READ), instead=Person(self.at, scan.code))
        if not isinstance(scan, codes.ItemCode):
            return None
        no = self.may(Right.RING)
        if no is not None:
            return no
        name = self.at.ask(lambda conn: names.of_thing(conn, scan.code, self.at.language))
        return Turn(
            go=Choice(
                self.at,
                self.at.t("What is done with it?"),
                (("lend", self.at.t("Lend")), ("return", self.at.t("Take it back"))),
                lambda what: self._with_it(what, scan),
                lead=f"{name}   {codes.spoken(scan.code)}".strip(),
            )
        )

    def _with_it(self, what: str, scan: Scan) -> Turn:
        bench = Lend(self.at, self.card) if what == "lend" else Return(self.at, self.card)
        turn = bench.scanned(scan)
        if turn is None or turn.go is not None:
            return turn or Turn(go=bench)
        return Turn(turn.said, go=bench, undo=turn.undo)

    def opened(self, row: str) -> Turn | None:
        """Open the card of a thing; ask whether a place in line ends."""
        if row.startswith(_LOAN):
            from inventory.benches.thing import Thing

            return Turn(go=Thing(self.at, row.removeprefix(_LOAN)))
        question = self.at.t("Take this place in line away? What is set aside goes to the next one.")
        title = self.at.t("Place in line")
        return Turn(go=Question(self.at, title, question, lambda: self._cancel(row.removeprefix(_HOLD))))

    def _cancel(self, key: str) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(lambda conn, here: holds.cancel(conn, here, key=key, now=now, by=by))
        if isinstance(outcome, Refused):
            return bad(self.at.t("That place in line is over already."))

        def undo() -> Turn:
            when = self.at.now()
            back = self.at.perform(
                lambda conn, here: stock.undo(conn, here, deed=outcome.deed, now=when, by=by)
            )
            if isinstance(back, Refused):
                return bad(self.at.t("Too late: something has happened to it since."))
            return good(self.at.t("Undone."))

        said = self.at.t("The place in line is ended.")
        return good(said, Undo(self.at.t("Give the place in line back?"), undo))

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - it is the card that is printed
        """Print their card once more."""
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        from inventory.benches.printing import Print

        return Turn(go=Print(self.at, "card", (self.card,)))

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Do what a digit says."""
        if act in ("lend", "return"):
            bench = Lend(self.at, self.card) if act == "lend" else Return(self.at, self.card)
            return self.may(Right.RING) or Turn(go=bench)
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        if act == "renew":
            return self._renew(row)
        return self._does[act]() if act in self._does else None

    @property
    def _does(self) -> Mapping[str, Callable[[], Turn]]:
        from inventory.benches import caring, farewell

        return {
            "register": self._register,
            "cards": lambda: caring.cards(self),
            "pin": lambda: caring.pin(self),
            "change": lambda: caring.change(self),
            "block": lambda: caring.block(self),
            "unblock": lambda: caring.unblock(self),
            "confirm": lambda: caring.confirm(self),
            "merge": lambda: caring.merge(self),
            "more": self._more,
            "fees": self._fees,
            "died": lambda: farewell.died(self),
            "alive": lambda: farewell.alive(self),
            "export": lambda: farewell.export(self),
            "erase": lambda: farewell.erase(self),
        }

    def _more(self) -> Turn:
        t = self.at.t
        options = (
            ("merge", t("Merge with another card")),
            ("fees", t("Fees and deposits")),
            ("died", t("They have died")),
            ("export", t("All that is known of them")),
            ("erase", t("Forget them")),
        )
        return Turn(go=Choice(self.at, t("More"), options, lambda what: self._does[what]()))

    def _fees(self) -> Turn:
        from inventory.benches.fees import Fees

        return Turn(go=Fees(self.at, self.card))

    def _register(self) -> Turn:
        from inventory.benches.registering import Register

        return Turn(instead=Register(self.at, self.card))

    def _renew(self, row: str | None) -> Turn:
        from inventory.benches.telephone import renew

        if row is None or not row.startswith(_LOAN):
            return bad(self.at.t("Choose one of the loans first."))
        return renew(self.at, row.removeprefix(_LOAN))[0]
