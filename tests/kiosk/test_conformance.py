"""docs/conformance.md says nothing that no test shows, and leaves no clause out."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
VERDICTS = {"met", "n/a", "station", "not met"}

EN_301_549 = (
    "5.1.2.1 5.1.2.2 5.1.3.1 5.1.3.2 5.1.3.3 5.1.3.4 5.1.3.5 5.1.3.6 5.1.3.7 5.1.3.8 5.1.3.9 5.1.3.10 5.1.3.11 "
    "5.1.3.12 5.1.3.13 5.1.3.14 5.1.3.15 5.1.3.16 5.1.4 5.1.5 5.1.6.1 5.1.6.2 5.1.7 5.2 5.3 5.4 5.5.1 5.5.2 5.6.1 "
    "5.6.2 5.7 5.8 5.9"
)
"""V3.2.1, the numbered clauses of 5 that ask for something."""
WCAG_2_2 = (
    "1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 "
    "1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 "
    "2.5.3 2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 "
    "4.1.3"
)
"""The 55 criteria at levels A and AA; 4.1.1 is obsolete in 2.2."""


class Claim(NamedTuple):
    clause: str
    how: str
    verdict: str
    tests: tuple[str, ...]


@cache
def claims() -> tuple[Claim, ...]:
    text = (ROOT / "docs" / "conformance.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d[\d.]+) [^|]+ \| ([^|]*) \| ([^|]*) \| ?([^|]*)\|$", text, re.MULTILINE)
    return tuple(
        Claim(clause, how, said, tuple(re.findall("`([^`]+)`", by))) for clause, how, said, by in rows
    )


@pytest.mark.parametrize("clauses", [EN_301_549, WCAG_2_2])
def test_every_clause_has_its_row_in_order(clauses: str) -> None:
    wanted = clauses.split()
    assert [claim.clause for claim in claims() if claim.clause in wanted] == wanted
    assert len(claims()) == len((EN_301_549 + " " + WCAG_2_2).split())


def test_every_row_has_a_verdict_and_a_reason_and_met_has_a_test() -> None:
    for claim in claims():
        assert claim.verdict in VERDICTS, claim
        assert len(claim.how) > 4, claim
        assert claim.tests or claim.verdict != "met", claim


def test_every_test_that_is_named_exists() -> None:
    missing = {name for claim in claims() for name in claim.tests if not _exists(name)}
    assert not missing


def _exists(name: str) -> bool:
    file, _, function = name.partition("::")
    return (ROOT / file).is_file() and function in _functions(ROOT / file)


@cache
def _functions(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
