"""python -m bot run"""

import typer
from pydantic import ValidationError

from api import serving
from api.settings import Settings
from bot.app import create_app
from nlp.catalogue import BadCatalogue

cli = typer.Typer(help="The residents' door: the web chat and Telegram.", no_args_is_help=True, add_completion=False)


@cli.callback()
def about() -> None:
    """The residents' door: the web chat and Telegram."""


@cli.command()
def run() -> None:
    """The channels that are configured, and the notifier. The web chat is on HOST:CHAT_PORT."""
    settings = Settings()
    serving.serve(create_app(settings), settings.host, settings.chat_port, "居民聊天  residents' chat")


def main() -> None:
    try:
        cli()
    except ValidationError as error:
        _fail("; ".join(f"{'.'.join(map(str, row['loc'])).upper()}: {row['msg']}" for row in error.errors()))
    except (BadCatalogue, OSError) as error:
        _fail(str(error))


def _fail(reason: str) -> None:
    typer.echo(" ".join(reason.split()), err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
