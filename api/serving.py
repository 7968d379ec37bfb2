"""How each of the two processes serves: quietly, and saying its address once it can be reached."""

import socket

import typer
import uvicorn

from api import logs

GRACE = 3  # seconds for requests under way when the process is asked to stop


class Announced(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, says: str) -> None:
        super().__init__(config)
        self.says = says

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            typer.echo(f"{self.says}  http://{self.config.host}:{self.config.port}")


def serve(app: object, host: str, port: int, says: str) -> None:
    """Until the process is told to stop. Ends with status 1 when the port is taken."""
    logs.configure()
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        ws_max_size=1_000_000,
        timeout_graceful_shutdown=GRACE,
    )
    server = Announced(config, says)
    server.run()
    if not server.started:
        raise SystemExit(1)
