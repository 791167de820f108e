"""What Depot needs to run may be passed on under Depot's own licence: nothing among it is under the GPL or AGPL."""

from __future__ import annotations

import re
from importlib.metadata import distribution, requires

from packaging.requirements import Requirement

STRICT = re.compile(r"(?<!L)(?<!Lesser )\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
LESSER = re.compile(r"lesser|LGPL", re.IGNORECASE)


def needed_by(name: str, seen: set[str]) -> set[str]:
    """Everything that a distribution needs here, and what that needs."""
    for said in requires(name) or ():
        wanted = Requirement(said)
        if wanted.name.lower() not in seen and (
            wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        ):
            seen.add(wanted.name.lower())
            needed_by(wanted.name, seen)
    return seen


def licence_of(name: str) -> list[str]:
    told = distribution(name).metadata
    said = [
        line
        for field in ("License-Expression", "Classifier", "License")
        for line in told.get_all(field) or []
    ]
    return [one.splitlines()[0] for one in said if one]


def test_nothing_that_depot_runs_on_is_under_the_gpl() -> None:
    everything = needed_by("depot", set())
    assert {"reportlab", "zxing-cpp", "pyipp", "python-escpos", "pyzbar", "aiohttp"} <= everything
    strict = {
        name: said
        for name in everything
        for said in licence_of(name)
        if STRICT.search(said) and not LESSER.search(said)
    }
    assert strict == {}


def test_the_typefaces_come_with_their_licence() -> None:
    from importlib.resources import files

    fonts = files("labels") / "fonts"
    assert "SIL OPEN FONT LICENSE" in (fonts / "LICENSE.txt").read_text("utf-8")
