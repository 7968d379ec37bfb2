"""The actions open to a reader, as forms. What each asks for is read from `lifecycle.RULES`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api import reviews, routing
from api.lifecycle import RULES, STEP_REACHED, Action, Lane, Need, Status
from api.mediation.stage import ENDINGS
from api.models import AnswerDraft, Ticket, Unit
from api.office import Office
from api.pages.takers import Group, by_kind, named, people, units
from api.pages.words import (
    FIELDS,
    KINDS,
    LABEL,
    LAWS,
    LAWYER,
    LAWYERS,
    MEDIATED,
    NO_PEERS,
    OUTCOMES,
    PHOTOS,
    PHRASES,
    PLACE,
    VERDICTS,
    WHY_UNUSABLE,
)  # fmt: skip
from api.rules import Route
from api.schemas import PartOut
from nlp.catalogue import Catalogue, Kind

# as a clerk fills a form in; nobody on the staff gives a score, or a resident's name
ORDER = (
    Need.TO, Need.INTO, Need.KIND, Need.PARTY, Need.REACH, Need.OUTCOME, Need.ON, Need.AT, Need.WHERE, Need.HOW,
    Need.VERDICT, Need.REASON, Need.NOTE, Need.ASIDE,
)  # fmt: skip
RELABELS = (Action.FILE, Action.CORRECT)
KEYS = {Action.DISPATCH: "a", Action.MERGE: "m", Action.ASK: "r"}
SHOWS_WORK = (Action.REPORT_BACK,)
NUMBER_AT_MOST, PLACE_AT_MOST, WORDS_AT_MOST = 40, 300, 4000
LINES = {
    Need.INTO: NUMBER_AT_MOST,
    Need.PARTY: PLACE_AT_MOST,
    Need.REACH: PLACE_AT_MOST,
    Need.WHERE: PLACE_AT_MOST,
    Need.HOW: PLACE_AT_MOST,
}  # how long each may be
DAYS = {Need.ON: "date", Need.AT: "datetime-local"}
CHOICES: dict[Need, Sequence[tuple[str, str]]] = {
    Need.KIND: list(MEDIATED.items()),
    Need.OUTCOME: [(outcome, OUTCOMES[outcome]) for outcome in ENDINGS],
}


NO_ROUTE = Route()
NOBODY_YET = Group("", [("", "请选择")])


@dataclass(frozen=True, slots=True)
class Takers:
    """Who can be given a ticket, whom the rules name, who works with it already, and who may be asked to review."""

    groups: Sequence[Group]
    route: Route = NO_ROUTE
    parts: Sequence[tuple[str, str]] = ()
    peers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A standard text with what it says of this ticket."""

    id: int
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """`kind` is the template's macro: words, line, date, datetime-local, choice, photos, item (a choice found by
    typing)."""

    name: str
    label: str
    kind: str
    value: str = ""
    required: bool = False
    most: int = WORDS_AT_MOST
    groups: Sequence[Group] = ()
    texts: Sequence[Filled] = ()  # to start from


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft of what goes into a form; `at` None: there is none yet."""

    words: Mapping[str, str]
    version: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Form:
    action: Action
    button: str
    hint: str
    fields: Sequence[Field]
    key: str  # opens it; "": none does
    opened: bool  # the ordinary next step, or the one that was just tried
    kept: Kept | None = None  # None: no draft is kept of this one


def forms(
    office: Office,
    ticket: Ticket,
    open_to: Sequence[Action],
    takers: Takers,
    tried: Action | None,
    typed: Mapping[str, str],
    texts: Mapping[Action, Sequence[Filled]],
    drafts: Mapping[Action, Kept],
) -> list[Form]:
    """`typed` is what was written for the action `tried`, which was refused."""

    def said(action: Action) -> Mapping[str, str]:
        return typed if action is tried else drafts[action].words if action in drafts else {}

    return [
        Form(
            action=action,
            button=PHRASES[ticket.lane, action].button,
            hint=_hint(ticket, action, takers),
            key=KEYS.get(action, ""),
            fields=_fields(office, ticket, action, takers, said(action), texts.get(action, ())),
            opened=action is tried if tried in open_to else _moves_on(ticket, action),
            kept=drafts.get(action),
        )
        for action in open_to
    ]


def _hint(ticket: Ticket, action: Action, takers: Takers) -> str:
    route, said = takers.route, PHRASES[ticket.lane, action].hint
    if action is Action.ASK_REVIEW and not takers.peers:
        return NO_PEERS
    if action is not Action.DISPATCH or ticket.lane is Lane.LEGAL:
        return said
    called = {code: name for group in takers.groups for code, name in group.choices}
    others = "、".join(called.get(unit, unit) for unit in route.joint)
    unusable = [f"规则“{rule}”没能用上：{WHY_UNUSABLE[why]}。" for rule, why in route.unusable]
    chosen = [f"按规则“{route.rule}”选好了。" if route.to else "没有规则说到这一件，请您决定。"]
    return "".join([*unusable, *chosen, f"会同时请{others}协办。" if others else ""])


def _moves_on(ticket: Ticket, action: Action) -> bool:
    """To the next of the seven steps: what is done with most tickets, never a refusal. Or all that there is to do."""
    if action is Action.REVIEW:
        return True
    return STEP_REACHED.get(RULES[ticket.lane, ticket.status, action].to) == STEP_REACHED.get(ticket.status, 0) + 1


def _fields(
    office: Office,
    ticket: Ticket,
    action: Action,
    takers: Takers,
    typed: Mapping[str, str],
    texts: Sequence[Filled],
) -> list[Field]:
    needs = RULES[ticket.lane, ticket.status, action].needs
    found = []
    if action in RELABELS:
        label = typed.get("label") or ticket.label
        found.append(Field("label", LABEL, "item", label, groups=any_label(office.catalogue)))
    if action is Action.CORRECT:
        found.append(Field("place", PLACE, "line", typed.get("place", ticket.place), most=PLACE_AT_MOST))
    found += [_needed(ticket.lane, action, need, takers, typed.get(need, ""), texts) for need in ORDER if need in needs]
    if action is Action.REPORT_BACK and ticket.lane is Lane.LEGAL:
        found.append(Field("laws", LAWS, "words", typed.get("laws", "")))
        found.append(Field("lawyer", LAWYER, "choice", typed.get("lawyer", ""), groups=[Group("", LAWYERS)]))
    if action is Action.REVIEW:
        found.append(Field(Need.ASIDE, FIELDS[ticket.lane, action, Need.ASIDE], "words", typed.get(Need.ASIDE, "")))
    if action in SHOWS_WORK and ticket.lane is Lane.PUBLIC:
        found.append(Field("photo", PHOTOS, "photos"))
    return found


def kept_of(draft: AnswerDraft | None, typed: Mapping[str, str], *, anew: bool) -> Kept:
    """With the version on which what is `typed` was written; `anew`: with the present one, for both are shown."""
    if draft is None:
        return Kept({}, typed.get("version", "0"), None)
    words = {"note": draft.note, "laws": draft.laws, "lawyer": "yes" if draft.lawyer else ""}
    version = str(draft.version) if anew else typed.get("version") or str(draft.version)
    return Kept(words, version, draft.saved_at)


def _needed(lane: Lane, action: Action, need: Need, takers: Takers, value: str, texts: Sequence[Filled]) -> Field:
    label = FIELDS[lane, action, need]
    match need:
        case Need.TO if action is Action.RELEASE:
            return Field(need, label, "choice", value, required=True, groups=[NOBODY_YET, Group("", takers.parts)])
        case Need.TO if action is Action.ASK_REVIEW:
            chosen = value or next((name for name, _ in takers.peers), "")
            return Field(need, label, "choice", chosen, required=True, groups=[Group("", takers.peers)])
        case Need.VERDICT:
            groups = [NOBODY_YET, Group("", list(VERDICTS.items()))]
            return Field(need, label, "choice", value, required=True, groups=groups)
        case Need.TO:
            chosen = value or (takers.route.to if action is Action.DISPATCH else "")
            return Field(need, label, "choice", chosen, required=True, groups=[NOBODY_YET, *takers.groups])
        case Need.KIND | Need.OUTCOME:
            return Field(need, label, "choice", value, required=True, groups=[NOBODY_YET, Group("", CHOICES[need])])
        case Need.ON | Need.AT:
            return Field(need, label, DAYS[need], value, required=True)
        case _ if need in LINES:
            return Field(need, label, "line", value, required=True, most=LINES[need])
        case _:
            return Field(need, label, "words", value, required=True, texts=texts)


def items(catalogue: Catalogue) -> list[Group]:
    """What a public matter can be about: the items by category, then what other offices do, then the rest."""
    own = [
        Group(category.name, [(e.label, e.name) for e in catalogue.of_kind(Kind.ITEM) if e.category == category.id])
        for category in catalogue.categories
    ]
    return [*own, *(of_kind(catalogue, kind) for kind in (Kind.REFERRAL, Kind.OTHER))]


def any_label(catalogue: Catalogue) -> list[Group]:
    """What a report can turn out to be about: a legal question, too."""
    return [*items(catalogue), of_kind(catalogue, Kind.LEGAL)]


def of_kind(catalogue: Catalogue, kind: Kind) -> Group:
    return Group(KINDS[kind], [(entry.label, entry.name) for entry in catalogue.of_kind(kind)])


async def takers(
    session: AsyncSession, office: Office, ticket: Ticket, parts: Sequence[PartOut], open_to: Sequence[Action]
) -> Takers:
    """Advisers for a legal matter; else units, those of its street first, and handlers. Never who has it already."""
    handlers = await people(session, ticket.lane, ticket.assignee)
    if ticket.lane is Lane.LEGAL:
        free = await reviews.peers(session, office, ticket) if Action.ASK_REVIEW in open_to else ()
        called = dict(handlers.choices)
        return Takers([handlers], peers=[(name, called[name]) for name in free if name in called])
    groups = [*_near_first(ticket, await units(session)), handlers]
    undone = [(part.unit, part.name) for part in parts if not part.done]
    route = await routing.route(session, office, ticket) if ticket.status is Status.FILED else NO_ROUTE
    return Takers([group for group in groups if group.choices], route, undone)


def _near_first(ticket: Ticket, ranked: Sequence[Unit]) -> list[Group]:
    others = [unit for unit in ranked if unit.code != ticket.assignee]
    near = [unit for unit in others if ticket.street and unit.street == ticket.street]
    return [Group(ticket.street, named(near)), *by_kind(unit for unit in others if unit not in near)]
