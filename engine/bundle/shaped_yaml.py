"""A YAML file of a fixed shape, with every fault of it as a finding by its place."""

from collections.abc import Mapping, Set
from typing import Any

from marshmallow import Schema, ValidationError

from engine.bundle.files import BundleFindings
from engine.bundle.strict_fields import flat
from engine.bundle.yaml_tree import Path, YamlRefused, YamlTree, read_yaml

Shaped = tuple[YamlTree, Mapping[str, Any]]
"""All of a file with its lines, and what the schema made of it."""


def read_shaped(
    file: str,
    content: bytes | None,
    shape: Schema,
    findings: BundleFindings,
    *,
    keyed: Set[str] = frozenset(),
) -> Shaped | None:
    """The file; None after noting why it cannot be read.

    `keyed` names the fields at the top that are dictionaries checked value by value.
    """
    if content is None:
        findings.add(file, "", "Expected this file, found none.")
        return None
    try:
        tree = read_yaml(content)
    except YamlRefused as refusal:
        findings.add(file, "", f"{refusal}.")
        return None
    try:
        return tree, shape.load(tree.value)
    except ValidationError as refusal:
        note_refusal(refusal, file, tree, findings, keyed=keyed)
        return None


def note_refusal(
    refusal: ValidationError,
    file: str,
    tree: YamlTree,
    findings: BundleFindings,
    *,
    around: Path = (),
    keyed: Set[str] = frozenset(),
) -> None:
    """Note what a schema refused of the part of the file that stands at `around`."""
    for inner, sentences in flat(refusal).items():
        place = tree.place(_in_file((*around, *inner), keyed))
        for sentence in sentences:
            findings.add(file, place, sentence)


def _in_file(path: Path, keyed: Set[str]) -> Path:
    """The path as the file has it: marshmallow adds `key` or `value` after a key of a dictionary."""
    return path[:2] + path[3:] if path and path[0] in keyed else path
