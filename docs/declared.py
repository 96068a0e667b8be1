"""The four services as their code declares them: what every generated document is made from."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_origin

from flask import Flask

from shared.edges.app import create_app, parts_of
from shared.edges.http import Api
from shared.edges.settings import SERVICES
from shared.messages import EventType, event_types
from shared.sourcing.service import Service

ROOT = Path(__file__).parents[1]
NOT_IMPORTED = ("__main__.py", "env.py")
"""What does something when it is imported."""


@cache
def everything() -> None:
    """Import all of services and shared, so that every message and refusal is in its registry."""
    for root in ("services", "shared"):
        for path in sorted((ROOT / root).rglob("*.py")):
            if path.name not in NOT_IMPORTED and path.parent.name != "versions":
                import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


@dataclass(frozen=True, slots=True)
class Route:
    """Where a command is accepted, and from whom."""

    rule: str
    roles: tuple[str, ...]


@cache
def service(name: str) -> Service:
    """A service's declaration."""
    declared: Service = getattr(import_module(f"services.{name}.service"), name)
    return declared


def api(name: str) -> Api:
    """A service's routes."""
    routes: Api = import_module(f"services.{name}.api").api
    return routes


@cache
def app() -> Flask:
    """All four, described but not at work: nothing but descriptions can be asked of it."""
    return create_app([(api(name), None) for name in SERVICES])  # type: ignore[misc]  # no request is served


@cache
def routes(name: str) -> dict[str, Route]:
    """A service's commands by name, each with its route; those of its oversight too."""
    rules = {rule.endpoint: rule.rule for rule in app().url_map.iter_rules()}
    return {
        command: Route(rules[f"{part.name}.{command}"], tuple(part.gates[command].roles))
        for part in parts_of(api(name))
        for command in part.commands
    }


def events(name: str) -> list[EventType]:
    """The events of a service, by name; former names are left out."""
    everything()
    own = {kind.name: kind for kind in event_types.values() if kind.name.partition(".")[0] == name}
    return [own[each] for each in sorted(own)]


def first_paragraph(declared: Any) -> str:
    """What a docstring says first, on one line."""
    return " ".join((declared.__doc__ or "").strip().split("\n\n")[0].split())


def shown(hint: Any) -> str:
    """An annotation in a few words."""
    if hint is type(None):
        return "nothing"
    if get_origin(hint) is tuple:
        return f"list of {shown(get_args(hint)[0])}"
    if get_args(hint):
        return " or ".join(shown(arg) for arg in get_args(hint))
    return str(getattr(hint, "__name__", hint))
