"""Which time limits of the law a question touches; docs/legal-limits.md lists all that intents.yaml holds."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from nlp.catalogue import Kind, TimeLimit, load_catalogue
from nlp.text import read
from nlp.time_limits import touched, touching

CATALOGUE = load_catalogue()
HERE = Path(__file__).parent
QUESTIONS = [json.loads(line) for line in (HERE / "time_limits.jsonl").read_text(encoding="utf-8").splitlines()]
DOCS = HERE.parents[1] / "docs" / "legal-limits.md"
FEWEST_RIGHT, FEWEST_FOUND = 0.98, 0.95  # a warning that does not fit is worse than none
NAMES = {entry.id: entry.name for entry in CATALOGUE.of_kind(Kind.LEGAL)}


def found(topic: str, text: str) -> set[str]:
    return {limit.id for limit in touching(CATALOGUE.time_limits, read(text).plain, topic)}


def test_warnings_fit_the_questions() -> None:
    given = [(found(row["topic"], row["text"]), set(row["limits"])) for row in QUESTIONS]
    right = sum(len(got & wanted) for got, wanted in given)
    assert right / sum(len(got) for got, _ in given) >= FEWEST_RIGHT
    assert right / sum(len(wanted) for _, wanted in given) >= FEWEST_FOUND
    assert sum(not wanted for _, wanted in given) >= 60, "questions without a limit are what precision is measured on"


def test_every_limit_is_asked_about() -> None:
    assert {limit for row in QUESTIONS for limit in row["limits"]} == {limit.id for limit in CATALOGUE.time_limits}
    assert {row["topic"] for row in QUESTIONS} == set(NAMES)


def sign(*signs: str, but: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(topics=("employment",), signs=signs, but=but)


@pytest.mark.parametrize(
    ("signs", "but", "text", "touches"),
    [
        (("老板|公司 辞退",), (), "公司把我辞退了", True),
        (("老板|公司 辞退",), (), "公司待我不错", False),
        (("老板|公司 辞退",), (), "我在公司三年。上月被辞退", True),
        (("老板|公司 辞退",), (), "我在公司三年。做得很好。后来被辞退", False),
        (("老板 辞退", "工伤"), (), "这算工伤吗", True),
        (("老板 辞退",), ("裁决",), "老板辞退我，裁决已经下来", False),
        (("辞退",), (), "", False),
        (("辞退",), (), "。。！？", False),
    ],
)
def test_words_count_together_where_they_stand_together(
    signs: tuple[str, ...], but: tuple[str, ...], text: str, touches: bool
) -> None:
    assert bool(touched([sign(*signs, but=but)], read(text).plain)) is touches


def test_the_topic_decides_too() -> None:
    assert found("employment", "公司拖欠工资") == {"labour_arbitration"}
    assert not found("family", "公司拖欠工资")


def test_traditional_letters_and_a_very_long_message_are_read() -> None:
    assert found("employment", "公司拖欠工資") == {"labour_arbitration"}
    assert found("employment", "公司拖欠工资。" + "还有别的事。" * 2000) == {"labour_arbitration"}


@pytest.mark.parametrize(
    ("topic", "text", "alerts"),
    [
        ("family", "老公喝了酒就动手打我，想离婚", {"violence"}),
        ("family", "想离婚，房子怎么分", set()),
        ("criminal", "昨天被骗子骗走八千", {"scam"}),
        ("criminal", "弟弟被刑拘了怎么办", {"own_lawyer"}),
        ("procedure", "没钱请律师怎么办", {"legal_aid"}),
    ],
)
def test_alerts(topic: str, text: str, alerts: set[str]) -> None:
    assert {alert.id for alert in touching(CATALOGUE.legal_alerts, read(text).plain, topic)} == alerts


def test_violence_names_the_police_first() -> None:
    violence = next(alert for alert in CATALOGUE.legal_alerts if alert.id == "violence")
    assert violence.numbers[0] == "110"
    for alert in CATALOGUE.legal_alerts:
        assert all(number in alert.tells for number in alert.numbers), alert.id


def test_every_topic_asks_two_or_three_things() -> None:
    for entry in CATALOGUE.of_kind(Kind.LEGAL):
        assert 2 <= len(entry.facts) <= 3, entry.id
        assert len({fact.key for fact in entry.facts}) == len(entry.facts), entry.id
        assert all(fact.asks.endswith(("？", "。")) for fact in entry.facts), entry.id


def row_of(limit: TimeLimit) -> str:
    topics = "、".join(NAMES[topic] for topic in limit.topics)
    return f"| {limit.what} | {limit.time} | {limit.since} | 《{limit.statute}》{limit.article} | {topics} |"


def test_the_docs_list_every_limit() -> None:
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert rows[1:] == [row_of(limit) for limit in CATALOGUE.time_limits]
