"""Which driver a `[[printer]]` of the settings is for."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from depot import settings
from depot.errors import SettingsError
from labels.printers import Printer
from labels.printers.folder import FolderPrinter
from labels.printers.manners import Limits
from labels.printers.wire import PORT

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]{1,15})?")
_IPP_PORT = 631
_IPP_PATH = "/ipp/print"
"""Where an IPP Everywhere printer listens (RFC 8010 3.3, PWG 5100.14)."""


def open_printer(said: settings.Printer, limits: Limits | None = None) -> Printer:
    """Make the driver for a printer. Nothing is asked or opened yet.

    Args:
        said: the `[[printer]]`; limits: how long it is waited for.

    Raises:
        SettingsError: an address that cannot be one.
    """
    limits = limits or Limits()
    parts = urlsplit(said.uri)
    if parts.scheme == "folder":
        return FolderPrinter(said.name, _folder(said, parts))
    host, port = _host(said, parts)
    if parts.scheme in ("ipp", "ipps"):
        from labels.printers.ipp import Address, IppPrinter

        where = f"[{host}]" if ":" in host else host
        uri = f"{parts.scheme}://{where}:{port or _IPP_PORT}{parts.path or _IPP_PATH}"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return IppPrinter(said.name, Address(uri, user, password), limits)
    if parts.path.strip("/") or parts.username is not None:
        raise _wrong(said, f"{parts.scheme}://HOST or {parts.scheme}://HOST:PORT")
    if parts.scheme == "zpl":
        from labels.printers.zpl import ZplPrinter

        return ZplPrinter(said.name, host, port or PORT, said.cut, said.status, limits)
    from labels.printers.escpos import EscposPrinter

    return EscposPrinter(said.name, host, port or PORT, said.cut, said.status, limits, said.profile)


def _folder(said: settings.Printer, parts: SplitResult) -> Path:
    if parts.netloc or not parts.path.startswith("/") or parts.query or parts.fragment:
        raise _wrong(said, "a folder with its whole path, as folder:///var/spool/depot")
    return Path(unquote(parts.path))


def _host(said: settings.Printer, parts: SplitResult) -> tuple[str, int | None]:
    wanted = "a host and a port from 1 to 65535, as printer.local:9100 or [fd00::7]:9100"
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError as wrong:
        raise _wrong(said, wanted) from wrong
    if not _HOST.fullmatch(host) or port == 0 or parts.query or parts.fragment:
        raise _wrong(said, wanted)
    return host, port


def _wrong(said: settings.Printer, wanted: str) -> SettingsError:
    """Say what is wrong, without a password that stands in the address."""
    return SettingsError("settings", f"printer {said.name}.uri", wanted, re.sub("//.*@", "//…@", said.uri))
