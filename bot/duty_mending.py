"""A form that was refused for what its person can put right stays: nothing that they wrote is lost. Pure."""

from collections.abc import Callable
from dataclasses import replace

from bot import duty_texts as words
from bot.duty_events import DutyRefused
from bot.duty_forms import Form
from bot.duty_writing import LAWS, ask
from bot.events import Say
from bot.state import Dialogue, Step, Turn


def mended(dialogue: Dialogue, refused: DutyRefused) -> Turn:
    """The form asks again, unless its person is in the midst of a report of their own: after that (`resumed`)."""
    form, said = MENDS[refused.code](replace(dialogue.form, sent=False), refused.about)
    return replace(dialogue, form=form), [Say(said), *(ask(form) if dialogue.step is Step.IDLE else [])]


def _law_again(form: Form, line: str) -> tuple[Form, str]:
    kept = {name: text for name, text in form.fields.items() if name != LAWS}
    return replace(form, fields=kept), words.unread(line, form.fields.get(LAWS, ""))


def _over_draft(form: Form, saved_at: str) -> tuple[Form, str]:
    return replace(form, over_draft=saved_at), words.draft_waits(saved_at)


MENDS: dict[str, Callable[[Form, str], tuple[Form, str]]] = {"bad_citation": _law_again, "draft_changed": _over_draft}
