"""An input device of the kernel, as far as a scanner needs it: linux/input.h, spoken by ioctl and read as bytes.

The numbers are those of linux/input.h, linux/input-event-codes.h and asm-generic/ioctl.h, which hold for x86 and ARM.
"""

from __future__ import annotations

import errno
import fcntl
import grp
import logging
import os
import re
import stat
import struct
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.terminal.keystrokes import KEYS

log = logging.getLogger(__name__)

FOLDER = Path("/dev/input")

_EVENT = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value."""
EVENT_BYTES = _EVENT.size
EV_SYN, EV_KEY, _EV_MSC, _EV_LED, _EV_MAX = 0x00, 0x01, 0x04, 0x11, 0x1F
SYN_REPORT, SYN_DROPPED = 0, 3
_LATEST = 1 << 33
"""A time, in seconds, that no event bears: in the year 2242."""
_LED_CAPSL = 1
RELEASED, PRESSED = 0, 1
"""Values of a key's event; 2 is the kernel's own repetition of a key that is held down."""

_WRITE, _READ = 1, 2
_KEY_BYTES, _LED_BYTES, _TEXT_BYTES = 0x300 // 8, 2, 256


def _request(direction: int, number: int, size: int) -> int:
    """Return the number of an ioctl of an input device: the macro `_IOC`."""
    return direction << 30 | size << 16 | ord("E") << 8 | number


_EVIOCGID: Final = _request(_READ, 0x02, 8)
_EVIOCGNAME: Final = _request(_READ, 0x06, _TEXT_BYTES)
_EVIOCGUNIQ: Final = _request(_READ, 0x08, _TEXT_BYTES)
_EVIOCGKEY: Final = _request(_READ, 0x18, _KEY_BYTES)
_EVIOCGLED: Final = _request(_READ, 0x19, _LED_BYTES)
_EVIOCGBIT_KEY: Final = _request(_READ, 0x20 + EV_KEY, _KEY_BYTES)
_EVIOCGRAB: Final = _request(_WRITE, 0x90, 4)
_EVIOCSMASK: Final = _request(_WRITE, 0x93, 16)
_EVIOCSCLOCKID: Final = _request(_WRITE, 0xA0, 4)

_LETTERS_AND_DIGITS: Final = tuple(KEYS[char] for char in "1234567890QWERTYUIOPASDFGHJKLZXCVBNM")
_USB = re.compile(r"usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+))?")


class Event(NamedTuple):
    """One event of the kernel; `at` is in seconds of whatever clock the device was told to use."""

    at: float
    kind: int
    code: int
    value: int


def event_in(data: bytes, start: int) -> Event | None:
    """Return the event that begins somewhere in a device's bytes; None where what is there can be none.

    Args:
        data: at least `EVENT_BYTES` from `start` on.
        start: where it begins.
    """
    seconds, micros, kind, code, value = _EVENT.unpack_from(data, start)
    is_one = 0 <= seconds < _LATEST and 0 <= micros < 1_000_000 and kind <= _EV_MAX
    if is_one and (kind != EV_SYN or (code <= SYN_DROPPED and value in {0, 1})):
        return Event(seconds + micros / 1_000_000, kind, code, value)
    return None


def search(address: str) -> tuple[list[str], str]:
    """Return where a keyboard is by its numbers, and what kept an input device from being looked at.

    Args:
        address: `usb:VENDOR:PRODUCT` or `usb:VENDOR:PRODUCT:SERIAL`.

    Raises:
        ValueError: it has another form.
    """
    if not (wanted := _USB.fullmatch(address)):
        raise ValueError(address)
    vendor, product, serial = int(wanted[1], 16), int(wanted[2], 16), wanted[3]
    found, hidden = [], ""
    for path in sorted(map(str, FOLDER.glob("event*")), key=lambda path: (len(path), path)):
        try:
            fd = open_input(path)
        except OSError as error:
            hidden = obstacle(path, error)
            continue
        with ExitStack() as stack:
            stack.callback(os.close, fd)
            if (
                is_keyboard(fd)
                and _numbers(fd) == (vendor, product)
                and serial in {None, _text(fd, _EVIOCGUNIQ)}
            ):
                found.append(path)
    return found, hidden


def open_input(path: str) -> int:
    """Open a device, or a recording of one, to be read without waiting.

    Raises:
        OSError: it is not there, or may not be read.
    """
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)


def is_keyboard(fd: int) -> bool:
    """Say whether a device has keys for all digits and letters; what is no input device has none."""
    keys = int.from_bytes(_answer(fd, _EVIOCGBIT_KEY), "little")
    return all(keys >> key & 1 for key in _LETTERS_AND_DIGITS)


def name(fd: int) -> str:
    """Return what a device calls itself."""
    return _text(fd, _EVIOCGNAME)


def set_up(fd: int) -> None:
    """Have a device's events bear the time of `time.monotonic`, and keep to those of keys.

    The kernel keeps 64 events for a program that is busy. Beside each key a keyboard tells its number in the USB
    standard, too; without those, one of our codes and its Enter are 48 events and fit, with them they are 74.

    Raises:
        OSError: it was unplugged.
    """
    fcntl.ioctl(fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
    fcntl.ioctl(fd, _EVIOCSMASK, struct.pack("IIQ", _EV_MSC, 0, 0))  # of its codes, none


def is_grabbed_unheld(fd: int) -> bool:
    """Grab a device unless a key of it is held down, and say whether it is grabbed now.

    Of a key that goes down before and up after, the terminal would hear the first alone, and repeat it for ever.
    When asked which keys are down, the kernel throws away what it has kept of keys.

    Raises:
        OSError: another program has grabbed it, or it was unplugged.
    """
    if any(_answer(fd, _EVIOCGKEY)):
        return False
    fcntl.ioctl(fd, _EVIOCGRAB, 1)
    if any(_answer(fd, _EVIOCGKEY)):  # it went down just before
        fcntl.ioctl(fd, _EVIOCGRAB, 0)
        return False
    return True


def skip(fd: int) -> None:
    """Throw away what the kernel has kept.

    Raises:
        OSError: it was unplugged.
    """
    with suppress(BlockingIOError):  # there is nothing
        os.read(fd, 1 << 16)


def put_caps_lock_out(fd: int, path: str) -> None:
    """Put out the light that a scanner may take for the machine's Caps Lock, and type by."""
    if not int.from_bytes(_answer(fd, _EVIOCGLED), "little") >> _LED_CAPSL & 1:
        return
    try:
        with Path(path).open("wb", buffering=0) as device:
            device.write(_EVENT.pack(0, 0, _EV_LED, _LED_CAPSL, 0) + _EVENT.pack(0, 0, EV_SYN, SYN_REPORT, 0))
    except OSError as error:
        log.warning("device=%s Caps Lock is lit and cannot be put out: %s", path, error.strerror)


def obstacle(path: str, error: OSError) -> str:
    """Say in one line, for the log, why a device is not read."""
    match error.errno:
        case errno.ENOENT | errno.ENXIO:
            return f"{path} is not there"
        case errno.ENODEV:
            return f"{path} was unplugged"
        case errno.EBUSY:
            return f"{path} is grabbed by another program"
        case errno.EACCES | errno.EPERM:
            return f"{path} may not be read by this user{_who_may(path)}"
        case _:
            return f"{path}: {error.strerror}"


def _who_may(path: str) -> str:
    try:
        status = Path(path).stat()
        group = grp.getgrgid(status.st_gid).gr_name
    except (OSError, KeyError):
        return ""
    return f", but by the group {group}" if status.st_mode & stat.S_IRGRP else ""


def _answer(fd: int, request: int) -> bytes:
    """Return what a device answers; nothing where it has no answer, such as a serial number, or has gone."""
    try:
        return fcntl.ioctl(fd, request, bytes(request >> 16 & 0x3FFF))
    except OSError:
        return b""


def _numbers(fd: int) -> tuple[int, int]:
    """Return the vendor's and the product's number; 0 and 0 where there are none."""
    _bus, vendor, product, _version = struct.unpack("4H", _answer(fd, _EVIOCGID) or bytes(8))
    return vendor, product


def _text(fd: int, request: int) -> str:
    """Return a text that a device has about itself, fit for one line of the log."""
    text = _answer(fd, request).partition(b"\0")[0].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
