"""Run by the Python that has the package ``sssom``: tells, as JSON, what it finds wrong with each file named."""

import contextlib
import io
import json
import logging
import sys

from sssom.constants import DEFAULT_VALIDATION_TYPES
from sssom.parsers import parse_sssom_table
from sssom.validators import validate

# Not strict: that mode of 0.4.21 refuses just the files whose metadata are regular.
logging.disable(logging.CRITICAL)
found = {}
for name in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            reports = validate(parse_sssom_table(name), DEFAULT_VALIDATION_TYPES, fail_on_error=False)
            found[name] = [result.message for report in reports.values() for result in report.results]
        except Exception as error:
            found[name] = [f"{type(error).__name__}: {error}"]
json.dump(found, sys.stdout)
