"""What contracts holds of people: every table is here, or said to need no erasing."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.contracts.adapters import name_words
from services.contracts.adapters.naming import names_them
from services.contracts.adapters.tables import (
    archived_dossier,
    attachment,
    cer,
    cer_history,
    cer_revision,
    cer_task,
    commission_file,
    dossier,
    dossier_history,
    duplicate,
    followed_study,
    import_difference,
    import_named,
    import_part,
    legal_hold,
    matching,
    name_word,
)
from shared.audit.tables import BESIDES as AUDIT
from shared.erasure.holdings import Files, Held, Holdings, Person


def of_cers(table: Table) -> Callable[[Person], ColumnElement[bool]]:
    """The rows that hang on a CER of the person."""
    return lambda person: table.c.cer_id.in_(select(cer.c.id).where(cer.c.dossier_id == person.dossier_id))


def of_dossier(table: Table) -> Callable[[Person], ColumnElement[bool]]:
    """The rows that hang on the dossier."""
    return lambda person: table.c.dossier_id == person.dossier_id


async def _attachments(session: AsyncSession, person: Person) -> Sequence[UUID]:
    return (await session.scalars(select(attachment.c.id).where(attachment.c.dossier_id == person.dossier_id))).all()


async def _files(session: AsyncSession, person: Person) -> Files:
    """Those of the pièces that were taken away too: their destruction may still be waiting."""
    return Files(uris=tuple(await session.scalars(select(attachment.c.uri).where(of_dossier(attachment)(person)))))


def _pairs(person: Person) -> ColumnElement[bool]:
    """Proposals in which the dossier is one of the two."""
    return or_(duplicate.c.one == person.dossier_id, duplicate.c.other == person.dossier_id)


def _matchings(person: Person) -> ColumnElement[bool]:
    """Lines of files that became this dossier, that were held against it, or that name the person beside it."""
    named = names_them(
        person,
        matricule=matching.c.matricule,
        nom_naissance=matching.c.person["nom_naissance"].astext,
        prenom=matching.c.person["prenoms"][0].astext,
        date_naissance=matching.c.person["date_naissance"].astext,
    )
    theirs = matching.c.candidates.contains([person.dossier_id])
    return or_(matching.c.dossier_id == person.dossier_id, theirs, and_(matching.c.dossier_id.is_(None), named))


def _words(person: Person) -> ColumnElement[bool]:
    """The words of their names that nobody else bears: a rare name would tell of them still."""
    theirs = select(func.unnest(dossier.c.name_words)).where(dossier.c.id == person.dossier_id)
    return name_word.c.word.in_(theirs) & ~name_words.borne(person.dossier_id)


def _named(person: Person) -> ColumnElement[bool]:
    """The lines of staged files that name them, be it as somebody who has no dossier yet."""
    named = names_them(
        person,
        matricule=import_named.c.matricule,
        nom_naissance=import_named.c.nom_naissance,
        prenom=import_named.c.prenom,
        date_naissance=import_named.c.date_naissance,
    )
    return or_(import_named.c.dossier_id == person.dossier_id, named)


def _staged(person: Person) -> ColumnElement[bool]:
    """The files whose preview names them, which bring nobody back: the rest of such an import is staged anew."""
    return import_part.c.run_id.in_(select(import_named.c.run_id).where(_named(person)))


def _differences(person: Person) -> ColumnElement[bool]:
    """What a preview shows of them, a dossier to be created too."""
    lines = select(import_named.c.run_id, import_named.c.line).where(_named(person))
    created = tuple_(import_difference.c.run_id, import_difference.c.line).in_(lines)
    return or_(import_difference.c.dossier_id == person.dossier_id, created)


def _commission_files(person: Person) -> ColumnElement[bool]:
    """Told before a merge, they name the dossier that was absorbed."""
    table = commission_file
    return or_(table.c.dossier_id == person.dossier_id, table.c.cer_id.in_(person.cer_ids))


HOLDINGS = Holdings(
    held=(
        Held(attachment, of_dossier(attachment)),
        Held(import_part, _staged),
        Held(import_difference, _differences),
        Held(import_named, _named),
        Held(cer_history, of_cers(cer_history)),
        Held(cer_revision, of_cers(cer_revision)),
        Held(cer_task, of_cers(cer_task)),
        Held(followed_study, of_cers(followed_study)),
        Held(commission_file, _commission_files),
        Held(cer, of_dossier(cer)),
        Held(matching, _matchings),
        Held(legal_hold, of_dossier(legal_hold)),
        Held(dossier_history, of_dossier(dossier_history)),
        Held(duplicate, _pairs),
        Held(archived_dossier, of_dossier(archived_dossier)),
        Held(name_word, _words),
        Held(dossier, lambda person: dossier.c.id == person.dossier_id),
    ),
    besides={
        "household": "a household goes with its last person (repository/erasures.py)",
        **AUDIT,
        "agent": "agents of the département, not the people that they accompany",
        "reference_stamp": "when what the admin keeps changed",
        "reference_list": "lists of the département",
        "list_entry": "labels of the lists",
        "dated_text": "texts of the law and of the département",
        "territory": "territories",
        "reference_change": "what the admin did to lists, texts and territories",
        "replacement": "agents who replace one another",
        "erasure": "ids, dates and codes: it stays, so that a restored backup can be told again",
        "import_run": "counts, and the name of a file",
        "import_refusal": "lines, fields and reasons, which repeat nothing of the file",
        "republish": "how far it came",
        "erasure_answer": "ids, dates and counts",
    },
    others=_attachments,
    files=_files,
    roots=lambda person: select(cer.c.id).where(cer.c.dossier_id == person.dossier_id).with_for_update(),
)
