"""Claims that a machine makes up: what fits the OpenAPI document and what does not is answered as it says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema

from engine.bootstrap import build
from engine.bundle import keys
from engine.kernel.actor import Role
from engine.settings import from_environment
from tests.api.desk import BASE, Desk, a_desk
from tests.api.test_procedures import ZIP, signature_authentication, zipped
from tests.builders import NOON
from tests.examples import examples
from tests.office import ROOT, MovableClock, offer

pytestmark = pytest.mark.slow

Call = schemathesis.Case[Any]

CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 20261121,
        "checks": {
            # Forms, check digits, diagrams and states decide about data that the document's schemas allow.
            "positive_data_acceptance": {
                "expected-statuses": [
                    "2xx",
                    "3xx",
                    "400",
                    "401",
                    "403",
                    "404",
                    "409",
                    "412",
                    "413",
                    "422",
                    "429",
                ]
            },
            "negative_data_rejection": {
                "expected-statuses": [
                    "400",
                    "401",
                    "403",
                    "404",
                    "405",
                    "406",
                    "409",
                    "412",
                    "413",
                    "415",
                    "422",
                ]
            },
        },
    }
)
BOUNDED = hypothesis.settings(
    max_examples=examples(8),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


schemathesis.openapi.media_type(ZIP, st.binary(max_size=200) | st.just(zipped(signature_authentication())))


@schemathesis.serializer(ZIP)
def as_it_is(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """A zip is sent as it was made up, whatever it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The API on SQLite with every procedure on offer, and Ariadne, who may do everything."""
    path = tmp_path_factory.mktemp("schemathesis") / "stoa.db"
    path.write_bytes(sqlite_template.read_bytes())
    clock = MovableClock(NOON)
    engine = build(from_environment({"STOA_DATABASE_URL": f"sqlite:///{path}"}), clock=clock)
    desk = a_desk(engine, clock=clock, STOA_RATE_LIMIT="1000000", STOA_PUBLIC_RATE_LIMIT="100000")
    for key in keys(ROOT / "processes"):
        if key != "residence-certificate":
            offer(engine, key)
    desk.engages("ariadne", desk.office.branch, *(role for role in Role if role is not Role.OFFICER))
    yield desk
    engine.close()


@pytest.fixture(scope="module")
def schema(desk: Desk) -> BaseSchema:
    """The document; addresses of the generated calls lead to things that are there."""
    case, service_task = desk.sends_to_municipality()
    known = {
        "case_id": case["id"],
        "task_id": desk.opens_case()["tasks"][0]["id"],
        "service_task_id": service_task,
        "key": "residence-certificate",
        "number": 1,
        "agency": "municipality",
        "topic": "municipality.residence",
        "username": "petros",
    }
    found: BaseSchema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", desk.app, config=CONFIG)

    @found.auth()
    class Token:
        """Ariadne's, except where the machine tries what happens without."""

        def get(self, case: Call, context: object) -> str:
            return desk.tokens["ariadne"]

        def set(self, case: Call, data: str, context: object) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    @found.hook
    def map_path_parameters(context: schemathesis.HookContext, parameters: Any) -> Any:
        """Leave half of the addresses as they were made up, and the procedure that cases need on offer."""
        if not parameters or sum(map(ord, str(parameters))) % 2:
            return parameters
        found = {name: known.get(name, value) for name, value in parameters.items()}
        if context.operation is not None and context.operation.path.endswith(("publish", "retire")):
            found["key"] = "criminal-record"
        return found

    return found


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_generated_call_is_answered_as_the_document_says(
    schema: BaseSchema, mode: GenerationMode
) -> None:
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @BOUNDED
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def answered(case: Call) -> None:
            case.call_and_validate()

        try:
            answered()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, operation.label
            assert not operation.body


def test_calls_that_follow_from_one_another_are_answered_as_the_document_says(schema: BaseSchema) -> None:
    machine = schema.as_state_machine()

    machine.run(settings=hypothesis.settings(BOUNDED, max_examples=examples(15), stateful_step_count=6))
