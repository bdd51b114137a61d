"""Makes findings of the breaches of rules: in words, at a line, with what is wrong there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.bpmn.diagram import nearest_id
from engine.kernel.xml import Element
from engine.lint.checked_bundle import Spot
from engine.lint.finding import Finding, Text, shortened
from engine.lint.places import Source, Span
from engine.lint.rule import Rule, Violation, described

_WRITTEN_AS = ("text", "name", "ref", "code", "found")
"""The places of sentences that hold what is wrong as it is written."""


@dataclass(frozen=True)
class Places:
    """The texts of files, each split once."""

    files: Mapping[str, bytes]
    _sources: dict[str, Source] = field(default_factory=dict)

    def finding(self, rule: Rule, violation: Violation, file: str) -> Finding:
        """The finding for a breach; `file` is that of its element, and no matter where it has a spot."""
        values: dict[str, str | Text] = {
            name: shortened(value) if isinstance(value, str) else value
            for name, value in violation.values.items()
        }
        if violation.spot is not None:
            file, element_id = violation.spot.file, violation.spot.element_id
            values["what"] = violation.spot.what
            span = self._span_of_spot(violation.spot, violation.text)
        elif violation.element is not None:
            element_id = nearest_id(violation.element)
            values["what"] = _described(violation.element)
            span = self._span_of_element(file, violation.element, violation)
        else:
            raise AssertionError(f"a breach of {rule.id} is at no place")
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            file=file,
            line=span.line,
            column=span.column,
            end_column=span.end,
            excerpt=self._source(file).line(span.line),
            element_id=element_id,
            message=_suggesting(rule.says.filled(values), violation.near),
            remedy=violation.remedy or rule.remedy.filled(values),
            path=violation.path,
            given=violation.given,
            cause=violation.cause,
        )

    def _source(self, file: str) -> Source:
        if file not in self._sources:
            self._sources[file] = Source.of(self.files[file])
        return self._sources[file]

    def _span_of_spot(self, spot: Spot, text: str) -> Span:
        source = self._source(spot.file)
        in_json = spot.file.lower().endswith(".form")
        found = source.text_from(spot.line, text or spot.text, in_json=in_json)
        return found or source.whole(spot.line)

    def _span_of_element(self, file: str, element: Element, violation: Violation) -> Span:
        source = self._source(file)
        if violation.line is not None:
            found = source.text_from(violation.line, violation.text) if violation.text else None
            return found or Span(violation.line)
        for text in _texts(violation):
            span = source.text_in(element, text)
            if span is not None:
                return span
        return source.span(element)


def _described(element: Element) -> str | Text:
    """The element as `described` names it; one that has no id with what it belongs to."""
    if element.get("id") or element.get("sourceRef") or element.parent is None:
        return described(element)
    owner = next((around for around in element.ancestors() if around.get("id")), None)
    if owner is None or owner.kind == "definitions":
        return described(element)
    return Text(
        el=f"{described(element)} του {described(owner)}", en=f"{described(element)} of {described(owner)}"
    )


def _suggesting(message: Text, near: str) -> Text:
    if not near:
        return message
    return Text(el=f"{message.el} Μήπως «{near}»;", en=f"{message.en} Did you mean {near}?")


def _texts(violation: Violation) -> Iterator[str]:
    """What is wrong, as it may stand in the file: what the breach says, else what its sentence names."""
    if violation.text:
        yield violation.text
        return
    for name in _WRITTEN_AS:
        value = violation.values.get(name)
        if isinstance(value, str) and value:
            yield value
