"""Progress told to the sources: against a real receiver that fails, is slow, answers 410, goes and comes back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from api import clockwork
from api.intake.callbacks import AT_ONCE, LEASE, Carrier
from api.intake.callbacks import Receiver as Address
from api.intake.outbox import claim
from api.intake.verdicts import LONGEST
from api.lifecycle import Role
from api.models import Notice
from nlp.understand import Understander
from tests.api.life import Cast, Headers, cast_of, ok
from tests.api.receiver import Receiver, free_port, receiving, signature
from tests.api.test_intake import key_for, send
from tests.conftest import Api, running_api

SECRET = b"shared with 12345"
WALK = [
    (Role.TRIAGE, "file"), (Role.TRIAGE, "dispatch"), (Role.HANDLER, "accept"), (Role.HANDLER, "report_back"),
    (Role.VERIFIER, "pass"),
]  # fmt: skip
WALKED = ["filed", "dispatched", "in_progress", "reported_back", "verified"]


@dataclass
class Post:
    """A cast whose 12345 is told of progress, one `carry` at a time."""

    cast: Cast
    headers: Headers
    receiver: Receiver
    carrier: Carrier

    @property
    def api(self) -> Api:
        return self.cast.api

    @property
    def address(self) -> Address:
        return Address("12345", self.receiver.url, SECRET)

    async def report(self, order: str = "A-1", **changes: Any) -> str:
        return str(ok(await send(self.api, self.headers, orderNo=order, **changes))["number"])

    async def walk(self, number: str, steps: int = len(WALK)) -> None:
        for role, action in WALK[:steps]:
            given = {"to": "hans"} if action == "dispatch" else {"note": "换了灯泡，电话13800000000"}
            await self.cast.done(role, number, action, **given if action in ("dispatch", "report_back") else {})

    async def carry(self, carrier: Carrier | None = None) -> int:
        """Until nothing is due."""
        tried = 0
        while now := await (carrier or self.carrier).once(self.address):
            tried += now
        return tried

    async def rows(self) -> list[Notice]:
        async with self.api.db.reading() as session:
            query = select(Notice).where(Notice.channel == "12345").order_by(col(Notice.id))
            return list((await session.exec(query)).all())


@pytest.fixture
async def post(api: Api) -> AsyncIterator[Post]:
    api.office = api.app.state.office = replace(api.office, callbacks=frozenset({"12345"}))
    cast, headers = await cast_of(api), await key_for(api)
    async with receiving(free_port()) as receiver, httpx.AsyncClient(trust_env=False) as http:
        carrier = Carrier(api.db, api.clock, http, chance=lambda: 1.0, worker="one", answers_within=20)
        yield Post(cast, headers, receiver, carrier)


async def test_each_step_is_told_in_order_and_signed(post: Post) -> None:
    number = await post.report()
    await post.walk(number)
    post.api.clock.forward(days=8)
    await clockwork.sweep(post.api.db, post.api.office)
    assert await post.carry() == 6
    told = post.receiver.told_of("A-1")
    assert [row["status"] for row in told] == [*WALKED, "closed"]
    assert [(row["step"], row["step_name"]) for row in told] == [
        *enumerate(["立案", "派遣", "处理", "反馈", "核查", "评价"], 2)
    ]
    assert all(row.keys() == {"source", "id", "number", "status", "step", "step_name", "at", "note"} for row in told)
    assert [row["note"] for row in told] == ["", "", "", "换了灯泡，电话###########", "", ""]
    assert {(row["source"], row["number"]) for row in told} == {("12345", number)}
    for got in post.receiver.got:
        timestamp = got.headers["x-timestamp"]
        assert int(timestamp) == int(post.api.clock().timestamp())
        assert got.headers["x-signature"] == signature(SECRET, timestamp, got.body)
        assert got.headers["x-signature"] != signature(b"another", timestamp, got.body)
    assert len({got.headers["idempotency-key"] for got in post.receiver.got}) == 6
    assert all(row.sent_at for row in await post.rows()) and await post.carry() == 0


async def test_what_residents_said_is_never_told(post: Post) -> None:
    number = await post.report(content="张三丰家门口的路灯不亮", callerPhone="13911111111")
    await post.walk(number)
    await post.cast.done(Role.TRIAGE, await post.report("A-2"), "decline", reason="不在本区，请找吴中区")
    await post.carry()
    sent = b"".join(got.body for got in post.receiver.got).decode()
    assert not [words for words in ("张三丰", "路灯", "菜场", "139", "138", "hans", "p-") if words in sent]
    assert post.receiver.told_of("A-2")[-1]["note"] == "不在本区，请找吴中区"


async def test_of_a_legal_matter_only_number_status_and_time(post: Post) -> None:
    taken = ok(await send(post.api, post.headers, content="房东不退押金，合同没到期，可以起诉吗", address=""))
    await post.cast.done(Role.ADVISER, taken["number"], "accept")
    await post.cast.done(Role.ADVISER, taken["number"], "report_back", note="可以起诉")
    await post.carry()
    told = post.receiver.told_of("A-1")
    assert [row["status"] for row in told] == ["filed", "dispatched", "in_progress", "reported_back"]
    assert all(row.keys() == {"source", "id", "number", "status", "at"} for row in told)


async def test_what_is_no_transition_is_not_told(post: Post) -> None:
    number = await post.report()
    await post.walk(number, 3)
    await post.cast.done(Role.HANDLER, number, "ask", note="哪一盏？")
    await post.cast.done(Role.HANDLER, number, "ask_time", reason="等配件")
    await send(post.api, post.headers, content="路灯还是不亮")
    assert len(await post.rows()) == 3


async def test_a_merged_report_is_told_of_the_ticket_it_went_into(post: Post) -> None:
    one, two = await post.report("A-1"), await post.report("A-2")
    await post.cast.done(Role.TRIAGE, two, "merge", into=one)
    await post.walk(one, 2)
    await post.cast.done(Role.TRIAGE, two, "unmerge")
    await post.cast.done(Role.HANDLER, one, "accept")
    await post.carry()
    assert post.receiver.steps() == {
        "A-1": ["filed", "dispatched", "in_progress"], "A-2": ["merged", "filed", "dispatched", "filed"],
    }  # fmt: skip
    assert [row["number"] for row in post.receiver.told_of("A-2")] == [two, one, one, two]


@pytest.mark.parametrize("passing", [500, 503, 302, 408, 425, 429])
async def test_what_fails_comes_again_later_and_nothing_overtakes_it(post: Post, passing: int) -> None:
    await post.walk(await post.report(), 2)
    post.receiver.answers, post.receiver.headers = [passing, passing], {"Location": "/elsewhere"}
    assert await post.carry() == 1, "the second step waits for the first"
    post.api.clock.forward(seconds=1.9)
    assert await post.carry() == 0
    post.api.clock.forward(seconds=0.2)
    assert await post.carry() == 1, "once more, and once more in vain"
    post.api.clock.forward(seconds=4)
    assert await post.carry() == 2
    assert post.receiver.steps() == {"A-1": ["filed", "filed", "filed", "dispatched"]}
    assert {got.path for got in post.receiver.got} == {"/progress"}
    assert [row.attempts for row in await post.rows()] == [3, 1]


async def test_a_receiver_that_says_when_is_asked_then(post: Post) -> None:
    await post.walk(await post.report(), 1)
    post.receiver.answers, post.receiver.headers = [503], {"Retry-After": "600"}
    await post.carry()
    post.api.clock.forward(seconds=599)
    assert await post.carry() == 0
    post.api.clock.forward(seconds=2)
    assert await post.carry() == 1


@pytest.mark.parametrize("final", [400, 401, 404, 422])
async def test_a_refusal_is_final_and_the_next_step_goes_on(post: Post, final: int) -> None:
    await post.walk(await post.report(), 2)
    post.receiver.answers = [final]
    assert await post.carry() == 2
    first, second = await post.rows()
    assert (first.failed, first.sent_at, second.failed) == (f"answered_{final}", None, "") and second.sent_at
    post.api.clock.forward(days=2)
    assert await post.carry() == 0


async def test_gone_stops_for_ever_what_waits_and_what_would_come_of_that_report_only(post: Post) -> None:
    number, other = await post.report(), await post.report("A-2")
    await post.walk(number, 2)
    post.receiver.answers = [410]
    assert await post.carry() == 1
    await post.cast.done(Role.HANDLER, number, "accept")
    assert [row.failed for row in await post.rows()] == ["gone", "gone"]
    await post.walk(other, 1)
    assert await post.carry() == 1
    assert post.receiver.steps() == {"A-1": ["filed"], "A-2": ["filed"]}


async def test_a_slow_receiver_comes_again(post: Post) -> None:
    await post.walk(await post.report(), 1)
    post.receiver.delay = 1.0
    assert await post.carry(replace(post.carrier, answers_within=0.5)) == 1
    assert [(row.sent_at, row.failed) for row in await post.rows()] == [(None, "")]
    post.receiver.delay = 0
    post.api.clock.forward(seconds=3)
    assert await post.carry() == 1 and (await post.rows())[0].sent_at


async def test_an_answer_without_end_is_not_read(post: Post) -> None:
    await post.walk(await post.report(), 1)
    post.receiver.drips = True
    async with asyncio.timeout(60):
        assert await post.carry() == 1
    assert (await post.rows())[0].sent_at


async def test_a_receiver_that_is_down_hears_all_of_it_when_it_is_back(post: Post) -> None:
    port = free_port()
    down = replace(post, receiver=Receiver(f"http://127.0.0.1:{port}/"))
    await post.walk(await post.report(), 2)
    for _ in range(3):
        assert await down.carry() == 1
        down.api.clock.forward(minutes=1)
    async with receiving(port) as back:
        await replace(post, receiver=back).carry()
        assert back.steps() == {"A-1": ["filed", "dispatched"]}


async def test_after_a_day_it_is_given_up_and_the_reason_is_on_record(post: Post) -> None:
    await post.walk(await post.report(), 1)
    post.receiver.answers, tries = [503] * 99, 0
    while not (await post.rows())[0].failed:
        tries += await post.carry()
        post.api.clock.forward(seconds=LONGEST)
    assert (await post.rows())[0].failed == "gave_up_after_503"
    assert 20 <= tries == len(post.receiver.got) <= 30


async def test_two_processes_carry_each_once(post: Post) -> None:
    orders = [f"A-{i}" for i in range(2 * AT_ONCE + 3)]
    for order in orders:
        await post.walk(await post.report(order), 2)
    other = replace(post.carrier, worker="two")
    tried = await asyncio.gather(post.carry(), post.carry(other))
    assert sum(tried) == 2 * len(orders)
    assert post.receiver.steps() == {order: ["filed", "dispatched"] for order in orders}


async def test_what_a_killed_process_had_claimed_comes_again_after_its_lease(post: Post) -> None:
    await post.walk(await post.report(), 2)
    async with post.api.db.writing() as session:
        assert len(await claim(session, "killed", "12345", 9, post.api.clock(), LEASE)) == 1
    assert await post.carry() == 0, "neither this one nor the one after it"
    post.api.clock.forward(seconds=LEASE.total_seconds())
    assert await post.carry() == 2
    assert post.receiver.steps() == {"A-1": ["filed", "dispatched"]}


async def test_the_running_api_carries_by_itself(
    tmp_path: Path, database_url: str, understander: Understander, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with receiving(free_port()) as receiver:
        callbacks = {"intake_callbacks": {"12345": receiver.url}}
        async with running_api(tmp_path, database_url, understander, **callbacks) as api:
            cast, headers = await cast_of(api), await key_for(api)
            number = ok(await send(api, headers))["number"]
            await send(api, headers, "hanshan")
            await cast.done(Role.TRIAGE, number, "file")
            async with asyncio.timeout(60):
                await receiver.arrived.wait()
    (got,) = receiver.got
    secret = (tmp_path / "keys" / "callback-12345").read_bytes()
    assert got.told["status"] == "filed"
    assert got.headers["x-signature"] == signature(secret, got.headers["x-timestamp"], got.body)
