"""Write the published mapping sets, ``data/mappings/*.sssom.tsv``, from tables of bare facts.

    python data/build_mappings.py FACTS_FOLDER

One table for each list: subject_id, object_id (or object_ids; several ends of one row are joined by ``;``),
relation_as_published, publisher, source.  What else a set needs stands in ``mapping_sets.toml``: publisher, editions,
declared reading; and the rows of one more set, which is ours.  Running twice changes nothing; files that this script
does not make are left alone.

Why each set is read as it is: docs/decisions/0013-published-mapping-sets.md.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import building

from cyberstd_kg.core import iris
from cyberstd_kg.mappings import relations, sssom_writing
from cyberstd_kg.mappings.model import DeclaredReading, End, MappingRow, MappingSet, RelationWord, end_of

DATA: Final = Path(__file__).resolve().parent
#: What the declarations call as the model does.
_READING: Final = "style rationale read_by reason groups use_case audience made_how confidence_scale".split()
_SET: Final = "title description licence version date tier says locator subject_version object_version".split()
_SPLIT: Final = "Where the printed list is split here is our reading."


def main(facts: Path, data: Path = DATA) -> None:
    """Read the tables in the folder *facts* and write ``mappings/`` in *data*."""
    building.write(contents(facts), data, "mappings")


def contents(facts: Path) -> dict[str, bytes]:
    """Return what the files hold: path below ``data/`` → content."""
    return {f"mappings/{_file(mappings)}": sssom_writing.write(mappings) for mappings in sets(facts)}


def sets(facts: Path) -> Iterator[MappingSet]:
    """Yield the sets with their rows."""
    for declared in tomllib.loads((DATA / "mapping_sets.toml").read_text(encoding="utf-8"))["set"]:
        reading = _reading(declared)
        iri = iris.mint("mapping", declared["slug"])
        rows = _own(declared, reading) if "rows" in declared else _published(declared, reading, iri, facts)
        yield MappingSet(
            iri=iri,
            reading=reading,
            rows=tuple(dict.fromkeys(rows)),
            provider=iris.mint("agent", declared["provider"]),
            document=iris.mint("src", *declared["document"]),
            quoted_from=iris.mint("src", *declared["quoted_from"]) if "quoted_from" in declared else "",
            subject_edition=iris.mint("std", *declared.get("subject_edition", declared["subject"])),
            object_edition=iris.mint("std", *declared["object"]),
            **{name: declared[name] for name in _SET if name in declared},
        )


def _reading(declared: dict[str, Any]) -> DeclaredReading:
    words = tuple(RelationWord(word, relations.parse(signs)) for word, signs in declared["words"].items())
    return DeclaredReading(
        words=words, **{"rationale": ""} | {name: declared[name] for name in _READING if name in declared}
    )


def _file(mappings: MappingSet) -> str:
    """Return the name of a set's file: that of the two texts."""
    subject, _, value = mappings.iri.rpartition("/")[2].partition("-to-")
    return f"{subject}--{value}.sssom.tsv"


def _published(declared: dict[str, Any], reading: DeclaredReading, iri: str, facts: Path) -> Iterator[MappingRow]:
    """Yield the rows of a table; a word that the declared reading lacks ends the run."""
    for row in building.rows(facts / f"{declared['table']}.csv"):
        if row.get("object_document", "") != declared.get("of", ""):
            continue
        word, topic = row["relation_as_published"], ""
        if declared.get("topic"):
            word, _, topic = word.partition(": ")
        meaning = reading.of(word)
        if meaning is None:
            raise SystemExit(f"{declared['table']}: the reading has no line for '{word}'")
        several = (row.get("object_ids") or row["object_id"]).split(";")
        objects = [iris.mint("std", *declared["object"], name) for name in several]
        yield MappingRow(
            iri="",
            subject=End(iris.mint("std", *declared["subject"], _name(declared, row)), label=row["subject_id"]),
            object=end_of(iri, objects, "; ".join(several)),
            word=word,
            relations=meaning,
            justification=iris.expand(declared.get("justification", "semapv:UnspecifiedMatching")),
            comment=f"Topic: {topic}" if topic else "",
        )


def _name(declared: dict[str, Any], row: dict[str, str]) -> str:
    """Return the own name of a row's subject: "SI 2023/1007 Sch. 1 para. 1 (passwords)" → "para. 1"."""
    name = row["subject_id"].removeprefix(f"{' '.join(declared['subject'])} ")
    return declared.get("letter", "") + (name.partition(" (")[0] if "subject_edition" in declared else name)


def _own(declared: dict[str, Any], reading: DeclaredReading) -> Iterator[MappingRow]:
    """Yield the rows of a set of ours."""
    for subject, called, value, named, word, confidence, uncertain in declared["rows"]:
        meaning = reading.of(word)
        if meaning is None:
            raise SystemExit(f"{declared['slug']}: the reading has no line for '{word}'")
        yield MappingRow(
            iri="",
            subject=End(iris.mint("std", *declared["subject"], subject), label=called),
            object=End(iris.mint("std", *declared["object"], value), label=named),
            word=word,
            relations=meaning,
            justification=iris.expand(declared["justification"]),
            confidence=confidence,
            comment=_SPLIT if uncertain else "",
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python data/build_mappings.py FACTS_FOLDER")
    main(Path(sys.argv[1]))
