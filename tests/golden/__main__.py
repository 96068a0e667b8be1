"""Add the golden samples that are missing: ``python -m tests.golden``. It never changes or removes one."""

import sys
from pathlib import Path

from tests.golden import HERE, add_missing, missing

folder = Path(sys.argv[1]) if sys.argv[1:] else HERE
for path in add_missing(folder):
    sys.stdout.write(f"added {path.name}\n")
for name, version in missing(folder):
    sys.stdout.write(f"{name}@{version} is missing; only the code of that version could make it: restore it\n")
sys.exit(bool(missing(folder)))
