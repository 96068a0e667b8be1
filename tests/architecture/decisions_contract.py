"""Decisions speak the domain's language: whatever is neither that nor the standard library is out of their reach."""

import sys
from typing import ClassVar

import grimp
from importlinter import Contract, ContractCheck, fields, output

LANGUAGE = ("contracts", "methodologies", "aggregates", "vocabulary", "messages", "errors")
"""What of the shared library a decision may import; a service's own modules are the other contracts' matter."""


class DecisionsContract(Contract):
    """Every direct import of a decision's module is the standard library, the shared language, or its own service."""

    type_name: ClassVar[str] = "decisions"
    decisions = fields.ListField(subfield=fields.ModuleExpressionField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - its signature
        """Look at each module's own imports."""
        foreign = [
            (importer, imported)
            for importer in sorted(self._modules(graph))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not spoken(imported)
        ]
        return ContractCheck(kept=not foreign, metadata={"foreign": foreign})

    def _modules(self, graph: grimp.ImportGraph) -> set[str]:
        found: set[str] = set()
        for named in self.decisions:
            expression = named.expression
            matching = graph.find_matching_modules(expression) if "*" in expression else {expression}
            found.update(*(graph.find_descendants(module) | {module} for module in matching))
        return found

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name the imports."""
        for importer, imported in check.metadata["foreign"]:
            output.print_error(f"- {importer} -> {imported}", bold=False)


def spoken(imported: str) -> bool:
    """Whether a decision may import a module."""
    root, _, rest = imported.partition(".")
    if root == "shared":
        return rest.partition(".")[0] in LANGUAGE
    return root == "services" or root in sys.stdlib_module_names
