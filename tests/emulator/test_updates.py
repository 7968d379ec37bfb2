"""How updates reach the bot: long polling, webhook, again, and out of order."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, Conflict

from . import Emulator, serve
from .conftest import TOKEN, make_bot


class Hook:
    """A bot's webhook: keeps what came, answers with `statuses` first and 200 after."""

    def __init__(self) -> None:
        self.url = ""
        self.came: list[tuple[int, str]] = []
        self.secrets: set[str | None] = set()
        self.statuses: list[int] = []
        self.reply: dict[str, object] = {}

    async def take(self, request: Request) -> Response:
        update = await request.json()
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.came.append((update["update_id"], update["message"]["text"]))
        return JSONResponse(self.reply, self.statuses.pop(0) if self.statuses else 200)


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = Starlette(routes=[Route("/hook", made.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="critical"))
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    made.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    yield made
    server.should_exit = True
    await running


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def texts(updates: tuple[object, ...]) -> list[str]:
    return [update.message.text for update in updates]  # type: ignore[attr-defined]


async def test_an_offset_confirms(emulator: Emulator, bot: Bot) -> None:
    ids = [emulator.say(1, text)["update_id"] for text in "abc"]
    assert texts(await bot.get_updates(limit=2)) == ["a", "b"]
    assert texts(await bot.get_updates()) == ["a", "b", "c"]
    assert texts(await bot.get_updates(offset=ids[1])) == ["b", "c"]
    assert texts(await bot.get_updates(offset=-1)) == ["c"]
    assert await bot.get_updates(offset=ids[2] + 1) == ()
    assert await bot.get_updates() == ()


async def test_a_long_poll_wakes(emulator: Emulator, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    assert not poll.done()
    emulator.say(1, "hi")
    async with asyncio.timeout(15):
        assert texts(await poll) == ["hi"]


async def test_a_second_poll_ends_the_first(emulator: Emulator, bot: Bot, url: str) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    async with make_bot(url) as other:
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one"):
            await first
        emulator.say(1, "hi")
        assert texts(await second) == ["hi"]


async def test_kinds_not_asked_for_are_not_kept(emulator: Emulator, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["message"])
    emulator.edit(1, emulator.say(1, "a")["message"]["message_id"], "b")
    assert len(await bot.get_updates()) == 1
    await bot.get_updates(allowed_updates=[])
    emulator.edit(1, 1, "c")
    assert len(await bot.get_updates()) == 2


async def test_replay_and_reorder_while_polling(emulator: Emulator, bot: Bot) -> None:
    ids = [emulator.say(1, text)["update_id"] for text in "abc"]
    emulator.reorder([ids[2], ids[0]])
    assert texts(await bot.get_updates()) == ["c", "a", "b"]
    assert await bot.get_updates(offset=ids[2] + 1) == ()
    emulator.replay(ids[0])
    assert texts(await bot.get_updates(offset=ids[2] + 1)) == ["a"]
    assert await bot.get_updates(offset=ids[2] + 1) == ()


async def test_a_poll_that_hung_up_takes_nothing(emulator: Emulator, bot: Bot, url: str) -> None:
    update = emulator.say(1, "a")
    offset = update["update_id"] + 1
    with pytest.raises(httpx.ReadTimeout):
        async with httpx.AsyncClient(trust_env=False, timeout=0.1) as http:
            await http.get(f"{url}/bot{TOKEN}/getUpdates", params={"timeout": 5, "offset": offset})
    await until(lambda: emulator.calls("getUpdates"))
    emulator.replay(update["update_id"])
    assert texts(await bot.get_updates(offset=offset)) == ["a"]


async def test_raw_updates(emulator: Emulator, bot: Bot) -> None:
    group = {"id": -5, "type": "group", "title": "楼组"}
    message = {"message_id": 9, "date": 1_700_000_000, "chat": group, "text": "x"}
    emulator.raw({"update_id": 3, "message": message})
    (update,) = await bot.get_updates()
    assert update.update_id == 3
    assert (await bot.send_message(-5, "to the group")).message_id == 10


async def test_the_webhook_gets_what_waited(emulator: Emulator, bot: Bot, hook: Hook) -> None:
    emulator.say(1, "before")
    assert await bot.set_webhook(hook.url, secret_token="s3cret", max_connections=5)
    emulator.say(1, "after")
    await emulator.delivered()
    assert [text for _, text in hook.came] == ["before", "after"]
    assert hook.secrets == {"s3cret"}
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 5)
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_the_webhook_is_tried_until_2xx(emulator: Emulator, bot: Bot, hook: Hook) -> None:
    hook.statuses = [500, 403, 500]
    await bot.set_webhook(hook.url)
    emulator.say(1, "a")
    emulator.say(1, "b")
    await until(lambda: hook.came)
    assert (await bot.get_webhook_info()).pending_update_count == 2
    await emulator.delivered()
    assert [text for _, text in hook.came] == ["a", "a", "a", "a", "b"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_one_stuck_chat_does_not_hold_up_others(emulator: Emulator, bot: Bot, hook: Hook) -> None:
    hook.statuses = [500] * 2
    await bot.set_webhook(hook.url)
    emulator.hold()
    for chat, text in ((1, "a1"), (1, "a2"), (2, "b1")):
        emulator.say(chat, text)
    emulator.release()
    await emulator.delivered()
    said = [text for _, text in hook.came]
    assert said[:2] == ["a1", "b1"]
    assert said.index("a2") == len(said) - 1


async def test_replay_and_reorder_to_the_webhook(emulator: Emulator, bot: Bot, hook: Hook) -> None:
    await bot.set_webhook(hook.url)
    emulator.hold()
    first, second = emulator.say(1, "a")["update_id"], emulator.say(1, "b")["update_id"]
    emulator.reorder()
    emulator.release()
    await emulator.delivered()
    emulator.replay(first)
    await emulator.delivered()
    assert hook.came == [(second, "b"), (first, "a"), (first, "a")]


async def test_a_method_in_the_webhooks_answer(emulator: Emulator, bot: Bot, hook: Hook) -> None:
    hook.reply = {"method": "sendMessage", "chat_id": 1, "text": "echo"}
    await bot.set_webhook(hook.url)
    emulator.say(1, "a")
    assert await emulator.wait_for(1, "echo")


async def test_setting_a_webhook_ends_the_poll(emulator: Emulator, bot: Bot, hook: Hook) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
        await bot.set_webhook(hook.url, secret_token="a b")
    emulator.hold()
    emulator.say(1, "dropped")
    await bot.delete_webhook(drop_pending_updates=True)
    emulator.release()
    assert await bot.get_updates() == ()


async def test_the_state_outlives_the_server(emulator: Emulator) -> None:
    async with serve(emulator) as url:
        port = int(url.rpartition(":")[2])
    emulator.say(1, "while it was down")
    async with serve(emulator, port=port) as url, make_bot(url) as bot:
        assert texts(await bot.get_updates()) == ["while it was down"]
