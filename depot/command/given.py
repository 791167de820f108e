"""What stands on the command line: codes of things and cards, lines and shelves, as people give them."""

from __future__ import annotations

import click
from sqlalchemy import Connection, or_, select

from depot import lists
from depot.codes import CardCode, Giai, Grai, Gtin, ItemCode, Kind, NavLabel, Udi, parse_typed
from depot.outcomes import Reason
from depot.tables import product


class Words(click.ParamType[str]):
    """A name or number that somebody gives a thing or a person: printable, and no longer than that.

    What comes from outside is shown on screens and printed on labels: control and direction characters,
    and bytes that are no text, are not taken.
    """

    name = "text"

    def __init__(self, longest: int) -> None:
        self._longest = longest

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check a text and take the blanks off its ends."""
        text = value.strip()
        if not text or len(text) > self._longest or not text.isprintable():
            self.fail(f"wanted 1 to {self._longest} printable characters", param, ctx)
        return text


def item_of(text: str) -> str | Reason:
    """Read an item's code, or its eight digits; else say why a thing with this label is refused."""
    scan = parse_typed(text, expect=Kind.ITEM)
    if isinstance(scan, ItemCode):
        return scan.code
    if isinstance(scan, NavLabel):
        return Reason.NAV_LABEL
    return Reason.NOT_OURS if isinstance(scan, Gtin | Udi | Giai | Grai) else Reason.UNKNOWN_CODE


def card_of(text: str) -> str:
    """Read a card's code, or its eight digits; empty, which is nobody's card, for anything else."""
    scan = parse_typed(text, expect=Kind.CARD)
    return scan.code if isinstance(scan, CardCode) else ""


def asked_item(text: str | None) -> str | None:
    """Read the item that a list is asked about. Raises click.BadParameter for what is no item's code."""
    if text is None:
        return None
    code = item_of(text)
    if isinstance(code, Reason):
        raise click.BadParameter(f"{text!r} is not an item's code or its eight digits")
    return code


def known_line(conn: Connection, text: str) -> str | None:
    """Find a line by the catalogue's code or by the code on its shelf label; None where there is none."""
    scan = parse_typed(text, expect=Kind.PRODUCT)
    label = getattr(scan, "code", "")
    said = text.strip().upper() if text.isascii() else ""
    found = conn.scalar(select(product.c.code).where(or_(product.c.code == said, product.c.label == label)))
    return str(found) if found is not None else None


def line_of(conn: Connection, text: str) -> str:
    """Find a line that a verb cannot do without, as `known_line` does.

    Raises:
        click.BadParameter: the catalogue has no such line.
    """
    found = known_line(conn, text)
    if found is None:
        raise click.BadParameter(f"the catalogue has no line {text!r}; see: depot products")
    return found


def shelf_of(conn: Connection, text: str) -> str:
    """Find a shelf by its name or its label's code.

    Raises:
        click.BadParameter: there is none, or the name is not enough to tell.
    """
    found = lists.shelves(conn, shelf_code(text))
    if len(found) != 1:
        several = (
            "more than one shelf is called so" if found else "no shelf is called so; see: depot shelf add"
        )
        raise click.BadParameter(f"{text!r}: {several}")
    return found[0]


def shelf_code(text: str) -> str:
    """Make the whole code of eight typed digits; any other text is a name and stays as it is."""
    scan = parse_typed(text, expect=Kind.SHELF)
    return getattr(scan, "code", text)
