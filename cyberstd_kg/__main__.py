"""``python -m cyberstd_kg`` does what ``cyberstd`` does."""

import sys

from cyberstd_kg.cli import main

sys.exit(main())
