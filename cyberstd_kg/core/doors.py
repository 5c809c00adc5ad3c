"""The doors of rooms: a room's modules are loaded on first use (PEP 562), so importing the room costs nothing.

A door hides its ``__getattr__`` from type checkers: they see the modules as imported, and report any other name.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def door(package: str, modules: list[str]) -> Callable[[str], ModuleType]:
    """Return the ``__getattr__`` of a package.

    :param package: its name, ``__name__``
    :param modules: its ``__all__``, the names of its public modules
    :returns: a function from such a name to the module, which it loads; AttributeError on any other name
    """

    def load(name: str) -> ModuleType:
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return import_module(f"{package}.{name}")

    return load
