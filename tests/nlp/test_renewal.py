"""A process takes up what is saved while it runs, and keeps what it has when that cannot be used."""

import asyncio
import functools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from nlp.adoption import end_shadow
from nlp.knowledge import EDITION, MANIFEST, print_of
from nlp.renewal import Renewal
from nlp.shadow import SHADOW, Beside, counted, nobody
from nlp.understand import Understander
from tests.bot import doubles
from tests.editions import alike, broken, marked, put

OFTEN = 0.01
until = functools.partial(doubles.until, within=30)  # a model is loaded in a second, on a machine that is not busy


class Taker:
    def __init__(self, nlp: Understander) -> None:
        self.nlp: Understander = nlp
        self.beside: Beside = nobody

    def take(self, nlp: Understander, beside: Beside) -> None:
        self.nlp, self.beside = nlp, beside

    @property
    def edition(self) -> str:
        return self.nlp.edition.name.removeprefix(EDITION)

    @property
    def lamp(self) -> str:
        return self.nlp.catalogue.by_label["street_light"].name


@asynccontextmanager
async def renewing(var_dir: Path, nlp: Understander) -> AsyncIterator[Taker]:
    taker = Taker(nlp)
    task = asyncio.create_task(Renewal(var_dir, nlp, taker.take, OFTEN).run())
    yield taker
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def model(model_dir: Path, understander: Understander) -> Path:
    return model_dir / "model"


async def test_one_after_another_is_taken_up(model: Path, tmp_path: Path, understander: Understander) -> None:
    async with renewing(tmp_path, understander) as taker:
        for name in ("1", "2"):
            put(model, tmp_path / "model", name, marked(name))
            await until(lambda name=name: taker.edition == name)
            assert taker.lamp.endswith(name)


async def test_what_cannot_be_used_is_logged_once_and_the_next_is_taken(
    model: Path, tmp_path: Path, understander: Understander
) -> None:
    with capture_logs() as logs:
        async with renewing(tmp_path, understander) as taker:
            put(model, tmp_path / "model", "1", broken)
            await until(lambda: len(logs) == 1)
            put(model, tmp_path / "model", "2")
            await until(lambda: taker.edition == "2")
    assert [line["event"] for line in logs] == ["model_not_taken", "model_taken"]


async def test_a_model_of_other_code_waits_for_the_restart(
    model: Path, tmp_path: Path, understander: Understander
) -> None:
    source = tmp_path / "source.py"
    source.write_text("changed", encoding="utf-8")
    with capture_logs() as logs:
        async with renewing(tmp_path, understander) as taker:
            put(_of_other_code(model, tmp_path), tmp_path / "model", "1")
            await until(lambda: logs)
            await asyncio.sleep(10 * OFTEN)
    assert [line["event"] for line in logs] == ["model_not_taken"]
    assert taker.nlp is understander


def _of_other_code(model: Path, tmp_path: Path) -> Path:
    """A model that fits what stands on the disk today, which is not what this process began with."""
    other = tmp_path / "other"
    put(model, other, "0")
    manifest = json.loads((other / MANIFEST).read_text(encoding="utf-8"))
    sources = [*manifest["sources"], str(tmp_path / "source.py")]
    told = manifest | {"sources": sources, "grounds": print_of(sources)}
    (other / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    return other


async def test_a_shadow_is_shown_the_answers_until_it_is_ended(
    model: Path, tmp_path: Path, understander: Understander
) -> None:
    text = "南环新村12幢门口的路灯不亮了"
    async with renewing(tmp_path, understander) as taker:
        put(model, tmp_path / "model" / SHADOW, "1", alike)
        await until(lambda: taker.beside is not nobody)
        assert taker.nlp is understander
        taker.beside(text, understander.understand(text))
        await until(lambda: taker.beside.__self__.counts.messages == 1)
    counts = counted(tmp_path / "model" / SHADOW / f"{EDITION}1")
    assert (counts.messages, counts.agreed) == (1, 1)
    async with renewing(tmp_path, understander) as taker:
        await until(lambda: taker.beside is not nobody)
        end_shadow(tmp_path / "model")
        await until(lambda: taker.beside is nobody)
    assert not list((tmp_path / "model" / SHADOW).glob(f"{EDITION}*"))
