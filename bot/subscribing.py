"""法治宣传: topics to hear of, at most a case a week, until 退订. Pure."""

import re
from collections.abc import Callable
from typing import Any

from bot import case_texts
from bot.case_events import Subscribe, Topics, TopicsTold, Unsubscribe
from bot.drafting import then
from bot.events import Command, Noticed, Say
from bot.legal import Case
from bot.state import Dialogue, Step, Turn

PREFIX = "cases."
SUBSCRIBES = re.compile(r"订阅[\s:：,，“「]*(?![的了过费])([^\s，。！？!?”」]{2,12})[”」。！!]*")


def topic_in(words: str) -> str:
    """What somebody wants to subscribe to, "" for nothing: 订阅 房屋租赁."""
    found = SUBSCRIBES.fullmatch(words.strip())
    return found[1] if found else ""


def subscribe(dialogue: Dialogue, topic: str) -> Turn:
    return dialogue, [Subscribe(topic)]


def told(dialogue: Dialogue, event: TopicsTold) -> Turn:
    """What became of it, or which topics there are; a question under way is asked again."""
    said = Say(case_texts.topics(event.after, event.topics), case_texts.topic_buttons(event.after, event.topics))
    waits = bool(dialogue.draft.key) and dialogue.step is not Step.TELLING
    return then(dialogue, [said]) if waits else (dialogue, [said])


def weekly(dialogue: Dialogue, event: Noticed) -> Turn:
    """Nothing that is under way is disturbed by it."""
    case = case_of(event.facts["case"])
    words = case_texts.weekly(str(event.facts.get("topic", "")), case)
    commands: list[Command] = [Say(words, case_texts.STOP, event.notice_id)]
    return dialogue, commands


def case_of(row: dict[str, Any]) -> Case:
    """As the API tells of it."""
    laws = tuple((law, article) for law, article in row["laws"])
    return Case(row["id"], row["question"], row["answer"], laws, row["reviewed_on"], row["demo"])


PRESSES: dict[str, Callable[[Dialogue, str], Turn]] = {
    "topic": subscribe,
    "topics": lambda dialogue, _: (dialogue, [Topics()]),
    "unsubscribe": lambda dialogue, _: (dialogue, [Unsubscribe()]),
}
