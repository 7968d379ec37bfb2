"""create_app: the one place that wires the API."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog
from fastapi import FastAPI

from api import clockwork, keys, own_days, problems
from api.db import Database
from api.feed.hub import Hub
from api.figures.days import Days
from api.intake import callbacks, maps
from api.limits import Limited
from api.office import Clock, Office, open_office, utc_now
from api.pace import Paces
from api.routes import (
    appraisal,
    cases,
    drafts,
    feed,
    grids,
    health,
    intake,
    notices,
    open311,
    organisation,
    pages,
    photos,
    staff,
    subscriptions,
    tickets,
    together,
    understand,
)
from api.settings import Settings
from nlp.renewal import Renewal
from nlp.shadow import Beside
from nlp.understand import Understander

log = structlog.get_logger()
OF_THE_API = (
    tickets, drafts, photos, notices, understand, staff, intake, appraisal, grids, organisation, feed, together, cases,
    subscriptions,
)  # fmt: skip


def create_app(settings: Settings, clock: Clock = utc_now, office: Office | None = None) -> FastAPI:
    """`office` may be handed in by tests that share one trained model."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.settings = settings
        app.state.db = Database(settings.database_for("api"), settings.cipher_for("api"))
        await keys.check(app.state.db, clock())
        app.state.paces = Paces.of(settings)
        app.state.office = office or await asyncio.to_thread(open_office, settings, clock)
        own = app.state.office.own_days
        await own.read(app.state.db)
        reading = asyncio.create_task(own_days.keep_reading(app.state.db, own))
        stopping = asyncio.Event()
        sweeping = asyncio.create_task(_keep_sweeping(app, settings.sweep_seconds, stopping))
        renewing = asyncio.create_task(_renewal(app, settings).run())
        app.state.hub = Hub(app.state.db, app.state.office.clock)
        telling = asyncio.create_task(app.state.hub.run())
        app.state.days = Days(app.state.db, app.state.office.clock)
        counting = asyncio.create_task(app.state.days.keep())
        async with callbacks.carrying(app.state.db, settings, app.state.office.clock):
            yield
        stopping.set()  # a sweep under way is let finish
        await sweeping
        app.state.hub.close()
        helpers = (renewing, telling, counting, reading)
        for helper in helpers:
            helper.cancel()
        await asyncio.gather(*helpers, return_exceptions=True)
        await app.state.db.close()

    app = FastAPI(title="姑苏区居民前门 API", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.intake = maps.shipped(office.labels if office else None)
    for routes in OF_THE_API:
        app.include_router(routes.router, prefix=problems.API)
    app.include_router(health.router)
    app.include_router(open311.router)
    app.include_router(pages.router, include_in_schema=False)
    pages.mount_static(app)
    problems.install(app)
    app.add_middleware(Limited)
    return app


def _renewal(app: FastAPI, settings: Settings) -> Renewal:
    def took(nlp: Understander, beside: Beside) -> None:
        app.state.office = replace(app.state.office, nlp=nlp, beside=beside)

    return Renewal(settings.var_dir, app.state.office.nlp, took)


async def _keep_sweeping(app: FastAPI, every: float, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            if moved := await clockwork.sweep(app.state.db, app.state.office):
                log.info("swept", moved=moved)
        except Exception:
            log.exception("sweep_failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), every)
