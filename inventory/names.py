"""What things are called on the desk's screens: lines, shelves and members of staff, in the screen's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, select

from depot.tables import item, product_text, shelf, staff
from depot.words import fallbacks


def of_line(conn: Connection, line: str | None, language: str) -> str:
    """Name a line of the catalogue; in the nearest language that it has a name in, else by its code."""
    if line is None:
        return ""
    return conn.scalar(_named(language), {"line": line}) or line


@cache
def _named(language: str) -> Select[tuple[str]]:
    """Ask for a line's name in the nearest language; built once, since every scan at the desk names its thing."""
    named = select(product_text.c.name).where(product_text.c.product == bindparam("line"))
    return named.order_by(_nearest(language), product_text.c.language).limit(1)


def _nearest(language: str) -> ColumnElement[int]:
    order = {one: at for at, one in enumerate(fallbacks(language))}
    return case(order, value=product_text.c.language, else_=len(order))


def of_lines(conn: Connection, lines: Iterable[str], language: str) -> dict[str, str]:
    """Name several lines at once, each as `of_line` does."""
    wanted = sorted(set(lines))
    asked = select(product_text.c.product, product_text.c.name).where(product_text.c.product.in_(wanted))
    found: dict[str, str] = {}
    for row in conn.execute(asked.order_by(_nearest(language), product_text.c.language)):
        found.setdefault(row.product, row.name)
    return {line: found.get(line, line) for line in wanted}


def of_thing(conn: Connection, code: str, language: str) -> str:
    """Name a thing by its line; empty for a code that is no thing's."""
    return of_line(conn, conn.scalar(select(item.c.product).where(item.c.code == code)), language)


def of_shelf(conn: Connection, code: str | None) -> str:
    """Name a shelf by its label's code; empty for none."""
    return conn.scalar(select(shelf.c.name).where(shelf.c.code == code)) or "" if code else ""


def of_staff(conn: Connection, who: str | None) -> str:
    """Name who did something, by what the ledger recorded: a member of staff by name, whoever sat at a shell as it
    stands, another station's pseudonym as a dash, which tells nobody more than it; empty for nobody.
    """
    if not who:
        return ""
    name: str | None = conn.scalar(select(staff.c.name).where(staff.c.id == who))
    return name or (who if who.startswith("os:") else "–")
