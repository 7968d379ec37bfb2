"""What the front door understands: the promises of the contract, and floors under its quality."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from time import thread_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.catalogue import Kind
from nlp.meaning import Sureness
from nlp.scores import Row, score
from nlp.understand import Understander

BLIND = Path(__file__).with_name("messages.jsonl")
FLOORS: dict[str, float] = {
    "top1": 0.93,
    "top3": 0.98,
    "legal_topic": 0.85,
    "urgent_recall": 0.97,
    "place_f1": 0.85,
    "matters_recall": 0.80,
}
CEILINGS: dict[str, float] = {
    "outside_ticketed": 0.10,
    "urgent_false": 0.025,
    "place_false": 0.08,
    "matters_false_split": 0.045,
    "calibration_error": 0.05,
}


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(Row.model_validate_json(line) for line in BLIND.read_text(encoding="utf-8").splitlines())


def test_quality_on_messages_nobody_tuned_it_to(understander: Understander) -> None:
    found = score([(row, understander.understand(row.text)) for row in _rows()])
    assert {name: found[name] for name, floor in FLOORS.items() if found[name] < floor} == {}
    assert {name: found[name] for name, ceiling in CEILINGS.items() if found[name] > ceiling} == {}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("路灯不亮了", "street_light"),
        ("路燈唔亮", "street_light"),
        ("井该没了", "manhole_cover"),
        ("下水到堵了", "drain_blockage"),
        ("垃圾桶旁边的路灯不亮", "street_light"),
        ("房东不退押金怎么办", "legal:tenancy"),
        ("你好", "act:greet"),
        ("我要人工", "act:human"),
        ("帮我写一首诗", "other"),
    ],
)
def test_plain_cases(understander: Understander, text: str, label: str) -> None:
    meant = understander.understand(text)
    assert meant.label == label
    assert meant.kind is understander.catalogue.by_label[label].kind


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "\n\t", "13800000000", "?!…", "\ud800", "\u200b"])
def test_nothing_said(understander: Understander, text: str) -> None:
    meant = understander.understand(text)
    assert (meant.kind, meant.label, meant.confidence, meant.sureness) == (Kind.OTHER, "other", 0.0, Sureness.LOST)


def test_two_matters_become_two_with_their_own_words_and_places(understander: Understander) -> None:
    meant = understander.understand("平江路12号路灯不亮了，另外菜场门口的垃圾桶也满了没人收")
    places = {matter.label: matter.place for matter in meant.matters}
    assert list(places.items()) == [("street_light", "平江路12号"), ("household_waste", "菜场门口")]  # as told


def test_one_matter_told_at_length_stays_one(understander: Understander) -> None:
    meant = understander.understand("我住三楼，晚上回来楼道里的灯不亮，摸黑上楼，老人差点摔跤，换个灯泡吧")
    assert len(meant.matters) == 1


def test_dictated_without_a_stop_they_are_told_apart_all_the_same(understander: Understander) -> None:
    meant = understander.understand("楼上漏水漏到我家厨房电梯也停了三天了")
    assert [matter.text for matter in meant.matters] == ["楼上漏水漏到我家厨房", "电梯也停了三天了"]
    meant = understander.understand("路灯不亮 楼上漏水漏到我家厨房电梯也停了三天了")
    assert [matter.text for matter in meant.matters] == ["路灯不亮", "楼上漏水漏到我家厨房", "电梯也停了三天了"]
    assert len(understander.understand("树倒了压坏了我的车横在路当中过不去").matters) == 1


def test_the_reasons_are_the_residents_own_characters(understander: Understander) -> None:
    text = "南門路上嗰個路燈壞咗好耐"
    meant = understander.understand(text)
    assert meant.because
    assert all(word in text for word in meant.because)


def test_the_line_that_classify_prints(understander: Understander) -> None:
    line = understander.understand("路灯坏了").as_json()
    assert list(line)[:6] == ["kind", "label", "confidence", "alternatives", "urgent", "place"]
    assert json.loads(json.dumps(line)) == line


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=300) | st.text("路灯不亮坏了在平江12号，。 还有垃圾着火A区", max_size=80))
def test_any_text_is_answered(understander: Understander, text: str) -> None:
    meant = understander.understand(text)
    assert meant.label in understander.catalogue.by_label
    assert 0 <= meant.confidence <= 1
    assert meant.place in text
    assert all(word in text for word in meant.because)
    assert all(matter.place in text for matter in meant.matters)


@pytest.mark.parametrize(
    "make",
    [
        lambda: "路灯坏了" * 5_000,
        lambda: "着火" * 10_000,
        lambda: "x" * 20_000,
        lambda: "\ud83d" * 20_000,
        lambda: "1" * 20_000,
        lambda: "，。" * 10_000,
        lambda: "lu deng bu liang le",
        lambda: "the street lamp is broken " * 100,
    ],
)
def test_bad_input_is_answered_in_bounded_time(understander: Understander, make: Callable[[], str]) -> None:
    assert min(_time_of(understander, make()) for _ in range(3)) < 1


def _time_of(understander: Understander, text: str) -> float:
    """Of the processor, whatever else the machine does; a run in which garbage is collected may be longer."""
    began = thread_time()
    understander.understand(text)
    return thread_time() - began


def test_threads_agree(understander: Understander) -> None:
    texts = [row.text for row in _rows()[:60]] * 4
    alone = [understander.understand(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(understander.understand, texts)) == alone
