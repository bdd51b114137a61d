"""Builds DMN files for tests, named after what they hold."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def a_model(*elements: str, namespace: str = "urn:test", version: str = DMN_15) -> bytes:
    """A DMN file that holds the given elements."""
    body = "\n".join(elements)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<definitions xmlns="{version}" id="model" name="Model" namespace="{namespace}">\n'
        f"{body}\n</definitions>"
    ).encode()


def an_input(name: str, type_ref: str = "") -> str:
    """Input data; its id is `in_` and the name with blanks as underscores."""
    return f'<inputData id="in_{_id(name)}" name={quoteattr(name)}>{_variable(name, type_ref)}</inputData>'


def a_decision(
    name: str,
    logic: str,
    *,
    type_ref: str = "",
    inputs: Sequence[str] = (),
    decisions: Sequence[str] = (),
    knowledge: Sequence[str] = (),
) -> str:
    """A decision, its requirements by name or href; its id is `d_` and the name, blanks as underscores."""
    requirements = [
        *(_requirement("information", "requiredInput", _href("in", each)) for each in inputs),
        *(_requirement("information", "requiredDecision", _href("d", each)) for each in decisions),
        *_knowledge(knowledge),
    ]
    return (
        f'<decision id="d_{_id(name)}" name={quoteattr(name)}>{_variable(name, type_ref)}'
        f"{''.join(requirements)}{logic}</decision>"
    )


def a_knowledge_model(
    name: str,
    parameters: Sequence[str],
    logic: str,
    *,
    knowledge: Sequence[str] = (),
    type_ref: str = "",
) -> str:
    """A business knowledge model; a parameter is written `name` or `name: type`."""
    return (
        f'<businessKnowledgeModel id="b_{_id(name)}" name={quoteattr(name)}>{_variable(name, type_ref)}'
        f"<encapsulatedLogic>{_parameters(parameters)}{logic}</encapsulatedLogic>"
        f"{''.join(_knowledge(knowledge))}</businessKnowledgeModel>"
    )


def a_service(
    name: str, *, outputs: Sequence[str], input_decisions: Sequence[str] = (), inputs: Sequence[str] = ()
) -> str:
    """A decision service; its id is `s_` and the name with blanks as underscores."""
    hrefs = [
        *(f'<outputDecision href="{_href("d", each)}"/>' for each in outputs),
        *(f'<inputDecision href="{_href("d", each)}"/>' for each in input_decisions),
        *(f'<inputData href="{_href("in", each)}"/>' for each in inputs),
    ]
    return (
        f'<decisionService id="s_{_id(name)}" name={quoteattr(name)}>{_variable(name, "")}'
        f"{''.join(hrefs)}</decisionService>"
    )


def an_item(
    name: str, type_ref: str = "", *, allowed: str = "", collection: bool = False, inner: str = ""
) -> str:
    """An item definition; `inner` holds components, written with `a_component`."""
    return _item("itemDefinition", name, type_ref, allowed=allowed, collection=collection, inner=inner)


def a_component(name: str, type_ref: str = "", *, allowed: str = "", collection: bool = False) -> str:
    """A component of an item definition."""
    return _item("itemComponent", name, type_ref, allowed=allowed, collection=collection, inner="")


def _item(tag: str, name: str, type_ref: str, *, allowed: str, collection: bool, inner: str) -> str:
    reference = f"<typeRef>{escape(type_ref)}</typeRef>" if type_ref else ""
    values = f"<allowedValues>{_text(allowed)}</allowedValues>" if allowed else ""
    flag = ' isCollection="true"' if collection else ""
    return f"<{tag} name={quoteattr(name)}{flag}>{reference}{values}{inner}</{tag}>"


def a_literal(text: str, type_ref: str = "") -> str:
    """A literal expression."""
    return f"<literalExpression{_type(type_ref)}>{_text(text)}</literalExpression>"


def a_context(*entries: tuple[str, str]) -> str:
    """A boxed context of names and expressions; an empty name marks the result."""
    return f"<context>{''.join(_entry(name, logic) for name, logic in entries)}</context>"


def a_function(parameters: Sequence[str], logic: str, *, kind: str = "FEEL") -> str:
    """A boxed function definition."""
    return f'<functionDefinition kind="{kind}">{_parameters(parameters)}{logic}</functionDefinition>'


def an_invocation(function: str, **bindings: str) -> str:
    """A boxed invocation with literal bindings by parameter name."""
    bound = "".join(
        f'<binding><parameter name="{name}"/>{a_literal(text)}</binding>' for name, text in bindings.items()
    )
    return f"<invocation>{a_literal(function)}{bound}</invocation>"


def a_table(
    *rules: str,
    inputs: Sequence[str],
    outputs: Sequence[str] = ("",),
    hit_policy: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """A decision table.

    A rule is written as its cells, `<18 | - : "no"`. Inputs are expressions, optionally with allowed values
    as in `age {0..120}`; outputs are names, optionally with output values and a default as in
    `grade {1,2} = 2`.
    """
    attribute = f' aggregation="{aggregation}"' if aggregation else ""
    columns = "".join(_input_column(each) for each in inputs) + "".join(
        _output_column(each) for each in outputs
    )
    return (
        f'<decisionTable hitPolicy="{hit_policy}"{attribute}>{columns}'
        f"{''.join(_rule(rule) for rule in rules)}</decisionTable>"
    )


def _input_column(text: str) -> str:
    expression, _, values = text.partition(" {")
    allowed = f"<inputValues>{_text(values.rstrip('}'))}</inputValues>" if values else ""
    return f"<input><inputExpression>{_text(expression)}</inputExpression>{allowed}</input>"


def _output_column(text: str) -> str:
    head, _, default = text.partition(" = ")
    name, _, values = head.partition(" {")
    allowed = f"<outputValues>{_text(values.rstrip('}'))}</outputValues>" if values else ""
    otherwise = f"<defaultOutputEntry>{_text(default)}</defaultOutputEntry>" if default else ""
    return f"<output name={quoteattr(name)}>{allowed}{otherwise}</output>"


def _rule(text: str) -> str:
    tests, _, results = text.partition(" : ")
    inputs = "".join(f"<inputEntry>{_text(cell.strip())}</inputEntry>" for cell in tests.split("|"))
    outputs = "".join(f"<outputEntry>{_text(cell.strip())}</outputEntry>" for cell in results.split("|"))
    return f"<rule>{inputs}{outputs}</rule>"


def _entry(name: str, logic: str) -> str:
    return f"<contextEntry>{_variable(name, '') if name else ''}{logic}</contextEntry>"


def _parameters(parameters: Sequence[str]) -> str:
    pairs = (parameter.partition(": ") for parameter in parameters)
    return "".join(
        f"<formalParameter name={quoteattr(name)}{_type(type_ref)}/>" for name, _, type_ref in pairs
    )


def _knowledge(names: Sequence[str]) -> list[str]:
    return [_requirement("knowledge", "requiredKnowledge", _href("b", each)) for each in names]


def _requirement(kind: str, tag: str, href: str) -> str:
    return f'<{kind}Requirement><{tag} href="{href}"/></{kind}Requirement>'


def _href(prefix: str, name: str) -> str:
    return name if "#" in name else f"#{prefix}_{_id(name)}"


def _variable(name: str, type_ref: str) -> str:
    return f"<variable name={quoteattr(name)}{_type(type_ref)}/>"


def _type(type_ref: str) -> str:
    return f" typeRef={quoteattr(type_ref)}" if type_ref else ""


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _id(name: str) -> str:
    return name.replace(" ", "_")
