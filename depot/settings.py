"""The settings: one TOML file read into frozen values, every key documented here and in docs/settings.md.

`DEPOT_<KEY>` and `DEPOT_<SECTION>_<KEY>` in the environment override the file. A wrong key or value is
named with its file (or variable), key, what was wanted and what was found; nothing is guessed.
"""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeGuard, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_config_path, user_data_path

from depot import keyboards, words
from depot.calendar import DuePolicy
from depot.errors import SettingsError
from depot.rules import FirstLoan, ForeignReturns, RenewFrom, Rules

Check = Callable[[object], object]

_Table = TypeVar("_Table")


def _want(wanted: str, check: Check, default: object) -> Any:
    return field(default=cast("Any", default), metadata={"wanted": wanted, "check": check})


def _number(lowest: int, highest: int, default: int) -> Any:
    def check(value: object) -> int:
        if isinstance(value, str) and value.isascii() and value.strip().isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError
        return value

    return _want(f"a whole number from {lowest} to {highest}", check, default)


def _measure(lowest: float, highest: float, default: float) -> Any:
    def check(value: object) -> float:
        if isinstance(value, str) and value.isascii():
            value = float(value)
        if not isinstance(value, int | float) or isinstance(value, bool) or not lowest <= value <= highest:
            raise ValueError
        return float(value)

    return _want(f"a number from {lowest:g} to {highest:g}", check, default)


def _digits(longest: int) -> Any:
    def check(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(f"[0-9]{{0,{longest}}}", value):
            raise ValueError
        return value

    return _want(f"at most {longest} digits in quotes", check, "")


def _yes_no(default: bool) -> Any:
    def check(value: object) -> bool:
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}[str(value).lower()]

    return _want("true or false", check, default)


def _one_of(choices: Iterable[str], default: str, make: Callable[[str], object] = str) -> Any:
    choices = tuple(str(choice) for choice in choices)

    def check(value: object) -> object:
        if value not in choices:
            raise ValueError
        return make(str(value))

    return _want("one of " + ", ".join(choices), check, make(default))


_LONGEST = 60
_LONGEST_COMMAND = 300
_LONGEST_LINE = 200


def _is_a_text(value: object, longest: int = _LONGEST) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= longest and value.isprintable()


def _text(default: str, longest: int = _LONGEST) -> Any:
    def check(value: object) -> str:
        if not _is_a_text(value, longest):
            raise ValueError
        return value

    return _want(f"a text of at most {longest} characters", check, default)


def _command() -> Any:
    """Take a program with its arguments, as a shell would part them; empty, or with a program in it."""

    def check(value: object) -> str:
        if not _is_a_text(value, _LONGEST_COMMAND) or bool(value) != bool(shlex.split(value)):
            raise ValueError
        return value

    return _want(f"a command of at most {_LONGEST_COMMAND} characters, its quotes in pairs", check, "")


def _name() -> Any:
    def check(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,39}", value):
            raise ValueError
        return value

    return _want("a name of small letters, digits, - _ and . (at most 40)", check, "")


_LAYOUTS = ("", *keyboards.LAYOUTS)


def _device() -> Any:
    def check(value: object) -> str:
        if not _is_a_text(value, _LONGEST_LINE) or not value.strip():
            raise ValueError
        return value

    return _want(f"a text of 1 to {_LONGEST_LINE} characters", check, "")


def _separator() -> Any:
    def check(value: object) -> str:
        one_sign = isinstance(value, str) and len(value) <= 1 and (not value or value.isprintable())
        if not (one_sign or (isinstance(value, str) and re.fullmatch("f([1-9]|1[0-2])", value))):
            raise ValueError
        return str(value)

    return _want("one character, or a key from f1 to f12", check, "")


PRINTER_SCHEMES = ("ipp", "ipps", "zpl", "escpos", "folder")


def _uri() -> Any:
    def check(value: object) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_LINE or not value.isprintable():
            raise ValueError
        parts = urlsplit(value)
        if parts.scheme not in PRINTER_SCHEMES or not (
            parts.path if parts.scheme == "folder" else parts.hostname
        ):
            raise ValueError
        return value

    return _want(
        "an address that begins with " + ", ".join(f"{one}://" for one in PRINTER_SCHEMES), check, ""
    )


def _web_address() -> Any:
    def check(value: object) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_LINE or not value.isprintable():
            raise ValueError
        parts = urlsplit(value)
        plain = not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
        if value and not (parts.scheme in {"http", "https"} and parts.hostname and plain):
            raise ValueError
        return value.rstrip("/")

    return _want("a web address without a path, such as https://desk.example.org", check, "")


def _languages(value: object) -> tuple[str, ...]:
    said = value.split(",") if isinstance(value, str) else value
    chosen = tuple(str(one).strip() for one in said) if isinstance(said, list) else ()
    if not 0 < len(chosen) == len(set(chosen)) <= _DIGITS or not set(chosen) <= set(LANGUAGES):
        raise ValueError
    return chosen


LANGUAGES = words.languages()
"""The languages that there are words in."""
_OFFERED = ("nb", "nn", "da", "en")
_DIGITS = 9
"""A language is chosen with one key."""


class See(StrEnum):
    """What the kiosk asks for before it shows what a card has on loan."""

    PHONE4 = "phone4"
    """The last four digits of the phone number."""
    PIN = "pin"
    """A PIN that was set at the desk."""
    NOTHING = "nothing"
    """Nothing: the card is enough."""


@dataclass(frozen=True, slots=True)
class RulesSection:
    """`[rules]`: the municipality's own numbers (see `rules.Rules`)."""

    strict: bool = _yes_no(default=False)
    first_loan: FirstLoan = _one_of(FirstLoan, "starter", FirstLoan)
    foreign_returns: ForeignReturns = _one_of(ForeignReturns, "accept", ForeignReturns)
    max_lines: int = _number(1, 100, 8)
    starter_lines: int = _number(0, 100, 4)
    starter_days: int = _number(1, 730, 21)
    confirm_days: int = _number(1, 365, 14)
    late_days: int = _number(0, 365, 14)
    late_loans: int = _number(1, 100, 2)
    flagged_days: int = _number(1, 365, 14)
    cap_days: int = _number(1, 3650, 730)
    due_policy: str = _one_of(DuePolicy, "next_open_day")
    pick_up_days: int = _number(1, 60, 3)
    turnaround_days: int = _number(0, 60, 2)
    max_renewals: int = _number(0, 100, 6)
    renew_from: RenewFrom = _one_of(RenewFrom, "today", RenewFrom)
    still_needed_days: int = _number(1, 730, 90)
    just_borrowed_minutes: int = _number(0, 120, 10)
    link_days: int = _number(1, 365, 30)
    forget_days: int = _number(30, 3650, 730)
    look_up_days: int = _number(30, 3650, 365)

    def rules(self) -> Rules:
        """Return the values as the rules take them."""
        return Rules(**{one.name: getattr(self, one.name) for one in fields(self)})


@dataclass(frozen=True, slots=True)
class KioskSection:
    """`[kiosk]`: the citizen's screen."""

    languages: tuple[str, ...] = _want("a list of " + ", ".join(LANGUAGES), _languages, _OFFERED)
    language: str = _one_of(LANGUAGES, "nb")
    scanner: str = _one_of(("fixed", "hand"), "fixed")
    idle_seconds: int = _number(20, 600, 60)
    more_time_seconds: int = _number(20, 120, 30)
    whose_card_seconds: int = _number(5, 120, 15)
    sound_command: str = _command()
    see: See = _one_of(See, "phone4", See)
    speech_command: str = _command()
    weight_asked_below_kg: int = _number(0, 300, 120)
    key_repeat_ms: int = _number(0, 2000, 0)
    double_strike_ms: int = _number(0, 1000, 0)
    cards_per_hour: int = _number(1, 1000, 30)
    cards_per_number: int = _number(1, 100, 3)


@dataclass(frozen=True, slots=True)
class DeskSection:
    """`[desk]`: the storekeeper's screen, on a terminal and in a browser."""

    language: str = _one_of(LANGUAGES, "nb")
    idle_seconds: int = _number(60, 3600, 180)
    serve_host: str = _text("127.0.0.1")
    serve_port: int = _number(1, 65535, 8080)
    serve_url: str = _web_address()


@dataclass(frozen=True, slots=True)
class StationSection:
    """`[station]`: this machine."""

    clock: str = _one_of(("auto", "trusted", "untrusted"), "auto")
    printer: str = _text("")
    ballast_mb: int = _number(0, 1024, 16)
    volume: int = _number(0, 100, 80)


@dataclass(frozen=True, slots=True)
class WedgeSection:
    """`[wedge]`: the scanner that plays keyboard, and what the machine takes its keys for."""

    scanner_layout: str = _one_of(_LAYOUTS, "")
    keyboard_layout: str = _one_of(_LAYOUTS, "")
    separator: str = _separator()


@dataclass(frozen=True, slots=True)
class LabelsSection:
    """`[labels]`: what stands on paper beside what the ledger knows."""

    owner: str = _text("")
    address: str = _text("", _LONGEST_LINE)
    instructions: str = _text("", _LONGEST_LINE)
    yellow: str = _one_of(("printed", "stock"), "printed")
    gs1_prefix: str = _digits(10)


@dataclass(frozen=True, slots=True)
class FeesSection:
    """`[fees]`: what borrowing costs, as records only (see `inventory.fees`). Amounts are hundredths."""

    enabled: bool = _yes_no(default=False)
    cap_ore: int = _number(0, 10_000_000, 30_000)
    free_under_age: int = _number(0, 120, 18)


@dataclass(frozen=True, slots=True)
class Printer:
    """One `[[printer]]`: where it is, what lies in it, and how far off it prints."""

    name: str = _name()
    uri: str = _uri()
    medium: str = _text("receipt-80")
    dpi: int = _number(0, 1200, 0)
    offset_x_mm: float = _measure(-20, 20, 0)
    offset_y_mm: float = _measure(-20, 20, 0)
    scale_x_ppm: int = _number(-20000, 20000, 0)
    scale_y_ppm: int = _number(-20000, 20000, 0)
    cut: bool = _yes_no(default=True)
    status: bool = _yes_no(default=True)
    profile: str = _text("default")


@dataclass(frozen=True, slots=True)
class Scanner:
    """One `[[scanner]]` that is not read as a keyboard: a grabbed device, a serial line, a camera."""

    name: str = _name()
    kind: str = _one_of(("evdev", "serial", "camera"), "serial")
    device: str = _device()
    at: str = _one_of(("both", "kiosk", "desk"), "both")
    layout: str = _one_of(keyboards.LAYOUTS, "us")
    separator: str = _separator()
    baud: int = _number(300, 921_600, 9600)
    feedback: str = _one_of(("none", "bel", "honeywell", "datalogic", "cipherlab"), "none")
    width: int = _number(160, 3840, 1280)
    height: int = _number(120, 2160, 720)


@dataclass(frozen=True, slots=True)
class Stock:
    """One `[[medium]]`: label stock that is not in the table of `labels.media`. Lengths are millimetres."""

    name: str = _name()
    kind: str = _one_of(("sheet", "roll", "card", "receipt"), "sheet")
    width_mm: float = _measure(5, 500, 0)
    height_mm: float = _measure(0, 500, 0)
    columns: int = _number(1, 50, 1)
    rows: int = _number(1, 100, 1)
    left_mm: float = _measure(0, 200, 0)
    top_mm: float = _measure(0, 200, 0)
    pitch_x_mm: float = _measure(0, 500, 0)
    pitch_y_mm: float = _measure(0, 500, 0)
    page_width_mm: float = _measure(0, 1000, 210)
    page_height_mm: float = _measure(0, 1000, 297)
    margin_mm: float = _measure(0, 20, 1.5)
    dpi: int = _number(100, 1200, 600)


@dataclass(frozen=True, slots=True)
class Phone:
    """One `[[phone]]`: who answers when. `days` are 1 (Monday) to 7 (Sunday); times are the depot's own."""

    name: str
    number: str
    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. See docs/settings.md for each key in a sentence."""

    database: str
    time_zone: ZoneInfo
    rules: RulesSection
    kiosk: KioskSection
    desk: DeskSection
    station: StationSection
    labels: LabelsSection
    fees: FeesSection
    wedge: WedgeSection
    phones: tuple[Phone, ...]
    printers: tuple[Printer, ...]
    scanners: tuple[Scanner, ...]
    media: tuple[Stock, ...]
    where: str

    def printer(self, name: str) -> Printer | None:
        """Return the printer of a name; None where no `[[printer]]` has it."""
        return next((one for one in self.printers if one.name == name), None)

    @property
    def ledger_file(self) -> Path:
        """The SQLite file that `database` names."""
        return Path(self.database.removeprefix("sqlite:///"))


_SECTIONS = {
    "rules": RulesSection,
    "kiosk": KioskSection,
    "desk": DeskSection,
    "station": StationSection,
    "labels": LabelsSection,
    "fees": FeesSection,
    "wedge": WedgeSection,
}
_TOP = ("database", "time_zone")
_SHORTHAND = ("settings", "database", "words")


def load(environment: Mapping[str, str] = os.environ, file: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        environment: the variables that may override the file; `DEPOT_SETTINGS` names the file itself.
        file: the file; by default `DEPOT_SETTINGS`, else depot.toml in the user's configuration directory
            or in /etc/depot, the first that exists.

    Raises:
        SettingsError: a key or value that cannot be used.
    """
    file = file or _file(environment)
    where = str(file) if file else "defaults"
    said = _read(file) if file else {}
    known = {*_TOP, *_SECTIONS, "phone", "printer", "scanner", "medium"}
    for key in said:
        if key not in known:
            raise SettingsError(where, key, "one of " + ", ".join(sorted(known)), said[key])
    sections = {
        name: _section(name, kind, said.get(name, {}), where, environment) for name, kind in _SECTIONS.items()
    }
    _no_strangers(environment)
    _has_its_words(environment)
    _speaks_its_language(cast("KioskSection", sections["kiosk"]), where)
    printers = _tables("printer", Printer, ("name", "uri"), said, where)
    scanners = _tables("scanner", Scanner, ("name", "kind", "device"), said, where)
    media = _tables("medium", Stock, ("name", "width_mm"), said, where)
    _prints_on_a_known_one(cast("StationSection", sections["station"]), printers, where)
    _knows_both_layouts(cast("WedgeSection", sections["wedge"]), where)
    return Settings(
        database=_database(*_overridden("database", said, where, environment)),
        time_zone=_zone(*_overridden("time_zone", said, where, environment)),
        rules=cast("RulesSection", sections["rules"]),
        kiosk=cast("KioskSection", sections["kiosk"]),
        desk=cast("DeskSection", sections["desk"]),
        station=cast("StationSection", sections["station"]),
        labels=cast("LabelsSection", sections["labels"]),
        fees=cast("FeesSection", sections["fees"]),
        wedge=cast("WedgeSection", sections["wedge"]),
        phones=_phones(said.get("phone", []), where),
        printers=printers,
        scanners=scanners,
        media=media,
        where=where,
    )


def _file(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("DEPOT_SETTINGS")
    if named:
        if not _is_there(Path(named)):
            raise SettingsError("environment", "DEPOT_SETTINGS", "a file that exists", named)
        return Path(named)
    usual = (user_config_path("depot") / "depot.toml", Path("/etc/depot/depot.toml"))
    return next((path for path in usual if _is_there(path)), None)


def _is_there(path: Path, kind: Callable[[Path], bool] = Path.is_file) -> bool:
    try:
        return kind(path)
    except OSError:  # a folder on the way that we may not look into
        return False


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as unreadable:
        raise SettingsError(str(file), "(the file)", "TOML in UTF-8", str(unreadable)) from unreadable
    except OSError as unreadable:
        raise SettingsError(
            str(file), "(the file)", "a file that can be read", unreadable.strerror
        ) from unreadable


def _section(name: str, kind: type, said: object, where: str, environment: Mapping[str, str]) -> object:
    if not isinstance(said, dict):
        raise SettingsError(where, name, "a section", said)
    declared = {one.name: one for one in fields(kind)}
    for key in said:
        if key not in declared:
            raise SettingsError(where, f"{name}.{key}", "one of " + ", ".join(declared), said[key])
    values = {}
    for key, one in declared.items():
        variable = f"DEPOT_{name}_{key}".upper()
        source, got = (
            (f"environment {variable}", environment[variable])
            if variable in environment
            else (where, said.get(key))
        )
        if got is None:
            continue
        try:
            values[key] = one.metadata["check"](got)
        except (ValueError, KeyError, TypeError) as wrong:
            raise SettingsError(source, f"{name}.{key}", one.metadata["wanted"], got) from wrong
    return kind(**values)


def _no_strangers(environment: Mapping[str, str]) -> None:
    known = {f"DEPOT_{one}".upper() for one in (*_TOP, *_SHORTHAND)}
    known |= {f"DEPOT_{name}_{one.name}".upper() for name, kind in _SECTIONS.items() for one in fields(kind)}
    for variable, value in environment.items():
        if variable.startswith("DEPOT_") and variable not in known:
            raise SettingsError("environment", variable, "one of " + ", ".join(sorted(known)), value)


def _has_its_words(environment: Mapping[str, str]) -> None:
    named = environment.get(words.VARIABLE)
    if named and not _is_there(Path(named), Path.is_dir):
        raise SettingsError("environment", words.VARIABLE, "a folder that exists", named)


def _speaks_its_language(kiosk: KioskSection, where: str) -> None:
    if kiosk.language not in kiosk.languages:
        wanted = "one of kiosk.languages: " + ", ".join(kiosk.languages)
        raise SettingsError(where, "kiosk.language", wanted, kiosk.language)


def _tables(
    name: str, kind: type[_Table], needed: tuple[str, ...], said: Mapping[str, Any], where: str
) -> tuple[_Table, ...]:
    """Read every `[[name]]`; each has a name of its own, and the keys that have no default."""
    tables = said.get(name, [])
    if not isinstance(tables, list):
        raise SettingsError(where, name, f"a list of [[{name}]] tables", tables)
    read = []
    names: set[str] = set()
    for number, one in enumerate(tables, 1):
        called = f"{name} {number}"
        if not isinstance(one, dict) or not set(needed) <= set(one):
            raise SettingsError(where, called, "at least the keys " + ", ".join(needed), one)
        if one["name"] in names:
            raise SettingsError(where, f"{called}.name", "a name that no other has", one["name"])
        names.add(one["name"])
        read.append(cast("_Table", _section(called, kind, one, where, {})))
    return tuple(read)


def _prints_on_a_known_one(station: StationSection, printers: tuple[Printer, ...], where: str) -> None:
    if station.printer and station.printer not in {one.name for one in printers}:
        names = ", ".join(one.name for one in printers) or "there is none"
        raise SettingsError(where, "station.printer", f"the name of a [[printer]] ({names})", station.printer)


def _knows_both_layouts(wedge: WedgeSection, where: str) -> None:
    if bool(wedge.scanner_layout) != bool(wedge.keyboard_layout):
        wanted = "a layout as well, because the other one is set: one of " + ", ".join(keyboards.LAYOUTS)
        missing = "keyboard_layout" if wedge.scanner_layout else "scanner_layout"
        raise SettingsError(where, f"wedge.{missing}", wanted, "")


def _overridden(
    key: str, said: Mapping[str, Any], where: str, environment: Mapping[str, str]
) -> tuple[str, object]:
    variable = f"DEPOT_{key}".upper()
    if variable in environment:
        return f"environment {variable}", environment[variable]
    return where, said.get(key)


def _database(where: str, got: object) -> str:
    if got is None:
        return f"sqlite:///{user_data_path('depot') / 'depot.db'}"
    if not isinstance(got, str) or not re.fullmatch("sqlite:///.+", got) or not got.isprintable():
        raise SettingsError(where, "database", "a sqlite:/// URL with a file", got)
    return got


def _zone(where: str, got: object) -> ZoneInfo:
    try:
        return ZoneInfo("Europe/Oslo" if got is None else str(got))
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise SettingsError(where, "time_zone", "a time zone such as Europe/Oslo", got) from unknown


_PHONE_KEYS = ("name", "number", "days", "opens", "closes")


def _phones(said: object, where: str) -> tuple[Phone, ...]:
    if not isinstance(said, list):
        raise SettingsError(where, "phone", "a list of [[phone]] tables", said)
    return tuple(_phone(number, one, where) for number, one in enumerate(said, 1))


def _phone(number: int, said: object, where: str) -> Phone:
    name = f"phone {number}"
    if not isinstance(said, dict) or set(said) != set(_PHONE_KEYS):
        raise SettingsError(where, name, "exactly the keys " + ", ".join(_PHONE_KEYS), said)
    for key in _PHONE_KEYS:
        if not _is_a_text(said[key]):
            wanted = f"a text in quotes of at most {_LONGEST} characters"
            raise SettingsError(where, f"{name}.{key}", wanted, said[key])
    if not said["days"] or set(said["days"]) - set("1234567"):
        raise SettingsError(where, f"{name}.days", 'days as in "12345" (1 is Monday)', said["days"])
    opens, closes = (_time(where, f"{name}.{key}", said[key]) for key in ("opens", "closes"))
    if opens >= closes:
        raise SettingsError(where, f"{name}.closes", f"a time after {said['opens']}", said["closes"])
    days = frozenset(int(day) - 1 for day in said["days"])
    return Phone(said["name"], said["number"], days, opens, closes)


_TIME = re.compile(r"[0-2]\d:[0-5]\d", re.ASCII)


def _time(where: str, key: str, said: str) -> time:
    try:
        if not _TIME.fullmatch(said):
            raise ValueError
        return time.fromisoformat(said)
    except ValueError as wrong:
        raise SettingsError(where, key, 'a time as in "08:00"', said) from wrong
