"""python -m api photos check | move"""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from api import photo_check, photo_move
from api.album.bucket import open_bucket
from api.album.opening import open_album, open_folder
from api.commands import in_database
from api.db import Database
from api.errors import Missing
from api.office import utc_now
from api.photo_check import Findings
from api.photo_move import Carried
from api.settings import Settings

photos = typer.Typer(help="Where residents' pictures are kept: compared with the tickets, or moved.")


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


@photos.command()
def check(
    remove: Annotated[
        bool, typer.Option("--remove", help="take the files that no ticket has out of the store")
    ] = False,
) -> None:
    """Finds files without a row (an hour old at least) and rows without a file. Status 1 when a row lacks its file."""

    async def work(db: Database, settings: Settings) -> Findings:
        album = open_album(settings)
        async with db.reading() as session:
            total = await photo_check.count(session)
        with _progress() as progress:
            # two files a picture, or one for an old one, and perhaps some more
            tasks = {"files": progress.add_task("files", total=2 * total)}
            tasks["pictures"] = progress.add_task("pictures", total=total)
            found = await photo_check.compare(db, album, utc_now(), lambda what: progress.advance(tasks[what]))
            if remove:
                for name in progress.track(found.orphans, description="removing"):
                    await album.remove(name)
        return found

    found = in_database(work)
    for name in found.orphans:
        typer.echo(f"{name}: no ticket has it" + ("; removed" if remove else ""))
    for row in found.lacking:
        typer.echo(f"{row.number}: the file of {row.photo} is not there")
    foreign = f", {found.foreign} files that are not ours" if found.foreign else ""
    typer.echo(f"{found.pictures} pictures, {len(found.orphans)} orphans, {len(found.lacking)} lacking{foreign}")
    raise SystemExit(1 if found.lacking else 0)


@photos.command()
def move() -> None:
    """Carries pictures from VAR_DIR/photos to the store of PHOTOS_S3_BUCKET. Can be broken off and repeated."""

    async def work(db: Database, settings: Settings) -> Carried:
        if not settings.photos_s3_bucket:
            raise Missing(reason="PHOTOS_S3_BUCKET is not set: there is no store to move to")
        old, to = open_folder(settings), open_bucket(settings)
        ours = await photo_move.list_ours(old)
        with _progress() as progress:
            task = progress.add_task("files", total=len(ours))
            return await photo_move.carry(db, old, to, ours, lambda many: progress.advance(task, many))

    carried = in_database(work)
    left = f"; {carried.left} left, of no ticket: see `photos check`" if carried.left else ""
    typer.echo(f"{carried.files} files carried over{left}")
