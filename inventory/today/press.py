"""Labels that do not come out of the press, and those of which nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import literal_column, or_, select, union_all

from depot import clock
from depot.tables import label_job
from inventory.today.look import Look, Reader, Rows
from inventory.waiting import Kind, Next, Row

STUCK = timedelta(minutes=10)
"""How long a label may wait before somebody looks at the printer. A loan's label lapses after as long."""

_OPEN = ("waiting", "printing", "sent")
_WAITING, _UNSURE = "waiting", "unsure"
# Both in the words of their indexes, which SQLite only then makes use of: a million labels may have been printed.
_IN_THE_QUEUE = label_job.c.state.in_([literal_column(f"'{state}'") for state in _OPEN])
# What was asked for by hand is read along, whatever became of it: it may be what was unsure, once more.
_TO_BE_LOOKED_AT = or_(label_job.c.state == literal_column(f"'{_UNSURE}'"), label_job.c.subjects.is_not(None))
_JOBS_OF_THE_PRESS = union_all(
    select(label_job).where(_IN_THE_QUEUE),
    select(label_job).where(_TO_BE_LOOKED_AT),
)


def _at_the_press(look: Look) -> Rows:
    """Labels that do not come out, and those that may have: until they are printed again or forgotten."""
    before, now = clock.millis(look.now - STUCK), clock.millis(look.now)
    told = {row.key: row for row in look.ask(_JOBS_OF_THE_PRESS)}.values()
    asked: dict[tuple[str, str], int] = {}
    for row in told:
        about = (row.design, row.subjects or "")
        asked[about] = max(asked.get(about, 0), row.made_at)
    for row in told:
        if row.state == _UNSURE:
            if asked.get((row.design, row.subjects or row.event), 0) <= row.made_at:
                yield _label(look, row, Next.SEE_WHETHER_IT_CAME_OUT)
        elif row.state in _OPEN and (row.why is not None or row.made_at < before):
            lapses = row.state == _WAITING and row.lapses_at is not None and row.lapses_at <= now
            if not lapses:
                yield _label(look, row, Next.SEE_TO_PRINTER)


def _label(look: Look, row: Any, then: Next) -> Row:
    """Tell of a label by its design: what it is for may be somebody's card."""
    why = row.why or row.state
    return look.row(
        Kind.PRESS, row.key, at=row.made_at, name=row.design, place=row.printer, why=why, next=then
    )


READERS: tuple[Reader, ...] = (((Kind.PRESS,), _at_the_press),)
