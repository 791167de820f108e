"""IPP answers, looked through before pyipp reads them.

pyipp's parser takes lengths as signed numbers and believes them: an answer with a length below zero sends it
backwards, and one that is cut off in the right place keeps it going round for ever. So a broken printer could
hold the press up, however long the limit. What passes here has every length inside the message and every
value as long as its kind is, and then the parser cannot lose its way. It stumbles over groups without
attributes, too, which RFC 8010 (3.1) allows; these are left out.
"""

from __future__ import annotations

import struct
from typing import Any

_HEAD = 8
"""Version, status and request number (RFC 8010 3.1.1)."""
_OPERATION, _JOB, _END, _PRINTER, _UNSUPPORTED = 0x01, 0x02, 0x03, 0x04, 0x05
_GROUPS = frozenset({_OPERATION, _JOB, _PRINTER, _UNSUPPORTED})
_FIRST_VALUE_TAG = 0x10
_BEGIN_COLLECTION, _END_COLLECTION = 0x34, 0x37
_WITH_LANGUAGE = (0x35, 0x36)
_LENGTHS = {0x21: 4, 0x22: 1, 0x23: 4, 0x31: 11, 0x32: 9, 0x33: 8}
"""Integer, boolean, enum, dateTime, resolution and rangeOfInteger (RFC 8010 3.9)."""
_DEEPEST = 8


class Unreadable(ValueError):
    """An answer that is no IPP."""


class NoAnswer(Exception):
    """A question had no answer that could be read.

    Args:
        said: the exact words; http: the HTTP status, 0 where there was none.
        reached: whether a connection was made, so that the printer may have read the question.
    """

    def __init__(self, said: str, *, reached: bool, http: int = 0) -> None:
        super().__init__(said)
        self.said, self.reached, self.http = said, reached, http


def read(octets: bytes) -> dict[str, Any]:
    """Read an answer; groups are lists of attributes under "jobs", "printers" and "unsupported-attributes".

    Raises:
        Unreadable: it is no IPP message, or one of which pyipp can make nothing.
    """
    from pyipp.exceptions import IPPError
    from pyipp.parser import parse

    try:
        return parse(checked(octets))
    except (IPPError, struct.error, ValueError, LookupError) as wrong:
        raise Unreadable(f"the answer is no IPP: {wrong!r}") from wrong


def checked(octets: bytes) -> bytes:
    """Give an IPP message without its empty groups.

    Raises:
        Unreadable: its lengths do not fit together.
    """
    if len(octets) <= _HEAD or octets[_HEAD] != _OPERATION:
        raise Unreadable("it begins as no answer does")
    kept, at, depth = bytearray(octets[:_HEAD]), _HEAD, 0
    while (tag := _byte(octets, at)) != _END:
        if tag < _FIRST_VALUE_TAG:
            if tag not in _GROUPS or depth:
                raise Unreadable(f"a group {tag:#x} where none may be")
            if _byte(octets, at + 1) >= _FIRST_VALUE_TAG:
                kept.append(tag)
            at += 1
            continue
        ends = _end_of_attribute(octets, at, tag)
        depth += {_BEGIN_COLLECTION: 1, _END_COLLECTION: -1}.get(tag, 0)
        if not 0 <= depth <= _DEEPEST:
            raise Unreadable("collections that do not close")
        kept += octets[at:ends]
        at = ends
    if depth:
        raise Unreadable("a collection that does not end")
    return bytes(kept) + bytes([_END])


def _end_of_attribute(octets: bytes, at: int, tag: int) -> int:
    name = _length(octets, at + 1)
    value_at = at + 5 + name
    length = _length(octets, at + 3 + name)
    if length != _LENGTHS.get(tag, length):
        raise Unreadable(f"a value of {length} bytes for {tag:#x}")
    if tag in _WITH_LANGUAGE:
        language = _length(octets, value_at)
        if language + _length(octets, value_at + 2 + language) + 4 != length:
            raise Unreadable("a text with a language that is not as long as it says")
    if tag == _BEGIN_COLLECTION and length:
        raise Unreadable("a collection with a value before it")
    if value_at + length > len(octets):
        raise Unreadable("it is cut off")
    return value_at + length


def _byte(octets: bytes, at: int) -> int:
    if at >= len(octets):
        raise Unreadable("it is cut off")
    return octets[at]


def _length(octets: bytes, at: int) -> int:
    length: int = int.from_bytes(octets[at : at + 2], "big")
    if at + 2 > len(octets) or length > 0x7FFF:
        raise Unreadable("a length that cannot be")
    return length
