"""Home and owner: the same is said of one thing after the other, each by its scan."""

from __future__ import annotations

from collections.abc import Mapping

from depot import codes
from depot.codes import ItemCode, Scan
from depot.outcomes import Refused
from inventory import moving
from inventory.benches.depots import choose_depot
from inventory.benches.returning import name_of
from inventory.benches.wording import reason_said
from inventory.desk.bench import At, Bench, Choice, Fill, Turn, Undo, bad, good
from inventory.desk.views import Field, Side, View
from inventory.moving import Depot

_SHOWN = 8
"""Lines of what was done: the latest."""
_NEW, _NOBODY = "new", ""
_MOST_OWNERS = 7
"""Owners that are offered: with two more choices a digit each."""


def belonging(at: At) -> Turn:
    """Ask what is to be said of things: where they are at home, or whose they are."""
    t = at.t
    options = (("home", t("Where they are at home")), ("owner", t("Who owns them")))
    return Turn(go=Choice(at, t("Home and owner"), options, lambda what: _belongs(at, what)))


def _belongs(at: At, what: str) -> Turn:
    t = at.t
    if what == "home":

        def home(to: Depot) -> Turn:
            return Turn(go=Assign(at, "home", to.id, to.name))

        return choose_depot(at, t("Where they are at home"), home, here=True)
    known = at.ask(moving.owners)[:_MOST_OWNERS]
    options = (
        *((name, name) for name in known),
        (_NEW, t("Another owner")),
        (_NOBODY, t("Nobody in particular")),
    )

    def owner(name: str) -> Turn:
        if name == _NEW:
            return Turn(go=_new_owner(at))
        return Turn(go=Assign(at, "owner", None if name == _NOBODY else name, name))

    return Turn(go=Choice(at, t("Who owns them"), options, owner))


def _new_owner(at: At) -> Fill:
    def done(typed: Mapping[str, str]) -> Turn | Mapping[str, str]:
        name = typed["owner"]
        return Turn(go=Assign(at, "owner", name, name)) if name else {"owner": at.t("Type a name.")}

    line = Field("owner", at.t("Owner"), longest=moving.LONGEST_NAME)
    return Fill(at, at.t("Another owner"), (line,), done, lead=at.t("Which organisation owns them?"))


class Assign(Bench):
    """Says the same of one thing after the other: each is stored at its scan.

    Args:
        what: "home" or "owner"; value: the depot's key or the owner's name, None for nobody's.
        name: what it is called on the screen.
    """

    def __init__(self, at: At, what: str, value: str | None, name: str) -> None:
        super().__init__(at)
        self._what, self._value = what, value
        self._name = name or at.t("nobody in particular")
        self._done: list[str] = []

    def view(self) -> View:
        """Say of what things it is said."""
        t = self.at.t
        if self._what == "home":
            title, lead = (
                t("At home in %(depot)s", depot=self._name),
                t("Scan what is at home in %(depot)s.", depot=self._name),
            )
        else:
            title, lead = (
                t("Owned by %(owner)s", owner=self._name),
                t("Scan what %(owner)s owns.", owner=self._name),
            )
        done = tuple(self._done[::-1][:_SHOWN])
        return View(
            title,
            lead=lead,
            side=(Side(t("Done"), done, of=len(self._done)),) if done else (),
            counts=((t("done so far"), len(self._done)),),
        )

    def scanned(self, scan: Scan) -> Turn | None:
        """Store it of this thing."""
        if not isinstance(scan, ItemCode):
            return None
        outcome = self._say(scan.code, self._value)
        if isinstance(outcome, Refused):
            return bad(reason_said(self.at, outcome.reasons[0]))
        name = name_of(self.at, outcome.product)
        line = f"{codes.spoken(scan.code)}  {name}"
        self._done.append(line)

        def take_it_back() -> Turn:
            self._say(scan.code, outcome.before)
            self._done.remove(line)
            return good(self.at.t("Undone."))

        question = self.at.t("Put back what was said of %(name)s before?", name=name)
        return good(f"{name} {codes.spoken(scan.code)}: {self._name}", Undo(question, take_it_back))

    def _say(self, code: str, value: str | None) -> moving.Belongs | Refused:
        now, by = self.at.now(), self.at.by
        if self._what == "home":
            return self.at.perform(lambda *at: moving.set_home(*at, item=code, home=value, now=now, by=by))
        return self.at.perform(lambda *at: moving.set_owner(*at, item=code, owner=value, now=now, by=by))
