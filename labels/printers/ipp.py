"""Office printers that speak IPP Everywhere, and CUPS queues: the only ones that know what became of a job.

A label that was rescaled looks right and does not scan, so nothing is left to a printer's habits: the medium
and print-scaling=none are always stated, and ipp-attribute-fidelity makes a printer refuse what it cannot do
(RFC 8011 4.2.1.1). A printer is asked first what it takes and what lies in it; what it would refuse or print
on other paper is refused here, before it has anything.

Surprising: many printers have never heard of print-scaling, and would refuse every job for stating it with
fidelity. Those are told without fidelity: what they do not know they leave out, and the medium, which they
do know, was compared before. One that does know scaling and cannot do without it is refused for good.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from labels.printers import Condition, Fate, PrinterTrouble, PrintJob, Told, Why, pwg
from labels.printers.answer import NoAnswer
from labels.printers.manners import Limits, plain, trouble

log = logging.getLogger(__name__)

_PDF = "application/pdf"
_ASKED_OF_A_PRINTER = (
    "printer-state",
    "printer-state-reasons",
    "printer-state-message",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "media-supported",
    "media-ready",
    "print-scaling-supported",
    "sides-supported",
    "cups-version",
)
_ASKED_OF_A_JOB = (
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-state-message",
    "job-printer-state-message",
    "job-printer-state-reasons",
)

# RFC 8011 5.3.7 and 5.4.11
_CANCELLED, _ABORTED, _COMPLETED = 7, 8, 9
_PRINTER_STOPPED = 5
_LARGEST = 2**31 - 1

_FINE = 0x00FF
"""No status above it is a success (RFC 8011 4.1.6.1)."""
_NOT_POSSIBLE, _NOT_FOUND = 0x0404, (0x0406, 0x0407)
_STATUS_WHY = {
    0x0406: Why.UNREACHABLE,  # no such queue: a typing error, or it is not there yet
    0x0407: Why.UNREACHABLE,
    0x0500: Why.STOPPED,
    0x0502: Why.BUSY,
    0x0504: Why.STOPPED,
    0x0505: Why.BUSY,
    0x0506: Why.STOPPED,
    0x0507: Why.BUSY,
    0x050A: Why.STOPPED,
    0x050B: Why.BUSY,
}
"""What an error status means (RFC 8011 B.1); any other is a refusal."""

_REASONS = {
    "media-empty": Why.PAPER_OUT,
    "media-needed": Why.PAPER_OUT,
    "input-tray-missing": Why.PAPER_OUT,
    "media-jam": Why.JAMMED,
    "cover-open": Why.COVER_OPEN,
    "door-open": Why.COVER_OPEN,
    "interlock-open": Why.COVER_OPEN,
    "marker-supply-empty": Why.INK_OUT,
    "toner-empty": Why.INK_OUT,
    "developer-empty": Why.INK_OUT,
    "input-cannot-feed-size-selected": Why.WRONG_MEDIUM,
    "input-manual-input-request": Why.WRONG_MEDIUM,
    "resources-are-not-ready": Why.WRONG_MEDIUM,
    "offline": Why.UNREACHABLE,
    "connecting-to-device": Why.UNREACHABLE,
    "timed-out": Why.UNREACHABLE,
    "spool-area-full": Why.BUSY,
    "marker-waste-full": Why.STOPPED,
    "fuser-over-temp": Why.STOPPED,
    "shutdown": Why.STOPPED,
    "paused": Why.STOPPED,
    "moving-to-paused": Why.STOPPED,
    "printer-stopped": Why.STOPPED,
    "job-hold-until-specified": Why.STOPPED,
    "cups-held-for-authentication": Why.STOPPED,
    "other": Why.STOPPED,
}
"""Reasons of a printer and of a job (RFC 8011 5.3.8 and 5.4.12, PWG 5100.9), the one that helps most first:
a printer whose paper is out is stopped, too."""
_UNPRINTABLE = frozenset(
    {"document-format-error", "unsupported-document-format", "document-unprintable-error"}
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where an IPP printer is.

    Args:
        uri: without user and password; user, password: empty where it asks for none.
    """

    uri: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class IppPrinter:
    """A printer or a CUPS queue that speaks IPP.

    Args:
        name: of the `[[printer]]`; address: where it is.
    """

    name: str
    address: Address
    limits: Limits = field(default_factory=Limits)

    def condition(self) -> Condition:
        """Ask how it is (Get-Printer-Attributes, RFC 8011 4.2.5)."""
        return _condition(self._attributes())

    def send(self, job: PrintJob) -> str:
        """Compare what is asked with what it takes, and print (Print-Job, RFC 8011 4.2.1).

        Raises:
            PrinterTrouble: as `Printer.send`. Where the connection was lost after the document had left, it
                may have printed; `find` knows.
        """
        told = self._attributes()
        self._refuse_unless_ready(told)
        template, fidelity = self._template(told, job)
        asks = {"job-name": job.key, "document-format": _PDF, "ipp-attribute-fidelity": fidelity}
        answer = self._ask(
            "PRINT_JOB",
            within=self.limits.hand_over,
            prints=True,
            asks=asks,
            template=template,
            document=job.document,
        )
        number = _first(answer["jobs"]).get("job-id")
        if not isinstance(number, int):
            raise trouble(
                self.name, Why.CANNOT_TELL, "it took a job and gave no number", may_have_printed=True
            )
        if ignored := _first(answer["unsupported-attributes"]):
            log.warning("printer=%s job=%s left_out=%r", self.name, job.key, sorted(ignored))
        return str(number)

    def fate(self, remote: str) -> Told:
        """Ask what became of a job (Get-Job-Attributes, RFC 8011 4.3.4).

        A job that the printer does not know any more may have come out: after a while printers forget what
        they printed, some after a minute, and what waited in them when they were switched off. Nobody but who
        stands there can tell which it was.
        """
        forgotten = Told(Fate.FAILED, Why.CANNOT_TELL, f"the printer does not know job {remote} any more")
        if not _is_number(remote):
            return forgotten
        asks = {"requested-attributes": list(_ASKED_OF_A_JOB)}
        status, answer = self._answer("GET_JOB_ATTRIBUTES", job=int(remote), asks=asks)
        if status in _NOT_FOUND:
            self._attributes()  # raises where it is the queue that is gone
            return forgotten
        self._raise_for(status, answer)
        told = _first(answer["jobs"])
        if told.get("job-state") in (_CANCELLED, _ABORTED, _COMPLETED):
            return _end_of(told)
        name = "job-printer-state-reasons"
        holder = told if name in told else self._attributes()
        printer = _many(holder, name) or _many(holder, "printer-state-reasons")
        why = _worst(_in_the_way([*printer, *_many(told, "job-state-reasons")], warnings=True))
        return Told(Fate.UNDER_WAY, why, _said_of_job(told))

    def find(self, key: str) -> str | None:
        """Look for a job by its name among those it prints and those it has printed (Get-Jobs, RFC 8011 4.2.6).

        None says that it never got the job, or has forgotten it: some printers keep what they printed for a
        minute, CUPS keeps hundreds of jobs. A list with names left out is no answer.
        """
        for which in ("not-completed", "completed"):
            jobs = self._listed(which)
            for one in jobs:
                if one.get("job-name") == key:
                    return str(one["job-id"])
            if any("job-name" not in one for one in jobs):
                raise trouble(self.name, Why.CANNOT_TELL, f"it tells no names of its {which} jobs")
        return None

    def _listed(self, which: str) -> list[dict[str, Any]]:
        asks = {"which-jobs": which, "my-jobs": False, "requested-attributes": ["job-id", "job-name"]}
        try:
            answer = self._ask("GET_JOBS", asks=asks)
        except PrinterTrouble as failed:
            if failed.why is Why.REFUSED:
                raise trouble(
                    self.name, Why.CANNOT_TELL, f"it lists no {which} jobs: {failed.said}"
                ) from failed
            raise
        return [one for one in answer["jobs"] if isinstance(one.get("job-id"), int)]

    def cancel(self, remote: str) -> None:
        """Take a job back (Cancel-Job, RFC 8011 4.3.3); what it has printed or does not know is left alone."""
        if not _is_number(remote):
            return
        status, answer = self._answer("CANCEL_JOB", holds=True, job=int(remote))
        if status not in (_NOT_POSSIBLE, *_NOT_FOUND):
            self._raise_for(status, answer, may=True)

    # --- what is asked for ---

    def _refuse_unless_ready(self, told: Mapping[str, Any]) -> None:
        found = _condition(told)
        if not found.ready:
            raise trouble(self.name, found.why or Why.STOPPED, found.said)
        formats = _many(told, "document-format-supported")
        if formats and _PDF not in formats:
            said = f"it takes no PDF, only {', '.join(formats)}; print to it through a CUPS queue, which converts"
            raise trouble(self.name, Why.REFUSED, said)

    def _template(self, told: Mapping[str, Any], job: PrintJob) -> tuple[dict[str, object], bool]:
        """Say how the job is to be printed, and whether the printer is to refuse it otherwise."""
        template: dict[str, object] = {"media": self._medium(told, job), "print-scaling": "none"}
        scalings, sides = _many(told, "print-scaling-supported"), _many(told, "sides-supported")
        if scalings and "none" not in scalings:
            said = f"it cannot print without rescaling, only {', '.join(scalings)}"
            raise trouble(self.name, Why.REFUSED, said)
        if sides:
            template["sides"] = "one-sided"
        if not scalings:
            log.info("printer=%s print_scaling=unknown fidelity=no", self.name)
        return template, bool(scalings)

    def _medium(self, told: Mapping[str, Any], job: PrintJob) -> str:
        width, height = job.medium.page_width, job.page_height
        supported = _many(told, "media-supported")
        keyword = pwg.chosen(supported, width, height) if supported else pwg.keyword_for(width, height)
        if keyword is None:
            said = f"it knows no paper of {width:g} x {height:g} mm ({job.medium.name})"
            raise trouble(self.name, Why.REFUSED, said)
        ready = _many(told, "media-ready")
        if "cups-version" not in told and pwg.lies_in(ready, width, height) is False:
            said = f"{', '.join(ready)} lies in it, not {keyword} ({job.medium.name})"
            raise trouble(self.name, Why.WRONG_MEDIUM, said)
        return keyword

    # --- asking ---

    def _attributes(self) -> Mapping[str, Any]:
        asks = {"requested-attributes": list(_ASKED_OF_A_PRINTER)}
        return _first(self._ask("GET_PRINTER_ATTRIBUTES", asks=asks)["printers"])

    def _ask(self, operation: str, **more: Any) -> dict[str, Any]:
        status, answer = self._answer(operation, **more)
        self._raise_for(status, answer)
        return answer

    def _answer(
        self,
        operation: str,
        *,
        within: float = 0.0,
        prints: bool = False,
        holds: bool = False,
        **more: Any,
    ) -> tuple[int, dict[str, Any]]:
        """Ask something, and give the answer whatever its status.

        Args:
            prints: whether the question is a job, which comes out if the printer has read it; holds: whether
                the printer has the job already.
        """
        from labels.printers.asking import ask

        try:
            answer = ask(self.address, operation, self.limits, within=within or self.limits.ask, **more)
        except NoAnswer as none:
            raise self._nothing_heard(none, prints=prints, holds=holds) from none
        return answer["status-code"], answer

    def _nothing_heard(self, none: NoAnswer, *, prints: bool, holds: bool) -> PrinterTrouble:
        if none.http == 503:
            return trouble(self.name, Why.BUSY, none.said, may_have_printed=holds)
        if 400 <= none.http < 500:
            return trouble(self.name, Why.REFUSED, none.said, may_have_printed=holds)
        may = holds or (prints and none.reached)
        return trouble(self.name, Why.UNREACHABLE, none.said, may_have_printed=may)

    def _raise_for(self, status: int, answer: Mapping[str, Any], *, may: bool = False) -> None:
        if 0 <= status <= _FINE:
            return
        words = str(answer["operation-attributes"].get("status-message") or "")
        unsupported = [f"{name}={value}" for name, value in _first(answer["unsupported-attributes"]).items()]
        said = " ".join(filter(None, (f"IPP status {status:#06x}", words, ", ".join(unsupported))))
        raise trouble(self.name, _STATUS_WHY.get(status, Why.REFUSED), said, may_have_printed=may)


# --- reading what it says ---


def _is_number(remote: str) -> bool:
    """Whether a job's name is an IPP printer's. Another may have stood in its place when it was noted."""
    return remote.isascii() and remote.isdecimal() and 0 < int(remote[:11]) <= _LARGEST


def _first(group: list[dict[str, Any]]) -> dict[str, Any]:
    return group[0] if group else {}


def _many(told: Mapping[str, Any], name: str) -> list[str]:
    """Give an attribute's values; pyipp gives one value bare and several as a list."""
    value = told.get(name)
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one]


def _in_the_way(reasons: Iterable[str], *, warnings: bool) -> Iterator[str]:
    """Give reasons without their severity. Reports are never in the way; warnings are where nothing moves.

    A reason without a severity is an error (RFC 8011 5.4.12). Paper that is out is a warning to some printers
    even while a job waits for it.
    """
    for reason in reasons:
        word, _, severity = reason.rpartition("-")
        if severity not in ("report", "warning", "error"):
            yield reason
        elif severity == "error" or (severity == "warning" and warnings):
            yield word


def _worst(reasons: Iterable[str]) -> Why | None:
    found = set(reasons)
    return next((why for reason, why in _REASONS.items() if reason in found), None)


def _condition(told: Mapping[str, Any]) -> Condition:
    stopped = told.get("printer-state") == _PRINTER_STOPPED
    accepting = told.get("printer-is-accepting-jobs") is not False
    said = plain(
        " ".join([str(told.get("printer-state-message") or ""), *_many(told, "printer-state-reasons")])
    )
    why = _worst(_in_the_way(_many(told, "printer-state-reasons"), warnings=stopped))
    if stopped or not accepting:
        return Condition(ready=False, why=why or Why.STOPPED, said=said)
    return Condition(ready=True, said=said)


def _end_of(told: Mapping[str, Any]) -> Told:
    state, reasons, said = told["job-state"], _many(told, "job-state-reasons"), _said_of_job(told)
    if state == _CANCELLED:
        return Told(Fate.FAILED, Why.CANCELLED, said)
    if state == _ABORTED:
        refused = not _UNPRINTABLE.isdisjoint(reasons)
        return Told(Fate.FAILED, Why.REFUSED if refused else Why.GAVE_UP, said)
    if "job-completed-with-errors" in reasons:
        return Told(Fate.FAILED, Why.CANNOT_TELL, said)
    return Told(Fate.PRINTED, None, said)


def _said_of_job(told: Mapping[str, Any]) -> str:
    words = [str(told.get(one) or "") for one in ("job-state-message", "job-printer-state-message")]
    reasons = [*_many(told, "job-state-reasons"), *_many(told, "job-printer-state-reasons")]
    return plain(" ".join(filter(None, (*words, *reasons))))
