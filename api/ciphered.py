"""Columns whose values are sealed on their way into the database and opened on their way out, by the cipher that the
database was opened with (`Database.cipher`)."""

import json
from typing import Any

from sqlalchemy import JSON, Dialect, String, Text
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from api.cipher import Cipher

SEALED = ""  # the one name among facts under which those with words lie


def cipher_of(dialect: Dialect) -> Cipher:
    """An engine has a dialect of its own, and that the database's cipher. Raises LookupError."""
    found = getattr(dialect, "cipher", None)
    if not isinstance(found, Cipher):
        raise LookupError("this database was opened without a key, and holds what is enciphered")
    return found


class Ciphered(TypeDecorator[str]):
    """Words. `stored`: as what they were kept when they were plain."""

    impl = String
    cache_ok = True

    def __init__(self, stored: type[String] = Text) -> None:
        super().__init__()
        self.stored = stored
        self.impl = stored()  # type: ignore[assignment] # an instance, as TypeDecorator itself keeps it

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return cipher_of(dialect).seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return cipher_of(dialect).open(value) if value else value


class CipheredJson(TypeDecorator[Any]):
    """Anything JSON holds, as one sealed string in it; what is empty says nothing and stays so."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return cipher_of(dialect).seal(json.dumps(value, ensure_ascii=False)) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return _opened(cipher_of(dialect), value) if isinstance(value, str) else value


class Facts(TypeDecorator[dict[str, Any]]):
    """Facts by name: those in `plain` are asked for in SQL and hold nobody's words; all others lie sealed together."""

    impl = JSON
    cache_ok = True

    def __init__(self, plain: tuple[str, ...]) -> None:
        super().__init__()
        self.plain = plain

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        return JSON().coerce_compared_value(op, value)

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        return seal_facts(cipher_of(dialect), value, self.plain) if value else value

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> dict[str, Any] | None:
        if not value or SEALED not in value:
            return value
        plain = {name: fact for name, fact in value.items() if name != SEALED}
        found = _opened(cipher_of(dialect), value[SEALED])
        return plain | (found if isinstance(found, dict) else {"damaged": True})


def seal_facts(cipher: Cipher, facts: dict[str, Any], plain: tuple[str, ...]) -> dict[str, Any]:
    words = {name: fact for name, fact in facts.items() if name not in plain}
    kept = {name: fact for name, fact in facts.items() if name in plain}
    return kept | {SEALED: cipher.seal(json.dumps(words, ensure_ascii=False))} if words else kept


def _opened(cipher: Cipher, sealed: str) -> Any:
    words = cipher.open(sealed)
    try:
        return json.loads(words)
    except ValueError:
        return words


SEALED_TYPES = (Ciphered, CipheredJson, Facts)
