"""What may not be certified: rules over the files of a procedure, each with a reason and a remedy.

`check(files)` gives a `Report` of findings; `engine.lint.report` writes it as text, JSON or SARIF.
"""

from engine.lint.checking import check
from engine.lint.finding import Finding, Report, Severity, Text
from engine.lint.rule import Rule
from engine.lint.rules import RULES

__all__ = ["RULES", "Finding", "Report", "Rule", "Severity", "Text", "check"]
