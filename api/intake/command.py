"""python -m api import-intake SOURCE FILE.csv"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import select

from api.commands import in_database
from api.db import Database
from api.intake.csv_import import Counts, Import
from api.intake.maps import load_maps
from api.intake.refusals import refusals
from api.intake.sheets import BadSheet, Sheet, open_sheet
from api.intake.sources import SOURCES
from api.intake.taking import Origin
from api.models import Intake
from api.office import open_office
from api.schemas import plain
from api.settings import Settings


def import_intake(
    source: Annotated[str, typer.Argument(help=", ".join(SOURCES))],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
) -> None:
    """A CSV of another office's reports. Can be repeated and continued: what is known is left alone."""
    its = load_maps().sources.get(source)
    if its is None:
        raise BadSheet(f"there is no source '{plain(source)}'; there are {', '.join(SOURCES)}")
    sheet, counts = open_sheet(file, its), Counts()

    async def work(db: Database, settings: Settings) -> None:
        await _import(db, settings, Origin(source, its, settings.reporter_key), sheet, counts)

    try:
        in_database(work)
    except BaseException:
        if counts != Counts():  # what was done before is done
            typer.echo(counts)
        raise
    typer.echo(counts)


async def _import(db: Database, settings: Settings, origin: Origin, sheet: Sheet, counts: Counts) -> None:
    async with db.reading() as session:  # fails before a model is loaded for nothing
        await session.exec(select(Intake.source).limit(1))
    office = await asyncio.to_thread(open_office, settings)
    load_maps(office.labels)
    console = Console(stderr=True)
    with refusals(sheet) as report, Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("lines", total=sheet.lines)
        run = Import(db, office, origin, sheet, report, counts)
        await run.run(lambda line: bar.update(task, completed=line))
    if report.count:
        typer.echo(f"refused rows: {report.file}")
