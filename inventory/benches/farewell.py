"""What ends it: a death, everything that is known of somebody handed to them, and forgetting them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from depot import borrowers, codes, deaths, parts, privacy
from depot.phone import parse_phone
from inventory import days, exporting, names, papers
from inventory.benches.lending import ending
from inventory.desk.acting import Right
from inventory.desk.bench import Bench, Fill, Question, Turn, bad, good
from inventory.desk.views import Field, View

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Connection

    from depot.privacy import Unsettled
    from depot.station import Station
    from inventory.benches.person import Person


# --- a death ---


def died(person: Person) -> Turn:
    """Ask on which day, then say what it brings with it, and do it."""
    at, t = person.at, person.at.t
    today = at.station.today(at.now())
    line = Field("day", t("Died on the day"), value=f"{today:%d.%m.%Y}", longest=10)

    def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        on = days.typed(values["day"])
        if on is None or on > today:
            return {"day": t("A day such as 24.12.2026, not after today.")}
        text = (
            t("Note that this borrower has died?"),
            t("Nobody is rung or written to any more. Number and PIN are gone at once."),
            t("Their cards open nothing, places in line end, and what is owed is waived."),
            t("What is out stays listed to be fetched, by the thing alone."),
            t("By mistake? It can be taken back here; number and PIN must be given again."),
        )
        return Turn(go=Question(at, t("They have died"), text, lambda: _died(person, on)))

    return Turn(go=Fill(at, t("They have died"), (line,), typed))


def _died(person: Person, on: date) -> Turn:
    at, now = person.at, person.at.now()
    done = at.perform(
        lambda conn, here: deaths.died(conn, here, card_code=person.card, on=on, now=now, by=at.by)
    )
    if not done.out:
        return good(at.t("Noted. Nothing is out."))
    said = at.n(
        "Noted. %(n)d thing is out, and stands under To collect.",
        "Noted. %(n)d things are out, and stand under To collect.",
        done.out,
    )
    return good(said)


def alive(person: Person) -> Turn:
    """Take a death back that was noted by mistake."""
    at, t = person.at, person.at.t
    line = Field("phone", t("Telephone"), longest=20, hint=t("may be empty"))

    def typed(values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        number = values["phone"]
        phone = parse_phone(number, region=at.station.country) if number else None
        if number and phone is None:
            return {"phone": t("Nobody can be rung at this number. Look once more.")}
        now, said = at.now(), phone.e164 if phone is not None else None
        at.perform(lambda conn, _: deaths.alive(conn, card_code=person.card, now=now, by=at.by, phone=said))
        return good(t("Taken back. Their cards work again."))

    return Turn(
        go=Fill(at, t("Not dead after all"), (line,), typed, lead=t("Their number must be given again."))
    )


# --- everything that is known ---


def export(person: Person) -> Turn:
    """Write everything that is known of them: a page to read and a file for machines."""
    no = person.may(Right.ERASE)
    if no is not None:
        return no
    at, now = person.at, person.at.now()

    def gather(conn: Connection, here: Station) -> dict[str, Any]:
        found = privacy.export(conn, here, card=person.card, now=now)
        borrowers.log_look_up(conn, by=at.by, why="export", now=now, cards=[person.card])
        return found

    told = at.perform(gather)
    read = at.ask(lambda conn: exporting.in_language(conn, told, at.language))
    folder, stamp = papers.beside(at.ledger.file), f"{now.astimezone(at.settings.time_zone):%Y%m%d-%H%M%S}"
    name = f"person-{ending(person.card)}-{stamp}"
    try:
        papers.keep(folder, f"{name}.json", json.dumps(told, indent=1, ensure_ascii=False).encode())
        page = exporting.pdf(read, at.words, at.settings.time_zone)
        file = papers.keep(folder, f"{name}.pdf", page)
    except OSError:
        return bad(at.t("The paper could not be written here."))
    return good(at.t("Written: %(file)s. Hand it over, then delete it.", file=str(file)))


# --- forgetting ---


def erase(person: Person) -> Turn:
    """Forget somebody who asks for it; say what is in the way, if anything is."""
    no = person.may(Right.ERASE)
    if no is not None:
        return no
    at, t = person.at, person.at.t
    left = at.ask(lambda conn: privacy.unsettled(conn, person.card))
    if left:
        return Turn(bad(t("Not yet: something is to be settled first.")).said, go=InTheWay(person, left))
    text = (
        t("Forget this borrower?"),
        t("Name, number, cards, and which things they had: all of it is gone, and cannot be brought back."),
        t("What was lent stays in the figures, with nobody."),
    )
    return Turn(go=Question(at, t("Forget them"), text, lambda: _erase(person)))


def _erase(person: Person) -> Turn:
    at, now = person.at, person.at.now()
    left = at.perform(lambda conn, here: privacy.erase(conn, here, card=person.card, now=now, by=at.by))
    if left:
        return Turn(bad(at.t("Not yet: something is to be settled first.")).said, go=InTheWay(person, left))
    return good(at.t("Forgotten."))


class InTheWay(Bench):
    """What must be settled before somebody is forgotten.

    Args:
        person: who; left: what is unsettled.
    """

    def __init__(self, person: Person, left: Unsettled) -> None:
        super().__init__(person.at)
        self._left = left

    def view(self) -> View:
        """Say it all."""
        t, at, left = self.at.t, self.at, self._left
        named = at.ask(lambda conn: {code: names.of_thing(conn, code, at.language) for code in left.out})
        words = at.ask(lambda conn: parts.names(conn, at.language))
        said = [
            t("out: %(name)s, %(digits)s", name=named[code], digits=codes.spoken(code)) for code in left.out
        ]
        said += [
            t("stayed out: %(name)s, of %(digits)s", name=words.get(part, part), digits=codes.spoken(code))
            for code, part, _ in left.parts
        ]
        from inventory import money

        country = at.station.country
        if left.owed_ore:
            said.append(
                t("owed: %(sum)s", sum=money.written(left.owed_ore, language=at.language, country=country))
            )
        if left.deposits_ore:
            deposit = money.written(left.deposits_ore, language=at.language, country=country)
            said.append(t("a deposit of %(sum)s to be paid back", sum=deposit))
        return View(t("Forget them"), lead=t("This must be settled first:"), text=tuple(said))
