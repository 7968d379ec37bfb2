"""Words -> what they were understood as, in the values the dialogue speaks of."""

import asyncio
import re
from dataclasses import replace

from bot.events import Event, Heard, Option, Said, Unreadable
from nlp.catalogue import Kind
from nlp.meaning import Matter, Understanding, Where
from nlp.understand import Understander

TICKETED = (Kind.ITEM, Kind.REFERRAL, Kind.LEGAL)
OFFERED = 3
LETTERS = re.compile(r"[^\W_]")


class Hearing:
    def __init__(self, nlp: Understander) -> None:
        self.nlp = nlp

    async def hear(self, event: Event) -> Event:
        """Understands what was said, in a thread; other events pass unchanged."""
        match event:
            case Said(text=text) if not text.strip() and not event.photos:
                return Unreadable("empty")
            case Said(text=text) if text.strip() and not LETTERS.search(text):
                return Unreadable("emoji")
            case Said(text=text):
                return replace(event, heard=await asyncio.to_thread(self._heard, text))
            case _:
                return event

    def _heard(self, text: str) -> Heard:
        meaning = self.nlp.understand(text)
        where = meaning.where if meaning.place else self.nlp.locate(text) if len(text) <= 40 else Where()
        main = self._part(meaning, where)
        first, *further = meaning.matters or (Matter(meaning.label, text),)
        distinct = [matter for matter in further if self._option(matter.label)]
        return replace(main, text=first.text, matters=tuple(self._matter(matter, meaning) for matter in distinct))

    def _part(self, meaning: Understanding, where: Where) -> Heard:
        labels = [meaning.label, *(guess.label for guess in meaning.alternatives)]
        options = [option for label in dict.fromkeys(labels) if (option := self._option(label))]
        return Heard(
            kind=meaning.kind.value,
            label=meaning.label,
            sureness=meaning.sureness.value,
            options=tuple(options[:OFFERED]),
            urgent=meaning.urgent,
            numbers=meaning.numbers,
            place=meaning.place,
            street=where.street,
            community=where.community,
            outside=where.outside,
            either=where.options,
            because=meaning.because,
        )

    def _matter(self, matter: Matter, whole: Understanding) -> Heard:
        """A further matter of the same message: its label is as sure as the split that found it."""
        option = self._option(matter.label)
        where = self.nlp.locate(matter.place) if matter.place else Where()
        return Heard(
            kind=option.kind if option else "other",
            label=matter.label,
            sureness=whole.sureness.value,
            options=(option,) if option else (),
            place=matter.place,
            street=where.street,
            community=where.community,
            outside=where.outside,
            either=where.options,
            text=matter.text,
        )

    def _option(self, label: str) -> Option | None:
        entry = self.nlp.catalogue.by_label.get(label)
        if entry is None or entry.kind not in TICKETED:
            return None
        return Option(
            label,
            entry.name,
            entry.brief,
            self.nlp.catalogue.category_names.get(entry.category, ""),
            entry.kind.value,
            entry.department if entry.kind is Kind.REFERRAL else "",
            entry.asks.exact_place,
            entry.asks.photo,
        )
