"""The statements of a search of dossiers: each one bounded, each one on an index, whatever was typed.

A list by name is a union of short ordered lists, so that a prefix of two letters or a name that 5,000 persons bear
costs as much as a page. Free words go through the words of the names; mistyped ones through the near spellings of
kept words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    collate,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, array
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters.tables import dossier as table
from services.contracts.adapters.tables import household, in_archive, name_word
from services.contracts.application.ports import Choice, Filter, Named
from services.contracts.domain.dossiers.household import plain
from services.contracts.domain.dossiers.names import spellings
from shared.kernel.errors import FieldProblem, Invalid

# More dossiers than this with the same words are not put in order: the agent adds a first name or a date.
BOUND = 3_000
HOUSEHOLDS = 100
SPELLINGS = 200

_NUMERO_ORGANISME = 3
_AFTER_ALL = "\U0010ffff"
_NOM, _PRENOM = collate(table.c.nom_key, "C"), collate(table.c.prenom_key, "C")
IN_ARCHIVE = in_archive(table.c.id)
_ORDER = (_NOM, _PRENOM, table.c.id)
_RANKED = (table.c.id, _NOM.label("nom"), _PRENOM.label("prenom"), table.c.name_words)


@dataclass(frozen=True)
class _Named:
    """Who has a name that begins so. `apart`: found by another index than that of the list."""

    condition: ColumnElement[bool]
    apart: bool = False


async def page(session: AsyncSession, wanted: Filter, after: UUID | None, limit: int) -> list[UUID]:
    """Dossiers by name, from the one after `after`. Raises Invalid when there is no such dossier."""
    found = await _by_name(session, wanted, after, limit)
    return list((await session.execute(select(found.c.id).order_by(*_order_of(found)))).scalars())


async def first_named(session: AsyncSession, wanted: Filter, limit: int) -> list[Named]:
    """The head of the list by name. Raises Invalid."""
    return await _named_in(session, await _by_name(session, wanted, None, limit), wanted)


async def with_words(session: AsyncSession, choices: Sequence[Choice], wanted: Filter, limit: int) -> list[Named]:
    """Dossiers whose names have a word of each choice, in the order of names among the first `BOUND` met."""
    conditions = [*await _conditions(session, wanted), ~IN_ARCHIVE]
    if choices:
        asked = cast(literal(_tsquery(choices), Text), TSQUERY)
        conditions.append(func.array_to_tsvector(table.c.name_words).bool_op("@@")(asked))
    hits: Select[Any] = select(*_RANKED).where(*conditions, or_(*_seen_by(wanted)))
    met = hits.limit(BOUND).cte("met").prefix_with("MATERIALIZED", dialect="postgresql")
    return await _named_in(session, select(met).order_by(*_order_of(met)).limit(limit).subquery("found"), wanted)


async def _by_name(session: AsyncSession, wanted: Filter, after: UUID | None, limit: int) -> Subquery:
    conditions = [*await _conditions(session, wanted), ~IN_ARCHIVE]
    if after is not None:
        conditions.append(tuple_(*_ORDER) > tuple_(*await _place(session, after)))
    lists = [_list(conditions, seen, named, limit) for seen in _seen_by(wanted) for named in _named(wanted)]
    met = union(*(select(one) for one in lists)).subquery()
    return select(met).order_by(*_order_of(met)).limit(limit).subquery("found")


async def _named_in(session: AsyncSession, found: Subquery, wanted: Filter) -> list[Named]:
    """As much of these dossiers as ranks them: whole ones are made of a page alone."""
    if wanted.number is None:
        rows = await session.execute(select(found.c.id, found.c.name_words).order_by(*_order_of(found)))
        return [Named(row.id, row.name_words) for row in rows]
    query = (
        select(found.c.id, found.c.name_words, household.c.matricule, table.c.telephone, table.c.fixe)
        .select_from(found)
        .join(table, table.c.id == found.c.id)
        .join(household, household.c.id == table.c.household_id)
        .order_by(*_order_of(found))
    )
    return [
        Named(row.id, row.name_words, frozenset({row.matricule, row.telephone, row.fixe} - {None}))
        for row in await session.execute(query)
    ]


def _order_of(found: FromClause) -> tuple[ColumnElement[Any], ...]:
    return found.c.nom, found.c.prenom, found.c.id


def _list(conditions: Sequence[ColumnElement[bool]], seen: ColumnElement[bool], named: _Named, limit: int) -> Subquery:
    """The first of those who have a name, for one sort of sight.

    Married names are not in the order of the list: they are all found by their own index, then put in order. Left to
    choose, the planner may read everybody in the order of names until it meets enough of them, or none.
    """
    one = select(*_RANKED).where(*conditions, seen, named.condition)
    if named.apart:
        met = one.cte().prefix_with("MATERIALIZED", dialect="postgresql")
        return select(met).order_by(*_order_of(met)).limit(limit).subquery()
    return one.order_by(*_ORDER).limit(limit).subquery()


async def spelt_like(session: AsyncSession, word: str) -> list[str]:
    """Kept words that share a rest with this one once letters are left out, the nearest in length first."""
    # One look in the index for each rest: asked for all at once, a planner without statistics reads the whole table.
    rest = func.unnest(literal(spellings(word), ARRAY(Text))).column_valued("rest")
    shares = name_word.c.spellings.contains(array([rest]))
    found = select(name_word.c.word).where(shares).distinct().subquery()
    near = func.abs(func.length(found.c.word) - len(word))
    query = select(found.c.word).order_by(near, found.c.word).limit(SPELLINGS)
    return list((await session.execute(query)).scalars())


def _tsquery(choices: Sequence[Choice]) -> str:
    """Words hold letters and digits only: nothing of the syntax of a tsquery."""
    either = ([*(f"'{word}':*" for word in one.begun), *(f"'{word}'" for word in one.whole)] for one in choices)
    return " & ".join(f"({' | '.join(words)})" for words in either)


async def _place(session: AsyncSession, after: UUID) -> list[Any]:
    query = select(table.c.nom_key, table.c.prenom_key, table.c.id).where(table.c.id == after)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise Invalid(
            "La page demandée part d'un dossier qui n'existe plus : reprenez la liste à son début.",
            [FieldProblem("after", "unknown-cursor", "Reprenez sans `after`.")],
        )
    return [collate(literal(row.nom_key), "C"), collate(literal(row.prenom_key), "C"), literal(row.id)]


def _seen_by(wanted: Filter) -> list[ColumnElement[bool]]:
    """Each territory and each référent apart: each has a list in order."""
    agent = wanted.seen_by
    if agent is None:
        return [literal(value=True)]
    places = [table.c.territory == territory for territory in sorted(agent.territories)]
    return [*places, *(table.c.referent_id == referent for referent in sorted(agent.accompanies_as))]


def _named(wanted: Filter) -> list[_Named]:
    if wanted.name_prefix is None:
        return [_Named(literal(value=True))]
    prefix = plain(wanted.name_prefix)
    if not prefix:
        raise Invalid(
            "Le nom cherché ne contient aucune lettre : saisissez le début du nom.",
            [FieldProblem("name", "no-letter", "Au moins une lettre.")],
        )
    usage = collate(table.c.usage_key, "C")
    married = and_(table.c.usage_key != literal_column("''"), usage >= prefix, usage < prefix + _AFTER_ALL)
    return [_Named(and_(prefix <= _NOM, prefix + _AFTER_ALL > _NOM)), _Named(married, apart=True)]


async def _conditions(session: AsyncSession, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [table.c.merged_into.is_(None)]
    if wanted.matricule is not None:
        found.append(table.c.household_id.in_(await _households(session, _of_matricule(wanted.matricule))))
    if wanted.number is not None:
        ways: list[ColumnElement[bool]] = [
            table.c.household_id.in_(await _households(session, _of_number(wanted.number)))
        ]
        if wanted.telephone is not None:
            ways += [table.c.telephone == wanted.telephone, table.c.fixe == wanted.telephone]
        found.append(or_(*ways))
    if wanted.organisme is not None:
        of_organisme = select(household.c.id).where(
            household.c.id == table.c.household_id, household.c.organisme == wanted.organisme
        )
        found.append(of_organisme.exists())
    if wanted.birth is not None:
        found.append(table.c.date_naissance == wanted.birth)
    if wanted.territory is not None:
        found.append(table.c.territory == wanted.territory)
    if wanted.referent is not None:
        found.append(table.c.referent_id == wanted.referent)
    return found


async def _households(session: AsyncSession, which: ColumnElement[bool]) -> list[UUID]:
    return list((await session.execute(select(household.c.id).where(which).limit(HOUSEHOLDS))).scalars())


def _of_matricule(typed: str) -> ColumnElement[bool]:
    """The one kept exactly so, else those that differ by the zeros around."""
    kept = household.alias()
    exactly = select(kept.c.id).where(kept.c.matricule == typed).exists()
    return and_(_same_digits(typed), or_(household.c.matricule == typed, not_(exactly)))


def _of_number(typed: str) -> ColumnElement[bool]:
    """A matricule, or one behind the number of its organisme, as letters of the CAF print it."""
    behind = and_(household.c.numero_organisme == typed[:_NUMERO_ORGANISME], _same_digits(typed[_NUMERO_ORGANISME:]))
    return or_(_same_digits(typed), behind) if len(typed) > _NUMERO_ORGANISME else _same_digits(typed)


def _same_digits(typed: str) -> ColumnElement[bool]:
    return func.btrim(household.c.matricule, "0") == typed.strip("0")
