"""What scripts/setup says to a person whose machine lacks something: one line, what to do, and not zero.

Each machine here is a folder of programs that PATH leads to and nothing else. Its Python is this one, made to
believe something else of itself; its apt-get, sudo and pip write down that they were called.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "cat", "dirname", "env", "flock", "grep", "mktemp", "rm", "sha256sum", "tail")

COMPLETE = "import ctypes.util; ctypes.util.find_library = lambda name: 'lib' + name"
NO_ZBAR = "import ctypes.util; ctypes.util.find_library = lambda name: None"
NO_ENSUREPIP = f"{COMPLETE}; import sys; sys.modules['ensurepip'] = None"
TOO_OLD = "import sys; sys.version_info = (3, 9, 2, 'final', 0)"
THIRTY_TWO_BITS = "import sys; sys.maxsize = 2**31 - 1"

PIP_WORKS = 'echo "pip $*" >>"$CALLS"'
PIP_WITHOUT_NETWORK = "echo 'ERROR: No matching distribution found for textual==8.2.8'; exit 1"


@dataclass(frozen=True)
class Machine:
    """A checkout, and the only programs there are."""

    checkout: Path
    programs: Path
    calls: Path

    def has(self, name: str, script: str) -> None:
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def has_python(self, believing: str = COMPLETE, *, pip: str = PIP_WORKS) -> None:
        """A python3 that believes the given lines of Python, and whose environments hold the given pip."""
        told = f'"{sys.executable}" -c "{believing}; import sys; exec(sys.argv[1])" "$2"'
        environment = f"mkdir -p .venv/bin; printf '#!/bin/sh\\n%s\\n' '{escape(pip)}' >.venv/bin/python"
        self.has(
            "python3",
            f"PATH={os.defpath}\ncase $1 in\n-V) echo Python 3.11.2 ;;\n-c) {told} ;;\n"
            f"-m) {environment}; chmod +x .venv/bin/python ;;\nesac",
        )

    def has_user(self, number: int) -> None:
        self.has("id", f"echo {number}")

    def sets_up(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.checkout / "scripts/setup", *arguments],
            env={"PATH": str(self.programs), "CALLS": str(self.calls)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


def escape(script: str) -> str:
    """For a place between single quotes in a shell's text."""
    return script.replace("'", "'\\''")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A Debian with everything that is needed, used by somebody who may become root."""
    here = Machine(tmp_path / "checkout", tmp_path / "programs", tmp_path / "calls")
    (here.checkout / "scripts").mkdir(parents=True)
    here.programs.mkdir()
    shutil.copy(ROOT / "scripts/setup", here.checkout / "scripts")
    for name in ("requirements.lock", "pyproject.toml", "hatch_build.py"):
        (here.checkout / name).write_text(name)
    for name in TOOLS:
        (here.programs / name).symlink_to(shutil.which(name, path=os.defpath) or name)
    here.has_python()
    here.has_user(1000)
    here.has("strace", "true")
    for name in ("espeak-ng", "ippeveprinter", "dbus-daemon", "chromium"):
        here.has(name, "true")
    here.has("sudo", 'echo "sudo $*" >>"$CALLS"; [ "$1" = -n ] && shift; exec "$@"')
    here.has("apt-get", 'echo "apt-get $*" >>"$CALLS"')
    return here


def refuses(machine: Machine, *wanted: str) -> None:
    answer = machine.sets_up("--tests")
    assert answer.returncode == 1
    (line,) = answer.stderr.splitlines()
    assert [words for words in wanted if words not in line] == []


def test_a_complete_machine_asks_pip_once_and_apt_never(machine: Machine) -> None:
    first = machine.sets_up("--tests")
    assert (first.returncode, first.stderr) == (0, "")
    installed, itself = machine.called()
    assert "--require-hashes" in installed
    assert itself.endswith("-e .")
    second = machine.sets_up("--tests")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert machine.called() == [installed, itself]


def test_a_changed_lock_is_installed(machine: Machine) -> None:
    machine.sets_up()
    (machine.checkout / "requirements.lock").write_text("something newer")
    machine.sets_up()
    assert len(machine.called()) == 4


def test_a_machine_without_python_is_told_its_package(machine: Machine) -> None:
    (machine.programs / "python3").unlink()
    refuses(machine, "python3 is missing", "apt-get install python3")


def test_an_old_python_is_refused_with_the_version_needed(machine: Machine) -> None:
    machine.has_python(TOO_OLD)
    refuses(machine, "3.11 or newer", "Debian 12")


def test_a_32_bit_system_is_refused(machine: Machine) -> None:
    machine.has_python(THIRTY_TWO_BITS)
    refuses(machine, "64-bit system is needed")


@pytest.mark.parametrize(
    ("believing", "package"), [(NO_ZBAR, "libzbar0"), (NO_ENSUREPIP, "python3-venv")], ids=["ZBar", "venv"]
)
def test_what_is_missing_is_installed_through_sudo_without_asking(
    machine: Machine, believing: str, package: str
) -> None:
    machine.has_python(believing)
    assert machine.sets_up().returncode == 0
    updated, _, installed, _, *_ = machine.called()
    assert updated == "sudo -n apt-get update -q"
    assert installed.startswith("sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install")
    assert installed.endswith(f"--no-install-recommends {package}")


def test_root_needs_no_sudo(machine: Machine) -> None:
    machine.has_python(NO_ZBAR)
    machine.has_user(0)
    (machine.programs / "sudo").unlink()
    assert machine.sets_up().returncode == 0
    assert machine.called()[0] == "apt-get update -q"


def test_without_sudo_a_person_is_told_what_root_must_type(machine: Machine) -> None:
    machine.has_python(NO_ZBAR)
    (machine.programs / "strace").unlink()
    (machine.programs / "sudo").unlink()
    refuses(machine, "no sudo", "apt-get install --no-install-recommends libzbar0 strace")
    assert machine.called() == []


def test_without_apt_a_person_is_told_what_is_missing(machine: Machine) -> None:
    machine.has_python(NO_ZBAR)
    (machine.programs / "apt-get").unlink()
    refuses(machine, "libzbar0", "no apt-get")


def test_when_apt_fails_its_reason_and_the_way_by_hand_are_said(machine: Machine) -> None:
    machine.has_python(NO_ZBAR)
    machine.has(
        "apt-get", "echo 'Reading package lists...'; echo 'E: Unable to locate package libzbar0'; exit 100"
    )
    refuses(machine, "E: Unable to locate package", "as root: apt-get update && apt-get install")


def test_a_password_that_nobody_can_type_is_the_reason_given(machine: Machine) -> None:
    machine.has_python(NO_ZBAR)
    machine.has("sudo", "echo 'sudo: a password is required' >&2; exit 1")
    refuses(machine, "(sudo: a password is required)", "as root: apt-get update && apt-get install")


def test_when_pip_fails_it_is_said_and_tried_again_the_next_time(machine: Machine) -> None:
    machine.has_python(pip=PIP_WITHOUT_NETWORK)
    refuses(machine, "network", "ERROR: No matching distribution found for textual")
    refuses(machine, "network")
