"""The front door: what it says when something is wrong, and that its documentation is whole."""

from __future__ import annotations

import logging
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest

import depot as package
from depot import demo, lending
from depot.command import front, logs
from depot.command.logs import masked
from depot.own import spoken
from tests.depot.command.front import Shell

DOCS = Path(__file__).parents[3] / "docs" / "command.md"


def one_line(said: str) -> bool:
    return said.startswith("depot: ") and said.endswith("\n") and said.count("\n") == 1


def test_with_its_streams_closed_a_verb_does_its_work_and_no_file_takes_their_place(
    depot: Shell, tmp_path: Path
) -> None:
    closed = 'exec "$@" <&- >&- 2>&-'
    verb = ("lend", demo.CONFIRMED_CARD, demo.ROLLATOR)
    ended = subprocess.run(["sh", "-c", closed, "sh", sys.executable, "-m", "depot", *verb], check=False)
    assert ended.returncode == 0
    (thing,) = [one for one in depot.json("items") if one["code"] == demo.ROLLATOR]
    assert thing["state"] == "on_loan"
    assert depot.json("check")["ok"]
    assert not list(tmp_path.rglob("depot.log"))


@pytest.mark.parametrize(
    "words",
    [
        ("lend", demo.CONFIRMED_CARD, demo.ROLLATOR),
        ("return", demo.ROLLATOR),
        ("items",),
        ("borrowers",),
        ("find", "stol"),
        ("check",),
        ("rebuild",),
        ("backup", "copy.db"),
        ("done", demo.ROLLATOR),
    ],
)
def test_without_a_ledger_every_verb_says_how_to_make_one(empty: Shell, words: tuple[str, ...]) -> None:
    said = empty(*words, "--json")
    assert (said.status, said.out) == (1, "")
    assert one_line(said.err)
    assert "make one with: depot init" in said.err
    assert not Path("copy.db").exists()


def test_a_wrong_setting_is_bad_usage_and_named(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPOT_RULES_MAX_LINES", "many")
    said = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, "--json")
    assert (said.status, said.out) == (2, "")
    assert one_line(said.err)
    assert (
        "DEPOT_RULES_MAX_LINES: rules.max_lines: wanted a whole number from 1 to 100, got 'many'" in said.err
    )


def test_a_file_that_is_no_ledger_is_said_so(empty: Shell) -> None:
    empty.file.write_bytes(b"no ledger at all" * 100)
    for words in (("lend", demo.CONFIRMED_CARD, demo.ROLLATOR), ("items",), ("init",)):
        said = empty(*words)
        assert (said.status, said.out) == (1, "")
        assert one_line(said.err)
        assert "not a sound ledger" in said.err


def test_what_nobody_thought_of_is_one_calm_line_and_the_rest_in_the_log(
    depot: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **said: object) -> None:
        raise RuntimeError(f"no idea what to do with {said['card']} and +4740612345")

    monkeypatch.setattr(lending, "check_out", breaks)
    said = depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR)
    assert (said.status, said.out) == (1, "")
    assert one_line(said.err)
    assert "something unexpected happened" in said.err
    log = Path(depot.environment["XDG_STATE_HOME"]) / "depot" / "depot.log"
    assert str(log) in said.err
    assert "Traceback" in depot.log
    assert "RuntimeError" in depot.log
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    # A card is a credential and a number is personal: neither is in a log, wherever they came from.
    assert demo.CONFIRMED_CARD not in depot.log
    assert "40612345" not in depot.log


def test_an_ordinary_day_leaves_no_log(depot: Shell) -> None:
    depot("lend", demo.CONFIRMED_CARD, demo.ROLLATOR, demo.STAFF_ONLY)
    depot("lend", "nonsense")
    depot("items")
    assert depot.log == ""


def test_a_log_that_cannot_be_written_stops_nothing(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    depot.file.with_name("state").write_text("a file where the folder should be")

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("no idea")

    monkeypatch.setattr(lending, "check_in", breaks)
    said = depot("return", demo.ROLLATOR)
    assert said.status == 1
    assert one_line(said.err)


def test_a_log_does_not_grow_for_ever(depot: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk writes a line for each scan, for months, to the log of the command that it is."""
    monkeypatch.setattr(logs, "LONGEST", 10_000)
    with logs.kept():
        for number in range(400):
            logging.getLogger("kiosk").warning("scan %d of %s", number, demo.CONFIRMED_CARD)
    older = logs.log_file().with_suffix(".log.1")
    assert "scan 399 of" in depot.log
    assert sorted(one.name for one in older.parent.iterdir()) == ["depot.log", "depot.log.1"]
    for log in (logs.log_file(), older):
        assert log.stat().st_size < 10_200
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert demo.CONFIRMED_CARD not in log.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (f"card {demo.CONFIRMED_CARD}", "card (card ... 94)"),
        (demo.BADGE.lower(), f"(card ... {demo.BADGE[7:9]})"),
        (f"item {demo.ROLLATOR}", f"item {demo.ROLLATOR}"),
        ("ring +4740612345 now", "ring +... now"),
        ("at 2026-11-22T09:00:00.000Z, event 12345", "at 2026-11-22T09:00:00.000Z, event 12345"),
    ],
)
def test_what_is_masked(text: str, seen: str) -> None:
    assert masked(text) == seen


def test_an_unknown_verb_is_bad_usage(depot: Shell) -> None:
    said = depot("lendd", demo.CONFIRMED_CARD)
    assert (said.status, said.out) == (2, "")
    assert "No such command 'lendd'" in said.err


def test_other_rooms_hang_their_verbs_on_the_door(empty: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def points(*, group: str, name: str | None = None) -> list[EntryPoint]:
        assert group == "depot.verbs"
        asked.append(name)
        return [EntryPoint("wave", f"{__name__}:wave", group)] if name in (None, "wave") else []

    monkeypatch.setattr("importlib.metadata.entry_points", points)
    said = empty("wave")
    assert (said.status, said.out) == (3, "hello\n")
    assert "wave" in empty("--help").out
    asked.clear()
    empty("items")
    assert asked == []  # looked up only for a verb that the door does not know


@click.command
def wave() -> int:
    """Wave."""
    click.echo("hello")
    return 3


def test_the_version_is_the_packages(empty: Shell) -> None:
    assert empty("--version").out == f"depot {package.__version__}\n"


def test_the_door_opens_as_a_module_too() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "depot", "--version"], capture_output=True, text=True, check=True
    )
    assert told.stdout == f"depot {package.__version__}\n"


# --- the documentation ---


def commands(group: click.Group, name: str = "depot") -> Iterator[tuple[str, click.Command]]:
    """Every verb that does something, the other rooms' among them, by its whole name."""
    context = click.Context(group)
    for verb in group.list_commands(context):
        command = group.get_command(context, verb)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {verb}")
        else:
            yield f"{name} {verb}", command


@pytest.mark.parametrize(("name", "command"), commands(front))
def test_every_verb_and_option_is_documented(name: str, command: click.Command) -> None:
    docs = DOCS.read_text("utf-8")
    section = re.search(rf"^### `{name}\b[^\n]*\n(.*?)(?=^##|\Z)", docs, re.MULTILINE | re.DOTALL)
    assert section, f"docs/command.md says nothing of {name}"
    for parameter in command.params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert option == "--json" or f"`{option}" in section[0], f"{name} {option}"
    assert command.help


def test_the_practice_codes_in_the_documentation_are_those_of_the_practice_depot() -> None:
    docs = DOCS.read_text("utf-8")
    things = (
        demo.ROLLATOR,
        demo.SHOWER_STOOL,
        *demo.CRUTCHES,
        demo.IN_CLEANING,
        demo.ON_LOAN,
        demo.STAFF_ONLY,
    )
    cards = (*demo.CARDS_IN_THE_BOX[:3], demo.CONFIRMED_CARD, demo.LATE_CARD, demo.BLOCKED_CARD, demo.BADGE)
    assert [code for code in (*things, *cards) if f"`{spoken(code)}`" not in docs] == []
    assert f"`{demo.NAV_LABEL}`" in docs
    assert f"`{demo.PIN}`" in docs
    labelled = sum(pieces for _, line, pieces in demo.STOCK if line not in demo.COUNTED)
    assert f"{labelled} things" in docs


@pytest.mark.parametrize(("name", "command"), commands(front))
def test_every_verb_has_its_help(empty: Shell, name: str, command: click.Command) -> None:
    said = empty(*name.split()[1:], "--help")
    assert said.status == 0
    assert command.help is not None
    assert command.help.split(".")[0].split("\n")[0][:40] in said.out
    assert all(option.help for option in command.params if isinstance(option, click.Option))
