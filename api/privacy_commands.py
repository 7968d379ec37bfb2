"""python -m api resident export | erase …, and retain: people's data, given out and taken out."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from api import erasure, photos, search
from api.actors import Actor
from api.commands import in_database, in_transaction
from api.db import Database
from api.erasure import Old
from api.errors import AppError, NoStore
from api.lifecycle import Lane, Role
from api.office import Archive, open_archive
from api.schemas import plain
from api.settings import Settings

resident = typer.Typer(help="All that is kept of one resident: given out, or erased.")
OPERATOR = Actor(Role.ADMIN, "operator")
Who = Annotated[str, typer.Argument(help="channel:address, e.g. telegram:5550001")]


class BadResident(AppError):
    code, status, title = "bad_resident", 422, "this names no resident"


def _named(who: str) -> tuple[str, str]:
    channel, _, address = who.partition(":")
    if not channel or not address:
        raise BadResident(reason=f"'{plain(who)}' is not channel:address")
    return channel, address


@resident.command("export")
def resident_export(
    who: Who, file: Annotated[Path, typer.Argument(help="JSON; must not exist", dir_okay=False)]
) -> None:
    """What is kept of a resident, for that resident: their words, so mode 0600."""
    channel, address = _named(who)
    found = in_transaction(lambda session: erasure.export(session, channel, address))
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
        json.dump(found, stream, ensure_ascii=False, indent=1)
    typer.echo(f"{len(found['tickets'])} tickets written to {file}")


@resident.command("erase")
def resident_erase(
    who: Who, reason: Annotated[str, typer.Option(help="why, for the record, e.g. 本人要求 2026-11-26")]
) -> None:
    """Takes a resident's words and address out of everything that has ended; names what is open and so is kept."""
    channel, address = _named(who)

    async def work(db: Database, settings: Settings) -> erasure.Erased:
        archive = open_archive(settings)
        async with db.writing() as session:
            erased = await erasure.Erasing(session, archive, OPERATOR, reason).resident(channel, address)
        await _discard(db, archive)
        await search.clear(db)
        return erased

    done = in_database(work)
    typer.echo(f"{done.tickets} tickets erased" + (f"; still open: {', '.join(done.kept)}" if done.kept else ""))


async def _discard(db: Database, archive: Archive) -> None:
    try:
        await photos.discard(db, archive.photos)
    except NoStore as error:
        typer.echo(
            f"the pictures go when their store is back, by `serve` or `sweep`: {error.facts['reason']}", err=True
        )


def retain(
    days: Annotated[int, typer.Option(min=1, help="how long the words of ended tickets are kept")] = 1095,
    apply: Annotated[bool, typer.Option("--apply", help="erase; without it only counts")] = False,
) -> None:
    """Erases the words of what ended long ago, of legal matters after LEGAL_KEPT_DAYS. Only counts without --apply."""
    many = in_database(lambda db, settings: _retained(db, settings, days, apply))
    typer.echo(
        f"{sum(many)} tickets {'erased' if apply else 'would be erased'}, {many[1]} of them legal matters"
        + ("" if apply else "; --apply does it")
    )


async def _retained(db: Database, settings: Settings, days: int, apply: bool) -> list[int]:
    """Of public matters, and of legal ones, which `sweep` erases as well."""
    archive, kept = open_archive(settings), timedelta(days=days)
    both = [Old([Lane.PUBLIC], kept), Old([Lane.LEGAL], min(kept, timedelta(days=settings.legal_kept_days)))]
    async with db.reading() as session:
        many = [await erasure.count_old(session, old, archive.clock()) for old in both]
    if not apply:
        return many
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("tickets", total=sum(many))
        done = [await _erased(db, archive, old, lambda some: progress.advance(task, some)) for old in both]
    await _discard(db, archive)
    await search.clear(db)
    return done


async def _erased(db: Database, archive: Archive, old: Old, done: Callable[[int], None]) -> int:
    return len([number async for number in erasure.retire(db, archive, old, OPERATOR, done)])
