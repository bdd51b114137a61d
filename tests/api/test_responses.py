"""Answers are written as their shapes say, however quickly."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
import pytest
from marshmallow import fields

from api.http.fields import Choice, FreeData, Moment, Shape, Sorted, page_of
from api.http.responses import writer_of
from api.rest.case_bodies import CaseBody, ListedCase, ListedTask
from engine.cases.queries import FindCases
from engine.tasks.queries import ListTasks
from tests.builders import an_id
from tests.office import an_office

ATHENS = timezone(timedelta(hours=3))
NOON = datetime(2026, 7, 1, 12, 0, 0, 120_000, tzinfo=ATHENS)


class Colour(StrEnum):
    """A word of the domain."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A value with something for every kind of field."""

    id: UUID = field(default_factory=an_id)
    name: str = "Ελένη"
    colour: Colour | None = Colour.RED
    shade: Colour | None = Colour.BLUE
    at: datetime | None = NOON
    count: int = 2**53 + 1
    is_good: bool = False
    colours: frozenset[Colour] = frozenset(Colour)
    words: tuple[str, ...] = ("β", "α")
    facts: Any = field(default_factory=lambda: {"α": [1, None, {"β": 2.5}]})
    share: float = 0.1
    inner: "Thing | None" = None
    others: tuple["Thing", ...] = ()


class Plain(Shape):
    """The shape without what is inside."""

    id = fields.UUID(required=True)
    called = fields.String(required=True, attribute="name")
    colour = Choice(Colour, allow_none=True)
    shade = fields.String(allow_none=True)
    at = Moment(required=True, allow_none=True)
    count = fields.Integer()
    good = fields.Boolean(data_key="is good", attribute="is_good")
    colours = Sorted(Choice(Colour))
    words = fields.List(fields.String())
    facts = FreeData(means="Anything.")
    share = fields.Float()


class Whole(Plain):
    """The shape with what is inside."""

    inner = fields.Nested(Plain, allow_none=True)
    others = fields.List(fields.Nested(Plain))


def written(schema: ma.Schema, value: Any) -> Any:
    return orjson.loads(orjson.dumps(writer_of(schema)(value), option=orjson.OPT_UTC_Z))


@pytest.mark.parametrize(
    "thing",
    [
        Thing(),
        Thing(colour=None, shade=None, at=None),
        Thing(at=NOON.astimezone(UTC).replace(microsecond=0), colours=frozenset(), words=()),
        Thing(inner=Thing(name=""), others=(Thing(), Thing(at=None))),
    ],
)
def test_a_value_is_written_as_its_shape_dumps_it(thing: Thing) -> None:
    schema = Whole()

    found = written(schema, thing)

    assert found == schema.dump(thing)
    assert list(found) == list(schema.dump(thing))


def test_a_value_that_is_a_context_is_written_by_its_entries() -> None:
    value = {"name": "α", "others": [{"name": "β"}]}

    assert written(Whole(), value) == {"called": "α", "others": [{"called": "β"}]}


def test_cases_and_tasks_are_written_as_their_shapes_dump_them() -> None:
    office = an_office()
    state = office.sends_to_municipality()
    office.opens_case()
    listed = office.engine.ask(FindCases(), actor=office.clerk)
    tasks = office.engine.ask(ListTasks(), actor=office.clerk)

    for shape, value in ((CaseBody, state), (page_of(ListedCase), listed), (page_of(ListedTask), tasks)):
        assert written(shape(), value) == shape().dump(value)
