"""A whole legal matter that its adviser reads and answers in chats, on Telegram and in the browser, with words planted
in what each of the two says."""

from api import credentials, people
from tests.world import NUMBER, Heard, Person, World

NAME = "闫翠凤"
ASKED = f"房东{NAME}不退押金怎么办，我住南环一村"
TOLD = f"{NAME}口头答应的"
ASKED_BACK, REPLIED = f"{NAME}写的押条还在吗", f"押条给{NAME}撕掉了"
ANSWERED, NO_LAW, LAW = f"喊{NAME}的对门作证", f"{NAME}那个条例", "《民法典》第七百三十三条"
FURTHER, AGAIN = f"对门怕得罪{NAME}", f"那就请居委会叫{NAME}来"
SENT = (ASKED_BACK, REPLIED, ANSWERED, FURTHER, AGAIN)
LEFT_HALF = f"写给{NAME}没写完"
WORDS = ("口头答应的", "押条还在", "撕掉了", "对门作证", "那个条例", "怕得罪", "叫闫", "没写完")


async def until(person: Person, wanted: str) -> Heard:
    """Listens to this person's chat until it is said."""
    while wanted not in str(heard := await person.next()):
        pass
    return heard


async def press(person: Person, button: str) -> None:
    shown = [(text, key) for heard in person.heard for text, key in heard.buttons.items()]
    await person.press(next(key for text, key in reversed(shown) if text.startswith(button)))


async def bind(world: World, chat: Person, adviser: str) -> None:
    async with world.api.db.writing() as session:
        staff = await people.called(session, adviser)
        code = await credentials.binding_code(session, staff.id, world.api.clock())
    await chat.say(f"绑定 {code}")
    await until(chat, adviser)


async def filed(resident: Person) -> str:
    """Asked, and agreed to be read in a chat."""
    await resident.say(ASKED)
    await until(resident, "合同")
    await resident.say(TOLD)
    await until(resident, "不问了")
    await press(resident, "不问了")
    await until(resident, "确认提交")
    await press(resident, "顾问也可以在聊天里看")
    await until(resident, "顾问不要在聊天里看")
    await press(resident, "确认提交")
    number = NUMBER.search((await until(resident, "编号")).text)
    assert number is not None
    return number[0]


async def wrote(chat: Person, number: str, button: str, *said: str) -> None:
    await chat.press(f"duty-show:{number}")
    await until(chat, button)
    await press(chat, button)
    for words in said:
        await until(chat, "先不办")
        await chat.say(words)


async def answered_in_chat(world: World, resident: Person, phone: Person, browser: Person, adviser: str) -> str:
    """The number. Both chats are the adviser's; one of them holds at the end what was begun and never sent."""
    for chat in (phone, browser):
        await bind(world, chat, adviser)
    number = await filed(resident)
    for chat in (phone, browser):
        await until(chat, "等您回答")
    await wrote(phone, number, "接")
    await until(phone, "确认送出")
    await press(phone, "确认送出")
    await wrote(phone, number, "询问居民", ASKED_BACK)
    await until(phone, "确认送出")
    await press(phone, "确认送出")
    await until(resident, ASKED_BACK)
    await resident.say(REPLIED)
    for chat in (phone, browser):
        await until(chat, REPLIED)
    await wrote(phone, number, "答复居民", ANSWERED, NO_LAW)
    await until(phone, "确认送出")
    await press(phone, "确认送出")
    await until(phone, "没看懂")
    await phone.say(LAW)
    await until(phone, LAW)
    await press(phone, "确认送出")
    await until(resident, ANSWERED)
    await press(resident, "还想再问")
    await until(resident, "请接着问")
    await resident.say(FURTHER)
    for chat in (phone, browser):
        await until(chat, FURTHER)
    await wrote(phone, number, "答复居民", LEFT_HALF)
    await wrote(browser, number, "答复居民", AGAIN, "没有法条")
    await until(browser, "确认送出")
    await press(browser, "确认送出")
    await until(resident, AGAIN)
    await press(resident, "很满意")
    await until(resident, "谢谢您的评价")
    return number
