"""The saved questions: SPARQL files with a header, whose parameters are bound as typed terms.

Each file stands in the folder of its group, ``queries/competency/<group>/<id>.rq``, and runs as it stands in any
SPARQL 1.1 engine.  Its header gives id, question, group, parameters and an example::

    # id: iot-controls
    # question: Which controls address a role, with number, title and kind?
    # group: Controls
    # param: addressee | code | | only controls that address this role
    # example: cyberstd ask iot-controls --addressee "IoT user"

A parameter stands in one block ``VALUES ?addressee { … }`` with its default, or ``UNDEF`` where it is optional.
Binding replaces the content of the block by a term in N-Triples syntax; what a user writes never becomes SPARQL text.
The default of a date may be the word ``today``: the block then holds some day, so that the file runs as it stands, and
binding replaces it by the current day.
"""

from __future__ import annotations

import re
from collections import defaultdict
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
#: Parameter type → how a person writes such a value.
_LITERALS: Final[Mapping[str, str]] = {
    "string": "a plain text",
    "integer": "a whole number of at most 18 digits",
    "boolean": "true or false",
    "date": "a date, as 2023-06-28",
}
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
#: How much of an unknown id a message repeats.
_LONGEST_ID: Final = 100
#: An absolute IRI as N-Triples writes it (RDF 1.1 N-Triples, IRIREF), without escapes.
_IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|^`\\]*')
#: The block that holds a parameter.
_BLOCK: Final = re.compile(r"VALUES\s+\?(\w+)\s*\{([^{}]*)\}")
_HEADER_LINE: Final = re.compile(r"# (id|question|group|param|example): (.+)")
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

        :param values: name → value, as people write it or as a term; parameters left out keep their default
        :param resolve: turns a reference into an IRI
        :param today: the day that a default ``today`` means (default: the current day)
        :raises UsageError: on an unknown parameter, or a value that is not of its type
        :raises NotFound: when a reference names nothing
        """
        types = {param.name: param.type for param in self.params}
        defaults = {param.name: today or days.today() for param in self.params if param.default == TODAY}
        terms = {}
        for name, value in (defaults | dict(values)).items():
            if name not in types:
                raise self._unknown(name)
            if types[name] == "date" and isinstance(value, str):
                value = _day(name, value, today)
            terms[name] = term(types[name], value, resolve)
        if {"from", "to"} <= terms.keys() and terms["to"] < terms["from"]:
            raise UsageError("--to lies before --from", "Give the earlier day with --from.")
        # All blocks at once, so that no block is looked for inside a value.
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
    literal = _literal(kind, text, given)
    if literal is None:
        raise UsageError(f"'{text}' is not {_LITERALS.get(kind, 'an IRI')}", "See the question with --explain.")
    return literal.ntriples()


def _literal(kind: str, text: str, given: Term | None) -> Term | None:
    """Return the literal that *text* is as a value of type *kind*; None where it is none.

    :param given: the term with this text, where a term was given; it has to be of that type
    """
    datatype = "" if kind == "string" else f"{_XSD}{kind}"
    if given is not None and ((given.kind, given.datatype) != ("literal", datatype) or given.lang):
        return None
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
        return Term("literal", str(int(text)), datatype)
    if kind == "string" or (kind == "boolean" and text in ("true", "false")) or (kind == "date" and _is_date(text)):
        return Term("literal", text, datatype)
    return None


def bind_as_of(text: str, day: str) -> str:
    """Return a foreign query in which ``?asOf`` is bound to *day*; nothing else of it is changed.

    Where the query has one block ``VALUES ?asOf { … }``, the day is put there; else such a block is put at the
    beginning of each group that uses the variable, and of the first where the head does.

    :raises UsageError: when it does not use ``?asOf``, or has several such blocks; or *day* is no date
    """
    bound = term("date", day, lambda reference, kind: reference)
    blocks = [block for block in _BLOCK.finditer(text) if block[1] == AS_OF]
    if len(blocks) == 1:
        return f"{text[: blocks[0].start()]}VALUES ?asOf {{ {bound} }}{text[blocks[0].end() :]}"
    places = [] if blocks else sorted(_groups_with(text, AS_OF), reverse=True)
    if not places:
        fault = f"has {len(blocks)} blocks VALUES ?asOf {{ … }}" if blocks else "does not use ?asOf"
        raise UsageError(f"--as-of: the query {fault}", "Use the variable ?asOf where the day is to stand, once.")
    for place in places:
        text = f"{text[:place]} VALUES ?asOf {{ {bound} }}{text[place:]}"
    return text


def _groups_with(text: str, name: str) -> set[int]:
    """Return the places behind the ``{`` of the groups of patterns in which the variable *name* stands.

    The template of CONSTRUCT is not a group of patterns, and head and tail are in none: there, the first group counts.
    """
    from cyberstd_kg.sparql import guard

    open_groups: list[tuple[int, bool]] = []  # (place, whether patterns may stand there)
    places: set[int] = set()
    first_place: int | None = None
    used_outside, before = False, ""
    for token in guard.tokens(text):
        if token.text == "{":
            has_patterns = before.upper() != "CONSTRUCT"
            open_groups.append((token.start + 1, has_patterns))
            if has_patterns and first_place is None:
                first_place = token.start + 1
        elif token.text == "}" and open_groups:
            open_groups.pop()
        elif token.kind == "var" and token.text[1:] == name:
            if open_groups and open_groups[-1][1]:
                places.add(open_groups[-1][0])
            else:
                used_outside = True
        before = token.text
    return places | ({first_place} if used_outside and first_place is not None else set())


def load(question: str) -> SavedQuery:
    """Return one saved question.

    The id is looked up among the files that are there, so it cannot lead to another file.

    :raises NotFound: when there is none of this id; names near misses
    """
    paths = {path.stem: path for path in assets.query_files()}
    if question not in paths:
        from difflib import get_close_matches

        shown = question[:_LONGEST_ID]
        close = get_close_matches(shown, paths, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "cyberstd ask lists the questions."
        raise NotFound(f"there is no saved question '{shown}'", hint)
    return parse(paths[question])


def load_all() -> dict[str, SavedQuery]:
    """Return all saved questions by id, in order of id."""
    return {path.stem: parse(path) for path in assets.query_files()}


def parse(path: Path) -> SavedQuery:
    """Read one file and check its header.

    :raises InputError: when the header is incomplete or a parameter has not exactly one block; names the file
    """
    text = path.read_text(encoding="utf-8")
    header: defaultdict[str, list[str]] = defaultdict(list)
    for line in text.splitlines():
        if field := _HEADER_LINE.fullmatch(line):
            header[field[1]].append(field[2].strip())
    for name in ("id", "question", "group", "example"):
        if len(header[name]) != 1:
            raise InputError(f"{path.name}: the header needs one line '# {name}: …'", "Add it at the top of the file.")
    params = [_param(path.name, line) for line in header["param"]]
    for param in params:
        _require_block(path.name, param, text)
    return SavedQuery(
        id=header["id"][0],
        question=header["question"][0],
        group=header["group"][0],
        params=params,
        example=header["example"][0],
        text=text,
    )


def _param(file: str, line: str) -> Param:
    parts = [part.strip() for part in line.split("|", 3)]
    if len(parts) != 4 or parts[1] not in {*CLASSES, *_LITERALS}:
        raise InputError(f"{file}: '# param: {line}' is not NAME | TYPE | DEFAULT | DOC", "See docs/conventions.md.")
    return Param(*parts)


def _require_block(file: str, param: Param, text: str) -> None:
    """Require that *text* has one block of the parameter, which agrees with its default in the header."""
    blocks = [block[2].strip() for block in _BLOCK.finditer(text) if block[1] == param.name]
    if len(blocks) != 1:
        raise InputError(f"{file}: no single block VALUES ?{param.name} {{ … }}", "Give each parameter one.")
    if param.default == TODAY:
        day = re.fullmatch(r'"([0-9-]{10})"\^\^xsd:date', blocks[0])
        if param.type != "date" or day is None or not _is_date(day[1]):
            raise InputError(
                f"{file}: the default of {param.name} is today, and its block holds no day",
                'Make it a date, and write some day: VALUES ?day { "2024-06-30"^^xsd:date }.',
            )
    elif (blocks[0] == "UNDEF") != (param.default == ""):
        raise InputError(
            f"{file}: the default of {param.name} is '{param.default}' in the header and '{blocks[0]}' below",
            "Leave it empty where the block says UNDEF, and only there.",
        )


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
