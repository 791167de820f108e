"""Recalls: what makers have called back, what of it stands here, who has the rest, and that they were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from depot import codes, lists
from depot.codes import ItemCode, ProductCode, Scan, Udi
from depot.states import State
from depot.station import Station
from depot.tables import depot, item, product
from depot.words import words_in
from inventory import identifiers, line_card, names, recall_papers, recalls, upkeep
from inventory.benches import on_paper, own_numbers, wording
from inventory.benches.thing import told
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Fill, Question, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Column, Field, Row, Table, Tone, View
from inventory.papers import Letter
from inventory.recalls import Meant, No, Outcome, Person, Piece, Recall


def day(when: date | None) -> str:
    """Write a day as it is written here."""
    return f"{when:%d.%m.%Y}" if when is not None else ""


def said_no(at: At, why: No) -> str:
    """Say why something about a recall is not done."""
    t = at.t
    return {
        No.NO_LINE: t("The catalogue has no such line."),
        No.NO_RECALL: t("There is no such recall any more."),
        No.OPEN_ALREADY: t("This recall is open already."),
        No.BACKWARDS: t("The last serial number comes before the first."),
        No.TOO_LONG: t("That is too long: 60 characters at most."),
        No.IS_CLOSED: t("It is closed already."),
        No.IS_OPEN: t("It is open already."),
        No.NOT_IN_IT: t("The recall is not about that thing."),
    }[why]


class Recalls(Bench):
    """All recalls, the newest first. Scanning a piece or a shelf label begins a recall of its line."""

    goes_stale = True

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._everything = False

    def view(self) -> View:
        """List them, with how far each has come."""
        t = self.at.t
        found = self.at.ask(lambda conn: recalls.listing(conn, self.at.station, everything=self._everything))
        called = self.at.ask(
            lambda conn: names.of_lines(conn, [one.meant.product for one in found], self.at.language)
        )
        columns = (
            Column(t("What about")),
            Column(t("Opened"), 10),
            Column(t("In"), 5, right=True),
            Column(t("Out"), 5, right=True),
            Column(t("Told"), 8, right=True),
            Column(t("Unsure"), 7, right=True, from_width=90),
            Column(t("Why"), 30, from_width=120),
        )
        rows = tuple(self._row(one, called[one.meant.product]) for one in found)
        other = t("Only the open ones") if self._everything else t("The closed ones, too")
        return View(
            t("Recalls"),
            lead=t("Scan one of the things that are called back, or open a recall with 1."),
            table=Table(columns, rows, t("No recall is open.")),
            counts=((t("open now"), sum(one.is_open for one in found)),),
            acts=(Act("open", t("Open a recall")), Act("all", other)),
        )

    def _row(self, one: Recall, name: str) -> Row:
        about = recall_papers.meant_in_words(self.at.words, one, name)
        if not one.is_open:
            about = self.at.t("%(about)s (closed)", about=about)
        opened = day(one.opened_at.astimezone(self.at.settings.time_zone).date())
        numbers = (one.inside, one.out, one.told, one.unsure)
        left = one.is_open and one.told < one.out
        return Row(one.key, (about, opened, *map(str, numbers), one.why), strong=left)

    def opened(self, row: str) -> Turn:
        """Open one."""
        return Turn(go=OneRecall(self.at, row))

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - none is about a row
        """Begin a recall, or show the closed ones, too."""
        if act == "all":
            self._everything = not self._everything
            return Turn()
        return self.may(Right.RECALL) or Turn(go=begin(self.at))

    def scanned(self, scan: Scan) -> Turn | None:
        """Begin a recall of the line that was scanned."""
        found = self.at.ask(lambda conn: _scanned(conn, scan, self.at.station.country))
        if found is None:
            return None
        return self.may(Right.RECALL) or Turn(go=begin(self.at, found))


def _scanned(conn: Connection, scan: Scan, country: str) -> Mapping[str, str] | None:
    """Say what a scan tells of a recall: the line, and the lot where it tells it.

    Its serial number is left out: a maker calls back more than the piece in somebody's hand, and too few is the
    dangerous slip.
    """
    match scan:
        case ItemCode():
            row = conn.execute(select(item).where(item.c.code == scan.code)).first()
            if row is None:
                return None
            return {"line": row.product, "lot": row.lot or ""}
        case ProductCode():
            line = conn.scalar(select(product.c.code).where(product.c.label == scan.code))
            return {"line": line} if line is not None else None
        case _:
            line = identifiers.meant(conn, scan, country).line
            if line is None:
                return None
            return {"line": line, "lot": (scan.batch or "") if isinstance(scan, Udi) else ""}


def begin(at: At, known: Mapping[str, str] | None = None) -> Bench:
    """Ask what a recall is about, then show what it hits, then open it.

    Args:
        known: what is known of it already: the line, and a lot. A scan brings a piece's own; who wants the whole
            line empties it.
    """
    t = at.t
    said = known or {}

    def field(name: str, label: str, hint: str = "") -> Field:
        return Field(name, label, value=said.get(name, ""), longest=recalls.LONGEST, hint=hint)

    fields = (
        field("line", t("Line"), t("scan a piece or a shelf label, or type the line's code")),
        field("lot", t("Lot"), t("empty: every lot")),
        field("serial", t("Serial number"), t("empty: every serial number; of a range the first")),
        field("serial_to", t("To serial number"), t("only for a range: the last one")),
        field("why", t("Why"), t("who recalls it and what is the matter; it stands in the letters")),
    )

    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        line = at.ask(lambda conn: line_card.meant(conn, typed["line"]))
        if line is None:
            return {"line": said_no(at, No.NO_LINE)}
        first, last = typed["serial"], typed["serial_to"]
        if last and (not first or (len(last), last) < (len(first), first)):
            return {"serial_to": said_no(at, No.BACKWARDS)}
        meant = Meant(product=line, lot=typed["lot"] or None, serial=first or None, serial_to=last or None)
        return Turn(go=_confirm(at, meant, typed["why"]))

    return Fill(
        at,
        t("Open a recall"),
        fields,
        done,
        lead=t("What is called back? Nothing is stopped before you have seen what it is about."),
        scan=lambda scan: at.ask(lambda conn: _scanned(conn, scan, at.station.country)),
    )


def _confirm(at: At, meant: Meant, why: str) -> Bench:
    """Show what a recall would hit, and open it on yes."""
    t, n = at.t, at.n
    pieces = at.ask(lambda conn: recalls.about(conn, at.station, meant))
    counted = at.ask(lambda conn: recalls.counted_here(conn, at.station, meant.product))
    name = at.ask(lambda conn: names.of_line(conn, meant.product, at.language))
    sure = [one for one in pieces if one.sure]
    out = sum(one.is_out for one in sure)
    about = Recall(key="", meant=meant, why=why, opened_at=at.now(), closed_at=None)
    text = [
        recall_papers.meant_in_words(at.words, about, name),
        n(
            "%(n)d thing is in the house: it is not lent any more.",
            "%(n)d things are in the house: they are not lent any more.",
            len(sure) - out,
        ),
        n("%(n)d thing is out with somebody.", "%(n)d things are out with somebody.", out),
    ]
    unsure = len(pieces) - len(sure)
    if unsure:
        text.append(
            n(
                "Of %(n)d more nobody has recorded the number: look at it. It goes on being lent.",
                "Of %(n)d more nobody has recorded the number: look at them. They go on being lent.",
                unsure,
            )
        )
    if counted is not None:
        text.append(t("The line is counted, not labelled: all of it stops, whatever the lot."))

    def yes() -> Turn:
        now = at.now()
        key = at.perform(lambda conn, _: recalls.open_one(conn, meant, why=why, now=now, by=at.by))
        if isinstance(key, No):
            return bad(said_no(at, key))
        undo = Undo(t("Close the recall that was just opened?"), lambda: _close(at, key))
        opened = good(t("The recall is open. Nothing of it is lent any more."), undo)
        return replace(opened, go=OneRecall(at, key))

    return Question(at, t("Open this recall?"), text, yes)


def _close(at: At, key: str) -> Turn:
    now = at.now()
    refused = at.perform(lambda conn, _: recalls.close(conn, key, now=now, by=at.by))
    if refused is not None:
        return bad(said_no(at, refused))
    undo = Undo(at.t("Open the recall again?"), lambda: _reopen(at, key))
    return good(at.t("The recall is closed. What it was about may be lent again."), undo)


def _reopen(at: At, key: str) -> Turn:
    now = at.now()
    refused = at.perform(lambda conn, _: recalls.reopen(conn, key, now=now, by=at.by))
    if refused is not None:
        return bad(said_no(at, refused))
    undo = Undo(at.t("Close the recall again?"), lambda: _close(at, key))
    return good(at.t("The recall is open again."), undo)


_STAYS = (State.RECEIVED, State.REPAIR)
"""What is not kept apart by a scan: it stands apart from the shelves as it is."""


class OneRecall(Bench):
    """One recall: its pieces, and what is done about them.

    Args:
        key: the recall's.
    """

    goes_stale = True

    def __init__(self, at: At, key: str) -> None:
        super().__init__(at)
        self._key = key
        self._pieces: dict[str, Piece] = {}
        self._unsure = ""
        """The piece that was scanned last, where nobody has recorded its number."""
        self._recall: Recall | None = None

    def view(self) -> View:
        """Show what is in with where it stands, what is out, and how far the calls have come."""
        t = self.at.t
        found = self.at.ask(lambda conn: recalls.with_numbers(conn, self.at.station, self._key))
        self._recall = found
        if found is None:
            return View(t("Recall"), lead=said_no(self.at, No.NO_RECALL))
        pieces = self.at.ask(lambda conn: recalls.about(conn, self.at.station, found.meant, key=self._key))
        name = self.at.ask(lambda conn: names.of_line(conn, found.meant.product, self.at.language))
        self._pieces = {one.item: one for one in pieces}
        opened = day(found.opened_at.astimezone(self.at.settings.time_zone).date())
        facts = [(t("Opened"), opened), (t("Why"), found.why)]
        if found.closed_at is not None:
            facts.append((t("Closed"), day(found.closed_at.astimezone(self.at.settings.time_zone).date())))
        counts = (
            (t("in"), found.inside),
            *(((t("kept apart"), found.apart),) if found.apart else ()),
            (t("out"), found.out),
            (t("told"), found.told),
        )
        return View(
            t("Recall"),
            lead=recall_papers.meant_in_words(self.at.words, found, name),
            facts=tuple((word, what) for word, what in facts if what),
            table=self._table(pieces),
            counts=(*counts, (t("unsure"), found.unsure)) if found.unsure else counts,
            acts=self._acts(found),
        )

    def _table(self, pieces: tuple[Piece, ...]) -> Table:
        t = self.at.t
        columns = (
            Column(t("Digits"), 9),
            Column(t("State")),
            Column(t("Where"), 10),
            Column(t("Due"), 10),
            Column(t("Told"), 13),
            Column(t("Serial number"), 18, from_width=100),
            Column(t("Lot"), 14, from_width=120),
        )
        in_order = sorted(pieces, key=lambda one: (not one.sure, not one.is_out, one.where or "~", one.item))
        return Table(columns, tuple(map(self._row, in_order)), t("Nothing here is of what is called back."))

    def _row(self, one: Piece) -> Row:
        state = wording.state_said(self.at, one.state)
        if not one.sure:
            state = self.at.t("%(state)s; number not recorded", state=state)
        told = recall_papers.outcome_in_words(self.at.words, one.outcome)
        cells = (
            codes.spoken(one.item),
            state,
            one.where or "",
            day(one.due),
            told,
            one.serial or "",
            one.lot or "",
        )
        return Row(one.item, cells, strong=one.is_out and one.sure and one.outcome is None)

    def _acts(self, found: Recall) -> tuple[Act, ...]:
        t = self.at.t
        if not found.is_open:
            return (Act("reopen", t("Open it again")),)
        return (
            Act("ring", t("Whom to ring")),
            Act("letters", t("Letters")),
            Act("close", t("Close the recall")),
            *((Act("numbers", t("Its serial number and lot")),) if found.unsure else ()),
        )

    def opened(self, row: str) -> Turn:
        """Open a piece's card."""
        from inventory.benches.thing import Thing

        return Turn(go=Thing(self.at, row))

    def scanned(self, scan: Scan) -> Turn | None:
        """Say whether what was scanned is called back: who goes along a shelf wants no card. What is, is kept apart."""
        if isinstance(scan, Udi) and self._unsure:
            return self._number(self._unsure, scan)
        if not isinstance(scan, ItemCode):
            return None
        one, self._unsure = self._pieces.get(scan.code), ""
        digits = codes.spoken(scan.code)
        if one is None:
            return plain(self.at.t("%(digits)s is not called back.", digits=digits))
        if not one.sure:
            self._unsure = one.item
            return bad(self.at.t("%(digits)s may be: read the number on it.", digits=digits))
        return self._set_apart(one)

    def _number(self, code: str, said: Udi) -> Turn:
        """Write down the number of the piece that was scanned last, off its maker's label."""
        given = own_numbers.off_label(self.at, code, said)
        if given.said.tone is not Tone.BAD or given.undo is not None:
            self._unsure = ""
        return given

    def _set_apart(self, one: Piece) -> Turn:
        """Keep a piece apart that somebody has in hand; what is out or lost comes home by that, in the same deed."""
        t, digits = self.at.t, codes.spoken(one.item)
        if one.state is State.QUARANTINE:
            return plain(t("%(digits)s is kept apart already.", digits=digits))
        if one.state in _STAYS or self._recall is None or not self._recall.is_open:
            return read(t("%(digits)s is called back. Set it apart.", digits=digits))
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(
            lambda conn, here: upkeep.keep_apart(conn, here, item=one.item, infection=False, now=now, by=by)
        )
        place = outcome.place or "–"
        said = t("%(digits)s is called back. Put it at %(place)s.", digits=digits, place=place)
        return told(self.at, outcome, said, digits)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Ring, write, close or open again, all of it for who may; or say a piece's number, which anybody may."""
        if act == "numbers":
            code = self._unsure or row
            return Turn(go=own_numbers.ask(self.at, code)) if code else None
        refused = self.may(Right.RECALL)
        if refused is not None or self._recall is None:
            return refused
        match act:
            case "ring":
                return Turn(go=Callers(self.at, self._key))
            case "letters":
                return self._letters(self._recall)
            case "reopen":
                return _reopen(self.at, self._key)
            case _:
                return Turn(go=self._ask_to_close(self._recall))

    def printing(self, row: str | None) -> Turn | None:  # noqa: ARG002 - the list is the recall's
        """Print the list of whom to ring."""
        return self.may(Right.RECALL) or Callers(self.at, self._key).printing(None)

    def _ask_to_close(self, found: Recall) -> Bench:
        t, n = self.at.t, self.at.n
        text = [t("What it was about may be lent again at once, also what nobody has looked at.")]
        untold = found.out - found.told
        if untold:
            text.append(
                n(
                    "%(n)d thing is out and its borrower has not been told.",
                    "%(n)d things are out and their borrowers have not been told.",
                    untold,
                )
            )
        return Question(self.at, t("Close the recall?"), text, lambda: _close(self.at, self._key))

    def _letters(self, found: Recall) -> Turn:
        """Write the letters, then ask whether to note that they are sent."""
        now = self.at.now()
        told = self.at.perform(
            lambda conn, here: recalls.people(
                conn, here, self._key, by=self.at.by, now=now, why="recall letters"
            )
        )
        to = tuple(one for one in told if one.name and not one.died and one.outcome is not Outcome.REACHED)
        if not to:
            return bad(
                self.at.t("There is nobody to write to: all are reached, or their names are not known.")
            )
        written = self.at.ask(lambda conn: self._written(conn, found, to))
        out = on_paper.letters_on_paper(self.at, "recall-letters", written)
        loans = tuple(loan for one in to for loan in one.loans)
        number = self.at.n("Note that %(n)d letter is sent?", "Note that %(n)d letters are sent?", len(to))
        before = {loan: one.outcome for one in to for loan in one.loans}

        def noted() -> Turn:
            return _tell(self.at, self._key, loans, Outcome.LETTER, before)

        return replace(out, keep_typed=False, go=Question(self.at, self.at.t("Letters"), number, noted))

    def _written(self, conn: Connection, found: Recall, to: tuple[Person, ...]) -> tuple[Letter, ...]:
        labels = self.at.settings.labels
        languages = {self.at.language, *(each.language for each in to if each.language)}
        here = conn.scalar(select(depot.c.name).where(depot.c.id == self.at.station.depot)) or ""
        return recall_papers.letters(
            found,
            to,
            words=words_in,
            called={each: names.of_line(conn, found.meant.product, each) for each in languages},
            language=self.at.language,
            today=self.at.station.today(self.at.now()),
            sender=[line for line in (here, labels.owner, labels.address) if line],
            phones=self.at.settings.phones,
        )


def _tell(
    at: At,
    key: str,
    loans: tuple[str, ...],
    outcome: Outcome | None,
    before: Mapping[str, Outcome | None],
) -> Turn:
    """Note how somebody was told; undone, every loan has what was noted before."""
    now = at.now()

    def noted(conn: Connection, here: Station) -> No | None:
        return recalls.tell(conn, here, key, loans, outcome, by=at.by, now=now)

    def as_before(conn: Connection, here: Station) -> No | None:
        for one in loans:
            refused = recalls.tell(conn, here, key, (one,), before.get(one), by=at.by, now=now)
            if refused is not None:
                return refused
        return None

    def take_back() -> Turn:
        refused = at.perform(as_before)
        return bad(said_no(at, refused)) if refused is not None else good(at.t("Undone."))

    refused = at.perform(noted)
    if refused is not None:
        return bad(said_no(at, refused))
    said = recall_papers.outcome_in_words(at.words, outcome) or at.t("the note is taken away")
    return good(at.t("Noted: %(what)s.", what=said), Undo(at.t("Take this note back?"), take_back))


class Callers(Bench):
    """Whom to ring about a recall, with names and numbers; the look-up is logged when it is opened.

    Args:
        key: the recall's.
    """

    def __init__(self, at: At, key: str) -> None:
        super().__init__(at)
        self._key = key
        now = at.now()
        self._told = {
            f"{number}": one
            for number, one in enumerate(
                at.perform(lambda conn, here: recalls.people(conn, here, key, by=at.by, now=now))
            )
        }

    def view(self) -> View:
        """Show them, those who have not been told first."""
        t = self.at.t
        columns = (
            Column(t("Name")),
            Column(t("Number"), 16),
            Column(t("Things"), 22),
            Column(t("Told"), 13),
            Column(t("Language"), 10, from_width=100),
        )
        rows = tuple(self._row(key, one) for key, one in self._now().items())
        done = sum(one.outcome in (Outcome.REACHED, Outcome.LETTER) for one in self._now().values())
        acts = (
            Act("reached", t("Reached")),
            Act("not_reached", t("Not reached")),
            Act("letter", t("Letter sent")),
            Act("none", t("Take the note away")),
        )
        return View(
            t("Whom to ring about it"),
            lead=t("Ask them to stop using it, and to bring it or have it fetched."),
            table=Table(columns, rows, t("Nobody has any of it at home.")),
            counts=((t("told"), done), (t("to tell"), len(rows) - done)),
            acts=acts,
            yes=t("which things"),
        )

    def _now(self) -> dict[str, Person]:
        """Read how they were told anew; who they are was asked once, and is not logged again."""
        found = self.at.ask(lambda conn: recalls.find(conn, self._key))
        if found is None:
            return {}
        pieces = self.at.ask(lambda conn: recalls.about(conn, self.at.station, found.meant, key=self._key))
        out = {one.loan: one for one in pieces if one.is_out}
        return {
            key: replace(one, pieces=tuple(out.get(each.loan, each) for each in one.pieces))
            for key, one in self._told.items()
        }

    def _row(self, key: str, one: Person) -> Row:
        name = recall_papers.name_in_words(self.at.words, one)
        number = "" if one.died else recall_papers.number_in_groups(one.phone, self.at.station.country)
        things = ", ".join(codes.spoken(each.item) for each in one.pieces)
        told = recall_papers.outcome_in_words(self.at.words, one.outcome)
        cells = (name, number, things, told, words_in(one.language).name if one.language else "")
        return Row(key, cells, strong=one.outcome is None)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Note how the chosen person was told."""
        one = self._now().get(row or "")
        if one is None:
            return None
        before = {each.loan: each.outcome for each in one.pieces if each.loan is not None}
        return _tell(self.at, self._key, one.loans, None if act == "none" else Outcome(act), before)

    def opened(self, row: str) -> Turn | None:
        """Say what they have, by name: rows of people open nobody."""
        one = self._told.get(row)
        if one is None:
            return None
        name = self.at.ask(lambda conn: lists.name_of(conn, one.pieces[0].product))
        return plain(
            self.at.t(
                "%(name)s: %(digits)s",
                name=name,
                digits=", ".join(codes.spoken(each.item) for each in one.pieces),
            )
        )

    def printing(self, row: str | None) -> Turn:  # noqa: ARG002 - the list is everybody's
        """Print the list."""
        found = self.at.ask(lambda conn: recalls.find(conn, self._key))
        if found is None:
            return bad(said_no(self.at, No.NO_RECALL))
        name = self.at.ask(lambda conn: names.of_line(conn, found.meant.product, self.at.language))
        told = tuple(self._now().values())
        country = self.at.station.country
        listed = recall_papers.call_list(self.at.words, found, name, told, country=country)
        return on_paper.list_on_paper(self.at, "recall-calls", listed)
