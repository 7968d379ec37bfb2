"""How alike a resident's question and the questions of cases are: by meaning, or by words where nothing embeds.

Both thresholds were chosen on half of the lines of `tests/api/case_pairs.jsonl` and measured on the others
(docs/cases.md): rather no offer than one that does not fit. What a resident wrote is kept nowhere here; of the cases
the vectors are.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from nlp.catalogue import Catalogue
from nlp.text import read
from nlp.vectors import Vectors, embedder, essence

ALIKE, ALIKE_BY_WORDS = 0.92, 0.20
OFFERED = 2
GRAMS = (1, 2, 3)
Likeness = Callable[[str], float]  # of a case's question


def likest(catalogue: Catalogue, words: str, questions: Sequence[str]) -> list[int]:
    """The places of the OFFERED questions at the most that are really alike, the likest first."""
    likeness, enough = _by_meaning(words) or (_by_words(catalogue, words), ALIKE_BY_WORDS)
    scores = [likeness(question) for question in questions]
    ranked = sorted(range(len(questions)), key=lambda place: -scores[place])
    return [place for place in ranked[:OFFERED] if scores[place] >= enough]


def _by_meaning(words: str) -> tuple[Likeness, float] | None:
    """None without the embedding."""
    embed = embedder(attuned=False)
    if embed is None:
        return None
    asked = embed(essence(read(words).plain))
    return lambda question: float(asked @ _vector(question)), ALIKE


@lru_cache(maxsize=2000)
def _vector(question: str) -> Vectors:
    embed = embedder(attuned=False)
    assert embed is not None
    return embed(essence(read(question).plain))


def _by_words(catalogue: Catalogue, words: str) -> Likeness:
    """The cosine of stretches of one to three letters, each the weightier the rarer."""
    known = [set(_grams(utterance)) for entry in catalogue.entries for utterance in entry.utterances]
    often, many = Counter(gram for grams in known for gram in grams), len(known) + 1

    def weighed(text: str) -> dict[str, float]:
        weights = {gram: math.log(many / (often[gram] + 1)) for gram in _grams(text)}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}

    asked = weighed(words)
    return lambda question: sum(weight * asked.get(gram, 0.0) for gram, weight in weighed(question).items())


def _grams(text: str) -> list[str]:
    letters = "".join(letter for letter in read(text).plain if letter.isalnum())
    return list(dict.fromkeys(letters[at : at + size] for size in GRAMS for at in range(len(letters) - size + 1)))
