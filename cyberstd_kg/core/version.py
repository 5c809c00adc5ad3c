"""The version of the package and of the graph that it ships."""

from __future__ import annotations

__version__ = "0.1.0"
