"""Two kinds of fence that import-linter does not bring: what decisions may import, and where a library may be known."""

import sys
from collections.abc import Iterable
from typing import Any, ClassVar

import grimp
from importlinter import Contract, ContractCheck, fields, output

LANGUAGE = ("contracts", "methodologies", "aggregates", "vocabulary", "messages", "errors")
"""What of the shared library a decision may import; a service's own modules are the other contracts' matter."""


def within(graph: grimp.ImportGraph, expressions: Iterable[Any]) -> set[str]:
    """The modules that expressions name, and all below them; a module that does not exist (yet) is nothing."""
    named = (graph.find_matching_modules(each.expression) if each.has_wildcard_expression() else {each.expression}
             for each in expressions)  # fmt: skip
    found = {module for modules in named for module in modules if module in graph.modules}
    return found.union(*(graph.find_descendants(module) for module in found))


class Fence(Contract):
    """A contract about direct imports, each of which is allowed or not by itself."""

    def foreign(self, graph: grimp.ImportGraph) -> list[tuple[str, str]]:
        """The (importer, imported) pairs that are not allowed."""
        raise NotImplementedError

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - its signature
        """Keep the fence where nothing is foreign."""
        foreign = sorted(self.foreign(graph))
        return ContractCheck(kept=not foreign, metadata={"foreign": foreign})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name the imports."""
        for importer, imported in check.metadata["foreign"]:
            output.print_error(f"- {importer} -> {imported}", bold=False)


class Decisions(Fence):
    """Decisions import the standard library, the shared language, their own service and one another only."""

    type_name: ClassVar[str] = "decisions"
    decisions = fields.ListField(subfield=fields.ModuleExpressionField())

    def foreign(self, graph: grimp.ImportGraph) -> list[tuple[str, str]]:
        """What is none of these."""
        decisions = within(graph, self.decisions)
        return [
            (importer, imported)
            for importer in decisions
            for imported in graph.find_modules_directly_imported_by(importer)
            if imported not in decisions and not _spoken(imported)
        ]


def _spoken(imported: str) -> bool:
    root, _, rest = imported.partition(".")
    if root == "shared":
        return rest.partition(".")[0] in LANGUAGE
    return root == "services" or root in sys.stdlib_module_names


class Confined(Fence):
    """Some libraries are imported by some modules only; a library that nobody imports is well confined."""

    type_name: ClassVar[str] = "confined"
    libraries = fields.ListField(subfield=fields.StringField())
    importers = fields.ListField(subfield=fields.ModuleExpressionField())

    def foreign(self, graph: grimp.ImportGraph) -> list[tuple[str, str]]:
        """Who else imports them."""
        allowed = within(graph, self.importers)
        return [
            (importer, library)
            for library in self.libraries
            if library in graph.modules
            for importer in graph.find_modules_that_directly_import(library) - allowed
        ]
