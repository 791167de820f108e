"""A refusal at the desk: all its reasons, and for whoever may, lending or renewing past it with a reason of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from depot.on_behalf import LONGEST_WHY, MAY_BE_OVERRIDDEN
from depot.outcomes import Reason, Refused
from inventory.desk.acting import Right
from inventory.desk.bench import At, Bench, Fill, Turn
from inventory.desk.views import Act, Field, View

if TYPE_CHECKING:
    from depot.codes import Scan

_OTHER = "other"


def reason_said(at: At, reason: Reason) -> str:
    """Say why something is not lent or not renewed, in one sentence."""
    said = _REASONS.get(reason)
    return said(at.t) if said is not None else at.t("As it is now, that cannot be done with it.")


class Overriding(Bench):
    """What was refused, and why.

    Args:
        title: what was not done; name: what with.
        no: the refusal.
        again: does it past the refusal, told why.
        scanned: what the bench below answers to a scan: the next thing may be scanned at once.
    """

    def __init__(
        self,
        at: At,
        title: str,
        name: str,
        no: Refused,
        again: Callable[[str], Turn],
        scanned: Callable[[Scan], Turn | None] | None = None,
    ) -> None:
        super().__init__(at)
        self._title, self._name, self._no, self._again, self._next = title, name, no, again, scanned

    def view(self) -> View:
        """Show every reason, in the order in which they are told."""
        t = self.at.t
        told = [reason_said(self.at, one) for one in self._no.reasons]
        if self._no.place:
            told.append(t("Put it at %(place)s.", place=self._no.place))
        for shelf, free in self._no.others:
            told.append(t("On shelf %(shelf)s stand %(n)d more.", shelf=shelf, n=free))
        if not self._may_be:
            return View(self._title, lead=self._name, text=tuple(told))
        if not self.at.acting.may(Right.OVERRIDE):
            told.append(t("Staff may go past this, with a reason."))
            return View(self._title, lead=self._name, text=tuple(told))
        told.append(t("To do it all the same, say why. It is noted with the loan."))
        acts = tuple(Act(key, said(t)) for key, said in _WHYS.items())
        return View(self._title, lead=self._name, text=tuple(told), acts=acts)

    @property
    def _may_be(self) -> bool:
        return not self._no.checked_in and set(self._no.reasons) <= MAY_BE_OVERRIDDEN

    def acted(self, act: str, row: str | None) -> Turn | None:  # noqa: ARG002 - there are no rows
        """Do it, for one of the reasons."""
        no = self.may(Right.OVERRIDE)
        if no is not None:
            return no
        if act != _OTHER:
            return _and_leave(self._again(_WHYS[act](self.at.t)))
        line = Field("why", self.at.t("Why"), longest=LONGEST_WHY)
        lead = self.at.t("A few words, and nothing about anybody's health.")
        return Turn(instead=Fill(self.at, self._title, (line,), self._typed, lead=lead))

    def _typed(self, typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        return self._again(typed["why"]) if typed["why"] else {"why": self.at.t("Say why.")}

    def scanned(self, scan: Scan) -> Turn | None:
        """Go on with the next thing."""
        turn = self._next(scan) if self._next is not None else None
        return _and_leave(turn) if turn is not None else None


def _and_leave(turn: Turn) -> Turn:
    if turn.go is not None:
        return replace(turn, go=None, instead=turn.go)
    return replace(turn, leave=True, keep_typed=False)


_WHYS: Mapping[str, Callable[[Callable[..., str]], str]] = {
    "therapist": lambda t: t("a therapist has asked for it"),
    "no_other": lambda t: t("nothing else is free"),
    "agreed": lambda t: t("agreed with whoever is in charge"),
    _OTHER: lambda t: t("another reason, typed"),
}

_REASONS: Mapping[Reason, Callable[[Callable[..., str]], str]] = {
    Reason.UNKNOWN_CODE: lambda t: t("Nothing here has this code."),
    Reason.ON_LOAN_TO_OTHER: lambda t: t("It is on loan to somebody else."),
    Reason.IN_CLEANING: lambda t: t("It is not washed yet."),
    Reason.IN_REPAIR: lambda t: t("It waits for the workshop."),
    Reason.QUARANTINED: lambda t: t("It is kept apart for a risk of infection."),
    Reason.NOT_AVAILABLE: lambda t: t(
        "It does not stand free: it is missing, written off, or not shelved yet."
    ),
    Reason.STAFF_ONLY: lambda t: t("It is lent by staff who fit it or train its user."),
    Reason.INSPECTION_EXPIRED: lambda t: t("Its inspection has run out."),
    Reason.RECALLED: lambda t: t("The maker has called it back."),
    Reason.SET_ASIDE_FOR_OTHER: lambda t: t("It is set aside for somebody who waited for it."),
    Reason.CARD_UNKNOWN: lambda t: t("The card is nobody's yet."),
    Reason.CARD_BLOCKED: lambda t: t("The card is blocked."),
    Reason.TOO_MANY_LINES: lambda t: t("There are many things on this card already."),
    Reason.OVERDUE: lambda t: t("Things on this card are long overdue."),
    Reason.CARD_EXPIRED: lambda t: t("The card has run out."),
    Reason.CARD_UNCONFIRMED: lambda t: t("The card has not been confirmed in time."),
    Reason.CAP_REACHED: lambda t: t("It has been out as long as a short-term loan may last."),
    Reason.SOMEONE_WAITS: lambda t: t("Somebody waits for one of these."),
    Reason.RENEWALS_USED: lambda t: t("It has been renewed as often as it can be."),
    Reason.NOT_ON_LOAN: lambda t: t("It is not on loan."),
    Reason.LEDGER_FULL: lambda t: t("The disk is full: things may come home, but none may leave."),
}
