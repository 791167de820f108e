"""What is done for somebody who stands at the desk: cards, PIN, what they are known by, blocks, two who are one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from depot import borrowers, coarse, codes
from depot.phone import parse_phone
from inventory import people, ringing
from inventory.benches.lending import ending
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good, read
from inventory.desk.views import Act, Column, Field, Row, Table, Takes, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from depot.codes import Scan
    from inventory.benches.person import Person

_LONGEST_PIN = 8


def _on(person: Person, deed: Callable[[Connection], None]) -> None:
    person.at.perform(lambda conn, _: deed(conn))


# --- cards ---


def cards(person: Person) -> Turn:
    """Offer what may be done about somebody's cards."""
    t = person.at.t
    options = (
        ("lost", t("A card is lost: give another")),
        ("found", t("A lost card was found again")),
        ("print", t("Print the card once more")),
    )

    def chosen(what: str) -> Turn:
        if what == "print":
            return person.printing(None) or Turn()
        is_lost = what == "found"
        return _which_card(person, lost=is_lost, then=_found if is_lost else _lose)

    return Turn(go=Choice(person.at, t("Cards"), options, chosen))


def _which_card(person: Person, *, lost: bool, then: Callable[[Person, str], Turn]) -> Turn:
    at = person.at
    who = at.ask(
        lambda conn: people.person(conn, at.station, person.card, language=at.language, now=at.now())
    )
    wanted = borrowers.LOST if lost else None
    found = [one.code for one in who.cards if one.blocked == wanted] if who is not None else []
    if not found:
        return bad(at.t("There is no such card."))
    if len(found) == 1:
        return then(person, found[0])
    options = [(code, at.t("Card ending %(digits)s", digits=ending(code))) for code in found]
    return Turn(go=Choice(at, at.t("Which card?"), options, lambda code: then(person, code)))


def _lose(person: Person, code: str) -> Turn:
    return Turn(go=NewCard(person, code))


def _found(person: Person, code: str) -> Turn:
    at, now = person.at, person.at.now()
    _on(person, lambda conn: borrowers.block_card(conn, code, None, now=now, by=at.by))
    return good(
        at.t("The card ending %(digits)s works again.", digits=ending(code)),
        Undo(at.t("Is the card lost after all?"), lambda: _lost_again(person, code)),
    )


def _lost_again(person: Person, code: str) -> Turn:
    at, now = person.at, person.at.now()
    _on(person, lambda conn: borrowers.block_card(conn, code, borrowers.LOST, now=now, by=at.by))
    return good(at.t("Undone."))


class NewCard(Bench):
    """Asks for the card that comes instead of a lost one.

    Args:
        person: whose it is; lost: the lost card's code.
    """

    def __init__(self, person: Person, lost: str) -> None:
        super().__init__(person.at)
        self._person, self._lost = person, lost

    @property
    def digits_mean(self) -> codes.Kind:
        """Eight typed digits are a card's."""
        return codes.Kind.CARD

    def view(self) -> View:
        """Ask for it."""
        t = self.at.t
        return View(
            t("Another card"),
            lead=t("Scan a card from the box, or have a new one printed."),
            text=(
                t("The card ending %(digits)s opens nothing from then on.", digits=ending(self._lost)),
                t("What is out and what is waited for goes with its borrower."),
            ),
            acts=(Act("print", t("Print a new card")),),
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Give a card from the box."""
        return self._give(scan.code) if isinstance(scan, codes.CardCode) else None

    def acted(self, act: str, row: str | None) -> Turn:  # noqa: ARG002 - there is one act
        """Give a new one."""
        if not self.at.station.prints:
            return bad(self.at.t("This desk has no printer. Take a card from the box."))
        return self._give(None)

    def _give(self, new: str | None) -> Turn:
        at, now, before = self.at, self.at.now(), self._lost
        try:
            given = at.perform(lambda conn, here: people.lost(conn, here, before, new=new, by=at.by, now=now))
        except LookupError:
            return bad(at.t("That card cannot be given: it is somebody's, blocked, or not from here."))
        self._person.card = given
        said = at.t("From now on it is the card ending %(digits)s.", digits=ending(given))
        question = at.t("Is the old card there after all? The new one opens nothing then.")
        undo = Undo(question, lambda: self._undo(before, given))
        return Turn(good(said).said, leave=True, undo=undo)

    def _undo(self, before: str, given: str) -> Turn:
        at, now = self.at, self.at.now()

        def deed(conn: Connection) -> None:
            borrowers.block_card(conn, before, None, now=now, by=at.by)
            borrowers.block_card(conn, given, borrowers.LOST, now=now, by=at.by)

        _on(self._person, deed)
        self._person.card = before
        return good(at.t("Undone."))


# --- PIN ---


def pin(person: Person) -> Turn:
    """Let the borrower type a PIN, twice."""
    t = person.at.t
    once = Field("pin", t("PIN"), takes=Takes.SECRET, longest=_LONGEST_PIN)
    again = Field("again", t("Once more"), takes=Takes.SECRET, longest=_LONGEST_PIN)

    def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        from depot import pins

        chosen, now = values["pin"], person.at.now()
        if not pins.is_made_of_digits(chosen, pins.SHORTEST, pins.LONGEST):
            return {"pin": t("A PIN has four to eight digits.")}
        if chosen != values["again"]:
            return {"again": t("The two are not alike.")}
        _on(person, lambda conn: pins.set_pin(conn, person.card, chosen, now=now, by=person.at.by))
        return good(t("The PIN is set."))

    lead = t("The borrower types it, four to eight digits, and once more.")
    return Turn(go=Fill(person.at, t("PIN"), (once, again), typed, lead=lead))


# --- what they are known by ---


def change(person: Person) -> Turn:
    """Change name, number and year of birth."""
    at, t = person.at, person.at.t
    who = at.ask(
        lambda conn: people.person(conn, at.station, person.card, language=at.language, now=at.now())
    )
    if who is None:
        return bad(t("That card is nobody's."))
    before = {"name": who.name, "phone": who.phone, "birth_year": who.birth_year}
    fields = (
        Field("name", t("Name"), value=who.name or "", longest=100),
        Field("phone", t("Telephone"), value=who.phone or "", longest=20),
        born_field(at, str(who.birth_year or "")),
    )

    def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        said = read_contact(at, values)
        if isinstance(said, Wrong):
            return said.lines
        _write(person, said)
        return good(t("Changed."), Undo(t("Change it back as it was?"), lambda: _back(person, before)))

    return Turn(go=Fill(at, t("Name and number"), fields, typed))


def _write(person: Person, said: Mapping[str, str | int | None]) -> None:
    at, now = person.at, person.at.now()
    _on(person, lambda conn: borrowers.change(conn, person.card, now=now, by=at.by, **said))


def _back(person: Person, before: Mapping[str, str | int | None]) -> Turn:
    _write(person, before)
    return good(person.at.t("Undone."))


def born_field(at: At, value: str = "") -> Field:
    """One line for a year of birth."""
    hint = at.t("for whoever pays no fee for their age; may be empty")
    return Field("born", at.t("Born in the year"), value=value, takes=Takes.DIGITS, longest=4, hint=hint)


class Wrong:
    """What is the matter with lines that were typed."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self.lines = lines


def read_contact(at: At, values: Mapping[str, str]) -> dict[str, str | int | None] | Wrong:
    """Read name, number and year of birth as they were typed."""
    t, name, number, born = at.t, values["name"], values["phone"], values["born"]
    if not name or not name.isprintable():
        return Wrong({"name": t("Type a name.")})
    phone = parse_phone(number, region=at.station.country) if number else None
    if number and phone is None:
        return Wrong({"phone": t("Nobody can be rung at this number. Look once more.")})
    this_year = at.station.today(at.now()).year
    if born and not this_year - 120 <= int(born) <= this_year:
        return Wrong({"born": t("Four digits, such as 1948.")})
    return {
        "name": name,
        "phone": phone.e164 if phone is not None else None,
        "birth_year": int(born) if born else None,
    }


# --- blocked, confirmed ---


def block(person: Person) -> Turn:
    """Block somebody, for a reason."""
    t = person.at.t
    options = (
        ("keeps", t("does not bring things back")),
        ("damages", t("things come back broken")),
        ("misused", t("the card was misused")),
        ("other", t("another reason, typed")),
    )
    said = dict(options)

    def chosen(what: str) -> Turn:
        if what != "other":
            return _block(person, said[what])
        line = Field("why", t("Why"), longest=60)
        lead = t("A few words, and nothing about anybody's health.")
        return Turn(go=Fill(person.at, t("Block"), (line,), typed, lead=lead))

    def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        return _block(person, values["why"]) if values["why"] else {"why": t("Say why.")}

    lead = t("Nothing more is lent then. What is out stays out, and everything may be brought.")
    return Turn(go=Choice(person.at, t("Block"), options, chosen, lead=lead))


def _set_block(person: Person, why: str | None) -> None:
    at, now = person.at, person.at.now()
    _on(person, lambda conn: borrowers.block(conn, person.card, why, now=now, by=at.by))


def _block(person: Person, why: str) -> Turn:
    t = person.at.t
    _set_block(person, why)

    def undo() -> Turn:
        _set_block(person, None)
        return good(t("Undone."))

    return good(t("Blocked."), Undo(t("Lift the block again?"), undo))


def unblock(person: Person) -> Turn:
    """Lift a block."""
    at, t = person.at, person.at.t
    who = at.ask(
        lambda conn: people.person(conn, at.station, person.card, language=at.language, now=at.now())
    )
    why = who.blocked if who is not None else None
    _set_block(person, None)

    def undo() -> Turn:
        _set_block(person, why)
        return good(t("Undone."))

    return good(t("The block is lifted."), Undo(t("Block them again, for the same reason?"), undo))


def confirm(person: Person) -> Turn:
    """Confirm a card from the box."""
    t = person.at.t
    line = Field("name", t("Name"), longest=100, hint=t("may be empty"))

    def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        return confirmed(person.at, person.card, values["name"])

    lead = t("They showed who they are, or answered the telephone.")
    return Turn(go=Fill(person.at, t("Confirm"), (line,), typed, lead=lead))


def confirmed(at: At, card: str, name: str) -> Turn:
    """Confirm the borrower behind a card, by whatever name they gave."""
    now = at.now()

    def deed(conn: Connection) -> str:
        borrowers.confirm(conn, card, now=now, name=name or None, by=at.by)
        return borrowers.behind(conn, card)

    who = at.perform(lambda conn, _: deed(conn))

    def undo() -> Turn:
        when = at.now()
        at.perform(lambda conn, _: ringing.unconfirm(conn, who, by=at.by, now=when))
        return good(at.t("Undone."))

    return good(at.t("Confirmed."), Undo(at.t("Take the confirmation back?"), undo))


# --- two who are one ---


def merge(person: Person) -> Turn:
    """Ask for the other card of somebody who has two."""
    return Turn(go=OtherCard(person))


class OtherCard(Bench):
    """Asks for the other card.

    Args:
        person: one of the two.
    """

    def __init__(self, person: Person) -> None:
        super().__init__(person.at)
        self._person = person

    @property
    def digits_mean(self) -> codes.Kind:
        """Eight typed digits are a card's."""
        return codes.Kind.CARD

    def view(self) -> View:
        """Ask for it."""
        t = self.at.t
        return View(
            t("Merge with another card"),
            lead=t("Scan the other card."),
            text=(t("Without a scanner: press 0 and type its eight digits."),),
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Show the two beside each other."""
        if not isinstance(scan, codes.CardCode):
            return None
        no = Merge.refused(self.at, self._person.card, scan.code)
        return bad(no) if no else Turn(instead=Merge(self.at, self._person.card, scan.code))


class Merge(Bench):
    """Two borrowers who may be one person, beside each other.

    Args:
        stays: the card of the one who stays; ends: the card of the one who ends.
    """

    def __init__(self, at: At, stays: str, ends: str) -> None:
        super().__init__(at)
        self._stays, self._ends = stays, ends
        self._log(at, stays, ends)

    @staticmethod
    def _log(at: At, *cards: str) -> None:
        now = at.now()

        def look(conn: Connection) -> None:
            for code in cards:
                people.log(conn, code, why="two who may be one", by=at.by, now=now)

        at.perform(lambda conn, _: look(conn))

    @staticmethod
    def refused(at: At, stays: str, ends: str) -> str:
        """Say why two cards cannot be made one person's; empty where they can."""

        def look(conn: Connection) -> tuple[people.Side | None, people.Side | None, bool]:
            one, other = (people.side(conn, code) for code in (stays, ends))
            alike = one is not None and other is not None
            return one, other, alike and borrowers.behind(conn, stays) == borrowers.behind(conn, ends)

        one, other, same = at.ask(look)
        if one is None or other is None:
            return at.t("That card is nobody's.")
        if same:
            return at.t("Both cards are one person's already.")
        if one.died or other.died:
            Merge._log(at, stays, ends)  # that somebody has died is told here
            return at.t("One of them is noted as dead.")
        return ""

    def view(self) -> View:
        """Show both."""
        t = self.at.t
        stays, ends = self.at.ask(
            lambda conn: (people.side(conn, self._stays), people.side(conn, self._ends))
        )
        columns = (
            Column("", 16),
            Column(t("Stays: card ending %(digits)s", digits=ending(self._stays))),
            Column(t("Ends: card ending %(digits)s", digits=ending(self._ends))),
        )
        told = zip(self._words(), self._told(stays), self._told(ends), strict=True)
        return View(
            t("One person?"),
            lead=t("Are these one person? Who ends goes over to who stays, with everything."),
            table=Table(columns, tuple(Row(cells[0], cells) for cells in told)),
            acts=(Act("merge", t("Merge")), Act("swap", t("The other one stays"))),
            yes=t("merge"),
        )

    def _words(self) -> tuple[str, ...]:
        t = self.at.t
        return (t("Name"), t("Standing"), t("Since"), t("Cards"), t("Loans"), t("In line"), t("Blocked"))

    def _told(self, side: people.Side | None) -> tuple[str, ...]:
        if side is None:
            return ("",) * len(self._words())
        t = self.at.t
        return (
            side.name or t("not known"),
            t("confirmed") if side.standing == "confirmed" else t("not confirmed yet"),
            coarse.written(side.since, self.at.settings.time_zone),
            str(side.cards),
            str(side.loans),
            str(side.queues),
            t("yes") if side.blocked else t("no"),
        )

    def opened(self, row: str) -> Turn:  # noqa: ARG002 - it is about both
        """Merge them, whichever row is chosen."""
        return self._ask()

    def acted(self, act: str, row: str | None) -> Turn:  # noqa: ARG002 - it is about both
        """Merge them, or let the other one stay."""
        if act == "merge":
            return self._ask()
        self._stays, self._ends = self._ends, self._stays
        return read("")

    def _ask(self) -> Turn:
        """Ask once more: there is no way back."""
        t = self.at.t
        text = (
            t("Make the two one person?"),
            t("This cannot be undone: what was whose is not told apart again."),
            t("Both cards go on working. A block on either stays."),
        )
        return Turn(instead=Question(self.at, t("One person?"), text, self._merge))

    def _merge(self) -> Turn:
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        now, by = self.at.now(), self.at.by
        try:
            self.at.perform(lambda conn, _: borrowers.merge(conn, self._ends, self._stays, now=now, by=by))
        except LookupError:
            return bad(self.at.t("They are one already, or one of them is gone."))
        return good(self.at.t("The two are one person now."))
