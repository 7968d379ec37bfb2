"""A legal matter in a chat of its adviser's: read, answered and asked about there where its resident agreed, and only
then; that it is so the API decides, not the buttons of a chat."""

from typing import Any

import pytest
from sqlmodel import col, select, update

from api.lifecycle import RULES, Lane, Role, Status
from api.models import AnswerDraft, Ticket
from tests.api.life import PEER, QUESTION, Cast, Headers, call, carried, draft, failure, ok, open_ticket
from tests.api.test_duty import binds

HOUSE, PHONE, HIDDEN = "彩香一村8幢402", "13812345678", "#" * 11
AGREED: dict[str, Any] = QUESTION | {"in_chat": True, "channel": "web"}
ANSWER, LAW = "押金应当退", "《民法典》第七百零八条"
SO_FAR, WHY = "先写一封信要押金", "居民投诉顾问三天没有答复，要核对"


async def in_hand(cast: Cast, **changes: Any) -> tuple[str, Headers]:
    """A matter that its adviser took, and their chat."""
    number = str((await open_ticket(cast.api, **AGREED | changes))["number"])
    await cast.done(Role.ADVISER, number, "accept")
    return number, await binds(cast.api, "ada", "5")


async def taken_back(cast: Cast) -> None:
    async with cast.api.db.writing() as session:
        await session.exec(update(Ticket).values(in_chat=False))


async def seen(cast: Cast, headers: Headers, number: str) -> dict[str, Any]:
    return ok(await cast.api.client.get(f"/api/v1/tickets/{number}", headers=headers))


async def test_where_the_resident_agreed_it_is_read_asked_about_and_answered(cast: Cast) -> None:
    number, chat = await in_hand(cast)
    shown = await seen(cast, chat, number)
    assert shown["text"] == QUESTION["text"] and set(shown["actions"]) == {"report_back", "ask"}
    ok(await call(cast.api, chat, number, "ask", note="收条在吗？"))
    ok(await call(cast.api, cast.api.resident(), number, "reply", note="在的"))
    answered = ok(await call(cast.api, chat, number, "report_back", note=ANSWER, laws=LAW, lawyer=True))
    assert answered["status"] == "reported_back"
    [told] = [row for row in await carried(cast.api) if row["kind"] == "legal.report_back"]
    assert (told["facts"]["note"], told["facts"]["laws"]) == (ANSWER, [["民法典", "第七百零八条"]])
    assert told["facts"]["lawyer"] is True


async def test_where_they_did_not_nothing_in_words_is_read_or_done_there(cast: Cast) -> None:
    number, chat = await in_hand(cast, in_chat=False)
    shown = await seen(cast, chat, number)
    assert (shown["text"], shown["facts"], shown["photos"]) == (None, [], [])
    assert shown["actions"] == [], "there is no other adviser to pass it on to"
    for action, given in (("report_back", {"note": ANSWER}), ("ask", {"note": "收条在吗？"})):
        refused = await call(cast.api, chat, number, action, **given)
        assert (*failure(refused), refused.json()["reason"]) == (403, "forbidden", "only_on_page")
    path = f"/api/v1/tickets/{number}"
    for refused in (
        await cast.api.client.post(f"{path}/notes", json={"text": "记一笔"}, headers=chat),
        await draft(cast.api, chat, number, note=SO_FAR),
    ):
        assert (*failure(refused), refused.json()["reason"]) == (403, "forbidden", "only_on_page")
    looked = await cast.api.client.post(f"{path}/identity", json={"reason": "要回电"}, headers=chat)
    assert failure(looked)[0] == 403
    assert QUESTION["text"] not in (await cast.api.client.get(f"{path}/timeline", headers=chat)).text
    await cast.done(Role.ADVISER, number, "report_back", note=ANSWER)


async def test_a_consent_that_is_taken_back_ends_what_was_begun(cast: Cast) -> None:
    number, chat = await in_hand(cast)
    assert "report_back" in (await seen(cast, chat, number))["actions"]
    await taken_back(cast)
    refused = await call(cast.api, chat, number, "report_back", note=ANSWER)
    assert (*failure(refused), refused.json()["reason"]) == (403, "forbidden", "only_on_page")
    assert (await seen(cast, chat, number))["text"] is None


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.IN_PROGRESS, Status.REPORTED_BACK])
async def test_whatever_else_goes_in_words_is_done_on_the_page(cast: Cast, status: Status) -> None:
    """By everybody: a supervisor's reason or urging, too."""
    number = str((await open_ticket(cast.api, **AGREED))["number"])
    for action in {Status.IN_PROGRESS: ["accept"], Status.REPORTED_BACK: ["accept", "report_back"]}.get(status, []):
        await cast.done(Role.ADVISER, number, action, note=ANSWER)
    for role, name, address in ((Role.ADVISER, "ada", "5"), (Role.SUPERVISOR, "sam", "4")):
        chat = await binds(cast.api, name, address)
        allowed = set((await seen(cast, chat, number))["actions"])
        in_words = {
            str(of) for (lane, at, of), rule in RULES.items() if (lane, at) == (Lane.LEGAL, status) and rule.needs
        }
        assert allowed & in_words <= {"report_back", "ask"}, role
    refused = await call(cast.api, chat, number, "break_glass", reason=WHY)
    assert (*failure(refused), refused.json()["reason"]) == (403, "forbidden", "only_on_page")


async def test_who_only_reviews_reads_and_answers_nothing_in_a_chat(cast: Cast) -> None:
    await cast.api.staff(PEER, Role.ADVISER)
    number, _ = await in_hand(cast)
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=SO_FAR))
    await cast.done(Role.ADVISER, number, "ask_review", to=PEER, aside="这样行吗？")
    await carried(cast.api)
    peer = await binds(cast.api, PEER, "6")
    shown = await seen(cast, peer, number)
    assert (shown["text"], shown["actions"]) == (None, [])
    refused = await call(cast.api, peer, number, "report_back", note=ANSWER)
    assert (*failure(refused), refused.json()["reason"]) == (403, "forbidden", "only_reviews")


async def test_a_law_that_cannot_be_read_is_named_and_the_same_key_serves_again(cast: Cast) -> None:
    number, chat = await in_hand(cast)
    keyed = dict(chat) | {"Idempotency-Key": "k1"}
    refused = await call(cast.api, keyed, number, "report_back", note=ANSWER, laws=f"{LAW}\n那一条")
    assert (*failure(refused), refused.json()["line"]) == (422, "bad_citation", "那一条")
    for _ in range(2):
        ok(await call(cast.api, keyed, number, "report_back", note=ANSWER, laws=LAW))
    events = (await cast.timeline(number, Role.ADVISER))["events"]
    assert [event["action"] for event in events].count("report_back") == 1


async def test_a_draft_on_the_page_goes_only_when_the_answer_names_it(cast: Cast) -> None:
    number, chat = await in_hand(cast)
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=SO_FAR))
    refused = await call(cast.api, chat, number, "report_back", note=ANSWER)
    assert failure(refused) == (409, "draft_changed")
    cast.api.clock.forward(minutes=5)
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=f"{SO_FAR}，再", version=1))
    before, refused = (
        refused.json()["saved_at"],
        await call(cast.api, chat, number, "report_back", note=ANSWER, over_draft=refused.json()["saved_at"]),
    )
    assert failure(refused) == (409, "draft_changed") and refused.json()["saved_at"] != before, "saved again since"
    assert await _drafts(cast) == [f"{SO_FAR}，再"]
    ok(await call(cast.api, chat, number, "report_back", note=ANSWER, over_draft=refused.json()["saved_at"]))
    assert await _drafts(cast) == []


async def test_that_there_is_a_draft_its_author_alone_is_told(cast: Cast) -> None:
    number, chat = await in_hand(cast)
    assert (await seen(cast, chat, number))["drafted_at"] is None
    saved = ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=SO_FAR))
    assert (await seen(cast, chat, number))["drafted_at"] == saved["saved_at"]
    for role in (Role.RESIDENT, Role.SUPERVISOR, Role.TRIAGE, Role.SYSTEM):
        assert (await cast.read(number, role))["drafted_at"] is None, role


async def test_a_draft_of_the_same_words_stands_in_no_answers_way(cast: Cast) -> None:
    number, chat = await in_hand(cast)
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=ANSWER, laws=LAW))
    ok(await call(cast.api, chat, number, "report_back", note=ANSWER, laws=LAW))


async def test_the_page_sends_its_own_draft_as_before(cast: Cast) -> None:
    number, _ = await in_hand(cast)
    ok(await draft(cast.api, cast.headers[Role.ADVISER], number, note=SO_FAR))
    await cast.done(Role.ADVISER, number, "report_back", note=ANSWER)


async def _drafts(cast: Cast) -> list[str]:
    async with cast.api.db.reading() as session:
        return list((await session.exec(select(col(AnswerDraft.note)))).all())


@pytest.mark.parametrize("in_chat", [True, False])
async def test_what_the_resident_says_further_comes_into_the_advisers_chat_where_they_agreed(
    cast: Cast, in_chat: bool
) -> None:
    further = f"我住{HOUSE}，电话{PHONE}，利息也能要吗"
    number, _ = await in_hand(cast, in_chat=in_chat, anonymous=True, place=HOUSE)
    await binds(cast.api, "sam", "4")
    await cast.done(Role.ADVISER, number, "ask", note="收条在吗？")
    ok(await call(cast.api, cast.api.resident(), number, "reply", note=further))
    for action in ("follow_up", "unsolved", "unsolved"):
        await cast.done(Role.ADVISER, number, "report_back", note=ANSWER)
        ok(await call(cast.api, cast.api.resident(), number, action, note=further))
    rows = await carried(cast.api, "telegram")
    mine = {row["kind"]: row["facts"] for row in rows if row["address"] == "5"}
    assert {"duty.legal.reply", "duty.legal.follow_up", "duty.legal.unsolved"} <= set(mine)
    for facts in mine.values():
        assert (facts.get("in_chat"), facts.get("note")) == (
            (True, f"我住{'#' * len(HOUSE)}，电话{HIDDEN}，利息也能要吗") if in_chat else (None, None)
        )
    others = [row for row in rows if row["address"] != "5"]
    assert others and "利息" not in str(others) and "in_chat" not in str(others), "a supervisor hears no word"
