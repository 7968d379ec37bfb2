"""From a clerk's page to the resident's chat and back: what is told, told once more, and shown as it was read."""

from api.lifecycle import Role
from bot.channels.port import Gone
from bot.events import Heard, Said
from tests.api.browsing import LIGHT, browser, report
from tests.bot.doubles import Shell

CHAT = "r1"


async def carried(bot: Shell) -> list[str]:
    """What the resident hears next."""
    before = len(bot.phone.heard(CHAT))
    await bot.notifier.once()
    await bot.settle()
    return bot.phone.heard(CHAT)[before:]


async def test_what_did_not_arrive_is_said_once_more_and_shown_as_it_was_read(bot: Shell) -> None:
    triage, number = await browser(bot.api, Role.TRIAGE), await report(bot.api, **LIGHT)
    page = await triage.send(await triage.open(f"/tickets/{number}"), "tell", note="明天上午来修")
    bot.phone.outcomes = [Gone("blocked")]
    assert await carried(bot) == []
    page = await triage.open(f"/tickets/{number}")
    assert "没有送到" in page.words and "对方不再接收机器人的消息" in page.words
    notice = page.html.partition('name="notice" value="')[2].partition('"')[0]
    for _ in range(2):
        await triage.send(page, "resend", notice=notice)
    (said,) = await carried(bot)
    assert "明天上午来修" in said and await carried(bot) == []
    page = await triage.open(f"/tickets/{number}")
    assert said in page.words and "已送到" in page.words


async def test_a_resident_who_answers_stands_in_the_same_thread(bot: Shell) -> None:
    triage, number = await browser(bot.api, Role.TRIAGE), await report(bot.api, **LIGHT)
    await triage.send(await triage.open(f"/tickets/{number}"), "ask", note="哪一盏？")
    await carried(bot)
    await bot.hear(CHAT, Said("从南数第二盏", Heard()))
    await bot.settle()
    page = await triage.open(f"/tickets/{number}")
    talk = page.words[page.words.index("和居民的对话") :]
    assert talk.index("哪一盏？") < talk.index("从南数第二盏")
    assert '<details class="inset deed" open id="tell">' in page.html, "it waits for an answer"
