"""A made-up catalogue of any size, of the shape of the shipped one.

A unit has as many texts as the shipped catalogue: a table of bare facts in the form that ``data/build_catalogue.py``
reads, and that script (so :mod:`cyberstd_kg.designations.records`) makes files of it.  So a unit has what the shipped
one has: records of five registries, each a named graph with its description; standards, whole and in parts; editions
that replace each other, amendments, drafts, projects; stages with their dates; what we read in the records.  Titles are
made of the words of the shipped titles, as often as these stand there, and of words made of syllables, of which a
larger catalogue has more.  The same seed gives the same files.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from cyberstd_kg.core import assets

sys.path.insert(0, str(assets.root() / "data"))
import build_catalogue

SEED: Final = 27032
#: Rows of a unit by publisher, as in the shipped catalogue.
ISO, ITU, NIST, ETSI = 755, 138, 26, 10
_COLUMNS: Final = (
    *("standard", "designation", "title_en", "doctype", "edition", "published", "iso_stage", "stage_as_of"),
    *(
        "iec_status",
        "iec_dates",
        "committee",
        "replaces",
        "replaced_by",
        "revision_in_progress",
        "amended_by",
        "source",
    ),
)
_SYLLABLES: Final = "ba ce di fo gu ka le mi no pu ra se ti vo zu lan mer tor vin sal".split()
Row = dict[str, str]


def lay_out(target: Path, factor: int) -> None:
    """Write the shipped graph, and a made-up catalogue of *factor* - 1 units beside it, under *target*."""
    for folder in (*assets.GRAPH_FOLDERS, "shapes", "queries"):
        shutil.copytree(assets.root() / folder, target / folder)
    if factor > 1:
        words = shipped_words()
        with ProcessPoolExecutor() as pool:
            done = [pool.submit(_write, target / "data" / f"unit-{unit}", unit, words) for unit in range(1, factor)]
            for future in done:
                future.result()


def shipped_words() -> list[str]:
    """Return the words of all titles in the shipped catalogue, each as often as it stands there."""
    titles: list[str] = []
    for path in sorted((assets.root() / "data" / "catalogue").rglob("*.trig")):
        titles += re.findall(r'dct:title "([^"]+)"', path.read_text(encoding="utf-8"))
    return [word for title in titles for word in re.findall(r"[a-z]{3,}", title)]


def _write(target: Path, unit: int, words: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        with table.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, _COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows(unit, words))
        files = build_catalogue.contents(table)
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def rows(unit: int, words: list[str]) -> list[Row]:
    """Return the table of one unit; two units have no designation in common."""
    made = _Maker(unit, words)
    kinds = ((made.iso, ISO), (made.itu, ITU), (made.nist, NIST), (made.etsi, ETSI))
    return [row for make, count in kinds for row in made.several(make, count)]


class _Maker:
    """Makes the standards of one unit.

    :param words: out of which titles are made
    """

    def __init__(self, unit: int, words: list[str]) -> None:
        self.random = random.Random(f"{SEED}-{unit}")
        self.words = words
        self.number = 100_000 + 1000 * unit
        self.committees = [f"ISO/TC {1000 + unit}/SC {number}" for number in range(1, 6)]
        self.registries = {registry.slug: name for name, registry in build_catalogue.REGISTRIES.items()}
        self.seen = {registry.slug: registry.seen for registry in build_catalogue.REGISTRIES.values()}

    def several(self, make: Callable[[], Iterable[Row]], count: int) -> list[Row]:
        """Return *count* rows, of as many standards as it takes."""
        found: list[Row] = []
        while len(found) < count:
            self.number += 1
            found += make()
        return found[:count]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def title(self, parts: int = 2) -> str:
        """Return a title of *parts* parts, each of a few words; one word in eight is rare."""
        told = []
        for _ in range(parts):
            some = [self.random.choice(self.words) for _ in range(self.random.randint(2, 5))]
            if self.chance(0.4):
                some[-1] = "".join(self.random.choices(_SYLLABLES, k=self.random.randint(3, 4)))
            told.append(" ".join(some).capitalize())
        return " — ".join(told)

    def day(self, year: int) -> str:
        return f"{year}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"

    def source(self, registry: str, designation: str) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", designation.lower()).strip("-")
        return f"{self.registries[registry]}:data/{name}.yaml"

    # ── ISO and IEC ──

    def iso(self) -> list[Row]:
        """Return the rows of one standard, or of a standard in parts."""
        title, committee = self.title(), self.random.choice(self.committees)
        numbers = [f"{self.number}"]
        if self.chance(0.2):
            numbers = [f"{self.number}-{part}" for part in range(1, self.random.randint(3, 8))]
        found: list[Row] = []
        for at, number in enumerate(numbers, 1):
            part = f" — Part {at}: {self.title(1)}" if len(numbers) > 1 else ""
            found += self.iso_work(f"ISO/IEC {number}", title + part, committee)
        return found

    def iso_work(self, work: str, title: str, committee: str) -> list[Row]:
        """Return the rows of one work: editions, amendments, what is in development."""
        count = self.random.choices((0, 1, 2, 3, 4), (10, 55, 22, 10, 3))[0]
        years = sorted(self.random.sample(range(1994, 2025, 3), count))
        names = [f"{work}:{year}" for year in years]
        found: list[Row] = []
        kind = self.random.choices(("international-standard", "technical-report"), (88, 12))[0]
        said = {"standard": work, "title_en": title, "doctype": kind, "committee": committee}
        for at, (year, name) in enumerate(zip(years, names, strict=True)):
            found += self.iso_edition(said, name, at, year, names, years)
        if not count or self.chance(0.28):
            found += self.iso_draft(said, work, count + 1, found, names)
        return found

    def iso_edition(self, said: Row, name: str, at: int, year: int, names: list[str], years: list[int]) -> list[Row]:
        """Return the row of one edition, and of its amendment if it has one."""
        over = years[at + 1] if at + 1 < len(years) else 0
        published = self.day(year)
        row = {**said, "designation": name, "edition": f"{at + 1}", "published": published[:7]}
        row["replaces"] = names[at - 1] if at else ""
        row["replaced_by"] = names[at + 1] if over else ""
        iec = self.chance(0.92)
        if alone := iec and self.chance(0.12):
            sources = [self.source("relaton-data-iec", name)]
        else:
            sources = [self.source("relaton-data-iso", name)]
            sources += [self.source("relaton-data-iec", name)] * iec
            row["stage_as_of"] = self.seen["relaton-data-iso"]
            row["iso_stage"] = "95.99" if over else self.random.choice(("60.60", "60.60", "90.93", "90.92", "90.20"))
        if iec:
            row["iec_status"] = ("REVISED" if self.chance(0.85) else "REPLACED") if over else "PUBLISHED"
            ended = self.day(over) if over else ""
            stable = f"; stable-until={ended}" if ended and self.chance(0.6) else ""
            row["iec_dates"] = f"published={published}{stable}" + (f"; obsoleted={ended}" if ended else "")
        row["source"] = " ; ".join(sources)
        if alone or not self.chance(0.22):
            return [row]
        if not over and self.chance(0.3):
            draft = f"{name}/DAM 1"
            told = {"designation": draft, "title_en": f"{said['title_en']} — Amendment 1", "iso_stage": "40.60"}
            told |= {"stage_as_of": row["stage_as_of"], "edition": row["edition"]}
            return [row, {**said, **told, "source": self.source("relaton-data-iso", draft)}]
        what = self.random.choice(("Amd", "Amd", "Cor"))
        amendment = f"{name}/{what} 1:{year + 2}"
        row["amended_by"] = amendment
        words = "Amendment 1" if what == "Amd" else "Technical Corrigendum 1"
        told = {"designation": amendment, "title_en": f"{said['title_en']} — {words}", "published": str(year + 2)}
        told |= {"iso_stage": row["iso_stage"], "stage_as_of": row["stage_as_of"], "edition": row["edition"]}
        return [row, {**said, **told, "source": self.source("relaton-data-iso", amendment)}]

    def iso_draft(self, said: Row, work: str, edition: int, found: list[Row], names: list[str]) -> list[Row]:
        """Return the row of a draft of the next edition, with one of its project at times."""
        stage, code = self.random.choice((("CD", "30.60"), ("DIS", "40.60"), ("FDIS", "50.20"), ("CD", "30.99")))
        marks = {name: work.replace("ISO/IEC", f"ISO/IEC {name}") for name in (stage, "AWI")}
        told = {**said, "edition": f"{edition}", "stage_as_of": self.seen["relaton-data-iso"]}
        told["replaces"] = names[-1] if names else ""
        drafts = [{**told, "designation": marks[stage], "iso_stage": code}]
        if self.chance(0.35):
            drafts.append({**told, "designation": work, "iso_stage": self.random.choice(("60.00", "50.60", "20.00"))})
        for row in drafts:
            row["source"] = self.source("relaton-data-iso", row["designation"])
        if found and found[-1].get("designation") == told["replaces"] and self.chance(0.4):
            found[-1]["revision_in_progress"] = marks[stage]
        return drafts

    # ── The others ──

    def itu(self) -> list[Row]:
        """Return the rows of one recommendation."""
        found: list[Row] = []
        title = self.title(1)
        for year in sorted(self.random.sample(range(1996, 2026), self.random.choice((1, 1, 1, 2, 3)))):
            month = self.random.randint(1, 12)
            row = {"standard": f"ITU-T X.{self.number}", "designation": f"ITU-T X.{self.number} ({month:02}/{year})"}
            row |= {"title_en": title, "doctype": "recommendation", "published": f"{year}-{month:02}-14"}
            row |= {"stage_as_of": self.seen["relaton-data-itu"], "committee": "ITU-T SG17"}
            row["replaces"] = found[-1]["designation"] if found else ""
            row["source"] = self.source("relaton-data-itu", row["designation"])
            found.append(row)
        return found

    def nist(self) -> list[Row]:
        """Return the rows of one special publication and its revision."""
        name = f"NIST SP 900-{self.number}"
        names = [name] if self.chance(0.5) else [name, f"{name}r1"]
        return [
            {
                **{"standard": name, "designation": one, "title_en": self.title(1), "committee": "NIST"},
                **{"published": f"{2004 + 7 * at}-0{at + 4}", "source": self.source("nist-tech-pubs", one)},
            }
            for at, one in enumerate(names)
        ]

    def etsi(self) -> Iterator[Row]:
        """Yield the row of one technical specification."""
        year = self.random.randint(2015, 2025)
        name = f"ETSI TS {self.number // 1000} {self.number % 1000:03}"
        row = {"standard": name, "designation": f"{name} V1.1.1 ({year}-05)", "title_en": f"CYBER; {self.title(1)}"}
        row |= {"doctype": "Technical Specification", "published": f"{year}-05", "committee": "Cyber Security"}
        yield {**row, "source": self.source("relaton-data-etsi", row["designation"])}
