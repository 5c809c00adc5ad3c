"""Writes docs/quality.md: every rule of `cyberstd quality`, with the checker that it follows.

``--check`` only compares the page with what would be written.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cyberstd_kg.quality import rules as quality  # noqa: E402

PAGE = ROOT / "docs" / "quality.md"
HEAD = """# The quality of the ontology

`cyberstd quality` runs {count} rules on the ontology, its schemes, and how data and saved questions use them. Each
follows rules of public checkers: [ROBOT report](https://robot.obolibrary.org/report), the pitfalls of
[OOPS!](https://oops.linkeddata.es/catalogue.jsp), the tests of [FOOPS!](https://w3id.org/foops/), the issues of
[qSKOS](https://github.com/cmader/qSKOS/wiki/Quality-Issues), LOV's metadata recommendations, and the part of
OWL 2 DL that a query can check. A rule is a file in `queries/quality/`, with examples that break it in
`tests/quality/`. The shipped ontology passes all rules. [Decision 20](decisions/0020-quality-rules.md) lists the rules
of the checkers that were left out, and why. The OWL API and HermiT check the whole profile of OWL 2 DL, and
consistency, in `tests/project/test_ontology.py`.

```console
$ cyberstd quality --rule hierarchy-cycle --rule inverse-does-not-fit --format text
2 rules run, 2 passed; no findings.
```

An error or a warning gives exit code 1; `--fail-on error` or `--fail-on info` changes this threshold. `--explain RULE`
shows the query. `make fmt` writes this page from the rules.

| rule | severity | requirement | problem | why | solution | after |
|---|---|---|---|---|---|---|
"""


def cell(text: str) -> str:
    """Return *text* fit for a cell of a table."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def page() -> str:
    """Return the page."""
    rules = quality.rules()
    rows = []
    for rule in rules:
        cells = (rule.title, rule.problem, rule.why, rule.solution, rule.after)
        rows.append(f"| `{rule.id}` | {rule.severity} | {' | '.join(map(cell, cells))} |\n")
    return HEAD.format(count=len(rules)) + "".join(rows)


def main() -> int:
    """Write the page, or with ``--check`` compare."""
    if "--check" in sys.argv[1:]:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        if not same:
            print("docs/quality.md is out of date. Run: python docs/build_quality.py", file=sys.stderr)
        return 0 if same else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
