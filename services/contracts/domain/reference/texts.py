"""Dated texts: what the law says in a CER or a letter, and the guide's prompts beside each zone of the screen.

A version holds from its date of effect until the next one's. What was in force is never rewritten: a new version holds
from today or later, and what was signed names the versions that it shows.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.contracts.domain.moves import Act
from services.contracts.domain.reference.rules import NoTextInForce, PastEffect, UnknownText, UnprintableText
from shared.kernel.clock import legal_date
from shared.kernel.errors import FieldProblem


class Family(StrEnum):
    """What a text is for: to stand in a document, or beside a zone of the screen."""

    LEGAL = "legal"
    PROMPT = "prompt"


class LegalText(StrEnum):
    """The texts that documents are made with. `{departement}` in them is the Département's name."""

    CER_TITLE = "cer-title"
    CER_ENGAGEMENTS = "cer-engagements"
    CER_ARTICLES = "cer-articles"
    CER_SUSPENSION = "cer-suspension"
    DECISION_APPEAL = "decision-appeal"
    CONVOCATION_MENTION = "convocation-mention"


# What the CER itself shows, pinned with its signature; the means of appeal are those of the day of the decision.
SHOWN_IN_CER = (LegalText.CER_TITLE, LegalText.CER_ENGAGEMENTS, LegalText.CER_ARTICLES, LegalText.CER_SUSPENSION)


MAX_TITLE = 120


class Zone(StrEnum):
    """The zones of the CER's screens that have prompts, named as the fields of the API where there is one."""

    CONTACT = "contact"
    NUMERO = "numero"
    NATURE = "nature"
    DATES = "dates"
    DATE_SIGNATURE = "date_signature"
    DATE_DEMANDEE = "date_demandee"
    NOTE = "note"
    REQUESTS = "requests"
    DERNIER_CONTRAT = "dernier_contrat"
    PRIORITY = "priority"
    SITUATION = "situation"
    EVALUATION = "evaluation"
    OBJECTIVES = "objectives"
    DIAGNOSTICS = "diagnostics"
    ACCORD_SMS = "accord_sms"
    ACCORD_CASE = "accord_case"
    EXPRESSION = "expression"
    NOTE_REFERENT = "note_referent"
    EDITION = "edition"
    SIGNATURE = "signature"
    SUBMISSION = "submission"


@dataclass(frozen=True)
class Wording:
    """One version of a text, with who recorded it and when (UTC)."""

    version: int
    effect: date
    paragraphs: tuple[str, ...]
    act: Act


@dataclass(frozen=True)
class DatedText:
    """The aggregate, as a value: a text by its key, with all its versions, oldest first."""

    family: Family
    key: str
    wordings: tuple[Wording, ...]

    @property
    def version(self) -> int:
        """How many versions there are; that of the last recorded one, which may not be in force yet."""
        return self.wordings[-1].version if self.wordings else 0

    def find(self, on: date) -> Wording | None:
        """The version in force that day. Of two with the same effect, the one recorded last."""
        held = [wording for wording in self.wordings if wording.effect <= on]
        return max(held, key=lambda wording: (wording.effect, wording.version), default=None)

    def in_force(self, on: date) -> Wording:
        """The version in force that day. Raises NoTextInForce."""
        found = self.find(on)
        if found is None:
            raise NoTextInForce(f"Aucun texte « {self.key} » n'est en vigueur le {on:%d/%m/%Y} : vérifiez la date.")
        return found

    def get(self, version: int) -> Wording:
        """A version by its number. Raises UnknownText."""
        for wording in self.wordings:
            if wording.version == version:
                return wording
        raise UnknownText(f"Le texte « {self.key} » n'a pas de version {version}.")

    def reworded(self, paragraphs: tuple[str, ...], effect: date | None, act: Act) -> "DatedText":
        """With a new version, in force from `effect` (today if none). Raises PastEffect, UnprintableText."""
        if self.family is Family.LEGAL:
            _refuse_unprintable(self.key, paragraphs)
        today = legal_date(act.at)
        effect = effect or today
        if effect < today:
            problem = FieldProblem("effect", "past-effect", "Choisissez aujourd'hui ou une date à venir.")
            raise PastEffect(
                "Ce qui a été en vigueur ne se réécrit pas : un nouveau texte prend effet aujourd'hui ou plus tard.",
                [problem],
            )
        return replace(self, wordings=(*self.wordings, Wording(self.version + 1, effect, paragraphs, act)))


def _refuse_unprintable(key: str, paragraphs: tuple[str, ...]) -> None:
    """Raises UnprintableText: for braces that no value replaces, for a title that is not a short line."""
    problem, first = None, paragraphs[0]
    if any({"{", "}"} & set(words.replace("{departement}", "")) for words in paragraphs):
        problem = "Seule la mention {departement} peut être entre accolades."
    elif key == LegalText.CER_TITLE and (len(paragraphs) > 1 or "\n" in first or len(first) > MAX_TITLE):
        problem = f"Le titre tient en une ligne de {MAX_TITLE} caractères au plus."
    if problem is not None:
        raise UnprintableText(
            "Une édition ne pourrait pas montrer ce texte : corrigez-le.",
            [FieldProblem("paragraphs", "unprintable-text", problem)],
        )


def prompt_key(zone: Zone) -> str:
    """The key under which a zone's prompts are kept."""
    return f"prompt-{zone.value}"
