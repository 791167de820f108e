"""What there is too little of, what a maker has called back, and kits that lack a piece."""

from __future__ import annotations

from depot import clock
from inventory import kits, recalls, restock
from inventory.today.look import Look, Reader, Rows
from inventory.waiting import Kind


def _recalled(look: Look) -> Rows:
    """Open recalls, each with how many of its things are still to be fetched from a shelf or asked back."""
    for one in recalls.listing(look.conn, look.station):
        if one.left > 0:
            at = clock.millis(one.opened_at)
            yield look.row(Kind.RECALLED, one.key, at=at, product=one.meant.product, count=one.left)


def _under_minimum(look: Look) -> Rows:
    """Lines of which fewer stand free than their minimum, and how many are lacking."""
    for one in restock.under_minimum(look.conn, look.station, now=look.now):
        since = clock.millis(look.now) if one.since is None else one.since
        lacking = (one.minimum or 0) - one.free
        yield look.row(Kind.UNDER_MINIMUM, one.product, at=since, product=one.product, count=lacking)


def _incomplete(look: Look) -> Rows:
    """Kits that lack a piece: a row for each piece that somebody has to find or replace."""
    for one in kits.incomplete(look.conn, look.station):
        for piece in one.lacking:
            at = clock.millis(piece.missing_since or look.now)
            yield look.row(
                Kind.INCOMPLETE_KIT, one.key, at=at, item=piece.item, product=piece.product, why=one.name
            )


READERS: tuple[Reader, ...] = (
    ((Kind.RECALLED,), _recalled),
    ((Kind.UNDER_MINIMUM,), _under_minimum),
    ((Kind.INCOMPLETE_KIT,), _incomplete),
)
