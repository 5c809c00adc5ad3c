"""ask, query: saved questions, and any SPARQL query."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from cyberstd_kg import sparql
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import (
    SECONDS,
    TABLE,
    TABLE_FORMATS,
    argument,
    as_of,
    by_output,
    command,
    open_graph,
    read_input,
)
from cyberstd_kg.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from cyberstd_kg.sparql.saved_questions import SavedQuery

#: Formats of a graph, the answer to CONSTRUCT and DESCRIBE.
_GRAPH_FORMATS = ("ttl", "nt")
#: A query file larger than this is not read; the guard refuses it anyway.
_MAX_QUERY_FILE = 1 << 20
#: No file has a longer name.
_LONGEST_NAME = 255

_ENDPOINT = argument("--endpoint URL", "ask this SPARQL 1.1 endpoint instead of the shipped graph")


@command(
    argument("id", "id of the question", nargs="?"),
    argument("--list", "list the questions"),
    argument("--explain", "show the question, its parameters and its SPARQL"),
    _ENDPOINT,
    argument("--timeout S", "give an endpoint up after S seconds (default: 10)", type=SECONDS, default=10.0),
    as_of("the day, for a question with the parameter asOf (default: today)"),
    TABLE,
    rest=True,
)
def run_ask(args: Namespace) -> int:
    """Answer a saved question; without an id, list the questions. Each question has parameters of its own, which
    --explain shows.

    examples:
      cyberstd ask
      cyberstd ask iot-controls --addressee party:iot-user
      cyberstd ask current-edition --standard 27032 --as-of 2013-06-30
      cyberstd ask definitions-compared --explain
    """
    if args.id is None or args.list:
        if args.rest:
            raise UsageError(
                f"'{args.rest[0]}' is not an option of ask", "cyberstd ask ID --explain lists a question's parameters."
            )
        if args.as_of is not None:
            raise UsageError("--as-of needs a question", "Name one: cyberstd ask ID --as-of DATE.")
        _list(args.format)
    elif args.explain:
        _explain(sparql.saved_questions.load(args.id), args.format)
    else:
        sparql.saved_questions.load(args.id)  # that there is none of this id is reported first
        values = _parameters(args.rest)
        kg = open_graph(args)
        answer = kg.ask(args.id, values, timeout=args.timeout, endpoint=args.endpoint, as_of=args.as_of)
        render.write(render.saved_answer(answer, args.format, kg.label))
    return 0


def _parameters(rest: list[str]) -> dict[str, str]:
    """Read ``--name value`` and ``--name=value``."""
    values: dict[str, str] = {}
    given = iter(rest)
    for word in given:
        if not word.startswith("--") or len(word) < 3:
            raise UsageError(f"'{word}' belongs to no parameter", "Write parameters as --name value.")
        name, equals, value = word[2:].partition("=")
        following = value if equals else next(given, None)
        if following is None:
            raise UsageError(f"--{name} has no value", f"Write it as --{name} VALUE.")
        if name in values:
            raise UsageError(f"--{name} is given twice", "Give it once; a parameter has one value.")
        values[name] = following
    return values


def _list(form: str) -> None:
    saved = sorted(sparql.saved_questions.load_all().values(), key=lambda question: (question.group, question.id))
    if form == "json":
        render.write_json([question.to_json() for question in saved])
        return
    lines = [
        (question.group, question.id, question.question, " ".join(parameter.name for parameter in question.params))
        for question in saved
    ]
    render.write(render.rows(("group", "id", "question", "parameters"), lines, form))


def _explain(saved: SavedQuery, form: str) -> None:
    if form == "json":
        render.write_json({**saved.to_json(), "sparql": saved.text})
        return
    lines = [render.Heading(saved.question), ""]
    for parameter in saved.params:
        default = f"default {parameter.default}" if parameter.default else "optional"
        lines.append(f"  --{parameter.name} ({parameter.type}, {default}): {parameter.doc}")
    render.write_lines([*lines, f"  example: {saved.example}", ""])
    render.write(saved.text)


@command(
    argument("query", "a file, - for standard input, or the text of a query"),
    _ENDPOINT,
    argument("--timeout S", "give up after S seconds (default: 10)", type=SECONDS, default=10.0),
    as_of("bind the query's variable ?asOf to this day, such as 2023-06-28"),
    argument(
        "--format F",
        f"{', '.join(TABLE_FORMATS)}; of CONSTRUCT and DESCRIBE {', '.join(_GRAPH_FORMATS)} "
        "(default: table on a terminal, csv in a pipe; ttl)",
        choices=(*TABLE_FORMATS, *_GRAPH_FORMATS),
    ),
)
def run_query(args: Namespace) -> int:
    """Run a SPARQL 1.1 query, read-only and with a time limit. The default graph holds every statement once; GRAPH
    ?source gives the source that states it. The prefixes of the project need no PREFIX line.

    examples:
      cyberstd query 'SELECT * WHERE { ?s a cstd:Draft }'
      cyberstd query question.rq --format json
      cyberstd query - < question.rq
      cyberstd query question.rq --as-of 2023-06-28
    """
    answer = open_graph(args).query(_text(args.query), timeout=args.timeout, endpoint=args.endpoint, as_of=args.as_of)
    if isinstance(answer, sparql.results.GraphAnswer):
        if args.format not in (None, *_GRAPH_FORMATS):
            raise UsageError("the answer to this query is a graph, not rows", "Use --format ttl or nt, or a SELECT.")
        render.write(answer.ntriples if args.format == "nt" else answer.turtle())
        return 0
    if args.format in _GRAPH_FORMATS:
        raise UsageError("the answer to this query is rows, not a graph", "Use --format table, json, csv, tsv or md.")
    render.write(render.results(answer, args.format or by_output("table")))
    return 0


def _text(argument: str) -> str:
    """Return the text of a query given as a file, ``-`` or itself."""
    if any(sign in argument for sign in "{<\n") or len(argument) > _LONGEST_NAME:
        return argument
    if argument == "-" or Path(argument).is_file():
        data = read_input(argument, _MAX_QUERY_FILE)
    elif " " in argument or "\t" in argument:
        return argument
    else:
        raise InputError(f"there is no file '{argument}'", "Give a file, - for standard input, or the text of a query.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the query is not UTF-8: byte {error.start}", "Save it as UTF-8.") from error
