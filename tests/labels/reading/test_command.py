"""`depot read`: a line of JSON for each picture, whatever it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from labels.reading.command import read
from tests.labels.reading.pictures import CARD, ITEM, code128, ean13, qr, saved

STEER = "\x1b]0;owned\x07\x1b[2J\x7f\x9b31m\u202e"
"""What would rename, clear and colour a terminal, and turn its text around."""


def run(*paths: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(read, [str(path) for path in paths], input=stdin)


def lines(said: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.stdout.splitlines()]


@pytest.fixture
def label(tmp_path: Path) -> Path:
    return saved(qr(ITEM), tmp_path / "label.png")


def test_a_picture_is_a_line_of_json(label: Path) -> None:
    said = run(label)
    (line,) = lines(said)
    assert said.exit_code == 0
    assert line.keys() == {"path", "codes", "ms"}
    assert line["path"] == str(label)
    assert line["ms"] > 0
    (code,) = line["codes"]
    assert code.keys() == {"text", "symbology", "kind", "aim", "corners", "by"}
    assert (code["text"], code["symbology"], code["kind"], code["aim"]) == (ITEM, "qr", "item", "]Q1")
    assert [len(corner) for corner in code["corners"]] == [2, 2, 2, 2]


def test_many_pictures_are_lines_in_their_order(label: Path, tmp_path: Path) -> None:
    others = [
        saved(code128(CARD), tmp_path / "card.jpg"),
        saved(ean13("703801000001"), tmp_path / "ean.bmp"),
        saved(qr("x") * 0, tmp_path / "black.png"),
    ]
    said = run(label, *others, label)
    assert said.exit_code == 0
    assert [[code["kind"] for code in line["codes"]] for line in lines(said)] == [
        ["item"],
        ["card"],
        ["gtin"],
        [],
        ["item"],
    ]


def test_a_picture_without_a_code_is_no_failure(tmp_path: Path) -> None:
    said = run(saved(qr(ITEM) * 0, tmp_path / "black.png"))
    assert said.exit_code == 0
    assert lines(said)[0]["codes"] == []


def test_what_is_no_picture_has_a_line_too_and_fails(label: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    said = run(tmp_path / "none.png", label, text, tmp_path)
    assert said.exit_code == 1
    assert [line.get("error") for line in lines(said)] == ["missing", None, "no_image", "no_file"]
    assert [len(line["codes"]) for line in lines(said)] == [0, 1, 0, 0]
    assert said.stderr == ""


def test_the_option_of_the_other_verbs_changes_nothing(label: Path) -> None:
    said = run("--json", label)
    assert [line["codes"][0]["text"] for line in lines(said)] == [ITEM]


def test_a_picture_may_come_from_another_program(label: Path) -> None:
    said = run("-", stdin=label.read_bytes())
    assert said.exit_code == 0
    assert [(line["path"], line["codes"][0]["text"]) for line in lines(said)] == [("-", ITEM)]


def test_without_a_picture_it_is_used_wrongly() -> None:
    assert run().exit_code == 2


def test_nothing_in_a_code_or_a_files_name_steers_the_terminal(tmp_path: Path) -> None:
    picture = saved(qr(STEER, encoding="utf-8"), tmp_path / "odd.png")
    odd = picture.rename(tmp_path / "odd\x1b[2J\x7f\n.png")
    said = run(odd)
    assert all(32 <= byte < 127 or byte == 10 for byte in said.stdout_bytes)
    (line,) = lines(said)
    assert (line["path"], line["codes"][0]["text"]) == (str(odd), STEER)


def test_a_path_of_bytes_that_are_no_text_is_told_as_it_is(tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")
    said = run(odd)
    assert said.exit_code == 1
    assert lines(said)[0]["path"] == odd


# --- as a process ---

_ITSELF = "import sys; from labels.reading.command import read; sys.exit(read.main(standalone_mode=False))"


def process(*argv: str, code: str = _ITSELF) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *argv],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )


def test_the_process_says_it_with_its_exit_status(label: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = process(str(label), str(pipe))
    assert (said.returncode, said.stderr) == (1, "")
    first, second = (json.loads(line) for line in said.stdout.splitlines())
    assert first["codes"][0]["text"] == ITEM
    assert second["error"] == "no_file"


def test_each_line_leaves_before_the_next_picture_is_read(label: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _ITSELF, str(label), "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        assert json.loads(running.stdout.readline())["path"] == str(label)
        running.stdin.write(label.read_bytes())  # only now is there a second picture
        running.stdin.close()
        assert json.loads(running.stdout.readline())["codes"][0]["text"] == ITEM
    assert running.returncode == 0


def test_the_verb_is_light_until_it_is_used() -> None:
    heavy = "('cv2', 'numpy', 'zxingcpp', 'pyzbar', 'PIL')"
    said = process(
        code=f"import sys, labels.reading.command; print([n for n in {heavy} if n in sys.modules])"
    )
    assert said.stdout == "[]\n"
