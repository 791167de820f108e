"""All that is known of a person, on paper for them: the ledger's own words for what `privacy.export` has gathered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from depot import codes, parts
from depot.words import Words, words_in
from inventory import names

if TYPE_CHECKING:
    from sqlalchemy import Connection

Told = tuple[str, str, str]
"""What it is, when, and what is known."""


def in_language(conn: Connection, told: dict[str, Any], language: str) -> dict[str, Any]:
    """Name lines and parts in a language, for reading; the ledger's own names are English."""
    listed = ("loans", "collected_for_others", "holds")
    lines = [one["product"] for name in listed for one in told[name]]
    called, words = names.of_lines(conn, lines, language), parts.names(conn, language)
    named = {name: [one | {"name": called[one["product"]]} for one in told[name]] for name in listed}
    owed = [one | {"part": words.get(one["part"], one["part"])} for one in told["parts_owed"]]
    return told | named | {"parts_owed": owed}


def rows(told: Mapping[str, Any], words: Words, zone: ZoneInfo) -> Iterator[Told]:
    """Say everything that is known of somebody, a line each.

    Args:
        told: as `privacy.export` gives it; words: of the language it is read in; zone: the depot's.
    """
    t = words.t
    person = told["person"]
    facts = (
        (t("Name"), person["name"]),
        (t("Telephone"), person["phone"]),
        (t("E-mail"), person["email"]),
        (t("Language"), words_in(person["language"]).name if person["language"] else None),
        (t("Born in the year"), person["birth_year"]),
        (t("Blocked"), person["blocked"]),
        (t("Noted as dead"), person["died_on"]),
        (t("Month of the last loan that is no longer known"), person["last_month"]),
        (t("PIN"), t("kept so that nobody can read it") if person["has_pin"] else None),
    )
    yield from ((what, "", str(said)) for what, said in facts if said)
    yield t("Known since"), _when(person["made_at"], zone), ""
    for one in told["cards"]:
        yield t("Card"), _when(one["given_at"], zone), f"… {codes.digits(one['code'])[-2:]}"
    for one in told["loans"]:
        yield t("Loan"), _when(one["out_at"], zone), _loan(one, words, zone)
    for one in told["collected_for_others"]:
        yield t("Fetched for somebody else"), _when(one["out_at"], zone), one["name"]
    for one in told["parts_owed"]:
        yield t("Part that stayed out"), "", f"{one['pieces']} × {one['part']}  {codes.spoken(one['item'])}"
    for one in told["fees"]:
        yield (
            t("Fee or deposit"),
            _when(one["made_at"], zone),
            f"{one['amount_ore'] / 100:.2f}  {one['state']}",
        )
    for one in told["holds"]:
        yield t("Place in line"), _when(one["placed_at"], zone), f"{one['name']}, {_STATES[one['state']](t)}"
    for at in told["asked_to_be_rung"]:
        yield t("Asked to be rung"), _when(at, zone), ""
    for one in told["to_be_told"]:
        yield t("To be told something"), _when(one["made_at"], zone), _when(one["done_at"], zone)
    for one in told["notes"]:
        yield t("Written down"), _when(one["at"], zone), f"{one['text']}  ({one['by'] or '–'})"
    for one in told["looked_up"]:
        yield t("Looked up by"), _when(one["at"], zone), f"{one['by']}  ({one['why']})"
    for one in told["changes"]:
        what = t("card") if one["of"] == "card" else t("borrower")
        yield t("Changed by"), _when(one["at"], zone), f"{one['by'] or '–'}  ({what}, {one['version']})"


_STATES: Mapping[str, Callable[[Callable[..., str]], str]] = {
    "owed": lambda t: t("owed"),
    "paid": lambda t: t("paid"),
    "waived": lambda t: t("waived"),
    "paid_back": lambda t: t("paid back"),
    "waiting": lambda t: t("still waiting"),
    "ready": lambda t: t("set aside"),
    "fetched": lambda t: t("fetched"),
    "expired": lambda t: t("not fetched in time"),
    "cancelled": lambda t: t("taken out of line"),
}


def _loan(one: Mapping[str, Any], words: Words, zone: ZoneInfo) -> str:
    said = [f"{one['name']}  {codes.spoken(one['item'])}"]
    if one["due"]:
        said.append(words.t("until %(day)s", day=f"{date.fromisoformat(one['due']):%d.%m.%Y}"))
    if one["returned_at"]:
        said.append(words.t("ended %(when)s", when=_when(one["returned_at"], zone)))
    if one["collected_by_another"]:
        said.append(words.t("somebody else fetched it"))
    return ", ".join(said)


def _when(iso: str | None, zone: ZoneInfo) -> str:
    """Write a time as far as it is known: "12.03.2027 10:04", "12.03.2027" or "03.2027"."""
    if not iso:
        return ""
    if "T" in iso:
        return f"{datetime.fromisoformat(iso).astimezone(zone):%d.%m.%Y %H:%M}"
    return ".".join(reversed(iso.split("-")))


def text(told: Mapping[str, Any], words: Words, zone: ZoneInfo) -> str:
    """Write it as plain text, a line each."""
    lines = [words.t("What this depot knows of one borrower"), ""]
    lines += [
        f"{when:16}  {what}: {said}" if when else f"{'':16}  {what}: {said}"
        for what, when, said in rows(told, words, zone)
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def pdf(told: Mapping[str, Any], words: Words, zone: ZoneInfo) -> bytes:
    """Write it on pages of A4."""
    from inventory import typesetting  # ReportLab takes half a second, and only paper needs it
    from inventory.papers import Head, Listed

    t = words.t
    heads = (Head(t("What"), 0.26), Head(t("When"), 0.2), Head(t("What is known"), 0.54))
    page = t("Page %(page)d of %(pages)d")
    lead = (t("Everything that the ledger holds of one person. Who receives it looks after it."),)
    return typesetting.list_pdf(
        Listed(t("What this depot knows of one borrower"), page, heads, tuple(rows(told, words, zone)), lead)
    )
