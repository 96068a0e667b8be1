"""The catalogue: every command, event, policy, read model and refusal of the four services, on one page."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints

from docs.declared import events, first_paragraph, routes, service, shown
from docs.refusing import refusals_of
from shared import errors
from shared.aggregates import Aggregate, Allowed
from shared.edges.settings import SERVICES
from shared.errors import Refused
from shared.messages import EventType, command_types, event_type_of

GENERIC = (
    errors.NotUnderstood,
    errors.NotRecognised,
    errors.NotAllowed,
    errors.NotFound,
    errors.StaleVersion,
    errors.TooManyClashes,
    errors.KeyMissing,
    errors.KeyReused,
    errors.KeyInFlight,
    errors.Unavailable,
)
"""What any command may be answered with, whatever it decides."""

HEAD = """# Catalogue

Written by `make docs` from the code; `make check` fails when the two differ. A problem's name links to its page.
"""


def catalogue() -> str:
    """The page as Markdown."""
    parts = [HEAD, "Any command may be refused with " + _problems(GENERIC) + ".\n"]
    for name in SERVICES:
        parts += [f"## {name.capitalize()}\n", f"{first_paragraph(import_module(f'services.{name}'))}\n"]
        parts += ["### Commands\n", *_commands(name), "### Events\n", *_events(events(name))]
        parts += ["### Policies\n", *_policies(name), "### Read models\n", *_read_models(name)]
    parts += ["## What the shared library records in every log\n", *_events(events("speir"))]
    return "\n".join(parts)


def _problems(refusals: Any) -> str:
    return ", ".join(f"[{refusal.code()}](problems/{refusal.code()}.md)" for refusal in refusals)


def _commands(name: str) -> Iterator[str]:
    reached = routes(name)
    for aggregate in service(name).aggregates:
        for command, allowed in declared_first(aggregate):
            route = reached.get(command.__name__)
            asked = f"`POST {route.rule}` by {', '.join(route.roles)}" if route else "asked by policies only"
            refused = [refusal for refusal in refusals_of(allowed.decide) if refusal not in GENERIC]  # type: ignore[arg-type]
            yield f"- **{command.__name__}** ({aggregate.name}): {first_paragraph(command)}"
            yield f"  {asked}." + ("" if allowed.creates else " The stream must exist.")
            yield f"  *{first_paragraph(allowed.decide)}*" + (f" Refused: {_problems(refused)}." if refused else "")
    yield ""


def _events(kinds: list[EventType]) -> Iterator[str]:
    for kind in kinds:
        under = dict(kind.sealed)
        hints = get_type_hints(kind.cls)
        members = ", ".join(
            f"{member} (sealed under {under[member]})" if member in under else f"{member}: {shown(hint)}"
            for member, hint in hints.items()
        )
        seen = f"published, heard by {', '.join(_listeners(kind)) or 'nobody'}" if kind.published else "private"
        yield f"- **{kind.name}** v{kind.version}, {seen}: {first_paragraph(kind.cls)}"
        yield f"  {members}."
    yield ""


def _listeners(kind: EventType) -> list[str]:
    producer = kind.name.partition(".")[0]
    return [
        name
        for name in SERVICES
        if producer in service(name).hears
        and (kind.cls in service(name).policies or any(kind.cls in m.projections for m in service(name).read_models))
    ]


def _policies(name: str) -> Iterator[str]:
    for fact, policies in service(name).policies.items():
        for policy in policies:
            asked = [shown(arg) for arg in get_args(get_type_hints(policy)["return"])]
            yield f"- **{policy.__name__.replace('_', ' ')}** ({event_type_of(fact).name} → {', '.join(asked)}): " + (
                first_paragraph(policy)
            )
    yield ""


def _read_models(name: str) -> Iterator[str]:
    for model in service(name).read_models:
        columns = ", ".join(str(column.name) for column in model.table.columns)
        facts = ", ".join(sorted(event_type_of(fact).name for fact in model.projections))
        yield f"- **{model.name}** v{model.version}: {columns}. Made from {facts}."
    yield ""


def problem_page(refusal: type[Refused]) -> str:
    """A problem type's own page."""
    raised = [
        f"{name}: {command.__name__}"
        for name in SERVICES
        for aggregate in service(name).aggregates
        for command, allowed in declared_first(aggregate)
        if refusal in refusals_of(allowed.decide)  # type: ignore[arg-type]  # a decision is a function
    ]
    lines = [f"# {refusal.code()}\n", f"{refusal.sentence()}\n", f"- HTTP status: {refusal.status}"]
    lines += [f"- type: `/problems/{refusal.code()}`"]
    lines += ["- Being refused so is itself recorded in the log."] if refusal.recorded else []
    lines += [f"- Decided by: {', '.join(raised)}"] if raised else []
    rest = (refusal.__doc__ or "").strip().split("\n\n")[1:]
    return "\n".join([*lines, *(["", " ".join(" ".join(rest).split())] if rest else []), ""])


def declared_first(aggregate: Aggregate[Any]) -> list[tuple[type, Allowed]]:
    """An aggregate's commands in the order in which they are declared, whichever of its modules was imported first."""
    order = {command: number for number, command in enumerate(command_types.values())}
    return sorted(aggregate.decisions.items(), key=lambda each: order[each[0]])
