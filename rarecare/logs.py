"""Logs of RareCare: one JSON object a line on the error stream, facts about the work and never a data value.

A line holds ``time``, ``level``, ``event`` and ``version``, an ``id`` for a bug, and fields of :data:`FIELDS`.
Messages of exceptions are left out on purpose: they may quote a cell of a file or a search typed by a reader.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from rarecare import __version__

FIELDS = (
    "id",
    "method",
    "path",
    "status",
    "duration_ms",
    "page",
    "command",
    "host",
    "port",
    "public",
    "dataset",
    "reason",
    "error",
    "trace",
)
"""Fields that a log line may carry beside the fixed ones; any other ``extra`` is dropped."""

_ROOT = Path(__file__).resolve().parent.parent
_LOGGER = logging.getLogger("rarecare")


class JsonFormatter(logging.Formatter):
    """Format one record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without final line break.

        The text of an attached exception is not written; only its type and where it was raised are.
        """
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "version": __version__,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None and "error" not in line:
            line |= describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logs(level: str = "INFO", *, stream: IO[str] | None = None) -> None:
    """Send the logs of RareCare to ``stream`` (default: the error stream) as JSON lines.

    Calling it again replaces the previous configuration.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(level.upper())
    _LOGGER.propagate = False


def adopt_server_logs() -> None:
    """Put the lines of the web server and of Streamlit in the same form.

    The line that Streamlit writes for a page that fails is left out: it quotes the message of the exception,
    and :func:`log_bug` has already told the rest.
    """
    logging.getLogger("streamlit.error_util").disabled = True
    for name, logger in logging.Logger.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in {"streamlit", "uvicorn"}:
            for handler in logger.handlers:
                handler.setFormatter(JsonFormatter())


def describe(error: BaseException) -> dict[str, object]:
    """Return the type of an error and the places it went through, without its message.

    Returns
    -------
    dict
        ``error``: qualified name of the class; ``trace``: one ``file:line function`` text a frame, outermost first.
    """
    kind = type(error)
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": f"{kind.__module__}.{kind.__qualname__}",
        "trace": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
    }


def log_bug(error: BaseException, *, event: str = "bug", **fields: object) -> str:
    """Log an unexpected error and return the short identifier that the reader is given.

    Parameters
    ----------
    error
        The exception; its message is not logged.
    event
        Short name of the circumstance.
    fields
        More facts, among :data:`FIELDS`.
    """
    identifier = secrets.token_hex(4)
    _LOGGER.error(event, extra={"id": identifier, **describe(error), **fields})
    return identifier


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(_ROOT):
        return str(path.relative_to(_ROOT))
    return "/".join(path.parts[-2:])
