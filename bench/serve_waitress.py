"""Waitress, quiet when a request waits: ``python -m bench.serve_waitress module:function port threads``."""

import logging
import sys
from pkgutil import resolve_name

from waitress import serve

if __name__ == "__main__":
    application, port, threads = sys.argv[1:]
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(resolve_name(application)(), host="127.0.0.1", port=int(port), threads=int(threads), channel_timeout=600)
