"""Everything the OpenAPI document says, tried by schemathesis with good requests and with bad ones."""

import asyncio
import shutil
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api import clients
from api.album.folder import Folder
from api.app import create_app
from api.calendar import district_calendar
from api.db import Database
from api.intake.sources import SOURCES
from api.office import Office
from api.settings import Settings
from nlp.understand import Understander
from tests.api.life import REPORT
from tests.conftest import BOT_KEY, Clock

LONGEST_WAIT = 30  # seconds
BOT = {"Authorization": f"Bearer {BOT_KEY}"}
OPERATIONS = [
    (method, path) for path, row in create_app(Settings()).openapi()["paths"].items() for method in sorted(row)
]
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None)
TICKET = "/api/v1/tickets/{number}"
INTAKE = "/api/v1/intake/{source}"
STREAM = "/api/v1/queue/stream"
DEPENDS = {  # on more than a document can say: the catalogue's labels, what an action needs, the bytes of a picture
    ("get", "/api/v1/tickets"), ("post", "/api/v1/tickets"), ("post", f"{TICKET}/actions/{{action}}"),
    ("post", f"{TICKET}/photos"), ("post", INTAKE), ("put", "/api/v1/subscriptions"),
    ("get", "/api/v1/grids"),  # either a point or a place, and whether there is a grid
    *((method, path) for method, path in OPERATIONS if path.startswith("/open311")),  # jurisdiction, dates, keys, codes
}  # fmt: skip
PLAIN = {("get", "/healthz"), ("get", "/readyz"), ("get", "/metrics")}  # nothing to get wrong


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, understander: Understander) -> FastAPI:
    var_dir = tmp_path_factory.mktemp("openapi")
    shutil.copy(sqlite_template, var_dir / "api.db")
    office = Office(understander, Clock(), district_calendar(), Folder(var_dir / "photos"), b"history")
    app = create_app(Settings(var_dir=var_dir, bot_api_key=BOT_KEY), office.clock, office)
    app.state.var_dir = var_dir
    return app


@pytest.fixture(scope="module")
def document(app: FastAPI) -> BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(scope="module")
def number(document: BaseSchema) -> str:
    """A ticket that is there."""
    opened = document["/api/v1/tickets"]["POST"].Case(body=REPORT, media_type="application/json").call(headers=BOT)
    return str(opened.json()["number"])


@pytest.fixture(scope="module")
def known(app: FastAPI, number: str) -> dict[str, str]:
    """What a document cannot give an example of, by the names of parameters."""

    async def a_key() -> str:
        settings = Settings(var_dir=app.state.var_dir)
        db = Database(settings.database_for("api"), settings.cipher_for("api"))
        async with db.writing() as session:
            key = await clients.add(session, Clock(), "app", [*clients.SCOPES])
        await db.close()
        return key

    numbers = dict.fromkeys(("number", "service_request_id", "token"), number)
    return numbers | {"source": SOURCES[0], "service_code": "street_light", "api_key": asyncio.run(a_key())}


def fill(case: Case, known: dict[str, str]) -> None:
    case.path_parameters |= {name: known[name] for name in case.path_parameters if name in known}
    if case.operation.path.startswith("/open311") and isinstance(case.body, dict):
        case.body |= {name: known[name] for name in ("service_code", "api_key")}


def hurry(case: Case) -> None:
    """A claim or a stream may wait; a test need not. What is no good number of seconds stays as it is."""
    if case.operation.path == STREAM and "wait" not in (case.query or {}):
        case.query = {**(case.query or {}), "wait": 0}
    wait = case.body.get("wait") if isinstance(case.body, dict) else None
    if isinstance(wait, int | float) and 0 <= wait <= LONGEST_WAIT:
        case.body["wait"] = 0


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_good_requests_as_the_document_says(
    document: BaseSchema, known: dict[str, str], method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {known['api_key']}"} if path == INTAKE else BOT
    excluded = [] if (method, path) not in DEPENDS else [positive_data_acceptance]

    @given(document[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @FEW
    def keeps(case: Case) -> None:
        fill(case, known)
        hurry(case)
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    keeps()


@pytest.mark.parametrize(("method", "path"), [operation for operation in OPERATIONS if operation not in PLAIN])
def test_refuses_bad_requests_as_the_document_says(
    document: BaseSchema, known: dict[str, str], method: str, path: str
) -> None:
    headers = {"Authorization": f"Bearer {known['api_key']}"} if path == INTAKE else BOT

    @given(document[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @FEW
    def keeps(case: Case) -> None:
        hurry(case)
        case.call_and_validate(headers=headers if "Authorization" in case.headers else {})

    keeps()
