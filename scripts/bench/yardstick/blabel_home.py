"""An environment of its own for blabel: it is what we are held against, and nothing that Depot is made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from ctypes.util import find_library
from pathlib import Path

from scripts.bench.yardstick.alone import ROOT

_HOME = ROOT / ".venv" / "bench-peers" / "blabel"
_PINNED = (
    "blabel==0.1.7",
    "brotli==1.2.1",
    "cffi==2.1.1",
    "cssselect2==0.10.1",
    "fonttools==4.68.0",
    "jinja2==3.1.6",
    "markupsafe==3.0.4",
    "pillow==13.0.0",
    "pycparser==3.12",
    "pydyf==0.13.0",
    "pyphen==0.18.1",
    "pystrich==0.20",
    "python-barcode==0.16.1",
    "qrcode==8.2",
    "tinycss2==1.5.1",
    "tinyhtml5==2.1.0",
    "typing-extensions==4.16.0",
    "weasyprint==70.0",
    "webencodings==0.6.1",
    "zopfli==0.4.3",
)
_LIBRARIES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
"""What WeasyPrint draws with, and its Debian package. Without the last it takes a slower way to embed typefaces."""
_PATIENCE = 300.0


class NotToBeHad(Exception):
    """blabel cannot be run here; the text says in one line why."""


def python() -> Path:
    """Return the interpreter that has blabel; the first time its environment is made.

    Raises:
        NotToBeHad: a library is missing and cannot be installed by us, or there is no network.
    """
    _have_libraries()
    interpreter, stamp = _HOME / "bin" / "python", _HOME / "pinned"
    pinned = "\n".join((sys.version, *_PINNED))
    if not stamp.exists() or stamp.read_text() != pinned:
        _run("its environment cannot be made", [sys.executable, "-m", "venv", "--clear", str(_HOME)])
        pip = [str(interpreter), "-m", "pip", "install", "--disable-pip-version-check"]
        _run("it cannot be installed", [*pip, "--only-binary", ":all:", *_PINNED])
        stamp.write_text(pinned)
    _run("it does not start", [str(interpreter), "-c", "import blabel"])
    return interpreter


def _have_libraries() -> None:
    missing = _missing()
    if not missing:
        return
    if os.geteuid() or shutil.which("apt-get") is None:
        raise NotToBeHad(
            f"a library is missing on this machine; as root: apt-get install {' '.join(missing)}"
        )
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing]
    _run("the index of Debian's packages cannot be had", ["apt-get", "update", "-q"])
    _run(f"{' '.join(missing)} cannot be installed", install)


def _missing() -> list[str]:
    return [package for library, package in _LIBRARIES.items() if find_library(library) is None]


def _run(otherwise: str, argv: Sequence[str]) -> None:
    try:
        subprocess.run(
            argv,
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    except subprocess.CalledProcessError as failed:
        last = (failed.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise NotToBeHad(f"{otherwise}: {last}") from failed
    except subprocess.TimeoutExpired as late:
        raise NotToBeHad(f"{otherwise}: nothing came for {_PATIENCE:g} seconds") from late
