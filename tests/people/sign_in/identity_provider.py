"""A real identity provider for tests: oidc-provider, a certified implementation, as a process of its own."""

import fcntl
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

from tests.node import NODE

HERE = Path(__file__).with_name("provider")
BIN = Path(__file__).resolve().parents[3] / ".venv" / "bin"
CLIENT_ID = "stoa & co"
CLIENT_SECRET = "a secret: with + and %"


@dataclass(frozen=True, kw_only=True)
class RunningProvider:
    """The provider at its issuer's address."""

    issuer: str
    folder: Path

    def knows(self, names: Mapping[str, str], **claims: object) -> None:
        """Let accounts be called so from now on, and have these claims."""
        known = {account: {"preferred_username": name, **claims} for account, name in names.items()}
        (self.folder / "names.json").write_text(json.dumps(known))

    def lets_in(self, address: str, account: str, *, browser: httpx.Client | None = None) -> str:
        """Sign in on the provider's pages as a person would; the address to which it sends the browser.

        A `browser` that is given stays signed in there.
        """
        with nullcontext(browser) if browser else a_browser() as there:
            for _ in range(12):
                if not address.startswith(self.issuer):
                    return address
                answer = there.get(address)
                if answer.is_redirect:
                    address = str(answer.next_request.url) if answer.next_request else ""
                    continue
                address = self._answers(there, answer, account)
        raise AssertionError(f"The provider never sent the browser back, but at last to {address}.")

    def lets_out(self, address: str, *, browser: httpx.Client) -> str:
        """Say yes on the provider's page for signing out; the address to which it sends the browser."""
        asked = browser.get(address)
        form = re.search(r'action="([^"]+)"', asked.text)
        assert form is not None, asked.text
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
        left = browser.post(unescape(form.group(1)), data={**fields, "logout": "yes"})
        assert left.next_request is not None, left.text
        return str(left.next_request.url)

    def _answers(self, browser: httpx.Client, asked: httpx.Response, account: str) -> str:
        """Fill in the form that the provider shows; where it leads."""
        form = re.search(r'action="([^"]+)"', asked.text)
        assert form is not None, asked.text
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
        if 'name="login"' in asked.text:
            fields |= {"login": account, "password": "anything"}
        answer = browser.post(unescape(form.group(1)), data=fields)
        assert answer.next_request is not None, answer.text
        return str(answer.next_request.url)


def a_browser() -> httpx.Client:
    """A browser of its own for the provider's pages."""
    return httpx.Client(trust_env=False, timeout=10)


@contextmanager
def running_provider(
    folder: Path,
    *,
    authentication: str = "client_secret_basic",
    claims_in: str = "id_token",
    departures: str = "",
) -> Iterator[RunningProvider]:
    """A provider that takes the client's secret by `client_secret_basic` or `client_secret_post`.

    What it says of a person stands in the ID token or, but for the name, is told when asked (`userinfo`).
    `departures` is the address at which the client wants to hear that somebody has signed out.
    """
    _install()
    (folder / "names.json").write_text("{}")
    command = [
        str(NODE),
        str(HERE / "provider.mjs"),
        str(folder),
        authentication,
        claims_in,
        departures,
    ]
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        assert issuer, (folder / "provider.log").read_text()
        yield RunningProvider(issuer=issuer, folder=folder)
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def _install() -> None:
    """Bring in what is locked, once, also when several processes test at the same time."""
    with (HERE / ".gitignore").open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if (HERE / "node_modules" / "oidc-provider").exists():
            return
        subprocess.run(
            [str(BIN / "npm"), "ci", "--omit=dev", "--loglevel=error"],
            cwd=HERE,
            env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
            check=True,
        )
