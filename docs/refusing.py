"""Which refusals a decision can end in, found by reading the decision and every function of ours that it names."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from types import FunctionType
from typing import Any, get_type_hints

from shared.errors import Refused

RINGS = ("services.", "shared.")


def refusals_of(decision: FunctionType) -> list[type[Refused]]:
    """The refusals that a decision, or what it calls, may raise; by code."""
    return sorted(_raised(decision, frozenset()), key=lambda refusal: refusal.code())


def _raised(function: FunctionType, seen: frozenset[Any]) -> set[type[Refused]]:
    if function in seen:
        return set()
    found: set[type[Refused]] = set()
    for named in _named(function):
        if isinstance(named, type) and issubclass(named, Refused):
            found.add(named)
        else:
            for called in _called(named):
                found |= _raised(called, seen | {function})
    return found


def _called(named: Any) -> Iterator[FunctionType]:
    """What runs when something of ours is called: a function, or a class's own constructor checks."""
    unwrapped = inspect.unwrap(named) if callable(named) else named
    if isinstance(unwrapped, FunctionType) and unwrapped.__module__.startswith(RINGS):
        yield unwrapped
    elif isinstance(named, type) and named.__module__.startswith(RINGS):
        check = vars(named).get("__post_init__")
        if isinstance(check, FunctionType):
            yield check


def _named(function: FunctionType) -> Iterator[Any]:
    """Everything that a function's body names, as far as it can be told without running it."""
    known = {**function.__globals__, **_parameters(function)}
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Name) and node.id in known and node.id in function.__globals__:
            yield known[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            member = inspect.getattr_static(known[node.value.id], node.attr, None)
            member = member.fget if isinstance(member, property) else member
            yield member.__func__ if isinstance(member, classmethod | staticmethod) else member


def _parameters(function: FunctionType) -> dict[str, Any]:
    """The classes of its parameters, whose methods it may call."""
    hints = get_type_hints(function)
    own = function.__qualname__.rpartition(".")[0]
    return hints | ({"self": function.__globals__[own]} if own in function.__globals__ else {})


@cache
def _tree(function: FunctionType) -> ast.AST:
    (defined,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    return ast.Module(defined.body, []) if isinstance(defined, ast.FunctionDef) else defined
