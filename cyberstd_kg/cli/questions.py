"""ask, query."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_as_of, add_format, chosen, graph, parser, seconds
from cyberstd_kg.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from cyberstd_kg.sparql.saved_questions import SavedQuery

#: Formats of a graph, the answer to CONSTRUCT and DESCRIBE.
GRAPH_FORMATS = ("ttl", "nt")
#: A query file larger than this is not read; the guard refuses it anyway.
_MAX_QUERY_FILE = 1 << 20
#: No file has a longer name.
_LONGEST_NAME = 255


def run_ask(argv: list[str]) -> int:
    """List, explain or run the saved questions."""
    p = parser(
        "ask",
        "The saved questions. Without an id: list them. With one: answer it; each has parameters of its own.",
        "cyberstd ask",
        "cyberstd ask iot-controls --addressee party:iot-user",
        "cyberstd ask current-edition --standard 27032 --as-of 2013-06-30",
        "cyberstd ask definitions-compared --explain",
    )
    p.add_argument("id", nargs="?", help="id of the question")
    p.add_argument("--list", action="store_true", help="list the questions")
    p.add_argument("--explain", action="store_true", help="tell the question, its parameters and its SPARQL")
    p.add_argument("--endpoint", metavar="URL", help="ask this SPARQL 1.1 endpoint instead of the shipped graph")
    p.add_argument(
        "--timeout", type=seconds, default=10.0, metavar="S", help="give an endpoint up after S seconds (default 10)"
    )
    add_as_of(p, "the day for which a question with the parameter asOf is answered (default: today)")
    add_format(p)
    args, rest = p.parse_known_args(argv)
    form = chosen(args.format)
    from cyberstd_kg.sparql import saved_questions

    if args.id is None or args.list:
        if rest:
            raise UsageError(
                f"'{rest[0]}' is no option of ask", "cyberstd ask ID --explain lists a question's parameters."
            )
        if args.as_of is not None:
            raise UsageError("--as-of goes with a question", "Name one: cyberstd ask ID --as-of DATE.")
        return _list(form)
    saved = saved_questions.load(args.id)
    if args.explain:
        _explain(saved, form)
        return 0
    values = _parameters(rest)
    kg = graph(args)
    answer = kg.ask(args.id, values, timeout=args.timeout, endpoint=args.endpoint, as_of=args.as_of)
    render.write(render.saved_answer(answer, form, kg.label))
    return 0


def run_query(argv: list[str]) -> int:
    """Run a SPARQL query: read-only, guarded, with a deadline."""
    p = parser(
        "query",
        "Run any SPARQL 1.1 query, read-only. The default graph holds every statement once, "
        "GRAPH ?source tells who says so. The prefixes of the project need no PREFIX line.",
        "cyberstd query 'SELECT * WHERE { ?s a cstd:Draft }'",
        "cyberstd query question.rq --format json",
        "cyberstd query - < question.rq",
        "cyberstd query question.rq --as-of 2023-06-28",
    )
    p.add_argument("query", help="a file, - for standard input, or the text of a query")
    p.add_argument("--endpoint", metavar="URL", help="ask this SPARQL 1.1 endpoint instead of the shipped graph")
    p.add_argument("--timeout", type=seconds, default=10.0, metavar="S", help="give up after S seconds (default 10)")
    add_as_of(p, "bind the query's variable ?asOf to this day, as 2023-06-28")
    add_format(p, ("table", "json", "csv", "tsv", "md", *GRAPH_FORMATS))
    args = p.parse_args(argv)
    answer = graph(args).query(_text(args.query), timeout=args.timeout, endpoint=args.endpoint, as_of=args.as_of)
    from cyberstd_kg.sparql.results import GraphAnswer

    if isinstance(answer, GraphAnswer):
        if args.format not in (None, *GRAPH_FORMATS):
            raise UsageError("this query answers with a graph, not with rows", "Use --format ttl or nt, or a SELECT.")
        render.write(answer.ntriples if args.format == "nt" else answer.turtle())
        return 0
    if args.format in GRAPH_FORMATS:
        raise UsageError("this query answers with rows, not with a graph", "Use --format table, json, csv, tsv or md.")
    render.write(render.results(answer, chosen(args.format)))
    return 0


def _text(argument: str) -> str:
    """Return the text of a query given as a file, ``-`` or itself."""
    if argument == "-":
        data = sys.stdin.buffer.read(_MAX_QUERY_FILE + 1)
    elif any(c in argument for c in "{<\n") or len(argument) > _LONGEST_NAME:
        return argument
    elif Path(argument).is_file():
        try:
            with Path(argument).open("rb") as stream:
                data = stream.read(_MAX_QUERY_FILE + 1)
        except OSError as error:
            raise InputError(
                f"'{argument}' cannot be read: {error.strerror}", "Give a file that you may read."
            ) from error
    elif " " in argument or "\t" in argument:
        return argument
    else:
        raise InputError(f"there is no file '{argument}'", "Give a file, - for standard input, or the text of a query.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the query is not UTF-8: byte {error.start}", "Save it as UTF-8.") from error


def _parameters(rest: list[str]) -> dict[str, str]:
    """Read ``--name value`` and ``--name=value``."""
    values: dict[str, str] = {}
    words = iter(rest)
    for word in words:
        if not word.startswith("--") or len(word) < 3:
            raise UsageError(f"'{word}' belongs to no parameter", "Parameters are given as --name value.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            given = next(words, None)
            if given is None:
                raise UsageError(f"--{name} has no value", f"Give it as --{name} VALUE.")
            value = given
        if name in values:
            raise UsageError(f"--{name} is given twice", "Give it once; a parameter has one value.")
        values[name] = value
    return values


def _list(form: str) -> int:
    from cyberstd_kg.sparql import saved_questions

    saved = sorted(saved_questions.load_all().values(), key=lambda q: (q.group, q.id))
    if form == "json":
        render.write_json([q.to_json() for q in saved])
    else:
        body = [(q.group, q.id, q.question, " ".join(p.name for p in q.params)) for q in saved]
        render.write(render.rows(("group", "id", "question", "parameters"), body, form))
    return 0


def _explain(saved: SavedQuery, form: str) -> None:
    if form == "json":
        render.write_json({**saved.to_json(), "sparql": saved.text})
        return
    lines = [render.bold(saved.question), ""]
    for p in saved.params:
        default = f"default {p.default}" if p.default else "optional"
        lines.append(f"  --{p.name}  {p.type}, {default}: {p.doc}")
    render.write("\n".join([*lines, f"  example: {saved.example}", "", saved.text]))
