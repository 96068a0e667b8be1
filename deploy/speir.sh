#!/bin/sh
# The speir command of a working copy: runs it from its source, wherever it is called from.
set -eu
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
exec "$root/.venv/bin/python" -P -m services "$@"
