"""The API takes up a model while it runs: a request ends in the office it began in."""

import re
import shutil
from pathlib import Path

import httpx
import pytest

from api.lifecycle import Role
from nlp.knowledge import EDITION
from nlp.shadow import SHADOW, nobody
from nlp.understand import Understander
from tests.api.life import REPORT, cast_of, open_ticket
from tests.bot.doubles import until
from tests.conftest import Api, running_api
from tests.editions import marked, put

MARK = re.compile("〔新〕")
SLOW = 30  # seconds for a model to be loaded on a busy machine


@pytest.fixture
def model(model_dir: Path, understander: Understander) -> Path:
    return model_dir / "model"


async def understood(api: Api, headers: dict[str, str]) -> httpx.Response:
    return await api.client.post("/api/v1/understand", json={"text": REPORT["text"]}, headers=headers)


async def test_names_change_with_the_model_and_nothing_fails(
    tmp_path: Path, sqlite_template: Path, model: Path, understander: Understander
) -> None:
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander) as api:
        number, office = (await open_ticket(api))["number"], api.app.state.office
        put(model, tmp_path / "model", "1", marked("〔新〕"))
        statuses, named = set(), set()
        while api.app.state.office is office or len(named) < 2:
            shown = await api.client.get(f"/api/v1/tickets/{number}", headers=api.bot())
            statuses |= {shown.status_code, (await understood(api, api.bot())).status_code}
            named.add(bool(MARK.search(shown.json()["name"])))
        assert (statuses, named) == ({200}, {False, True})
        assert api.app.state.office.nlp.edition.name == f"{EDITION}1"
        assert office.catalogue.by_label["street_light"].name == "路灯故障", (
            "who still has the old one is not disturbed"
        )


async def test_what_the_bot_has_heard_is_not_compared_twice(
    tmp_path: Path, sqlite_template: Path, model: Path, understander: Understander
) -> None:
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander) as api:
        cast = await cast_of(api)
        put(model, tmp_path / "model" / SHADOW, "1")
        await until(lambda: api.app.state.office.beside is not nobody, within=SLOW)
        shadow = api.app.state.office.beside.__self__
        await open_ticket(api)
        clerks = await api.client.post("/api/v1/tickets", json=REPORT, headers=cast.headers[Role.TRIAGE])
        assert clerks.status_code == 201
        await understood(api, api.bot())
        await until(lambda: shadow.counts.messages == 2)
        assert shadow.counts.agreed == 2
