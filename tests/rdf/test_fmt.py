"""``cyberstd fmt``: files in their one form, and what it says when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cyberstd_kg.cli import main

EX = "http://example.org/"
GOOD = f"<{EX}s> <{EX}a> 2 ;\n    <{EX}p> 1 .\n"


def test_fmt_mends_what_check_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, broken = (tmp_path / name for name in ("good.ttl", "b a d.ttl", "broken.trig"))
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(f"<{EX}s> <{EX}p> 1;<{EX}a> 2 .", encoding="utf-8")
    broken.write_text("nothing", encoding="utf-8")
    link = tmp_path / "link.ttl"
    link.symlink_to(bad)

    assert main(["fmt", "--check", str(good), str(bad)]) == 1
    shown = capsys.readouterr()
    assert shown.out == f"{bad}\n"
    assert shown.err == f"cyberstd: not canonical; run: cyberstd fmt '{bad}'\n"
    assert bad.read_text(encoding="utf-8").count("\n") == 0

    assert main(["fmt", str(good), str(link), str(broken), str(tmp_path / "missing.ttl")]) == 2
    shown = capsys.readouterr()
    assert shown.out == f"{link}\n"
    assert [line.partition(": ")[2].partition(": ")[0] for line in shown.err.splitlines()] == [
        f"{broken}, line 1",
        f"{tmp_path / 'missing.ttl'}",
    ]
    assert bad.read_text(encoding="utf-8") == GOOD
    assert link.is_symlink()
    assert broken.read_text(encoding="utf-8") == "nothing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b a d.ttl", "broken.trig", "good.ttl", "link.ttl"]

    assert main(["fmt", "--check", str(good), str(bad)]) == 0
    assert capsys.readouterr() == ("", "")


def test_fmt_takes_folders_and_keeps_the_comment_at_the_top(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (below / "x.ttl").write_text(f"# Ours.\n<{EX}s>  <{EX}p> 1 . # gone\n", encoding="utf-8")
    (below / "readme.txt").write_text("no RDF", encoding="utf-8")
    assert main(["fmt", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{below / 'x.ttl'}\n"
    assert (below / "x.ttl").read_text(encoding="utf-8") == f"# Ours.\n\n<{EX}s> <{EX}p> 1 .\n"
    (tmp_path / "empty").mkdir()
    assert main(["fmt", str(tmp_path / "empty")]) == 2
    assert "has no file that ends in .ttl, .trig" in capsys.readouterr().err
