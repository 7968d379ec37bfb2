"""Random conversations: whatever people do, and however late the API answers, no report is lost or doubled."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import case_texts, texts
from bot.case_events import CasesFound, FindCases, Subscribe, Topics, TopicsTold, Unsubscribe
from bot.channels.telegram import LONGEST_MESSAGE, units
from bot.dialogue import respond
from bot.events import (
    Act,
    Acted,
    AttachPhoto,
    Command,
    Event,
    Filed,
    FileTicket,
    FilingFailed,
    Listed,
    ListMine,
    Noticed,
    Refused,
    Said,
    Say,
    Show,
    Shown,
)
from bot.state import Dialogue, Step
from tests.bot import examples

FROM_PEOPLE = {"said", "pressed", "pictured", "located", "unreadable"}
PEOPLE = [event for event in examples.events("KEY") if event.is_ in FROM_PEOPLE]
ENDS = (texts.CANCELLED, texts.EDITED, case_texts.THANKS)
TOLD = ["ask", "pass", "accept", "expire"]
CODES = ("422", "unknown_label", "key_reused")


@dataclass
class Chat:
    """The shell around the dialogue: its act lane in order, and an API that knows its keys."""

    dialogue: Dialogue = field(default_factory=Dialogue)
    lane: list[Command] = field(default_factory=list)
    heard: list[Say] = field(default_factory=list)
    filed: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    begun: set[str] = field(default_factory=set)
    ended: int = 0  # drafts that the person cancelled or told anew

    def take(self, event: Event) -> None:
        before = self.dialogue
        self.dialogue, commands = respond(before, event)
        said = [command for command in commands if isinstance(command, Say)]
        self.heard += said
        self.lane += [command for command in commands if not isinstance(command, Say)]
        self.ended += sum(say.text.startswith(ENDS) for say in said)
        self.begun |= keys(self.dialogue)
        self.check(before, said)

    def check(self, before: Dialogue, said: list[Say]) -> None:
        gone = keys(before) - keys(self.dialogue) - set(self.filed) - self.refused
        may_go = sum(say.text.startswith(ENDS) for say in said)
        assert len(gone) <= may_go + (len(before.queue) if may_go else 0), f"lost: {gone}"
        if self.dialogue.step is Step.FILING:
            assert any(self._files(command) for command in self.lane), "nothing will end the filing"
        else:
            assert not self.dialogue.waiting
        assert len(keys(self.dialogue)) == bool(self.dialogue.draft.key) + len(self.dialogue.queue), (
            "twice in the queue"
        )
        assert all(units(say.text) <= LONGEST_MESSAGE for say in said)

    def _files(self, command: Command) -> bool:
        return isinstance(command, FileTicket) and command.draft == self.dialogue.draft

    def answer(self, code: str = "") -> None:
        """The API answers the lane's first command; `code` refuses what was not accepted before."""
        if not self.lane:
            return
        match self.lane.pop(0):
            case FileTicket(draft=draft) if code and draft.key not in self.filed:
                self.refused |= {draft.key} if code == "key_reused" else set()
                self.take(FilingFailed(draft.key, code))
            case FileTicket(draft=draft):
                number = self.filed.setdefault(draft.key, f"GS20261123-{len(self.filed) + 1:04}")
                self.take(Filed(draft.key, number, examples.TICKET))
            case Act(number=number, action=action, fields=fields):
                self.take(Refused(number, action, "not_allowed") if code else Acted(number, action, fields))
            case AttachPhoto(number=number):
                self.take(Acted(number, "photo"))
            case FindCases(key=key):
                self.take(CasesFound(key, () if code else (examples.SETTLED, examples.SIMILAR)))
            case Subscribe() | Unsubscribe() | Topics():
                self.take(TopicsTold(examples.TOPICS, "unknown" if code else "list"))
            case ListMine():
                self.take(Listed(()))
            case Show(number=number):
                self.take(Shown(number, examples.TICKET, examples.TIMELINE))


def keys(dialogue: Dialogue) -> set[str]:
    return {draft.key for draft in (dialogue.draft, *dialogue.queue) if draft.key}


def with_key(event: Event, key: str) -> Event:
    return type(event)(**{"button": event.button.replace("KEY", key or "0")}) if event.is_ == "pressed" else event


MOVES = st.one_of(
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.builds(Noticed, st.integers(1, 9), st.sampled_from(TOLD), st.just(examples.FACTS)),
    st.sampled_from(["", "", "", *CODES]),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(MOVES, max_size=40))
def test_no_report_is_lost_or_doubled(moves: list[Event | str]) -> None:
    chat = Chat()
    for move in moves:
        if isinstance(move, str):
            chat.answer(move)
            continue
        heard = len(chat.heard)
        chat.take(with_key(move, chat.dialogue.draft.key))
        if isinstance(move, Said) and move.heard.urgent:
            assert chat.heard[heard].urgent
    for _ in range(1000):
        chat.answer()
    assert not chat.lane and chat.dialogue.step is not Step.FILING and not chat.dialogue.waiting
    assert len(set(chat.filed.values())) == len(chat.filed)
    ends = set(chat.filed) | chat.refused | keys(chat.dialogue)
    assert len(chat.begun - ends) <= chat.ended * 3
