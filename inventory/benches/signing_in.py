"""The page while nobody is signed in: a badge and its PIN, and returns by anybody meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from depot import codes
from inventory.benches.returning import take_home
from inventory.desk.acting import Acting, sign_in
from inventory.desk.bench import At, Bench, Turn, bad, plain
from inventory.desk.views import Field, Form, Takes, View

if TYPE_CHECKING:
    from depot.codes import Scan

BADGE, PIN = "badge", "pin"
_DIGITS, _LONGEST_PIN = 8, 12


class SignIn(Bench):
    """Asks for a badge and its PIN.

    Args:
        signed_in: told who it is.
        badge: the badge's code, where one was scanned already.
    """

    def __init__(self, at: At, signed_in: Callable[[Acting], Turn], badge: str = "") -> None:
        super().__init__(at)
        self._signed_in, self._badge = signed_in, badge

    def view(self) -> View:
        """Ask for what is missing."""
        t = self.at.t
        if self._badge:
            pin = Field(PIN, t("PIN"), takes=Takes.SECRET, longest=_LONGEST_PIN)
            return View(t("Sign in"), lead=t("Type your PIN, then Enter."), form=Form((pin,)))
        typed = Field(BADGE, t("Or type its eight digits"), takes=Takes.SECRET, longest=_DIGITS)
        return View(
            t("The storekeeper's desk"),
            lead=t("Scan your badge."),
            text=(t("Are you bringing something back? Just scan it."),),
            form=Form((typed,)),
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Take a badge; take anything of ours home, whoever stands here."""
        if isinstance(scan, codes.BadgeCode):
            self._badge = scan.code
            return plain("")
        if isinstance(scan, codes.ItemCode):
            return take_home(self.at, scan.code)
        return None

    def sent(self, typed: Mapping[str, str]) -> Turn:
        """Check the PIN. The same answer for an unknown badge and a wrong PIN."""
        if not self._badge:
            scan = codes.parse_typed(typed[BADGE], expect=codes.Kind.BADGE)
            if not isinstance(scan, codes.BadgeCode):
                return bad(self.at.t("These are not the eight digits of a badge. Look once more."))
            self._badge = scan.code
            return plain("")
        badge, pin, now = self._badge, typed[PIN], self.at.now()
        who = self.at.perform(lambda conn, _: sign_in(conn, badge, pin, now=now))
        if who is None:
            self._badge = ""
            return Turn(bad(self.at.t("That badge and that PIN do not go together. Try again.")).said)
        return self._signed_in(who)

    def back(self) -> Turn:
        """Forget the badge, or leave where this was opened on top of other work."""
        if self._badge:
            self._badge = ""
            return Turn(leave=True)
        return Turn(leave=True)
