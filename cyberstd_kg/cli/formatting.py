"""fmt: files in their canonical form."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from cyberstd_kg import build, mappings, rdf
from cyberstd_kg.cli import render
from cyberstd_kg.cli.command import argument, command
from cyberstd_kg.core.assets import MAPPINGS
from cyberstd_kg.core.errors import CyberstdError, InputError
from cyberstd_kg.core.files import write_whole


@command(
    argument("files FILE", "a file that ends in .ttl, .trig or .sssom.tsv, or a folder of them", nargs="+"),
    argument("--check", "change nothing; only list the files that differ"),
    workspace=False,
)
def run_fmt(args: Namespace) -> int:
    """Write Turtle, TriG and mapping sets in their canonical form: the same prefixes, order and indents everywhere.

    Each file is written all or nothing, and the names of those that changed are printed. Comments at the top of a file
    are kept; comments further down, and those in mapping sets, are dropped.

    examples:
      cyberstd fmt new.trig
      cyberstd fmt --check data

    :returns: 0 done, 1 some differ (only with ``--check``), 2 some cannot be read or written
    """
    differing, code = [], 0
    for name in _expanded(args.files):
        try:
            if _differs(name, write=not args.check):
                differing.append(name)
                print(name)
        except CyberstdError as error:
            render.say(f"{error.message}. {error.hint}")
            code = 2
    if args.check and differing:
        import shlex

        render.say(f"not canonical; run: cyberstd fmt {shlex.join(differing)}")
        return code or 1
    return code


def _differs(name: str, *, write: bool) -> bool:
    """Return whether the file *name* is not canonical; with *write* it then becomes so."""
    old = rdf.turtle.content(name, name)
    if build.data_files.is_mappings(name):
        new = mappings.sssom_writing.write(mappings.sssom_reading.read_declared(old, name))
    else:
        new = rdf.turtle.canonical(old, name)
    if new != old and write:
        write_whole(Path(name).resolve(), new)
    return new != old


def _expanded(names: Iterable[str]) -> Iterator[str]:
    """Yield the files named, and those in the folders named, sorted."""
    for name in names:
        if not Path(name).is_dir():
            yield name
            continue
        suffixes = (".ttl", ".trig", MAPPINGS)
        files = sorted(str(path) for path in Path(name).rglob("*") if path.name.endswith(suffixes))
        if not files:
            raise InputError(
                f"the folder '{name}' has no file that ends in {', '.join(suffixes)}", "Name a file, or another folder."
            )
        yield from files
