"""HermiT, the reasoner: axioms in, verdicts out.

Its jar comes with the package owlready2, of which nothing is imported or run: owlready2 would import whatever module an
ontology names.  The folder beside the jar holds the command line that lists the classes of individuals.

Every IRI that is not of OWL itself goes out as a number, so that the output is small, can be read without doubt, and
holds nothing that a file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from cyberstd_kg.core.errors import CyberstdError, ResourceMissing
from cyberstd_kg.core.iris import PREFIXES
from cyberstd_kg.rdf.terms import SUBCLASS, TYPE, nodes
from cyberstd_kg.reasoning.axioms import is_vocabulary
from cyberstd_kg.reasoning.java import Done, Session, broken

_MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
_INCONSISTENT: Final = "InconsistentOntologyException"
_NUMBERED: Final = "urn:cyberstd:"
_GOOD: Final = re.compile(r"\S+Thing is satisfiable\.")
_NAMED: Final = re.compile(r"<([^<>]*)>|owl:(Thing|Nothing)")
_LINE: Final = re.compile(r"([A-Za-z]+)\((.*)\)")
_THROWN: Final = re.compile(r'Exception in thread "main" (\S+?)(?:: (.*))?$', re.MULTILINE)
_NOTHING: Final = f"{PREFIXES['owl']}Nothing"
_CLASS, _INDIVIDUAL = nodes("owl:Class owl:NamedIndividual")
#: An individual whose class is known: it shows that an answer is complete and comes from a HermiT.
_PROBE, _PROBE_CLASS, _PROBE_ABOVE = (
    ox.NamedNode(f"{_NUMBERED}{name}") for name in ("probe", "probe-class", "probe-above")
)
_PROBE_AXIOMS: Final = (
    ox.Triple(_PROBE_CLASS, TYPE, _CLASS),
    ox.Triple(_PROBE_ABOVE, TYPE, _CLASS),
    ox.Triple(_PROBE_CLASS, SUBCLASS, _PROBE_ABOVE),
    ox.Triple(_PROBE, TYPE, _PROBE_CLASS),
    ox.Triple(_PROBE, TYPE, _INDIVIDUAL),
)


class Objection(CyberstdError):
    """HermiT cannot reason with what it was given, though nothing need be contradictory.

    ``sentence`` is its own sentence, with our names in it.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(
            f"the reasoner cannot process its input: {sentence}", "cyberstd reason --explain shows the axioms."
        )
        self.sentence = sentence


class First(NamedTuple):
    """The first of several sets of axioms that is contradictory, or to which HermiT objects; None where none is."""

    at: int | None
    objection: str


class Classified(NamedTuple):
    """What HermiT concludes: pairs (class, class above), sets of equivalent classes, individual → classes."""

    subsumptions: list[tuple[str, str]]
    equivalent: list[list[str]]
    types: dict[str, list[str]]

    def unsatisfiable(self) -> list[str]:
        """Return the classes that can have no member."""
        bottom = [group for group in self.equivalent if _NOTHING in group]
        return sorted({name for group in bottom for name in group} - {_NOTHING})


def classpath() -> list[Path]:
    """Return what Java needs to run HermiT.

    :raises ResourceMissing: when owlready2 or the jar in it is missing
    """
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise ResourceMissing("the package owlready2, which brings the reasoner, is missing", "Reinstall cyberstd-kg.")
    folder = Path(spec.origin).parent / "hermit"
    jar = folder / "HermiT.jar"
    if not jar.is_file():
        raise ResourceMissing(f"the reasoner's file {jar} is missing", "Reinstall the package owlready2.")
    return [folder, jar]


class Hermit:
    """Asks HermiT, within the limits of a session.

    :param session: the Java
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._classpath = classpath()
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._written = 0

    def first(self, sets: Iterable[Iterable[ox.Triple]]) -> First:
        """Return the first set of axioms that is contradictory; the sets are checked in their order."""
        files = [self._write(triples) for triples in sets]
        if not files:
            return First(None, "")
        done = self._session.run(self._classpath, [_MAIN, "-k", *(file.as_uri() for file in files)])
        for file in files:
            file.unlink()
        lines = [line for line in done.output.splitlines() if line.strip()]
        consistent = len(lines)
        if consistent > len(files) or not all(_GOOD.fullmatch(line.strip()) for line in lines):
            raise self._unreadable(done.output)
        if done.code == 0 and consistent == len(files):
            return First(None, "")
        if consistent < len(files) and _INCONSISTENT in done.error:
            return First(consistent, "")
        return First(consistent, self._objection(done))

    def classify(self, triples: Iterable[ox.Triple]) -> Classified | None:
        """Return what follows from *triples* of classes and individuals; None when they contradict each other.

        :raises Objection: when HermiT cannot process them
        """
        file = self._write([*triples, *_PROBE_AXIOMS])
        done = self._session.run(self._classpath, [_MAIN, "-c", "-I", file.as_uri()])
        file.unlink()
        if _INCONSISTENT in done.error:
            return None
        if done.code != 0:
            raise Objection(self._objection(done))
        classified = self._classified(done.output)
        pair = (_PROBE_CLASS.value, _PROBE_ABOVE.value)
        if classified.types.pop(_PROBE.value, None) != [_PROBE_CLASS.value] or pair not in classified.subsumptions:
            raise self._unreadable(done.output)
        classified.subsumptions.remove(pair)
        return classified

    def _classified(self, output: str) -> Classified:
        classified = Classified([], [], {})
        for line in filter(None, map(str.strip, output.splitlines())):
            form = _LINE.fullmatch(line)
            names = [self._name(named[1] or f"{PREFIXES['owl']}{named[2]}") for named in _NAMED.finditer(line)]
            if form is None or not names:
                raise self._unreadable(line)
            if form[1] == "SubClassOf" and len(names) == 2:
                classified.subsumptions.append((names[0], names[1]))
            elif form[1] == "EquivalentClasses":
                classified.equivalent.append(names)
            elif form[1] == "Type" and len(names) == 2:
                classified.types.setdefault(names[0], []).append(names[1])
        return classified

    def _unreadable(self, output: str) -> ResourceMissing:
        return broken(self._session.java, f"its answer cannot be read: {output[:200]!r}")

    def _objection(self, done: Done) -> str:
        """Return what HermiT objects to, in its words and our names.

        :raises ResourceMissing: when the output is not from HermiT
        """
        thrown = _THROWN.search(done.error)
        if "UnsupportedClassVersionError" in done.error:
            raise broken(self._session.java, f"it is too old: {done.version or 'it states no version'}")
        if thrown is None or f"at {_MAIN}" not in done.error:
            output = done.error.strip() or done.output.strip()
            ended = f"it was ended by signal {-done.code}" if done.code < 0 else f"it ended with {done.code}"
            raise broken(self._session.java, f"{ended}{': ' + output if output else ''}")
        message = done.error[thrown.start() :].partition("\n\tat ")[0].partition(": ")[2]
        message = " ".join(message.split()) or thrown[1].rpartition(".")[2]
        return _NAMED.sub(lambda named: f"<{self._name(named[1])}>" if named[1] else named[0], message)

    # ── Names ──

    def _write(self, triples: Iterable[ox.Triple]) -> Path:
        """Write axioms as a file of N-Triples in the session's folder."""
        self._written += 1
        file = self._session.folder / f"axioms-{self._written}.nt"
        lines = (" ".join(map(self._out, (t.subject, t.predicate, t.object))) + " .\n" for t in triples)
        file.write_text("".join(dict.fromkeys(lines)), encoding="utf-8")
        return file

    def _out(self, term: Any) -> str:
        if not isinstance(term, ox.NamedNode) or is_vocabulary(term.value) or term.value.startswith(_NUMBERED):
            return str(term)
        if term.value not in self._numbers:
            self._numbers[term.value] = len(self._names)
            self._names.append(term.value)
        return f"<{_NUMBERED}{self._numbers[term.value]}>"

    def _name(self, iri: str) -> str:
        """Return the IRI that went out as *iri*."""
        number = iri.removeprefix(_NUMBERED)
        if iri.startswith(_NUMBERED) and number.isdecimal() and int(number) < len(self._names):
            return self._names[int(number)]
        return iri
