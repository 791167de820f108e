"""Who is logged in from a browser, for how long, and what ends with it.

A login is begun with a badge and its PIN and known to the browser by a token of 256 random bits, of which only a
digest is kept here. It ends when somebody signs out, at the desk or in the browser, when nobody has touched a
key for a while, when the last page with the desk has been closed for a moment (a reload is none), and after a
working day whatever happens. With a login end the desks that were opened by it. Nothing of this is stored: after a
restart of the server everybody logs in anew.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from depot.clock import Clock

GRACE_SECONDS = 20.0
"""How long a login lasts after its last page has gone: enough for a reload, and for a line that breaks off."""
LONGEST_SECONDS = 12 * 3600.0
"""How long a login lasts at the most."""
DESKS_EACH, DESKS_IN_ALL = 4, 24
"""Desks open at once by one login, and in all; each is a process of its own, of some 65 MB."""


@dataclass(slots=True, eq=False)
class Login:
    """One person's login.

    Args:
        staff: the pseudonym of whoever acts; it changes when the next person signs in at the desk.
        began: when, and `until` when it lasts unless somebody touches a key, in seconds of the clock.
        closers: what closes each of its desks.
    """

    staff: str
    digest: bytes
    began: float
    until: float
    closers: set[Callable[[], None]] = field(default_factory=set)


class Logins:
    """Everybody who is logged in.

    Args:
        clock: its growing seconds are asked.
        idle_seconds: after how long without a key or a page a login ends.
    """

    def __init__(self, clock: Clock, *, idle_seconds: float) -> None:
        self._clock, self._idle = clock, idle_seconds
        self._logins: dict[bytes, Login] = {}

    def begin(self, staff: str) -> str:
        """Log somebody in.

        Args:
            staff: their pseudonym, after their badge and PIN were found to be right.

        Returns:
            The token that the browser keeps; it is nowhere else.
        """
        token, now = secrets.token_urlsafe(32), self._clock.monotonic()
        digest = _digest(token)
        self._logins[digest] = Login(staff, digest, now, now + self._idle)
        return token

    def find(self, token: str) -> Login | None:
        """Find the login that a token stands for; None for none, and for one that has ended."""
        login = self._logins.get(_digest(token))
        if login is None or not self.lasts(login):
            return None
        return login

    def lasts(self, login: Login) -> bool:
        """Say whether a login has not ended."""
        now = self._clock.monotonic()
        return login.digest in self._logins and now < min(login.until, login.began + LONGEST_SECONDS)

    def touch(self, login: Login) -> None:
        """Note that somebody is there."""
        login.until = self._clock.monotonic() + self._idle

    def has_room(self, login: Login) -> bool:
        """Say whether one more desk may be opened by this login."""
        in_all = sum(len(one.closers) for one in self._logins.values())
        return self.lasts(login) and len(login.closers) < DESKS_EACH and in_all < DESKS_IN_ALL

    def opened(self, login: Login, close: Callable[[], None]) -> None:
        """Note a desk that was opened; `close` closes it, and may be called more than once."""
        login.closers.add(close)
        self.touch(login)

    def closed(self, login: Login, close: Callable[[], None]) -> None:
        """Note that a desk is closed; after the last one the login ends in a moment."""
        login.closers.discard(close)
        if not login.closers:
            login.until = min(login.until, self._clock.monotonic() + GRACE_SECONDS)

    def end(self, login: Login) -> None:
        """Log somebody out, and close their desks."""
        self._logins.pop(login.digest, None)
        for close in tuple(login.closers):
            close()

    def sweep(self) -> None:
        """End what has lasted long enough."""
        for login in tuple(self._logins.values()):
            if not self.lasts(login):
                self.end(login)

    def end_all(self) -> None:
        """Log everybody out."""
        for login in tuple(self._logins.values()):
            self.end(login)


def _digest(token: str) -> bytes:
    """Make of a token what is looked up, so that how long a look-up takes tells nothing of any token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
