"""Loads and saves studies. A loaded study is locked: commands on one CER follow one another."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.validation.adapters.sealing import token_of
from services.validation.adapters.sessions import SqlSessions
from services.validation.adapters.tables import decision, study, study_move
from services.validation.domain.model import Study
from services.validation.domain.states import State
from services.validation.domain.submission import Submission
from services.validation.domain.values import Opinion
from services.validation.domain.worklist import accord_rank
from shared.audit.witness import placed
from shared.database.newest import keep_newest
from shared.events.sealed import Sealed, Sealer
from shared.kernel.errors import NotFound, RaceLost


class Studies:
    """The studies of one transaction. Implements the port of the same name."""

    def __init__(self, session: AsyncSession, sealer: Sealer) -> None:
        self._session = session
        self._sealer = sealer
        self._sessions = SqlSessions(session, sealer)

    @property
    def sessions(self) -> SqlSessions:
        """The commission sessions of the same transaction."""
        return self._sessions

    async def of_cer(self, cer_id: UUID) -> Study | None:
        """The study of a CER, locked until the end of the transaction."""
        return await self._one(select(study).where(study.c.cer_id == cer_id))

    async def get(self, study_id: UUID) -> Study:
        """The study, locked until the end of the transaction. Raises NotFound."""
        found = await self._one(select(study).where(study.c.id == study_id))
        if found is None:
            raise NotFound("Aucune étude ne porte cet identifiant : revenez à la liste des CER soumis.")
        return found

    async def among(self, study_ids: Sequence[UUID]) -> Mapping[UUID, Study]:
        """Those of the studies that there are, locked in the order of their ids, so that no two wait for each other."""
        query = select(study).where(study.c.id.in_(study_ids)).order_by(study.c.id).with_for_update()
        return {row["id"]: _loaded(row) for row in (await self._session.execute(query)).mappings()}

    async def add(self, opened: Study) -> None:
        """Stores a study for the first time."""
        await self._session.execute(insert(study).values(**self._row(opened)))
        await self._history(opened)

    async def save(self, changed: Study) -> None:
        """Stores one move. Raises RaceLost when the row is not the one that was loaded."""
        written = await self._session.execute(
            update(study)
            .where(study.c.id == changed.id, study.c.version == changed.version - len(changed.moves))
            .values(**self._row(changed))
        )
        if written.rowcount == 0:  # type: ignore[attr-defined]
            raise RaceLost("L'étude a changé entre-temps : rechargez-la, puis recommencez.")
        await self._history(changed)
        await self._decision(changed)

    async def rebuild(self, followed: Study) -> bool:
        """Stores the study as contracts followed it; False when the one that is here is as new."""
        if not await keep_newest(self._session, study, self._row(followed)):
            return False
        await self._session.execute(
            delete(study_move).where(study_move.c.study_id == followed.id, study_move.c.version >= followed.version)
        )
        await self._history(followed)
        await self._decision(followed)
        return True

    async def _one(self, query: Select[Any]) -> Study | None:
        row = (await self._session.execute(query.with_for_update())).mappings().one_or_none()
        return None if row is None else _loaded(row)

    async def _history(self, changed: Study) -> None:
        first = changed.version - len(changed.moves) + 1
        for version, move in enumerate(changed.moves, first):
            await self._session.execute(
                insert(study_move).values(
                    study_id=changed.id,
                    version=version,
                    submission=changed.submission.number,
                    verb=move.verb,
                    source=move.source,
                    target=move.target,
                    actor=move.actor,
                    at=move.at,
                    detail=move.detail,
                    reason=self._token(move.reason) if move.reason else None,
                    source_since=move.since,
                )
            )
        changed.moves.clear()

    async def _decision(self, changed: Study) -> None:
        made = changed.decision
        if made is None:
            return
        await self._session.execute(
            insert(decision).values(
                study_id=changed.id,
                submission=made.submission,
                outcome=made.outcome,
                path=made.path,
                opinion=made.opinion,
                decided_at=made.decided_at,
                decided_by=made.decided_by,
                referent_id=changed.submission.referent_id,
                date_debut=made.date_debut,
                text=self._token(made.text),
                decider=self._token(made.decider),
                author_ids=sorted(changed.submission.authors),
                motive_codes=list(made.motive_codes),
                delegation_id=made.delegation_id,
                delegated_by=made.delegated_by,
            )
        )

    def _row(self, one: Study) -> dict[str, Any]:
        submission = one.submission
        return {
            "id": one.id,
            "cer_id": one.cer_id,
            "dossier_id": one.dossier_id,
            "numero": one.numero,
            "nature": one.nature,
            "state": one.state,
            "since": one.since,
            "version": one.version,
            "submission": submission.number,
            "submitted_at": submission.submitted_at,
            "revision": submission.revision,
            "territory": submission.territory,
            "referent_id": submission.referent_id,
            "priority": submission.priority,
            "requests": list(submission.requests),
            "accord": submission.accord,
            "date_debut": submission.date_debut,
            "date_demandee": submission.date_demandee,
            "date_fin": submission.date_fin,
            "identity": self._token(submission.identity),
            "referent": self._token(submission.referent),
            "author_ids": list(submission.author_ids),
            "commission_kind": one.commission_kind,
            "opinion": one.opinion,
            "accord_rank": accord_rank(submission.accord),
            "priority_rank": submission.priority_rank,
        }

    def _token(self, sealed: Sealed[Any]) -> str:
        return token_of(sealed, self._sealer)


def _loaded(row: RowMapping) -> Study:
    placed(row["dossier_id"], row["territory"], row["referent_id"], row["cer_id"])
    return _study(row)


def _study(row: RowMapping) -> Study:
    return Study(
        id=row["id"],
        cer_id=row["cer_id"],
        dossier_id=row["dossier_id"],
        numero=row["numero"],
        nature=row["nature"],
        state=State(row["state"]),
        since=row["since"],
        version=row["version"],
        commission_kind=row["commission_kind"],
        opinion=Opinion(row["opinion"]) if row["opinion"] else None,
        submission=Submission(
            number=row["submission"],
            submitted_at=row["submitted_at"],
            revision=row["revision"],
            territory=row["territory"],
            referent_id=row["referent_id"],
            priority=row["priority"],
            priority_rank=row["priority_rank"],
            requests=tuple(row["requests"]),
            accord=row["accord"],
            date_debut=row["date_debut"],
            date_demandee=row["date_demandee"],
            date_fin=row["date_fin"],
            identity=Sealed(token=row["identity"]),
            referent=Sealed(token=row["referent"]),
            author_ids=tuple(row["author_ids"]),
        ),
    )
