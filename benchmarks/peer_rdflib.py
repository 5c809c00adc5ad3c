"""The peer: the same answers with rdflib alone, from the same files, without a snapshot."""

from __future__ import annotations

import sys
from pathlib import Path

import rdflib

ROOT = Path(__file__).resolve().parent.parent
PREFIXES = {"cstd": "https://w3id.org/cyberstd/ontology#", "dct": "http://purl.org/dc/terms/"}


def load() -> rdflib.Dataset:
    """Read ontology and data into a dataset whose default graph is the union."""
    dataset = rdflib.Dataset(default_union=True)
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        dataset.graph(rdflib.URIRef(path.stem)).parse(path, format="turtle")
    for path in sorted((ROOT / "data").rglob("*.trig")):
        dataset.parse(path, format="trig")
    return dataset


def main() -> None:
    """Answer one of show, ask, query."""
    from bench import QUESTION, SPARQL

    dataset = load()
    if sys.argv[1] == "show":
        thing = rdflib.URIRef("https://w3id.org/cyberstd/id/iso-iec-27400_2022_7-1-2-10")
        found = [*dataset.quads((thing, None, None, None)), *dataset.quads((None, None, thing, None))]
        print(len(found))
    elif sys.argv[1] == "ask":
        (path,) = (ROOT / "queries" / "competency").rglob(f"{QUESTION}.rq")
        text = path.read_text(encoding="utf-8")
        print(len(list(dataset.query(text))))
    else:
        print(len(list(dataset.query(SPARQL, initNs=PREFIXES))))


if __name__ == "__main__":
    main()
