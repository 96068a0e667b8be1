"""Asks for known weaknesses of all that uv.lock names; fails where one is known, or where nobody could be asked."""  # noqa: INP001 - run by its path

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx

ROOT: Final = Path(__file__).resolve().parents[1]
RECORD: Final = ROOT / "deploy" / "advisories.json"
OLDEST_DAYS: Final = 180
"""A record of what was known is believed for so long."""
KNOWN_WEAK: Final = ("pycrypto", "2.6.1")
"""Given up years ago with holes that everybody knows: who knows of none there knows nothing, and is not believed."""
UNASKED: Final = {
    "jsonschema-rs": "tests only; what generates requests needs a version before the newest, and a registry may tell of"
    " the newest alone",
}
"""What need not be answered for, and why; nothing that runs may stand here."""
PATIENCE_S: Final = 30.0

Package = tuple[str, str]


@dataclass
class Answers:
    """Who could be asked about what, and the weaknesses that are known."""

    known: dict[Package, list[str]] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)

    def take(self, source: str, told: dict[Package, list[str]]) -> None:
        """Add what a source told of packages that none before it knew of."""
        new = {package: ids for package, ids in told.items() if package not in self.known}
        self.known |= new
        self.by[source] = len(new)


def locked() -> tuple[list[Package], set[str], str]:
    """Every package of the lock, the names of those that run, and the registry that they come from."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    there = {each["name"]: each for each in lock["package"]}
    (registry,) = {each["source"]["registry"] for each in there.values() if "registry" in each["source"]}
    packages = sorted((name, each["version"]) for name, each in there.items() if "registry" in each["source"])
    runs: set[str] = set()
    waiting = ["speir"]
    while waiting:
        name = waiting.pop()
        if name not in runs:
            runs.add(name)
            waiting += [each["name"] for each in there[name].get("dependencies", ())]
    return packages, runs, registry


def by_version(packages: Iterable[Package]) -> dict[Package, list[str]]:
    """What pip-audit is told of exactly these versions; nothing of what it had to leave out."""
    with tempfile.TemporaryDirectory() as directory:
        asked = Path(directory) / "requirements.txt"
        asked.write_text("".join(f"{name}=={version}\n" for name, version in packages), "utf-8")
        program = Path(sys.executable).with_name("pip-audit")
        command = [str(program), "-r", str(asked), "--no-deps", "--disable-pip", "-s", "pypi", "-f", "json",
                   "--progress-spinner", "off"]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    try:
        told = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        return {}
    return {(each["name"], each["version"]): ids_of(each["vulns"]) for each in told if "skip_reason" not in each}


def of_the_newest(packages: Iterable[Package], registry: str) -> dict[Package, list[str]]:
    """What the registry tells of each project's newest version, where that is the one that is locked."""
    place = registry.rstrip("/").removesuffix("/simple")
    with httpx.Client(timeout=PATIENCE_S, follow_redirects=True) as client, ThreadPoolExecutor(8) as threads:

        def asked(package: Package) -> tuple[Package, list[str] | None]:
            try:
                told = client.get(f"{place}/pypi/{package[0]}/json").raise_for_status().json()
                newest = told["info"]["version"] == package[1]
                return package, ids_of(told["vulnerabilities"]) if newest else None
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                return package, None

        return {package: ids for package, ids in threads.map(asked, packages) if ids is not None}


def ids_of(told: Iterable[dict[str, Any]]) -> list[str]:
    """The names of weaknesses that nobody has taken back."""
    return sorted(each["id"] for each in told if not each.get("withdrawn"))


def recorded(today: date) -> dict[Package, list[str]]:
    """What was known of a version when it was asked about last, unless that is too long ago."""
    if not RECORD.exists():
        return {}
    told = json.loads(RECORD.read_text("utf-8"))
    if (today - date.fromisoformat(told["asked_on"])).days > OLDEST_DAYS:
        return {}
    return {(name, version): ids for name, (version, ids) in told["packages"].items()}


def believed(told: dict[Package, list[str]]) -> dict[Package, list[str]]:
    """What a source told, if it knows of what everybody knows; else nothing."""
    return {package: ids for package, ids in told.items() if package != KNOWN_WEAK} if told.get(KNOWN_WEAK) else {}


def asked_now(packages: list[Package], registry: str) -> Answers:
    """What can be learnt at this moment, of exact versions first."""
    answers = Answers()
    answers.take("of the version itself", believed(by_version([*packages, KNOWN_WEAK])))
    rest = [each for each in packages if each not in answers.known]
    answers.take("of the newest version, which it is", believed(of_the_newest([*rest, KNOWN_WEAK], registry)))
    return answers


def verdict(packages: list[Package], runs: set[str], answers: Answers) -> list[str]:
    """Why the audit fails, a sentence each; nothing if it does not."""
    silent = [each for each in packages if each not in answers.known]
    unexcused = [f"{name} {version}" for name, version in silent if name not in UNASKED or name in runs]
    weak = [f"{name} {version} is known to be weak: {', '.join(ids)}." for (name, version), ids in
            sorted(answers.known.items()) if ids and (name, version) in packages]  # fmt: skip
    if not answers.known:
        return ["Nothing was audited: no source of advisories answers, or none that knows what everybody knows."]
    return weak + ([f"Nobody could be asked about {', '.join(unexcused)}."] if unexcused else [])


def main() -> None:
    """Audit the lock, or with ``--record`` write down what is known today; the exit status says whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write deploy/advisories.json anew")
    record, today = parser.parse_args().record, datetime.now(UTC).date()
    packages, runs, registry = locked()
    answers = asked_now(packages, registry)
    if record and answers.known:
        kept = {name: [version, ids] for (name, version), ids in sorted(answers.known.items())}
        RECORD.write_text(json.dumps({"asked_on": today.isoformat(), "packages": kept}, indent=1) + "\n", "utf-8")
    answers.take(f"recorded in {RECORD.name}", recorded(today))
    for source, count in answers.by.items():
        print(f"{count:4} told {source}")  # noqa: T201 - what it is run for
    answered = sum(each in answers.known for each in packages)
    print(f"{answered} of {len(packages)} locked packages were audited")  # noqa: T201
    for name, why in UNASKED.items():
        print(f"not asked about: {name} ({why})")  # noqa: T201
    if wrong := verdict(packages, runs, answers):
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
