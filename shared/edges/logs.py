"""What a service says about itself: one line a happening, from a short list of fields, and never anybody's words."""

import json
import linecache
import logging
import math
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import UUID

import structlog

ROOT: Final = Path(__file__).parents[2]
OURS: Final = ("shared", "services")
FRAMES: Final = 8
CAUSES: Final = 4
LIBRARY: Final = "library.spoke"
"""Said in place of whatever another library wanted to say."""
UNNAMED: Final = "unnamed"
"""Said in place of an event that is not a plain name, as a sentence may hold somebody's words."""

event_name: Final = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
sentence: Final = re.compile(r"[A-Za-z%][A-Za-z0-9 ,.:;%()'_-]{0,119}")
code: Final = re.compile(r"[a-z][a-z0-9_.:-]{0,99}")
event_type: Final = re.compile(r"[a-z]{1,20}\.[A-Z][A-Za-z]{0,60}")
rule: Final = re.compile(r"/[A-Za-z0-9_<>:/.-]{0,200}")
method: Final = re.compile(r"[A-Z]{3,10}")
dotted: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,99}")

Fields = Mapping[str, Any]


def worded(pattern: re.Pattern[str]) -> Callable[[Any], str | None]:
    """Return a check that lets a text through if all of it has this form."""
    return lambda value: str(value) if isinstance(value, str) and pattern.fullmatch(value) else None


def whole(value: Any) -> int | None:
    """Let through a whole number of at most 64 bits."""
    return value if type(value) is int and abs(value) < 2**63 else None


def number(value: Any) -> float | None:
    """Let through a finite number."""
    return whole(value) if type(value) is not float else (round(value, 3) if math.isfinite(value) else None)


def an_id(value: Any) -> str | None:
    """Let through a UUID in its canonical form."""
    if isinstance(value, str | UUID):
        with suppress(ValueError):
            return str(value) if str(UUID(str(value))) == str(value) else None
    return None


def yes_or_no(value: Any) -> bool | None:
    """Let through true and false."""
    return value if isinstance(value, bool) else None


allowed: Final[Mapping[str, Callable[[Any], Any]]] = {
    "request_id": an_id,
    "event_id": an_id,
    "glass_id": an_id,
    "route": worded(rule),
    "method": worded(method),
    "status": whole,
    "ms": number,
    "code": worded(code),
    "stream_kind": worded(code),
    "event_type": worded(event_type),
    "command": worded(event_type),
    "producer": worded(code),
    "policy": worded(code),
    "read_model": worded(code),
    "position": whole,
    "version": whole,
    "partition": whole,
    "number": whole,
    "epoch": whole,
    "count": whole,
    "attempt": whole,
    "wait_s": number,
    "worker": worded(code),
    "port": whole,
    "pid": whole,
    "real": yes_or_no,
    "error_type": worded(dotted),
}
"""Every field a line may have, beside time, level, service, logger and event, and what may stand in it."""


class Log(structlog.BoundLoggerBase):
    """What code says: a plain event name and fields; words given beside them are counted, never said."""

    def _say(self, level: str, event: object, /, *unsaid: object, **fields: Any) -> None:
        with suppress(structlog.DropEvent):
            (line,), _ = self._process_event(level, event, {**fields, "dropped": len(unsaid)})  # type: ignore[arg-type]
            self._logger.write(line)

    debug = partialmethod(_say, "debug")
    info = partialmethod(_say, "info")
    warning = partialmethod(_say, "warning")
    error = partialmethod(_say, "error")
    critical = partialmethod(_say, "critical")
    exception = partialmethod(_say, "error", exc_info=True)


class Lines(logging.Handler):
    """Writes everything said in this process, by us or by libraries, as one JSON object a line on standard output."""

    def __init__(self, service: str, level: int) -> None:
        """Speak for one service, from one level upwards."""
        super().__init__(level)
        self.service = service

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record of the standard library's logging; of others' only who spoke and how urgently."""
        said: dict[str, Any] = {"event": LIBRARY}
        if record.name.split(".")[0] in OURS:
            said |= {name: value for name, value in vars(record).items() if name not in unsaid_of_records}
            said["event"] = record.msg if literal(record.msg, record.pathname) else UNNAMED
        said |= {"exc_info": record.exc_info, "dropped": len(record.args or ())}
        self.write(self.line(record.levelname.lower(), datetime.fromtimestamp(record.created, UTC), said, record.name))

    def said(self, _logger: object, level: str, fields: Fields) -> str:
        """Return the line for what our own code said; structlog's last step."""
        if levels[level.upper()] < self.level:
            raise structlog.DropEvent
        return self.line(level, datetime.now(UTC), fields)

    def failed(self, event: str, failure: BaseException | None) -> None:
        """Write that something failed with nobody there to catch it."""
        self.write(self.line("critical", datetime.now(UTC), {"event": event, "exc_info": failure}))

    def line(self, level: str, when: datetime, said: Fields, logger: str | None = None) -> str:
        """Return one line; every character beyond printable ASCII in it is escaped."""
        dropped = said.get("dropped") or 0
        kept: dict[str, Any] = {"time": when.isoformat(timespec="microseconds").replace("+00:00", "Z"), "level": level}
        kept |= {
            "service": self.service,
            "event": worded(sentence if logger else event_name)(said.get("event")) or UNNAMED,
        }
        if logger:
            kept["logger"] = worded(dotted)(logger) or UNNAMED
        for name, value in said.items():
            fit = allowed[name](value) if name in allowed else None
            if fit is not None:
                kept[name] = fit
            elif name not in {"event", "exc_info", "dropped"} and value is not None:
                dropped += 1
        kept |= dict(failure_of(said.get("exc_info")))
        return json.dumps(kept | ({"dropped": dropped} if dropped else {}), separators=(",", ":"))

    def write(self, line: str) -> None:
        """Write a line in one piece; a closed pipe silences the service, and does not stop it."""
        with self.lock or threading.RLock(), suppress(OSError, ValueError, AttributeError):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


def literal(words: object, path: str) -> bool:
    """Say whether a record's words, before anything is put into them, stand so in the file that said them."""
    return isinstance(words, str) and f'"{words}"' in "".join(linecache.getlines(path))


def failure_of(exc_info: Any) -> Iterator[tuple[str, Any]]:
    """Yield an exception's class, those of its causes, and where in our own code it passed: no message, no value."""
    told = sys.exc_info()[1] if exc_info is True else exc_info
    failure = told[1] if isinstance(told, tuple) else told
    if not isinstance(failure, BaseException):
        return
    yield "error_type", named(failure)
    yield "at", [*places(failure.__traceback__)][-FRAMES:]
    if causes := [named(cause) for cause in causes_of(failure)]:
        yield "caused_by", causes


def named(failure: BaseException) -> str:
    """Return the name of an exception's class."""
    kind = type(failure)
    return worded(dotted)(f"{kind.__module__}.{kind.__name__}".removeprefix("builtins.")) or UNNAMED


def causes_of(failure: BaseException) -> Iterator[BaseException]:
    """Yield what led to a failure, nearest first, and not without end."""
    for _ in range(CAUSES):
        cause = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
        if cause is None:
            return
        yield (failure := cause)


def places(trace: TracebackType | None) -> Iterator[str]:
    """Yield file and line of each frame of our own, outermost first."""
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        if any(file.is_relative_to(ROOT / part) for part in OURS):
            yield f"{file.relative_to(ROOT).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next


levels: Final = logging.getLevelNamesMapping()
unsaid_of_records: Final = vars(logging.makeLogRecord({})).keys() | {"message", "asctime", "taskName"}


chatty: Final = ("alembic", "apscheduler", "httpcore", "httpx", "waitress.queue")
"""Libraries whose everyday remarks say nothing here, many times a second."""


def configure(service: str, level: str = "INFO") -> None:
    """Let this process say only such lines, whoever speaks in it; KeyError for an unknown level."""
    lines = Lines(service, levels[level.upper()])
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, lines.said],
        wrapper_class=Log,
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    for logger in [*logging.root.manager.loggerDict.values()]:
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    logging.root.handlers[:] = [lines]
    logging.root.setLevel(lines.level)
    for name in chatty:
        logging.getLogger(name).setLevel(max(lines.level, logging.ERROR))
    sys.excepthook = lambda _type, failure, _trace: lines.failed("process.failed", failure)
    sys.unraisablehook = lambda failed: lines.failed("cleanup.failed", failed.exc_value)
    threading.excepthook = lambda failed: lines.failed("thread.failed", failed.exc_value)
