"""The citizen's door: scanners, the journey, the screens and the voice.

It stands on depot and Textual. It never imports labels, so that a jammed printer can neither lose nor
delay a loan, and knows nothing of inventory. What the storekeeper's desk needs of a terminal, too, is the
one room `kiosk.terminal`. Screens ask no database, and the journey needs neither screen nor database.
"""
