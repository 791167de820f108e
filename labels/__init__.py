"""Ink on paper, and reading it back: media, symbols, designs, the press, and codes found in pictures.

It stands on depot, ReportLab, python-barcode, pyzbar and OpenCV, and never on a screen: it imports neither
Textual nor kiosk nor inventory. It takes its jobs from the ledger, so nobody at the kiosk waits for a
printer.
"""
