"""What tests say, found by reading them: which names and texts a test function comes to, through what it calls."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docs.declared import ROOT

TESTS = ROOT / "tests"


@dataclass(frozen=True, slots=True)
class Said:
    """The names that a test comes to (imports by their own names), and the texts."""

    names: frozenset[str]
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Module:
    """A module of tests: what it defines at its top and in its classes, and what it imports from other tests."""

    defined: dict[str, tuple[ast.AST, ...]]
    imported: dict[str, tuple[str, str]]


@cache
def shown_in(folder: str, *, over_http: bool) -> tuple[Said, ...]:
    """What every test of a service comes to: of its decisions, or of its routes."""
    files = (each for each in sorted((TESTS / folder).glob("test_*.py")) if ("over_http" in each.stem) is over_http)
    return tuple(said for file in files for said in _tests(file))


def _tests(file: Path) -> Iterator[Said]:
    module = read(file)
    for name, nodes in module.defined.items():
        if name.startswith("test_"):
            yield _reached(file, nodes)


def _reached(file: Path, nodes: tuple[ast.AST, ...]) -> Said:
    """Everything said by these nodes and by whatever of the tests they name, however indirectly."""
    names, texts = set[str](), set[str]()
    waiting, seen = [(file, node) for node in nodes], set[tuple[Path, str]]()
    while waiting:
        here, node = waiting.pop()
        module = read(here)
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                texts.add(part.value)
            named = _name(part)
            if named is None or (here, named) in seen:
                continue
            seen.add((here, named))
            names.add(named)
            waiting += [(here, each) for each in module.defined.get(named, ())]
            if isinstance(part, ast.Attribute):  # a method may be another module's
                for there in {file for file, _ in module.imported.values()}:
                    waiting += [(ROOT / there, each) for each in read(ROOT / there).defined.get(named, ())]
            if named in module.imported:
                there, original = module.imported[named]
                names.add(original)
                waiting += [(ROOT / there, each) for each in read(ROOT / there).defined.get(original, ())]
    return Said(frozenset(names), frozenset(texts))


def _name(part: ast.AST) -> str | None:
    if isinstance(part, ast.Name):
        return part.id
    if isinstance(part, ast.arg):  # a fixture
        return part.arg
    return part.attr if isinstance(part, ast.Attribute) else None


@cache
def read(file: Path) -> Module:
    """A module's definitions by name; methods stand under their own names too."""
    defined, imported = dict[str, tuple[ast.AST, ...]](), dict[str, tuple[str, str]]()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests."):
            there = f"{str(node.module).replace('.', '/')}.py"
            imported |= {each.asname or each.name: (there, each.name) for each in node.names if (ROOT / there).exists()}
        for name, what in _defines(node):
            defined[name] = (*defined.get(name, ()), what)
    return Module(defined, imported)


def _defines(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.FunctionDef):
        yield node.name, node
    elif isinstance(node, ast.ClassDef):
        yield from ((each.name, each) for each in node.body if isinstance(each, ast.FunctionDef))
        yield node.name, ast.Module([each for each in node.body if not isinstance(each, ast.FunctionDef)], [])
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Name):
                    yield part.id, node.value
