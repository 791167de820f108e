"""Reference rows: the current one in its table, and every version of it in `revision`, in one transaction.

What a person's rows said before is nobody's business, so their revisions keep no body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from depot import clock
from depot.tables import borrower, card, revision, staff
from depot.writes import Write

_PERSONAL = frozenset({borrower.name, card.name, staff.name})


def put(
    conn: Connection, table: Table, row: Mapping[str, Any], *, now: datetime, by: str | None = None
) -> None:
    """Write a reference row, new or changed, and its revision.

    Args:
        row: the columns to write; all of the primary key, and for a new row everything that is needed.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.

    Raises:
        LookupError: there is no such row yet, and these columns do not make one.
    """
    key = {column.name: row[column.name] for column in table.primary_key}
    name = _name(list(key.values()))
    if _needed(table) <= row.keys():
        _put(table, tuple(row))(conn, row)
    else:
        mine = [table.c[name] == value for name, value in key.items()]
        changed = {name: value for name, value in row.items() if name not in key}
        if not conn.execute(update(table).where(*mine).values(**changed)).rowcount:
            raise LookupError(f"no {table.name} {name}")
    _revise(conn, table, name, row, now=now, by=by)


@cache
def _put(table: Table, columns: tuple[str, ...]) -> Write:
    """Say how to write these columns of a row; made once, because a file of items writes thousands alike."""
    new = upsert(table).values({name: bindparam(name) for name in columns})
    key = [column.name for column in table.primary_key]
    changed = [name for name in columns if name not in key] or key
    kept = {name: new.excluded[name] for name in changed}
    return Write(new.on_conflict_do_update(index_elements=key, set_=kept))


def drop(
    conn: Connection, table: Table, key: Mapping[str, Any], *, now: datetime, by: str | None = None
) -> None:
    """Take a reference row away. Its last revision says `null`: from then on there was none.

    Args:
        key: all of the primary key.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    parts = [column.name for column in table.primary_key]
    conn.execute(delete(table).where(*(table.c[name] == key[name] for name in parts)))
    _revise(conn, table, _name([key[name] for name in parts]), None, now=now, by=by)


def _name(key: list[Any]) -> str:
    return json.dumps(key) if len(key) > 1 else str(key[0])


def _revise(
    conn: Connection,
    table: Table,
    name: str,
    row: Mapping[str, Any] | None,
    *,
    now: datetime,
    by: str | None,
) -> None:
    said = dict(row) if row is not None else None
    body = None if table.name in _PERSONAL else json.dumps(said, sort_keys=True, separators=(",", ":"))
    told = {"of_table": table.name, "of_key": name, "at": clock.millis(now), "by": by, "body": body}
    _add_revision(conn, told)


_NONE, _ONE = literal_column("0", Integer), literal_column("1", Integer)
_VERSION = select(func.coalesce(func.max(revision.c.version), _NONE) + _ONE).where(
    revision.c.table == bindparam("of_table"), revision.c.key == bindparam("of_key")
)
_add_revision = Write(
    insert(revision).values(
        table=bindparam("of_table"),
        key=bindparam("of_key"),
        version=_VERSION.scalar_subquery(),
        at=bindparam("at"),
        by=bindparam("by"),
        body=bindparam("body"),
    )
)


@cache
def _needed(table: Table) -> set[str]:
    """The columns without which there is no row."""
    return {column.name for column in table.c if not column.nullable and column.server_default is None}
