"""The ``speir`` command."""

import sys

from services import health


def main() -> None:
    """Answer a container's health check without loading anything else; hand everything else to the command line."""
    match sys.argv[1:]:
        case ["health", ("web" | "worker") as kind]:
            sys.exit(0 if health.asked[kind]() else 1)
    from services.command import speir  # noqa: PLC0415 - a health check must stay light

    speir(prog_name="speir")


if __name__ == "__main__":
    main()
