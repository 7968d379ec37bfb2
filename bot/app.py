"""The bot's process: the channels that are configured, the turns, the notifier, wired in one place."""

import asyncio
import hmac
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Update

from api import keys
from api.db import Database
from api.settings import Settings
from bot import forgetting
from bot.channels.port import Channel
from bot.channels.telegram import SHOWN, Telegram, open_telegram
from bot.channels.uploads import Uploads
from bot.channels.web import WebChat
from bot.client import ApiClient
from bot.events import Event
from bot.hearing import Hearing
from bot.notifier import Notifier
from bot.store import Store
from bot.turns import Turns
from nlp.renewal import Renewal
from nlp.understand import Understander

log = structlog.get_logger()
MIGRATIONS = Path(__file__).parent / "migrations"
WEBHOOK = "/telegram"
TIMEOUT = httpx.Timeout(10, connect=3)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Running:
    """The parts of a running bot, for those who look at it from outside: routes and tests."""

    turns: Turns
    store: Store
    notifier: Notifier
    web: WebChat
    telegram: Telegram | None


def open_database(settings: Settings) -> Database:
    return Database(settings.database_for("bot"), settings.cipher_for("bot"), "bot")


async def prepare(db: Database, now: datetime) -> None:
    """Raises WrongKey."""
    await db.migrate(MIGRATIONS)
    await keys.check(db, now)


def create_app(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    nlp: Understander | None = None,
    api: httpx.AsyncBaseTransport | None = None,
) -> Starlette:
    """`nlp` and `api` (a transport instead of the network) may be handed in by tests."""
    db = open_database(settings)
    cipher = db.known_cipher
    store = Store(db)
    web = WebChat(store, Uploads(settings.var_dir / "chat-photos", cipher), Uploads(settings.var_dir / SHOWN, cipher))

    async def receive(key: str, channel: Channel, chat: str, event: Event) -> None:
        await store.receive(key, (channel.name, chat), event, clock())
        app.state.running.turns.wake((channel.name, chat))

    async def from_web(key: str, chat: str, event: Event) -> None:
        await receive(key, web, chat, event)

    async def webhook(request: Request) -> Response:
        """Telegram gets its 200 only when the update is in the inbox; otherwise it sends it again."""
        telegram: Telegram | None = app.state.running.telegram
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if telegram is None or not hmac.compare_digest(given.encode(), settings.webhook_secret.encode()):
            return JSONResponse({}, status_code=404)
        try:
            update = Update.de_json(await request.json(), telegram.bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return JSONResponse({}, status_code=400)
        await telegram.take(update, lambda key, chat, event: receive(key, telegram, chat, event))
        return JSONResponse({})

    async def alive(request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await prepare(db, clock())
            await store.take_over(clock())
            stack.push_async_callback(db.close)
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=settings.url_of_api, transport=api, timeout=TIMEOUT, trust_env=False)
            )
            telegram = await stack.enter_async_context(open_telegram(settings)) if settings.telegram_token else None
            understander = nlp if nlp is not None else await asyncio.to_thread(Understander.load, settings.var_dir)
            channels: dict[str, Channel] = {"web": web} | ({"telegram": telegram} if telegram else {})
            client = ApiClient(http, settings.bot_key)
            turns = Turns(store, Hearing(understander), client, channels, clock)
            renewal = Renewal(settings.var_dir, understander, turns.take)
            worker = f"{socket.gethostname()}:{settings.chat_port}"  # the same after a restart
            notifier = Notifier(client, store, turns, worker, settings.quiet, clock)
            app.state.running = Running(turns, store, notifier, web, telegram)
            kept = timedelta(days=settings.legal_kept_days)
            working = [turns.run(), notifier.run(), renewal.run(), forgetting.run(db, kept, clock)]
            if telegram:
                working.append(_telegram(telegram, settings, receive))
            tasks = [asyncio.create_task(work) for work in working]
            yield
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await turns.close()

    routes = [*web.routes(from_web), Route(WEBHOOK, webhook, methods=["POST"]), Route("/healthz", alive)]
    app = Starlette(routes=routes, lifespan=lifespan)
    return app


async def _telegram(telegram: Telegram, settings: Settings, receive: Callable[..., object]) -> None:
    await telegram.prepare(settings)
    if settings.telegram_mode == "polling":
        await telegram.poll(lambda key, chat, event: receive(key, telegram, chat, event))  # type: ignore[arg-type,return-value]
