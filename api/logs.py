"""Log lines carry ids, never a resident's words, phone or address: so an exception is logged by its type and its place
in the code, without its message and without local values, both of which may quote what somebody wrote."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

FRAMES = 6


def configure() -> None:
    """For a process: one line an event on stdout."""
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            without_words,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    plain = logging.StreamHandler()
    plain.addFilter(quiet)
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", handlers=[plain], force=True
    )
    for noisy in ("httpx", "jieba", "telegram"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def without_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if event.pop("exc_info", None):
        event["error"], event["at"] = described()
    return event


def quiet(record: logging.LogRecord) -> bool:
    """The same for the libraries' own lines, uvicorn's "Exception in ASGI application" first of all."""
    if record.exc_info:
        kind, _, where = record.exc_info
        record.msg, record.args = f"{kind.__name__ if kind else ''} at {_places(where)}", ()
        record.exc_info = record.exc_text = None
    return True


def described() -> tuple[str, str]:
    """Type and place of the exception being handled, and of what caused it."""
    kind, _, where = sys.exc_info()
    return kind.__name__ if kind else "", _places(where)


def _places(where: TracebackType | None) -> str:
    frames = traceback.extract_tb(where)[-FRAMES:]
    return " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))
