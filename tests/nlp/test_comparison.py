"""Whether a new model is no worse: by how much each figure may lose, and what corrections can tell."""

import math
from dataclasses import replace

import pytest

from nlp.catalogue import Kind
from nlp.comparison import FIGURES, FIGURES_OF_CORRECTIONS, MAY_FALL, MAY_RISE, Gold, compared, gold_of
from nlp.corrections import Correction
from nlp.meaning import Sureness, Understanding
from nlp.scores import Row, score

EVERY = dict.fromkeys(FIGURES, 0.5)
SURELY = Understanding(Kind.ITEM, "street_light", 0.9, Sureness.SURE)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_may_lose_its_slack_and_no_more(figure: str) -> None:
    slack = (MAY_FALL | MAY_RISE)[figure]
    loses = -1 if figure in MAY_FALL else 1
    for lost, worse in ((slack, []), (slack + 0.001, [figure]), (-0.3, [])):
        lines = compared(Gold("", []), EVERY, EVERY | {figure: 0.5 + loses * lost})
        assert [line.figure for line in lines if line.is_worse] == worse, lost


def test_every_figure_is_judged() -> None:
    figures = {name for name in score([(Row(text="灯", label="street_light"), SURELY)]) if not name.startswith("right")}
    assert figures - {"messages"} == set(FIGURES)


def test_a_figure_without_messages_is_left_out() -> None:
    lines = compared(Gold("", []), EVERY | {"place_f1": math.nan}, EVERY | {"place_f1": math.nan})
    assert {line.figure for line in lines} == set(FIGURES) - {"place_f1"}


def test_of_the_corrections_those_kept_out_are_asked_about() -> None:
    corrections = [Correction(text=f"第{number}件事", label="street_light", place="第") for number in range(20)]
    gold = gold_of(corrections)
    assert {row.text for row in gold.rows} == {one.text for one in corrections if one.is_held_out} != set()
    assert {row.place for row in gold.rows} == {"第"}


def test_an_alarm_is_no_false_one_where_a_clerk_could_not_say_so() -> None:
    gold = gold_of(Correction(text=f"第{number}件事", label="street_light") for number in range(20))
    calm = score([(row, SURELY) for row in gold.rows])
    alarmed = score([(row, replace(SURELY, urgent=True, place="第")) for row in gold.rows])
    assert alarmed["urgent_false"] == alarmed["place_false"] == 1
    lines = compared(gold, calm, alarmed)
    assert [line.figure for line in lines if line.is_worse] == []
    assert {line.figure for line in lines} <= set(FIGURES_OF_CORRECTIONS)
