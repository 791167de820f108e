"""No widget is given a plain text: Textual would read it as markup, and a name with `[/` in it ends the
kiosk.

The sources are read, not run. What a widget is made of or updated with must not be text that can be seen to
be text: a literal, an f-string, `+` or `%` or a method of one, a call of `str` or of gettext, or a name
that holds one.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("kiosk", "inventory")
ROOT = Path(__file__).parents[2]

WIDGETS = {
    "Button",
    "Checkbox",
    "Collapsible",
    "DataTable",
    "Label",
    "Link",
    "MarkdownViewer",
    "Option",
    "OptionList",
    "RadioButton",
    "Select",
    "Selection",
    "SelectionList",
    "Static",
    "Tab",
    "TabPane",
    "TabbedContent",
    "Tree",
}
METHODS = {"update", "add_option", "add_options", "add_row", "add_column", "notify", "replace_option_prompt"}
ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "label"}
OF_A_TEXT = {
    "format",
    "join",
    "strip",
    "upper",
    "lower",
    "title",
    "capitalize",
    "replace",
    "ljust",
    "center",
    "rjust",
}
MAKE_A_TEXT = {"str", "repr", "_", "gettext", "ngettext", "pgettext", "npgettext", "shown"}
NO_WORDS = {"id", "name", "classes", "variant", "severity", "key", "action"}


def plain_texts(source: str) -> list[str]:
    """Where in a source a widget is given a plain text: line and expression."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found: list[tuple[int, str]] = []
    for scope in [tree, *functions]:
        texts = _names_of_texts(scope)
        given = [given for given in _given_to_widgets(scope) if _is_text(given, texts)]
        found += [(text.lineno, ast.unparse(text)) for text in given]
    return [f"line {line}: {text}" for line, text in sorted(set(found))]


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """All that belongs to a scope itself and not to a function inside it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _own(child)


def _given_to_widgets(scope: ast.AST) -> Iterator[ast.expr]:
    for node in _own(scope):
        if isinstance(node, ast.Call) and _takes_markup(node):
            yield from node.args
            yield from (word.value for word in node.keywords if word.arg not in NO_WORDS)
        elif isinstance(node, ast.Assign) and any(map(_shows_markup, node.targets)):
            yield node.value


def _takes_markup(call: ast.Call) -> bool:
    unread = any(
        word.arg == "markup" and isinstance(word.value, ast.Constant) and word.value.value is False
        for word in call.keywords
    )
    made = isinstance(call.func, ast.Name | ast.Attribute) and _last_name(call.func) in WIDGETS
    told = isinstance(call.func, ast.Attribute) and call.func.attr in METHODS
    return (made or told) and not unread


def _shows_markup(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES


def _last_name(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


def _names_of_texts(scope: ast.AST) -> set[str]:
    texts = set()
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        arguments = scope.args
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if argument.annotation is not None and "str" in ast.unparse(argument.annotation).split(" | "):
                texts.add(argument.arg)
    for node in _own(scope):
        if isinstance(node, ast.Assign) and _is_text(node.value, texts):
            texts |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return texts


def _is_text(node: ast.expr, texts: set[str]) -> bool:
    match node:
        case ast.Constant(value=str(value)):
            return value != ""
        case ast.JoinedStr():
            return True
        case ast.Name(id=name):
            return name in texts
        case ast.BinOp(left=left, right=right):
            return _is_text(left, texts) or _is_text(right, texts)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body, texts) or _is_text(orelse, texts)
        case ast.BoolOp(values=values):
            return any(_is_text(value, texts) for value in values)
        case ast.Call(func=ast.Name(id=name)):
            return name in MAKE_A_TEXT
        case ast.Call(func=ast.Attribute(value=owner, attr=method)):
            return method in MAKE_A_TEXT or (method in OF_A_TEXT and _is_text(owner, texts))
        case _:
            return False


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_widget_is_given_a_plain_text(path: Path) -> None:
    assert plain_texts(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Static('ready')",
        "Label(f'{name}')",
        "Button('a' + name)",
        "widgets.Static('%s' % name)",
        "self.query_one(Static).update(_('Welcome'))",
        "Static('{}'.format(name))",
        "def show(name: str) -> None:\n    Static(name)",
        "def show(name: str | None) -> None:\n    Static(name or '')",
        "def show() -> None:\n    text = str(3)\n    Static(text)",
        "self.notify(f'{name} is out')",
        "box.border_title = f'{name}'",
        "OptionList('a', 'b')",
        "Option(prompt='a')",
    ],
)
def test_a_plain_text_is_found(line: str) -> None:
    assert len(plain_texts(line)) >= 1


@pytest.mark.parametrize(
    "line",
    [
        "Static()",
        "Static('', id='page')",
        "Static(txt(name), id='page')",
        "Static(Content('ready'), classes='strong')",
        "Static('[ready]', markup=False)",
        "self.query_one(Static).update(Content('ready'))",
        "def show(name: str) -> None:\n    Static(txt(name, 20))",
        "counts.update(a=1)",
        "seen.update(other)",
        "self.notify(name, markup=False)",
    ],
)
def test_content_and_unread_text_are_allowed(line: str) -> None:
    assert plain_texts(line) == []
