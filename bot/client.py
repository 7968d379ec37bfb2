"""The API over HTTP, acting for one resident at a time. Two ways to fail: Refused(code) and Unavailable."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from api.schemas import MAX_PHOTO_BYTES
from bot.cards import is_legal
from bot.events import Draft
from bot.legal_texts import BESIDE, UNNAMED

UNAVAILABLE = frozenset({401, 408, 425, 429, 500, 502, 503, 504})  # 401: a key that is being changed is no refusal
SAID_FOR_GOOD = ("not_bound",)  # 401 as well, but not of the key
TOO_FAST = frozenset({429})
BRIEFLY = 3.0  # seconds that a conversation waits for what it can do without
NONE: frozenset[int] = frozenset()


class Unavailable(Exception):
    """Nobody answered, or not now: the command is kept and tried again."""


class Refused(Exception):
    def __init__(self, code: str, facts: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts or {}


@dataclass(frozen=True, slots=True)
class Resident:
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Member:
    """A chat that acts for the member of staff who bound it, if one did."""

    channel: str
    address: str


Person = Resident | Member
SPEAKS_FOR: dict[type[Person], str] = {Resident: "X-Resident", Member: "X-Staff"}


class ApiClient:
    def __init__(self, http: httpx.AsyncClient, key: str) -> None:
        """`http` has the API's base URL."""
        self.http = http
        self.key = key

    async def open_ticket(self, who: Resident, draft: Draft) -> dict[str, Any]:
        report = {
            "channel": who.channel,
            "reporter": who.address,
            "text": draft.text,
            "label": draft.chosen.label if draft.chosen else "other",
            "place": draft.place[:300],
            "lat": draft.lat,
            "lon": draft.lon,
            "urgent": draft.urgent,
            "unless_known": draft.same is None,
            **(_confidential(draft) if is_legal(draft) else {}),
        }
        key = f"{who.channel}:{who.address}:{draft.key}"
        opened: dict[str, Any] = await self._ask("POST", "/tickets", who, json=report, key=key)
        return opened

    async def join(self, who: Resident, draft: Draft) -> dict[str, Any]:
        """Follows what a neighbour reported."""
        joining = {"offer": draft.known["offer"], "text": draft.text}
        path, key = f"{_of(draft.known['number'])}/followers", f"{who.channel}:{who.address}:{draft.key}:join"
        followed: dict[str, Any] = await self._ask("POST", path, who, json=joining, key=key)
        return followed

    async def act(self, who: Person, number: str, action: str, key: str, fields: dict[str, Any]) -> dict[str, Any]:
        path = "notes" if action == "note" else f"actions/{action}"
        told: dict[str, Any] = await self._ask(
            "POST", f"{_of(number)}/{path}", who, json=fields, key=f"{who.channel}:{who.address}:{key}"
        )
        return told

    async def add_photo(self, who: Person, number: str, content: bytes) -> None:
        if len(content) > MAX_PHOTO_BYTES:
            raise Refused("too_large")
        await self._ask("POST", f"{_of(number)}/photos", who, files={"file": ("photo", content)})

    async def mine(self, who: Resident) -> list[dict[str, Any]]:
        page = await self._ask("GET", "/tickets", who)
        tickets: list[dict[str, Any]] = page["tickets"]
        return sorted(tickets, key=lambda ticket: str(ticket["reported_at"]), reverse=True)

    async def ticket(self, who: Resident, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
        return await self._ask("GET", _of(number), who), await self._ask("GET", f"{_of(number)}/timeline", who)

    async def similar_cases(self, label: str, text: str) -> list[dict[str, Any]]:
        """Of nobody: the API is not told who asks."""
        asked = {"label": label, "text": text}
        found: list[dict[str, Any]] = await self._ask("POST", "/cases/similar", None, json=asked, timeout=BRIEFLY)
        return found

    async def count_case(self, id: int, outcome: str) -> None:
        await self._ask("POST", f"/cases/{id}/read", None, json={"outcome": outcome}, timeout=BRIEFLY)

    async def topics(self, who: Resident) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._ask("GET", "/subscriptions", who)
        return found

    async def subscribe(self, who: Resident, topic: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._ask("PUT", "/subscriptions", who, json={"topic": topic})
        return found

    async def unsubscribe(self, who: Resident) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._ask("DELETE", "/subscriptions", who)
        return found

    async def bind(self, chat: Member, code: str) -> dict[str, Any]:
        """Told at once when it was tried too often: waiting is for the person, not for a queue. A code works once, so
        the same one from the same chat is the same request."""
        given = {"channel": chat.channel, "address": chat.address, "code": code}
        keyed = f"{chat.channel}:{chat.address}:bind:{code}"
        bound: dict[str, Any] = await self._ask("POST", "/staff/bind", None, json=given, key=keyed, final=TOO_FAST)
        return bound

    async def unbind(self, chat: Member) -> None:
        await self._ask("POST", "/staff/unbind", None, json={"channel": chat.channel, "address": chat.address})

    async def waiting(self, who: Member) -> list[dict[str, Any]]:
        """What waits on a member of staff."""
        page = await self._ask("GET", "/tickets", who, params={"status": "mine"})
        tickets: list[dict[str, Any]] = page["tickets"]
        return tickets

    async def duty_ticket(self, who: Member, number: str) -> dict[str, Any]:
        ticket: dict[str, Any] = await self._ask("GET", _of(number), who)
        return ticket

    async def duty_timeline(self, who: Member, number: str) -> dict[str, Any]:
        told: dict[str, Any] = await self._ask("GET", f"{_of(number)}/timeline", who)
        return told

    async def picture(self, who: Member, number: str, photo: str) -> bytes:
        answer = await self._answered("GET", f"{_of(number)}/photos/{quote(photo, safe='')}", who)
        return answer.content

    async def claim(
        self, worker: str, channels: list[str], limit: int, wait: float, *, anew: bool
    ) -> list[dict[str, Any]]:
        wanted = {"worker": worker, "channels": channels, "limit": limit, "wait": wait, "anew": anew}
        found: list[dict[str, Any]] = await self._ask("POST", "/notices/claim", None, json=wanted, timeout=wait + 10)
        return found

    async def acknowledge(self, notice_id: int, **answer: Any) -> None:
        await self._ask("POST", f"/notices/{notice_id}/ack", None, json=answer)

    async def _ask(self, method: str, path: str, who: Person | None, **given: Any) -> Any:
        return (await self._answered(method, path, who, **given)).json()

    async def _answered(
        self, method: str, path: str, who: Person | None, *, key: str = "", final: frozenset[int] = NONE, **given: Any
    ) -> httpx.Response:
        """`final`: statuses that are a refusal here, though elsewhere it is tried again."""
        headers = {"Authorization": f"Bearer {self.key}"}
        headers |= {SPEAKS_FOR[type(who)]: f"{who.channel}:{who.address}"} if who else {}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            answer = await self.http.request(method, f"/api/v1{path}", headers=headers, **given)
        except httpx.TransportError as error:
            raise Unavailable(type(error).__name__) from None
        refused = _refused(answer) if answer.is_error else None
        if answer.status_code in UNAVAILABLE - final and not (refused and refused.code in SAID_FOR_GOOD):
            raise Unavailable(str(answer.status_code))
        if refused:
            raise refused
        return answer


def _confidential(draft: Draft) -> dict[str, Any]:
    told = draft.interview
    facts = [{"asked": one.asked, "answer": one.answer} for one in told.told]
    if told.beside:
        facts.append({"asked": BESIDE, "answer": told.beside_name or UNNAMED, "number": told.beside})
    return {"facts": facts, "anonymous": told.anonymous, "in_chat": told.in_chat, "no_case": told.no_case}


def _of(number: str) -> str:
    return f"/tickets/{quote(number, safe='')}"


def _refused(answer: httpx.Response) -> Refused:
    try:
        problem = answer.json()
        return Refused(str(problem.get("code", answer.status_code)), problem)
    except (ValueError, AttributeError):
        return Refused(str(answer.status_code))
