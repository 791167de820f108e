"""What things are called on the desk's screens: lines, shelves and members of staff, in the screen's language."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, case, select

from depot.tables import item, product_text, shelf, staff
from depot.words import fallbacks


def of_line(conn: Connection, line: str | None, language: str) -> str:
    """Name a line of the catalogue; in the nearest language that it has a name in, else by its code."""
    if line is None:
        return ""
    order = {one: at for at, one in enumerate(fallbacks(language))}
    nearest = case(order, value=product_text.c.language, else_=len(order))
    named = select(product_text.c.name).where(product_text.c.product == line)
    return conn.scalar(named.order_by(nearest, product_text.c.language).limit(1)) or line


def of_lines(conn: Connection, lines: Iterable[str], language: str) -> dict[str, str]:
    """Name several lines at once, each as `of_line` does."""
    order = {one: at for at, one in enumerate(fallbacks(language))}
    nearest = case(order, value=product_text.c.language, else_=len(order))
    wanted = sorted(set(lines))
    asked = select(product_text.c.product, product_text.c.name).where(product_text.c.product.in_(wanted))
    found: dict[str, str] = {}
    for row in conn.execute(asked.order_by(nearest, product_text.c.language)):
        found.setdefault(row.product, row.name)
    return {line: found.get(line, line) for line in wanted}


def of_thing(conn: Connection, code: str, language: str) -> str:
    """Name a thing by its line; empty for a code that is no thing's."""
    return of_line(conn, conn.scalar(select(item.c.product).where(item.c.code == code)), language)


def of_shelf(conn: Connection, code: str | None) -> str:
    """Name a shelf by its label's code; empty for none."""
    return conn.scalar(select(shelf.c.name).where(shelf.c.code == code)) or "" if code else ""


def of_staff(conn: Connection, who: str | None) -> str:
    """Name a member of staff by the pseudonym that events carry; empty for nobody, also for one unknown here."""
    return conn.scalar(select(staff.c.name).where(staff.c.id == who)) or "" if who else ""
