"""Badges: who works here, a new one, a lost badge, another PIN, another role, somebody who leaves.

Whoever sets up the depot sees everybody, and sees to whoever may do no more than they themselves; anybody else
sees their own row and gives themselves another PIN. A badge's digits are shown once, when it is drawn; its card is
printed with F3, and bears no name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from depot import badges, codes
from depot.badges import Member
from depot.calendar import local_day
from depot.roles import Role
from depot.station import Station
from inventory.desk.acting import Right, role_of
from inventory.desk.bench import At, Bench, Choice, Fill, Question, Turn, Undo, bad, good
from inventory.desk.views import Act, Column, Field, Row, Table, Takes, View

_NAME, _PIN, _AGAIN = "name", "pin", "again"
_Typed = Mapping[str, str]


def role_said(at: At, role: str) -> str:
    """Name a role."""
    return {
        Role.STOREKEEPER: at.t("storekeeper"),
        Role.STAFF: at.t("staff"),
        Role.MANAGER: at.t("manager"),
    }[role_of(role)]


class Badges(Bench):
    """The people who work here, and their badges."""

    def view(self) -> View:
        """List them; whoever may not set up the depot sees themselves."""
        t = self.at.t
        rows = tuple(self._row(one) for one in self._seen())
        acts = [Act("pin", t("Another PIN"))]
        if self.at.acting.may(Right.SETUP):
            acts = [
                Act("add", t("Somebody new")),
                Act("badge", t("Badge lost")),
                *acts,
                Act("role", t("Another role")),
                Act("end", t("Has left")),
            ]
        columns = (
            Column(t("Name")),
            Column(t("Role"), 18),
            Column(t("Badge"), 12),
            Column(t("Left"), 12, from_width=70),
        )
        return View(
            t("Badges"),
            lead=t("Choose somebody, then a digit. F3 prints the card of their badge."),
            table=Table(columns, rows),
            acts=tuple(acts),
            yes=t("another PIN"),
        )

    def _seen(self) -> list[Member]:
        everybody = self.at.ask(badges.members)
        if self.at.acting.may(Right.SETUP):
            return everybody
        return [one for one in everybody if one.id == self.at.by]

    def _row(self, one: Member) -> Row:
        left = f"{local_day(one.ended_at, self.at.settings.time_zone):%d.%m.%Y}" if one.ended_at else ""
        badge = f"···· ··{one.badge[7:9]}" if not left else "–"
        return Row(one.id, (one.name, role_said(self.at, one.role), badge, left))

    def opened(self, row: str) -> Turn | None:
        """Give the chosen person another PIN: what is wanted most often."""
        return self.acted("pin", row)

    def acted(self, act: str, row: str | None) -> Turn | None:
        """Begin what a digit stands for."""
        if act == "add":
            return self.may(Right.SETUP) or Turn(go=self._somebody_new())
        if act == "end" and row is not None and self._find(row).ended_at is not None:
            return self._take_back(self._find(row))
        if row is None:
            return None
        who = self._find(row)
        if refused := self._may_see_to(who, own=act == "pin"):
            return refused
        return {"badge": self._lost, "pin": self._pin, "role": self._role, "end": self._left}[act](who)

    def printing(self, row: str | None) -> Turn | None:
        """Print the card of the chosen person's badge."""
        if row is None:
            return None
        who = self._find(row)
        if refused := self._may_see_to(who, own=False):
            return refused
        from inventory.benches.printing import Print

        return Turn(go=Print(self.at, "card", (who.badge,)))

    def _find(self, who: str) -> Member:
        return next(one for one in self._seen() if one.id == who)

    def _may_see_to(self, who: Member, *, own: bool) -> Turn | None:
        if who.ended_at is not None:
            return bad(self.at.t("%(name)s has left.", name=who.name))
        if own and who.id == self.at.by:
            return None
        if refused := self.may(Right.SETUP):
            return refused
        if not self.at.acting.stands_over(who.role):
            return bad(self.at.t("%(name)s may do more than you. Ask a manager.", name=who.name))
        return None

    # --- somebody new ---

    def _somebody_new(self) -> Bench:
        t = self.at.t
        name = Field(_NAME, t("Name"), longest=100)
        return Fill(self.at, t("Somebody new"), (name, *self._pin_lines()), self._named)

    def _named(self, typed: _Typed) -> Turn | _Typed:
        if not typed[_NAME]:
            return {_NAME: self.at.t("Who is it?")}
        if wrong := self._wrong_pin(typed):
            return wrong
        name, pin = typed[_NAME], typed[_PIN]
        mine = [one for one in Role if self.at.acting.stands_over(one)]
        options = tuple((one.value, self._role_told(one)) for one in mine)
        lead = self.at.t("What does %(name)s do here?", name=name)
        return Turn(
            go=Choice(
                self.at, self.at.t("Role"), options, lambda role: self._added(name, pin, role), lead=lead
            )
        )

    def _role_told(self, role: Role) -> str:
        """Name a role and what it is for."""
        t = self.at.t
        what = {
            Role.STOREKEEPER: t("the goods, calls, places and badges"),
            Role.STAFF: t("the goods, and the people who borrow"),
            Role.MANAGER: t("everything"),
        }[role]
        return f"{role_said(self.at, role)}: {what}"

    def _added(self, name: str, pin: str, role: str) -> Turn:
        now, by = self.at.now(), self.at.by

        def add(conn: Connection, _here: Station) -> tuple[str, str]:
            return badges.add(conn, name=name, pin=pin, role=role, now=now, by=by)

        who, badge = self.at.perform(add)
        said = self.at.t(
            "%(name)s has badge %(digits)s. F3 prints its card.",
            name=name,
            digits=codes.spoken(badge),
        )
        return good(said, self._undo_new(who, name))

    def _undo_new(self, who: str, name: str) -> Undo:
        question = self.at.t("Does %(name)s get no badge after all?", name=name)
        return Undo(question, lambda: self._do(badges.end, who, self.at.t("%(name)s has left.", name=name)))

    # --- those who are here ---

    def _lost(self, who: Member) -> Turn:
        t = self.at.t
        return Turn(
            go=Question(
                self.at,
                t("Badge lost"),
                (
                    t("A new badge for %(name)s?", name=who.name),
                    t("The old one opens nothing from that moment, and that is not undone. The PIN stays."),
                ),
                lambda: self._renewed(who),
            )
        )

    def _renewed(self, who: Member) -> Turn:
        now, by = self.at.now(), self.at.by
        badge = self.at.perform(lambda conn, _: badges.renew(conn, who.id, now=now, by=by))
        return good(
            self.at.t(
                "%(name)s has badge %(digits)s. F3 prints its card.",
                name=who.name,
                digits=codes.spoken(badge),
            )
        )

    def _pin(self, who: Member) -> Turn:
        lead = self.at.t("A new PIN for %(name)s, who types it.", name=who.name)

        def typed(said: _Typed) -> Turn | _Typed:
            if wrong := self._wrong_pin(said):
                return wrong
            now, by = self.at.now(), self.at.by
            self.at.perform(lambda conn, _: badges.set_pin(conn, who.id, said[_PIN], now=now, by=by))
            return good(self.at.t("%(name)s has another PIN.", name=who.name))

        return Turn(go=Fill(self.at, self.at.t("Another PIN"), self._pin_lines(), typed, lead=lead))

    def _pin_lines(self) -> tuple[Field, Field]:
        t, longest = self.at.t, badges.LONGEST_PIN
        hint = t("4 to 12 digits")
        return (
            Field(_PIN, t("PIN"), takes=Takes.SECRET, longest=longest, hint=hint),
            Field(_AGAIN, t("PIN once more"), takes=Takes.SECRET, longest=longest),
        )

    def _wrong_pin(self, typed: _Typed) -> _Typed | None:
        if not badges.is_a_pin(typed[_PIN]):
            return {_PIN: self.at.t("A PIN has 4 to 12 digits.")}
        if typed[_PIN] != typed[_AGAIN]:
            return {_AGAIN: self.at.t("The two are not the same.")}
        return None

    def _role(self, who: Member) -> Turn:
        if who.id == self.at.by:
            return bad(self.at.t("Your own role is somebody else's to change."))
        options = tuple((one.value, self._role_told(one)) for one in Role if self.at.acting.stands_over(one))
        lead = self.at.t("%(name)s is now: %(role)s", name=who.name, role=role_said(self.at, who.role))
        return Turn(
            go=Choice(
                self.at,
                self.at.t("Another role"),
                options,
                lambda role: self._made(who, Role(role), role_of(who.role)),
                lead=lead,
            )
        )

    def _made(self, who: Member, role: Role, before: Role) -> Turn:
        t = self.at.t
        said = t(
            "%(name)s is: %(role)s. It counts from the next sign-in.",
            name=who.name,
            role=role_said(self.at, role),
        )
        now, by = self.at.now(), self.at.by
        self.at.perform(lambda conn, _: badges.set_role(conn, who.id, role, now=now, by=by))
        question = t("%(name)s back to %(role)s?", name=who.name, role=role_said(self.at, before))
        return good(said, Undo(question, lambda: self._made(who, before, role)))

    def _left(self, who: Member) -> Turn:
        if who.id == self.at.by:
            return bad(self.at.t("That you leave is somebody else's to note."))
        t = self.at.t
        text = (t("Has %(name)s left?", name=who.name), t("The badge opens nothing from that moment."))
        return Turn(go=Question(self.at, t("Has left"), text, lambda: self._ended(who)))

    def _ended(self, who: Member) -> Turn:
        turn = self._do(badges.end, who.id, self.at.t("%(name)s has left.", name=who.name))
        question = self.at.t("Is %(name)s here after all?", name=who.name)
        return Turn(turn.said, undo=Undo(question, lambda: self._back_again(who)))

    def _take_back(self, who: Member) -> Turn:
        if refused := self.may(Right.SETUP):
            return refused
        if not self.at.acting.stands_over(who.role):
            return bad(self.at.t("%(name)s may do more than you. Ask a manager.", name=who.name))
        question = self.at.t("Is %(name)s here after all?", name=who.name)
        return Turn(go=Question(self.at, self.at.t("Has left"), question, lambda: self._back_again(who)))

    def _back_again(self, who: Member) -> Turn:
        said = self.at.t("%(name)s is here; badge and PIN are good again.", name=who.name)
        return self._do(badges.take_back, who.id, said)

    def _do(self, deed: Callable[..., None], who: str, said: str) -> Turn:
        now, by = self.at.now(), self.at.by
        self.at.perform(lambda conn, _: deed(conn, who, now=now, by=by))
        return good(said)
