import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from . import params
from .control import control_routes
from .emulator import Emulator
from .gateway import Call
from .refusals import Refused


class Cut(Response):
    """Promises a body and never sends it: the server then closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


def create_app(emulator: Emulator) -> Starlette:
    async def method(request: Request) -> Response:
        _check_token(request, emulator)
        given = await params.from_request(request)
        call = await _unless_gone(request, emulator, given)
        return JSONResponse(call.answer, call.status) if call and call.status else Cut()

    async def file(request: Request) -> Response:
        _check_token(request, emulator)
        found = emulator.state.paths.get(request.path_params["path"])
        if found is None:
            raise Refused(404)
        return Response(found.content, media_type="application/octet-stream")

    routes = [
        Route("/bot{token}/{method}", method, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", file, methods=["GET"]),
        *control_routes(emulator),
    ]
    return Starlette(routes=routes, exception_handlers={Refused: _refused, 404: _not_found})


def _check_token(request: Request, emulator: Emulator) -> None:
    token = request.path_params["token"]
    if token != emulator.token:
        raise Refused(401 if token.partition(":")[0].isdecimal() and ":" in token else 404)


async def _unless_gone(request: Request, emulator: Emulator, given: params.Params) -> Call | None:
    """A poll whose bot has hung up must not take updates along."""
    call = asyncio.ensure_future(emulator.call(request.path_params["method"], given))
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({call, gone}, return_when=asyncio.FIRST_COMPLETED)
        return call.result() if call.done() else None
    finally:
        call.cancel()
        gone.cancel()


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse(error.answer(), error.status)


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse(Refused(404).answer(), 404)
