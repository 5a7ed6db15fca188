"""The words of names by which a mistyped one is found: kept while a dossier that a search can find bears them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, delete, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import dossier, in_archive, name_word
from services.contracts.domain.dossiers.model import Dossier
from services.contracts.domain.dossiers.names import CORRECTED_FROM, name_words, spellings, words_of

_QUOTE = literal("'", String())


def borne(besides: UUID | None = None) -> ColumnElement[bool]:
    """Whether a dossier of the active base, another than this one, has the word; by the index of the search."""
    bearer = dossier.alias("bearer")
    # Words hold letters and digits only: nothing of the syntax of a tsquery.
    word = cast(_QUOTE.concat(name_word.c.word).concat(_QUOTE), TSQUERY)
    conditions = [
        func.array_to_tsvector(bearer.c.name_words).bool_op("@@")(word),
        bearer.c.merged_into.is_(None),
        ~in_archive(bearer.c.id),
    ]
    if besides is not None:
        conditions.append(bearer.c.id != besides)
    return exists().where(*conditions)


async def keep(session: AsyncSession, words: Iterable[str]) -> None:
    """Those that are long enough. In one order, so that two imports don't wait for each other's words."""
    kept = {word for word in words if len(word) >= CORRECTED_FROM}
    if kept:
        rows = [{"word": word, "spellings": spellings(word)} for word in sorted(kept)]
        await session.execute(insert(name_word).on_conflict_do_nothing(), rows)


def left(one: Dossier) -> set[str]:
    """What the change of a dossier leaves of its words: those of a name that was corrected, all of one absorbed."""
    former = one.former
    if not former:
        return set()
    before = words_of(former["nom_naissance"], former["nom_usage"] or "", *former["prenoms"])
    return set(before) - set(name_words(one.person) if one.merged_into is None else ())


async def forget(session: AsyncSession, words: Iterable[str]) -> None:
    """Deletes those that nobody bears any more."""
    gone = sorted(words)
    if gone:
        await session.execute(delete(name_word).where(name_word.c.word.in_(gone), ~borne()))


async def of_dossier(session: AsyncSession, dossier_id: UUID) -> Sequence[Any]:
    """The words of a dossier and of what was merged into it."""
    theirs = or_(dossier.c.id == dossier_id, dossier.c.merged_into == dossier_id)
    return (await session.scalars(select(func.unnest(dossier.c.name_words)).where(theirs))).all()
