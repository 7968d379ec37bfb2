"""A call's parameters, the same whether they came as a form, as multipart, as JSON or in the address."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.requests import Request

from .refusals import bad
from .shapes import Json

INTEGERS = {"chat_id", "message_id", "offset", "limit", "timeout", "max_connections", "user_id"}
FLAGS = {"drop_pending_updates", "show_alert", "disable_notification", "protect_content"}
STRUCTURES = {
    "reply_markup", "entities", "caption_entities", "allowed_updates", "commands", "scope", "menu_button",
    "reply_parameters", "link_preview_options",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Params:
    values: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name)
        return value if isinstance(value, int) else default

    def upload(self, name: str) -> Upload | None:
        reference = self.text(name)
        return self.files.get(reference.removeprefix("attach://") if reference else name)

    def shown(self) -> Json:
        """For the journal: what was asked, without the bytes of files."""
        files = {name: {"file_name": file.name, "size": len(file.content)} for name, file in self.files.items()}
        return self.values | files


def as_integer(value: str) -> object:
    return int(value) if value.removeprefix("-").isdecimal() else value


def as_flag(value: str) -> object:
    return value.lower() in {"true", "yes", "1"}


def as_structure(value: str) -> object:
    try:
        return json.loads(value) if value else None
    except json.JSONDecodeError:
        return value  # the rules of the field say what is wrong with it


READERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(INTEGERS, as_integer),
    **dict.fromkeys(FLAGS, as_flag),
    **dict.fromkeys(STRUCTURES, as_structure),
}


def read(values: Json, files: dict[str, Upload] | None = None) -> Params:
    typed = {
        name: READERS[name](value) if name in READERS and isinstance(value, str) else value
        for name, value in values.items()
    }
    try:
        json.dumps(typed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return Params(typed, files or {})


async def from_request(request: Request) -> Params:
    values: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        return read(values | await _json(request))
    files: dict[str, Upload] = {}
    async with request.form() as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or name, await value.read())
            else:
                values[name] = value
    return read(values, files)


async def _json(request: Request) -> Json:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("object expected as request body")
    return body
