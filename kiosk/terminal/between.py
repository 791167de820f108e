"""What a locked station's terminal says between two programs, when neither is there to say it."""

from __future__ import annotations

from depot.words import Words


def one_moment(w: Words) -> str:
    """The next program is on its way."""
    return w.t("One moment …")


def out_of_order(w: Words) -> str:
    """The kiosk ends again and again, and is tried again in a while."""
    return w.t("This screen does not work just now. Try again in a little while.")


def no_desk(w: Words) -> str:
    """A badge was shown, but there is no desk to go to."""
    return w.t("The desk is not installed on this machine. Enter takes you back to the kiosk.")
