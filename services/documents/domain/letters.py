"""Letters to a person: what each says, from what is known to what is set."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.documents.domain import labels
from services.documents.domain.address import postal
from services.documents.domain.edition import EditionKind
from services.documents.domain.sheet import DecisionBlock, Letterhead, Part, Row, Sheet, cleaned, rows
from shared.events.blocks import AgentCard, Identity
from shared.kernel.clock import legal_date


class Letter(Sheet):
    """What every letter has. `recipient` is the window's block; empty, the letter is handed over."""

    recipient: tuple[str, ...]
    greeting: str
    references: tuple[Row, ...]
    place_and_day: str
    signatory: str
    quality: str


class DecisionLetter(Letter):
    """Tells the person the decision, its motives, who took it and how to appeal."""

    contract: str
    numero: int
    decision: DecisionBlock
    period: str


class RdvBlock(Part):
    """An appointment, as a letter tells it."""

    day: str
    hour: str
    place: tuple[str, ...]
    with_whom: str
    purpose: str
    bring: tuple[str, ...]


class Convocation(Letter):
    """Calls to an appointment. `replaces` is the day of the convocation that this one replaces."""

    rdv: RdvBlock
    replaces: str


class RelanceCause(StrEnum):
    """Why a person is written to again."""

    ABSENCE = "absence"
    ECHEANCE = "echeance"
    SANS_NOUVELLES = "sans_nouvelles"


class Relance(Letter):
    """Writes again: after an absence, before an échéance, or without news. `rdv` when a date is proposed."""

    cause: RelanceCause
    since: str
    reply_by: str
    rdv: RdvBlock | None


class Rdv(Part):
    """An appointment as the agendas know it (`at` in UTC)."""

    at: datetime
    place: tuple[str, ...]
    with_whom: str
    purpose: str
    bring: tuple[str, ...] = ()

    def block(self) -> RdvBlock:
        """As a letter tells it, in the hour of metropolitan France."""
        facts = self.model_dump(exclude={"at"})
        return RdvBlock(day=labels.full_date(legal_date(self.at)), hour=labels.hour(self.at), **facts)


class Sending(Part):
    """What a letter is written with: to whom, when, by whom. `signer` is who signs, or holds the delegation."""

    person: Identity
    signer: AgentCard
    day: date
    letterhead: Letterhead
    followed_by: str = ""


class Contract(Part):
    """The CER that a letter is about: as the law names it, its number, from when until when."""

    name: str
    numero: int
    start: date
    end: date | None


def convocation(sending: Sending, rdv: Rdv, replaces: date | None = None) -> Convocation:
    """The letter that calls to an appointment. Raises AddressTooLong."""
    letter = Convocation(
        **_letter(sending, EditionKind.CONVOCATION, "Convocation à un rendez-vous"),
        rdv=rdv.block(),
        replaces=labels.long_date(replaces) if replaces else "",
    )
    return cleaned(letter)


def relance(sending: Sending, cause: RelanceCause, since: date, reply_by: date, rdv: Rdv | None = None) -> Relance:
    """The letter to who did not come, or whose contract ends. `since` is that day. Raises AddressTooLong."""
    titles = {
        RelanceCause.ABSENCE: "Votre absence à un rendez-vous",
        RelanceCause.ECHEANCE: "La fin prochaine de votre contrat",
        RelanceCause.SANS_NOUVELLES: "Reprise de contact pour votre accompagnement",
    }
    letter = Relance(
        **_letter(sending, EditionKind.RELANCE, titles[cause]),
        cause=cause,
        since=labels.long_date(since),
        reply_by=labels.long_date(reply_by),
        rdv=rdv.block() if rdv else None,
    )
    return cleaned(letter)


def notification(sending: Sending, contract: Contract, decision: DecisionBlock) -> DecisionLetter:
    """The letter that notifies a decision. Raises AddressTooLong."""
    name = labels.uncapitalised(contract.name)
    until = f"jusqu'au {labels.long_date(contract.end)}" if contract.end else "sans date de fin"
    verb = "est validé" if decision.valid else "n'est pas validé"
    letter = DecisionLetter(
        **_letter(sending, EditionKind.NOTIFICATION_DECISION, f"Votre {name} {verb}"),
        contract=name,
        numero=contract.numero,
        decision=decision,
        period=f"à partir du {labels.long_date(contract.start)}, {until}" if decision.valid else "",
    )
    return cleaned(letter)


def _letter(sending: Sending, kind: EditionKind, title: str) -> dict[str, Any]:
    person, letterhead = sending.person, sending.letterhead
    name = f"{person.prenom} {person.nom_usage or person.nom_naissance}"
    day = labels.long_date(sending.day)
    addressed = f"{labels.civilite(person.civilite)} {name}"
    organisme = f"N° {person.organisme.upper()}"
    return {
        "kind": kind,
        "title": title,
        "subject": f"{title} – {name}",
        "about": f"{labels.KINDS[kind]} du {day}",
        "foot": f"{labels.KINDS[kind]} du {day} · {organisme} {person.matricule}",
        "day": sending.day,
        "letterhead": letterhead,
        "recipient": postal(addressed, person.adresse),
        "greeting": labels.civilite(person.civilite),
        "references": rows(
            {
                organisme: person.matricule,
                "Affaire suivie par": sending.followed_by,
                "Pour nous joindre": letterhead.phone,
            }
        ),
        "place_and_day": f"{letterhead.city}, le {day}" if letterhead.city else f"Le {day}",
        "signatory": sending.signer.full_name,
        "quality": sending.signer.quality,
    }
