"""Lending and taking back for somebody: their card was opened, and now things are scanned, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depot import codes, defects, lending, on_behalf, parts
from depot.on_behalf import Collector, Help
from depot.outcomes import Already, CheckedIn, CheckedOut, Moved, Outcome, Refused, Trouble
from inventory import names, people
from inventory.benches import overriding
from inventory.benches.returning import name_of, take_back
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good, plain, read
from inventory.desk.views import Act, Field, Side, Takes, Tone, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from depot.codes import Scan
    from depot.station import Station


def ending(card: str) -> str:
    """Say the last two digits of a card, which is all of it that a screen shows."""
    return codes.digits(card)[-2:]


class Lend(Bench):
    """Things are lent to the borrower behind a card.

    Args:
        card: the card's code.
    """

    def __init__(self, at: At, card: str) -> None:
        super().__init__(at)
        self._card = card
        self._collects: Collector | None = None
        self._half: dict[str, tuple[str, int]] = {}
        self._lent: list[str] = []

    def view(self) -> View:
        """Show what was lent in this sitting, and who stands here."""
        t = self.at.t
        facts = ((t("Who stands here"), self._who()),)
        side = (Side(t("Lent now"), tuple(reversed(self._lent))),) if self._lent else ()
        label = t("The borrower stands here after all") if self._collects else t("Somebody else collects it")
        acts = [Act("collector", label)]
        if self._collects is not None and self._collects.card is None:
            acts.append(Act("type", t("Type the digits of their card")))
        return View(
            t("Lend to the card ending %(digits)s", digits=ending(self._card)),
            lead=t("Scan what is taken."),
            facts=facts,
            side=side,
            counts=((t("lent"), len(self._lent)),),
            acts=tuple(acts),
        )

    def _who(self) -> str:
        t = self.at.t
        if self._collects is None:
            return t("the borrower")
        if self._collects.card is None:
            return t("somebody else; scan their card if they have one")
        return t("somebody else, with the card ending %(digits)s", digits=ending(self._collects.card))

    def acted(self, act: str, row: str | None) -> Turn:  # noqa: ARG002 - there are no rows
        """Say who stands here."""
        if act == "type":
            return Turn(go=self._ask_for_card())
        self._collects = None if self._collects else Collector()
        return plain("")

    def scanned(self, scan: Scan) -> Turn | None:
        """Lend a thing; take the collector's card."""
        if isinstance(scan, codes.CardCode) and self._collects is not None:
            return self._collector(scan.code)
        if not isinstance(scan, codes.ItemCode):
            return None
        return self.may(Right.RING) or self.lend(scan.code)

    def _ask_for_card(self) -> Bench:
        t = self.at.t

        def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
            scan = codes.parse_typed(values["digits"], expect=codes.Kind.CARD)
            if not isinstance(scan, codes.CardCode):
                return {"digits": t("These are not the eight digits of a card. Look once more.")}
            return self._collector(scan.code)

        line = Field("digits", t("Digits"), takes=Takes.SECRET, longest=8)
        lead = t("The eight digits on the card.")
        return Fill(self.at, t("Somebody else collects it"), (line,), typed, lead=lead)

    def _collector(self, code: str) -> Turn:
        side = self.at.ask(lambda conn: people.side(conn, code))
        if side is None or code == self._card:
            return bad(self.at.t("That card is nobody's, or the borrower's own."))
        self._collects = Collector(code)
        return read(self.at.t("The one who collects it has the card ending %(digits)s.", digits=ending(code)))

    def lend(self, item: str, override: str | None = None) -> Turn:
        """Lend one thing; past a refusal where a reason is given."""
        now, by = self.at.now(), self.at.by

        def deed(conn: Connection, here: Station) -> tuple[Outcome, str]:
            line = people.line_of(conn, item)
            outcome = on_behalf.lend(
                conn,
                here,
                card=self._card,
                item=item,
                helps=Help(by, override, self._collects),
                now=now,
                joins=self._half.get(line, (None, 0))[0],
                in_hand=True,
            )
            return outcome, names.of_line(conn, line, self.at.language)

        outcome, name = self.at.perform(deed)
        match outcome:
            case CheckedOut():
                return self._done(outcome, name)
            case Already():
                return plain(self.at.t("%(name)s is on this card already.", name=name))
            case Refused():
                return self._refused(outcome, name)
        raise AssertionError(outcome)

    def _done(self, out: CheckedOut, name: str) -> Turn:
        t, line = self.at.t, out.product or ""
        before = self._half.pop(line, (out.deed, 0))
        there = before[1] + 1 if before[0] == out.deed else 1
        if there < out.pieces:
            self._half[line] = (out.deed, there)
        due = f"{out.due:%d.%m.%Y}" if out.due else self.at.n("%(n)d day", "%(n)d days", out.days)
        self._lent.append(f"{name}  {codes.spoken(out.item)}  {due}")
        if there < out.pieces:
            said = t(
                "%(name)s is lent until %(day)s. Scan the other piece of the pair, too.", name=name, day=due
            )
        elif out.flags:
            why = overriding.reason_said(self.at, out.flags[0])
            said = t("%(name)s is lent only until %(day)s: %(why)s", name=name, day=due, why=why)
        else:
            said = t("%(name)s is lent until %(day)s.", name=name, day=due)
        question = t("Take the loan of %(name)s back?", name=name)
        return good(said, Undo(question, lambda: self._undo(out.deed)))

    def _undo(self, deed: str) -> Turn:
        now, by = self.at.now(), self.at.by
        outcome = self.at.perform(lambda conn, here: on_behalf.take_back(conn, here, deed, by=by, now=now))
        if isinstance(outcome, Refused):
            return bad(self.at.t("Too late: something has happened to it since."))
        for one in outcome:
            self._lent = [line for line in self._lent if codes.spoken(one.item) not in line]
        self._half.clear()
        where = next((one.place for one in outcome if one.place), None)
        return good(self.at.t("Undone. Put it at %(place)s.", place=where) if where else self.at.t("Undone."))

    def _refused(self, no: Refused, name: str) -> Turn:
        if no.checked_in:
            return bad(
                self.at.t(
                    "%(name)s was on loan to somebody else and has come home now. Put it at %(place)s.",
                    name=name,
                    place=no.place or "–",
                )
            )
        asks = overriding.Overriding(
            self.at,
            self.at.t("Not lent"),
            name or self.at.t("This label is not one of ours."),
            no,
            lambda why: self.lend(no.item, why),
            self.scanned,
        )
        return Turn(bad(overriding.reason_said(self.at, no.reasons[0])).said, go=asks)


class Return(Bench):
    """Things come home for somebody; whatever is scanned comes home, whosever it was.

    Args:
        card: the card's code.
    """

    def __init__(self, at: At, card: str) -> None:
        super().__init__(at)
        self._card = card
        self._home: list[str] = []
        self._last: CheckedIn | None = None

    def view(self) -> View:
        """Show what came home; what is still out where whoever acts may know it."""
        t = self.at.t
        side = [Side(t("Come home now"), tuple(reversed(self._home)))] if self._home else []
        if self.at.acting.may(Right.PEOPLE):
            side.append(Side(t("Still out"), self._still_out()))
        acts = (
            (
                Act(Trouble.BROKEN, t("The last one is broken or worn")),
                Act(Trouble.MISSING_PART, t("Something of it is missing")),
                Act(Trouble.SOILED, t("It is soiled, or there is a risk of infection")),
            )
            if self._last is not None
            else ()
        )
        return View(
            t("Take back from the card ending %(digits)s", digits=ending(self._card)),
            lead=t("Scan what comes home."),
            side=tuple(side),
            counts=((t("come home"), len(self._home)),),
            acts=acts,
        )

    def _still_out(self) -> tuple[str, ...]:
        now, language = self.at.now(), self.at.language
        who = self.at.ask(
            lambda conn: people.person(conn, self.at.station, self._card, language=language, now=now)
        )
        loans = who.loans if who is not None else ()
        return tuple(f"{one.name}  {codes.spoken(code)}" for one in loans for code in one.line.items)

    def scanned(self, scan: Scan) -> Turn | None:
        """Take it home."""
        if not isinstance(scan, codes.ItemCode):
            return None
        no = self.may(Right.RING)
        if no is not None:
            return no
        self._last = None
        now, by, t = self.at.now(), self.at.by, self.at.t
        outcome = self.at.perform(
            lambda conn, here: lending.check_in(conn, here, item=scan.code, now=now, by=by)
        )
        if not isinstance(outcome, CheckedIn | Already):
            return bad(t("We do not know this label. Scan once more, or press 0 and type the digits."))
        name, where = name_of(self.at, outcome.product), outcome.place or "–"
        if isinstance(outcome, Already):
            return plain(t("%(name)s is home already. It belongs at %(place)s.", name=name, place=where))
        self._last = outcome
        shown = f"{name}  {codes.spoken(outcome.item)}"
        self._home.append(shown)
        said = t("%(name)s has come home. Put it at %(place)s.", name=name, place=where)
        question = t("Is %(name)s still on loan after all?", name=name)
        return good(said, Undo(question, lambda: self._undo(outcome.deed, shown)))

    def _undo(self, deed: str, shown: str) -> Turn:
        turn = take_back(self.at, deed)
        if turn.said.tone is Tone.GOOD:
            self._home.remove(shown)
            self._last = None
        return turn

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - it is about the last one
        """Say what is the matter with what came home last; a part that stays out is chosen first."""
        last = self._last
        if last is None:
            return None
        if act != Trouble.MISSING_PART:
            return self._report(last, Trouble(act), ())
        line, language = last.product or "", self.at.language
        known, named = self.at.ask(lambda conn: (parts.of_line(conn, line), parts.names(conn, language)))
        if not known:
            return self._report(last, Trouble.MISSING_PART, ())
        options = [(one.part, named.get(one.part, one.part)) for one in known]
        options.append(("", self.at.t("something else")))
        title = self.at.t("What is missing?")
        name = name_of(self.at, last.product)
        return Turn(go=Choice(self.at, title, options, lambda part: self._missing(last, part), lead=name))

    def _missing(self, last: CheckedIn, part: str) -> Turn:
        return self._report(last, Trouble.MISSING_PART, ((part, 1),) if part else ())

    def _report(self, last: CheckedIn, trouble: Trouble, missing: tuple[tuple[str, int], ...]) -> Turn:
        now = self.at.now()
        outcome = self.at.perform(
            lambda conn, here: defects.report_trouble(
                conn, here, item=last.item, deed=last.deed, trouble=trouble, parts=missing, now=now
            )
        )
        if isinstance(outcome, Refused):
            return bad(self.at.t("Something else was said of it already."))
        if isinstance(outcome, Moved) and outcome.place:
            return good(self.at.t("Noted. Put it at %(place)s.", place=outcome.place))
        return good(self.at.t("Noted."))
