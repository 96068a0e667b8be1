"""Pages for people: templates of a service's own, text never markup, and nothing fetched from anywhere."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.edges.headers import POLICY, new_nonce, page_policy


class Pages:
    """A folder of templates with one ``style.css``, included under the nonce that their answer's policy names."""

    def __init__(self, folder: Path) -> None:
        """Read the templates in a folder; raises jinja2's TemplateNotFound where it has no style."""
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(blocks=blocks, day=day)
        self._templates.get_template("style.css")

    def rendered(self, template: str, *, asks: bool = False, **shown: Any) -> Response:
        """An HTML answer whose policy lets it load nothing, and send nothing but a form back here where it asks."""
        nonce = new_nonce()
        page = self._templates.get_template(template).render(shown, nonce=nonce)
        answer = Response(page, content_type="text/html; charset=utf-8")
        answer.headers[POLICY] = page_policy(nonce, asks=asks)
        return answer


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """A text as (h2 or p, words): a line that begins with ``# `` is a heading, blank lines part paragraphs."""
    lines: list[str] = []
    for line in (*text.splitlines(), ""):
        heading = line.startswith("# ")
        if lines and (heading or not line.strip()):
            yield "p", "\n".join(lines)
            lines.clear()
        if heading:
            yield "h2", line[2:].strip()
        elif line.strip():
            lines.append(line.strip())


def day(when: date) -> str:
    """``3 February 2026``."""
    return f"{when.day} {when:%B %Y}"
