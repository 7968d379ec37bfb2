"""A program of another office that speaks Open311: its key, what it posts, and what it reads."""

from typing import Any
from xml.etree import ElementTree

from httpx import Response

from api import clients
from tests.conftest import Api

V2 = "/open311/v2"
WORDS = "张阿姨家门口的路灯不亮了，电话 13912345678"
POSTED = {
    "service_code": "street_light", "description": WORDS, "address_string": "彩香一村三区12幢203室",
    "lat": "31.312345", "long": "120.598765", "account_id": "zhang-3",
}  # fmt: skip


async def a_key(api: Api, name: str = "app", *scopes: str) -> str:
    async with api.db.writing() as session:
        return await clients.add(session, api.clock, name, [*scopes] or ["open311"])


async def post(
    api: Api, key: str, *, format: str = "json", headers: dict[str, str] | None = None, **changes: Any
) -> Response:
    form = {"api_key": key} | POSTED | changes
    given = {name: value for name, value in form.items() if value is not None}
    return await api.client.post(f"{V2}/requests.{format}", data=given, headers=headers)


async def posted(api: Api, key: str, **changes: Any) -> str:
    answer = await post(api, key, **changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


async def get(api: Api, path: str, **params: Any) -> Response:
    return await api.client.get(f"{V2}/{path}", params=params)


async def listed(api: Api, **params: Any) -> list[str]:
    """The numbers, in order."""
    answer = await get(api, "requests.json", **params)
    assert answer.status_code == 200, answer.text
    return [row["service_request_id"] for row in answer.json()]


def failures(answer: Response) -> tuple[int, set[str]]:
    """The status and the sentences, from either format."""
    if answer.headers["content-type"] == "application/json; charset=utf-8":
        rows = answer.json()
    else:
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        root = ElementTree.fromstring(answer.content)
        assert root.tag == "errors" and {row.tag for row in root} == {"error"}
        rows = [{field.tag: field.text for field in row} for row in root]
    assert rows and all(row.keys() == {"code", "description"} for row in rows)
    assert {int(row["code"]) for row in rows} == {answer.status_code}
    return answer.status_code, {row["description"] for row in rows}
