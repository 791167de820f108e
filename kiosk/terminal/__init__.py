"""What both doors need of a terminal: scans told from keys, safe text, a theme, sounds, and a hardened
console.

The storekeeper's desk uses this room too, and nothing else of the kiosk's. So it knows no journey, no
screen and no sentence; it knows characters, colours and sounds. Importing the package imports nothing:
Textual comes with `doorway` and `console` only, while `wedge` stays pure and quick to import.
"""
