"""Takes up a model that was saved while the process runs, and the one that is on trial beside it.

What is being understood goes on with the model it began with: a renewal hands out a new Understander."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from nlp.catalogue import DEFAULT_FILE
from nlp.knowledge import Stale, edition_of, load
from nlp.shadow import SHADOW, Beside, Shadow, nobody
from nlp.understand import Understander

log = structlog.get_logger()
LOOKS_EVERY = 3.0  # seconds
FIRST_WORDS = "南环新村12幢门口的路灯不亮了"  # what is made at the first message is made before it


class Renewal:
    """`took` is called, in the event loop, with the model to understand by from now on, and what is to be shown its
    answers."""

    def __init__(
        self, var_dir: Path, nlp: Understander, took: Callable[[Understander, Beside], None], every: float = LOOKS_EVERY
    ) -> None:
        self._folder = var_dir / "model"
        self._nlp, self._took, self._every = nlp, took, every
        self._grounds = nlp.edition.grounds
        self._shadow: Shadow | None = None
        self._tried = {"": nlp.edition.name, SHADOW: ""}  # by folder, the edition that was last tried

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(self._every)
        finally:
            await self._end_shadow()

    async def _look(self) -> None:
        """Whatever goes wrong: the model in use stays, and it is logged once."""
        if nlp := await self._fresh(""):
            self._nlp = nlp
            self._took(nlp, self._beside)
        if self._shadow and edition_of(self._folder / SHADOW) != self._tried[SHADOW]:
            await self._end_shadow()
            self._took(self._nlp, nobody)
        if nlp := await self._fresh(SHADOW):
            self._shadow = Shadow(nlp, self._folder / SHADOW / nlp.edition.name)
            self._took(self._nlp, self._beside)

    @property
    def _beside(self) -> Beside:
        return self._shadow.beside if self._shadow else nobody

    async def _end_shadow(self) -> None:
        if self._shadow:
            await asyncio.to_thread(self._shadow.close)
        self._shadow = None

    async def _fresh(self, place: str) -> Understander | None:
        """None where nothing else is saved than was tried, or where it cannot be used."""
        edition = edition_of(self._folder / place)
        if edition in ("", self._tried[place]):
            return None
        self._tried[place] = edition
        try:
            nlp = await asyncio.to_thread(self._load, self._folder / place)
        except Exception:
            log.exception("model_not_taken", folder=place or "model", edition=edition)
            return None
        log.info("model_taken", folder=place or "model", edition=edition)
        return nlp

    def _load(self, folder: Path) -> Understander:
        knowledge = load(folder, DEFAULT_FILE)
        if knowledge.edition.grounds != self._grounds:
            raise Stale  # it needs the code or the data of today, and this process began with others
        nlp = Understander(knowledge, self._folder)
        nlp.understand(FIRST_WORDS)
        return nlp
