"""Finds the sentences that the code says to people, by reading the code itself.

A sentence is the text that an error is made with, wherever that is, or that a function gives back.
What is filled in as it is said is shown as "…"; constants of the module are written out.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FOLDERS = ("include", "plugins", "dags")
# they speak to who plays with the demo, not to who runs the system
LEFT_OUT = ("include/sandbox", "include/local")

# Not errors, but made with a sentence for people all the same.
_ALSO_MADE = """
    Finding HTTPException Mirrored Settlement ValueError _finding _refused _waits refuse rejected
"""
ALSO_MADE = frozenset(_ALSO_MADE.split())
# The first arguments of these are the kind of the difference and ids.
LAST_IS_SAID = {"Finding", "_finding"}
# The places of the reason and the next step among their arguments: `rejected` (include/ledger/settlements.py)
# has the action first, `Mirrored` (include/order_push/mirroring.py) the refund and how far it has come.
IN_PLACE = {"rejected": slice(1, 3), "Mirrored": slice(2, 4)}
# Keywords of these that hold the reason and the next step of one sentence.
IN_TWO_PARTS = ("reason", "next_step")
# What include/database_errors.py keeps the sentences of an error's class in.
CAUSE = "_Cause"
FEWEST_WORDS = 4
# Errors of our own reading of the store's JSON, reworded before anyone sees them.
NOT_FOR_PEOPLE = {"include.bigcommerce.damaged_json", "include.bigcommerce.money"}
BLANK = "…"


@dataclass(frozen=True)
class Message:
    """A sentence, who says it (the name of a class or function), and the module where it stands."""

    by: str
    module: str
    sentence: str


@cache
def error_classes() -> dict[str, str]:
    """Module by name of every error class of the project."""
    found: dict[str, str] = {}
    known = {"Exception"}
    trees = list(_modules())
    while True:
        before = len(found)
        for module, tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and {_name(base) for base in node.bases} & known:
                    found[node.name] = module
        known |= found.keys()
        if len(found) == before:
            return found


@cache
def sentences(speaking: frozenset[str]) -> tuple[Message, ...]:
    """All of them, in the order of the code; `speaking` are functions as "module.function"."""
    found: dict[Message, None] = {}
    for module, tree in _modules():
        for by, texts in _made(tree, module, speaking):
            sentence = " ".join(filter(None, (_text(text, module, tree) for text in texts)))
            sentence = re.sub(rf"{BLANK}(\s*{BLANK})+", BLANK, sentence).strip()
            if len(sentence.split()) >= FEWEST_WORDS:
                found[Message(by, module, sentence)] = None
    return tuple(found)


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for file in sorted((PROJECT / folder).rglob("*.py")):
            path = file.relative_to(PROJECT).with_suffix("").as_posix()
            module = path.replace("/", ".")
            if not path.startswith(LEFT_OUT) and module not in NOT_FOR_PEOPLE:
                yield module, ast.parse(file.read_text())


def _made(
    tree: ast.Module, module: str, speaking: frozenset[str]
) -> Iterator[tuple[str, list[ast.expr | None]]]:
    """Who says something, and the expressions that make up what is said."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _called(node)
        elif isinstance(node, ast.ClassDef) and node.name in error_classes():
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                    yield from _raised(node.name, call)
        elif isinstance(node, ast.FunctionDef) and f"{module}.{node.name}" in speaking:
            for given in ast.walk(node):
                if isinstance(given, ast.Return):
                    many = given.value.elts if isinstance(given.value, ast.Tuple) else [given.value]
                    yield f"{module}.{node.name}", [*many]


def _called(call: ast.Call) -> Iterator[tuple[str, list[ast.expr | None]]]:
    name = _name(call.func)
    if name == CAUSE:
        yield _name(call.args[0]), [*call.args[1:]]
    elif name in error_classes():
        yield from _raised(name, call)
    elif name in ALSO_MADE:
        parts: list[ast.expr | None] = [each.value for each in call.keywords if each.arg in IN_TWO_PARTS]
        said = call.args[-1:] if name in LAST_IS_SAID else call.args
        if name in IN_PLACE:
            parts = [*call.args[IN_PLACE[name]]]
        if parts:
            yield name, parts
        else:
            for text in _choices(said):
                yield name, [text]


def _raised(name: str, call: ast.Call) -> Iterator[tuple[str, list[ast.expr | None]]]:
    """An error's sentence and next step: include/errors.py, `ActionableError`."""
    steps = {each.arg: each.value for each in call.keywords}
    second = call.args[1] if len(call.args) > 1 else None
    step = steps.get("command_line_step") or steps.get("next_step") or second
    yield from ((name, [sentence, step]) for sentence in _choices(call.args[:1]))


def _choices(arguments: list[ast.expr]) -> Iterator[ast.expr]:
    """The texts among the arguments: of `a if b else c` both, of a dictionary all values."""
    for argument in arguments:
        if isinstance(argument, ast.IfExp):
            yield from (argument.body, argument.orelse)
        elif isinstance(argument, ast.Dict):
            yield from argument.values
        else:
            yield argument


def _text(node: ast.expr | None, module: str, tree: ast.Module) -> str:
    """What an expression says, with "…" for what is only known later; empty for None and numbers."""
    if isinstance(node, ast.Constant):
        return re.sub(r"\{\w+\}", BLANK, node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, module, tree) or BLANK for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, module, tree) or BLANK
    if isinstance(node, ast.Name) and node.id.isupper():
        return str(getattr(importlib.import_module(module), node.id))
    if isinstance(node, ast.Call):
        return _given_back(node, module, tree) or BLANK
    return BLANK if node is not None else ""


def _given_back(call: ast.Call, module: str, tree: ast.Module) -> str:
    """What a function of the same module gives back, if that is one text."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == _name(call.func):
            given = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
            return _text(given[0], module, tree) if len(given) == 1 else ""
    return ""


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
