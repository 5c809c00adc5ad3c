"""Reads a foreign SPARQL query before the engine does, and refuses what must not run here.

Refused are ``SERVICE`` (the engine would fetch from other hosts, and has no switch for it), updates, and texts that
are so long, so deep or so chained that the engine's recursive parser would crash.

The engine's parser knows no tokens, and so reads some texts otherwise than the grammar of SPARQL 1.1 says.  Each of
these was seen to reach the network although a reader of tokens finds a name, an IRI or a string there:

* ``SERVICEex:x{…}``, ``1SERVICE<…>{…}``, ``trueSERVICE<…>{…}``: a keyword needs no gap before or after it;
* ``FILTER(1<'>') SERVICE<…>{…} #'``: after a value ``<`` is 'less than', even where an IRI could begin;
* ``VALUES ?x{'''a'} SERVICE<…>{…} #\\q'''``: a long string with a false escape becomes two short ones;
* ``ex:6.1.3``: a name with two dots is cut after the first part.

So a word counts as SERVICE as soon as it contains it, a name, IRI or string hides it only where both ways of reading
agree, and a text in which they cannot be told apart is refused.  Codepoint escapes (``SERV\\u0049CE``) are, by SPARQL
1.1 section 19.2, read before the grammar; the engine does not.  A text that has some is read both ways.

``FROM`` and ``FROM NAMED`` pass: the engine only chooses among the graphs that it holds, it fetches nothing.
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
#: Words after which a name and ``{`` may follow without being a SERVICE in disguise.
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


def _stand_in(found: re.Match[str]) -> str:
    char = found[0]
    if any(span[0] <= char <= span[1] for span in _BASE_RANGES):
        return _A_BASE
    return _A_MORE if any(span[0] <= char <= span[1] for span in _MORE_RANGES) else _A_FOREIGN


def _place(text: str, start: int) -> str:
    before = text[:start]
    return f"line {before.count(chr(10)) + 1}, column {start - before.rfind(chr(10))}"


def tokens(text: str) -> Iterator[Token]:
    """Cut *text* into tokens by the grammar of SPARQL 1.1; blanks and comments are left out.

    A word (keyword, ``a``, ``true``) is a name without a colon.

    :raises QueryRefused: at the first character that begins no token, with its line and column
    """
    match = re.compile(_PATTERN).match
    classes = text if text.isascii() else re.sub(r"[^\x00-\x7f]", _stand_in, text)
    at = 0
    while at < len(text):
        found = match(classes, at)
        if found is None:
            what = {'"': "a string that is not closed", "'": "a string that is not closed"}.get(text[at], "")
            what = what or f"'{text[at]}' (U+{ord(text[at]):04X}), which begins nothing in SPARQL"
            raise QueryRefused(
                f"the query has, at {_place(text, at)}, {what}", "Mend the query there; check quotes and escapes."
            )
        kind, end = found.lastgroup or "", found.end()
        if kind == "name" and ":" not in found[0]:
            kind = "word"
        if kind != "skip":
            yield Token(kind, text[at:end], at)
        at = end


def _refuse_service(text: str, start: int) -> None:
    raise QueryRefused(
        f"the query has SERVICE at {_place(text, start)}, which would send it to another host",
        "Leave SERVICE out; to ask an endpoint, give its address with --endpoint.",
    )


def _unclear(text: str, start: int, what: str, hint: str) -> QueryRefused:
    return QueryRefused(f"{what} at {_place(text, start)} can be read in two ways", hint)


def _check_word(text: str, token: Token, service: bool) -> int:
    """Check one bare word; return how many chained operators it holds."""
    if not service and _SERVICE in token.text.casefold():
        _refuse_service(text, token.start)
    parts = re.split(r"[.\-]", token.text.upper())
    for part in parts:
        if part in _UPDATE:
            raise QueryRefused(
                f"the query has {part} at {_place(text, token.start)}: updates are not allowed",
                "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
            )
    return len(parts) - 1 + (token.text.upper() in _CHAIN_WORDS)


def _check_names(text: str, token: Token, before: Token | None, service: bool) -> bool:
    """Check a prefixed name or blank node; return whether a ``{`` right after it would make it a SERVICE."""
    if token.text.count(".") > 1:
        raise _unclear(text, token.start, f"'{token.text}', a name with two dots,", "Write it as a full IRI in < >.")
    if service or _SERVICE not in token.text.casefold():
        return False
    prefix, _, local = token.text.casefold().partition(":")
    if _SERVICE in local and not re.fullmatch(r"[a-z0-9_\-:]*", local.partition(_SERVICE)[0]):
        raise _unclear(text, token.start, f"'{token.text}'", "Write it as a full IRI in < >.")
    known = before is not None and before.kind == "word" and before.text.upper() in _BEFORE_GRAPH_NAME
    return _SERVICE in prefix and not known


def _check_iri(text: str, token: Token, before: Token | None, inside: str) -> None:
    """Refuse an IRI that may as well be 'less than' and something that hides what follows.

    'Less than' stands only within parentheses and after a value.  An IRI with ``//`` cannot be an expression, and
    one without quote, comment sign and bracket leaves both readings at the same place.
    """
    after_value = before is not None and (before.kind in _ENDS_VALUE or before.text in {")", "]"})
    if inside != "(" or not after_value or re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*://", token.text):
        return
    if re.search(r"['#()\[\]]", token.text):
        raise _unclear(
            text, token.start, f"'{token.text}'", "Write it as a prefixed name, or put blanks around '<' and '>'."
        )


def _scan(text: str, service: bool) -> None:
    """Read *text* once, token by token, and refuse what is not allowed."""
    open_brackets: list[str] = []
    chained = patterns = 0
    before: Token | None = None
    disguised = False
    for token in tokens(text):
        if disguised and token.text == "{":
            _refuse_service(text, token.start)
        disguised = False
        if token.kind == "word":
            chained += _check_word(text, token, service)
        elif token.kind in {"name", "bnode"}:
            disguised = _check_names(text, token, before, service)
        elif token.kind == "iri":
            _check_iri(text, token, before, open_brackets[-1] if open_brackets else "")
        elif token.kind == "lang" and not service and _SERVICE in token.text.casefold():
            _refuse_service(text, token.start)
        elif token.kind == "sign":
            if token.text in "([{":
                open_brackets.append(token.text)
                if len(open_brackets) > MAX_DEPTH:
                    raise QueryRefused(
                        f"the query nests more than {MAX_DEPTH} brackets at {_place(text, token.start)}",
                        "Split it into several queries.",
                    )
            elif token.text in _CLOSES and (not open_brackets or open_brackets.pop() != _CLOSES[token.text]):
                raise QueryRefused(
                    f"the query has '{token.text}' at {_place(text, token.start)}, which closes nothing",
                    "Mend the brackets.",
                )
            chained += token.text in _CHAIN_SIGNS
            in_list = token.text == "," and open_brackets[-1:] == ["("]
            patterns += token.text in _PATTERN_SIGNS and not in_list
        if patterns > MAX_PATTERNS:
            raise QueryRefused(
                f"the query has more than {MAX_PATTERNS} patterns", "Split it, or list the values with VALUES."
            )
        if chained > MAX_CHAIN:
            raise QueryRefused(
                f"the query has more than {MAX_CHAIN} operators (such as / || + MINUS OPTIONAL AS)",
                "Split it into several queries, or list the values with VALUES.",
            )
        before = token


def _decoded(text: str) -> str:
    """Return *text* with its codepoint escapes replaced; an escaped backslash stays what it is."""

    def character(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits is None:
            return found[0]
        code = int(digits, 16)
        if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
            raise QueryRefused(f"the query has the escape {found[0]}, which is no character", "Leave it out.")
        return chr(code)

    return re.sub(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", character, text)


def check(text: str, *, service: bool = False) -> None:
    """Refuse a query that must not run; return nothing when it may.

    It does not parse the query: that is the engine's work, and its errors come later.

    :param service: let SERVICE pass, for a text that is sent to an endpoint and not run here
    :raises QueryRefused: on SERVICE, on an update, on a text beyond :data:`MAX_BYTES`, :data:`MAX_DEPTH`,
        :data:`MAX_CHAIN` or :data:`MAX_PATTERNS`, on NUL, on lone surrogates, on what can be read in two ways
    """
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise QueryRefused(
            f"the query has, at {_place(text, error.start)}, half of a character (a lone surrogate)",
            "Save it as UTF-8 and try again.",
        ) from None
    if size > MAX_BYTES:
        raise QueryRefused(f"the query has {size} bytes; {MAX_BYTES} are allowed", "Split it into several queries.")
    if "\0" in text:
        raise QueryRefused(f"the query has a NUL at {_place(text, text.index(chr(0)))}", "Leave it out.")
    if "\\u" in text or "\\U" in text:
        try:
            _scan(_decoded(text), service)
        except QueryRefused as refused:
            raise QueryRefused(
                f"with its codepoint escapes replaced, {refused.message}",
                refused.hint + ' Codepoint escapes are read before all else: write \\" for a quote, not \\u0022.',
            ) from None
    _scan(text, service)
