"""Taking over: a loaded module does what another source says, wherever its functions were imported."""

import inspect
import sys
from types import FunctionType, ModuleType
from typing import Any


def take_over(module: ModuleType, source: str) -> None:
    """Let a loaded module do what another source says, also where others have imported its functions.

    Functions and methods get the code of the new ones; a constant that is another is replaced wherever it
    was imported. Classes stay the same ones.
    """
    fresh = ModuleType(module.__name__)
    exec(compile(source, module.__name__, "exec"), fresh.__dict__)
    for name, new in vars(fresh).items():
        old = vars(module).get(name)
        if isinstance(new, type) and isinstance(old, type):
            _take_over_methods(old, new)
        elif isinstance(new, FunctionType):
            _take_over_code(_function(old), _function(new))
        elif not name.startswith("__") and old != new:
            for other in list(sys.modules.values()):
                if vars(other).get(name) is old:
                    setattr(other, name, new)


def _take_over_methods(old: type, new: type) -> None:
    for name, method in vars(new).items():
        function, former = _function(method), _function(vars(old).get(name))
        # What a library generates, as for a dataclass, or inherits is not of this source.
        if not (isinstance(function, FunctionType) and function.__code__.co_filename == old.__module__):
            continue
        if isinstance(former, FunctionType) and former.__code__.co_freevars == function.__code__.co_freevars:
            _take_over_code(former, function)
        else:
            setattr(old, name, method)


def _function(method: Any) -> Any:
    """What stands in the source, without what a decorator has put around it."""
    for name in ("fget", "func", "__func__"):
        method = getattr(method, name, None) or method
    return inspect.unwrap(method)


def _take_over_code(old: Any, new: Any) -> None:
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and old.__module__ == new.__module__:
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__
