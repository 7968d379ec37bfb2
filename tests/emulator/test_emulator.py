"""Messages, edits, buttons, files, settings, faults: what a real `telegram.Bot` gets to see."""

import asyncio

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MenuButtonCommands,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from . import Emulator
from .conftest import make_bot
from .pictures import THUMBNAIL


def inline(text: str, data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)]])


async def test_a_message_is_sent_and_seen(emulator: Emulator, bot: Bot) -> None:
    emulator.user(5, first_name="王芳", language_code="zh-hans")
    update = emulator.say(5, "/start 你好")
    (received,) = await bot.get_updates()
    assert received.message and received.message.from_user and received.effective_chat
    assert received.update_id == update["update_id"]
    assert received.message.text == "/start 你好"
    assert received.message.from_user.first_name == "王芳"
    assert received.effective_chat.type == "private"
    assert [entity.type for entity in received.message.entities] == ["bot_command"]
    sent = await bot.send_message(5, "<b>您好</b> &amp; 欢迎", parse_mode="HTML")
    assert sent.message_id == received.message.message_id + 1
    assert sent.text == "您好 & 欢迎"
    assert sent.text_html == "<b>您好</b> &amp; 欢迎"
    assert [message["text"] for message in emulator.sent(5)] == ["您好 & 欢迎"]


async def test_message_ids_count_in_each_chat(emulator: Emulator, bot: Bot) -> None:
    assert emulator.say(1, "a")["message"]["message_id"] == 1
    assert emulator.say(2, "a")["message"]["message_id"] == 1
    assert (await bot.send_message(2, "b")).message_id == 2


async def test_edits_and_deletions_show(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    sent = await bot.send_message(1, "one", reply_markup=inline("Go", "go"))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text("one ", reply_markup=inline("Go", "go"))
    edited = await sent.edit_text("two")
    assert isinstance(edited, Message) and edited.edit_date and edited.reply_markup is None
    assert emulator.sent(1)[0]["text"] == "two"
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(None)
    await sent.delete()
    assert emulator.sent(1) == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("three")
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("no", 1, 1)


async def test_old_messages_cannot_be_deleted(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi", date=1_600_000_000)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(1, 1)


async def test_a_press_is_answered_once(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    await bot.send_message(1, "old", reply_markup=inline("Yes", "yes:1"))
    await bot.send_message(1, "new", reply_markup=inline("Yes", "yes:2"))
    query_id = emulator.press(1, "Yes")
    query = (await bot.get_updates())[-1].callback_query
    assert query and query.id == query_id and query.data == "yes:2"
    assert query.message and query.message.message_id == 3
    assert await query.answer("好")
    for unknown in (query_id, "1"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(unknown)
    expired = emulator.press(1, "yes:1")
    emulator.expire_queries()
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(expired)
    with pytest.raises(LookupError, match="there are"):
        emulator.press(1, "No")


async def test_reply_keyboards(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    rows = [[KeyboardButton("位置", request_location=True)], [KeyboardButton("跳过")]]
    sent = await bot.send_message(1, "where?", reply_markup=ReplyKeyboardMarkup(rows, one_time_keyboard=True))
    assert sent.reply_markup is None
    assert emulator.keyboard(1)[0][0] == {"text": "位置", "request_location": True}
    assert emulator.tap(1, "跳过")["message"]["text"] == "跳过"
    await bot.send_message(1, "ok", reply_markup=ReplyKeyboardRemove())
    assert emulator.keyboard(1) == []


async def test_replies_quote(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    sent = await bot.send_message(1, "re", reply_parameters=ReplyParameters(1))
    assert sent.reply_to_message and sent.reply_to_message.text == "hi"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(1, "re", reply_parameters=ReplyParameters(99))


async def test_photos_both_ways(emulator: Emulator, bot: Bot) -> None:
    emulator.photo(1, b"\xff\xd8 a hole in the road", "坑")
    (update,) = await bot.get_updates()
    assert update.message and update.message.caption == "坑"
    whole = await update.message.photo[-1].get_file()
    assert bytes(await whole.download_as_bytearray()) == b"\xff\xd8 a hole in the road"
    thumbnail = await update.message.photo[0].get_file()
    assert bytes(await thumbnail.download_as_bytearray()) == THUMBNAIL
    back = await bot.send_photo(1, b"\xff\xd8 mended", caption="done")
    assert back.photo[-1].file_size == len(b"\xff\xd8 mended")
    again = await bot.send_photo(1, back.photo[-1].file_id)
    assert again.photo[0].file_id == back.photo[-1].file_id
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(1, b"x", caption="长" * 1025)
    with pytest.raises(BadRequest, match="Wrong remote file identifier"):
        await bot.send_photo(1, "no-such-id")


async def test_files_refused(emulator: Emulator, bot: Bot, url: str) -> None:
    update = emulator.photo(1, size=20 * 1024 * 1024 + 1)
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(update["message"]["photo"][-1]["file_id"])
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await bot.get_file("nonsense")
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        assert (await http.get("/file/bot42:TEST/photos/file_1.jpg")).status_code == 404
        assert (await http.get("/file/bot42:OTHER/photos/file_1.jpg")).status_code == 401


async def test_other_kinds_of_messages(emulator: Emulator, bot: Bot) -> None:
    emulator.location(1, 31.2, 121.4)
    emulator.sticker(1)
    emulator.voice(1)
    emulator.contact(1, "+8613800138000")
    emulator.forward(1, "转发的")
    emulator.document(1, b"%PDF", "合同.pdf", "application/pdf")
    emulator.edit(1, emulator.say(1, "错字")["message"]["message_id"], "改好")
    place, sticker, voice, contact, forward, document, said, edited = await bot.get_updates()
    assert place.message and place.message.location and place.message.location.latitude == 31.2
    assert sticker.message and sticker.message.sticker and voice.message and voice.message.voice
    assert contact.message and contact.message.contact and contact.message.contact.user_id == 1
    assert forward.message and forward.message.forward_origin
    assert document.message and document.message.document and document.message.document.file_name == "合同.pdf"
    assert said.message and said.message.text == "错字"
    assert edited.edited_message and edited.edited_message.text == "改好"


async def test_who_may_be_written_to(emulator: Emulator, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(404, "hello?")
    emulator.say(1, "hi")
    emulator.block(1)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(1, "hello?")
    with pytest.raises(Forbidden):
        await bot.send_chat_action(1, "typing")
    blocked = (await bot.get_updates())[-1].my_chat_member
    assert blocked and blocked.new_chat_member.status == "kicked"
    emulator.unblock(1)
    assert await bot.send_chat_action(1, "typing")


async def test_tokens_and_methods(bot: Bot, url: str) -> None:
    assert (await bot.get_me()).username == "emulated_bot"
    stranger = make_bot(url, "42:OTHER")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        refused = (await http.get("/bot42:OTHER/getMe")).json()
        assert refused == {"ok": False, "error_code": 401, "description": "Unauthorized"}
        unknown = (await http.post("/bot42:TEST/sendGreetings")).json()
        assert unknown == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_forms_json_and_addresses_are_read_alike(emulator: Emulator, url: str) -> None:
    emulator.say(1, "hi")
    async with httpx.AsyncClient(base_url=f"{url}/bot42:TEST", trust_env=False) as http:
        for answer in (
            await http.get("/sendMessage", params={"chat_id": 1, "text": "a"}),
            await http.post("/sendmessage", json={"chat_id": 1, "text": "a", "reply_markup": {}}),
            await http.post("/sendMessage", data={"chat_id": "1", "text": "a"}),
            await http.post("/sendMessage", data={"chat_id": "1", "text": "a"}, files={"x": b""}),
        ):
            assert answer.json()["result"]["text"] == "a"
    assert {call.params["chat_id"] for call in emulator.calls("sendMessage")} == {1}


async def test_settings(emulator: Emulator, bot: Bot) -> None:
    assert await bot.set_my_commands([BotCommand("start", "开始")])
    assert [command.command for command in await bot.get_my_commands()] == ["start"]
    assert not await bot.get_my_commands(language_code="en")
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Start!", "x")])
    assert await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_waiting_goes_on_after_what_was_found(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    sent = await bot.send_message(1, "您好")
    assert (await emulator.wait_for(1, "您好"))["message_id"] == sent.message_id
    with pytest.raises(AssertionError, match="did not come"):
        await emulator.wait_for(1, "您好", timeout=0.05)
    assert await emulator.wait_for(1, "您好", since=0)
    waiting = asyncio.create_task(emulator.wait_for(1, lambda message: message["text"] == "再见"))
    await sent.edit_text("再见")
    assert (await waiting)["message_id"] == sent.message_id


async def test_floods_and_failures_on_demand(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    emulator.flood_next(1, retry_after=7)
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(1, "a")
    assert int(flood.value._retry_after.total_seconds()) == 7
    emulator.fail_next(1, 502, method="sendMessage")
    assert await bot.get_me()
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(1, "b")
    emulator.fail_next(1, 0, "before")
    with pytest.raises(NetworkError):
        await bot.send_message(1, "c")
    assert emulator.sent(1) == []
    emulator.fail_next(1, 0, "after")
    with pytest.raises(NetworkError):
        await bot.send_message(1, "d")
    assert [message["text"] for message in emulator.sent(1)] == ["d"]
    assert [call.status for call in emulator.calls("sendMessage")] == [429, 502, 0, 0]


async def test_limits(emulator: Emulator, bot: Bot) -> None:
    emulator.say(1, "hi")
    emulator.say(2, "hi")
    emulator.limit(per_chat=1, burst=2)
    for _ in range(2):
        await bot.send_message(1, "a")
    with pytest.raises(RetryAfter):
        await bot.send_message(1, "a")
    await bot.send_message(2, "another chat has its own")
    emulator.limit(per_second=2)
    answers = await asyncio.gather(*(bot.send_message(2, str(n)) for n in range(4)), return_exceptions=True)
    assert [isinstance(answer, RetryAfter) for answer in answers].count(True) == 2
