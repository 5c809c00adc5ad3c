"""Writes docs/ontology.html, docs/model.svg and docs/definitions.svg from the ontology (``--check`` only compares)."""

from __future__ import annotations

import sys
from pathlib import Path

from ontodoc import drawing, figures
from ontodoc.facts import Facts
from ontodoc.lists import read_schemes
from ontodoc.page import Page
from ontodoc.terms import Ontology

from cyberstd_kg.build import snapshot
from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.sparql import saved_questions

FOLDER = Path(__file__).resolve().parent


def shipped() -> Facts:
    """Return what the shipped graph holds, without anyone's own entries."""
    return Facts(snapshot.open_snapshot())


def written() -> dict[str, str]:
    """Return what the files are to hold, by name.

    :raises InputError: when the picture of the model disagrees with the ontology or the data
    """
    root = assets.root() / "ontology"
    ontology = Ontology((root / "cyberstd.ttl").read_text(encoding="utf-8"))
    facts = shipped()
    if problems := [*figures.misplaced(), *figures.disagreements(ontology, facts)]:
        raise InputError(f"the picture of the model is wrong: {'; '.join(problems)}", "Change docs/ontodoc/figures.py.")
    page = Page(ontology, facts, saved_questions.load_all(), read_schemes(root / "schemes"))
    return {
        "ontology.html": page.text(),
        "model.svg": f"{drawing.model(ontology)}\n",
        "definitions.svg": f"{drawing.definitions(ontology, facts)}\n",
    }


if __name__ == "__main__":
    files = written()
    if "--check" in sys.argv:
        sys.exit(any((FOLDER / name).read_text(encoding="utf-8") != text for name, text in files.items()))
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
