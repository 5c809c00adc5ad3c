"""Foreign YAML → trees (:mod:`cyberstd_kg.foreign.trees`).

Of the YAML library only the parser is used: no tag makes an object, and nothing is resolved.  A mapping that says one
thing twice is refused, and so is what is nested or repeated beyond reason.  A record that is wrong does not take the
others of its file with it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from cyberstd_kg.foreign.trees import MAX_DEPTH, Item, Tree, not_utf8, too_deep

#: Limits on one record: nodes with what aliases repeat, aliases.
MAX_NODES: Final = 200_000
MAX_ALIASES: Final = 1000
#: A depth at which a document is given up, with the records behind.
_ABYSS: Final = 1000
#: Stands for bytes that are not UTF-8; its line is remembered.
_BAD: Final = "\ue0ff"
_TAGS: Final = re.compile(r"!|tag:yaml\.org,2002:(?:str|int|float|bool|null|timestamp|seq|map)")
_MARK: Final = re.compile(rb"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)


def _replace(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return _BAD, error.end


codecs.register_error("cyberstd-mark", _replace)


def read_yaml(data: bytes) -> Iterator[Item]:
    """Yield the records of a YAML file: each document, or each member of a document that is a list."""
    data = data.removeprefix(codecs.BOM_UTF8)
    whole = data.endswith((b"\n", b"\r"))
    cuts = [0, *(found.start() for found in _MARK.finditer(data) if found.start()), len(data)]
    pending: Item | None = None
    line = 0
    for begin, end in pairwise(cuts):
        part = data[begin:end]
        for item in _document(part, line):
            if pending:
                yield pending
            pending = item
        line += part.count(b"\n")
    if pending and not whole and not pending.fault:
        told = "the file ends within a line, so that its last record may be cut off"
        pending = pending._replace(fault=("truncated", told, "If it is whole, end the file with a line break."))
    if pending:
        yield pending


def _document(part: bytes, before: int) -> Iterator[Item]:
    """Yield the records of one document that begins after *before* lines."""
    text = part.decode(errors="cyberstd-mark")
    if not re.search(r"^(?!---\s*$|\.\.\.|%|\s*#|\s*$)", text, re.MULTILINE):
        return  # comments and directives only
    bad = [before + n for n, line in enumerate(text.split("\n"), 1) if _BAD in line] if _BAD in text else []
    for item in _Events(text, before).records():
        wrong = next((line for line in bad if item.line <= line <= item.last), 0)
        yield item._replace(line=wrong, fault=not_utf8()) if wrong else item


class _Events:
    """Builds trees from the events of the YAML parser, and goes on behind what it refuses."""

    def __init__(self, text: str, before: int) -> None:
        import yaml

        self._errors: type[Exception] = yaml.YAMLError
        self._kinds: Any = yaml.events
        # libyaml's parser where there is one; of the loader only the parser is used.
        self._make: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._text = text
        self._loader: Any = None
        self._before = before
        self._anchors: dict[str, tuple[Tree, int]] = {}
        self._fault: tuple[int, str, str, str] | None = None
        self._nodes = self._aliases = 0
        self.line = before + 1

    def records(self) -> Iterator[Item]:
        """Yield the records; an error of syntax ends them."""
        begin = self._before + 1
        try:
            self._loader = self._make(self._text)
            while not isinstance(event := self._next(), self._kinds.StreamEndEvent):
                begin = self.line
                if isinstance(event, self._kinds.SequenceStartEvent):
                    while not isinstance(event := self._next(), self._kinds.SequenceEndEvent):
                        begin = self.line
                        yield self._record(event, begin)
                elif isinstance(event, self._kinds.NodeEvent):
                    item = self._record(event, begin)
                    if item.fault or item.tree is not None:  # an empty document is none
                        yield item
        except self._errors as error:
            mark = getattr(error, "problem_mark", None)
            line = self._before + 1 + mark.line if mark else self.line
            problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
            told = f"line {line} is no YAML: {problem[:200]}"
            hint = "Correct this line or the one before it; what follows in the file was not read."
            yield Item(line, max(line, begin), None, ("syntax", told, hint))
        finally:
            if self._loader:
                self._loader.dispose()

    def _record(self, event: Any, begin: int) -> Item:
        self._fault, self._nodes, self._aliases = None, 0, 0
        tree = self._node(event, 1)
        if self._fault:
            line, *fault = self._fault
            return Item(line, self.line, None, (fault[0], fault[1], fault[2]))
        return Item(begin, self.line, tree)

    def _next(self) -> Any:
        event = self._loader.get_event()
        self.line = self._before + 1 + event.start_mark.line
        return event

    def _wrong(self, code: str, reason: str, hint: str) -> None:
        """Remember the first fault of the record; its events are read to its end all the same."""
        self._fault = self._fault or (self.line, code, reason, hint)

    def _node(self, event: Any, depth: int) -> Tree:
        """Return the tree that begins with *event*."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._wrong("too-large", f"it has more than {MAX_NODES} values", "Split it, or take the repeats out.")
        kinds = self._kinds
        if isinstance(event, kinds.AliasEvent):
            return self._alias(event.anchor)
        if event.tag and not _TAGS.fullmatch(event.tag):
            self._wrong("tag", f"the tag '{event.tag[:80]}' is not read", "Write the value without a tag.")
        before = self._nodes
        tree: Tree
        if isinstance(event, kinds.ScalarEvent):
            plain = event.implicit[0]
            tree = None if plain and event.value in ("", "~", "null", "Null", "NULL") else event.value
        elif depth > MAX_DEPTH:
            self._wrong(*too_deep())
            self._skip()
            tree = None
        elif isinstance(event, kinds.SequenceStartEvent):
            tree = []
            while not isinstance(inner := self._next(), kinds.SequenceEndEvent):
                tree.append(self._node(inner, depth + 1))
        else:
            tree = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = tree, self._nodes - before + 1
        return tree

    def _mapping(self, depth: int) -> Tree:
        tree: dict[str, Tree] = {}
        while not isinstance(event := self._next(), self._kinds.MappingEndEvent):
            line = self.line
            key = self._node(event, depth + 1)
            if not isinstance(key, str):
                self._wrong("key", "a mapping in it has a key that is no text", "Write the key as a text.")
                key = ""
            elif key in tree:
                self.line = line
                told = f"'{key[:80]}' stands twice in one mapping, the second time on line {line}"
                self._wrong("duplicate-key", told, "Keep one of them: nobody can tell which one is meant.")
            tree[key] = self._node(self._next(), depth + 1)
        return tree

    def _alias(self, anchor: str) -> Tree:
        self._aliases += 1
        tree, size = self._anchors.get(anchor, (None, 0))
        self._nodes += size
        if not size:
            self._wrong("alias", f"the alias '{anchor[:80]}' names nothing before it", "Write the value out.")
        elif self._aliases > MAX_ALIASES or self._nodes > MAX_NODES:
            self._wrong("alias", "its aliases repeat too much", "Write out what is meant.")
            return None
        return tree

    def _skip(self) -> None:
        """Read to the end of the collection that has begun."""
        level = 1
        while level:
            event = self._next()
            level += isinstance(event, self._kinds.CollectionStartEvent)
            level -= isinstance(event, self._kinds.CollectionEndEvent)
            if level > _ABYSS:  # libyaml gives up by itself
                raise self._errors(f"it is nested more than {_ABYSS} levels deep")
