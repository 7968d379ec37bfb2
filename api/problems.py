"""How failures are answered: RFC 9457 problem JSON under /api, in Open311's own form under /open311, a page elsewhere;
and what OpenAPI says of the first."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import AppError, Broken, Malformed, NotFound, TooFast, TooLarge, WrongMethod
from api.open311 import failures as open311
from api.routes import pages
from api.schemas import plain

API = "/api/v1"
PROBLEM = "application/problem+json"
SHOWN = 10  # complaints about one request
BY_STATUS: dict[int, type[AppError]] = {400: Malformed, 404: NotFound, 405: WrongMethod, 413: TooLarge}
SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "what a program decides by; the facts stand beside it"},
    },
}
MEANINGS = {
    401: "not signed in",
    403: "not yours to do or to see",
    404: "absent, or not yours to know of",
    409: "not now: the ticket's status, its record or an Idempotency-Key stands against it",
    413: "too large",
    429: "too many requests in a short time; `Retry-After` says when to come again",
    503: "pictures cannot be kept or read at the moment; the ticket stands, and the same request may be sent again",
    422: "malformed, or something the action needs is missing",
}


def may_answer(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that can fail so."""
    return {
        status: {"description": MEANINGS[status], "content": {PROBLEM: {"schema": SCHEMA}}}
        for status in (401, 403, 422, 429, *statuses)
    }


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _answer)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(Exception, _broken)


async def _answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    if open311.is_below(request.url.path):
        return open311.answer(request.url.path, error)
    if not request.url.path.startswith(API):
        return await pages.show_error(request, error)
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if isinstance(error, TooFast):
        headers["Retry-After"] = str(error.facts["after"])
    return JSONResponse(error.problem(), status_code=error.status, media_type=PROBLEM, headers=headers)


async def _malformed(request: Request, error: Exception) -> Response:
    """Says what is wrong where, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    wrong = [{"at": plain(".".join(map(str, row["loc"]))), "is": plain(row["msg"])} for row in error.errors()[:SHOWN]]
    return await _answer(request, Malformed(errors=wrong))


async def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = BY_STATUS.get(error.status_code, Malformed)
    answer = await _answer(request, kind())
    answer.headers.update(error.headers or {})
    return answer


async def _broken(request: Request, error: Exception) -> Response:
    """The server logs where; who asked is told that it was not their fault."""
    return await _answer(request, Broken())
