"""What no program should send over Open311: answered in its form, in the format asked for, and never a 500 of ours."""

from typing import Any
from xml.etree import ElementTree

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from tests.api.asking import V2, a_key, failures, get, listed, post
from tests.api.test_bad_input import NUL
from tests.conftest import Api

POSTS: dict[str, tuple[dict[str, Any], int, set[str]]] = {
    "no key": ({"api_key": None}, 403, {"没有 api_key，或者 api_key 无效。"}),
    "an empty key": ({"api_key": ""}, 403, {"没有 api_key，或者 api_key 无效。"}),
    "a wrong key": ({"api_key": "gk_wrong"}, 403, {"没有 api_key，或者 api_key 无效。"}),
    "a wrong key before all else": ({"api_key": NUL, "service_code": "x"}, 403, {"没有 api_key，或者 api_key 无效。"}),
    "no service": ({"service_code": None}, 400, {"缺少 service_code。"}),
    "an empty service": ({"service_code": ""}, 400, {"缺少 service_code。"}),
    "an unknown service": ({"service_code": "nonsense"}, 404, {"没有这个 service_code。"}),
    "a legal matter": ({"service_code": "legal:tenancy"}, 404, {"没有这个 service_code。"}),
    "a referral": ({"service_code": "noise"}, 404, {"没有这个 service_code。"}),
    "a service with NUL": ({"service_code": "street\x00light"}, 404, {"没有这个 service_code。"}),
    "nowhere": (
        {"lat": None, "long": "", "address_string": " "}, 400,
        {"缺少 lat。", "缺少 long。", "缺少 address_string。"},
    ),
    "half a position": ({"long": None}, 400, {"缺少 long。"}),
    "the other half": ({"lat": ""}, 400, {"缺少 lat。"}),
    "off the globe": ({"lat": "91", "long": "-181"}, 400, {"lat 不合要求。", "long 不合要求。"}),
    "not a number": ({"lat": "nan", "long": "inf"}, 400, {"lat 不合要求。", "long 不合要求。"}),
    "a position in words": ({"lat": "北纬"}, 400, {"lat 不合要求。"}),
    "an unknown address_id": ({"lat": "", "long": "", "address_string": "", "address_id": "' OR 1=1"}, 400,
                              {"address_id 不合要求。"}),
    "a description too long": ({"description": "灯" * 4001}, 400, {"description 不合要求。"}),
    "an address too long": ({"address_string": "幢" * 301}, 400, {"address_string 不合要求。"}),
    "an account too long": ({"account_id": "a" * 101}, 400, {"account_id 不合要求。"}),
    "an account with NUL": ({"account_id": NUL}, 400, {"account_id 不合要求。"}),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "status", "sentences"), POSTS.values(), ids=POSTS.keys())
async def test_refuses_a_post(sqlite_api: Api, changes: dict[str, Any], status: int, sentences: set[str]) -> None:
    key = await a_key(sqlite_api)
    for format in ("json", "xml"):
        assert failures(await post(sqlite_api, key, format=format, **changes)) == (status, sentences)
    assert await listed(sqlite_api) == []


async def test_a_key_of_another_scope_is_refused(api: Api) -> None:
    key = await a_key(api, "hotline", "intake:12345")
    assert failures(await post(api, key)) == (403, {"这个 api_key 不能用来提交请求。"})


@pytest.mark.parametrize(
    "words", [NUL, "前\x1b后", "<script>&amp;]]>", "'); DROP TABLE ticket; --", "\U0001f4a1" * 100]
)
async def test_odd_words_are_taken_and_made_harmless(api: Api, words: str) -> None:
    key = await a_key(api)
    answer = await post(api, key, format="xml", description=words, address_string=words)
    assert answer.status_code == 201, answer.text
    number = ElementTree.fromstring(answer.content).findtext("request/service_request_id")
    assert await listed(api) == [number]


BODIES: dict[str, tuple[str, bytes]] = {
    "JSON": ("application/json", b'{"service_code": "street_light"}'),
    "nothing": ("application/x-www-form-urlencoded", b""),
    "broken percents": ("application/x-www-form-urlencoded", b"api_key=%ff%fe&service_code=%zz&description=%ed%a0%80"),
    "not UTF-8": ("application/x-www-form-urlencoded", b"api_key=\xff&lat=\xfe"),
    "a broken multipart": ("multipart/form-data", b"--x"),
    "a multipart cut short": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="api_key"',
    ),
}


@pytest.mark.parametrize(("media", "body"), BODIES.values(), ids=BODIES.keys())
async def test_refuses_a_body(sqlite_api: Api, media: str, body: bytes) -> None:
    answer = await sqlite_api.client.post(f"{V2}/requests.json", content=body, headers={"Content-Type": media})
    assert failures(answer)[0] in (400, 403)


async def test_refuses_a_file_for_a_field(sqlite_api: Api) -> None:
    files = {"description": ("x.txt", b"words"), "api_key": ("k", b"k")}
    answer = await sqlite_api.client.post(f"{V2}/requests.json", files=files)
    assert failures(answer)[0] == 400


async def test_refuses_what_is_too_large_while_it_arrives(sqlite_api: Api) -> None:
    answer = await post(sqlite_api, "k", description="灯" * 400_000)
    assert failures(answer) == (413, {"请求太大，最多 1 MB。"})


@pytest.mark.parametrize("key", ["k" * 201, "a\x7fb"])
async def test_refuses_an_idempotency_key(sqlite_api: Api, key: str) -> None:
    headers = {"Idempotency-Key": key}
    answer = await post(sqlite_api, await a_key(sqlite_api), headers=headers)
    assert failures(answer) == (400, {"Idempotency-Key 不合要求。"})


LISTS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "no moment": ({"start_date": "yesterday"}, {"start_date 不合要求。"}),
    "half a moment": ({"end_date": "2026-13-01T00:00:00Z"}, {"end_date 不合要求。"}),
    "a moment too long": ({"start_date": "2" * 41}, {"start_date 不合要求。"}),
    "ends before it starts": ({"start_date": "2026-11-02", "end_date": "2026-11-01"}, {"end_date 不合要求。"}),
    "an unknown status": ({"status": "open,ended"}, {"status 不合要求。"}),
    "1,001 numbers": ({"service_request_id": ",".join(map(str, range(1001)))}, {"service_request_id 不合要求。"}),
    "numbers without an end": ({"service_request_id": "1" * 20_001}, {"service_request_id 不合要求。"}),
    "a filter 51 times": ({"service_code": ["x"] * 51}, {"service_code 不合要求。"}),
}


@pytest.mark.parametrize(("params", "sentences"), LISTS.values(), ids=LISTS.keys())
async def test_refuses_a_list(sqlite_api: Api, params: dict[str, Any], sentences: set[str]) -> None:
    for format in ("json", "xml"):
        assert failures(await get(sqlite_api, f"requests.{format}", **params)) == (400, sentences)


@pytest.mark.parametrize("odd", ["' OR 1=1 --", NUL, "%", "\\", "," * 500, "GS20261123-0001'"])
async def test_odd_filters_find_nothing(api: Api, odd: str) -> None:
    await post(api, await a_key(api))
    assert await listed(api, service_code=f"{odd},x") == await listed(api, service_request_id=f"{odd},x") == []


@pytest.mark.parametrize("number", ["GS20261123-9999", "' OR 1=1 --", "%00", "..%2F..", "0" * 500, "a.b", "%ED%A0%80"])
async def test_an_unknown_number_is_not_found(api: Api, number: str) -> None:
    for format in ("json", "xml"):
        for of in ("requests", "tokens"):
            assert failures(await get(api, f"{of}/{number}.{format}"))[0] == 404


ADDRESSES = {
    ("GET", "nothing.json"): 404, ("GET", "nothing"): 404, ("GET", ""): 404, ("GET", "requests"): 404,
    ("GET", "requests/1/2.json"): 404, ("GET", "services.pdf"): 400, ("GET", "services.JSON"): 400,
    ("DELETE", "requests.json"): 405, ("POST", "services.xml"): 405, ("PUT", "requests/1.xml"): 405,
}  # fmt: skip


@pytest.mark.parametrize(("asked", "status"), ADDRESSES.items())
async def test_a_wrong_address_is_answered_in_the_same_form(
    sqlite_api: Api, asked: tuple[str, str], status: int
) -> None:
    method, path = asked
    answer = await sqlite_api.client.request(method, f"{V2}/{path}")
    assert failures(answer)[0] == status
    assert answer.headers["content-type"].startswith("application/json" if path.endswith(".json") else "text/xml")


async def test_a_fault_of_ours_is_answered_in_the_same_form(sqlite_api: Api) -> None:
    async with sqlite_api.db.writer() as connection:
        for table in ("follower", "event", "notice", "pause", "photo", "ticket", "staff_session"):
            await connection.execute(text(f"DROP TABLE {table}"))
    transport = ASGITransport(sqlite_api.app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://api") as client:
        for format in ("json", "xml"):
            answer = await client.get(f"{V2}/requests.{format}")
            assert failures(answer) == (500, {"请求没有办成，请告知本系统的管理员。"})
        problem = await client.get("/api/v1/tickets", headers=sqlite_api.bot())
        assert (problem.status_code, problem.headers["content-type"]) == (500, "application/problem+json")
        assert problem.json()["code"] == "broken"
        page = await client.get("/queue", headers={"Cookie": "gusu_staff=x"})
        assert page.status_code == 500 and "系统出了问题" in page.text


async def test_a_complaint_repeats_nothing_of_what_was_sent(sqlite_api: Api) -> None:
    answer = await post(sqlite_api, await a_key(sqlite_api), lat="我家的秘密", account_id="秘密" * 60)
    assert failures(answer)[0] == 400 and "秘密" not in answer.text
