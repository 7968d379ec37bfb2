"""What happened to a ticket, told line by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.lifecycle import Action, Lane, Status
from api.mediation.stage import Kind as Mediated
from api.mediation.stage import Outcome
from api.models import Event
from api.pages import times
from api.pages.names import Names
from api.pages.words import (
    CHANNELS,
    MEDIATED,
    NOTE,
    OTHER_CHANNEL,
    OTHER_EVENTS,
    OUTCOMES,
    PHRASES,
    PROGRESS,
    REPORT,
    ROLES,
    STATUSES,
    VERDICTS,
    WHO_DECLINED,
    WHY_UNUSABLE,
)
from api.schemas import Moment
from nlp.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Line:
    """One event: who did what, when, what they wrote, and what changed."""

    who: str
    did: str
    at: datetime
    after: str  # time since the event before it, "" for the first and for less than a minute
    words: str
    changes: tuple[str, ...]
    is_note: bool


def told(moments: Iterable[Moment], lane: Lane, names: Names, catalogue: Catalogue, now: datetime) -> list[Line]:
    """The newest first."""
    lines = [_line(moment, lane, names, catalogue, now) for moment in moments]
    return lines[::-1]


def _line(moment: Moment, lane: Lane, names: Names, catalogue: Catalogue, now: datetime) -> Line:
    written = "" if moment.action == REPORT else "\n".join(filter(None, (moment.reason, moment.note)))
    return Line(
        who=names.get(moment.actor, moment.actor),
        did=did(moment.action, lane),
        at=moment.at,
        after=times.duration(moment.seconds) if moment.seconds >= 60 else "",
        words=written,
        changes=tuple(_changes(moment.facts, lane, names, catalogue, now)),
        is_note=moment.action == NOTE,
    )


def did(action: str, lane: Lane) -> str:
    return OTHER_EVENTS[action] if action in OTHER_EVENTS else PHRASES[lane, Action(action)].done


def notice_of(kind: str, lane: Lane) -> str:
    """What a notice tells of."""
    return PROGRESS if kind == "progress" else did(kind, lane)


def _changes(facts: dict[str, Any], lane: Lane, names: Names, catalogue: Catalogue, now: datetime) -> Iterable[str]:
    for fact, value in facts.items():
        match fact:
            case "to":
                yield f"交给：{names.get(value, value)}"
            case "joint":
                yield f"协办：{'、'.join(names.get(unit, unit) for unit in value)}"
            case "unit":
                yield f"协办单位：{names.get(value, value)}"
            case "rule":
                yield f"按规则“{value}”"
            case "unusable":
                yield from (f"规则“{rule}”没能用上：{WHY_UNUSABLE.get(why, why)}" for rule, why in value)
            case "proposed":
                yield f"建议由{names.get(value, value)}承办"
            case "label":
                yield f"事项：{_item(catalogue, value[0])} 改为 {_item(catalogue, value[1])}"
            case "place":
                yield f"地点：{value[0] or '（空）'} 改为 {value[1]}"
            case "into":
                yield f"并入 {value}"
            case "notice":
                yield f"通知：{notice_of(value, lane)}，{CHANNELS.get(facts['channel'], OTHER_CHANNEL)}"
            case "laws":
                yield f"依据：{'；'.join(f'《{law}》{article}' for law, article in value)}"
            case "lawyer":
                yield "告诉居民：这件事需要请律师"
            case "reviewer":
                yield f"请的是：{names.get(value, value)}"
            case "verdict":
                yield VERDICTS[value]
            case "until":
                yield f"最迟等到 {times.moment(datetime.fromisoformat(value), now)}"
            case "open_until":
                yield f"可以看到 {times.moment(datetime.fromisoformat(value), now)} 为止"
            case "score":
                yield f"{value} 分"
            case "mediation" if "party" in facts:  # the proposal says it once
                yield MEDIATED[Mediated(value)]
            case "party":
                yield f"对方：{value}"
            case "who":
                yield WHO_DECLINED[value]
            case "outcome":
                yield f"结果：{OUTCOMES[Outcome(value)]}"
            case "on":
                yield f"日期：{value}"
            case "meets_at":
                yield f"{times.moment(datetime.fromisoformat(value), now)}，{facts['meets_where']}"
            case "question":
                yield f"当时问的是：{value}"
            case "elsewhere":
                yield f"定位在{value[0]}{value[1]}，和说的地点不一致"
            case "left":
                yield "还有别的居民关注这件工单，继续办理"


def _item(catalogue: Catalogue, label: str) -> str:
    entry = catalogue.by_label.get(label)
    return entry.name if entry else "已停用的事项"


def collision(last: Event, status: Status, lane: Lane, names: Names, now: datetime) -> str:
    """What to tell who came second: what the first one did."""
    who = ROLES[last.role] if last.role.value == last.actor else names.get(last.actor, last.actor)
    first = f"{who}{times.ago(last.at, now)}已经{did(last.action, lane)}"
    return f"{first}，这件工单现在是“{STATUSES[lane, status]}”。您的操作没有执行，请看过再决定。"
