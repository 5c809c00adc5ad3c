"""Foreign YAML as trees (:mod:`cyberstd_kg.foreign.trees`).

Of the YAML library only the parser is used: no tag makes an object, and nothing is resolved.  A mapping with a repeated
key is refused, and so are too deep nesting and too many repeats by aliases.  A faulty record does not affect the others
of its file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import yaml
from yaml import events

from cyberstd_kg.foreign.trees import MAX_DEPTH, NOT_UTF8, TOO_DEEP, Fault, Item, Tree

#: Limits on one record: nodes with what aliases repeat, aliases.
MAX_NODES: Final = 200_000
MAX_ALIASES: Final = 1000
#: The depth at which a document is given up, with the records behind.
_ABYSS: Final = 1000
#: Stands for bytes that are not UTF-8, so that their line is known.
_BAD: Final = "\ue0ff"
_TAGS: Final = re.compile(r"!|tag:yaml\.org,2002:(?:str|int|float|bool|null|timestamp|seq|map)")
_MARK: Final = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_CUT_OFF: Final = Fault(
    "truncated",
    "the file ends within a line, so that its last record may be cut off",
    "If it is complete, end the file with a line break.",
)


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _BAD, error.end


codecs.register_error("cyberstd-mark", _replace)


def read_yaml(data: bytes) -> Iterator[Item]:
    """Yield the records of a YAML file: each document, or each member of a document that is a list."""
    data = data.removeprefix(codecs.BOM_UTF8)
    cuts = [0, *(mark.start() for mark in _MARK.finditer(data) if mark.start()), len(data)]
    pending: Item | None = None
    line = 0
    for begin, end in pairwise(cuts):
        part = data[begin:end]
        for item in _document(part, line):
            if pending:
                yield pending
            pending = item
        line += part.count(b"\n")
    if pending:
        is_complete = data.endswith((b"\n", b"\r"))
        yield pending if is_complete or pending.fault else pending._replace(fault=_CUT_OFF)


def _document(part: bytes, before: int) -> Iterator[Item]:
    """Yield the records of one document that begins after *before* lines."""
    text = part.decode(errors="cyberstd-mark")
    if not re.search(r"^(?!---\s*$|\.\.\.|%|\s*#|\s*$)", text, re.MULTILINE):
        return  # comments and directives only
    bad = [before + n for n, line in enumerate(text.split("\n"), 1) if _BAD in line] if _BAD in text else []
    for item in _Events(text, before).records():
        wrong = next((line for line in bad if item.line <= line <= item.last), 0)
        yield item._replace(line=wrong, fault=NOT_UTF8) if wrong else item


class _Events:
    """Builds trees from the events of the YAML parser, and continues after a record that is refused.

    :param text: a document, or what its bytes decode to
    :param before: the number of lines of the file before it
    """

    def __init__(self, text: str, before: int) -> None:
        self._text = text
        self._loader: Any = None
        self._before = before
        self._anchors: dict[str, tuple[Tree, int]] = {}
        self._fault: tuple[int, Fault] | None = None
        self._nodes = self._aliases = 0
        self.line = before + 1

    def records(self) -> Iterator[Item]:
        """Yield the records; a syntax error ends them."""
        begin = self._before + 1
        try:
            # libyaml's parser where there is one; of the loader only the parser is used.
            self._loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(self._text)
            while not isinstance(event := self._next(), events.StreamEndEvent):
                begin = self.line
                if isinstance(event, events.SequenceStartEvent):
                    while not isinstance(event := self._next(), events.SequenceEndEvent):
                        begin = self.line
                        yield self._record(event, begin)
                elif isinstance(event, events.NodeEvent):
                    item = self._record(event, begin)
                    if item.fault or item.tree is not None:  # an empty document is none
                        yield item
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = self._before + 1 + mark.line if mark else self.line
            problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
            hint = "Correct this line or the one before it; the rest of the file was not read."
            fault = Fault("syntax", f"line {line} is not YAML: {problem[:200]}", hint)
            yield Item(line, max(line, begin), None, fault)
        finally:
            if self._loader:
                self._loader.dispose()

    def _record(self, event: Any, begin: int) -> Item:
        self._fault, self._nodes, self._aliases = None, 0, 0
        tree = self._node(event, 1)
        if self._fault:
            line, fault = self._fault
            return Item(line, self.line, None, fault)
        return Item(begin, self.line, tree)

    def _next(self) -> Any:
        event = self._loader.get_event()
        self.line = self._before + 1 + event.start_mark.line
        return event

    def _wrong(self, code: str, reason: str, hint: str) -> None:
        """Keep the first fault of the record; its events are read to its end all the same."""
        self._fault = self._fault or (self.line, Fault(code, reason, hint))

    def _node(self, event: Any, depth: int) -> Tree:
        """Return the tree that begins with *event*."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._wrong("too-large", f"it has more than {MAX_NODES} values", "Split it, or remove the repeats.")
        if isinstance(event, events.AliasEvent):
            return self._alias(event.anchor)
        if event.tag and not _TAGS.fullmatch(event.tag):
            self._wrong("tag", f"the tag '{event.tag[:80]}' is not read", "Write the value without a tag.")
        before = self._nodes
        tree: Tree
        if isinstance(event, events.ScalarEvent):
            is_plain = event.implicit[0]
            tree = None if is_plain and event.value in ("", "~", "null", "Null", "NULL") else event.value
        elif depth > MAX_DEPTH:
            self._wrong(*TOO_DEEP)
            self._skip()
            tree = None
        elif isinstance(event, events.SequenceStartEvent):
            tree = []
            while not isinstance(inner := self._next(), events.SequenceEndEvent):
                tree.append(self._node(inner, depth + 1))
        else:
            tree = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = tree, self._nodes - before + 1
        return tree

    def _mapping(self, depth: int) -> Tree:
        tree: dict[str, Tree] = {}
        while not isinstance(event := self._next(), events.MappingEndEvent):
            line = self.line
            key = self._node(event, depth + 1)
            if not isinstance(key, str):
                self._wrong("key", "a mapping in it has a key that is not a text", "Write the key as a text.")
                key = ""
            elif key in tree:
                self.line = line
                reason = f"one mapping has the key '{key[:80]}' twice, the second time on line {line}"
                self._wrong("duplicate-key", reason, "Keep one of them; it is not known which one is meant.")
            tree[key] = self._node(self._next(), depth + 1)
        return tree

    def _alias(self, anchor: str) -> Tree:
        self._aliases += 1
        tree, size = self._anchors.get(anchor, (None, 0))
        self._nodes += size
        if not size:
            self._wrong("alias", f"the alias '{anchor[:80]}' has no anchor before it", "Write the value out.")
        elif self._aliases > MAX_ALIASES or self._nodes > MAX_NODES:
            self._wrong("alias", "its aliases repeat too much", "Write the values out.")
            return None
        return tree

    def _skip(self) -> None:
        """Read to the end of the collection that has begun."""
        level = 1
        while level:
            event = self._next()
            level += isinstance(event, events.CollectionStartEvent)
            level -= isinstance(event, events.CollectionEndEvent)
            if level > _ABYSS:  # libyaml gives up by itself
                raise yaml.YAMLError(f"it is nested more than {_ABYSS} levels deep")
