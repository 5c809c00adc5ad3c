"""Options that several commands share, and the choice of output format."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from cyberstd_kg.errors import UsageError

#: Formats of a table of answers.
TABLE_FORMATS = ("table", "json", "csv", "tsv", "md")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one line and a hint, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting, so that every error is reported in one way.

        :raises UsageError: always
        """
        raise UsageError(message, f"{self.prog} --help tells how it is called.")


def parser(command: str, summary: str, *examples: str) -> Parser:
    """Return the parser of one command with its summary and its examples below the options."""
    import textwrap

    return Parser(
        prog=f"cyberstd {command}",
        description=textwrap.fill(summary, 100),
        epilog="\n".join(["examples:", *(f"  {example}" for example in examples)]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_format(target: Parser, formats: tuple[str, ...] = TABLE_FORMATS) -> None:
    """Add ``--format`` with the given choices."""
    target.add_argument(
        "--format",
        choices=formats,
        metavar="F",
        help=f"{', '.join(formats)} (default: table on a terminal, csv in a pipe)",
    )


def chosen(wanted: str | None) -> str:
    """Return the output format: the one asked for, else a table on a terminal and CSV in a pipe."""
    return wanted or ("table" if sys.stdout.isatty() else "csv")
