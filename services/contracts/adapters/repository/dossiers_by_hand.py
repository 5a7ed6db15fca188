"""Dossiers that were made by hand without a matricule: few, so that they are looked at from the household."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, DATE, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.domain.dossiers.household import PersonKey

# `household.PROVISIONAL` as the index `household_provisional` has it.
_OF_PERSONS = text("""
SELECT d.id, d.nom_key, d.prenom_key, d.date_naissance
FROM household h JOIN dossier d ON d.household_id = h.id
JOIN unnest(:noms, :prenoms, :births) AS said (nom, prenom, birth)
  ON (d.nom_key, d.prenom_key, d.date_naissance) = (said.nom, said.prenom, said.birth)
WHERE h.matricule LIKE 'provisoire-%' AND d.merged_into IS NULL
ORDER BY d.registered_at, d.id
""").bindparams(
    bindparam("noms", type_=ARRAY(TEXT)),
    bindparam("prenoms", type_=ARRAY(TEXT)),
    bindparam("births", type_=ARRAY(DATE)),
)


async def of_persons(session: AsyncSession, keys: Iterable[PersonKey]) -> dict[PersonKey, list[UUID]]:
    """Their ids, by what tells the person."""
    asked = set(keys)
    found: dict[PersonKey, list[UUID]] = {}
    if not asked:
        return found
    noms, prenoms, births = zip(*((one.nom_naissance, one.prenom, one.date_naissance) for one in asked), strict=True)
    said = {"noms": list(noms), "prenoms": list(prenoms), "births": list(births)}
    for row in await session.execute(_OF_PERSONS, said):
        found.setdefault(PersonKey(row.nom_key, row.prenom_key, row.date_naissance), []).append(row.id)
    return found
