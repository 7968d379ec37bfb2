"""Why something was not done, in a sentence; and what somebody else did first."""

from datetime import datetime

from api.errors import AppError, Held, NotAllowed
from api.lifecycle import Lane
from api.pages import story
from api.pages.error_words import of_error
from api.pages.names import Names
from api.pages.times import ago


def of_refusal(called: Names, error: AppError, now: datetime) -> str:
    if isinstance(error, Held):
        return f"{called.get(error.facts['by'], error.facts['by'])}领了这件在办，您的操作没有执行。"
    before = error.facts.get("before") if isinstance(error, NotAllowed) else None
    sentence = of_error(error.code, str(error.facts.get("reason", "")))
    if not before:
        return sentence
    who, did = called.get(before["by"], before["by"]), story.did(before["action"], Lane.PUBLIC)
    return f"{who}{ago(datetime.fromisoformat(before['at']), now)}已经{did}。"
