"""A real browser for tests: the system's Chromium, driven by playwright. It records every error and every violation of the content security
policy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

_HERE = ("http://127.0.0.1", "data:", "blob:", "about:")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
"""Names are not looked up, so that a request to anywhere else goes nowhere. To intercept requests would keep pages from being cached."""
DESKTOP, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 740}


class Window:
    """A page of the browser, with its errors."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda message: self.wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(_HERE) else self.foreign.append(request.url))

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_load_state("load")

    def is_too_wide(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield found
        finally:
            found.close()


@contextmanager
def window(found: Any, *, scripts: bool = True, **options: Any) -> Iterator[Window]:
    """A new window of its own; requests to anywhere but this machine are noted and go nowhere."""
    context = found.new_context(java_script_enabled=scripts, **{"viewport": DESKTOP, **options})
    page = context.new_page()
    page.set_default_timeout(60_000)  # a busy machine is slow
    try:
        yield Window(page)
    finally:
        context.close()
