"""The verbs `depot export-person` and `depot erase-person`: what is known of somebody, and forgetting it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from depot import borrowers, clock, privacy, settings
from depot.command import saying
from depot.command.given import card_of
from depot.command.people import at_shell
from depot.command.saying import as_json
from depot.ledger import Ledger, open_ledger
from depot.outcomes import Reason
from depot.settings import LANGUAGES, Settings
from depot.words import words_in

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from depot.privacy import Unsettled
    from depot.station import Station


@click.command("export-person")
@click.argument("card")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write a file: .pdf, .json or .txt."
)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of what is read; the kiosk's by default.")
@as_json
def export_person(card: str, out: Path | None, language: str | None, as_json: bool) -> int:
    """Tell everything that is known of the borrower behind CARD, also who looked them up. That you asked is logged.

    Exits with 1 if the card is nobody's.
    """
    if out is not None and out.suffix not in (".pdf", ".json", ".txt"):
        raise click.BadParameter("wanted a name that ends in .pdf, .json or .txt", param_hint="--out")
    chosen = settings.load()
    in_words = language or chosen.kiosk.language
    with open_ledger(chosen) as ledger:
        told = _gathered(ledger, card)
        if told is None:
            return _nobody(as_json=as_json)
        from inventory import exporting

        with ledger.reading() as conn:
            read = exporting.in_language(conn, told, in_words)
    if out is not None:
        _write(out, told if out.suffix == ".json" else read, chosen, in_words)
        if as_json:
            saying.document({"file": str(out)})
        else:
            saying.line(f"{out}  written; whoever receives it looks after it")
    elif as_json:
        saying.document(told)
    else:
        for line in _text(read, chosen, in_words).splitlines():
            saying.line(line)
    return 0


def _gathered(ledger: Ledger, card: str) -> dict[str, Any] | None:
    code, now = card_of(card), clock.SystemClock().now()

    def gather(conn: Connection, here: Station) -> dict[str, Any]:
        told = privacy.export(conn, here, card=code, now=now)
        borrowers.log_look_up(conn, by=at_shell(), why="depot export-person", now=now, cards=[code])
        return told

    try:
        return ledger.perform(gather)
    except LookupError as nobody:
        if type(nobody) is not LookupError:  # a KeyError is a mistake of ours, not an answer
            raise
        return None


def _nobody(*, as_json: bool) -> int:
    if as_json:
        saying.document({"outcome": "refused", "reasons": [Reason.CARD_UNKNOWN.value]})
    else:
        saying.line("no: this card is nobody's")
    return 1


def _text(told: dict[str, Any], chosen: Settings, language: str) -> str:
    from inventory import exporting

    return exporting.text(told, words_in(language), chosen.time_zone)


def _write(out: Path, told: dict[str, Any], chosen: Settings, language: str) -> None:
    """Write the file that only its owner may read."""
    import json

    from inventory import exporting, papers

    words = words_in(language)
    match out.suffix:
        case ".pdf":
            octets = exporting.pdf(told, words, chosen.time_zone)
        case ".json":
            octets = json.dumps(told, indent=1, ensure_ascii=False).encode()
        case _:
            octets = _text(told, chosen, language).encode()
    papers.keep(out.parent, out.name, octets)


@click.command("erase-person")
@click.argument("card")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def erase_person(card: str, yes: bool, as_json: bool) -> int:
    """Forget the borrower behind CARD. There is no way back.

    Exits with 1 while something is out or owed, and says what.
    """
    code = card_of(card)
    if not yes:
        click.confirm("Forget this borrower? It cannot be undone.", abort=True, err=True)
    with open_ledger(settings.load()) as ledger:
        now = clock.SystemClock().now()
        try:
            left = ledger.perform(
                lambda conn, here: privacy.erase(conn, here, card=code, now=now, by=at_shell())
            )
        except LookupError as nobody:
            if type(nobody) is not LookupError:
                raise
            return _nobody(as_json=as_json)
    if as_json:
        saying.document({"outcome": "refused" if left else "erased", **_in_the_way(left)})
    elif left:
        for line in _said(left):
            saying.line(f"no: {line}")
    else:
        saying.line("forgotten")
    return int(bool(left))


def _in_the_way(left: Unsettled) -> dict[str, Any]:
    parts = [{"item": code, "part": part, "pieces": pieces} for code, part, pieces in left.parts]
    return {
        "out": list(left.out),
        "parts_owed": parts,
        "owed_ore": left.owed_ore,
        "deposits_ore": left.deposits_ore,
    }


def _said(left: Unsettled) -> list[str]:
    said = [f"{code} is out" for code in left.out]
    said += [f"{pieces} × {part} of {code} stayed out" for code, part, pieces in left.parts]
    if left.owed_ore:
        said.append(f"{left.owed_ore / 100:.2f} is owed")
    if left.deposits_ore:
        said.append(f"a deposit of {left.deposits_ore / 100:.2f} is to be paid back")
    return said
