"""The ledger of a lending depot: what exists, what may happen, what happened.

This room knows no screen, no printer and no camera. Everything that changes the ledger is a deed;
every deed is a function `deed(conn, station, ..., now=...)` that records facts and never commits.
"""

__version__ = "0.1.0"
