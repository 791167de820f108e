"""What is out and should be home, and what is here and not ours."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, select

from depot import looks
from depot.tables import borrower, foreign_return, item, link, loan, owed_part, part_text
from inventory.today.look import Look, Reader, Rows, here
from inventory.waiting import Kind

_DEAD = select(borrower.c.id).where(borrower.c.died_on.is_not(None))
_OF_THE_DEAD = (
    select(loan.c.key, loan.c.item, loan.c.product, borrower.c.died_on)
    .select_from(borrower.join(link, link.c.borrower == borrower.c.id).join(loan, loan.c.key == link.c.key))
    .where(borrower.c.id.in_(_DEAD), loan.c.ended.is_(None), here(loan.c.depot))
)


def _to_collect(look: Look) -> Rows:
    """What somebody had on loan who has died: it is fetched or brought, and nobody is asked for it."""
    for key, code, line, died_on in look.ask(_OF_THE_DEAD, here=look.station.depot):
        yield look.row(Kind.TO_COLLECT, key, day=died_on, waits_from_day=True, item=code, product=line)


_OVERDUE = select(loan.c.key, loan.c.item, loan.c.product, loan.c.due).where(
    loan.c.ended.is_(None),
    loan.c.due < bindparam("today"),
    here(loan.c.depot),
    loan.c.key.not_in(select(link.c.key).where(link.c.borrower.in_(_DEAD))),
)


def _overdue(look: Look) -> Rows:
    """Open loans past their due date, the longest first; a pair is two."""
    for key, code, line, due in look.ask(_OVERDUE, here=look.station.depot, today=look.today.isoformat()):
        yield look.row(Kind.OVERDUE, key, day=due, waits_from_day=True, item=code, product=line)


_NOT_SETTLED = select(foreign_return.c.event, foreign_return.c.hms, foreign_return.c.at).where(
    foreign_return.c.settled_at.is_(None)
)


def _foreign(look: Look) -> Rows:
    """What is not ours and lies at NAV's place. Its serial number points at a person and stays unsaid."""
    for row in look.ask(_NOT_SETTLED):
        yield look.row(Kind.FOREIGN, row.event, at=row.at, place=look.sign(looks.NAV), why=row.hms)


_WORD, _WORD_EN = part_text.alias("word"), part_text.alias("word_en")
_OWED = (
    select(
        owed_part.c.loan,
        owed_part.c.item,
        owed_part.c.part,
        owed_part.c.pieces,
        item.c.product,
        func.coalesce(_WORD.c.name, _WORD_EN.c.name, owed_part.c.part).label("name"),
        func.coalesce(loan.c.returned_at, loan.c.out_at).label("at"),
    )
    .join(item, item.c.code == owed_part.c.item)
    .join(loan, loan.c.key == owed_part.c.loan)
    .outerjoin(_WORD, and_(_WORD.c.part == owed_part.c.part, _WORD.c.language == bindparam("language")))
    .outerjoin(_WORD_EN, and_(_WORD_EN.c.part == owed_part.c.part, _WORD_EN.c.language == "en"))
)


def _owed(look: Look) -> Rows:
    """Parts that stayed out when their thing came home."""
    for row in look.ask(_OWED, language=look.language):
        about = {"item": row.item, "product": row.product, "name": row.name, "why": row.part}
        yield look.row(Kind.OWED, row.loan, at=row.at, count=row.pieces, **about)


READERS: tuple[Reader, ...] = (
    ((Kind.OVERDUE,), _overdue),
    ((Kind.TO_COLLECT,), _to_collect),
    ((Kind.FOREIGN,), _foreign),
    ((Kind.OWED,), _owed),
)
