"""What procedure.yaml says of papers and conditions, as FEEL reads it, so that no diagram says it again."""

from collections.abc import Mapping
from typing import Any

from engine import feel


def papers_in_feel(metadata: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`stoa.papers()`: each paper as `{id, el, en, obligatory, any_of}`, in the order of the file."""
    return [
        {
            "id": paper["id"],
            "el": paper["title"]["el"],
            "en": paper["title"]["en"],
            "obligatory": paper["obligatory"],
            "any_of": paper.get("any_of"),
        }
        for paper in metadata.get("papers", ())
    ]


def paper_in_feel(metadata: Mapping[str, Any], wanted: object) -> dict[str, Any]:
    """`stoa.paper(id)`: one of them; null with the reason for an id that none of them has."""
    for paper in papers_in_feel(metadata):
        if paper["id"] == wanted:
            return paper
    raise feel.FeelValueError(f"procedure.yaml has no paper with the id {wanted}")


def conditions_in_feel(metadata: Mapping[str, Any]) -> list[dict[str, str]]:
    """`stoa.conditions()`: each condition as `{id, el, en}`; the id of the first is condition-1."""
    return [
        {"id": f"condition-{number}", "el": condition["el"], "en": condition["en"]}
        for number, condition in enumerate(metadata.get("conditions", ()), start=1)
    ]
