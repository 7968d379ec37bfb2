"""A model is put to use while people write: every message is answered, and each by one model from beginning to end."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.events import Heard, Said
from bot.hearing import Hearing
from bot.store import Store
from nlp.catalogue import Kind
from nlp.knowledge import EDITION
from nlp.meaning import Understanding
from nlp.renewal import Renewal
from nlp.shadow import SHADOW
from nlp.understand import Understander
from tests.bot.doubles import Fuse, Phone, Shell, shell, until
from tests.conftest import Api, running_api
from tests.editions import alike, broken, marked, put
from tests.world import running_world

TWO_MATTERS = "南环新村12幢门口的路灯不亮了，还有5幢门口的垃圾桶满了没人清"
MARK = re.compile(r"〔(\d)〕")
NEW = "123"
LINES, EACH, SOME = 4, 75, 15  # messages are heard on four lines, at least so many on each; of some the turn is made
SLOW = 30  # seconds for a model to be loaded on a busy machine


@pytest.fixture
async def api(tmp_path: Path, sqlite_template: Path, understander: Understander) -> AsyncIterator[Api]:
    shutil.copy(sqlite_template, tmp_path / "api.db")
    async with running_api(tmp_path, "", understander) as running:
        yield running


@pytest.fixture
def model(model_dir: Path, understander: Understander) -> Path:
    return model_dir / "model"


@asynccontextmanager
async def renewed(bot: Shell, var_dir: Path) -> AsyncIterator[Callable[[], str]]:
    """Gives the name of the edition that is in use."""
    task = asyncio.create_task(Renewal(var_dir, bot.turns.hearing.nlp, bot.turns.take, 0.01).run())
    yield lambda: bot.turns.hearing.nlp.edition.name
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def swapped(model: Path, var_dir: Path, edition: Callable[[], str], used: list[set[str]]) -> None:
    """Several models one after another, each until a message was heard by it; then one that is unusable."""
    for name in NEW:
        await asyncio.to_thread(put, model, var_dir / "model", name, marked(f"〔{name}〕"))
        await until(lambda name=name: edition() == f"{EDITION}{name}", within=SLOW)
        await until(lambda name=name: {name} in used, within=SLOW)
    await asyncio.to_thread(put, model, var_dir / "model", "4", broken)


def names(heard: Heard) -> set[str]:
    """Of the models that had a part in it."""
    told = [option.name for part in (heard, *heard.matters) for option in part.options]
    return {found[1] if (found := MARK.search(name)) else "0" for name in told}


async def test_hundreds_of_messages_while_models_change(
    api: Api, store: Store, model: Path, tmp_path: Path, understander: Understander
) -> None:
    """Turns, as they come from the chats, and beside them hearing alone, which is many times as fast."""
    phone, mixed, seen = Phone(), list[set[str]](), set[str]()
    async with (
        shell(api, store, Hearing(understander), Fuse(), phone) as bot,
        renewed(bot, tmp_path) as edition,
    ):
        swapping = asyncio.create_task(swapped(model, tmp_path, edition, mixed))

        async def talk(line: int) -> int:
            said = 0
            while not swapping.done() or said < EACH:
                event = await bot.turns.hearing.hear(Said(TWO_MATTERS, Heard()))
                assert isinstance(event, Said) and event.heard.matters
                mixed.append(names(event.heard))
                if said % SOME == 0:
                    await bot.hear(f"chat{line}-{said}", Said(TWO_MATTERS, Heard()))
                said += 1
            return said

        spoken = await asyncio.gather(*(talk(line) for line in range(LINES)))
        await swapping
        await bot.turns.rest()
    for used in mixed:
        assert len(used) == 1, "one message, one model"
        seen |= used
    assert seen >= set(NEW), "the models were in use while people wrote"
    chats = {f"chat{line}-{said}" for line, many in enumerate(spoken) for said in range(0, many, SOME)}
    assert {who for who, _ in phone.said} == chats, "everybody was answered"


class Changing:
    """An understander that answers with its own name; the first words make another take its place."""

    def __init__(self, name: str, inner: Understander, change: Callable[[], None]) -> None:
        self.name, self.catalogue, self._inner, self._change = name, inner.catalogue, inner, change
        self.locate = inner.locate

    def understand(self, raw: str) -> Understanding:
        meaning = self._inner.understand(raw)
        self._change()
        return Understanding(
            Kind.ITEM,
            meaning.label,
            1.0,
            meaning.sureness,
            matters=meaning.matters,
            place=meaning.place,
            because=(self.name,),
        )


async def test_a_message_ends_with_the_model_it_began_with(api: Api, store: Store, understander: Understander) -> None:
    async with shell(api, store, Hearing(understander), Fuse(), Phone()) as bot:
        shown = []

        def change() -> None:
            bot.turns.take(new, lambda text, answer: shown.append(answer.because))  # type: ignore[arg-type]

        new = Changing("new", understander, lambda: None)
        old = Changing("old", understander, change)
        bot.turns.take(old, lambda text, answer: shown.append(answer.because))  # type: ignore[arg-type]
        for model in ("old", "new"):
            event = await bot.turns.hearing.hear(Said(TWO_MATTERS, Heard()))
            assert isinstance(event, Said) and event.heard.matters
            assert {part.because for part in (event.heard, *event.heard.matters)} == {(model,)}
    assert shown == [("old",), ("new",)], "of each message its own words once, and not those of its parts"


async def test_the_running_bot_takes_up_models_and_shows_its_answers_to_the_one_on_trial(
    ready: Path, model: Path, understander: Understander
) -> None:
    async with running_world(ready, "", understander) as world:
        put(model, ready / "model" / SHADOW, "1", alike)
        put(model, ready / "model", "2", marked("〔2〕"))
        turns = world.running.turns
        await until(lambda: turns.hearing.nlp.edition.name == f"{EDITION}2", within=SLOW)
        await until(lambda: hasattr(turns.hearing.beside, "__self__"), within=SLOW)
        shadow = turns.hearing.beside.__self__  # type: ignore[attr-defined]
        await turns.hearing.hear(Said("路灯不亮了", Heard()))
        await until(lambda: shadow.counts.agreed == 1)
