"""Renewing by telephone: whoever rings reads the eight digits from the label, and nobody is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from depot import codes, on_behalf
from depot.outcomes import Already, Refused, Renewed
from inventory.benches.overriding import Overriding, reason_said
from inventory.benches.returning import name_of
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Turn, Undo, bad, good, plain
from inventory.desk.views import Field, Form, Side, Takes, View

if TYPE_CHECKING:
    from depot.codes import Scan

_DIGITS = "digits"


class Telephone(Bench):
    """Takes eight digits after eight digits."""

    def __init__(self, at: At) -> None:
        super().__init__(at)
        self._renewed: list[str] = []

    def view(self) -> View:
        """Ask for the next eight digits."""
        t = self.at.t
        line = Field(_DIGITS, t("Digits"), takes=Takes.DIGITS, longest=8)
        return View(
            t("Renew by telephone"),
            lead=t("Ask for the eight digits on the label."),
            text=(t("What the thing is and until when it may be kept is all that is shown."),),
            form=Form((line,)),
            side=(Side(t("Renewed now"), tuple(reversed(self._renewed))),) if self._renewed else (),
            counts=((t("renewed"), len(self._renewed)),),
        )

    def sent(self, typed: Mapping[str, str]) -> Turn:
        """Renew what the digits are of."""
        scan = codes.parse_typed(typed[_DIGITS], expect=codes.Kind.ITEM)
        if not isinstance(scan, codes.ItemCode):
            return bad(self.at.t("These are not the eight digits of a label. Look once more."))
        return self.renew(scan.code)

    def scanned(self, scan: Scan) -> Turn | None:
        """Renew what is scanned, which somebody may have here as well."""
        return self.renew(scan.code) if isinstance(scan, codes.ItemCode) else None

    def renew(self, code: str, override: str | None = None) -> Turn:
        """Renew one loan line; past a refusal where a reason is given."""
        no = self.may(Right.RING)
        if no is not None:
            return no
        turn, renewed = renew(self.at, code, override)
        if renewed:
            self._renewed.append(f"{renewed}  {codes.spoken(code)}")
        return turn


def renew(at: At, code: str, override: str | None = None) -> tuple[Turn, str]:
    """Renew the loan that a thing is out by; gives the turn, and the thing's name where it was renewed."""
    now, by, t = at.now(), at.by, at.t
    helps = on_behalf.Help(by, override)
    outcome = at.perform(lambda conn, here: on_behalf.renew(conn, here, item=code, helps=helps, now=now))
    name = name_of(at, getattr(outcome, "product", None))
    match outcome:
        case Renewed():
            due = f"{outcome.due:%d.%m.%Y}" if outcome.due else at.n("%(n)d day", "%(n)d days", outcome.days)
            said = t("%(name)s may be kept until %(day)s.", name=name, day=due)
            if outcome.flags:
                why = reason_said(at, outcome.flags[0])
                said = t("%(name)s may be kept only until %(day)s: %(why)s", name=name, day=due, why=why)
            question = t("Take the renewal of %(name)s back?", name=name)
            return good(said, Undo(question, lambda: _undo(at, outcome.deed))), name
        case Already():
            day = f"{outcome.due:%d.%m.%Y}" if outcome.due else "–"
            return plain(t("%(name)s may be kept until %(day)s as it is.", name=name, day=day)), ""
        case Refused():

            def again(why: str) -> Turn:
                return renew(at, code, why)[0]

            asks = Overriding(at, t("Not renewed"), name, outcome, again)
            return Turn(bad(reason_said(at, outcome.reasons[0])).said, go=asks), ""
    raise AssertionError(outcome)


def _undo(at: At, deed: str) -> Turn:
    now, by = at.now(), at.by
    outcome = at.perform(lambda conn, here: on_behalf.take_back(conn, here, deed, by=by, now=now))
    if isinstance(outcome, Refused):
        return bad(at.t("Too late: something has happened to it since."))
    return good(at.t("Undone."))
