"""Reference rows: the current one in its table, and every version of it in `revision`, in one transaction.

What a person's rows said before is nobody's business, so their revisions keep no body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from depot import clock
from depot.tables import borrower, card, revision, staff

_PERSONAL = frozenset({borrower.name, card.name, staff.name})


def put(
    conn: Connection, table: Table, row: Mapping[str, Any], *, now: datetime, by: str | None = None
) -> None:
    """Write a reference row, new or changed, and its revision.

    Args:
        row: the columns to write; all of the primary key, and for a new row everything that is needed.
        now: aware, UTC.
        by: the pseudonym of the member of staff who did it, if one did.
    """
    key = {column.name: row[column.name] for column in table.primary_key}
    mine = [table.c[name] == value for name, value in key.items()]
    changed = {name: value for name, value in row.items() if name not in key}
    name = json.dumps(list(key.values())) if len(key) > 1 else str(next(iter(key.values())))
    versions = select(func.coalesce(func.max(revision.c.version), 0) + 1).where(
        revision.c.table == table.name, revision.c.key == name
    )
    there = select(func.count()).select_from(table).where(*mine)
    exists, version = conn.execute(select(there.scalar_subquery(), versions.scalar_subquery())).one()
    if not exists:
        conn.execute(insert(table).values(**row))
    elif changed:
        conn.execute(update(table).where(*mine).values(**changed))
    body = None if table.name in _PERSONAL else json.dumps(dict(row), sort_keys=True, separators=(",", ":"))
    conn.execute(
        insert(revision).values(
            table=table.name, key=name, version=version, at=clock.millis(now), by=by, body=body
        )
    )
