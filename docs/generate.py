"""Writes every document that is made from the code: ``make docs``."""

import json
from pathlib import Path
from typing import Any

from docs.asyncapi import asyncapi
from docs.catalogue import catalogue, problem_page
from docs.declared import app, everything
from shared.edges.settings import SERVICES
from shared.errors import Refused, refusals

DOCS = Path(__file__).parent
GENERATED = ("catalogue.md", "asyncapi.json", "openapi/*.json", "problems/*.md")
"""What in docs/ is nobody's to edit."""


def documents() -> dict[str, str]:
    """Every generated document by its path below docs/."""
    everything()
    problems = [refusal for refusal in refusals.values() if _is_ours(refusal)]
    pages = {f"problems/{refusal.code()}.md": problem_page(refusal) for refusal in problems}
    return {
        "catalogue.md": catalogue(),
        "asyncapi.json": _json(asyncapi()),
        **{f"openapi/{name}.json": _json(openapi(name)) for name in SERVICES},
        **pages,
    }


def openapi(name: str) -> dict[str, Any]:
    """A service's OpenAPI description, as it serves it."""
    answer = app().test_client().get(f"/{name}/openapi.json")
    described: dict[str, Any] = answer.get_json()
    return described


def written() -> dict[str, str]:
    """The generated documents as they stand in the tree."""
    found = {path for pattern in GENERATED for path in DOCS.glob(pattern)}
    return {str(path.relative_to(DOCS)): path.read_text("utf-8") for path in sorted(found)}


def write() -> None:
    """Write what has changed, and remove what is no longer made."""
    made, stands = documents(), written()
    for name in stands.keys() - made.keys():
        (DOCS / name).unlink()
        print(f"removed docs/{name}")
    for name, text in made.items():
        if stands.get(name) != text:
            (DOCS / name).parent.mkdir(exist_ok=True)
            (DOCS / name).write_text(text, "utf-8")
            print(f"wrote docs/{name}")


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _is_ours(refusal: type[Refused]) -> bool:
    return refusal.__module__.startswith(("services.", "shared."))


if __name__ == "__main__":
    write()
