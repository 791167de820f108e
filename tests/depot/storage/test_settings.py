"""What stands in the settings is used, or named: where it stands, its key, what is wanted, what is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from depot.errors import SettingsError
from depot.rules import FirstLoan, ForeignReturns, Rules
from depot.settings import Phone, Settings, load
from tests.depot.storage import lender
from tests.depot.storage.conftest import ClerkAtADistance

SECTIONS = ("rules", "kiosk", "desk", "station", "labels", "fees")
PRINTER = """
[[printer]]
name = "labels"
uri = "ipp://printer.example/ipp/print"
medium = "62x29"
offset_x_mm = -0.5
"""
MEDIUM = """
[[medium]]
name = "ours"
width_mm = 70
height_mm = 37
columns = 3
rows = 8
"""
SCANNER = """
[[scanner]]
name = "counter"
kind = "serial"
device = "/dev/serial/by-id/usb-x"
at = "kiosk"
feedback = "bel"
"""
PHONE = """
[[phone]]
name = "Hjelpemiddellageret"
number = "55 56 78 90"
days = "12345"
opens = "08:00"
closes = "15:30"
"""


@pytest.fixture(autouse=True)
def nobodys_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def written(folder: Path, text: str | bytes, **environment: str) -> Settings:
    """Load a settings file of this text, with these variables."""
    file = folder / "depot.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load({"DEPOT_SETTINGS": str(file), **environment})


def refused(folder: Path, text: str | bytes, **environment: str) -> SettingsError:
    """Load a settings file that cannot be used, and return what is said of it."""
    with pytest.raises(SettingsError) as found:
        written(folder, text, **environment)
    return found.value


# --- what is used ---


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    chosen = load({})
    assert chosen.ledger_file == tmp_path / "data" / "depot" / "depot.db"
    assert str(chosen.time_zone) == "Europe/Oslo"
    assert chosen.rules.rules() == Rules()
    assert (chosen.kiosk.languages, chosen.kiosk.language) == (("nb", "nn", "da", "en"), "nb")
    assert chosen.station.ballast_mb == 16
    assert chosen.phones == ()


def test_what_stands_in_the_file_is_used_and_the_rest_keeps_its_default(tmp_path: Path) -> None:
    chosen = written(
        tmp_path,
        """
        database = "sqlite:////srv/depot/lån.db"
        time_zone = "Europe/Copenhagen"
        [rules]
        strict = true
        first_loan = "staff"
        foreign_returns = "send"
        max_lines = 3
        [kiosk]
        languages = ["en"]
        language = "en"
        sound_command = "paplay --volume 40000"
        [station]
        clock = "untrusted"
        printer = "labels"
        ballast_mb = 0
        """
        + PRINTER
        + PHONE,
    )
    assert chosen.ledger_file == Path("/srv/depot/lån.db")
    assert str(chosen.time_zone) == "Europe/Copenhagen"
    rules = Rules(strict=True, first_loan=FirstLoan.STAFF, foreign_returns=ForeignReturns.SEND, max_lines=3)
    assert chosen.rules.rules() == rules
    assert (chosen.kiosk.languages, chosen.kiosk.language) == (("en",), "en")
    assert (chosen.kiosk.sound_command, chosen.kiosk.idle_seconds) == ("paplay --volume 40000", 60)
    station = chosen.station
    assert (station.clock, station.printer, station.ballast_mb) == ("untrusted", "labels", 0)
    weekdays = frozenset({0, 1, 2, 3, 4})
    assert chosen.phones == (Phone("Hjelpemiddellageret", "55 56 78 90", weekdays, time(8), time(15, 30)),)


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    chosen = written(
        tmp_path,
        'database = "sqlite:////a.db"\n[rules]\nmax_lines = 3\nlate_days = 5\n[kiosk]\nlanguages = ["nb"]\n'
        + PRINTER,
        DEPOT_DATABASE="sqlite:////b.db",
        DEPOT_TIME_ZONE="Europe/Helsinki",
        DEPOT_RULES_MAX_LINES="7",
        DEPOT_RULES_STRICT="True",
        DEPOT_KIOSK_LANGUAGES="en, nb",
        DEPOT_STATION_PRINTER="labels",
    )
    assert chosen.ledger_file == Path("/b.db")
    assert str(chosen.time_zone) == "Europe/Helsinki"
    assert (chosen.rules.max_lines, chosen.rules.late_days, chosen.rules.strict) == (7, 5, True)
    assert chosen.kiosk.languages == ("en", "nb")
    assert chosen.station.printer == "labels"


def test_the_users_own_file_is_found_and_a_named_one_comes_before_it(tmp_path: Path) -> None:
    own = tmp_path / "config" / "depot" / "depot.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[rules]\nmax_lines = 2\n")
    assert load({}).rules.max_lines == 2
    assert written(tmp_path, "[rules]\nmax_lines = 9\n").rules.max_lines == 9


# --- what is named ---

#   what stands there, which key, what is wanted, what was found
WRONG: tuple[tuple[str, str, str, Any], ...] = (
    ("datbase = 'sqlite:////x.db'",          "datbase",               "one of database, desk, fees, kiosk", "sqlite:////x.db"),
    ("database = 'postgresql://hub'",        "database",              "sqlite:/// URL",         "postgresql://hub"),
    ("database = 'sqlite:///'",              "database",              "URL with a file",        "sqlite:///"),
    ('database = "sqlite:////x\\u0000.db"',  "database",              "sqlite:/// URL",         "sqlite:////x\0.db"),
    ("database = 5",                         "database",              "sqlite:/// URL",         5),
    ("time_zone = 'Atlantis'",               "time_zone",             "Europe/Oslo",            "Atlantis"),
    ("time_zone = 'Europe'",                 "time_zone",             "Europe/Oslo",            "Europe"),
    ("time_zone = '../passwd'",              "time_zone",             "Europe/Oslo",            "../passwd"),
    ("time_zone = ''",                       "time_zone",             "Europe/Oslo",            ""),
    ("rules = 3",                            "rules",                 "a section",              3),
    ("[rules]\nmax_line = 3",                "rules.max_line",        "strict, first_loan",     3),
    ("[rules]\nmax_lines = 0",               "rules.max_lines",       "from 1 to 100",          0),
    ("[rules]\nmax_lines = 101",             "rules.max_lines",       "from 1 to 100",          101),
    ("[rules]\nmax_lines = 3.5",             "rules.max_lines",       "a whole number",         3.5),
    ("[rules]\nmax_lines = true",            "rules.max_lines",       "a whole number",         True),
    ("[rules]\nmax_lines = 'many'",          "rules.max_lines",       "a whole number",         "many"),
    ("[rules]\nmax_lines = '٣'",             "rules.max_lines",       "a whole number",         "٣"),
    ("[rules]\nlate_days = -1",              "rules.late_days",       "from 0 to 365",          -1),
    ("[rules]\nstrict = 'maybe'",            "rules.strict",          "true or false",          "maybe"),
    ("[rules]\nstrict = 1",                  "rules.strict",          "true or false",          1),
    ("[rules]\nfirst_loan = 'anybody'",      "rules.first_loan",      "starter, staff, open",   "anybody"),
    ("[rules]\nforeign_returns = ''",        "rules.foreign_returns", "accept, send",           ""),
    ("[rules]\ndue_policy = 'earlier'",      "rules.due_policy",      "keep, next_open_day",    "earlier"),
    ("[kiosk]\nlanguages = []",              "kiosk.languages",       "of da, nb, nn, en",      []),
    ("[kiosk]\nlanguages = ['fr']",          "kiosk.languages",       "of da, nb, nn, en",      ["fr"]),
    ("[kiosk]\nlanguages = ['nb', 'nb']",    "kiosk.languages",       "of da, nb, nn, en",      ["nb", "nb"]),
    ("[kiosk]\nlanguages = 2",               "kiosk.languages",       "of da, nb, nn, en",      2),
    ("[kiosk]\nlanguages = {nb = 1}",        "kiosk.languages",       "of da, nb, nn, en",      {"nb": 1}),
    ("[kiosk]\nlanguage = 'sv'",             "kiosk.language",        "one of da, nb, nn, en",  "sv"),
    ("[kiosk]\nlanguages = ['en']",          "kiosk.language",        "kiosk.languages: en",    "nb"),
    ("[desk]\nidle_seconds = 59",            "desk.idle_seconds",     "from 60 to 3600",        59),
    ("[desk]\nserve_port = 0",               "desk.serve_port",       "from 1 to 65535",        0),
    ("[desk]\nserve_url = 'desk.example'",   "desk.serve_url",        "a web address",          "desk.example"),
    ("[desk]\nserve_url = 'http://x.no/y'",  "desk.serve_url",        "without a path",         "http://x.no/y"),
    ("[kiosk]\nscanner = 'laser'",           "kiosk.scanner",         "one of fixed, hand",     "laser"),
    ("[kiosk]\nidle_seconds = 5",            "kiosk.idle_seconds",    "from 20 to 600",         5),
    ('[kiosk]\nsound_command = "a\\u001bb"', "kiosk.sound_command",   "a command of at most 300",  "a\x1bb"),
    ("[station]\nclock = 'quartz'",          "station.clock",         "auto, trusted",          "quartz"),
    (f"[station]\nprinter = '{61 * 'x'}'",   "station.printer",       "at most 60 characters",  61 * "x"),
    ("[station]\nballast_mb = 1025",         "station.ballast_mb",    "from 0 to 1024",         1025),
    ("[station]\nprinter = 'laser'",         "station.printer",       "a [[printer]] (there is none)", "laser"),
    ("[labels]\nyellow = 'pink'",            "labels.yellow",         "printed, stock",         "pink"),
    ("[labels]\ngs1_prefix = '70x'",         "labels.gs1_prefix",     "at most 10 digits",      "70x"),
    ("printer = 'laser'",                    "printer",               "[[printer]] tables",     "laser"),
    ("[[printer]]\nname = 'a'",              "printer 1",             "the keys name, uri",     {"name": "a"}),
    ("[kiosk]\nsound_command = \"play 'x\"", "kiosk.sound_command",   "its quotes in pairs",    "play 'x"),
    ("[kiosk]\nspeech_command = ' '",       "kiosk.speech_command",  "its quotes in pairs",    " "),
    ("[station]\nvolume = 101",             "station.volume",        "from 0 to 100",          101),
    ("[wedge]\nscanner_layout = 'us'",      "wedge.keyboard_layout", "the other one is set",   ""),
    ("[wedge]\nkeyboard_layout = 'es'",     "wedge.keyboard_layout", "us, gb, no, dk",         "es"),
    ("[wedge]\nseparator = 'f13'",          "wedge.separator",       "from f1 to f12",         "f13"),
    ("[wedge]\nseparator = '~~'",           "wedge.separator",       "one character",          "~~"),
    ("phone = 'five'",                       "phone",                 "[[phone]] tables",       "five"),
    ("phone = ['five']",                     "phone 1",               "exactly the keys name",  "five"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "key", "wanted", "got"), WRONG)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, key: str, wanted: str, got: Any) -> None:
    said = refused(tmp_path, text)
    assert (said.where, said.key, said.got) == (str(tmp_path / "depot.toml"), key, got)
    assert wanted in said.wanted
    assert str(said) == f"{said.where}: {key}: wanted {said.wanted}, got {got!r}"


@pytest.mark.parametrize(
    ("old", "new", "key", "wanted"),
    [
        (
            '"ipp://printer.example/ipp/print"',
            '"http://printer.example"',
            "printer 2.uri",
            "begins with ipp://",
        ),
        ('"ipp://printer.example/ipp/print"', '"zpl://"', "printer 2.uri", "begins with ipp://"),
        ('"ipp://printer.example/ipp/print"', '"folder:"', "printer 2.uri", "begins with ipp://"),
        ('name = "labels"', 'name = "The Labels"', "printer 2.name", "small letters"),
        ('name = "labels"', 'name = "first"', "printer 2.name", "a name that no other has"),
        ("-0.5", "-21", "printer 2.offset_x_mm", "a number from -20 to 20"),
        ("-0.5", '"wide"', "printer 2.offset_x_mm", "a number from -20 to 20"),
        ("offset_x_mm", "offset", "printer 2.offset", "one of name, uri"),
    ],
)
def test_a_printer_that_cannot_be_used_is_named(
    tmp_path: Path, old: str, new: str, key: str, wanted: str
) -> None:
    assert old in PRINTER
    first = PRINTER.replace('"labels"', '"first"')
    said = refused(tmp_path, first + PRINTER.replace(old, new))
    assert (said.key, said.where) == (key, str(tmp_path / "depot.toml"))
    assert wanted in said.wanted


def test_printers_and_media_are_read_with_their_defaults(tmp_path: Path) -> None:
    chosen = written(tmp_path, PRINTER + MEDIUM)
    (printer,), (medium,) = chosen.printers, chosen.media
    assert (printer.name, printer.medium, printer.offset_x_mm) == ("labels", "62x29", -0.5)
    assert (printer.dpi, printer.scale_x_ppm, printer.cut, printer.status) == (0, 0, True, True)
    assert chosen.printer("labels") is printer
    assert chosen.printer("laser") is None
    assert (medium.name, medium.kind, medium.width_mm, medium.page_width_mm) == ("ours", "sheet", 70.0, 210.0)


def test_scanners_are_read_with_their_defaults(tmp_path: Path) -> None:
    chosen = written(tmp_path, SCANNER + "[wedge]\nscanner_layout = 'us'\nkeyboard_layout = 'no'\n")
    (scanner,) = chosen.scanners
    assert (scanner.name, scanner.kind, scanner.device) == ("counter", "serial", "/dev/serial/by-id/usb-x")
    assert (scanner.at, scanner.baud, scanner.feedback) == ("kiosk", 9600, "bel")
    assert (scanner.layout, scanner.separator, scanner.width, scanner.height) == ("us", "", 1280, 720)
    assert (chosen.wedge.scanner_layout, chosen.wedge.keyboard_layout, chosen.wedge.separator) == (
        "us",
        "no",
        "",
    )


@pytest.mark.parametrize(
    ("old", "new", "key", "wanted"),
    [
        ('"serial"', '"laser"', "scanner 2.kind", "one of evdev, serial, camera"),
        ('"/dev/serial/by-id/usb-x"', '" "', "scanner 2.device", "a text of 1 to 200"),
        ('device = "/dev/serial/by-id/usb-x"', "", "scanner 2", "the keys name, kind, device"),
        ('"counter"', '"first"', "scanner 2.name", "a name that no other has"),
        ('"kiosk"', '"home"', "scanner 2.at", "one of both, kiosk, desk"),
        ('"bel"', '"loud"', "scanner 2.feedback", "none, bel, honeywell"),
        ('at = "kiosk"', "baud = 100", "scanner 2.baud", "from 300 to 921600"),
        ('at = "kiosk"', 'layout = ""', "scanner 2.layout", "one of us, gb"),
        ('at = "kiosk"', "width = 100", "scanner 2.width", "from 160 to 3840"),
    ],
)
def test_a_scanner_that_cannot_be_used_is_named(
    tmp_path: Path, old: str, new: str, key: str, wanted: str
) -> None:
    assert old in SCANNER
    first = SCANNER.replace('"counter"', '"first"')
    said = refused(tmp_path, first + SCANNER.replace(old, new))
    assert (said.key, said.where) == (key, str(tmp_path / "depot.toml"))
    assert wanted in said.wanted


@pytest.mark.parametrize(
    ("old", "new", "key", "wanted"),
    [
        ('closes = "15:30"\n', "", "phone 2", "exactly the keys"),
        ('name = "', 'nick = "N"\nname = "', "phone 2", "exactly the keys"),
        ('"55 56 78 90"', "55567890", "phone 2.number", "a text in quotes"),
        ('"Hjelpemiddellageret"', '"Hjelp\\n"', "phone 2.name", "a text in quotes"),
        ('"12345"', '""', "phone 2.days", "1 is Monday"),
        ('"12345"', '"0"', "phone 2.days", "1 is Monday"),
        ('"12345"', '"man-fre"', "phone 2.days", "1 is Monday"),
        ('"08:00"', '"8"', "phone 2.opens", '"08:00"'),
        ('"08:00"', '"24:00"', "phone 2.opens", '"08:00"'),
        ('"08:00"', '"08:00+01:00"', "phone 2.opens", '"08:00"'),
        ('"15:30"', '"08:00"', "phone 2.closes", "a time after 08:00"),
    ],
)
def test_a_telephone_that_cannot_be_used_is_named(
    tmp_path: Path, old: str, new: str, key: str, wanted: str
) -> None:
    assert old in PHONE
    said = refused(tmp_path, PHONE + PHONE.replace(old, new))
    assert said.key == key
    assert wanted in said.wanted


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("DEPOT_RULES_MAX_LINES", "none", "rules.max_lines"),
        ("DEPOT_RULES_MAX_LINES", "", "rules.max_lines"),
        ("DEPOT_KIOSK_LANGUAGES", "nb;en", "kiosk.languages"),
        ("DEPOT_STATION_CLOCK", "Trusted", "station.clock"),
        ("DEPOT_DATABASE", "depot.db", "database"),
        ("DEPOT_TIME_ZONE", "CEST+1", "time_zone"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_and_not_the_file(
    tmp_path: Path, variable: str, value: str, key: str
) -> None:
    said = refused(tmp_path, "[rules]\nmax_lines = 3\n", **{variable: value})
    assert (said.where, said.key, said.got) == (f"environment {variable}", key, value)


def test_a_folder_of_words_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"DEPOT_WORDS: wanted a folder that exists, got '.*/words'"):
        load({"DEPOT_WORDS": str(tmp_path / "words")})


def test_a_variable_that_sets_nothing_is_named() -> None:
    with pytest.raises(SettingsError, match=r"DEPOT_RULES_MAXLINES.*DEPOT_RULES_MAX_LINES"):
        load({"DEPOT_RULES_MAXLINES": "3"})


@pytest.mark.parametrize(
    "content",
    [
        b"[rules\nmax_lines = 3",
        b"max_lines = ",
        b"[rules]\nstrict = \xff",
        b"\xff\xfe[\0r\0",
        b"a = 1\na = 2\n",
    ],
    ids=["no end", "no value", "not UTF-8", "UTF-16", "twice"],
)
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    said = refused(tmp_path, content)
    assert said.where == str(tmp_path / "depot.toml")
    assert said.wanted == "TOML in UTF-8"


def test_a_file_that_is_named_and_not_there_is_an_error_and_no_default(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"DEPOT_SETTINGS: wanted a file that exists, got .*nowhere"):
        load({"DEPOT_SETTINGS": str(tmp_path / "nowhere.toml")})
    with pytest.raises(SettingsError, match="a file that can be read"):
        load({}, file=tmp_path)


@pytest.mark.parametrize("hidden", ["the file", "its folder"])
def test_a_file_that_may_not_be_read_is_an_error_and_no_default(
    open_folder: Path, clerk: Callable[..., ClerkAtADistance], hidden: str
) -> None:
    folder = open_folder / "etc"
    folder.mkdir()
    file = folder / "depot.toml"
    file.write_text("[rules]\nmax_lines = 3\n")
    (file if hidden == "the file" else folder).chmod(0)
    reads = clerk(file)
    reads.does(lender.become_nobody)
    with pytest.raises(SettingsError, match=r"wanted a file that (can be read|exists)"):
        reads.does(lender.load_settings, environment={"DEPOT_SETTINGS": str(file)})
    folder.chmod(0o755)


def test_a_folder_on_the_way_that_may_not_be_looked_into_holds_nobody_up(
    open_folder: Path, clerk: Callable[..., ClerkAtADistance]
) -> None:
    """root's own settings, for somebody who became another without a home of their own."""
    hidden = open_folder / "root"
    hidden.mkdir(mode=0)
    reads = clerk(hidden)
    reads.does(lender.become_nobody)
    assert reads.does(lender.max_lines_with, XDG_CONFIG_HOME=str(hidden / ".config")) == 8
    hidden.chmod(0o755)


# --- what is written about them ---


def test_every_key_has_its_default_and_a_sentence_in_the_document() -> None:
    text = (Path(__file__).parents[3] / "docs" / "settings.md").read_text("utf-8")
    chosen = load({})
    for section in SECTIONS:
        part = re.search(rf"^## `\[{section}\]`.*?(?=^## )", text, re.MULTILINE | re.DOTALL)
        assert part, section
        rows = dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \| [A-Z].*\. \|$", part[0], re.MULTILINE))
        values = getattr(chosen, section)
        assert rows == {one.name: _as_toml(getattr(values, one.name)) for one in fields(values)}
    for key in ("database", "time_zone", *(one.name for one in fields(Phone))):
        assert re.search(rf"^\| `{key}` \|.*\. \|$", text, re.MULTILINE), key


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_as_toml(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_the_example_in_the_document_can_be_used(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "settings.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example
    chosen = written(tmp_path, example[1])
    assert chosen.ledger_file == Path("/var/lib/depot/depot.db")
    assert chosen.phones[0].number == "55 56 78 90"
