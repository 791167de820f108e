"""The scanner's calibration sheet, and what is wrong with a scanner by what arrives of its codes.

The sheet is printed by labels and read by the kiosk's test page; both take its codes from here. What is wrong is
found by trying everything that may be: for each code all that would arrive with each pair of layouts, with Caps
Lock, with and without an AIM identifier, is worked out beforehand, and what did arrive is looked up in it. Where
more than one set-up explains a code, the next code of the sheet tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from depot import keyboards
from depot.foreign import FNC1
from depot.keyboards import ALTGR, LAYOUTS, PLAIN, Stroke
from depot.own import Kind, mint

FUNCTION_KEYS: Final = tuple(f"f{number}" for number in range(1, 13))
"""Keys that give no character and that some scanners send for GS."""


class Printed(StrEnum):
    """How a code of the sheet is printed."""

    CODE128 = "code128"
    GS1_128 = "gs1-128"
    QR = "qr"


class Asks(StrEnum):
    """What a code of the sheet is there to find out."""

    LABEL = "label"
    """Whether a label of the depot arrives."""
    LETTERS = "letters"
    """Capitals, small letters and signs that most pairs of layouts exchange."""
    SIGNS = "signs"
    """Signs that lie behind AltGr on some layouts, by which the Nordic ones differ."""
    FIELDS = "fields"
    """Whether GS arrives between two fields of a GS1 code."""
    SQUARE = "square"
    """Whether square codes are read."""
    BEYOND = "beyond"
    """Whether letters beyond ASCII arrive; only square codes have any."""


@dataclass(frozen=True, slots=True)
class SheetCode:
    """One code of the sheet.

    Args:
        number: as printed beside it; asks: what it is for.
        text: what a scanner that is set up right sends, without AIM identifier and terminator.
        printed: in which symbology.
        aims: the AIM identifiers (ISO/IEC 15424) that scanners may send for it.
    """

    number: int
    asks: Asks
    text: str
    printed: Printed
    aims: tuple[str, ...]


# The first digit after DPT keeps two codes apart whose beginnings were lost. The signs were chosen by trying all:
# together they tell every pair of layouts apart that differs in ASCII at all; no dead key is among those of code 2.
SHEET: Final = (
    SheetCode(1, Asks.LABEL, mint(Kind.ITEM, "0000000"), Printed.CODE128, ("]C0",)),
    SheetCode(2, Asks.LETTERS, "DPT2-qZy'%\"", Printed.CODE128, ("]C0",)),
    SheetCode(3, Asks.SIGNS, "DPT3|\\@x", Printed.CODE128, ("]C0",)),
    SheetCode(4, Asks.FIELDS, f"10DPT4{FNC1}21DPT5", Printed.GS1_128, ("]C1",)),
    SheetCode(5, Asks.SQUARE, mint(Kind.PRODUCT, "0000000"), Printed.QR, ("]Q1", "]Q0")),
    SheetCode(6, Asks.BEYOND, "DPT6æøå€ŋ", Printed.QR, ("]Q1", "]Q2", "]Q0")),
)
"""Every code, in the order in which they are scanned."""

PACE = 0.035
"""Seconds a character, on average, from which on a scanner is taken for a person (`kiosk.terminal.wedge.PACE`)."""
LOST = 6
"""Characters at a code's beginning that may be lost and it is known all the same; the rest has `KNOWN_BY`."""
KNOWN_BY = 4
MORE = 20
"""Characters that a scanner may put before or after a code and it is known all the same."""
INSTEAD = 6
"""Characters that a scanner may send for GS."""


class End(StrEnum):
    """What a code ended with."""

    NOTHING = "nothing"
    CR = "cr"
    LF = "lf"
    CRLF = "crlf"
    TAB = "tab"
    ETX = "etx"
    OTHER = "other"
    """Several of them, or another control character."""


class Fault(StrEnum):
    """What may be wrong with how a scanner is set up, in the order in which it is best put right."""

    SLOW = "slow"
    LAYOUT = "layout"
    CAPS_LOCK = "caps_lock"
    CAPITALS = "capitals"
    SMALL_LETTERS = "small_letters"
    START_LOST = "start_lost"
    BEFORE = "before"
    AFTER = "after"
    TERMINATOR = "terminator"
    GS_LOST = "gs_lost"
    GS_SENT_AS = "gs_sent_as"
    BEYOND_ASCII = "beyond_ascii"
    NO_AIM = "no_aim"


class Pair(NamedTuple):
    """The layout that the scanner believes in, and the one that the machine believes in."""

    scanner: str
    keyboard: str


PAIRS: Final = tuple(Pair(*pair) for pair in product(LAYOUTS, LAYOUTS))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Args:
        fault: what.
        scanners, keyboards: of a layout: those that explain it, in the order of `LAYOUTS`.
        what: what came instead: characters, a key's name (`f8`), an encoding.
        count: how many characters are lost, or how many milliseconds each takes.
        end: of a terminator: which it is.
    """

    fault: Fault
    scanners: tuple[str, ...] = ()
    keyboards: tuple[str, ...] = ()
    what: str = ""
    count: int = 0
    end: End | None = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of one code.

    Args:
        keys: its characters, and the names of keys that give none, without the terminator.
        end: what it ended with; None where the source knows none (a camera).
        pace: seconds a character, on average; None where that says nothing.
        typed: whether it came as keys, so that layouts and Caps Lock lie between.
        aim: the AIM identifier, where the source tells it apart from the text.
        data: the bytes of the code, where there are any; characters beyond ASCII are judged by them.
    """

    keys: tuple[str, ...]
    end: End | None = None
    pace: float | None = None
    typed: bool = True
    aim: str | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Known:
    """What the codes so far have said of one scanner: which layouts explain all of them, and which codes came."""

    pairs: frozenset[Pair] = frozenset(PAIRS)
    seen: frozenset[Asks] = frozenset()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a code of the sheet says of the scanner.

    Args:
        code: which of the sheet's it is; None where it is none of them.
        findings: what is wrong, the first to be put right first; empty where nothing is.
        known: what is known with it.
        following: which code is best scanned next; None after all of them.
    """

    code: SheetCode | None
    findings: tuple[Finding, ...]
    known: Known
    following: SheetCode | None


def diagnose(arrived: Arrived, known: Known | None = None) -> Diagnosis:
    """Say what is wrong with a scanner.

    Args:
        arrived: what came.
        known: what earlier codes of the same scanner have said; None for the first one. It is forgotten where it
            contradicts what came, since somebody has set the scanner anew.
    """
    known = known or Known()
    readings = _best(arrived, known)
    if not readings:
        return Diagnosis(None, (), known, _following(known))
    code = readings[0].code
    pairs = frozenset(one.setup.pair for one in readings)
    narrowed = (pairs & known.pairs) or pairs
    known = Known(narrowed if arrived.typed else known.pairs, known.seen | {code.asks})
    return Diagnosis(code, tuple(_findings(arrived, readings[0], narrowed)), known, _following(known))


def prepare() -> None:
    """Work everything out beforehand that may arrive; else the first scan waits for it, for a fifth of a second."""
    for code in SHEET:
        _table(code)


def _following(known: Known) -> SheetCode | None:
    return next((one for one in SHEET if one.asks not in known.seen), None)


def _findings(arrived: Arrived, reading: _Reading, pairs: frozenset[Pair]) -> Iterator[Finding]:
    if arrived.typed and arrived.pace is not None and arrived.pace >= PACE:
        yield Finding(Fault.SLOW, count=round(arrived.pace * 1000))
    if not any(pair.scanner == pair.keyboard for pair in pairs):
        yield Finding(
            Fault.LAYOUT,
            tuple(one for one in LAYOUTS if any(pair.scanner == one for pair in pairs)),
            tuple(one for one in LAYOUTS if any(pair.keyboard == one for pair in pairs)),
        )
    if fault := _CASE_FAULTS.get(reading.setup.case):
        yield Finding(fault)
    if reading.lost:
        yield Finding(Fault.START_LOST, count=reading.lost)
    if reading.before:
        yield Finding(Fault.BEFORE, what=reading.before)
    if reading.after:
        yield Finding(Fault.AFTER, what=reading.after)
    if arrived.end not in {None, End.CR}:
        yield Finding(Fault.TERMINATOR, end=arrived.end)
    yield from _in_the_middle(arrived, reading, pairs)


def _in_the_middle(arrived: Arrived, reading: _Reading, pairs: frozenset[Pair]) -> Iterator[Finding]:
    if reading.code.asks is Asks.FIELDS:
        if not reading.gs:
            yield Finding(Fault.GS_LOST)
        elif reading.gs != FNC1:
            yield Finding(Fault.GS_SENT_AS, what=_as_sent(reading.gs, pairs))
        if not (reading.setup.aim or arrived.aim):
            yield Finding(Fault.NO_AIM)
    if reading.mangled:
        yield Finding(Fault.BEYOND_ASCII, what=_encoding(arrived, reading.code))


def _as_sent(gs: str, pairs: frozenset[Pair]) -> str:
    """Say what the scanner sent for GS: what arrived, with the layouts undone, where only one pair explains it."""
    if len(gs) == 1 and len(pairs) == 1:
        (pair,) = pairs
        return keyboards.untangled(gs, scanner=pair.scanner, keyboard=pair.keyboard)
    return gs


_ENCODINGS: Final = ("latin-1", "cp1252", "cp850", "cp437", "utf-16-be", "utf-16-le")


def _encoding(arrived: Arrived, code: SheetCode) -> str:
    """Say in which encoding the letters came; empty where that is not to be seen."""
    for encoding in _ENCODINGS:
        wanted = code.text.encode(encoding, "replace")
        if arrived.data and arrived.data.endswith(wanted):
            return encoding
    return ""


# --- what would arrive ---


class _Case(Enum):
    """What becomes of capitals and small letters."""

    KEPT = "kept"
    SWAPPED = "swapped"
    UPPER = "upper"
    LOWER = "lower"


_CASE_FAULTS: Final = {
    _Case.SWAPPED: Fault.CAPS_LOCK,
    _Case.UPPER: Fault.CAPITALS,
    _Case.LOWER: Fault.SMALL_LETTERS,
}


class _Setup(NamedTuple):
    """One way in which a scanner and a machine may be set up."""

    pair: Pair
    case: _Case
    aim: bool


_PLAIN_PAIR: Final = Pair("us", "us")
"""For bytes, between which and us no layout lies."""

_DEAD = ("kept", "dropped", "swallowed")
_ALTGR = ("lost", "plain")


@cache
def _table(code: SheetCode) -> Mapping[str, tuple[_Setup, ...]]:
    """Work out all that may arrive of a code, and by which set-ups."""
    found: dict[str, dict[_Setup, None]] = {}
    for pair, case, aim in product(PAIRS, _Case, ("", *code.aims)):
        text = aim + code.text
        text = text.upper() if case is _Case.UPPER else text.lower() if case is _Case.LOWER else text
        for arrives in _arrivals(text, pair, caps_lock=case is _Case.SWAPPED):
            found.setdefault(arrives, {})[_Setup(pair, case, bool(aim))] = None
    return {arrives: tuple(setups) for arrives, setups in found.items()}


def _arrivals(text: str, pair: Pair, *, caps_lock: bool) -> set[str]:
    """Return what may arrive of a text: one terminal differs from the next in two things.

    A dead key gives its accent before a letter that it does not go with (the Linux console), or nothing, or
    takes that letter with it (X). AltGr on a layout that has none gives nothing, or is not noticed.
    """
    told = keyboards.typed(text, scanner=pair.scanner, keyboard=pair.keyboard, caps_lock=caps_lock)
    strokes = [keyboards.stroke_for(char, pair.scanner) for char in text]
    dead = [stroke is not None and keyboards.is_dead(stroke, pair.keyboard) for stroke in strokes]
    without = [
        stroke is not None and stroke.level == ALTGR and not keyboards.character(stroke, pair.keyboard)
        for stroke in strokes
    ]
    if not any(dead) and not any(without):
        return {told}
    chars = [
        keyboards.typed(char, scanner=pair.scanner, keyboard=pair.keyboard, caps_lock=caps_lock)
        for char in text
    ]
    variants = set()
    for with_dead, with_altgr in product(_DEAD, _ALTGR):
        made, swallow = "", False
        for char, stroke, is_dead, is_without in zip(chars, strokes, dead, without, strict=True):
            given = char
            if is_without and with_altgr == "plain" and stroke:
                given = keyboards.character(Stroke(stroke.key, PLAIN), pair.keyboard)
            if swallow or (is_dead and with_dead != "kept"):
                given = ""
            swallow = is_dead and with_dead == "swallowed"
            made += given
        variants.add(made)
    return variants


# --- what did arrive ---


class _Reading(NamedTuple):
    """One explanation of what arrived."""

    code: SheetCode
    setup: _Setup
    lost: int = 0
    before: str = ""
    after: str = ""
    gs: str = FNC1
    mangled: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """What it takes for granted beside the layouts: the least is the likeliest."""
        flaws = (
            bool(self.lost),
            bool(self.before),
            bool(self.after),
            self.gs != FNC1,
            self.setup.case is not _Case.KEPT,
            self.mangled,
        )
        return (sum(flaws), len(self.before) + len(self.after), self.lost, self.code.number)

    def goes_with(self, other: _Reading) -> bool:
        """Say whether it differs from another one of the same shape in the layouts alone."""
        mine, theirs = (self.setup.case, self.before, self.gs), (other.setup.case, other.before, other.gs)
        return mine == theirs


# Names of keys as single characters of Unicode's private use, so that all that came is one text.
_AS_CHARACTER: Final = {name: chr(0xE000 + at) for at, name in enumerate(FUNCTION_KEYS)}
_AS_NAME: Final = {char: name for name, char in _AS_CHARACTER.items()}


def _best(arrived: Arrived, known: Known) -> tuple[_Reading, ...]:
    """Return the likeliest explanations: those that take the least for granted, right layouts before others."""
    keys = "".join(_AS_CHARACTER.get(key, key) for key in arrived.keys)
    exact, nearly = list(_exact(keys, arrived)), []
    found = [one for one in exact if one.setup.pair in known.pairs]
    if not found:
        nearly = list(_nearly(keys, arrived))
        found = [one for one in nearly if known.seen and one.setup.pair in known.pairs] or exact or nearly
    if not found:
        return ()
    least = min(one.shape for one in found)
    same = [one for one in found if one.shape == least]
    first = min(same, key=lambda one: (one.setup.pair.scanner != one.setup.pair.keyboard, not one.setup.aim))
    return (first, *(one for one in same if one is not first and one.goes_with(first)))


def _exact(keys: str, arrived: Arrived) -> Iterator[_Reading]:
    for code in SHEET:
        for setup in _table(code).get(keys, ()):
            if _may_be(setup, arrived):
                yield _Reading(code, setup)


def _nearly(keys: str, arrived: Arrived) -> Iterator[_Reading]:
    for code in SHEET:
        for wanted, setups in _table(code).items():
            for fitting in (_fit(keys, wanted, code), _fit_beyond(keys, wanted, code)):
                if fitting is None:
                    continue
                for setup in setups:
                    if _may_be(setup, arrived):
                        yield fitting._replace(setup=setup)


def _may_be(setup: _Setup, arrived: Arrived) -> bool:
    """Say whether a set-up may be that of this source."""
    return arrived.typed or (setup.pair == _PLAIN_PAIR and setup.case is not _Case.SWAPPED)


_ANY_SETUP: Final = _Setup(_PLAIN_PAIR, _Case.KEPT, aim=False)


def _fit(keys: str, wanted: str, code: SheetCode) -> _Reading | None:
    """Find what was to come in what came: with its beginning lost, with more around it, with GS as something else."""
    head, has_gs, tail = wanted.partition(FNC1)
    for lost in range(LOST + 1):
        rest = head[lost:]
        if len(rest) + len(tail) < KNOWN_BY + (2 if has_gs else 0) or (lost and len(rest) < KNOWN_BY):
            return None
        at = keys.find(rest) if not lost else 0 if keys.startswith(rest) else -1
        if at < 0:
            continue
        then = at + len(rest)
        to = keys.find(tail, then) if has_gs else then
        before, gs, after = keys[:at], keys[then:to], keys[to + len(tail) :]
        if to < 0 or len(before) > MORE or len(gs) > INSTEAD or len(after) > MORE:
            continue
        return _Reading(code, _ANY_SETUP, lost, _named(before), _named(after), _named(gs) if has_gs else FNC1)
    return None


def _fit_beyond(keys: str, wanted: str, code: SheetCode) -> _Reading | None:
    """Find the code with letters beyond ASCII, whatever has become of those."""
    if code.asks is not Asks.BEYOND:
        return None
    plain = wanted[: len(wanted) - 5]
    if len(plain) >= KNOWN_BY and keys.startswith(plain) and len(keys) <= len(plain) + MORE:
        return _Reading(code, _ANY_SETUP, mangled=True)
    return None


def _named(keys: str) -> str:
    """Write keys for people: characters as they are, a key that gives none by its name."""
    return "".join(_AS_NAME.get(key, key) for key in keys)


__all__ = [
    "FUNCTION_KEYS",
    "PACE",
    "PAIRS",
    "SHEET",
    "Arrived",
    "Asks",
    "Diagnosis",
    "End",
    "Fault",
    "Finding",
    "Known",
    "Pair",
    "Printed",
    "SheetCode",
    "diagnose",
    "prepare",
]
