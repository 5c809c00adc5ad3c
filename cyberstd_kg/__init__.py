"""cyberstd-kg: the knowledge graph of cybersecurity standards.

>>> import cyberstd_kg
>>> kg = cyberstd_kg.load()
>>> kg.show("ISO/IEC 27400:2022").designation
'ISO/IEC 27400:2022'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door
from cyberstd_kg.core.version import __version__

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import load

__all__ = ["__version__", "load"]
__getattr__ = door(__name__, __all__, {"load": "api.graph"})
