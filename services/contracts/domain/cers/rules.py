"""What a CER must hold to be signed or submitted, and the named refusals of this service."""

from collections.abc import Callable, Iterator

from services.contracts.domain.cers.accord import Accord
from services.contracts.domain.cers.draft import NOTHING_TO_EXPRESS, Draft, Objective, WeeklyHours
from services.contracts.domain.files.requests import ScannedRequests
from shared.kernel.errors import FieldProblem, Invalid, Refusal

FULL_WEEK_OF_PLAN = 15


class IncompleteCer(Refusal):
    """Something is missing; `fields` lists all of it at once."""

    code = "cer-incomplete"
    title = "CER incomplet"


class CerFrozen(Refusal):
    """A signature is under way or made: what the edition shows cannot change."""

    code = "cer-frozen"
    title = "CER figé par la signature"


class SignatureUnderWay(Refusal):
    """Not while the person is about to sign."""

    code = "signature-under-way"
    title = "Signature en cours"


class AccordAlreadyGiven(Refusal):
    """An accord by check-box and a signature by SMS exclude each other."""

    code = "accord-already-given"
    title = "Accord déjà recueilli"


class MobileMissing(Refusal):
    """A code cannot be sent by SMS."""

    code = "mobile-missing"
    title = "Pas de téléphone mobile"


class WeeklyHoursOff(Invalid):
    """The département does not use the weekly hours of the contrat d'engagement (a setting)."""

    code = "weekly-hours-off"
    title = "Durée hebdomadaire non utilisée"


def refuse_weekly_hours(sent: WeeklyHours | None, kept: WeeklyHours | None) -> None:
    """Where they are off, only those that the CER held already stay. Raises WeeklyHoursOff."""
    if sent is not None and sent != kept:
        raise WeeklyHoursOff(
            "Ce département n'utilise pas la durée hebdomadaire du plan : laissez-la vide.",
            [FieldProblem("weekly_hours", "weekly-hours-off", "Laissez ce champ vide.")],
        )


def missing_to_sign(draft: Draft) -> list[FieldProblem]:
    """All that the edition to be signed lacks: what submission asks but the accord, the priorité and the scans."""
    missing = [
        _missing(name, message)
        for name, absent, message in (
            ("date_signature", draft.date_signature is None, "Indiquez la date de signature, celle du rendez-vous."),
            ("date_debut", draft.date_debut is None, "Indiquez la date de début du CER."),
            ("situation", not draft.situation, "Décrivez la situation actuelle et les actions depuis le dernier CER."),
            ("evaluation", not draft.evaluation, "Renseignez l'évaluation commune du parcours."),
            ("objectives", not draft.objectives, "Ajoutez au moins un objectif."),
            (
                "expression",
                not draft.expression,
                f"Recueillez l'expression de la personne ; sinon écrivez « {NOTHING_TO_EXPRESS} », en un clic.",
            ),
            (
                "date_demandee_reason",
                draft.date_demandee is not None and not draft.date_demandee_reason,
                "Donnez le motif de la date demandée.",
            ),
        )
        if absent
    ]
    for index, objective in enumerate(draft.objectives):
        missing.extend(_missing_in_objective(f"objectives.{index}", objective))
    if draft.weekly_hours and draft.weekly_hours.hours < FULL_WEEK_OF_PLAN and not draft.weekly_hours.ground:
        missing.append(_missing("weekly_hours.ground", "Donnez le motif de la durée hebdomadaire réduite."))
    return missing


def missing_to_submit(
    draft: Draft, accord: Accord, requests: ScannedRequests, label: Callable[[str], str]
) -> list[FieldProblem]:
    """All that a submission lacks. `label` says what a diagnostic is called."""
    missing = [*missing_to_sign(draft), *_missing_requests(draft, requests, label)]
    if draft.priority is None:
        missing.append(_missing("priority", "Choisissez la priorité."))
    if accord is Accord.NC:
        missing.append(
            FieldProblem(
                "accord",
                "accord-nc",
                "Recueillez l'accord de la personne, par SMS ou par la case à cocher : « NC » ne peut être soumis.",
            )
        )
    return missing


def _missing_requests(draft: Draft, requests: ScannedRequests, label: Callable[[str], str]) -> Iterator[FieldProblem]:
    for index, objective in enumerate(draft.objectives):
        for diagnostic in objective.diagnostics:
            if lacking := requests.missing(f"objectives.{index}.diagnostics", diagnostic, label(diagnostic)):
                yield lacking


def _missing_in_objective(path: str, objective: Objective) -> Iterator[FieldProblem]:
    if objective.theme is None:
        yield _missing(f"{path}.theme", "Choisissez le thème de l'objectif.")
    if not objective.person_does:
        yield _missing(f"{path}.person_does", "Indiquez ce que la personne doit réaliser.")
    if not objective.referent_does:
        yield _missing(f"{path}.referent_does", "Indiquez ce que le référent doit réaliser.")
    if objective.diagnostics and not objective.etapes:
        yield _missing(f"{path}.etapes", "Un diagnostic mobilisé demande au moins une étape.")
    for index, etape in enumerate(objective.etapes):
        if not etape.label:
            yield _missing(f"{path}.etapes.{index}.label", "Nommez l'étape.")


def _missing(field: str, message: str) -> FieldProblem:
    return FieldProblem(field, "missing", message)
