"""Which diagnostics have their scanned request among the dossier's files."""

from dataclasses import dataclass

from shared.kernel.errors import FieldProblem


@dataclass(frozen=True)
class ScannedRequests:
    """Codes of the diagnostics whose request can be read, and of those whose request is still being analysed."""

    available: frozenset[str] = frozenset()
    pending: frozenset[str] = frozenset()

    def missing(self, field: str, diagnostic: str, label: str) -> FieldProblem | None:
        """What a submission lacks for a diagnostic that is mobilised there; `label` is what it is called.

        Source: the guide, « Objectifs »: "avec la demande scannée dans le dossier BRSA".
        """
        if diagnostic in self.available:
            return None
        if diagnostic in self.pending:
            return FieldProblem(
                field,
                "request-in-analysis",
                f"La demande scannée « {label} » est encore en cours d'analyse : réessayez dans un instant.",
            )
        return FieldProblem(
            field,
            "request-missing",
            f"Ajoutez aux pièces du dossier la demande scannée « {label} ».",
        )
