"""Answers in JSON or XML, and from a cache where they are still what they were."""

import hashlib
import json
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api.open311.xml import as_xml

FRESH = "public, max-age=60"


class Format(StrEnum):
    JSON = "json"
    XML = "xml"


TYPES = {Format.JSON: "application/json; charset=utf-8", Format.XML: "text/xml; charset=utf-8"}


def written(format: Format, name: str, value: Any, status: int = 200) -> Response:
    """`value` is a dataclass or a list of them; `name` that of XML's root element."""
    plain = [asdict(row) for row in value] if isinstance(value, list) else asdict(value)
    if format is Format.XML:
        content = as_xml(name, plain)
    else:
        content = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(content, status, media_type=TYPES[format])


def cached(request: Request, format: Format, name: str, value: Any) -> Response:
    """304 to who has it already."""
    answer = written(format, name, value)
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": FRESH}
    known = {known.strip().removeprefix("W/") for known in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
