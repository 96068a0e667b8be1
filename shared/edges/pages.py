"""Pages for people: templates of a service's own, text never markup, and nothing fetched from anywhere."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined


class Pages:
    """A folder of templates with one ``style.css``, which they include and which the answer's policy names by hash."""

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
        style = sha256(self._templates.get_template("style.css").render().encode()).digest()
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{b64encode(style).decode()}'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def rendered(self, template: str, *, asks: bool = False, **shown: Any) -> Response:
        """An HTML answer whose policy lets it load nothing, and send nothing but a form back here where it asks."""
        answer = Response(self._templates.get_template(template).render(shown), content_type="text/html; charset=utf-8")
        policy = self.policy.replace("form-action 'none'", "form-action 'self'") if asks else self.policy
        answer.headers["Content-Security-Policy"] = policy
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
