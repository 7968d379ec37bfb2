"""What people type, as it crosses HTTP: kinds of words, names, places and numbers."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic import StringConstraints as Text

UNTYPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
VISIBLE = r"[^\s\x00-\x1f\x7f-\xa0]"  # at least one such character: blank words are no words


def plain(value: Any) -> Any:
    """With spaces for what no person types and PostgreSQL refuses: control characters and lone surrogates."""
    return UNTYPABLE.sub(" ", value) if isinstance(value, str) else value


def _no_desk(channel: str) -> str:
    if channel == "desk":
        raise ValueError("the channel of staff")
    return channel


def _whole(value: Any) -> Any:
    """5.0 is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# The validators stand behind the constraints, else pydantic leaves these out of the document.
Whole = BeforeValidator(_whole)
Typed = BeforeValidator(plain)
Stripped = AfterValidator(str.strip)  # after the length is looked at: what the document says is what holds
Words = Annotated[str, Text(max_length=4000), Typed, Stripped]
SomeWords = Annotated[str, Text(min_length=1, max_length=4000, pattern=VISIBLE), Typed, Stripped]
Line = Annotated[str, Text(max_length=300), Typed, Stripped]
Place = Line
Name = Annotated[str, Text(max_length=100, pattern=rf"^{VISIBLE}([^\x00-\x1f\x7f-\x9f]*{VISIBLE})?$")]
Channel = Annotated[str, Text(max_length=100, pattern=r"^[^\s:\x00-\x1f\x7f-\xa0]+$"), AfterValidator(_no_desk)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180)]
