"""Examples of papers that a diagram, a decision and a form name."""

from tests.lint.drawing import end as ending
from tests.lint.drawing import extended, file, node, path, process, start, zeebe
from tests.lint.example import Example, Files

METADATA = """key: k
process: p
fees: []
papers:
  - id: identity
    title:
      el: Δελτίο ταυτότητας
      en: Identity "card"
""".encode()

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="needed" name="needed">
    <variable id="v" name="needed" />
    <literalExpression id="e">
      <text>{id: "identity", el: "%s"}.id</text>
    </literalExpression>
  </decision>
</definitions>
"""


def showing(paper: str, title: str) -> Files:
    """A procedure whose task shows a paper, with a decision and a form that say a title."""
    shown = f'=[stoa.paper("{paper}"), "{title}"]'
    mapping = zeebe("ioMapping", zeebe("input", source=shown, target="shown"))
    form = f'{{"id": "check", "components": [{{"type": "radio", "id": "Which", "key": "which", "values": [{{"label": "{title}", "value": "identity"}}], "properties": {{"stoa:label-en": "Which", "stoa:option-en:identity": "Card"}}}}]}}'  # noqa: E501 - JSON on one line
    definition = zeebe("formDefinition", formId="check")
    return {
        "procedure.yaml": METADATA,
        "table.dmn": (TABLE % title).encode(),
        "forms/check.form": form.encode(),
        "p.bpmn": file(
            process(
                start(),
                node("userTask", "check", extended(definition, mapping), name="Check"),
                ending(),
                *path("begin", "check", "done"),
            )
        ),
    }


EXAMPLES: dict[str, Example] = {
    "paper-known": Example(showing("identiti", "Other"), showing("identity", "Other"), "check"),
    "paper-title-once": Example(
        showing("identity", "Δελτίο ταυτότητας"), showing("identity", "Ταυτότητα"), times=3
    ),
}
