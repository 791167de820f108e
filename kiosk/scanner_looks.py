"""What came of a scan, for somebody who looks at the scanner itself: pure, without a screen.

Two ways lead here: keys as a terminal gives them, which are parted into runs, and scans that a reader has heard.
Both end in a `Look`. Nobody's card is to be read off it: what may be one has its digits masked before anything else
is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from depot import codes, keyboards
from depot.codes import BadgeCode, CardCode, Scan, Unreadable, UnreadableReason
from depot.scanner_sheet import FUNCTION_KEYS, PACE, Arrived, Diagnosis, End, Fault, Known, diagnose
from kiosk.terminal.repair import Repair
from kiosk.terminal.scans import Heard, Source
from kiosk.terminal.wedge import SHORTEST

LINE_ENDS = "\r\n\t\x03"
"""What scanners end a code with: CR, LF, Tab, ETX."""
_ENDS = {"": End.NOTHING, "\r": End.CR, "\n": End.LF, "\r\n": End.CRLF, "\t": End.TAB, "\x03": End.ETX}

AFTER_END = 0.06
"""Seconds of silence that end a run whose terminator has come: an LF behind its CR comes within them."""
AFTER_SCAN = 0.15
"""Seconds of silence that end a run at a scanner's pace that has no terminator."""
AFTER_KEYS = 0.70
"""Seconds of silence that end a slower run: a person who types, or a scanner that is told to wait."""
LONGEST_END = 16
"""Terminators in a row that are kept."""
LONGEST_RUN = 1024
"""Keys of one run that are kept, four times what a scan may have: a key that is held down ends never."""

_NAMES = {
    0x00: "NUL", 0x02: "STX", 0x03: "ETX", 0x04: "EOT", 0x06: "ACK", 0x07: "BEL", 0x08: "BS", 0x09: "TAB", 0x0A: "LF",
    0x0D: "CR", 0x1B: "ESC", 0x1C: "FS", 0x1D: "GS", 0x1E: "RS", 0x1F: "US", 0x7F: "DEL",
}  # fmt: skip
_CREDENTIAL = re.compile(r"[BT][0-9]{6}|^[0-9]{5,8}[A-Z]$", re.IGNORECASE)
"""A card's or badge's code, or what may be one whose beginning was lost."""


@dataclass(frozen=True, slots=True)
class Run:
    """Keys that came together.

    Args:
        keys: characters, and the names of keys that give none, without the terminator.
        ends: what ended them, as characters.
        pace: seconds a character, on average; None for one alone.
    """

    keys: tuple[str, ...]
    ends: str
    pace: float | None

    @property
    def end(self) -> End:
        """What ended them."""
        return _ENDS.get(self.ends, End.OTHER)

    @property
    def is_quick(self) -> bool:
        """Whether a scanner typed them, by the rule of the doorway."""
        return len(self.keys) >= SHORTEST and (self.pace is None or self.pace < PACE)


@dataclass
class Runs:
    """Parts keys into runs. Feed it each key, and call `flush` once nothing has come for `patience` seconds."""

    _keys: list[str] = field(default_factory=list)
    _ends: str = ""
    _first: float = 0.0
    _last: float = 0.0

    @property
    def patience(self) -> float | None:
        """How many seconds of silence end what is held; None while nothing is."""
        if self._ends:
            return AFTER_END
        if not self._keys:
            return None
        return AFTER_SCAN if len(self._keys) >= SHORTEST and (self._pace() or 0.0) < PACE else AFTER_KEYS

    def feed(self, key: str, at: float) -> Iterator[Run]:
        """Take one key in; give the run that ends with it, which is the one before.

        Args:
            key: a character, or the name of a key that gives none.
            at: when it was read, in monotonic seconds.
        """
        if key in LINE_ENDS:
            self._ends = (self._ends + key)[:LONGEST_END]
            return
        if self._ends:
            yield from self.flush()
        if not self._keys:
            self._first = at
        if len(self._keys) < LONGEST_RUN:
            self._keys.append(key)
            self._last = at

    def flush(self) -> Iterator[Run]:
        """Give what is held: nothing more belongs to it."""
        if self._keys or self._ends:
            run = Run(tuple(self._keys), self._ends, self._pace())
            self._keys, self._ends = [], ""
            yield run

    def _pace(self) -> float | None:
        return (self._last - self._first) / (len(self._keys) - 1) if len(self._keys) > 1 else None


@dataclass(frozen=True, slots=True)
class Look:
    """One scan, looked at.

    Args:
        source, scanner: what it came through, and the `name` of its `[[scanner]]`.
        raw: what came, readable by people, masked where it may be a card.
        text: without terminator and AIM identifier, masked likewise.
        repaired: the text after `[wedge]`, masked likewise; empty where that changes nothing.
        scan: what it means, after `[wedge]`.
        symbology: the AIM identifier, where there is one.
        end: its terminator; None where the source knows none.
        pace: seconds a character; None where that says nothing.
        is_keys: whether the doorway takes it for keys: fewer than six, or too slow.
        diagnosis: what it says of the scanner; not what the settings undo.
        is_mended: whether the settings undo something.
    """

    source: Source
    scanner: str
    raw: str
    text: str
    repaired: str
    scan: Scan
    symbology: str | None
    end: End | None
    pace: float | None
    is_keys: bool
    diagnosis: Diagnosis
    is_mended: bool = False


def look_at_run(run: Run, repair: Repair, known: Known | None) -> Look:
    """Look at keys that came through the terminal.

    Args:
        run: the keys; repair: what `[wedge]` undoes; known: what earlier codes of this scanner have said.
    """
    found, hidden = _judged(Arrived(run.keys, run.end, run.pace), known)
    chars = "".join(key if len(key) == 1 else "\ufffd" for key in run.keys)
    mended = repair.repaired(_with_separator(run.keys, repair))
    aim, text = codes.aim_and_text(chars)
    mended_aim, mended_text = codes.aim_and_text(mended)
    return Look(
        Source.WEDGE,
        "",
        _masked(readable(run.keys), hidden=hidden) + readable(tuple(run.ends)),
        _masked(text, hidden=hidden),
        _masked(mended_text, hidden=hidden) if mended_text != text else "",
        codes.parse(mended_text, mended_aim),
        mended_aim or aim,
        run.end,
        run.pace,
        not run.is_quick,
        *_mended(found, mended_text),
    )


def look_at_heard(heard: Heard, known: Known | None) -> Look:
    """Look at what a reader has heard."""
    aim, text = codes.aim_and_text(heard.text)
    symbology = heard.symbology or aim
    arrived = _arrived(heard)
    found, hidden = _judged(arrived, known)
    return Look(
        heard.source,
        heard.scanner,
        _masked(_raw(heard), hidden=hidden),
        _masked(text, hidden=hidden),
        "",
        Unreadable(UnreadableReason.CUT) if heard.cut else codes.parse(text, symbology),
        symbology,
        arrived.end,
        None,
        False,
        *_mended(found, text),
    )


def _judged(arrived: Arrived, known: Known | None) -> tuple[Diagnosis, bool]:
    """Say what is wrong, and whether what came may be a card. One that is glued to a code of the sheet spoils it."""
    found = diagnose(arrived, known)
    if found.code is None:
        return found, may_be_card(arrived.keys, typed=arrived.typed)
    hidden = any(may_be_card(tuple(one.what), typed=arrived.typed) for one in found.findings)
    return (replace(found, code=None, findings=()), True) if hidden else (found, False)


def _mended(found: Diagnosis, text: str) -> tuple[Diagnosis, bool]:
    """Take out of what was found what the settings undo, and say whether that is anything."""
    if found.code is None or found.code.text != text:
        return found, False
    left = tuple(one for one in found.findings if one.fault not in {Fault.LAYOUT, Fault.GS_SENT_AS})
    return replace(found, findings=left), left != found.findings


def _with_separator(keys: tuple[str, ...], repair: Repair) -> str:
    """Write keys as the doorway takes them: the key that stands for GS as GS, another that gives none as unreadable."""
    return "".join(key if len(key) == 1 else "\x1d" if repair.is_separator(key) else "\ufffd" for key in keys)


def _arrived(heard: Heard) -> Arrived:
    match heard.source:
        case Source.SERIAL if heard.raw:
            body = heard.raw.strip(b"\x00\x02").rstrip(LINE_ENDS.encode() + b"\x00")
            ends = heard.raw.strip(b"\x00\x02").removeprefix(body).replace(b"\x00", b"").decode("ascii")
            text = body.decode("utf-8", "replace")
            return Arrived(tuple(text), _ENDS.get(ends, End.OTHER), typed=False, data=body)
        case Source.EVDEV:
            names = heard.raw.decode("ascii", "replace").split()
            return Arrived(tuple(_with_names(heard.text, names)), _end_key(names))
        case Source.PASTE:
            return Arrived(tuple(heard.text))
        case _:
            return Arrived(tuple(heard.text), typed=False, aim=heard.symbology)


def _with_names(text: str, names: list[str]) -> Iterator[str]:
    """Put the names of function keys where the text has no character for them."""
    given = iter(name.lower() for name in names if name.lower() in FUNCTION_KEYS)
    for char in text:
        yield next(given, char) if char == "\ufffd" else char


def _end_key(names: list[str]) -> End:
    """Say what a grabbed scanner ended a code with, by the name of its last key."""
    last = names[-1] if names else ""
    return {"ENTER": End.CR, "KPENTER": End.CR, "LINEFEED": End.LF, "TAB": End.TAB}.get(last, End.NOTHING)


def _raw(heard: Heard) -> str:
    if heard.source is Source.SERIAL:
        return readable(tuple(heard.raw.decode("utf-8", "backslashreplace")))
    return heard.raw.decode("utf-8", "replace") or readable(tuple(heard.text))


# --- what may be shown ---


def readable(keys: tuple[str, ...]) -> str:
    """Write keys for people: control characters and keys without a character by their names, `<CR>`, `<F8>`."""
    return "".join(map(_key, keys))


def _key(key: str) -> str:
    if len(key) > 1:
        return f"<{key.upper()}>"
    if key.isprintable():
        return key
    return f"<{_NAMES[ord(key)]}>" if ord(key) in _NAMES else f"\\u{ord(key):04x}"


def may_be_card(keys: tuple[str, ...], *, typed: bool) -> bool:
    """Say whether keys may be a card's or a badge's code, whatever a layout has made of its digits.

    Args:
        keys: as they came; typed: whether layouts lie between.
    """
    text = "".join(key for key in keys if len(key) == 1)
    texts = [text, *(_digits_undone(text) if typed else ())]
    return any(
        isinstance(codes.parse(one), CardCode | BadgeCode) or _CREDENTIAL.search(one.strip()) for one in texts
    )


def _digits_undone(text: str) -> Iterator[str]:
    """Give the text with French digits undone: on no other layout do they lie elsewhere."""
    for layout in keyboards.LAYOUTS:
        if layout != "fr":
            yield keyboards.untangled(text, scanner=layout, keyboard="fr")
            yield keyboards.untangled(text, scanner="fr", keyboard=layout)


def _masked(text: str, *, hidden: bool) -> str:
    """Hide digits, and what a layout has made of digits."""
    return re.sub(r"[^A-Za-z<> ]", "*", text) if hidden else text
