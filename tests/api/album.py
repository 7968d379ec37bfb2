"""Where pictures lie, seen from outside."""

from pathlib import Path

from tests.conftest import Api


def files_of(api: Api) -> list[Path]:
    return sorted((api.settings.var_dir / "photos").rglob("*.jpg"))
