"""intents.yaml is whole, and a bad one is refused with the line and the reason."""

from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from nlp.catalogue import DEFAULT_FILE, BadCatalogue, Kind, load_catalogue

CATALOGUE = load_catalogue()
LIMIT = "{value: 1, unit: day}"
RETRIAL = (
    "{id: a, what: 再审, time: 六个月, since: 生效, statute: 某法, article: 第一条, topics: [nowhere], signs: [再审]}"
)
SMALL = f"""\
categories:
- {{id: infrastructure, name: 基础设施修补}}
limits:
  item: {{filing: {LIMIT}, dispatch: {LIMIT}, handling: {LIMIT}, verification: {LIMIT}}}
  urgent: {{filing: {LIMIT}, dispatch: {LIMIT}, handling: {LIMIT}, verification: {LIMIT}}}
items:
- id: street_light
  name: 路灯故障
  category: infrastructure
  utterances: [灯不亮, 路灯坏了, 灯一直闪, 路灯白天亮, 灯杆倒了, 没有路灯]
urgent:
  signs:
  - {{id: fire, name: 着火, numbers: ["119"], words: [着火]}}
"""


def test_a_small_catalogue_is_read(tmp_path: Path) -> None:
    assert load_catalogue(_file(tmp_path, SMALL)).by_label["street_light"].name == "路灯故障"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: 路灯故障", "nmae: 路灯故障", "line 7: name"),
        ("utterances: [灯不亮, 路灯坏了,", "utterances: [", "line 10: utterances"),
        ("unit: day}, dispatch", "unit: week}, dispatch", "unit"),
        ("category: infrastructure", "category: roads", "unknown category 'roads'"),
        ("id: street_light", "id: Street Light", "line 7: id"),
        ("utterances: [", "utterances: [[", "line"),
        ('numbers: ["119"]', "numbers: []", "line 13: urgent.signs.0.numbers"),
        ("urgent:\n  signs:\n", "urgent:\n", "line 11: urgent: a dict is expected"),
        ("limits:", "limits: 5\nitems:", "line"),
        ("items:\n", "items:\n- just words\n", "not a mapping"),
        ("urgent:\n", "time_limits: 5\nurgent:\n", "time_limits: a list is expected"),
        ("urgent:\n", f"time_limits:\n- {RETRIAL}\nurgent:\n", "time_limits: unknown topics: nowhere"),
        (
            "urgent:\n",
            f"time_limits:\n- {RETRIAL.replace('nowhere', '')}\nurgent:\n",
            "line 12: time_limits.0.topics",
        ),
        (
            "  utterances:",
            "  facts:\n  - {key: a, name: 合同, asks: 有吗？, kind: choice}\n  utterances:",
            "choices belong to a choice",
        ),
    ],
)
def test_a_bad_catalogue_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(BadCatalogue, match=r"intents\.yaml") as refusal:
        load_catalogue(_file(tmp_path, SMALL.replace(old, new, 1)))
    assert said in str(refusal.value)


def test_two_entries_may_not_share_an_id(tmp_path: Path) -> None:
    item = SMALL[SMALL.index("- id: street_light") : SMALL.index("urgent:\n  signs")]
    with pytest.raises(BadCatalogue, match="named twice: street_light"):
        load_catalogue(_file(tmp_path, SMALL.replace(item, item + item)))


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogue, match="cannot be read"):
        load_catalogue(tmp_path / "nothing.yaml")


def test_every_id_is_there() -> None:
    kinds = Counter(entry.kind for entry in CATALOGUE.entries)
    assert kinds == {Kind.ITEM: 27, Kind.REFERRAL: 19, Kind.LEGAL: 16, Kind.ACT: 12, Kind.OTHER: 1}
    assert len(CATALOGUE.categories) == 5
    assert {category.id for category in CATALOGUE.categories if category.source == "bulletin"} == {
        "infrastructure",
        "environment",
        "repair",
        "building",
    }


def test_a_clerk_finds_enough_utterances_in_the_file_itself() -> None:
    root = YAML(typ="safe").load(DEFAULT_FILE.read_text(encoding="utf-8"))
    assert min(len(row["utterances"]) for row in root["items"]) >= 14
    others = [row for section in ("referrals", "legal_topics", "acts", "others") for row in root[section]]
    assert min(len(row["utterances"]) for row in others) >= 8


def test_every_promise_is_plausible() -> None:
    for entry in CATALOGUE.entries:
        if entry.kind in (Kind.ITEM, Kind.REFERRAL, Kind.LEGAL, Kind.OTHER):
            assert entry.limits is not None, entry.label
            assert all(limit.assumed or limit.source for limit in dict(entry.limits).values()), entry.label


def _file(folder: Path, text: str) -> Path:
    file = folder / "intents.yaml"
    file.write_text(text, encoding="utf-8")
    return file
