"""Named refusals of a commission session."""

from collections.abc import Sequence, Set
from datetime import datetime
from uuid import UUID

from shared.events.sessions import Votes
from shared.kernel.clock import PARIS
from shared.kernel.errors import FieldProblem, Invalid, NotFound, Refusal


class UnknownSession(NotFound):
    """No such session, or none that this agent sits in while it is open."""

    def __init__(self) -> None:
        super().__init__("Cette séance n'existe pas, ou vous n'y siégez pas : revenez à la liste des séances.")


class NotOnAgenda(NotFound):
    """The CER is not, or no more, on the agenda of this session."""

    code = "not-on-agenda"
    title = "Absent de l'ordre du jour"

    def __init__(self) -> None:
        super().__init__("Ce CER n'est pas, ou plus, à l'ordre du jour de cette séance : rechargez la séance.")


class SessionIncomplete(Refusal):
    """Nobody is convened to a session without president, member or CER."""

    code = "session-incomplete"
    title = "Séance incomplète"


class NotForThisSession(Refusal):
    """Only a CER that waits for a commission of this kind comes before it."""

    code = "cer-not-for-session"
    title = "CER hors de cette commission"


class AlreadyOnAgenda(Refusal):
    """A CER is on one agenda at a time."""

    code = "already-on-agenda"
    title = "Déjà à l'ordre du jour d'une séance"

    def __init__(self) -> None:
        super().__init__(
            "Ce CER est déjà à l'ordre du jour d'une séance qui n'est pas clôturée : retirez-l'en d'abord."
        )


class AgendaFull(Refusal):
    """More CERs than a session can examine."""

    code = "agenda-full"
    title = "Ordre du jour complet"


class NothingToExamine(Refusal):
    """No CER waits for such a session, or there is no room left."""

    code = "nothing-to-examine"
    title = "Aucun CER à inscrire"


class AgendaMismatch(Invalid):
    """A new order names each CER of the agenda once, and no other."""

    code = "agenda-mismatch"
    title = "Ordre du jour différent"


class UnknownMember(Invalid):
    """Only members of the session are present."""

    code = "unknown-member"
    title = "Membre inconnu"


class MemberTwice(Invalid):
    """An agent sits once, and one member presides."""

    code = "member-twice"
    title = "Membre ou présidence en double"


class VotesExceedPresence(Invalid):
    """More votes than members present."""

    code = "votes-exceed-presence"
    title = "Plus de voix que de présents"


class QuorumNotMet(Refusal):
    """The kind of commission asks for more members than are present."""

    code = "quorum-not-met"
    title = "Quorum non atteint"


class SessionNotYet(Refusal):
    """A session is opened on its day, not before."""

    code = "session-not-yet"
    title = "Séance à venir"


class OpinionsMissing(Refusal):
    """A session is closed when each CER has an opinion or was put off."""

    code = "opinions-missing"
    title = "Avis manquants"


class OpinionAlreadyGiven(Refusal):
    """What the commission said stays in the session's minutes."""

    code = "opinion-already-given"
    title = "Avis déjà rendu"


class OpinionBelongsToSession(Refusal):
    """The opinion on a CER of an agenda is given in its session, with its quorum and its votes."""

    code = "opinion-belongs-to-session"
    title = "Avis à enregistrer dans la séance"


class SessionNotClosed(Refusal):
    """The outcome follows an opinion that can be corrected until the session is closed."""

    code = "session-not-closed"
    title = "Séance non clôturée"


class PostponementImpossible(Invalid):
    """A CER is put off to another session of the same kind that is still to come."""

    code = "postponement-impossible"
    title = "Ajournement impossible"


def french_day(at: datetime) -> str:
    """The day of a session as messages tell it."""
    return f"{at.astimezone(PARIS):%d/%m/%Y}"


def members_once(agent_ids: Sequence[str | None], chairs: int) -> None:
    """Raises MemberTwice."""
    known = [one for one in agent_ids if one is not None]
    if len(set(known)) < len(known) or chairs > 1:
        detail = "Chaque agent figure une fois parmi les membres, et un seul membre préside : corrigez la liste."
        raise MemberTwice(detail, [FieldProblem("members", "member-twice", detail)])


def complete(*, chaired: bool, cers: int) -> None:
    """Raises SessionIncomplete for a session to which nobody can be convened."""
    missing = [] if chaired else ["la présidence"]
    if not cers:
        missing.append("un CER à l'ordre du jour")
    if missing:
        raise SessionIncomplete(f"Il manque {' et '.join(missing)} : complétez la séance.")


def something(waiting: Sequence[UUID]) -> None:
    """Raises NothingToExamine."""
    if not waiting:
        raise NothingToExamine(
            "Aucun CER n'attend cette commission hors des séances déjà préparées, ou l'ordre du jour est complet."
        )


def quorate(present: int, quorum: int) -> None:
    """Raises QuorumNotMet."""
    if present < quorum:
        raise QuorumNotMet(
            f"Membres présents : {present} ; il en faut {quorum} pour rendre un avis. Complétez les présents, ou "
            "annulez la séance."
        )


def voted(votes: Votes | None, present: int) -> None:
    """Raises VotesExceedPresence."""
    if votes is not None and votes.favorable + votes.defavorable + votes.abstention > present:
        detail = f"Il y a plus de voix que de membres présents ({present}) : vérifiez le compte."
        raise VotesExceedPresence(detail, [FieldProblem("votes", "votes-exceed-presence", detail)])


def same_agenda(order: Sequence[UUID], live: Set[UUID]) -> None:
    """Raises AgendaMismatch."""
    if len(order) != len(live) or set(order) != live:
        detail = "Le nouvel ordre doit citer une fois chaque CER de l'ordre du jour : rechargez la séance."
        raise AgendaMismatch(detail, [FieldProblem("studies", "agenda-mismatch", detail)])


def all_members(present: Sequence[UUID], members: Set[UUID]) -> None:
    """Raises UnknownMember."""
    if set(present) - members:
        detail = "Une personne présente n'est pas membre de la séance : ajoutez-la d'abord aux membres."
        raise UnknownMember(detail, [FieldProblem("present", "unknown-member", detail)])


def can_wait_for(*, other: bool, same_kind: bool, coming: bool) -> None:
    """Whether a CER can be put off to this session. Raises PostponementImpossible."""
    if not (other and same_kind and coming):
        detail = "Choisissez une autre séance de la même commission, en préparation ou convoquée."
        raise PostponementImpossible(detail, [FieldProblem("to", "postponement-impossible", detail)])


def all_said(waiting: Sequence[int]) -> None:
    """`waiting`: the places of the agenda without opinion. Raises OpinionsMissing."""
    if waiting:
        places = ", ".join(map(str, waiting))
        raise OpinionsMissing(
            f"Il manque l'avis de {len(waiting)} CER (à l'ordre du jour : {places}) : enregistrez-le, ajournez le "
            "CER à une autre séance, ou retirez-le."
        )


def left_by_itself(*, says: bool, decides: bool, at: datetime) -> None:
    """What is done to a study without its session (`at`). Raises OpinionBelongsToSession, SessionNotClosed."""
    if says:
        raise OpinionBelongsToSession(
            f"Ce CER est à l'ordre du jour de la séance du {french_day(at)} : enregistrez l'avis dans cette séance."
        )
    if decides:
        raise SessionNotClosed(
            f"La séance du {french_day(at)} n'est pas clôturée : l'issue suit son avis, clôturez-la d'abord."
        )
