"""A thing's card: what it is, where it is, what is known of it, its whole life, and what may be done with it now.

Whoever stands here has scanned it or found it, and sees everything but whose it is. What may be done follows
from its state; the first digit is what it waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from depot import codes, renewals, stock
from depot.codes import Command, CommandCode, Gtin, ItemCode, Kind, Scan, ShelfCode, Udi
from depot.outcomes import Already, CheckedIn, Moved, Outcome, Refused, Renewed
from depot.states import State
from inventory import life, money, moving, names, notes, repairs, things, upkeep
from inventory.benches import wording
from inventory.benches.returning import take_back, take_home
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Column, Field, Row, Table, View
from inventory.things import Thing as Card

_MOST_ACTS = 9


class Thing(Bench):
    """One thing.

    Args:
        code: the thing's code, 10 characters.
    """

    goes_stale = True

    def __init__(self, at: At, code: str) -> None:
        super().__init__(at)
        self._code = code
        self._card: Card | None = None
        self._told: dict[str, str] = {}

    # --- what is shown ---

    def view(self) -> View:
        """Read the thing and its life off the ledger anew."""
        t, now, here = self.at.t, self.at.now(), self.at.station
        card, told = self.at.ask(
            lambda conn: (
                things.find(conn, here, self._code, language=self.at.language, now=now),
                life.of_item(conn, here, self._code, self.at.words),
            )
        )
        self._card = card
        self._told = {one.key: self._happened(one) for one in told}
        digits = codes.spoken(self._code)
        if card is None:
            return View(
                t("A thing"),
                lead=t("Nothing here has the label %(digits)s.", digits=digits),
                text=(t("Glue it onto a thing that is received, or ask where it comes from."),),
            )
        return View(
            card.name,
            lead=f"{digits}   {self._state(card)}",
            facts=self._facts(card),
            table=self._life(told),
            acts=tuple(Act(key, label) for key, label in self._acts(card)),
        )

    def _state(self, card: Card) -> str:
        """Say where it is in its life and in the house, since when, and by when it is due."""
        t = self.at.t
        said = wording.state_said(self.at, card.state)
        since = f"{card.since.astimezone(self.at.settings.time_zone):%d.%m.%Y}"
        if card.state is State.ON_LOAN and card.due is not None:
            day = f"{card.due:%d.%m.%Y}"
            if card.late:
                return self.at.n(
                    "on loan, due %(day)s: %(n)d day late",
                    "on loan, due %(day)s: %(n)d days late",
                    card.late,
                    day=day,
                )
            return t("on loan until %(day)s", day=day)
        if card.state is State.SET_ASIDE and card.pick_up_by is not None:
            said = t("set aside until %(day)s", day=f"{card.pick_up_by:%d.%m.%Y}")
        if card.place is not None:
            return t("%(state)s, at %(place)s, since %(day)s", state=said, place=card.place, day=since)
        return t("%(state)s, since %(day)s", state=said, day=since)

    def _facts(self, card: Card) -> tuple[tuple[str, str], ...]:
        t = self.at.t
        warned = [
            (card.recalled, t("called back by the maker")),
            (card.expired, t("inspection has run out")),
            (card.infected, t("risk of infection")),
            (card.parked, t("something happened to it that this version does not know")),
        ]
        until = f"{card.good_until:%d.%m.%Y}" if card.good_until else ""
        price = (
            money.written(card.price_ore, language=self.at.language, country=self.at.station.country)
            if card.price_ore
            else ""
        )
        said = (
            (t("Not to be lent"), ", ".join(word for is_so, word in warned if is_so)),
            (t("Line"), card.product),
            (t("Own shelf"), card.shelf or ""),
            (t("Serial number"), card.serial or ""),
            (t("Lot"), card.lot or ""),
            (t("Inspection good until"), until),
            (t("Owner"), card.owner or ""),
            (t("Belongs to the depot"), card.home or ""),
            (t("Price"), price),
            (t("Piece of the set"), card.kit or ""),
            (t("Parts still out"), self._parts(card)),
        )
        return tuple((word, what) for word, what in said if what)

    def _parts(self, card: Card) -> str:
        if not card.owed:
            return ""
        from depot import parts

        named = self.at.ask(lambda conn: parts.names(conn, self.at.language))
        words = {**named, parts.ANY_PART: self.at.t("a part")}
        return ", ".join(f"{one.pieces} × {words.get(one.part, one.part)}" for one in card.owed)

    def _life(self, told: tuple[life.Entry, ...]) -> Table:
        t, zone = self.at.t, self.at.settings.time_zone
        columns = (
            Column(t("When"), 16),
            Column(t("What happened")),
            Column(t("Who"), 18, from_width=90),
            Column(t("Station"), 12, from_width=120),
        )
        rows = tuple(
            Row(
                one.key,
                (f"{one.at.astimezone(zone):%d.%m.%Y %H:%M}", self._happened(one), one.who, one.where),
                strong=one.kind == life.NOTE,
            )
            for one in told
        )
        return Table(columns, rows, t("Nothing is recorded of it."))

    def _happened(self, one: life.Entry) -> str:
        return self.at.t("Note: %(text)s", text=one.text) if one.kind == life.NOTE else one.text

    def opened(self, row: str) -> Turn | None:
        """Say a row of its life in full: a note may be longer than there is room for."""
        return plain(self._told[row]) if row in self._told else None

    # --- what may be done ---

    def _acts(self, card: Card) -> tuple[tuple[str, str], ...]:
        t, state = self.at.t, card.state
        in_house = state in _IN_HOUSE
        may_leave = _may_leave(state)
        every = (
            (True, *_next(t, card)),
            (state is State.ON_LOAN, "renew", t("Renew")),
            (bool(card.owed), "owed", t("Parts still out")),
            (state in _MAY_BE_SHELVED, "shelve", t("Put on a shelf")),
            (True, "print", t("Print a label")),
            (True, "unreadable", t("Label does not read")),
            (True, "note", t("Write a note")),
            (may_leave, "numbers", t("Serial number and lot")),
            (in_house, "mend", t("To the workshop")),
            (in_house, "apart", t("Keep apart")),
            (state in (State.AVAILABLE, State.ON_LOAN), "missing", t("It is missing")),
            (state is State.ON_LOAN, "kept", t("The state has taken it over")),
            (may_leave, "scrap", t("Write off")),
        )
        acts = [(key, label) for is_so, key, label in every if is_so and key]
        if len(acts) > _MOST_ACTS:  # F3 prints as well
            acts = [one for one in acts if one[0] != "print"]
        return tuple(acts[:_MOST_ACTS])

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - what is done is done to the thing
        """Do what a digit says."""
        if self._card is None:
            return None
        does: Mapping[str, Callable[[], Turn]] = {
            "take": lambda: take_home(self.at, self._code),
            "wash": self._wash,
            "inspect": self._inspect,
            "mend": self._mend,
            "let_out": self._let_out,
            "receive": self._receive,
            "renew": self._renew,
            "owed": self._owed,
            "shelve": lambda: Turn(go=ToShelf(self.at, self._code)),
            "print": self._print,
            "unreadable": self._unreadable,
            "note": self._note,
            "numbers": self._numbers,
            "apart": self._apart,
            "missing": self._missing,
            "kept": self._ask_kept,
            "scrap": self._scrap,
        }
        return does[act]()

    def _name(self) -> str:
        return self._card.name if self._card is not None else ""

    def scanned(self, scan: Scan) -> Turn | None:
        """Scanning the thing itself once more takes home what is on loan; anything else means what it always does."""
        if isinstance(scan, ItemCode) and scan.code == self._code:
            if self._card is not None and self._card.state is State.ON_LOAN:
                return take_home(self.at, self._code)
            return plain(self.at.t("It is this one."))
        if isinstance(scan, CommandCode) and self._card is not None:
            return self._commanded(self._card, scan.command)
        if isinstance(scan, Gtin | Udi) and self._card is not None:
            return self._makers(self._card, scan)
        return None

    def _makers(self, card: Card, scan: Gtin | Udi) -> Turn | None:
        """Take the thing's numbers off its maker's label; nothing is written down of what is not in the house."""
        from inventory.benches import own_numbers

        here = card.state is State.RECEIVED or _may_leave(card.state)
        return own_numbers.on_card(self.at, self._code, card.product, scan) if here else None

    def _commanded(self, card: Card, command: Command | None) -> Turn | None:
        """Do what a field of the storekeepers' card says of the thing; most of it is for what is in the house."""
        if command is Command.BRINGING_BACK:
            return take_home(self.at, self._code) if card.state in _COMES_HOME else None
        if card.state not in _IN_HOUSE:
            return None
        match command:
            case Command.BROKEN | Command.MISSING_PART:
                return self._sent_to_workshop(command.value)
            case Command.SOILED:
                return self._kept_apart("infection")
            case Command.CLEANED if card.state in (State.RETURNED, State.CLEANING):
                return self._wash()
            case _:
                return None

    def _sent_to_workshop(self, fault: str) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: repairs.send(conn, here, item=self._code, fault=fault, now=now, by=by)
        )
        place = getattr(outcome, "place", None) or "–"
        said = self.at.t("To the workshop: %(name)s. Put it at %(place)s.", name=self._name(), place=place)
        return told(self.at, outcome, said, self._name())

    # benches of its next job; each is opened when it is asked for

    def _wash(self) -> Turn:
        from inventory.benches.cleaning import Clean

        return Turn(go=Clean(self.at, self._code))

    def _inspect(self) -> Turn:
        from inventory.benches.inspecting import Inspect

        return Turn(go=Inspect(self.at, self._code))

    def _mend(self) -> Turn:
        from inventory.benches.mending import Mend

        return Turn(go=Mend(self.at, self._code))

    def _scrap(self) -> Turn:
        from inventory.benches.scrap import WriteOff

        return Turn(go=WriteOff(self.at, self._code))

    def _receive(self) -> Turn:
        return Turn(go=ToShelf(self.at, self._code))

    def _numbers(self) -> Turn:
        from inventory.benches import own_numbers

        return Turn(go=own_numbers.ask(self.at, self._code))

    def _owed(self) -> Turn:
        from inventory.benches.owed import Owed

        return Turn(go=Owed(self.at, self._code))

    # deeds of its own

    def _renew(self) -> Turn:
        from inventory.benches.telephone import renew

        return self.may(Right.RING) or renew(self.at, self._code)[0]

    def _let_out(self) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: upkeep.let_out(conn, here, item=self._code, now=now, by=by)
        )
        said = self.at.t("%(name)s need not be kept apart any longer. Clean it.", name=self._name())
        return told(self.at, outcome, said, self._name())

    def _apart(self) -> Turn:
        t = self.at.t
        options = (("infection", t("risk of infection")), ("unclear", t("nobody knows yet what is wrong")))
        return Turn(go=Choice(self.at, t("Keep apart"), options, self._kept_apart, lead=self._name()))

    def _kept_apart(self, why: str) -> Turn:
        now, by, infection = self.at.now(), self.at.by, why == "infection"
        outcome = self.at.perform(
            lambda conn, here: upkeep.keep_apart(
                conn, here, item=self._code, infection=infection, now=now, by=by
            )
        )
        place = getattr(outcome, "place", None) or "–"
        said = self.at.t("%(name)s is kept apart. Put it at %(place)s.", name=self._name(), place=place)
        return told(self.at, outcome, said, self._name())

    def _missing(self) -> Turn:
        t, card = self.at.t, self._card
        if card is None or card.state is not State.ON_LOAN:
            return self._set_missing()
        question = t("Is it lost? The loan then ends as lost, and any scan of the thing brings it back.")
        return Turn(go=Question(self.at, t("It is missing"), question, self._set_missing))

    def _set_missing(self) -> Turn:
        now, by, card = self.at.now(), self.at.by, self._card
        away = stock.lose if card is not None and card.state is State.ON_LOAN else stock.count_out
        outcome = self.at.perform(lambda conn, here: away(conn, here, item=self._code, now=now, by=by))
        said = self.at.t("%(name)s is missing now. Any scan finds it again.", name=self._name())
        return told(self.at, outcome, said, self._name())

    def _ask_kept(self) -> Turn:
        """Ask before a loan ends for good: of a pair both pieces stay where they are."""
        question = self.at.t(
            "Does it stay with whoever has it, as the state's? The loan then ends; of a pair for both pieces."
        )
        title = self.at.t("The state has taken it over")
        return Turn(go=Question(self.at, title, question, self._kept))

    def _kept(self) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: renewals.kept(conn, here, item=self._code, now=now, by=by)
        )
        said = self.at.t("%(name)s is the state's now, and the loan has ended.", name=self._name())
        return told(self.at, outcome, said, self._name())

    def _note(self) -> Turn:
        t = self.at.t
        line = Field("text", t("Note"), longest=notes.LONGEST, hint=t("never about a person"))
        return Turn(go=Fill(self.at, t("Write a note"), (line,), self._noted, lead=self._name()))

    def _noted(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        text = typed["text"]
        if not text or not text.isprintable():
            return {"text": self.at.t("Write at least one word.")}
        return self._written(text, self.at.t("The note is kept."))

    def _written(self, text: str, said: str) -> Turn:
        now, by = self.at.now(), self.at.by
        key = self.at.perform(lambda conn, _: notes.add(conn, self._code, text, by=by, now=now))

        def unwrite() -> Turn:
            self.at.perform(lambda conn, _: notes.take_back(conn, key))
            return good(self.at.t("The note is gone."))

        return good(said, Undo(self.at.t("Take the note away?"), unwrite))

    # --- labels ---

    def _unreadable(self) -> Turn:
        """Note that its label does not read, and print another one: the code stays the same."""
        from inventory.benches.printing import Print

        said = self.at.t("Noted. Print a new one and glue it over the old one: the digits stay the same.")
        written = self._written(self.at.t("Its label does not read."), said)
        return Turn(written.said, go=Print(self.at, "asset", (self._code,)), undo=written.undo)

    def _print(self) -> Turn:
        t, card = self.at.t, self._card
        options = [("asset", t("label of a thing"))]
        if card is not None and card.loan is not None:
            options.append(("loan", t("loan label")))
        if card is not None and card.hold is not None:
            options.append(("hold", t("slip of the waiting list")))
        if len(options) == 1:
            return self._printed("asset")
        return Turn(go=Choice(self.at, t("Print a label"), options, self._printed, lead=self._name()))

    def _printed(self, design: str) -> Turn:
        from inventory.benches.printing import Print

        card = self._card
        subject = self._code
        if card is not None and design == "loan":
            subject = card.loan or subject
        if card is not None and design == "hold":
            subject = card.hold or subject
        return Turn(go=Print(self.at, design, (subject,)))

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - the label is the thing's
        """Print what belongs to it."""
        return self._print() if self._card is not None else None


_IN_HOUSE = frozenset({State.AVAILABLE, State.SET_ASIDE, State.RETURNED, State.CLEANING, State.INSPECTION})
_COMES_HOME = frozenset({State.ON_LOAN, State.MISSING, State.WRITTEN_OFF, State.KEPT})
_MAY_BE_SHELVED = frozenset({State.AVAILABLE, State.SET_ASIDE, State.IN_TRANSIT})


def _may_leave(state: State) -> bool:
    """Say whether a thing is in the house and might be written off, or looked at by its maker's numbers."""
    return state in _IN_HOUSE or state in (State.REPAIR, State.QUARANTINE)


def _next(t: Callable[..., str], card: Card) -> tuple[str, str]:
    """Say what a thing waits for: the act and its words; nothing for one that waits for nobody."""
    match card.state:
        case State.ON_LOAN:
            return "take", t("Take it back")
        case State.MISSING | State.WRITTEN_OFF | State.KEPT:
            return "take", t("It is here")
        case State.RETURNED | State.CLEANING:
            return "wash", t("Wash")
        case State.INSPECTION:
            return "inspect", t("Inspect")
        case State.REPAIR:
            return "mend", t("Repair")
        case State.QUARANTINE:
            return "let_out", t("No longer apart")
        case State.RECEIVED:
            return "receive", t("Put on its first shelf")
        case State.AVAILABLE if card.expired:
            return "inspect", t("Inspect")
        case _:
            return "", ""


class ToShelf(Bench):
    """Waits for the scan of the shelf on which a thing is put.

    Args:
        code: the thing's.
    """

    def __init__(self, at: At, code: str) -> None:
        super().__init__(at)
        self._code = code
        self._name = at.ask(lambda conn: names.of_thing(conn, code, at.language))
        self._reads = at.ask(lambda conn: moving.state_of(conn, code)) is not State.RECEIVED

    @property
    def digits_mean(self) -> Kind:
        """Eight typed digits are a shelf's here."""
        return Kind.SHELF

    def view(self) -> View:
        """Ask for the shelf; of a new thing for the scan of its label before."""
        t = self.at.t
        if self._reads:
            lead = t("Scan the label of the shelf, or press 0 and type its digits.")
        else:
            lead = t("Scan the label on the thing: that proves that it reads. Then the shelf.")
        return View(t("Put on a shelf"), lead=lead, facts=((t("Thing"), self._name),))

    def scanned(self, scan: Scan) -> Turn | None:
        """Put it there."""
        if isinstance(scan, ItemCode) and scan.code == self._code and not self._reads:
            self._reads = True
            return read(self.at.t("It reads. Now the shelf."))
        if isinstance(scan, ShelfCode) and not self._reads:
            return bad(self.at.t("Scan the label on the thing first: that proves that it reads."))
        if not isinstance(scan, ShelfCode):
            return bad(self.at.t("That is no shelf. Scan the label of the shelf."))
        now, by = self.at.now(), self.at.by
        try:
            outcome = self.at.perform(
                lambda conn, here: moving.put(conn, here, item=self._code, shelf=scan.code, now=now, by=by)
            )
        except LookupError:
            return bad(self.at.t("That shelf is not of this depot."))
        shelf = self.at.ask(lambda conn: names.of_shelf(conn, scan.code))
        if isinstance(outcome, Already):
            said = self.at.t("%(name)s stands on shelf %(shelf)s already.", name=self._name, shelf=shelf)
            return Turn(plain(said).said, leave=True)
        said = self.at.t("%(name)s stands on shelf %(shelf)s now.", name=self._name, shelf=shelf)
        turn = told(self.at, outcome, said, self._name)
        return turn if turn.undo is None else Turn(turn.said, undo=turn.undo, leave=True)


def told(at: At, outcome: Outcome, said: str, name: str) -> Turn:
    """Say that a deed is done and how it is taken back; or why it was not done and where the thing belongs."""
    if isinstance(outcome, Refused):
        return refused(at, outcome)
    if not isinstance(outcome, Moved | CheckedIn | Renewed):
        return plain(said)
    deed = outcome.deed
    question = at.t("Take back what was just done with %(name)s?", name=name)
    return good(said, Undo(question, lambda: take_back(at, deed)))


def refused(at: At, outcome: Refused) -> Turn:
    """Say why a deed was not done, and where the thing belongs."""
    why = wording.reason_said(at, outcome.reasons[0])
    if outcome.place:
        return bad(at.t("%(why)s It belongs at %(place)s.", why=why, place=outcome.place))
    return bad(why)
