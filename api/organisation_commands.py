"""python -m api organisation check | import | show | try"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML
from sqlmodel.ext.asyncio.session import AsyncSession

from api import organisation, own_days, rulebook, set_up, trial
from api.calendar import district_calendar
from api.commands import in_transaction
from api.deadlines import Calendar
from api.gaps import Gap, gaps
from api.office import utc_now
from api.own_days import OwnDays
from api.rules import Route
from api.trial import Trial
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
    if counts["rules"]:
        set_up.record(session, rulebook.PAGE, "", set_up.A_FILE, utc_now(), None, {"rules": counts["rules"]})
    areas = await organisation.communities(session)
    there = await organisation.load(session)
    names = {area.code: area.name for area in areas}
    for gap in gaps(there, organisation.upwards(areas), await _calendar(session), utc_now()):
        typer.echo(_told(gap, names), err=True)
    return f"{counts['units']} units, {counts['rules']} rules"


async def _calendar(session: AsyncSession) -> Calendar:
    return OwnDays(await own_days.everything(session)).over(district_calendar(), utc_now())


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
    found: list[Trial] = []
    catalogue = load_catalogue()

    async def work(session: AsyncSession) -> None:
        tickets, before = await trial.newest(session, last), await organisation.load(session)
        await organisation.take(session, catalogue, file)
        after = await organisation.load(session)
        found.extend(await trial.run(session, catalogue, await _calendar(session), tickets, before, after))
        raise Undone

    try:
        in_transaction(work)
    except Undone:
        _print(catalogue, found)


def _line(route: Route) -> str:
    unusable = "".join(f" [{rule}: {why}]" for rule, why in route.unusable)
    return f"{' + '.join((route.to, *route.joint)) or 'triage'}{unusable}"


def _print(catalogue: Catalogue, found: Sequence[Trial]) -> None:
    table = Table("ticket", "item", "now", "by the file")
    for one in found:
        entry, would = catalogue.by_label.get(one.label), _line(one.would)
        name = entry.name if entry else one.label
        table.add_row(one.number, name, _line(one.was), f"[bold]{would}[/bold]" if one.differs else would)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    changed = sum(one.differs for one in found)
    typer.echo(f"{len(found)} tickets, {changed} would go elsewhere; nothing was changed")
