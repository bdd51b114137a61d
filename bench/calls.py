"""How many calls of our own, through how many files, one request makes.

python -m bench.calls [--by-file] [--by-function]

Counted with `sys.setprofile` in the process that answers, once everything is warm. What a comprehension or a
generator expression does belongs to the function that it stands in.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from bench.databases import KINDS, fresh_database
from bench.figures import table
from engine.bootstrap import build
from engine.settings import from_environment
from tests.api.desk import Desk, a_desk
from tests.office import PAPERS_COMPLETE

ROOT = Path(__file__).resolve().parents[1]
OURS = tuple(f"{ROOT / name}/" for name in ("engine", "api"))
EXPRESSIONS = ("<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")
WARM_UP = 3


def main(arguments: list[str]) -> None:
    """Count and print what opening a case, claiming a task and completing it take."""
    for kind in KINDS:
        with fresh_database(kind) as url:
            counted = counted_on(url)
        rows = [(name, calls.total(), len(by_file(calls))) for name, calls in counted.items()]
        print(table(f"{kind}: our own calls over REST", ("request", "calls", "files"), rows))
    completion = counted["complete a task"]
    if "--by-file" in arguments:
        print(table("a completion, by file", ("file", "calls"), by_file(completion).most_common()))
    if "--by-function" in arguments:
        print(table("a completion, by function", ("function", "calls"), completion.most_common()))


def counted_on(url: str) -> dict[str, Counter[str]]:
    """The calls of each request by function, `<file>:<name>`; `url` is that of an empty database."""
    with build(from_environment({"STOA_DATABASE_URL": url})) as engine:
        desk = a_desk(engine)
        for _ in range(WARM_UP):
            _rounds(desk, lambda request: (request(), Counter[str]())[1])
        return _rounds(desk, _counting)


def _rounds(desk: Desk, observe: Callable[[Callable[[], Any]], Counter[str]]) -> dict[str, Counter[str]]:
    opened: list[dict[str, Any]] = []
    counted = {"open a case": observe(lambda: opened.append(desk.opens_case()))}
    task = f"/tasks/{opened[0]['tasks'][0]['id']}"
    counted["claim a task"] = observe(lambda: desk.post(f"{task}/claim"))
    completion = json.loads(json.dumps({"data": PAPERS_COMPLETE}))
    counted["complete a task"] = observe(lambda: desk.post(f"{task}/complete", completion))
    return counted


def _counting(request: Callable[[], Any]) -> Counter[str]:
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(OURS) and code.co_name not in EXPRESSIONS:
            calls[f"{code.co_filename.removeprefix(f'{ROOT}/')}:{code.co_qualname}"] += 1

    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return calls


def by_file(calls: Counter[str]) -> Counter[str]:
    """The same calls by file."""
    files: Counter[str] = Counter()
    for call, number in calls.items():
        files[call.partition(":")[0]] += number
    return files


if __name__ == "__main__":
    main(sys.argv[1:])
