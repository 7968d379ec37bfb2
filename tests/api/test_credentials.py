"""What lets people in, how it is taken from them, and how often they may try."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest

from api import credentials, passwords, people
from api.errors import TooFast
from api.lifecycle import Lane, Role, Status
from api.pace import MOST_KEYS, Pace
from nlp.understand import Understander
from tests.api.browsing import PASSWORD, browser
from tests.api.life import REPORT, Cast, call, failure, ok, open_ticket
from tests.conftest import Api, running_api


async def signs_in(api: Api, name: str, password: str) -> bool:
    answer = await api.client.post("/sign-in", data={"name": name, "password": password})
    api.client.cookies.clear()
    return answer.status_code == 303


async def test_five_wrong_passwords_lock_a_name_for_a_quarter_of_an_hour(api: Api) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    for _ in range(passwords.WRONG_IN_A_ROW):
        assert not await signs_in(api, "王芳", "错")
    assert not await signs_in(api, "王芳", PASSWORD), "the right one, too: who guesses learns nothing"
    api.clock.forward(minutes=14)
    assert not await signs_in(api, "王芳", PASSWORD)
    api.clock.forward(minutes=1)
    assert await signs_in(api, "王芳", PASSWORD)


async def test_wrong_passwords_count_only_in_a_row(api: Api) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    for _ in range(3):
        for _ in range(passwords.WRONG_IN_A_ROW - 1):
            assert not await signs_in(api, "王芳", "错")
        assert await signs_in(api, "王芳", PASSWORD)


async def test_guesses_at_the_same_moment_all_count(api: Api) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    await asyncio.gather(*(signs_in(api, "王芳", f"错{i}") for i in range(passwords.WRONG_IN_A_ROW)))
    assert not await signs_in(api, "王芳", PASSWORD)


async def test_a_new_password_unlocks_and_ends_what_was_open(api: Api) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    page = await browser(api, Role.TRIAGE, "王芳")
    for _ in range(passwords.WRONG_IN_A_ROW):
        await signs_in(api, "王芳", "错")
    async with api.db.writing() as session:
        fresh = await people.new_password(session, "王芳")
    assert await signs_in(api, "王芳", fresh) and not await signs_in(api, "王芳", PASSWORD)
    assert (await page.client.get("/queue")).status_code == 303


async def test_one_address_may_not_try_for_ever(tmp_path: Path, understander: Understander) -> None:
    async with running_api(tmp_path, "", understander, sign_ins_a_minute=3) as api:
        answers = [(await api.client.post("/sign-in", data={"name": f"n{i}"})).status_code for i in range(5)]
    assert answers == [401, 401, 401, 429, 429]


# --- tokens


async def test_a_token_that_only_reads_changes_nothing(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    async with cast.api.db.writing() as session:
        token = await people.token_for(session, cast.api.clock, "tina", reads_only=True)
    reads = {"Authorization": f"Bearer {token}"}
    assert ok(await cast.api.client.get(f"/api/v1/tickets/{number}", headers=reads))["number"] == number
    assert (await call(cast.api, reads, number, "file")).json()["reason"] == "reads_only"
    assert (await cast.do(Role.TRIAGE, number, "file")).status_code == 200, "the other kind stays good"


async def test_a_token_expires(cast: Cast) -> None:
    async with cast.api.db.writing() as session:
        token = await people.token_for(session, cast.api.clock, "tina", lasts=timedelta(days=1))
    headers = {"Authorization": f"Bearer {token}"}
    assert (await cast.api.client.get("/api/v1/tickets", headers=headers)).status_code == 200
    cast.api.clock.forward(days=1)
    assert failure(await cast.api.client.get("/api/v1/tickets", headers=headers)) == (401, "not_signed_in")


async def test_requests_of_one_token_are_paced_and_the_bots_are_not(tmp_path: Path, understander: Understander) -> None:
    async with running_api(tmp_path, "", understander, requests_a_minute=5) as api:
        tina, tom = await api.staff("tina", Role.TRIAGE), await api.staff("tom", Role.TRIAGE)
        answers = [await api.client.get("/api/v1/tickets", headers=tina) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
        assert answers[-1].json()["code"] == "too_fast" and int(answers[-1].headers["retry-after"]) >= 1
        assert (await api.client.get("/api/v1/tickets", headers=tom)).status_code == 200
        for _ in range(10):
            assert (await api.client.get("/api/v1/tickets", headers=api.bot())).status_code == 200


def test_a_pace_fills_again_and_forgets_the_longest_unseen() -> None:
    now = [0.0]
    pace = Pace(a_minute=60, burst=2, clock=lambda: now[0])
    pace.take("a"), pace.take("a")
    with pytest.raises(TooFast):
        pace.take("a")
    now[0] = 1.0
    pace.take("a")
    for i in range(MOST_KEYS):
        pace.take(f"k{i}")
    pace.take("a"), pace.take("a")


def test_no_pace_is_no_limit() -> None:
    pace = Pace(a_minute=0, burst=0)
    for _ in range(1000):
        pace.take("a")


async def test_a_resident_may_report_thirty_times_an_hour_and_danger_always(api: Api) -> None:
    me = api.resident()
    for _ in range(api.office.reports_an_hour):
        assert (await api.client.post("/api/v1/tickets", json=REPORT, headers=me)).status_code == 201
    refused = await api.client.post("/api/v1/tickets", json=REPORT, headers=me)
    assert failure(refused) == (429, "too_fast") and 0 < refused.json()["after"] <= 3601
    danger = REPORT | {"text": "三楼着火了", "urgent": True, "label": "other"}
    assert (await api.client.post("/api/v1/tickets", json=danger, headers=me)).status_code == 201
    other = api.resident(address="r2")
    assert (
        await api.client.post("/api/v1/tickets", json=REPORT | {"reporter": "r2"}, headers=other)
    ).status_code == 201
    api.clock.forward(hours=1, seconds=1)
    assert (await api.client.post("/api/v1/tickets", json=REPORT, headers=me)).status_code == 201


async def test_a_refused_report_can_be_sent_again_with_its_key(api: Api) -> None:
    """The bot keeps it and tries again: nothing is lost."""
    for _ in range(api.office.reports_an_hour):
        await open_ticket(api)
    me = api.resident() | {"Idempotency-Key": "kept"}
    assert (await api.client.post("/api/v1/tickets", json=REPORT, headers=me)).status_code == 429
    api.clock.forward(hours=1, seconds=1)
    assert (await api.client.post("/api/v1/tickets", json=REPORT, headers=me)).status_code == 201


# --- chats bound to staff


async def bound(api: Api, name: str, address: str = "77") -> dict[str, str]:
    async with api.db.writing() as session:
        code = await credentials.binding_code(session, (await people.called(session, name)).id, api.clock())
    given = {"channel": "telegram", "address": address, "code": code}
    answer = await api.client.post("/api/v1/staff/bind", json=given, headers=api.bot())
    assert ok(answer)["name"] == name
    assert failure(await api.client.post("/api/v1/staff/bind", json=given, headers=api.bot())) == (404, "not_found")
    return api.bot() | {"X-Staff": f"telegram:{address}"}


async def test_a_bound_chat_acts_with_that_persons_role_and_scope(cast: Cast) -> None:
    hans = await bound(cast.api, "hans")
    mine, not_mine = await cast.at(Lane.PUBLIC, Status.DISPATCHED), await cast.at(Lane.PUBLIC, Status.REPORTED)
    assert ok(await call(cast.api, hans, mine, "accept"))["status"] == "in_progress"
    assert (await call(cast.api, hans, not_mine, "file")).status_code == 404
    assert [event["actor"] for event in (await cast.timeline(mine))["events"]][-1] == "hans"


async def test_a_grant_ends_with_its_person_or_by_their_word(cast: Cast) -> None:
    hans, vera = await bound(cast.api, "hans", "1"), await bound(cast.api, "vera", "2")
    async with cast.api.db.writing() as session:
        assert (await people.revoke(session, "hans"))["chats"] == 1
        await people.remove(session, "vera")
    for headers in (hans, vera):
        assert failure(await cast.api.client.get("/api/v1/tickets", headers=headers)) == (401, "not_bound")


@pytest.mark.parametrize("code", ["", "12345678", "x" * 20])
async def test_a_guessed_code_binds_nothing(api: Api, code: str) -> None:
    given = {"channel": "telegram", "address": "7", "code": code}
    assert failure(await api.client.post("/api/v1/staff/bind", json=given, headers=api.bot())) == (404, "not_found")
    assert failure(await api.client.get("/api/v1/tickets", headers=api.bot() | {"X-Staff": "telegram:7"}))[0] == 401


async def test_a_code_is_good_for_ten_minutes(cast: Cast) -> None:
    async with cast.api.db.writing() as session:
        code = await credentials.binding_code(session, (await people.called(session, "hans")).id, cast.api.clock())
    cast.api.clock.forward(minutes=10)
    given = {"channel": "telegram", "address": "7", "code": code}
    assert (await cast.api.client.post("/api/v1/staff/bind", json=given, headers=cast.api.bot())).status_code == 404


async def test_guessing_codes_is_slow(tmp_path: Path, understander: Understander) -> None:
    async with running_api(tmp_path, "", understander, sign_ins_a_minute=3) as api:
        given = {"channel": "telegram", "address": "7", "code": "0"}
        answers = [await api.client.post("/api/v1/staff/bind", json=given, headers=api.bot()) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]


async def test_guessing_from_ever_new_chats_is_no_faster(tmp_path: Path, understander: Understander) -> None:
    async with running_api(tmp_path, "", understander, sign_ins_a_minute=1) as api:
        given = [{"channel": "web", "address": f"chat{i}", "code": "0"} for i in range(12)]
        answers = [await api.client.post("/api/v1/staff/bind", json=each, headers=api.bot()) for each in given]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2


async def test_only_the_bot_says_for_whom_and_for_one_at_a_time(cast: Cast) -> None:
    hans = await bound(cast.api, "hans")
    both = await cast.api.client.get("/api/v1/tickets", headers=hans | {"X-Resident": "web:r1"})
    assert both.json()["reason"] == "two_persons"
    tina = {**cast.headers[Role.TRIAGE], "X-Staff": "telegram:77"}
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    assert (await call(cast.api, tina, number, "accept")).status_code == 403, "she stays tina"


# --- the page


async def test_a_person_sees_what_lets_them_in_and_ends_everything_on_their_page(api: Api) -> None:
    await api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    one, other = await browser(api, Role.TRIAGE, "王芳"), await browser(api, Role.TRIAGE, "王芳")
    page = await one.open("/me")
    assert "有 2 处网页登录着" in page.words and "还没有绑定聊天" in page.words
    code = re.findall(r"绑定 (\d{8})", (await one.send(page, "code")).words)
    given = {"channel": "telegram", "address": "7", "code": code[0]}
    assert ok(await api.client.post("/api/v1/staff/bind", json=given, headers=api.bot()))["name"] == "王芳"
    page = await one.open("/me")
    assert code[0] not in page.words, "shown once"
    assert "Telegram" in page.words
    await one.send(page, "revoke")
    for gone in (one, other):
        assert (await gone.client.get("/queue")).status_code == 303
    assert failure(await api.client.get("/api/v1/tickets", headers=api.bot() | {"X-Staff": "telegram:7"}))[0] == 401


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
async def test_what_is_served_on_another_port_cannot_act_with_the_cookie(cast: Cast, site: str) -> None:
    """To a browser another port of this host is the same site, and gets the cookie."""
    await cast.api.staff("王芳", Role.TRIAGE, password=PASSWORD)
    page = await browser(cast.api, Role.TRIAGE, "王芳")
    csrf = (await page.open("/me")).forms["revoke"].fields["csrf"]
    number, elsewhere = await cast.at(Lane.PUBLIC, Status.REPORTED), {"Sec-Fetch-Site": site}
    path = f"/api/v1/tickets/{number}/actions/file"
    by_api = await page.client.post(path, json={}, headers=elsewhere | {"X-CSRF": csrf})
    by_form = await page.client.post("/me/revoke", data={"csrf": csrf}, headers=elsewhere)
    assert (by_api.status_code, by_form.status_code) == (403, 403)
    assert (await page.client.post(path, json={}, headers={"X-CSRF": csrf})).status_code == 200
