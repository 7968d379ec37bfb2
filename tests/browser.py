"""Headless Chromium for tests and screenshots, and what a person does with it."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise RuntimeError("Chromium is needed: run `make packages`, or set CHROMIUM to its path")
    return found


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        await running.close()


async def sign_in(page: Page, url: str, name: str, password: str) -> None:
    await page.goto(f"{url}/sign-in")
    await page.get_by_label("登录名").fill(name)
    await page.get_by_label("口令").fill(password)
    await page.get_by_role("button", name="登录").click()
    await page.wait_for_url("**/queue*")


async def do(page: Page, url: str, number: str, action: str, **fields: str) -> None:
    """Carries out one action with the form of the ticket's page."""
    await page.goto(f"{url}/tickets/{number}")
    form = page.locator(f"details#{action}")
    if await form.get_attribute("open") is None:
        await form.locator("summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        await (
            field.select_option(value) if await field.evaluate("it => it.tagName") == "SELECT" else field.fill(value)
        )
    await form.locator("form button").last.click()
    await page.wait_for_load_state()


async def say(page: Page, words: str) -> None:
    await page.locator("#words").fill(words)
    await page.locator("#send").click()


async def hears(page: Page, words: str) -> None:
    await page.locator("#log").get_by_text(words).last.wait_for(timeout=40_000)


async def press(page: Page, words: str) -> None:
    await page.locator("#log").get_by_role("button", name=words).last.click()
