"""Where pictures lie, seen from outside."""

from pathlib import Path

from api.cipher import MARK
from tests.conftest import Api


def files_of(api: Api) -> list[Path]:
    return sorted((api.settings.var_dir / "photos").rglob("*.jpg"))


def opened(api: Api, file: Path) -> bytes:
    """As who has the key reads it."""
    content = file.read_bytes()
    assert content.startswith(MARK.encode())
    return api.settings.cipher_for("api").open_file(content, f"{file.parent.name}/{file.name}")
