"""The guard: what it refuses, what it lets pass, and that it reads a text as the engine does, or refuses it."""

from __future__ import annotations

import random
import re

import pyoxigraph as ox
import pytest

from cyberstd_kg.core import assets
from cyberstd_kg.core.errors import QueryRefused
from cyberstd_kg.sparql import guard

PREFIXES = "PREFIX ex: <http://example.org/> PREFIX : <http://example.org/> "

#: SERVICE in all disguises: those of the language, and those that only the engine's parser falls for.
DISGUISED = [
    "SELECT * { SERVICE <http://h/> { ?s ?p ?o } }",
    "SELECT * { service SILENT <http://h/>{ ?s ?p ?o } }",
    "SELECT * { SeRvIcE ex:h { ?s ?p ?o } }",
    "SELECT * { ?a ex:at ?s SERVICE?s{ ?x ?y ?z } }",
    "SELECT * { SERVICE#'\n<http://h/>{ ?s ?p ?o } }",
    "SELECT * { SERVICE <http://h/> { ?s ?p ?o } } # SERVICE",
    # a keyword needs no gap before it or after it
    "SELECT * { SERVICEex:h{ ?s ?p ?o } }",
    "SELECT * { SERVICE:h{ ?s ?p ?o } }",
    "SELECT * { SERVICESILENTex:h { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE<http://h/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<http://h/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICEex:h{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o.SERVICE<http://h/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ex:.SERVICE<http://h/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ''SERVICE<http://h/>{ ?s ?p ?o } #'''\n}",
    # a name with two dots is cut
    "SELECT * { ?s ?p ex:a.b.SERVICE<http://h/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ex:6.1.SERVICE:h{ ?s ?p ?o } }",
    # 'less than', or an IRI
    "SELECT * { FILTER(1<'>') SERVICE<http://h/>{ ?s ?p ?o } #')\n}",
    "SELECT * { ?a ex:at ?s FILTER(1<5)SERVICE?s#>\n{ ?x ?y ?z } }",
    "SELECT * { ?a ?b ?c FILTER(?c<?c#>'''\n) SERVICE<http://h/>{ ?s ?p ?o } #''')\n}",
    # a long string whose escape is false becomes two short ones
    "SELECT * { VALUES ?x {'''a'} SERVICE<http://h/>{ ?s ?p ?o } #\\q'''\n}",
    'SELECT * { VALUES ?x {"""a"} SERVICE<http://h/>{ ?s ?p ?o } #\\uD800"""\n}',
    "SELECT * { VALUES ?x {'''a'} SERVICE<http://h/>{ ?s ?p ?o } #\\U00110000'''\n}",
    # where a comment ends
    "SELECT * { ?s ?p ?o .#a\rSERVICE<http://h/>{ ?s ?p ?o } }",
    # codepoint escapes
    "SELECT * { SERV\\u0049CE <http://h/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://h/> { ?s ?p ?o } }",
    "SELECT * { #\\u000A SERVICE <http://h/> { ?s ?p ?o }\n}",
    "SELECT * { ?s ?p 'a\\u0027 . SERVICE <http://h/> { ?s ?p ?o } #'\n}",
]

HARMLESS = [
    "SELECT * { ?s ex:service ?load }",
    "SELECT * { ?service ?insert $delete }",
    "SELECT * { ?s ?p ex:cloud-service, ex:service_provider, ex:a:service, _:service }",
    "PREFIX service: <http://example.org/service/> SELECT * { service:x a service:Y . GRAPH service:g { ?s ?p ?o } }",
    'SELECT * { ?s ?p "SERVICE <http://h/> { }", \'LOAD\', """it\'s a "SERVICE" { """ , \'\'\'DROP\'\'\'@en }',
    "SELECT * { ?s ?p <http://example.org/SERVICE/load#INSERT> }",
    "SELECT * { ?s ?p <urn:service:x#y> } # LOAD and SERVICE in a comment",
    "SELECT * { ?s ?p ?o FILTER(?o < 5 && ?o > 3 || ?o<?s&&?s>3) }",
    "SELECT * { ?s ?p ?o FILTER(?o IN (<http://example.org/a#b>, <http://example.org/(c)>)) }",
    "SELECT * { VALUES (?a ?b) { (<http://example.org/#a> <http://example.org/#b>) (UNDEF 1) } }",
    'SELECT * { ?s ?p "a \\"quoted\\" back\\\\slash \\t\\n", "caf\\u00e9", "\\\\u0022" }',
    "SELECT * FROM <http://example.org/g> FROM NAMED <file:///etc/passwd> { ?s ?p ?o }",
    "BASE <http://example.org/> SELECT * { <#a> <b> <../c> }",
    "SELECT * { ?s ex:p/ex:q|^ex:r*/(ex:s+)? ?o }",
    "SELECT (COUNT(*) AS ?n) { ?größe :p 'Überwachung', \"サイバー\"@ja }",
    "ASK { ?s :v1.5 -1, +2.5e-3, .5 }",
    "CONSTRUCT { ?s ?p [ :a ( 1 2 ) ] } WHERE { ?s ?p ?o MINUS { ?s :gone true } }",
]


@pytest.mark.parametrize("text", DISGUISED)
def test_service_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        guard.check(PREFIXES + text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_passes(text: str) -> None:
    guard.check(PREFIXES + text)
    if "\\u0022" not in text:
        ox.Store().query(PREFIXES + text)  # and the engine can read it


@pytest.mark.parametrize("word", ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"])
def test_updates_are_refused(word: str) -> None:
    for text in (f"{word} <http://h/>", f"SELECT * {{ }} ; {word.lower()} <http://h/>", f"# a\n{word}#b\nDATA {{}}"):
        with pytest.raises(QueryRefused, match=word):
            guard.check(text)
    guard.check(f"SELECT ?{word} {{ ?{word} <http://h/{word}> '{word}' }} # {word}")


def test_service_may_pass_for_an_endpoint() -> None:
    guard.check("SELECT * { SERVICE <http://h/> { ?s ?p ?o } }", service=True)
    with pytest.raises(QueryRefused, match="LOAD"):
        guard.check("LOAD <http://h/>", service=True)


def test_every_saved_question_passes() -> None:
    files = assets.query_files() + assets.query_files("probe")
    assert len(files) > 30
    for path in files:
        guard.check(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT *\n{ ?s ?p\n  SERVICE <http://h/> { } }", "line 3, column 3"),
        ("SELECT *\n{ ?s ?p 'open\n }", "line 2, column 9"),
        ("SELECT * { ?s ?p ?o ) }", "line 1, column 21"),
        ("SELECT * {\n\n ?s § ?o }", "line 3, column 5"),
        ("SELECT * { ?s ?p 'a\\q' }", "line 1, column 18"),
    ],
)
def test_the_place_is_told(text: str, place: str) -> None:
    with pytest.raises(QueryRefused, match=place) as refused:
        guard.check(text)
    assert refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p 'a\0b' }",
        "SELECT * { ?s ?p 'a\ud800b' }",
        "SELECT * { ?s ?p '\\u0000' }",
        "SELECT * { ?s ?p '\\uDFFF' }",
        "SELECT * { ?s ?p 'never closed }",
        "SELECT * { ?s ?p '''never closed' }",
        'SELECT * { ?s ?p "\\u0022 }',
        "\x0cSELECT * { }",
        "SELECT * { } }",
        "SELECT * { ( } )",
    ],
)
def test_broken_texts_are_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        guard.check(text)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("{", "}"), ("OPTIONAL { ", "}"), ("FILTER EXISTS{", "}"), ("GRAPH ?g {", "}"), ("{SELECT * {", "}}")],
)
def test_deep_nesting_is_refused(opening: str, closing: str) -> None:
    deep = guard.MAX_DEPTH // closing.count("}") - 1
    guard.check("SELECT * {" + opening * deep + closing * deep + "}")
    with pytest.raises(QueryRefused, match="nests"):
        guard.check("SELECT * {" + opening * (deep + 1) + closing * (deep + 1) + "}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p " + "[ ?p " * 200 + "1" + "]" * 200 + "}",
        "SELECT * { FILTER(" + "(" * 200 + "1" + ")" * 200 + ") }",
        "SELECT * { FILTER(" + "!" * 9000 + "true) }",
        "SELECT * { ?s :p" + "/:p" * 600 + " ?o }",
        "SELECT * { ?s :p" + "|:p" * 600 + " ?o }",
        "SELECT * { FILTER(?x" + "||?x" * 600 + ") }",
        "SELECT * { FILTER(?x" + "&&?x" * 600 + ") }",
        "SELECT * { FILTER(1" + "+1" * 6000 + ") }",
        "SELECT * { FILTER(1" + " -1" * 6000 + ") }",
        "SELECT * { FILTER(true" + "-true" * 6000 + ") }",
        "SELECT * { " + "MINUS{}" * 2700 + "}",
        "SELECT * { " + "OPTIONAL{}" * 2700 + "}",
        "SELECT " + " ".join(f"(1 AS ?x{n})" for n in range(2700)) + "{}",
        "SELECT * { " + "?s ?p ?o . " * 5000 + "}",
        "SELECT * { ?s ?p ?o" + "; ?p ?o" * 5000 + "}",
        "SELECT * { ?s ?p ?o" + ", ?o" * 5000 + "}",
        "SELECT * { " + "{}" * 5000 + "}",
        "SELECT * { ?s ?p " + "<<?s ?p " * 2000 + "?o" + ">>" * 2000 + "}",
        "#" * guard.MAX_BYTES + "\nSELECT * {}",
        "SELECT * { ?s ?p '" + "é" * (guard.MAX_BYTES // 2) + "' }",
    ],
    ids=lambda text: text[:30],
)
def test_what_would_crash_the_engine_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        guard.check(PREFIXES + text)


def test_long_lists_of_values_pass() -> None:
    guard.check("SELECT * { VALUES ?x { " + "'value' " * 5000 + "} }")
    guard.check("SELECT * { ?s ?p ?o FILTER(?o IN (" + "1," * 5000 + "1)) }")


# ── The guard and the engine read alike ──

SERVICES = [
    "SERVICE<http://h/>{?s ?p ?o}", "SERVICE ex:h{}", "SERVICE?s{}", "SERVICE?s#>\n{}", "SERVICEex:h{}", "SERVICE:h{}",
    "SERVICESILENT ex:h{}", "SERVICE#'\n<http://h/>{}",
]  # fmt: skip
VALUES = [
    "?s", "$x", "ex:a", ":b", "ex:a.b", "ex:6.1", "ex:", "_:b1", "<a:b>", "<http://h/x#y>", "1", "1.5", "-2", "1e3",
    "'s'", '"t"', "'''l'''", '"""m"""', "''", "'a\\'b'", "'a'@en", "true", "()", "[]",
]  # fmt: skip
BITS = [
    "a", "1", ".", "-", "_", ":", "#", "'", ")", "(", "%41", "\\-", "\\u0041", "\\q", "\\'", ">", "<", "?s", "ex:a",
    "//", "é", "·", "×", "\u0300", "\u200d", "=", "&&", "||", "[", "]", "{", "}", " ", "\n", "'''", '"', "@", "|", "^",
]  # fmt: skip
BEFORE = [
    "?s ?p {v}", "?s ?p {v}.", "?s ?p {v},{v}", "FILTER({v}<{v})", "FILTER({v}<{j})", "FILTER({v}<{j}>{v})",
    "FILTER({v}<'{j}>')", "FILTER({v}<{j}#>'''\n)", "BIND({v}<{j}>{v} AS ?z)", "VALUES ?v [[{v}{v}]]",
    "VALUES ?v [['''{j}']]", "VALUES ?v [['''a']]", 'VALUES ?v [["""{j}"]]', "?s ?p '{j}'", "?s ?p ex:{j}",
    "?s ?p _:b{j}", "?s ?p ?o{j}", "?s ?p {v}@en{j}", "?s ?p <{j}>", "?s ?p {v}{j}", "#{j}", "?s ?p {v}^^{v}",
    "FILTER({v} IN({v},{v}))", "FILTER({v}<<{j}>)", "?s ?p ({v} {v})", "?s ex:p{j} ?o",
]  # fmt: skip
AFTER = ["", "#'", '#"', "#'''", "#\\q'''", "#\\uD800'''", "#>", "#')", "#''')", "#)", "'", "}"]


def glued(dice: random.Random) -> str:
    """Return a query that has SERVICE somewhere after something that may swallow it."""
    parts = {
        "{v}": lambda: dice.choice(VALUES),
        "{j}": lambda: "".join(dice.choice(BITS) for _ in range(dice.randint(0, 3))),
    }
    before = re.sub(r"\{[vj]\}", lambda found: parts[found[0]](), dice.choice(BEFORE))
    before = before.replace("[[", "{").replace("]]", "}") + dice.choice(["", " ", ")", "\n"])
    return f"{PREFIXES}SELECT * {{{before}{dice.choice(SERVICES)}{dice.choice(AFTER)}\n}}"


def parses(text: str) -> bool:
    try:
        ox.Store().query(text)  # nothing is asked before the first row is
    except (SyntaxError, ValueError, RuntimeError):
        return False
    return True


def swallowed(text: str) -> bool:
    """Tell whether the engine, too, reads no SERVICE in a text: another word in its place then parses as well."""
    return parses(re.sub("service", "xervicx", text, flags=re.IGNORECASE))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_what_passes_holds_no_service_for_the_engine_either(seed: int) -> None:
    dice = random.Random(seed)
    passed = refused = 0
    for _ in range(5_000 if seed == 1 else 600_000):
        text = glued(dice)
        try:
            guard.check(text)
        except QueryRefused:
            refused += refused < 100 and parses(text) and not swallowed(text)
            continue
        if parses(text):
            passed += 1
            assert swallowed(text), text
    assert passed > 10, "too few texts hide the word for the test to mean anything"
    assert refused == 100, "too few texts reach the engine's SERVICE for the test to mean anything"
