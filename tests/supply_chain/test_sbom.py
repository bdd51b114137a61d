"""The bill of materials is valid CycloneDX and names everything that is locked."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import jsonschema_rs

from supply_chain.components import locked_components
from supply_chain.sbom import bill_of_materials

SERIAL = UUID("0191b3a0-0000-7000-8000-000000000001")
MADE_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SCHEMAS = files("cyclonedx.schema") / "_res"


def schema(name: str) -> dict[str, Any]:
    """A schema of CycloneDX that the library has; `name` may be the address by which others refer to it."""
    stem = name.rpartition("/")[2].removesuffix(".schema.json").removesuffix(".SNAPSHOT")
    found: dict[str, Any] = json.loads((SCHEMAS / f"{stem}.SNAPSHOT.schema.json").read_text())
    return found


def test_the_bill_is_valid_and_names_all_that_is_locked() -> None:
    components = locked_components()

    bill = json.loads(bill_of_materials(components, version="1.2", made_at=MADE_AT, serial=SERIAL))

    jsonschema_rs.validator_for(schema("bom-1.6"), retriever=schema).validate(bill)
    assert bill["specVersion"] == "1.6"
    assert bill["serialNumber"] == f"urn:uuid:{SERIAL}"
    assert bill["metadata"]["component"]["version"] == "1.2"
    assert {one["purl"] for one in bill["components"]} == {one.purl.to_string() for one in components}


def test_what_an_office_runs_is_told_from_what_only_the_tests_use() -> None:
    bill = json.loads(bill_of_materials(locked_components(), version="1.2", made_at=MADE_AT, serial=SERIAL))

    scopes = {one["name"]: one["scope"] for one in bill["components"]}
    assert (scopes["flask"], scopes["pytest"]) == ("required", "excluded")
    licences = {one["name"]: one.get("licenses") for one in bill["components"]}
    assert licences["flask"] == [{"license": {"id": "BSD-3-Clause"}}]
    locked = {one["name"]: one.get("properties") for one in bill["components"]}
    assert all(one["name"] == "stoa:locked:SHA-256" for one in locked["flask"])
