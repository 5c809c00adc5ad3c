"""export, audit: the graph in RDF formats, and the sources behind it."""

from __future__ import annotations

from argparse import Namespace

from cyberstd_kg import mappings
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import OUTPUT, TABLE, argument, command, open_graph
from cyberstd_kg.core.errors import UsageError
from cyberstd_kg.rdf.formats import FORMATS

_GRAPH_COLUMNS = ("graph", "statements", "document", "locator", "tier", "says", "missing")


@command(
    argument(
        "--format F",
        f"{', '.join(FORMATS)} (default: trig); sssom, for one mapping set",
        choices=(*FORMATS, "sssom"),
        default="trig",
    ),
    argument("--graph G", "only the graph of this source, repeatable; or this mapping set", action="append"),
    argument("--skos", "sssom: replace the predicates by the nearest ones of SKOS"),
    OUTPUT,
    argument("--mine", "only your own entries, those in your workspace"),
)
def run_export(args: Namespace) -> int:
    """Export the graph. TriG, N-Quads and JSON-LD keep the source of every statement; the other formats hold the union
    of all statements.

    examples:
      cyberstd export --format jsonld -o cyberstd.jsonld
      cyberstd export --mine -o mine.trig
      cyberstd export --format ttl --graph src:nakao-deck_h27-players
      cyberstd export --format sssom --graph mapping:… -o set.sssom.tsv
    """
    if args.mine and args.graph:
        raise UsageError("--mine and --graph cannot be combined", "Leave one of them out.")
    if args.skos and args.format != "sssom":
        raise UsageError("--skos is for --format sssom", "Leave it out.")
    if args.format == "sssom":
        if len(args.graph or ()) != 1:
            raise UsageError("an SSSOM file holds one mapping set", "Name it: --graph mapping:….")
        mapping_set = open_graph(args).mapping_set(args.graph[0])
        for loss in mappings.sssom_writing.losses(mapping_set) if args.skos else ():
            render.say(loss)
        data = mappings.sssom_writing.write(mapping_set, skos=args.skos)
    else:
        data = open_graph(args).export(args.format, graphs=args.graph, mine=args.mine)
    render.deliver(data, args.output)
    return 0


@command(TABLE)
def run_audit(args: Namespace) -> int:
    """Show how many statements have a described source: document, locator, licence tier, and whether the statement is
    stated, quoted or ours.

    examples:
      cyberstd audit
      cyberstd audit --format json

    :returns: 0 when all have one, else 1
    """
    audit = open_graph(args).audit()
    if args.format == "json":
        render.write_json(audit.to_json())
        return 0 if audit.complete else 1
    graphs = audit.graphs
    if args.format == "table":
        share = 100 * audit.sourced / audit.statements if audit.statements else 0.0
        render.write(f"{audit.sourced} of {audit.statements} statements have a described source: {share:.1f} %\n\n")
        for field, heading in (("says", "status"), ("tier", "licence tier"), ("document", "document")):
            counts = [(value, str(count)) for value, count in audit.by(field).items()]
            render.write(render.rows((heading, "statements"), counts, "table") + "\n")
        graphs = [graph for graph in graphs if graph.missing]
    if args.format != "table" or not audit.complete:
        lines = [(g.iri, str(g.statements), g.document, g.locator, g.tier, g.says, " ".join(g.missing)) for g in graphs]
        render.write(render.rows(_GRAPH_COLUMNS, lines, args.format))
    return 0 if audit.complete else 1
