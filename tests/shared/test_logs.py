"""What is written down about a running service is parseable, short, and never anybody's words."""

import ast
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.edges import settings
from shared.edges.logs import Lines, allowed, configure, event_name, levels
from tests.architecture.tree import RINGS, parsed, sources

CANARY = "Canary-Morag-7f3a"
EVENT_ID = "6f1f6c1e-54a7-4b7c-9a9d-0d6c1c2b3a49"


def ran(code: str, level: str = "DEBUG") -> tuple[list[dict[str, Any]], str]:
    """Run code in a process of its own, after ``configure``; return its lines, parsed, and all it wrote."""
    start = "import logging, structlog\nfrom shared.edges.logs import configure\n"
    start += f"configure('evidence', {level!r})\nlog = structlog.get_logger()\nC = {CANARY!r}\n"
    done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stdout + done.stderr


def line_of(**said: Any) -> dict[str, Any]:
    text = Lines("evidence", 0).line(
        "info", datetime.fromisoformat("2025-03-04T05:06:07+00:00"), {"event": "x", **said}
    )
    assert "\n" not in text
    assert text.isascii()
    assert text.isprintable()
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def test_a_happening_is_one_line_with_time_level_service_and_its_fields() -> None:
    lines, everything = ran(f"log.info('relay.published', event_id={EVENT_ID!r}, partition=3, ms=1.23456)")
    assert len(lines) == 1 == everything.count("\n")
    when = datetime.fromisoformat(lines[0].pop("time"))
    assert when.utcoffset() == timedelta()
    assert lines == [
        {
            "level": "info",
            "service": "evidence",
            "event": "relay.published",
            "event_id": EVENT_ID,
            "partition": 3,
            "ms": 1.235,
        }
    ]


def test_what_is_bound_once_is_on_every_line() -> None:
    lines, _ = ran(
        f"structlog.contextvars.bind_contextvars(request_id={EVENT_ID!r}, name=C)\n"
        "log.info('request.began')\nlog.bind(route='/v1/<uuid:id>').warning('request.ended', status=200)"
    )
    assert [line["request_id"] for line in lines] == [EVENT_ID, EVENT_ID]
    assert [line["dropped"] for line in lines] == [1, 1]
    assert lines[1]["route"] == "/v1/<uuid:id>"


def test_a_level_keeps_what_is_below_it_silent() -> None:
    speak = "log.debug('a')\nlog.info('b')\nlog.warning('c')\n"
    speak += "logging.getLogger('kombu').info('d')\nlogging.getLogger('kombu').error('e')"
    assert [line["level"] for line in ran(speak, "WARNING")[0]] == ["warning", "error"]
    assert [line["level"] for line in ran(speak)[0]] == ["debug", "info", "warning", "info", "error"]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        configure("evidence", "LOUD")


canaries = {
    "a structlog event": """
log.info(C)
log.info(f'heard {C}')
log.info(None)
log.info(C.encode())
""",
    "structlog's arguments": """
log.info('a.b %s', C)
log.info('a.b', C, C.lower())
log.info('%s', C.lower())
""",
    "fields that are not listed": """
log.info('a.b', **{C: C, 'body': C, 'query': C, 'exc': C, 'stack_info': True, 'level': C, 'event_name': C})
""",
    "fields that are": """
from shared.edges.logs import allowed
log.info('a.b', **dict.fromkeys(allowed, C))
""",
    "names of arguments": """
log.info('a.b', method_name=C, self_=C, event_kw=C, dropped=C)
""",
    "a bound field": """
log.bind(views=C).info('a.b')
log.new(views=C).info('a.b')
""",
    "another library's words": """
logging.getLogger('kombu.x').debug('%s said', C)
logging.getLogger(C + '\\n').info(C)
logging.warning(C)
""",
    "another library's fields": """
logging.getLogger('sqlalchemy.engine').info('x', extra={'status': C, 'code': C, 'sql': C})
""",
    "our own records' arguments": """
logging.getLogger('shared.x').info('%s', C, extra={'status': 5, 'views': C})
logging.getLogger('services.y').error(C)
""",
    "an argument that does not fit": """
logging.getLogger('shared.x').info('%d %d', C)
logging.getLogger('kombu').info('%d', C)
""",
    "an exception's message": """
try: raise ValueError(C)
except ValueError: log.exception('a.b', x=C); logging.getLogger('kombu').exception(C)
""",
    "a cause's message": """
try:
  try: raise ValueError(C)
  except ValueError as e: raise KeyError(C) from e
except KeyError: log.exception('a.b')
""",
    "a note, and groups": """
e = ExceptionGroup(C, [ValueError(C)]); e.add_note(C)
log.error('a.b', exc_info=e)
""",
    "an exception named for somebody": """
log.error('a.b', exc_info=type(C + ' x', (Exception,), {})(C))
""",
    "a local of a frame": """
def f(words): raise ValueError
try: f(C)
except ValueError: log.exception('a.b')
""",
    "a failure of a thread": """
import threading
def f(): raise ValueError(C)
t = threading.Thread(target=f, name=C); t.start(); t.join()
""",
    "a failure nobody can raise": """
class A:
  def __del__(self): raise ValueError(C)
A()
""",
    "a failure nobody caught": """
raise ValueError(C)
""",
    "a warning": """
import warnings; warnings.warn(C)
""",
    "a handler that was there before": """
l = logging.getLogger('gunicorn.error'); l.addHandler(logging.StreamHandler()); l.propagate = False
configure('evidence', 'DEBUG'); l.error(C)
""",
    "a web framework": """
import flask
app = flask.Flask('x')
app.add_url_rule('/', view_func=lambda: 1 / 0)
app.test_client().get('/?q=' + C, headers={'Authorization': C}); app.logger.error(C)
""",
    "a database": """
import sqlalchemy
e = sqlalchemy.create_engine('sqlite://')
try: e.connect().execute(sqlalchemy.text('select :x from nothing'), {'x': C})
except Exception: log.exception('database.failed')
""",
}


@pytest.mark.parametrize("words", canaries)
def test_nobodys_words_are_ever_written_even_when_everything_else_is(words: str) -> None:
    lines, everything = ran(canaries[words])
    assert lines, "something was said"
    assert CANARY.lower() not in everything.lower()
    assert all({"time", "level", "service", "event"} <= line.keys() for line in lines)


def test_another_library_is_named_and_no_more() -> None:
    lines, _ = ran("logging.getLogger('kombu.connection').warning('to %s', C, extra={'status': 5})")
    del lines[0]["time"]
    assert lines == [
        {
            "level": "warning",
            "service": "evidence",
            "event": "library.spoke",
            "logger": "kombu.connection",
            "dropped": 1,
        }
    ]


def test_our_own_records_keep_the_sentence_and_not_what_goes_into_it(tmp_path: Path) -> None:
    (tmp_path / "probe.py").write_text(
        f"import logging\nlog = logging.getLogger('services.probe')\nC = {CANARY!r}\n"
        'log.warning("%s stopped hearing, %d in a row", C, 5, extra={"partition": 3, "views": C})\n'
        'log.warning(f"{C} stopped hearing")\nlog.warning(C)\n'
    )
    lines, everything = ran(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import probe")
    assert [line["event"] for line in lines] == ["%s stopped hearing, %d in a row", "unnamed", "unnamed"]
    assert (lines[0]["partition"], lines[0]["dropped"], lines[0]["logger"]) == (3, 3, "services.probe")
    assert CANARY not in everything


def test_a_failure_says_its_class_its_causes_and_where_in_our_code_it_was() -> None:
    lines, _ = ran(
        "from shared.edges.settings import key_read\n"
        "try:\n  try: key_read(C)\n  except Exception as e: raise RuntimeError(C) from e\n"
        "except RuntimeError as e: log.exception('a.b'); log.error('a.c', exc_info=e.__cause__)"
    )
    assert lines[0]["error_type"] == "RuntimeError"
    assert lines[0]["caused_by"] == ["marshmallow.exceptions.ValidationError"]
    assert lines[0]["at"] == []
    (place,) = lines[1]["at"]
    file, number = place.split(":")
    assert file == "shared/edges/settings.py"
    source = Path(settings.__file__).read_text().splitlines()
    assert "raise ValidationError(message)" in source[int(number) - 1]


def test_what_nobody_caught_is_said_once_and_ends_the_process() -> None:
    lines, everything = ran("from shared.errors import NotFound\nraise NotFound")
    assert [(line["level"], line["event"], line["error_type"]) for line in lines] == [
        ("critical", "process.failed", "shared.errors.NotFound")
    ]
    assert "Traceback" not in everything


def test_a_closed_pipe_silences_a_service_and_does_not_stop_it() -> None:
    code = "from shared.edges.logs import configure; import os, structlog\nconfigure('evidence')\nos.close(1)\n"
    code += "structlog.get_logger().info('a.b')\nos._exit(7)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("request_id", "not-an-id"),
        ("request_id", EVENT_ID.upper()),
        ("event_id", f"{EVENT_ID}\n"),
        ("route", "https://host/path"),
        ("route", "/v1/people?name=x"),
        ("method", "get"),
        ("status", "200"),
        ("status", True),
        ("count", 2**63),
        ("ms", float("nan")),
        ("ms", "1"),
        ("code", "Two words"),
        ("code", ["a"]),
        ("event_type", "evidence.two words"),
        ("real", 1),
        ("error_type", "Value Error"),
        ("unheard_of", 1),
    ],
)
def test_what_does_not_fit_its_field_is_dropped_and_counted(name: str, value: object) -> None:
    line = line_of(**{name: value})
    assert name not in line
    assert line["dropped"] == 1


def test_what_fits_is_kept_and_nothing_is_counted() -> None:
    fit = {
        "request_id": EVENT_ID,
        "route": "/v1/<uuid:id>",
        "method": "POST",
        "status": 201,
        "ms": 0.5,
        "code": "not-found",
    }
    line = line_of(**fit, event_id=UUID(EVENT_ID), error_type=None, real=False)
    assert line.items() >= (fit | {"event_id": EVENT_ID, "real": False}).items()
    assert "dropped" not in line
    assert "error_type" not in line


anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.lists(st.text())


@given(st.dictionaries(st.sampled_from(sorted(allowed)) | st.text(), anything), st.text() | anything, st.text())
def test_whatever_is_said_a_line_is_one_line_and_parseable(fields: dict[str, Any], event: object, logger: str) -> None:
    text = Lines("evidence", 0).line("info", datetime.now(UTC), {**fields, "event": event}, logger)
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text)["service"] == "evidence"


@pytest.mark.parametrize("nasty", ["a\r\nb", "\x1b[31mred", '"}\n{"level":"info', "a\u2028b", "a\0b", "\ud800"])
def test_nothing_breaks_out_of_its_line(nasty: str) -> None:
    line = line_of(event=nasty, code=nasty, route=nasty, error_type=nasty)
    assert line == {
        "time": "2025-03-04T05:06:07.000000Z",
        "level": "info",
        "service": "evidence",
        "event": "unnamed",
        "dropped": 3,
    }


LOGS = Path("shared/edges/logs.py")
"""The one module that knows the standard library's logging, since others' libraries speak through it."""


def imported(tree: ast.Module) -> set[str]:
    """Which modules a module imports."""
    nodes = list(ast.walk(tree))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return named | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def said_in(path: Path) -> list[ast.Call]:
    """Every call by which a module says something."""
    ways = {level.lower() for level in levels} | {"exception"}
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    return [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ways
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
    ]


def test_our_own_code_speaks_in_fields_and_not_through_the_standard_librarys_logging() -> None:
    assert [path for path in sources(*RINGS) if "logging" in imported(parsed(path))] == [LOGS]


def test_everything_that_our_code_says_has_a_plain_name_and_fields_that_are_allowed() -> None:
    speaking = {path: said_in(path) for path in sources(*RINGS) if "structlog" in imported(parsed(path))}
    assert sum(map(len, speaking.values())) >= 7
    for path, calls in speaking.items():
        for call in calls:
            (event,) = (argument.value for argument in call.args if isinstance(argument, ast.Constant))
            assert event_name.fullmatch(str(event)), (path, event)
            fields = {keyword.arg for keyword in call.keywords if keyword.arg}
            assert fields <= {*allowed, "exc_info"}, (path, event)


def test_a_loop_that_fails_says_which_and_how_often() -> None:
    lines, everything = ran(
        "from shared.edges.loops import Loops\nloops = Loops()\ndone = []\n"
        "def once():\n  done.append(1)\n  if len(done) > 2: loops.stopping.set()\n  raise ValueError(C)\n"
        "loops.run('evidence hears', once, pause_s=0.0)\nloops._threads[0].join()"
    )
    assert [(line["event"], line["worker"], line["error_type"], line["attempt"]) for line in lines] == [
        ("loop.failed", "evidence-hears", "ValueError", attempt) for attempt in (1, 2, 3)
    ]
    assert CANARY not in everything


def test_a_request_that_fails_says_which_route_under_which_id_and_where() -> None:
    lines, everything = ran(
        "import flask\nfrom sqlalchemy.exc import OperationalError\nfrom shared.edges import problems, requests\n"
        "from shared.edges.settings import key_read\napp = flask.Flask('x')\napp.before_request(requests.begin)\n"
        "problems.register(app)\n"
        "def away(words): raise OperationalError(C, {}, ValueError(C))\n"
        "app.add_url_rule('/read/<words>', view_func=key_read)\napp.add_url_rule('/away/<words>', view_func=away)\n"
        "for path in ('read', 'away'):\n"
        f"    app.test_client().get(f'/{{path}}/{{C}}?q={{C}}', headers={{'X-Request-ID': {EVENT_ID!r}}})"
    )
    assert [(line["event"], line["route"], line["method"], line["request_id"]) for line in lines] == [
        ("request.failed", "/read/<words>", "GET", EVENT_ID),
        ("database.failed", "/away/<words>", "GET", EVENT_ID),
    ]
    assert lines[0]["error_type"] == "TypeError"
    assert lines[1]["error_type"] == "OperationalError"
    assert CANARY not in everything
