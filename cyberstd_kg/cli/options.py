"""Options that several commands share, and the choice of output format."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from cyberstd_kg.core.errors import UsageError

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph

#: Width of a help page, in characters.
_WIDTH = 100
#: Severities of findings, the gravest first.
SEVERITIES = ("violation", "warning", "info")
#: Formats of a table of answers.
TABLE_FORMATS = ("table", "json", "csv", "tsv", "md")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one line and a hint, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting, so that every error is reported in one way.

        :raises UsageError: always
        """
        raise UsageError(message, f"{self.prog} --help tells how it is called.")

    def format_help(self) -> str:
        """Return the help, its summary wrapped."""
        import textwrap

        self.description = textwrap.fill(self.description or "", _WIDTH)
        return super().format_help()


def _formatter(prog: str) -> argparse.HelpFormatter:
    # With its width given, argparse does not import shutil, which would cost more than all of argparse.
    return argparse.RawDescriptionHelpFormatter(prog, width=_WIDTH, max_help_position=28)


def parser(command: str, summary: str, *examples: str) -> Parser:
    """Return the parser of one command with its summary and its examples below the options."""
    made = Parser(
        prog=f"cyberstd {command}",
        description=summary,
        epilog="\n".join(["examples:", *(f"  {example}" for example in examples)]),
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    if command not in ("fmt", "import", "quality"):
        made.add_argument(
            "--workspace",
            metavar="DIR",
            help="the folder of your own entries (default: $CYBERSTD_WORKSPACE, else your own)",
        )
    return made


def graph(args: argparse.Namespace) -> KnowledgeGraph:
    """Return the graph with the entries of the workspace that the command names."""
    from cyberstd_kg.api.graph import load

    return load(args.workspace)


def add_format(
    target: Parser, formats: tuple[str, ...] = TABLE_FORMATS, default: str = "table on a terminal, csv in a pipe"
) -> None:
    """Add ``--format`` with the given choices; *default* is what the help tells of it."""
    target.add_argument("--format", choices=formats, metavar="F", help=f"{', '.join(formats)} (default: {default})")


def add_as_of(target: Parser, does: str) -> None:
    """Add ``--as-of``; *does* tells for what the day is taken."""
    target.add_argument("--as-of", metavar="DATE", dest="as_of", help=does)


def add_source(target: Parser) -> None:
    """Add ``--source``, for files that are Turtle."""
    target.add_argument("--source", metavar="SRC", help="the source for which a Turtle file speaks, as src:… or IRI")


def add_fail_on(target: Parser, does: str) -> None:
    """Add ``--fail-on``; *does* tells what findings from that severity on do."""
    target.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        default="warning",
        metavar="S",
        help=f"{does} findings from this severity on: violation, warning (default), info",
    )


def source_iri(given: str | None) -> str:
    """Return the IRI of ``--source``: an IRI, or a CURIE; empty where it is not given.

    :raises InputError: on an unknown prefix
    """
    from cyberstd_kg.core import iris

    if not given or "//" in given:
        return given or ""
    return iris.expand(given)


def seconds(text: str) -> float:
    """Read a time limit: more than 0 and at most an hour."""
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 3600 seconds")
    return value


def count(text: str) -> int:
    """Read a number of answers: 1 to 10000."""
    value = int(text)
    if not 1 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and 10000")
    return value


def chosen(wanted: str | None) -> str:
    """Return the output format: the one asked for, else a table on a terminal and CSV in a pipe."""
    return wanted or ("table" if sys.stdout.isatty() else "csv")
