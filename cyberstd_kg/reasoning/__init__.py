"""What OWL concludes, and why (docs/decisions/0018-reasoning.md).

- ``axioms``: axioms as units that an explanation can spare or needs
- ``classify``: consistency, empty classes and inferred statements
- ``hermit``: the reasoner
- ``java``: finds a Java and runs it within limits
- ``owlready``: the ontology as classes of owlready2
- ``places``: source, file and line of an axiom
- ``questions``: what a person asks of the reasoner
- ``words``: axioms as English sentences
- ``world``: the axioms of one question
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyberstd_kg.core.doors import door

if TYPE_CHECKING:
    from cyberstd_kg.reasoning import axioms, classify, hermit, java, owlready, places, questions, words, world

__all__ = ["axioms", "classify", "hermit", "java", "owlready", "places", "questions", "words", "world"]
if not TYPE_CHECKING:
    __getattr__ = door(__name__, __all__)
