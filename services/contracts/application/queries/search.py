"""A search by what an agent typed: exact words first, then near ones, best first."""

from dataclasses import dataclass, replace

from services.contracts.application.ports import Choice, Filter, Stores, Telephones
from services.contracts.application.queries.dossiers import seen_by
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.names import CORRECTED_FROM, alternatives, closeness, is_near
from services.contracts.domain.dossiers.search import Asked, read_asked, score
from shared.kernel.errors import Invalid
from shared.security.principal import Principal

# What is ranked; a page is a part of it.
_RANKED = 200
_ZEROS_APART = 0.9


@dataclass(frozen=True)
class Hit:
    """A dossier found, from 0 to 1 how well it answers, 1 being exactly."""

    dossier: Dossier
    score: float


@dataclass(frozen=True)
class Found:
    """The best answers. `more`: there are others, and what was typed should say more."""

    hits: list[Hit]
    more: bool


Close = dict[tuple[str, str], float]


async def search(
    stores: Stores, telephones: Telephones, agent: Principal, text: str, *, wanted: Filter, limit: int
) -> Found:
    """The dossiers that the text may mean, among those that the agent sees. Raises Invalid."""
    asked = read_asked(text)
    wanted = seen_by(agent, replace(wanted, number=asked.number, telephone=_e164(telephones, asked.number)))
    if asked.birth is not None:
        wanted = replace(wanted, birth=asked.birth)
    hits = await _exact(stores, asked, wanted, limit)
    close: Close = {}
    if asked.words and len(hits) < limit:
        known = {one.id for one in hits}
        hits += [one for one in await _near(stores, asked, wanted, close) if one.id not in known]
    ranked = [Hit(one, _score(asked, one, wanted, close)) for one in hits]
    ranked.sort(key=lambda hit: -hit.score)
    return Found(ranked[:limit], len(ranked) > limit)


async def _exact(stores: Stores, asked: Asked, wanted: Filter, limit: int) -> list[Dossier]:
    """Those that have every word, whole or begun; of a single word, the start of the list by name comes first."""
    begun = [Choice(begun=tuple(forms)) for forms in alternatives(list(asked.words))]
    if asked.single is None:
        return await stores.dossiers.with_words(begun, wanted, _RANKED)
    hits = await stores.dossiers.page(replace(wanted, name_prefix=asked.single), None, limit + 1)
    if len(hits) <= limit:
        known = {one.id for one in hits}
        hits += [one for one in await stores.dossiers.with_words(begun, wanted, _RANKED) if one.id not in known]
    return hits


async def _near(stores: Stores, asked: Asked, wanted: Filter, close: Close) -> list[Dossier]:
    """Those that have every word or one spelt nearly so; what was compared is left in `close`."""
    choices = []
    for forms in alternatives(list(asked.words)):
        meant: list[str] = []
        for word in forms:
            kept = await stores.dossiers.spelt_like(word) if len(word) >= CORRECTED_FROM else []
            close.update({(word, one): closeness(word, one) for one in kept if is_near(word, one)})
            meant += [one for one in kept if (word, one) in close]
        choices.append(Choice(begun=tuple(forms), whole=tuple(dict.fromkeys(meant))))
    return await stores.dossiers.with_words(choices, wanted, _RANKED)


def _score(asked: Asked, dossier: Dossier, wanted: Filter, close: Close) -> float:
    mark = score(asked.words, dossier, close)
    numbers = {one.number for one in (dossier.contact.telephone, dossier.contact.fixe) if one is not None}
    by_phone = wanted.telephone in numbers
    exactly = by_phone or asked.number in {None, dossier.household.matricule}
    return mark if exactly else round(mark * _ZEROS_APART, 3)


def _e164(telephones: Telephones, number: str | None) -> str | None:
    """The number, if it may be a telephone's."""
    try:
        read = telephones.read(number)
    except Invalid:
        return None
    return read.number if read else None
