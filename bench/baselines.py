"""What simpler means would make of the same messages, taught by the same utterances, in the same run."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tempfile import NamedTemporaryFile

import floret
import jieba
import numpy as np
from rapidfuzz import fuzz, process
from rich.progress import Progress
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from bench.figures import Figure
from nlp.catalogue import DEFAULT_FILE, Catalogue
from nlp.knowledge import read_facts
from nlp.lessons import read_lessons
from nlp.scores import Row, coarse

Answer = Callable[[str], str]  # a message -> the label


@dataclass(frozen=True, slots=True)
class Judged:
    """How fast, and how often right (an honest reader's other answers count)."""

    figure: Figure
    right: float


def judge(name: str, answer: Answer, rows: Sequence[Row]) -> Judged:
    times, hits = [], 0
    for row in rows:
        began = time.perf_counter()
        label = answer(row.text)
        times.append(time.perf_counter() - began)
        hits += coarse(label) in row.right
    return Judged(Figure(name, times, len(times) / sum(times)), hits / len(rows))


def measure(rows: Sequence[Row], progress: Progress) -> list[Judged]:
    facts = read_facts(DEFAULT_FILE)
    lessons = [one for one in read_lessons(facts.catalogue, facts.utterance_files(DEFAULT_FILE)) if one.label]
    texts, labels = [lesson.text for lesson in lessons], [lesson.label for lesson in lessons]
    means: dict[str, Callable[[], Answer]] = {
        "keyword counting": lambda: _keywords(facts.catalogue),
        "rapidfuzz, nearest utterance": lambda: _nearest(texts, labels),
        "fastText (floret)": lambda: _fasttext(texts, labels),
        "TF-IDF + linear SVM": lambda: _tfidf(texts, labels),
    }
    return [judge(name, make(), rows) for name, make in progress.track(means.items(), description="baselines")]


def _keywords(catalogue: Catalogue) -> Answer:
    lists = [(entry.label, entry.keywords) for entry in catalogue.entries]

    def answer(text: str) -> str:
        hits = Counter({label: sum(word in text for word in words) for label, words in lists})
        label, count = hits.most_common(1)[0]
        return label if count else "other"

    return answer


def _nearest(texts: list[str], labels: list[str]) -> Answer:
    def answer(text: str) -> str:
        found = process.extractOne(text, texts, scorer=fuzz.ratio)
        return labels[found[2]] if found else "other"

    return answer


def _fasttext(texts: list[str], labels: list[str]) -> Answer:
    words = jieba.Tokenizer()
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        for text, label in zip(texts, labels, strict=True):
            file.write(f"__label__{label} {' '.join(words.lcut(text.replace(chr(10), ' ')))}\n")
        file.flush()
        model = floret.train_supervised(file.name, dim=100, epoch=25, lr=0.5, wordNgrams=2, minn=1, maxn=3, verbose=0)

    def answer(text: str) -> str:
        told = " ".join(words.lcut(text.replace("\n", " "))) + "\n"
        found = model.f.predict(told, 1, 0.0, "strict")  # its own wrapper does not know NumPy 2
        return str(found[0][1]).removeprefix("__label__") if found else "other"

    return answer


def _tfidf(texts: list[str], labels: list[str]) -> Answer:
    machine: Pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True, dtype=np.float32),
        LinearSVC(C=0.5, tol=0.1),
    )
    machine.fit(texts, labels)
    return lambda text: str(machine.predict([text])[0])
