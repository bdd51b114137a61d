"""Says what a diagram must do, by BPMN 2.0.2 chapter 13; nothing of the engine is used here.

A diagram is interpreted as it was drawn, without XML. Where the standard leaves an order open (which of two
tokens moves first), `choose` decides, so that every order can be tried.
"""

from tests.difference.interpreter.choices import Choices
from tests.difference.interpreter.interpreter import Interpreter
from tests.difference.interpreter.moves import Overgrown
from tests.difference.interpreter.state import Wait

__all__ = ["Choices", "Interpreter", "Overgrown", "Wait"]
