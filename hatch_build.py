"""Compiles the catalogues of words, so that a wheel holds what gettext reads.

Only the .po files are kept in the repository: a compiled catalogue beside its source drifts from it unseen.
`scripts/setup` runs the same function for a checkout.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_words(root: Path) -> list[Path]:
    """Writes a .mo beside every .po below the packages of `root`; returns what was written.

    Fuzzy entries are left out: gettext then falls back to the English sentence, which is at least true.

    Raises `babel.messages.pofile.PoFileError` when a catalogue cannot be read.
    """
    written = []
    for source in sorted(root.glob("*/words/*/LC_MESSAGES/*.po")):
        with source.open("rb") as po:
            catalogue = read_po(po, locale=source.parent.parent.name, abort_invalid=True)
        compiled = source.with_suffix(".mo")
        with compiled.open("wb") as mo:
            write_mo(mo, catalogue)
        written.append(compiled)
    return written


class WordsHook(BuildHookInterface[Any]):
    """Runs before hatchling gathers the files of a wheel or an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        compile_words(Path(self.root))


if __name__ == "__main__":
    compile_words(Path(__file__).parent)
