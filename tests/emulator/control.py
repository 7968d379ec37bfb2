"""The controls over HTTP, for tests in another process: POST /control/{name} with the arguments as JSON."""

import base64
import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .emulator import Emulator

CONTROLS = frozenset({
    "user", "say", "photo", "document", "voice", "sticker", "location", "contact", "forward", "edit", "press", "tap",
    "block", "unblock", "raw", "replay", "hold", "release", "reorder", "expire_queries", "sent", "keyboard", "mark",
    "wait_for", "delivered", "flood_next", "fail_next", "limit",
})  # fmt: skip
STATUSES = ((TimeoutError, 408), (AssertionError, 408), ((LookupError, TypeError, ValueError), 400))

Endpoint = Callable[[Request], Awaitable[Response]]


def control_routes(emulator: Emulator) -> Sequence[Route]:
    async def act(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in CONTROLS:
            return JSONResponse({"error": f"no control {name!r}"}, 404)
        try:
            result = getattr(emulator, name)(**await _arguments(request))
            return JSONResponse({"result": await result if inspect.isawaitable(result) else result})
        except Exception as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, _status(error))

    async def journal(request: Request) -> Response:
        method = request.query_params.get("method")
        calls = emulator.calls(method) if method else emulator.journal
        return JSONResponse([asdict(call) for call in calls])

    async def chat(request: Request) -> Response:
        found = emulator.state.chats.get(request.path_params["chat"])
        if found is None:
            return JSONResponse({"error": "chat not found"}, 404)
        messages = [message.body for message in found.messages.values()]
        seen = {"sent": [message.body for message in found.sent()], "messages": messages, "keyboard": found.keyboard}
        return JSONResponse(seen | {"chat": found.about, "user": found.user, "blocked": found.blocked})

    return (
        Route("/control/journal", journal, methods=["GET"]),
        Route("/control/chats/{chat:int}", chat, methods=["GET"]),
        Route("/control/{name}", act, methods=["POST"]),
    )


async def _arguments(request: Request) -> dict[str, Any]:
    """`data`, the bytes of a file, is base64."""
    given: dict[str, Any] = await request.json() if await request.body() else {}
    return given | ({"data": base64.b64decode(given["data"])} if "data" in given else {})


def _status(error: Exception) -> int:
    return next((status for kinds, status in STATUSES if isinstance(error, kinds)), 500)
