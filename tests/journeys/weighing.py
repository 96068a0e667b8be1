"""What evidence does beside gathering: a spreadsheet, what the team is not sure of, self-evaluations, and disposal."""

from collections.abc import Callable
from typing import Any

TODAY = "2026-01-05"
CSV = "text/csv"


def weigh(asking: Any, words: Callable[[str], str], evidence: Any) -> None:
    """Every such command; those that the edition asks nobody for are refused, whatever they say."""
    here = f"/evidence/v1/inspections/{asking.id('inspection_id')}"
    _spreadsheets(asking, words)
    doubt = f"{here}/uncertainties/{asking.id('uncertainty_id')}"
    asking.does(doubt, "inspector", indicator="2.1", words=words("RaiseUncertainty.words"))
    reason = words("ResolveUncertainty.reason")
    asking.does(f"{doubt}/resolution", "inspector", becomes="strength", evidence=[str(evidence)], reason=reason)
    found = {"topic": "leadership", "evidence": [str(evidence)], "words": words("RecordFinding.words")}
    assert asking.post(f"{here}/findings/{asking.id('finding_id')}", "inspector", found).status == 422
    _self_evaluations(asking, words, f"{here}/self-evaluations/{asking.id('submitter')}")
    originals = f"{here}/originals/{asking.id('originals_id')}"
    asking.does(originals, "planner", lent_by=words("BorrowOriginals.lent_by"))
    asking.does(f"{originals}/return", "planner", receipt=words("ReturnOriginals.receipt"))
    asking.does(f"{here}/disposal/submission", "planner", submitted_on=TODAY)
    asking.does(f"{here}/disposal/hold", "planner", reason="court")
    asking.does(f"{here}/disposal/hold/end", "planner")
    asking.does(f"{here}/disposal/proceedings-end", "planner", ended_on=TODAY)


def _spreadsheets(asking: Any, words: Callable[[str], str]) -> None:
    asked = f"/evidence/v1/returns/{asking.id('spreadsheet')}"
    inspection = str(asking.id("inspection_id"))
    asking.does(asked, "lead", inspection_id=inspection, kind="document_return", due_on="2026-01-12")
    said = words("SubmitSpreadsheet.columns")
    for headings, status in ((f"{said},agency", 201), (f"{said},surname", 422)):
        raw = f"{headings}\n{said},{said}\n".encode()
        assert asking.post(f"{asked}/spreadsheets", "partnership_contact", raw, Content_Type=CSV).status == status


def _self_evaluations(asking: Any, words: Callable[[str], str], its: str) -> None:
    asking.id("self_evaluation_id")
    summary, reasons = words("SubmitSelfEvaluation.summary"), words("ValidateSelfEvaluation.reasons")
    handed_in = {"scores": [], "words": 9, "digest": "ab" * 32, "summary": summary}
    judged = {"outcome": "confirmed", "scores": [], "reasons": reasons}
    assert asking.post(f"{its}/submissions", "partnership_contact", handed_in).status == 409
    assert asking.post(f"{its}/validation", "lead", judged).status == 404
