"""演示数据 by the million: tickets as rows, with their followers and what search needs, and no events."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from api import search
from api.db import Database
from api.lifecycle import Lane, Status
from api.models import Follower, Resident, Ticket

UTTERANCES = Path(__file__).parent.parent / "nlp" / "utterances" / "items.txt"
OPEN_AT_MOST = 10_000  # what a district has in hand, however much it has had
A_BATCH, RESIDENTS = 5_000, 5_000


def row_of(number: int, said: str, at: datetime, status: Status = Status.CLOSED) -> dict[str, Any]:
    return {
        "number": f"GS{number}", "lane": Lane.PUBLIC, "kind": "item", "label": "street_light", "status": status,
        "text": said, "place": "", "street": "金阊街道", "channel": "web", "reporter_id": f"r{number % RESIDENTS}",
        "reported_at": at, "status_at": at, "ended_at": at if status is Status.CLOSED else None,
    }  # fmt: skip


async def filled(db: Database, many: int, now: datetime, done: Callable[[int], None]) -> None:
    """演示数据: utterances of the project, told again and again; a hundredth of them is still open."""
    said = [line.strip() for line in UTTERANCES.read_text(encoding="utf-8").splitlines() if line[:1] not in "#\n"]
    chance = random.Random(4)
    texts = [line.replace("{", "").replace("}", "") for line in said]
    streets = ["金阊街道", "吴门桥街道", "平江街道", "双塔街道", "沧浪街道", "虎丘街道", "白洋湾街道", "苏锦街道"]
    still_open = min(OPEN_AT_MOST, many // 2)
    async with db.writer() as connection:
        names = [f"r{one}" for one in range(RESIDENTS)]
        await connection.execute(
            insert(Resident), [{"id": one, "channel": "web", "address": one, "mark": one} for one in names]
        )
    for begin in range(1, many + 1, A_BATCH):
        keys = range(begin, min(begin + A_BATCH, many + 1))
        rows = []
        for key in keys:
            is_open = key > many - still_open
            row = row_of(
                key,
                chance.choice(texts),
                now - timedelta(minutes=many - key),
                _open(chance) if is_open else Status.CLOSED,
            )
            rows.append(
                row
                | {
                    "id": key,
                    "street": chance.choice(streets),
                    "label": chance.choice(LABELS),
                    "priority": int(chance.random() < 0.05),
                }
            )
        await _insert(db, rows)
        done(len(rows))
    async with db.writer() as connection:
        if not db.is_sqlite:
            await connection.exec_driver_sql("SELECT setval('ticket_id_seq', (SELECT max(id) FROM ticket))")
        await connection.exec_driver_sql("ANALYZE")


LABELS = ("street_light", "household_waste", "water_leak", "manhole_cover", "bulky_waste")


def _open(chance: random.Random) -> Status:
    return chance.choice((Status.REPORTED, Status.FILED, Status.DISPATCHED, Status.IN_PROGRESS))


async def _insert(db: Database, rows: Sequence[dict[str, Any]]) -> None:
    plain = {
        name: column.default.arg
        for name, column in Ticket.__table__.columns.items()
        if column.default is not None and not callable(column.default.arg)
    }  # type: ignore[attr-defined]
    whole = [plain | {"alternatives": [], "because": []} | row for row in rows]
    async with db.writer() as connection:
        await connection.execute(insert(Ticket), whole)
        followers = [{"ticket_id": row["id"], "resident_id": row["reporter_id"], "via": ""} for row in rows]
        await connection.execute(insert(Follower), followers)
        if db.is_sqlite:
            words = [{"key": row["id"], "words": " ".join(search.pairs(row["text"]))} for row in rows]
            await connection.execute(text("INSERT INTO ticket_words (rowid, words) VALUES (:key, :words)"), words)
        else:
            words = [{"key": row["id"], "words": search.as_tsvector(row["text"])} for row in rows]
            await connection.execute(
                text("UPDATE ticket SET words = CAST(CAST(:words AS text) AS tsvector) WHERE id = :key"), words
            )
