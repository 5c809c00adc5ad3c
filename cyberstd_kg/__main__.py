"""``python -m cyberstd_kg`` does what ``cyberstd`` does."""

from cyberstd_kg.cli import run

run()
