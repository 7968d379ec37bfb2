"""A resident who stays anonymous to the adviser: a pseudonym that lasts as long as the matter, and what it hides."""

import secrets
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import beside
from api.actors import Actor
from api.lifecycle import Lane, Role
from api.models import Ticket
from api.reading import read_by
from api.schemas import Report

PLANTS = (
    "梧桐", "香樟", "银杏", "桂花", "玉兰", "海棠", "紫薇", "石榴", "枇杷", "杨梅", "白果", "紫藤", "腊梅", "茉莉",
    "芍药", "牡丹", "荷花", "菱角", "芡实", "莼菜", "水芹", "茭白", "慈姑", "芦苇", "青竹", "毛竹", "松树", "柏树",
    "柳树", "槐树", "榆树", "枫树", "桃花", "杏花", "梨花", "李树", "樱花", "山茶", "茶花", "月季", "蔷薇", "杜鹃",
    "兰花", "菊花", "水仙", "百合", "栀子", "含笑", "合欢", "乌桕", "朴树", "榉树", "楝树", "桑树", "柿树", "橘树",
    "香橼", "佛手", "薄荷", "艾草", "蒲公英", "车前草", "三叶草", "牵牛花",
)  # fmt: skip
WHERE = ("where", "place", "elsewhere")  # facts of events that tell where somebody lives


async def told(session: AsyncSession, ticket: Ticket, report: Report) -> dict[str, Any]:
    """Writes what the topic asked and how the resident wants to be seen; returns what of it belongs on the record."""
    ticket.facts = await beside.as_kept(session, report.facts, ticket.reporter_id)
    if ticket.lane is Lane.LEGAL:
        ticket.in_chat = report.in_chat
        ticket.pseudonym = await pseudonym(session) if report.anonymous else ""
    return {"told": ticket.facts} if ticket.facts else {}


async def pseudonym(session: AsyncSession) -> str:
    """One that no open matter bears, as long as there are such: an adviser must not take two residents for one."""
    query = select(Ticket.pseudonym).where(col(Ticket.ended_at).is_(None), Ticket.pseudonym != "")
    taken = set((await session.exec(query)).all())
    free = [plant for plant in PLANTS if plant not in taken]
    return secrets.choice(free) if free else f"{secrets.choice(PLANTS)}{secrets.randbelow(9000) + 1000}"


def hides(ticket: Ticket, reader: Actor) -> bool:
    return bool(ticket.pseudonym) and reader.role is not Role.RESIDENT


def read(words: str, ticket: Ticket, reader: Actor) -> str:
    """As `reading` shows them; of an anonymous resident without the place that they named in their own words, too."""
    shown = read_by(words, reader)
    return shown.replace(ticket.place, "#" * len(ticket.place)) if ticket.place and hides(ticket, reader) else shown


def unplaced(ticket: Ticket, reader: Actor) -> dict[str, Any]:
    """The house would tell who it is; street and community stay, for these say which adviser it is."""
    return {"place": "", "grid": "", "lat": None, "lon": None} if hides(ticket, reader) else {}
