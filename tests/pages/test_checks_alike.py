"""Claims that a browser takes and refuses numbers and addresses as the server does."""

import json
import subprocess

import pytest

from engine.bundle.forms.checks import CHECKS, VALIDATION_TYPES, Check
from tests.node import NODE
from tests.office import ROOT

SOURCE = ROOT / "api" / "pages" / "islands" / "src" / "form" / "checks.ts"

KINDS: dict[str, tuple[Check, str, tuple[str, ...]]] = {
    "afm": (
        CHECKS["afm"],
        "isAfm",
        ("094014201", "EL 094 014 201", "gr094014201", "094014202", "000000000", "09401420", "abc"),
    ),
    "amka": (
        CHECKS["amka"],
        "isAmka",
        ("01013099997", "01013099998", "31029912345", "29020012347", "0101309999", "99999999999"),
    ),
    "iban": (
        CHECKS["iban"],
        "isIban",
        (
            "GR1601101250000000012300695",
            "GR16 0110 1250 0000 0001 2300 695",
            "GR1601101250000000012300696",
            "GR16",
        ),
    ),
    "postcode": (CHECKS["gr-postcode"], "isGreekPostcode", ("10434", "104 34", "99999", "01234", "1043")),
    "greek phone": (
        CHECKS["gr-phone"],
        "isGreekPhone",
        ("2103252312", "+30 210 325 2312", "6944123456", "+306944123456", "+442079460958", "123", "abc"),
    ),
    "phone": (
        VALIDATION_TYPES["phone"],
        "isPhone",
        ("+302103252312", "+442079460958", "2103252312", "+1", "abc"),
    ),
    "email": (
        VALIDATION_TYPES["email"],
        "isEmail",
        ("eleni@example.gr", " eleni@example.gr ", "eleni@example", "eleni", "a b@example.gr", "a@b@c.gr"),
    ),
}


@pytest.mark.skipif(not NODE.exists(), reason="Node is not set up: `make setup`.")
@pytest.mark.parametrize("kind", KINDS)
def test_browser_and_server_judge_alike(kind: str) -> None:
    check, function, texts = KINDS[kind]
    script = (
        f"import {{ {function} as judge }} from {json.dumps(SOURCE.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(texts)}.map((text) => judge(text))));"
    )

    told = subprocess.run(
        [NODE, "--input-type=module", "--no-warnings", "-e", script],
        capture_output=True,
        text=True,
        check=True,
    )

    in_browser = dict(zip(texts, json.loads(told.stdout), strict=True))
    assert in_browser == {text: check.canonical(text) is not None for text in texts}
    assert True in in_browser.values()
    assert False in in_browser.values()
