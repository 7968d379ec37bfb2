"""python -m bot run"""

import typer

from api import mistakes, serving
from api.settings import Settings
from bot.app import create_app

cli = typer.Typer(help="The residents' door: the web chat and Telegram.", no_args_is_help=True, add_completion=False)


@cli.callback()
def about() -> None:
    """The residents' door: the web chat and Telegram."""


@cli.command()
def run() -> None:
    """The channels that are configured, and the notifier. The web chat is on HOST:CHAT_PORT."""
    settings = Settings()
    serving.serve(create_app(settings), settings.host, settings.chat_port, "居民聊天  residents' chat")


if __name__ == "__main__":
    mistakes.run(cli)
