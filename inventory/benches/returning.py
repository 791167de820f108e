"""A return at the desk: whoever scans a thing has it in hand, and it comes home, signed in or not."""

from __future__ import annotations

from depot import lending, stock
from depot.outcomes import Already, CheckedIn, Refused
from inventory import names
from inventory.desk.bench import At, Turn, Undo, bad, good, plain


def name_of(at: At, line: str | None) -> str:
    """Name a thing by its line, in the language of the screen."""
    return at.ask(lambda conn: names.of_line(conn, line, at.language)) if line else at.t("The thing")


def take_home(at: At, code: str) -> Turn:
    """Take a thing home and say where it is put; nobody is told who had it.

    Args:
        code: the thing's code, 10 characters.
    """
    now, by = at.now(), at.by or None
    outcome = at.perform(lambda conn, here: lending.check_in(conn, here, item=code, now=now, by=by))
    match outcome:
        case CheckedIn():
            name, where = name_of(at, outcome.product), outcome.place or "–"
            said = at.t("%(name)s has come home. Put it at %(place)s.", name=name, place=where)
            question = at.t("Is %(name)s still on loan after all?", name=name)
            return good(said, Undo(question, lambda: take_back(at, outcome.deed)))
        case Already():
            name, where = name_of(at, outcome.product), outcome.place or "–"
            return plain(at.t("%(name)s is home already. It belongs at %(place)s.", name=name, place=where))
        case _:
            return bad(at.t("We do not know this label. Scan once more, or press 0 and type the digits."))


def take_back(at: At, deed: str) -> Turn:
    """Take the last deed back, if nothing has happened since."""
    now, by = at.now(), at.by or None
    outcome = at.perform(lambda conn, here: stock.undo(conn, here, deed=deed, now=now, by=by))
    if isinstance(outcome, Refused):
        return bad(at.t("Too late: something has happened to it since."))
    return good(at.t("Undone."))
