"""The reference of a chat turn: FastAPI and one insert, on disk before the answer. `python -m bench.bare PORT FILE`."""

import sqlite3
import sys
import threading

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Words(BaseModel):
    text: str


def create_app(file: str) -> FastAPI:
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    app, lock = FastAPI(), threading.Lock()

    @app.post("/words")
    def keep(words: Words) -> dict[str, int | None]:
        with lock:
            db.execute("BEGIN IMMEDIATE")
            kept = db.execute("INSERT INTO words (text) VALUES (?)", (words.text,)).lastrowid
            db.execute("COMMIT")
        return {"id": kept}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[2]), port=int(sys.argv[1]), log_level="error", access_log=False)
