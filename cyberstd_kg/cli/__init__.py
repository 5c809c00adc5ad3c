"""The command ``cyberstd``: what is typed becomes a call of the Python interface, and its answer becomes text.

:data:`COMMANDS` names every command with its module; a command's module is imported only when it runs, since start-up
time is part of every answer.  A module declares its commands (:mod:`cyberstd_kg.cli.command`) and prints their answers
(:mod:`cyberstd_kg.cli.render`); it works nothing out itself.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from cyberstd_kg.core.errors import AmbiguousReference, CyberstdError, Refused, UsageError

#: command → (module, one line for the overview), in the order and groups of the overview.
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Look up": {
        "list": ("lookup", "standards with their current edition; by committee, stage, state, type, day"),
        "show": ("cards", "every statement about an entity, each with its sources"),
        "search": ("lookup", "full-text search in all literals of the graph"),
        "timeline": ("timeline", "the lifecycle of standards: editions, reviews, projects"),
        "diff": ("timeline", "what was published, withdrawn or moved between two days or two exports"),
    },
    "Ask": {
        "ask": ("questions", "saved questions: list, explain, answer"),
        "query": ("questions", "any SPARQL 1.1 query, read-only, with a time limit"),
    },
    "Compare": {
        "compare": ("compare", "the definitions of a term, facet by facet; also as a picture"),
        "crosswalk": ("crosswalks", "how the provisions of two documents relate, published or derived"),
        "why": ("proofs", "the proof that links two provisions, row by row"),
        "gap": ("crosswalks", "does what you have cover another document: yes, in part, possibly, no"),
        "prove": ("proofs", "do published mappings contradict each other?"),
    },
    "Contribute": {
        "new": ("entries", "a commented template for an entry, or questions on a terminal"),
        "validate": ("validation", "check entries against the whole graph: what is wrong, where, what to do"),
        "add": ("entries", "validate an entry and add it to your workspace, all or nothing"),
        "remove": ("entries", "remove an entry from your workspace"),
        "import": ("imports", "records of registries as files of entries; mapping sets (SSSOM)"),
        "fmt": ("formatting", "Turtle, TriG and mapping sets in their canonical form"),
    },
    "Check": {
        "reason": ("reasoning", "is the graph consistent? Inferred statements, with explanations"),
        "quality": ("quality", "the ontology by the rules of ROBOT, OOPS!, FOOPS! and others"),
        "audit": ("exports", "how many statements have a described source"),
    },
    "Export": {"export": ("exports", "Turtle, TriG, JSON-LD, N-Quads, N-Triples, RDF/XML; SSSOM")},
}

#: Seconds of processor time after which the check of a file is given up.
LONGEST_CHECK = 8

_OVERVIEW = """\
usage: cyberstd COMMAND [ARGUMENT ...] [OPTION ...]

The knowledge graph of cybersecurity standards: look things up, see who states them, compare documents, export.
{commands}

Examples
  cyberstd show "ISO/IEC 27400"
  cyberstd compare cybersecurity
  cyberstd search "software update"
  cyberstd ask

References: 27400, iso/iec 27033-4, X.1205, "27400 7.1.2.10", a CURIE, an IRI.
Formats: without --format a table on a terminal, CSV in a pipe.
Exit codes: 0 done, 1 findings, 2 usage or unreadable input, 3 not found, 4 limit reached,
  5 something needed is missing.
More: cyberstd COMMAND --help; cyberstd --version
"""


def overview() -> str:
    """Return the text of ``cyberstd --help``, as wide as the terminal."""
    from cyberstd_kg.cli.render import terminal_width
    from cyberstd_kg.core import words

    lines = []
    for group, commands in COMMANDS.items():
        lines.append(f"\n{group}")
        for name, (_, summary) in commands.items():
            lines += words.wrap(summary, terminal_width(), first=f"  {name:<11}", rest=" " * 13)
    text = _OVERVIEW.format(commands="\n".join(lines))
    return "".join(
        f"{part}\n"
        for line in text.splitlines()
        for part in ([line] if line.startswith(" ") else words.wrap(line, terminal_width(), rest="  "))
    )


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors become a message and a hint on stderr.

    :param argv: the arguments after the program's name (default: those of the process)
    """
    arguments = sys.argv[1:] if argv is None else argv
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
        return code
    except CyberstdError as error:
        return _report(error)
    except BrokenPipeError:
        # The reader (head, less) has gone: nothing to say, and nothing may be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"cyberstd: the answer cannot be written: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("cyberstd: stopped", file=sys.stderr)
        return 130


def run() -> NoReturn:
    """Run the command and end the process at once: taking down the engine's threads one by one takes 10 ms."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # the caller has closed it
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - it stays open to the end
    code = _within(main, sys.argv[1:])
    atexit._run_exitfuncs()  # os._exit leaves them out; a private cache folder is removed there
    _flush()
    os._exit(code)


def _flush() -> None:
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()


def _within(command: Callable[[], int], arguments: list[str]) -> int:
    """Run a command that checks foreign files in a process of its own, with a limit on its processor time.

    No entry that a person writes takes so long; one that was made to do so must not hold us up.  Waiting for others who
    add costs no processor time.  Ending ``add`` at any moment is safe: an entry is written all or nothing.
    """
    if arguments[:1] not in (["validate"], ["add"]) or "--all" in arguments or not hasattr(os, "fork"):
        return command()
    import resource

    files = [word for word in arguments[1:] if Path(word).is_file()]
    # A mapping set may have as many rows as a standard has provisions, and each is an entity of its own.
    seconds = LONGEST_CHECK * max(1, len(files) + 2 * sum(word.endswith(".sssom.tsv") for word in files))
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        code = command()
        _flush()
        os._exit(code)
    while True:
        with suppress(KeyboardInterrupt):  # the child is stopped too, and says so
            _, status = os.waitpid(child, 0)
            break
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    from cyberstd_kg.cli.render import say

    if os.WTERMSIG(status) == signal.SIGXCPU:
        say(
            f"the check of {' '.join(arguments[1:])[:200]} took more than {seconds} seconds and was stopped",
            "  Split the file: one standard a file.",
        )
        return 2
    say(f"the check was ended by signal {os.WTERMSIG(status)}")
    return 4


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0
    if arguments[0] == "--version":
        from cyberstd_kg.core.version import __version__

        print(f"cyberstd {__version__}")
        return 0
    name, rest = arguments[0], arguments[1:]
    known = {command: module for group in COMMANDS.values() for command, (module, _) in group.items()}
    if name not in known:
        from cyberstd_kg.core import words

        hint = words.did_you_mean(words.near(name, known), repr) or "cyberstd --help lists the commands."
        raise UsageError(f"'{name}' is not a command of cyberstd", hint)
    from importlib import import_module

    module = import_module(f"cyberstd_kg.cli.{known[name]}")
    return int(getattr(module, f"run_{name}")(rest))


def _report(error: CyberstdError) -> int:
    """Report an error on stderr and return its exit code."""
    from cyberstd_kg.cli import render

    if isinstance(error, Refused):
        from cyberstd_kg.cli.validation import finding_lines

        print("\n".join(render.fitted(finding_lines(error.report, "refused"))), file=sys.stderr)
        render.say(error.message.partition(". First: ")[0])
        return error.exit_code
    lines = []
    if isinstance(error, AmbiguousReference):
        lines = [line for iri, label in error.candidates for line in (f"  {label}", f"    {iri}")]
    render.say(error.message, *lines, *([f"  {error.hint}"] if error.hint else []))
    return error.exit_code
