"""python -m api organisation check | import | show | try"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, routing, rules
from api.calendar import district_calendar
from api.commands import in_transaction
from api.deadlines import Calendar
from api.gaps import Gap, gaps
from api.lifecycle import Lane
from api.models import Area, Ticket
from api.office import utc_now
from nlp.catalogue import Catalogue, load_catalogue

cli = typer.Typer(help="Who handles what: units, rosters and routing rules, as a YAML file.")
AFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
NAMED = 3


class Undone(Exception):
    """What was done to look at it is not to stay."""


@cli.command("check")
def check(file: AFile) -> None:
    """What importing FILE would bring, and where its rules would find nobody. Changes nothing."""
    found: list[str] = []

    async def work(session: AsyncSession) -> None:
        found.append(await _taken(session, file))
        raise Undone

    try:
        in_transaction(work)
    except Undone:
        typer.echo(f"{found[0]}; nothing was changed")


@cli.command("import")
def take(file: AFile) -> None:
    """Units that FILE names are added or made as it says, others stay; rules are replaced. Can be repeated."""
    typer.echo(in_transaction(lambda session: _taken(session, file)))


async def _taken(session: AsyncSession, file: Path) -> str:
    catalogue = load_catalogue()
    counts = await organisation.take(session, catalogue, file)
    areas = (await session.exec(select(Area).where(Area.level == "community"))).all()
    there = await organisation.load(session)
    names = {area.code: area.name for area in areas}
    for gap in gaps(there, {area.code: (area.code, area.parent) for area in areas}, district_calendar(), utc_now()):
        typer.echo(_told(gap, names), err=True)
    return f"{counts['units']} units, {counts['rules']} rules"


def _told(gap: Gap, names: dict[str, str]) -> str:
    where = "、".join(names[area] for area in gap.areas[:NAMED]) + ("…" if len(gap.areas) > NAMED else "")
    when = f", {gap.hours} hours of the coming week" if gap.why == "nobody_on_duty" else ""
    return f"rule '{gap.rule}': {gap.why} in {len(gap.areas)} communities ({where}){when}"


@cli.command("show")
def show() -> None:
    """All of it as YAML, in the shape that `import` reads."""
    yaml = YAML()
    yaml.allow_unicode, yaml.width = True, 140
    yaml.dump(in_transaction(organisation.written), sys.stdout)


@cli.command("try")
def try_out(
    file: AFile,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="how many of the newest tickets")] = 50,
) -> None:
    """Where the newest public tickets would go by FILE's rules, beside those of now. Changes nothing."""
    rows: list[tuple[str, str, str, str]] = []

    async def work(session: AsyncSession) -> None:
        catalogue, calendar = load_catalogue(), district_calendar()
        tickets = await _newest(session, last)
        before = await _routes(session, catalogue, calendar, tickets)
        await organisation.take(session, catalogue, file)
        after = await _routes(session, catalogue, calendar, tickets)
        rows.extend(_compared(catalogue, tickets, before, after))
        raise Undone

    try:
        in_transaction(work)
    except Undone:
        _print(rows)


async def _newest(session: AsyncSession, last: int) -> Sequence[Ticket]:
    query = select(Ticket).where(Ticket.lane == Lane.PUBLIC).order_by(col(Ticket.id).desc()).limit(last)
    return (await session.exec(query)).all()


async def _routes(
    session: AsyncSession, catalogue: Catalogue, calendar: Calendar, tickets: Sequence[Ticket]
) -> list[rules.Route]:
    """As if each were dispatched at the moment it was reported."""
    there = await organisation.load(session)
    matters = [replace(await routing.matter(session, catalogue, ticket), at=ticket.reported_at) for ticket in tickets]
    return [rules.route(there, matter, calendar) for matter in matters]


def _compared(
    catalogue: Catalogue, tickets: Sequence[Ticket], before: Sequence[rules.Route], after: Sequence[rules.Route]
) -> Iterator[tuple[str, str, str, str]]:
    for ticket, was, would in zip(tickets, before, after, strict=True):
        entry = catalogue.by_label.get(ticket.label)
        yield ticket.number, entry.name if entry else ticket.label, _line(was), _line(would)


def _line(route: rules.Route) -> str:
    unusable = "".join(f" [{rule}: {why}]" for rule, why in route.unusable)
    return f"{' + '.join((route.to, *route.joint)) or 'triage'}{unusable}"


def _print(rows: Sequence[tuple[str, str, str, str]]) -> None:
    table = Table("ticket", "item", "now", "by the file")
    for number, item, was, would in rows:
        table.add_row(number, item, was, f"[bold]{would}[/bold]" if would != was else would)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    changed = sum(was != would for _, _, was, would in rows)
    typer.echo(f"{len(rows)} tickets, {changed} would go elsewhere; nothing was changed")
