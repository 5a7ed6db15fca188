"""A search by what an agent typed: exact words first, then near ones, best first."""

from dataclasses import dataclass, replace

from services.contracts.application.ports import Choice, Filter, Named, Stores, Telephones
from services.contracts.application.queries.dossiers import seen_by
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.names import CORRECTED_FROM, alternatives, closeness, is_near
from services.contracts.domain.dossiers.search import Asked, read_asked, scale
from shared.kernel.errors import Invalid
from shared.security.principal import Principal

# What is ranked; a page is a part of it.
_RANKED = 200
# Near spellings of a single word that are looked up in the list by name.
_NEAREST = 3
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
        met = _all_of(met, await _near(stores, asked, wanted, limit, close))
    score = scale(asked.words, close)
    marks = {one.dossier_id: score(one.words) * _number_mark(asked, one, wanted) for one in met}
    best = sorted((one for one in marks if marks[one]), key=lambda one: -marks[one])
    shown = await stores.dossiers.some(best[:limit])
    return Found([Hit(one, round(marks[one.id], 3)) for one in shown], len(best) > limit)


def _all_of(first: list[Named], others: list[Named]) -> list[Named]:
    return list({one.dossier_id: one for one in (*first, *others)}.values())


async def _exact(stores: Stores, asked: Asked, wanted: Filter, limit: int) -> list[Named]:
    """Those that have every word, whole or begun; of a single word, the start of the list by name comes first."""
    begun = [Choice(begun=tuple(forms)) for forms in alternatives(list(asked.words))]
    if asked.single is None:
        return await stores.dossiers.with_words(begun, wanted, _RANKED)
    head = await stores.dossiers.first_named(replace(wanted, name_prefix=asked.single), limit + 1)
    return head if len(head) > limit else _all_of(head, await stores.dossiers.with_words(begun, wanted, _RANKED))


async def _near(stores: Stores, asked: Asked, wanted: Filter, limit: int, close: Close) -> list[Named]:
    """Those that have every word or one spelt nearly so, none where no other word is near; `close` keeps how near.

    Of a single word, those whose name in the list is the nearest come first, and alone when they fill the page.
    """
    choices = []
    for forms in alternatives(list(asked.words)):
        for word in (one for one in forms if len(one) >= CORRECTED_FROM):
            kept = await stores.dossiers.spelt_like(word)
            close.update({(word, one): closeness(word, one) for one in kept if is_near(word, one)})
        meant = dict.fromkeys(one for word, one in sorted(close, key=lambda pair: -close[pair]) if word in forms)
        others = (one for one in meant if not any(one.startswith(word) for word in forms))
        choices.append(Choice(begun=tuple(forms), whole=tuple(others)))
    if not any(choice.whole for choice in choices):
        return []
    met: list[Named] = []
    for name in choices[0].whole[:_NEAREST] if asked.single else ():
        met += await stores.dossiers.first_named(replace(wanted, name_prefix=name), limit + 1)
        if len(met) > limit:
            return met
    return _all_of(met, await stores.dossiers.with_words(choices, wanted, _RANKED))


def _number_mark(asked: Asked, met: Named, wanted: Filter) -> float:
    exactly = asked.number is None or not met.numbers.isdisjoint({asked.number, wanted.telephone})
    return 1.0 if exactly else _ZEROS_APART


def _e164(telephones: Telephones, number: str | None) -> str | None:
    """The number, if it may be a telephone's."""
    try:
        read = telephones.read(number)
    except Invalid:
        return None
    return read.number if read else None
