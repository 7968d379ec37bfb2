"""python -m api recipher: a key is exchanged, and what lies there from before is taken in."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlmodel import SQLModel

from api import keys, photos, recipher
from api.album import names
from api.album.opening import open_album
from api.album.sealed import Sealed
from api.commands import in_database
from api.db import Database
from api.office import utc_now
from api.recipher import Done
from api.settings import Settings


def recipher_all(
    new_key: Annotated[bool, typer.Option("--new-key", help="first put a new key before those in the file")] = False,
) -> None:
    """Seals words and pictures with the newest key, also pictures from before there were keys. Can be broken off."""
    console = Console(stderr=True)

    async def work(db: Database, settings: Settings) -> tuple[int, int]:
        if new_key:
            settings.add_key("api")
            db.known_cipher.reload()
            await keys.check(db, utc_now())
        album = Sealed(open_album(settings).inner, db.known_cipher)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            of_rows = progress.add_task("rows", total=await recipher.count(db, SQLModel.metadata))
            many = await recipher.rows(db, SQLModel.metadata, lambda some: progress.advance(of_rows, some))
            of_files = progress.add_task("pictures", total=None)
            files = await pictures(db, album, lambda some: progress.advance(of_files, some))
        if not many + files:
            await keys.forget_old(db)
        await db.empty_wal()
        return many, files

    many, files = in_database(work)
    typer.echo(f"{many} rows and {files} pictures sealed anew. {recipher.what_next(many + files)}")


async def pictures(db: Database, album: Sealed, done: Done) -> int:
    """How many were not under the newest key. One that is erased meanwhile does not come back."""
    many = 0
    async for entry in album.entries():
        name = names.parse(entry.name)
        if name is not None and name.whole and await album.renew(entry.name):
            many += 1
            if not await photos.has_row(db, name.photo):
                await album.remove(entry.name)
        done(1)
    return many
