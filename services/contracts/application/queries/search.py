"""A search by what an agent typed: exact words first, then near ones, best first."""

from dataclasses import dataclass, replace

from services.contracts.application.ports import Choice, Filter, Named, Stores, Telephones
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
    met = await _exact(stores, asked, wanted, limit)
    close: Close = {}
    if asked.words and len(met) < limit:
        met = _all_of(met, await _near(stores, asked, wanted, close))
    marks = {one.dossier_id: _score(asked, one, wanted, close) for one in met}
    best = sorted(marks, key=lambda one: -marks[one])[:limit]
    return Found([Hit(one, marks[one.id]) for one in await stores.dossiers.some(best)], len(met) > limit)


def _all_of(first: list[Named], others: list[Named]) -> list[Named]:
    return list({one.dossier_id: one for one in (*first, *others)}.values())


async def _exact(stores: Stores, asked: Asked, wanted: Filter, limit: int) -> list[Named]:
    """Those that have every word, whole or begun; of a single word, the start of the list by name comes first."""
    begun = [Choice(begun=tuple(forms)) for forms in alternatives(list(asked.words))]
    if asked.single is None:
        return await stores.dossiers.with_words(begun, wanted, _RANKED)
    head = await stores.dossiers.first_named(replace(wanted, name_prefix=asked.single), limit + 1)
    return head if len(head) > limit else _all_of(head, await stores.dossiers.with_words(begun, wanted, _RANKED))


async def _near(stores: Stores, asked: Asked, wanted: Filter, close: Close) -> list[Named]:
    """Those that have every word or one spelt nearly so, none where no other word is near; `close` keeps how near."""
    choices = []
    for forms in alternatives(list(asked.words)):
        meant: list[str] = []
        for word in forms:
            kept = await stores.dossiers.spelt_like(word) if len(word) >= CORRECTED_FROM else []
            close.update({(word, one): closeness(word, one) for one in kept if is_near(word, one)})
            meant += [one for one in kept if (word, one) in close]
        others = (one for one in meant if not any(one.startswith(word) for word in forms))
        choices.append(Choice(begun=tuple(forms), whole=tuple(dict.fromkeys(others))))
    if not any(choice.whole for choice in choices):
        return []
    return await stores.dossiers.with_words(choices, wanted, _RANKED)


def _score(asked: Asked, met: Named, wanted: Filter, close: Close) -> float:
    mark = score(asked.words, met.words, close)
    by_phone = wanted.telephone in met.numbers
    exactly = by_phone or asked.number in {None, met.matricule}
    return mark if exactly else round(mark * _ZEROS_APART, 3)


def _e164(telephones: Telephones, number: str | None) -> str | None:
    """The number, if it may be a telephone's."""
    try:
        read = telephones.read(number)
    except Invalid:
        return None
    return read.number if read else None
