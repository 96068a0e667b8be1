"""A service's description to be read in a browser, from files of our own: no page needs the internet."""

from pathlib import Path

from flask import Flask, Response, send_from_directory

from shared.edges.headers import POLICY, new_nonce, page_policy

VENDORED = Path(__file__).parent / "vendored"
AN_HOUR_S = 3600
FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Speir: {service}</title>
<link rel="stylesheet" nonce="{nonce}" href="/{service}/docs/swagger-ui.css">
</head>
<body>
<main id="description"></main>
<script nonce="{nonce}" src="/{service}/docs/swagger-ui-bundle.js"></script>
<script nonce="{nonce}" src="/{service}/docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({{
  url: "/{service}/openapi.json",
  dom_id: "#description",
  validatorUrl: null,
  supportedSubmitMethods: ["get"],
  syntaxHighlight: false
}});
"""


def add_to(app: Flask, service: str) -> None:
    """``/<service>/docs`` and the files that it is made of."""

    def page() -> Response:
        nonce = new_nonce()
        answer = Response(PAGE.format(service=service, nonce=nonce), content_type="text/html; charset=utf-8")
        answer.headers[POLICY] = page_policy(nonce, scripts=True)
        return answer

    def start() -> Response:
        return Response(START.format(service=service), content_type="text/javascript; charset=utf-8")

    def vendored(name: str) -> Response:
        return send_from_directory(VENDORED, name, max_age=AN_HOUR_S)

    app.add_url_rule(f"/{service}/docs", f"{service}.docs", page)
    app.add_url_rule(f"/{service}/docs/start.js", f"{service}.docs_start", start)
    app.add_url_rule(f"/{service}/docs/<any({', '.join(map(repr, FILES))}):name>", f"{service}.docs_file", vendored)
