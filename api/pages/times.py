"""Moments and durations as clerks say them. Pure; every moment is told in Asia/Shanghai."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.deadlines import SHANGHAI

SOON = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How a promise stands: in words, as a bar (0-100 of its time used), and `late`, `soon` or "" for its colour."""

    words: str
    used: int
    state: str


def moment(at: datetime, now: datetime) -> str:
    """今天 14:05 · 昨天 09:30 · 11月20日 14:05 · 2025年11月20日 14:05"""
    local, today = at.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
    days = (today - local.date()).days
    day = {-1: "明天", 0: "今天", 1: "昨天"}.get(days, f"{local.month}月{local.day}日")
    year = "" if local.year == today.year or abs(days) <= 1 else f"{local.year}年"
    return f"{year}{day} {local:%H:%M}"


def duration(seconds: float) -> str:
    """The two largest units that are not nothing."""
    minutes = int(seconds) // 60
    days, hours, left = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {left} 分" if left else f"{hours} 小时"
    return f"{left} 分钟" if left else "不到 1 分钟"


def ago(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    if seconds < 60:
        return "刚刚"
    return f"{duration(seconds)}前" if seconds < 86400 else moment(at, now)


def time_left(start: datetime, due: datetime, now: datetime) -> TimeLeft:
    if due < now:
        return TimeLeft(f"已超 {duration((now - due).total_seconds())}", 100, "late")
    used = (now - start) / (due - start) if due > start else 1.0
    state = "soon" if due - now < SOON else ""
    return TimeLeft(f"还剩 {duration((due - now).total_seconds())}", round(100 * min(max(used, 0), 1)), state)
