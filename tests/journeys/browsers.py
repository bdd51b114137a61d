"""Browsers that one test uses after another: opening one costs more than most of what is done in it."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

WIDE: ViewportSize = {"width": 1280, "height": 720}
"""The window of who says nothing about it: that of Playwright."""

KEPT = 8
"""How many are kept that nobody uses; each has a process with some 50 MB."""


@dataclass(eq=False)
class Window:
    """The only page of a browser, and what its console complains about."""

    page: Page
    size: ViewportSize
    complaints: list[str] = field(default_factory=list)
    listens: bool = True

    def __post_init__(self) -> None:
        """Listen to the console."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        if self.listens and said.type == "error":
            self.complaints.append(said.text)

    def forget(self) -> list[str]:
        """Let it be as if nobody had used it, but for files that never change; what it complained about."""
        complaints, self.complaints, self.listens = self.complaints, [], False
        for other in self.page.context.pages:
            if other is not self.page:
                other.close()
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.page.emulate_media(media="null")
        if self.page.viewport_size != self.size:
            self.page.set_viewport_size(self.size)
        self.complaints.clear()
        return complaints


class Browsers:
    """Browsers by what they are opened with, of which a test takes those that it needs.

    The desk keeps nothing in a browser but cookies and its files (`immutable`), so that a browser without
    cookies is a new one to it.
    """

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._free: list[tuple[str, Window]] = []
        self._taken: list[tuple[str, Window]] = []

    def take(self, *, may_complain: bool, **options: Any) -> Page:
        """The page of a browser that nobody uses; `options` are those of Playwright's `new_context`."""
        kind = repr(sorted(options.items()))
        free = next((one for one in self._free if one[0] == kind), None)
        if free is not None:
            self._free.remove(free)
            window = free[1]
        else:
            page = self._chromium.new_context(**options).new_page()
            window = Window(page, size=options.get("viewport", WIDE))
        window.listens = not may_complain
        self._taken.append((kind, window))
        return window.page

    def take_back(self) -> list[str]:
        """Keep the browsers that were taken for the next test; what their consoles complained about."""
        complaints = []
        while self._taken:
            kind, window = self._taken.pop()
            if window.page.is_closed():
                complaints += window.complaints
                window.page.context.close()
                continue
            complaints += window.forget()
            self._free.append((kind, window))
        while len(self._free) > KEPT:
            _, oldest = self._free.pop(0)
            oldest.page.context.close()
        return complaints

    def close(self) -> None:
        """Close those that are left."""
        for _, window in self._free:
            window.page.context.close()
