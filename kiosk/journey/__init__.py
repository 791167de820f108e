"""What happens next at the kiosk, as pure functions: no screen, no ledger, no clock.

`happenings.happens` takes a visit and something that happened (a scan, a key, a little time) and says what
the visit is now and, when the ledger must be asked, what to ask it. `answers.answered` takes the ledger's
answer. The app does nothing but carry messages between people, this room and the ledger. Nothing is
imported here, so that the first page need not wait for what only a visit needs.
"""
