"""Words -> what they were understood as, in the values the dialogue speaks of."""

import asyncio
import re
from dataclasses import replace

from bot import law
from bot.events import Event, Heard, Option, Pictured, Said, Unreadable
from bot.legal import Warned
from bot.mixed_words import INJURY, to_repair, topics
from bot.short_answers import ADDS, RATHER
from nlp.catalogue import Kind
from nlp.meaning import Matter, Sureness, Understanding, Where
from nlp.shadow import Beside, nobody
from nlp.understand import Understander

TICKETED = (Kind.ITEM, Kind.REFERRAL, Kind.LEGAL)
REPAIRS = (Kind.ITEM.value, Kind.REFERRAL.value)
OFFERED = 3
LONGEST_ADDRESS = 40  # characters
PLACE = ("place", "street", "community", "outside", "either")
BUILDING = re.compile(r"(\D{2,})\d")
PART_OF_AN_ESTATE = re.compile(r"\d|大门|正门|[东西南北后侧小]门|门[口岗卫]|地下车库|地库|车棚")
LETTERS = re.compile(r"[^\W_]")


class Hearing:
    """By one model: where a new one is taken up another hearing begins, and a message ends in the one it began in."""

    def __init__(self, nlp: Understander, beside: Beside = nobody) -> None:
        self.nlp, self.beside = nlp, beside

    async def hear(self, event: Event) -> Event:
        """Understands what was said, in a thread; other events pass unchanged."""
        match event:
            case Said(text=text) if not text.strip() and not event.photos:
                return Unreadable("empty")
            case Said(text=text, photos=photos) if not LETTERS.search(text):
                return Pictured(photos[0]) if photos else Unreadable("emoji")
            case Said(text=text):
                return replace(event, heard=await asyncio.to_thread(self._heard, text))
            case _:
                return event

    def _heard(self, text: str) -> Heard:
        meaning = self.nlp.understand(text)
        heard = self._all_told(text, meaning)
        self.beside(text, meaning)
        return heard

    def _all_told(self, text: str, meaning: Understanding) -> Heard:
        if right := RATHER.search(text):
            meaning = self._put_right(meaning, right[1])
        where = meaning.where if meaning.place else self._taken_whole(text, meaning)
        whole = self._part(meaning, where)
        law = self._law(text) if whole.kind in REPAIRS else ()
        touched = self._touched(text, (*whole.options, *law))
        repair, words = self._repair(text, whole, touched)
        told = [self._matter(matter, meaning.place) for matter in meaning.matters if self._option(matter.label)]
        if len(told) < 2 or (repair and _are_one_harm(repair, told)):
            return replace(whole, text=text, touched=touched, law=law, repair=repair, repair_words=words)
        first, *further = told
        if not first.place:
            first = replace(first, **{name: getattr(whole, name) for name in PLACE})
        return replace(first, urgent=whole.urgent, numbers=whole.numbers, matters=tuple(further))

    def _taken_whole(self, text: str, meaning: Understanding) -> Where:
        """As an address; a legal question is none, though 合同里 ends like the town of 同里."""
        if len(text) > LONGEST_ADDRESS or meaning.kind is Kind.LEGAL:
            return Where()
        where = self.nlp.locate(text)
        is_matter = meaning.kind in TICKETED and meaning.sureness is Sureness.SURE
        return Where() if where.outside and is_matter else where

    def _put_right(self, whole: Understanding, right: str) -> Understanding:
        """不是路灯，是楼道灯: the second half says what it is about, the whole where and how urgent."""
        meaning = self.nlp.understand(right)
        if not self._option(meaning.label):
            return whole
        found = {name: getattr(whole, name) for name in ("urgent", "numbers", "place", "where")}
        return replace(meaning, **found)

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

    def _matter(self, matter: Matter, place: str) -> Heard:
        """One of several matters of a message, as sure as its own words are. `place` is the message's."""
        at = _in_the_same_estate(matter.place, place)
        own = self._part(replace(self.nlp.understand(matter.text), place=at), self.nlp.locate(at) if at else Where())
        return replace(own, text=matter.text, touched=self._touched(matter.text, own.options))

    def _law(self, text: str) -> tuple[Option, ...]:
        """What a report of something to repair asks of the law besides."""
        return tuple(option for label in topics(text) if (option := self._option(label)))

    def _repair(self, text: str, whole: Heard, touched: tuple[Warned, ...]) -> tuple[Option | None, str]:
        """What a legal question tells of that is to be put right; nobody in danger is asked about that first."""
        if whole.kind != Kind.LEGAL.value or whole.urgent or any(one.first for one in touched):
            return None, ""
        label, words = to_repair(text)
        return (self._option(label), words) if label else (None, "")

    def _touched(self, text: str, options: tuple[Option, ...]) -> tuple[Warned, ...]:
        """Alerts and time limits, where it may be a legal matter."""
        if not any(option.kind == Kind.LEGAL.value for option in options):
            return ()
        return law.touched(self.nlp.catalogue, text)

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
            **(law.asked(entry) if entry.kind is Kind.LEGAL else {}),
        )


def _are_one_harm(repair: Option, told: list[Heard]) -> bool:
    """路灯坏了，我妈摔了，找谁赔: one legal question; the repair of what it came from is offered with it."""
    return all(one.label in (repair.label, INJURY) and not ADDS.search(one.text) for one in told)


def _in_the_same_estate(place: str, named: str) -> str:
    """2幢门口 or 大门口, said after 南环新村5幢, is 南环新村2幢门口 or 南环新村大门口."""
    estate = BUILDING.match(named)
    return f"{estate[1]}{place}" if estate and PART_OF_AN_ESTATE.match(place) else place
