"""Counting: scan a shelf, then what stands on it; nobody is told what should. Then each difference is settled.

Several people count at once, each a shelf. Everything is in the ledger at its scan, so that a count is left and
gone on with as one likes; what differs is decided by a digit, one thing after the other, and taken back by F4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from sqlalchemy import Connection, select

from depot import codes, quantities
from depot.codes import ItemCode, Kind, ProductCode, Scan, ShelfCode
from depot.outcomes import Refused, Tallied
from depot.station import Station
from depot.tables import product
from inventory import counting, differences, moving, names
from inventory.benches.returning import take_back
from inventory.benches.settling import Differences
from inventory.benches.wording import reason_said
from inventory.desk.bench import At, Bench, Fill, Question, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Column, Field, Row, Said, Side, Table, Takes, Tone, View
from inventory.work import Work

_SHOWN = 10
"""Lines of what was seen: the latest."""
_FOREIGN = (codes.Gtin, codes.Udi, codes.Giai, codes.Grai, codes.NavLabel)


class Counting(Bench):
    """The count of this depot: its shelves, or the one that is being counted here.

    Args:
        shelf: the code of a shelf of this depot to begin with; else the one that whoever acts has left unfinished.
    """

    kind: ClassVar[str] = counting.KIND
    goes_stale = True
    is_run = True

    def __init__(self, at: At, *, shelf: str | None = None) -> None:
        super().__init__(at)
        self._key: str | None = None
        self._shelf: str | None = None
        self._name = ""
        self._number = 0
        self._latest: list[str] = []
        self._aside: list[str] = []
        self._look()
        there = self._there(shelf) if shelf is not None else None
        if shelf is not None and (there is None or (there.by in (None, at.by) and not there.done)):
            self._begin(shelf)  # else another's, or one that is done: who wants it is asked first

    @classmethod
    def resume(cls, at: At, work: Work) -> Counting:
        """Go on with a count: at the shelf that whoever acts has not finished, if there is one."""
        key = str(work.body["count"])
        mine = next(
            (
                one.code
                for one in at.ask(lambda conn: counting.shelves(conn, key))
                if one.by == at.by and not one.done
            ),
            None,
        )
        return cls(at, shelf=mine)

    # --- what is shown ---

    def view(self) -> View:
        """Show the shelf that is being counted here, or all of them."""
        self._look()
        return self._of_shelf() if self._shelf is not None else self._of_all()

    def _of_shelf(self) -> View:
        t = self.at.t
        sides = (
            Side(t("Seen here"), tuple(self._latest[::-1][:_SHOWN]), of=len(self._latest)),
            Side(t("Put aside"), tuple(self._aside[::-1][:_SHOWN]), strong=True, of=len(self._aside)),
        )
        return View(
            t("Counting %(shelf)s", shelf=self._name),
            lead=t(
                "Scan everything that stands on %(shelf)s, then press Enter.",
                shelf=self._name,
            ),
            text=(t("The label of the next shelf ends this one, too."),),
            side=tuple(one for one in sides if one.lines),
            counts=((t("on this shelf"), self._number),),
            acts=(
                Act("afresh", t("Count it from the beginning")),
                Act("leave", t("Leave it unfinished")),
            ),
            yes=t("the shelf is counted"),
        )

    def _of_all(self) -> View:
        t, key = self.at.t, self._key
        if key is None:
            return View(
                t("Count"),
                lead=t("Scan the label of the first shelf. That begins the count."),
                text=(
                    t("Nobody is told what should stand there. Several people can count, each a shelf."),
                    t(
                        "A count changes nothing by itself. What differs is decided afterwards, thing by thing."
                    ),
                ),
            )
        shelves, open_now = self.at.ask(
            lambda conn: (
                counting.shelves(conn, key),
                sum(1 for one in differences.of_count(conn, key) if one.decided is None),
            )
        )
        columns = (
            Column(t("Shelf"), 16),
            Column(t("Counted by"), 24),
            Column(t("Seen"), 6, right=True),
            Column(t("How far")),
        )
        rows = tuple(self._row(one) for one in shelves)
        done = sum(1 for one in shelves if one.done)
        return View(
            t("Count"),
            lead=t("Scan the label of a shelf to count it."),
            table=Table(columns, rows, t("There is no shelf in this depot.")),
            counts=(
                (t("shelves counted"), done),
                (t("of"), len(shelves)),
                (t("differences"), open_now),
            ),
            acts=(
                Act("differences", t("Settle the differences")),
                Act("end", t("End the count")),
            ),
        )

    def _row(self, one: counting.Shelf) -> Row:
        t = self.at.t
        if one.by is None:
            return Row(one.code, (one.name, "", "", t("not begun")))
        how_far = t("counted") if one.done else t("being counted")
        number = str(one.number) if one.done or one.by == self.at.by else ""
        return Row(one.code, (one.name, who_said(self.at, one.by), number, how_far), strong=not one.done)

    @property
    def digits_mean(self) -> Kind:
        """Say that eight typed digits are a shelf's as long as none is open."""
        return Kind.ITEM if self._shelf is not None else Kind.SHELF

    def _look(self) -> None:
        """See whether the count is still the one that is under way: others begin it and end it."""
        key = self.at.ask(lambda conn: counting.open_one(conn, self.at.station))
        if key != self._key:
            self._key, self._shelf = key, None

    # --- shelves ---

    def _begin(self, code: str) -> bool:
        """Begin or go on with a shelf, and the count with it; False where it is none of this depot."""
        now, by = self.at.now(), self.at.by

        def begin(conn: Connection, here: Station) -> str | None:
            if not moving.is_here(conn, here, code):
                return None
            key = counting.begin(conn, here, by=by, now=now)
            counting.begin_shelf(conn, key, code=code, by=by, now=now)
            return key

        key = self.at.perform(begin)
        if key is None:
            return False
        self._key, self._shelf = key, code
        self._latest.clear()
        self._look_at_shelf(code)
        return True

    def _there(self, code: str) -> counting.Shelf | None:
        """Look a shelf up in the count that is under way; None where there is none or it is not this depot's."""
        key = self._key
        every = self.at.ask(lambda conn: counting.shelves(conn, key)) if key is not None else ()
        return next((one for one in every if one.code == code), None)

    def _look_at_shelf(self, code: str) -> None:
        one = self._there(code)
        if one is not None:
            self._name, self._number = one.name, one.number

    def opened(self, row: str) -> Turn:
        """Count the chosen shelf."""
        self._look()
        return self._open(row)

    def _open(self, code: str) -> Turn:
        """Count a shelf; whoever takes over another's, or counts one again, is asked first."""
        t, there = self.at.t, self._there(code)
        if there is not None and there.by is not None and (there.done or there.by != self.at.by):
            who = who_said(self.at, there.by)
            text = (
                t("%(who)s has counted %(shelf)s. Go on with it?", who=who, shelf=there.name)
                if there.done
                else t("%(who)s is counting %(shelf)s. Go on with it yourself?", who=who, shelf=there.name)
            )
            return Turn(go=Question(self.at, t("Count"), text, lambda: self._opened(code)))
        return self._opened(code)

    def _opened(self, code: str) -> Turn:
        if not self.at.ask(lambda conn: moving.is_here(conn, self.at.station, code)):
            return bad(self.at.t("That shelf is not of this depot."))
        before, ended = (self._shelf, self._name), self._end_shelf()
        if not self._begin(code):
            return bad(self.at.t("That shelf is not of this depot."))
        said = self.at.t("Now %(shelf)s.", shelf=self._name)
        if before[0] is None or before[0] == code:
            return read(said)
        told = self.at.n(
            "%(shelf)s is counted: %(n)d thing.",
            "%(shelf)s is counted: %(n)d things.",
            ended,
            shelf=before[1],
        )
        return Turn(Said(f"{told} {said}", Tone.READ), undo=self._reopening(*before))

    def _end_shelf(self) -> int:
        """Finish the shelf that is open here; returns how many things were seen on it."""
        key, code = self._key, self._shelf
        if key is None or code is None:
            return 0
        now = self.at.now()
        self._shelf = None
        return self.at.perform(lambda conn, _: counting.finish_shelf(conn, key, code=code, now=now))

    def _reopening(self, code: str | None, name: str) -> Undo:
        def again() -> Turn:
            self._begin(code or "")
            return good(self.at.t("%(shelf)s is being counted again.", shelf=name))

        return Undo(self.at.t("Is %(shelf)s not counted to its end?", shelf=name), again)

    def confirmed(self) -> Turn | None:
        """Say that the shelf is counted."""
        self._look()
        if self._shelf is None:
            return None
        before = (self._shelf, self._name)
        number = self._end_shelf()
        said = self.at.n(
            "%(shelf)s is counted: %(n)d thing.",
            "%(shelf)s is counted: %(n)d things.",
            number,
            shelf=before[1],
        )
        return good(said, self._reopening(*before))

    def back(self) -> Turn:
        """Leave the shelf as far as it is counted, then the count; both are gone on with later."""
        if self._shelf is None:
            return Turn(leave=True)
        return self._leave_shelf()

    def _leave_shelf(self) -> Turn:
        name, self._shelf = self._name, None
        return plain(self.at.t("%(shelf)s is not finished. Go on with it whenever you like.", shelf=name))

    # --- what is scanned ---

    def scanned(self, scan: Scan) -> Turn | None:
        """Note that a thing stands here, or go on to another shelf."""
        self._look()
        t = self.at.t
        if isinstance(scan, ShelfCode):
            if scan.code == self._shelf:
                return plain(t("You are at this shelf. Enter when it is counted."))
            return self._open(scan.code)
        if self._key is None or self._shelf is None:
            return bad(t("Scan the label of the shelf first.")) if isinstance(scan, ItemCode) else None
        if isinstance(scan, ItemCode):
            return self._see(self._key, self._shelf, scan.code)
        if isinstance(scan, ProductCode):
            return self._count_line(scan.code)
        if isinstance(scan, _FOREIGN):
            self._aside.append(t("%(shelf)s: something without a label of ours", shelf=self._name))
            return bad(t("This is no label of ours. Put the thing aside and receive it afterwards."))
        return None

    def _see(self, key: str, on: str, code: str) -> Turn:
        t, now, by = self.at.t, self.at.now(), self.at.by
        seen = self.at.perform(lambda conn, _: counting.see(conn, key, on=on, code=code, by=by, now=now))
        if isinstance(seen, Refused):
            return bad(reason_said(self.at, seen.reasons[0]))
        name, before = self.at.ask(
            lambda conn: (names.of_thing(conn, code, self.at.language), names.of_shelf(conn, seen.before))
        )
        line = f"{codes.spoken(code)}  {name}"
        is_new = seen.number > self._number
        self._number = seen.number
        if not is_new:
            return plain(t("That one is counted already."))
        self._latest.append(line)

        def unsee() -> Turn:
            self.at.perform(lambda conn, _: counting.unsee(conn, key, code=code, before=seen.before))
            self._latest = [one for one in self._latest if one != line]
            if self._shelf is not None:
                self._look_at_shelf(self._shelf)
            return good(t("%(name)s is not counted here any more.", name=name))

        undo = Undo(t("Does %(name)s not stand on %(shelf)s?", name=name, shelf=self._name), unsee)
        said = f"{seen.number}  {name}"
        if before:
            said = t("%(counted)s. It was counted on %(shelf)s before.", counted=said, shelf=before)
        return Turn(Said(said, Tone.READ), undo=undo)

    # --- lines that are counted ---

    def _count_line(self, label: str) -> Turn:
        """Ask how many there are of a line without labels."""
        t = self.at.t
        row = self.at.ask(
            lambda conn: conn.execute(
                select(product.c.code, product.c.counted).where(product.c.label == label)
            ).first()
        )
        if row is None or not row.counted:
            return bad(t("Scan the things themselves, one by one."))
        line: str = row.code
        name = self.at.ask(lambda conn: names.of_line(conn, line, self.at.language))

        def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
            if not typed["number"] or int(typed["number"]) > quantities.MOST:
                return {"number": t("A number from 0 to %(most)d.", most=quantities.MOST)}
            return self._counted(line, name, int(typed["number"]))

        field = Field("number", t("How many"), takes=Takes.DIGITS, longest=3)
        return Turn(go=Fill(self.at, name, (field,), done, lead=t("How many of these are there?")))

    def _counted(self, line: str, name: str, number: int) -> Turn:
        now, by, on = self.at.now(), self.at.by, self._shelf
        told = self.at.perform(
            lambda conn, here: quantities.counted(conn, here, line=line, n=number, now=now, shelf=on, by=by)
        )
        if isinstance(told, Refused):
            return bad(reason_said(self.at, told.reasons[0]))
        self._latest.append(f"{number} × {name}")
        return good(f"{number} × {name}", self._uncounting(told))

    def _uncounting(self, told: Tallied) -> Undo:
        question = self.at.t("Take that number back?")
        return Undo(question, lambda: take_back(self.at, told.deed))

    # --- digits ---

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - what is done is no row's
        """Count a shelf afresh, leave it, settle what differs, or end the count."""
        self._look()
        does: Mapping[str, Callable[[], Turn | None]] = {
            "afresh": self._ask_afresh,
            "leave": self._leave_shelf,
            "differences": self._settle,
            "end": self._ask_end,
        }
        return does[act]() if act in does else None

    def _ask_afresh(self) -> Turn | None:
        t = self.at.t
        text = t("Forget what was scanned on %(shelf)s, and scan it all again?", shelf=self._name)
        return Turn(go=Question(self.at, t("Count it from the beginning"), text, self._afresh))

    def _afresh(self) -> Turn:
        key, code = self._key, self._shelf
        if key is None or code is None:
            return plain("")
        forgotten = self.at.perform(lambda conn, _: counting.afresh(conn, key, code=code))
        self._latest.clear()
        self._number = 0

        def undo() -> Turn:
            self.at.perform(lambda conn, _: counting.as_seen(conn, forgotten))
            if self._shelf is not None:
                self._look_at_shelf(self._shelf)
            return good(self.at.t("Undone."))

        name = self._name
        question = self.at.t("Does what was scanned on %(shelf)s before count after all?", shelf=name)
        return good(self.at.t("%(shelf)s begins anew.", shelf=name), Undo(question, undo))

    def _settle(self) -> Turn | None:
        return Turn(go=Differences(self.at, self._key)) if self._key is not None else None

    def _ask_end(self) -> Turn | None:
        t, key = self.at.t, self._key
        if key is None:
            return None
        left = [one for one in self.at.ask(lambda conn: counting.shelves(conn, key)) if not one.done]
        if not left:
            return self._end()
        text = self.at.n(
            "%(n)d shelf is not counted to its end. End the count all the same?",
            "%(n)d shelves are not counted to their end. End the count all the same?",
            len(left),
        )
        return Turn(go=Question(self.at, t("End the count"), text, self._end))

    def _end(self) -> Turn:
        key, now = self._key, self.at.now()
        if key is None:
            return plain("")
        left = self.at.perform(lambda conn, _: counting.end(conn, key, by=self.at.by, now=now))
        if left:
            return bad(
                self.at.n(
                    "%(n)d difference is not settled yet.",
                    "%(n)d differences are not settled yet.",
                    len(left),
                )
            )
        self._key = None
        undo = Undo(self.at.t("Is the count not at its end?"), lambda: self._reopen(key))
        return good(self.at.t("The count is ended. What was decided stays recorded."), undo)

    def _reopen(self, key: str) -> Turn:
        now = self.at.now()
        if self.at.perform(lambda conn, _: counting.reopen(conn, key, now=now)):
            return good(self.at.t("The count goes on."))
        return bad(self.at.t("Another count has begun meanwhile."))


def who_said(at: At, by: str) -> str:
    """Name who counts: a member of staff by name, whoever sat at a shell as the count recorded it."""
    return at.ask(lambda conn: names.of_staff(conn, by))
