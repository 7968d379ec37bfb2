"""/texts: the standard texts, as forms."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from api import standard_texts
from api.errors import AppError, BadText
from api.lifecycle import STEPS, Lane
from api.models import StandardText
from api.office import Office
from api.pages import forms
from api.pages.error_words import BAD_TEXTS, of_error
from api.pages.names import Names, names
from api.pages.takers import Group
from api.pages.words import PHRASES
from api.standard_texts import NAME_AT_MOST, PLACEHOLDERS, WORDS_AT_MOST, WRITTEN, Draft

NEW = Draft("", "", "", "0", "")
ANYTHING, ANY_STEP = ("", "所有事项"), ("0", "每一步")


@dataclass(frozen=True, slots=True)
class Row:
    """`id` 0: the one that is being added."""

    id: int
    draft: Draft
    about: str
    by: str
    at: datetime | None
    seen: str
    opened: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """`id`: of which text; what was typed is kept."""

    error: AppError
    id: int
    draft: Draft


async def context(session: AsyncSession, office: Office, refused: Refused | None = None) -> dict[str, Any]:
    called, about = await names(session), _about(office)
    known = {value: text for group in about for value, text in group.choices}
    texts = await standard_texts.all_of_them(session)
    rows = [_row(text, called, known, refused) for text in texts]
    typed = refused.draft if refused and not refused.id else NEW
    return {
        "kinds": [
            (PHRASES[Lane.PUBLIC, action].button, [row for row in rows if row.draft.action == action])
            for action in WRITTEN
        ],
        "new": Row(0, typed, "", "", None, "", opened=bool(refused and not refused.id)),
        "actions": [Group("", [(action.value, PHRASES[Lane.PUBLIC, action].button) for action in WRITTEN])],
        "about": about,
        "steps": [Group("", [ANY_STEP, *((str(at), name) for at, name in enumerate(STEPS, 1))])],
        "placeholders": "、".join(f"{{{name}}}" for name in PLACEHOLDERS),
        "token": secrets.token_urlsafe(16),
        "refused": _sentence(refused.error) if refused else "",
        "most": {"name": NAME_AT_MOST, "words": WORDS_AT_MOST},
    }


def _row(text: StandardText, called: Names, known: dict[str, str], refused: Refused | None) -> Row:
    draft = Draft(text.name, text.action, text.about, str(text.step), text.words)
    tried = refused is not None and refused.id == text.id
    return Row(
        id=text.id,
        draft=refused.draft if refused and tried else draft,
        about=known.get(text.about, "已停用的事项"),
        by=called.get(text.changed_by, text.changed_by),
        at=text.changed_at,
        seen=standard_texts.version(text),
        opened=tried,
    )


def _about(office: Office) -> Sequence[Group]:
    categories = [(category.id, f"{category.name}（整类）") for category in office.catalogue.categories]
    return [Group("", [ANYTHING, *categories]), *forms.items(office.catalogue)]


def _sentence(error: AppError) -> str:
    reason, hole = str(error.facts.get("reason", "")), str(error.facts.get("hole", ""))
    if isinstance(error, BadText):
        return BAD_TEXTS[reason].format(hole=f"{{{hole}}}" if hole else "花括号", most=WORDS_AT_MOST, name=NAME_AT_MOST)
    return of_error(error.code, reason)
