"""The shapes of procedure.yaml and shared.yaml as JSON Schema, from which editors complete and check."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import click
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from api.cli.printing import examples
from engine.bundle.fees import EuroText
from engine.bundle.metadata import MetadataSchema
from engine.bundle.scenario_shapes import STEPS, MomentText, PassingText, ScenarioSchema, SeenValues
from engine.bundle.shared_part import PartSchema
from engine.bundle.strict_fields import StrictFlag, StrictText

SHAPES: Final[Mapping[str, type[Schema]]] = {
    "procedure": MetadataSchema,
    "shared": PartSchema,
    "scenario": ScenarioSchema,
}
"""The files whose shape is given, by the name of the file without its ending."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_COMPONENTS: Final = "#/components/schemas/"


@click.command(
    epilog=examples(
        "stoa schema procedure > procedure.schema.json", "stoa schema shared > shared.schema.json"
    )
)
@click.argument("file", type=click.Choice(list(SHAPES)))
def schema(file: str) -> None:
    """Print the JSON Schema of procedure.yaml, shared.yaml or a scenario, for editors.

    An editor with the YAML language server uses it where the first line of a file is
    `# yaml-language-server: $schema=<path>`; the procedures of this system have that line.
    """
    click.echo(as_text(file), nl=False)


def as_text(file: str) -> str:
    """The JSON Schema of a file as it is printed and kept in docs/schemas."""
    return json.dumps(json_schema(file), ensure_ascii=False, indent=2) + "\n"


def json_schema(file: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of `procedure.yaml`, `shared.yaml` or a scenario, by its name in `SHAPES`.

    What a file must keep to besides, such as one unit of a term, is found by `stoa check` alone.
    """
    plugin = MarshmallowPlugin(schema_name_resolver=_named)
    specification = APISpec(title=file, version="1", openapi_version="3.1.0", plugins=[plugin])
    # Its methods have no types.
    converter: Any = plugin.converter
    converter.map_to_openapi_type(StrictText, "string", None)
    converter.map_to_openapi_type(StrictFlag, "boolean", None)
    converter.map_to_openapi_type(EuroText, "string", None)
    converter.map_to_openapi_type(MomentText, "string", "date-time")
    converter.map_to_openapi_type(PassingText, "string", None)
    converter.map_to_openapi_type(SeenValues, None, None)
    converter.add_attribute_function(_length)
    specification.components.schema(file, schema=SHAPES[file])
    verbs = STEPS if file == "scenario" else {}
    for verb, step in verbs.items():
        specification.components.schema(f"step-{verb}", schema=step)
    parts = _plain(specification.to_dict()["components"]["schemas"])
    whole = parts.pop(file)
    if verbs:
        whole["properties"]["steps"]["items"] = {
            "anyOf": [{"$ref": f"#/$defs/step-{verb}"} for verb in verbs]
        }
    return {"$schema": _DIALECT, "title": f"{file}.yaml", **whole, "$defs": dict(sorted(parts.items()))}


def _named(schema: Any) -> str:
    """The name of a part: that of its class, without what marks it as private."""
    return str(resolver(schema)).lstrip("_")


def _length(_converter: object, field: fields.Field[Any], **_options: object) -> dict[str, Any]:
    """How long a text may be; one of some words is as long as these."""
    if not isinstance(field, StrictText) or any(isinstance(one, OneOf) for one in field.validators):
        return {}
    return {"minLength": 1, "maxLength": field.most}


def _plain(part: Any) -> Any:
    """The same without what only OpenAPI or Python knows: where parts are, and how patterns end."""
    if isinstance(part, Mapping):
        renamed = {"minLength": "minProperties"} if part.get("type") == "object" else {}
        return {renamed.get(name, name): _changed(name, _plain(value)) for name, value in part.items()}
    if isinstance(part, Iterable) and not isinstance(part, str):
        return [_plain(one) for one in part]
    return part.isoformat() if isinstance(part, datetime) else part


def _changed(name: str, value: Any) -> Any:
    if name == "$ref":
        return str(value).replace(_COMPONENTS, "#/$defs/")
    if name == "pattern":
        return "^(?:" + re.sub(r"\\Z$", "", value) + ")$"
    return value
