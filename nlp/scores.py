"""How good an understanding is: the figures `evaluate` prints. An honest reader's other answers count as right."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from nlp.catalogue import Kind
from nlp.meaning import Understanding


class Row(BaseModel):
    """One labelled message; other fields are ignored."""

    model_config = ConfigDict(extra="ignore")

    text: str
    label: str
    ok: list[str] = []
    multi: list[str] = []
    place: str = ""
    urgent: bool = False

    @property
    def right(self) -> set[str]:
        found = {coarse(label) for label in [self.label, *self.ok, *self.multi]}
        return (
            {label for label in found if label == "other" or label.startswith("act:")}
            if self.label == "other"
            else found
        )


Pair = tuple[Row, Understanding]
DECILES = 10


def read_gold(file: Path) -> list[Row]:
    """JSONL of labelled messages. Raises OSError or ValueError."""
    return [Row.model_validate_json(line) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def coarse(label: str) -> str:
    return "legal" if label.startswith("legal:") else label


def score(pairs: list[Pair]) -> dict[str, float]:
    first = [_guesses(u)[0] in row.right for row, u in pairs]
    parts: dict[str, Callable[[], Iterable[float]]] = {
        "top1": lambda: first,
        "top3": lambda: (bool(set(_guesses(u)[:3]) & row.right) for row, u in pairs),
        "legal_topic": lambda: (u.label in {r.label, *r.ok} for r, u in pairs if r.label.startswith("legal:")),
        "outside_ticketed": lambda: (u.kind not in (Kind.ACT, Kind.OTHER) for row, u in pairs if row.label == "other"),
        "urgent_recall": lambda: (u.urgent for row, u in pairs if row.urgent),
        "urgent_false": lambda: (u.urgent for row, u in pairs if not row.urgent),
        "place_f1": lambda: (overlap(row.place, u.place) for row, u in pairs if row.place),
        "place_false": lambda: (bool(u.place) for row, u in pairs if not row.place),
        "matters_recall": lambda: (_matters_found(row, u) for row, u in pairs if row.multi),
        "matters_false_split": lambda: (len(u.matters) > 1 for row, u in pairs if not row.multi),
    }
    return {
        "messages": float(len(pairs)),
        **{name: _mean(part()) for name, part in parts.items()},
        **_calibration(pairs, first),
    }


def overlap(gold: str, guess: str) -> float:
    """F1 of the two bags of characters."""
    common = sum((Counter(gold) & Counter(guess)).values())
    return 2 * common / (len(gold) + len(guess)) if gold or guess else 1.0


def _guesses(meant: Understanding) -> list[str]:
    return list(dict.fromkeys(map(coarse, [meant.label, *(guess.label for guess in meant.alternatives)])))


def _matters_found(row: Row, meant: Understanding) -> float:
    found = {coarse(matter.label) for matter in meant.matters}
    return _mean(coarse(label) in found for label in [row.label, *row.multi])


def _calibration(pairs: list[Pair], first: list[bool]) -> dict[str, float]:
    """Share of right answers in each tenth of confidence, and the mean distance from it."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for (_, meant), hit in zip(pairs, first, strict=True):
        bins[min(int(meant.confidence * DECILES), DECILES - 1)].append((meant.confidence, hit))
    gaps = (len(rows) * abs(_mean(c for c, _ in rows) - _mean(h for _, h in rows)) for rows in bins.values())
    error = sum(gaps) / max(len(pairs), 1)
    return {"calibration_error": error} | {
        f"right at .{tenth}-.{tenth + 1} ({len(bins[tenth])})": _mean(hit for _, hit in bins[tenth])
        for tenth in sorted(bins)
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else float("nan")
