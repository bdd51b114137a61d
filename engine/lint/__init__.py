"""What may not be certified: rules over the files of a procedure, each with a reason and a remedy.

`check(files)` gives a `Report` of findings; `engine.lint.report` writes it as text, JSON or SARIF.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.lint.checking import check
    from engine.lint.finding import Finding, Report, Severity, Text
    from engine.lint.rule import Rule
    from engine.lint.rules import RULES

__all__ = ["RULES", "Finding", "Report", "Rule", "Severity", "Text", "check"]

_HOMES = {"RULES": "rules", "Rule": "rule", "check": "checking"}


def __getattr__(name: str) -> Any:
    """The names of the package, loaded when asked for: not everybody who speaks of findings checks."""
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"engine.lint.{_HOMES.get(name, 'finding')}"), name)
