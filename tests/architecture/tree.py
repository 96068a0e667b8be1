"""The tree as the house rules see it: its modules, what they define, and the words of their names."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SERVICES = ("scheduling", "evidence", "participation", "reporting")
RINGS = ("services", "shared")
EVERYWHERE = (*RINGS, "bench", "deploy", "docs", "tests")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def sources(*roots: str) -> list[Path]:
    """The Python files below some directories, as paths from the root."""
    return sorted(path.relative_to(ROOT) for root in roots for path in (ROOT / root).rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def definitions(path: Path) -> Iterator[Definition]:
    """Every class and function that a file defines, nested ones included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From its def to its last line, the docstring left out."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    said = function.body[0]
    return lines - ((said.end_lineno or 0) - said.lineno + 1)


def words(name: str) -> list[str]:
    """The words of an identifier: ``ReadModel`` and ``read_model`` are both read, model."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def tracked() -> list[Path]:
    """The files that are, or are about to be, under version control, as paths from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is a requirement
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return sorted(Path(name) for name in set(listed.stdout.split("\0")) - {""} if (ROOT / name).is_file())


def service(name: str) -> Any:
    """A service's declaration."""
    return getattr(import_module(f"services.{name}.service"), name)


def api(name: str) -> Any:
    """A service's routes."""
    return import_module(f"services.{name}.api").api


def ours(declared: type) -> bool:
    """Whether a class is the project's own, not one that a test declares."""
    return declared.__module__.partition(".")[0] in RINGS


def has_its_own_docstring(declared: type) -> bool:
    """Whether somebody wrote it: a dataclass without one is given its signature."""
    said = declared.__doc__ or ""
    return bool(said.strip()) and not said.startswith(f"{declared.__name__}(")
