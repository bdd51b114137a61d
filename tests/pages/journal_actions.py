"""Which words the engine writes into journals, read from the sources of its commands."""

import ast
import re

from engine.kernel.vocabulary import CaseStatus
from engine.messages.model import SubscriptionKind
from tests.office import ROOT


def actions_of_the_engine() -> set[str]:
    """The words that commands write into journals, found in their sources."""
    found: set[str] = set()
    sources = (path.read_text() for path in sorted((ROOT / "engine").glob("*/*.py")))
    for source in sources:
        if "from engine.context import" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and _name(node.func) in ("record", "told", "Line") and node.args:
                found |= _literals(node.args[0])
            if isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_detail(node.elts[1]):
                found |= _literals(node.elts[0])
    actions = {word for word in found if re.fullmatch(r"[a-z]+(_[a-z]+)+", word)}
    actions |= {f"case_{status.value}" for status in CaseStatus if status.is_final}
    return actions | {f"{kind.value}_received" for kind in SubscriptionKind}


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literals(node: ast.expr) -> set[str]:
    """The word itself, or those of which a condition chooses one."""
    if isinstance(node, ast.IfExp):
        return _literals(node.body) | _literals(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _is_detail(node: ast.expr) -> bool:
    return isinstance(node, (ast.Dict, ast.Name))
