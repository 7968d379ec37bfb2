"""python -m bot run"""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from api import keys, mistakes, recipher, serving
from api.db import Database
from api.settings import Settings
from bot.app import create_app, open_database, prepare, utc_now
from bot.store import metadata

cli = typer.Typer(help="The residents' door: the web chat and Telegram.", no_args_is_help=True, add_completion=False)


@cli.callback()
def about() -> None:
    """The residents' door: the web chat and Telegram."""


@cli.command()
def run() -> None:
    """The channels that are configured, and the notifier. The web chat is on HOST:CHAT_PORT."""
    settings = Settings()
    asyncio.run(_prepared(settings))
    serving.serve(create_app(settings), settings.host, settings.chat_port, "居民聊天  residents' chat")


async def _prepared(settings: Settings) -> None:
    """What is wrong is said in one line, before anything is opened."""
    db = open_database(settings)
    try:
        await prepare(db, utc_now())
    finally:
        await db.close()


@cli.command("recipher")
def recipher_all(
    new_key: Annotated[bool, typer.Option("--new-key", help="first put a new key before those in the file")] = False,
) -> None:
    """Seals what people said with the newest key, while everything runs. Can be broken off."""
    settings = Settings()
    many = asyncio.run(_recipher(settings, open_database(settings), new_key))
    typer.echo(f"{many} rows sealed anew. {recipher.what_next(many)}")


async def _recipher(settings: Settings, db: Database, new_key: bool) -> int:
    console = Console(stderr=True)
    try:
        await prepare(db, utc_now())
        if new_key:
            settings.add_key("bot")
            db.known_cipher.reload()
            await keys.check(db, utc_now())
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("rows", total=await recipher.count(db, metadata))
            many = await recipher.rows(db, metadata, lambda some: progress.advance(task, some))
        if not many:
            await keys.forget_old(db)
        await db.empty_wal()
    finally:
        await db.close()
    return many


if __name__ == "__main__":
    mistakes.run(cli)
