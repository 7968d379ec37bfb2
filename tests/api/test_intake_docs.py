"""docs/intake.md: its tables are the maps, its example runs, it tells every reason of the code."""

import json
import re
from pathlib import Path

from api.intake.maps import load_maps
from api.intake.tables import as_markdown
from tests.api.test_intake import key_for
from tests.conftest import Api

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "intake.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"-d '(\{.*?\})'", DOC)


def test_the_tables_are_the_maps() -> None:
    assert DOC.split("<!-- fields -->\n")[1].split("\n<!-- end of fields -->")[0] == as_markdown(load_maps())


async def test_the_example_runs(sqlite_api: Api) -> None:
    assert EXAMPLE is not None
    headers = {**await key_for(sqlite_api, "12345"), "Content-Type": "application/json"}
    answer = await sqlite_api.client.post("/api/v1/intake/12345", content=EXAMPLE[1], headers=headers)
    promised = json.loads(re.findall(r"```json\n(.*?)\n```", DOC, re.DOTALL)[0])
    assert answer.status_code == 201 and answer.json().keys() == promised.keys()
    assert {name: answer.json()[name] for name in ("number", "status", "label", "changed")} == {
        name: promised[name] for name in ("number", "status", "label", "changed")
    }


def test_every_reason_is_told() -> None:
    code = "".join((ROOT / "api" / "intake" / name).read_text(encoding="utf-8") for name in ("fields.py", "taking.py"))
    reasons = {*re.findall(r'(?:ValueError\(|\] = |reason := |if age < -CLOCKS_DIFFER else )"([a-z_]+)"', code)}
    assert len(reasons) >= 10 and all(f"`{reason}`" in DOC for reason in reasons)
