"""The lock is what everybody runs: it answers pyproject.toml, and the tests run on nothing else."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WANTED = [
    Requirement(line)
    for line in [
        *PYPROJECT["project"]["dependencies"],
        *PYPROJECT["dependency-groups"]["dev"],
        *PYPROJECT["build-system"]["requires"],
    ]
]


def entries() -> Iterator[tuple[Requirement, int]]:
    """Every package of the lock for every platform, with the number of files that it allows."""
    text = (ROOT / "requirements.lock").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        pinned, *hashes = line.partition("#")[0].split("--hash=sha256:")
        if pinned.strip():
            yield Requirement(pinned), len(hashes)


LOCKED = list(entries())


def pin(requirement: Requirement) -> str:
    (exact,) = requirement.specifier
    assert exact.operator == "=="
    return exact.version


@pytest.mark.parametrize("wanted", WANTED, ids=str)
def test_the_lock_answers_pyproject(wanted: Requirement) -> None:
    pins = [
        pin(locked)
        for locked, _ in LOCKED
        if canonicalize_name(locked.name) == canonicalize_name(wanted.name)
    ]
    assert pins, f"{wanted.name} is not in requirements.lock; run scripts/lock"
    assert all(wanted.specifier.contains(found) for found in pins), f"locked at {pins}; run scripts/lock"


def test_every_locked_package_is_known_by_its_hashes() -> None:
    assert [str(locked) for locked, hashes in LOCKED if not hashes] == []


def test_there_is_never_a_second_opencv() -> None:
    """Every build owns the folder cv2: the last one installed wins, and removing either breaks both."""
    assert [locked.name for locked, _ in LOCKED if "opencv" in locked.name] == ["opencv-python-headless"]


def test_what_is_installed_is_what_is_locked() -> None:
    here = [locked for locked, _ in LOCKED if locked.marker is None or locked.marker.evaluate()]
    assert len(here) > len(WANTED)
    assert {locked.name: version(locked.name) for locked in here} == {
        locked.name: pin(locked) for locked in here
    }
