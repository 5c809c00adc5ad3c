"""The saved questions: SPARQL files with a header, whose parameters are bound as typed terms.

A file runs as it stands in any SPARQL 1.1 engine.  Its header names id, question, group, parameters and an example::

    # id: iot-controls
    # question: Which controls of a text speak to a role?
    # group: Controls
    # param: addressee | code | | only controls that speak to this role
    # example: cyberstd ask iot-controls --addressee "IoT user"

A parameter stands in one block ``VALUES ?addressee { … }`` with its default, or ``UNDEF`` where optional.  Binding
replaces the block by a term in N-Triples syntax; what a user writes never becomes SPARQL text.  The default of a date
may be the word ``today``: the block then holds some day, so that the file runs as it stands, and binding puts today's
there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from cyberstd_kg.core import assets, days
from cyberstd_kg.core.errors import InputError, NotFound, UsageError
from cyberstd_kg.core.iris import SCHEMES
from cyberstd_kg.sparql.results import Term

#: Parameter type → classes among which a reference is looked up; None: anything with an IRI.
#: ``code:NAME`` is a code of the SKOS scheme NAME.
CLASSES: Final[Mapping[str, tuple[str, ...] | None]] = {
    "iri": None,
    "standard": ("cstd:Standard",),
    "edition": ("cstd:Text",),
    "document": ("cstd:Standard", "cstd:Text", "cstd:Project", "cstd:Regulation"),
    "provision": ("cstd:Provision",),
    "concept": ("skos:Concept",),
    "code": ("skos:Concept",),
    **{f"code:{name}": ("skos:Concept",) for name in SCHEMES},
    "agent": ("org:Organization", "foaf:Person"),
    "programme": ("cstd:Programme",),
    "source": ("cstd:Source",),
}
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID: Final = 100
#: An absolute IRI as N-Triples writes it (RDF 1.1 N-Triples, IRIREF), without escapes.
_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|^`\\]*')
#: The block that holds a parameter.
_BLOCK: Final = re.compile(r"VALUES\s+\?(\w+)\s*\{([^{}]*)\}")
#: The default of a date that is the day on which the question is asked.
TODAY: Final = "today"
#: The parameter, and the variable of a query, to which ``--as-of`` gives a day.
AS_OF: Final = "asOf"

#: (reference, parameter type) → IRI.
Resolver = Callable[[str, str], str]


class Param(NamedTuple):
    """A parameter: its type, the default as it stands in the file (empty: optional), and what it is for."""

    name: str
    type: str
    default: str
    doc: str


class SavedQuery(NamedTuple):
    """A saved question."""

    id: str
    question: str
    group: str
    params: list[Param]
    example: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """Return what ``ask --list --format json`` prints of it."""
        return {
            "id": self.id,
            "question": self.question,
            "group": self.group,
            "example": self.example,
            "parameters": [param._asdict() for param in self.params],
        }

    def bind(self, values: Mapping[str, str | Term], resolve: Resolver, today: str | None = None) -> str:
        """Return the query with parameters set.

        :param values: name → value, as people write it or as a term; those left out keep their default
        :param resolve: turns a reference into an IRI
        :param today: the day that a default ``today`` means; default: the day that it is
        :raises UsageError: on an unknown parameter, or a value that is not of its type
        :raises NotFound: when a reference means nothing
        """
        by_name = {param.name: param for param in self.params}
        terms = {}
        for param in self.params:
            if param.default == TODAY and param.name not in values:
                terms[param.name] = term("date", today or days.today(), resolve)
        for name, value in values.items():
            if name not in by_name:
                raise self._unknown(name)
            if by_name[name].type == "date" and isinstance(value, str):
                value = _day(name, value, today)
            terms[name] = term(by_name[name].type, value, resolve)
        if {"from", "to"} <= terms.keys() and terms["to"] < terms["from"]:
            raise UsageError("--to lies before --from", "Give the earlier day with --from.")
        # All blocks in one go, so that no value is searched for blocks.
        return _BLOCK.sub(lambda m: f"VALUES ?{m[1]} {{ {terms[m[1]]} }}" if m[1] in terms else m[0], self.text)

    def _unknown(self, name: str) -> UsageError:
        from difflib import get_close_matches

        names = [param.name for param in self.params]
        close = get_close_matches(name, names, n=1)
        hint = f"Did you mean --{close[0]}? " if close else ""
        known = ", ".join(f"--{known}" for known in names) or "none"
        return UsageError(f"the question '{self.id}' has no parameter '{name}'", f"{hint}It has: {known}.")


def term(kind: str, value: str | Term, resolve: Resolver) -> str:
    """Return a value as a term in N-Triples syntax, which is also SPARQL.

    :param kind: a key of :data:`CLASSES`, or string, integer, date, boolean
    :param value: as people write it; or a term, which has to be of that type
    :raises UsageError: when the value is not of its type
    """
    text = value if isinstance(value, str) else value.value
    given = None if isinstance(value, str) else value
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text) or "\0" in text:
        raise UsageError("the value contains characters that no text has", "Give it as UTF-8 without NUL.")
    if kind in CLASSES and (given is None or given.kind == "uri"):
        iri = text if given else resolve(text, kind)
        if not _IRI.fullmatch(iri):
            raise UsageError(f"'{text}' is no IRI", "Give a reference, a CURIE or an absolute IRI.")
        return f"<{iri}>"
    datatype = "" if kind == "string" else f"{_XSD}{kind}"
    if given is None or (given.kind, given.datatype) == ("literal", datatype):
        if kind == "string" and not (given and given.lang):
            return Term("literal", text).ntriples()
        if kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
            return Term("literal", str(int(text)), datatype).ntriples()
        if (kind == "boolean" and text in ("true", "false")) or (kind == "date" and _is_date(text)):
            return Term("literal", text, datatype).ntriples()
    forms = {
        "string": "a plain text",
        "integer": "a whole number of at most 18 digits",
        "boolean": "true or false",
        "date": "a date, as 2023-06-28",
    }
    raise UsageError(f"'{text}' is not {forms.get(kind, 'an IRI')}", "See the question with --explain.")


def bind_as_of(text: str, day: str) -> str:
    """Return a foreign query in which ``?asOf`` is bound to *day*; nothing else of it is changed.

    Where the query has one block ``VALUES ?asOf { … }``, the day is put there; else such a block is put at the
    beginning of each group that uses the variable, and of the first where the head does.

    :raises UsageError: when it does not use ``?asOf``, or has several such blocks; or *day* is no date
    """
    bound = term("date", day, lambda reference, kind: reference)
    blocks = [found for found in _BLOCK.finditer(text) if found[1] == AS_OF]
    if len(blocks) == 1:
        return f"{text[: blocks[0].start()]}VALUES ?asOf {{ {bound} }}{text[blocks[0].end() :]}"
    places = [] if blocks else sorted(_groups_with(text, AS_OF), reverse=True)
    if not places:
        said = f"has {len(blocks)} blocks VALUES ?asOf {{ … }}" if blocks else "does not use ?asOf"
        raise UsageError(f"--as-of: the query {said}", "Use the variable ?asOf where the day is to stand, once.")
    for place in places:
        text = f"{text[:place]} VALUES ?asOf {{ {bound} }}{text[place:]}"
    return text


def _groups_with(text: str, name: str) -> set[int]:
    """Return the places behind the ``{`` of the groups of patterns in which the variable *name* stands.

    A template (of CONSTRUCT) holds no patterns, and head and tail none at all: for them the first group counts.
    """
    from cyberstd_kg.sparql import guard

    opened: list[tuple[int, bool]] = []  # (place, whether patterns may stand there)
    found: set[int] = set()
    first: int | None = None
    outside, before = False, ""
    for token in guard.tokens(text):
        if token.text == "{":
            patterns = before.upper() != "CONSTRUCT"
            opened.append((token.start + 1, patterns))
            first = token.start + 1 if first is None and patterns else first
        elif token.text == "}" and opened:
            opened.pop()
        elif token.kind == "var" and token.text[1:] == name:
            if opened and opened[-1][1]:
                found.add(opened[-1][0])
            else:
                outside = True
        before = token.text
    return found | ({first} if outside and first is not None else set())


def load(question: str) -> SavedQuery:
    """Return one saved question.

    :raises NotFound: when there is none of this id; names near misses
    """
    path = assets.root() / "queries" / "competency" / f"{question}.rq"
    if len(question) > _LONGEST_ID or not _ID.fullmatch(question) or not path.is_file():
        from difflib import get_close_matches

        shown = question[:_LONGEST_ID]
        close = get_close_matches(shown, [file.stem for file in assets.query_files()], n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "cyberstd ask lists the questions."
        raise NotFound(f"there is no saved question '{shown}'", hint)
    return parse(path)


def load_all() -> dict[str, SavedQuery]:
    """Return all saved questions by id, in order of id."""
    return {path.stem: parse(path) for path in sorted(assets.query_files(), key=lambda path: path.stem)}


def parse(path: Path) -> SavedQuery:
    """Read one file and check its header.

    :raises InputError: when the header is incomplete or a parameter has not exactly one block; names the file
    """
    text = path.read_text(encoding="utf-8")
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        found = re.fullmatch(r"# (id|question|group|param|example): (.+)", line)
        if found:
            fields.setdefault(found[1], []).append(found[2].strip())
    single = {}
    for name in ("id", "question", "group", "example"):
        if len(fields.get(name, [])) != 1:
            raise InputError(f"{path.name}: the header needs one line '# {name}: …'", "Add it at the top of the file.")
        single[name] = fields[name][0]
    params = [_param(path.name, line) for line in fields.get("param", [])]
    for param in params:
        blocks = [found[2].strip() for found in _BLOCK.finditer(text) if found[1] == param.name]
        if len(blocks) != 1:
            raise InputError(f"{path.name}: no single block VALUES ?{param.name} {{ … }}", "Give each parameter one.")
        if param.default == TODAY:
            day = re.fullmatch(r'"([0-9-]{10})"\^\^xsd:date', blocks[0])
            if param.type != "date" or day is None or not _is_date(day[1]):
                message = f"{path.name}: the default of {param.name} is today, and its block holds no day"
                raise InputError(message, 'Make it a date, and write some day: VALUES ?day { "2024-06-30"^^xsd:date }.')
        elif (blocks[0] == "UNDEF") != (param.default == ""):
            raise InputError(
                f"{path.name}: the default of {param.name} is '{param.default}' in the header and '{blocks[0]}' below",
                "Leave it empty where the block says UNDEF, and only there.",
            )
    return SavedQuery(single["id"], single["question"], single["group"], params, single["example"], text)


def _param(file: str, line: str) -> Param:
    parts = [part.strip() for part in line.split("|", 3)]
    if len(parts) != 4 or parts[1] not in {*CLASSES, "string", "integer", "date", "boolean"}:
        raise InputError(f"{file}: '# param: {line}' is not NAME | TYPE | DEFAULT | DOC", "See docs/conventions.md.")
    return Param(*parts)


def _day(name: str, value: str, today: str | None) -> str:
    """Return the day that a date parameter means: of a year or month the first for ``from``, the last for ``to``.

    What is no period is left to :func:`term`, which refuses it.
    """
    try:
        first, last = days.period(value, today)
    except UsageError:
        return value
    if first == last or name == "from":
        return first
    return last if name == "to" else value


def _is_date(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    from datetime import date

    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
