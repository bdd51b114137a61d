"""The built-in functions of FEEL (DMN 1.5, 10.3.4) and of the dialect, by their names.

A new one is a plain Python function of FEEL values in the module of its kind, and a row with its signature
in that module's table; it raises FeelValueError where the specification gives null.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engine.feel.builtins import (
    additions,
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    strings,
    temporal,
)
from engine.feel.builtins.table import assemble
from engine.feel.functions import FeelFunction
from engine.feel.names import NameBook

FUNCTIONS: Mapping[str, FeelFunction] = MappingProxyType(
    assemble(
        [
            *conversion.FUNCTIONS,
            *strings.FUNCTIONS,
            *lists.FUNCTIONS,
            *numbers.FUNCTIONS,
            *temporal.FUNCTIONS,
            *ranges.FUNCTIONS,
            *contexts.FUNCTIONS,
            *additions.FUNCTIONS,
        ]
    )
)
"""Every built-in function."""

FUNCTION_NAMES = NameBook(FUNCTIONS)
"""Their names, for reading texts."""
