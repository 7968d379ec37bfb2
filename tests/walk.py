"""One conversation under way: the steps of tests/conversations/*.yaml."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from ruamel.yaml import YAML
from sqlmodel import select

from api import advisers, clockwork, credentials, people
from api.actors import Actor
from api.lifecycle import Role
from api.models import LegalCase
from tests.api.cases import a_case
from tests.world import NUMBER, Person, World

ME = "我"
USUAL = {"handler": "维修队", "adviser": "王律师"}  # who does it where `by` does not say


def read(file: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return cases


def picture(colour: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), (colour % 256, 128, 128)).save(stream, "JPEG")
    return stream.getvalue()


class Walk:
    """`numbers` are the tickets in the order in which they were heard of."""

    def __init__(self, world: World, channel: str, case: dict[str, Any], stack: AsyncExitStack) -> None:
        self.world, self.channel, self.case, self._stack = world, channel, case, stack
        self.people: dict[str, Person] = {}
        self.name = ME
        self.numbers: list[str] = []
        self.pictures = 0

    @classmethod
    @asynccontextmanager
    async def begun(cls, world: World, channel: str, case: dict[str, Any]) -> AsyncIterator["Walk"]:
        """With a handler, the staff and the contractor whom the case names, and one resident."""
        async with AsyncExitStack() as stack:
            walk = cls(world, channel, case, stack)
            await walk._staff()
            await walk.do_as(ME)
            yield walk

    async def _staff(self) -> None:
        api, advisers = self.world.api, self.case.get("advisers", {"王律师": ""})
        handlers = dict.fromkeys(self.case.get("handlers", ["维修队"]), "")
        async with api.db.writing() as session:
            for role, names in ((Role.HANDLER, handlers), (Role.ADVISER, advisers)):
                for name, scope in names.items():
                    await people.add(session, api.clock, name, role, scope)
                    api.tokens[name] = await people.token_for(session, api.clock, name)
        for label, question in self.case.get("cases", {}).items():
            await a_case(api, question, label)
        if street := self.case.get("contractor"):
            await api.contractor(street)

    @property
    def person(self) -> Person:
        return self.people[self.name]

    async def to_the_end(self) -> None:
        """Every step, and then silence: nothing may be said that the conversation does not expect."""
        for number, step in enumerate(self.case["steps"], 1):
            try:
                await self.step(step)
            except (AssertionError, LookupError, TimeoutError) as error:
                raise AssertionError(f"step {number} {step}: {error or 'nothing was said'}") from error
        await self.world.settle()
        for name, person in self.people.items():
            assert [str(heard) for heard in await person.quiet()] == [], f"{name} heard more than was expected"

    async def step(self, step: dict[str, Any]) -> None:
        ((verb, what),) = step.items()
        await getattr(self, f"do_{verb}")(what)

    async def do_as(self, name: str) -> None:
        """Who speaks and listens from here on; somebody new comes in."""
        if name not in self.people:
            self.people[name] = await self._stack.enter_async_context(self.world.person(self.channel))
        self.name = name

    async def do_say(self, text: str | list[str] | dict[str, Any]) -> None:
        """Words; several messages in one breath; {text, times}: the same words many times over in one message."""
        for words in text if isinstance(text, list) else [text]:
            said = words if isinstance(words, str) else words["text"] * words["times"]
            await self.person.say(self._filled(said))

    async def do_edit(self, text: str) -> None:
        await self.person.edit(text)  # type: ignore[attr-defined]  # Telegram only

    async def do_send(self, what: str | dict[str, Any]) -> None:
        """sticker, voice, contact, forward …: what the emulator can send. Telegram only."""
        kind, given = (what, {}) if isinstance(what, str) else next(iter(what.items()))
        getattr(self.world.emulator, kind)(int(self.person.address), **given)

    async def do_press(self, button: str) -> None:
        await self.person.press(self._buttons(button)[-1])

    async def do_press_old(self, button: str) -> None:
        """The first button of that name, though there is a later one."""
        await self.person.press(self._buttons(button)[0])

    def _buttons(self, wanted: str) -> list[str]:
        shown = [(text, key) for heard in self.person.heard for text, key in heard.buttons.items()]
        found = [key for text, key in shown if self._filled(wanted) in text]
        if not found:
            raise LookupError(f"no button «{wanted}»; there are {[text for text, _ in shown]}")
        return found

    async def do_photo(self, caption: str | None) -> None:
        self.pictures += 1
        await self.person.photo(picture(self.pictures), caption or "")

    async def do_locate(self, at: list[float]) -> None:
        await self.person.locate(*at)

    async def do_hear(self, wanted: str | list[str]) -> None:
        """The next message holds each of these words, and none of those that begin with a !."""
        async with self._time_passing():
            said = str(await self.person.next())
        self.numbers += [number for number in dict.fromkeys(NUMBER.findall(said)) if number not in self.numbers]
        for words in [wanted] if isinstance(wanted, str) else wanted:
            absent, words = words.startswith("!"), self._filled(words.removeprefix("!"))
            assert (words in said) is not absent, f"expected {'no ' if absent else ''}«{words}» in:\n{said}"

    @asynccontextmanager
    async def _time_passing(self) -> AsyncIterator[None]:
        """While the API is down, a minute goes by as one listens: what the bot tries again comes due."""
        ticking = asyncio.create_task(self._tick()) if self.world.wire.down else None
        yield
        if ticking:
            ticking.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            self.world.api.clock.forward(seconds=1)

    async def do_staff(self, what: dict[str, Any]) -> None:
        """{role: action, …fields}; `ticket: n` is the n-th ticket of the conversation, else the last; `by` a person."""
        (role, action), *given = what.items()
        fields: dict[str, Any] = {
            name: self._filled(value) if isinstance(value, str) else value for name, value in given
        }
        expected, number = fields.pop("status", 200), self._number(fields.pop("ticket", -1))
        headers = await self.world.api.staff(fields.pop("by", USUAL.get(role, f"staff-{role}")), Role(role))
        path = f"/api/v1/tickets/{number}/actions/{action}"
        answer = await self.world.api.client.post(path, json=fields, headers=headers)
        assert answer.status_code == expected, answer.text

    async def do_draft(self, what: dict[str, Any]) -> None:
        """An adviser, `by`, saves the answer so far: `note`, `laws`, `lawyer`."""
        written = dict(what)
        headers = await self.world.api.staff(written.pop("by", USUAL["adviser"]), Role.ADVISER)
        path = f"/api/v1/tickets/{self._number(written.pop('ticket', -1))}/draft"
        answer = await self.world.api.client.put(path, json=written, headers=headers)
        assert answer.status_code == 200, answer.text

    async def do_bind(self, what: dict[str, str]) -> None:
        """{role: name, say: words}: says that person's fresh code; {code} in the words, else 绑定 {code}."""
        (role, name), *_ = what.items()
        await self.world.api.staff(name, Role(role))
        async with self.world.api.db.writing() as session:
            staff = await people.called(session, name)
            code = await credentials.binding_code(session, staff.id, self.world.api.clock())
        await self.person.say(what.get("say", "绑定 {code}").replace("{code}", code))

    async def do_revoke(self, name: str) -> None:
        """Everything that lets this member of staff in ends."""
        async with self.world.api.db.writing() as session:
            await people.revoke(session, name)

    async def do_acts_for(self, what: dict[str, str]) -> None:
        """{adviser: client}: whom advisers act for elsewhere."""
        for name, client in what.items():
            async with self.world.api.db.writing() as session:
                await advisers.add_client(session, Actor(Role.ADVISER, name), client)

    async def do_ticket(self, wanted: dict[str, Any]) -> None:
        """Fields of the API's ticket; `photos`: how many; `history`: its actions; `noted`: words on its record;
        `seen: false`: it is none of theirs."""
        await self.world.settle()
        given: dict[str, Any] = dict(wanted)
        number, noted = self._number(given.pop("ticket", -1)), given.pop("noted", [])
        headers = self.world.api.resident(self.person.channel, self.person.address)
        answer = await self.world.api.client.get(f"/api/v1/tickets/{number}", headers=headers)
        if not given.pop("seen", True):
            assert answer.status_code == 404
            return
        found = answer.json()
        found["photos"] = len(found["photos"])
        found["history"], notes = await self._history(number, headers)
        assert {name: found[name] for name in given} == given
        for words in noted:
            assert any(self._filled(words) in note for note in notes), f"«{words}» is not among {notes}"

    async def _history(self, number: str, headers: dict[str, str]) -> tuple[str, list[str]]:
        answer = await self.world.api.client.get(f"/api/v1/tickets/{number}/timeline", headers=headers)
        events = answer.json()["events"]
        notes = [f"{event['note'] or ''} {event['reason'] or ''}" for event in events]
        return " ".join(event["action"] for event in events), notes

    async def do_read(self, what: dict[str, Any]) -> None:
        """An adviser, `by`, reads the ticket and its story: `sees` these words, neither `misses` nor who it is."""
        await self.world.settle()
        headers = await self.world.api.staff(what.get("by", USUAL["adviser"]), Role.ADVISER)
        path = f"/api/v1/tickets/{self._number(what.get('ticket', -1))}"
        answers = [await self.world.api.client.get(f"{path}{rest}", headers=headers) for rest in ("", "/timeline")]
        assert {answer.status_code for answer in answers} == {200}
        read = "".join(answer.text for answer in answers)
        assert [words for words in what.get("sees", []) if self._filled(words) not in read] == []
        misses = (*(self._filled(words) for words in what.get("misses", [])), self.person.address)
        assert [words for words in misses if words in read] == []

    async def do_tickets(self, number: int) -> None:
        """How many tickets there are in all."""
        await self.world.settle()
        headers = await self.world.api.staff("staff-triage", Role.TRIAGE)
        found = (await self.world.api.client.get("/api/v1/tickets", headers=headers)).json()["tickets"]
        assert len(found) == number, [ticket["text"] for ticket in found]

    async def do_forward(self, span: dict[str, float]) -> None:
        """Time passes, and the clock does what is due."""
        self.world.api.clock.forward(**span)
        await clockwork.sweep(self.world.api.db, self.world.api.office)

    async def do_read_case(self, wanted: dict[str, int]) -> None:
        """How often the case was `shown`, and how often it `helped`."""
        await self.world.settle()
        async with self.world.api.db.reading() as session:
            case = (await session.exec(select(LegalCase))).one()
        assert case.model_dump(include=set(wanted)) == wanted

    async def do_api(self, state: str) -> None:
        self.world.wire.down = state == "down"

    def _filled(self, text: str) -> str:
        """{number} is the last ticket's number, {number1} the first one's."""
        for index, number in enumerate(self.numbers, 1):
            text = text.replace(f"{{number{index}}}", number)
        return text.replace("{number}", self.numbers[-1]) if self.numbers else text

    def _number(self, index: int) -> str:
        return self.numbers[index - 1 if index > 0 else index]
