"""export, audit."""

from __future__ import annotations

import sys

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import add_format, chosen, graph, parser
from cyberstd_kg.core.errors import UsageError


def run_export(argv: list[str]) -> int:
    """Write the graph, or some of its sources' graphs, in an RDF format."""
    from cyberstd_kg.rdf.formats import FORMATS

    p = parser(
        "export",
        "Take the graph away. TriG, N-Quads and JSON-LD keep the source of every statement; the others are the union.",
        "cyberstd export --format jsonld -o cyberstd.jsonld",
        "cyberstd export --mine -o mine.trig",
        "cyberstd export --format ttl --graph src:nakao-deck_h27-players",
        "cyberstd export --format sssom --graph mapping:… -o set.sssom.tsv",
    )
    p.add_argument(
        "--format",
        choices=(*FORMATS, "sssom"),
        default="trig",
        metavar="F",
        help=f"{', '.join(FORMATS)} (default: trig); sssom, of one mapping set",
    )
    p.add_argument(
        "--graph", action="append", metavar="G", help="only the graph of this source (repeatable), or this mapping set"
    )
    p.add_argument("--skos", action="store_true", help="with sssom: the predicates of SKOS that come nearest")
    p.add_argument("-o", "--output", metavar="FILE", help="write to FILE, whole or not at all, instead of stdout")
    p.add_argument("--mine", action="store_true", help="only your own entries: what your workspace holds")
    args = p.parse_args(argv)
    if args.mine and args.graph:
        raise UsageError("--mine and --graph do not go together", "Leave one of them out.")
    if args.skos and args.format != "sssom":
        raise UsageError("--skos goes with --format sssom", "Leave it out.")
    if args.format == "sssom":
        if len(args.graph or ()) != 1:
            raise UsageError("SSSOM holds one mapping set", "Name it: --graph mapping:….")
        from cyberstd_kg.mappings.sssom_writing import losses, write

        found = graph(args).mapping_set(args.graph[0])
        data = write(found, skos=args.skos)
        for line in losses(found) if args.skos else ():
            print(f"cyberstd: {line}", file=sys.stderr)
    else:
        data = graph(args).export(args.format, graphs=args.graph, mine=args.mine)
    if args.output:
        from cyberstd_kg.core.files import write_whole

        write_whole(args.output, data)
    else:
        if sys.stdout.isatty():
            render.write(data.decode())
        else:
            sys.stdout.buffer.write(data)
    return 0


def run_audit(argv: list[str]) -> int:
    """Count the statements with a described source.

    :returns: 0 when all have one, else 1
    """
    p = parser(
        "audit",
        "Tell which share of the statements lies in a graph whose source is described: document, locator, "
        "licence tier, and whether it is stated, quoted or ours.",
        "cyberstd audit",
        "cyberstd audit --format json",
    )
    add_format(p)
    args = p.parse_args(argv)
    found = graph(args).audit()
    form = chosen(args.format)
    if form == "json":
        render.write_json(found.to_json())
    else:
        if form == "table":
            share = 100 * found.sourced / found.statements if found.statements else 0.0
            counts = ("says", "tier", "document")
            render.write(f"{found.sourced} of {found.statements} statements have a described source: {share:.1f} %\n\n")
            for field in counts:
                body = [(key, str(count)) for key, count in found.by(field).items()]
                render.write(render.rows((field, "statements"), body, form) + "\n")
        if form != "table" or not found.complete:
            shown = found.graphs if form != "table" else [graph for graph in found.graphs if graph.missing]
            columns = ("graph", "statements", "document", "locator", "tier", "says", "missing")
            body7 = [
                (g.iri, str(g.statements), g.document, g.locator, g.tier, g.says, " ".join(g.missing)) for g in shown
            ]
            render.write(render.rows(columns, body7, form))
    return 0 if found.complete else 1
