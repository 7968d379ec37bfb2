"""How failures are answered below /open311: in the form and by the statuses of GeoReport v2, as JSON or as XML."""

from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from api.errors import AppError
from api.open311.answers import Format, written

PREFIX = "/open311/v2"
# "always 404 for resources that don't exist, 403 for errors because of wrong or missing api_key and basically 400
# for any other error". What HTTP itself means by 405 and 413, a key that was used and our own faults stay as they are.
STATUSES = {401: 403, 422: 400}
SENTENCES = {
    "missing": "缺少 {at}。",
    "malformed": "{at} 不合要求。",
    "not_found": "没有这个 {at}。",
    "not_signed_in": "没有 api_key，或者 api_key 无效。",
    "forbidden": "这个 api_key 不能用来提交请求。",
    "wrong_method": "这个地址不能这样调用。",
    "key_reused": "这个 Idempotency-Key 已经用于另一个请求。",
    "too_large": "请求太大，最多 1 MB。",
    "too_fast": "请求太快了，请过一会儿再来。",
}
OTHERWISE = "请求没有办成，请告知本系统的管理员。"
MEANINGS = {
    400: "something is missing or cannot be read",
    403: "no api_key, or one that is not good for this",
    404: "no such jurisdiction, service or request",
    409: "the Idempotency-Key was used for another request",
}


@dataclass(frozen=True, slots=True)
class Failure:
    code: int
    description: str


def is_below(path: str) -> bool:
    return path.startswith("/open311/")


def answer(path: str, error: AppError) -> Response:
    """XML, the format that every server has, unless the address ends in .json."""
    status = STATUSES.get(error.status, error.status)
    format = Format.JSON if path.endswith(".json") else Format.XML
    failures = [Failure(status, description) for description in _descriptions(error)]
    return written(format, "errors", failures, status)


def _descriptions(error: AppError) -> list[str]:
    sentence = SENTENCES.get(error.code, OTHERWISE)
    return [sentence.format(at=at) for at in dict.fromkeys(_places(error.facts))]


def _places(facts: dict[str, Any]) -> list[str]:
    """The parameters it is about, by the names the caller knows."""
    wrong = [row["at"].split(".") for row in facts.get("errors", ())]  # body.lat, query.status.0, or the body itself
    named = [*facts.get("needs", ()), *(name[0] if (name := parts[1:]) else "请求" for parts in wrong)]
    return named or [facts.get("at", "URL")]


def may_fail(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint: its XML, and how it can fail."""
    schema = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["code", "description"],
            "properties": {"code": {"type": "integer"}, "description": {"type": "string"}},
        },
    }
    content = {"application/json": {"schema": schema}, "text/xml": {}}
    meanings = {status: MEANINGS[status] for status in (400, 404, *statuses)}
    other = {"4XX": "what HTTP itself forbids"}  # this also keeps FastAPI from speaking of 422
    return {key: {"description": meaning, "content": content} for key, meaning in (meanings | other).items()}
