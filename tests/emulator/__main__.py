import argparse
import asyncio
from contextlib import suppress

from .emulator import Emulator
from .serving import serve


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulator")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default="42:TEST")
    parser.add_argument("--per-chat", type=float, help="messages a second in one chat")
    parser.add_argument("--per-second", type=float, help="messages a second overall")
    return parser.parse_args()


async def main(given: argparse.Namespace) -> None:
    emulator = Emulator(given.token, per_chat=given.per_chat, per_second=given.per_second)
    async with serve(emulator, given.host, given.port) as url:
        print(url, flush=True)  # noqa: T201 - the caller reads the port from here
        await asyncio.Event().wait()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(arguments()))
