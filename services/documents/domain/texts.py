"""The legal texts of the editions: those that the CER pinned, in the words that contracts told.

A CER names the versions that it shows, once and for all; what an event does not name is what was in force on its day:
the date de signature, and for the means of appeal the day of the decision. `SHIPPED` stands in for what was never told,
since contracts tells a text only when it changes: same keys, same versions, same words as there (a test compares them).
Sources: Code de l'action sociale et des familles (CASF) L262-34 to L262-37, L262-47, R262-88; Code du travail L5411-6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.events.reference import PinnedText
from shared.kernel.errors import Refusal


class NoTextInForce(Refusal):
    """No text covers this date."""

    code = "no-text-in-force"
    title = "Aucun texte en vigueur"


class TextNotTold(Refusal):
    """The CER shows a version that this service has not heard of yet."""

    code = "text-not-told"
    title = "Texte pas encore reçu"


class TextKey(StrEnum):
    """The texts that an edition shows."""

    TITLE = "cer-title"
    ENGAGEMENTS = "cer-engagements"
    ARTICLES = "cer-articles"
    SUSPENSION = "cer-suspension"
    APPEAL = "decision-appeal"


@dataclass(frozen=True)
class Wording:
    """One version of a text. `{departement}` in it is replaced by the Département's name."""

    version: int
    effect: date
    paragraphs: tuple[str, ...]

    def words(self, departement: str) -> tuple[str, ...]:
        """As this Département says it."""
        return tuple(paragraph.replace("{departement}", departement) for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Heading:
    """The title of a CER and what stands under it; `since` is the day since which all of it is in force."""

    title: str
    mentions: tuple[str, ...]
    since: date


Words = tuple[tuple[date, tuple[str, ...]], ...]

_RSA = date(2009, 6, 1)
_FULL_EMPLOYMENT = date(2025, 1, 1)

_SHIPPED: dict[TextKey, Words] = {
    TextKey.TITLE: (
        (_RSA, ("Contrat d'engagements réciproques",)),
        (_FULL_EMPLOYMENT, ("Contrat d'engagement",)),
    ),
    TextKey.ENGAGEMENTS: (
        (
            _RSA,
            (
                "Ce document dit à quoi s'engagent l'un envers l'autre la personne nommée ci-dessous et le "
                "{departement}, représenté par la présidente ou le président du conseil départemental, ou par une "
                "personne qui a reçu délégation de signature.",
            ),
        ),
    ),
    TextKey.ARTICLES: (
        (
            _RSA,
            (
                "Il est conclu en application des articles L262-35 et L262-36 du Code de l'action sociale et des "
                "familles.",
            ),
        ),
        (
            _FULL_EMPLOYMENT,
            (
                "Il est conclu en application des articles L262-34 à L262-36 du Code de l'action sociale et des "
                "familles. Depuis le 1ᵉʳ janvier 2025, la loi le nomme « contrat d'engagement » (article L5411-6 du "
                "Code du travail) ; il prend la suite du contrat d'engagements réciproques.",
            ),
        ),
    ),
    TextKey.SUSPENSION: (
        (
            _RSA,
            (
                "Si la personne ne tient pas ses engagements, sans motif légitime, son allocation de revenu de "
                "solidarité active (RSA) peut être suspendue, en tout ou en partie, dans les conditions de l'article "
                "L262-37 du même code. Elle peut avant cela faire connaître ses observations.",
            ),
        ),
        (
            _FULL_EMPLOYMENT,
            (
                "Si la personne ne tient pas ses engagements, sans motif légitime, le versement de son revenu de "
                "solidarité active (RSA) peut être suspendu, en tout ou en partie, puis supprimé, dans les conditions "
                "de l'article L262-37 du même code. Elle en est avertie avant, et peut faire connaître ses "
                "observations ; ce qui a été suspendu peut lui être rendu quand elle reprend ses engagements.",
            ),
        ),
    ),
    TextKey.APPEAL: (
        (
            _RSA,
            (
                "Vous pouvez contester cette décision. Avant tout recours devant le tribunal administratif, la loi "
                "demande un recours administratif préalable : écrivez à la présidente ou au président du conseil "
                "départemental, dans les deux mois qui suivent la notification de la décision, en exposant vos "
                "raisons et en joignant une copie de ce document (articles L262-47 et R262-88 du Code de l'action "
                "sociale et des familles).",
                "Si votre recours est rejeté, ou s'il reste sans réponse pendant deux mois, vous avez de nouveau deux "
                "mois pour saisir le tribunal administratif. Une association peut agir en votre nom, avec un mandat "
                "écrit de votre part.",
            ),
        ),
    ),
}

SHIPPED: Mapping[str, tuple[Wording, ...]] = {
    key.value: tuple(Wording(place, effect, paragraphs) for place, (effect, paragraphs) in enumerate(words, 1))
    for key, words in _SHIPPED.items()
}


# What stands under the title.
_MENTIONS = (TextKey.ENGAGEMENTS, TextKey.ARTICLES, TextKey.SUSPENSION)


class Texts:
    """The versions that are known, those that contracts told before those shipped."""

    def __init__(self, told: Mapping[str, Sequence[Wording]] | None = None) -> None:
        told = told or {}
        self._known = {
            key: {one.version: one for one in (*SHIPPED.get(key, ()), *told.get(key, ()))} for key in {*SHIPPED, *told}
        }

    def of(self, key: TextKey, pinned: Sequence[PinnedText], on: date) -> Wording:
        """The version that is pinned, else the one in force that day. Raises TextNotTold, NoTextInForce."""
        known = self._known[key.value]
        version = next((one.version for one in pinned if one.text_id == key.value), None)
        if version is not None:
            if version not in known:
                raise TextNotTold(f"La version {version} du texte « {key.value} » n'a pas encore été reçue.")
            return known[version]
        held = [one for one in known.values() if one.effect <= on]
        if not held:
            raise NoTextInForce("Aucun texte n'est en vigueur à cette date : vérifiez la date de signature.")
        return max(held, key=lambda one: (one.effect, one.version))

    def heading(self, pinned: Sequence[PinnedText], on: date, departement: str) -> Heading:
        """The title and the mentions that are pinned, else those in force that day. Raises as `of` does."""
        title, *mentions = (self.of(key, pinned, on) for key in (TextKey.TITLE, *_MENTIONS))
        return Heading(
            title=title.words(departement)[0],
            mentions=tuple(words for one in mentions for words in one.words(departement)),
            since=max(one.effect for one in (title, *mentions)),
        )
