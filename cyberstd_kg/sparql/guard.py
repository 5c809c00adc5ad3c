"""Reads a foreign SPARQL query before the engine does, and refuses what must not run here.

It refuses ``SERVICE`` (the engine would fetch from other hosts, and has no switch for it), updates, and texts so long,
so deep or so chained that the engine's recursive parser would crash.

The engine's parser has no tokens, so it reads some texts differently from the grammar of SPARQL 1.1.  Each of these
reached the network in a test, although a reader of tokens finds a name, an IRI or a string there:

* ``SERVICEex:x{…}``, ``1SERVICE<…>{…}``, ``trueSERVICE<…>{…}``: a keyword needs no gap before or after it;
* ``FILTER(1<'>') SERVICE<…>{…} #'``: after a value ``<`` is 'less than', even where an IRI could begin;
* ``VALUES ?x{'''a'} SERVICE<…>{…} #\\q'''``: a long string with a false escape becomes two short ones;
* ``ex:6.1.3``: a name with two dots is cut after the first part.

So a word counts as SERVICE as soon as it contains it.  A name, IRI or string hides it only where both readings agree;
a text in which they differ is refused.  SPARQL 1.1 section 19.2 reads codepoint escapes (``SERV\\u0049CE``) before the
grammar, the engine does not: a text that has some is read both ways.

``FROM`` and ``FROM NAMED`` pass: the engine only chooses among its own graphs and fetches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from cyberstd_kg.core.errors import QueryRefused

#: Longest query, in bytes of UTF-8.
MAX_BYTES: Final = 64 * 1024
#: Deepest nesting of braces, parentheses and brackets.  With 8 MB of stack the engine crashes from about 830 on.
MAX_DEPTH: Final = 128
#: Most operators that the engine stacks on each other.  With 8 MB of stack it crashes from about 2600 MINUS on.
MAX_CHAIN: Final = 512
#: Most patterns in all (triples, groups, reified triples).  With 4 MB of stack the engine was seen to crash at 4100.
MAX_PATTERNS: Final = 2048

#: Words of SPARQL 1.1 Update; none of them is a keyword of a query.
_UPDATE: Final = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY".split())
_CHAIN_WORDS: Final = frozenset("MINUS OPTIONAL UNION LATERAL AS".split())
_CHAIN_SIGNS: Final = frozenset(["!", "+", "-", "*", "/", "|", "||", "&&", "^"])
_PATTERN_SIGNS: Final = frozenset(".;,{<")
_CLOSES: Final = {")": "(", "]": "[", "}": "{"}
#: Kinds of token that can end a value: after them ``<`` may mean 'less than'.
_ENDS_VALUE: Final = frozenset(["iri", "string", "name", "bnode", "var", "number", "lang", "word"])
#: Words after which a name and ``{`` are no SERVICE in disguise.
_BEFORE_GRAPH_NAME: Final = frozenset("GRAPH FROM NAMED DESCRIBE".split())
_SERVICE: Final = "service"

# PN_CHARS_BASE and the rest of PN_CHARS beyond ASCII: rules 164 and 167 of the SPARQL 1.1 grammar.  For matching, each
# such character is replaced by one that stands for its class: the full classes take 25 ms to compile, these 2 ms.
_BASE_RANGES: Final = (
    "\u00c0\u00d6 \u00d8\u00f6 \u00f8\u02ff \u0370\u037d \u037f\u1fff \u200c\u200d \u2070\u218f \u2c00\u2fef "
    "\u3001\ud7ff \uf900\ufdcf \ufdf0\ufffd \U00010000\U000effff"
).split()
_MORE_RANGES: Final = "\u00b7\u00b7 \u0300\u036f \u203f\u2040".split()
_A_BASE, _A_MORE, _A_FOREIGN = "\u00c0", "\u00b7", "\u00d7"
_BASE = f"A-Za-z{_A_BASE}"
_VAR = f"{_BASE}_0-9{_A_MORE}"
_CHARS = f"{_VAR}\\-"
_LOCAL = rf"(?:[{_CHARS}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_PREFIX = rf"[{_BASE}](?:\.*+[{_CHARS}])*+"
# An escape of a surrogate or beyond U+10FFFF makes the engine give up the string, so it is no escape here.
_UCHAR = (
    r"\\u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|\\U(?!0000[dD][89a-fA-F])(?:000[0-9A-Fa-f]|0010)[0-9A-Fa-f]{4}"
)
_ESC = rf"(?:\\[tbnrf\\\"']|{_UCHAR})"
_PATTERN = "|".join(
    [
        r"(?P<skip>[ \t\r\n]++|#[^\r\n]*+)",
        rf"(?P<string>\"\"\"(?:\"{{0,2}}(?:[^\"\\]++|{_ESC}))*+\"\"\"|'''(?:'{{0,2}}(?:[^'\\]++|{_ESC}))*+'''"
        rf"|\"(?!\"\")(?:[^\"\\\r\n]++|{_ESC})*+\"|'(?!'')(?:[^'\\\r\n]++|{_ESC})*+')",
        rf"(?P<iri><(?:[^\x00-\x20<>\"{{}}|^`\\]++|{_UCHAR})*+>)",
        rf"(?P<var>[?$][{_VAR}]++)",
        rf"(?P<bnode>_:[{_BASE}_0-9](?:\.*+[{_CHARS}])*+)",
        rf"(?P<name>{_PREFIX}(?::(?:{_LOCAL}(?:\.*+{_LOCAL})*+)?+)?+|:(?:{_LOCAL}(?:\.*+{_LOCAL})*+)?+)",
        r"(?P<lang>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)",
        r"(?P<number>[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)",
        r"(?P<sign>\|\||&&|[{}()\[\];,.=!<>|&^*/+\-?~])",
    ]
)


class Token(NamedTuple):
    """One token: *kind* is string, iri, var, bnode, name, word, lang, number or sign; *start* its place in the text."""

    kind: str
    text: str
    start: int


def _stand_in(match: re.Match[str]) -> str:
    char = match[0]
    if any(span[0] <= char <= span[1] for span in _BASE_RANGES):
        return _A_BASE
    return _A_MORE if any(span[0] <= char <= span[1] for span in _MORE_RANGES) else _A_FOREIGN


def _place(text: str, start: int) -> str:
    before = text[:start]
    return f"line {before.count(chr(10)) + 1}, column {start - before.rfind(chr(10))}"


def tokens(text: str) -> Iterator[Token]:
    """Split *text* into tokens by the grammar of SPARQL 1.1, without blanks and comments.

    A word (keyword, ``a``, ``true``) is a name without a colon.

    :raises QueryRefused: at the first character that begins no token, with its line and column
    """
    match_at = re.compile(_PATTERN).match
    classes = text if text.isascii() else re.sub(r"[^\x00-\x7f]", _stand_in, text)
    at = 0
    while at < len(text):
        match = match_at(classes, at)
        if match is None:
            what = f"'{text[at]}' (U+{ord(text[at]):04X}), which begins nothing in SPARQL"
            what = "a string that is not closed" if text[at] in "\"'" else what
            hint = "Correct the query there; check quotes and escapes."
            raise QueryRefused(f"the query has, at {_place(text, at)}, {what}", hint)
        kind, end = match.lastgroup or "", match.end()
        if kind == "name" and ":" not in match[0]:
            kind = "word"
        if kind != "skip":
            yield Token(kind, text[at:end], at)
        at = end


class _Scan:
    """Reads a text once, token by token, and refuses what is not allowed.

    :param service: let SERVICE pass
    """

    def __init__(self, text: str, *, service: bool) -> None:
        self._text = text
        self._service = service
        self._open: list[str] = []
        self._before = Token("", "", 0)
        self._operators = self._patterns = 0
        #: Whether a ``{`` right after the last token makes that a SERVICE in disguise.
        self._is_disguised = False

    def run(self) -> None:
        """Read the text.

        :raises QueryRefused: at the first token that is not allowed
        """
        for token in tokens(self._text):
            if self._is_disguised and token.text == "{":
                raise self._service_at(token)
            self._is_disguised = False
            if token.kind in ("word", "lang") and self._hides_service(token):
                raise self._service_at(token)
            if token.kind == "word":
                self._word(token)
            elif token.kind in ("name", "bnode"):
                self._name(token)
            elif token.kind == "iri":
                self._iri(token)
            elif token.kind == "sign":
                self._sign(token)
            if self._patterns > MAX_PATTERNS:
                message = f"the query has more than {MAX_PATTERNS} patterns"
                raise QueryRefused(message, "Split it, or list the values with VALUES.")
            if self._operators > MAX_CHAIN:
                message = f"the query has more than {MAX_CHAIN} operators (such as / || + MINUS OPTIONAL AS)"
                raise QueryRefused(message, "Split it into several queries, or list the values with VALUES.")
            self._before = token

    def _at(self, token: Token) -> str:
        return _place(self._text, token.start)

    def _hides_service(self, token: Token) -> bool:
        return not self._service and _SERVICE in token.text.casefold()

    def _service_at(self, token: Token) -> QueryRefused:
        message = f"the query has SERVICE at {self._at(token)}, which would send it to another host"
        return QueryRefused(message, "Leave SERVICE out; to ask an endpoint, give its address with --endpoint.")

    def _unclear(self, token: Token, what: str, hint: str) -> QueryRefused:
        return QueryRefused(f"'{token.text}'{what} at {self._at(token)} can be read in two ways", hint)

    def _word(self, token: Token) -> None:
        """Refuse words of updates, and count operators."""
        parts = re.split(r"[.\-]", token.text.upper())
        for part in parts:
            if part in _UPDATE:
                message = f"the query has {part} at {self._at(token)}: updates are not allowed"
                raise QueryRefused(message, "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.")
        self._operators += len(parts) - 1 + (token.text.upper() in _CHAIN_WORDS)

    def _name(self, token: Token) -> None:
        """Refuse a prefixed name or blank node that the engine may read otherwise."""
        if token.text.count(".") > 1:
            raise self._unclear(token, ", a name with two dots,", "Write it as a full IRI in < >.")
        if not self._hides_service(token):
            return
        prefix, _, local = token.text.casefold().partition(":")
        if _SERVICE in local and not re.fullmatch(r"[a-z0-9_\-:]*", local.partition(_SERVICE)[0]):
            raise self._unclear(token, "", "Write it as a full IRI in < >.")
        names_graph = self._before.kind == "word" and self._before.text.upper() in _BEFORE_GRAPH_NAME
        self._is_disguised = _SERVICE in prefix and not names_graph

    def _iri(self, token: Token) -> None:
        """Refuse an IRI that may also be read as 'less than' and something that hides what follows.

        'Less than' occurs only within parentheses and after a value.  An IRI with ``//`` cannot be an expression, and
        in one without quote, comment sign and bracket both readings end at the same place.
        """
        after_value = self._before.kind in _ENDS_VALUE or self._before.text in (")", "]")
        if self._open[-1:] != ["("] or not after_value or re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*://", token.text):
            return
        if re.search(r"['#()\[\]]", token.text):
            raise self._unclear(token, "", "Write it as a prefixed name, or put blanks around '<' and '>'.")

    def _sign(self, token: Token) -> None:
        """Open and close brackets, and count operators and patterns."""
        if token.text in "([{":
            self._open.append(token.text)
            if len(self._open) > MAX_DEPTH:
                message = f"the query nests more than {MAX_DEPTH} brackets at {self._at(token)}"
                raise QueryRefused(message, "Split it into several queries.")
        elif token.text in _CLOSES and (not self._open or self._open.pop() != _CLOSES[token.text]):
            message = f"the query has '{token.text}' at {self._at(token)}, which closes nothing"
            raise QueryRefused(message, "Correct the brackets.")
        self._operators += token.text in _CHAIN_SIGNS
        is_in_list = token.text == "," and self._open[-1:] == ["("]
        self._patterns += token.text in _PATTERN_SIGNS and not is_in_list


def _decoded(text: str) -> str:
    """Return *text* with its codepoint escapes replaced; an escaped backslash is kept."""

    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if digits is None:
            return match[0]
        code = int(digits, 16)
        if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            raise QueryRefused(f"the query has the escape {match[0]}, which is not a character", "Leave it out.")
        return chr(code)

    return re.sub(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", character, text)


def check(text: str, *, service: bool = False) -> None:
    """Refuse a query that must not run here.  Its syntax is left to the engine, which reports errors later.

    :param service: let SERVICE pass, for a text that is sent to an endpoint and not run here
    :raises QueryRefused: on SERVICE, on an update, on a text beyond :data:`MAX_BYTES`, :data:`MAX_DEPTH`,
        :data:`MAX_CHAIN` or :data:`MAX_PATTERNS`, on NUL, on lone surrogates, on what can be read in two ways
    """
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        message = f"the query has, at {_place(text, error.start)}, half of a character (a lone surrogate)"
        raise QueryRefused(message, "Save it as UTF-8 and try again.") from None
    if size > MAX_BYTES:
        raise QueryRefused(f"the query has {size} bytes; {MAX_BYTES} are allowed", "Split it into several queries.")
    if "\0" in text:
        raise QueryRefused(f"the query has a NUL at {_place(text, text.index(chr(0)))}", "Leave it out.")
    if "\\u" in text or "\\U" in text:
        try:
            _Scan(_decoded(text), service=service).run()
        except QueryRefused as refused:
            hint = f'{refused.hint} Codepoint escapes are read before all else: write \\" for a quote, not \\u0022.'
            raise QueryRefused(f"with its codepoint escapes replaced, {refused.message}", hint) from None
    _Scan(text, service=service).run()
