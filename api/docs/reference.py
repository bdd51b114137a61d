"""The OpenAPI document as the reference page shows it: groups of operations, flat and resolved."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from api.docs.examples import Document, resolved, type_of

_DEEPEST = 3


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a call, or a field of its body (`where` is then empty)."""

    name: str
    where: str
    kind: str
    required: bool
    means: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One way in which a call answers; `example` is empty where a body is not shown."""

    status: int
    phrase: str
    means: str
    media_type: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    parameters: tuple[Parameter, ...]
    media_type: str
    fields: tuple[Parameter, ...]
    example: str
    answers: tuple[Answer, ...]
    command: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    name: str
    about: str
    operations: tuple[Operation, ...]


def subjects(document: Document, base_url: str) -> tuple[Subject, ...]:
    """The subjects of the document in its order; commands address `base_url`."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method != "parameters":
                shown = _operation(method, path, operation, shared, document, base_url)
                found[operation["tags"][0]].append(shown)
    return tuple(
        Subject(name=tag["name"], about=tag["description"], operations=tuple(found[tag["name"]]))
        for tag in document["tags"]
    )


def _operation(
    method: str, path: str, found: Any, shared: list[Any], document: Document, base_url: str
) -> Operation:
    media_type, content = _first(found.get("requestBody", {}))
    example = content.get("example")
    security = found.get("security", [])
    return Operation(
        anchor=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found.get("summary", "").replace("\n", " ").removesuffix("."),
        description=found.get("description", ""),
        scope=security[0]["bearer"][0] if security else "",
        parameters=tuple(_parameter(one, document) for one in [*shared, *found.get("parameters", [])]),
        media_type=media_type,
        fields=tuple(_fields("", content.get("schema", {}), document, 0)),
        example=_written(example) if example is not None else "",
        answers=tuple(_answer(status, one, document) for status, one in sorted(found["responses"].items())),
        command=_command(method, base_url + path, media_type, example, signed=bool(security)),
    )


def _first(body: Any) -> tuple[str, Any]:
    """The media type and content that a body is shown by; empty ones if it has none."""
    shown: tuple[str, Any] = next(iter(body.get("content", {}).items()), ("", {}))
    return shown


def _parameter(found: Any, document: Document) -> Parameter:
    one = resolved(found, document)
    return Parameter(
        name=one["name"],
        where=one["in"],
        kind=_kind(one.get("schema", {}), document),
        required=one.get("required", False),
        means=one.get("description", ""),
    )


def _fields(path: str, schema: Any, document: Document, depth: int) -> Iterator[Parameter]:
    found = _flat(schema, document)
    for name, part in found.get("properties", {}).items():
        inner = _flat(part, document)
        yield Parameter(
            name=path + name,
            where="",
            kind=_kind(part, document),
            required=name in found.get("required", []),
            means=part.get("description", "") or inner.get("description", ""),
        )
        if depth < _DEEPEST:
            yield from _fields(f"{path}{name}.", inner, document, depth + 1)


def _flat(schema: Any, document: Document) -> Mapping[str, Any]:
    """The schema that matters: not a pointer, and not one of several of which the others say null."""
    found = resolved(schema, document)
    for choice in ("allOf", "anyOf", "oneOf"):
        if choice in found:
            return _flat(found[choice][0], document)
    return found


def _kind(schema: Any, document: Document) -> str:
    found = _flat(schema, document)
    if "enum" in found:
        return " | ".join(str(value) for value in found["enum"] if value is not None)
    kind = type_of(found)
    return f"{kind} ({found['format']})" if "format" in found else kind


def _answer(status: str, found: Any, document: Document) -> Answer:
    response = resolved(found, document)
    media_type, content = _first(response)
    example = content.get("example")
    return Answer(
        status=int(status),
        phrase=HTTPStatus(int(status)).phrase,
        means=response.get("description", ""),
        media_type=media_type,
        example=_written(example) if example is not None else "",
    )


def _command(method: str, url: str, media_type: str, example: Any, *, signed: bool) -> str:
    words = ["curl"]
    if method != "get":
        words += ["-X", method.upper()]
    lines = [" ".join([*words, shlex.quote(url.replace("{", "").replace("}", ""))])]
    if signed:
        lines.append('-H "Authorization: Bearer $STOA_TOKEN"')
    if media_type:
        lines.append(f"-H 'Content-Type: {media_type}'")
        body = json.dumps(example, ensure_ascii=False) if example is not None else "@procedure.zip"
        lines.append(("-d " if example is not None else "--data-binary ") + shlex.quote(body))
    return " \\\n  ".join(lines)


def _written(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2)
