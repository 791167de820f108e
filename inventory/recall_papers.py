"""What a recall is put on paper as: the list of whom to ring, and a letter to each in their own language.

A letter tells what its reader already knows, that they have the thing, and nothing else about them. Addresses are
not in the ledger: the envelope is written from the municipality's own register.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from depot.own import spoken
from depot.phone import parse_phone
from depot.settings import Phone
from depot.words import Words
from inventory.papers import Head, Letter, Listed
from inventory.recalls import Outcome, Person, Recall


def meant_in_words(w: Words, one: Recall, name: str) -> str:
    """Say what a recall is about: the line, and the lot or the serial numbers."""
    meant = one.meant
    if meant.serial_to is not None:
        return w.t(
            "%(name)s, serial numbers %(first)s to %(last)s",
            name=name,
            first=meant.serial,
            last=meant.serial_to,
        )
    if meant.serial is not None:
        return w.t("%(name)s, serial number %(serial)s", name=name, serial=meant.serial)
    if meant.lot is not None:
        return w.t("%(name)s, lot %(lot)s", name=name, lot=meant.lot)
    return w.t("%(name)s, all of them", name=name)


def outcome_in_words(w: Words, outcome: Outcome | None) -> str:
    """Say how somebody was told."""
    match outcome:
        case Outcome.REACHED:
            return w.t("reached")
        case Outcome.NOT_REACHED:
            return w.t("not reached")
        case Outcome.LETTER:
            return w.t("letter sent")
        case None:
            return ""


def number_in_groups(phone: str | None, country: str) -> str:
    """Write a stored number as it is read aloud; empty for none."""
    if not phone:
        return ""
    parsed = parse_phone(phone, country)
    return parsed.grouped if parsed else phone


def call_list(w: Words, one: Recall, name: str, told: Sequence[Person], *, country: str) -> Listed:
    """List whom to ring about a recall, a row a person, for one pair of hands.

    Args:
        name: the line's, in the language of the list; country: the depot's, for writing numbers.
    """
    heads = (
        Head(w.t("Name"), 4),
        Head(w.t("Number"), 3),
        Head(w.t("Things"), 3),
        Head(w.t("Due"), 2.4),
        Head(w.t("So far"), 3),
    )
    rows = tuple(
        (
            name_in_words(w, each),
            "" if each.died else number_in_groups(each.phone, country),
            "\n".join(spoken(piece.item) for piece in each.pieces),
            "\n".join(f"{piece.due:%d.%m.%Y}" if piece.due else "–" for piece in each.pieces),
            outcome_in_words(w, each.outcome),
        )
        for each in told
    )
    lead = [meant_in_words(w, one, name)]
    lead += [one.why] if one.why else []
    lead += [
        w.t("Ask them to stop using it, and to bring it or have it fetched. Shred this list when it is done.")
    ]
    return Listed(w.t("Recall: whom to ring"), page_number(w), heads, rows, tuple(lead), boxes=True)


def page_number(w: Words) -> str:
    """Return how a page is numbered, for `typesetting.list_pdf`."""
    return w.t("Page %(page)s of %(pages)s", page="%(page)d", pages="%(pages)d")


def name_in_words(w: Words, one: Person) -> str:
    """Name somebody, or say why there is no name."""
    if one.card is None:
        return w.t("not known here")
    if one.died:
        return w.t("%(name)s (has died: fetch it)", name=one.name or "–")
    return one.name or w.t("card ending %(digits)s", digits=spoken(one.card)[-2:])


def letters(
    one: Recall,
    told: Sequence[Person],
    *,
    words: Callable[[str], Words],
    called: Mapping[str, str],
    language: str,
    today: date,
    sender: Sequence[str],
    phones: Sequence[Phone],
) -> tuple[Letter, ...]:
    """Write to everybody who can be written to: who is living, and whose name is known.

    Args:
        words: gives a language's words; language: of those who have chosen none.
        called: the line's name, by language.
        sender: lines of who writes; phones: who can be rung.
    """
    written = []
    for each in told:
        if each.died or not each.name:
            continue
        w = words(each.language or language)
        written.append(_letter(w, one, each, called[w.language], today, tuple(sender), tuple(phones)))
    return tuple(written)


def _letter(
    w: Words,
    one: Recall,
    to: Person,
    name: str,
    today: date,
    sender: tuple[str, ...],
    phones: tuple[Phone, ...],
) -> Letter:
    body = [
        w.t(
            "The maker has called back an aid that you have borrowed from us. Please do not use it any more."
        ),
        w.n(
            "It is the one with this number on its yellow label:",
            "They are the ones with these numbers on their yellow labels:",
            len(to.pieces),
        ),
    ]
    points = tuple(w.t("%(digits)s  %(name)s", digits=spoken(piece.item), name=name) for piece in to.pieces)
    after = [w.t("What is known: %(why)s", why=one.why)] if one.why else []
    after += [
        w.t("Bring it to us at any hour, or call us if that is difficult. We help you to another one."),
        w.t("You need no card to return it, and it costs nothing."),
        *(w.t("Call %(name)s, %(number)s.", name=phone.name, number=phone.number) for phone in phones),
    ]
    return Letter(
        sender,
        to.name or "",
        w.day(today),
        w.t("Please stop using it: %(name)s", name=name),
        tuple(body),
        points,
        tuple(after),
    )
