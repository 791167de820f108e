"""What is installed from a wheel is the whole of the four rooms, and nothing besides."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("depot", "inventory", "kiosk", "labels")
BESIDE = (".gitignore", "LICENSE", "README.md", "hatch_build.py", "pyproject.toml")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a wheel is made of, without anything that was built here before."""
    copy = tmp_path_factory.mktemp("source")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    for name in BESIDE:
        shutil.copy(ROOT / name, copy)
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    target = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=source, check=True, capture_output=True, timeout=120)
    (built,) = target.glob("*.whl")
    return ZipFile(built)


def test_a_wheel_holds_every_file_of_the_rooms_and_their_compiled_words(source: Path, wheel: ZipFile) -> None:
    below = [path for room in ROOMS for path in (source / room).rglob("*") if path.is_file()]
    files = [path.relative_to(source) for path in below]
    kept = {str(path) for path in files if path.suffix != ".mo"}
    expected = kept | {str(path.with_suffix(".mo")) for path in files if path.suffix == ".po"}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected


def test_a_wheel_brings_the_front_door_and_the_verbs_of_the_other_rooms(wheel: ZipFile) -> None:
    (declared,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    doors = ConfigParser()
    doors.read_string(wheel.read(declared).decode())
    assert doors["console_scripts"]["depot"] == "depot.command:main"
    assert doors["depot.verbs"]["kiosk"] == "kiosk.command:kiosk"
