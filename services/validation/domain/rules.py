"""Named refusals of the study, and the checks that raise them."""

from collections.abc import Collection
from datetime import date

from services.validation.domain.values import OUTCOME_OF, Opinion, Outcome
from shared.kernel.errors import FieldProblem, Forbidden, ImpossibleMove, Invalid, Refusal


class AlreadyDecided(ImpossibleMove):
    """A CER is decided once; whoever comes second is told."""

    code = "already-decided"
    title = "CER déjà décidé"

    def __init__(self) -> None:
        super().__init__(
            "Ce CER a déjà été décidé : la décision est définitive et votre saisie n'a pas été enregistrée. "
            "Rechargez le dossier pour lire la décision."
        )


class AuthorCannotDecide(Forbidden):
    """Separation of duties: whoever wrote the CER neither decides it nor records its outcome."""

    code = "author-cannot-decide"
    title = "Décision par l'auteur du CER"


class ReasonRequired(Invalid):
    """A change of path or a return is explained, on the record."""

    code = "reason-required"
    title = "Motif obligatoire"


class CommentRequired(Invalid):
    """A CER that is not validated has a commented decision: the person reads why."""

    code = "comment-required"
    title = "Décision à commenter"


class UnknownCommissionKind(Invalid):
    """The kinds of commission are those of the list that the admin keeps."""

    code = "unknown-commission-kind"
    title = "Type de commission inconnu"


class StudyNotOpened(Refusal):
    """A series is decided on files that the decider opened, as they were submitted last."""

    code = "study-not-opened"
    title = "Dossier non ouvert"


class CommissionKindNotUsable(Invalid):
    """A kind is asked only on the days of its use; studies that hold it keep it."""

    code = "commission-kind-not-usable"
    title = "Type de commission hors d'usage"


class OpinionMissing(Refusal):
    """The outcome of a commission follows its opinion, so the opinion comes first."""

    code = "opinion-missing"
    title = "Avis de la commission manquant"


class OutcomeAgainstOpinion(Refusal):
    """No other outcome than the commission's opinion can be recorded (guide, states 3.1)."""

    code = "outcome-against-opinion"
    title = "Contraire à l'avis de la commission"


class ArbitrationImpossible(Invalid):
    """The start is arbitrated only where an earlier one was requested, and only between the two dates."""

    code = "arbitration-impossible"
    title = "Arbitrage de la date de début impossible"


def never_by_its_author(authors: Collection[str], agent_id: str) -> None:
    """Whoever wrote a CER, or a part of it, never decides it. Raises AuthorCannotDecide."""
    if agent_id in authors:
        raise AuthorCannotDecide(
            "Vous avez rédigé ce CER : la décision revient à une autre personne habilitée du service."
        )


def required_reason(text: str) -> str:
    """The reason, without blanks around. Raises ReasonRequired."""
    reason = text.strip()
    if not reason:
        raise ReasonRequired(
            "Indiquez le motif : il est conservé dans l'historique de l'étude.",
            [FieldProblem("reason", "missing", "Le motif est obligatoire.")],
        )
    return reason


def commented(outcome: Outcome, comment: str) -> str:
    """The comment, without blanks around. Raises CommentRequired when the CER is not validated and nothing is said."""
    text = comment.strip()
    if outcome is Outcome.NON_VALIDE and not text:
        raise CommentRequired(
            "Un CER non validé doit être expliqué à la personne : rédigez la décision commentée.",
            [FieldProblem("comment", "missing", "La décision commentée est obligatoire pour un CER non validé.")],
        )
    return text


def follows_opinion(opinion: Opinion | None, outcome: Outcome) -> None:
    """Favorable → validé, défavorable → non validé. Raises OpinionMissing or OutcomeAgainstOpinion."""
    if opinion is None:
        raise OpinionMissing("Enregistrez d'abord l'avis rendu par la commission, puis l'issue qui le suit.")
    if OUTCOME_OF[opinion] is not outcome:
        raise OutcomeAgainstOpinion(
            "L'issue suit l'avis de la commission (favorable : validé, défavorable : non validé). En cas de "
            "désaccord, adressez le CER au chef de service."
        )


def arbitrated_start(outcome: Outcome, chosen: date | None, requested: date | None, conventional: date) -> date | None:
    """The start that the chef de service decides, if they do.

    `requested` is the date demandée of a CER of rétablissement, `conventional` the start otherwise. An exception
    granted lies between the two (guide: "à titre exceptionnel … une date de rétablissement antérieure").
    Raises ArbitrationImpossible.
    """
    if chosen is None:
        return None
    if requested is None:
        raise _no_arbitration("Aucune date antérieure n'a été demandée : la date de début du CER s'applique.")
    if outcome is not Outcome.VALIDE:
        raise _no_arbitration("Un CER non validé n'a pas de date de début à arbitrer : laissez ce champ vide.")
    if not min(requested, conventional) <= chosen <= max(requested, conventional):
        raise _no_arbitration(
            f"Choisissez une date entre la date demandée ({requested:%d/%m/%Y}) et la date de début prévue "
            f"({conventional:%d/%m/%Y})."
        )
    return chosen


def _no_arbitration(detail: str) -> ArbitrationImpossible:
    return ArbitrationImpossible(detail, [FieldProblem("date_debut", "invalid", detail)])
