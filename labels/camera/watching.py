"""The whole of it: pictures come, some are looked at, and what is new in them is said, a line of JSON each.

One thread does it all, told by three things that happen: a picture came, the camera came or went, somebody wrote a
line. So nothing here is shared between threads but the queue of what has happened.
"""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import click

from labels.camera.ear import Asked
from labels.camera.feed import Ended, Feed, Gone, Picture, There, Told
from labels.camera.motion import changed, glance, has_moved
from labels.camera.pace import Pace
from labels.camera.presence import InSight
from labels.camera.still import still
from labels.reading import stills
from labels.reading.frames import FrameReader
from labels.reading.values import Code
from labels.reading.views import Grey

Say: TypeAlias = Callable[[dict[str, Any]], None]
STILL_MS = 200
"""Milliseconds after which no further look is begun at a picture for aiming, where the first has found nothing: of a
label that lies still the next frames are looked at in other ways, and this one has no next."""

Happened: TypeAlias = "queue.SimpleQueue[Told | Asked]"


class Watch:
    """Watches one camera.

    Args:
        happened: where everything is put that happens, from any thread.
        say: told each line, as what `json.dumps` takes.
    """

    def __init__(self, happened: Happened, say: Say) -> None:
        self._happened, self._say = happened, say
        self._reader, self._in_sight, self._pace = FrameReader(), InSight(), Pace()
        self._before: Grey | None = None
        self._is_there = self._still_asked = False
        self._used = time.process_time()

    def until_end(self, feed: Feed) -> None:
        """Watch until somebody says that it is enough, or the recording has ended."""
        while True:
            try:
                what = self._happened.get(timeout=max(0.0, self._pace.due - time.monotonic()))
            except queue.Empty:
                feed.ask()
                what = self._happened.get()
            match what:
                case Picture():
                    self._picture(what)
                case There(what=device, at=at):
                    self._is_there = True
                    self._say({"state": "there", "why": device, "at": at})
                case Gone(why=why):
                    self._is_there = False
                    self._say({"state": "gone", "why": why})
                    self._answer_without_picture()
                case Ended(why=why):
                    self._say({"state": "ended", "why": why})
                    return
                case Asked.STILL:
                    self._still_asked = True
                    self._answer_without_picture()
                case Asked.END:
                    return

    def _answer_without_picture(self) -> None:
        if self._still_asked and not self._is_there:
            self._still_asked = False
            self._say({"still": None})

    def _picture(self, picture: Picture) -> None:
        begun = time.monotonic()
        now = glance(picture.grey)
        moved = self._before is None or has_moved(changed(now, self._before))
        if self._pace.wants_look(picture.at, moved=moved) or self._still_asked:
            self._before = now
            self._look(picture, now)
        used, self._used = self._used, time.process_time()
        self._pace.took(begun, self._used - used)

    def _look(self, picture: Picture, now: Grey) -> None:
        codes = self._reader.read(picture.grey)
        for code in self._in_sight.look(codes, now, picture.grey.shape[1], picture.at):
            self._say({**as_json(code), "at": picture.at})
        if self._still_asked:
            self._still_asked = False
            seen = codes or stills.read(picture.grey, budget_ms=STILL_MS)
            self._say({"still": still(picture, seen), "at": picture.at})


def as_json(code: Code) -> dict[str, Any]:
    """Say a code as `depot read` does, but for the name of its text, which is what tells this line from others."""
    first = {"code": code.text, "symbology": code.symbology, "kind": code.kind}
    return first | {"aim": code.aim, "corners": code.corners, "by": code.by}


def watch(device: str, width: int, height: int, happened: Happened) -> bool:
    """Watch a camera until `Asked.END`, or until the recording ends, and say everything on standard output.

    Args:
        device, width, height: as `Feed` takes them.
        happened: where the ear puts what is asked.

    Returns:
        Whether the camera was let go of; else a driver still holds a thread, and only the process's end ends that.
    """
    feed = Feed(device, width, height, happened.put)
    feed.start()
    try:
        Watch(happened, say).until_end(feed)
    finally:
        has_ended = feed.stop()
    return has_ended


def say(what: dict[str, Any]) -> None:
    """Write a line. ASCII only, as `depot read` does: nothing in a code steers a terminal."""
    click.echo(json.dumps(what).replace("\x7f", "\\u007f"))
