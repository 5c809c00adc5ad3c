"""compare: the definitions of a term side by side."""

from __future__ import annotations

from cyberstd_kg.cli import render
from cyberstd_kg.cli.options import TABLE_FORMATS, add_format, chosen, graph, parser
from cyberstd_kg.core.errors import UsageError


def run_compare(argv: list[str]) -> int:
    """Compare the definitions of a term."""
    p = parser(
        "compare",
        "Put the definitions of a term side by side, facet by facet: what is shared, what stands only here, where one "
        "is silent; the words that differ, the lineage, how each relates to the others and why. Genus and facets are "
        "our reading of the words.",
        "cyberstd compare cybersecurity",
        "cyberstd compare cybersecurity --only X.1205 --only 27032 --only 27100",
        "cyberstd compare cybersecurity --format svg > definitions.svg",
        "cyberstd compare risk --format json",
    )
    p.add_argument("term", nargs="+", help="a term that some text defines")
    p.add_argument("--only", action="append", default=[], metavar="REF", help="only this text's entry (repeatable)")
    p.add_argument("--dark", action="store_true", help="of svg: dark, whatever the viewer prefers")
    add_format(p, (*TABLE_FORMATS, "svg"))
    args = p.parse_args(argv)
    form = chosen(args.format)
    if args.dark and form != "svg":
        raise UsageError("--dark is for the picture", "Add --format svg, or leave it out.")
    found = graph(args).compare(" ".join(args.term), only=args.only)
    if form == "json":
        render.write_json(found.to_json())
    elif form == "svg":
        from cyberstd_kg.definitions.picture import svg

        render.write(svg(found, dark=args.dark))
    elif form in ("csv", "tsv"):
        from cyberstd_kg.definitions import comparison

        render.write(render.rows(comparison.COLUMNS, found.table(), form))
    else:
        from cyberstd_kg.cli import definitiontext

        width = render.terminal_width()
        render.write(definitiontext.text(found, width) if form == "table" else definitiontext.markdown(found))
    return 0
