"""Checklists: what is done when a thing is cleaned, and what is looked at when it is looked over.

A list belongs to a cleaning class, to a product line, to a part of ISO 9999 ("12 06" is every walking aid that is
pushed with both arms) or to everything else, and the nearest one counts alone. The lists that come along are in
`checklists.csv`; a depot that changes one has its own from then on, and may go back to the one that came along.
The maker's manual goes before both.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources

from sqlalchemy import Connection, select

from depot import reference
from depot.settings import LANGUAGES
from depot.tables import checklist_point, product
from depot.words import fallbacks

CLEANING, INSPECTION = "cleaning", "inspection"
PURPOSES = (CLEANING, INSPECTION)
"""What there are lists for."""
INFECTION, EVERYTHING = "infection", "default"
"""Subjects that are neither a class nor a line nor a part of ISO 9999: a thing that may infect, and the rest."""
LONGEST = 120
"""Characters of one point."""
MOST = 20
"""Points of one list."""

Texts = Mapping[str, str]
"""One point in the languages that it is there in."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """One list in one language. `own` says that the depot has made it its own."""

    purpose: str
    subject: str
    points: tuple[str, ...]
    own: bool = False


@cache
def packaged() -> Mapping[tuple[str, str], tuple[Texts, ...]]:
    """Read the lists that come along: by purpose and subject, their points in order."""
    found: dict[tuple[str, str], list[Texts]] = {}
    text = resources.files("inventory").joinpath("checklists.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        texts = {language: row[language] for language in ("nb", "nn", "da", "en")}
        found.setdefault((row["purpose"], row["subject"]), []).append(texts)
    return {subject: tuple(points) for subject, points in found.items()}


def _own(conn: Connection, purpose: str) -> dict[str, list[dict[str, str]]]:
    rows = conn.execute(
        select(checklist_point)
        .where(checklist_point.c.purpose == purpose)
        .order_by(checklist_point.c.subject, checklist_point.c.n)
    )
    found: dict[str, dict[int, dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row.subject, {}).setdefault(row.n, {})[row.language] = row.text
    return {subject: list(points.values()) for subject, points in found.items()}


def listing(conn: Connection, language: str) -> tuple[Checklist, ...]:
    """List every list, those for cleaning first."""
    found = []
    for purpose in PURPOSES:
        own = _own(conn, purpose)
        came_along = {subject: texts for (of, subject), texts in packaged().items() if of == purpose}
        for subject in (*came_along, *sorted(own.keys() - came_along.keys())):
            texts = own.get(subject) or came_along[subject]
            points = tuple(_said(one, language) for one in texts)
            found.append(Checklist(purpose, subject, points, subject in own))
    return tuple(found)


def of(conn: Connection, purpose: str, subject: str, language: str) -> Checklist:
    """Read one list; without points where there is none."""
    own = _own(conn, purpose).get(subject)
    texts = own or packaged().get((purpose, subject), ())
    return Checklist(purpose, subject, tuple(_said(one, language) for one in texts), own is not None)


def for_cleaning(conn: Connection, line: str, language: str, *, infected: bool = False) -> Checklist:
    """Read how a thing of a line is cleaned: the line's own list, else its class's.

    Args:
        infected: it may carry an infection, which goes before its class.
    """
    if infected:
        return of(conn, CLEANING, INFECTION, language)
    of_class = conn.scalar(select(product.c.cleaning_class).where(product.c.code == line)) or ""
    return _nearest(conn, CLEANING, (line, of_class), language)


def for_inspection(conn: Connection, line: str, language: str) -> Checklist:
    """Read what is looked at on a thing of a line: the line's own list, else that of the nearest ISO class."""
    iso = conn.scalar(select(product.c.iso9999).where(product.c.code == line)) or ""
    parts = iso.split()
    classes = (" ".join(parts[:length]) for length in range(len(parts), 0, -1))
    return _nearest(conn, INSPECTION, (line, *classes, EVERYTHING), language)


def _nearest(conn: Connection, purpose: str, subjects: tuple[str, ...], language: str) -> Checklist:
    own = _own(conn, purpose)
    known = (one for one in subjects if one in own or (purpose, one) in packaged())
    return of(conn, purpose, next(known, subjects[-1]), language)


def _said(texts: Texts, language: str) -> str:
    for one in fallbacks(language):
        if one in texts:
            return texts[one]
    return next(iter(texts.values()), "")


# --- changing them ---


def _check(purpose: str, subject: str, text: str | None = None) -> None:
    if purpose not in PURPOSES:
        raise ValueError(f"no checklist for {purpose!r}")
    if not subject or len(subject) > LONGEST or not subject.isprintable():
        raise ValueError("wanted a cleaning class, a line, a part of ISO 9999 or default")
    if text is not None and (not text or len(text) > LONGEST or not text.isprintable()):
        raise ValueError(f"wanted 1 to {LONGEST} printable characters")


def put(
    conn: Connection,
    purpose: str,
    subject: str,
    text: str,
    *,
    language: str,
    now: datetime,
    n: int | None = None,
    by: str | None = None,
) -> int:
    """Word a point of a list, or add one at its end; the list is the depot's own from then on.

    Args:
        purpose: one of `PURPOSES`.
        subject: a cleaning class or `infection`, a line's code, a part of ISO 9999, or `default`.
        text: 1 to `LONGEST` printable characters, in `language`; the other languages keep what they said of
            it, except of a new point, which is in this one alone until it is worded in another.
        n: which point, from 1; a new one at the end where nothing is said.
        now: aware, UTC; by: the pseudonym of who changes it.

    Returns:
        The number of the point.

    Raises:
        ValueError: there is no such purpose, point or language, the text is none, or the list is full.
    """
    text = text.strip()
    _check(purpose, subject, text)
    if language not in LANGUAGES:
        raise ValueError(f"no language {language!r}")
    points = _become_own(conn, purpose, subject, now=now, by=by)
    at = points + 1 if n is None else n
    if not 1 <= at <= min(points + (n is None), MOST):
        raise ValueError(f"the list has {points} points of at most {MOST}")
    row = {"purpose": purpose, "subject": subject, "n": at, "language": language, "text": text}
    reference.put(conn, checklist_point, row, now=now, by=by)
    return at


def remove(
    conn: Connection, purpose: str, subject: str, n: int, *, now: datetime, by: str | None = None
) -> None:
    """Take a point off a list; those behind it move up. The list is the depot's own from then on.

    Raises:
        ValueError: there is no such purpose or point, or it is the last one: then `reset` it.
    """
    _check(purpose, subject)
    points = _become_own(conn, purpose, subject, now=now, by=by)
    if not 1 <= n <= points or points == 1:
        raise ValueError(f"the list has {points} points")
    left = [texts for at, texts in enumerate(_own(conn, purpose)[subject], 1) if at != n]
    _drop(conn, purpose, subject, now=now, by=by)
    _write(conn, purpose, subject, left, now=now, by=by)


def reset(conn: Connection, purpose: str, subject: str, *, now: datetime, by: str | None = None) -> bool:
    """Go back to the list that came along; False where the depot has none of its own."""
    _check(purpose, subject)
    return _drop(conn, purpose, subject, now=now, by=by) > 0


def own_points(conn: Connection, purpose: str, subject: str) -> tuple[Texts, ...]:
    """Read a list as the depot has made it its own, in all its languages; empty where it came along."""
    return tuple(_own(conn, purpose).get(subject, ()))


def as_before(
    conn: Connection,
    purpose: str,
    subject: str,
    points: Sequence[Texts],
    *,
    now: datetime,
    by: str | None = None,
) -> None:
    """Put a list back as it was before it was changed.

    Args:
        points: what `own_points` has told then; none for the list that came along.
    """
    _check(purpose, subject)
    _drop(conn, purpose, subject, now=now, by=by)
    _write(conn, purpose, subject, points, now=now, by=by)


def _become_own(conn: Connection, purpose: str, subject: str, *, now: datetime, by: str | None) -> int:
    """Copy the list that came along, where the depot has none of its own; how many points it has."""
    own = _own(conn, purpose).get(subject)
    if own is None:
        came_along = packaged().get((purpose, subject), ())
        _write(conn, purpose, subject, came_along, now=now, by=by)
        return len(came_along)
    return len(own)


def _rows(purpose: str, subject: str, points: Sequence[Texts]) -> Iterator[dict[str, object]]:
    for n, texts in enumerate(points, 1):
        for language, text in texts.items():
            yield {"purpose": purpose, "subject": subject, "n": n, "language": language, "text": text}


def _write(
    conn: Connection,
    purpose: str,
    subject: str,
    points: Sequence[Texts],
    *,
    now: datetime,
    by: str | None,
) -> None:
    for row in _rows(purpose, subject, points):
        reference.put(conn, checklist_point, row, now=now, by=by)


def _drop(conn: Connection, purpose: str, subject: str, *, now: datetime, by: str | None) -> int:
    mine = (checklist_point.c.purpose == purpose, checklist_point.c.subject == subject)
    keys = conn.execute(select(*checklist_point.primary_key).where(*mine)).all()
    for key in keys:
        reference.drop(conn, checklist_point, key._asdict(), now=now, by=by)
    return len(keys)
