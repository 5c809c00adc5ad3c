"""Bad and hostile files: a clear error that names file and line, exit 1 or 2, and nothing touched or fetched.

The commands limit their own processor time and say so: a case that took too long would end with that message.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from entries import HEAD, source, standard, tree, write
from forked import Forked
from small_checkout import environment
from test_no_network import PROGRAM, WATCH

from cyberstd_kg import cli
from cyberstd_kg.core import assets

pytestmark = pytest.mark.usefixtures("little_data")

GOOD = standard("ISO/IEC 99001", "2026")


def graph(body: str) -> str:
    """Return an entry with *body* in the graph of a source of one's own."""
    return f"{HEAD}GRAPH src:workspace_x {{\n{body}\n}}\n{source('x')}"


def thing(extra: str, name: str = "iso-iec-99001") -> str:
    """Return an entry for a standard with something more."""
    return graph(f'std:{name} a cstd:Standard ; dct:identifier "ISO/IEC 99001" ;\n {extra} .')


DEEP = 40_000
CUT = GOOD[: GOOD.index("dct:title")]
CASES: dict[str, tuple[str | bytes, int, str]] = {
    # name: content, exit code, what the message says (with the line where there is one)
    "empty": ("", 2, "holds no statement"),
    "only comments": ("# nothing\n", 2, "holds no statement"),
    "truncated": (CUT, 2, f"line {CUT.count(chr(10)) + 1}"),
    "latin-1": (GOOD.replace("made up", "erfundener für").encode("latin-1"), 2, "is not UTF-8"),
    "utf-16": (GOOD.encode("utf-16"), 2, "is not UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD.encode(), 2, "byte order mark"),
    "binary": (bytes(range(256)) * 50, 2, "is not UTF-8"),
    "five megabytes": (GOOD + "# " + "x" * 5_000_000, 2, "larger than 1 MiB"),
    "no prefix": (GOOD.replace("@prefix cstd", "@prefix other"), 2, "@prefix cstd:"),
    "unknown property": (thing('cstd:tittle "A title"@en'), 1, "cstd:tittle is not a property of a standard"),
    "foreign property": (thing("<http://example.org/p> 1"), 1, "<http://example.org/p> is not a known property"),
    "misspelt class": (GOOD.replace("cstd:Edition ;", "cstd:Editoin ;"), 1, "cstd:Editoin"),
    "foreign class": (GOOD.replace("cstd:Edition ;", "<http://example.org/C> ;"), 1, "example.org/C"),
    "no class": (GOOD.replace("a cstd:Edition ; ", ""), 1, "std:iso-iec-99001_2026"),
    "wrong datatype": (GOOD.replace('"2026-01-01"^^xsd:date', '"2026-01-01"'), 1, "is not a value of xsd:date"),
    "no such day": (GOOD.replace("2026-12-31", "2026-02-30"), 1, "2026-02-30"),
    "text without language": (GOOD.replace('"@en ; cstd:printedDate', '" ; cstd:printedDate'), 1, "language tag"),
    "dangling reference": (GOOD.replace("editionOf std:iso-iec-99001 ", "editionOf std:iso-iec-99008 "), 1, "99008"),
    "wrong kind of value": (GOOD.replace("editionOf std:iso-iec-99001 ", "editionOf concept:risk "), 1, "concept:risk"),
    "designation already there": (
        thing("rdfs:label 'x'@en").replace("99001", "99009").replace("ISO/IEC 99009", "ISO/IEC 27400"),
        1,
        "ISO/IEC 27400",
    ),
    "standard already there": (standard("ISO/IEC 27400"), 1, "in the graph already"),
    "outside the name space": (thing("", "iso-iec-99001").replace("std:iso", "<http://example.org/>:iso"), 2, "line"),
    "subject elsewhere": (graph('<http://example.org/s> a cstd:Standard ; dct:identifier "X 1" .'), 1, "example.org/s"),
    "subject with a dot": (graph('std:iso.99001 a cstd:Standard ; dct:identifier "ISO 99001" .'), 1, "std"),
    "graph elsewhere": (
        f"{HEAD}GRAPH <http://example.org/g> {{ std:iso-iec-99001 a cstd:Standard ; dct:identifier 'ISO/IEC 99001' }}",
        1,
        "example.org/g",
    ),
    "undescribed source": (GOOD.partition("GRAPH src:workspace_sources")[0], 1, "source"),
    "outside a graph": (f"{HEAD}std:iso-iec-99001 a cstd:Standard .", 2, "outside a named graph"),
    "blank node": (graph("std:iso-iec-99001 cstd:covers [] ."), 2, "no blank nodes"),
    "shapes": (
        graph("std:s a sh:NodeShape ; sh:targetClass cstd:Standard ; sh:closed true ."),
        1,
        "is a statement about a vocabulary",
    ),
    "shapes with SPARQL": (
        graph(
            "std:s a sh:NodeShape ; sh:sparql std:q . "
            "std:q sh:select 'SELECT $this WHERE { SERVICE <http://127.0.0.1:9/> {} }' ."
        ),
        1,
        "is a statement about a vocabulary",
    ),
    "axioms": (graph("cstd:Standard rdfs:subClassOf cstd:Edition ; owl:equivalentClass cstd:Draft ."), 1, "vocabulary"),
    "imports": (graph("std:o a owl:Ontology ; owl:imports <http://127.0.0.1:9/x.ttl> ."), 1, "owl:imports"),
    "same as": (thing("owl:sameAs std:iso-iec-27400"), 1, "owl:sameAs"),
    "file IRIs": (thing("cstd:covers <file:///etc/passwd>"), 1, "file:///etc/passwd"),
    "deep brackets": (graph(f"std:a cstd:covers {'[ cstd:covers ' * DEEP}1{' ]' * DEEP} ."), 2, ""),
    "deep lists": (graph(f"std:a cstd:covers {'(' * DEEP}1{')' * DEEP} ."), 2, ""),
    "triple terms": (graph("std:a cstd:covers " + "<<( std:a cstd:covers " * 900 + "1" + " )>>" * 900 + " ."), 2, ""),
    "cyclic list": (graph("std:l rdf:first 1 ; rdf:rest std:l . std:iso-iec-99001 cstd:covers std:l ."), 1, "rdf:rest"),
    "value against patterns": (thing(f'cstd:printedDesignation "{"a " * 200_000}!"'), 1, "characters"),
    "hyphens against patterns": (graph(f"std:{'a-' * 400}_ a cstd:Standard ; dct:identifier 'X 1' ."), 1, "IRI"),
    "long title": (thing(f'dct:title "{"title " * 100_000}"@en'), 1, "characters"),
    "rewritten literal": (thing('cstd:ordinal "01"^^xsd:integer'), 1, "would be read as"),
    "empty text": (thing('dct:title ""@en'), 1, "dct:title"),
    "left from a template": (thing('dct:title "…"@en ; cstd:developedBy agent:fill-in'), 1, "agent:fill-in"),
    "control characters": (thing('skos:note "\\u0007\\u001b[31mred"@en ; cstd:nope "\\u001b[2J"'), 1, "cstd:nope"),
    "many things": (
        graph("\n".join(f"std:iso-iec-{n} a cstd:Standrad ." for n in range(100_000, 100_500))),
        1,
        "Standrad",
    ),
    "too many things": (graph("\n".join(f"std:x-{n} a cstd:Series ." for n in range(5_001))), 2, "more than 5000"),
    "many values": (thing("dct:title " + ", ".join(f'"t{n}"@en' for n in range(60))), 2, "more than 50 values"),
    "many graphs": (HEAD + "".join(f"GRAPH src:g{n} {{ std:x a cstd:Series }}\n" for n in range(501)), 2, "500 graphs"),
    "many properties": (thing(" ; ".join(f"cstd:titel{n} 1" for n in range(1600))), 2, "1500 statements"),
    "long prefix": (
        f"@prefix p: <https://w3id.org/cyberstd/id/{'a' * 100_000}> .\n{graph('p:a a cstd:Series .')}",
        2,
        "characters",
    ),
    "a label for the ontology": (graph('cstd:Standard rdfs:label "hoax"@en .'), 1, "vocabulary"),
    "two identities": (
        GOOD + f"GRAPH src:workspace_x {{ std:iso-iec-99001_2026 cstd:editionOf std:iso-iec-27400 }}{source('x')}",
        1,
        "has 2 values",
    ),
    "replaces itself": (
        GOOD.replace("a cstd:Edition ;", "a cstd:Edition ; dct:replaces std:iso-iec-99001_2026 ;"),
        1,
        "replaces",
    ),
    "licence": (
        GOOD.replace(
            'dct:title "A standard made up for a test"@en ; cstd:printed', 'skos:note "x"@en ; cstd:printed'
        ).replace("tier:title", "tier:identifier"),
        1,
        "licence tier",
    ),
}


def call(*arguments: str, workspace: Path, stdin: bytes = b"") -> tuple[int, str]:
    """Run a command under watch for connections and programs, in a checkout with little data; return code and output.

    The checkout is that of ``assets.root()``.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        input=stdin,
        timeout=120,
        env={**environment(assets.root()), "CYBERSTD_WORKSPACE": str(workspace)},
    )
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.fixture(scope="module")
def forked(checkout: Path) -> Iterator[Forked]:
    """Commands under watch for connections and programs, without a start of Python for each."""
    process = Forked(
        f"sys.path.insert(0, {str(checkout)!r})\n{WATCH}",
        ["rdflib", "pyshacl", "cyberstd_kg.validation.check", "cyberstd_kg.workspace.changes"],
    )
    yield process
    process.close()


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_refused_clearly(name: str, tmp_path: Path, forked: Forked) -> None:
    content, code, told = CASES[name]
    folder = tmp_path / "ws"
    folder.mkdir()
    file = tmp_path / "entry.trig"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    before = tree(tmp_path)
    for command in ("validate", "add"):
        done = forked.run(command, str(file), env={**os.environ, "CYBERSTD_WORKSPACE": str(folder)})
        text = (done.stdout + done.stderr).decode()
        assert done.returncode == code, text[:2000]
        assert "Traceback" not in text
        assert told in " ".join(text.split()), text[:2000]
        assert "entry.trig" in text
        assert "\x1b[" not in text and "\x07" not in text
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "suffix"), [("jsonld", ".jsonld"), ("xml", ".rdf"), ("text", ".txt"), ("n-quads", ".nq"), ("none", "")]
)
def test_other_formats_are_not_read(name: str, suffix: str, tmp_path: Path) -> None:
    file = write(tmp_path / f"entry{suffix}", '{"@context": "http://127.0.0.1:9/context"}')
    code, text = call("validate", str(file), workspace=tmp_path / "ws")
    assert code == 2 and "entries are Turtle or TriG" in text, name


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.trig")
    (tmp_path / "folder.trig").mkdir()
    (tmp_path / "loop.trig").symlink_to("loop.trig")
    for name in ("pipe.trig", "folder.trig", "loop.trig", "missing.trig"):
        code, text = call("validate", str(tmp_path / name), workspace=tmp_path / "ws")
        assert code == 2 and name in text, text


def test_standard_input_is_checked_like_a_file(tmp_path: Path) -> None:
    code, text = call("validate", "-", workspace=tmp_path / "ws", stdin=GOOD.encode())
    assert (code, "no findings" in text) == (0, True), text
    code, text = call("validate", "-", workspace=tmp_path / "ws", stdin=b"x")
    assert code == 2 and "standard input, line 1" in text


def test_what_would_take_for_ever_is_ended(tmp_path: Path) -> None:
    """The command itself, not only its function: it limits its processor time, here to two seconds."""
    impatient = "from cyberstd_kg import cli; cli.LONGEST_CHECK = 2; cli.run()"
    ring = "\n".join(
        f"std:x-{n}_1 a cstd:Edition ; dct:replaces std:x-{(n + 1) % 4900}_1 ; dct:identifier 'X 1' ."
        for n in range(4900)
    )
    file = write(tmp_path / "ring.trig", graph(ring))
    for command in ("validate", "add"):
        done = subprocess.run(
            [sys.executable, "-c", impatient, command, str(file), "--workspace", str(tmp_path / "ws")],
            capture_output=True,
            text=True,
            timeout=300,
            env=environment(assets.root()),
        )
        assert done.returncode == 2 and "took more than 2 seconds" in done.stderr, done.stderr
    assert tree(tmp_path) == {"ring.trig": file.read_bytes()}
    assert cli.LONGEST_CHECK == 8


def test_a_link_does_not_lead_out_of_the_workspace(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere" / "iso-iec" / "99001.trig", "# precious\n")
    new = write(tmp_path / "new.trig", GOOD)
    folder = tmp_path / "ws"
    folder.mkdir()
    (folder / "standards").symlink_to(tmp_path / "elsewhere")
    code, text = call("add", str(new), workspace=folder)
    assert code == 2 and "by a link" in text, text
    (folder / "standards").unlink()
    (folder / "standards" / "iso-iec").mkdir(parents=True)
    (folder / "standards" / "iso-iec" / "99001.trig").symlink_to(elsewhere)
    code, text = call("add", str(new), workspace=folder)
    assert code == 2 and "by a link" in text, text
    assert elsewhere.read_text(encoding="utf-8") == "# precious\n"


def test_odd_files_in_a_workspace_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    os.mkfifo(folder / "pipe.trig")
    (folder / "nowhere.trig").symlink_to("missing")
    (folder / ".cyberstd-folder").mkdir()
    notes = write(folder / ".cyberstd-notes.md", "mine")
    new = write(tmp_path / "new.trig", GOOD)
    assert call("add", str(new), workspace=folder)[0] == 0
    assert call("show", "ISO/IEC 99001", workspace=folder)[0] == 0
    assert notes.read_text(encoding="utf-8") == "mine"
    write(folder / "notes.ttl", "")
    for command in ("show", "add"):
        code, text = call(command, str(new), workspace=folder)
        assert code == 2 and "notes.ttl" in text


@pytest.mark.parametrize("source", ["http://a b", "src:a b", "//", "nope:x"])
def test_a_wrong_source_is_told(source: str, tmp_path: Path) -> None:
    file = write(tmp_path / "new.ttl", f"{HEAD}std:iso-iec-99001 a cstd:Standard .")
    code, text = call("validate", str(file), "--source", source, workspace=tmp_path / "ws")
    assert code == 2 and "Traceback" not in text, text


def test_a_good_file_passes(tmp_path: Path) -> None:
    """The cases above start from an entry that is right."""
    file = write(tmp_path / "entry.trig", GOOD)
    code, text = call("validate", str(file), workspace=tmp_path / "ws")
    assert (code, "no findings" in text) == (0, True), text
