"""Proof that nothing which was acknowledged is lost: races, kills, crash images, faults, counts."""
