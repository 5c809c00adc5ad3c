"""The saved questions: SPARQL files with a header, whose parameters are bound as typed terms.

A file runs as it stands in any SPARQL 1.1 engine.  Its header names id, question, group, parameters and an example::

    # id: iot-controls
    # question: Which controls of a text speak to a role?
    # group: Controls
    # param: addressee | code | | only controls that speak to this role
    # example: cyberstd ask iot-controls --addressee "IoT user"

A parameter stands in one block ``VALUES ?addressee { … }`` with its default, or ``UNDEF`` where optional.  Binding
replaces the block by a term in N-Triples syntax; what a user writes never becomes SPARQL text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from cyberstd_kg import assets
from cyberstd_kg.errors import InputError, NotFound, UsageError

#: Parameter type → classes among which a reference is looked up; None: anything with an IRI.
CLASSES: Final[Mapping[str, tuple[str, ...] | None]] = {
    "iri": None,
    "standard": ("cstd:Standard",),
    "edition": ("cstd:Text",),
    "document": ("cstd:Standard", "cstd:Text", "cstd:Project", "cstd:Regulation"),
    "provision": ("cstd:Provision",),
    "concept": ("skos:Concept",),
    "code": ("skos:Concept",),
    "agent": ("org:Organization", "foaf:Person"),
    "programme": ("cstd:Programme",),
    "source": ("cstd:Source",),
}
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: What an IRI in N-Triples must not contain (RDF 1.1 N-Triples, IRIREF).
_NO_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')

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
            "params": [param._asdict() for param in self.params],
        }

    def bind(self, values: Mapping[str, str], resolve: Resolver) -> str:
        """Return the query with parameters set.

        :param values: name → value, as people write it; those left out keep their default
        :param resolve: turns a reference into an IRI
        :raises UsageError: on an unknown parameter, or a value that is not of its type
        :raises NotFound: when a reference means nothing
        """
        by_name = {param.name: param for param in self.params}
        text = self.text
        for name, value in values.items():
            param = by_name.get(name)
            if param is None:
                known = ", ".join(f"--{known}" for known in by_name) or "none"
                raise UsageError(f"the question '{self.id}' has no parameter '{name}'", f"It has: {known}.")
            text = _replace(text, name, term(param.type, value, resolve))
        return text


def term(kind: str, value: str, resolve: Resolver) -> str:
    """Return a value as a term in N-Triples syntax, which is also SPARQL.

    :param kind: a key of :data:`CLASSES`, or string, integer, date, boolean
    :raises UsageError: when the value is not of its type
    """
    if kind in CLASSES:
        iri = resolve(value, kind)
        if _NO_IRI.search(iri):
            raise UsageError(f"'{value}' is no IRI", "Give a reference, a CURIE or an absolute IRI.")
        return f"<{iri}>"
    if kind == "string":
        return _quoted(value)
    if kind == "integer" and re.fullmatch(r"-?[0-9]{1,18}", value):
        return f'"{int(value)}"^^<{_XSD}integer>'
    if kind == "boolean" and value in ("true", "false"):
        return f'"{value}"^^<{_XSD}boolean>'
    if kind == "date" and _is_date(value):
        return f'"{value}"^^<{_XSD}date>'
    forms = {"integer": "a whole number", "boolean": "true or false", "date": "a date, as 2023-06-28"}
    raise UsageError(f"'{value}' is not {forms.get(kind, kind)}", "See the question with --explain.")


def load(question: str) -> SavedQuery:
    """Return one saved question.

    :raises NotFound: when there is none of this id; names near misses
    """
    path = assets.root() / "queries" / "competency" / f"{question}.rq"
    if not _ID.fullmatch(question) or not path.is_file():
        from difflib import get_close_matches

        close = get_close_matches(question, [file.stem for file in assets.query_files()], n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "cyberstd ask lists the questions."
        raise NotFound(f"there is no saved question '{question}'", hint)
    return parse(path)


def load_all() -> dict[str, SavedQuery]:
    """Return all saved questions by id, in order of id."""
    return {path.stem: parse(path) for path in assets.query_files()}


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
        if len(_block(param.name).findall(text)) != 1:
            raise InputError(f"{path.name}: no single block VALUES ?{param.name} {{ … }}", "Give each parameter one.")
    return SavedQuery(single["id"], single["question"], single["group"], params, single["example"], text)


def _param(file: str, line: str) -> Param:
    parts = [part.strip() for part in line.split("|", 3)]
    if len(parts) != 4 or parts[1] not in {*CLASSES, "string", "integer", "date", "boolean"}:
        raise InputError(f"{file}: '# param: {line}' is not NAME | TYPE | DEFAULT | DOC", "See docs/conventions.md.")
    return Param(*parts)


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES \?{re.escape(name)} \{{[^{{}}]*\}}")


def _replace(text: str, name: str, value: str) -> str:
    return _block(name).sub(lambda _: f"VALUES ?{name} {{ {value} }}", text)


def _quoted(value: str) -> str:
    if any(0xD800 <= ord(c) <= 0xDFFF for c in value) or "\0" in value:
        raise UsageError("the value contains characters that no text has", "Give it as UTF-8 without NUL.")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def _is_date(value: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    from datetime import date

    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
