"""A mistake on a command line is answered with one line on stderr and a non-zero status, never with a traceback."""

from collections.abc import Sequence
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from typer.exceptions import TyperException

from api.errors import AppError


def run(cli: typer.Typer, words: Sequence[str] | None = None) -> NoReturn:
    """`words`: else those of the process."""
    try:
        status = cli(words, standalone_mode=False)
    except Exception as error:
        typer.echo(" ".join(_reason(error).split()), err=True)
        raise SystemExit(1) from None
    raise SystemExit(status if isinstance(status, int) else 0)


def _reason(error: Exception) -> str:
    match error:
        case AppError():
            return str(error.facts.get("reason", error.title))
        case ValidationError():
            return "; ".join(f"{'.'.join(map(str, row['loc'])).upper()}: {row['msg']}" for row in error.errors())
        case DBAPIError():
            return f"the database cannot be used ({_first_line(error.orig)}); was `python -m api migrate` run?"
        case TyperException():
            return f"{_first_line(error)} (--help says more)"
        case _:
            return _first_line(error)


def _first_line(error: BaseException | None) -> str:
    formatted = getattr(error, "format_message", None)
    lines = (formatted() if formatted else str(error)).splitlines()
    return lines[0] if lines else type(error).__name__
