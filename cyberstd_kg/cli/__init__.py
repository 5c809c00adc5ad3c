"""The command ``cyberstd``.  Each command is imported only when it runs: start-up time is part of every answer."""

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
    "Look": {
        "list": ("look", "standards and their current editions, filtered by committee, stage, state, type, day"),
        "show": ("look", "everything about one thing, each statement with its sources"),
        "search": ("look", "find by words, over every literal of the graph"),
        "compare": ("meaning", "the definitions of a term, facet by facet; as a picture, too"),
        "timeline": ("days", "the life of standards: editions, reviews, what is in development"),
        "diff": ("changes", "what came, went and moved between two days, or two exports"),
    },
    "Ask": {
        "ask": ("questions", "the saved questions: list, explain, run"),
        "query": ("questions", "any SPARQL 1.1 query, read-only, with a deadline"),
    },
    "Compare": {
        "crosswalk": ("crosswalk", "what relates to what between two documents, published or derived; the matrix"),
        "why": ("proving", "the proof that links two provisions, row by row"),
        "gap": ("crosswalk", "what of one document another one covers: surely, perhaps, not"),
        "prove": ("proving", "is any set of published mappings contradictory?"),
    },
    "Add": {
        "new": ("entries", "a commented template for an entry, or questions on a terminal"),
        "validate": ("check", "entries against the whole graph: what is wrong, where, what to do"),
        "add": ("entries", "an entry into your workspace, validated, whole or not at all"),
        "remove": ("entries", "take an entry of yours away again"),
        "import": ("importing", "records of registries into files of entries; mapping sets (SSSOM)"),
        "fmt": ("check", "the one canonical form of Turtle, TriG and mapping sets"),
    },
    "Examine": {
        "reason": ("reasoning", "is the graph consistent, and what follows that nobody states? Each with its reasons"),
        "quality": ("quality", "the ontology against the rules of ROBOT, OOPS!, FOOPS! and others"),
    },
    "Take away": {
        "export": ("take", "Turtle, TriG, JSON-LD, N-Quads, N-Triples, RDF/XML"),
        "audit": ("take", "share of statements with a described source"),
    },
}

#: Seconds of processor time after which the check of a file is given up.
LONGEST_CHECK = 8

_OVERVIEW = """\
usage: cyberstd COMMAND [ARGUMENT ...] [OPTION ...]

The knowledge graph of cybersecurity standards: ask it, check who says so, take it away.
{commands}

Begin with
  cyberstd show "ISO/IEC 27400"
  cyberstd compare cybersecurity
  cyberstd search "software update"
  cyberstd ask

References are accepted as people write them: 27400, iso/iec 27033-4, X.1205, "27400 7.1.2.10", a CURIE, an IRI.
Without --format: a table on a terminal, CSV in a pipe.  cyberstd COMMAND --help tells more; --version the version.
Exit: 0 done, 1 findings, 2 usage or unreadable input, 3 not found, 4 limit reached, 5 something needed is missing.
"""


def overview() -> str:
    """Return the text of ``cyberstd --help``."""
    lines = []
    for group, commands in COMMANDS.items():
        lines.append(f"\n{group}")
        lines += [f"  {name:<9} {line}" for name, (_, line) in commands.items()]
    return _OVERVIEW.format(commands="\n".join(lines))


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
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _within(command: Callable[[], int], arguments: list[str]) -> int:
    """Run a command that checks foreign files in a process of its own, with a limit on its processor time.

    No entry that a person writes takes so long; one that was made to do so must not hold us up.  Waiting for others who
    add costs no processor time.  Ending ``add`` at any moment is safe: an entry is there whole or not at all.
    """
    if arguments[:1] not in (["validate"], ["add"]) or "--all" in arguments or not hasattr(os, "fork"):
        return command()
    import resource

    files = [word for word in arguments[1:] if Path(word).is_file()]
    # A mapping set may have as many rows as a standard has provisions, and each is a thing of its own.
    seconds = LONGEST_CHECK * max(1, len(files) + 2 * sum(word.endswith(".sssom.tsv") for word in files))
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
        code = command()
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    while True:
        with suppress(KeyboardInterrupt):  # the child is stopped too, and says so
            _, status = os.waitpid(child, 0)
            break
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    if os.WTERMSIG(status) == signal.SIGXCPU:
        print(
            f"cyberstd: the check of {' '.join(arguments[1:])[:200]} took more than {seconds} seconds and was ended\n"
            "  Split the file: one standard a file.",
            file=sys.stderr,
        )
        return 2
    print(f"cyberstd: the check was ended by signal {os.WTERMSIG(status)}", file=sys.stderr)
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
        raise UsageError(f"'{name}' is no command of cyberstd", _nearest(name, list(known)))
    from importlib import import_module

    module = import_module(f"cyberstd_kg.cli.{known[name]}")
    return int(getattr(module, f"run_{name}")(rest))


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else "cyberstd --help lists the commands."


def _report(error: CyberstdError) -> int:
    from cyberstd_kg.cli.render import printable

    if isinstance(error, Refused):
        from cyberstd_kg.cli.check import findings_text

        print(findings_text(error.report, "refused"), end="", file=sys.stderr)
        print(f"cyberstd: {printable(error.message.partition('. First: ')[0])}", file=sys.stderr)
        return error.exit_code
    lines = [f"cyberstd: {error.message}"]
    if isinstance(error, AmbiguousReference):
        lines += [line for iri, label in error.candidates for line in (f"  {label}", f"    {iri}")]
    if error.hint:
        lines.append(f"  {error.hint}")
    print("\n".join(map(printable, lines)), file=sys.stderr)
    return error.exit_code
