"""Claims about hostile input: a clear 4xx, nothing changed, and nothing personal in the log."""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.api.desk import NEW_CASE, Desk
from tests.api.test_procedures import ZIP, signature_authentication, zipped

JSON = "application/json"
DIAGRAM = "signature-authentication.bpmn"
PERSONAL = ("Ελένη", "Δημητρίου", "094014201")


@pytest.fixture(autouse=True)
def nothing_personal_is_logged() -> Iterator[None]:
    """Whatever these tests send, no log line holds what a person would mind."""
    with capture_logs() as logs:
        yield
    assert not [line for line in logs if any(word in str(line) for word in PERSONAL)]
    assert not [line for line in logs if line["event"] == "fault"]


def deploy(desk: Desk, content: bytes) -> Any:
    """Send a zip as an analyst."""
    return desk.call("POST", "/procedures", by="anna", data=content, content_type=ZIP)


def with_diagram(change: Callable[[bytes], bytes]) -> bytes:
    """The zipped procedure with a changed diagram."""
    files = signature_authentication()
    files[DIAGRAM] = change(files[DIAGRAM])
    return zipped(files)


def after_the_declaration(text: bytes) -> Callable[[bytes], bytes]:
    """Put text between the XML declaration and the diagram."""
    return lambda diagram: diagram.replace(b"?>", b"?>" + text, 1)


BOMB = b'<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (
    b"a" * 1000,
    b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 50) for n in range(8)),
)
XML_ATTACKS = {
    "an XML bomb": after_the_declaration(BOMB),
    "an external entity": after_the_declaration(b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "an external DTD": after_the_declaration(b'<!DOCTYPE x SYSTEM "http://192.0.2.7/x.dtd">'),
    "a bare DOCTYPE": after_the_declaration(b"<!DOCTYPE definitions>"),
    "an inclusion": lambda diagram: diagram.replace(
        b"<bpmn:process",
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><bpmn:process',
        1,
    ),
    "ten million bytes": lambda diagram: diagram + b"<!--" + b"x" * 10_000_000 + b"-->",
    "elements 100,000 deep": lambda _: b"<a>" * 100_000 + b"</a>" * 100_000,
    "no XML": lambda _: b"\x00\x01\x02",
}


@pytest.mark.parametrize("attack", XML_ATTACKS)
def test_an_attack_by_xml_is_refused_and_leaves_no_version(desk: Desk, attack: str) -> None:
    response = deploy(desk, with_diagram(XML_ATTACKS[attack]))

    assert response.status_code == 422
    assert "root:" not in response.text
    assert desk.get("/procedures/signature-authentication").status_code == 404


@pytest.mark.parametrize(
    "expression",
    [
        "=__import__('os').system('id')",
        "=(lambda: 1)()",
        "=().__class__.__bases__[0].__subclasses__()",
        "=[x for x in range(9)]",
        "=open('/etc/passwd').read()",
    ],
)
def test_python_in_a_diagram_is_no_expression(desk: Desk, expression: str) -> None:
    escaped = expression.replace("'", "&apos;").encode()
    content = with_diagram(lambda diagram: _with_condition(diagram, escaped))

    response = deploy(desk, content)

    assert response.status_code == 422
    assert desk.get("/procedures/signature-authentication").status_code == 404


def _with_condition(diagram: bytes, expression: bytes) -> bytes:
    begin = diagram.index(b"<bpmn:conditionExpression")
    begin = diagram.index(b">", begin) + 1
    end = diagram.index(b"</bpmn:conditionExpression>", begin)
    return diagram[:begin] + expression + diagram[end:]


def _entry(name: str, content: bytes = b"x", **changes: Any) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        for attribute, value in changes.items():
            setattr(entry, attribute, value)
        archive.writestr(entry, content)
    return whole.getvalue()


ZIP_ATTACKS: dict[str, Callable[[], bytes]] = {
    "a way out": lambda: _entry("../../etc/cron.d/x"),
    "an absolute name": lambda: _entry("/etc/passwd"),
    "a backslash": lambda: _entry("..\\..\\x"),
    "a link": lambda: _entry("link", b"/etc/passwd", external_attr=0o120777 << 16),
    "a bomb": lambda: zipped({f"{n}.txt": b"\0" * 4_900_000 for n in range(60)}),
    "one large file": lambda: zipped({"procedure.yaml": b" " * 6_000_000}),
    "10,000 files": lambda: zipped({f"{n}.txt": b"" for n in range(10_000)}),
    "no zip": lambda: b"PK\x03\x04 and then nothing",
    "an empty zip": lambda: zipped({}),
    "a cut zip": lambda: zipped(signature_authentication())[:-40],
    "a false size": lambda: _with_false_size(zipped({"procedure.yaml": b"key: x"})),
    "a name with NUL": lambda: _entry("procedure.yaml").replace(b"procedure.yaml", b"procedure\0yaml"),
    "yaml that multiplies": lambda: zipped(
        {
            "procedure.yaml": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
            + b"".join(
                b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
            )
        }
    ),
    "yaml that makes objects": lambda: zipped({"procedure.yaml": b"!!python/object/apply:os.system ['id']"}),
}


def _with_false_size(content: bytes) -> bytes:
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<I", 4_000_000_000) + content[at + 4 :]


@pytest.mark.parametrize("attack", ZIP_ATTACKS)
def test_an_attack_by_zip_is_refused(desk: Desk, attack: str) -> None:
    response = deploy(desk, ZIP_ATTACKS[attack]())

    assert response.status_code == 422
    assert response.get_json()["errors"]


def test_a_zip_that_is_too_large_is_refused_unread(desk: Desk) -> None:
    response = deploy(desk, b"x" * 10_000_001)

    assert response.status_code == 413


BODIES: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 422),
    "half an object": (b'{"procedure": ', 400),
    "no UTF-8": (b'{"procedure": "\xff"}', 400),
    "UTF-16": ('{"procedure": "x"}'.encode("utf-16"), 400),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400),
    "100,000 arrays": (b"[" * 100_000 + b"]" * 100_000, 400),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "brackets that never close": (b"[" * 900_000, 400),
    "a repeated name": (b'{"procedure": "a", "procedure": "b"}', 400),
    "a repeated name inside": (b'{"data": {"a": 1, "a": 2}}', 400),
    "no number": (b'{"data": NaN}', 400),
    "infinity": (b'{"data": -Infinity}', 400),
    "a number beyond a double": (b'{"data": {"x": 1e999}}', 400),
    "a number of 5,000 digits": (b'{"data": {"x": ' + b"9" * 5000 + b"}}", 400),
    "a whole number beyond 64 bits": (b'{"data": {"x": 9223372036854775808}}', 400),
    "an array": (b"[]", 422),
    "a text": (b'"x"', 422),
    "null": (b"null", 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_not_the_json_expected_is_refused(desk: Desk, name: str) -> None:
    body, status = BODIES[name]

    response = desk.call("POST", "/cases", data=body, content_type=JSON)

    assert response.status_code == status
    assert desk.get("/cases").get_json()["items"] == []


@pytest.mark.parametrize(
    "text",
    ["\0", "a\0b", chr(0xD800), chr(0xDFFF)],
    ids=["only NUL", "NUL inside", "half a pair", "the other half"],
)
@pytest.mark.parametrize("place", ["applicant", "data", "name"])
def test_text_that_cannot_be_stored_is_refused(desk: Desk, text: str, place: str) -> None:
    bodies = {
        "applicant": {**NEW_CASE, "applicant": {"given_name": text, "family_name": "Δημητρίου"}},
        "data": {**NEW_CASE, "data": {"declared": [{"deep": text}]}},
        "name": {**NEW_CASE, "data": {text: 1}},
    }

    response = desk.call("POST", "/cases", data=json.dumps(bodies[place]), content_type=JSON)

    assert response.status_code == 422


def test_text_that_only_looks_like_an_escape_is_text(desk: Desk) -> None:
    data = {**NEW_CASE["data"], "evidence": {"kind": "utility_bill", "reference": "\\u0000 \\ud800"}}

    assert desk.post("/cases", {**NEW_CASE, "data": data}).status_code == 201


@pytest.mark.parametrize("key", ["typename", "__class__", "__proto__", "constructor", "$ref", "", "a.b"])
def test_a_key_that_a_form_lacks_is_data_and_refused_whatever_it_is(desk: Desk, key: str) -> None:
    response = desk.post("/cases", {**NEW_CASE, "data": {**NEW_CASE["data"], key: {"x": 1}}})

    assert response.status_code == 422
    assert desk.get("/cases").get_json()["items"] == []


@pytest.mark.parametrize("value", [1, 1.5, True, [], "x" * 2000, {"given_name": ["x"]}])
@pytest.mark.parametrize("field", ["procedure", "channel", "applicant", "branch", "data", "notify"])
def test_a_value_of_the_wrong_type_is_refused_and_never_made_to_fit(
    desk: Desk, field: str, value: object
) -> None:
    response = desk.post("/cases", {**NEW_CASE, field: value})

    assert response.status_code == 422


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""]
)
def test_a_body_of_another_type_is_refused_before_it_is_read(desk: Desk, media_type: str) -> None:
    response = desk.call("POST", "/cases", data=b"{", content_type=media_type)

    assert response.status_code == 415


def test_a_body_of_five_million_bytes_is_refused_unread(desk: Desk) -> None:
    response = desk.call("POST", "/cases", data=b'{"x": "' + b"x" * 5_000_000 + b'"}', content_type=JSON)

    assert response.status_code == 413


def test_a_body_that_hides_its_length_is_cut_off_at_the_limit(desk: Desk) -> None:
    body = io.BytesIO(b'{"x": "' + b"x" * 5_000_000 + b'"}')

    response = desk.call(
        "POST",
        "/cases",
        input_stream=body,
        content_type=JSON,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert response.status_code == 413


def test_a_body_where_none_is_taken_is_refused_and_not_ignored(desk: Desk) -> None:
    task = desk.opens_case()["tasks"][0]["id"]

    response = desk.post(f"/tasks/{task}/claim", {"for": "somebody else"})

    assert response.status_code == 422
    assert desk.get(f"/tasks/{task}").get_json()["assignee"] is None
