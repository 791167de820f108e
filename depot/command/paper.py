"""`depot paper`: the texts that hang or lie in the room."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy import select

from depot import paper as papers
from depot import settings
from depot.command.saying import as_json, document
from depot.ledger import Ledger, open_ledger
from depot.rules import may_start_a_card
from depot.settings import LANGUAGES, Settings
from depot.tables import depot as depots
from depot.tables import product, product_text
from depot.words import Words, words_in

_KINDS: dict[str, Callable[[Words, papers.Room], str]] = {
    "poster": papers.poster,
    "power-cut": papers.power_cut,
    "card-box": papers.card_box,
}


@click.command
@click.argument("kind", type=click.Choice(list(_KINDS)))
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    help="More than once for several; else the poster in every language of the kiosk, the rest in its first.",
)
@as_json
def paper(kind: str, languages: tuple[str, ...], as_json: bool) -> None:
    """Print a paper for the room: the poster, the list for a power cut, the guide for the card box."""
    chosen = settings.load()
    kiosk = chosen.kiosk
    wanted = languages or (kiosk.languages if kind == "poster" else (kiosk.language,))
    with open_ledger(chosen) as ledger:
        pages = {one: _KINDS[kind](words_in(one), _room(ledger, chosen, one)) for one in wanted}
    if as_json:
        document([{"paper": kind, "language": one, "text": text} for one, text in pages.items()])
    else:
        click.echo("\f".join(pages.values()), nl=False)


def _room(ledger: Ledger, chosen: Settings, language: str) -> papers.Room:
    with ledger.reading() as conn:
        name = conn.scalar(select(depots.c.name).where(depots.c.id == ledger.station.depot))
        rows = conn.execute(
            select(product_text.c.name, product.c.loan_days)
            .join(product, product.c.code == product_text.c.product)
            .where(product_text.c.language == language, product.c.self_service)
        ).all()
    return papers.Room(
        depot=name or "",
        phones=chosen.phones,
        fixed_scanner=chosen.kiosk.scanner == "fixed",
        cards_in_box=may_start_a_card(ledger.station.rules),
        reads_aloud=chosen.kiosk.speech_command != "none",
        loan_days={row.name: row.loan_days for row in rows},
    )
