"""How a command is declared: its options, its help from its docstring, and the options that several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from cyberstd_kg.core import words
from cyberstd_kg.core.errors import InputError, UsageError

if TYPE_CHECKING:
    from cyberstd_kg.api.graph import KnowledgeGraph

#: Widest help page, in columns of the terminal.
_WIDEST = 100
#: Severities of findings, the gravest first.
SEVERITIES = ("violation", "warning", "info")
#: Formats of a table of answers.
TABLE_FORMATS = ("table", "json", "csv", "tsv", "md")
#: The line of a docstring below which examples stand, one a line.
_EXAMPLES = "examples:"

Body = Callable[[argparse.Namespace], int]
Command = Callable[[list[str]], int]


class Argument(NamedTuple):
    """One argument or option of a command, as ``add_argument`` of argparse takes it."""

    names: list[str]
    settings: dict[str, Any]


def argument(spec: str, help: str, **settings: Any) -> Argument:
    """Return an argument or option of a command.

    >>> argument("-n --limit N", "at most N hits")
    Argument(names=['-n', '--limit'], settings={'help': 'at most N hits', 'metavar': 'N'})

    :param spec: its names, and what stands for its value in the help; an option without that has no value
    :param settings: others that ``add_argument`` of argparse takes; a default that is a function is called when the
        command runs
    """
    names = spec.split()
    if len(names) > 1 and not names[-1].startswith("-"):
        settings["metavar"] = names.pop()
    elif spec.startswith("-"):
        settings["action"] = "store_true"
    return Argument(names, {"help": help, **settings})


def command(
    *arguments: Argument | tuple[Argument, ...], name: str = "", workspace: bool = True, rest: bool = False
) -> Callable[[Body], Command]:
    """Make a function a command: ``run_show`` becomes ``cyberstd show``, called with the words after its name.

    The function takes the parsed arguments and returns the exit code.  Its docstring is the help: the description; then
    the line ``examples:`` and one example a line, up to an empty line.

    :param arguments: the arguments and options in the order of the help; of a tuple only one may be given
    :param name: the name, where it is not that of the function
    :param workspace: whether it takes ``--workspace``
    :param rest: whether it takes words that are none of its arguments, as ``rest``
    """

    def declare(body: Body) -> Command:
        def run(argv: list[str]) -> int:
            parser = _Parser(name or body.__name__.removeprefix("run_"), body.__doc__ or "")
            for one in (*_WORKSPACE, *arguments) if workspace else arguments:
                parser.take(one)
            args, others = parser.parse_known_args(argv)
            if others and not rest:
                parser.error(f"unknown arguments: {' '.join(others)}")
            args.rest = others
            return body(args)

        return run

    return declare


class _Parser(argparse.ArgumentParser):
    """The parser of one command; its errors are ours: one line and a hint, exit code 2."""

    def __init__(self, name: str, doc: str) -> None:
        from cyberstd_kg.cli.render import terminal_width

        self._doc, self._width = doc, min(terminal_width(), _WIDEST)
        super().__init__(
            prog=f"cyberstd {name}",
            # With its width given, argparse does not import shutil, which would cost more than all of argparse.
            formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
                prog, width=self._width, max_help_position=28
            ),
            allow_abbrev=False,
        )

    def format_help(self) -> str:
        """Return the help; only here is the docstring laid out, which most commands never show."""
        text, _, below = self._doc.partition(_EXAMPLES)
        paragraphs = ["\n".join(words.wrap(part, self._width)) for part in text.strip().split("\n\n")]
        examples = [f"  {line.strip()}" for line in below.partition("\n\n")[0].splitlines() if line.strip()]
        self.description, self.epilog = "\n\n".join(paragraphs), "\n".join([_EXAMPLES, *examples])
        return super().format_help()

    def take(self, one: Argument | tuple[Argument, ...]) -> None:
        """Add an argument, or a group of which one may be given."""
        if isinstance(one, Argument):
            settings = dict(one.settings)
            if callable(settings.get("default")):
                settings["default"] = settings["default"]()
            self.add_argument(*one.names, **settings)
            return
        group = self.add_mutually_exclusive_group()
        for choice in one:
            group.add_argument(*choice.names, **choice.settings)

    def error(self, message: str) -> NoReturn:
        """Raise instead of exiting, so that every error is reported in one way.

        :raises UsageError: always
        """
        raise UsageError(message, f"See: {self.prog} --help.")


# ── Options that several commands share ──

_WORKSPACE = (argument("--workspace DIR", "the folder of your own entries (default: $CYBERSTD_WORKSPACE, else yours)"),)
SOURCE = argument("--source SRC", "the source that states a Turtle file: src:… or an IRI")
OUTPUT = argument("-o --output FILE", "write to FILE, all or nothing, instead of stdout")


def formats(*names: str, default: str = "", note: str = "") -> Argument:
    """Return ``--format``.

    :param names: the formats; without *default* the first on a terminal, and CSV in a pipe
    :param note: a remark on the last of them, for the help
    """
    told = default or f"{names[0]} on a terminal, csv in a pipe"
    return argument(
        "--format F",
        f"{', '.join(names)}{note} (default: {told})",
        choices=names,
        default=default or (lambda: by_output(names[0])),
    )


def by_output(name: str) -> str:
    """Return the format where none is asked for: *name* on a terminal, CSV in a pipe."""
    return name if sys.stdout.isatty() else "csv"


TABLE = formats(*TABLE_FORMATS)


def as_of(help: str) -> Argument:
    """Return ``--as-of``."""
    return argument("--as-of DATE", help)


def fail_on(effect: str, severities: tuple[str, ...] = SEVERITIES) -> Argument:
    """Return ``--fail-on``.

    :param effect: what a finding of that severity, or of a higher one, does
    """
    choices = ", ".join(f"{name} (default)" if name == "warning" else name for name in severities)
    return argument(
        "--fail-on S",
        f"{effect} a finding of this severity or a higher one: {choices}",
        choices=severities,
        default="warning",
    )


def number(least: float, most: float, kind: type = int, unit: str = "") -> Callable[[str], Any]:
    """Return what reads a number from *least* to *most*, as the type of an argument."""

    def read(text: str) -> Any:
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}{unit}")
        return value

    read.__name__ = "number"  # of which argparse speaks: "invalid number value"
    return read


SECONDS = number(0.001, 3600, float, " seconds")


def open_graph(args: argparse.Namespace) -> KnowledgeGraph:
    """Return the graph with the entries of the workspace that the command names."""
    from cyberstd_kg.api.graph import load

    return load(args.workspace)


def read_input(name: str, most: int) -> bytes:
    """Return the content of a file, or of standard input for ``-``: at most *most* bytes, and one more where it is
    longer.

    :raises InputError: when the file cannot be read
    """
    if name == "-":
        return sys.stdin.buffer.read(most + 1)
    try:
        with Path(name).open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise InputError(
            f"'{name}' cannot be read: {error.strerror or error}", "Give a file that you may read."
        ) from error


def source_iri(given: str | None) -> str:
    """Return the IRI of ``--source``: an IRI, or a CURIE; empty where it is not given.

    :raises InputError: on an unknown prefix
    """
    from cyberstd_kg.core import iris

    if not given or "//" in given:
        return given or ""
    return iris.expand(given)
