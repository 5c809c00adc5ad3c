"""The quality of the ontology (queries/quality): each rule fails on a planted fault and passes on the shipped graph.

``tests/quality/sound.ttl`` is a small ontology in which no rule finds anything; ``tests/quality/<rule>.ttl`` holds
what is planted in it.  A comment ``# fails: …`` or ``# passes: …`` begins a case.  Lines below it:
``# finds: this | value`` is what the rule must find, and nothing else; ``# without: text`` leaves this text of the
sound ontology out; ``# scheme`` and ``# data`` begin what goes into the scheme or the data;
``# question folder/id: terms`` is a saved question with the terms that it names; ``# released version: names`` are
terms of an earlier version.  The project's prefixes are known.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from commands import answer, run
from query_steps import QuerySteps
from rdf_files import queries
from rdflib.plugins.sparql import prepareQuery

import cyberstd_kg
from cyberstd_kg.core import iris
from cyberstd_kg.core.errors import InputError, NotFound, Refused
from cyberstd_kg.quality import inputs, rules
from cyberstd_kg.quality.inputs import OntologyUse
from cyberstd_kg.quality.rules import QualityFinding, QualityRule

ROOT = Path(__file__).resolve().parents[2]
PLANTED = ROOT / "tests" / "quality"
RULES = {rule.id: rule for rule in rules.rules()}
PREFIXES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in iris.PREFIXES.items())
SOUND = (PLANTED / "sound.ttl").read_text(encoding="utf-8")
ONTOLOGY, SCHEME = "ontology/cyberstd.ttl", "ontology/schemes/status.ttl"
#: Steps of a rule for each statement of the graph, at most; today it is 7.  A product of what has nothing in common
#: takes thousands.
STEPS = 15


class Case(NamedTuple):
    """What is planted, and what the rule must find."""

    rule: str
    name: str
    fails: bool
    text: str


def cases() -> Iterator[Case]:
    """Yield all cases."""
    for path in sorted(PLANTED.glob("*.ttl")):
        if path.stem != "sound":
            parts = re.split(r"^# (passes|fails): (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert parts[0].strip() == "", f"{path.name} begins with '# passes: …' or '# fails: …'"
            for kind, name, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
                yield Case(path.stem, name, kind == "fails", text)


CASES = list(cases())
each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.rule}: {case.name}" for case in CASES])


def pieces(text: str) -> dict[str, str]:
    """Return what goes into the ontology (""), the scheme and the data."""
    parts = re.split(r"^# (scheme|data)\n", text, flags=re.MULTILINE)
    return {"": parts[0], "scheme": "", "data": "", **dict(zip(parts[1::2], parts[2::2], strict=True))}


def expand(term: str) -> str:
    """Return the text of a term as a case writes it: CURIE, IRI in angle brackets, or a text."""
    if term.startswith("<"):
        return term[1:-1]
    prefix, colon, _ = term.partition(":")
    plain = term.replace("{SP}", " ").replace("{NL}", "\n")
    return iris.expand(term) if colon and prefix in iris.PREFIXES and " " not in term and "//" not in term else plain


def world(text: str) -> OntologyUse:
    """Return the sound ontology with *text* planted in it."""
    sound = SOUND
    for left_out in re.findall(r"^# without: (.+)$", text, flags=re.MULTILINE):
        assert sound.count(left_out) == 1, f"not once in sound.ttl: {left_out}"
        sound = sound.replace(left_out, "")
    base, more = pieces(sound), pieces(text)
    data = PREFIXES + base["data"] + more["data"]
    questions = re.findall(r"^# question (\w+)/([\w-]+): (.+)$", sound + text, flags=re.MULTILINE)
    releases = re.findall(r"^# released ([\w.]+): (.+)$", text, flags=re.MULTILINE)
    return inputs.build(
        {
            ONTOLOGY: (PREFIXES + base[""] + more[""]).encode(),
            SCHEME: (PREFIXES + base["scheme"] + more["scheme"]).encode(),
        },
        ox.parse(data, format=ox.RdfFormat.TURTLE),
        [(folder, name, {iris.expand(term) for term in terms.split()}) for folder, name, terms in questions],
        released=[(version, iris.expand(f"cstd:{name}")) for version, names in releases for name in names.split()],
    )


def expected(case: Case) -> set[tuple[str, str]]:
    """Return the pairs of term and value that a case must find."""
    rows = [line.partition(" | ") for line in re.findall(r"^# finds: (.+)$", case.text, flags=re.MULTILINE)]
    return {(expand(this), expand(value)) for this, _, value in rows}


def found(rule: QualityRule, planted: OntologyUse) -> list[QualityFinding]:
    """Return what a rule finds."""
    return rules.run([rule], planted).findings


@pytest.fixture(scope="module")
def shipped() -> OntologyUse:
    """The shipped ontology, data and queries."""
    return inputs.read()


# ── Each rule ──


def test_nothing_is_found_in_the_sound_ontology() -> None:
    assert rules.run(list(RULES.values()), world("")).findings == []


@each_case
def test_planted(case: Case) -> None:
    rows = found(RULES[case.rule], world(case.text))
    assert bool(expected(case)) == case.fails
    assert {(row.term, row.value) for row in rows} == expected(case)
    for row in rows:
        assert "{" not in row.message and rules.UNBOUND not in row.message, row.message
        short = iris.compact(row.term) or row.term
        assert short in row.message or row.rule.startswith("header-"), row.message


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_fails_somewhere(rule: str) -> None:
    assert any(case.rule == rule and case.fails for case in CASES), f"plant a fault in tests/quality/{rule}.ttl"


def test_each_file_is_of_a_rule() -> None:
    assert {path.stem for path in PLANTED.glob("*.ttl")} == {*RULES, "sound"}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_passes_on_the_shipped_graph(rule: QualityRule, shipped: OntologyUse) -> None:
    rows = found(rule, shipped)
    assert [row.message for row in rows if rule.severity != "info"] == []


@pytest.fixture(scope="module")
def steps(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> QuerySteps:
    """Counts steps over the ontology and a part of the data."""
    return QuerySteps(inputs.read(checkout).store, tmp_path_factory.mktemp("steps"))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_takes_few_steps(rule: QualityRule, steps: QuerySteps) -> None:
    assert steps.quads > 20_000
    assert steps.of(rule.text) < STEPS * steps.quads


def test_a_product_takes_many_steps(tmp_path: Path) -> None:
    node = ox.NamedNode("https://example.org/p")
    counted = QuerySteps([ox.Quad(node, node, ox.Literal(number)) for number in range(100)], tmp_path)
    assert 100 <= counted.of("SELECT ?this { ?this ?p ?o }") < STEPS * counted.quads
    assert counted.of("SELECT ?this { ?this ?p ?o . ?other ?q ?r }") > STEPS * counted.quads


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_sparql_1_1(rule: QualityRule) -> None:
    prepareQuery(rule.text)


def test_the_rules_follow_the_public_checkers() -> None:
    told = " ".join(rule.after for rule in RULES.values())
    assert all(name in told for name in ("ROBOT", "OOPS!", "FOOPS!", "LOV", "qSKOS", "OWL 2 DL"))
    assert len(RULES) >= 16


def test_what_is_found_has_file_and_line() -> None:
    planted = world("cstd:Text rdfs:subClassOf cstd:Draft .\n\ncstd:Text rdfs:label 'a  b'@en .\n")
    (cycle, _) = found(RULES["hierarchy-cycle"], planted)
    (blank,) = found(RULES["text-whitespace"], planted)
    text = PREFIXES + pieces(SOUND)[""] + "\n"
    last = text.count("\n") + 2
    assert (blank.file, blank.line) == (ONTOLOGY, last)
    lines = {row.line for row in found(RULES["hierarchy-cycle"], planted)}
    assert cycle.file == ONTOLOGY and last - 2 in lines


def test_two_runs_tell_the_same() -> None:
    text = "".join(case.text for case in CASES if case.rule == "hierarchy-cycle" and case.fails)
    first, second = (rules.run(list(RULES.values()), world(text)) for _ in range(2))
    assert first == second


# ── What the rules look at ──


def test_a_query_is_read_to_the_token() -> None:
    read = {f"{folder}/{name}": named for folder, name, named in inputs.queries()}
    assert read == queries()
    text = """# cstd:Comment
    PREFIX x: <https://w3id.org/cyberstd/ontology#>
    SELECT ?s WHERE { ?s a x:Draft ; cstd:editionOf/dct:title "cstd:String" . <https://example.org/a#b> ?p 'x:No' .
      FILTER(?s != cstd:Text && STRSTARTS(STR(?s), STR(cstd:))) } # cstd:End"""
    named = {"cstd:Draft", "cstd:editionOf", "cstd:Text", "dct:title"}
    assert inputs.named_iris(text) == {*map(iris.expand, named), "https://example.org/a#b"}


def test_a_header_that_is_not_complete_is_refused(tmp_path: Path) -> None:
    for text, told in (
        ("SELECT * {}", "no line '# id: …'"),
        ((ROOT / "queries" / "quality" / "label-missing.rq").read_text().replace("error", "grave"), "severity"),
    ):
        path = tmp_path / "label-missing.rq"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=told):
            rules.parse(path)


def test_a_list_of_terms_names_its_source(tmp_path: Path) -> None:
    folder = tmp_path / "ontology" / "vocabularies"
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text("# namespace: https://example.org/\nThing\n")
    with pytest.raises(InputError, match=r"x\.txt"):
        inputs.vocabularies(tmp_path)


def test_released_terms_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "ontology" / "released"
    folder.mkdir(parents=True)
    (folder / "0.0.9.txt").write_text("# the terms of 0.0.9\nText\n")
    assert list(inputs.released(tmp_path)) == [("0.0.9", f"{iris.PREFIXES['cstd']}Text")]


# ── The command ──


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the command read an ontology with two errors and a warning in it."""
    text = 'cstd:A a owl:Class ; rdfs:subClassOf cstd:A ; rdfs:label "x "@en .'
    monkeypatch.setattr(rules, "read", lambda base: world(text))


CHOSEN = ("--rule", "hierarchy-cycle", "--rule", "text-whitespace")


def test_a_finding_ends_with_1(capsys: pytest.CaptureFixture[str], spoilt: None) -> None:
    code, out, _ = run(capsys, "quality", *CHOSEN)
    assert code == 1
    assert "cstd:A is below cstd:A" in out and "OOPS! P06" in out and "2 rules run, 0 passed" in out
    assert all(word in out for word in ("Problem:", "Why:", "Solution:", f"{ONTOLOGY}:"))
    assert run(capsys, "quality", "--rule", "text-whitespace")[0] == 1
    assert run(capsys, "quality", "--rule", "text-whitespace", "--fail-on", "error")[0] == 0
    assert run(capsys, "quality", "--rule", "imports-nothing")[0] == 0


def test_json_and_csv(capsys: pytest.CaptureFixture[str], spoilt: None) -> None:
    code, out, _ = run(capsys, "quality", *CHOSEN, "--format", "json")
    told = json.loads(out)
    assert code == 1 and set(told) == {"rules", "passed", "findings"} and told["passed"] == 0
    assert set(told["rules"][0]) == {"id", "title", "after", "severity", "findings"}
    assert all(tuple(finding) == QualityFinding._fields for finding in told["findings"])
    _, out, _ = run(capsys, "quality", *CHOSEN, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["rule"] for row in rows] == ["hierarchy-cycle", "text-whitespace"]
    assert set(rows[0]) == set(QualityFinding._fields)
    assert run(capsys, "quality", *CHOSEN, "--format", "md")[1].startswith("| severity |")


def test_list_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert {rule["id"] for rule in answer(capsys, "quality", "--list", "--format", "json")} == set(RULES)
    out = run(capsys, "quality", "--list")[1]
    assert "hierarchy-cycle" in out and "OOPS! P06" in out
    out = run(capsys, "quality", "--explain", "hierarchy-cycle")[1]
    assert all(word in out for word in ("OOPS! P06", "Problem:", "Why:", "Solution:", "SELECT")) and "# id" not in out
    code, _, err = run(capsys, "quality", "--explain", "hierarchy-cycles")
    assert code == 3 and "Did you mean 'hierarchy-cycle'?" in err


def test_the_facade() -> None:
    report = cyberstd_kg.load().quality("imports-nothing", "hierarchy-cycle")
    assert (len(report.rules), report.passed, report.findings) == (2, 2, [])
    report.raise_if_failed("info")
    with pytest.raises(Refused, match="is below"):
        rules.run([RULES["hierarchy-cycle"]], world("cstd:A rdfs:subClassOf cstd:A .")).raise_if_failed()
    with pytest.raises(NotFound):
        rules.check(only=["no-such-rule"])


def test_the_page_of_rules_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, str(ROOT / "docs" / "build_quality.py"), "--check"], check=False)
    assert done.returncode == 0, "run: python docs/build_quality.py"
