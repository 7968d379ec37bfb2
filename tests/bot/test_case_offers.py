"""Cases in a conversation: offered after what is urgent, read, all that was needed or not; and nothing is lost."""

from dataclasses import replace

import httpx
import pytest

from bot import case_texts, outcomes, texts
from bot.case_events import CasesFound, CountCase, FindCases
from bot.client import ApiClient, Resident
from bot.dialogue import respond
from bot.events import Command, FileTicket, Heard, Pressed, Said, Say
from bot.state import Dialogue, Step
from tests.bot.examples import LATE_CLAIM, LEASE, LEGAL, NO_PLACE, RING, SETTLED, SIMILAR

CALM = replace(LEGAL, touched=(LATE_CLAIM,))
ASKED = Said("房东不退押金", CALM)


def says(commands: list[Command]) -> list[str]:
    return [command.text for command in commands if isinstance(command, Say)]


def offered(*cases: object) -> tuple[Dialogue, list[Command]]:
    dialogue, _ = respond(Dialogue(), ASKED)
    return respond(dialogue, CasesFound(dialogue.draft.key, cases))  # type: ignore[arg-type]


def test_the_time_limit_is_said_before_cases_are_looked_for() -> None:
    dialogue, commands = respond(Dialogue(), ASKED)
    opening, limits, search = commands
    assert isinstance(opening, Say) and isinstance(limits, Say) and "三年" in limits.text
    assert search == FindCases("1", LEASE.label, "房东不退押金") and dialogue.step is Step.SEEKING


@pytest.mark.parametrize("touched", [(RING,), (RING, LATE_CLAIM)])
def test_who_is_in_danger_is_offered_none(touched: tuple[object, ...]) -> None:
    dialogue, commands = respond(Dialogue(), Said("他打我", replace(LEGAL, touched=touched)))  # type: ignore[arg-type]
    assert not [one for one in commands if isinstance(one, FindCases)] and dialogue.step is Step.WHERE


def test_without_cases_the_questions_begin() -> None:
    dialogue, commands = offered()
    assert dialogue.step is Step.WHERE and says(commands) == [texts.WHERE_LEGAL]


def test_a_case_is_read_with_its_law_and_what_it_is_not() -> None:
    dialogue, commands = offered(SETTLED, SIMILAR)
    (offer,) = says(commands)
    assert SETTLED.question in offer and "（演示数据）" in offer and case_texts.GENERAL in offer
    dialogue, commands = respond(dialogue, Pressed("case:1:0"))
    told, asked = says(commands)
    assert SETTLED.answer in told and "《民法典》第七百三十三条" in told and case_texts.GENERAL in told
    assert "2026 年 11 月 20 日" in told and asked == case_texts.SOLVED_OR_ASK
    assert CountCase(7, "shown") in commands and dialogue.step is Step.CASES


@pytest.mark.parametrize("thanks", ["解决了", "懂了谢谢", "晓得哉", "明白了！", "谢谢，清楚了"])
def test_solved_nothing_is_filed_and_it_is_counted(thanks: str) -> None:
    dialogue, _ = offered(SETTLED)
    dialogue, _ = respond(dialogue, Said("看解答", Heard()))
    dialogue, commands = respond(dialogue, Said(thanks, Heard()))
    assert dialogue.step is Step.IDLE and not dialogue.draft.key
    assert CountCase(7, "helped") in commands and says(commands)[0] == case_texts.THANKS


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize("words", ["还是问顾问", "问律师", "没解决", "不用", "都不是"])
def test_on_to_the_adviser_with_all_that_was_told(words: str, reads: bool) -> None:
    dialogue, _ = offered(SETTLED)
    if reads:
        dialogue, _ = respond(dialogue, Pressed("case:1:0"))
    dialogue, commands = respond(dialogue, Said(words, Heard()))
    assert says(commands) == [case_texts.ASK_ON, texts.WHERE_LEGAL]
    assert dialogue.draft.text == "房东不退押金" and not dialogue.draft.interview.offers
    for button in ("nowhere:1", "enough:1", "ok:1"):
        dialogue, commands = respond(dialogue, Pressed(button))
    assert isinstance(commands[0], FileTicket)


def test_other_words_tell_more_of_it() -> None:
    dialogue, _ = offered(SETTLED)
    dialogue, commands = respond(dialogue, Said("她说墙上有钉眼，在南环一村", replace(CALM, place="南环一村")))
    assert dialogue.draft.text.endswith("她说墙上有钉眼，在南环一村") and dialogue.draft.place == "南环一村"
    assert dialogue.step is Step.FACT and says(commands)[0] == case_texts.ASK_ON


def test_an_address_is_where_it_is_and_not_what_is_asked() -> None:
    dialogue, _ = respond(offered(SETTLED)[0], Said("彩香一村三区。", Heard(place="彩香一村三区", street="金阊街道")))
    assert (dialogue.draft.text, dialogue.draft.place) == ("房东不退押金", "彩香一村三区")
    assert not dialogue.draft.interview.offers


def test_something_to_repair_waits_and_the_offer_stands() -> None:
    dialogue, _ = offered(SETTLED)
    dialogue, commands = respond(dialogue, Said("垃圾没人清", NO_PLACE))
    assert dialogue.step is Step.CASES and len(dialogue.queue) == 1
    assert says(commands)[0] == texts.KEPT_FOR_LATER and SETTLED.question in says(commands)[1]


def test_danger_told_now_is_warned_of_and_no_case_is_in_the_way() -> None:
    dialogue, _ = offered(SETTLED)
    dialogue, commands = respond(dialogue, Said("他还打我", replace(CALM, touched=(RING,))))
    assert "⚠️ 马上拨 110。" in says(commands) and dialogue.step is Step.WHERE


def test_who_does_not_wait_is_not_held_up_and_late_cases_are_not_offered() -> None:
    dialogue, _ = respond(Dialogue(), ASKED)
    dialogue, _ = respond(dialogue, Said("南环一村", replace(NO_PLACE, kind="other", label="other", place="南环一村")))
    assert dialogue.draft.place == "南环一村"
    after, commands = respond(dialogue, CasesFound("1", (SETTLED,)))
    assert (after, commands) == (dialogue, [])


def test_buttons_of_an_offer_that_is_gone_do_nothing() -> None:
    dialogue, _ = offered(SETTLED)
    dialogue, _ = respond(dialogue, Pressed("adviser:1"))
    for button in ("case:1:0", "solved:1", "adviser:1"):
        after, commands = respond(dialogue, Pressed(button))
        assert after.draft == dialogue.draft and says(commands)[0] == texts.STALE


async def test_when_nobody_answers_there_are_no_cases_and_no_wait() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    async with httpx.AsyncClient(transport=httpx.MockTransport(down), base_url="http://api") as http:
        client, who = ApiClient(http, "key"), Resident("web", "r1")
        for command, outcome in (
            (FindCases("1", LEASE.label, "押金"), CasesFound("1")),
            (CountCase(7, "helped"), None),
        ):
            assert await outcomes.ask(client, who, command, lambda photo: _nothing()) == outcome  # type: ignore[arg-type]


async def _nothing() -> bytes:
    return b""
