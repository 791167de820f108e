"""The storekeeper's door: receiving, cleaning, repair, counting, restocking, and the desk's screens.

It stands on depot, labels and Textual, and uses of kiosk only `kiosk.terminal`. The deeds themselves are
depot's: what is here says which of them a bench offers next.
"""
