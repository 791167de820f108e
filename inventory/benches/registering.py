"""Registering somebody who stands at the desk and has shown who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from depot import codes, privacy
from depot.words import words_in
from inventory import people
from inventory.benches.caring import Wrong, born_field, read_contact
from inventory.benches.lending import ending
from inventory.desk.acting import Right
from inventory.desk.bench import At, Fill, Turn, Undo, bad, good, read
from inventory.desk.views import Field, Takes

if TYPE_CHECKING:
    from depot.codes import Scan

_YES = "1"


class Register(Fill):
    """A form for a new borrower. A card is scanned from the box, or a new one is printed.

    Args:
        card: of a card that was scanned already, its code.
    """

    def __init__(self, at: At, card: str | None = None) -> None:
        t = at.t
        self._languages = at.settings.kiosk.languages
        usual = (
            self._languages.index(at.settings.kiosk.language)
            if at.settings.kiosk.language in self._languages
            else 0
        )
        named = "  ".join(f"{n} {words_in(one).name}" for n, one in enumerate(self._languages, 1))
        printed = t("scan one from the box; empty: a new one is printed")
        by_hand = t("scan one from the box")
        fields = (
            Field("name", t("Name"), longest=100),
            Field("phone", t("Telephone"), longest=20, hint=t("own or a relative's; may be empty")),
            born_field(at),
            Field("language", t("Language"), value=str(usual + 1), takes=Takes.DIGITS, longest=1, hint=named),
            Field("id", t("ID was seen"), takes=Takes.DIGITS, longest=1, hint=t("1 when you have seen it")),
            Field(
                "card",
                t("Card"),
                value=codes.digits(card) if card else "",
                takes=Takes.SECRET,
                longest=8,
                hint=printed if at.station.prints else by_hand,
            ),
        )
        super().__init__(at, t("Register somebody"), fields, self._typed, lead=t("Ask for an ID first."))

    def scanned(self, scan: Scan) -> Turn | None:
        """Take a card from the box; its digits are shown as dots."""
        if not isinstance(scan, codes.CardCode):
            return None
        self.filled["card"] = codes.digits(scan.code)
        return read(self.at.t("The card ending %(digits)s.", digits=ending(scan.code)))

    def _typed(self, values: Mapping[str, str]) -> Turn | Mapping[str, str]:
        at, t = self.at, self.at.t
        no = self.may(Right.PEOPLE)
        if no is not None:
            return no
        said = read_contact(at, values)
        if isinstance(said, Wrong):
            return said.lines
        chosen = values["language"]
        if not (chosen.isdigit() and 1 <= int(chosen) <= len(self._languages)):
            return {"language": t("One of the digits that are shown.")}
        if values["id"] != _YES:
            return {"id": t("Nobody is registered whose ID was not seen.")}
        card = self._card(values["card"])
        if card == "":
            return {"card": t("Scan a card from the box, or type its eight digits.")}
        return self._register(said, self._languages[int(chosen) - 1], card)

    def _card(self, typed: str) -> str | None:
        """Read the card; None for a new one, empty for what is no card."""
        if not typed:
            return None if self.at.station.prints else ""
        scan = codes.parse_typed(typed, expect=codes.Kind.CARD)
        return scan.code if isinstance(scan, codes.CardCode) else ""

    def _register(
        self, said: Mapping[str, str | int | None], language: str, card: str | None
    ) -> Turn | Mapping[str, str]:
        from inventory.benches.person import Person

        at, now = self.at, self.at.now()
        phone, born = said["phone"], said["birth_year"]
        try:
            code, alike = at.perform(
                lambda conn, here: (
                    people.register(
                        conn,
                        here,
                        name=str(said["name"]),
                        phone=str(phone) if phone else None,
                        language=language,
                        birth_year=int(born) if born else None,
                        card_code=card,
                        by=at.by,
                        now=now,
                    ),
                    people.same_number(conn, str(phone) if phone else None),
                )
            )
        except LookupError:
            return {"card": at.t("That card cannot be given: it is somebody's, blocked, or not from here.")}
        told = at.t("Registered. The card ends in %(digits)s.", digits=ending(code))
        if card is None:
            told = at.t("Registered. A card ending %(digits)s comes out of the printer.", digits=ending(code))
        undo = Undo(
            at.t("Was nobody to be registered? The card opens nothing then."), lambda: self._undo(code)
        )
        if alike > 1:
            told += " " + at.t("The same number is somebody's already: see whether the two are one.")
            return Turn(bad(told).said, go=Person(at, code), undo=undo)
        return Turn(good(told).said, go=Person(at, code), undo=undo)

    def _undo(self, code: str) -> Turn:
        """Forget who was registered by a slip, as long as nothing is lent to them; the card is used up."""
        at, now = self.at, self.at.now()
        try:
            left = at.perform(lambda conn, here: privacy.erase(conn, here, card=code, now=now, by=at.by))
        except LookupError:
            return bad(at.t("That card is nobody's."))
        if left:
            return bad(at.t("Not yet: something is to be settled first."))
        return good(at.t("Undone."))
