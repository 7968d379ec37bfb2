"""python -m api serve | migrate | sweep | import-… | staff … | unit … | client … | resident … | …"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import (
    area_commands,
    areas,
    audit,
    clockwork,
    corrections,
    demo_cases,
    keys,
    mistakes,
    organisation_commands,
    people,
    people_commands,
    photo_commands,
    privacy_commands,
    recipher_commands,
    serving,
)
from api.album.album import prove
from api.album.opening import open_album
from api.app import create_app
from api.commands import in_any_database, in_database, in_transaction
from api.db import Database
from api.intake.command import import_intake
from api.models import DayHead, Ticket
from api.office import open_office, utc_now
from api.settings import Settings
from nlp.catalogue import load_catalogue

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(help="The API of the front door: tickets, staff pages, deadlines.", add_completion=False)
cli.add_typer(people_commands.staff, name="staff")
cli.add_typer(people_commands.unit, name="unit")
cli.add_typer(organisation_commands.cli, name="organisation")
cli.add_typer(people_commands.client, name="client")
cli.add_typer(privacy_commands.resident, name="resident")
cli.add_typer(photo_commands.photos, name="photos")
cli.command()(privacy_commands.retain)
cli.command("recipher")(recipher_commands.recipher_all)


async def usable(db: Database, _settings: Settings) -> None:
    """Fails before a model is loaded for nothing."""
    async with db.reading() as session:
        await session.exec(select(Ticket.id).limit(1))


async def servable(db: Database, settings: Settings) -> None:
    await usable(db, settings)
    await prove(open_album(settings))


@cli.command()
def serve() -> None:
    """The API and the staff pages on HOST:API_PORT; also sweeps."""
    in_database(servable)
    settings = Settings()
    app = create_app(settings, office=open_office(settings))
    serving.serve(app, settings.host, settings.api_port, "工作人员  staff pages   ")


@cli.command()
def migrate() -> None:
    """Makes or upgrades the tables and loads the streets and communities that are shipped."""

    async def work(db: Database, settings: Settings) -> dict[str, int]:
        await db.migrate(MIGRATIONS)
        await keys.check(db, utc_now())
        async with db.writing() as session:
            await audit.seal_old(session, settings.history_key.encode())
            return await areas.import_areas(session, areas.SHIPPED)

    loaded = in_any_database(work)
    typer.echo(f"tables ready; {loaded['street']} streets, {loaded['community']} communities")


@cli.command()
def sweep() -> None:
    """Once: closes what nobody rated, resumes paused promises, passes on unclaimed legal matters."""

    async def work(db: Database, settings: Settings) -> int:
        await usable(db, settings)
        return await clockwork.sweep(db, await asyncio.to_thread(open_office, settings))

    typer.echo(f"{in_database(work)} moved")


cli.command("import-grids")(area_commands.import_grids)
cli.command("demo-grids")(area_commands.write_demo_grids)
cli.command("import-intake")(import_intake)


@cli.command("export-corrections")
def export_corrections(file: Annotated[Path, typer.Argument(help="JSONL; must not exist yet", dir_okay=False)]) -> None:
    """What triage corrected, as lessons for `python -m nlp train --corrections FILE`. Holds residents' words."""
    if file.exists():
        raise FileExistsError(f"{file} exists already; name another file, or remove it first")
    if not file.parent.is_dir():
        raise FileNotFoundError(f"{file.parent}: no such folder")
    console = Console(stderr=True)

    async def work(db: Database, _settings: Settings) -> int:
        labels = load_catalogue().by_label
        async with db.reading() as session:
            total = 2 * await corrections.count(session)
            with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
                task = progress.add_task("tickets", total=total)
                return await corrections.export(session, file, labels, lambda read: progress.advance(task, read))

    typer.echo(f"{in_database(work)} corrections written to {file}")


@cli.command("verify-history")
def verify_history(
    heads: Annotated[
        Path | None, typer.Option(help="JSONL of `api heads` that was kept elsewhere", exists=True)
    ] = None,
) -> None:
    """Finds every row of the history that was changed, removed or inserted by hand. Status 1 when there is one."""
    console = Console(stderr=True)
    known = audit.read_heads(heads) if heads else {}

    async def work(db: Database, settings: Settings) -> tuple[int, int]:
        async with db.reading() as session:
            await audit.one_view(session)
            total = (await session.exec(select(func.count()).select_from(Ticket))).one()
            with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
                task, flaws = progress.add_task("tickets", total=total), 0
                key = settings.history_key.encode()
                async for flaw in audit.verify(session, key, known, lambda read: progress.advance(task, read)):
                    typer.echo(f"{flaw.where}: {flaw.what}")
                    flaws += 1
        return total, flaws

    total, flaws = in_database(work)
    typer.echo(f"{total} tickets, {flaws} flaws")
    raise SystemExit(1 if flaws else 0)


@cli.command()
def heads() -> None:
    """The signed head of each day, as JSONL: keep it where the database cannot be written from."""

    async def work(db: Database, _settings: Settings) -> Sequence[DayHead]:
        async with db.reading() as session:
            return (await session.exec(select(DayHead).order_by(col(DayHead.day)))).all()

    for head in in_database(work):
        typer.echo(json.dumps({"day": head.day, "events": head.events, "mac": head.mac}))


@cli.command()
def first_start(demo: Annotated[bool, typer.Option(help="one generated login a role of a 演示 street")] = True) -> None:
    """Generated logins, printed once: on an empty database only."""

    async def work(session: AsyncSession) -> list[people.Login]:
        if not await people.nobody_yet(session):
            return []
        if not demo:
            return [await people.first_admin(session, utc_now)]
        await demo_cases.add(session, utc_now())
        return await people.demo_street(session, utc_now)

    for login in in_transaction(work):
        typer.echo(f"  {login.role:<11} {login.name:<16} {login.password}   {login.title}")


if __name__ == "__main__":
    mistakes.run(cli)
