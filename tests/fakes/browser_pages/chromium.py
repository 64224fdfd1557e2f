"""Debian's Chromium, our customers' devices, and the browser's console."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    expect,
    sync_playwright,
)

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A page that answers within a second may need many, with other tests beside it.
PATIENCE_MS = 30_000

type Device = dict[str, Any]

PHONE: Device = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
# The narrowest screen that WCAG 1.4.10 asks for.
NARROW: Device = PHONE | {"viewport": {"width": 320, "height": 640}}
DESK: Device = {"viewport": {"width": 1280, "height": 800}}
DARK: Device = {"color_scheme": "dark"}
NO_JAVASCRIPT: Device = {"java_script_enabled": False}

# Chromium reports every page that answers 4xx as an error; that is the page we asked for.
_REFUSED_PAGE = "Failed to load resource: the server responded with a status of 4"


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, headless; without one the tests fail, and say what to do."""
    program = shutil.which("chromium")
    if not program:
        pytest.fail("Chromium is missing: install it (Debian: apt install chromium).", False)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=_ARGUMENTS, env=_with_chinese_and_japanese()
        )
        yield browser
        browser.close()


def _with_chinese_and_japanese() -> dict[str, str | float | bool]:
    """The environment with the typeface of our labels, which a build machine's Chromium lacks."""
    fonts = files("paperang_p2_fonts_cjk").joinpath("fonts")
    folder = Path(tempfile.mkdtemp(prefix="fonts-"))
    config = folder / "fonts.conf"
    config.write_text(
        f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{folder}</cachedir>
</fontconfig>
"""
    )
    return {**os.environ, "FONTCONFIG_FILE": str(config)}


@dataclass
class Console:
    """Errors on the browser's console: scripts, refused resources, the content policy."""

    complaints: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._hear)
        context.on("weberror", self._hear_error)

    def forgive(self, words: str) -> None:
        """Drop the complaints that a test provoked."""
        self.complaints = [each for each in self.complaints if words not in each]

    def _hear(self, message: ConsoleMessage) -> None:
        own_page = message.page is not None and message.location["url"] == message.page.url
        if message.type == "error" and not (own_page and message.text.startswith(_REFUSED_PAGE)):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _hear_error(self, error: WebError) -> None:
        self.complaints.append(str(error.error))


class Network:
    """The network between one page and the stack."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)

    def slows_to(self, bytes_a_second: int) -> None:
        """Uploads are slow."""
        self._becomes(offline=False, uploads=bytes_a_second)

    def goes_away(self) -> None:
        """All requests in flight fail."""
        self._becomes(offline=True, uploads=-1)

    def comes_back(self) -> None:
        self._becomes(offline=False, uploads=-1)

    def _becomes(self, *, offline: bool, uploads: int) -> None:
        conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": uploads}
        self._devtools.send("Network.emulateNetworkConditions", conditions | {"offline": offline})
