"""Addresses of printers, and the driver that each is for."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from depot import settings
from depot.errors import SettingsError
from labels.media import known
from labels.printers.choosing import open_printer
from labels.printers.escpos import EscposPrinter
from labels.printers.folder import FolderPrinter
from labels.printers.ipp import Address, IppPrinter
from labels.printers.zpl import ZplPrinter
from tests.labels.printers.conftest import opened


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("ipp://office.local/ipp/print", Address("ipp://office.local:631/ipp/print")),
        ("ipp://office.local", Address("ipp://office.local:631/ipp/print")),
        ("ipp://localhost/printers/Kontor", Address("ipp://localhost:631/printers/Kontor")),
        ("ipps://10.1.2.3:443/ipp/print", Address("ipps://10.1.2.3:443/ipp/print")),
        ("ipp://[fd00::7]:8631/ipp", Address("ipp://[fd00::7]:8631/ipp")),
        ("ipp://kari:s%40fe@cups/printers/A", Address("ipp://cups:631/printers/A", "kari", "s@fe")),
    ],
)
def test_an_office_printer_or_a_queue(uri: str, address: Address) -> None:
    printer = opened(uri)
    assert isinstance(printer, IppPrinter)
    assert printer.address == address


@pytest.mark.parametrize(
    ("uri", "kind", "host", "port"),
    [
        ("zpl://10.1.2.3", ZplPrinter, "10.1.2.3", 9100),
        ("zpl://zebra.local:6101/", ZplPrinter, "zebra.local", 6101),
        ("zpl://[fe80::1%eth0]", ZplPrinter, "fe80::1%eth0", 9100),
        ("escpos://kasse-1:9100", EscposPrinter, "kasse-1", 9100),
        ("escpos://[::1]:9101", EscposPrinter, "::1", 9101),
    ],
)
def test_a_bare_socket(uri: str, kind: type, host: str, port: int) -> None:
    said = settings.Printer(name="desk", uri=uri, cut=False, status=False, profile="TM-T20II")
    printer = open_printer(said)
    assert isinstance(printer, ZplPrinter | EscposPrinter)
    assert isinstance(printer, kind)
    assert (printer.host, printer.port, printer.cut, printer.status) == (host, port, False, False)
    assert getattr(printer, "profile", "TM-T20II") == "TM-T20II"


def test_a_folder() -> None:
    printer = opened("folder:///var/spool/my%20depot")
    assert printer == FolderPrinter("desk", Path("/var/spool/my depot"))


@pytest.mark.parametrize(
    "uri",
    [
        "zpl://printer:0",
        "zpl://printer:65536",
        "zpl://printer:port",
        "zpl://print er",
        "zpl://-printer",
        "zpl://printer/queue",
        "zpl://me:secret@printer",
        "escpos://printer?cut=1",
        "ipp://office#1",
        "ipp:///ipp/print",
        "folder://var/spool/depot",
        "folder:///var/spool/depot?x",
    ],
)
def test_an_address_that_cannot_be_one_is_told_without_its_password(uri: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        opened(uri)
    assert wrong.value.key == "printer desk.uri"
    assert "secret" not in str(wrong.value)


def test_a_password_is_in_no_text_of_the_printer() -> None:
    assert "hemmelig" not in repr(opened("ipp://kari:hemmelig@cups/printers/A"))


def test_a_printer_is_a_frozen_value() -> None:
    for uri in ("ipp://office", "zpl://a", "escpos://a", "folder:///a"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            opened(uri).name = "other"  # type: ignore[attr-defined]


def test_opening_any_printer_imports_no_library_that_is_slow() -> None:
    script = (
        "import sys; from depot.settings import Printer; from labels.printers.choosing import open_printer;"
        "[open_printer(Printer('a', one)) for one in ('ipp://a', 'zpl://a', 'escpos://a', 'folder:///a')];"
        "print({'pyipp', 'aiohttp', 'escpos'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_example_in_the_handbook_works_as_it_stands(tmp_path: Path) -> None:
    """And it names every key that there is."""
    handbook = (Path(__file__).parents[3] / "docs" / "printers.md").read_text("utf-8")
    (example,) = re.findall("```toml\n(.*?)```", handbook, re.DOTALL)
    (tmp_path / "depot.toml").write_text(example, "utf-8")
    chosen = settings.load({}, tmp_path / "depot.toml")

    assert [type(open_printer(one)) for one in chosen.printers] == [IppPrinter, EscposPrinter, ZplPrinter]
    media = known(chosen)
    assert all(one.medium in media for one in chosen.printers)
    assert all(
        f"{one.name} = " in example or one.name in handbook for one in dataclasses.fields(settings.Printer)
    )
