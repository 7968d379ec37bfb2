"""The web chat's socket, as docs/web-chat.md describes it, and its pictures."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from api.lifecycle import Role
from api.schemas import MAX_PHOTO_BYTES
from api.settings import Settings
from bot import texts
from bot.channels import uploads
from bot.channels.port import NoPhoto
from bot.channels.uploads import Uploads
from bot.channels.web import UNREAD, chat_of
from bot.store import chats, commands, frames, inbox
from tests.walk import picture
from tests.world import World

LAMP = "南环新村12幢门口的路灯不亮了"
Frame = dict[str, Any]


def token() -> str:
    return secrets.token_urlsafe(32)


class Tab:
    def __init__(self, line: ClientConnection) -> None:
        self.line = line

    async def send(self, frame: object) -> None:
        await self.line.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))

    async def next(self, key: str = "say") -> Frame:
        """The next frame that has `key`."""
        async with asyncio.timeout(30):
            while True:
                frame: Frame = json.loads(await self.line.recv())
                if key in frame:
                    return frame

    async def some(self, number: int) -> list[Frame]:
        async with asyncio.timeout(30):
            return [json.loads(await self.line.recv()) for _ in range(number)]

    async def quiet(self, within: float = 0.2) -> list[Frame]:
        found: list[Frame] = []
        try:
            async with asyncio.timeout(within):
                while True:
                    found.append(json.loads(await self.line.recv()))
        except TimeoutError:
            return found


@asynccontextmanager
async def tab(world: World, session: str) -> AsyncIterator[Tab]:
    address = f"{world.chat_url.replace('http', 'ws')}/ws?session={session}"
    async with connect(address, proxy=None, max_size=None) as line:
        yield Tab(line)


@pytest.mark.parametrize("session", ["", "short", "x" * 31, "x" * 31 + "%00", "x" * 40 + "!", "../" * 20, "中" * 40])
async def test_a_bad_token_opens_nothing(world: World, session: str) -> None:
    async with tab(world, session) as line:
        with pytest.raises(ConnectionClosed) as closed:
            await line.next()
    assert closed.value.rcvd and closed.value.rcvd.code == 4400


async def test_a_report(world: World) -> None:
    async with tab(world, token()) as line:
        await line.send({"text": LAMP, "id": "a"})
        card = await line.next()
        assert card["n"] == 1 and card["buttons"][0][0]["text"].endswith("确认提交")
        await line.send({"press": card["buttons"][0][0]["id"]})
        assert "编号 GS" in (await line.next())["say"]


async def test_a_repeated_id_is_the_same_frame(world: World) -> None:
    async with tab(world, token()) as line:
        for _ in range(3):
            await line.send({"text": "你好", "id": "a"})
        await line.send({"text": "帮助", "id": 7})
        frames = await line.some(6)
        assert [frame["taken"] for frame in frames if "taken" in frame] == ["a", "a", "a", "7"]
        assert [frame["say"] for frame in frames if "say" in frame] == [texts.HELLO, texts.HELP]
    async with tab(world, token()) as other:
        await other.send({"text": "你好", "id": "a"})
        assert (await other.next())["say"] == texts.HELLO, "an id is the session's own"


NONSENSE: list[str | bytes] = [
    *("", "{", "[]", '"x"', "7", "null", "{}", "[" * 50_000),
    *('{"text": 5.5}', '{"text": true}', '{"text": null}'),
    *('{"lat": 1}', '{"lat": 91, "lon": 1}', '{"lat": NaN, "lon": 1}', '{"lat": "31", "lon": "120"}'),
    *('{"press": {}}', '{"press": "' + "x" * 201 + '"}', '{"id": "' + "x" * 101 + '", "text": "x"}'),
    *('{"seen": -1}', '{"seen": 1e99}', '{"seen": 99999999999999999999}'),
    *(b"\x00\xff", b"{}"),
]


async def test_nonsense_is_refused_and_the_socket_stays_open(world: World) -> None:
    async with tab(world, token()) as line:
        for frame in NONSENSE:
            await line.send(frame)
            assert await line.next("error") == {"error": UNREAD}, frame
        await line.send({"text": "你好"})
        assert (await line.next())["say"] == texts.HELLO


async def test_an_oversized_text_is_answered(world: World) -> None:
    async with tab(world, token()) as line:
        await line.send({"text": "长" * 100_001, "id": "long"})
        assert (await line.next("taken"))["taken"] == "long"
        assert (await line.next())["say"] == texts.UNREADABLE["too_long"]
        await line.send('{"text": "' + "x" * 1_000_001 + '"}')
        assert await line.next("error") == {"error": UNREAD}


BROKEN_TEXT = {
    r'{"text": "\ud83d"}': texts.UNREADABLE["emoji"],
    r'{"text": "\u0000"}': texts.UNREADABLE["empty"],
    r'{"text": "你\u0000好"}': texts.HELLO,
    r'{"text": "你好\udfff"}': texts.HELLO,
    r'{"press": "\ud83d\u0000"}': texts.STALE,
    r'{"photo": "\ud83d"}': texts.PHOTO_FIRST,
    r'{"text": "你好", "id": "\ud83d\u0000"}': texts.HELLO,
    r'{"lat": 31, "lon": 120.5, "text": null}': texts.LOCATION_FIRST,
    r'{"text": "", "id": ""}': texts.UNREADABLE["empty"],
}


@pytest.mark.parametrize("frame", BROKEN_TEXT)
async def test_half_an_emoji_and_a_null(world: World, frame: str) -> None:
    async with tab(world, token()) as line:
        await line.send(frame)
        assert (await line.next())["say"] == BROKEN_TEXT[frame]


async def test_a_reconnection_replays_only_what_was_not_seen(world: World) -> None:
    session = token()
    async with tab(world, session) as line:
        for words in ("你好", "帮助", "我的上报"):
            await line.send({"text": words})
            last = await line.next()
        await line.send({"seen": 2})
        await line.send({"seen": 1})
        await line.quiet(0.1)
    async with tab(world, session) as line:
        assert await line.next() == last and await line.quiet() == []
    async with tab(world, token()) as stranger:
        assert await stranger.quiet() == []


async def test_what_is_said_while_nobody_listens_waits(world: World) -> None:
    session = token()
    async with tab(world, session) as line:
        await line.send({"text": LAMP, "id": "a"})
        await line.next("taken")
    await world.settle()
    async with tab(world, session) as line:
        assert "确认提交" in (await line.next())["say"]


async def test_two_tabs_hear_the_same(world: World) -> None:
    session = token()
    async with tab(world, session) as one, tab(world, session) as two:
        for words in ("你好", "帮助", "我的上报"):
            await one.send({"text": words})
            heard = await one.next()
            await one.send({"seen": heard["n"]})
            assert await two.next() == heard
        store, chat = world.running.store, chat_of(session)
        await store.add_frame(chat, 999, {"say": "seen in a third tab before these two looked", "buttons": []})
        await store.seen(chat, 4)
        await one.send({"text": "帮助"})
        for _ in range(2):
            assert await one.next() == await two.next()
        assert await one.quiet() == await two.quiet() == []


async def test_a_notice_comes_by_itself_and_comes_again_until_it_is_seen(world: World) -> None:
    session = token()
    async with tab(world, session) as line:
        await line.send({"text": LAMP})
        await line.send({"press": (await line.next())["buttons"][0][0]["id"]})
        receipt = await line.next()
        await line.send({"seen": receipt["n"]})
        await line.quiet(0.05)
    number = receipt["say"][receipt["say"].index("GS") :][:15]
    headers = await world.api.staff("staff-triage", Role.TRIAGE)
    await world.api.client.post(f"/api/v1/tickets/{number}/actions/file", json={}, headers=headers)
    await world.settle()
    for _ in range(2):
        async with tab(world, session) as line:
            assert "已经立案" in (await line.next())["say"] and await line.quiet(0.05) == []


async def upload(world: World, content: bytes | None, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        files = None if content is None else {"file": ("照片.jpg", content)}
        return await http.post(f"{world.chat_url}/photos", files=files, headers=headers)


async def test_a_photo(world: World) -> None:
    photo = (await upload(world, picture(1))).json()["photo"]
    async with tab(world, token()) as line:
        await line.send({"photo": photo, "text": LAMP})
        card = await line.next()
        assert "照片：1 张" in card["say"]
        await line.send({"press": card["buttons"][0][0]["id"]})
        assert "编号 GS" in (await line.next())["say"]
        assert [frame for frame in await line.quiet() if "say" in frame] == [], "nothing was lost"


async def test_photos_that_are_refused(world: World) -> None:
    for content, status in ((None, 422), (b"", 422), (b"x" * (MAX_PHOTO_BYTES + 1), 413), (b"x" * 30_000_000, 413)):
        answer = await upload(world, content)
        assert answer.status_code == status and "照片" in answer.json()["error"], status

    async def endless() -> AsyncIterator[bytes]:
        yield b"x"

    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{world.chat_url}/photos", content=endless())).status_code == 411
        assert (await http.post(f"{world.chat_url}/photos", content=b"no form")).status_code == 422
        wrong = {"content-type": "multipart/form-data"}
        assert (await http.post(f"{world.chat_url}/photos", content=b"x", headers=wrong)).status_code in (400, 422)


@pytest.mark.parametrize("photo", ["nothing", "../../keys/bot", "0" * 32, "/etc/passwd", ""])
async def test_a_wrong_photo_does_not_keep_the_report(world: World, photo: str) -> None:
    async with tab(world, token()) as line:
        await line.send({"photo": photo, "text": LAMP})
        await line.send({"press": (await line.next())["buttons"][0][0]["id"]})
        assert "编号 GS" in (await line.next())["say"]
        assert (await line.next())["say"] == texts.PHOTOS_LOST


async def test_something_that_is_no_picture_is_said_to_be_lost(world: World) -> None:
    photo = (await upload(world, b"no picture")).json()["photo"]
    async with tab(world, token()) as line:
        await line.send({"photo": photo, "text": LAMP})
        await line.send({"press": (await line.next())["buttons"][0][0]["id"]})
        await line.next()
        assert (await line.next())["say"] == texts.PHOTOS_LOST


async def test_old_pictures_make_room(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Uploads(tmp_path / "photos", Settings(var_dir=tmp_path).cipher_for("bot"))
    monkeypatch.setattr(uploads, "MOST_BYTES_KEPT", 110)
    names = [kept._keep(b"0123456789") for _ in range(3)]
    with pytest.raises(NoPhoto):
        await kept.read(names[0])
    assert await kept.read(names[2]) == b"0123456789"
    monkeypatch.setattr(uploads, "KEPT_FOR", -1.0)
    kept._keep(b"x")
    assert len(list((tmp_path / "photos").iterdir())) == 1


async def test_the_token_stays_between_browser_and_server(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    session = token()
    async with tab(world, session) as line:
        await line.send({"text": LAMP, "id": "a"})
        await line.send("{")
        await line.next()
    async with world.running.store.db.reader() as db:
        for table in (inbox, chats, commands, frames):
            assert session not in repr((await db.execute(select(table))).all())
    out, err = capfd.readouterr()
    assert session not in out + err and LAMP not in out + err


async def test_the_pages_headers(world: World) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        for path in ("/", "/static/chat.css"):
            answer = await http.get(f"{world.chat_url}{path}")
            assert answer.status_code == 200 and "default-src 'self'" in answer.headers["content-security-policy"]
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
        assert (await http.get(f"{world.chat_url}/static/../web.py")).status_code == 404
        assert (await upload(world, picture(1))).headers["x-content-type-options"] == "nosniff"
        assert (await http.get(f"{world.chat_url}/healthz")).json() == {"status": "alive"}
