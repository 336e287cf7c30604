"""The Chromium of this machine, and how long its pages wait for anything: as long as a busy machine needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

# The first is the second without windows, which take two thirds of its CPU time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
PATIENCE_MILLISECONDS = 60_000
# Without a screen, as root, and without asking anybody outside for anything.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium; a test that needs it is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_FLAGS, timeout=PATIENCE_MILLISECONDS
        )
        yield started
        started.close()


@contextmanager
def visiting(browser: Browser, **options: object) -> Iterator[BrowserContext]:
    """Somebody's browser, with cookies of its own; all its pages are patient."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context
    context.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all end-to-end tests of a process."""
    with running_browser() as browser:
        yield browser
