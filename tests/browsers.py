"""Debian's Chromium, for tests of what only a browser shows; without it they are skipped."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

PATIENCE = 30
"""How many seconds a page has to show what is expected: only a machine with much else to do needs them."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser, the same for all tests of the run."""
    if CHROMIUM is None:
        pytest.skip("No Chromium on this machine: `apt-get install chromium`, or name it in CHROMIUM.")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-extensions"]
        )
        yield found
        found.close()
