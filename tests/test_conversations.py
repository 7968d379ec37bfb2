"""tests/conversations/*.yaml: whole lives, said and answered, through both channels to the database.

A step is one of: say, press, photo (a caption), locate, edit, hear (what the next message must contain), staff,
ticket (fields of the API's ticket), forward (time), sweep, api (down or up). See docs/conversations.md.
"""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from api import clockwork, people
from api.lifecycle import Role
from nlp.understand import Understander
from tests.world import NUMBER, Person, World, running_world

FILES = sorted((Path(__file__).parent / "conversations").glob("*.yaml"))
CASES = [(file.stem, case) for file in FILES for case in yaml.safe_load(file.read_text(encoding="utf-8"))]


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "gray").save(stream, "JPEG")
    return stream.getvalue()


class Walk:
    """One conversation under way."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        self.numbers: list[str] = []

    async def step(self, step: dict[str, Any]) -> None:
        ((verb, what),) = step.items()
        await getattr(self, f"do_{verb}")(what)

    async def do_say(self, text: str) -> None:
        await self.person.say(self._filled(text))

    async def do_press(self, button: str) -> None:
        shown = {text: key for heard in self.person.heard for text, key in heard.buttons.items()}
        wanted = self._filled(button)
        await self.person.press(next((text for text in reversed(shown) if wanted in text), wanted))

    async def do_photo(self, caption: str | None) -> None:
        await self.person.photo(picture(), caption or "")

    async def do_locate(self, at: list[float]) -> None:
        await self.person.locate(*at)

    async def do_hear(self, wanted: str | list[str]) -> None:
        said = str(await self.person.next())
        self.numbers += [number for number in NUMBER.findall(said) if number not in self.numbers]
        for words in [wanted] if isinstance(wanted, str) else wanted:
            absent, words = words.startswith("!"), self._filled(words.removeprefix("!"))
            assert (words in said) is not absent, f"expected {'no ' if absent else ''}«{words}» in:\n{said}"

    async def do_staff(self, what: dict[str, Any]) -> None:
        """{role: action, …fields}; `ticket: n` names the n-th ticket of the conversation, else the last."""
        role, action = next(iter(what.items()))
        fields = {name: self._filled(value) if isinstance(value, str) else value for name, value in list(what.items())[1:]}
        expected, number = fields.pop("status", 200), self._number(fields.pop("ticket", -1))
        headers = await self.world.api.staff(fields.pop("by", f"staff-{role}"), Role(role))
        path = f"/api/v1/tickets/{number}/actions/{action}"
        answer = await self.world.api.client.post(path, json=fields, headers=headers)
        assert answer.status_code == expected, answer.text

    async def do_ticket(self, wanted: dict[str, Any]) -> None:
        await self.world.settle()
        number = self._number(wanted.pop("ticket", -1))
        headers = self.world.api.resident(self.person.channel, self.person.address)
        ticket = (await self.world.api.client.get(f"/api/v1/tickets/{number}", headers=headers)).json()
        assert {name: ticket[name] for name in wanted} == wanted

    async def do_tickets(self, number: int) -> None:
        """How many tickets there are in all."""
        await self.world.settle()
        headers = await self.world.api.staff("staff-triage", Role.TRIAGE)
        assert len((await self.world.api.client.get("/api/v1/tickets", headers=headers)).json()["tickets"]) == number

    async def do_forward(self, span: dict[str, float]) -> None:
        self.world.api.clock.forward(**span)

    async def do_sweep(self, _: Any) -> None:
        await clockwork.sweep(self.world.api.db, self.world.api.office)

    async def do_api(self, state: str) -> None:
        self.world.wire.down = state == "down"

    def _filled(self, text: str) -> str:
        """{number} is the last ticket's number, {number1} the first one's."""
        for index, number in enumerate(self.numbers, 1):
            text = text.replace(f"{{number{index}}}", number)
        return text.replace("{number}", self.numbers[-1]) if self.numbers else text

    def _number(self, index: int) -> str:
        return self.numbers[index - 1 if index > 0 else index]


@pytest.mark.parametrize("channel", ["web", "telegram"])
@pytest.mark.parametrize(("file", "case"), CASES, ids=[f"{file}:{case['name']}" for file, case in CASES])
async def test_conversation(file: str, case: dict[str, Any], channel: str, tmp_path: Path, understander: Understander) -> None:
    async with running_world(tmp_path, "", understander) as world, world.person(channel) as person:
        await prepare(world, case)
        walk = Walk(world, person)
        for number, step in enumerate(case["steps"], 1):
            try:
                await walk.step(step)
            except (AssertionError, LookupError, TimeoutError) as error:
                raise AssertionError(f"step {number} {step}: {error or 'nothing was said'}") from error
        await world.settle()
        assert [str(heard) for heard in await person.quiet()] == []


async def prepare(world: World, case: dict[str, Any]) -> None:
    """The staff of a street: a handler and a contractor, and whoever else the case names."""
    api = world.api
    for role in (Role.TRIAGE, Role.HANDLER, Role.VERIFIER, Role.ADVISER, Role.SUPERVISOR):
        await api.staff(f"staff-{role}", role)
    async with api.db.writing() as session:
        for name, scope in case.get("advisers", {}).items():
            await people.add(session, api.clock, name, Role.ADVISER, scope)
    if street := case.get("contractor"):
        await api.contractor(street)
