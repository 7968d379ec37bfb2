"""Who may import whom, read from the source (docs/decisions/0002-shared-plumbing.md)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts): file
    for package in ("nlp", "api", "bot")
    for file in sorted((ROOT / package).rglob("*.py"))
    if "versions" not in file.parts
}
PURE = {
    "api.lifecycle", "api.terms", "api.mediation.rules",
    "api.deadlines", "api.actors", "api.open311.public", "api.open311.window", "api.open311.xml",
    "api.citations", "api.positions", "api.whereabouts", "api.early_warning", "api.figures.period",
    "api.figures.seen", "api.pages.tables", "api.pages.charts",
    "nlp.time_limits",
    "bot.events", "bot.dialogue", "bot.steps", "bot.texts", "bot.duty", "bot.mediation",
}  # fmt: skip
NOT_FOR = {"nlp": {"api", "bot"}, "api": {"bot"}, "bot": {"api"}}
FOR_BOTH = {
    "api.schemas",
    "api.db",
    "api.settings",
    "api.logs",
    "api.serving",
    "api.mistakes",
    "api.cipher",
    "api.ciphered",
    "api.keys",
    "api.recipher",
}  # tools, no data
MOST_LINES = 300


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that are named; `from api import tickets` names api.tickets."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from {f"{module}.{a.name}" if f"{module}.{a.name}" in FILES else module for a in node.names}


def modules_of(name: str) -> set[str]:
    return set(imported(ast.parse(FILES[name].read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", FILES)
def test_imports(name: str) -> None:
    tree, package = ast.parse(FILES[name].read_text(encoding="utf-8")), name.split(".")[0]
    assert not {module for module in modules_of(name) if module.split(".")[0] in NOT_FOR[package]} - FOR_BOTH
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [function.name for function in functions if any(imported(function))], "imported inside a function"
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", sorted(PURE))
def test_what_is_pure_imports_the_standard_library_and_what_is_pure(name: str) -> None:
    """Whatever a pure module imports of ours is held to the same."""
    seen, left = set[str](), {name}
    while left:
        seen |= left
        modules = set().union(*(modules_of(module) for module in left))
        left = {module for module in modules if module.split(".")[0] not in sys.stdlib_module_names} - seen
        assert left <= set(FILES), f"{left - set(FILES)}"
