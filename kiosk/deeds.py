"""What the journey asks for, done at the ledger: one request, one deed, one answer.

Anything broken becomes a `Fault` for the journey and an exact line in the log; a person never sees more
than what to do next. Nothing is answered with a yes unless it is on disk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection

from depot import attempts, borrowers, defects, lending, looks, refusals, resting
from depot.clock import Clock
from depot.errors import Conflict, LedgerBusy, LedgerError, LedgerFault
from depot.ledger import Ledger
from depot.outcomes import CardIs, NextStep, Reason, Refused
from depot.phone import Phone
from depot.settings import Settings
from depot.station import Station
from kiosk import finding, keeping
from kiosk.journey import asked
from kiosk.journey import values as v

log = logging.getLogger(__name__)

_LAST_FOUR_SECONDS = 0.2
"""How long an answer about the last four digits takes, whatever it is."""
_PIN_SECONDS = 0.5
"""How long an answer about a PIN takes; its hash alone may take 0.3 s on a small machine."""


class Counter:
    """The kiosk's hands at the ledger."""

    def __init__(self, ledger: Ledger, settings: Settings, clock: Clock) -> None:
        self._ledger, self._settings, self._clock = ledger, settings, clock

    def do(self, request: asked.Request) -> v.Answer:
        """Do what the journey asks for and say what came of it."""
        try:
            answer = self._do(request)
        except Conflict as stopped:
            log.error("request=%s conflict=%s", type(request).__name__, stopped)
            return Refused(item=getattr(request, "item", ""), reasons=(Reason(stopped.reason),))
        except (LedgerBusy, LedgerFault) as broken:
            log.error("request=%s fault=not_stored error=%s", type(request).__name__, broken)
            return v.Fault.NOT_STORED
        except LedgerError as broken:
            log.error("request=%s fault=out_of_service error=%s", type(request).__name__, broken)
            return v.Fault.OUT_OF_SERVICE
        return answer

    def _do(self, request: asked.Request) -> v.Answer:
        now = self._clock.now()
        if isinstance(request, asked.Finding):
            return finding.found(self._ledger, request, now=now)
        if isinstance(request, asked.Keeping):
            return keeping.kept(self._ledger, request, now=now)
        return self._at_the_counter(request, now)

    def _at_the_counter(self, request: asked.AtTheCounter, now: datetime) -> v.Answer:
        match request:
            case asked.AskWhatItIs():
                with self._ledger.reading() as conn:
                    return lending.peek(
                        conn, self._ledger.station, item=request.item, card=request.card, now=now
                    )
            case asked.AskWhoseCard():
                return self._whose_card(request)
            case asked.Lend():
                return self._lend(request)
            case asked.TakeBack():
                return self._ledger.perform(
                    lambda conn, here: lending.check_in(
                        conn, here, item=request.item, now=now, brought_back=request.brought_back
                    )
                )
            case asked.Report():
                return self._ledger.perform(
                    lambda conn, here: defects.report_trouble(
                        conn,
                        here,
                        item=request.item,
                        deed=request.deed,
                        trouble=request.trouble,
                        now=now,
                        parts=request.parts,
                    )
                )
            case asked.Undo():
                return self._ledger.perform(
                    lambda conn, here: lending.undo(conn, here, deed=request.deed, now=now)
                )
            case asked.StartCard():
                return self._start(request)
            case asked.CheckLastFour() | asked.CheckPin() | asked.CheckBadge():
                return self._digits(request)
            case asked.NoteCallBack():
                return self._call_back(request.phone)
            case asked.Count():
                return self._count(request)
            case asked.TakeForeign():
                return self._foreign(request)
            case _:
                assert_never(request)

    def _lend(self, request: asked.Lend) -> v.Answer:
        now = self._clock.now()
        if self._ledger.is_full:
            log.error("lending=stopped disk=full")
            return self._no_room(request.item)
        return self._ledger.perform(
            lambda conn, here: lending.check_out(
                conn, here, card=request.card, item=request.item, now=now, joins=request.joins, in_hand=True
            )
        )

    def _no_room(self, item: str) -> Refused:
        with self._ledger.reading() as conn:
            look = looks.for_check_in(conn, self._ledger.station, item)
            place = looks.where_it_belongs(conn, self._ledger.station, look)
        return Refused(
            item=item,
            product=look.row.product,
            reasons=(Reason.LEDGER_FULL,),
            next_step=NextStep.CALL,
            place=place,
        )

    def _whose_card(self, request: asked.AskWhoseCard) -> v.Answer:
        now = self._clock.now()
        with self._ledger.reading() as conn:
            if request.typed and not attempts.may_type_a_card(conn, now=now):
                return v.Done.TYPED_CARDS_PAUSED
            met = borrowers.meet(conn, self._ledger.station, request.card, now=now)
        if request.typed and met.what is CardIs.UNKNOWN:
            self._ledger.perform(
                lambda conn, _here: attempts.note(conn, attempts.Kind.CARD_TYPED, "", now=now)
            )
        chosen = request.language
        if met.what is CardIs.OPEN and not request.typed and chosen is not None and chosen != met.language:
            self._ledger.perform(
                lambda conn, _here: borrowers.remember_language(conn, request.card, chosen, now=now)
            )
            return replace(met, language=chosen)
        return met

    def _start(self, request: asked.StartCard) -> v.Answer:
        kiosk = self._settings.kiosk
        limits = attempts.CardLimits(per_number=kiosk.cards_per_number, per_hour=kiosk.cards_per_hour)
        now = self._clock.now()
        return self._ledger.perform(
            lambda conn, here: borrowers.start(
                conn,
                here,
                card_code=request.card,
                phone=request.phone,
                now=now,
                limits=limits,
                language=request.language,
            )
        )

    def _last_four(self, request: asked.CheckLastFour) -> v.Verdict:
        def matches(conn: Connection) -> bool:
            return borrowers.last_four_match(conn, request.card, request.four)

        return self._try(attempts.Kind.LAST_FOUR, request.card, matches, _LAST_FOUR_SECONDS)

    def _try(
        self, kind: attempts.Kind, card: str, matches: Callable[[Connection], bool], seconds: float
    ) -> v.Verdict:
        """Answer in the same words and the same time for an unknown card and for wrong digits."""
        began = self._clock.monotonic()
        now = self._clock.now()

        def check(conn: Connection, _here: Station) -> v.Verdict:
            if not attempts.has_tries_left(conn, kind, card, now=now):
                return v.Verdict.NO_MORE
            if matches(conn):
                attempts.forget(conn, kind, card)
                return v.Verdict.RIGHT
            attempts.note(conn, kind, card, now=now)
            left = attempts.has_tries_left(conn, kind, card, now=now)
            return v.Verdict.WRONG if left else v.Verdict.NO_MORE

        verdict = self._ledger.perform(check)
        time.sleep(max(0.0, seconds - (self._clock.monotonic() - began)))
        return verdict

    def _digits(self, request: asked.CheckLastFour | asked.CheckPin | asked.CheckBadge) -> v.Verdict:
        match request:
            case asked.CheckBadge():
                return self._badge(request)
            case asked.CheckPin():
                return self._pin(request)
            case asked.CheckLastFour():
                return self._last_four(request)

    def _pin(self, request: asked.CheckPin) -> v.Verdict:
        from depot import pins  # a tenth of a second, which most houses never need

        def matches(conn: Connection) -> bool:
            return pins.pin_matches(conn, request.card, request.pin)

        return self._try(attempts.Kind.PIN, request.card, matches, _PIN_SECONDS)

    def _badge(self, request: asked.CheckBadge) -> v.Verdict:
        """Answer alike, and in the same time, for an unknown badge and for a wrong PIN.

        Whose the right one is, the desk that follows is told in the same transaction.
        """
        from depot import badges, handing  # a tenth of a second, which no citizen needs to wait for

        began = self._clock.monotonic()
        now = self._clock.now()

        def check(conn: Connection, here: Station) -> v.Verdict:
            who = badges.verify(conn, request.badge, request.pin, now=now)
            if who is not None:
                handing.hand_over(conn, here, who, now=now)
                return v.Verdict.RIGHT
            left = attempts.has_tries_left(conn, attempts.Kind.PIN, request.badge, now=now)
            return v.Verdict.WRONG if left else v.Verdict.NO_MORE

        verdict = self._ledger.perform(check)
        time.sleep(max(0.0, _PIN_SECONDS - (self._clock.monotonic() - began)))
        return verdict

    def _call_back(self, phone: Phone) -> v.Done:
        now = self._clock.now()
        self._ledger.perform(lambda conn, _here: borrowers.ask_to_be_rung(conn, phone, now=now))
        return v.Done.CALL_BACK_NOTED

    def _count(self, request: asked.Count) -> v.Done:
        now = self._clock.now()
        self._ledger.perform(
            lambda conn, here: refusals.count(conn, here, request.reasons, request.product, now=now)
        )
        return v.Done.COUNTED

    def _foreign(self, request: asked.TakeForeign) -> v.Answer:
        now = self._clock.now()
        return self._ledger.perform(
            lambda conn, here: lending.receive_foreign(conn, here, label=request.label, now=now)
        )

    # --- when nobody is there ---

    def warm_up(self) -> None:
        """Look at nothing once, so that the first scan need not wait until its SQL is made."""
        try:
            with self._ledger.reading() as conn:
                lending.peek(conn, self._ledger.station, item="", card=None, now=self._clock.now())
        except LedgerError as broken:
            log.error("warm_up=failed error=%s", broken)

    def rest(self) -> None:
        """Use an idle moment: what time alone brings about, and the ledger's own housekeeping."""
        try:
            resting.use_idle_moment(self._ledger, self._settings, now=self._clock.now())
        except LedgerError as broken:
            log.error("rest=failed error=%s", broken)
