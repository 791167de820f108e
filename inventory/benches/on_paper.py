"""Papers that a bench makes: to a printer in which A4 lies, else into a file beside the ledger.

They go past the press on purpose: its queue keeps what it prints, and a list of names shall not be kept.
"""

from __future__ import annotations

import uuid

from inventory import papers
from inventory.benches import wording
from inventory.desk.bench import At, Turn, bad, good
from inventory.papers import Letter, Listed

_A4 = "a4"


def list_on_paper(at: At, name: str, told: Listed) -> Turn:
    """Print a list, or put it into a file; `name` begins the file's name."""
    from inventory import typesetting

    return _out(at, name, typesetting.list_pdf(told))


def letters_on_paper(at: At, name: str, told: tuple[Letter, ...]) -> Turn:
    """Print letters, a page each, or put them into a file."""
    from inventory import typesetting

    return _out(at, name, typesetting.letters_pdf(told, title=name))


def into_file(at: At, name: str, ending: str, octets: bytes) -> Turn:
    """Put what was made into a file that only the ledger's owner can read."""
    now = at.now().astimezone(at.settings.time_zone)
    folder = papers.beside(at.ledger.file)
    try:
        file = papers.keep(folder, f"{name}-{now:%Y-%m-%d-%H%M%S}.{ending}", octets)
    except OSError as full:
        return bad(at.t("The file could not be written: %(why)s", why=full.strerror or str(full)))
    return good(at.t("It is in the file %(file)s.", file=file))


def _out(at: At, name: str, octets: bytes) -> Turn:
    said = next((one for one in at.settings.printers if one.medium == _A4), None)
    if said is None:
        return into_file(at, name, "pdf", octets)
    from labels import media
    from labels.printers import PrinterTrouble, PrintJob
    from labels.printers.choosing import open_printer

    medium = media.known(at.settings)[_A4]
    job = PrintJob(str(uuid.uuid4()), octets, medium, medium.page_height, said.dpi or medium.dpi)
    try:
        open_printer(said).send(job)
    except PrinterTrouble as trouble:
        kept = into_file(at, name, "pdf", octets)
        why = wording.trouble_said(at, trouble.why)
        return bad(at.t("%(printer)s: %(why)s. %(kept)s", printer=said.name, why=why, kept=kept.said.text))
    return good(at.t("It is on its way to %(printer)s.", printer=said.name))
