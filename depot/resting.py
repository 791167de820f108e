"""What any open doorway does in an idle moment: what time alone brings about, and the ledger's own housekeeping."""

from __future__ import annotations

from datetime import datetime

from depot import founding, holds, lending, privacy
from depot.ledger import Ledger
from depot.settings import Settings


def use_idle_moment(ledger: Ledger, settings: Settings, *, now: datetime) -> None:
    """Let holds lapse and be set aside, complete due dates, forget, fill in holidays, move the WAL into the file.

    Args:
        ledger: open for writing; settings: those it was opened with.
        now: aware, UTC.

    Raises:
        LedgerError: the ledger cannot be read or written; what was done before that stands.
    """
    if settings.station.clock == "auto":
        ledger.mind_the_clock()
    with ledger.reading() as conn:
        ripe = holds.is_any_ripe(conn, ledger.station, now=now)
        undated = lending.is_any_undated(conn)
        forgets = privacy.is_due(conn, ledger.station, now=now)
        ends = founding.holidays_run_out(conn, ledger.station.depot, now=now)
    if ripe:
        ledger.perform(lambda conn, here: holds.advance(conn, here, now=now))
    if undated:
        ledger.perform(lambda conn, here: lending.complete_due_dates(conn, here, now=now))
    if forgets:
        ledger.perform(lambda conn, here: privacy.advance(conn, here, now=now))
    if ends:
        ledger.perform(lambda conn, here: founding.fill_holidays(conn, here.depot, here.country, now=now))
        ledger.learn()
    ledger.rest()
