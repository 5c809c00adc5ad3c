"""The doors of rooms: what a package offers is loaded when it is first used (PEP 562), so that opening one is free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def door(package: str, offered: list[str], homes: Mapping[str, str] = _NONE) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package.

    :param package: its name, ``__name__``
    :param offered: its ``__all__``: public modules, and the names that *homes* places
    :param homes: name → the module of the package that defines it
    :returns: what takes a name and returns the module or object; raises AttributeError on a name that is not offered
    """

    def load(name: str) -> Any:
        if name not in offered:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if name in homes:
            return getattr(import_module(f"{package}.{homes[name]}"), name)
        return import_module(f"{package}.{name}")

    return load
