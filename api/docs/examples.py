"""Examples for an OpenAPI document: every body that shows none gets one made from its schema."""

from collections.abc import Iterator, Mapping
from typing import Any

_BY_FORMAT = {
    "uuid": "01936b2e-7f8a-7c3d-9a4b-5c6d7e8f9a0b",
    "date-time": "2026-03-09T10:00:00Z",
    "date": "1980-05-01",
    "uri-reference": "/problems/not_found",
}
_BY_TYPE: Mapping[str, Any] = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}

Document = Mapping[str, Any]


def with_examples(document: Document) -> None:
    """Put an example into every JSON body of the document that has neither `example` nor `examples`."""
    for operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media_type, content in body.get("content", {}).items():
                if media_type.endswith("json") and not {"example", "examples"} & content.keys():
                    content["example"] = example_of(content.get("schema", {}), document)


def operations(document: Document) -> Iterator[Any]:
    for path in document["paths"].values():
        for method, operation in path.items():
            if method != "parameters":
                yield operation


def resolved(schema: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    """The schema itself, where it only points to another place in the document."""
    pointer = schema.get("$ref")
    if pointer is None:
        return schema
    found: Any = document
    for name in pointer.removeprefix("#/").split("/"):
        found = found[name]
    return resolved(found, document)


def example_of(schema: Mapping[str, Any], document: Document) -> Any:
    """A value that fits the schema: its own example where it has one."""
    schema = resolved(schema, document)
    if schema.get("examples"):
        return schema["examples"][0]
    for choice in ("allOf", "anyOf", "oneOf"):
        if choice in schema:
            return example_of(schema[choice][0], document)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("default") is not None:
        return schema["default"]
    return _made(schema, document)


def _made(schema: Mapping[str, Any], document: Document) -> Any:
    kind = type_of(schema)
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example_of(part, document) for name, part in properties.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), document)]
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE.get(kind))


def type_of(schema: Mapping[str, Any]) -> str:
    """The one type of a schema, or the first that is not null."""
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    if isinstance(kinds, str):
        return kinds
    return next((kind for kind in kinds if kind != "null"), "null")
