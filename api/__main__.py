"""python -m api serve | migrate | sweep | import-… | export-corrections | staff … | unit … | client …"""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api import areas, clients, clockwork, corrections, mistakes, people, serving
from api.app import create_app
from api.auth import set_password
from api.commands import in_database, in_transaction
from api.db import Database
from api.intake.command import import_intake
from api.models import Ticket
from api.office import open_office, utc_now
from api.settings import Settings
from nlp.catalogue import load_catalogue

MIGRATIONS = Path(__file__).parent / "migrations"
cli = typer.Typer(help="The API of the front door: tickets, staff pages, deadlines.", add_completion=False)
staff = typer.Typer(help="Add staff and print their bearer tokens.")
unit = typer.Typer(help="Add contractors, joint stations and departments.")
client = typer.Typer(help="Keys for programs of other offices.")
cli.add_typer(staff, name="staff")
cli.add_typer(client, name="client")
cli.add_typer(unit, name="unit")


async def usable(db: Database, _settings: Settings) -> None:
    """Fails before a model is loaded for nothing."""
    async with db.reading() as session:
        await session.exec(select(Ticket.id).limit(1))


@cli.command()
def serve() -> None:
    """The API and the staff pages on HOST:API_PORT; also sweeps."""
    in_database(usable)
    settings = Settings()
    app = create_app(settings, office=open_office(settings))
    serving.serve(app, settings.host, settings.api_port, "工作人员  staff pages   ")


@cli.command()
def migrate() -> None:
    """Makes or upgrades the tables and loads the streets and communities that are shipped."""

    async def work(db: Database, _settings: Settings) -> dict[str, int]:
        await db.migrate(MIGRATIONS)
        async with db.writing() as session:
            return await areas.import_areas(session, areas.SHIPPED)

    loaded = in_database(work)
    typer.echo(f"tables ready; {loaded['street']} streets, {loaded['community']} communities")


@cli.command()
def sweep() -> None:
    """Once: closes what nobody rated, resumes paused promises, passes on unclaimed legal matters."""

    async def work(db: Database, settings: Settings) -> int:
        await usable(db, settings)
        return await clockwork.sweep(db, await asyncio.to_thread(open_office, settings))

    typer.echo(f"{in_database(work)} moved")


@cli.command("import-grids")
def import_grids(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]) -> None:
    """A CSV of streets, communities and base grids. Can be repeated."""
    loaded = in_transaction(lambda session: areas.import_areas(session, file))
    typer.echo(f"{loaded['street']} streets, {loaded['community']} communities, {loaded['grid']} grids")


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


@cli.command()
def first_start(demo: Annotated[bool, typer.Option(help="one generated login a role of a 演示 street")] = True) -> None:
    """Generated logins, printed once: on an empty database only."""

    async def work(session: AsyncSession) -> list[people.Login]:
        if not await people.nobody_yet(session):
            return []
        return await people.demo_street(session, utc_now) if demo else [await people.first_admin(session, utc_now)]

    for login in in_transaction(work):
        typer.echo(f"  {login.role:<11} {login.name:<16} {login.password}   {login.title}")


@staff.command("add")
def staff_add(
    name: str,
    role: Annotated[str, typer.Option(help="triage, handler, verifier, adviser, supervisor or admin")],
    scope: Annotated[str, typer.Option(help="code of a street, community or unit; empty: the whole district")] = "",
    password: Annotated[str, typer.Option(help="for the staff pages; empty: a token only")] = "",
) -> None:
    async def work(session: AsyncSession) -> None:
        person = await people.add(session, utc_now, name, role, scope)
        if password:
            set_password(person, password)

    in_transaction(work)
    typer.echo(f"{name} added as {role}")


@staff.command("token")
def staff_token(name: str) -> None:
    """A new bearer token, printed last; the one before it stops working."""
    typer.echo(in_transaction(lambda session: people.token_for(session, name)))


@unit.command("add")
def unit_add(
    code: str,
    name: str,
    kind: Annotated[str, typer.Option(help="contractor, station or department")] = "contractor",
    street: Annotated[str, typer.Option(help="name or code of the street it serves")] = "",
) -> None:
    in_transaction(lambda session: people.add_unit(session, code, name, kind, street))
    typer.echo(f"{name} ({code}) added")


@client.command("add")
def client_add(
    name: str,
    scope: Annotated[list[str], typer.Option(help=f"may be repeated: {', '.join(clients.SCOPES)}")],
) -> None:
    """A new key, printed last; a program of the same name loses the one before."""
    typer.echo(in_transaction(lambda session: clients.add(session, utc_now, name, scope)))


@client.command("revoke")
def client_revoke(name: str) -> None:
    """Its key opens nothing any more."""
    in_transaction(lambda session: clients.revoke(session, utc_now, name))
    typer.echo(f"{name} revoked")


if __name__ == "__main__":
    mistakes.run(cli)
