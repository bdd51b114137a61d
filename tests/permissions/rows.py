"""What a row of the matrix says: which right a route needs, and how it is asked so that the right decides."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from engine.kernel.actor import Role
from engine.kernel.permission_examples import COLUMNS, Place
from engine.kernel.permission_table import RIGHTS
from engine.kernel.right import Verdict

Predicate = Callable[[TestResponse], bool]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A route with the rights that it needs, in the order in which they are asked.

    `ids` are names of things of the town, by argument of the route; those that are missing are looked up by
    the argument's own name. `options` go to the client. `is_empty` tells of an answer that is not refused
    whether it gave nothing; `refuses_with` are the statuses of a refusal where they are not those of the
    verdict. Where somebody may, but there is no such thing of their own, it `may_miss`. What is about
    the asker's `own` branch or agency, whichever that is, is never elsewhere. A page may be `offered` to
    fewer people than might do what it does. `asked_by` are the columns of those who ask.
    """

    endpoint: str
    rights: tuple[str, ...]
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    is_empty: Predicate | None = None
    refuses_with: frozenset[int] = frozenset()
    may_miss: bool = False
    own: bool = False
    offered: tuple[Role, ...] | None = None
    asked_by: tuple[str, ...] = COLUMNS

    def expected(self, column: str, place: Place) -> Verdict:
        """What the rights say to somebody: the first that does not allow it."""
        if self.offered is not None and column not in self.offered:
            return Verdict.REFUSED
        place = Place.HERE if self.own else place
        verdicts = (RIGHTS[right].verdict(column, place) for right in self.rights)
        return next((one for one in verdicts if one is not Verdict.ALLOWED), Verdict.ALLOWED)

    def problem(self, response: TestResponse, expected: Verdict) -> str | None:
        """What is wrong with an answer to somebody to whom the rights say that."""
        status = response.status_code
        if status >= 500:
            return f"{expected}, but {status}"
        if expected is Verdict.ALLOWED:
            is_missing = status == 404 or bool(self.is_empty and status < 400 and self.is_empty(response))
            is_open = status not in (401, 403) and (self.may_miss or not is_missing)
            return None if is_open else f"{expected}, but {status}"
        refusals = self.refuses_with or {403 if expected is Verdict.REFUSED else 404}
        if status in refusals or (self.is_empty and status < 400 and self.is_empty(response)):
            return None
        return f"{expected}, but {status}"


def no_items(response: TestResponse) -> bool:
    """Whether a list is empty."""
    body = json.loads(response.data)
    return "items" in body and body["items"] == []


def no_rows(response: TestResponse) -> bool:
    """Whether a report has no row."""
    return bool(json.loads(response.data)["rows"] == [])


def one_line(response: TestResponse) -> bool:
    """Whether a file has its headings alone."""
    return len(response.text.splitlines()) == 1


def all_zero(response: TestResponse) -> bool:
    """Whether everything that was counted is nothing."""
    return not any(json.loads(response.data).values())


def nothing_done(response: TestResponse) -> bool:
    """Whether many things were asked for and none done."""
    return bool(json.loads(response.data).get("done") == [])


def not_delivered(response: TestResponse) -> bool:
    """Whether a message reached nobody."""
    return bool(json.loads(response.data).get("result") != "delivered")


ALIKE = frozenset({403, 404})
"""For what is told alike to whoever may not do it and whoever may not know of it."""
