"""docs/ontology.html and the pictures: up to date, complete, whole in themselves, escaped, and true to the ontology."""

from __future__ import annotations

import html
import re
import sys
from collections import Counter
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast

import pyoxigraph as ox
import pytest
from conftest import ROOT
from rdf_files import CSTD, RDFS, SKOS, TYPE, data, ontology, schemes, values

from cyberstd_kg.core import assets, iris
from cyberstd_kg.core.errors import InputError
from cyberstd_kg.sparql import saved_questions

DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

import build_ontology  # noqa: E402
from ontodoc import drawing, figures, markup  # noqa: E402
from ontodoc.cards import Cards  # noqa: E402
from ontodoc.facts import Facts  # noqa: E402
from ontodoc.figures import Box, Edge  # noqa: E402
from ontodoc.lists import Code, Scheme  # noqa: E402
from ontodoc.page import Page  # noqa: E402
from ontodoc.terms import Ontology, turtle  # noqa: E402

SOURCE = (assets.root() / "ontology" / "cyberstd.ttl").read_text(encoding="utf-8")
VOID = {"meta"}
HOSTILE = "</title><script>alert('1')</script>\" onmouseover=\"x"


PREFIXES = "".join(f"@prefix {name}: <{space}> .\n" for name, space in iris.PREFIXES.items())


def declared(curie: str) -> str:
    """Return the declaration of a class, in Turtle."""
    return f"{curie} a owl:Class ; rdfs:isDefinedBy <{iris.ONTOLOGY}> ."


class Tree(HTMLParser):
    """Reads a page: that its elements are nested and closed, ids, links, headings, and the text below each id."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.headings: list[int] = []
        self.text: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        assert len(told) == len(attrs), f"an attribute stands twice in {tag}: {attrs}"
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in told.items()]
        self.ids += [told["id"]] if "id" in told else []
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        if tag not in VOID:
            self.open.append((tag, told.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1][0] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for _, ident in self.open:
            if ident:
                self.text[ident] = self.text.get(ident, "") + data


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return build_ontology.written()


@pytest.fixture(scope="module")
def page(written: dict[str, str]) -> Tree:
    return Tree(written["ontology.html"])


@pytest.fixture(scope="module")
def model() -> Ontology:
    return Ontology(SOURCE)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return build_ontology.shipped()


def own_terms() -> list[str]:
    return [t.subject.value for t in ontology() if t.predicate.value == f"{RDFS}isDefinedBy"]  # type: ignore[union-attr]


# ── The pages are up to date, and complete ──


def test_the_files_are_up_to_date(written: dict[str, str]) -> None:
    assert set(written) == {"ontology.html", "model.svg", "definitions.svg"}
    stale = [name for name, text in written.items() if (DOCS / name).read_text(encoding="utf-8") != text]
    assert stale == [], "run: python docs/build_ontology.py"


def test_each_term_is_there_with_label_name_and_definition(page: Tree) -> None:
    assert len(own_terms()) > 200
    for iri in own_terms():
        told = page.text[iri.removeprefix(CSTD)]
        (label,) = values(ontology(), iri, f"{RDFS}label")
        (definition,) = values(ontology(), iri, f"{SKOS}definition")
        assert label.value in told and definition.value in told and f"cstd:{iri.removeprefix(CSTD)}{' '}{iri}" in told


def test_each_term_names_its_question(page: Tree) -> None:
    saved = saved_questions.load_all()
    for iri in own_terms():
        (question,) = values(ontology(), iri, f"{CSTD}competencyQuestion")
        told = page.text[iri.removeprefix(CSTD)]
        if question.value in saved:
            assert f"{saved[question.value].question} cyberstd ask {question.value}" in told
        assert question.value in told


def test_domain_and_range_stand_with_the_property(page: Tree) -> None:
    assert "Domain → rangeedition → standard" in page.text["editionOf"]
    assert "Domain → rangestandard → edition (by its inverse)" in page.text["hasEdition"]
    assert "Domain → rangeprovision → text or regulation" in page.text["provisionOf"]
    assert "functional: at most one value" in page.text["genus"]
    assert "Subpropertiesby means · protects" in page.text["facet"]
    assert "edition of ← edition" in page.text["Standard"]


def test_each_code_is_there(page: Tree) -> None:
    for name, triples in schemes().items():
        for triple in triples:
            if triple.predicate.value == f"{SKOS}definition" and "#" in (iri := triple.subject.value):  # type: ignore[union-attr]
                assert triple.object.value in page.text[f"{name}:{iri.partition('#')[2]}"]  # type: ignore[union-attr]


def test_the_parts_stand_in_the_order_of_the_file(page: Tree) -> None:
    heads = re.findall(r"^# ── (.+) ──$", SOURCE, re.MULTILINE)
    shown = [page.text[ident] for ident in page.ids if ident.startswith("part-")]
    assert len(shown) > 10
    assert [head for head in heads if any(text.startswith(head) for text in shown)] == heads[: len(shown)]
    assert all(text.startswith(head) for text, head in zip(shown, heads, strict=False))


def test_figures_are_those_of_the_data(page: Tree) -> None:
    for name in ("Standard", "TermEntry", "MappingSet"):
        iri = ox.NamedNode(CSTD + name)
        count = len({t.subject for t in data() if t.predicate.value == TYPE and t.object == iri})
        if name != "MappingSet":  # its sets stand in files of their own, not in TriG
            assert f"In the graph{count:,} stated" in page.text[name]
    pairs = {(t.subject, t.object) for t in data() if t.predicate.value == f"{CSTD}genus"}
    assert f"In the graph{len(pairs):,} statements of term entry ({len(pairs):,})" in page.text["genus"]


# ── The page is whole in itself ──


def test_links_lead_somewhere_and_ids_are_unique(page: Tree) -> None:
    assert [ident for ident, count in Counter(page.ids).items() if count > 1] == []
    inner = [value for tag, name, value in page.attributes if name == "href" and value.startswith("#")]
    assert len(inner) > 1000
    assert {value[1:] for value in inner} - set(page.ids) == set()
    files = {v for _, name, v in page.attributes if name == "href" and not v.startswith(("#", "https://", "http://"))}
    assert files and [name for name in files if not (DOCS / name).is_file()] == []
    labelled = [v for _, name, v in page.attributes if name == "aria-labelledby" for v in v.split()]
    assert labelled and set(labelled) <= set(page.ids)


def test_nothing_is_loaded_and_nothing_runs(written: dict[str, str], page: Tree) -> None:
    assert (
        page.tags.keys() & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
        == set()
    )
    assert [
        one for one in page.attributes if one[1] in ("src", "srcset", "style", "ping") or one[1].startswith("on")
    ] == []
    leaving = [(tag, value) for tag, name, value in page.attributes if name == "href" and "//" in value]
    assert {tag for tag, _ in leaving} <= {"a"}
    for text in written.values():
        assert "@import" not in text and set(re.findall(r"url\(([^)]*)\)", text)) <= {
            *("#model-head", "#model-open", "#definitions-head", "#definitions-open"),
        }


def test_headings_go_down_one_step_at_a_time(page: Tree) -> None:
    assert page.headings.count(1) == 1 and page.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_what_scrolls_can_be_reached_by_keyboard(page: Tree) -> None:
    scroll = sum(one == ("div", "class", "scroll") for one in page.attributes)
    assert scroll > 30
    assert (
        sum(one[:2] in (("div", "tabindex"), ("pre", "tabindex")) for one in page.attributes)
        == scroll + page.tags["pre"]
    )


def brightness(colour: str) -> float:
    """Return the relative luminance of a colour (#rgb or #rrggbb), as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((brightness(one), brightness(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(mode: int) -> None:
    sheet = (DOCS / "ontodoc" / "page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+):(#\w+)", re.findall(r":root\{([^}]*)\}", sheet)[mode]))
    pairs = [(text, ground) for text in ("ink", "soft", "link") for ground in ("ground", "paper", "tint", "code")]
    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []
    assert contrast(colours["focus"], colours["ground"]) > 3


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_words_in_the_pictures_can_be_read(mode: int) -> None:
    sheet = drawing.style().split("@media")
    fills: dict[str, str] = {}
    for part in sheet[: mode + 1]:
        for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", part):
            if fill := re.search(r"(?<![\w-])fill:(#\w+)", rules):
                fills |= dict.fromkeys(re.findall(r"\.fig \.(\w+)", selectors), fill[1])
    pairs = [
        (text, ground) for text in ("name", "line", "kinds", "note") for ground in ("ground", "box", "column", "band")
    ]
    pairs += [("word", "ground"), ("filled", "chip"), ("count", "column")]
    assert [pair for pair in pairs if contrast(fills[pair[0]], fills[pair[1]]) < 4.5] == []


# ── Conditions in words and as Turtle ──


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("MeansDefinition", "Exactly every entity that has the genus collection of means"),
        ("MeansDefinition", "Also every entity that is defined by reference to some definition by means"),
        ("TriadNamingDefinition", "preserves confidentiality and preserves integrity and preserves availability"),
        ("InformationProtectingDefinition", "protects something that has the broader concept information"),
        ("OppositionNamingDefinition", "is against some concept"),
        ("SecurityControlForIoTUsers", "has the provision kind security control and has the addressee IoT user"),
        (
            "PublishedEdition",
            "Every entity that is an edition and has stage statement something that has the stage some stage of a"
            " published text",
        ),
        (
            "RequirementStandard",
            "is a standard and either has the document kind requirements or has edition something that has the document"
            " kind requirements",
        ),
    ],
)
def test_conditions_are_told_in_words(page: Tree, name: str, told: str) -> None:
    assert told in page.text[name]


def test_classes_by_genus_exclude_each_other(page: Tree, model: Ontology) -> None:
    genera = {f"{CSTD}{name}Definition" for name in ("Means", "Preservation", "Safeguarding", "Activity")}
    for iri in genera:
        assert model.excluded_by_value(iri)[0] == f"{CSTD}genus"
        assert set(model.excluded_by_value(iri)[1]) == genera - {iri}
    assert model.excluded_by_value(f"{CSTD}AvailabilityNamingDefinition") == ("", [])
    many = SOURCE.replace("cstd:genus a owl:ObjectProperty, owl:FunctionalProperty", "cstd:genus a owl:ObjectProperty")
    assert Ontology(many).excluded_by_value(f"{CSTD}MeansDefinition") == ("", [])
    assert "(inferred: genus has one value, and theirs differ)" in page.text["MeansDefinition"]


def test_conditions_as_turtle_say_the_same(page: Tree, model: Ontology) -> None:
    filled = [term for term in model.terms.values() if term.filled]
    assert len(filled) >= 16
    for term in filled:
        axioms = []
        for condition in term.conditions:
            axiom = turtle(condition.node, model.links)
            assert axiom in page.text[term.local]
            axioms.append(
                f"{term.curie} owl:equivalentClass {axiom} ."
                if condition.exact
                else f"{axiom} rdfs:subClassOf {term.curie} ."
            )
        again = Ontology(f"{PREFIXES}# ── A ──\n{declared(term.curie)}\n" + "\n".join(axioms))
        assert again.terms[term.iri].conditions == term.conditions


@pytest.mark.parametrize(
    ("axiom", "told"),
    [
        (
            "cstd:A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cstd:p ; owl:minCardinality 2 ]",
            "Each member has at",
        ),
        (
            "cstd:A owl:equivalentClass [ a owl:Restriction ; owl:onProperty cstd:p ; owl:allValuesFrom cstd:A ]",
            "nothing but",
        ),
        (
            "cstd:A owl:equivalentClass [ a owl:Class ; owl:complementOf cstd:B ]",
            "Exactly every entity that is nothing that is a B",
        ),
    ],
)
def test_what_else_owl_says_is_told_too(axiom: str, told: str) -> None:
    """The shipped ontology has none of these; one that has is not told by half."""
    text = f"{PREFIXES}# ── A ──\n{declared('cstd:A')}\n{declared('cstd:B')}\n{axiom} .\n"
    found = Ontology(text)
    card = str(Cards(found, Facts(), {}, []).card(f"{CSTD}A"))
    assert told in Tree(f'<div id="x">{card}</div>').text["x"]
    (condition,) = found.terms[f"{CSTD}A"].conditions
    assert turtle(condition.node, found.links) in html.unescape(card)


def test_a_term_outside_the_sections_is_told() -> None:
    with pytest.raises(InputError, match="is in no section"):
        Ontology(f"{PREFIXES}{declared('cstd:A')}\n")


# ── What is inferred ──


def test_what_is_inferred_is_counted_apart() -> None:
    entry, means, who = (
        ox.NamedNode(iris.expand(name)) for name in ("std:a_1_x", "cstd:MeansDefinition", "cstd:TermEntry")
    )
    type_, inferred = ox.NamedNode(TYPE), ox.NamedNode(iris.INFERRED)
    store = ox.Store()
    store.add(ox.Quad(entry, type_, who))
    for class_ in (means, ox.NamedNode(iris.expand("cstd:TriadNamingDefinition"))):
        store.add(ox.Quad(entry, type_, class_, inferred))
    found = Facts(cast("Any", SimpleNamespace(store=store)))
    assert (found.classes[who.value], found.inferred[means.value], found.inferred[who.value]) == (1, 1, 0)
    assert found.member(means.value) == entry.value
    found.label = lambda iri: iri.partition("#")[2][:14]  # type: ignore[method-assign]
    drawn = drawing.definitions(Ontology(SOURCE), found)
    assert Counter(re.findall(r'class="count"[^>]*>(\d+)<', drawn)) == {"1": 2, "0": 3}
    cards = Cards(Ontology(SOURCE), found, {}, [])
    assert "1 by reasoning. For example" in cards.card(means.value)


# ── The pictures and the ontology ──


def test_the_picture_agrees_with_the_ontology_and_the_data(model: Ontology, facts: Facts) -> None:
    assert list(figures.disagreements(model, facts)) == []


@pytest.mark.parametrize(
    ("box", "edge", "found"),
    [
        (Box("cstd:Standrad", 0, 0, 0), None, "cstd:Standrad is no term"),
        (Box("cstd:Text", 0, 0, 0, kinds=("cstd:Aim",)), None, "cstd:Aim is not below cstd:Text"),
        (Box("cstd:Text", 0, 0, 0, filled=("cstd:Edition",)), None, "cstd:Edition has no condition"),
        (Box("cstd:Text", 0, 0, 0, kinds=("cstd:PublishedEdition",)), None, "cstd:PublishedEdition is filled"),
        (None, ("cstd:Text", "cstd:Standard", "cstd:editedOf"), "cstd:editedOf is no term"),
        (None, ("cstd:Project", "cstd:Standard", "cstd:editionOf"), "cstd:editionOf does not start at cstd:Project"),
        (None, ("cstd:Text", "cstd:Project", "cstd:editionOf"), "cstd:editionOf does not end at cstd:Project"),
        (None, ("cstd:Idea", "cstd:Text", ""), "cstd:Idea is not below cstd:Text"),
        (None, ("cstd:Series", "cstd:Level", "cstd:about"), "no statement goes by cstd:about"),
    ],
)
def test_a_wrong_picture_is_found(
    model: Ontology, facts: Facts, box: Box | None, edge: tuple[str, str, str] | None, found: str
) -> None:
    drawn = (Edge(edge[0], edge[1], (edge[2],) if edge[2] else (), (), (0, 0)),) if edge else ()
    problems = list(figures.disagreements(model, facts, (box,) if box else (), drawn))
    assert any(found in problem for problem in problems), problems


def test_nothing_lies_over_anything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(figures.misplaced()) == []
    moved = figures.EDGES[0]._replace(at=(120, 100))
    monkeypatch.setattr(figures, "EDGES", (moved, *figures.EDGES[1:]))
    assert any("lie over cstd:Standard" in problem for problem in figures.misplaced())


def test_a_word_that_is_too_long_is_told() -> None:
    with pytest.raises(InputError, match="does not fit"):
        drawing.text("name", 0, 0, "W" * 40, room=200, size=17)


def test_the_pictures_are_well_formed_and_say_what_they_show(written: dict[str, str]) -> None:
    for name in ("model.svg", "definitions.svg"):
        tree = Tree(written[name])
        assert tree.tags["title"] == tree.tags["desc"] == 1 and "prefers-color-scheme" in written[name]
        assert ("svg", "role", "img") in tree.attributes and tree.tags["a"] == 0


def test_each_class_of_definitions_takes_over_what_it_refers_to(model: Ontology, written: dict[str, str]) -> None:
    by_genus, by_facets = figures.definition_classes(model)
    assert (len(by_genus), len(by_facets)) == (4, 6)
    assert all(figures.is_inherited(model, facet.iri) for facet in (*by_genus, *by_facets))
    assert "is a member too" in written["definitions.svg"]


# ── Foreign text ──


def test_a_hostile_label_stays_text() -> None:
    quoted = HOSTILE.replace('"', '\\"')
    text = SOURCE.replace('rdfs:label "standard"@en', f'rdfs:label "{quoted}"@en')
    text = text.replace("# ── Lists ──", f"# ── {HOSTILE} ──\n# {HOSTILE} cstd:genus")
    text = text.replace('dct:title "Ontology of', f'dct:title "{quoted}')
    found = Facts()
    found.label = lambda iri: "<script>"  # type: ignore[method-assign]
    code = Code(f"{iris.BASE}scheme/genus#x", HOSTILE, HOSTILE, HOSTILE, [HOSTILE])
    made = Page(
        Ontology(text), found, {}, [Scheme(f"{iris.BASE}scheme/genus", "genus", HOSTILE, HOSTILE, [code])]
    ).text()
    tree = Tree(made)
    assert tree.tags["script"] == 0 and tree.tags["title"] == 3  # the page's own, and one of each picture
    assert [one for one in tree.attributes if one[1].startswith("on")] == []
    assert HOSTILE in tree.text["Standard"] and HOSTILE in tree.text["genus:x"]
    assert made.count("&lt;script&gt;") > 10


def test_only_what_is_made_here_is_markup() -> None:
    assert markup.tag("p", "<b>", markup.Html("<i>x</i>"), title='"<') == '<p title="&quot;&lt;">&lt;b&gt;<i>x</i></p>'
    assert isinstance(markup.join("<", by=", "), markup.Html)
    assert markup.join("a", "b", by="<") == "a&lt;b"
