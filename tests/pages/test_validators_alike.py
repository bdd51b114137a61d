"""Claims that a browser says of an answer what the server would say, whatever the answer and the field."""

import json
import subprocess
from collections.abc import Callable, Iterator
from string import ascii_letters, digits
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.pages.frame.form_sheet import MESSAGES
from engine.kernel.refusal import Invalid
from tests.bundle.samples import a_component, a_form
from tests.examples import examples
from tests.node import NODE
from tests.office import ROOT

ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
SOURCE = ROOT / "api" / "pages" / "islands" / "src" / "form" / "validator.ts"

LOOP = """
import { createInterface } from "node:readline";
const messages = JSON.parse(process.argv[2]);
const [, Judge] = validatorSaying(messages).validator;
for await (const line of createInterface({ input: process.stdin })) {
  const { field, value } = JSON.parse(line);
  console.log(JSON.stringify(new Judge({ get: () => field }).validateField(field, value)));
}
"""
"""Judges one answer a line, with the validator that is bundled before it."""

Judge: TypeAlias = Callable[[dict[str, Any], Any], list[str]]
"""What is said of an answer to a field; nothing where it is taken."""

many = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

TEXTS = st.text(alphabet="ΑΒΓαβγABCabc 12@.𝛼", max_size=8)
FRACTIONS = st.decimals(-50, 50, places=3).map(float).filter(lambda number: not number.is_integer())
NUMBERS = st.integers(-50, 50) | FRACTIONS
"""A browser writes a whole number without a point."""

OPTIONS = [{"label": text, "value": text} for text in ("card", "bill", "lease")]

FIELDS: dict[str, tuple[dict[str, Any], st.SearchStrategy[Any]]] = {
    "text that is required": (a_component("textfield", validate={"required": True}), TEXTS),
    "text of a length": (a_component("textfield", validate={"minLength": 2, "maxLength": 5}), TEXTS),
    "text of a pattern": (a_component("textfield", validate={"pattern": "^[Α-Ω][a-z]*$"}), TEXTS),
    "long text": (a_component("textarea", validate={"required": True, "maxLength": 5}), TEXTS),
    "number": (a_component("number", validate={"required": True}), NUMBERS | st.none()),
    "number within bounds": (a_component("number", validate={"min": -3, "max": 12.5}), NUMBERS),
    "number of two decimals": (a_component("number", decimalDigits=2), NUMBERS),
    "number as text": (
        a_component("number", serializeToString=True, validate={"min": 0}),
        NUMBERS.map(lambda number: format(number, "f") if isinstance(number, float) else str(number)),
    ),
    "box": (a_component("checkbox", validate={"required": True}), st.booleans() | st.none()),
    "several of some options": (
        a_component("checklist", values=OPTIONS, validate={"required": True}),
        st.lists(st.sampled_from(["card", "bill", "lease"]), unique=True),
    ),
    "one of some options": (
        a_component("select", values=OPTIONS, validate={"required": True}),
        st.sampled_from(["card", "bill", None]),
    ),
    "a choice of true and false": (
        a_component(
            "radio",
            values=[{"label": "Ναι", "value": True}, {"label": "Όχι", "value": False}],
            validate={"required": True},
        ),
        st.sampled_from([True, False, None]),
    ),
    "day": (
        a_component("datetime", subtype="date", dateLabel="Ημέρα", validate={"required": True}),
        st.dates().map(lambda day: day.isoformat()) | st.none(),
    ),
    "file": (
        a_component("filepicker", validate={"required": True}),
        st.lists(st.sampled_from(["one", "two"]), unique=True) | st.none(),
    ),
}

NEARLY = {
    "afm": st.text(alphabet=digits, min_size=8, max_size=10),
    "amka": st.text(alphabet=digits, min_size=10, max_size=12),
    "gr-postcode": st.text(alphabet=digits + " ", max_size=7),
    "gr-phone": st.text(alphabet=digits, min_size=8, max_size=11).map(lambda rest: f"2{rest}"),
    "iban": st.text(alphabet=digits, min_size=22, max_size=26).map(lambda rest: f"GR{rest}"),
    "email": st.text(alphabet=ascii_letters + digits + "@@..-_ ", max_size=20),
    "phone": st.text(alphabet=digits + " -", max_size=15).map(lambda rest: f"+{rest}"),
}
"""Texts that look much like what a check asks for."""


@pytest.fixture(scope="session")
def in_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """The browser's validator, bundled as the island has it, in a process of its own."""
    if not (NODE.exists() and ESBUILD.exists()):
        pytest.skip("Node is not set up: `make setup`.")
    folder = tmp_path_factory.mktemp("validator")
    source = folder / "judge.ts"
    source.write_text(f"import {{ validatorSaying }} from {json.dumps(str(SOURCE))};\n{LOOP}")
    script = folder / "judge.mjs"
    command = [NODE, ESBUILD, source, "--bundle", "--format=esm", "--platform=node", f"--outfile={script}"]
    subprocess.run([*map(str, command), "--log-level=error"], check=True)
    messages = json.dumps({name: said.en for name, said in MESSAGES.items()})
    with subprocess.Popen(
        [NODE, script, messages], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as node:

        def judge(field: dict[str, Any], value: Any) -> list[str]:
            assert node.stdin is not None
            assert node.stdout is not None
            node.stdin.write(json.dumps({"field": field, "value": value}) + "\n")
            node.stdin.flush()
            said: list[str] = json.loads(node.stdout.readline())
            return said

        yield judge
        node.terminate()


def on_server(field: dict[str, Any], value: Any) -> list[str]:
    """What the server says of the same answer."""
    try:
        a_form(field).accept({field["key"]: value}, scope={}, is_filed=lambda _reference: True)
    except Invalid as refused:
        return list(refused.errors[field["key"]])
    return []


@pytest.mark.parametrize("kind", FIELDS)
@many
@given(data=st.data())
def test_the_browser_says_what_the_server_says(in_browser: Judge, kind: str, data: st.DataObject) -> None:
    field, values = FIELDS[kind]
    value = data.draw(values)

    assert in_browser(field, value) == on_server(field, value)


@pytest.mark.parametrize("check", NEARLY)
@many
@given(data=st.data())
def test_what_the_browser_refuses_the_server_refuses_in_the_same_words(
    in_browser: Judge, check: str, data: st.DataObject
) -> None:
    asked = {"validate": {"validationType": check}} if check in ("email", "phone") else {}
    field = a_component("textfield", **(asked or {"properties": {"stoa:check": check}}))
    text = data.draw(NEARLY[check])

    said = in_browser(field, text)

    assert said in ([], on_server(field, text))
