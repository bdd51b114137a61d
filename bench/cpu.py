"""The processor time of one request, in the process that answers it, without the load generator.

python -m bench.cpu [sqlite|postgresql] [--profile]

`--profile` says in which library or folder a completion's time was spent (cProfile adds its own cost to each
call, so only the shares are worth reading).
"""

import cProfile
import io
import json
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask

from bench import bare
from bench.databases import KINDS, fresh_database
from bench.figures import table
from engine.bootstrap import build
from engine.settings import from_environment
from tests.api.desk import BASE, NEW_CASE, a_desk
from tests.office import PAPERS_COMPLETE

ROOT = Path(__file__).resolve().parents[1]
WARM_UP, CASES = 40, 200
BODIES: Mapping[str, Any] = {
    "open a case": NEW_CASE,
    "claim a task": None,
    "complete a task": {"data": PAPERS_COMPLETE},
}


def main(arguments: list[str]) -> None:
    """Measure and print, for each kind of database."""
    for kind in [name for name in arguments if name in KINDS] or KINDS:
        with fresh_database(kind) as url:
            _measure(kind, url, profiled="--profile" in arguments)


def _measure(kind: str, url: str, *, profiled: bool) -> None:
    with build(from_environment({"STOA_DATABASE_URL": url})) as engine:
        desk = a_desk(engine, STOA_RATE_LIMIT="1000000", STOA_LOG_LEVEL="error")
        token = desk.tokens["maria"]
        _play(desk.app, token, WARM_UP, _timed)
        spent = _play(desk.app, token, CASES, _timed)
        rows = [(name, median(times) * 1000) for name, times in spent.items()]
        rows.append(("the bare transaction", _bare(url) * 1000))
        print(table(f"{kind}: processor time", ("request", "ms"), rows))
        if profiled:
            profile = cProfile.Profile()

            def profiling(name: str, request: Callable[[], None]) -> float:
                if name == "complete a task":
                    profile.runcall(request)
                else:
                    request()
                return 0.0

            _play(desk.app, token, CASES, profiling)
            shares = _by_library(profile)
            total = sum(shares.values())
            found = [
                (name, seconds / CASES * 1000, seconds / total) for name, seconds in shares.most_common(20)
            ]
            print(table(f"{kind}: a completion, by library", ("library", "ms", "share"), found))


def _timed(_name: str, request: Callable[[], None]) -> float:
    begun = time.process_time()
    request()
    return time.process_time() - begun


def _play(
    app: Flask, token: str, cases: int, observe: Callable[[str, Callable[[], None]], float]
) -> dict[str, list[float]]:
    """What `observe` makes of each request: so many cases opened, their first tasks claimed and completed."""
    spent: dict[str, list[float]] = {name: [] for name in BODIES}
    for _ in range(cases):
        path = f"{BASE}/cases"
        for name, body in BODIES.items():
            answers: list[bytes] = []
            spent[name].append(observe(name, lambda: answers.append(_answer(app, path, token, body))))  # noqa: B023
            if name == "open a case":
                task = f"{BASE}/tasks/{json.loads(answers[0])['tasks'][0]['id']}"
                path = f"{task}/claim"
            else:
                path = f"{task}/complete"
    return spent


def _answer(app: Flask, path: str, token: str, body: Any) -> bytes:
    """The body of the response to a POST, straight from the WSGI application."""
    sent = b"" if body is None else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json" if sent else "",
        "CONTENT_LENGTH": str(len(sent)),
        "HTTP_HOST": "localhost",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sent),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    statuses: list[str] = []
    answer = b"".join(_body(app, environ, statuses))
    if statuses[0][0] != "2":
        raise RuntimeError(f"expected success from {path}, found {statuses[0]}: {answer!r}")
    return answer


def _body(app: Flask, environ: dict[str, Any], statuses: list[str]) -> Iterator[bytes]:

    def begin(status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _chunk: None

    chunks = app.wsgi_app(environ, begin)
    try:
        yield from chunks
    finally:
        getattr(chunks, "close", lambda: None)()


def _bare(url: str) -> float:
    """Seconds of processor time of the bare transaction."""
    with bare.opened(url) as engine:
        bare.prepare(engine)
        with engine.connect() as connection:
            bare.transact(connection, 0, WARM_UP)
            begun = time.process_time()
            bare.transact(connection, 0, CASES)
            return (time.process_time() - begun) / CASES


def _by_library(profile: cProfile.Profile) -> Counter[str]:
    """Seconds by library, or by folder of ours; a built-in counts for who calls it."""
    shares: Counter[str] = Counter()
    stats: Any = pstats.Stats(profile)
    for (file, _line, name), (_calls, _primitive, own, _whole, callers) in stats.stats.items():
        if file == "~" and callers:
            for (caller_file, _, _), (_, _, called_own, _) in callers.items():
                shares[_library(caller_file, name)] += called_own
        else:
            shares[_library(file, name)] += own
    return shares


def _library(file: str, name: str) -> str:
    if file.startswith(str(ROOT)) and "site-packages" not in file:
        return "/".join(Path(file).relative_to(ROOT).parts[:2])
    _, found, below = file.partition("site-packages/")
    if found:
        return below.split("/")[0]
    return f"built in: {name}" if file == "~" else f"python: {Path(file).stem}"


if __name__ == "__main__":
    main(sys.argv[1:])
