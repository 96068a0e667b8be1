"""Add the golden samples that are missing: ``python -m tests.golden``. It never changes or removes one."""

import sys

from tests.golden import add_missing, missing

for path in add_missing():
    sys.stdout.write(f"added {path.name}\n")
for name, version in missing():
    sys.stdout.write(f"{name}@{version} is missing; only the code of that version could make it: restore it\n")
sys.exit(bool(missing()))
