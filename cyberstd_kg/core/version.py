"""The version of the package and of the graph that it ships."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
