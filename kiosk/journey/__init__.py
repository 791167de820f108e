"""What happens next at the kiosk, as pure functions: no screen, no ledger, no clock.

`happens` takes a visit and something that happened (a scan, a key, a little time) and says what the visit
is now and, when the ledger must be asked, what to ask it. `answered` takes the ledger's answer. The app
does nothing but carry messages between people, this room and the ledger.
"""

from kiosk.journey.answers import answered
from kiosk.journey.asked import Request
from kiosk.journey.happenings import happens
from kiosk.journey.shown import TYPING, HandedOver, Screen
from kiosk.journey.values import Answer, Fault, Happening, Key, Moment, Press, Setup, Tick, Turn, Visit
from kiosk.terminal.sounds import Sound

__all__ = [
    "TYPING",
    "Answer",
    "Fault",
    "HandedOver",
    "Happening",
    "Key",
    "Moment",
    "Press",
    "Request",
    "Screen",
    "Setup",
    "Sound",
    "Tick",
    "Turn",
    "Visit",
    "answered",
    "happens",
]
