"""The seven steps on a ticket's page: who, when, how long, the promise, and the times in which its clock stood."""

from api import clockwork
from api.lifecycle import Lane, Role, Status
from tests.api.browsing import Page, browser
from tests.api.life import Cast, ok


def steps(page: Page) -> str:
    begin = page.words.index("七步进展")
    return " ".join(page.words[begin : page.words.index("经过", begin)].split())


async def seen(cast: Cast, number: str) -> str:
    name = "看的"
    reader = await browser(cast.api, Role.TRIAGE, name)
    return steps(await reader.open(f"/tickets/{number}"))


async def test_each_step_tells_who_when_how_long_and_whether_the_promise_was_kept(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    cast.api.clock.forward(minutes=10)
    await cast.done(Role.TRIAGE, number, "file")
    cast.api.clock.forward(hours=3)
    await cast.done(Role.TRIAGE, number, "dispatch", to="hans")
    cast.api.clock.forward(minutes=5)
    await cast.done(Role.HANDLER, number, "accept")
    told = await seen(cast, number)
    assert "立案 受理员 tina 今天 09:40 用时 10 分钟 按时 派遣" in told
    assert "派遣 受理员 tina 今天 12:40 用时 3 小时 超时 说好最迟 今天 10:10 处理" in told
    assert "处理 承办员 hans 今天 12:45 用时 5 分钟" in told
    assert "反馈 最迟 " in told and "等居民" not in told


async def test_a_pause_stands_with_the_step_that_was_waited_for(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.REPORTED)
    await cast.done(Role.TRIAGE, number, "ask", note="哪一盏？")
    cast.api.clock.forward(hours=2)
    assert "今天 09:30 起等居民答复，2 小时不计时，还在等：哪一盏？" in await seen(cast, number)
    await cast.done(Role.RESIDENT, number, "reply", note="第二盏")
    await cast.done(Role.TRIAGE, number, "file")
    told = await seen(cast, number)
    assert told.index("立案") < told.index("2 小时不计时，居民答复了：哪一盏？") < told.index("派遣")
    assert "超时" not in told, "the time in which the clock stood is not held against who filed it"


async def test_what_ended_each_pause_is_told(cast: Cast) -> None:
    number = await cast.at(Lane.PUBLIC, Status.DISPATCHED)
    await cast.done(Role.HANDLER, number, "ask", note="几点在家？")
    cast.api.clock.forward(days=5)
    await clockwork.sweep(cast.api.db, cast.api.office)
    await cast.done(Role.HANDLER, number, "accept")
    await cast.done(Role.HANDLER, number, "ask", note="门牌？")
    cast.api.clock.forward(minutes=30)
    await cast.done(Role.HANDLER, number, "report_back", note="修好了")
    told = await seen(cast, number)
    assert "不计时，没有等到答复：几点在家？" in told and "30 分钟不计时，不用再等：门牌？" in told
    assert told.index("几点在家？") < told.index("门牌？")


async def test_of_a_legal_matter_only_the_times_are_told_to_others(cast: Cast) -> None:
    number = await cast.at(Lane.LEGAL, Status.IN_PROGRESS)
    ok(await cast.do(Role.ADVISER, number, "ask", note="合同几月到期？"))
    cast.api.clock.forward(hours=1)
    told = await seen(cast, number)
    assert "1 小时不计时，还在等" in told and "合同" not in told
