"""Printers to test with: a whole IPP Everywhere printer (CUPS' own, ippeveprinter), and a bare socket that answers
as label and receipt printers do. Both are switched off and on again at the same address, run out of paper,
fail and hang, as told.

ippeveprinter wants a D-Bus even where it announces nothing, so each has a private one.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self

_MEMORY = 16 * 1024
PATIENCE = 20.0
"""Seconds a wait may take before it is a failure; a quiet machine needs far under one."""

A4, LETTER, ROLL_62X29 = (210.0, 297.0), (215.9, 279.4), (62.0, 29.0)
Size = tuple[float, float]

_BUS = """<busconfig>
  <type>system</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
  <policy context="default"><allow user="*"/><allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>
</busconfig>
"""

# What comes out is put beside its name first, so that nobody sees half of it.
_COMMAND = """#!/bin/sh
here={folder}
if [ -e $here/paper-out ]; then
    echo "STATE: +media-empty-error" >&2
    while [ -e $here/paper-out ]; do sleep 0.02; done
    echo "STATE: -media-empty-error" >&2
fi
if [ -e $here/fail-next ]; then rm $here/fail-next; echo "ERROR: gear broken" >&2; exit 1; fi
one=$here/out/$(date +%s%N)
mkdir $one.new && cp "$1" $one.new/document && env | grep ^IPP_ > $one.new/options
mv $one.new $one
"""

_PPD_HEAD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "DEPOT.PPD"
*Manufacturer: "Depot"
*ModelName: "Depot Test"
*ShortNickName: "Depot Test"
*NickName: "Depot Test"
*Product: "(Test)"
*PSVersion: "(3010.000) 0"
*ColorDevice: False
*DefaultColorSpace: Gray
*LanguageLevel: "3"
*FileSystem: False
*Throughput: "10"
*DefaultFont: Courier
*Font Courier: Standard "(1.05)" Standard ROM
"""
_NAMES = {A4: "A4", LETTER: "Letter"}


class Arrived(NamedTuple):
    """A job that came out: its name, its attributes as IPP_* variables without the IPP_, and its document."""

    name: str
    options: dict[str, str]
    document: bytes


class IppPrinter:
    """An IPP Everywhere printer, running.

    Args:
        lies_in: the paper in it (media-ready), width and height in mm.
        knows: the other sizes that it takes (media-supported).
        takes_pdf: one that does not takes image/pwg-raster, A4 and Letter only.
    """

    def __init__(
        self, *, lies_in: Size = A4, knows: tuple[Size, ...] = (LETTER, ROLL_62X29), takes_pdf: bool = True
    ) -> None:
        for program in ("dbus-daemon", "ippeveprinter"):
            if shutil.which(program) is None:
                raise RuntimeError(f"{program} is needed: apt-get install dbus-daemon cups-ipp-utils")
        self._folder = Path(tempfile.mkdtemp(prefix="depot-ipp-"))
        self._port = _free_port()
        self._takes_pdf = takes_pdf
        self._processes: list[subprocess.Popen[bytes]] = []
        (self._folder / "out").mkdir()
        (self._folder / "spool").mkdir()
        (self._folder / "bus.conf").write_text(_BUS.format(folder=self._folder))
        command = self._folder / "command"
        command.write_text(_COMMAND.format(folder=self._folder))
        command.chmod(0o755)
        (self._folder / "printer.ppd").write_text(_ppd((lies_in, *knows)))
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    @property
    def uri(self) -> str:
        """Where it listens, whether it is on or off."""
        return f"ipp://localhost:{self._port}/ipp/print"

    def jobs(self) -> list[Arrived]:
        """What has come out so far, the oldest first."""
        done = sorted(one for one in (self._folder / "out").iterdir() if not one.suffix)
        return [_arrived(one) for one in done]

    def paper_out(self) -> None:
        """Take its paper away: the job that it prints next, or now begins, waits."""
        (self._folder / "paper-out").touch()

    def refill(self) -> None:
        """Give it paper: the job that waits comes out."""
        (self._folder / "paper-out").unlink(missing_ok=True)

    def fail_next(self) -> None:
        """Let it end its next job without printing it."""
        (self._folder / "fail-next").touch()

    def start(self) -> None:
        """Switch it on. It has forgotten every job that it had."""
        bus = subprocess.Popen(
            [
                "dbus-daemon",
                f"--config-file={self._folder}/bus.conf",
                "--nofork",
                "--nosyslog",
                "--print-address",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(bus)
        assert bus.stdout is not None
        address = bus.stdout.readline().decode().strip()
        bus.stdout.close()
        # It takes no format by name together with a PPD, and takes PDF then.
        kind = ["-P", f"{self._folder}/printer.ppd"] if self._takes_pdf else ["-f", "image/pwg-raster"]
        # Its certificate lies in /etc/cups else, which only a machine with a CUPS of its own has.
        keys = self._folder / "keys"
        keys.mkdir(exist_ok=True)
        folders = ["-d", f"{self._folder}/spool", "-c", f"{self._folder}/command", "-K", f"{keys}"]
        with (self._folder / "log").open("ab") as log:
            printer = subprocess.Popen(
                [
                    "ippeveprinter",
                    "-r",
                    "off",
                    "-n",
                    "localhost",
                    "-p",
                    f"{self._port}",
                    *kind,
                    *folders,
                    "Depot",
                ],
                stdout=log,
                stderr=log,
                env=os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": address},
                start_new_session=True,
            )
        self._processes.append(printer)
        _wait_for_port(self._port, printer, self._folder / "log")

    def stop(self) -> None:
        """Switch it off, in the middle of whatever it does."""
        while self._processes:
            one = self._processes.pop()
            # With all that it started: a job that waits for paper is a process of its own.
            os.killpg(one.pid, signal.SIGKILL)
            one.wait(PATIENCE)

    def close(self) -> None:
        """Switch it off for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _arrived(folder: Path) -> Arrived:
    lines = (folder / "options").read_text("utf-8").splitlines()
    options = dict(line.removeprefix("IPP_").split("=", 1) for line in lines if "=" in line)
    return Arrived(options["JOB_NAME"], options, (folder / "document").read_bytes())


def _ppd(sizes: tuple[Size, ...]) -> str:
    """Write a printer description; the first size is the one that lies in the printer."""
    points = [(width * 72 / 25.4, height * 72 / 25.4) for width, height in sizes]
    names = [
        _NAMES.get(size, f"w{round(wide)}h{round(high)}")
        for size, (wide, high) in zip(sizes, points, strict=True)
    ]
    said = [_PPD_HEAD]
    for choice in ("PageSize", "PageRegion"):
        said.append(f"*OpenUI *{choice}/Media Size: PickOne\n*OrderDependency: 10 AnySetup *{choice}\n")
        said.append(f"*Default{choice}: {names[0]}\n")
        said += [f'*{choice} {name}/{name}: ""\n' for name in names]
        said.append(f"*CloseUI: *{choice}\n")
    said.append(f"*DefaultImageableArea: {names[0]}\n*DefaultPaperDimension: {names[0]}\n")
    for name, (wide, high) in zip(names, points, strict=True):
        said.append(f'*ImageableArea {name}/{name}: "0 0 {wide:.2f} {high:.2f}"\n')
        said.append(f'*PaperDimension {name}/{name}: "{wide:.2f} {high:.2f}"\n')
    return "".join(said)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError as off:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"ippeveprinter did not start: {log.read_text('utf-8')}") from off
            time.sleep(0.01)
        else:
            return


# --- a bare socket ----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """A connection: all that came, how far it was looked through, and what of it were no questions."""

    socket: socket.socket
    came: bytearray = field(default_factory=bytearray)
    seen: int = 0
    job: bytearray = field(default_factory=bytearray)


class RawPrinter:
    """A printer on a bare TCP port, running: it keeps what comes and answers ~HS, or DLE EOT and GS r.

    What it does is told by its attributes, which may be changed at any time.

    Args:
        speaks: "zpl" or "escpos".
    """

    def __init__(self, speaks: Literal["zpl", "escpos"]) -> None:
        self._speaks = speaks
        self.answers = True
        """Whether it answers questions."""
        self.babbles = b""
        """What it says instead of an answer."""
        self.is_paper_out = self.is_paper_near_end = self.is_cover_open = self.is_paused = False
        self.hangs = False
        """Whether it takes connections and then reads nothing."""
        self.breaks_after: int | None = None
        """After how many bytes of a connection it resets it."""
        self.runs_out_after: int | None = None
        """After how many bytes of a connection its paper is out."""
        self._changed = threading.Condition()
        self._lines: list[_Line] = []
        self._open: set[socket.socket] = set()
        self._port = 0
        self._thread: threading.Thread | None = None
        self.start()

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1, whether it is on or off."""
        return self._port

    @property
    def uri(self) -> str:
        """Its address as the settings have it."""
        return f"{self._speaks}://127.0.0.1:{self._port}"

    def jobs(self) -> list[bytes]:
        """What came, a piece a connection and without questions; waits until nobody is connected."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._open, PATIENCE):
                raise TimeoutError("somebody is still connected")
            return [bytes(one.job) for one in self._lines if one.job]

    def connections(self) -> list[bytes]:
        """All that came, a piece a connection; waits until nobody is connected."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._open, PATIENCE):
                raise TimeoutError("somebody is still connected")
            return [bytes(one.came) for one in self._lines]

    def paper_out(self) -> None:
        """Take its paper away."""
        self.is_paper_out = True

    def refill(self) -> None:
        """Give it paper."""
        self.is_paper_out, self.runs_out_after = False, None

    def start(self) -> None:
        """Switch it on."""
        listener = socket.create_server(("127.0.0.1", self._port))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _MEMORY)  # a printer has little
        listener.setblocking(False)
        self._port = int(listener.getsockname()[1])
        self._off, mine = socket.socketpair()
        self._thread = threading.Thread(target=self._run, args=(listener, mine), name="raw-printer")
        self._thread.start()

    def stop(self) -> None:
        """Switch it off, in the middle of whatever it does."""
        if self._thread is not None:
            self._off.close()
            self._thread.join(PATIENCE)
            self._thread = None

    close = stop

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- its thread ---

    def _run(self, listener: socket.socket, off: socket.socket) -> None:
        with selectors.DefaultSelector() as ready, listener, off:
            ready.register(listener, selectors.EVENT_READ)
            ready.register(off, selectors.EVENT_READ)
            while True:
                found = [key.fileobj for key, _ in ready.select()]
                if off in found:
                    break
                for one in found:
                    if one is listener:
                        self._accept(listener, ready)
                    elif isinstance(one, socket.socket):
                        self._read(one, ready)
            for one in list(self._open):
                self._hang_up(one, reset=True)

    def _accept(self, listener: socket.socket, ready: selectors.BaseSelector) -> None:
        line, _ = listener.accept()
        with self._changed:
            self._open.add(line)
            self._lines.append(_Line(line))
        if not self.hangs:
            ready.register(line, selectors.EVENT_READ)

    def _read(self, connected: socket.socket, ready: selectors.BaseSelector) -> None:
        line = next(one for one in reversed(self._lines) if one.socket is connected)
        room = 65536 if self.breaks_after is None else max(1, self.breaks_after - len(line.came))
        try:
            more = connected.recv(room)
        except ConnectionError:
            more = b""
        with self._changed:
            line.came += more
        if self.runs_out_after is not None and len(line.came) >= self.runs_out_after:
            self.is_paper_out = True
        broken = self.breaks_after is not None and len(line.came) >= self.breaks_after
        if not broken:
            answer = (self._zpl if self._speaks == "zpl" else self._escpos)(line)
            if answer and self.answers:
                with contextlib.suppress(ConnectionError):  # who asked has gone
                    connected.sendall(self.babbles or answer)
        if broken or not more:
            ready.unregister(connected)
            self._hang_up(connected, reset=broken)

    def _hang_up(self, connected: socket.socket, *, reset: bool) -> None:
        if reset:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connected.close()
        with self._changed:
            self._open.discard(connected)
            self._changed.notify_all()

    # --- what it says ---

    def _zpl(self, line: _Line) -> bytes:
        """Answer every ~HS (ZPL II Programming Guide); a question has come when its line has."""
        answer = b""
        while (at := line.came.find(b"~HS\r\n", line.seen)) >= 0:
            line.job += line.came[line.seen : at]
            line.seen = at + 5
            flags = [
                int(one)
                for one in (self.is_paper_out, self.is_paused or self.is_paper_out, self.is_cover_open)
            ]
            first = f"030,{flags[0]},{flags[1]},0344,000,0,0,0,000,0,0,0"
            second = f"001,0,{flags[2]},0,0,2,6,0,00000000,1,000"
            answer += b"".join(b"\x02" + one.encode() + b"\x03\r\n" for one in (first, second, "1234,0"))
        rest = (
            len(line.came)
            if not line.came.endswith((b"~", b"~H", b"~HS", b"~HS\r"))
            else line.came.rindex(b"~")
        )
        line.job += line.came[line.seen : rest]
        line.seen = rest
        return answer

    def _escpos(self, line: _Line) -> bytes:
        """Answer DLE EOT and GS r (ESC/POS), which may also stand among dots, where they are none."""
        answer = b""
        while (length := command_length(line.came, line.seen)) and line.seen + length <= len(line.came):
            one = bytes(line.came[line.seen : line.seen + length])
            line.seen += length
            if one[:2] == b"\x10\x04":
                answer += bytes([self._real_time(one[2])])
            elif one[:2] == b"\x1dr":
                answer += b"" if self._is_offline else bytes([0x03 if self.is_paper_near_end else 0x00])
            else:
                line.job += one
        return answer

    @property
    def _is_offline(self) -> bool:
        return self.is_paper_out or self.is_cover_open or self.is_paused

    def _real_time(self, question: int) -> int:
        said = {
            1: 0x08 * self._is_offline,
            2: 0x04 * self.is_cover_open | 0x20 * self.is_paper_out,
            4: 0x0C * self.is_paper_near_end | 0x60 * self.is_paper_out,
        }
        return 0x12 | said[question]


_LENGTHS = {b"\x10\x04": 3, b"\x1dr": 3, b"\x1bd": 3, b"\x1b@": 2}


def command_length(octets: bytes | bytearray, at: int) -> int:
    """Say how long the ESC/POS command at a place is; 0 where too little has come to know."""
    head = bytes(octets[at : at + 2])
    if len(head) < 2:
        return len(head) if head and head[0] not in b"\x10\x1b\x1d" else 0
    if head == b"\x1dv":
        if len(octets) < at + 8:
            return 0
        across, rows = (int.from_bytes(octets[at + 4 + two : at + 6 + two], "little") for two in (0, 2))
        return 8 + across * rows
    if head == b"\x1dV":
        with_feed = at + 2 < len(octets) and octets[at + 2] >= 0x41
        return 4 if with_feed else 3
    return _LENGTHS.get(head, 1)
