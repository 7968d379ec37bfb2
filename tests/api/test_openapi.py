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
DEPENDS = {  # on more than a document can say: the catalogue's labels, what an action needs, the bytes of a picture
    ("get", "/api/v1/tickets"), ("post", "/api/v1/tickets"), ("post", f"{TICKET}/actions/{{action}}"),
    ("post", f"{TICKET}/photos"), ("post", INTAKE),
}  # fmt: skip
PLAIN = {("get", "/healthz"), ("get", "/readyz"), ("get", "/metrics")}  # nothing to get wrong


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, understander: Understander) -> FastAPI:
    var_dir = tmp_path_factory.mktemp("openapi")
    shutil.copy(sqlite_template, var_dir / "api.db")
    office = Office(understander, Clock(), district_calendar(), var_dir / "photos", b"history")
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
def office_key(app: FastAPI) -> dict[str, str]:
    """Of a program of another office, which may do what the bot may not."""

    async def added() -> str:
        db = Database(Settings(var_dir=app.state.var_dir).database_for("api"))
        async with db.writing() as session:
            key = await clients.add(session, Clock(), "office", [f"intake:{source}" for source in SOURCES])
        await db.close()
        return key

    return {"Authorization": f"Bearer {asyncio.run(added())}"}


def hurry(case: Case) -> None:
    """A claim may wait; a test need not. What is no good number of seconds stays as it is."""
    wait = case.body.get("wait") if isinstance(case.body, dict) else None
    if isinstance(wait, int | float) and 0 <= wait <= LONGEST_WAIT:
        case.body["wait"] = 0


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_good_requests_as_the_document_says(
    document: BaseSchema, number: str, office_key: dict[str, str], method: str, path: str
) -> None:
    headers = office_key if path == INTAKE else BOT
    excluded = [] if (method, path) not in DEPENDS else [positive_data_acceptance]

    @given(document[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @FEW
    def keeps(case: Case) -> None:
        if "number" in case.path_parameters:
            case.path_parameters["number"] = number
        if "source" in case.path_parameters:
            case.path_parameters["source"] = SOURCES[0]
        hurry(case)
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    keeps()


@pytest.mark.parametrize(("method", "path"), [operation for operation in OPERATIONS if operation not in PLAIN])
def test_refuses_bad_requests_as_the_document_says(
    document: BaseSchema, office_key: dict[str, str], method: str, path: str
) -> None:
    known = office_key if path == INTAKE else BOT

    @given(document[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @FEW
    def keeps(case: Case) -> None:
        hurry(case)
        case.call_and_validate(headers=known if "Authorization" in case.headers else {})

    keeps()
