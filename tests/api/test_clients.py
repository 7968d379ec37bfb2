"""Keys for programs of other offices: good for their scopes only, replaced, revoked."""

import pytest

from api import clients
from api.clients import BadClient
from api.errors import Forbidden, NotSignedIn
from tests.conftest import Api


async def given(api: Api, name: str, *scopes: str) -> str:
    async with api.db.writing() as session:
        return await clients.add(session, api.clock, name, [*scopes])


async def called(api: Api, key: str, scope: str) -> str:
    async with api.db.reading() as session:
        return (await clients.allowed(session, key, scope)).name


async def test_a_key_is_good_for_its_scopes_only(api: Api) -> None:
    key = await given(api, "热线", "intake:12345", "intake:hanshan")
    assert await called(api, key, "intake:hanshan") == "client:热线"
    with pytest.raises(Forbidden):
        await called(api, key, "open311")
    for wrong in ("", "gk_", key + "x", key[:-1]):
        with pytest.raises(NotSignedIn):
            await called(api, wrong, "intake:12345")


async def test_a_new_key_ends_the_one_before_and_a_revoked_one_opens_nothing(api: Api) -> None:
    old, new = await given(api, "app", "open311"), await given(api, "app", "open311")
    with pytest.raises(NotSignedIn):
        await called(api, old, "open311")
    async with api.db.writing() as session:
        await clients.revoke(session, api.clock, "app")
    with pytest.raises(NotSignedIn):
        await called(api, new, "open311")
    assert await called(api, await given(api, "app", "open311"), "open311") == "client:app"


@pytest.mark.parametrize(("name", "scopes"), [("", ["open311"]), ("a:b", ["open311"]), ("a", []), ("a", ["all"])])
async def test_refuses_odd_names_and_scopes(sqlite_api: Api, name: str, scopes: list[str]) -> None:
    with pytest.raises(BadClient):
        await given(sqlite_api, name, *scopes)


async def test_nobody_can_be_revoked_twice(sqlite_api: Api) -> None:
    with pytest.raises(BadClient, match="bad_client"):
        async with sqlite_api.db.writing() as session:
            await clients.revoke(session, sqlite_api.clock, "nobody")
